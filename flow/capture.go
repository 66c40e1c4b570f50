package flow

import (
	"encoding/json"
	"fmt"
	"reflect"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// A capture turns what an author hands over into nodes: pointers to places into references, everything else into
// constants and literals.
type capture struct {
	f     *Flow
	facts facts
	depth int
	deep  bool // a literal was too deep
}

func (f *Flow) capture() *capture { return &capture{f: f, facts: f.facts()} }

// node is the value of v.
func (f *Flow) node(v any) *node {
	m := f.m
	m.mine()
	var c *capture
	if n := len(m.spare); n > 0 {
		c, m.spare = m.spare[n-1], m.spare[:n-1]
	} else {
		c = &capture{}
	}
	*c = capture{f: f, facts: f.facts()}
	n := c.any(v)
	m.spare = append(m.spare, c)
	return n
}

// needed is the value of v, in a place that cannot be left out.
func (f *Flow) needed(v any, what string) *node {
	n := f.node(v)
	f.m.need(n, what)
	return n
}

// operand is the value of v, of which something is worked out.
func (f *Flow) operand(v any) *node {
	n := f.node(v)
	if n == nobody {
		f.m.report(diagnosis{code: "nil-argument", message: fmt.Sprintf("something is worked out from a nil %T", v), hint: "point to a field, a result, a variable or a constant"})
	}
	return n
}

// need reports a value that may be missing where there must be one.
func (m *machine) need(n *node, what string) {
	if n == nobody {
		m.report(diagnosis{step: m.making, code: "nil-argument", message: what + " is a nil pointer", hint: "point to a field, a result, a variable or a constant"})
	}
	if n.opt != 0 {
		m.report(diagnosis{
			severity: diag.Warning, code: "may-be-absent", message: fmt.Sprintf("%s may be absent here, and %s is required", m.describe(n), what),
			hint: "give another value with flow.OrElse, or ask with flow.Exists first",
		})
	}
}

// describe names a node for messages.
func (m *machine) describe(n *node) string {
	switch n.kind {
	case refNode:
		if n.root.kind == calcRoot && len(n.path) == 0 {
			return m.describe(n.root.calc)
		}
		return n.root.title() + pathText(n.path)
	case selectNode:
		return m.describe(n.kids[0]) + pathText(n.path)
	default:
		return "the value"
	}
}

func (c *capture) any(v any) *node {
	n := c.value(reflect.ValueOf(v))
	if c.deep && c.depth == 0 {
		c.deep = false
		c.f.m.report(diagnosis{code: "too-deep", message: fmt.Sprintf("a literal is nested deeper than %d levels, or contains itself", maxDepth), hint: "write less, or hand the data over through S3"})
	}
	return n
}

// maxDepth is how deep a literal may be.
const maxDepth = 100

func (c *capture) value(v reflect.Value) *node {
	if !v.IsValid() {
		return nothing
	}
	if c.depth > maxDepth {
		c.deep = true
		return nothing
	}
	c.depth++
	defer func() { c.depth-- }()
	if v.CanAddr() && len(c.f.m.settings) > 0 {
		if s := c.f.m.setting(v); s != nil {
			return c.again(s.node)
		}
	}
	if n := c.special(v); n != nil {
		return n
	}
	switch v.Kind() {
	case reflect.Interface:
		return c.value(v.Elem())
	case reflect.Pointer:
		return c.pointer(v)
	}
	info := shape.Of(v.Type())
	if info.Marshals || info.Bad != "" || v.Type() == reflect.TypeFor[json.Number]() {
		return c.marshal(v)
	}
	switch v.Kind() {
	case reflect.Struct:
		return c.literal(v, info)
	case reflect.Map:
		return c.mapping(v)
	case reflect.Slice, reflect.Array:
		return c.list(v)
	case reflect.String:
		return c.text(v.String())
	case reflect.Bool:
		return constant(value.Bool(v.Bool()))
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return c.integer(v.Int())
	}
	return c.marshal(v)
}

// special looks for values with a meaning of their own.
func (c *capture) special(v reflect.Value) *node {
	if !v.CanInterface() || v.Kind() != reflect.Struct && v.Kind() != reflect.Func && v.Kind() != reflect.Pointer && v.Kind() != reflect.Slice {
		return nil
	}
	if w, ok := asWorkflow(v); ok {
		return c.f.m.child(v, w)
	}
	switch x := v.Interface().(type) {
	case Expr:
		return x.n
	case Condition:
		n, _, _ := x.capture(c)
		return n
	case Lazy:
		own := *c // the package may keep it
		return c.any(x(&Ctx{&own}))
	case Bucket:
		return c.any(x.Ref())
	case placeholder:
		if v.Kind() == reflect.Pointer && v.IsNil() {
			return nil
		}
		return c.f.m.resource(x.resource())
	case value.Value:
		return c.plain(x)
	case *value.Value:
		if x != nil {
			return c.plain(*x)
		}
	case json.RawMessage:
		return c.marshal(v)
	}
	return nil
}

// pointer is a reference if it points into a value of the workflow, else the constant or literal it points to.
func (c *capture) pointer(v reflect.Value) *node {
	if v.IsNil() {
		if c.depth == 1 {
			return nobody
		}
		return nothing
	}
	if n := c.reference(v); n != nil {
		return n
	}
	if v.Elem().Kind() == reflect.Struct {
		c.f.m.written[settingKey{v.Pointer(), v.Type().Elem()}] = v
	}
	return c.value(v.Elem())
}

// reference resolves a pointer; nil when it points into no value of the workflow.
func (c *capture) reference(v reflect.Value) *node {
	m := c.f.m
	p, t := v.Pointer(), v.Type().Elem()
	if a := m.allocAt(p); a != nil {
		return c.place(a, p-a.start, t)
	}
	if len(m.settings) == 0 {
		return nil
	}
	if s := m.setting(v.Elem()); s != nil {
		return c.again(s.node)
	}
	for _, s := range m.settings { // a part of a place that Fill has filled
		if p >= s.start && p < s.start+s.typ.Size() {
			if place := shape.Of(s.typ).Place(p-s.start, t); place != nil && len(place.Path) > 0 {
				s.used = true
				return pick(c.again(s.node), place.Path)
			}
		}
	}
	return nil
}

// again is a reference captured earlier, with what is known here.
func (c *capture) again(n *node) *node {
	if n.kind != refNode || n.opt == 0 {
		return n
	}
	r := *n
	r.opt = c.facts.opt(n.root, n.path)
	return &r
}

func (c *capture) place(a *alloc, offset uintptr, t reflect.Type) *node {
	m := c.f.m
	if a.info == nil {
		m.report(diagnosis{code: "too-deep", message: fmt.Sprintf("%s holds itself: a place that many levels down cannot be referred to", a.root.title()), hint: "flow.Shape or flow.JSONata can look further"})
		return nothing
	}
	place := a.info.Place(offset, t)
	switch {
	case place == nil:
		m.report(diagnosis{
			code: "unknown-place", message: fmt.Sprintf("a *%s here is no field of %s: converted pointers, fields without a JSON member of their own and the insides of values that marshal themselves cannot be referred to", t, a.info.Type),
			hint: "point to a field itself, with its own type",
		})
		return nothing
	case place.Vague:
		m.report(diagnosis{code: "unknown-place", message: fmt.Sprintf("a field of type %s takes no memory, so it cannot be told apart from its neighbour", t), hint: "leave it out: its JSON is always the same"})
		return nothing
	}
	path := join(a.prefix, place.Path)
	n := &node{kind: refNode, prec: tight, root: a.root, path: path, opt: c.facts.opt(a.root, path), list: a.root.list && len(path) == 0}
	c.use(n)
	if place.Quoted || a.quoted && len(place.Path) == 0 {
		n = unquote(n, t)
	}
	return n
}

// unquote reads a member with `,string`.
func unquote(n *node, t reflect.Type) *node {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	in := noNull(n)
	var out *node
	switch t.Kind() {
	case reflect.Bool:
		out = infix("=", precCmp, in, text("true"))
		out.opt = in.opt
	case reflect.String:
		out = call("$parse", in)
	default:
		out = call("$number", in)
	}
	out.quoted = n
	return out
}

// quote writes a member with `,string`.
func quote(n *node, t reflect.Type) *node {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	if n.kind == constNode {
		if n.v.IsNull() {
			return n
		}
		return text(n.v.String())
	}
	if n.kind == formNode && n.quoted != nil { // it was in a string before: no digit is lost
		return n.quoted
	}
	n = noNull(n)
	if t.Kind() == reflect.String {
		return jsonText(n, t)
	}
	return call("$string", n)
}

// use checks that a reference may stand here.
func (c *capture) use(n *node) {
	m, r := c.f.m, n.root
	switch {
	case r.kind == rowRoot:
		m.report(diagnosis{code: "row-attribute", message: fmt.Sprintf("%s is an attribute of a table's row, not a value of the workflow", n.root.title()+pathText(n.path)), hint: "read the row with Get, and refer to what that gives"})
	case r.kind == paramRoot && r.closed:
		m.report(diagnosis{code: "out-of-scope", message: "an element exists only inside the function given to Map, Filter or SortBy", hint: "return what you need from that function"})
	case r.spent != "":
		m.report(diagnosis{code: "token-elsewhere", message: fmt.Sprintf("the token of %q is used outside its message", r.spent), hint: "a token exists only in the arguments of the step that waits for it"})
	case !r.sc.holds(c.f.sc):
		m.report(diagnosis{code: "out-of-scope", message: fmt.Sprintf("%s exists only inside %s", r.title(), quoted(r.sc)), hint: "return it from there"})
	case r.empty != "":
		m.report(diagnosis{code: "no-value", near: r.step, message: r.empty, hint: "return a value on every way"})
	}
}
