package flowvet

import (
	"go/types"
	"slices"
	"strings"
)

// What the analyser knows of the builder follows from a few conventions that package flow and its integration packages
// keep (STYLE: "Every step has the same form"), so that a new construct needs no word here:
//
//   - a function that takes a *flow.Flow, or a method of something that holds one, gives values of the workflow
//     wherever it gives pointers;
//   - a function that is handed to the builder is called while the workflow is written, with values of the workflow
//     wherever it takes pointers, and with a flow of a scope of its own if it takes a *flow.Flow;
//   - a function whose first parameter is a context.Context is a handler: it runs later, elsewhere;
//   - what takes a *flow.Flow and then a string called name records a step.

// builderPath is the import path of the builder.
const builderPath = "github.com/stepwright/stepwright/flow"

// theBuilder tells whether a package is the builder or one of its integration packages, whose functions follow the
// conventions.
func theBuilder(path string) bool {
	if path == builderPath {
		return true
	}
	rest, ok := strings.CutPrefix(path, builderPath+"/")
	return ok && rest != "run" && !strings.HasPrefix(rest, "internal/") && !strings.HasSuffix(rest, "_test") && !strings.HasSuffix(rest, ".test")
}

func ofBuilder(o types.Object) bool { return o != nil && o.Pkg() != nil && theBuilder(o.Pkg().Path()) }

// isNamed tells whether t, or what it points to, is a type of the builder with one of the names.
func isNamed(t types.Type, names ...string) bool {
	if t == nil {
		return false
	}
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == builderPath && slices.Contains(names, n.Obj().Name())
}

// isFlow tells whether t is *flow.Flow.
func isFlow(t types.Type) bool {
	_, pointer := types.Unalias(t).(*types.Pointer)
	return pointer && isNamed(t, "Flow")
}

// isHandler tells whether a function is a handler by its shape.
func isHandler(sig *types.Signature) bool {
	if sig.Params().Len() == 0 {
		return false
	}
	n, ok := types.Unalias(sig.Params().At(0).Type()).(*types.Named)
	return ok && n.Obj().Pkg() != nil && n.Obj().Pkg().Path() == "context" && n.Obj().Name() == "Context"
}

// takesFlow is the place of a function's parameter *flow.Flow, or -1.
func takesFlow(sig *types.Signature) int {
	for i := range sig.Params().Len() {
		if isFlow(sig.Params().At(i).Type()) {
			return i
		}
	}
	return -1
}

// isStep tells whether a function of the builder records something under a name.
func isStep(fn *types.Func) bool {
	sig := fn.Signature()
	p := sig.Params()
	return sig.Recv() == nil && p.Len() > 1 && isFlow(p.At(0).Type()) && p.At(1).Name() == "name" && isString(p.At(1).Type())
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

// givesValues tells whether the pointers that a function of the builder gives are values of the workflow.
func givesValues(fn *types.Func) bool {
	sig := fn.Signature()
	if sig.Recv() != nil && holdsFlow(sig.Recv().Type(), 3) {
		return true
	}
	for i := range sig.Params().Len() {
		if holdsFlow(sig.Params().At(i).Type(), 3) {
			return true
		}
	}
	return false
}

// holdsFlow tells whether a type of the builder has a *flow.Flow in it.
func holdsFlow(t types.Type, depth int) bool {
	t = types.Unalias(t)
	if isFlow(t) {
		return true
	}
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok || !ofBuilder(n.Obj()) || depth == 0 {
		return false
	}
	s, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range s.NumFields() {
		if holdsFlow(s.Field(i).Type(), depth-1) {
			return true
		}
	}
	return false
}

// isTool tells whether t is something that the builder works with, not a shape of data: *flow.Ctx, *flow.Tail[T], …
// Such types have fields that nobody else may see.
func isTool(t types.Type) bool {
	t = types.Unalias(t)
	if p, ok := t.(*types.Pointer); ok {
		t = types.Unalias(p.Elem())
	}
	n, ok := t.(*types.Named)
	if !ok || !ofBuilder(n.Obj()) {
		return false
	}
	s, ok := n.Underlying().(*types.Struct)
	if !ok {
		return false
	}
	for i := range s.NumFields() {
		if f := s.Field(i); !f.Exported() {
			return true
		}
	}
	return false
}
