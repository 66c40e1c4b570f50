package integration

import (
	"fmt"
	"strings"
)

// A Problem is what is wrong with a Resource, as [Parse] and [Check] find it.
type Problem struct {
	What string // one clause, no full stop
	Hint string // what to do, if we know

	// Warning marks what AWS may accept although the table does not know it: services
	// are added to the SDK integrations within weeks of their release.
	Warning bool
}

// Error is What, with the hint in parentheses.
func (p *Problem) Error() string {
	if p.Hint == "" {
		return p.What
	}
	return p.What + " (" + p.Hint + ")"
}

func unrecognized(resource, hint string) *Problem {
	return &Problem{What: fmt.Sprintf("resource %q is not recognized", clip(resource)), Hint: hint}
}

// clip keeps messages readable when somebody feeds a megabyte.
func clip(s string) string {
	const most = 200
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}

// Check looks a Resource up in the tables: is there such a service, such an action, and
// does it offer the pattern? It returns nil if all is well, and always for function and
// activity ARNs and placeholders.
func Check(ref Ref) *Problem {
	switch ref.Form {
	case Optimized, HTTP:
		return checkOptimized(ref)
	case SDK:
		return checkSDK(ref)
	default:
		return nil
	}
}

func checkOptimized(ref Ref) *Problem {
	i, found := Find(ref)
	if found {
		if i.Supports(ref.Pattern) {
			return nil
		}
		return &Problem{
			What: fmt.Sprintf("%s does not offer %s", ref.Label(), ref.Pattern.Suffix()),
			Hint: "it offers " + offers(i),
		}
	}
	if ref.Service == "s3" {
		return &Problem{
			What: fmt.Sprintf("a Task cannot call %s without the AWS SDK integration", ref.Label()),
			Hint: fmt.Sprintf("write aws-sdk:s3:%s", ref.Action),
		}
	}
	if actions := Actions(ref.Service); len(actions) > 0 {
		return &Problem{
			What: fmt.Sprintf("%s has no optimized action %q", ref.Service, ref.Action),
			Hint: meant(ref.Action, actions, fmt.Sprintf("or call the API with aws-sdk:%s:%s", sdkName(ref.Service), ref.Action)),
		}
	}
	if _, ok := SDKService(ref.Service); ok {
		return &Problem{
			What: fmt.Sprintf("%s has no optimized integration", ref.Service),
			Hint: fmt.Sprintf("write aws-sdk:%s:%s", ref.Service, ref.Action),
		}
	}
	return &Problem{
		What: fmt.Sprintf("there is no integration for service %q", ref.Service),
		Hint: meant(ref.Service, optimizedServices(), ""),
	}
}

func checkSDK(ref Ref) *Problem {
	s, found := SDKService(ref.Service)
	switch {
	case !found:
		return &Problem{
			What:    fmt.Sprintf("the AWS SDK integrations have no service %q that we know", ref.Service),
			Hint:    meant(ref.Service, serviceNames(), ""),
			Warning: true,
		}
	case ref.Pattern == RunJob || ref.Pattern == RunJob2:
		return &Problem{
			What: fmt.Sprintf("an AWS SDK integration does not offer %s", ref.Pattern.Suffix()),
			Hint: "wait in a loop of Wait, describe call and Choice, or use the optimized integration",
		}
	case strings.ToLower(ref.Action[:1]) != ref.Action[:1]:
		return &Problem{
			What: fmt.Sprintf("action %q begins with a capital letter", ref.Action),
			Hint: fmt.Sprintf("write aws-sdk:%s:%s", ref.Service, strings.ToLower(ref.Action[:1])+ref.Action[1:]),
		}
	case !s.Supports(ref.Action):
		return &Problem{
			What: fmt.Sprintf("the AWS SDK integration of %s does not support %s", ref.Service, ref.Action),
			Hint: "call it from a Lambda function",
		}
	case s.RemovedOn != "":
		return &Problem{
			What:    fmt.Sprintf("AWS removed the SDK integration of %s on %s", ref.Service, s.RemovedOn),
			Hint:    "call it from a Lambda function",
			Warning: true,
		}
	default:
		return nil
	}
}

// offers lists an integration's patterns for people.
func offers(i *Integration) string {
	var names []string
	for _, p := range i.Patterns {
		if p == RequestResponse {
			names = append(names, "the plain call")
			continue
		}
		names = append(names, p.Suffix())
	}
	return strings.Join(names, ", ")
}

func optimizedServices() []string {
	var names []string
	for i := range All() {
		if len(names) == 0 || names[len(names)-1] != i.Service {
			names = append(names, i.Service)
		}
	}
	return names
}

func serviceNames() []string {
	names := make([]string, 0, len(services))
	for s := range Services() {
		names = append(names, s.Name)
	}
	return names
}

// sdkName is the name in aws-sdk ARNs of a service that has an optimized integration.
func sdkName(service string) string {
	switch service {
	case "states":
		return "sfn"
	case "events":
		return "eventbridge"
	case "elasticmapreduce":
		return "emr"
	default:
		return strings.ReplaceAll(service, "-", "")
	}
}
