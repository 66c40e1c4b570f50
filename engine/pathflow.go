package engine

import (
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// A pathFlow is the data flow of JSONPath states: InputPath, Parameters, ResultSelector, ResultPath, OutputPath, and
// Assign (Amazon States Language, "Input and output processing with JSONPath").
type pathFlow struct {
	inputPath, outputPath        filter
	parameters, selector, assign *payload
	resultPath                   resultPath
}

// A filter is InputPath or OutputPath: everything, nothing ({}), or what a path names.
type filter struct {
	path    *jsonpath.Path // nil for everything
	nothing bool
}

// A resultPath places a result in the raw input.
type resultPath struct {
	path    *jsonpath.Reference // nil: the result replaces the input
	discard bool
}

func (f *pathFlow) input(x *step, t *thread) (value.Value, *fault) {
	v, fault := f.inputPath.apply(x, t, t.Input)
	if fault != nil || f.parameters == nil {
		return v, fault
	}
	return f.parameters.eval(x, t, v)
}

// filtered is the input after InputPath, before Parameters: what paths of the state's other fields read.
func (f *pathFlow) filtered(x *step, t *thread) (value.Value, *fault) {
	return f.inputPath.apply(x, t, t.Input)
}

func (f *pathFlow) output(x *step, t *thread, result value.Value) (output, assigned value.Value, fault *fault) {
	if !result.Exists() {
		if result, fault = f.filtered(x, t); fault != nil {
			return
		}
		output = result
	} else if output, fault = f.merge(x, t, result); fault != nil {
		return
	}
	if assigned, fault = f.assign.eval(x, t, result); fault != nil {
		return
	}
	output, fault = f.outputPath.apply(x, t, output)
	return
}

// merge puts a result, selected from, into the raw input.
func (f *pathFlow) merge(x *step, t *thread, result value.Value) (value.Value, *fault) {
	if f.selector != nil {
		var fault *fault
		if result, fault = f.selector.eval(x, t, result); fault != nil {
			return result, fault
		}
	}
	return f.resultPath.apply(t, result)
}

func (f *pathFlow) caught(x *step, t *thread, _ int, errorOutput value.Value) (output, assigned value.Value, fault *fault) {
	if assigned, fault = f.assign.eval(x, t, errorOutput); fault != nil {
		return
	}
	output, fault = f.resultPath.apply(t, errorOutput)
	return
}

func (f filter) apply(x *step, t *thread, v value.Value) (value.Value, *fault) {
	switch {
	case f.nothing:
		return value.Object(), nil
	case f.path == nil:
		return v, nil
	}
	out, err := f.path.Eval(x.paths(t, v))
	return out, t.pathFault(err)
}

func (r resultPath) apply(t *thread, result value.Value) (value.Value, *fault) {
	switch {
	case r.discard:
		return t.Input, nil
	case r.path == nil:
		return result, nil
	}
	out, err := r.path.Set(t.Input, result)
	return out, t.pathFault(err)
}

// filter plans InputPath or OutputPath.
func (p *planner) filter(field diag.Pointer, v value.Value) filter {
	switch {
	case !v.Exists():
		return filter{}
	case v.IsNull():
		return filter{nothing: true}
	case !v.IsString():
		p.fail(field, CodeBadPath, "the value "+v.String()+" is no path", "write a path, or null")
		return filter{}
	}
	path := p.path(field, v.Str())
	if path != nil && path.Whole() {
		path = nil
	}
	return filter{path: path}
}

func (p *planner) resultPath(field diag.Pointer, v value.Value) resultPath {
	switch {
	case !v.Exists():
		return resultPath{}
	case v.IsNull():
		return resultPath{discard: true}
	}
	text := p.text(v.Str())
	path, err := jsonpath.ParseReference(text)
	if err != nil {
		p.badPath(field, text, err)
		return resultPath{}
	}
	if path.Whole() {
		path = nil
	}
	return resultPath{path: path}
}
