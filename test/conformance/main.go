// Conformance runs folders of recorded executions against the engine and prints how far they agree with what AWS Step
// Functions did.
//
//	go run ./test/conformance ../shared/conformance
//	go run ./test/conformance -area map,parallel -v ../shared/conformance
//	go run ./test/conformance -json ../shared/conformance/choice
//
// A folder holds one JSON file per case, at any depth, in the format that the corpus' README describes; a file index.json
// may list them. Cases of the kinds execution, execution-table, express-sync and express-async count, unless their
// validated_on_aws is null: those are run and told apart, as are the kinds that other parts than the engine answer.
//
// The outcome is status, output, error and cause, and the response of an express execution. The history is every event
// with its id, its previousEventId, its type and its details, and the lines of the log where they were recorded. A file
// that cannot be read or run disagrees. The last line of the output is "total outcome A/N history B/M".
//
// Exit status: 0 when everything that counts agrees, 1 when something does not, 2 when the command was used wrongly or a
// folder cannot be read.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"maps"
	"os"
	"os/signal"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/internal/suggest"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

const usage = `usage: go run ./test/conformance [-area NAME] [-json] [-v] DIR…

Runs every recorded case below each DIR against the engine and prints, by area, how many agree in their outcome and in
their history, then what differs, and at the end "total outcome A/N history B/M".

  go run ./test/conformance ../shared/conformance
  go run ./test/conformance -area map,parallel -v ../shared/conformance

`

// A list is a flag that may be given several times, and with commas.
type list []string

func (l *list) String() string { return strings.Join(*l, ",") }

func (l *list) Set(s string) error {
	for name := range strings.SplitSeq(s, ",") {
		if name = strings.TrimSpace(name); name == "" {
			return errors.New("expected names of areas, with commas between them")
		} else if !slices.Contains(*l, name) {
			*l = append(*l, name)
		}
	}
	return nil
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	var areas list
	flags := flag.NewFlagSet("conformance", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, usage)
		flags.PrintDefaults()
	}
	flags.Var(&areas, "area", "run only the cases of `NAME`; several with commas between them, or with several flags")
	asJSON := flags.Bool("json", false, "print one JSON object instead of tables")
	verbose := flags.Bool("v", false, "name every case with its verdict, and cut nothing short")
	var dirs []string
	for rest := args; ; { // flags may stand between and after the folders
		if err := flags.Parse(rest); errors.Is(err, flag.ErrHelp) {
			return 0
		} else if err != nil {
			return 2
		}
		if rest = flags.Args(); len(rest) == 0 {
			break
		}
		dirs, rest = append(dirs, rest[0]), rest[1:]
	}
	if len(dirs) == 0 {
		flags.Usage()
		return 2
	}
	cases, err := read(dirs)
	if err == nil && len(areas) > 0 {
		cases, err = ofAreas(cases, areas)
	}
	if err != nil {
		fmt.Fprintf(stderr, "conformance: %v\n", err)
		return 2
	}
	r := examine(ctx, cases)
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "conformance: interrupted")
		return 1
	}
	if *asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		err = enc.Encode(r)
	} else {
		err = r.print(stdout, *verbose)
	}
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "conformance: %v\n", err)
		return 2
	case r.Outcome < r.Total || r.History < r.Histories:
		return 1
	}
	return 0
}

// ofAreas keeps the recordings of some areas.
func ofAreas(all []*recording, areas []string) ([]*recording, error) {
	known := map[string]bool{}
	var kept []*recording
	for _, r := range all {
		known[r.area] = true
		if slices.Contains(areas, r.area) {
			kept = append(kept, r)
		}
	}
	for _, a := range areas {
		if known[a] {
			continue
		}
		hint := "the areas are " + strings.Join(names(known), ", ")
		if s, ok := suggest.Name(a, names(known)); ok {
			hint = fmt.Sprintf("did you mean %q?", s)
		}
		return nil, fmt.Errorf("no case is of area %q; %s", a, hint)
	}
	return kept, nil
}

func names(set map[string]bool) []string { return slices.Sorted(maps.Keys(set)) }
