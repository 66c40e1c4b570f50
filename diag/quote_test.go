package diag_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stepwright/stepwright/diag"
)

func ExampleQuote() {
	fmt.Println(diag.Quote(`Pay "now"`))
	fmt.Println(diag.Quote(strings.Repeat("na", 50)))
	// Output:
	// "Pay \"now\""
	// "nananananananananananananananananananananananananananananananananananananananana…"
}

func TestShorten(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		s    string
		most int
		want string
	}{
		{"", 3, ""},
		{"abc", 3, "abc"},
		{"abcd", 3, "abc…"},
		{"aä", 3, "aä"},
		{"abä", 3, "ab…"}, // no half character
		{"日本", 2, "…"},
		{"a", 0, "…"},
	} {
		if got := diag.Shorten(c.s, c.most); got != c.want {
			t.Errorf("Shorten(%q, %d) = %q, want %q", c.s, c.most, got, c.want)
		}
	}
}

func FuzzShorten(f *testing.F) {
	f.Add("日本語", uint8(4))
	f.Add("\xff\xfe", uint8(1))
	f.Fuzz(func(t *testing.T, s string, most uint8) {
		got := diag.Shorten(s, int(most))
		if len(got) > int(most)+len("…") || utf8.ValidString(s) && !utf8.ValidString(got) {
			t.Errorf("Shorten(%q, %d) = %q", s, most, got)
		}
	})
}
