package program

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/program/serve"
)

// A Built is a workflow that was built.
type Built struct {
	Workflow
	Text      string       // its document; empty when there is an error
	Machine   *asl.Machine // nil when there is an error
	Problems  diag.List
	Handlers  []serve.Handler
	Resources []serve.Resource
	Children  []Workflow // those that it starts
	Input     serve.Shape
	Output    serve.Shape

	positions map[diag.Pointer]diag.Position
	pkg       *Package
}

// Build builds the workflow that a variable holds.
func (x *Program) Build(ctx context.Context, w Workflow) (*Built, error) {
	r, err := x.ask(ctx, serve.Request{Build: w.Var.Name}, "workflow "+strconv.Quote(w.Title)+" was being built", x.limit)
	if err != nil {
		return nil, err
	}
	if r.Error != "" {
		return nil, &Stopped{Doing: "workflow " + strconv.Quote(w.Title) + " was being built", What: r.Error, Source: w.Declared}
	}
	b := &Built{
		Workflow: w, Text: r.Built.Document, Problems: r.Built.Problems, Handlers: r.Built.Handlers, Resources: r.Built.Resources,
		Input: r.Built.Input, Output: r.Built.Output, positions: r.Built.Positions, pkg: x.pkg,
	}
	for _, c := range r.Built.Children {
		b.Children = append(b.Children, Workflow{Var: Var{Name: c.Var}, Title: c.Title, Name: c.Name, Type: c.Type, Declared: x.pkg.shown(c.Declared)})
	}
	for i := range b.Problems {
		b.Problems[i].Source = x.pkg.shown(b.Problems[i].Source)
	}
	if b.Text != "" {
		m, problems := asl.Parse([]byte(b.Text))
		b.Machine = m
		b.Locate(problems)
		b.Problems = append(b.Problems, problems...)
	}
	return b, nil
}

// Locate gives diagnostics about the document the places in Go that wrote it.
func (b *Built) Locate(list diag.List) {
	for i, d := range list {
		at := d.Path
		pos, ok := b.positions[at]
		for !ok && at != "" {
			at = at[:strings.LastIndexByte(string(at), '/')]
			if pos, ok = b.positions[at]; pos.IsZero() {
				ok = false
			}
		}
		list[i].Source = b.pkg.shown(pos.String())
	}
}

// shown is file:line of the package's module as the user sees it from where the command was started.
func (p *Package) shown(source string) string {
	m := position.FindStringSubmatch(source)
	if m == nil || p.loaded.Module == nil || filepath.IsAbs(m[1]) {
		return source
	}
	file := filepath.Join(p.loaded.Module.Dir, filepath.FromSlash(m[1]))
	if !isFile(file) { // it belongs to another module
		return source
	}
	return p.set.relative(file) + source[len(m[1]):]
}

// Accepts says why an input does not fit a workflow; nil if it does.
func (x *Program) Accepts(ctx context.Context, w Workflow, input json.RawMessage) error {
	return x.fits(ctx, serve.Input{Var: w.Var.Name, Value: input}, "the input was being read")
}

// Returns says why a handler that a workflow names cannot return a value; nil if it can.
func (x *Program) Returns(ctx context.Context, w Workflow, handler string, answer json.RawMessage) error {
	return x.fits(ctx, serve.Input{Var: w.Var.Name, Handler: handler, Value: answer}, "an answer was being read")
}

func (x *Program) fits(ctx context.Context, in serve.Input, during string) error {
	r, err := x.ask(ctx, serve.Request{Check: &in}, during, x.limit)
	if err != nil {
		return err
	}
	if r.Error != "" {
		return errors.New(r.Error)
	}
	return nil
}

// Call calls a handler that a workflow names.
func (x *Program) Call(ctx context.Context, w Workflow, handler string, payload json.RawMessage) (*serve.Called, error) {
	r, err := x.ask(ctx, serve.Request{Call: &serve.Call{Var: w.Var.Name, Handler: handler, Payload: payload}}, "the handler "+handler+" was running", 0)
	if err != nil {
		return nil, err
	}
	if r.Error != "" {
		return &serve.Called{Error: "Runtime.ExitError", Cause: r.Error}, nil
	}
	return r.Called, nil
}
