package policy

import (
	"testing"

	"github.com/stepwright/stepwright/value"
)

func TestOpened(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ src, want string }{
		{`plain`, `"plain"`},
		{`{% $x %}`, `"{% $x %}"`},
		{`{% "text" %}`, `"{% \"text\" %}"`},
		{`{% {} %}`, `{}`},
		{`{% [] %}`, `[]`},
		{`{%{"a": 1, "b": [true, null, $x], "c": {"d": "e"}}%}`, `{"a":1,"b":[true,null,"{% $x %}"],"c":{"d":"e"}}`},
		{`{% {"a": $f({"b": 1}, "}"), "c": x ? y : z} %}`, `{"a":"{% $f({\"b\": 1}, \"}\") %}","c":"{% x ? y : z %}"}`},
		{`{% {"a\"}": '}"', "b": /* } */ 1} %}`, `{"a\"}":"{% '}\"' %}","b":"{% /* } */ 1 %}"}`},
		{"{% {\"a\": $x.`b}`} %}", "{\"a\":\"{% $x.`b}` %}\"}"},
		{`{% {"a": 1}.a %}`, `"{% {\"a\": 1}.a %}"`},
		{`{% {$k: 1} %}`, `"{% {$k: 1} %}"`},
		{`{% {"a": 1 %}`, `"{% {\"a\": 1 %}"`},
		{`{% {"a": 1)} %}`, `"{% {\"a\": 1)} %}"`},
		{`{% {"a": "open} %}`, `"{% {\"a\": \"open} %}"`},
		{`{% {"a": 1 /* open} %}`, `"{% {\"a\": 1 /* open} %}"`},
		{`{% {1: 2} %}`, `"{% {1: 2} %}"`},
		{`{% {"a"} %}`, `"{% {\"a\"} %}"`},
		{`{% [1..3] %}`, `["{% 1..3 %}"]`},
	} {
		if got := opened(value.String(c.src)).String(); got != c.want {
			t.Errorf("%s: got %s, want %s", c.src, got, c.want)
		}
	}
}

// FuzzOpened: JSON is taken apart as it is, and nothing makes it panic.
func FuzzOpened(f *testing.F) {
	for _, s := range []string{`{"a": [1, {"b": "}"}]}`, `[{"a": null}, "x"]`, `{"a": $x ? {"b": 1}}`, `{"\`, `[,]`, "{\"a\":`"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got := opened(value.String("{%" + s + "%}"))
		want, err := value.ParseString(s)
		if err == nil && (want.IsObject() || want.IsArray()) && !value.Equal(got, want) {
			t.Errorf("%q: got %s", s, got)
		}
	})
}
