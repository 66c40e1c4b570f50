package serve

import (
	"encoding"
	"encoding/json"
	"reflect"
	"strings"
	"time"
)

// maxDepth is how deep an example shows a type that holds itself.
const maxDepth = 6

// shape is a type with an example: zero values, lists of one element, and no members that may be left out.
func shape(t reflect.Type) Shape {
	v := reflect.New(t).Elem()
	fill(v, maxDepth)
	text, err := json.Marshal(v.Interface())
	if err != nil {
		text = []byte("null")
	}
	return Shape{Type: typeName(t), Example: text}
}

var (
	marshaler     = reflect.TypeFor[json.Marshaler]()
	textMarshaler = reflect.TypeFor[encoding.TextMarshaler]()
	instant       = reflect.TypeFor[time.Time]()
)

func fill(v reflect.Value, depth int) {
	t := v.Type()
	switch {
	case t == instant:
		v.Set(reflect.ValueOf(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)))
	case depth == 0, reflect.PointerTo(t).Implements(marshaler), reflect.PointerTo(t).Implements(textMarshaler):
	case t.Kind() == reflect.Pointer:
		p := reflect.New(t.Elem())
		fill(p.Elem(), depth-1)
		v.Set(p)
	case t.Kind() == reflect.Slice && t.Elem().Kind() != reflect.Uint8:
		list := reflect.MakeSlice(t, 1, 1)
		fill(list.Index(0), depth-1)
		v.Set(list)
	case t.Kind() == reflect.Map:
		v.Set(reflect.MakeMap(t))
	case t.Kind() == reflect.Struct:
		for i := range t.NumField() {
			f := t.Field(i)
			tag := f.Tag.Get("json")
			if v.Field(i).CanSet() && !strings.Contains(tag, ",omitempty") && !strings.Contains(tag, ",omitzero") {
				fill(v.Field(i), depth-1)
			}
		}
	}
}
