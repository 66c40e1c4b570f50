package events_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/local/events"
	"github.com/stepwright/stepwright/value"
)

func ExamplePattern_Matches() {
	p, err := events.ParsePattern(value.MustParse(`{"source": ["aws.s3"], "detail": {"object": {"key": [{"wildcard": "private/*/uploads/*"}]}}}`))
	if err != nil {
		fmt.Println(err)
	}
	fmt.Println(p.Matches(value.MustParse(`{"source": "aws.s3", "detail": {"object": {"key": "private/me/uploads/cat.jpg"}}}`)))
	fmt.Println(p.Matches(value.MustParse(`{"source": "aws.s3", "detail": {"object": {"key": "private/me/resized/cat.jpg"}}}`)))
	// Output:
	// true
	// false
}

func TestPattern(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, pattern string
		yes, no       []string
	}{
		{"a value", `{"a":["x"]}`, []string{`{"a":"x"}`, `{"a":["y","x"]}`, `{"a":"x","b":1}`}, []string{`{"a":"X"}`, `{}`, `{"a":null}`, `{"a":{"x":1}}`, `{"a":["y"]}`, `{"a":[]}`, `"x"`}},
		{"one of several", `{"a":["x",1,true,null]}`, []string{`{"a":"x"}`, `{"a":1}`, `{"a":true}`, `{"a":null}`}, []string{`{"a":"1"}`, `{"a":1.0}`, `{"a":false}`, `{}`}},
		{"the empty text", `{"a":[""]}`, []string{`{"a":""}`}, []string{`{"a":null}`, `{"a":" "}`}},
		{"all fields", `{"a":["x"],"b":{"c":["y"]}}`, []string{`{"a":"x","b":{"c":"y"}}`}, []string{`{"a":"x"}`, `{"a":"x","b":{"c":"z"}}`, `{"a":"x","b":"y"}`}},
		{"one object of a list", `{"a":{"x":["1"],"y":["2"]}}`, []string{`{"a":[{"x":"0"},{"x":"1","y":"2"}]}`}, []string{`{"a":[{"x":"1"},{"y":"2"}]}`}},
		{"prefix", `{"a":[{"prefix":"eu-"}]}`, []string{`{"a":"eu-north-1"}`, `{"a":"eu-"}`}, []string{`{"a":"us-east-1"}`, `{"a":"EU-north-1"}`, `{"a":7}`, `{}`}},
		{"prefix in any case", `{"a":[{"prefix":{"equals-ignore-case":"EU-"}}]}`, []string{`{"a":"eu-x"}`, `{"a":"Eu-x"}`}, []string{`{"a":"us-x"}`}},
		{"suffix", `{"a":[{"suffix":".jpg"}]}`, []string{`{"a":"cat.jpg"}`}, []string{`{"a":"cat.JPG"}`, `{"a":"cat.jpg.txt"}`}},
		{"suffix in any case", `{"a":[{"suffix":{"equals-ignore-case":".JPG"}}]}`, []string{`{"a":"cat.jpg"}`, `{"a":"cat.Jpg"}`}, []string{`{"a":"cat.png"}`}},
		{"any case", `{"a":[{"equals-ignore-case":"Alice"}]}`, []string{`{"a":"ALICE"}`}, []string{`{"a":"Alicia"}`, `{"a":1}`}},
		{"wildcard", `{"a":[{"wildcard":"private/*/uploads/*"}]}`, []string{`{"a":"private/me/uploads/x.jpg"}`, `{"a":"private//uploads/"}`, `{"a":"private/a/b/uploads/c/d é+%"}`}, []string{`{"a":"private/me/resized/x"}`, `{"a":"private/uploads/x"}`, `{"a":"xprivate/me/uploads/x"}`}},
		{"wildcard without star", `{"a":[{"wildcard":"x"}]}`, []string{`{"a":"x"}`}, []string{`{"a":"xx"}`}},
		{"wildcard with literal star", `{"a":[{"wildcard":"a\\*b*\\\\"}]}`, []string{`{"a":"a*b\\"}`, `{"a":"a*bxx\\"}`}, []string{`{"a":"axb\\"}`, `{"a":"a*b"}`}},
		{"wildcard that overlaps", `{"a":[{"wildcard":"ab*ba"}]}`, []string{`{"a":"abba"}`, `{"a":"abxba"}`}, []string{`{"a":"aba"}`}},
		{"anything but a value", `{"a":[{"anything-but":"x"}]}`, []string{`{"a":"y"}`, `{"a":1}`, `{"a":["x","y"]}`}, []string{`{"a":"x"}`, `{}`, `{"a":["x"]}`}},
		{"anything but values", `{"a":[{"anything-but":["x",1]}]}`, []string{`{"a":"y"}`, `{"a":2}`}, []string{`{"a":"x"}`, `{"a":1}`}},
		{"anything but a prefix", `{"a":[{"anything-but":{"prefix":"tmp"}}]}`, []string{`{"a":"x"}`}, []string{`{"a":"tmp1"}`, `{}`}},
		{"anything but suffixes", `{"a":[{"anything-but":{"suffix":[".tmp",".bak"]}}]}`, []string{`{"a":"x"}`}, []string{`{"a":"x.bak"}`}},
		{"anything but wildcard", `{"a":[{"anything-but":{"wildcard":"*/lib/*"}}]}`, []string{`{"a":"x"}`}, []string{`{"a":"a/lib/b"}`}},
		{"anything but any case", `{"a":[{"anything-but":{"equals-ignore-case":["X"]}}]}`, []string{`{"a":"y"}`}, []string{`{"a":"x"}`}},
		{"numeric", `{"a":[{"numeric":["=",300]}]}`, []string{`{"a":300}`, `{"a":300.0}`, `{"a":3e2}`}, []string{`{"a":"300"}`, `{"a":301}`}},
		{"numeric range", `{"a":[{"numeric":[">",0,"<=",5]}]}`, []string{`{"a":1}`, `{"a":5}`, `{"a":0.1}`}, []string{`{"a":0}`, `{"a":5.1}`}},
		{"numeric beyond float64", `{"a":[{"numeric":[">",9007199254740992]}]}`, []string{`{"a":9007199254740993}`}, []string{`{"a":9007199254740992}`}},
		{"there", `{"a":[{"exists":true}]}`, []string{`{"a":0}`, `{"a":null}`, `{"a":["x"]}`}, []string{`{}`, `{"a":{"b":1}}`, `{"a":[]}`}},
		{"not there", `{"a":{"b":[{"exists":false}]}}`, []string{`{}`, `{"a":{}}`, `{"a":{"b":[]}}`}, []string{`{"a":{"b":1}}`}},
		{"not there or a value", `{"a":[{"exists":false},"x"]}`, []string{`{}`, `{"a":"x"}`}, []string{`{"a":"y"}`}},
		{"network", `{"a":[{"cidr":"10.0.0.0/24"}]}`, []string{`{"a":"10.0.0.7"}`}, []string{`{"a":"10.0.1.7"}`, `{"a":"host"}`}},
		{"or", `{"a":["x"],"$or":[{"b":["1"]},{"c":{"d":["2"]}}]}`, []string{`{"a":"x","b":"1"}`, `{"a":"x","c":{"d":"2"}}`}, []string{`{"a":"x"}`, `{"b":"1"}`}},
		{"or inside", `{"a":{"$or":[{"b":["1"]},{"c":["2"]}]}}`, []string{`{"a":{"c":"2"}}`}, []string{`{"a":{}}`, `{"c":"2"}`}},
		{"unicode", `{"a":["é"]}`, []string{`{"a":"é"}`, `{"a":"\u00e9"}`}, []string{`{"a":"e\u0301"}`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			p, err := events.ParsePattern(value.MustParse(c.pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range c.yes {
				if !p.Matches(value.MustParse(e)) {
					t.Errorf("%s does not want %s", c.pattern, e)
				}
			}
			for _, e := range c.no {
				if p.Matches(value.MustParse(e)) {
					t.Errorf("%s wants %s", c.pattern, e)
				}
			}
		})
	}
}

func TestPatternErrors(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]string{
		`[]`:                                  "the event pattern must be an object with at least one field, not an array",
		`{}`:                                  "the event pattern must be an object with at least one field, not an object",
		`{"a":"x"}`:                           `a must be an object or an array of the values that match, not the string "x"`,
		`{"a":{"b":[]}}`:                      "a.b: the array is empty",
		`{"a":{}}`:                            "a: the object is empty",
		`{"a":[["x"]]}`:                       "a: an array stands inside the array of values",
		`{"a":[{}]}`:                          `a: a filter is an object with one name, such as {"prefix": "a"}, not with 0`,
		`{"a":[{"prefixes":"x"}]}`:            `a: unknown filter "prefixes"; EventBridge knows prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists and cidr`,
		`{"a":[{"prefix":1}]}`:                `a: prefix must be a string or {"equals-ignore-case": …}, not the number 1`,
		`{"a":[{"wildcard":"a**b"}]}`:         "a: wildcard: two stars must not follow each other",
		`{"a":[{"wildcard":"a\\b"}]}`:         "a: wildcard: a backslash must be followed by * or another backslash",
		`{"a":[{"wildcard":1}]}`:              "a: wildcard must be a string, not the number 1",
		`{"a":[{"exists":"yes"}]}`:            `a: exists must be true or false, not the string "yes"`,
		`{"a":[{"numeric":[">"]}]}`:           `a: numeric must be an array such as [">", 0] or [">", 0, "<=", 5]`,
		`{"a":[{"numeric":["~",1]}]}`:         `a: numeric: "~" 1 is no comparison; it needs <, <=, =, >= or > and a number`,
		`{"a":[{"cidr":"10.0.0.0"}]}`:         `a: cidr must be a network such as "10.0.0.0/24", not "10.0.0.0"`,
		`{"a":[{"anything-but":[]}]}`:         "a: anything-but: the array is empty",
		`{"a":[{"anything-but":{"cidr":1}}]}`: `a: anything-but: unknown filter "cidr"; it knows prefix, suffix, equals-ignore-case and wildcard`,
		`{"a":[{"anything-but":[[]]}]}`:       "a: anything-but must be a value or an array of values, not an array",
		`{"$or":[{"a":["x"]}]}`:               "$or must be an array of at least two objects",
		`{"b":{"$or":[1,2]}}`:                 "b.$or must be an array of objects with fields, not of the number 1",
		strings.Repeat(`{"a":`, 70) + `["x"]` + strings.Repeat("}", 70): "levels deep",
	} {
		_, err := events.ParsePattern(value.MustParse(pattern))
		if err == nil || !strings.HasSuffix(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", pattern, err, want)
		}
	}
}

