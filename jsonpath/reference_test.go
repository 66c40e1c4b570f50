package jsonpath

import (
	"errors"
	"testing"

	"github.com/stepwright/stepwright/value"
)

func TestSet(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ in, path, want string }{
		{`{"a":1}`, "$", `9`},
		{`{"a":1}`, "$.a", `{"a":9}`},
		{`{"a":1,"b":2}`, "$.a", `{"a":9,"b":2}`},
		{`{"a":1}`, "$.b.c", `{"a":1,"b":{"c":9}}`},
		{`{"a":[1,{"b":2}]}`, "$.a[1].b", `{"a":[1,{"b":9}]}`},
		{`{"a":[1]}`, "$.a[0]", `{"a":[9]}`},
		{`{}`, `$.a\.b['c d']`, `{"a.b":{"c d":9}}`},
		{`{}`, `$['a,b?']`, `{"a,b?":9}`},
		{`{"a":[1]}`, "$.a[1]", `Unable to apply step "[1]" to input {"a":[1]}`},
		{`{"a":{"b":1}}`, "$.a.b.c", `Unable to apply step "c" to input {"a":{"b":1}}`},
		{`{"a":null}`, "$.a.b", `Unable to apply step "b" to input {"a":null}`},
		{`"text"`, "$.a", `Unable to apply step "a" to input "text"`},
		{`[1,2]`, "$.a", `Unable to apply step "a" to input [1,2]`},
		{`{"a":{}}`, "$.a[0]", `Unable to apply step "[0]" to input {"a":{}}`},
		{`{}`, "$.a[0]", `Unable to apply step "[0]" to input {}`},
	} {
		r, err := ParseReference(c.path)
		if err != nil {
			t.Errorf("%s: %v", c.path, err)
			continue
		}
		in := value.MustParse(c.in)
		v, err := r.Set(in, value.Int(9))
		got := v.String()
		var failed *Error
		switch {
		case errors.As(err, &failed) && failed.Name == ReferencePathConflict:
			got = failed.Cause
		case err != nil:
			t.Errorf("%s in %s: %v", c.path, c.in, err)
		case r.Get(v).String() != "9":
			t.Errorf("%s in %s: what is set is not found in %s", c.path, c.in, v)
		}
		if got != c.want {
			t.Errorf("%s in %s gives %s; want %s", c.path, c.in, got, c.want)
		}
		if in.String() != c.in {
			t.Errorf("%s changes what it is set in", c.path)
		}
	}
}

func TestReferencesAreNarrow(t *testing.T) {
	t.Parallel()
	for path, what := range map[string]string{
		"$.a[*]":      "the path uses [*]",
		"$..a":        "the path uses ..",
		"$.a[0,1]":    "the path uses [0,1]",
		"$['a','b']":  "the path uses ['a','b']",
		"$.a[1:]":     "the path uses [1:]",
		"$[?(@.a)]":   "the path uses [?(@.a)]",
		"$.a[-1]":     "the index [-1] counts from the end",
		"$.length(@)": "the name length(@) holds one of @ , : ? *",
	} {
		_, err := ParseReference(path)
		want := what + "; expected a reference path, which points at one place: $.a['b'][0], at character 1 of "
		if err == nil || err.Error() != want+`"`+path+`"` {
			t.Errorf("%s: error %v", path, err)
		}
	}
	for path, want := range map[string]string{
		"$$.a": `the path starts from the context object; expected one into the input, which starts with $., at character 1 of "$$.a"`,
		"$v.a": `the path starts from the variable $v; expected one into the input, which starts with $., at character 1 of "$v.a"`,
		"a":    `there is 'a'; expected a path, which starts with $, at character 1 of "a"`,
	} {
		if _, err := ParseReference(path); err == nil || err.Error() != want {
			t.Errorf("%s: error %v; want %s", path, err, want)
		}
	}
}

func TestConflict(t *testing.T) {
	t.Parallel()
	in := value.MustParse(`{"a":{"b":1}}`)
	for path, want := range map[string]string{
		"$.a.b": "", "$": "", "$.none[*]": "",
		"$.a.c":   `Unable to apply step "c" to input {"a":{"b":1}}`,
		"$.a.b.c": `Unable to apply step "c" to input {"a":{"b":1}}`,
		"$.a[0]":  `Unable to apply step "[0]" to input {"a":{"b":1}}`,
	} {
		p, err := Compile(path)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := p.Conflict(in); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s; want %s", path, got, want)
		}
	}
}
