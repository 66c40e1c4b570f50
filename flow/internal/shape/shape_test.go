package shape_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow/internal/shape"
)

type (
	A struct {
		Plain  string
		Tagged int `json:"tagged"`
		Dash   int `json:"-"`
		Minus  int `json:"-,"` //nolint:staticcheck // SA5008: the odd name is what is tested
		hidden int //nolint:unused // it is in no JSON
	}
	B struct {
		Plain  string
		Other  string `json:"other,omitempty"`
		Quoted int64  `json:",string"`
	}
	C struct {
		A
		B
		Own bool
	}
	D struct {
		*A
		C     `json:"c"`
		Plain int
	}
	E struct {
		A
		*B
		Tagged string `json:"Plain"`
	}
	F struct {
		C
		D
	}
	lower struct{ Inside string }
	G     struct {
		lower
		Named lower `json:"bad name?"`
		Odd   int   `json:"a'b"` //nolint:staticcheck // SA5008: the odd name is what is tested
	}
	H struct {
		time.Time
		X int
	}
	I struct {
		T    time.Time
		Raw  json.RawMessage
		Any  any
		List []A
		Arr  [2]B
		Map  map[string]A
		Ptr  *C
	}
	J struct {
		Zero time.Time `json:",omitzero"`
		N    int       `json:"n,omitzero"`
		S    []int     `json:"s,omitempty"`
	}
	Text string
	K    struct {
		Text
		*lower
		Deep struct{ Deeper struct{ Deepest string } }
	}
)

var types = []reflect.Type{
	reflect.TypeFor[A](), reflect.TypeFor[B](), reflect.TypeFor[C](), reflect.TypeFor[D](), reflect.TypeFor[E](), reflect.TypeFor[F](),
	reflect.TypeFor[G](), reflect.TypeFor[I](), reflect.TypeFor[J](),
}

// fill gives every member of v a value that is not empty.
func fill(v reflect.Value) {
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem())
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Unix(1, 0).UTC()))
			return
		}
		for i := range v.NumField() {
			if v.Field(i).CanSet() || v.Type().Field(i).Anonymous && v.Field(i).Kind() == reflect.Struct {
				fill(v.Field(i))
			}
		}
	case reflect.Slice:
		if v.Type() == reflect.TypeFor[json.RawMessage]() {
			v.SetBytes([]byte(`1`))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		fill(v.Index(0))
	case reflect.Array:
		for i := range v.Len() {
			fill(v.Index(i))
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
	case reflect.String:
		v.SetString("x")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(7)
	case reflect.Interface:
		v.Set(reflect.ValueOf("any"))
	}
}

// members gives the names that encoding/json writes, in order.
func members(t *testing.T, v any) []string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(strings.NewReader(string(b)))
	var names []string
	depth := 0
	for {
		tok, err := d.Token()
		if err != nil {
			return names
		}
		switch tok {
		case json.Delim('{'), json.Delim('['):
			depth++
			continue
		case json.Delim('}'), json.Delim(']'):
			depth--
			continue
		}
		if s, ok := tok.(string); ok && depth == 1 {
			names = append(names, s)
			var skip json.RawMessage
			if err := d.Decode(&skip); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestFieldsAreThoseOfEncodingJSON(t *testing.T) {
	t.Parallel()
	for _, typ := range types {
		t.Run(typ.Name(), func(t *testing.T) {
			t.Parallel()
			v := reflect.New(typ).Elem()
			fill(v)
			check(t, v)
		})
	}
}

func check(t *testing.T, v reflect.Value) {
	t.Helper()
	var got []string
	for _, f := range shape.Of(v.Type()).Fields {
		got = append(got, f.Name)
	}
	if d := cmp.Diff(members(t, v.Interface()), got); d != "" {
		t.Errorf("members of %s (-encoding/json +shape):\n%s", v.Type(), d)
	}
}

// TestRandomStructs makes structs of embedded ones with names, tags and depths that collide, and compares their
// members with what encoding/json writes.
func TestRandomStructs(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	parts := []reflect.Type{
		reflect.TypeFor[A](), reflect.TypeFor[B](), reflect.TypeFor[*A](), reflect.TypeFor[*B](), reflect.TypeFor[C](),
		reflect.TypeFor[*D](), reflect.TypeFor[E](), reflect.TypeFor[J](),
	}
	tags := []string{"", `json:"tagged"`, `json:"Plain"`, `json:"other,omitempty"`, `json:"-"`, `json:",string"`, `json:"q,omitzero"`, `json:"é"`, `json:"a\"b"`, `json:"Own"`}
	leaves := []reflect.Type{reflect.TypeFor[string](), reflect.TypeFor[int](), reflect.TypeFor[*bool](), reflect.TypeFor[[]A](), reflect.TypeFor[any]()}
	for n := range 500 {
		var fields []reflect.StructField
		seen := map[string]bool{}
		for range 1 + r.IntN(6) {
			f := reflect.StructField{Tag: reflect.StructTag(tags[r.IntN(len(tags))])}
			if r.IntN(2) == 0 {
				f.Type, f.Anonymous = parts[r.IntN(len(parts))], true
				f.Name = f.Type.Name()
				if f.Type.Kind() == reflect.Pointer {
					f.Name = f.Type.Elem().Name()
				}
				if r.IntN(2) == 0 {
					f.Tag = ""
				}
			} else {
				f.Type = leaves[r.IntN(len(leaves))]
				f.Name = []string{"Plain", "Tagged", "Other", "Own", "New"}[r.IntN(5)]
			}
			if !seen[f.Name] {
				seen[f.Name] = true
				fields = append(fields, f)
			}
		}
		typ := reflect.StructOf(fields)
		v := reflect.New(typ).Elem()
		fill(v)
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			check(t, v)
		})
	}
}

