package flow

import (
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// A writer spells nodes as JSONata at one place of the document.
type writer struct {
	b      []byte
	step   *step   // the state that the expression is a part of
	edge   *edge   // the way out that the expression is evaluated on; nil in arguments
	upto   int     // how many of the edge's assignments are known there
	params []*root // the parameters of the functions around it; the first is $e1
}

// A spelled is what a reference comes to at a place: another node, or a name.
type spelled struct {
	node *node
	upto int // the assignments that the node's own references see
	name string
}

// spell finds what root is called where w writes. What the same edge assigns is not visible there yet, because ASL
// evaluates all of a state's assignments and its output from the values before: its source stands in for it.
func (w *writer) spell(r *root) spelled {
	switch r.kind {
	case calcRoot:
		return spelled{node: r.calc, upto: w.upto}
	case paramRoot:
		for i, p := range w.params {
			if p == r {
				return spelled{name: "$e" + strconv.Itoa(i+1)}
			}
		}
		return spelled{name: "$e"}
	case fixedRoot, rowRoot:
		return spelled{name: r.fixed}
	case varRoot:
		if n := r.inputAt(w.step); n != nil {
			return spelled{node: n}
		}
		if w.edge != nil {
			for i := w.upto - 1; i >= 0; i-- {
				if a := w.edge.assigns[i]; a.to == r {
					return spelled{node: a.source(), upto: i - a.with}
				}
			}
		}
	}
	return spelled{name: "$" + r.name}
}

// write spells n; it must bind at least as tightly as need, or gets parentheses.
func (w *writer) write(n *node, need int8) {
	switch n.kind {
	case refNode:
		if base, path, ok := w.step.carriedAs(n); ok {
			w.pathed(func() { w.str(base) }, path)
			return
		}
		s := w.spell(n.root)
		if s.node != nil {
			upto := w.upto
			w.upto = s.upto
			w.write(pick(s.node, n.path), need)
			w.upto = upto
			return
		}
		w.pathed(func() { w.str(s.name) }, n.path)
		return
	case selectNode:
		w.pathed(func() { w.write(n.kids[0], tight) }, n.path)
		return
	case constNode, objectNode, listNode, formNode: // may need parentheses
	}
	if n.brackets && w.constructor(n.kids[0]) { // [[…]] would be a list in a list
		w.write(n.kids[0], need)
		return
	}
	if n.prec < need {
		w.b = append(w.b, '(')
		defer func() { w.b = append(w.b, ')') }()
	}
	switch n.kind {
	case constNode:
		w.b = appendSpaced(w.b, n.v)
	case objectNode:
		w.b = append(w.b, '{')
		for i, name := range n.names {
			w.comma(i)
			w.b = value.AppendQuoted(w.b, name)
			w.str(": ")
			w.write(n.kids[i], loose)
		}
		w.b = append(w.b, '}')
	case listNode:
		w.b = append(w.b, '[')
		for i, k := range n.kids {
			w.comma(i)
			w.write(k, loose)
		}
		w.b = append(w.b, ']')
	case formNode:
		w.params = append(w.params, n.bound...)
		for i, k := range n.kids {
			w.str(n.text[i])
			w.write(k, n.need[i])
		}
		w.str(n.text[len(n.kids)])
		w.params = w.params[:len(w.params)-len(n.bound)]
	case refNode, selectNode: // written above
	}
}

// constructor tells whether n is a reference that is spelled here as an array constructor, which another one around it
// would not pour out.
func (w *writer) constructor(n *node) bool {
	upto := w.upto
	defer func() { w.upto = upto }()
	for n.kind == refNode {
		s := w.spell(n.root)
		if s.node == nil {
			return false
		}
		w.upto, n = s.upto, pick(s.node, n.path)
	}
	return n.kind == listNode || n.kind == constNode && n.v.IsArray() || n.kind == formNode && n.brackets
}

func (w *writer) str(s string) { w.b = append(w.b, s...) }

func (w *writer) comma(i int) {
	if i > 0 {
		w.str(", ")
	}
}

// pathed spells base and the way from there.
func (w *writer) pathed(base func(), path []shape.Seg) {
	for i := len(path) - 1; i >= 0; i-- {
		if s := path[i]; !s.Elem && (s.Name == "" || strings.ContainsAny(s.Name, "`\n\r")) { // no name for a path
			w.str("$lookup(")
			w.pathed(base, path[:i])
			w.str(", ")
			w.b = value.AppendQuoted(w.b, s.Name)
			w.str(")")
			w.segments(path[i+1:])
			return
		}
	}
	base()
	w.segments(path)
}

func (w *writer) segments(path []shape.Seg) {
	for _, s := range path {
		switch {
		case s.Elem:
			w.b = append(strconv.AppendInt(append(w.b, '['), int64(s.Index), 10), ']')
		case plain(s.Name):
			w.b = append(append(w.b, '.'), s.Name...)
		default:
			w.b = append(append(append(w.b, ".`"...), s.Name...), '`')
		}
	}
}

// plain tells whether JSONata reads name as a field without backticks.
func plain(name string) bool {
	switch name {
	case "and", "or", "in", "true", "false", "null", "function":
		return false
	}
	for i := range len(name) {
		c := name[i]
		if c != '_' && (c|0x20 < 'a' || c|0x20 > 'z') && (i == 0 || c < '0' || c > '9') {
			return false
		}
	}
	return name != ""
}

// appendSpaced writes a constant as JSON with a blank after commas and colons, as people read expressions.
func appendSpaced(b []byte, v value.Value) []byte {
	switch v.Kind() {
	case value.ArrayKind:
		b = append(b, '[')
		for i, x := range v.Elements() {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = appendSpaced(b, x)
		}
		return append(b, ']')
	case value.ObjectKind:
		b = append(b, '{')
		i := 0
		for name, x := range v.Members() {
			if i++; i > 1 {
				b = append(b, ", "...)
			}
			b = append(value.AppendQuoted(b, name), ": "...)
			b = appendSpaced(b, x)
		}
		return append(b, '}')
	default:
		return v.AppendJSON(b)
	}
}

// expression spells n between the delimiters that make a string an expression.
func (w *writer) expression(n *node) value.Value {
	w.b = append(w.b[:0], "{% "...)
	w.write(n, loose)
	w.str(" %}")
	return value.String(string(w.b))
}

// template spells n as a payload: JSON in which only what is not constant is an expression. An object with a member
// that may be absent becomes one expression, because there an absent member vanishes.
func (w *writer) template(n *node) value.Value {
	switch n.kind {
	case constNode:
		return w.constant(n.v)
	case objectNode:
		if dynamic(n) {
			return w.expression(n)
		}
		var b value.Builder
		b.Grow(len(n.names))
		for i, name := range n.names {
			b.Set(name, w.template(n.kids[i]))
		}
		return b.Object()
	case listNode:
		if dynamic(n) {
			return w.expression(n)
		}
		items := make([]value.Value, len(n.kids))
		for i, k := range n.kids {
			items[i] = w.template(k)
		}
		return value.Array(items...)
	case refNode:
		if s := w.spell(n.root); s.node != nil {
			upto := w.upto
			w.upto = s.upto
			defer func() { w.upto = upto }()
			return w.template(pick(s.node, n.path))
		}
	case selectNode, formNode: // expressions always
	}
	return w.expression(n)
}

func dynamic(n *node) bool {
	for _, k := range n.kids {
		if k.opt&shape.Absent != 0 {
			return true
		}
	}
	return false
}

// constant writes a constant into a template. Text that looks like an expression is spelled as one that gives it.
func (w *writer) constant(v value.Value) value.Value {
	switch v.Kind() {
	case value.StringKind:
		if strings.HasPrefix(v.Str(), "{%") || strings.HasSuffix(v.Str(), "%}") {
			return value.String("{% " + string(value.AppendQuoted(nil, v.Str())) + " %}")
		}
	case value.ArrayKind:
		if !looksDynamic(v) {
			return v
		}
		items := make([]value.Value, v.Len())
		for i, x := range v.Elements() {
			items[i] = w.constant(x)
		}
		return value.Array(items...)
	case value.ObjectKind:
		if !looksDynamic(v) {
			return v
		}
		var b value.Builder
		for name, x := range v.Members() {
			b.Set(name, w.constant(x))
		}
		return b.Object()
	}
	return v
}

func looksDynamic(v value.Value) bool {
	switch v.Kind() {
	case value.StringKind:
		return strings.HasPrefix(v.Str(), "{%") || strings.HasSuffix(v.Str(), "%}")
	case value.ArrayKind, value.ObjectKind:
		for _, x := range v.Elements() {
			if looksDynamic(x) {
				return true
			}
		}
		for _, x := range v.Members() {
			if looksDynamic(x) {
				return true
			}
		}
	}
	return false
}
