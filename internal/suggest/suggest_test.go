package suggest_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/internal/suggest"
)

func TestName(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, got  string
		candidates []string
		want       string
	}{
		{"swap", "Pya back", []string{"Pay back", "Pay"}, "Pay back"},
		{"case", "startat", []string{"States", "StartAt"}, "StartAt"},
		{"one letter is not enough", "B", []string{"A"}, ""},
		{"one letter, other case", "b", []string{"A", "B"}, "B"},
		{"one of two letters", "Ab", []string{"Ac"}, "Ac"},
		{"missing letter", "Resorce", []string{"Retry", "Resource"}, "Resource"},
		{"first of equals", "Cat", []string{"Bat", "Rat"}, "Bat"},
		{"too far", "Timeout", []string{"TimeoutSeconds", "Comment"}, ""},
		{"accents", "Größe", []string{"Grösse", "Größen"}, "Größen"},
		{"nothing to choose from", "Next", nil, ""},
		{"empty", "", []string{"A"}, ""},
		{"huge", strings.Repeat("x", 1000), []string{strings.Repeat("x", 1000)}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, ok := suggest.Name(c.got, c.candidates)
			if got != c.want || ok != (c.want != "") {
				t.Errorf("Name(%.20q) = %q, %v; want %q", c.got, got, ok, c.want)
			}
		})
	}
}

func FuzzName(f *testing.F) {
	f.Add("Next", "Text")
	f.Add("\xff", "")
	f.Fuzz(func(t *testing.T, got, candidate string) {
		if name, ok := suggest.Name(got, []string{candidate}); ok && name != candidate {
			t.Errorf("Name(%q) = %q, which is no candidate", got, name)
		}
		if name, _ := suggest.Name(got, []string{candidate, got}); len(got) > 0 && len(got) <= 100 && !strings.EqualFold(name, got) {
			t.Errorf("Name(%q) = %q although the very name is there", got, name)
		}
	})
}

func ExampleName() {
	name, ok := suggest.Name("Pay bck", []string{"Charge", "Pay back"})
	fmt.Println(name, ok)
	// Output: Pay back true
}
