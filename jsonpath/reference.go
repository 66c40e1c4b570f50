package jsonpath

import (
	"slices"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A Reference is a reference path, as ResultPath holds it: names and indexes from the input on ("$.orders[0].total"),
// which point at one place, be it there or not.
type Reference struct{ path *Path }

// ParseReference reads a reference path. It has no wildcards, slices, lists, filters and descents, and starts neither
// from the context object nor from a variable. The error is a *SyntaxError.
func ParseReference(src string) (*Reference, error) {
	p, err := Compile(src)
	switch {
	case err != nil:
		return nil, err
	case p.root == ContextRoot:
		return nil, &SyntaxError{Source: src, Message: "the path starts from the context object; expected one into the input, which starts with $."}
	case p.root == VariableRoot:
		return nil, &SyntaxError{Source: src, Message: "the path starts from the variable $" + p.variable + "; expected one into the input, which starts with $."}
	}
	if what := p.BeyondReference(); what != "" {
		return nil, &SyntaxError{Source: src, Message: what + "; expected a reference path, which points at one place: $.a['b'][0]"}
	}
	return &Reference{p}, nil
}

// BeyondReference says what keeps the path from being a reference path, which points at one place, such as "the path
// uses [*]"; empty if nothing does. Where the path starts from does not matter.
func (p *Path) BeyondReference() string {
	for i := range p.steps {
		s := &p.steps[i]
		switch {
		case s.kind == childStep && !strings.ContainsAny(s.name, "@,:?*"):
		case s.kind == childStep && strings.Contains(p.src, "'"+s.name+"'"):
		case s.kind == childStep:
			return "the name " + s.name + " holds one of @ , : ? *"
		case s.kind != indexStep:
			return "the path uses " + string(s.appendCanonical(nil))
		case s.index < 0:
			return "the index " + string(s.appendCanonical(nil)) + " counts from the end"
		}
	}
	return ""
}

// String is the path as it is written.
func (r *Reference) String() string { return r.path.src }

// Whole tells whether the path is "$", which names the whole value.
func (r *Reference) Whole() bool { return r.path.Whole() }

// Get is what the path points at in v; absent when there is nothing.
func (r *Reference) Get(v value.Value) value.Value {
	out, failed := r.path.follow(v)
	if failed < len(r.path.steps) {
		return value.Value{}
	}
	return out
}

// Set is into with x at the place that the path points at. Objects that are missing on the way are made; the members
// of those that are there keep their order. Where the place cannot be, because something on the way is no object, or
// an index is beyond the end of its array, it fails with States.ReferencePathConflict.
func (r *Reference) Set(into, x value.Value) (value.Value, error) {
	out, failed := set(into, r.path.steps, x)
	if failed != nil {
		return value.Value{}, failed.conflict(into)
	}
	return out, nil
}

// Conflict is the error of a definite path that is used as a reference path and does not lead anywhere from v, as the
// service words it for ItemsPath; nil when it does, or is not definite.
func (p *Path) Conflict(v value.Value) error {
	if !p.definite {
		return nil
	}
	if _, failed := p.follow(v); failed < len(p.steps) {
		return p.steps[failed].conflict(v)
	}
	return nil
}

func (s *step) conflict(input value.Value) *Error {
	name := s.name
	if s.kind != childStep {
		name = string(s.appendCanonical(nil))
	}
	return &Error{ReferencePathConflict, "Unable to apply step \"" + name + "\" to input " + input.String()}
}

// set gives v with x at the place that the steps lead to, or the step that cannot be taken.
func set(v value.Value, steps []step, x value.Value) (out value.Value, failed *step) {
	if len(steps) == 0 {
		return x, nil
	}
	s := &steps[0]
	if s.kind == childStep {
		if v.Exists() && !v.IsObject() {
			return v, s
		}
		inner, failed := set(v.Get(s.name), steps[1:], x)
		return v.With(s.name, inner), failed
	}
	if s.index >= v.Len() || !v.IsArray() {
		return v, s
	}
	items := slices.Clone(v.Elements())
	items[s.index], failed = set(items[s.index], steps[1:], x)
	return value.Array(items...), failed
}
