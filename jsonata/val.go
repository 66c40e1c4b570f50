package jsonata

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// A kind is the type of a val, as JavaScript's typeof, with null, arrays and functions told apart.
type kind uint8

const (
	undefined kind = iota
	null
	boolean
	number
	text
	list     // an array or a sequence
	record   // an object
	callable // a function
	nothing  // undefined as a slot holds it that is bound to it
)

// A val is a value while an expression is worked out: nothing, a JSON value that came in, or what was made of such.
// JSON that came in stays as it is, so that walking over it makes nothing and numbers keep their literal. The zero val
// is undefined.
type val struct {
	json value.Value // JSON that came in, and every text, boolean and null
	num  float64     // a number that was computed, when json is absent; of a function: 1 when it is an argument
	ref  *ref        // what was made: exactly one of its parts is set
	kind kind
}

// bound is x as a slot holds it: a slot with the zero val is not bound.
func bound(x val) val {
	if x.kind == undefined {
		x.kind = nothing
	}
	return x
}

// isBound tells whether a slot is bound, be it to undefined.
func (x val) isBound() bool { return x.kind != undefined }

// held is what a slot that is bound holds.
func (x val) held() val {
	if x.kind == nothing {
		return val{}
	}
	return x
}

// argument is x as a function is called with it: a function that is one is called without a context.
func argument(x val) val {
	if x.kind == callable {
		x.num = 1
	}
	return x
}

func (x val) isArgument() bool { return x.kind == callable && x.num != 0 }

// A ref points at what a val holds when it is no JSON that came in.
type ref struct {
	arr *array
	obj *object
	fn  *function
}

// An array is an array that was made here. Its flags are those that the reference puts on arrays.
type array struct {
	ref
	items    []val
	tuples   []*tuple // instead of items
	span     int      // when not 0: the numbers from first on, this many, instead of items
	first    float64
	sequence bool // a result of several: one item stands for itself, none for nothing
	keep     bool // a sequence of one item stays an array
	cons     bool // made by a constructor in a path: it is not poured out
	outer    bool // wraps an array that is the whole input
	stream   bool // a tuple stream: % and variables of steps work on what is in tuples
}

// An object is an object that was made here. Only a transform changes one after it was made.
type object struct {
	ref
	names []string
	vals  []val
	index map[string]int // with many members only
	plain bool           // the names are in JavaScript's order and have no surrogates
	// shared tells that the names are the expression's: clipped, to be appended to only, and to be kept by a result.
	shared bool
}

// of makes a val of JSON that came in.
func of(v value.Value) val { return val{kind: kinds[v.Kind()], json: v} }

var kinds = [...]kind{
	value.Absent: undefined, value.NullKind: null, value.BoolKind: boolean, value.NumberKind: number,
	value.StringKind: text, value.ArrayKind: list, value.ObjectKind: record,
}

func numberVal(f float64) val     { return val{kind: number, num: f} }
func textVal(s string) val        { return val{kind: text, json: value.String(s)} }
func boolVal(b bool) val          { return val{kind: boolean, json: value.Bool(b)} }
func listVal(a *array) val        { a.arr = a; return val{kind: list, ref: &a.ref} }
func recordVal(o *object) val     { o.obj = o; return val{kind: record, ref: &o.ref} }
func functionVal(f *function) val { f.fn = f; return val{kind: callable, ref: &f.ref} }

var nullVal = val{kind: null, json: value.Null}

// items makes an array of its own, that is no sequence.
func items(all ...val) val { return listVal(&array{items: all}) }

func (x val) exists() bool { return x.kind != undefined }

// float is a number's amount.
func (x val) float() float64 {
	if x.kind != number {
		return math.NaN()
	}
	if !x.json.Exists() {
		return x.num
	}
	if f, ok := shortNumber(x.json.Literal()); ok {
		return f
	}
	return x.json.Float()
}

var powersOfTen = [...]float64{1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15}

