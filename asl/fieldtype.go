package asl

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/value"
)

// text is a field that holds a string, never an empty one.
func text[T any](name string, at func(*T) *string, allowed ...string) field[T] {
	return field[T]{
		name: name,
		get: func(x *T) value.Value {
			if s := *at(x); s != "" {
				return value.String(s)
			}
			return value.Value{}
		},
		set: func(d *decoder, n int32, x *T) {
			if s, ok := d.string(n); ok {
				*at(x) = s
				if s == "" {
					d.report(d.nodes[n].off, CodeWrongValue, "give it a value, or remove it", "%s is an empty string", d.here())
				}
				d.oneOf(n, s, allowed)
			}
		},
	}
}

// optional is a field that holds a string, which may be empty.
func optional[T any](name string, at func(*T) **string, allowed ...string) field[T] {
	return field[T]{
		name: name,
		get: func(x *T) value.Value {
			if s := *at(x); s != nil {
				return value.String(*s)
			}
			return value.Value{}
		},
		set: func(d *decoder, n int32, x *T) {
			if s, ok := d.string(n); ok {
				*at(x) = &s
				d.oneOf(n, s, allowed)
			}
		},
	}
}

// path is a JSONPath field that holds a path to the field's value.
func path[T any](name string, at func(*T) **string) field[T] {
	return optional(name, at).in(JSONPath).is(evalPath)
}

// whole is a field that holds a whole number.
func whole[T any](name string, at func(*T) **int) field[T] {
	return field[T]{
		name: name,
		get: func(x *T) value.Value {
			if i := *at(x); i != nil {
				return value.Int(*i)
			}
			return value.Value{}
		},
		set: func(d *decoder, n int32, x *T) {
			if i, ok := d.value(n).Int(); ok && d.nodes[n].kind == value.NumberKind {
				*at(x) = new(int(i))
				return
			}
			d.wrongType(n, "a whole number")
		},
	}
}

// number is a field that holds a number.
func number[T any](name string, at func(*T) **float64) field[T] {
	return field[T]{
		name: name,
		get: func(x *T) value.Value {
			if f := *at(x); f != nil {
				return value.Float(*f)
			}
			return value.Value{}
		},
		set: func(d *decoder, n int32, x *T) {
			v := d.value(n)
			f := v.Float()
			switch {
			case !v.IsNumber():
				d.wrongType(n, "a number")
			case !value.Equal(v, value.Float(f)):
				d.wrongType(n, "a number with at most 15 digits")
			default:
				*at(x) = &f
			}
		},
	}
}

// flag is a field that holds a boolean.
func flag[T any](name string, at func(*T) **bool) field[T] {
	return field[T]{
		name: name,
		get: func(x *T) value.Value {
			if b := *at(x); b != nil {
				return value.Bool(*b)
			}
			return value.Value{}
		},
		set: func(d *decoder, n int32, x *T) {
			if d.nodes[n].kind != value.BoolKind {
				d.wrongType(n, "true or false")
				return
			}
			*at(x) = new(d.literal(n) == "true")
		},
	}
}

// strs is a field that holds a list of strings, never an empty one.
func strs[T any](name string, at func(*T) *[]string) field[T] {
	return field[T]{
		name: name,
		get: func(x *T) value.Value {
			all := *at(x)
			if all == nil {
				return value.Value{}
			}
			items := make([]value.Value, len(all))
			for i, s := range all {
				items[i] = value.String(s)
			}
			return value.Array(items...)
		},
		set: func(d *decoder, n int32, x *T) {
			if !d.list1(n, "an array of strings") {
				return
			}
			all := []string{}
			d.items(n, func(_ int, item int32) {
				if s, ok := d.string(item); ok {
					all = append(all, s)
				}
			})
			*at(x) = all
		},
	}
}

// list1 tells whether n is an array; an empty one is reported.
func (d *decoder) list1(n int32, expected string) bool {
	if d.nodes[n].kind != value.ArrayKind {
		d.wrongType(n, expected)
		return false
	}
	if d.nodes[n].next == n+1 && !d.nodes[n].open {
		d.report(d.nodes[n].off, CodeMissingField, missing[d.path[len(d.path)-1].name], "%s is empty; expected at least one item", d.here())
	}
	return true
}

// string is the content of n, which must be a string.
func (d *decoder) string(n int32) (string, bool) {
	if d.nodes[n].kind != value.StringKind {
		d.wrongType(n, "a string")
		return "", false
	}
	return d.text(n), true
}

// oneOf reports a value that is none of those allowed, unless it is still to be substituted.
func (d *decoder) oneOf(n int32, s string, allowed []string) {
	if len(allowed) == 0 || s == "" || slices.Contains(allowed, s) || strings.Contains(s, "${") {
		return
	}
	d.report(d.nodes[n].off, CodeWrongValue, suggest.Hint(s, allowed), "%s is %s; expected %s", d.here(), diag.Quote(s), alternatives(allowed))
}

// An expectation says what a field of type value.Value may hold.
type expectation struct {
	kinds []value.Kind
	expr  bool // in JSONata also a string that is an expression
	whole bool // numbers must be whole
	text  string
	also  func(*decoder, int32) // looks further into a value of the right type
}

