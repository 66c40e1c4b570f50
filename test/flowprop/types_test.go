package flowprop

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"strings"
	"time"
	"unicode/utf8"
)

// The types of random programs: members that may be left out, null, inside a string, embedded, or oddly named.
type (
	Root struct {
		ID      string            `json:"id"`
		Title   string            `json:"title,omitempty"`
		Note    *string           `json:"note"`
		Hint    *string           `json:"hint,omitempty"`
		Amount  float64           `json:"amount"`
		Ratio   *float64          `json:"ratio,omitempty"`
		Size    int               `json:"size-in-px"`
		Left    *int              `json:"left"`
		Zero    int               `json:"zero,omitempty"`
		Big     int64             `json:"big,string"`
		Code    *int              `json:"code,omitempty,string"`
		Wide    int64             `json:"wide"`
		Flag    bool              `json:"in"`
		On      *bool             `json:"on,omitempty"`
		Set     bool              `json:"set,omitempty"`
		Sure    bool              `json:"sure,string"`
		Placed  time.Time         `json:"placed"`
		Shipped *time.Time        `json:"shipped,omitempty"`
		Names   []string          `json:"names"`
		Tags    []string          `json:"tags,omitempty"`
		Numbers []float64         `json:"numbers"`
		Counts  []int             `json:"counts"`
		Grid    [][]int           `json:"grid"`
		Words   [][]string        `json:"words,omitempty"`
		Holes   []*int            `json:"holes"`
		Items   []Item            `json:"items"`
		Item    Item              `json:"item"`
		Spare   *Item             `json:"spare,omitempty"`
		Labels  map[string]string `json:"labels"`
		Tally   map[string]int    `json:"tally,omitempty"`
		Open    any               `json:"open"`
		Extra   any               `json:"extra,omitempty"`
		Lower   string            `json:"a.b[0]{% $x %}"`
		*Base
	}
	Base struct {
		Origin string `json:"origin"`
		Level  int    `json:"level,omitempty"`
	}
	Item struct {
		SKU   string   `json:"sku"`
		Price float64  `json:"price"`
		Count *int     `json:"count,omitempty"`
		Note  *string  `json:"note"`
		Tags  []string `json:"tags,omitempty"`
		Odd   int      `json:"@odd name"`
		Part
	}
	Part struct {
		Weight float64 `json:"weight"`
		In     bool    `json:"and"`
	}
	Quote struct {
		Text  string   `json:"text"`
		Total float64  `json:"total"`
		Why   string   `json:"why,omitempty"`
		Left  *int     `json:"left,omitempty"`
		Lines []string `json:"lines"`
		N     int      `json:"n,string"`
	}
	Pair struct {
		A string `json:"a"`
		B int    `json:"b"`
	}

	Negative struct{ Price float64 }
	Boomed   struct{}
)

func (e *Negative) Error() string { return fmt.Sprintf("a price of %v", e.Price) }
func (Boomed) Error() string      { return "boom, as always" }

// The handlers of random programs: they are run in process, and called directly by the Go side.

func Echo(_ context.Context, i Item) (Item, error) { return i, nil }

// Price does not tell an empty list from none: whether one was left out on the way does not matter to Go.
func Price(_ context.Context, i Item) (Quote, error) {
	if i.Price < 0 {
		return Quote{}, &Negative{i.Price}
	}
	return Quote{Text: i.SKU + "!", Total: calm(i.Price * 2), Left: i.Count, Lines: append([]string(nil), i.Tags...), N: len(i.Tags), Why: i.SKU}, nil
}

func Shout(_ context.Context, s string) (string, error) {
	return s + strings.Repeat("!", min(3, utf8.RuneCountInString(s))), nil
}

func Stock(_ context.Context, n int) ([]Item, error) {
	var out []Item // nil for none: arrives as null
	for i := range ((n % 3) + 3) % 3 {
		out = append(out, Item{SKU: fmt.Sprint("s", i), Price: float64(i) + 0.1, Odd: i})
	}
	return out, nil
}

func Sort(_ context.Context, l []string) ([]string, error) { return l, nil }

func Grid(_ context.Context, l []int) ([][]int, error) {
	var out [][]int
	for i := range l {
		out = append(out, l[:i])
	}
	return out, nil
}

func Boom(context.Context, string) (Quote, error) { return Quote{}, Boomed{} }

func Picky(_ context.Context, p Pair) (int, error) {
	if p.B%2 != 0 {
		return 0, Boomed{}
	}
	return p.B / 2, nil
}

