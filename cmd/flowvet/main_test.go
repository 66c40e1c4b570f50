package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepwright/stepwright/internal/golden"
)

func TestMain(m *testing.M) { testscript.Main(m, map[string]func(){"flowvet": main}) }

// TestScripts runs the stories of testdata. Each is a module of its own, beside this one in a workspace.
func TestScripts(t *testing.T) {
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 "testdata",
		UpdateScripts:       golden.Updating(),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			for _, name := range []string{"GOCACHE", "GOMODCACHE", "GOPATH", "GOFLAGS", "GOPROXY", "GOROOT", "HOME"} {
				if v := os.Getenv(name); v != "" {
					e.Setenv(name, v)
				}
			}
			if os.Getenv("GOCACHE") == "" {
				cache, err := os.UserCacheDir()
				if err != nil {
					return err
				}
				e.Setenv("GOCACHE", filepath.Join(cache, "go-build"))
			}
			work := "go 1.26.0\n\nuse (\n\t.\n\t" + root + "\n)\n"
			return os.WriteFile(filepath.Join(e.WorkDir, "go.work"), []byte(work), 0o644)
		},
	})
}
