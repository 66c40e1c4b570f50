// Bench measures the engine on the workloads of ../shared/bench beside npm aws-local-stepfunctions, in one run and in
// turns, and prints a table with ratios.
//
//	go run ./test/bench
//	go run ./test/bench -run loop -rounds 5
//	go run ./test/bench -json
//
// The peer is installed with npm into a scratch folder, which is removed again. Without Node, npm or a registry the
// table has our figures alone and says why. Every execution keeps its whole history. Exit status: 0 when everything
// was measured and gave the right results, 1 when an execution of ours went wrong, 2 when nothing could be measured.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"regexp"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// settings are what the flags say.
type settings struct {
	only    *regexp.Regexp
	rounds  int
	alone   bool
	asJSON  bool
	profile string
	folder  string // with workloads and peers
}

func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	s, code := parse(args, stderr)
	if s == nil {
		return code
	}
	r, err := measure(ctx, s, stderr)
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return 2
	}
	if s.asJSON {
		enc := json.NewEncoder(stdout)
		enc.SetIndent("", "  ")
		err = enc.Encode(r)
	} else {
		r.print(stdout)
	}
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return 2
	}
	if r.wrong() {
		return 1
	}
	return 0
}

// parse reads the flags; without settings the command ends with the code.
func parse(args []string, stderr io.Writer) (s *settings, code int) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, `usage: go run ./test/bench [-run PATTERN] [-rounds N] [-alone] [-json]

Measures the engine beside npm aws-local-stepfunctions 3.0.0 on the workloads of ../shared/bench, or of the folder bench
below what STEPWRIGHT_SHARED names. A transition is one StateEntered event. Histories are kept in full.

  go run ./test/bench -run loop        the loops only
  go run ./test/bench -rounds 5 -json  five rounds, as data

`)
		flags.PrintDefaults()
	}
	only := flags.String("run", "", "measure only the workloads whose name matches this regular expression")
	s = &settings{}
	flags.IntVar(&s.rounds, "rounds", 3, "how often each workload is measured in turn with the peer; the fastest round of each counts")
	flags.BoolVar(&s.alone, "alone", false, "leave the peer out")
	flags.BoolVar(&s.asJSON, "json", false, "print one JSON object instead of tables")
	flags.StringVar(&s.profile, "cpuprofile", "", "write a processor profile of our part to this `file`")
	switch err := flags.Parse(args); {
	case err == flag.ErrHelp: //nolint:errorlint // as flag returns it
		return nil, 0
	case err != nil:
		return nil, 2
	case flags.NArg() > 0 || s.rounds < 1:
		flags.Usage()
		return nil, 2
	}
	var err error
	if s.only, err = regexp.Compile(*only); err == nil {
		s.folder, err = workloadsFolder()
	}
	if err != nil {
		fmt.Fprintf(stderr, "bench: %v\n", err)
		return nil, 2
	}
	return s, 0
}

// workloadsFolder is the folder bench of the shared material, which lies beside the module or where
// STEPWRIGHT_SHARED says.
func workloadsFolder() (string, error) {
	shared := os.Getenv("STEPWRIGHT_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "shared")
	}
	dir := filepath.Join(shared, "bench")
	if _, err := os.Stat(filepath.Join(dir, "workloads")); err != nil {
		return "", fmt.Errorf("no workloads in %s: start the command in the module's root, or set STEPWRIGHT_SHARED to the folder that has bench/workloads", dir)
	}
	return dir, nil
}