// shortNumber reads a literal of few digits without an exponent, of which all the parts are exact.
func shortNumber(lit string) (float64, bool) {
	digits := strings.TrimPrefix(lit, "-")
	if len(digits) > len(powersOfTen) {
		return 0, false
	}
	var n int64
	point := len(digits) - 1
	for i := range len(digits) {
		switch c := digits[i]; {
		case c >= '0' && c <= '9':
			n = n*10 + int64(c-'0')
		case c == '.':
			point = i
		default:
			return 0, false
		}
	}
	if n > 1<<53 {
		return 0, false
	}
	f := float64(n) / powersOfTen[len(digits)-1-point]
	if len(digits) != len(lit) {
		f = -f
	}
	return f, true
}

func (x val) str() string { return x.json.Str() }
func (x val) bool() bool  { return x.json.Bool() }

// array is the made array that x holds; nil for JSON that came in and for anything else.
func (x val) array() *array {
	if x.kind != list || x.ref == nil {
		return nil
	}
	return x.ref.arr
}

func (x val) object() *object {
	if x.kind != record || x.ref == nil {
		return nil
	}
	return x.ref.obj
}

func (x val) function() *function {
	if x.kind != callable {
		return nil
	}
	return x.ref.fn
}

// isSequence tells whether x is a sequence, of which one item stands for itself.
func (x val) isSequence() bool {
	a := x.array()
	return a != nil && a.sequence
}

func (x val) isCons() bool {
	a := x.array()
	return a != nil && a.cons
}

// len is the number of items of a list, or of members of a record.
func (x val) len() int {
	switch {
	case x.ref == nil:
		return x.json.Len()
	case x.kind == list:
		return x.ref.arr.len()
	case x.kind == record:
		return len(x.ref.obj.names)
	}
	return 0
}

// at is the item i of a list; i must be below its length.
func (x val) at(i int) val {
	if x.ref == nil {
		return of(x.json.Elements()[i])
	}
	return x.ref.arr.at(i)
}

func (a *array) len() int {
	switch {
	case a.span != 0:
		return a.span
	case a.tuples != nil:
		return len(a.tuples)
	}
	return len(a.items)
}

func (a *array) at(i int) val {
	switch {
	case a.span != 0:
		return numberVal(a.first + float64(i))
	case a.tuples != nil:
		return a.tuples[i].record()
	}
	return a.items[i]
}

// get is the member of a record; undefined when it has none of that name.
func (x val) get(name string) val {
	if x.ref == nil {
		return of(x.json.Get(name))
	}
	o := x.object()
	if o == nil {
		return val{}
	}
	if i := o.find(name); i >= 0 {
		return o.vals[i]
	}
	return val{}
}

// members calls f with every member of a record until it gives false: in the order of JavaScript, in which names that
// are whole numbers come first, by their amounts, and the others as they were added.
func (x val) members(f func(name string, v val) bool) {
	if names := x.numbered(); names != nil {
		for _, name := range names {
			if !f(name, x.get(name)) {
				return
			}
		}
		return
	}
	if x.ref == nil {
		for name, v := range x.json.Members() {
			if !f(name, of(v)) {
				return
			}
		}
		return
	}
	o := x.object()
	if o == nil {
		return
	}
	for i := 0; i < len(o.names); i++ { // f may add members
		if !f(o.names[i], o.vals[i]) {
			return
		}
	}
}

// numbered lists a record's names in JavaScript's order; nil when that is the order in which they were added.
func (x val) numbered() []string {
	var names []string
	if o := x.object(); o != nil {
		if o.plain {
			return nil
		}
		names = o.names
	} else if x.ref == nil && x.kind == record {
		names = x.json.Names()
	}
	before, ordered := -1.0, true
	for _, name := range names {
		n, ok := arrayIndex(name)
		if ok && n < before {
			ordered = false
			break
		}
		if !ok {
			n = math.Inf(1)
		}
		before = n
	}
	if ordered {
		return nil
	}
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int {
		m, numA := arrayIndex(a)
		n, numB := arrayIndex(b)
		switch {
		case numA && numB:
			return cmp.Compare(m, n)
		case numA:
			return -1
		case numB:
			return 1
		}
		return 0
	})
	return names
}

