package integration

import (
	"fmt"
	"strings"
)

// A Form is one of the ways to write a Task's Resource.
type Form uint8

const (
	Lambda      Form = iota + 1 // arn:aws:lambda:REGION:ACCOUNT:function:NAME[:QUALIFIER]
	Activity                    // arn:aws:states:REGION:ACCOUNT:activity:NAME
	Optimized                   // arn:aws:states:::SERVICE:ACTION[.PATTERN]
	SDK                         // arn:aws:states:::aws-sdk:SERVICE:ACTION[.PATTERN]
	HTTP                        // arn:aws:states:::http:invoke
	Placeholder                 // ${Name}: the ARN of a function or an activity, bound on deployment
)

// String names the form for messages.
func (f Form) String() string {
	switch f {
	case Lambda:
		return "Lambda function"
	case Activity:
		return "activity"
	case Optimized:
		return "optimized integration"
	case SDK:
		return "AWS SDK integration"
	case HTTP:
		return "HTTP Task"
	case Placeholder:
		return "placeholder"
	default:
		return fmt.Sprintf("Form(%d)", uint8(f))
	}
}

// A Ref is a Task's Resource, taken apart. Which fields are set depends on Form.
type Ref struct {
	Form      Form
	Partition string // aws, aws-cn, … or a placeholder

	// Optimized, SDK and HTTP.
	Service string
	Action  string
	Pattern Pattern

	// Lambda and Activity; Name also for Placeholder.
	Region    string
	Account   string
	Name      string
	Qualifier string // version or alias of a function; may be empty
}

// String writes the Resource that Parse read.
func (r Ref) String() string {
	switch r.Form {
	case Lambda:
		arn := "arn:" + r.Partition + ":lambda:" + r.Region + ":" + r.Account + ":function:" + r.Name
		if r.Qualifier != "" {
			arn += ":" + r.Qualifier
		}
		return arn
	case Activity:
		return "arn:" + r.Partition + ":states:" + r.Region + ":" + r.Account + ":activity:" + r.Name
	case Optimized, HTTP:
		return "arn:" + r.Partition + ":states:::" + r.Service + ":" + r.Action + r.Pattern.Suffix()
	case SDK:
		return "arn:" + r.Partition + ":states:::aws-sdk:" + r.Service + ":" + r.Action + r.Pattern.Suffix()
	case Placeholder:
		return "${" + r.Name + "}"
	default:
		return ""
	}
}

// Label is the short name people use: "dynamodb:updateItem", "s3:headObject", "lambda".
func (r Ref) Label() string {
	switch r.Form {
	case Optimized, SDK, HTTP:
		return r.Service + ":" + r.Action
	case Lambda:
		return "lambda"
	case Activity:
		return "activity"
	default:
		return r.String()
	}
}

// Parse takes a Task's Resource apart. It looks at the form only; whether there is such a
// service and action is [Check]'s question. The error is a *[Problem].
func Parse(resource string) (Ref, error) {
	if name, ok := placeholder(resource); ok {
		return Ref{Form: Placeholder, Name: name}, nil
	}
	partition, rest, ok := cutPartition(resource)
	if !ok {
		return Ref{}, unrecognized(resource, "")
	}
	service, rest, _ := strings.Cut(rest, ":")
	region, rest, _ := strings.Cut(rest, ":")
	account, rest, ok := strings.Cut(rest, ":")
	switch {
	case !ok:
		return Ref{}, unrecognized(resource, "")
	case service == "lambda":
		return parseLambda(resource, Ref{Partition: partition, Region: region, Account: account}, rest)
	case service != "states":
		return Ref{}, unrecognized(resource, "call "+service+" through an integration: arn:aws:states:::SERVICE:ACTION")
	case region != "" || account != "":
		return parseActivity(resource, Ref{Partition: partition, Region: region, Account: account}, rest)
	default:
		return parseIntegration(resource, partition, rest)
	}
}

// placeholder returns X of a resource that is ${X} and nothing else.
func placeholder(resource string) (string, bool) {
	name, ok := strings.CutPrefix(resource, "${")
	if !ok {
		return "", false
	}
	name, ok = strings.CutSuffix(name, "}")
	return name, ok && name != "" && !strings.ContainsAny(name, "${}")
}

// cutPartition splits "arn:PARTITION:" off. The partition may be a placeholder with
// colons of its own, such as ${AWS::Partition}.
func cutPartition(resource string) (partition, rest string, ok bool) {
	rest, ok = strings.CutPrefix(resource, "arn:")
	if !ok {
		return "", "", false
	}
	if strings.HasPrefix(rest, "${") {
		end := strings.IndexByte(rest, '}')
		if end < 0 || !strings.HasPrefix(rest[end+1:], ":") {
			return "", "", false
		}
		return rest[:end+1], rest[end+2:], true
	}
	partition, rest, ok = strings.Cut(rest, ":")
	return partition, rest, ok && partition != ""
}

func parseLambda(resource string, ref Ref, rest string) (Ref, error) {
	rest, ok := strings.CutPrefix(rest, "function:")
	ref.Form = Lambda
	ref.Name, ref.Qualifier, _ = strings.Cut(rest, ":")
	if !ok || ref.Name == "" || ref.Region == "" || ref.Account == "" || ref.String() != resource {
		return Ref{}, unrecognized(resource, "a function is arn:aws:lambda:REGION:ACCOUNT:function:NAME")
	}
	return ref, nil
}

func parseActivity(resource string, ref Ref, rest string) (Ref, error) {
	name, ok := strings.CutPrefix(rest, "activity:")
	if !ok || name == "" || ref.Region == "" || ref.Account == "" {
		hint := "an activity is arn:aws:states:REGION:ACCOUNT:activity:NAME"
		if strings.HasPrefix(rest, "stateMachine:") {
			hint = "start a machine with arn:aws:states:::states:startExecution and name it in StateMachineArn"
		}
		return Ref{}, unrecognized(resource, hint)
	}
	ref.Form, ref.Name = Activity, name
	return ref, nil
}

func parseIntegration(resource, partition, rest string) (Ref, error) {
	ref := Ref{Form: Optimized, Partition: partition}
	if sdk, ok := strings.CutPrefix(rest, "aws-sdk:"); ok {
		ref.Form, rest = SDK, sdk
	}
	var suffix string
	ref.Service, rest, _ = strings.Cut(rest, ":")
	if dot := strings.IndexByte(rest, '.'); dot >= 0 {
		rest, suffix = rest[:dot], rest[dot:]
	}
	ref.Action = rest
	if ref.Service == "" || ref.Action == "" || strings.ContainsAny(ref.Service+ref.Action, ": \t\n/") {
		return Ref{}, unrecognized(resource, "an integration is arn:aws:states:::SERVICE:ACTION or arn:aws:states:::aws-sdk:SERVICE:ACTION")
	}
	if ref.Form == Optimized && ref.Service == "http" {
		ref.Form = HTTP
	}
	for _, p := range patterns {
		if p.Suffix() == suffix {
			ref.Pattern = p
			return ref, nil
		}
	}
	return Ref{}, unrecognized(resource, "a pattern is .sync, .sync:2 or .waitForTaskToken, not "+suffix)
}
