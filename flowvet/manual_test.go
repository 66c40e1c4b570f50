package flowvet_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/flowvet"
)

var (
	part    = regexp.MustCompile(`(?ms)^## While the source is analysed \(flowvet\)$(.*?)^## `)
	section = regexp.MustCompile("(?m)^### `([a-z-]+)`$")
	blocks  = regexp.MustCompile("(?s)```go\n(.*?)```\n\n```text\n(.*?)```")
	place   = regexp.MustCompile(`(?m)^\S+\.go:\d+: `)
)

// TestManual finds the examples of docs/checks.md in the packages of testdata, and what is said about them among the
// findings there.
func TestManual(t *testing.T) {
	t.Parallel()
	loaded, err := flowvet.Load("testdata", false, "./mistakes", "./reads")
	if err != nil {
		t.Fatal(err)
	}
	found, err := flowvet.Run(loaded)
	if err != nil {
		t.Fatal(err)
	}
	said, source := "", ""
	for _, d := range found {
		said += place.ReplaceAllString(d.Text(), "") + "\n"
	}
	files, err := filepath.Glob("testdata/*/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range append(files, "../docs/checks.md") {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		source += string(b)
	}
	m := part.FindStringSubmatch(source)
	if m == nil {
		t.Fatal("docs/checks.md has no part about the analyser")
	}
	heads := section.FindAllStringSubmatchIndex(m[1], -1)
	if len(heads) < 4 {
		t.Errorf("%d sections, want at least 4", len(heads))
	}
	for i, h := range heads {
		to := len(m[1])
		if i+1 < len(heads) {
			to = heads[i+1][0]
		}
		code, body := m[1][h[2]:h[3]], m[1][h[1]:to]
		b := blocks.FindStringSubmatch(body)
		if b == nil {
			t.Errorf("%s: no example", code)
			continue
		}
		if !strings.Contains(source, "\t"+strings.TrimSpace(b[1])) {
			t.Errorf("%s: no package of testdata has the line %s", code, b[1])
		}
		if words := place.ReplaceAllString(b[2], ""); !strings.Contains(words, "["+code+"]") || !strings.Contains(said, words) {
			t.Errorf("%s: the analyser does not say\n%s", code, b[2])
		}
	}
}
