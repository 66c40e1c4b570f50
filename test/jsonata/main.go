// Jsonata runs folders in the format of the JSONata test suite against package jsonata and prints how far they agree.
//
//	go run ./test/jsonata ../shared/jsonata-suite
//	go run ./test/jsonata -json ../shared/jsonata-suite
//
// A folder has groups/NAME.jsonl with one case per line, and datasets/NAME.json. Cases of JSONata 2.0.6, and those that
// name no version, count; cases of later versions are printed apart, with the reason why each differs. Exit status: 0
// when all cases that count agree, 1 when some do not, 2 when the command was used wrongly or a folder cannot be read.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("jsonata", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, "usage: go run ./test/jsonata [-json] DIR…\n\nRuns every case in groups/*.jsonl below each DIR.\n")
		flags.PrintDefaults()
	}
	asJSON := flags.Bool("json", false, "print one JSON object instead of tables")
	if err := flags.Parse(args); err != nil {
		return 2
	}
	if flags.NArg() == 0 {
		flags.Usage()
		return 2
	}
	var cases []testCase
	for _, dir := range flags.Args() {
		found, err := read(dir)
		if err != nil {
			fmt.Fprintf(stderr, "jsonata: %v\n", err)
			return 2
		}
		cases = append(cases, found...)
	}
	r := evaluate(ctx, cases)
	if ctx.Err() != nil {
		fmt.Fprintln(stderr, "jsonata: interrupted")
		return 1
	}
	if *asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(r); err != nil {
			fmt.Fprintf(stderr, "jsonata: %v\n", err)
			return 2
		}
	} else {
		r.print(stdout)
	}
	if r.Agree < r.Total {
		return 1
	}
	return 0
}