// calm keeps numbers in the range that programs reckon with.
func calm(x float64) float64 {
	if math.Abs(x) > largeFloat {
		return 1
	}
	return x
}

const (
	largeFloat = 1e22    // the largest amount of a number that is stored anywhere
	largeInt   = 1 << 24 // and of an integer
)

// through is v after its way through JSON, as between states and handlers.
func through[T any](v T) T {
	var out T
	b, err := json.Marshal(v)
	if err == nil {
		err = json.Unmarshal(b, &out)
	}
	if err != nil {
		panic(err)
	}
	return out
}

// texts has what functions treat in ways of their own: blanks that $trim leaves (U+00A0), what $string does not escape
// (U+2028), and characters that come after those beyond U+FFFF when code units are compared (U+FF5E).
var texts = []string{
	"", "a", "b", "ab", "A", "x y", " a  b ", "a-b-c", "a,b", "10", "9", "-1", "true", "null", "{%", "%}", "{% 1 %}", "$1", `"q"`, `\`, "é", "e\u0301", "\U0001F600",
	"line\nbreak", "\t", "`", "'", "/", "<&>", "*", ".", "a.b", "ünï", "日本語", "z\U0001F4A9z", "0", "1e3", "\u00a0x\u00a0", "a\u2028b", "\uff5e",
}

var floats = []float64{
	0, 1, 2, -1, 0.5, 0.1, 0.2, 0.3, 1.5, 2.5, -2.5, 3.5, 0.05, 1.005, 2.345, 1e-7, 123456789.125, 1e21, 1e15, 1.0 / 3, -0.1, 100, 99.99, 4.35, 1.1, 5e-324, 0.000001,
	12345.678901234567,
}

var ints = []int{0, 1, 2, -1, 3, 5, 10, 7, -7, 100, 1000, 65536, -1000, 1 << 20}

var longs = []int64{0, 1, -1, 1 << 31, 1 << 53, -(1 << 53), 1<<53 - 1, 999999999999999, 9999999999999999 / 2, 123456789012345, 1234567890123456}

var instants = []time.Time{
	time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC),
	time.Date(2026, 3, 2, 11, 0, 0, 0, time.FixedZone("", 7200)),
	time.Date(2026, 3, 2, 8, 59, 59, 999e6, time.FixedZone("", -3600)),
	time.Date(2000, 2, 29, 23, 59, 59, 123456789, time.UTC),
	time.Date(1970, 1, 1, 0, 0, 0, 0, time.UTC),
	time.Date(2026, 5, 31, 0, 0, 0, 1e6, time.FixedZone("", -5*3600-1800)),
}

// fill makes up a value: the simplest one is empty.
func fill(s *source, v reflect.Value) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(one(s, instants...)))
		return
	case int64:
		v.SetInt(one(s, longs...))
		return
	case string:
		v.SetString(one(s, texts...))
		return
	}
	switch v.Kind() {
	case reflect.Float64:
		v.SetFloat(one(s, floats...))
	case reflect.Int:
		v.SetInt(int64(one(s, ints...)))
	case reflect.Bool:
		v.SetBool(s.in(2))
	case reflect.Pointer:
		if s.in(2) {
			v.Set(reflect.New(v.Type().Elem()))
			fill(s, v.Elem())
		}
	case reflect.Slice:
		n := one(s, 0, 1, 2, -1, 3)
		if n < 0 {
			return // nil: null in JSON
		}
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(s, v.Index(i))
		}
	case reflect.Map:
		n := one(s, 0, 1, 2, -1)
		if n < 0 {
			return
		}
		v.Set(reflect.MakeMap(v.Type()))
		for range n {
			e := reflect.New(v.Type().Elem()).Elem()
			fill(s, e)
			v.SetMapIndex(reflect.ValueOf(one(s, texts...)), e)
		}
	case reflect.Interface:
		switch s.n(8) {
		case 1:
			v.Set(reflect.ValueOf(one(s, texts...)))
		case 2:
			v.Set(reflect.ValueOf(one(s, floats...)))
		case 3:
			v.Set(reflect.ValueOf(s.in(2)))
		case 4:
			v.Set(reflect.ValueOf([]any{}))
		case 5:
			v.Set(reflect.ValueOf([]any{one(s, texts...)}))
		case 6:
			v.Set(reflect.ValueOf(map[string]any{"text": one(s, texts...), "total": one(s, floats...), "lines": []any{}, "n": "4"}))
		case 7:
			v.Set(reflect.ValueOf(map[string]any{}))
		}
	case reflect.Struct:
		for i := range v.NumField() {
			fill(s, v.Field(i))
		}
	default:
		panic(v.Type())
	}
}
