// Package value holds one immutable JSON value, the currency between all rooms of Stepwright.
//
// Numbers keep the literal they were written with until somebody computes with them, so that 1.0 stays 1.0 and
// integers beyond 2^53 pass through unchanged. Objects keep the order of their members. A value never changes once
// made: With and Without give new values that share everything else, and any number of goroutines may read one.
//
// The zero Value is absent: no JSON at all. It stands for a field that was not written and for JSONata's
// undefined, and it differs from Null.
package value

import (
	"math"
	"slices"
	"strconv"
	"sync/atomic"
)

// A Kind is the JSON type of a value.
type Kind uint8

// The kinds of values. Absent is the kind of the zero Value.
const (
	Absent Kind = iota
	NullKind
	BoolKind
	NumberKind
	StringKind
	ArrayKind
	ObjectKind
)

var kindNames = [...]string{"absent", "null", "boolean", "number", "string", "array", "object"}

// String gives the kind's JSON name: "null", "boolean", "number", "string", "array", "object", or "absent".
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "kind(" + strconv.Itoa(int(k)) + ")"
}

// A Value is one JSON value. The zero Value is absent.
type Value struct {
	text string // a string's content, a number's literal, "true" for true
	node *node  // an array's or an object's content; for what has no content the node of its kind; nil when absent
}

// A node holds what an array or object contains. It is never written to after it was made, but for its cached size.
type node struct {
	items  []Value
	*shape // objects only
	kind   Kind
	size   atomic.Uint32 // cached length of the compact JSON text; 0 when not known, or longer
}

// A shape is the names of an object's members, parallel to its items. Objects may share one once they are made.
type shape struct {
	names []string
	index map[string]int // of many names only

	cut *chunks // of an array that Chunks made, instead of names
}

// noNames is the shape of objects without members.
var noNames = &shape{}

// indexFrom is the number of members from which an object gets an index.
const indexFrom = 9

// The nodes of what has no content: they tell the kind only, so that a Value is three words.
var (
	aNull   = &node{kind: NullKind}
	aBool   = &node{kind: BoolKind}
	aNumber = &node{kind: NumberKind}
	aString = &node{kind: StringKind}
)

// The constants of JSON.
var (
	Null  = Value{node: aNull}
	True  = Value{node: aBool, text: "true"}
	False = Value{node: aBool}
)

// Bool gives the JSON boolean b.
func Bool(b bool) Value {
	if b {
		return True
	}
	return False
}

// String gives the JSON string s. Bytes that are no UTF-8 become U+FFFD when it is written.
func String(s string) Value { return Value{node: aString, text: s} }

// Int gives the JSON number n.
func Int[N ~int | ~int8 | ~int16 | ~int32 | ~int64 | ~uint8 | ~uint16 | ~uint32](n N) Value {
	return Value{node: aNumber, text: strconv.FormatInt(int64(n), 10)}
}

// Float gives the JSON number f, spelled as JavaScript spells it (1e+21, 0.1, 100). NaN and the infinities have no
// JSON spelling and give Null, as JSON.stringify does.
func Float(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Null
	}
	return Value{node: aNumber, text: FormatFloat(f)}
}

// FormatFloat spells f as ECMAScript's Number.prototype.toString does for radix 10.
func FormatFloat(f float64) string {
	var buffer [32]byte
	return string(AppendFloat(buffer[:0], f))
}

// AppendFloat appends what FormatFloat gives to dst.
func AppendFloat(dst []byte, f float64) []byte {
	if n := int64(f); float64(n) == f && n < 1e15 && n > -1e15 {
		return strconv.AppendInt(dst, n, 10)
	}
	if a := math.Abs(f); a >= 1e21 || a < 1e-6 {
		start := len(dst)
		dst = strconv.AppendFloat(dst, f, 'e', -1, 64)
		n := len(dst) // strconv pads the exponent to two digits, JavaScript does not
		if n-start >= 4 && (dst[n-3] == '-' || dst[n-3] == '+') && dst[n-2] == '0' {
			dst[n-2] = dst[n-1]
			dst = dst[:n-1]
		}
		return dst
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64)
}

