package shape

import "reflect"

// A Seg is one step of a path: a member, or the element of a list.
type Seg struct {
	Name  string // the member's name; empty for an element
	Index int    // the element's number, when Elem
	Elem  bool
	Opt   Opt // how what this step leads to may fail to be there
}

// Same tells whether two steps lead to the same place.
func (s Seg) Same(t Seg) bool { return s.Name == t.Name && s.Elem == t.Elem && s.Index == t.Index }

// A Place is one spot of a type's own memory that has a place in its JSON.
type Place struct {
	Path   []Seg
	Quoted bool // written inside a JSON string (`,string`)
	// Vague is true when several places of this type share the address, as zero-size fields do.
	Vague bool
}

// An Alloc is a pointer or a slice inside a type's own memory. What it points to has a place in the JSON too, but
// lies elsewhere.
type Alloc struct {
	Offset uintptr
	Type   reflect.Type // of the pointer or slice itself
	Path   []Seg
	// Quoted says that what the pointer leads to is written inside a JSON string (`,string`).
	Quoted bool
	// Embedded is the layout behind an embedded pointer to a struct, whose members belong to the outer struct; nil for
	// all others.
	Embedded *Info
}

type spot struct {
	offset uintptr
	typ    reflect.Type
}

// Place gives the place of a value of type t, offset bytes into this type's memory; nil when there is none. The
// address alone is not enough: a struct shares its own with its first field.
func (i *Info) Place(offset uintptr, t reflect.Type) *Place { return i.places[spot{offset, t}] }

// Allocs are the pointers and slices in this type's own memory.
func (i *Info) Allocs() []Alloc { return i.allocs }

// maxArray is how many elements of an array are told apart.
const maxArray = 32

func (i *Info) lay(t reflect.Type, at uintptr, path []Seg, quoted bool) {
	i.mark(t, at, path, quoted)
	if marshals(t) {
		return
	}
	switch t.Kind() {
	case reflect.Pointer:
		i.allocs = append(i.allocs, Alloc{Offset: at, Type: t, Path: path, Quoted: quoted})
	case reflect.Slice:
		if t.Elem().Kind() != reflect.Uint8 {
			i.allocs = append(i.allocs, Alloc{Offset: at, Type: t, Path: path})
		}
	case reflect.Array:
		for n := range min(t.Len(), maxArray) {
			i.lay(t.Elem(), at+uintptr(n)*t.Elem().Size(), extend(path, Seg{Elem: true, Index: n, Opt: optOf(t.Elem())}), false)
		}
	case reflect.Struct:
		for _, f := range fieldsOf(t) {
			i.field(t, at, path, f, 0)
		}
	}
}

// field lays one member out: f.Index[from:] leads to it from the struct t. A member behind an embedded pointer lies in
// what that points to.
func (i *Info) field(t reflect.Type, at uintptr, path []Seg, f Field, from int) {
	off := at
	for n := from; n < len(f.Index); n++ {
		sf := t.Field(f.Index[n])
		off += sf.Offset
		t = sf.Type
		if n < len(f.Index)-1 && t.Kind() == reflect.Pointer {
			if !f.Hidden {
				i.embedded(off, t).field(t.Elem(), 0, path, f, n+1)
			}
			return
		}
	}
	i.lay(f.Type, off, extend(path, Seg{Name: f.Name, Opt: f.Opt()}), f.Quoted)
}

// embedded is the layout of the struct that the embedded pointer at off points to.
func (i *Info) embedded(off uintptr, t reflect.Type) *Info {
	for _, a := range i.allocs {
		if a.Offset == off && a.Embedded != nil {
			return a.Embedded
		}
	}
	sub := &Info{Type: t.Elem(), places: map[spot]*Place{}}
	i.allocs = append(i.allocs, Alloc{Offset: off, Type: t, Embedded: sub})
	return sub
}

func (i *Info) mark(t reflect.Type, at uintptr, path []Seg, quoted bool) {
	s := spot{at, t}
	if old := i.places[s]; old != nil {
		old.Vague = true
		return
	}
	i.places[s] = &Place{Path: path, Quoted: quoted, Vague: t.Size() == 0 && len(path) > 0}
}

func extend(path []Seg, s Seg) []Seg { return append(path[:len(path):len(path)], s) }
