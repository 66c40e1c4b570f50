package flow

import (
	"fmt"
	"reflect"
	"unsafe"

	"github.com/stepwright/stepwright/flow/internal/shape"
)

type rootKind uint8

const (
	varRoot   rootKind = iota // held in a variable of the document
	fixedRoot                 // found under a name that always works, such as the execution's input
	calcRoot                  // a recipe, worked out wherever it is used
	paramRoot                 // the element that a function in an expression is about
	rowRoot                   // the shape of something outside, such as a table's row: never a value
)

// A root is one value that exists while the workflow runs: the input, a result, an element, a caught error, a
// computed value. Its Go memory is only a map of the shape: an address inside stands for a field.
type root struct {
	kind  rootKind
	no    int    // values are numbered as they are made
	of    string // what it is named after: a state's name
	fixed string
	calc  *node
	sc    *scope
	step  *step // the step that makes it, if one does
	val   reflect.Value

	opt     shape.Opt // it may fail to be there as a whole
	list    bool      // surely a list
	mutable bool      // made by Var
	always  bool      // a result that is worked out even if nobody reads it
	silent  bool      // only a mark on ways: never written
	fresh   bool      // what it is given differs each time that is worked out
	closed  bool      // a parameter whose function has ended
	spent   string    // a token: the step that had it
	empty   string    // why there never is a value: said when it is used
	vars    []*root   // a recipe: the variables of Var in it
	size    int       // how many parts the expression has that it stands for
	made    []*edge   // a recipe: the ways on which it was made
	resets  []*step   // a variable: where it is assigned anew

	// What rendering finds out.
	id    int // number among the roots that are read
	used  bool
	whole bool            // read as a whole
	reads map[string]bool // members read
	name  string

	sources []source // where it is given a value
}

// An alloc is a piece of memory whose addresses stand for places of a root.
type alloc struct {
	start, end uintptr
	info       *shape.Info
	root       *root
	prefix     []shape.Seg
	quoted     bool // what a pointer with `,string` leads to
}

// maxRepeat is how often a type may occur inside itself in a shadow, and maxAllocs how many pieces of memory one
// shadow may have.
const (
	maxRepeat = 3
	maxAllocs = 4096
)

// newRoot makes the shadow of a value of type t.
func (m *machine) newRoot(t reflect.Type, r *root) *root {
	m.mine()
	if m.nroots >= maxValues {
		panic(tooMuch(fmt.Sprintf("%d values", maxValues)))
	}
	if r.sc == nil {
		r.sc = m.cur
	}
	info := m.checkType(t)
	r.val = m.memory(t)
	m.nroots++
	r.no = m.nroots
	if r.kind == varRoot {
		m.roots = append(m.roots, r)
	}
	s := shadow{m: m, r: r}
	s.change(r.val, t, nil)
	s.place(r.val, info, nil, nil)
	return r
}

// checkType reports types that have no JSON form.
func (m *machine) checkType(t reflect.Type) *shape.Info {
	info := shape.Of(t)
	if info.Bad != "" {
		m.report(diagnosis{code: "unsupported-type", message: t.String() + info.Bad, hint: "give it a type that encoding/json can write, or leave it out with `json:\"-\"`"})
	}
	return info
}

// memory is a fresh T. One of size zero shares its address with all others, so it gets some room.
func (m *machine) memory(t reflect.Type) reflect.Value {
	if t.Size() > 0 {
		return reflect.New(t).Elem()
	}
	room := reflect.StructOf([]reflect.StructField{{Name: "V", Type: t}, {Name: "Room", Type: reflect.TypeFor[[8]byte]()}})
	return reflect.New(room).Elem().Field(0)
}

// title names the value in messages, and is the wish for its variable's name.
func (r *root) title() string {
	if r.kind == varRoot {
		return camel(r.of)
	}
	return r.of
}

func (r *root) ptr() any { return r.val.Addr().Interface() }

type shadow struct {
	m    *machine
	r    *root
	n    int
	mute bool // in the second element of a list: its leaves are not counted

	quoted bool // what is placed next is written inside a JSON string
}

// place writes down which addresses stand for what, and gives pointers and lists something to point to.
func (s *shadow) place(v reflect.Value, info *shape.Info, prefix []shape.Seg, above []reflect.Type) {
	start := v.Addr().Pointer()
	s.m.addAlloc(alloc{start: start, end: start + max(v.Type().Size(), 1), info: info, root: s.r, prefix: prefix, quoted: s.quoted})
	s.quoted = false
	base := v.Addr().UnsafePointer()
	for _, a := range info.Allocs() {
		f := reflect.NewAt(a.Type, unsafe.Add(base, a.Offset)).Elem()
		switch {
		case a.Embedded != nil:
			f.Set(reflect.New(a.Type.Elem()))
			s.change(f.Elem(), a.Type.Elem(), prefix)
			s.place(f.Elem(), a.Embedded, prefix, above)
		case a.Type.Kind() == reflect.Pointer:
			s.pointer(f, a, join(prefix, a.Path), above)
		default:
			s.list(f, a, join(prefix, a.Path), above)
		}
	}
}

func (s *shadow) pointer(f reflect.Value, a shape.Alloc, at []shape.Seg, above []reflect.Type) {
	elem := a.Type.Elem()
	f.Set(s.m.memory(elem).Addr())
	s.quoted = a.Quoted
	s.inside(f.Elem(), elem, at, above)
}

func (s *shadow) list(f reflect.Value, a shape.Alloc, at []shape.Seg, above []reflect.Type) {
	n := 1
	if !s.mute && s.m.guard.hit(s.r, at, "") {
		n = 2
	}
	f.Set(reflect.MakeSlice(a.Type, n, n))
	elem := a.Type.Elem()
	if elem.Size() == 0 {
		return
	}
	for i := range n {
		seg := shape.Seg{Elem: true, Index: i, Opt: shape.Absent | shape.Null} // the first element of null is null
		mute := s.mute
		s.mute = mute || i > 0
		s.inside(f.Index(i), elem, join(at, []shape.Seg{seg}), above)
		s.mute = mute
	}
}

// inside goes on with what a pointer or a list leads to. A type that holds itself ends somewhere.
func (s *shadow) inside(v reflect.Value, t reflect.Type, at []shape.Seg, above []reflect.Type) {
	s.n++
	repeat := 0
	for _, x := range above {
		if x == t {
			repeat++
		}
	}
	if repeat >= maxRepeat || s.n > maxAllocs {
		start := v.Addr().Pointer()
		s.m.addAlloc(alloc{start: start, end: start + max(t.Size(), 1), root: s.r, prefix: at})
		return
	}
	s.change(v, t, at)
	s.place(v, shape.Of(t), at, append(above[:len(above):len(above)], t))
}

func join(a, b []shape.Seg) []shape.Seg {
	if len(a) == 0 {
		return b
	}
	return append(a[:len(a):len(a)], b...)
}

// Memory is looked up by regions of this many bytes; a piece is listed in every region that it touches.
const regionBits = 9

func (m *machine) addAlloc(a alloc) {
	for r := a.start >> regionBits; r <= (a.end-1)>>regionBits; r++ {
		m.allocs[r] = append(m.allocs[r], a)
	}
}

func (m *machine) allocAt(p uintptr) *alloc {
	list := m.allocs[p>>regionBits]
	for i := range list {
		if p >= list[i].start && p < list[i].end {
			return &list[i]
		}
	}
	return nil
}
