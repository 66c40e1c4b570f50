package value

import (
	"encoding/json"
	"fmt"
)

// From gives the value that encoding/json writes for x. Values pass through; maps come out sorted by name.
func From(x any) (Value, error) {
	switch x := x.(type) {
	case nil:
		return Null, nil
	case Value:
		return x, nil
	case bool:
		return Bool(x), nil
	case string:
		return String(x), nil
	case int:
		return Int(x), nil
	}
	b, err := json.Marshal(x)
	if err != nil {
		return Value{}, fmt.Errorf("turn a %T into JSON: %w", x, err)
	}
	return Parse(b)
}

// MustFrom is From for Go values known to have a JSON form; it panics on an error.
func MustFrom(x any) Value {
	v, err := From(x)
	if err != nil {
		panic("value: " + err.Error())
	}
	return v
}

// Decode stores v in what dst points to, as encoding/json does. An absent value stores nothing.
func (v Value) Decode(dst any) error {
	if v.node == nil {
		return nil
	}
	if err := json.Unmarshal(v.AppendJSON(nil), dst); err != nil {
		return fmt.Errorf("decode %s into %T: %w", v.Kind(), dst, err)
	}
	return nil
}

// Any gives v as encoding/json's plain types; numbers become json.Number, so that no digit is lost.
func (v Value) Any() any {
	switch v.Kind() {
	case Absent, NullKind:
		return nil
	case BoolKind:
		return v.Bool()
	case NumberKind:
		return json.Number(v.text)
	case StringKind:
		return v.text
	case ArrayKind:
		out := make([]any, v.node.len())
		for i, x := range v.node.all() {
			out[i] = x.Any()
		}
		return out
	case ObjectKind:
		out := make(map[string]any, len(v.node.items))
		for i, x := range v.node.items {
			out[v.node.names[i]] = x.Any()
		}
		return out
	}
	return nil
}