var (
	anything   = expectation{}
	anObject   = expectation{kinds: []value.Kind{value.ObjectKind}, text: "an object"}
	anArgument = expectation{kinds: []value.Kind{value.ObjectKind}, expr: true, text: "an object"}
	aSelector  = expectation{kinds: []value.Kind{value.ObjectKind, value.ArrayKind}, expr: true, text: "an object"}
	aList      = expectation{kinds: []value.Kind{value.ArrayKind, value.ObjectKind}, expr: true, text: "an array"}
	aCount     = expectation{kinds: []value.Kind{value.NumberKind}, expr: true, whole: true, text: "a whole number"}
	aNumber    = expectation{kinds: []value.Kind{value.NumberKind}, expr: true, text: "a number"}
	aCondition = expectation{kinds: []value.Kind{value.BoolKind}, expr: true, text: "true or false"}
	aString    = expectation{kinds: []value.Kind{value.StringKind}, text: "a string"}
	aPath      = expectation{kinds: []value.Kind{value.StringKind, value.NullKind}, text: "a path or null"}
	aTimestamp = expectation{kinds: []value.Kind{value.StringKind}, text: "a timestamp", also: (*decoder).timestamp}
)

// val is a field that holds a value.
func val[T any](name string, e expectation, at func(*T) *value.Value) field[T] {
	return field[T]{
		name: name,
		get:  func(x *T) value.Value { return *at(x) },
		set: func(d *decoder, n int32, x *T) {
			*at(x) = d.value(n)
			d.expect(n, e)
		},
	}
}

// expect reports a value that is not what e says.
func (d *decoder) expect(n int32, e expectation) {
	kind := d.nodes[n].kind
	switch {
	case e.kinds == nil:
	case e.expr && kind == value.StringKind && d.lang == JSONata && IsExpression(d.text(n)):
	case !slices.Contains(e.kinds, kind):
		d.unexpected(n, e)
	case e.whole && kind == value.NumberKind:
		if _, ok := d.value(n).Int(); !ok {
			d.wrongType(n, e.text)
		}
	case e.also != nil:
		e.also(d, n)
	}
}

func (d *decoder) unexpected(n int32, e expectation) {
	expected, hint := e.text, ""
	if e.expr && d.nodes[n].kind == value.StringKind {
		switch s := d.text(n); {
		case d.lang != JSONata && IsExpression(s):
			hint = `expressions are only known in states with "QueryLanguage": "JSONata"`
		case d.lang == JSONata:
			hint = fmt.Sprintf(`an expression stands between "{%%" and "%%}": "{%% %s %%}"`, diag.Shorten(strings.Trim(s, "{% }"), 80))
		}
	}
	if e.expr && d.lang == JSONata {
		expected += `, or an expression "{% … %}"`
	}
	d.mistyped(n, expected, hint)
}

// timestamp reports text that is neither an RFC 3339 timestamp nor computed later.
func (d *decoder) timestamp(n int32) {
	s := d.text(n)
	if d.lang == JSONata && IsExpression(s) || strings.Contains(s, "${") {
		return
	}
	if _, err := time.Parse(time.RFC3339Nano, s); err != nil {
		d.report(d.nodes[n].off, CodeWrongValue, "write date and time with a capital T between them, and Z or an offset such as +01:00 at the end",
			`%s is %s; expected a timestamp such as "2026-01-31T08:30:00Z"`, d.here(), diag.Quote(s))
	}
}

// IsExpression tells whether s is a JSONata expression in a field that can hold one: it begins with "{%" and ends
// with "%}", with nothing around them.
func IsExpression(s string) bool {
	return len(s) >= 4 && strings.HasPrefix(s, "{%") && strings.HasSuffix(s, "%}")
}

// nested is a field that holds an object with fields of its own.
func nested[T, U any](name string, of *table[U], at func(*T) **U) field[T] {
	return field[T]{
		name: name,
		get: func(x *T) value.Value {
			if u := *at(x); u != nil {
				return of.value(u)
			}
			return value.Value{}
		},
		set: func(d *decoder, n int32, x *T) {
			u := new(U)
			if of.decode(d, n, u) {
				*at(x) = u
			}
		},
		eval: evalTable(of),
	}
}

// several is a field that holds a list of objects; place, if given, tells an object where it was written.
func several[T, U any](name string, of *table[U], at func(*T) *[]U, place func(*U, *decoder, int32)) field[T] {
	return field[T]{
		name: name,
		get: func(x *T) value.Value {
			all := *at(x)
			if all == nil {
				return value.Value{}
			}
			items := make([]value.Value, len(all))
			for i := range all {
				items[i] = of.value(&all[i])
			}
			return value.Array(items...)
		},
		set: func(d *decoder, n int32, x *T) {
			if d.nodes[n].kind != value.ArrayKind {
				d.wrongType(n, "an array of objects")
				return
			}
			all := []U{}
			d.items(n, func(_ int, item int32) {
				var u U
				place(&u, d, item)
				if of.decode(d, item, &u) {
					all = append(all, u)
				}
			})
			*at(x) = all
		},
		eval: evalList(evalTable(of)),
	}
}

// config is a field that holds an object which stays a value, but whose fields are known.
func config[T any](name string, of *table[struct{}], at func(*T) *value.Value) field[T] {
	return field[T]{
		name: name,
		get:  func(x *T) value.Value { return *at(x) },
		set: func(d *decoder, n int32, x *T) {
			v, err := value.ParseString(d.src[d.nodes[n].off:d.nodes[n].end])
			if of.decode(d, n, &struct{}{}) && err == nil {
				*at(x) = v
			}
		},
		eval: evalTemplate,
	}
}

// setting is a field of a config.
func setting(name string, e expectation, allowed ...string) field[struct{}] {
	return field[struct{}]{name: name, set: func(d *decoder, n int32, _ *struct{}) {
		d.expect(n, e)
		if d.nodes[n].kind == value.StringKind && !IsExpression(d.text(n)) {
			d.oneOf(n, d.text(n), allowed)
		}
	}}
}
