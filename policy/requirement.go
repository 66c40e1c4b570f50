package policy

import (
	"slices"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// A Requirement is one thing that one state does.
type Requirement struct {
	State  string
	Path   diag.Pointer
	Source string
	Call   string // "dynamodb:updateItem"
	Statement

	// Unknown says why the document does not tell the resource; Resources are then empty.
	Unknown string
}

// Requirements lists what the states of m do, in document order, those in branches and
// item processors included. Resources that cannot be understood are reported.
func Requirements(m *asl.Machine) ([]Requirement, diag.List) { return requirements(m, nil) }

func requirements(m *asl.Machine, activities []string) ([]Requirement, diag.List) {
	c := &collector{activities: activities}
	for v := range asl.Visits(m) {
		c.now = Requirement{State: v.Name, Path: v.Path, Source: asl.CommonOf(v.State).Pos.String()}
		switch s := v.State.(type) {
		case *asl.Task:
			c.task(s)
		case *asl.Map:
			c.mapState(s)
		default: // the other kinds call nothing themselves
		}
	}
	return c.list, c.problems
}

// A collector gathers what one state after the other needs.
type collector struct {
	list     []Requirement
	problems diag.List
	now      Requirement // the state being looked at

	activities []string // placeholders that are activities
}

// allow notes actions on known resources.
func (c *collector) allow(s Statement) {
	r := c.now
	r.Statement = s
	c.list = append(c.list, r)
}

// unknown notes actions whose resource the document does not tell.
func (c *collector) unknown(why string, actions ...string) {
	r := c.now
	r.Unknown, r.Actions = why, actions
	c.list = append(c.list, r)
}

// either notes actions on the resource of an argument, or that it is not known.
func (c *collector) either(a argument, name, arn string, actions ...string) {
	if !a.known() {
		c.unknown(a.why(name), actions...)
		return
	}
	c.allow(Statement{Actions: actions, Resources: []string{a.arn(arn)}})
}

func (c *collector) task(t *asl.Task) {
	ref, err := integration.Parse(t.Resource)
	if err != nil {
		c.problem(err)
		return
	}
	if p := integration.Check(ref); p != nil && !p.Warning {
		c.problem(p)
		return
	}
	c.now.Call = ref.Label()
	if t.Credentials.Exists() {
		c.either(credentials(t.Credentials), "Credentials.RoleArn", "%s", "sts:AssumeRole")
		return
	}
	call := &call{ref: ref, args: arguments(t.Arguments, t.Parameters)}
	switch ref.Form {
	case integration.Lambda:
		c.function(t.Resource, ref.Qualifier != "")
	case integration.Placeholder:
		if slices.Contains(c.activities, ref.Name) {
			return // needs nothing
		}
		c.function("${"+ref.Name+".Arn}", false)
	case integration.Optimized, integration.HTTP:
		c.optimized(call)
	case integration.SDK:
		c.sdk(call)
	case integration.Activity: // needs nothing
	}
}

func (c *collector) problem(err error) {
	c.problems.Add(diag.Diagnostic{
		Code: "unknown-resource", State: c.now.State, Path: c.now.Path.Child("Resource"), Source: c.now.Source,
		Message: err.Error(),
	})
}

func (c *collector) function(arn string, qualified bool) {
	resources := []string{arn}
	if !qualified {
		resources = append(resources, arn+":*")
	}
	c.allow(Statement{Actions: []string{"lambda:InvokeFunction"}, Resources: resources})
}

// credentials is the role that a task takes on; the role has the permissions then.
func credentials(v value.Value) argument {
	if expression(v) {
		return argument{from: dynamic}
	}
	return follow(v, []string{"RoleArn"})
}

// arguments are a state's arguments in either query language.
func arguments(jsonata, jsonpath value.Value) value.Value {
	if jsonata.Exists() {
		return jsonata
	}
	return jsonpath
}

func (c *collector) mapState(m *asl.Map) {
	if !m.Distributed() {
		return
	}
	c.now.Call = "distributed Map"
	for _, s := range integration.DistributedMap() {
		c.allow(itself(s))
	}
	if r := m.ItemReader; r != nil {
		c.mapIO(r.Resource, "ItemReader", arguments(r.Arguments, r.Parameters))
	}
	if w := m.ResultWriter; w != nil && w.Resource != "" {
		c.mapIO(w.Resource, "ResultWriter", arguments(w.Arguments, w.Parameters))
	}
}

// itself fills a statement of the table in that is about the machine itself.
func itself(s integration.Statement) Statement {
	replace := strings.NewReplacer(
		"arn:${Partition}:states:${Region}:${Account}:stateMachine:${StateMachineName}", "${"+Self+".Arn}",
		"${StateMachineName}", "${"+Self+".Name}",
		"${Label}", "*",
	)
	out := Statement{Actions: s.Actions, Condition: s.Condition}
	for _, r := range s.Resources {
		out.Resources = append(out.Resources, pseudo.Replace(replace.Replace(r)))
	}
	return out
}

// mapIO notes what a distributed Map's reader or writer does.
func (c *collector) mapIO(resource, use string, args value.Value) {
	ref, err := integration.Parse(resource)
	if err != nil {
		c.problem(err)
		return
	}
	m, found := integration.FindMapIO(ref, use)
	if !found {
		c.problem(&integration.Problem{What: use + " cannot use " + ref.Label()})
		return
	}
	c.now.Call = ref.Label()
	for _, s := range m.Statements {
		c.fill(&call{ref: ref, args: args}, s)
	}
}
