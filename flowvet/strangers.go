package flowvet

import (
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// movers are packages whose functions hand values on and read none of them by themselves.
var movers = []string{"cmp", "container/", "context", "errors", "iter", "maps", "slices", "sync", "unique"}

// readersOfTypes are functions that look at a value's type only.
var readersOfTypes = []string{"reflect.TypeOf", "runtime.KeepAlive", "runtime.SetFinalizer"}

// stranger is a call of a function whose source is not known. What takes a pointer, or anything at all, reads it.
func (in *interp) stranger(fn *types.Func, args []*value, at ast.Node) []*value {
	sig := fn.Signature()
	params := paramsOf(sig)
	carried := nowhere
	for i, v := range args {
		if i < len(params) {
			carried = join(carried, in.carried(v))
		}
	}
	if slices.Contains(readersOfTypes, fn.FullName()) {
		return in.unknown(sig)
	}
	mover := fn.Pkg() == nil || slices.ContainsFunc(movers, func(m string) bool {
		return fn.Pkg().Path() == strings.TrimSuffix(m, "/") || strings.HasPrefix(fn.Pkg().Path(), strings.TrimSuffix(m, "/")+"/")
	})
	for i, v := range args {
		if i >= len(params) {
			break
		}
		t := params[i].Type()
		if s, ok := signatureOf(t); ok {
			in.applyStrange(v, s, carried, at)
			continue
		}
		if !mover {
			in.handedTo(fn, v, t, at)
		}
	}
	out := in.unknown(sig)
	if mover && !carried.isClean() {
		for i := range out {
			if r := sig.Results().At(i).Type(); carries(r) {
				out[i] = in.gathered(at, i, r, carried)
			}
		}
	}
	return out
}

// carried is what an argument leads to: itself, and its elements.
func (in *interp) carried(v *value) *value {
	out := v.orNowhere()
	if e := in.peek(place{v.offset(elements), false}); !e.isClean() {
		out = join(out, e)
	}
	return out
}

type gatheredAt struct {
	at ast.Node
	i  int
}

// gathered is something of type t made of v: a list of such things, or one of them.
func (in *interp) gathered(at ast.Node, i int, t types.Type, v *value) *value {
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map, *types.Signature:
		agg := &aggregate{typ: t, fields: map[string]*value{elements: v, keys: v}}
		return join(v, in.made(gatheredAt{at, i}, t, &value{agg: agg}))
	}
	return v.orOther()
}

// applyStrange calls a function that is handed to a stranger, with what else it was handed.
func (in *interp) applyStrange(v *value, sig *types.Signature, carried *value, at ast.Node) {
	args := make([]*value, sig.Params().Len())
	for i := range args {
		if t := sig.Params().At(i).Type(); carries(t) {
			args[i] = carried.withoutFunctions()
		}
	}
	in.apply(v, args, at, in.frame().building)
}

func (v *value) withoutFunctions() *value {
	if !v.has(callable) {
		return v
	}
	return v.without(callable)
}

// handedTo reports what a stranger reads of an argument for a parameter of type t.
func (in *interp) handedTo(fn *types.Func, v *value, t types.Type, at ast.Node) {
	name := fn.Name()
	if fn.Pkg() != nil && fn.Signature().Recv() == nil {
		name = fn.Pkg().Name() + "." + name
	}
	if v.has(shadowed) && !isPointer(t) && !types.IsInterface(t) { // elements of an array of the workflow
		in.handed(v, at, name)
		return
	}
	if s, ok := t.Underlying().(*types.Slice); ok { // variadic, or a list
		t, v = s.Elem(), in.peek(place{v.offset(elements), false})
	}
	switch {
	case isTypeParam(t):
	case types.IsInterface(t):
		in.handed(in.deep(v, 4, map[*cell]bool{}), at, name)
	case isPointer(t):
		in.handed(v, at, name)
	}
}

func isTypeParam(t types.Type) bool {
	_, ok := types.Unalias(t).(*types.TypeParam)
	return ok
}

// deep is v and everything that it leads to.
func (in *interp) deep(v *value, depth int, seen map[*cell]bool) *value {
	if v == nil || depth == 0 {
		return v
	}
	out := v
	for _, a := range v.atoms {
		if a.kind == own && !seen[a.cell] {
			seen[a.cell] = true
			out = join(out, in.deep(in.held(a.cell, a.path), depth-1, seen))
		}
	}
	if v.agg != nil {
		for _, name := range slices.Sorted(maps.Keys(v.agg.fields)) {
			out = join(out, in.deep(v.agg.fields[name], depth-1, seen))
		}
	}
	return out
}

// handed reports values of the workflow that somebody reads who is handed them in the call at.
func (in *interp) handed(v *value, at ast.Node, to string) {
	if v.has(shadowed) {
		e := in.culprit(at)
		text := in.text(e)
		in.found(e, finding{
			code: "value-read", message: text + " is read by " + to + " while the workflow is being written",
			hint: to + " runs now, before there are values: use the values of package flow, such as flow.Text and flow.JSON",
		}, text)
	}
	for _, a := range v.all() {
		if a.kind == outside {
			in.effect(effect{Kind: reads, Param: a.param, Path: a.path}, in.culprit(at))
		}
	}
}

// culprit is the argument of a call that is a value of the workflow, as well as it can be said.
func (in *interp) culprit(at ast.Node) ast.Expr {
	e, ok := at.(*ast.CallExpr)
	if !ok {
		if x, ok := at.(ast.Expr); ok {
			return x
		}
		return nil
	}
	for _, a := range e.Args {
		if v := in.deep(in.quietly(a), 4, map[*cell]bool{}); v.has(shadowed) || v.has(outside) {
			return a
		}
	}
	if sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr); ok && in.info.Selections[sel] != nil {
		return sel.X
	}
	if len(e.Args) == 1 {
		return e.Args[0]
	}
	return e
}

// quietly works out a simple expression once more.
func (in *interp) quietly(e ast.Expr) *value {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		return in.eval(x)
	case *ast.SliceExpr:
		return in.quietPlace(x.X)
	case *ast.UnaryExpr:
		if x.Op == token.AND {
			return in.quietPlace(x.X)
		}
	case *ast.SelectorExpr:
		return in.peek(place{in.quietPlace(x), false})
	}
	return clean
}

func (in *interp) quietPlace(e ast.Expr) *value {
	switch x := ast.Unparen(e).(type) {
	case *ast.Ident:
		if isPointer(in.info.TypeOf(x)) {
			return in.eval(x)
		}
		return in.placeOf(x).v
	case *ast.SelectorExpr:
		if s := in.info.Selections[x]; s != nil && s.Kind() == types.FieldVal {
			v := in.quietPlace(x.X)
			if isPointer(in.info.TypeOf(x.X)) {
				if _, ok := ast.Unparen(x.X).(*ast.Ident); !ok {
					v = in.peek(place{v, false})
				}
			}
			return v.offset(x.Sel.Name)
		}
	}
	return clean
}
