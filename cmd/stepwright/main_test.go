package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/stepwright/stepwright/internal/golden"
)

func TestMain(m *testing.M) {
	if os.Getenv("STEPWRIGHT_TEST_COMMAND") != "" { // this process is the command itself
		main()
	}
	testscript.Main(m, map[string]func(){
		"stepwright": func() {
			os.Exit(run(context.Background(), os.Args[1:], &streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
		},
	})
}

// TestScripts runs the command as a user does; each script in testdata is one story.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{Dir: "testdata", UpdateScripts: golden.Updating(), RequireUniqueNames: true})
}
