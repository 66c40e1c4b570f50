package template

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// compile turns a part of the template into a node and notes the resources that it refers to. What cannot be
// compiled is reported and becomes nothing.
func (c *compiler) compile(v value.Value, at diag.Pointer) node {
	switch v.Kind() {
	case value.ObjectKind:
		if name, arg, ok := intrinsic(v); ok {
			return c.function(name, arg, at)
		}
		return c.object(v, at)
	case value.ArrayKind:
		return c.array(v, at)
	case value.StringKind:
		if strings.Contains(v.Str(), "{{resolve:") {
			c.unsupported("dynamic references ({{resolve:…}})", at)
		}
	case value.Absent, value.NullKind, value.BoolKind, value.NumberKind:
	}
	return literal{v}
}

// intrinsic tells whether an object is a call of an intrinsic function.
func intrinsic(v value.Value) (name string, arg value.Value, ok bool) {
	if v.Len() != 1 || !v.IsObject() {
		return "", value.Value{}, false
	}
	name = v.Names()[0]
	return name, v.Get(name), name == "Ref" || strings.HasPrefix(name, "Fn::")
}

func (c *compiler) object(v value.Value, at diag.Pointer) node {
	o := object{names: v.Names()}
	for name, m := range v.Members() {
		o.nodes = append(o.nodes, c.compile(m, at.Child(name)))
	}
	return folded(o, o.nodes)
}

func (c *compiler) array(v value.Value, at diag.Pointer) node {
	nodes := make([]node, v.Len())
	for i, e := range v.Elements() {
		nodes[i] = c.compile(e, at.Index(i))
	}
	return folded(array(nodes), nodes)
}

// folded evaluates a node at once if nothing in it refers to a resource.
func folded(n node, nodes []node) node {
	if !isConstant(nodes) {
		return n
	}
	v, _ := n.eval(&scope{}) // constants do not fail
	return literal{v}
}

// nothing stands for what could not be compiled.
var nothing = literal{}

func (c *compiler) unsupported(what string, at diag.Pointer) {
	c.report("unsupported-function", at, c.where()+": "+what+" is not supported by the local machine",
		"it knows Ref, Fn::GetAtt, Fn::Join, Fn::Sub, Fn::Select, Fn::Split, Fn::If and Fn::Base64")
}

// malformed reports a function whose argument has another form.
func (c *compiler) malformed(name, want string, at diag.Pointer) node {
	c.report("bad-template", at, c.where()+": "+name+" needs "+want, "")
	return nothing
}

func (c *compiler) function(name string, arg value.Value, at diag.Pointer) node {
	at = at.Child(name)
	switch name {
	case "Ref":
		return c.ref(arg.Str(), name, at)
	case "Fn::GetAtt":
		return c.getAtt(arg, at)
	case "Fn::Join":
		return c.join(arg, at)
	case "Fn::Sub":
		return c.sub(arg, at)
	case "Fn::Select":
		return c.choose(arg, at)
	case "Fn::Split":
		if arg.Len() != 2 || !arg.Index(0).IsString() || arg.Index(0).Str() == "" {
			return c.malformed(name, "a separator and a text", at)
		}
		return split{arg.Index(0).Str(), c.compile(arg.Index(1), at.Index(1))}
	case "Fn::Base64":
		return base64Of{c.compile(arg, at)}
	case "Fn::If":
		if arg.Len() != 3 || !arg.Index(0).IsString() {
			return c.malformed(name, "the name of a condition and two values", at)
		}
		if c.holds(arg.Index(0).Str(), at) {
			return c.compile(arg.Index(1), at.Index(1))
		}
		return c.compile(arg.Index(2), at.Index(2))
	}
	c.unsupported(name, at)
	return nothing
}

// ref gives what a name means: a pseudo parameter, a parameter or a resource.
func (c *compiler) ref(name, by string, at diag.Pointer) node {
	if v, ok := c.pseudo(name); ok {
		return literal{v}
	}
	if p := c.parameters.Get(name); p.Exists() {
		return literal{c.parameter(name, p, at)}
	}
	if name == "" {
		return c.malformed(by, "the name of a resource or parameter", at)
	}
	if c.missing[name] {
		c.report("unknown-reference", at, fmt.Sprintf("%s: %s names %q, whose condition does not hold", c.where(), by, name), "")
		return nothing
	}
	if !c.depend(name, by, at) {
		return nothing
	}
	return ref(name)
}

