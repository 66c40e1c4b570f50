package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/draw"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/program"
	"github.com/stepwright/stepwright/value"
)

func root() *command {
	return &command{
		name: "stepwright", usage: "COMMAND [arguments]",
		short:    "Stepwright compiles typed Go workflows to AWS Step Functions, checks and draws them, and runs their stacks here.",
		children: []*command{aslCommand(), graphCommand(), checkCommand(), runCommand(), upCommand()},
	}
}

const what = `WORKFLOW is a Go package and a name, such as ./workflows/imagetagging:ImageTagging: the variable that holds the
workflow, exported or not, or the workflow's title. The name may be left out when the package has only one. Or it is a
file with a definition in Amazon States Language; "-" reads one from standard input. Packages are compiled and started
to build their workflows; nothing is written into their folders.`

func aslCommand() *command {
	return &command{
		name: "asl", usage: "[-tags LIST] [-limit TIME] WORKFLOW", short: "print a workflow as Amazon States Language",
		long: `
Examples:
  stepwright asl ./workflows/imagetagging:ImageTagging > image-tagging.asl.json
  stepwright asl old.asl.json            # the same document in canonical form

` + what + `

What is wrong with it goes to standard error; a document with errors is not printed, and the exit status is 1.`,
		flags: func(f *flag.FlagSet) any {
			k := &goFlags{}
			k.declare(f)
			return k
		},
		run: func(ctx context.Context, s *streams, flags any, args []string) error {
			d, l, err := single(ctx, "asl", s, *flags.(*goFlags), args)
			if err != nil {
				return err
			}
			defer l.close()
			problems := l.merged(d.problems)
			if err := problems.Write(s.err); err != nil {
				return err
			}
			if problems.HasErrors() {
				return errProblems
			}
			text := d.text
			if text == "" {
				text = string(asl.Print(d.machine))
			}
			_, err = io.WriteString(s.out, text)
			return err
		},
	}
}

type graphFlags struct {
	goFlags
	svg, history string
	mermaid      bool
}

func graphCommand() *command {
	return &command{
		name: "graph", usage: "[-svg FILE | -mermaid] [-history FILE] WORKFLOW", short: "draw a workflow",
		long: `
Examples:
  stepwright graph -svg tagging.svg ./workflows/imagetagging:ImageTagging
  stepwright graph -mermaid definition.asl.json
  stepwright graph -history run.history.json -svg run.svg definition.asl.json    # with a run on top

` + what + `

Without -svg and -mermaid the SVG goes to standard output.`,
		flags: func(f *flag.FlagSet) any {
			k := &graphFlags{}
			k.declare(f)
			f.StringVar(&k.svg, "svg", "", "write the picture to `FILE`; its folder must exist")
			f.BoolVar(&k.mermaid, "mermaid", false, "write a Mermaid flowchart to standard output instead")
			f.StringVar(&k.history, "history", "", "draw the run in `FILE` on top: a list of events, or an answer of GetExecutionHistory")
			return k
		},
		run: graph,
	}
}

func graph(ctx context.Context, s *streams, flags any, args []string) error {
	k := flags.(*graphFlags)
	if k.mermaid && k.svg != "" {
		return misuse("graph: -svg and -mermaid exclude each other")
	}
	d, l, err := single(ctx, "graph", s, k.goFlags, args)
	if err != nil {
		return err
	}
	defer l.close()
	if d.machine == nil || d.problems.HasErrors() {
		_ = d.problems.Write(s.err)
		return errProblems
	}
	var options []draw.Option
	if k.history != "" {
		events, err := readHistory(k.history)
		if err != nil {
			return err
		}
		options = append(options, draw.Run(events))
	}
	if k.mermaid {
		_, err := io.WriteString(s.out, draw.Mermaid(d.machine, options...))
		return err
	}
	picture := draw.SVG(d.machine, options...)
	if k.svg == "" {
		_, err := s.out.Write(picture)
		return err
	}
	if err := os.WriteFile(k.svg, picture, 0o644); err != nil {
		return fmt.Errorf("write the picture: %w", err)
	}
	return nil
}

