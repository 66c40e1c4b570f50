package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"

	"golang.org/x/tools/go/packages"

	"github.com/stepwright/stepwright/diag"
)

// A CompileError are the compiler's messages about packages that do not compile.
type CompileError struct{ Messages []Message }

// CodeDoesNotCompile is the code of the compiler's messages.
const CodeDoesNotCompile = "does-not-compile"

// A Message is one that the Go compiler gave.
type Message struct {
	Source string // file:line:col, as the user sees it from Settings.Dir; may be empty
	Text   string
}

// Error are the messages, each on a line of its own.
func (e *CompileError) Error() string {
	lines := make([]string, len(e.Messages))
	for i, m := range e.Messages {
		lines[i] = m.Text
		if m.Source != "" {
			lines[i] = m.Source + ": " + m.Text
		}
	}
	return strings.Join(lines, "\n")
}

// Problems are the messages as diagnostics.
func (e *CompileError) Problems() diag.List {
	var l diag.List
	for _, m := range e.Messages {
		l.Add(diag.Diagnostic{Code: CodeDoesNotCompile, Source: m.Source, Message: m.Text})
	}
	return l
}

// cannotList explains why the Go command could not even name packages.
func (s *Set) cannotList(ctx context.Context, err error, patterns []string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return s.without(ctx, misuse("go list %s: %s", strings.Join(patterns, " "), strings.TrimPrefix(strings.TrimSpace(err.Error()), "err: ")))
}

// without gives the reason why nothing is found here at all, if there is one, else err.
func (s *Set) without(ctx context.Context, err error) error {
	if i, e := os.Stat(s.settings.Dir); e != nil || !i.IsDir() {
		return misuse("there is no folder %s", s.settings.Dir)
	}
	out, e := s.goCommand(ctx, "env", "GOMOD", "GOWORK")
	mod, work, _ := strings.Cut(strings.TrimRight(out, "\r\n"), "\n")
	if mod = strings.TrimSpace(mod); e == nil && (mod == "" || mod == os.DevNull) && (strings.TrimSpace(work) == "" || strings.TrimSpace(work) == "off") {
		return misuse("%s is in no Go module: go mod init, then go get %s", s.settings.Dir, module)
	}
	return err
}

// broken explains what keeps packages from being used.
func (s *Set) broken(ctx context.Context, all []*packages.Package, patterns []string) error {
	if len(all) == 0 {
		return s.without(ctx, misuse("%s matches no package", strings.Join(patterns, " ")))
	}
	e := &CompileError{}
	elsewhere := false
	for _, p := range all {
		for _, x := range p.Errors {
			if p.Name == "" && len(p.GoFiles) == 0 {
				return s.without(ctx, s.listError(p, x, patterns))
			}
			if strings.Contains(x.Msg, "could not import ") || strings.HasPrefix(x.Msg, "# ") || !position.MatchString(x.Pos) {
				elsewhere = true
				continue
			}
			e.Messages = append(e.Messages, Message{Source: s.relativePosition(x.Pos), Text: strings.TrimSpace(x.Msg)})
		}
		elsewhere = elsewhere || p.IllTyped && len(p.Errors) == 0
	}
	switch {
	case len(e.Messages) == 0 && !elsewhere:
		return nil
	case elsewhere: // what is wrong is in a package that it imports: the compiler knows
		if err := s.compile(ctx, all); err != nil {
			return err
		}
	}
	if len(e.Messages) == 0 {
		for _, p := range all {
			for _, x := range p.Errors {
				e.Messages = append(e.Messages, Message{Text: x.Error()})
			}
		}
	}
	e.Messages = unique(e.Messages)
	return e
}

// compile lets the compiler say what is wrong.
func (s *Set) compile(ctx context.Context, all []*packages.Package) error {
	args := []string{"build"}
	if s.settings.Tags != "" {
		args = append(args, "-tags="+s.settings.Tags)
	}
	args = append(args, "-o", os.DevNull)
	for _, p := range all {
		args = append(args, p.PkgPath)
	}
	_, err := s.goCommand(ctx, args...)
	var failed *goError
	if errors.As(err, &failed) {
		return s.compilerSays(failed.stderr)
	}
	return err
}

var position = regexp.MustCompile(`^(.+?):(\d+)(:\d+)?$`)

// said is one of the compiler's lines.
var said = regexp.MustCompile(`^((?:[A-Za-z]:)?[^:\s][^:]*:\d+(?::\d+)?): (.*)$`)

// compilerSays reads the messages of go build: a line each, under headings; what is indented belongs to the line before.
func (s *Set) compilerSays(text string) error {
	e := &CompileError{}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch m := said.FindStringSubmatch(line); {
		case line == "" || strings.HasPrefix(line, "# ") || strings.HasSuffix(line, ": too many errors"):
		case m != nil:
			e.Messages = append(e.Messages, Message{Source: s.relativePosition(m[1]), Text: m[2]})
		case strings.HasPrefix(line, "\t") && len(e.Messages) > 0:
			e.Messages[len(e.Messages)-1].Text += "\n" + line
		default:
			e.Messages = append(e.Messages, Message{Text: line})
		}
	}
	return e
}

func unique(all []Message) []Message {
	seen := map[Message]bool{}
	var out []Message
	for _, m := range all {
		if !seen[m] {
			out = append(out, m)
		}
		seen[m] = true
	}
	return out
}

// relativePosition is "file:line:col" with the file as the user sees it.
func (s *Set) relativePosition(pos string) string {
	m := position.FindStringSubmatch(pos)
	if m == nil {
		return pos
	}
	file := m[1]
	if !filepath.IsAbs(file) {
		file = filepath.Join(s.settings.Dir, file)
	}
	return s.relative(file) + pos[len(m[1]):]
}

var notRequired = regexp.MustCompile(`no required module provides package (\S+?);|cannot find module providing package (\S+?)[:;]|package (\S+) is not in std`)

// listError explains why a pattern names no package.
func (s *Set) listError(p *packages.Package, x packages.Error, patterns []string) error {
	text := strings.TrimSpace(x.Msg)
	switch {
	case strings.Contains(text, "directory not found") || strings.Contains(text, "no such file or directory"):
		return misuse("there is no package %s: %s", strings.Join(patterns, " "), text)
	case strings.Contains(text, "build constraints exclude all Go files"):
		return misuse("%s; say which tags to build with: -tags TAGS", text)
	case notRequired.MatchString(text):
		return misuse("there is no package %s in this module or in one that it requires; a folder begins with ./", p.PkgPath)
	}
	return misuse("%s", text)
}

// A goError is a go command that failed.
type goError struct {
	args   []string
	stderr string
}

func (e *goError) Error() string {
	return fmt.Sprintf("go %s: %s", e.args[0], strings.TrimSpace(e.stderr))
}

// goCommand runs the go command in the user's folder and gives what it prints.
func (s *Set) goCommand(ctx context.Context, args ...string) (string, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir, cmd.Env = s.settings.Dir, environment()
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if _, failed := errors.AsType[*exec.ExitError](err); failed {
		return stdout.String(), &goError{args, stderr.String()}
	}
	if err != nil {
		return "", fmt.Errorf("go %s: %w", args[0], err)
	}
	return stdout.String(), nil
}
