package value_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/value"
)

func TestSyntaxErrors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{"", "1:1: unexpected end of text; expected a value"},
		{" \n ", "2:2: unexpected end of text; expected a value"},
		{"x", "1:1: unexpected 'x'; expected a value"},
		{"tru", "1:1: unexpected 't'; expected true"},
		{"nul", "1:1: unexpected 'n'; expected null"},
		{"falsy", "1:1: unexpected 'f'; expected false"},
		{"{\n  1: 2}", "2:3: unexpected '1'; expected a member's name in quotes"},
		{`{"a" 1}`, `1:6: unexpected '1' after the name "a"; expected ':'`},
		{`{"a":}`, "1:6: unexpected '}'; expected a value"},
		{`{"a":1,}`, "1:8: unexpected '}'; expected a member's name in quotes"},
		{`{"a":1 "b"`, `1:8: unexpected '"'; expected ',' or '}'`},
		{`[1,]`, "1:4: unexpected ']'; expected a value"},
		{`[1`, "1:3: unexpected end of text; expected ',' or ']'"},
		{"1 2", "1:3: unexpected '2' after the end of the value; expected nothing more"},
		{"01", "1:2: unexpected '1' after the end of the value; expected nothing more"},
		{"-", "1:2: unexpected end of text; expected a digit"},
		{"+1", "1:1: unexpected '+'; expected a value"},
		{"1.", "1:3: unexpected end of text; expected a digit after the decimal point"},
		{".5", "1:1: unexpected '.'; expected a value"},
		{"1e", "1:3: unexpected end of text; expected a digit of the exponent"},
		{"NaN", "1:1: unexpected 'N'; expected a value"},
		{`"`, `1:2: unexpected end of text in a string; expected '"'`},
		{`"é`, `1:4: unexpected end of text in a string; expected '"'`},
		{"\"a\tb\"", `1:3: control character '\t' in a string; write it as an escape`},
		{"\"é\x00\"", `1:4: control character '\x00' in a string; write it as an escape`},
		{`"\q"`, `1:2: unknown escape \q; expected one of "\/bfnrtu`},
		{`"\é"`, `1:2: unknown escape \é; expected one of "\/bfnrtu`},
		{`"\u12g4"`, `1:2: \u needs four hexadecimal digits`},
		{`"\u+123"`, `1:2: \u needs four hexadecimal digits`},
		{`"\u12`, `1:2: \u needs four hexadecimal digits`},
		{`"\`, "1:3: unexpected end of text after a backslash"},
		{"\ufeff{}", "1:1: unexpected '\\ufeff'; expected a value"},
		{"{}//", "1:3: unexpected '/' after the end of the value; expected nothing more"},
		{strings.Repeat("[", 1001), "1:1001: nested deeper than 1000 levels"},
	} {
		v, err := value.ParseString(c.src)
		var s *value.SyntaxError
		if !errors.As(err, &s) || err.Error() != c.want {
			t.Errorf("%.40q: %v (%T), want %s", c.src, err, err, c.want)
		}
		if v.Exists() {
			t.Errorf("%.40q: an error and the value %s", c.src, v)
		}
	}
}

func TestStrings(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{`"\"\\\/\b\f\n\r\t\u00e9"`, "\"\\/\b\f\n\r\té"},
		{`"\ud83d\ude00"`, "😀"},
		{`"\ud83d"`, "\ufffd"},
		{`"\ude00\ud83d"`, "\ufffd\ufffd"},
		{`"\ud83dA"`, "\ufffdA"},
		{`"\ud83d\n"`, "\ufffd\n"},
		{`"\ud83d\u0041"`, "\ufffdA"},
		{"\"\xff\xfe\"", "\ufffd\ufffd"},
		{`"\u0000"`, "\x00"},
		{`"日本"`, "日本"},
	} {
		v, err := value.ParseString(c.src)
		if err != nil || v.Str() != c.want {
			t.Errorf("%s is %q (%v), want %q", c.src, v.Str(), err, c.want)
		}
		again, err := value.ParseString(v.String())
		if err != nil || again.Str() != c.want {
			t.Errorf("%s, written and read again, is %q (%v)", c.src, again.Str(), err)
		}
	}
}

func TestDeepButFine(t *testing.T) {
	t.Parallel()
	src := strings.Repeat(`[{"a":`, value.MaxDepth/2) + "1" + strings.Repeat("}]", value.MaxDepth/2)
	v, err := value.ParseString(src)
	if err != nil || v.String() != src || v.Size() != len(src) || !value.Equal(v, value.MustParse(src)) {
		t.Errorf("%d levels: %v", value.MaxDepth, err)
	}
}

func TestMustParsePanics(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]func(){
		"MustParse": func() { value.MustParse("{") },
		"MustFrom":  func() { value.MustFrom(func() {}) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s does not panic", name)
				}
			}()
			f()
		}()
	}
}

type photo struct {
	ID    string      `json:"id"`
	Size  int         `json:"size,omitempty"`
	Extra value.Value `json:"extra,omitzero"`
}

func TestGoValues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		x    any
		want string
	}{
		{nil, "null"},
		{true, "true"},
		{"<a&b>", `"<a&b>"`},
		{7, "7"},
		{int64(1) << 60, "1152921504606846976"},
		{1.5, "1.5"},
		{json.Number("1.50"), "1.50"},
		{json.RawMessage(`{ "z": 1, "a": 2 }`), `{"z":1,"a":2}`},
		{map[string]int{"b": 1, "a": 2}, `{"a":2,"b":1}`},
		{[]any{1, nil, "x"}, `[1,null,"x"]`},
		{photo{ID: "p"}, `{"id":"p"}`},
		{photo{ID: "p", Size: 2, Extra: value.MustParse(`{"n":1.0}`)}, `{"id":"p","size":2,"extra":{"n":1.0}}`},
		{value.MustParse("[1.0]"), "[1.0]"},
		{struct{ V value.Value }{}, `{"V":null}`},
	} {
		v, err := value.From(c.x)
		if err != nil || v.String() != c.want {
			t.Errorf("From(%#v) = %s (%v), want %s", c.x, v, err, c.want)
		}
	}
	if v, err := value.From(make(chan int)); err == nil || v.Exists() {
		t.Errorf("a channel becomes %s", v)
	}

	var p photo
	if err := value.MustParse(`{"id":"p","extra":{"n":1.0}}`).Decode(&p); err != nil || p.ID != "p" || p.Extra.String() != `{"n":1.0}` {
		t.Errorf("decoded %+v (%v)", p, err)
	}
	before := p
	if err := (value.Value{}).Decode(&p); err != nil || p.ID != before.ID {
		t.Errorf("an absent value was stored: %+v (%v)", p, err)
	}
	if err := value.MustParse(`{"id":1}`).Decode(&p); err == nil || !strings.Contains(err.Error(), "photo") {
		t.Errorf("a number as an id: %v", err)
	}
	want := map[string]any{"a": []any{nil, true, json.Number("1.0"), "x"}, "b": map[string]any{}}
	if diff := cmp.Diff(want, value.MustParse(`{"a":[null,true,1.0,"x"],"b":{}}`).Any()); diff != "" {
		t.Errorf("Any (-want +got):\n%s", diff)
	}
	if err := json.Unmarshal([]byte(`{"id":"p","extra":[}`), &p); err == nil {
		t.Error("malformed JSON goes through UnmarshalJSON")
	}
	if err := new(value.Value).UnmarshalJSON([]byte("{")); err == nil {
		t.Error("UnmarshalJSON takes half an object")
	}
}

// FuzzParse holds Parse to encoding/json, and writing to reading.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"", "null", "true", "1", "-0.5e-7", "1e400", `"é\u00e9\ud83d\ude00\ud800"`, "\"\xff\"", "[]", "{}", `[1,[2,{"a":[]}]]`, `{"a":1,"a":2,"":null}`,
		`{"a":1,"b":2,"c":3,"d":4,"e":5,"f":6,"g":7,"h":8,"i":9,"a":0}`, "[1,]", `{"a"}`, "01", "\x00", " [ 1 , 2 ] \n", `"\`, strings.Repeat("[", 2000),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		v, err := value.Parse(src)
		dec := json.NewDecoder(bytes.NewReader(src))
		dec.UseNumber()
		var want any
		wantErr := dec.Decode(&want)
		if wantErr == nil {
			if _, more := dec.Token(); more != io.EOF {
				wantErr = errors.New("there is more")
			}
		}
		if (err == nil) != (wantErr == nil) {
			if err != nil && strings.Contains(err.Error(), "nested deeper") {
				return
			}
			t.Fatalf("Parse: %v; encoding/json: %v", err, wantErr)
		}
		if err != nil {
			return
		}
		if diff := cmp.Diff(want, v.Any()); diff != "" {
			t.Fatalf("not what encoding/json reads (-want +got):\n%s", diff)
		}
		for _, text := range []string{v.String(), v.Indent()} {
			again, err := value.ParseString(text)
			if err != nil || !value.Equal(again, v) || again.String() != v.String() {
				t.Fatalf("%s comes back as %s (%v)", text, again, err)
			}
		}
		if v.Size() != len(v.String()) {
			t.Fatalf("size %d of %s", v.Size(), v)
		}
		if v.IsNumber() {
			if n, ok := v.Int(); ok && !value.Equal(value.Int(n), v) {
				t.Fatalf("%s is the integer %d", v, n)
			}
			if value.CompareNumbers(v, v) != 0 {
				t.Fatalf("%s differs from itself", v)
			}
		}
	})
}
