package test

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

const intrinsicsManual = "../docs/intrinsics.md"

var (
	firstBlock  = regexp.MustCompile("(?s)this is what they read:\n\n```json\n(.*?)```")
	signature   = regexp.MustCompile("(?m)^\\| `(States\\.\\w+)\\([^`]*\\)` \\|.*→")
	exampleCell = regexp.MustCompile("(?m)`(States\\.[^`]*)` → `[^`]*` \\|$")
	causeRow    = regexp.MustCompile("(?m)^\\| `(States\\.[^`]*)` \\| `[^`]*` \\|$")
)

// TestIntrinsicsManual evaluates the examples of docs/intrinsics.md and compares what they give (go test ./test -run
// Intrinsics -update puts it there).
func TestIntrinsicsManual(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(intrinsicsManual)
	if err != nil {
		t.Fatal(err)
	}
	m := firstBlock.FindSubmatch(text)
	if m == nil {
		t.Fatal("the document that the examples read is not there")
	}
	input := value.MustParse(string(m[1]))
	filled := exampleCell.ReplaceAllFunc(text, func(cell []byte) []byte {
		call := string(exampleCell.FindSubmatch(cell)[1])
		v, err := evaluated(t, call, input)
		if err != nil {
			t.Errorf("%s: %v", call, err)
		}
		return []byte("`" + call + "` → `" + v.String() + "` |")
	})
	filled = causeRow.ReplaceAllFunc(filled, func(row []byte) []byte {
		call := string(causeRow.FindSubmatch(row)[1])
		v, err := evaluated(t, call, input)
		if err == nil {
			t.Fatalf("%s gives %s; want an error", call, v)
		}
		cause, _, _ := strings.Cut(err.Error(), " in the input ")
		return []byte("| `" + call + "` | `" + cause + "` |")
	})
	golden.Equal(t, intrinsicsManual, filled)
	told := map[string]bool{}
	for _, m := range signature.FindAllSubmatch(text, -1) {
		told[string(m[1])] = true
	}
	if len(told) != 18 {
		t.Errorf("the manual tells of %d functions with an example; want 18", len(told))
	}
}

// evaluated is what a call gives in a payload template.
func evaluated(t *testing.T, call string, input value.Value) (value.Value, error) {
	t.Helper()
	template, errs := jsonpath.CompileTemplate(value.Object(value.M("Value.$", value.String(call))))
	if errs != nil {
		t.Fatalf("%s: %v", call, errs[0])
	}
	random := uint64(0)
	v, err := template.Eval(&jsonpath.Env{Input: input, Random: func() uint64 { random += 0x9e3779b97f4a7c15; return random }})
	return v.Get("Value"), err
}
