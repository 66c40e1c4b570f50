package jsonpath

import "github.com/stepwright/stepwright/value"

// A Root says where a path starts.
type Root uint8

// The roots of paths.
const (
	InputRoot    Root = iota // "$": the input
	ContextRoot              // "$$": the context object
	VariableRoot             // "$name": a variable
)

// A Path names places in JSON: "$.orders[*].id". It does not change and may be used by any number of goroutines.
type Path struct {
	src      string
	root     Root
	variable string // the name behind the dollar sign
	steps    []step
	definite bool
}

// Compile reads a path as the fields InputPath, OutputPath, ItemsPath, Variable and others hold it. The error is a
// *SyntaxError.
func Compile(src string) (*Path, error) {
	p := &parser{src: src}
	path, err := p.path()
	if err == nil && p.pos < len(src) {
		err = p.unexpected("the end of the path")
	}
	if err != nil {
		return nil, err
	}
	return path, nil
}

// String is the path as it is written.
func (p *Path) String() string { return p.src }

// Root tells what the path starts from.
func (p *Path) Root() Root { return p.root }

// Variable is the name of the variable that the path starts from; empty for paths into input and context object.
func (p *Path) Variable() string { return p.variable }

// Definite tells whether the path names one place at most. The value of any other path is an array of what was found,
// which may be empty.
func (p *Path) Definite() bool { return p.definite }

// Whole tells whether the path is "$", which names the whole input.
func (p *Path) Whole() bool { return p.root == InputRoot && len(p.steps) == 0 }

// Eval gives what the path names. That a definite path leads to nothing is a *PathError; a path that is not definite
// gives an array, which may be empty. A path that takes too much work is an *Error.
func (p *Path) Eval(env *Env) (value.Value, error) {
	v, ok := p.from(env)
	switch {
	case !ok:
		return v, &PathError{Path: p.src, Reason: "No results for path: $", Absent: true, searched: env.Input}
	case p.root == InputRoot && v.IsNull():
		return v, &Error{Runtime, "Unable to apply Path transformation to null or empty input."}
	case !p.definite:
		return p.collect(v, new(maxVisits))
	}
	out, failed := p.follow(v)
	if failed < len(p.steps) {
		return value.Value{}, p.lost(out, failed, v, p.prefix(failed))
	}
	return out, nil
}

// Find is Eval for those who only want to know what is there: it is absent when Eval gives an error.
func (p *Path) Find(env *Env) value.Value {
	v, ok := env.Input, true
	if p.root != InputRoot {
		v, ok = p.from(env)
	}
	switch {
	case !ok:
		return value.Value{}
	case !p.definite:
		out, err := p.collect(v, new(maxVisits))
		if err != nil {
			return value.Value{}
		}
		return out
	}
	out, failed := p.follow(v)
	if failed < len(p.steps) {
		return value.Value{}
	}
	return out
}

// from is what the path starts from; ok is false when there is no such thing.
func (p *Path) from(env *Env) (v value.Value, ok bool) {
	switch p.root {
	case ContextRoot:
		if env.Context != nil {
			v = env.Context()
		}
	case VariableRoot:
		if env.Var != nil {
			return env.Var(p.variable)
		}
	case InputRoot:
		v = env.Input
	}
	return v, v.Exists()
}

// follow takes the steps of a definite path. When one of them fails it gives its number and the value that it failed
// at, else the number of steps.
func (p *Path) follow(v value.Value) (out value.Value, failed int) {
	for i := range p.steps {
		var next value.Value
		if s := &p.steps[i]; s.kind == childStep { // as most are
			next = v.Get(s.name)
		} else {
			next = s.of(v)
		}
		if !next.Exists() {
			return v, i
		}
		v = next
	}
	return v, len(p.steps)
}

// prefix is the way to a step, as errors write it.
func (p *Path) prefix(steps int) string {
	b := []byte{'$'}
	for i := range steps {
		b = p.steps[i].appendTo(b)
	}
	return string(b)
}

// canonical is the path in its longest form, with brackets only. It reads as the same path.
func (p *Path) canonical() string {
	b := []byte{'$'}
	switch p.root {
	case ContextRoot:
		b = append(b, '$')
	case VariableRoot:
		b = append(b, p.variable...)
	case InputRoot:
	}
	return string(appendCanonical(b, p.steps))
}
