package main

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/internal/golden"
)

const manual = "../../docs/conformance.md"

// TestManual holds the table of the manual against the run, and wants every case named there that differs.
func TestManual(t *testing.T) {
	t.Parallel()
	r := examine(t.Context(), recordings(t))
	src, err := os.ReadFile(manual)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- begin table -->\n", "<!-- end table -->\n"
	before, rest, ok := bytes.Cut(src, []byte(begin))
	_, after, okEnd := bytes.Cut(rest, []byte(end))
	if !ok || !okEnd {
		t.Fatalf("%s has no place for the table: %q … %q", manual, begin, end)
	}
	golden.Equal(t, manual, bytes.Join([][]byte{before, []byte(begin), []byte(r.markdown()), []byte(end), after}, nil))
	for _, v := range r.Cases {
		if !v.agrees() && !bytes.Contains(src, []byte(v.File)) {
			t.Errorf("%s differs, and %s does not say why", v.File, manual)
		}
	}
}

// markdown is the table of a report.
func (r *report) markdown() string {
	var b strings.Builder
	b.WriteString("| area | cases | outcome | history |\n|---|---:|---:|---:|\n")
	for _, a := range r.Areas {
		fmt.Fprintf(&b, "| %s | %d | %s | %s |\n", a.Name, a.Total, of(a.Outcome, a.Total), of(a.History, a.Histories))
	}
	fmt.Fprintf(&b, "| **all** | **%d** | **%s** | **%s** |\n", r.Total, of(r.Outcome, r.Total), of(r.History, r.Histories))
	return b.String()
}
