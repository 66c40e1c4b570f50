package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/stepwright/stepwright/draw"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/internal/term"
	"github.com/stepwright/stepwright/value"
)

type runFlags struct {
	goFlags
	input, stub, writeStubs, svg, history string
	mockConfig, testCase                  string
	json, realTime, noHandlers            bool
	seed                                  uint64
}

func runCommand() *command {
	return &command{
		name: "run", usage: "[-input JSON] [-stub FILE] [flags] WORKFLOW", short: "run a workflow here, in virtual time",
		long: `
Examples:
  stepwright run -write-stubs stubs.json ./workflows/imagetagging:ImageTagging     # once; then fill in
  stepwright run -input @upload.json -stub stubs.json ./workflows/imagetagging:ImageTagging
  stepwright run -input '{"id": "o1"}' -svg run.svg ./refunds:Refund
  stepwright run -mock-config MockConfigFile.json -test-case HappyPath refund.asl.json

` + what + `

A run needs no account and no network: waits take no time, and what tasks answer is in the file of -stub, by state:

  {
    "Find charge": {"id": "c1", "ageDays": 3},
    "Claim image": {"error": "DynamoDB.ConditionalCheckFailedException", "cause": "taken"},
    "Detect labels": [{"error": "Rekognition.ThrottlingException"}, {"Labels": []}],
    "Ask a person": {"return": {"approved": true}, "after": "36h"},
    "Pay back": {"handler": true}
  }

For a task that calls a handler it is what the handler returns; for one that waits for its token, the reply; for a
job, what it comes to; else the service's answer. A Map that reads its items from S3 gets them by {"return": [item, …]}.
A list answers one attempt after the other, and its last item all further ones; {"return": …} is an answer that would be
taken for something else, and {"never": true} is none. An answer takes the time that "after" says; "heartbeats": ["1h",
"2h"] are those in between.

A file that AWS Step Functions Local takes is taken as it is: -mock-config names it and -test-case the test case in it. There
an answer is the service's whole result, {"Return": …} or {"Throw": …}, by the number of the task's invocation.

A handler without an answer is called: it is the Go function itself, with this machine's environment. The output says
which were; -no-handlers forbids it. A workflow that a task starts runs as well. Any other task without an answer ends
the run with a message that shows what to write.

The exit status is 0 when the execution succeeded, 1 when it failed or the workflow has problems, and 2 when an answer
or an argument is missing or wrong.`,
		flags: func(f *flag.FlagSet) any {
			k := &runFlags{}
			k.declare(f)
			f.StringVar(&k.input, "input", "{}", "start with the input `JSON`; @FILE reads it from a file, - from standard input")
			f.StringVar(&k.stub, "stub", "", "take the answers of tasks from `FILE`")
			f.StringVar(&k.mockConfig, "mock-config", "", "take them from `FILE`, a MockConfigFile.json of AWS Step Functions Local")
			f.StringVar(&k.testCase, "test-case", "", "the test case `NAME` in it, or MACHINE#NAME")
			f.StringVar(&k.writeStubs, "write-stubs", "", "run nothing: write `FILE` with an answer for every task, to be filled in")
			f.StringVar(&k.svg, "svg", "", "draw the run on top of the workflow into `FILE`")
			f.StringVar(&k.history, "history", "", "write the events to `FILE`, as GetExecutionHistory gives them")
			f.BoolVar(&k.json, "json", false, "write path and outcome as one JSON object")
			f.BoolVar(&k.realTime, "real-time", false, "let waits and retries take their time")
			f.BoolVar(&k.noHandlers, "no-handlers", false, "call no Go function: every task needs an answer")
			f.Uint64Var(&k.seed, "seed", 1, "decide everything random by `N`: runs with one seed are the same")
			return k
		},
		run: runWorkflow,
	}
}

