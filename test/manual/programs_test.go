package manual_test

import (
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/test/manual"
)

// TestPrograms builds the programs of the manual; what they become is in docs/flow.md.
func TestPrograms(t *testing.T) {
	t.Parallel()
	for name, w := range manual.Programs() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, found := w.Build()
			for _, x := range found {
				t.Errorf("unexpected: %s", x.Text())
			}
			if len(found) > 0 {
				return
			}
			for _, x := range check.Document(d) {
				t.Errorf("check: %s", x.Text())
			}
			if _, found := asl.Parse(asl.Print(d)); len(found) > 0 {
				t.Errorf("parse: %s", found[0].Text())
			}
		})
	}
}
