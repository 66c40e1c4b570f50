package flowvet

import (
	"fmt"
	"go/ast"
	"go/types"
)

// apply calls a function value. args are given for each parameter.
func (in *interp) apply(v *value, args []*value, at ast.Node, building bool) []*value {
	var out []*value
	add := func(more []*value) {
		for i, x := range more {
			if i < len(out) {
				out[i] = join(out[i], x)
			} else {
				out = append(out, x)
			}
		}
	}
	for _, a := range v.all() {
		switch a.kind {
		case callable:
			add(in.applyOne(a.fn, args, at, building))
		case outside:
			add(in.applyOutside(a, args, at))
		}
	}
	return out
}

func (in *interp) applyOne(fn *function, args []*value, at ast.Node, building bool) []*value {
	switch {
	case fn.each != nil:
		for i, v := range args {
			if i < len(*fn.each) {
				(*fn.each)[i] = join((*fn.each)[i], v)
			}
		}
		return []*value{clean}
	case fn.lit != nil:
		return in.runLiteral(fn, args, at, building)
	case fn.obj == nil:
		return nil
	case fn.bound || fn.obj.Signature().Recv() == nil:
		return in.invoke(fn.obj.Origin(), fn.recv, args, at, building)
	case len(args) > 0: // a method expression
		return in.invoke(fn.obj.Origin(), args[0], args[1:], at, building)
	}
	return nil
}

// applyOutside calls a function that a parameter leads to: what it does is known where the parameter is.
func (in *interp) applyOutside(a atom, args []*value, at ast.Node) []*value {
	n := in.effect(effect{Kind: calls, Param: a.param, Path: a.path, args: args}, at)
	if n < 0 {
		return nil
	}
	results := 1
	if e, ok := at.(*ast.CallExpr); ok {
		if t, ok := in.info.TypeOf(e).(*types.Tuple); ok {
			results = t.Len()
		}
	}
	out := make([]*value, results)
	for i := range out {
		out[i] = one(a.step(fmt.Sprintf("(%d,%d", n, i)))
	}
	return out
}

func (in *interp) runLiteral(fn *function, args []*value, at ast.Node, building bool) []*value {
	fn.ran = true
	sig, ok := signatureOf(in.info.TypeOf(fn.lit))
	if !ok {
		return nil
	}
	if in.running(fn.lit) > 1 || len(in.stack) > maxDepth || in.st == nil || in.tired() {
		return in.unknown(sig)
	}
	f := in.enter(at, fn.lit)
	f.up, f.sig, f.name = fn.frame, sig, fn.frame.name
	f.inFlow = fn.frame.inFlow || in.frame().inFlow || takesFlow(sig) >= 0
	f.building = building || takesFlow(sig) >= 0
	in.run(f, paramsOf(sig), args, fn.lit.Body)
	return in.resultsOf(f)
}

// byBuilder calls what is handed to the builder, as the builder does.
func (in *interp) byBuilder(v *value, t types.Type, at ast.Node) {
	for _, a := range v.all() {
		var sig *types.Signature
		switch {
		case a.kind == callable && a.fn.lit != nil:
			sig, _ = signatureOf(in.info.TypeOf(a.fn.lit))
		case a.kind == callable && a.fn.obj != nil && ofBuilder(a.fn.obj):
			if a.fn.bound && a.fn.obj.Name() == "Go" {
				in.jump(a.fn.recv, at)
			}
		case a.kind == callable && a.fn.obj != nil:
			sig, _ = signatureOf(in.info.TypeOf(a.fn.typed))
		case a.kind == outside:
			sig, _ = signatureOf(t)
		}
		if sig == nil || isHandler(sig) {
			continue
		}
		in.inScope(sig, a, func(args []*value) { in.apply(one(a), args, at, true) })
	}
}

// inScope calls what the builder calls: in a scope of its own, if the function takes a flow.
func (in *interp) inScope(sig *types.Signature, a atom, call func([]*value)) {
	outer := in.scope
	defer func() { in.scope = outer }()
	if takesFlow(sig) >= 0 {
		s := &scope{outer: outer, depth: len(in.stack)}
		if a.kind == callable {
			s.lit = a.fn.lit
		}
		in.scope = in.frame().scopeOf(s, a)
	}
	args := make([]*value, sig.Params().Len())
	for i := range args {
		t := sig.Params().At(i).Type()
		switch {
		case isFlow(t):
			args[i] = one(atom{kind: handle, scope: in.scope})
		case isPointer(t) && !isTool(t):
			args[i] = fromFlow
		}
	}
	call(args)
}

// scopeOf gives the same scope to the same function each time.
func (f *frame) scopeOf(s *scope, a atom) *scope {
	k := scopeKey{a, f.at}
	if f.scopes == nil {
		f.scopes = map[scopeKey]*scope{}
	}
	if old := f.scopes[k]; old != nil {
		return old
	}
	f.scopes[k] = s
	return s
}

type scopeKey struct {
	a  atom
	at ast.Node
}

// dynamic calls a method through an interface.
func (in *interp) dynamic(fn *types.Func, recv *value, args []*value, at ast.Node, building bool) []*value {
	sig := fn.Signature()
	if ofBuilder(fn) {
		return in.given(fn, sig, args)
	}
	var out []*value
	for _, a := range recv.all() {
		switch a.kind {
		case shadowed, outside:
			if takesFlow(sig) < 0 {
				in.handed(one(a), at, "the method "+fn.Name())
			}
		case own:
			out = in.method(types.NewPointer(a.cell.typ), one(a), fn, args, at, building, out)
		}
	}
	if recv != nil && recv.agg != nil {
		out = in.method(recv.agg.typ, recv, fn, args, at, building, out)
	}
	if out == nil {
		out = in.unknown(sig)
	}
	return out
}

// method calls the method of a type that fn stands for in an interface.
func (in *interp) method(t types.Type, recv *value, fn *types.Func, args []*value, at ast.Node, building bool, out []*value) []*value {
	if t == nil {
		return out
	}
	o, _, _ := types.LookupFieldOrMethod(t, true, fn.Pkg(), fn.Name())
	m, ok := o.(*types.Func)
	if !ok || m.Signature().Recv() == nil || types.IsInterface(m.Signature().Recv().Type()) {
		return out
	}
	if !isPointer(m.Signature().Recv().Type()) && recv.agg == nil {
		recv = in.peek(place{recv, false})
	}
	more := in.invoke(m.Origin(), recv, args, at, building)
	for i, v := range more {
		if i < len(out) {
			out[i] = join(out[i], v)
		} else {
			out = append(out, v)
		}
	}
	return out
}
