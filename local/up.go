package local

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
)

// Up starts a machine, writes its variables to envFile unless that is empty, says where it is, and keeps it running
// until ctx ends. Then it takes everything down again, the file too. The end of ctx is not an error.
func Up(ctx context.Context, o Options, envFile string) error {
	m, err := Start(ctx, o)
	if err != nil {
		return err
	}
	if envFile != "" {
		if err := m.WriteEnv(envFile); err != nil {
			return errors.Join(err, m.Close())
		}
		defer func() { _ = os.Remove(envFile) }() // its keys are worth nothing any more
	}
	m.greet(envFile)
	<-ctx.Done()
	return m.Close()
}

// greet says what there is and how to reach it.
func (m *Machine) greet(envFile string) {
	for _, name := range slices.Sorted(maps.Keys(m.Outputs())) {
		fmt.Fprintf(&m.out, "output   %-40s %s\n", name, m.Outputs()[name])
	}
	what := "empty services"
	if m.stack != nil {
		what = "the stack " + m.stack.Name
	}
	fmt.Fprintf(&m.out, "The local machine listens on %s with %s.\n", m.URL(), what)
	if m.control != nil {
		fmt.Fprintf(&m.out, "Its time is virtual; let some pass with: curl -d 24h %s%s\n", m.URL(), m.control.path)
	}
	if envFile != "" {
		if !strings.Contains(envFile, "/") {
			envFile = "./" + envFile // the shell would look for it in PATH
		}
		fmt.Fprintf(&m.out, "Point AWS tools at it with: set -a; . %s; set +a\n", envFile)
	}
}
