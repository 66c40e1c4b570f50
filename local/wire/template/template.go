// Package template is the resource engine of the local machine: it reads a CloudFormation template, resolves its
// intrinsic functions, finds the order in which its resources can be made, and makes and unmakes them through
// providers.
//
// It knows Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select, Fn::Split, Fn::If, Fn::Base64, conditions, parameters
// and the pseudo parameters. All else is a diagnostic that names logical id, type and function; so is a cycle.
package template

import (
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A Template is a template that has been read, and checked in itself.
type Template struct {
	Source    string // the file, for diagnostics
	Resources []Resource
	Outputs   []Output

	parameters value.Value
	conditions map[string]condition
	missing    map[string]bool // resources whose condition does not hold are known here, but not in Resources
	problems   diag.List
}

// A Resource is one resource of a template.
type Resource struct {
	LogicalID  string
	Type       string
	Metadata   value.Value
	DependsOn  []string // named by DependsOn, Ref, Fn::GetAtt and Fn::Sub, without duplicates, in template order
	properties node
}

// An Output is one value that a stack shows when it is made.
type Output struct {
	Name        string
	Description string
	value       node
}

// Settings are what a template is read for.
type Settings struct {
	Account    wire.Account
	Stack      string            // the stack's name
	Parameters map[string]string // values of the template's parameters; their defaults stand for the rest
}

// sections are what may stand at the top of a template; those without meaning here are passed over.
var sections = []string{"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Conditions", "Resources", "Outputs", "Rules", "Mappings"}

// Parse reads a template. Its diagnostics name everything that the engine cannot do; the template is nil if any of
// them is an error.
func Parse(source string, data []byte, s Settings) (*Template, diag.List) {
	v, err := value.Parse(data)
	if err != nil {
		return nil, diag.List{{Code: "bad-template", Source: source, Message: "the template is not JSON: " + err.Error(), Hint: "synthesize it again"}}
	}
	if !v.Get("Resources").IsObject() {
		return nil, diag.List{{Code: "bad-template", Source: source, Message: "the template has no object Resources", Hint: "is this a CloudFormation template?"}}
	}
	t := &Template{Source: source, parameters: v.Get("Parameters"), conditions: map[string]condition{}, missing: map[string]bool{}}
	for name := range v.Members() {
		if !slices.Contains(sections, name) {
			t.report("unsupported-section", diag.Pointer("").Child(name), "the section "+name+" is not supported by the local machine", "")
		}
	}
	c := &compiler{Template: t, settings: s, resources: v.Get("Resources")}
	c.readConditions(v.Get("Conditions"))
	c.readResources()
	c.readOutputs(v.Get("Outputs"))
	t.checkCycles()
	if t.problems.HasErrors() {
		return nil, t.problems
	}
	return t, t.problems
}

func (t *Template) report(code string, at diag.Pointer, message, hint string) {
	t.problems.Add(diag.Diagnostic{Code: code, Source: t.Source, Path: at, Message: message, Hint: hint})
}

// A compiler turns the parts of a template into nodes that can be evaluated.
type compiler struct {
	*Template
	settings  Settings
	resources value.Value

	// what is being compiled
	id, kind string
	deps     []string
}

// where names the resource that is being compiled.
func (c *compiler) where() string {
	switch {
	case c.kind != "":
		return fmt.Sprintf("resource %q (%s)", c.id, c.kind)
	default:
		return c.id
	}
}

var resourceMembers = []string{"Type", "Properties", "DependsOn", "Condition", "Metadata", "DeletionPolicy", "UpdateReplacePolicy", "CreationPolicy", "UpdatePolicy"}

func (c *compiler) readResources() {
	root := diag.Pointer("").Child("Resources")
	for id, v := range c.resources.Members() {
		c.id, c.kind = id, v.Get("Type").Str()
		c.missing[id] = !c.wanted(v.Get("Condition"), root.Child(id))
	}
	for id, v := range c.resources.Members() {
		c.id, c.kind, c.deps = id, v.Get("Type").Str(), nil
		at := root.Child(id)
		switch {
		case !v.IsObject() || c.kind == "":
			c.id = fmt.Sprintf("resource %q", id)
			c.report("bad-template", at, c.id+" must be an object with a Type", "")
			continue
		case v.Get("Properties").Exists() && !v.Get("Properties").IsObject():
			c.report("bad-template", at.Child("Properties"), c.where()+": Properties must be an object, not "+a(v.Get("Properties")), "")
			continue
		}
		for name := range v.Members() {
			if !slices.Contains(resourceMembers, name) {
				c.report("bad-template", at.Child(name), c.where()+": "+name+" is not an attribute of a resource", "")
			}
		}
		if c.missing[id] {
			continue
		}
		r := Resource{LogicalID: id, Type: c.kind, Metadata: v.Get("Metadata")}
		r.properties = c.compile(orEmpty(v.Get("Properties")), at.Child("Properties"))
		c.dependsOn(v.Get("DependsOn"), at.Child("DependsOn"))
		r.DependsOn = c.inOrder(c.deps)
		c.Resources = append(c.Resources, r)
	}
}

func orEmpty(v value.Value) value.Value {
	if v.Exists() {
		return v
	}
	return value.Object()
}

// a describes a value for a message: "a string", "an array".
func a(v value.Value) string {
	if k := v.Kind(); k == value.ArrayKind || k == value.ObjectKind {
		return "an " + k.String()
	}
	return "a " + v.Kind().String()
}

func (c *compiler) dependsOn(v value.Value, at diag.Pointer) {
	list := v.Elements()
	if v.IsString() {
		list = []value.Value{v}
	}
	if v.Exists() && !v.IsString() && !v.IsArray() {
		c.report("bad-template", at, c.where()+": DependsOn must be a logical id or an array of them", "")
	}
	for _, id := range list {
		c.depend(id.Str(), "DependsOn", at)
	}
}

// depend notes that what is being compiled needs the resource id. It is false when there is none.
func (c *compiler) depend(id, by string, at diag.Pointer) bool {
	if !c.resources.Get(id).Exists() {
		c.report("unknown-reference", at, fmt.Sprintf("%s: %s names %q, which is no resource of the template", c.where(), by, id), "")
		return false
	}
	if !slices.Contains(c.deps, id) {
		c.deps = append(c.deps, id)
	}
	return true
}

// inOrder sorts logical ids as they stand in the template.
func (c *compiler) inOrder(ids []string) []string {
	var out []string
	for _, id := range c.resources.Names() {
		if slices.Contains(ids, id) {
			out = append(out, id)
		}
	}
	return out
}

func (c *compiler) readOutputs(v value.Value) {
	for name, o := range v.Members() {
		at := diag.Pointer("").Child("Outputs").Child(name)
		c.id, c.kind, c.deps = fmt.Sprintf("output %q", name), "", nil
		if !o.IsObject() || !o.Get("Value").Exists() {
			c.report("bad-template", at, c.id+" must be an object with a Value", "")
			continue
		}
		if c.wanted(o.Get("Condition"), at) {
			c.Outputs = append(c.Outputs, Output{Name: name, Description: o.Get("Description").Str(), value: c.compile(o.Get("Value"), at.Child("Value"))})
		}
	}
}

// checkCycles reports each group of resources that wait for each other.
func (t *Template) checkCycles() {
	if _, stuck := t.Order(); len(stuck) > 0 {
		path := t.cycle(stuck)
		t.report("dependency-cycle", diag.Pointer("").Child("Resources").Child(path[0]),
			"the resources depend on each other in a cycle: "+strings.Join(path, " → "), "move what refers back into a resource of its own, such as a second policy")
	}
}

// Order gives the logical ids so that each comes after all that it depends on, otherwise as they stand in the
// template. stuck are those that depend on each other in a cycle, or on such.
func (t *Template) Order() (order, stuck []string) {
	waiting := map[string]bool{}
	for _, r := range t.Resources {
		waiting[r.LogicalID] = true
	}
	for found := true; found; {
		found = false
		for _, r := range t.Resources {
			if !waiting[r.LogicalID] || slices.ContainsFunc(r.DependsOn, func(id string) bool { return waiting[id] }) {
				continue
			}
			delete(waiting, r.LogicalID)
			order, found = append(order, r.LogicalID), true
		}
	}
	for _, r := range t.Resources {
		if waiting[r.LogicalID] {
			stuck = append(stuck, r.LogicalID)
		}
	}
	return order, stuck
}

// cycle follows dependencies from a stuck resource until one comes again, and gives the way round.
func (t *Template) cycle(stuck []string) []string {
	path := []string{stuck[0]}
	for {
		r := t.resource(path[len(path)-1])
		next := r.DependsOn[slices.IndexFunc(r.DependsOn, func(id string) bool { return slices.Contains(stuck, id) })]
		if i := slices.Index(path, next); i >= 0 {
			return append(path[i:], next)
		}
		path = append(path, next)
	}
}

func (t *Template) resource(id string) *Resource {
	i := slices.IndexFunc(t.Resources, func(r Resource) bool { return r.LogicalID == id })
	return &t.Resources[i]
}
