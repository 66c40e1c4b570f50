package conformance_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/value"
)

// tokens are what stands in recordings for values that change from run to run: <timestamp>, <uuid:1>.
var tokens = regexp.MustCompile(`<(?:[A-Za-z]|<[A-Za-z_]+>)[A-Za-z0-9_:.\-]*>`)

// numbered are the tokens of which equal ones stand for equal values.
var numbered = regexp.MustCompile(`:\d+>$`)

// A matcher compares values with recorded ones, in which tokens stand for anything.
type matcher struct{ bound map[string]string }

// matches tells whether got is what was recorded (README of the corpus, "How to compare").
func (m *matcher) matches(want, got value.Value) bool {
	switch {
	case want.IsString() && tokens.FindString(want.Str()) == want.Str() && want.Str() != "":
		text := got.String()
		if got.IsString() {
			text = got.Str()
		}
		return !numbered.MatchString(want.Str()) || m.bind(want.Str(), text)
	case want.IsString() && got.IsString():
		return want.Str() == got.Str() || m.fits(want.Str(), got.Str()) || m.decoded(want, got)
	case want.Kind() != got.Kind():
		return m.decoded(want, got)
	case want.IsArray():
		if want.Len() != got.Len() {
			return false
		}
		for i, w := range want.Elements() {
			if !m.matches(w, got.Index(i)) {
				return false
			}
		}
		return true
	case want.IsObject():
		if want.Len() != got.Len() {
			return false
		}
		for name, w := range want.Members() {
			if g := got.Get(name); !g.Exists() || !m.matches(w, g) {
				return false
			}
		}
		return true
	}
	return value.Equal(want, got)
}

// decoded compares the JSON in strings: the recorder decoded one level of it.
func (m *matcher) decoded(want, got value.Value) bool {
	w, okW := decode(want)
	g, okG := decode(got)
	return (okW || okG) && m.matches(w, g)
}

func decode(v value.Value) (value.Value, bool) {
	if s := strings.TrimSpace(v.Str()); strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") {
		if x, err := value.ParseString(s); err == nil {
			return x, true
		}
	}
	return v, false
}

// fits tells whether a text fits one with tokens in it, each of which stands for one or more characters.
func (m *matcher) fits(want, got string) bool {
	places := tokens.FindAllStringIndex(want, -1)
	if places == nil {
		return false
	}
	var re strings.Builder
	re.WriteString("(?s)^")
	var names []string
	at := 0
	for _, p := range places {
		re.WriteString(regexp.QuoteMeta(want[at:p[0]]) + "(.+?)")
		names = append(names, want[p[0]:p[1]])
		at = p[1]
	}
	re.WriteString(regexp.QuoteMeta(want[at:]) + "$")
	groups := regexp.MustCompile(re.String()).FindStringSubmatch(got)
	if groups == nil {
		return false
	}
	for i, name := range names {
		if numbered.MatchString(name) && !m.bind(name, groups[i+1]) {
			return false
		}
	}
	return true
}

func (m *matcher) bind(token, to string) bool {
	if m.bound == nil {
		m.bound = map[string]string{}
	}
	if before, ok := m.bound[token]; ok {
		return before == to
	}
	m.bound[token] = to
	return true
}

// filled is v with the tokens in it that stand for values which are known by now, such as that of a task.
func (m *matcher) filled(v value.Value) value.Value {
	switch {
	case v.IsString():
		return value.String(tokens.ReplaceAllStringFunc(v.Str(), func(token string) string {
			if to, ok := m.bound[token]; ok {
				return to
			}
			return token
		}))
	case v.IsArray():
		items := make([]value.Value, 0, v.Len())
		for _, x := range v.Elements() {
			items = append(items, m.filled(x))
		}
		return value.Array(items...)
	case v.IsObject():
		var b value.Builder
		for name, x := range v.Members() {
			b.Set(name, m.filled(x))
		}
		return b.Object()
	}
	return v
}

func TestMatcher(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		want, got string
		ok        bool
	}{
		{`{"a":1,"b":"<date>"}`, `{"b":null,"a":1.0}`, true},
		{`{"a":1}`, `{"a":1,"b":2}`, false},
		{`["<uuid:1>","<uuid:1>"]`, `["x","x"]`, true},
		{`["<uuid:1>","<uuid:1>"]`, `["x","y"]`, false},
		{`"id <RequestId> of <uuid:1>"`, `"id 7 of 8"`, true},
		{`["<uuid:1>","id <uuid:1>"]`, `["x","id x"]`, true},
		{`["<<token>:1>","x <<token>:1>"]`, `["a/b","x a/b"]`, true},
		{`"id <RequestId>."`, `"id ."`, false},
		{`{"k":{"x":[1]}}`, `{"k":"{\"x\":[1]}"}`, true},
		{`"{\"x\":1}"`, `"{ \"x\": 1 }"`, true},
		{`"a"`, `"b"`, false},
		{`null`, `false`, false},
	} {
		if ok := (&matcher{}).matches(value.MustParse(c.want), value.MustParse(c.got)); ok != c.ok {
			t.Errorf("matches(%s, %s) = %v, want %v", c.want, c.got, ok, c.ok)
		}
	}
}
