package policy

import (
	"slices"
	"strings"
)

// A Request asks whether something may be done.
type Request struct {
	Action   string // "s3:GetObject"
	Resource string // an ARN; "*" for actions that know no resource

	// Principal is who asks, as "Service:events.amazonaws.com" or "AWS:arn:…". Only
	// statements with principals look at it.
	Principal string

	// Context holds the condition keys of the request, such as "aws:SourceArn". Keys are
	// compared without case.
	Context map[string][]string
}

// A Decision is what a set of policies says to a [Request].
type Decision uint8

const (
	ImplicitDeny Decision = iota // nothing allows it
	Allowed                      // something allows it and nothing denies it
	ExplicitDeny                 // something denies it
)

// String names the decision as IAM's policy simulator does.
func (d Decision) String() string {
	switch d {
	case Allowed:
		return "allowed"
	case ExplicitDeny:
		return "explicitDeny"
	default:
		return "implicitDeny"
	}
}

// Evaluate decides a request as IAM does for policies of one kind: an explicit deny wins,
// then any allow, and what nothing mentions is denied. Supported are actions and
// resources with * and ?, their Not forms, principals, the condition operators with
// IfExists, ForAllValues and ForAnyValue, and policy variables; session policies,
// boundaries and organizations are not.
func Evaluate(req Request, docs ...*Document) Decision {
	decision := ImplicitDeny
	for _, d := range docs {
		for n := range d.Statements {
			r := &d.Statements[n]
			if !r.matches(&req) {
				continue
			}
			if r.Deny {
				return ExplicitDeny
			}
			decision = Allowed
		}
	}
	return decision
}

func (r *Rule) matches(req *Request) bool {
	return r.matchesAction(req.Action) && r.matchesResource(req) && r.matchesPrincipal(req.Principal) && r.matchesConditions(req)
}

func (r *Rule) matchesAction(action string) bool {
	action = strings.ToLower(action)
	match := func(pattern string) bool { return glob(strings.ToLower(pattern), action) }
	if len(r.NotActions) > 0 {
		return !slices.ContainsFunc(r.NotActions, match)
	}
	return slices.ContainsFunc(r.Actions, match)
}

func (r *Rule) matchesResource(req *Request) bool {
	match := func(pattern string) bool {
		return pattern == "*" || matchARN(req.expand(pattern), req.Resource)
	}
	if len(r.NotResources) > 0 {
		return !slices.ContainsFunc(r.NotResources, match)
	}
	return len(r.Resources) == 0 || slices.ContainsFunc(r.Resources, match)
}

func (r *Rule) matchesPrincipal(who string) bool {
	match := func(p string) bool { return p == "*" || p == who }
	if len(r.NotPrincipals) > 0 {
		return !slices.ContainsFunc(r.NotPrincipals, match)
	}
	return len(r.Principals) == 0 || slices.ContainsFunc(r.Principals, match)
}

func (r *Rule) matchesConditions(req *Request) bool {
	for n := range r.Conditions {
		if !r.Conditions[n].holds(req) {
			return false
		}
	}
	return true
}

// values returns the values of a condition key.
func (req *Request) values(key string) ([]string, bool) {
	if v, ok := req.Context[key]; ok {
		return v, true
	}
	for k, v := range req.Context {
		if strings.EqualFold(k, key) {
			return v, true
		}
	}
	return nil, false
}