// Array gives the JSON array of items. Absent items become null.
func Array(items ...Value) Value {
	n := newArray(len(items))
	for i, v := range items {
		if v.node == nil {
			v = Null
		}
		n.items[i] = v
	}
	return Value{node: n}
}

// newArray is a node with room for n items. That of a short array, as most are, takes one allocation.
func newArray(n int) *node {
	if n == 1 {
		short := &struct {
			node
			items [1]Value
		}{}
		short.node.kind, short.node.items = ArrayKind, short.items[:]
		return &short.node
	}
	return &node{kind: ArrayKind, items: make([]Value, n)}
}

// A Member is one name and value of an object.
type Member struct {
	Name  string
	Value Value
}

// M is a short way to write a Member.
func M(name string, v Value) Member { return Member{name, v} }

// Object gives the JSON object of members, in their order. Absent values are left out; of two members with one
// name the last value wins, at the first one's place.
func Object(members ...Member) Value {
	var b Builder
	for _, m := range members {
		b.Set(m.Name, m.Value)
	}
	return b.Object()
}

// A Builder collects the members of an object. The zero value is ready to use.
type Builder struct{ n *node }

// Set adds a member or replaces the one of that name; an absent value adds nothing.
func (b *Builder) Set(name string, v Value) {
	if v.node == nil {
		return
	}
	if b.n == nil {
		b.Grow(4) // most objects have a few members
	}
	if i := b.n.find(name); i >= 0 {
		b.n.items[i] = v
		return
	}
	b.n.add(name, v)
}

// Grow makes room for n more members.
func (b *Builder) Grow(n int) {
	if b.n == nil {
		b.n = newObjectNode(n)
	}
	b.n.items = slices.Grow(b.n.items, n)
	b.n.names = slices.Grow(b.n.names, n)
}

// newObjectNode is a node with room for n members. That of a small object, as most are, takes one allocation.
func newObjectNode(n int) *node {
	switch {
	case n <= 2:
		small := &struct {
			node
			own   shape
			items [2]Value
			names [2]string
		}{}
		small.own.names = small.names[:0]
		small.node.kind, small.node.items, small.node.shape = ObjectKind, small.items[:0], &small.own
		return &small.node
	case n <= 4:
		small := &struct {
			node
			own   shape
			items [4]Value
			names [4]string
		}{}
		small.own.names = small.names[:0]
		small.node.kind, small.node.items, small.node.shape = ObjectKind, small.items[:0], &small.own
		return &small.node
	default:
		large := &struct {
			node
			own shape
		}{}
		large.node.kind, large.node.shape = ObjectKind, &large.own
		return &large.node
	}
}

// Len is the number of members so far.
func (b *Builder) Len() int {
	if b.n == nil {
		return 0
	}
	return len(b.n.items)
}

// Object gives the object and empties the builder.
func (b *Builder) Object() Value {
	n := b.n
	b.n = nil
	if n == nil {
		n = &node{kind: ObjectKind, shape: noNames}
	}
	return Value{node: n}
}

func (n *node) add(name string, v Value) {
	n.items = append(n.items, v)
	n.names = append(n.names, name)
	switch {
	case n.index != nil:
		n.index[name] = len(n.names) - 1
	case len(n.names) == indexFrom:
		n.reindex()
	}
}

func (s *shape) reindex() {
	s.index = make(map[string]int, max(2*indexFrom, cap(s.names)))
	for i, name := range s.names {
		s.index[name] = i
	}
}

func (s *shape) find(name string) int {
	if s.index != nil {
		if i, ok := s.index[name]; ok {
			return i
		}
		return -1
	}
	for i, known := range s.names {
		if known == name {
			return i
		}
	}
	return -1
}
