package sqs

import (
	"context"
	"strings"

	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// addPermission writes a statement into the queue's policy, which is kept and not enforced.
func (b *Broker) addPermission(_ context.Context, r *members.Reader) (value.Value, error) {
	label, accounts, actions := r.String("Label"), r.Strings("AWSAccountIds"), r.Strings("Actions")
	return b.onQueue(r, func(q *queue) error {
		switch {
		case label == "":
			return missing("Label")
		case len(label) > 80 || strings.Trim(label, nameCharacters) != "":
			return invalidValue("Value " + label + " for parameter Label is invalid. Reason: it can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
		case len(accounts) == 0:
			return missing("AWSAccountIds")
		case len(actions) == 0:
			return missing("Actions")
		}
		for _, s := range q.statements() {
			if s.Get("Sid").Str() == label {
				return invalidValue("Value " + label + " for parameter Label is invalid. Reason: Already exists.")
			}
		}
		return b.setStatements(q, append(q.statements(), b.statement(q, label, accounts, actions)))
	})
}

func (b *Broker) statement(q *queue, label string, accounts, actions []string) value.Value {
	who, what := make([]value.Value, len(accounts)), make([]value.Value, len(actions))
	for i, a := range accounts {
		who[i] = value.String("arn:" + b.account.Partition + ":iam::" + a + ":root")
	}
	for i, a := range actions {
		what[i] = value.String("SQS:" + a)
	}
	return value.Object(value.M("Sid", value.String(label)), value.M("Effect", value.String("Allow")),
		value.M("Principal", value.Object(value.M("AWS", one(who)))), value.M("Action", one(what)), value.M("Resource", value.String(b.arn(q.name))))
}

// one is a list, or its only item.
func one(list []value.Value) value.Value {
	if len(list) == 1 {
		return list[0]
	}
	return value.Array(list...)
}

func (b *Broker) removePermission(_ context.Context, r *members.Reader) (value.Value, error) {
	label := r.String("Label")
	return b.onQueue(r, func(q *queue) error {
		if label == "" {
			return missing("Label")
		}
		var left []value.Value
		for _, s := range q.statements() {
			if s.Get("Sid").Str() != label {
				left = append(left, s)
			}
		}
		if len(left) == len(q.statements()) {
			return invalidValue("Value " + label + " for parameter Label is invalid. Reason: can't find label on existing policy.")
		}
		return b.setStatements(q, left)
	})
}

// statements are those of the queue's policy.
func (q *queue) statements() []value.Value {
	policy, err := value.ParseString(q.attributes["Policy"])
	if err != nil {
		return nil
	}
	list := policy.Get("Statement")
	if list.IsObject() {
		return []value.Value{list}
	}
	return append([]value.Value(nil), list.Elements()...)
}

func (b *Broker) setStatements(q *queue, list []value.Value) error {
	if len(list) == 0 {
		return b.set(q, map[string]string{"Policy": ""})
	}
	policy, err := value.ParseString(q.attributes["Policy"])
	if err != nil || !policy.IsObject() {
		policy = value.Object(value.M("Version", value.String("2008-10-17")), value.M("Id", value.String(b.arn(q.name)+"/SQSDefaultPolicy")))
	}
	return b.set(q, map[string]string{"Policy": policy.With("Statement", value.Array(list...)).String()})
}
