package jsonata

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/dlclark/regexp2"
)

// TestEngineOf says which patterns Go's regexp may match: those by which it means what ECMAScript does.
func TestEngineOf(t *testing.T) {
	t.Parallel()
	for pattern, common := range map[string]bool{
		`a.b`: true, `^a+?$`: true, `(a|b)*c`: true, `(\w+)@(\w+)\.com`: true, `\bx\B`: true, `[^a-c\d]{2,3}`: true,
		`(?:a|b)+`: true, `(a)|(b)`: true, `(?:(a)b)+`: true, `(?<year>\d{4})`: true, `a{0}`: true, `(a*){2}`: true,
		`(a)\1`: false, `a(?=b)`: false, `(?<!a)b`: false, `(?:(a)|b)*`: false, `(a*)*`: false, `(?:|a)?`: false,
		`x{1001}`: false, `(a?){2,}`: false,
	} {
		r, err := compileRegex(pattern, "")
		if err != nil {
			t.Errorf("%s: %v", pattern, err)
			continue
		}
		if (r.first != nil) != common {
			t.Errorf("%s: common %v, want %v", pattern, r.first != nil, common)
		}
	}
	if r, err := compileRegex("^a$", "m"); err != nil || r.first != nil {
		t.Errorf("lines of ECMAScript end in more ways than Go's: %v", err)
	}
}

// TestWrongPatterns are no regular expressions of ECMAScript.
func TestWrongPatterns(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{
		`*`, `a**`, `(`, `)`, `a)`, `[`, `[b-a]`, `a{2,1}`, `(?i)a`, `(?<a`, `(?<a>x)(?<a>y)`, `\`, `(?<=a)*`, `^*`, `\k<b>(?<a>x)`,
		`{1}`, `(?<1>x)`, `[\`,
	} {
		if _, err := compileRegex(pattern, ""); err == nil {
			t.Errorf("%s is taken for a pattern", pattern)
		}
	}
}

// TestFold compares what is the same when case does not count with the rule: the same single unit in upper case, and
// nothing outside of ASCII is the same as something in it.
func TestFold(t *testing.T) {
	t.Parallel()
	for set, want := range map[string]string{
		"a": "Aa", "k": "Kk", "\u212a": "\u212a", "ſ": "ſ", "ß": "ß", "é": "Éé", "σ": "Σςσ", "ǆ": "ǄǅǆǄ"[:6], "1": "1", "µ": "µΜμ",
	} {
		r := []rune(set)[0]
		var got []rune
		for s := (charSet{r, r}).fold(); len(s) > 0; s = s[2:] {
			for c := s[0]; c <= s[1]; c++ {
				got = append(got, c)
			}
		}
		if string(got) != want {
			t.Errorf("%s: %s, want %s", set, string(got), want)
		}
	}
	for r := rune(0x80); r < 0xd800; r++ {
		if canonical(r) < 0x80 {
			t.Errorf("%U is the same as %U", r, canonical(r))
		}
	}
}

func TestCharSets(t *testing.T) {
	t.Parallel()
	s := charSet{'x', 'z', 'a', 'c', 'b', 'e'}.tidy()
	if want := (charSet{'a', 'e', 'x', 'z'}); !slices.Equal(s, want) {
		t.Errorf("%q, want %q", s, want)
	}
	if n := s.not().not(); !slices.Equal(n, s) {
		t.Errorf("not not %q is %q", s, n)
	}
	if n := (charSet{}).not(); !slices.Equal(n, charSet{0, unicode.MaxRune}) {
		t.Errorf("not nothing is %q", n)
	}
	if n := (charSet{0, unicode.MaxRune}).not(); len(n) != 0 {
		t.Errorf("not everything is %q", n)
	}
}

// FuzzEngines compiles any pattern. One that Go's regexp may match finds the same in regexp2.
func FuzzEngines(f *testing.F) {
	for _, seed := range [][3]string{
		{`a(b|c)*?d`, "", "abcbd ad"},
		{`(?<n>x+)\k<n>`, "i", "xXxX"},
		{`(?:(a)|b)*`, "", "ab"},
		{`\bé[^]$`, "m", "é\nx"},
		{`(?<=(\d)|😀)(?!x)`, "", "1😀x"},
		{`[\w-\u00e9]\cJ\0\07\8{`, "i", "-\n"},
		{`(?:a*?){2,}?`, "", "aaa"},
		{`((a)|b?)+`, "", "ab"},
		{`^\B(x{0,2}|y)+$`, "", "xxy"},
		{`(){1,3}\1`, "", ""},
		{`((`, "", ""},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, source, flags, text string) {
		if len(source) > 200 || len(text) > 200 {
			return
		}
		r, err := compileRegex(source, flags)
		if err != nil || r.first == nil {
			return
		}
		p, groups, err := readPattern(source, strings.Contains(flags, "i"))
		if err != nil {
			t.Fatal(err)
		}
		full := translator{full: true, turns: groups}
		full.pattern(p)
		other := &regex{source: source, groups: groups}
		if other.full, err = regexp2.Compile(full.String(), regexp2.None); err != nil {
			t.Fatalf("%s: regexp2 does not read %s: %v", source, full.String(), err)
		}
		other.full.MatchTimeout = time.Second
		ev := &evaluation{ctx: t.Context(), env: Env{}, steps: 1 << 30, bytes: 1 << 30}
		s := newSubject(text)
		for from := 0; ; {
			a, err := r.find(ev, s, from)
			if err != nil {
				t.Fatal(err)
			}
			b, err := other.find(ev, s, from)
			if err != nil { // it took too long, which Go's cannot
				return
			}
			if !slices.Equal(a, b) {
				t.Fatalf("/%s/%s in %q from %d: %v, with regexp2 %v", source, flags, text, from, a, b)
			}
			if a == nil || a[1] == a[0] || a[1] >= len(s.text) {
				return
			}
			from = a[1]
		}
	})
}
