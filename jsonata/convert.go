package jsonata

import (
	"encoding/json"
	"math"
	"reflect"

	"github.com/recolabs/gnata"

	"github.com/stepwright/stepwright/value"
)

// toGnata gives v in gnata's types: ordered maps, slices, json.Number, its own null. An absent value is undefined.
func toGnata(v value.Value) any {
	switch v.Kind() {
	case value.Absent:
		return nil
	case value.BoolKind:
		return v.Bool()
	case value.NumberKind:
		return json.Number(v.Literal())
	case value.StringKind:
		return v.Str()
	case value.NullKind, value.ArrayKind, value.ObjectKind:
	}
	x, err := gnata.DecodeJSON(v.AppendJSON(nil))
	if err != nil { // a value's own JSON text always decodes
		return nil
	}
	return x
}

// ordered is gnata's object type, which has no exported name.
type ordered interface {
	Range(func(string, any) bool)
	Len() int
}

// fromGnata gives a result as a value. Undefined is absent, and left out inside arrays and objects.
func fromGnata(x any, depth int) (value.Value, error) {
	if depth > value.MaxDepth {
		return value.Value{}, fail(ResultType, "the result is nested deeper than %d levels", value.MaxDepth)
	}
	switch x := x.(type) {
	case nil:
		return value.Value{}, nil
	case bool:
		return value.Bool(x), nil
	case string:
		return value.String(x), nil
	case float64:
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return value.Value{}, fail("D1001", "Number out of range: %v", x)
		}
		return value.Float(x), nil
	case int:
		return value.Int(x), nil
	case int64:
		return value.Int(x), nil
	case json.Number:
		v, err := value.ParseString(x.String())
		if err != nil {
			return value.Value{}, fail("D1001", "Number out of range: %s", x)
		}
		return v, nil
	case []any:
		return fromSlice(x, depth)
	case ordered:
		return fromObject(x.Range, depth)
	case map[string]any:
		return fromObject(func(f func(string, any) bool) { rangeSorted(x, f) }, depth)
	}
	if gnata.IsNull(x) {
		return value.Null, nil
	}
	if items, ok := sequence(x); ok {
		if len(items) == 1 {
			return fromGnata(items[0], depth)
		}
		return fromSlice(items, depth)
	}
	return value.Value{}, fail(ResultType, "the result is no JSON value but a function")
}

// sequence opens gnata's internal list type, should one be left in a result.
func sequence(x any) ([]any, bool) {
	rv := reflect.ValueOf(x)
	if rv.Kind() != reflect.Pointer || rv.Elem().Kind() != reflect.Struct {
		return nil, false
	}
	items, ok := reflect.Indirect(rv).FieldByName("Values"), false
	if !items.IsValid() {
		return nil, false
	}
	list, ok := items.Interface().([]any)
	return list, ok
}

func fromSlice(items []any, depth int) (value.Value, error) {
	out := make([]value.Value, 0, len(items))
	for _, item := range items {
		v, err := fromGnata(item, depth+1)
		if err != nil {
			return value.Value{}, err
		}
		if v.Exists() {
			out = append(out, v)
		}
	}
	return value.Array(out...), nil
}

func fromObject(members func(func(string, any) bool), depth int) (value.Value, error) {
	var b value.Builder
	var failed error
	members(func(name string, x any) bool {
		v, err := fromGnata(x, depth+1)
		if err != nil {
			failed = err
			return false
		}
		b.Set(name, v)
		return true
	})
	if failed != nil {
		return value.Value{}, failed
	}
	return b.Object(), nil
}