// pseudo gives a pseudo parameter; AWS::NoValue is absent.
func (c *compiler) pseudo(name string) (value.Value, bool) {
	a := c.settings.Account
	switch name {
	case "AWS::AccountId":
		return value.String(a.ID), true
	case "AWS::Region":
		return value.String(a.Region), true
	case "AWS::Partition":
		return value.String(a.Partition), true
	case "AWS::StackName":
		return value.String(c.settings.Stack), true
	case "AWS::StackId":
		return value.String(a.ARN("cloudformation", "stack/"+c.settings.Stack+"/local")), true
	case "AWS::URLSuffix":
		return value.String("amazonaws.com"), true
	case "AWS::NotificationARNs":
		return value.Array(), true
	case "AWS::NoValue":
		return value.Value{}, true
	}
	return value.Value{}, false
}

// parameter gives a parameter's value: what was set, or its default. Those that CloudFormation looks up in other
// services have none here.
func (c *compiler) parameter(name string, p value.Value, at diag.Pointer) value.Value {
	kind := p.Get("Type").Str()
	text, set := c.settings.Parameters[name]
	switch {
	case !set && strings.HasPrefix(kind, "AWS::SSM::"):
		c.report("unsupported-parameter", at, fmt.Sprintf("%s: the parameter %q is read from Systems Manager, which is not supported by the local machine", c.where(), name), "give the parameter a value")
	case !set && !p.Get("Default").Exists():
		c.report("missing-parameter", at, fmt.Sprintf("%s: the parameter %q has neither a value nor a default", c.where(), name), "give the parameter a value")
	case !set:
		text, _ = plainText(p.Get("Default"))
	}
	if kind == "CommaDelimitedList" || strings.HasPrefix(kind, "List<") {
		var items []value.Value
		for item := range strings.SplitSeq(text, ",") {
			items = append(items, value.String(strings.TrimSpace(item)))
		}
		return value.Array(items...)
	}
	return value.String(text)
}

func (c *compiler) getAtt(arg value.Value, at diag.Pointer) node {
	id, name := arg.Index(0).Str(), arg.Index(1).Str()
	if arg.IsString() {
		id, name, _ = strings.Cut(arg.Str(), ".")
	}
	if id == "" || name == "" || arg.Len() > 2 {
		return c.malformed("Fn::GetAtt", "a logical id and the name of an attribute", at)
	}
	if c.missing[id] {
		c.report("unknown-reference", at, fmt.Sprintf("%s: Fn::GetAtt names %q, whose condition does not hold", c.where(), id), "")
		return nothing
	}
	if !c.depend(id, "Fn::GetAtt", at) {
		return nothing
	}
	return getAtt{id, name}
}

func (c *compiler) join(arg value.Value, at diag.Pointer) node {
	if arg.Len() != 2 || !arg.Index(0).IsString() {
		return c.malformed("Fn::Join", "a separator and an array", at)
	}
	items := arg.Index(1)
	if _, _, ok := intrinsic(items); !ok && !items.IsArray() {
		return c.malformed("Fn::Join", "a separator and an array", at)
	}
	return join{arg.Index(0).Str(), c.compile(items, at.Index(1))}
}

func (c *compiler) choose(arg value.Value, at diag.Pointer) node {
	text, err := plainText(arg.Index(0))
	i, failure := strconv.Atoi(text)
	if arg.Len() != 2 || err != nil || failure != nil || i < 0 {
		return c.malformed("Fn::Select", "an index and an array", at)
	}
	return selection{i, c.compile(arg.Index(1), at.Index(1))}
}

// sub reads a text in which ${Name}, ${Name.Attribute} and ${AWS::Region} are references and ${!Name} is ${Name}.
func (c *compiler) sub(arg value.Value, at diag.Pointer) node {
	text, names := arg, value.Value{}
	if arg.IsArray() {
		text, names = arg.Index(0), arg.Index(1)
	}
	if !text.IsString() || arg.IsArray() && (arg.Len() != 2 || !names.IsObject()) {
		return c.malformed("Fn::Sub", "a text, or a text and an object", at)
	}
	s := sub{texts: []string{""}}
	rest := text.Str()
	for {
		before, inner, ok := strings.Cut(rest, "${")
		s.texts[len(s.texts)-1] += before
		if !ok {
			return s
		}
		name, after, ok := strings.Cut(inner, "}")
		if !ok {
			return c.malformed("Fn::Sub", "a } for each ${", at)
		}
		rest = after
		if literalName, ok := strings.CutPrefix(name, "!"); ok {
			s.texts[len(s.texts)-1] += "${" + literalName + "}"
			continue
		}
		s.nodes = append(s.nodes, c.subName(strings.TrimSpace(name), names, at))
		s.texts = append(s.texts, "")
	}
}

func (c *compiler) subName(name string, names value.Value, at diag.Pointer) node {
	if v := names.Get(name); v.Exists() {
		return c.compile(v, at.Index(1).Child(name))
	}
	if strings.Contains(name, ".") {
		return c.getAtt(value.String(name), at)
	}
	return c.ref(name, "Fn::Sub", at)
}
