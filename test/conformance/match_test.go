package main

import (
	"testing"

	"github.com/stepwright/stepwright/value"
)

func TestMatcher(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, got string
		ok        bool
	}{
		{`{"a":1,"b":"<date>"}`, `{"b":null,"a":1.0}`, true},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`{"a":1,"b":null}`, `{"a":1}`, false},
		{`["<uuid:1>","<uuid:1>"]`, `["x","x"]`, true},
		{`["<uuid:1>","<uuid:1>"]`, `["x","y"]`, false},
		{`"id <RequestId> of <uuid:1>"`, `"id 7 of 8"`, true},
		{`["<uuid:1>","id <uuid:1>"]`, `["x","id x"]`, true},
		{`["<uuid:1>","id <uuid:1>"]`, `["x","id xx"]`, false},
		{`["<uuid:1>","<uuid:1>/<uuid:2>"]`, `["a/b","a/b/c"]`, true},
		{`["<<token>:1>","x <<token>:1>"]`, `["a/b","x a/b"]`, true},
		{`"id <RequestId>."`, `"id ."`, false},
		{`{"k":{"x":[1]}}`, `{"k":"{\"x\":[1]}"}`, true},
		{`{"k":"{\"x\":\"<date>\"}"}`, `{"k":{"x":7}}`, true},
		{`"{\"x\":1}"`, `"{ \"x\": 1 }"`, true},
		{`"{\"x\":1}"`, `"{ \"x\": 2 }"`, false},
		{`"[1"`, `"[1 "`, false},
		{`1`, `"1"`, false},
		{`{"x":1}`, `"x"`, false},
		{`"since timestamp"`, `"since 2026-11-22T17:30:00.123Z"`, true},
		{`"up to date, since date"`, `"up to date, since 2026-11-22T17:30:00+01:00"`, true},
		{`"since timestamp"`, `"since yesterday"`, false},
		{`"dated"`, `"2026-11-22T17:30:00Zd"`, false},
		{`"a"`, `"b"`, false},
		{`""`, `"b"`, false},
		{`null`, `false`, false},
		{`[1,2]`, `[2,1]`, false},
		{`9007199254740993`, `9007199254740992`, false},
	} {
		if ok := (&matcher{}).matches(value.MustParse(c.want), value.MustParse(c.got)); ok != c.ok {
			t.Errorf("matches(%s, %s) = %v, want %v", c.want, c.got, ok, c.ok)
		}
	}
}

// What a comparison that failed took a token for is forgotten.
func TestMatcherForgets(t *testing.T) {
	t.Parallel()
	m := &matcher{}
	want := value.MustParse(`["<uuid:1>", 1]`)
	if m.matches(want, value.MustParse(`["x", 2]`)) || !m.matches(want, value.MustParse(`["y", 1]`)) {
		t.Error("a token is still bound to what did not match")
	}
}

// Whatever is compared, nothing panics, and a value without tokens matches itself.
func FuzzMatcher(f *testing.F) {
	f.Add(`{"a":"<uuid:1> (<x>"}`, `{"a":"b"}`)
	f.Add(`"[<date>"`, `"[\"x\"]"`)
	f.Fuzz(func(t *testing.T, want, got string) {
		w, err := value.ParseString(want)
		if err != nil {
			return
		}
		if !(&matcher{}).matches(w, w) && !tokens.MatchString(want) {
			t.Errorf("%s does not match itself", want)
		}
		if g, err := value.ParseString(got); err == nil {
			m := &matcher{}
			if !m.matches(w, g) {
				_ = m.difference("value", w, g)
			}
		}
	})
}
