package flowvet

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// strangeBuilder tells whether a function of somebody else writes workflows as the builder's do, and nothing more is
// known of it.
func (in *interp) strangeBuilder(fn *types.Func) bool {
	if in.decls[fn] != nil || takesFlow(fn.Signature()) < 0 {
		return false
	}
	if r := fn.Signature().Recv(); r != nil && types.IsInterface(r.Type()) {
		return false
	}
	_, known := in.fact(fn)
	return !known
}

// builder is a call of the builder.
func (in *interp) builder(fn *types.Func, recv *value, sig *types.Signature, e *ast.CallExpr) []*value {
	args := in.flat(e)
	in.checkTool(fn, recv, args, e)
	if isStep(fn) && len(args) > 0 {
		in.checkFlow(e, args[0])
	}
	if declares(fn) && len(args) > 1 {
		in.declared(args[1], e)
		return in.unknown(sig)
	}
	for i, v := range args {
		if t := paramType(sig, i, e.Ellipsis.IsValid()); t != nil {
			in.take(fn, v, t, e, i)
		}
	}
	if isBuilders(fn, "Rescue") && len(args) > 1 {
		in.rescue(e, args[1])
	}
	return in.given(fn, sig, args)
}

func isBuilders(fn *types.Func, name string) bool {
	return fn.Name() == name && fn.Pkg() != nil && fn.Pkg().Path() == builderPath && fn.Signature().Recv() == nil
}

// declares tells whether a function declares a workflow.
func declares(fn *types.Func) bool { return isBuilders(fn, "Standard") || isBuilders(fn, "Express") }

// declared runs the function of a workflow, as the build does.
func (in *interp) declared(body *value, e *ast.CallExpr) {
	outer := in.scope
	in.scope = nil
	in.byBuilder(body, in.info.TypeOf(argument(e, 1)), e)
	in.scope = outer
}

// paramType is the type of the parameter that the argument i is for.
func paramType(sig *types.Signature, i int, spread bool) types.Type {
	n := sig.Params().Len()
	if sig.Variadic() && i >= n-1 {
		t := sig.Params().At(n - 1).Type()
		if s, ok := t.Underlying().(*types.Slice); ok && !spread {
			return s.Elem()
		}
		return t
	}
	if i < n {
		return sig.Params().At(i).Type()
	}
	return nil
}

// argument is how an argument is spelled; of f(g()) it is the call.
func argument(e *ast.CallExpr, i int) ast.Expr {
	if i < len(e.Args) {
		return e.Args[i]
	}
	return e
}

// take does what the builder does with an argument.
func (in *interp) take(fn *types.Func, v *value, t types.Type, e *ast.CallExpr, i int) {
	sig, ok := signatureOf(t)
	if !ok {
		return
	}
	x := argument(e, i)
	if isHandler(sig) {
		in.handler(v, x, x, in.stepName(e))
		return
	}
	in.byBuilder(v, t, x)
}

// stepName is the name of the step that a call records, if it is a constant.
func (in *interp) stepName(e *ast.CallExpr) string {
	return strings.TrimSpace(named(in.pass, e))
}

// given is what a function of the builder gives.
func (in *interp) given(fn *types.Func, sig *types.Signature, args []*value) []*value {
	out := in.unknown(sig)
	if isBuilders(fn, "Fill") && len(args) > 1 && len(out) > 0 {
		out[0] = args[1]
		return out
	}
	values := givesValues(fn) || takesFlow(fn.Signature()) >= 0
	for i := range out {
		t := sig.Results().At(i).Type()
		switch {
		case isFlow(t), isPointer(t) && isTool(t): // what is made with a flow belongs to its scope
			if n := takesFlow(fn.Signature()); n >= 0 && n < len(args) {
				out[i] = args[n]
			}
		case !values || !isPointer(t) || isTool(t):
		case isStep(fn) && !keeps(fn):
			out[i] = fromStep
		default:
			out[i] = fromFlow
		}
	}
	return out
}

// checkFlow finds a step that is written with the flow of an outer function.
func (in *interp) checkFlow(e *ast.CallExpr, f *value) {
	if !in.outer(f) {
		return
	}
	s := in.scope
	x := finding{code: "outer-flow", message: "it is written with the flow of an outer function while a function with a flow of its own is being written", hint: "use the inner f"}
	if name := in.stepName(e); name != "" {
		x.message = "state " + name + ": " + x.message
	}
	top := len(in.stack) - 1
	if s.depth < top && in.stack[s.depth].at != nil { // a function was called with it
		in.foundFrom(in.stack[s.depth].at, x, "", in.stack[s.depth+1].name, in.position(e.Pos()))
		return
	}
	arg := argument(e, 0)
	x.pos, x.end = arg.Pos(), arg.End()
	x.fixes = in.innerFlow(arg, s)
	in.report.add(&x)
}

// checkTool finds what goes on, in a function with a flow of its own, with what was begun outside.
func (in *interp) checkTool(fn *types.Func, recv *value, args []*value, e *ast.CallExpr) {
	switch {
	case fn.Signature().Recv() != nil && (fn.Name() == "Go" || fn.Name() == "Guard"):
		in.jump(recv, e)
	case fn.Signature().Recv() != nil && fn.Name() == "Undo" && in.outer(recv):
		in.foundWith(e, finding{code: "outer-flow", message: "an Undo of an outer saga is written while a function with a flow of its own is being written", hint: "undo a block as a whole, below it; or make a saga inside"})
	case isBuilders(fn, "Branch") && len(args) > 0 && in.outer(args[0]):
		in.foundWith(e, finding{code: "outer-flow", message: "a branch is added while another one is being written", hint: "add branches outside of each other"})
	}
}