// arrayIndex tells whether JavaScript takes a name for the index of an array, which one.
func arrayIndex(name string) (float64, bool) {
	if name == "" || len(name) > 10 || name[0] < '0' || name[0] > '9' || name[0] == '0' && len(name) > 1 {
		return 0, false
	}
	n, err := strconv.ParseUint(name, 10, 32)
	return float64(n), err == nil && n < math.MaxUint32
}

// manyMembers is the number of members from which an object gets an index.
const manyMembers = 9

func (o *object) find(name string) int {
	if o.index != nil {
		if i, ok := o.index[name]; ok {
			return i
		}
		return -1
	}
	for i, n := range o.names {
		if n == name {
			return i
		}
	}
	return -1
}

// set adds a member, or replaces the one of that name.
func (o *object) set(name string, v val) {
	if i := o.find(name); i >= 0 {
		o.vals[i] = v
		return
	}
	o.plain, o.shared = false, false
	o.names = append(o.names, name)
	o.vals = append(o.vals, v)
	if o.index != nil {
		o.index[name] = len(o.names) - 1
	} else if len(o.names) >= manyMembers {
		o.reindex()
	}
}

func (o *object) reindex() {
	o.index = make(map[string]int, 2*len(o.names))
	for i, n := range o.names {
		o.index[n] = i
	}
}

func (o *object) remove(name string) {
	i := o.find(name)
	if i < 0 {
		return
	}
	o.names = append(o.names[:i:i], o.names[i+1:]...)
	o.vals = append(o.vals[:i:i], o.vals[i+1:]...)
	if o.index != nil {
		o.reindex()
	}
}

// same is JavaScript's ===: amounts and texts are compared, objects and arrays are the same if they are one.
func same(a, b val) bool {
	if a.kind != b.kind {
		return false
	}
	switch a.kind {
	case undefined, nothing, null:
		return true
	case number:
		return a.float() == b.float()
	case boolean, text:
		return a.json == b.json
	case list, record, callable:
	}
	if a.ref != nil || b.ref != nil {
		return a.ref == b.ref
	}
	return a.json == b.json
}

// compareText orders texts as JavaScript does: by UTF-16 units.
func compareText(a, b string) int {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	switch {
	case i == len(a) && i == len(b):
		return 0
	case i == len(a):
		return -1
	case i == len(b):
		return 1
	}
	x, y := a[i], b[i]
	// Supplementary characters begin with a surrogate, below U+E000: bytes from 0xf0 come before 0xee and 0xef.
	if x >= 0xf0 && (y == 0xee || y == 0xef) {
		return -1
	}
	if y >= 0xf0 && (x == 0xee || x == 0xef) {
		return 1
	}
	if x < y {
		return -1
	}
	return 1
}

// nextRune is the first character of s and its length in bytes. A lone surrogate, which is kept as the three bytes
// that UTF-8 would have for it, is one character.
func nextRune(s string) (r rune, size int) {
	if s[0] < utf8.RuneSelf {
		return rune(s[0]), 1
	}
	r, size = utf8.DecodeRuneInString(s)
	if r == utf8.RuneError && size == 1 && len(s) >= 3 && s[0] == 0xed && s[1] >= 0xa0 && s[1] <= 0xbf && s[2]&0xc0 == 0x80 {
		return rune(s[0]&0xf)<<12 | rune(s[1]&0x3f)<<6 | rune(s[2]&0x3f), 3
	}
	return r, size
}

// hasSurrogate tells whether s has a lone surrogate.
func hasSurrogate(s string) bool {
	for i := 0; i+1 < len(s); i++ {
		if s[i] == 0xed && s[i+1] >= 0xa0 {
			return true
		}
	}
	return false
}

// withoutSurrogates is s with U+FFFD in the place of each lone surrogate, which JSON cannot have.
func withoutSurrogates(s string) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := nextRune(s[i:])
		if r >= 0xd800 && r <= 0xdfff {
			r = utf8.RuneError
		}
		b.WriteRune(r)
		i += size
	}
	return b.String()
}
