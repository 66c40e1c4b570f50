package flow

import (
	"fmt"
	"strings"
)

// A Resource is something outside the workflow that its document names: a table, a topic, a role. In the document it
// is ${Name}; a stack binds the name to a construct, the local machine to a local resource. Integration packages
// embed it in their own types.
type Resource struct {
	Kind string // one of the Kind constants
	Name string // letters and digits, as in ${Name}

	// Attribute is empty for what Ref gives and "Arn" for what Arn gives. Each used attribute is a placeholder of its
	// own.
	Attribute string
}

// The kinds of resources. What Ref gives is what the resource's API wants where it is used.
const (
	KindActivity       = "activity"        // Ref is its ARN
	KindBucket         = "bucket"          // Ref is its name
	KindBus            = "event bus"       // Ref is its name
	KindCluster        = "cluster"         // Ref is its ARN
	KindConnection     = "connection"      // Ref is its ARN
	KindFunction       = "function"        // Ref is its ARN
	KindJobDefinition  = "job definition"  // Ref is its ARN
	KindJobQueue       = "job queue"       // Ref is its ARN
	KindParameter      = "parameter"       // Ref is its value: any text that is known when the stack is deployed
	KindQueue          = "queue"           // Ref is its URL
	KindRole           = "role"            // Ref is its ARN
	KindTable          = "table"           // Ref is its name
	KindTaskDefinition = "task definition" // Ref is its ARN
	KindTopic          = "topic"           // Ref is its ARN
	KindWorkflow       = "workflow"        // Ref is its state machine's ARN
)

// named are the kinds whose Ref is not their ARN already.
var named = map[string]bool{KindBucket: true, KindBus: true, KindQueue: true, KindTable: true}

// Parameter declares a text that a stack gives when it is deployed: a job's name, a model's id, a URL.
func Parameter(name string) Resource { return Resource{Kind: KindParameter, Name: name} }

// Role declares a role that a step can take on; see As.
func Role(name string) Resource { return Resource{Kind: KindRole, Name: name} }

// Placeholder is the name that deployment binds: "Photos", or "PhotosArn" for the ARN of what is usually named
// otherwise.
func (r Resource) Placeholder() string { return r.Name + r.Attribute }

// Ref is the resource's usual value as a value of the workflow: a table's or bucket's name, a queue's URL, a topic's
// or role's ARN.
func (r Resource) Ref() *string {
	r.Attribute = ""
	return r.text()
}

// Arn is the resource's ARN as a value of the workflow.
func (r Resource) Arn() *string {
	r.Attribute = "Arn"
	if !named[r.Kind] {
		r.Attribute = ""
	}
	return r.text()
}

// A placeholder is a resource, or a type that embeds one.
type placeholder interface{ resource() Resource }

func (r Resource) resource() Resource { return r }

// secret marks a text that stands for a placeholder. No text of an author begins with it by accident.
const secret = "\x00stepwright\x00"

func (r Resource) text() *string {
	return new(secret + r.Kind + "\x00" + r.Name + "\x00" + r.Attribute)
}

func placeholderOf(s string) (Resource, bool) {
	s, ok := strings.CutPrefix(s, secret)
	if !ok {
		return Resource{}, false
	}
	parts := strings.Split(s, "\x00")
	if len(parts) != 3 {
		return Resource{}, false
	}
	return Resource{Kind: parts[0], Name: parts[1], Attribute: parts[2]}, true
}

// A claim says what a placeholder stands for.
type claim struct {
	kind string
	what any
}

// resource is the placeholder of r as a node, and keeps r for those who bind it.
func (m *machine) resource(r Resource) *node {
	name := r.Placeholder()
	m.checkName(name, "a "+r.Kind)
	switch old, taken := m.names[name]; {
	case !taken:
		m.names[name] = claim{r.Kind, r}
		m.resources = append(m.resources, r)
	case old.what != r:
		m.report(diagnosis{code: "name-clash", message: fmt.Sprintf("${%s} is a %s and a %s", name, old.kind, r.Kind), hint: "give one of them another name"})
	}
	return text("${" + name + "}")
}

func (m *machine) checkName(name, what string) {
	if name == "" || strings.ContainsFunc(name, func(r rune) bool { return r > 'z' || r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a' }) {
		m.report(diagnosis{code: "resource-name", message: fmt.Sprintf("%q cannot be the name of %s in a document", name, what), hint: "CloudFormation takes letters and digits only"})
	}
}
