package main

import (
	"maps"
	"regexp"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// tokens are what stands in recordings for values that change from run to run: <timestamp>, <uuid:1>.
var tokens = regexp.MustCompile(`<(?:[A-Za-z]|<[A-Za-z_]+>)[A-Za-z0-9_:.\-]*>`)

// numbered are the tokens of which equal ones stand for equal values.
var numbered = regexp.MustCompile(`:\d+>$`)

// words in the middle of a text may stand for a time too.
var words = regexp.MustCompile(`\b(?:date|timestamp)\b`)

// instant is a time as RFC 3339 writes it.
const instant = `\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)`

// A matcher compares values with recorded ones, in which tokens stand for anything (README of the corpus, "How to
// compare"). What numbered tokens stand for is kept from one comparison to the next.
type matcher struct{ bound map[string]string }

// matches tells whether got is what was recorded. A comparison that fails binds no tokens.
func (m *matcher) matches(want, got value.Value) bool {
	before := maps.Clone(m.bound)
	if m.same(want, got) {
		return true
	}
	m.bound = before
	return false
}

func (m *matcher) same(want, got value.Value) bool {
	switch {
	case want.IsString() && want.Str() != "" && tokens.FindString(want.Str()) == want.Str():
		return got.Exists() && (!numbered.MatchString(want.Str()) || m.bind(want.Str(), textOf(got)))
	case want.IsString() && got.IsString():
		return want.Str() == got.Str() || m.decoded(want, got) || m.fits(want.Str(), got.Str())
	case want.Kind() != got.Kind():
		return m.decoded(want, got)
	case want.IsArray():
		return m.sameItems(want, got)
	case want.IsObject():
		return m.sameMembers(want, got)
	}
	return value.Equal(want, got)
}

func textOf(v value.Value) string {
	if v.IsString() {
		return v.Str()
	}
	return v.String()
}

func (m *matcher) sameItems(want, got value.Value) bool {
	if want.Len() != got.Len() {
		return false
	}
	for i, w := range want.Elements() {
		if !m.same(w, got.Index(i)) {
			return false
		}
	}
	return true
}

func (m *matcher) sameMembers(want, got value.Value) bool {
	if want.Len() != got.Len() {
		return false
	}
	for name, w := range want.Members() {
		if g := got.Get(name); !g.Exists() || !m.same(w, g) {
			return false
		}
	}
	return true
}

// decoded compares the JSON in strings: the recorder decoded one level of it, and wrote what it left as text with
// blanks of its own. A text is compared with JSON, or with the text of JSON, and never with anything else.
func (m *matcher) decoded(want, got value.Value) bool {
	w, okW := decode(want)
	g, okG := decode(got)
	if !okW && !okG || want.IsString() && !okW || got.IsString() && !okG {
		return false
	}
	return m.matches(w, g)
}

func decode(v value.Value) (value.Value, bool) {
	if s := v.Str(); strings.HasPrefix(s, "{") || strings.HasPrefix(s, "[") {
		if x, err := value.ParseString(s); err == nil {
			return x, true
		}
	}
	return v, false
}

// fits tells whether a text fits one with tokens in it, each of which stands for one or more characters, or with words
// that stand for a time.
func (m *matcher) fits(want, got string) bool {
	var pattern strings.Builder
	pattern.WriteString("(?s)^")
	var names []string
	at := 0
	for _, p := range tokens.FindAllStringIndex(want, -1) {
		pattern.WriteString(timed(want[at:p[0]]))
		name := want[p[0]:p[1]]
		if to, ok := m.bound[name]; ok {
			pattern.WriteString(regexp.QuoteMeta(to))
		} else {
			pattern.WriteString("(.+?)")
			names = append(names, name)
		}
		at = p[1]
	}
	pattern.WriteString(timed(want[at:]) + "$")
	re, err := regexp.Compile(pattern.String())
	if err != nil { // it is too long
		return false
	}
	groups := re.FindStringSubmatch(got)
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

// timed is the pattern of a text without tokens.
func timed(text string) string {
	var b strings.Builder
	at := 0
	for _, p := range words.FindAllStringIndex(text, -1) {
		b.WriteString(regexp.QuoteMeta(text[at:p[0]]) + "(?:" + text[p[0]:p[1]] + "|" + instant + ")")
		at = p[1]
	}
	return b.String() + regexp.QuoteMeta(text[at:])
}

func (m *matcher) bind(token, to string) bool {
	if before, ok := m.bound[token]; ok {
		return before == to
	}
	if m.bound == nil {
		m.bound = map[string]string{}
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
