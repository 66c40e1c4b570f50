package value_test

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/value"
)

func TestKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		v    value.Value
		kind value.Kind
		name string
		text string
	}{
		{value.Value{}, value.Absent, "absent", "null"},
		{value.Null, value.NullKind, "null", "null"},
		{value.True, value.BoolKind, "boolean", "true"},
		{value.Bool(false), value.BoolKind, "boolean", "false"},
		{value.Int(-7), value.NumberKind, "number", "-7"},
		{value.Int(uint8(200)), value.NumberKind, "number", "200"},
		{value.Float(0.1), value.NumberKind, "number", "0.1"},
		{value.String("é\n\"\\\x01\u2028"), value.StringKind, "string", `"é` + `\n\"\\\u0001` + "\u2028\""},
		{value.Array(), value.ArrayKind, "array", "[]"},
		{value.Array(value.Value{}, value.Int(1)), value.ArrayKind, "array", "[null,1]"},
		{value.Object(), value.ObjectKind, "object", "{}"},
		{value.Object(value.M("b", value.Int(1)), value.M("a", value.Null), value.M("x", value.Value{})), value.ObjectKind, "object", `{"b":1,"a":null}`},
	} {
		if c.v.Kind() != c.kind || c.kind.String() != c.name || c.v.String() != c.text {
			t.Errorf("%s is a %s (%s), want a %s called %s: %s", c.v, c.v.Kind(), c.kind, c.kind, c.name, c.text)
		}
		is := []bool{c.v.Exists(), c.v.IsNull(), c.v.IsBool(), c.v.IsNumber(), c.v.IsString(), c.v.IsArray(), c.v.IsObject(), c.v.IsZero()}
		k := c.kind
		want := []bool{k != value.Absent, k == value.NullKind, k == value.BoolKind, k == value.NumberKind, k == value.StringKind, k == value.ArrayKind, k == value.ObjectKind, k == value.Absent}
		if diff := cmp.Diff(want, is); diff != "" {
			t.Errorf("%s: Exists, IsNull, … (-want +got):\n%s", c.v, diff)
		}
	}
	if got := value.Kind(99).String(); got != "kind(99)" {
		t.Errorf("an unknown kind is called %s", got)
	}
}

// TestWrongKind asks every accessor of values that it does not fit.
func TestWrongKind(t *testing.T) {
	t.Parallel()
	for _, src := range []string{"null", "true", "1", `"a"`, "[1]", `{"a":1}`} {
		v := value.MustParse(src)
		if s := v.Str(); (s != "") != v.IsString() {
			t.Errorf("%s: Str %q", src, s)
		}
		if s := v.Literal(); (s != "") != v.IsNumber() {
			t.Errorf("%s: Literal %q", src, s)
		}
		if f := v.Float(); math.IsNaN(f) == v.IsNumber() {
			t.Errorf("%s: Float %v", src, f)
		}
		if n, ok := v.Int(); ok != v.IsNumber() {
			t.Errorf("%s: Int %d %v", src, n, ok)
		}
		if b := v.Bool(); b != v.IsBool() {
			t.Errorf("%s: Bool %v", src, b)
		}
		if n := v.Len(); (n > 0) != (v.IsArray() || v.IsObject()) {
			t.Errorf("%s: Len %d", src, n)
		}
		if x := v.Index(0); x.Exists() != v.IsArray() {
			t.Errorf("%s: Index(0) %s", src, x)
		}
		if x := v.Get("a"); x.Exists() != v.IsObject() {
			t.Errorf("%s: Get(a) %s", src, x)
		}
		if x := v.Path("a", "b", "c"); x.Exists() {
			t.Errorf("%s: Path %s", src, x)
		}
		if len(v.Elements()) > 0 != v.IsArray() || len(v.Names()) > 0 != v.IsObject() {
			t.Errorf("%s: Elements %v, Names %v", src, v.Elements(), v.Names())
		}
		n := 0
		for range v.Members() {
			n++
		}
		if (n > 0) != v.IsObject() {
			t.Errorf("%s: %d members", src, n)
		}
	}
	if v := value.MustParse("[1,2]"); v.Index(-1).Exists() || v.Index(2).Exists() {
		t.Error("an item outside of the array")
	}
}

func TestNumbersKeepTheirLiteral(t *testing.T) {
	t.Parallel()
	for _, s := range []string{"1.0", "1", "-0", "0.10", "1E5", "1e+05", "123456789012345678901234567890", "0.1234567890123456789", "1e400"} {
		v, err := value.ParseString(s)
		if err != nil || v.Literal() != s || v.String() != s {
			t.Errorf("%s became %s (%v)", s, v, err)
		}
		b, err := json.Marshal(map[string]value.Value{"n": v})
		if err != nil || string(b) != `{"n":`+s+`}` {
			t.Errorf("%s in encoding/json: %s (%v)", s, b, err)
		}
	}
}