// TestPlaces checks every place of a type's memory: what is written to it with reflection appears in the JSON under
// the place's path.
func TestPlaces(t *testing.T) {
	t.Parallel()
	for _, typ := range append(types, reflect.TypeFor[H](), reflect.TypeFor[Text]()) {
		t.Run(typ.Name(), func(t *testing.T) {
			t.Parallel()
			info := shape.Of(typ)
			if p := info.Place(0, typ); p == nil || len(p.Path) != 0 {
				t.Errorf("the value itself has place %+v", p)
			}
			for _, f := range info.Fields {
				if f.Pointer {
					continue
				}
				off := uintptr(0)
				at := typ
				for _, i := range f.Index {
					off += at.Field(i).Offset
					at = at.Field(i).Type
				}
				p := info.Place(off, f.Type)
				if p == nil || len(p.Path) != 1 || p.Path[0].Name != f.Name || p.Quoted != f.Quoted {
					t.Errorf("%s lies at %+v", f.Name, p)
				}
			}
		})
	}
}

func TestBad(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ  reflect.Type
		want string
	}{
		{reflect.TypeFor[chan int](), ": a chan has no JSON form"},
		{reflect.TypeFor[struct{ F func() }](), ".F: a func has no JSON form"},
		{reflect.TypeFor[struct{ L []map[string]complex128 }](), ".L: a complex128 has no JSON form"},
		{reflect.TypeFor[map[float64]int](), ": a map with float64 as its key has no JSON form"},
		{reflect.TypeFor[K](), ".Inside: it lies behind an embedded pointer to an unexported struct, which encoding/json cannot fill"},
		{reflect.TypeFor[map[int]A](), ""},
		{reflect.TypeFor[map[time.Time]A](), ""},
		{reflect.TypeFor[I](), ""},
	} {
		if got := shape.Of(c.typ).Bad; got != c.want {
			t.Errorf("%s: got %q, want %q", c.typ, got, c.want)
		}
	}
}

func TestMarshals(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typ  reflect.Type
		want bool
	}{
		{reflect.TypeFor[time.Time](), true},
		{reflect.TypeFor[H](), true},
		{reflect.TypeFor[json.RawMessage](), true},
		{reflect.TypeFor[*time.Time](), false},
		{reflect.TypeFor[A](), false},
		{reflect.TypeFor[string](), false},
	} {
		if got := shape.Of(c.typ).Marshals; got != c.want {
			t.Errorf("%s: got %v, want %v", c.typ, got, c.want)
		}
	}
}

func BenchmarkOf(b *testing.B) {
	b.ReportAllocs()
	t := reflect.TypeFor[I]()
	for b.Loop() {
		_ = shape.Of(t)
	}
}
