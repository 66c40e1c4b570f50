package flow_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

type (
	base struct {
		Inherited string
		Hidden    int // Wide has one of its own
	}
	Mixin struct{ Mixed []int }
	Wide  struct {
		base
		*Mixin
		Order
		Hidden string    `json:"Hidden"`
		Number int       `json:",string"`
		When   time.Time `json:"when"`
		Bytes  []byte
		Array  [2]Line
		Skip   string `json:"-"`
		Float  float64
		U8     uint8
		Deep   struct{ Deeper *struct{ Deepest []Line } }
		Weird  string `json:"a.b c"`
	}
)

func wide() Wide {
	w := Wide{
		base: base{Inherited: "i"}, Mixin: &Mixin{Mixed: []int{4}}, Hidden: "h", Number: 5, When: time.Unix(1e9, 5).UTC(), Bytes: []byte("b"),
		Array: [2]Line{{SKU: "one"}, {SKU: "two", Count: new(2)}}, Float: 1.5, U8: 200, Weird: "w",
	}
	w.Order = Order{
		ID: "o", Gift: true, Note: new("n"), Coupon: "c", Lines: []Line{{SKU: "l", Price: 2}}, Address: &Address{City: "Y"}, Shipped: new(time.Unix(2e9, 0).UTC()),
		Tags: []string{"t"}, Batches: [][]int{{7}}, Placed: time.Unix(3e9, 0).UTC(), Customer: Customer{VIP: true},
	}
	w.Deep.Deeper = &struct{ Deepest []Line }{[]Line{{SKU: "deep"}}}
	return w
}

// pairs walks the shadow of a value and the value itself side by side, and hands over a pointer to every place of the
// one with the content of the other.
func pairs(shadow, real reflect.Value, at string, found func(at string, ptr, content any)) {
	if real.Kind() == reflect.Pointer && real.IsNil() {
		return
	}
	if shadow.CanAddr() && shadow.Addr().CanInterface() && at != "" {
		found(at, shadow.Addr().Interface(), real.Interface())
	}
	switch shadow.Kind() {
	case reflect.Pointer:
		pairs(shadow.Elem(), real.Elem(), at+"*", found)
	case reflect.Slice:
		if shadow.Type().Elem().Kind() != reflect.Uint8 && real.Len() > 0 {
			pairs(shadow.Index(0), real.Index(0), at+"[0]", found)
		}
	case reflect.Array:
		for i := range shadow.Len() {
			pairs(shadow.Index(i), real.Index(i), fmt.Sprintf("%s[%d]", at, i), found)
		}
	case reflect.Struct:
		if shadow.Type() == reflect.TypeFor[time.Time]() {
			return
		}
		for i := range shadow.NumField() {
			f := shadow.Type().Field(i)
			switch {
			case f.Tag.Get("json") == "-" || f.Name == "Open" || f.Name == "Extra":
			case f.Anonymous && f.Type.Kind() == reflect.Pointer: // its members are the outer struct's
				members(shadow.Field(i).Elem(), real.Field(i).Elem(), at, found)
			case f.Anonymous:
				members(shadow.Field(i), real.Field(i), at, found)
			default:
				pairs(shadow.Field(i), real.Field(i), at+"."+f.Name, found)
			}
		}
	}
}

func members(shadow, real reflect.Value, at string, found func(at string, ptr, content any)) {
	for i := range shadow.NumField() {
		if name := shadow.Type().Field(i).Name; name != "Hidden" && name != "Number" && name != "Open" && name != "Extra" {
			pairs(shadow.Field(i), real.Field(i), at+"."+name, found)
		}
	}
}

// TestReferencesReachTheirPlaces refers to every place of a type with everything that makes places hard to find, and
// compares what arrives with what encoding/json writes for that place.
func TestReferencesReachTheirPlaces(t *testing.T) {
	t.Parallel()
	input := wide()
	want := map[string]any{}
	w := flow.Standard("Places", func(f *flow.Flow, in *Wide) *Wide {
		args := map[string]any{}
		pairs(reflect.ValueOf(in).Elem(), reflect.ValueOf(input), "", func(at string, ptr, content any) {
			args[at], want[at] = ptr, content
		})
		flow.Do[Answer](f, "Send", flow.Call{Resource: "arn:aws:states:::aws-sdk:sqs:sendMessage", Args: args})
		return in
	})
	build(t, w)
	if len(want) < 50 {
		t.Errorf("only %d places", len(want))
	}
	run := flowtest.Run(t, w, input, flowtest.State("Send", map[string]any{}))
	got := run.Calls("Send")[0]
	for at, x := range want {
		b, err := json.Marshal(x)
		if err != nil {
			t.Fatal(err)
		}
		if g := got.Get(at); !value.Equal(g, value.MustParse(string(b))) {
			t.Errorf("%s is %s, want %s", at, g, b)
		}
	}
	var out value.Value
	run.Output(&out)
	if d := cmp.Diff(toJSON(t, input), out.String()); d != "" {
		t.Errorf("the whole (-want +got):\n%s", d)
	}
}

// TestLiteralsAreWrittenAsEncodingJSONDoes compares constants and half-filled literals with json.Marshal.
func TestLiteralsAreWrittenAsEncodingJSONDoes(t *testing.T) {
	t.Parallel()
	for _, c := range []any{
		wide(),
		Wide{Mixin: nil},
		Order{},
		Line{},
		[]Line{{}, {SKU: "x"}},
		map[string]Line{"b": {}, "a": {SKU: "<&>"}},
		map[int]string{2: "b", 1: "a"},
		[3]int{1, 2},
		struct{}{},
		[]byte("hi"), time.Unix(1, 0).UTC(), json.Number("1.50"), json.RawMessage(`{"x":[1,2.0]}`), "text", 1.5, 1e21, 1e-7, true,
		uint8(7),
		[]any{nil, 1, "x", []string(nil)},
		(*Line)(nil), map[string]any(nil),
		Receipt{Note: "n"},
	} {
		w := flow.Standard("Literal", func(f *flow.Flow, in *Order) *Order {
			flow.Do[Answer](f, "Send", flow.Call{Resource: "arn:aws:states:::aws-sdk:sqs:sendMessage", Args: map[string]any{"plain": c, "mixed": []any{c, &in.ID}}})
			return in
		})
		build(t, w)
		run := flowtest.Run(t, w, Order{ID: "o"}, flowtest.State("Send", map[string]any{}))
		got := run.Calls("Send")[0]
		want := value.MustParse(toJSON(t, c))
		if !value.Equal(got.Get("plain"), want) {
			t.Errorf("%T: got %s, want %s", c, got.Get("plain"), want)
		}
		if !value.Equal(got.Get("mixed").Index(0), want) {
			t.Errorf("%T in an expression: got %s, want %s", c, got.Get("mixed"), want)
		}
	}
}
