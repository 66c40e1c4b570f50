// Flowvet finds mistakes in Go functions that write workflows with package flow. It analyses packages by itself,
//
//	flowvet ./...
//
// and for go vet, which remembers what it found until the source changes:
//
//	go vet -vettool=$(which flowvet) ./...
package main

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/stepwright/stepwright/flowvet"
)

func main() {
	if calledByGo(os.Args[1:]) {
		unitchecker.Main(flowvet.Analyzer)
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// calledByGo tells whether the go command calls. It asks for flags and version first, and then hands over one package
// after the other, each as a file.
func calledByGo(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool {
		return a == "-flags" || strings.HasPrefix(a, "-V=") || strings.HasSuffix(a, ".cfg")
	})
}

const usage = `flowvet finds mistakes in functions that write workflows with package flow.

    flowvet ./...                             what is wrong in the packages below
    flowvet -fix ./workflows/refunds          mend what can be mended without a thought
    go vet -vettool=$(which flowvet) ./...    the same, remembered until the source changes

Every finding ends in a code; docs/checks.md has a section about each.

Flags:
`

// A command is what was asked for.
type command struct {
	json, fix, tests bool
	dir              string
	out, errs        io.Writer
}

// run gives 0 when nothing is wrong, 1 when something is, and 2 when the command was used wrongly or a package does not
// compile.
func run(args []string, out, errs io.Writer) int {
	c := &command{out: out, errs: errs}
	flags := flag.NewFlagSet("flowvet", flag.ContinueOnError)
	flags.SetOutput(errs)
	flags.BoolVar(&c.json, "json", false, "print the findings as JSON, with their fixes")
	flags.BoolVar(&c.fix, "fix", false, "apply the first fix of each finding, and print what is left")
	flags.BoolVar(&c.tests, "test", true, "analyse tests too")
	flags.StringVar(&c.dir, "C", "", "work in this `directory`")
	flags.Usage = func() {
		fmt.Fprint(errs, usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	patterns := flags.Args()
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	n, err := c.vet(patterns)
	switch {
	case err != nil:
		fmt.Fprintln(errs, err)
		return 2
	case n > 0:
		return 1
	}
	return 0
}

// vet analyses packages and tells how many findings there are.
func (c *command) vet(patterns []string) (int, error) {
	found, err := c.find(patterns)
	if err != nil {
		return 0, err
	}
	if c.fix {
		if found, err = c.mend(found, patterns); err != nil {
			return 0, err
		}
	}
	if c.json {
		e := json.NewEncoder(c.out)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return len(found), e.Encode(append([]flowvet.Finding{}, found...))
	}
	for _, f := range found {
		fmt.Fprintln(c.out, f.Text())
	}
	return len(found), nil
}

func (c *command) find(patterns []string) ([]flowvet.Finding, error) {
	loaded, err := flowvet.Load(c.dir, c.tests, patterns...)
	if err != nil {
		return nil, err
	}
	return flowvet.Find(loaded)
}

// mend applies fixes and finds what is left.
func (c *command) mend(found []flowvet.Finding, patterns []string) ([]flowvet.Finding, error) {
	files, n, err := flowvet.Mend(found)
	if err != nil || n == 0 {
		return found, err
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		info, err := os.Stat(name)
		if err != nil {
			return nil, fmt.Errorf("mend: %w", err)
		}
		if err := os.WriteFile(name, files[name], info.Mode().Perm()); err != nil {
			return nil, fmt.Errorf("mend: %w", err)
		}
	}
	fmt.Fprintf(c.errs, "mended %d of %d\n", n, len(found))
	return c.find(patterns)
}
