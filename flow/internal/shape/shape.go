// Package shape knows how Go types look as JSON: which members a struct has, what they are called, which may be
// missing, and where they lie in memory. It follows encoding/json to the letter; a property test compares the two.
package shape

import (
	"encoding"
	"encoding/json"
	"reflect"
	"sync"
)

// An Opt says in which ways a value may fail to be there.
type Opt uint8

// The ways to be missing. A member with omitempty may be Absent; a pointer, a map or an interface may also be Null.
const (
	Absent Opt = 1 << iota
	Null
)

// A Field is one JSON member of a struct type.
type Field struct {
	Name      string       // the member's name
	Index     []int        // for reflect.Value.FieldByIndex
	Type      reflect.Type // the Go field's type
	OmitEmpty bool
	OmitZero  bool
	Quoted    bool // `,string`: the value is written inside a JSON string
	Required  bool // `flow:"required"`: a request field that the service insists on, though it is a pointer
	Pointer   bool // lies behind an embedded pointer, and vanishes when that is nil
	Hidden    bool // lies behind an embedded pointer to an unexported struct: it cannot be set
	tagged    bool
}

// Omits tells whether encoding/json may leave the member out.
func (f *Field) Omits() bool { return f.OmitEmpty || f.OmitZero || f.Pointer }

// Opt tells how a value of this member may fail to be there.
func (f *Field) Opt() Opt {
	var o Opt
	if f.Omits() {
		o |= Absent
	}
	return o | optOf(f.Type)
}

func optOf(t reflect.Type) Opt {
	switch t.Kind() {
	case reflect.Pointer, reflect.Map, reflect.Interface:
		return Absent | Null
	default:
		return 0
	}
}

// An Info is what is known about one type.
type Info struct {
	Type reflect.Type
	// Leaf is true for types whose JSON is one value without members of ours: basic types, and everything that
	// marshals itself.
	Leaf bool
	// Marshals is true for types that write their own JSON or text.
	Marshals bool
	// Fields are a struct's members, in encoding/json's order; nil when the type marshals itself.
	Fields []Field
	// Bad says why the type has no JSON form, with the path to the culprit; empty when all is well.
	Bad string

	places map[spot]*Place
	allocs []Alloc
}

var infos sync.Map // reflect.Type -> *Info; like encoding/json's, it only ever remembers what types say

// Of gives what is known about t.
func Of(t reflect.Type) *Info {
	if x, ok := infos.Load(t); ok {
		return x.(*Info)
	}
	i := &Info{Type: t, Marshals: marshals(t)}
	switch {
	case i.Marshals:
		i.Leaf = true
	case t.Kind() == reflect.Struct:
		i.Fields = fieldsOf(t)
	case t.Kind() != reflect.Pointer && t.Kind() != reflect.Slice && t.Kind() != reflect.Array:
		i.Leaf = true
	case t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8:
		i.Leaf = true
	}
	i.Bad = bad(t, i, map[reflect.Type]bool{})
	i.places, i.allocs = map[spot]*Place{}, nil
	i.lay(t, 0, nil, false)
	x, _ := infos.LoadOrStore(t, i)
	return x.(*Info)
}

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
)

// marshals tells whether values of t write themselves. A pointer is never one: it is followed first.
func marshals(t reflect.Type) bool {
	if t.Kind() == reflect.Pointer {
		return false
	}
	if t.Implements(marshaler) || t.Implements(textMarshaler) {
		return true
	}
	p := reflect.PointerTo(t)
	return t.Kind() != reflect.Interface && (p.Implements(marshaler) || p.Implements(textMarshaler))
}

// bad looks for what encoding/json cannot write. It gives "path: reason" or nothing.
func bad(t reflect.Type, i *Info, seen map[reflect.Type]bool) string {
	if seen[t] || marshals(t) {
		return ""
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Chan, reflect.Func, reflect.Complex64, reflect.Complex128, reflect.UnsafePointer:
		return ": a " + t.Kind().String() + " has no JSON form"
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return bad(t.Elem(), nil, seen)
	case reflect.Map:
		if k := t.Key(); k.Kind() != reflect.String && !isInt(k.Kind()) && !k.Implements(textMarshaler) {
			return ": a map with " + k.String() + " as its key has no JSON form"
		}
		return bad(t.Elem(), nil, seen)
	case reflect.Struct:
		var fields []Field
		if i != nil {
			fields = i.Fields
		} else {
			fields = fieldsOf(t)
		}
		for _, f := range fields {
			if f.Hidden {
				return "." + f.Name + ": it lies behind an embedded pointer to an unexported struct, which encoding/json cannot fill"
			}
			if b := bad(f.Type, nil, seen); b != "" {
				return "." + f.Name + b
			}
		}
	}
	return ""
}

func isInt(k reflect.Kind) bool { return k >= reflect.Int && k <= reflect.Uintptr }
