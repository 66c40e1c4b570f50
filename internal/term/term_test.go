package term_test

import (
	"os"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/internal/term"
)

func TestNoTerminal(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	x := term.New(&out)
	x.Progress("compiling %s", "everything")
	if got := x.Paint(term.Red, "failed"); got != "failed" || out.Len() > 0 {
		t.Errorf("what is no terminal got %q and %q", got, out.String())
	}
	f, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	term.New(f).Progress("compiling")
	if i, err := f.Stat(); err != nil || i.Size() > 0 {
		t.Errorf("a file got the moving line: %v", err)
	}
}
