package cdk

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"

	"github.com/aws/constructs-go/constructs/v10"

	"github.com/stepwright/stepwright/diag"
)

// oneAtATime keeps two constructors of ours from talking to Node at once.
var oneAtATime sync.Mutex

// Problems are the author's mistakes in one call of a constructor.
type problems struct {
	at   string // file:line of the call
	list []*string
}

// add notes a mistake of the call itself.
func (p *problems) add(format string, args ...any) {
	text := p.at + ": " + fmt.Sprintf(format, args...)
	p.list = append(p.list, &text)
}

// addAll notes the errors among diagnostics of a workflow, each with its own position.
func (p *problems) addAll(list diag.List) {
	for _, d := range list {
		if d.Severity != diag.Error {
			continue
		}
		text := d.Error()
		if d.Source == "" || d.Source[0] >= '0' && d.Source[0] <= '9' { // none, or a place in a text
			text = p.at + ": " + text
		}
		if d.Hint != "" {
			text += "; " + d.Hint
		}
		p.list = append(p.list, &text)
	}
}

// Validate makes problems a constructs.IValidation.
func (p *problems) Validate() *[]*string { return &p.list }

// construct runs the body of a public constructor. Mistakes, and the panics with which
// the CDK library answers wrong arguments, become validations of scope, so that synthesis
// fails with all of them at once.
func construct(scope constructs.Construct, id string, self constructs.Construct, body func(*problems)) {
	if isNil(scope) {
		panic(fmt.Sprintf("cdk: the scope of %q is nil", id))
	}
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	p := &problems{at: caller()}
	p.catch(func() { constructs.NewConstruct_Override(self, scope, &id) })
	if len(p.list) > 0 { // told; go on under another name, so that the author's next lines work
		other := id + " of " + p.at
		p.catch(func() { constructs.NewConstruct_Override(self, scope, &other) })
	}
	p.catch(func() { body(p) })
	if len(p.list) > 0 {
		scope.Node().AddValidation(p)
	}
}

// isNil also finds a nil pointer in an interface.
func isNil(v any) bool {
	r := reflect.ValueOf(v)
	return v == nil || r.Kind() == reflect.Pointer && r.IsNil()
}

// catch turns a panic of the CDK library into a problem.
func (p *problems) catch(body func()) {
	defer func() {
		if err := fromLibrary(recover()); err != nil {
			p.add("%s", firstLine(err.Error()))
		}
	}()
	body()
}

// fromLibrary makes an error of what was recovered: the library answers wrong arguments
// with a panic. Nil stays nil, and a mistake in a Go program still panics.
func fromLibrary(recovered any) error {
	if recovered == nil {
		return nil
	}
	err, ok := recovered.(error)
	var bug runtime.Error
	if !ok || errors.As(err, &bug) {
		panic(recovered)
	}
	return err
}

// firstLine drops the JavaScript stack from a message of the library.
func firstLine(s string) string {
	s = strings.TrimSpace(s)
	if line, _, found := strings.Cut(s, "\n"); found {
		return strings.TrimSpace(line)
	}
	return s
}

// caller is file:line of the first caller outside of this package.
func caller() string {
	pcs := make([]uintptr, 16)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(2, pcs)])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, ownPrefix) || !more {
			return fmt.Sprintf("%s:%d", shortPath(f.File), f.Line)
		}
	}
}

// ownPrefix begins the names of this package's functions.
const ownPrefix = "github.com/stepwright/stepwright/cdk."

// shortPath writes a path from the working directory on, if the file is below it.
func shortPath(file string) string {
	dir, err := os.Getwd()
	if err != nil {
		return file
	}
	rel, err := filepath.Rel(dir, file)
	if err != nil || strings.HasPrefix(rel, "..") {
		return file
	}
	return filepath.ToSlash(rel)
}