func TestInt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		src  string
		want int64
		ok   bool
	}{
		{"0", 0, true},
		{"-0", 0, true},
		{"-0.0e7", 0, true},
		{"1.0", 1, true},
		{"1e2", 100, true},
		{"1.5e1", 15, true},
		{"150e-1", 15, true},
		{"1.5", 0, false},
		{"1e-1", 0, false},
		{"9223372036854775807", math.MaxInt64, true},
		{"-9223372036854775808", math.MinInt64, true},
		{"9223372036854775808", 0, false},
		{"9.223372036854775807e18", math.MaxInt64, true},
		{"1e19", 0, false},
		{"1e400", 0, false},
		{"1e-999999999999999999999", 0, false},
		{"0e999999999999999999999", 0, true},
		{"1e999999999999999999999", 0, false},
	} {
		if n, ok := value.MustParse(c.src).Int(); ok != c.ok || ok && n != c.want {
			t.Errorf("%s: %d %v, want %d %v", c.src, n, ok, c.want, c.ok)
		}
	}
}

// TestFormatFloat spells numbers as JavaScript does.
func TestFormatFloat(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		f    float64
		want string
	}{
		{0, "0"},
		{math.Copysign(0, -1), "0"},
		{1, "1"},
		{-1.5, "-1.5"},
		{100, "100"},
		{math.Nextafter(0.3, 1), "0.30000000000000004"},
		{1e20, "100000000000000000000"},
		{1e21, "1e+21"},
		{-1.25e300, "-1.25e+300"},
		{1e-6, "0.000001"},
		{1e-7, "1e-7"},
		{1.5e-10, "1.5e-10"},
		{5e-324, "5e-324"},
		{math.MaxFloat64, "1.7976931348623157e+308"},
		{1 << 53, "9007199254740992"},
	} {
		if got := value.FormatFloat(c.f); got != c.want {
			t.Errorf("%g is spelled %s, want %s", c.f, got, c.want)
		}
		if v := value.Float(c.f); v.Float() != c.f {
			t.Errorf("%g comes back as %g", c.f, v.Float())
		}
	}
	for _, f := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if v := value.Float(f); !v.IsNull() {
			t.Errorf("%g is %s, want null", f, v)
		}
	}
	if f := value.MustParse("-1e999").Float(); !math.IsInf(f, -1) {
		t.Errorf("-1e999 is %g", f)
	}
}

func TestObjects(t *testing.T) {
	t.Parallel()
	v := value.MustParse(`{"b": 1, "a": {"x": [10, 20]}, "b": 2}`)
	for _, c := range []struct{ what, got, want string }{
		{"last of two", v.String(), `{"b":2,"a":{"x":[10,20]}}`},
		{"With, new", v.With("c", value.True).String(), `{"b":2,"a":{"x":[10,20]},"c":true}`},
		{"With, there", v.With("b", value.Null).String(), `{"b":null,"a":{"x":[10,20]}}`},
		{"With absent", v.With("b", value.Value{}).String(), `{"a":{"x":[10,20]}}`},
		{"With on nothing", value.Value{}.With("a", value.Int(1)).String(), `{"a":1}`},
		{"Without", v.Without("a").String(), `{"b":2}`},
		{"Without what is not there", v.Without("z").String(), `{"b":2,"a":{"x":[10,20]}}`},
		{"Path", v.Path("a", "x").Index(1).String(), "20"},
		{"Append", v.Path("a", "x").Append(value.Int(30), value.Value{}).String(), "[10,20,30,null]"},
		{"Append to nothing", value.Value{}.Append(value.Int(1)).String(), "[1]"},
		{"unchanged", v.String(), `{"b":2,"a":{"x":[10,20]}}`},
	} {
		if c.got != c.want {
			t.Errorf("%s: %s, want %s", c.what, c.got, c.want)
		}
	}
}

// TestLargeObjects crosses the size from which objects have an index.
func TestLargeObjects(t *testing.T) {
	t.Parallel()
	for _, n := range []int{7, 8, 9, 10, 100} {
		var b value.Builder
		for i := range n {
			b.Set(strings.Repeat("k", i+1), value.Int(i))
		}
		b.Set("kk", value.String("again"))
		if b.Len() != n {
			t.Errorf("%d members, want %d", b.Len(), n)
		}
		v := b.Object()
		if b.Len() != 0 || b.Object().String() != "{}" {
			t.Error("the builder is not empty after Object")
		}
		for i := range n {
			want := value.Int(i)
			if i == 1 {
				want = value.String("again")
			}
			if got := v.Get(strings.Repeat("k", i+1)); !value.Equal(got, want) {
				t.Errorf("member %d of %d is %s", i, n, got)
			}
		}
		if v.Get("").Exists() || v.Get("K").Exists() {
			t.Error("a member that is not there")
		}
	}
}

func TestMembersStop(t *testing.T) {
	t.Parallel()
	for name := range value.MustParse(`{"a":1,"b":2}`).Members() {
		if name != "a" {
			t.Errorf("went on to %s", name)
		}
		break
	}
}