func readHistory(file string) ([]history.Event, error) {
	src, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the history: %w", err)
	}
	v, err := value.Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", file, err)
	}
	list := v
	if v.IsObject() {
		list = v.Get("events")
	}
	if !list.IsArray() {
		return nil, fmt.Errorf("%s: there is %s; expected a list of events, or an object with a list called \"events\"", file, v.Kind())
	}
	events := make([]history.Event, 0, list.Len())
	for i, x := range list.Elements() {
		e, err := history.FromValue(x)
		if err != nil {
			return nil, fmt.Errorf("%s: event %d: %w", file, i+1, err)
		}
		events = append(events, e)
	}
	return events, nil
}

type checkFlags struct {
	goFlags
	json bool
}

func checkCommand() *command {
	return &command{
		name: "check", usage: "[-json] WORKFLOW…", short: "say what is wrong with workflows",
		long: `
Examples:
  stepwright check ./...                 # every package that has workflows
  stepwright check ./workflows/imagetagging
  stepwright check -json old.asl.json | jq '.[].message'

` + what + `

Of a package without a name all workflows are checked, and "..." stands for all packages below. The exit status is 1
when something is an error; warnings alone leave it at 0. docs/checks.md explains every code.`,
		flags: func(f *flag.FlagSet) any {
			k := &checkFlags{}
			k.declare(f)
			f.BoolVar(&k.json, "json", false, "write the diagnostics to standard output as a JSON list")
			return k
		},
		run: runCheck,
	}
}

func runCheck(ctx context.Context, s *streams, flags any, args []string) error {
	k := flags.(*checkFlags)
	if len(args) == 0 {
		return misuse("check: say which workflows; see 'stepwright check -h'")
	}
	all := diag.List{}
	count := 0
	for _, arg := range args {
		l, err := load(ctx, arg, s, k.goFlags, true)
		var compiler *program.CompileError
		var stopped *program.Stopped
		switch {
		case errors.As(err, &compiler):
			all = append(all, compiler.Problems()...)
			continue
		case errors.As(err, &stopped):
			all.Add(stopped.Problem())
			continue
		case err != nil:
			return err
		}
		var found diag.List
		for _, d := range l.documents {
			count++
			found = append(found, d.checked()...)
		}
		all = append(all, l.merged(found)...)
		l.close()
	}
	return tell(s, all, count, k.json)
}

// tell writes what was found.
func tell(s *streams, all diag.List, count int, asJSON bool) error {
	if asJSON {
		enc := json.NewEncoder(s.out)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		if err := enc.Encode(all); err != nil {
			return fmt.Errorf("write diagnostics: %w", err)
		}
	} else if err := plain(all).Write(s.out); err != nil {
		return err
	}
	if all.HasErrors() {
		return errProblems
	}
	if len(all) == 0 && !asJSON {
		noun := "workflow"
		if count > 1 {
			noun = "workflows"
		}
		fmt.Fprintf(s.out, "%d %s checked, nothing found\n", count, noun)
	}
	return nil
}

// plain leaves the compiler's messages as the compiler writes them.
func plain(all diag.List) diag.List {
	all = slices.Clone(all)
	for i, d := range all {
		if d.Code == program.CodeDoesNotCompile {
			all[i].Code = ""
		}
	}
	return all
}

// single loads the one workflow that args name. What else was loaded has to be closed.
func single(ctx context.Context, cmd string, s *streams, k goFlags, args []string) (*document, *loaded, error) {
	if len(args) != 1 {
		return nil, nil, misuse("%s: there are %d arguments; expected one workflow, such as ./workflows/imagetagging:ImageTagging", cmd, len(args))
	}
	l, err := load(ctx, args[0], s, k, false)
	if err != nil {
		return nil, nil, err
	}
	if len(l.documents) == 0 { // it could not be built
		defer l.close()
		_ = l.problems.Write(s.err)
		return nil, nil, errProblems
	}
	return l.documents[0], l, nil
}
