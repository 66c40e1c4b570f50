package check_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/internal/golden"
)

var (
	section = regexp.MustCompile(`(?m)^### ([a-z-]+)$`)
	example = regexp.MustCompile("(?s)```json\n(.*?)```\n\n```text\n(.*?)```")
	codes   = regexp.MustCompile(`(?m)^\tCode\w+ += "([a-z-]+)"$`)
)

// TestManual runs the examples of docs/checks.md: each must show the problem of its section, in the words that are
// said. -update writes the words.
func TestManual(t *testing.T) {
	t.Parallel()
	const file = "../docs/checks.md"
	manual := string(read(t, file))
	var got []string
	parts := section.FindAllStringSubmatchIndex(manual, -1)
	out := manual[:parts[0][0]]
	for i, p := range parts {
		end := len(manual)
		if i+1 < len(parts) {
			end = parts[i+1][0]
		}
		code := manual[p[2]:p[3]]
		got = append(got, code)
		out += run(t, code, manual[p[0]:end])
	}
	golden.Equal(t, file, []byte(out))

	var want []string
	for _, m := range codes.FindAllStringSubmatch(string(read(t, "../asl/decode.go")), -1) {
		want = append(want, m[1])
	}
	for _, r := range check.Rules() {
		want = append(want, r.Code)
	}
	for _, code := range want {
		if !slices.Contains(got, code) {
			t.Errorf("the manual has no section about %s", code)
		}
	}
	if len(got) != len(want) {
		t.Errorf("the manual has %d sections, there are %d codes: %v and %v", len(got), len(want), got, want)
	}
}

// run gives the section of a code with what is said about its example.
func run(t *testing.T, code, text string) string {
	t.Helper()
	m := example.FindStringSubmatchIndex(text)
	if m == nil {
		if code != asl.CodeTooManyProblems {
			t.Errorf("%s: no example", code)
		}
		return text
	}
	machine, l := asl.Parse([]byte(strings.TrimSuffix(text[m[2]:m[3]], "\n")), asl.File("refund.asl.json"))
	l = append(l, check.Document(machine)...)
	said := ""
	for _, d := range l {
		said += d.Text() + "\n"
	}
	if !strings.Contains(said, "["+code+"]") {
		t.Errorf("%s: the example does not show it:\n%s", code, said)
	}
	return text[:m[4]] + said + text[m[5]:]
}
