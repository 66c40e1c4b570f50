package flow

import (
	"fmt"
	"reflect"
	"slices"
)

// A workflow that another one starts, a child, is a resource of that one: in its document ${Archive} is the ARN of
// Archive's state machine, as a stack binds it. Only the name is taken from the child; it is built on its own.

// child is the placeholder of a workflow that is started by this one.
func (m *machine) child(v reflect.Value, w Workflow) *node {
	if v.IsNil() || v.Elem().Field(0).IsNil() {
		m.report(diagnosis{code: "nil-workflow", message: "the workflow to start is nil", hint: "declare it with flow.Standard or flow.Express in a package variable"})
		return nothing
	}
	for _, old := range m.children {
		if old.Name() == w.Name() && old.Declared() != w.Declared() {
			m.report(diagnosis{
				code: "name-clash", message: fmt.Sprintf("${%s} is the workflow declared at %s and the one at %s", w.Name(), old.Declared(), w.Declared()),
				hint: "give one of them another title",
			})
			return nothing
		}
	}
	if !slices.ContainsFunc(m.children, func(old Workflow) bool { return old.Name() == w.Name() }) {
		m.children = append(m.children, w)
	}
	return m.resource(Resource{Kind: KindWorkflow, Name: w.Name()})
}

// asWorkflow tells whether v holds a workflow, which may be nil.
func asWorkflow(v reflect.Value) (Workflow, bool) {
	if v.Kind() != reflect.Pointer {
		return nil, false
	}
	if t := v.Type().Elem(); t.Kind() != reflect.Struct || t.NumField() != 1 || t.Field(0).Type != reflect.TypeFor[*Definition]() {
		return nil, false
	}
	w, ok := v.Interface().(Workflow)
	return w, ok
}

// Children are the workflows that this one starts, in the order of their first use. Resources has them as well, under
// KindWorkflow.
func (w *Definition) Children() []Workflow { return slices.Clone(w.result().children) }

// callee finds out what a task calls when its resource is a placeholder: the activity whose ARN the resource is.
func (f *Flow) callee(s *step, resource string) string {
	r, ok := placeholderOf(resource)
	if !ok {
		return resource
	}
	if r.Kind != KindActivity {
		f.m.report(diagnosis{step: s, code: "unknown-resource", message: fmt.Sprintf("${%s} is a %s, which is nothing that a task can be", r.Name, r.Kind), hint: "only an activity stands as a task's resource itself"})
	}
	if f.express() {
		f.m.report(diagnosis{step: s, code: "express-activity", message: "an Express workflow cannot wait for an activity", hint: f.m.notExpress(), once: true})
	}
	f.m.resource(r)
	return "${" + r.Placeholder() + "}"
}

// A Typed workflow takes an In and gives an Out, be it Standard or Express: for functions that do the same with both.
type Typed[In, Out any] interface {
	Workflow
	Types() (in In, out Out)
}

// Types are zero values of what goes in and what comes out. They are there for their types: see Typed.
func (w *StandardWorkflow[In, Out]) Types() (in In, out Out) { return in, out }

// Types are zero values of what goes in and what comes out. They are there for their types: see Typed.
func (w *ExpressWorkflow[In, Out]) Types() (in In, out Out) { return in, out }
