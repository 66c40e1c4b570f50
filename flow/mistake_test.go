package flow_test

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/internal/golden"
)

// A mistake is the body of a workflow, and the code of what the build says about it.
type mistake[In any] struct {
	code string
	body func(f *flow.Flow, in *In) *In
}

// closure is a number that the compiler gives to the functions of package variables.
var closure = regexp.MustCompile(`init\.func\d+`)

// testMistakes builds a table of mistakes that stand in a source file, and compares what is said of them with a
// golden file. build stands in the same file, because
// what has no line of its own is placed there.
func testMistakes[In any](t *testing.T, mistakes map[string]mistake[In], source, file string, build func(body func(*flow.Flow, *In) *In) (*asl.Machine, diag.List)) {
	t.Helper()
	var all strings.Builder
	for _, name := range slices.Sorted(maps.Keys(mistakes)) {
		c := mistakes[name]
		d, found := build(c.body)
		if d == nil {
			t.Errorf("%s: no document", name)
		}
		if !slices.Contains(codes(found), c.code) {
			t.Errorf("%s: got %v, want %s", name, codes(found), c.code)
		}
		fmt.Fprintf(&all, "## %s\n", name)
		for _, x := range found {
			if !strings.HasPrefix(x.Source, source+":") || x.Hint == "" || x.Code == "" {
				t.Errorf("%s: %#v needs the author's file and line, a code and a hint", name, x)
			}
			all.WriteString(x.Text() + "\n")
		}
	}
	golden.Equal(t, file, []byte(closure.ReplaceAllString(all.String(), "init.func")))
}