func runWorkflow(ctx context.Context, s *streams, flags any, args []string) error {
	k := flags.(*runFlags)
	if k.input == "-" && len(args) == 1 && args[0] == "-" {
		return misuse("run: workflow and input cannot both be on standard input")
	}
	d, l, err := single(ctx, "run", s, k.goFlags, args)
	if err != nil {
		return err
	}
	defer l.close()
	problems := l.merged(d.checked())
	if problems.HasErrors() || len(problems) > 0 && !k.json {
		if err := problems.Write(s.err); err != nil {
			return err
		}
	}
	if problems.HasErrors() {
		return errProblems
	}
	p, err := newPlay(ctx, d, args[0], k, &record{called: map[string]int{}}, nil)
	if err != nil {
		return err
	}
	if k.writeStubs != "" {
		return p.writeStubs(k.writeStubs, s)
	}
	input, err := readInput(k.input, s)
	if err != nil {
		return err
	}
	if err := p.accepts(ctx, input); err != nil {
		return err
	}
	if k.stub != "" {
		if err := p.readStubs(k.stub); err != nil {
			return err
		}
		if err := p.fits(ctx); err != nil {
			return err
		}
	}
	if k.mockConfig != "" || k.testCase != "" {
		if err := p.readMocks(k.mockConfig, k.testCase); err != nil {
			return err
		}
	}
	return p.perform(ctx, s, input, k)
}

// maxInput is how many bytes the input of an execution has at most.
const maxInput = 262_144

// readInput is the input that a flag gives: JSON, a file, or standard input.
func readInput(text string, s *streams) (value.Value, error) {
	src, name := []byte(text), "the input"
	var err error
	switch {
	case text == "-":
		src, err = io.ReadAll(io.LimitReader(s.in, maxDefinition))
		name = "standard input"
	case strings.HasPrefix(text, "@"):
		name = text[1:]
		src, err = os.ReadFile(name)
	}
	if err != nil {
		return value.Value{}, misuse("read the input: %v", err)
	}
	v, err := value.Parse(src)
	if err != nil {
		return v, misuse("%s is no JSON: %v", name, err)
	}
	if n := len(src); n > maxInput {
		return v, misuse("%s has %d bytes; an execution is started with at most %d", name, n, maxInput)
	}
	return v, nil
}

// perform runs the workflow and tells how it went.
func (p *play) perform(ctx context.Context, s *streams, input value.Value, k *runFlags) error {
	story := &story{w: s.out, term: term.New(s.out), play: p, depth: p.depths(), maps: p.maps(), silent: k.json}
	story.begin(k)
	e, err := p.run(ctx, input, k, story)
	if err != nil {
		return err
	}
	if missing := p.missing(); missing != "" {
		return usageError{missing}
	}
	if err := p.keep(e, k); err != nil {
		return err
	}
	if k.json {
		err = story.object(e)
	} else {
		story.end(e)
	}
	if err == nil && e.Status() != engine.Succeeded {
		return errFailed
	}
	return err
}

// errFailed is returned when an execution has not succeeded: exit status 1, and all has been said.
var errFailed = fmt.Errorf("the execution failed: %w", errProblems)

// keep writes the files that were asked for.
func (p *play) keep(e *flowtest.Execution, k *runFlags) error {
	events := e.History()
	if k.svg != "" {
		if err := os.WriteFile(k.svg, draw.SVG(p.machine, draw.Run(events)), 0o644); err != nil {
			return fmt.Errorf("write the picture: %w", err)
		}
	}
	if k.history != "" {
		text, err := json.MarshalIndent(struct {
			Events []history.Event `json:"events"`
		}{events}, "", "  ")
		if err != nil {
			return fmt.Errorf("write the history: %w", err)
		}
		if err := os.WriteFile(k.history, append(text, '\n'), 0o644); err != nil {
			return fmt.Errorf("write the history: %w", err)
		}
	}
	return nil
}

// writeStubs writes a file of answers to fill in. It does not touch one that is there.
func (p *play) writeStubs(name string, s *streams) error {
	skeleton := p.skeleton()
	if skeleton.Len() == 0 {
		return misuse("run: the workflow has no tasks, so that there is nothing to answer")
	}
	f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if errors.Is(err, os.ErrExist) {
		return misuse("run: %s is there already; remove it first, or give another name to -write-stubs", name)
	}
	if err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	_, err = f.WriteString(skeleton.Indent() + "\n")
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write the answers: %w", err)
	}
	fmt.Fprintf(s.out, "%s has an answer for each of the %d tasks; fill it in, and leave out handlers that may be called\n", name, skeleton.Len())
	return nil
}
