package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/program"
)

// A command is one node of the tree; the tree reads like the help text. Flags may stand before and after arguments.
type command struct {
	name     string
	usage    string // what follows the name
	short    string // one line
	long     string // the whole story, examples first
	children []*command
	flags    func(*flag.FlagSet) any // declares the flags and gives where they are kept
	run      func(ctx context.Context, s *streams, flags any, args []string) error
}

// streams are where a command reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// usageError is an error in how the command was used: exit status 2.
type usageError struct{ msg string }

func (e usageError) Error() string { return e.msg }

func misuse(format string, args ...any) error { return usageError{fmt.Sprintf(format, args...)} }

// errProblems is returned when what is wrong has been printed already: exit status 1.
var errProblems = errors.New("the workflow has problems")

// run carries out one command line and gives the exit status.
func run(ctx context.Context, args []string, s *streams) int {
	err := root().dispatch(ctx, s, "", args)
	var wrong usageError
	var asked *program.Misuse
	var compiler *program.CompileError
	var stopped *program.Stopped
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errProblems):
		return 1
	case errors.As(err, &wrong), errors.As(err, &asked):
		fmt.Fprintln(s.err, "stepwright: "+err.Error())
		return 2
	case errors.As(err, &compiler):
		fmt.Fprintln(s.err, compiler)
		return 1
	case errors.As(err, &stopped):
		fmt.Fprintln(s.err, stopped.Problem().Text())
		return 1
	case ctx.Err() != nil:
		fmt.Fprintln(s.err, "stepwright: interrupted")
		return 1
	}
	fmt.Fprintln(s.err, "stepwright: "+err.Error())
	return 1
}

func (c *command) dispatch(ctx context.Context, s *streams, path string, args []string) error {
	path = strings.TrimSpace(path + " " + c.name)
	if c.run == nil {
		return c.group(ctx, s, path, args)
	}
	set := flag.NewFlagSet(path, flag.ContinueOnError)
	set.SetOutput(io.Discard)
	var kept any
	if c.flags != nil {
		kept = c.flags(set)
	}
	rest, err := parse(set, args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		c.help(s.out, path, set)
		return flag.ErrHelp
	case err != nil:
		return misuse("%s: %v; see '%s -h'", c.name, err, path)
	}
	return c.run(ctx, s, kept, rest)
}

// parse reads flags wherever they stand; what follows "--" is arguments only.
func parse(set *flag.FlagSet, args []string) (rest []string, err error) {
	for {
		before := args
		if err := set.Parse(args); err != nil {
			return nil, err
		}
		args = set.Args()
		if n := len(before) - len(args); n > 0 && before[n-1] == "--" {
			return append(rest, args...), nil
		}
		if len(args) == 0 {
			return rest, nil
		}
		rest = append(rest, args[0])
		args = args[1:]
	}
}

func (c *command) group(ctx context.Context, s *streams, path string, args []string) error {
	if len(args) == 0 {
		c.help(s.err, path, nil)
		return misuse("say what to do")
	}
	switch args[0] {
	case "-h", "-help", "--help", "help":
		c.help(s.out, path, nil)
		return flag.ErrHelp
	}
	names := make([]string, 0, len(c.children))
	for _, child := range c.children {
		if child.name == args[0] {
			return child.dispatch(ctx, s, path, args[1:])
		}
		names = append(names, child.name)
	}
	hint := ""
	if n, ok := suggest.Name(args[0], names); ok {
		hint = fmt.Sprintf("; did you mean %q?", n)
	}
	return misuse("there is no command %q%s The commands are %s", args[0], hint, strings.Join(names, ", "))
}

func (c *command) help(w io.Writer, path string, set *flag.FlagSet) {
	fmt.Fprintf(w, "%s\n\nUsage:\n  %s %s\n", c.short, path, c.usage)
	if c.long != "" {
		fmt.Fprintf(w, "\n%s\n", strings.Trim(c.long, "\n"))
	}
	if len(c.children) > 0 {
		fmt.Fprintln(w, "\nCommands:")
		for _, child := range c.children {
			fmt.Fprintf(w, "  %-8s %s\n", child.name, child.short)
		}
		fmt.Fprintf(w, "\n'%s COMMAND -h' says more about one.\n", path)
	}
	if set == nil {
		return
	}
	any := false
	set.VisitAll(func(f *flag.Flag) {
		if !any {
			fmt.Fprintln(w, "\nFlags:")
			any = true
		}
		name, usage := flag.UnquoteUsage(f)
		fmt.Fprintf(w, "  %-18s %s\n", strings.TrimSpace("-"+f.Name+" "+name), usage)
	})
}
