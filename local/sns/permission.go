package sns

import (
	"context"
	"slices"

	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// defaultPolicy is what the service gives a topic; policies are kept, and not enforced.
func (h *Hub) defaultPolicy(arn string) string {
	return `{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{"AWS":"*"},` +
		`"Action":["SNS:GetTopicAttributes","SNS:SetTopicAttributes","SNS:AddPermission","SNS:RemovePermission","SNS:DeleteTopic","SNS:Subscribe","SNS:ListSubscriptionsByTopic","SNS:Publish"],` +
		`"Resource":"` + arn + `","Condition":{"StringEquals":{"AWS:SourceOwner":"` + h.account.ID + `"}}}]}`
}

func (h *Hub) addPermission(_ context.Context, r *members.Reader) (value.Value, error) {
	label, accounts, actions := r.String("Label"), r.Strings("AWSAccountId"), r.Strings("ActionName")
	return h.onPolicy(r, func(arn string, list []value.Value) ([]value.Value, error) {
		if label == "" || len(accounts) == 0 || len(actions) == 0 {
			return nil, invalid("Label, AWSAccountId and ActionName must not be empty")
		}
		if slices.ContainsFunc(list, func(s value.Value) bool { return s.Get("Sid").Str() == label }) {
			return nil, invalid("Statement already exists")
		}
		var who, what []value.Value
		for _, a := range accounts {
			who = append(who, value.String("arn:"+h.account.Partition+":iam::"+a+":root"))
		}
		for _, a := range actions {
			what = append(what, value.String("SNS:"+a))
		}
		return append(list, value.Object(value.M("Sid", value.String(label)), value.M("Effect", value.String("Allow")),
			value.M("Principal", value.Object(value.M("AWS", one(who)))), value.M("Action", one(what)), value.M("Resource", value.String(arn)))), nil
	})
}

// one is a list, or its only item.
func one(list []value.Value) value.Value {
	if len(list) == 1 {
		return list[0]
	}
	return value.Array(list...)
}

func (h *Hub) removePermission(_ context.Context, r *members.Reader) (value.Value, error) {
	label := r.String("Label")
	return h.onPolicy(r, func(_ string, list []value.Value) ([]value.Value, error) {
		return slices.DeleteFunc(list, func(s value.Value) bool { return s.Get("Sid").Str() == label }), nil
	})
}

// onPolicy changes the statements of a topic's policy.
func (h *Hub) onPolicy(r *members.Reader, f func(arn string, list []value.Value) ([]value.Value, error)) (value.Value, error) {
	arn := r.String("TopicArn")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	t, err := h.found(arn)
	if err != nil {
		return value.Value{}, err
	}
	policy, err := value.ParseString(h.describe(t)["Policy"])
	if err != nil {
		return value.Value{}, invalid("Policy Error: null")
	}
	list, err := f(arn, slices.Clone(policy.Get("Statement").Elements()))
	if err != nil {
		return value.Value{}, err
	}
	t.attributes["Policy"] = policy.With("Statement", value.Array(list...)).String()
	return value.Value{}, nil
}
