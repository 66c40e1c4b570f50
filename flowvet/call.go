package flowvet

import (
	"go/ast"
	"go/types"
	"slices"

	"golang.org/x/tools/go/types/typeutil"
)

// call works out a call and gives its results.
func (in *interp) call(e *ast.CallExpr) []*value { return in.hold(in.callAny(e)) }

func (in *interp) callAny(e *ast.CallExpr) []*value {
	f := in.frame()
	before := f.at
	f.at = e
	defer func() { f.at = before }()
	fun := ast.Unparen(e.Fun)
	tv := in.info.Types[fun]
	switch {
	case tv.IsType():
		return []*value{in.convert(e, tv.Type)}
	case tv.IsBuiltin():
		return []*value{in.builtin(e, fun)}
	}
	sig, ok := signatureOf(tv.Type)
	if !ok {
		for _, a := range e.Args {
			in.eval(a)
		}
		return nil
	}
	if fn, ok := typeutil.Callee(in.info, e).(*types.Func); ok {
		recv := in.calledOn(fun)
		return in.static(fn.Origin(), recv, sig, e)
	}
	v := in.eval(fun)
	return in.apply(v, in.packed(e, sig, in.flat(e)), e, in.frame().building)
}

func signatureOf(t types.Type) (*types.Signature, bool) {
	if t == nil {
		return nil, false
	}
	sig, ok := t.Underlying().(*types.Signature)
	return sig, ok
}

// calledOn is the receiver of a call of a method.
func (in *interp) calledOn(fun ast.Expr) *value {
	if sel, ok := fun.(*ast.SelectorExpr); ok {
		if s := in.info.Selections[sel]; s != nil && s.Kind() == types.MethodVal {
			return in.receiver(sel, s)
		}
	}
	return clean
}

// flat are the arguments of a call, one by one.
func (in *interp) flat(e *ast.CallExpr) []*value {
	if len(e.Args) == 1 {
		if t, ok := in.info.TypeOf(e.Args[0]).(*types.Tuple); ok { // f(g())
			out := make([]*value, t.Len())
			in.several(e.Args[0], out)
			return out
		}
	}
	out := make([]*value, len(e.Args))
	for i, a := range e.Args {
		out[i] = in.eval(a)
	}
	return out
}

// packed puts the last arguments of a variadic function into a slice.
func (in *interp) packed(e *ast.CallExpr, sig *types.Signature, args []*value) []*value {
	n := sig.Params().Len()
	if !sig.Variadic() || e.Ellipsis.IsValid() || n == 0 || len(args) < n-1 {
		return args
	}
	rest := nowhere
	for _, a := range args[n-1:] {
		rest = join(rest, a)
	}
	out := append([]*value{}, args[:n-1]...)
	if rest.isClean() {
		return append(out, clean)
	}
	t := sig.Params().At(n - 1).Type()
	return append(out, in.made(e, t, &value{agg: &aggregate{typ: t, fields: map[string]*value{elements: rest}}}))
}

// static is a call of a function or method that is known by its name.
func (in *interp) static(fn *types.Func, recv *value, sig *types.Signature, e *ast.CallExpr) []*value {
	if ofBuilder(fn) || in.strangeBuilder(fn) {
		return in.builder(fn, recv, sig, e)
	}
	args := in.flat(e)
	in.impureCall(fn, e)
	if in.methodExpr(e) && len(args) > 0 {
		recv, args = args[0], args[1:]
		sig = fn.Signature()
	}
	return in.invoke(fn, recv, in.packed(e, sig, args), e, in.frame().building)
}

// methodExpr tells whether a call is T.Method(x, …).
func (in *interp) methodExpr(e *ast.CallExpr) bool {
	sel, ok := ast.Unparen(e.Fun).(*ast.SelectorExpr)
	s := in.info.Selections[sel]
	return ok && s != nil && s.Kind() == types.MethodExpr
}

// invoke calls a named function.
func (in *interp) invoke(fn *types.Func, recv *value, args []*value, at ast.Node, building bool) []*value {
	if r := fn.Signature().Recv(); r != nil {
		if types.IsInterface(r.Type()) {
			return in.dynamic(fn, recv, args, at, building)
		}
		args = append([]*value{recv}, args...)
	}
	if fd := in.decls[fn]; fd != nil {
		if in.inFlow[fd] {
			return in.inline(fn, fd, args, at, building)
		}
		if s := in.summarize(fn); !s.opaque {
			return in.applySummary(s, fn, args, at, building)
		}
		return in.inline(fn, fd, args, at, building)
	}
	if ofBuilder(fn) {
		return in.given(fn, fn.Signature(), args)
	}
	if building || matters(args) {
		if s, ok := in.fact(fn); ok {
			return in.applySummary(s, fn, args, at, building)
		}
	}
	return in.stranger(fn, args, at)
}

// matters tells whether arguments lead to anything but functions.
func matters(args []*value) bool {
	return slices.ContainsFunc(args, func(v *value) bool {
		return v != nil && (v.agg != nil || slices.ContainsFunc(v.atoms, func(a atom) bool { return a.kind != callable }))
	})
}

// inline runs a function of this package.
func (in *interp) inline(fn *types.Func, fd *ast.FuncDecl, args []*value, at ast.Node, building bool) []*value {
	if in.running(fd) > 1 || len(in.stack) > maxDepth || in.st == nil || in.tired() {
		return in.unknown(fn.Signature())
	}
	k := in.memoKey(fn, args, building)
	if m := in.root.memo[k.String()]; !k.unknown && m != nil {
		for c, v := range m.memory {
			if _, ok := in.st[c]; !ok {
				in.st[c] = v
			}
		}
		return m.results
	}
	f := in.enter(at, fd)
	f.sig, f.name = fn.Signature(), fn.Name()
	f.inFlow = in.inFlow[fd]
	f.building = building || takesFlow(f.sig) >= 0
	in.run(f, paramsOf(f.sig), args, fd.Body)
	out := in.resultsOf(f)
	in.remember(k, out)
	return out
}

func paramsOf(sig *types.Signature) []*types.Var {
	var out []*types.Var
	if r := sig.Recv(); r != nil {
		out = append(out, r)
	}
	for v := range sig.Params().Variables() {
		out = append(out, v)
	}
	return out
}

// run runs a function's body.
func (in *interp) run(f *frame, params []*types.Var, args []*value, body *ast.BlockStmt) {
	in.stack = append(in.stack, f)
	defer func() { in.stack = in.stack[:len(in.stack)-1] }()
	for i, p := range params {
		v := clean
		if i < len(args) {
			v = args[i].handedOver()
		}
		in.bind(p, v)
	}
	f.named, f.exit, f.held = nil, nil, nil
	for r := range f.sig.Results().Variables() {
		if r.Name() != "" {
			f.named = append(f.named, r)
			in.bind(r, clean)
		}
	}
	if body == nil || in.st == nil {
		return
	}
	start := in.fork(in.st)
	in.block(body.List)
	if f.labels != nil { // once more, with what goto brings
		in.st = joined(in.st, start)
		in.block(body.List)
	}
	in.st = joined(in.st, f.exit)
}

// resultsOf is what a function gave.
func (in *interp) resultsOf(f *frame) []*value {
	if f.results == nil {
		out := make([]*value, f.sig.Results().Len())
		for i := range out {
			out[i] = nowhere
		}
		return out
	}
	return f.results
}

// unknown is what a function gives that is not followed.
func (in *interp) unknown(sig *types.Signature) []*value { return make([]*value, sig.Results().Len()) }