// TestArrayCopiesItsItems changes the slice an array was made from.
func TestArrayCopiesItsItems(t *testing.T) {
	t.Parallel()
	items := []value.Value{value.Int(1)}
	v := value.Array(items...)
	items[0] = value.Int(2)
	if v.String() != "[1]" {
		t.Errorf("the array became %s", v)
	}
}

func TestEqual(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"1", "1.0", true},
		{"100", "1e2", true},
		{"-0", "0", true},
		{"1", "1.0000000000000000000001", false},
		{"0.1", "0.10", true},
		{"9007199254740993", "9007199254740992", false},
		{"1", `"1"`, false},
		{"null", "false", false},
		{`{"a":1,"b":[2]}`, `{"b":[2.0],"a":1}`, true},
		{`{"a":1}`, `{"b":1}`, false},
		{`{"a":1}`, `{"a":1,"b":1}`, false},
		{`[1,2]`, `[2,1]`, false},
		{`[1]`, `[1,2]`, false},
		{`"é"`, `"\u00e9"`, true},
		{`[]`, `{}`, false},
		{"true", "true", true},
	} {
		a, b := value.MustParse(c.a), value.MustParse(c.b)
		if value.Equal(a, b) != c.want || value.Equal(b, a) != c.want {
			t.Errorf("Equal(%s, %s) is not %v", c.a, c.b, c.want)
		}
		if !value.Equal(a, a) {
			t.Errorf("%s is not equal to itself", c.a)
		}
	}
	if !value.Equal(value.Value{}, value.Value{}) || value.Equal(value.Value{}, value.Null) {
		t.Error("absent is equal to absent and to nothing else")
	}
}

func TestCompareNumbers(t *testing.T) {
	t.Parallel()
	ascending := []string{
		"-1e500", "-1e400", "-10000000000000000000001", "-10000000000000000000000", "-2", "-1.0000000000000000001", "-1", "-1e-400", "0",
		"1e-400", "0.1", "1", "1.0000000000000000001", "9007199254740992", "9007199254740993", "1e22", "1.0000000000000000000000001e22", "1e400", "1e500",
	}
	for i, a := range ascending {
		for j, b := range ascending {
			want := 0
			if i < j {
				want = -1
			} else if i > j {
				want = 1
			}
			if got := value.CompareNumbers(value.MustParse(a), value.MustParse(b)); got != want {
				t.Errorf("CompareNumbers(%s, %s) = %d, want %d", a, b, got, want)
			}
		}
	}
	for _, pair := range [][2]string{{"1", "1.0"}, {"-0", "0"}, {"1e2", "100"}, {"1", `"2"`}, {"null", "1"}} {
		if got := value.CompareNumbers(value.MustParse(pair[0]), value.MustParse(pair[1])); got != 0 {
			t.Errorf("CompareNumbers(%s, %s) = %d, want 0", pair[0], pair[1], got)
		}
	}
}

func TestSize(t *testing.T) {
	t.Parallel()
	for _, src := range []string{
		"null", "true", "false", "-1.50", `""`, `"é\u0001\n\"\\/\u2028"`, "[]", "{}", "[1,[2,[]],{}]", `{"ä":1,"b\n":{"c":[null]}}`, "\"\xff\xed\xa0\x80\"",
	} {
		v := value.MustParse(src)
		for range 2 { // the second time from memory
			if got := v.Size(); got != len(v.String()) {
				t.Errorf("%s has size %d, but %d bytes", v, got, len(v.String()))
			}
		}
	}
	if (value.Value{}).Size() != 0 {
		t.Error("absent has a size")
	}
}

func TestIndent(t *testing.T) {
	t.Parallel()
	got := value.MustParse(`{"a":{},"b":[],"c":[1,{"d":"x"}]}`).Indent()
	want := `{
  "a": {},
  "b": [],
  "c": [
    1,
    {
      "d": "x"
    }
  ]
}`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestConcurrentReaders(t *testing.T) {
	t.Parallel()
	v := value.MustParse(`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"j":[1,2,{"k":"l"}]}`)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if v.Size() != len(v.String()) || v.Get("j").Len() != 3 || !value.Equal(v, v.With("z", value.Null).Without("z")) {
				t.Error("readers disagree")
			}
		})
	}
	wg.Wait()
}

// An object with another value for a member shares its names with the one it is made of, and changes nothing in it.
func TestWithShares(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 4, 5, 20} {
		var b value.Builder
		for i := range n {
			b.Set(fmt.Sprint("m", i), value.Int(i))
		}
		old := b.Object()
		before := old.String()
		name := fmt.Sprint("m", n-1)
		changed := old.With(name, value.True).With("new", value.Null)
		if old.String() != before || !changed.Get(name).Bool() || changed.Len() != n+1 || !value.Equal(changed.Without("new").With(name, value.Int(n-1)), old) {
			t.Errorf("%d members: %s became %s, and that %s", n, before, old, changed)
		}
	}
}
