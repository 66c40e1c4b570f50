package program

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"github.com/stepwright/stepwright/diag"
)

// crashes tells whether a line begins what the Go runtime writes when it ends a program.
func crashes(line string) bool {
	for _, s := range []string{"panic: ", "fatal error: ", "runtime: goroutine stack exceeds ", "SIGQUIT: ", "unexpected fault address ", "[signal "} {
		if strings.HasPrefix(line, s) {
			return true
		}
	}
	return false
}

// stopped explains why the program has ended.
func (x *Program) stopped(ctx context.Context, doing string) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	text := x.trace.text()
	e := &Stopped{Doing: doing, Source: x.pkg.culprit(text)}
	switch {
	case strings.Contains(text, "goroutine stack exceeds") || strings.Contains(text, "fatal error: stack overflow"):
		e.What, e.Hint = "a function calls itself without an end", "give the recursion an end"
	case strings.Contains(text, "all goroutines are asleep"):
		e.What, e.Hint = "everything waits for ever (deadlock)", "nothing may wait here: the function runs once, at build time"
	case strings.Contains(text, "of memory are in use"):
		e.What, e.Hint = strings.TrimPrefix(headline(text), "fatal error: "), "a loop or a recursion without an end writes more and more states"
	case text != "":
		e.What = headline(text)
		e.Hint = "the function runs once, while the workflow is being written: nothing in it may depend on more"
		if doing == initializing {
			e.Hint = "a package that holds workflows is started to build them, with nothing but the environment: it must get that far"
		}
	default:
		e.What = x.exit()
		if at := x.pkg.set.exits(x.pkg.loaded); at != "" {
			e.Source, e.Hint = at, "this call may have ended it: workflows are built by starting their package"
		} else {
			e.Hint = "look for os.Exit and log.Fatal in what the package calls"
		}
	}
	return e
}

func (x *Program) exit() string {
	var failed *exec.ExitError
	if errors.As(x.err, &failed) {
		if failed.ExitCode() >= 0 {
			return fmt.Sprintf("the program ended itself with status %d", failed.ExitCode())
		}
		return "the program was ended: " + failed.Error()
	}
	return "the program ended itself with status 0"
}

// tooLate asks the program where it is, and ends it.
func (x *Program) tooLate(doing string) error {
	if dump(x.cmd.Process) {
		select {
		case <-x.ended:
		case <-time.After(2 * time.Second):
		}
	}
	_ = x.cmd.Process.Kill()
	<-x.ended
	text := x.trace.text()
	e := &Stopped{
		Doing: doing, What: fmt.Sprintf("nothing came within %v", x.limit), Source: x.pkg.culprit(text), Timeout: true,
		Hint: "something blocks, or takes longer than -limit allows",
	}
	if strings.Contains(text, "frames elided") {
		e.What, e.Hint = "a function calls itself without an end", "give the recursion an end"
	}
	return e
}

// headline is the first line of a trace, without its marks.
func headline(text string) string {
	line, _, _ := strings.Cut(text, "\n")
	if s, ok := strings.CutPrefix(line, "panic: "); ok {
		line = "panic: " + strings.TrimSuffix(s, " [recovered, repanicked]")
	}
	return line
}

// A frame of a trace is two lines: the function, and file and line.
var frame = regexp.MustCompile(`(?m)^(?:created by )?(\S.*?)(?:\(.*\))?(?: in goroutine \d+)?\n\t(.+\.go):(\d+)`)

// culprit is the innermost place of a trace in the user's own sources: in the package, else in its module. Without one
// it is empty.
func (p *Package) culprit(text string) string {
	near := ""
	for _, m := range frame.FindAllStringSubmatch(text, -1) {
		file := filepath.Clean(m[2])
		if strings.Contains(filepath.ToSlash(file), "/"+virtual) {
			continue
		}
		switch {
		case filepath.Dir(file) == p.Dir:
			return p.set.relative(file) + ":" + m[3]
		case near == "" && p.own(file):
			near = p.set.relative(file) + ":" + m[3]
		}
	}
	return near
}

// own tells whether a file belongs to the package's module and is not Stepwright's.
func (p *Package) own(file string) bool {
	m := p.loaded.Module
	if m == nil || !strings.HasPrefix(file, m.Dir+string(filepath.Separator)) {
		return false
	}
	return m.Path != module || !strings.HasPrefix(file, filepath.Join(m.Dir, "flow")+string(filepath.Separator)) && !strings.HasPrefix(file, filepath.Join(m.Dir, "program")+string(filepath.Separator))
}

// Problem is the end as a diagnostic.
func (e *Stopped) Problem() diag.Diagnostic {
	d := diag.Diagnostic{Code: "program-stopped", Source: e.Source, Message: e.What + " while " + e.Doing, Hint: e.Hint}
	if e.Timeout {
		d.Code = "program-too-slow"
	}
	return d
}
