package template

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Made is a resource that has been made.
type Made struct {
	wire.Created
	LogicalID string
	Type      string
	Missing   bool // the type is not supported, and it was allowed to be missing

	resource wire.Resource
	provider wire.Provider
}

func (m Made) attributeNames() string {
	if len(m.Attributes) == 0 {
		return "none"
	}
	return strings.Join(slices.Sorted(maps.Keys(m.Attributes)), ", ")
}

// An Engine makes stacks of templates.
type Engine struct {
	Providers []wire.Provider

	// AllowMissing goes on without resources whose type nobody provides. What refers to them gets a text that says
	// so: "missing:Photos" for Ref, "missing:Photos.Arn" for Fn::GetAtt.
	AllowMissing bool

	// Progress is told of each resource that has been made, or is missing; nil for nobody.
	Progress func(Made)
}

// A Stack is what was made of a template.
type Stack struct {
	Name    string
	Made    []Made            // in the order in which they were made
	Outputs map[string]string // of the template
}

// Check tells which resources of a template nobody provides. They are errors, or warnings if they may be missing.
func (e *Engine) Check(t *Template) diag.List {
	types := e.types()
	var problems diag.List
	for _, r := range t.Resources {
		if types[r.Type] != nil {
			continue
		}
		d := diag.Diagnostic{
			Code: "unsupported-resource", Source: t.Source, Path: diag.Pointer("").Child("Resources").Child(r.LogicalID),
			Message: fmt.Sprintf("resource %q: the type %s is not supported by the local machine", r.LogicalID, r.Type),
			Hint:    "-allow-missing goes on without it",
		}
		if near, ok := suggest.Name(r.Type, slices.Sorted(maps.Keys(types))); ok {
			d.Hint = fmt.Sprintf("did you mean %s? %s", near, d.Hint)
		}
		if e.AllowMissing {
			d.Severity, d.Hint = diag.Warning, ""
		}
		problems.Add(d)
	}
	return problems
}

func (e *Engine) types() map[string]wire.Provider {
	types := map[string]wire.Provider{}
	for _, p := range e.Providers {
		for _, t := range p.Types() {
			types[t] = p
		}
	}
	return types
}

// Create makes the resources of a template, each after those that it depends on. If one cannot be made, those made
// before are unmade, and the error says which one and why.
func (e *Engine) Create(ctx context.Context, name string, t *Template) (*Stack, error) {
	if err := e.Check(t).Err(); err != nil {
		return nil, err
	}
	s := &Stack{Name: name, Outputs: map[string]string{}}
	types, known := e.types(), &scope{made: map[string]Made{}}
	order, _ := t.Order() // Parse has refused cycles
	for _, id := range order {
		m, err := e.create(ctx, name, t.resource(id), types, known)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("create %q (%s): %w", id, t.resource(id).Type, err), s.Delete(context.WithoutCancel(ctx)))
		}
		known.made[id] = m
		s.Made = append(s.Made, m)
		if e.Progress != nil {
			e.Progress(m)
		}
	}
	if err := s.readOutputs(t, known); err != nil {
		return nil, errors.Join(err, s.Delete(context.WithoutCancel(ctx)))
	}
	return s, nil
}

func (e *Engine) create(ctx context.Context, stack string, r *Resource, types map[string]wire.Provider, known *scope) (Made, error) {
	m := Made{LogicalID: r.LogicalID, Type: r.Type, provider: types[r.Type]}
	if m.provider == nil {
		m.Missing, m.Ref = true, "missing:"+r.LogicalID
		return m, nil
	}
	if err := ctx.Err(); err != nil {
		return m, context.Cause(ctx)
	}
	properties, err := r.properties.eval(known)
	if err != nil {
		return m, err
	}
	if !properties.IsObject() {
		return m, fmt.Errorf("the properties are %s, not an object", a(properties))
	}
	m.resource = wire.Resource{Stack: stack, LogicalID: r.LogicalID, Type: r.Type, Properties: properties, Metadata: r.Metadata}
	m.Created, err = m.provider.Create(ctx, m.resource)
	return m, err
}

func (s *Stack) readOutputs(t *Template, known *scope) error {
	for _, o := range t.Outputs {
		v, err := o.value.eval(known)
		if err != nil {
			return fmt.Errorf("output %q: %w", o.Name, err)
		}
		text, err := plainText(v)
		if err != nil {
			return fmt.Errorf("output %q: %w", o.Name, err)
		}
		s.Outputs[o.Name] = text
	}
	return nil
}

// Delete unmakes the resources, the last one first. It goes on after failures and gives all of them.
func (s *Stack) Delete(ctx context.Context) error {
	var failures []error
	for _, m := range slices.Backward(s.Made) {
		if m.provider == nil {
			continue
		}
		if err := m.provider.Delete(ctx, m.resource, m.Created); err != nil {
			failures = append(failures, fmt.Errorf("delete %q (%s): %w", m.LogicalID, m.Type, err))
		}
	}
	s.Made = nil
	return errors.Join(failures...)
}

// Attribute gives an attribute of a resource that was made, as Fn::GetAtt would.
func (s *Stack) Attribute(logicalID, name string) (value.Value, error) {
	known := &scope{made: map[string]Made{}}
	for _, m := range s.Made {
		known.made[m.LogicalID] = m
	}
	return getAtt{logicalID, name}.eval(known)
}
