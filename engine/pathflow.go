package engine

import (
	"strings"

	"github.com/stepwright/stepwright/diag"
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
	path    *refPath // nil for everything
	nothing bool
}

// A resultPath places a result in the raw input.
type resultPath struct {
	parts   []part // none: the result replaces the input
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
	out, missing := f.path.eval(x, t, v)
	if !out.Exists() {
		return out, t.runtime("%s", f.path.why(missing))
	}
	return out, nil
}

func (r resultPath) apply(t *thread, result value.Value) (value.Value, *fault) {
	if r.discard {
		return t.Input, nil
	}
	out, ok := set(t.Input, r.parts, result)
	if !ok {
		f := newFault(errResultPathFail, t.prefix()+"Unable to apply step \""+r.parts[0].name+"\" to input "+t.Input.String())
		f.fatal = true
		return out, f
	}
	return out, nil
}

// path plans a path of the field at a place in the state; nil when it is wrong.
func (p *planner) path(field diag.Pointer, text string) *refPath {
	text = p.text(text)
	if strings.HasPrefix(text, "States.") {
		p.unsupported(field, "the intrinsic function "+strings.SplitN(text, "(", 2)[0])
		return nil
	}
	path, uses := parsePath(text)
	switch {
	case uses != "" && strings.HasPrefix(text, "$"):
		p.unsupported(field, "JSONPath with "+uses)
	case uses != "":
		p.fail(field, CodeBadPath, "the value "+value.String(text).String()+" is no path", "paths start with $")
	}
	return path
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
	if path != nil && !path.context && path.variable == "" && len(path.parts) == 0 {
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
	path := p.path(field, v.Str())
	if path == nil {
		return resultPath{}
	}
	if path.context || path.variable != "" {
		p.fail(field, CodeBadPath, "a result cannot be placed at "+path.text, "ResultPath starts with $.")
	}
	return resultPath{parts: path.parts}
}

// optionalPath plans a ...Path field; nil when it is absent.
func (p *planner) optionalPath(field diag.Pointer, text *string) *refPath {
	if text == nil {
		return nil
	}
	return p.path(field, *text)
}
