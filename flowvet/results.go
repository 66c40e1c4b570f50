package flowvet

import (
	"fmt"
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/types/typeutil"
)

// dropped finds results of the builder's functions that are thrown away and are all that the functions do: values,
// conditions, options, tails, and choices that are never finished.
func dropped(pass *analysis.Pass, r *report) {
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ExprStmt:
				if call, ok := ast.Unparen(n.X).(*ast.CallExpr); ok {
					droppedCall(pass, r, n, call)
				}
			case *ast.CallExpr:
				unasked(pass, r, n)
			}
			return true
		})
	}
}

// unasked finds an Otherwise right after Choice or Choose.
func unasked(pass *analysis.Pass, r *report, call *ast.CallExpr) {
	sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
	if !ok || sel.Sel.Name != "Otherwise" || !ofBuilder(pass.TypesInfo.Uses[sel.Sel]) {
		return
	}
	if begin, ok := ast.Unparen(sel.X).(*ast.CallExpr); ok {
		if fn, ok := typeutil.Callee(pass.TypesInfo, begin).(*types.Func); ok && ofBuilder(fn) && fn.Signature().Recv() == nil {
			r.add(&finding{pos: begin.Pos(), end: begin.End(), code: "no-rules", message: in(pass, begin) + "the Choice asks nothing", hint: "add a When, or leave it out"})
		}
	}
}

func droppedCall(pass *analysis.Pass, r *report, s *ast.ExprStmt, call *ast.CallExpr) {
	fn, ok := typeutil.Callee(pass.TypesInfo, call).(*types.Func)
	if !ok || !ofBuilder(fn) || fn.Signature().Results().Len() == 0 {
		return
	}
	f := &finding{pos: call.Pos(), end: call.End()}
	result := fn.Signature().Results().At(0).Type()
	name := "flow." + fn.Name()
	if fn.Pkg().Path() != builderPath {
		name = fn.Pkg().Name() + "." + fn.Name()
	}
	switch {
	case isNamed(result, "Chooser") && goesOn(pass, call):
		return
	case isNamed(result, "Chooser"):
		f.code, f.message, f.hint = "unfinished-choice", "this Choose has no Otherwise, so it gives no value", "end the chain with Otherwise: only that gives the value; or write it with flow.Choice"
	case fn.Name() == "Choice" && isNamed(result, "Choices"):
		f.code, f.message, f.hint = "no-rules", "the Choice asks nothing", "add a When, or leave it out"
		f.message = in(pass, call) + f.message
	case fn.Name() == "Parallel" && isNamed(result, "Branches"):
		f.code, f.message, f.hint = "no-branches", "the Parallel has no branches", "add some with flow.Branch"
		f.message = in(pass, call) + f.message
	case isNamed(result, "Tail"):
		f.code, f.message, f.hint = "unreachable-state", "nothing leads to the tail"+named(pass, call), "end in it with Go, or remove it"
	case isNamed(result, "Choices") || fn.Name() == "Fill":
		return
	case fn.Signature().Recv() != nil:
		if !isOption(result) && fn.Name() != "Ref" && fn.Name() != "Arn" {
			return
		}
		f = unused(f, s, name, result)
	case isStep(fn) && !keeps(fn), onTool(fn):
		return
	default:
		f = unused(f, s, name, result)
	}
	r.add(f)
}

// goesOn tells whether a chain begins with a variable that is used for more than adding arms.
func goesOn(pass *analysis.Pass, call *ast.CallExpr) bool {
	for {
		sel, ok := ast.Unparen(call.Fun).(*ast.SelectorExpr)
		if !ok {
			return false
		}
		switch x := ast.Unparen(sel.X).(type) {
		case *ast.CallExpr:
			call = x
		case *ast.Ident:
			v, ok := pass.TypesInfo.Uses[x].(*types.Var)
			return ok && usedOtherwise(pass, v)
		default:
			return pass.TypesInfo.Selections[sel] != nil // a field, an element: somebody else may go on
		}
	}
}

// usedOtherwise tells whether a variable is used for anything but calling its When.
func usedOtherwise(pass *analysis.Pass, v *types.Var) bool {
	uses, arms := 0, 0
	for _, o := range pass.TypesInfo.Uses {
		if o == v {
			uses++
		}
	}
	for _, file := range pass.Files {
		ast.Inspect(file, func(n ast.Node) bool {
			if sel, ok := n.(*ast.SelectorExpr); ok && sel.Sel.Name == "When" {
				if id, ok := ast.Unparen(sel.X).(*ast.Ident); ok && pass.TypesInfo.Uses[id] == v {
					arms++
				}
			}
			return true
		})
	}
	return uses > arms
}

// onTool tells whether a function goes on with what another one began, as Branch does.
func onTool(fn *types.Func) bool {
	p := fn.Signature().Params()
	return p.Len() > 0 && isTool(p.At(0).Type()) && !isFlow(p.At(0).Type())
}

// keeps tells whether a step only keeps a value for later.
func keeps(fn *types.Func) bool {
	switch fn.Name() {
	case "Let", "Var", "UUID", "Random", "Now":
		return fn.Pkg().Path() == builderPath
	}
	return false
}

func unused(f *finding, s *ast.ExprStmt, name string, result types.Type) *finding {
	f.code, f.warning = "unused-result", true
	f.message = fmt.Sprintf("what %s gives is not used, and it does nothing else", name)
	switch {
	case isNamed(result, "Condition"):
		f.hint = "ask the condition in flow.Choice, flow.If or flow.Filter"
	case isOption(result):
		f.hint = "hand the option to the step it is for"
	default:
		f.hint = "use it, or remove it"
	}
	f.fixes = []analysis.SuggestedFix{{Message: "Remove it", TextEdits: []analysis.TextEdit{{Pos: s.Pos(), End: s.End()}}}}
	return f
}

func isOption(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && ofBuilder(n.Obj()) && strings.HasSuffix(n.Obj().Name(), "Option")
}

// named is the step's name in a call, if it is a constant.
func named(pass *analysis.Pass, call *ast.CallExpr) string {
	if len(call.Args) > 1 {
		if v := pass.TypesInfo.Types[call.Args[1]].Value; v != nil {
			return " " + v.ExactString()
		}
	}
	return ""
}

// in begins a message about a state.
func in(pass *analysis.Pass, call *ast.CallExpr) string {
	if name := named(pass, call); name != "" {
		return "state" + name + ": "
	}
	return ""
}
