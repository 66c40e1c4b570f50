package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stepwright/stepwright/internal/golden"
)

var (
	commandBlock = regexp.MustCompile("(?ms)^```\n\\$ (stepwright [^\n]+)\n(.*?)^```$")
	word         = regexp.MustCompile(`'[^']*'|\S+`)
)

// TestExamplesPage runs the commands of the pages about the examples, and compares what they print with the pages.
func TestExamplesPage(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the examples are compiled")
	}
	for name, least := range map[string]int{"../../workflows/examples/README.md": 10, "../../workflows/examples/video/README.md": 5} {
		page(t, name, least)
	}
}

// page runs the commands of one page, of which there are some at least.
func page(t *testing.T, name string, least int) {
	t.Helper()
	page, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	env := append(os.Environ(), goEnvironment(t)...)
	blocks := commandBlock.FindAllSubmatch(page, -1)
	if n := strings.Count(string(page), "```\n$ "); n < least || len(blocks) != n {
		t.Fatalf("%s has %d commands, of which %d are understood", name, n, len(blocks))
	}
	outputs := make([]string, len(blocks))
	var all sync.WaitGroup
	for i, b := range blocks {
		all.Go(func() { outputs[i] = printed(t, string(b[1]), env) })
	}
	all.Wait()
	i := -1
	golden.Equal(t, name, commandBlock.ReplaceAllFunc(page, func([]byte) []byte {
		i++
		return []byte("```\n$ " + string(blocks[i][1]) + "\n" + outputs[i] + "```")
	}))
}

// printed is what a command prints in the root of the repository. Executions may fail, but the command is used rightly.
func printed(t *testing.T, line string, env []string) string {
	words := word.FindAllString(line, -1)
	for i, w := range words {
		words[i] = strings.Trim(w, "'")
	}
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Error(err)
		return ""
	}
	cmd := exec.CommandContext(t.Context(), words[0], words[1:]...)
	cmd.Dir, cmd.Env = root, env
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); err != nil && (!ok || failed.ExitCode() != 1) || stderr.Len() > 0 {
		t.Errorf("%s: %v\n%s", line, err, stderr.String())
	}
	return string(out)
}
