// Package e2e runs the image tagging pipeline as its users see it: the synthesized stack is brought up on the local
// machine, functions are the real programs, and everything is done and looked at through the AWS SDK.
//
// The scenarios share one machine and run at the same time; each has a user of its own, and so keys and items of its
// own. Those that need time to pass have a machine with a clock that stands still.
package e2e

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/test/internal/assembly"
)

// shared is the machine of most scenarios.
var shared *pipeline

// synthesized is what every machine is started from.
var synthesized struct {
	root     string // of the project
	assembly string // the cloud assembly's folder
	programs string // where handlers are built for this machine, once
}

func TestMain(m *testing.M) {
	flag.Parse()
	atOnce(8)
	code, err := run(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

// atOnce is how many scenarios run at the same time, unless -parallel says it: they wait more than they compute.
func atOnce(n int) {
	asked := false
	flag.Visit(func(f *flag.Flag) { asked = asked || f.Name == "test.parallel" })
	if asked {
		return
	}
	if err := flag.Set("test.parallel", strconv.Itoa(n)); err != nil {
		panic(err) // package testing has the flag
	}
}

func run(m *testing.M) (code int, err error) {
	ctx := context.Background()
	work, err := os.MkdirTemp("", "e2e")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(work)) }()
	if err := synthesize(ctx, work); err != nil {
		return 1, err
	}
	var log bytes.Buffer
	shared, err = start(ctx, local.Options{Out: &log})
	if err != nil {
		return 1, fmt.Errorf("%w\n%s", err, log.Bytes())
	}
	defer func() {
		err = errors.Join(err, shared.machine.Close())
		if code != 0 || err != nil {
			err = errors.Join(err, fmt.Errorf("the machine said:\n%s", log.Bytes()))
		}
	}()
	if code := m.Run(); code != 0 {
		return code, nil
	}
	return 0, shared.audit(ctx)
}

// synthesize finds the assembly that was made before, or makes one.
func synthesize(ctx context.Context, work string) (err error) {
	if synthesized.root, err = assembly.Root(); err != nil {
		return err
	}
	synthesized.programs = filepath.Join(work, "programs")
	if synthesized.assembly = os.Getenv(assembly.Variable); synthesized.assembly != "" {
		return nil
	}
	app := filepath.Join(work, "app")
	if err := assembly.Build(ctx, synthesized.root, app); err != nil {
		return err
	}
	synthesized.assembly = filepath.Join(work, "assembly")
	return assembly.Synthesize(ctx, synthesized.root, app, synthesized.assembly)
}
