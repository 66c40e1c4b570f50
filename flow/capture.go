package flow

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

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

// need reports a value that may be missing where there must be one.
func (m *machine) need(n *node, what string) {
	if n.opt != 0 {
		m.report(diagnosis{severity: diag.Warning, code: "may-be-absent", message: fmt.Sprintf("%s may be absent here, and %s is required", m.describe(n), what),
			hint: "give another value with flow.OrElse, or ask with flow.Exists first"})
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
		if s := c.f.m.settings[settingKey{v.Addr().Pointer(), v.Type()}]; s != nil {
			s.used = true
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
	switch x := v.Interface().(type) {
	case Expr:
		return x.n
	case Condition:
		n, _, _ := x.capture(c)
		return n
	case Lazy:
		own := *c // the package may keep it
		return c.any(x(&Ctx{&own}))
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
		return nothing
	}
	if n := c.reference(v); n != nil {
		return n
	}
	if v.Elem().Kind() == reflect.Struct {
		c.f.m.written[settingKey{v.Pointer(), v.Type().Elem()}] = true
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
	if s := m.settings[settingKey{p, t}]; s != nil {
		s.used = true
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
		m.report(diagnosis{code: "unknown-place", message: fmt.Sprintf("a *%s here is no field of %s: converted pointers, fields without a JSON member of their own and the insides of values that marshal themselves cannot be referred to", t, a.info.Type),
			hint: "point to a field itself, with its own type"})
		return nothing
	case place.Vague:
		m.report(diagnosis{code: "unknown-place", message: fmt.Sprintf("a field of type %s takes no memory, so it cannot be told apart from its neighbour", t), hint: "leave it out: its JSON is always the same"})
		return nothing
	}
	path := join(a.prefix, place.Path)
	n := &node{kind: refNode, prec: tight, root: a.root, path: path, opt: c.facts.opt(a.root, path), list: a.root.list && len(path) == 0}
	c.use(n)
	if place.Quoted {
		n = unquote(n, t)
	}
	return n
}

// unquote reads a member with `,string`.
func unquote(n *node, t reflect.Type) *node {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	switch t.Kind() {
	case reflect.Bool:
		return infix("=", precCmp, n, text("true"))
	case reflect.String:
		return call("$parse", n)
	default:
		return call("$number", n)
	}
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
	if t.Kind() == reflect.String {
		return chain("&", precAdd, []*node{text(`"`), call("$replace", call("$replace", n, text(`\`), text(`\\`)), text(`"`), text(`\"`)), text(`"`)})
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
	case !r.sc.holds(c.f.sc):
		m.report(diagnosis{code: "out-of-scope", message: fmt.Sprintf("%s exists only inside %s", r.title(), quoted(r.sc)), hint: "return it from there"})
	case r.empty != "":
		m.report(diagnosis{code: "no-value", message: r.empty, hint: "return a value on every way"})
	}
}

// text is a constant text. A resource's placeholder may be one.
func (c *capture) text(s string) *node {
	if r, ok := placeholderOf(s); ok {
		return c.f.m.resource(r)
	}
	c.f.m.noPlaceholder(s)
	return text(s)
}

// noPlaceholder reports a ${ that no resource or handler stands behind.
func (m *machine) noPlaceholder(s string) {
	if strings.Contains(s, "${") {
		m.report(diagnosis{code: "literal-placeholder", message: fmt.Sprintf("the text %q contains ${, which deployment would replace", shorten(s)),
			hint: "declare a resource and use its Ref, or put the text together with flow.Text(f, \"$\", \"{\")"})
	}
}

func shorten(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:59]) + "…"
	}
	return s
}

// maxExact is the largest integer that JSONata computes with exactly.
const maxExact = 1 << 53

func (c *capture) integer(n int64) *node {
	if n > maxExact || n < -maxExact {
		c.f.m.report(diagnosis{severity: diag.Warning, code: "big-integer", message: fmt.Sprintf("%d is beyond 2^53, where JSONata and many readers lose digits", n), hint: "hand it over as text"})
	}
	return constant(value.Int(n))
}

// plain is a constant that came as JSON.
func (c *capture) plain(v value.Value) *node {
	if !v.Exists() {
		return nothing
	}
	c.checkTexts(v)
	return constant(v)
}

func (c *capture) checkTexts(v value.Value) {
	switch v.Kind() {
	case value.StringKind:
		c.f.m.noPlaceholder(v.Str())
	case value.ArrayKind, value.ObjectKind:
		for _, x := range v.Elements() {
			c.checkTexts(x)
		}
		for name, x := range v.Members() {
			c.f.m.noPlaceholder(name)
			c.checkTexts(x)
		}
	}
}

// marshal is a constant as encoding/json writes it.
func (c *capture) marshal(v reflect.Value) *node {
	if v.CanAddr() {
		v = v.Addr()
	}
	var x any
	if v.CanInterface() {
		x = v.Interface()
	}
	j, err := value.From(x)
	if err != nil {
		c.f.m.report(diagnosis{code: "unsupported-value", message: fmt.Sprintf("a %s cannot be written as JSON: %v", v.Type(), err), hint: "give it a type that encoding/json can write"})
		return nothing
	}
	return c.plain(j)
}

// literal is a struct: the object that encoding/json would write, with references in place.
func (c *capture) literal(v reflect.Value, info *shape.Info) *node {
	o := &node{kind: objectNode, prec: tight, kids: make([]*node, 0, len(info.Fields)), parts: &parts{names: make([]string, 0, len(info.Fields))}}
	for i := range info.Fields {
		jf := &info.Fields[i]
		fv, ok := fieldByIndex(v, jf.Index)
		if !ok || c.omitted(fv, jf) {
			continue
		}
		n := c.value(fv)
		if jf.Quoted {
			n = quote(n, jf.Type)
		}
		if jf.Omits() { // what would be left out when nil must not arrive as null
			n = noNull(n)
		}
		if n.opt != 0 && (jf.Required || jf.Opt() == 0) {
			c.f.m.need(n, fmt.Sprintf("the member %q of %s", jf.Name, typeName(v.Type())))
		}
		o.names, o.kids = append(o.names, jf.Name), append(o.kids, n)
	}
	return fold(o)
}

func typeName(t reflect.Type) string {
	if t.Name() == "" {
		return "the literal"
	}
	return t.String()
}

// fold turns an object or a list of constants into one constant.
func fold(n *node) *node {
	for _, k := range n.kids {
		if k.kind != constNode {
			return n
		}
	}
	if n.kind == listNode {
		items := make([]value.Value, len(n.kids))
		for i, k := range n.kids {
			items[i] = k.v
		}
		return constant(value.Array(items...))
	}
	var b value.Builder
	for i, name := range n.names {
		b.Set(name, n.kids[i].v)
	}
	return constant(b.Object())
}

// fieldByIndex is FieldByIndex that gives up at a nil embedded pointer, as encoding/json does.
func fieldByIndex(v reflect.Value, index []int) (reflect.Value, bool) {
	for i, x := range index {
		if i > 0 && v.Kind() == reflect.Pointer {
			if v.IsNil() {
				return v, false
			}
			v = v.Elem()
		}
		v = v.Field(x)
	}
	return v, true
}

func (c *capture) omitted(v reflect.Value, f *shape.Field) bool {
	if !f.OmitEmpty && !f.OmitZero {
		return false
	}
	if v.CanAddr() && c.f.m.settings[settingKey{v.Addr().Pointer(), v.Type()}] != nil {
		return false
	}
	if f.OmitZero && isZero(v) {
		return !c.holdsSetting(v)
	}
	if !f.OmitEmpty {
		return false
	}
	switch v.Kind() {
	case reflect.Array, reflect.Map, reflect.Slice, reflect.String:
		return v.Len() == 0
	case reflect.Struct:
		return false
	default:
		return v.IsZero()
	}
}

func isZero(v reflect.Value) bool {
	if v.CanInterface() {
		if z, ok := v.Interface().(interface{ IsZero() bool }); ok && (v.Kind() != reflect.Pointer || !v.IsNil()) {
			return z.IsZero()
		}
	}
	if v.CanAddr() && v.Addr().CanInterface() {
		if z, ok := v.Addr().Interface().(interface{ IsZero() bool }); ok {
			return z.IsZero()
		}
	}
	return v.IsZero()
}

// holdsSetting tells whether Fill put something into a struct that looks empty.
func (c *capture) holdsSetting(v reflect.Value) bool {
	if !v.CanAddr() {
		return false
	}
	start := v.Addr().Pointer()
	for _, s := range c.f.m.settings {
		if s.start >= start && s.start < start+v.Type().Size() {
			return true
		}
	}
	return false
}

func (c *capture) mapping(v reflect.Value) *node {
	if v.IsNil() {
		return nothing
	}
	byName := map[string]reflect.Value{}
	for k, e := range v.Seq2() {
		name, err := keyText(k)
		if err != nil {
			return c.marshal(v)
		}
		byName[name] = e
	}
	o := &node{kind: objectNode, prec: tight, parts: &parts{}}
	for _, name := range slices.Sorted(maps.Keys(byName)) {
		c.f.m.noPlaceholder(name)
		o.names, o.kids = append(o.names, name), append(o.kids, c.value(byName[name]))
	}
	return fold(o)
}

func keyText(k reflect.Value) (string, error) {
	if k.Kind() == reflect.String {
		return k.String(), nil
	}
	b, err := json.Marshal(k.Interface())
	return strings.Trim(string(b), `"`), err
}

func (c *capture) list(v reflect.Value) *node {
	switch {
	case v.Kind() == reflect.Slice && v.IsNil():
		return nothing
	case v.Type().Elem().Kind() == reflect.Uint8:
		return c.marshal(v)
	}
	l := &node{kind: listNode, prec: tight, list: true}
	for i := range v.Len() {
		n := c.value(v.Index(i))
		if n.kind != constNode {
			c.f.m.need(n, "an element of a list")
			n = keepList(n, v.Type().Elem())
		}
		l.kids = append(l.kids, n)
	}
	return fold(l)
}

// keepList keeps an array that stands in an array constructor from being poured into it.
func keepList(n *node, t reflect.Type) *node {
	switch {
	case constructs(n):
		return n
	case t.Kind() == reflect.Slice || t.Kind() == reflect.Array:
		n = asList(n)
	case !n.list:
		return n
	}
	return &node{kind: listNode, prec: tight, list: true, kids: []*node{n}}
}

// constructs tells whether n is spelled as a constant or an array constructor, which is never poured out.
func constructs(n *node) bool {
	for n.kind == refNode && n.root.kind == calcRoot {
		n = pick(n.root.calc, n.path)
	}
	return n.kind == listNode || n.kind == constNode || n.brackets
}

// asList is n, or no elements when n is null or absent, as a nil slice of a Go handler arrives.
func asList(n *node) *node {
	if n.list {
		return n
	}
	l := choose(infix("=", precCmp, call("$type", n), text("array")), n, constant(value.Array()))
	l.list, l.opt = true, 0
	return l
}
