// Flowvet finds mistakes in Go functions that write workflows. It analyses packages by itself,
//
//	flowvet ./...
//
// and for go vet, which keeps what it found until the source changes:
//
//	go vet -vettool=$(which flowvet) ./...
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flowvet"
)

func main() {
	if calledByGo(os.Args[1:]) {
		unitchecker.Main(flowvet.Analyzer)
	}
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

// calledByGo tells whether the go command calls, which asks for the flags and the version first, and then hands over
// one package after the other as a file.
func calledByGo(args []string) bool {
	for _, a := range args {
		if a == "-flags" || strings.HasPrefix(a, "-V=") || strings.HasSuffix(a, ".cfg") {
			return true
		}
	}
	return false
}

const usage = `flowvet finds mistakes in functions that write workflows with package flow.

    flowvet ./...                  what is wrong in all packages here
    flowvet -fix ./workflows       mend what can be mended without thinking

    go vet -vettool=$(which flowvet) ./...

Flags:
`

// run is the command. It gives 0 when nothing is wrong, 1 when something is, and 2 when it was used wrongly or a
// package does not compile.
func run(args []string, out, errs io.Writer) int {
	flags := flag.NewFlagSet("flowvet", flag.ContinueOnError)
	flags.SetOutput(errs)
	asJSON := flags.Bool("json", false, "print what is wrong as JSON")
	tests := flags.Bool("test", true, "analyse test files too")
	dir := flags.String("C", "", "work in this `directory`")
	flags.Usage = func() {
		fmt.Fprint(errs, usage)
		flags.PrintDefaults()
	}
	if err := flags.Parse(args); err != nil {
		return 2
	}
	patterns := flags.Args()
	if len(patterns) == 0 {
		patterns = []string{"."}
	}
	loaded, err := flowvet.Load(*dir, *tests, patterns...)
	if err != nil {
		fmt.Fprintln(errs, "flowvet:", err)
		return 2
	}
	found, err := flowvet.Run(loaded)
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	if *asJSON {
		err = json.NewEncoder(out).Encode(append(diag.List{}, found...))
	} else {
		err = found.Write(out)
	}
	switch {
	case err != nil:
		fmt.Fprintln(errs, "flowvet:", err)
		return 2
	case len(found) > 0:
		return 1
	}
	return 0
}
