package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepwright/stepwright/internal/golden"
)

// TestModules runs the stories in testdata/modules: each writes a module of its own, which requires this checkout.
// They compile and link, so that -short leaves them out.
func TestModules(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("the stories compile programs")
	}
	env := goEnvironment(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/modules", UpdateScripts: golden.Updating(), RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Vars = append(e.Vars, env...)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"module": module, "files": files, "status": status},
	})
}

// goEnvironment lets scripts use this machine's Go caches, and one folder for programs.
func goEnvironment(t *testing.T) []string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "go", "env", "GOCACHE", "GOMODCACHE").Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	self, err := exec.LookPath("stepwright")
	if err != nil {
		t.Fatal(err)
	}
	return []string{"STEPWRIGHT=" + self, "GOCACHE=" + lines[0], "GOMODCACHE=" + lines[1], "GOPROXY=off", "GOFLAGS=", "XDG_CACHE_HOME=" + t.TempDir(), "ROOT=" + root}
}

var readRoot = sync.OnceValues(func() (mod, sum string) {
	m, err := os.ReadFile("../../go.mod")
	if err != nil {
		panic(err)
	}
	s, err := os.ReadFile("../../go.sum")
	if err != nil {
		panic(err)
	}
	return string(m), string(s)
})

var required = regexp.MustCompile(`(?ms)^require \(\n.*?^\)$`)

// module writes go.mod and go.sum of a module that requires this checkout, and others: module FOLDER PATH OTHER=FOLDER….
func module(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: module FOLDER PATH OTHER=FOLDER…")
	}
	mod, sum := readRoot()
	text := "module " + args[1] + "\n\ngo 1.26.0\n\nrequire github.com/stepwright/stepwright v0.0.0\n\n" +
		strings.Join(required.FindAllString(mod, -1), "\n\n") + "\n\nreplace github.com/stepwright/stepwright => " + ts.Getenv("ROOT") + "\n"
	for _, other := range args[2:] {
		path, folder, _ := strings.Cut(other, "=")
		text += "\nrequire " + path + " v0.0.0\n\nreplace " + path + " => " + ts.MkAbs(folder) + "\n"
	}
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o777))
	ts.Check(os.WriteFile(filepath.Join(dir, "go.mod"), []byte(text), 0o666))
	ts.Check(os.WriteFile(filepath.Join(dir, "go.sum"), []byte(sum), 0o666))
}

// status runs a command and compares its exit status: status 2 stepwright ….
func status(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: status NUMBER COMMAND…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		got = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if want := args[0]; want != strconv.Itoa(got) {
		ts.Fatalf("the exit status is %d; expected %s", got, want)
	}
}

// files writes the names of all files below a folder into a file: files FOLDER FILE.
func files(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: files FOLDER FILE")
	}
	var names []string
	ts.Check(filepath.WalkDir(ts.MkAbs(args[0]), func(name string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			names = append(names, name)
		}
		return err
	}))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(strings.Join(names, "\n")+"\n"), 0o666))
}
