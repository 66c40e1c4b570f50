package lambda

import (
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A policy says who may call a function. The machine keeps it and shows it, and does not enforce it: everybody here
// has the same keys.
type policy struct {
	revision   string
	statements []statement
}

type statement struct {
	id   string
	body value.Value
}

func (p *policy) document() string {
	all := make([]value.Value, 0, len(p.statements))
	for _, st := range p.statements {
		all = append(all, st.body)
	}
	return value.Object(value.M("Version", value.String("2012-10-17")), value.M("Id", value.String("default")), value.M("Statement", value.Array(all...))).String()
}

// readPolicy gives the function's policy for the qualifier of a request; s.mu is held until unlock.
func (s *Service) readPolicy(r *members.Reader) (t target, p *policy, unlock func(), err error) {
	if t, err = s.find(r.String("FunctionName"), r.String("Qualifier")); err != nil {
		return t, nil, nil, err
	}
	s.mu.Lock()
	return t, t.function.policies[t.qualifier], s.mu.Unlock, nil
}

func (s *Service) addPermission(r *members.Reader) (value.Value, error) {
	t, p, unlock, err := s.readPolicy(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	id, action, principal, revision := r.String("StatementId"), r.String("Action"), r.String("Principal"), r.String("RevisionId")
	body := s.statement(r, t, id, action, principal)
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	switch {
	case id == "":
		return value.Value{}, constraint("statementId", "", "Member must not be null")
	case !strings.HasPrefix(action, "lambda:") && action != "*":
		return value.Value{}, constraint("action", action, "Member must satisfy regular expression pattern: (lambda:[*]|lambda:[a-zA-Z]+|[*])")
	case principal == "":
		return value.Value{}, constraint("principal", "", "Member must not be null")
	case p == nil:
		p = &policy{}
	case revision != "" && revision != p.revision:
		return value.Value{}, (&pool{}).seen(revision)
	case slices.ContainsFunc(p.statements, func(st statement) bool { return st.id == id }):
		return value.Value{}, &wire.Error{Code: "ResourceConflictException", Message: "The statement id (" + id + ") provided already exists. Please provide a new statement id, or remove the existing statement.", Status: 409}
	}
	p.statements, p.revision = append(p.statements, statement{id, body}), newRevision()
	t.function.policies[t.qualifier] = p
	return value.Object(value.M("Statement", value.String(body.String()))), nil
}

func (s *Service) statement(r *members.Reader, t target, id, action, principal string) value.Value {
	who := value.Object(value.M("Service", value.String(principal)))
	switch {
	case principal == "*":
		who = value.String("*")
	case len(principal) == 12 && !strings.Contains(principal, "."):
		who = value.Object(value.M("AWS", value.String("arn:"+s.config.Account.Partition+":iam::"+principal+":root")))
	case strings.HasPrefix(principal, "arn:"):
		who = value.Object(value.M("AWS", value.String(principal)))
	}
	condition := value.Object()
	for _, c := range []struct{ member, operator, key string }{
		{"SourceAccount", "StringEquals", "AWS:SourceAccount"},
		{"SourceArn", "ArnLike", "AWS:SourceArn"},
		{"PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"},
		{"FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"},
		{"EventSourceToken", "StringEquals", "lambda:EventSourceToken"},
	} {
		v := r.String(c.member)
		if v == "" {
			continue
		}
		operator := condition.Get(c.operator)
		if !operator.Exists() {
			operator = value.Object()
		}
		condition = condition.With(c.operator, operator.With(c.key, value.String(v)))
	}
	body := value.Object(value.M("Sid", value.String(id)), value.M("Effect", value.String("Allow")), value.M("Principal", who),
		value.M("Action", value.String(action)), value.M("Resource", value.String(s.qualified(t.function.name, t.qualifier))))
	if len(condition.Names()) > 0 {
		body = body.With("Condition", condition)
	}
	return body
}

func (s *Service) getPolicy(r *members.Reader) (value.Value, error) {
	_, p, unlock, err := s.readPolicy(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if p == nil {
		return value.Value{}, &wire.Error{Code: "ResourceNotFoundException", Message: "The resource you requested does not exist.", Status: 404}
	}
	return value.Object(value.M("Policy", value.String(p.document())), value.M("RevisionId", value.String(p.revision))), nil
}

func (s *Service) removePermission(r *members.Reader) (value.Value, error) {
	t, p, unlock, err := s.readPolicy(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	id, revision := r.String("StatementId"), r.String("RevisionId")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	missing := &wire.Error{Code: "ResourceNotFoundException", Message: "Statement " + id + " is not found in resource policy.", Status: 404}
	if p == nil {
		return value.Value{}, missing
	}
	if revision != "" && revision != p.revision {
		return value.Value{}, (&pool{}).seen(revision)
	}
	n := len(p.statements)
	p.statements, p.revision = slices.DeleteFunc(p.statements, func(st statement) bool { return st.id == id }), newRevision()
	switch len(p.statements) {
	case n:
		return value.Value{}, missing
	case 0:
		delete(t.function.policies, t.qualifier)
	}
	return value.Value{}, nil
}
