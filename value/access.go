package value

import (
	"iter"
	"math"
	"strconv"
	"strings"
)

// Kind tells what v is.
func (v Value) Kind() Kind {
	if v.node == nil {
		return Absent
	}
	return v.node.kind
}

// Exists tells whether v is there at all, be it null.
func (v Value) Exists() bool { return v.node != nil }

// IsNull tells whether v is JSON null. An absent value is not null.
func (v Value) IsNull() bool { return v.node == aNull }

// IsString tells whether v is a string.
func (v Value) IsString() bool { return v.node == aString }

// IsNumber tells whether v is a number.
func (v Value) IsNumber() bool { return v.node == aNumber }

// IsBool tells whether v is a boolean.
func (v Value) IsBool() bool { return v.node == aBool }

// IsArray tells whether v is an array.
func (v Value) IsArray() bool { return v.Kind() == ArrayKind }

// IsObject tells whether v is an object.
func (v Value) IsObject() bool { return v.Kind() == ObjectKind }

// Bool is v's truth; false when v is no boolean.
func (v Value) Bool() bool { return v.node == aBool && v.text != "" }

// Str is v's text; empty when v is no string.
func (v Value) Str() string {
	if v.node != aString {
		return ""
	}
	return v.text
}

// Literal is the spelling of the number v; empty when v is no number.
func (v Value) Literal() string {
	if v.node != aNumber {
		return ""
	}
	return v.text
}

// Float is the number v as a float64, rounded to the nearest one; NaN when v is no number. Literals beyond the
// range give an infinity.
func (v Value) Float() float64 {
	if v.node != aNumber {
		return math.NaN()
	}
	f, _ := strconv.ParseFloat(v.text, 64)
	return f
}

// Int is the number v as an int64; ok is false when v is no number, has a fraction, or does not fit.
// 1.0 and 1e2 are integers.
func (v Value) Int() (n int64, ok bool) {
	if v.node != aNumber {
		return 0, false
	}
	if n, err := strconv.ParseInt(v.text, 10, 64); err == nil {
		return n, true
	}
	neg, digits, exp := decimal(v.text)
	if digits == "" {
		return 0, true
	}
	if exp < 0 || len(digits)+exp > 19 {
		return 0, false
	}
	s := digits + strings.Repeat("0", exp)
	if neg {
		s = "-" + s
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// Len is the number of an array's items or an object's members, else 0.
func (v Value) Len() int {
	if v.node == nil {
		return 0
	}
	return v.node.len()
}

// Index is the item i of an array, counted from 0; absent when there is none.
func (v Value) Index(i int) Value {
	if v.Kind() != ArrayKind || i < 0 || i >= v.node.len() {
		return Value{}
	}
	return v.node.all()[i]
}

// Elements are an array's items, in order; nil when v is no array. The slice must not be written to.
func (v Value) Elements() []Value {
	if v.Kind() != ArrayKind {
		return nil
	}
	return v.node.all()
}

// Members are an object's members, in order; none when v is no object.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.Kind() != ObjectKind {
			return
		}
		for i, name := range v.node.names {
			if !yield(name, v.node.items[i]) {
				return
			}
		}
	}
}

// Names are the names of an object's members, in order; nil when v is no object. The slice must not be written to.
func (v Value) Names() []string {
	if v.Kind() != ObjectKind {
		return nil
	}
	return v.node.names
}

// Values are the values of an object's members, in the order of Names; nil when v is no object. The slice must not be
// written to.
func (v Value) Values() []Value {
	if v.Kind() != ObjectKind {
		return nil
	}
	return v.node.items
}

// Get is the member called name; absent when v has none or is no object.
func (v Value) Get(name string) Value {
	if v.Kind() != ObjectKind {
		return Value{}
	}
	if i := v.node.find(name); i >= 0 {
		return v.node.items[i]
	}
	return Value{}
}

// Path follows names through objects; absent as soon as one is missing.
func (v Value) Path(names ...string) Value {
	for _, n := range names {
		v = v.Get(n)
	}
	return v
}

// With is v with the member name set to x; v must be an object or absent. An absent x removes the member.
func (v Value) With(name string, x Value) Value {
	switch {
	case !x.Exists():
		return v.Without(name)
	case v.Get(name).Exists():
		return v.replaced(v.node.find(name), x)
	}
	var b Builder
	b.Grow(v.Len() + 1)
	for k, m := range v.Members() {
		b.n.add(k, m)
	}
	b.n.add(name, x)
	return b.Object()
}

// replaced is the object v with x for its member number i. The two share their names.
func (v Value) replaced(i int, x Value) Value {
	var n *node
	if len(v.node.items) <= 4 {
		small := &struct {
			node
			items [4]Value
		}{}
		n, small.node.items = &small.node, small.items[:0]
	} else {
		n = &node{items: make([]Value, 0, len(v.node.items))}
	}
	n.kind, n.shape, n.items = ObjectKind, v.node.shape, append(n.items, v.node.items...)
	n.items[i] = x
	return Value{node: n}
}

// Without is v without the member name.
func (v Value) Without(name string) Value {
	if !v.Get(name).Exists() {
		return v
	}
	var b Builder
	for k, m := range v.Members() {
		if k != name {
			b.Set(k, m)
		}
	}
	return b.Object()
}

// Append is the array v with items added at its end; v must be an array or absent.
func (v Value) Append(items ...Value) Value {
	all := make([]Value, 0, v.Len()+len(items))
	all = append(all, v.Elements()...)
	return Array(append(all, items...)...)
}

// decimal takes a JSON number literal apart: sign, digits without leading and trailing zeros, and the power of ten
// of the last digit. Zero has no digits. Exponents are bounded, so that hostile ones cost nothing.
func decimal(lit string) (neg bool, digits string, exp int) {
	lit, neg = strings.CutPrefix(lit, "-")
	if i := strings.IndexAny(lit, "eE"); i >= 0 {
		n, err := strconv.Atoi(lit[i+1:])
		if err != nil || n > 1<<30 || n < -(1<<30) {
			n = 1 << 30
			if strings.Contains(lit[i+1:], "-") {
				n = -n
			}
		}
		exp, lit = n, lit[:i]
	}
	if whole, frac, ok := strings.Cut(lit, "."); ok {
		exp -= len(frac)
		lit = whole + frac
	}
	lit = strings.TrimLeft(lit, "0")
	short := strings.TrimRight(lit, "0")
	exp += len(lit) - len(short)
	if short == "" {
		return false, "", 0
	}
	return neg, short, exp
}
