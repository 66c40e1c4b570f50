package policy

import (
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A Document is an IAM policy as the evaluator reads it: what a role may do, or, with
// principals, who may do it to a resource.
type Document struct {
	Statements []Rule
}

// A Rule is one statement of a [Document]. Exactly one of Actions and NotActions is set,
// and at most one of Resources and NotResources.
type Rule struct {
	Sid           string
	Deny          bool
	Actions       []string
	NotActions    []string
	Resources     []string
	NotResources  []string
	Principals    []string // "*", "Service:events.amazonaws.com", "AWS:…"; empty in policies of a role
	NotPrincipals []string
	Conditions    []condition
}

// ParseDocument reads a policy document. Intrinsic functions of a template must be
// resolved before. Errors name the statement, counted from 0.
func ParseDocument(doc value.Value) (*Document, error) {
	if !doc.IsObject() {
		return nil, fmt.Errorf("policy document is %s, expected an object", doc.Kind())
	}
	for name := range doc.Members() {
		switch name {
		case "Version", "Id", "Statement":
		default:
			return nil, fmt.Errorf("policy document has an unknown element %q", name)
		}
	}
	if v := doc.Get("Version"); v.Exists() && v.Str() != "2012-10-17" && v.Str() != "2008-10-17" {
		return nil, fmt.Errorf("policy version %s is unknown, expected \"2012-10-17\"", v)
	}
	d := &Document{}
	for n, s := range oneOrMany(doc.Get("Statement")) {
		r, err := parseRule(s)
		if err != nil {
			return nil, fmt.Errorf("policy statement %d: %w", n, err)
		}
		d.Statements = append(d.Statements, r)
	}
	if len(d.Statements) == 0 {
		return nil, fmt.Errorf("policy document has no Statement")
	}
	return d, nil
}

func parseRule(s value.Value) (Rule, error) {
	var r Rule
	if !s.IsObject() {
		return r, fmt.Errorf("it is %s, expected an object", s.Kind())
	}
	for name, v := range s.Members() {
		if err := r.set(name, v); err != nil {
			return r, fmt.Errorf("%s: %w", name, err)
		}
	}
	switch effect := s.Get("Effect"); effect.Str() {
	case "Allow":
	case "Deny":
		r.Deny = true
	default:
		return r, fmt.Errorf("effect is %s, expected \"Allow\" or \"Deny\"", shown(effect))
	}
	switch {
	case (len(r.Actions) > 0) == (len(r.NotActions) > 0):
		return r, fmt.Errorf("expected either Action or NotAction")
	case len(r.Resources) > 0 && len(r.NotResources) > 0:
		return r, fmt.Errorf("expected either Resource or NotResource, not both")
	}
	return r, nil
}

func (r *Rule) set(name string, v value.Value) (err error) {
	switch name {
	case "Sid":
		r.Sid = v.Str()
	case "Effect":
	case "Action":
		r.Actions, err = actions(v)
	case "NotAction":
		r.NotActions, err = actions(v)
	case "Resource":
		r.Resources, err = texts(v)
	case "NotResource":
		r.NotResources, err = texts(v)
	case "Principal":
		r.Principals, err = principals(v)
	case "NotPrincipal":
		r.NotPrincipals, err = principals(v)
	case "Condition":
		r.Conditions, err = parseConditions(v)
	default:
		return fmt.Errorf("no such element of a statement")
	}
	return err
}

func actions(v value.Value) ([]string, error) {
	list, err := texts(v)
	for _, a := range list {
		if prefix, _, ok := strings.Cut(a, ":"); a != "*" && (!ok || prefix == "") {
			return nil, fmt.Errorf("action %q has no service, expected something like s3:GetObject", a)
		}
	}
	return list, err
}

// principals flattens {"Service": ["a"], "AWS": "b"} to Service:a, AWS:b.
func principals(v value.Value) ([]string, error) {
	if v.Str() == "*" {
		return []string{"*"}, nil
	}
	if !v.IsObject() {
		return nil, fmt.Errorf("it is %s, expected \"*\" or an object", shown(v))
	}
	var list []string
	for kind, who := range v.Members() {
		names, err := texts(who)
		if err != nil {
			return nil, err
		}
		for _, n := range names {
			if n == "*" {
				list = append(list, "*")
				continue
			}
			list = append(list, kind+":"+n)
		}
	}
	return list, nil
}

// texts reads a string or a list of strings.
func texts(v value.Value) ([]string, error) {
	items := oneOrMany(v)
	list := make([]string, 0, len(items))
	for _, item := range items {
		if !item.IsString() {
			return nil, fmt.Errorf("%s is not a string", shown(item))
		}
		list = append(list, item.Str())
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("it is empty")
	}
	return list, nil
}

func oneOrMany(v value.Value) []value.Value {
	switch {
	case v.IsArray():
		return v.Elements()
	case v.Exists():
		return []value.Value{v}
	default:
		return nil
	}
}

// shown is a value in a message: short, whatever was fed.
func shown(v value.Value) string {
	if !v.Exists() {
		return "missing"
	}
	s := v.String()
	if len(s) > 120 {
		s = strings.ToValidUTF8(s[:120], "") + "…"
	}
	return s
}