// A pattern made of an event matches that event; no pattern and no event makes the matcher fail.
func FuzzPattern(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"a":["x"]}`, `{"a":"x"}`},
		{`{"a":[{"wildcard":"a*b\\*"}]}`, `{"a":"aab*"}`},
		{`{"$or":[{"a":[1]},{"b":[{"exists":false}]}]}`, `{"a":[1,[2]]}`},
		{`{"a":[{"numeric":[">",1e400]}]}`, `{"a":1e-400}`},
		{`{"a":{"b":[{"anything-but":{"suffix":["x"]}}]}}`, `{"a":[{"b":"y"},[{"b":["x"]}]]}`},
		{`[`, `{`},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, pattern, event string) {
		e, err := value.ParseString(event)
		if err != nil {
			return
		}
		if p, err := value.ParseString(pattern); err == nil {
			if parsed, err := events.ParsePattern(p); err == nil {
				parsed.Matches(e)
			}
		}
		own, ok := wanting(e)
		if !ok {
			return
		}
		p, err := events.ParsePattern(own)
		if err != nil {
			t.Fatalf("the pattern %s made of %s: %v", own, e, err)
		}
		if !p.Matches(e) {
			t.Errorf("the pattern %s does not want %s", own, e)
		}
	})
}

// wanting makes a pattern of an object that asks for all of its plain fields.
func wanting(e value.Value) (value.Value, bool) {
	var b value.Builder
	for name, v := range e.Members() {
		switch {
		case name == "$or" || v.IsArray():
		case v.IsObject():
			if inner, ok := wanting(v); ok {
				b.Set(name, inner)
			}
		default:
			b.Set(name, value.Array(v))
		}
	}
	n := b.Len()
	return b.Object(), n > 0
}

func BenchmarkMatches(b *testing.B) {
	p, err := events.ParsePattern(value.MustParse(`{"source":["aws.s3"],"detail-type":["Object Created"],"detail":{"bucket":{"name":["photos"]},"object":{"key":[{"wildcard":"private/*/uploads/*"}]}}}`))
	if err != nil {
		b.Fatal(err)
	}
	e := value.MustParse(`{"version":"0","source":"aws.s3","detail-type":"Object Created","detail":{"bucket":{"name":"photos"},"object":{"key":"private/eu-1:9f2c/uploads/trip/7b1d4c52.jpg","size":5}}}`)
	b.ReportAllocs()
	for b.Loop() {
		if !p.Matches(e) {
			b.Fatal("no match")
		}
	}
}