// jump finds a way out of a branch or an iteration into a tail of the function around.
func (in *interp) jump(tail *value, e ast.Node) {
	if in.outer(tail) {
		in.foundWith(e, finding{code: "jump-out", message: "a branch cannot jump out to a tail of the function around it", hint: "let it fail, and catch that outside; or return what happened, and ask for it after the block"})
	}
}

// outer tells whether a flow, or what was made with one, surely belongs to another scope than the one being written.
func (in *interp) outer(v *value) bool {
	if in.scope == nil || v == nil || v.other || len(v.atoms) == 0 {
		return false
	}
	for _, a := range v.atoms {
		if a.kind != handle || a.scope == nil || a.scope == in.scope {
			return false
		}
	}
	return true
}

// innerFlow is the fix that uses the flow of the function around.
func (in *interp) innerFlow(arg ast.Expr, s *scope) []analysis.SuggestedFix {
	id, ok := ast.Unparen(arg).(*ast.Ident)
	if s.lit == nil || !ok {
		return nil
	}
	for _, field := range s.lit.Type.Params.List {
		if !isFlow(in.info.TypeOf(field.Type)) {
			continue
		}
		switch {
		case len(field.Names) == 1 && field.Names[0].Name != "_":
			return replace("Use the inner flow", id, field.Names[0].Name)
		case len(field.Names) == 1:
			return replace("Name the inner flow", field.Names[0], id.Name)
		case len(field.Names) == 0 && len(s.lit.Type.Params.List) == 1:
			return []analysis.SuggestedFix{{Message: "Name the inner flow", TextEdits: []analysis.TextEdit{{Pos: field.Type.Pos(), End: field.Type.Pos(), NewText: []byte(id.Name + " ")}}}}
		}
	}
	return nil
}

func replace(message string, n ast.Node, by string) []analysis.SuggestedFix {
	return []analysis.SuggestedFix{{Message: message, TextEdits: []analysis.TextEdit{{Pos: n.Pos(), End: n.End(), NewText: []byte(by)}}}}
}

// rescue finds a Rescue of what is no result of a step.
func (in *interp) rescue(e *ast.CallExpr, v *value) {
	if v == nil || v.other || len(v.atoms) == 0 {
		return
	}
	for _, a := range v.atoms {
		if a.kind != shadowed && a.kind != own || a.whole {
			return
		}
	}
	in.found(argument(e, 1), finding{code: "rescue-target", message: "Rescue needs the whole result of a step just written", hint: "write it right below the step"}, "")
}

// handler finds handlers without a name of their own.
func (in *interp) handler(v *value, x ast.Expr, at ast.Node, step string) {
	if x != nil && in.info.Types[x].IsNil() {
		in.found(at, finding{code: "handler-name", message: "the handler of " + orStep(step) + " is nil", hint: "name a top-level function"}, "")
		return
	}
	for _, a := range v.all() {
		switch a.kind {
		case outside:
			in.effect(effect{Kind: handles, Param: a.param, Path: a.path}, at)
		case callable:
			in.handlerIs(a.fn, x, at, step)
		}
	}
}

func orStep(name string) string {
	if name == "" {
		return "a step"
	}
	return name
}

func (in *interp) handlerIs(h *function, x ast.Expr, at ast.Node, step string) {
	text, why := "this function", ""
	switch {
	case h.lit != nil:
		why = "a closure"
	case h.obj == nil:
		return
	case h.bound:
		why = "a method value"
	case h.obj.Signature().Recv() != nil:
		why = "a method"
	case h.obj.Origin().Signature().TypeParams().Len() > 0:
		why = "an instance of a generic function"
	}
	if h.lit == nil && h.typed != nil {
		text = in.text(h.typed)
	} else if x != nil && ast.Unparen(x) != h.typed {
		text = in.text(x)
	}
	f := finding{code: "handler-name", message: fmt.Sprintf("%s is %s: a handler has a name of its own", text, why), hint: "write a top-level func(context.Context, In) (Out, error) that calls it"}
	if why == "" {
		name := h.obj.Name()
		if goodName(name) {
			return
		}
		f = finding{code: "resource-name", message: fmt.Sprintf("%q cannot be the name of a handler in a document", name), hint: "CloudFormation takes letters and digits only"}
	} else if x != nil && ast.Unparen(x) == h.typed {
		f.fixes = in.topLevel(h, x, step)
	}
	in.foundWith(at, f)
}

// foundWith is found for what has fixes of its own.
func (in *interp) foundWith(e ast.Node, f finding) {
	fixes := f.fixes
	f.pos, f.end, f.fixes = e.Pos(), e.End(), fixes
	if in.frame().inFlow {
		in.report.add(&f)
		return
	}
	in.found(e, f, "")
}

func goodName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r > 'z' || r < '0' || r > '9' && r < 'A' || r > 'Z' && r < 'a'
	})
}
