package cfn

import (
	"fmt"
	"strings"
)

// The account that templates are resolved for.
const (
	Partition = "aws"
	Region    = "eu-west-1"
	Account   = "123456789012"
)

// Resolve replaces the intrinsic functions in v by what a deployment would give. Names
// and ARNs are made from logical ids.
func (t *Template) Resolve(v any) (any, error) {
	if name, arg, ok := intrinsic(v); ok {
		return t.call(name, arg)
	}
	switch v := v.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for k, inner := range v {
			resolved, err := t.Resolve(inner)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", k, err)
			}
			out[k] = resolved
		}
		return out, nil
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			resolved, err := t.Resolve(inner)
			if err != nil {
				return nil, fmt.Errorf("%d: %w", i, err)
			}
			out[i] = resolved
		}
		return out, nil
	default:
		return v, nil
	}
}

// Text resolves v, which must give a text.
func (t *Template) Text(v any) (string, error) {
	resolved, err := t.Resolve(v)
	if err != nil {
		return "", err
	}
	s, ok := resolved.(string)
	if !ok {
		return "", fmt.Errorf("%v is no text", resolved)
	}
	return s, nil
}

func (t *Template) call(name string, arg any) (any, error) {
	switch name {
	case "Ref":
		s, _ := arg.(string)
		return t.ref(s)
	case "Fn::GetAtt":
		if s, ok := arg.(string); ok {
			owner, attr, _ := strings.Cut(s, ".")
			return t.attribute(owner, attr)
		}
		attr, _ := At(arg, 1).(string)
		return t.attribute(attributeOwner(arg), attr)
	case "Fn::Join":
		return t.join(arg)
	case "Fn::Sub":
		return t.sub(arg)
	default:
		return nil, fmt.Errorf("%s is not understood", name)
	}
}

func (t *Template) join(arg any) (any, error) {
	separator, _ := At(arg, 0).(string)
	parts, ok := At(arg, 1).([]any)
	if !ok {
		return nil, fmt.Errorf("Fn::Join of %v is not understood", arg)
	}
	texts := make([]string, len(parts))
	for i, p := range parts {
		s, err := t.Text(p)
		if err != nil {
			return nil, err
		}
		texts[i] = s
	}
	return strings.Join(texts, separator), nil
}

func (t *Template) sub(arg any) (any, error) {
	text, ok := arg.(string)
	if !ok {
		return nil, fmt.Errorf("Fn::Sub of %v is not understood", arg)
	}
	for _, name := range variables(text) {
		owner, attr, isAttribute := strings.Cut(name, ".")
		value, err := t.ref(name)
		if isAttribute {
			value, err = t.attribute(owner, attr)
		}
		if err != nil {
			return nil, err
		}
		text = strings.Replace(text, "${"+name+"}", value, 1)
	}
	return strings.ReplaceAll(text, "${!", "${"), nil
}

func (t *Template) ref(id string) (string, error) {
	switch id {
	case "AWS::Partition":
		return Partition, nil
	case "AWS::Region":
		return Region, nil
	case "AWS::AccountId":
		return Account, nil
	case "AWS::StackName":
		return t.Name, nil
	case "AWS::URLSuffix":
		return "amazonaws.com", nil
	}
	r, ok := t.Resources[id]
	if !ok {
		return "", fmt.Errorf("there is no resource %q", id)
	}
	switch r.Type {
	case "AWS::StepFunctions::StateMachine", "AWS::StepFunctions::Activity", "AWS::SNS::Topic":
		return arn(r.Type, id), nil
	case "AWS::SQS::Queue":
		return "https://sqs." + Region + ".amazonaws.com/" + Account + "/" + id, nil
	default:
		return physical(r.Type, id), nil
	}
}

func (t *Template) attribute(id, attr string) (string, error) {
	r, ok := t.Resources[id]
	switch {
	case !ok:
		return "", fmt.Errorf("there is no resource %q", id)
	case attr == "Arn" && arn(r.Type, id) != "":
		return arn(r.Type, id), nil
	case attr == "Name" || attr == "QueueName" || attr == "TopicName" || attr == "RuleName":
		return physical(r.Type, id), nil
	default:
		return "", fmt.Errorf("attribute %s of %s is not understood", attr, r.Type)
	}
}

// physical is the name that a resource gets.
func physical(kind, id string) string {
	if kind == "AWS::S3::Bucket" {
		return strings.ToLower(id)
	}
	return id
}

// arn is the ARN that a resource gets; empty if its type is not known here.
func arn(kind, id string) string {
	name := physical(kind, id)
	here := ":" + Region + ":" + Account + ":"
	switch kind {
	case "AWS::S3::Bucket":
		return "arn:" + Partition + ":s3:::" + name
	case "AWS::DynamoDB::Table":
		return "arn:" + Partition + ":dynamodb" + here + "table/" + name
	case "AWS::SQS::Queue":
		return "arn:" + Partition + ":sqs" + here + name
	case "AWS::SNS::Topic":
		return "arn:" + Partition + ":sns" + here + name
	case "AWS::Lambda::Function":
		return "arn:" + Partition + ":lambda" + here + "function:" + name
	case "AWS::StepFunctions::StateMachine":
		return "arn:" + Partition + ":states" + here + "stateMachine:" + name
	case "AWS::StepFunctions::Activity":
		return "arn:" + Partition + ":states" + here + "activity:" + name
	case "AWS::Events::EventBus":
		return "arn:" + Partition + ":events" + here + "event-bus/" + name
	case "AWS::Events::Connection":
		return "arn:" + Partition + ":events" + here + "connection/" + name + "/0f1e"
	case "AWS::Events::Rule":
		return "arn:" + Partition + ":events" + here + "rule/" + name
	case "AWS::Logs::LogGroup":
		return "arn:" + Partition + ":logs" + here + "log-group:" + name + ":*"
	case "AWS::CloudWatch::Alarm":
		return "arn:" + Partition + ":cloudwatch" + here + "alarm:" + name
	case "AWS::IAM::Role":
		return "arn:" + Partition + ":iam::" + Account + ":role/" + name
	default:
		return ""
	}
}
