// Package shape holds what package cdk can work out without jsii: which name of a
// document is bound to what, the statements of a policy, and the properties of every
// resource. Texts may hold tokens of the CDK; here they are just text.
package shape

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/internal/suggest"
)

// A Binding is what a name of a document stands for in a stack.
type Binding struct {
	Value string // what replaces ${Name} in the document: a table's name, a queue's URL, …
	ARN   string // empty for plain text
	Name  string // the resource's own name, where it is needed
	Kind  string // one of package flow's, or another noun; empty for plain text
}

// Recognise makes a binding of a construct: the author's own, the AWS library's, or an
// imported one. It looks at the methods only, so that no service's package is needed.
// Plain text is bound as it is.
func Recognise(resource any) (Binding, error) {
	switch r := resource.(type) {
	case nil:
		return Binding{}, fmt.Errorf("it is nil")
	case string:
		return textBinding(r), nil
	case *string:
		if r == nil {
			return Binding{}, fmt.Errorf("it is nil")
		}
		return textBinding(*r), nil
	case interface{ FunctionArn() *string }:
		return byARN(flow.KindFunction, r.FunctionArn()), nil
	case interface {
		TableName() *string
		TableArn() *string
	}:
		return byName(flow.KindTable, r.TableName(), r.TableArn()), nil
	case interface {
		QueueUrl() *string
		QueueArn() *string
	}:
		return byName(flow.KindQueue, r.QueueUrl(), r.QueueArn()), nil
	case interface {
		BucketName() *string
		BucketArn() *string
	}:
		return byName(flow.KindBucket, r.BucketName(), r.BucketArn()), nil
	case interface{ TopicArn() *string }:
		return byARN(flow.KindTopic, r.TopicArn()), nil
	case interface {
		StateMachineArn() *string
		StateMachineName() *string
	}:
		b := byARN(flow.KindWorkflow, r.StateMachineArn())
		b.Name = text(r.StateMachineName())
		return b, nil
	case interface{ StateMachineArn() *string }: // an imported one; package cdk finds its name
		return byARN(flow.KindWorkflow, r.StateMachineArn()), nil
	case interface {
		EventBusName() *string
		EventBusArn() *string
	}:
		return byName(flow.KindBus, r.EventBusName(), r.EventBusArn()), nil
	case interface {
		StreamName() *string
		StreamArn() *string
	}:
		return byName(kindStream, r.StreamName(), r.StreamArn()), nil
	case interface{ ActivityArn() *string }:
		return byARN(flow.KindActivity, r.ActivityArn()), nil
	case interface{ ConnectionArn() *string }:
		return byARN(flow.KindConnection, r.ConnectionArn()), nil
	case interface{ SecretArn() *string }:
		return byARN(kindSecret, r.SecretArn()), nil
	case interface{ ClusterArn() *string }:
		return byARN(flow.KindCluster, r.ClusterArn()), nil
	case interface{ JobQueueArn() *string }:
		return byARN(flow.KindJobQueue, r.JobQueueArn()), nil
	case interface{ JobDefinitionArn() *string }:
		return byARN(flow.KindJobDefinition, r.JobDefinitionArn()), nil
	case interface{ TaskDefinitionArn() *string }:
		return byARN(flow.KindTaskDefinition, r.TaskDefinitionArn()), nil
	case interface{ RoleArn() *string }:
		return byARN(flow.KindRole, r.RoleArn()), nil
	default:
		return Binding{}, fmt.Errorf("a %T has no name, URL or ARN that we know; bind its text instead", resource)
	}
}

func textBinding(s string) Binding {
	if strings.HasPrefix(s, "arn:") {
		return Binding{Value: s, ARN: s}
	}
	return Binding{Value: s}
}

func byARN(kind string, arn *string) Binding {
	return Binding{Value: text(arn), ARN: text(arn), Kind: kind}
}

func byName(kind string, name, arn *string) Binding {
	return Binding{Value: text(name), ARN: text(arn), Name: text(name), Kind: kind}
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// Bindings are the names of a document and what they stand for.
type Bindings map[string]Binding

// Find returns what name stands for. A name that ends in Arn and is not bound itself is
// the ARN of what is bound to the rest: ${PhotosArn} goes with Photos.
func (b Bindings) Find(name string) (Binding, bool) {
	if found, ok := b[name]; ok {
		return found, true
	}
	owner, isARN := strings.CutSuffix(name, "Arn")
	found, ok := b[owner]
	if !isARN || !ok || found.ARN == "" {
		return Binding{}, false
	}
	return Binding{Value: found.ARN, ARN: found.ARN, Name: found.Name, Kind: found.Kind}, true
}

// Substitutions are the values of a machine's DefinitionSubstitutions: exactly the names
// in the document. Problems are one clause each: names that nothing is bound to, and
// bound names that the document does not have.
func (b Bindings) Substitutions(document string) (values map[string]string, problems []string) {
	names := Placeholders(document)
	bound := slices.Sorted(maps.Keys(b))
	values = make(map[string]string, len(names))
	used := map[string]bool{}
	for _, name := range names {
		found, ok := b.Find(name)
		if !ok {
			problems = append(problems, advise(fmt.Sprintf("nothing is bound to ${%s}", name), name, bound, fmt.Sprintf("add %q to Bind", name)))
			continue
		}
		values[name] = found.Value
		used[name], used[strings.TrimSuffix(name, "Arn")] = true, true
	}
	for _, name := range bound {
		if !used[name] {
			problems = append(problems, advise(fmt.Sprintf("%q is bound, but the document has no ${%s}", name, name), name, names, "remove it from Bind"))
		}
	}
	return values, problems
}

func advise(problem, got string, names []string, otherwise string) string {
	if best, ok := suggest.Name(got, names); ok && best != got {
		return problem + fmt.Sprintf("; did you mean %q?", best)
	}
	return problem + "; " + otherwise
}

// Placeholders are the names X of all ${X} in a document, sorted, each once. What is no
// name, such as ${a b}, is not one.
func Placeholders(document string) []string {
	seen := map[string]bool{}
	for {
		_, rest, found := strings.Cut(document, "${")
		if !found {
			return slices.Sorted(maps.Keys(seen))
		}
		name, _, closed := strings.Cut(rest, "}")
		if closed && isName(name) {
			seen[name] = true
		}
		document = rest
	}
}

// isName: letters and digits, as CloudFormation takes them in DefinitionSubstitutions.
func isName(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z')
	})
}
