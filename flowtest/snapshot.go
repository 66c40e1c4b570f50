package flowtest

import (
	"path/filepath"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/internal/golden"
)

// Snapshot builds w and compares its document with testdata/<Name>.asl.json. A workflow with errors fails the test
// with all of them. `go test ./yourpackage -update` writes the file; review the difference like code.
func Snapshot(t testing.TB, w flow.Workflow) {
	t.Helper()
	m := build(t, w)
	golden.Equal(t, filepath.Join("testdata", w.Name()+".asl.json"), asl.Print(m))
}

// build gives a workflow's document, or ends the test with everything that is wrong with it.
func build(t testing.TB, w flow.Workflow) *asl.Machine {
	t.Helper()
	m, problems := w.Build()
	if err := problems.Err(); err != nil {
		t.Fatalf("workflow %q has problems:\n%v", w.Title(), err)
	}
	return m
}
