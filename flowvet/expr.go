package flowvet

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
)

// eval works an expression out as a value.
func (in *interp) eval(e ast.Expr) *value {
	in.work++
	v := in.evalAny(e)
	if v != nil && !carries(in.info.TypeOf(e)) {
		return clean
	}
	return v
}

func (in *interp) evalAny(e ast.Expr) *value {
	switch e := e.(type) {
	case *ast.Ident:
		return in.name(e, e)
	case *ast.ParenExpr:
		return in.eval(e.X)
	case *ast.FuncLit:
		return one(atom{kind: callable, fn: in.literal(e)})
	case *ast.CompositeLit:
		return in.composite(e, in.info.TypeOf(e))
	case *ast.SelectorExpr:
		return in.selector(e)
	case *ast.IndexExpr, *ast.IndexListExpr:
		return in.index(e)
	case *ast.SliceExpr:
		for _, x := range []ast.Expr{e.Low, e.High, e.Max} {
			if x != nil {
				in.eval(x)
			}
		}
		return in.sliced(e.X)
	case *ast.StarExpr:
		return in.load(in.placeOf(e), in.info.TypeOf(e), e)
	case *ast.TypeAssertExpr:
		return in.eval(e.X)
	case *ast.UnaryExpr:
		return in.unary(e)
	case *ast.BinaryExpr:
		return in.binary(e)
	case *ast.CallExpr:
		if all := in.call(e); len(all) > 0 {
			return all[0]
		}
	}
	return clean
}

// name is a name's value; e is what it stands in, for functions.
func (in *interp) name(id *ast.Ident, e ast.Expr) *value {
	switch o := in.info.ObjectOf(id).(type) {
	case *types.Var:
		if !carries(o.Type()) {
			return clean
		}
		if c := in.cellOf(o); c != nil {
			return in.held(c, "")
		}
	case *types.Func:
		return one(atom{kind: callable, fn: in.function(o, e)})
	}
	return clean
}

// function is a named function as a value.
func (in *interp) function(o *types.Func, e ast.Expr) *function {
	f := in.frame()
	fn := f.bound[e]
	if fn == nil {
		if f.bound == nil {
			f.bound = map[ast.Expr]*function{}
		}
		fn = &function{obj: o, typed: e}
		f.bound[e] = fn
	}
	return fn
}

func (in *interp) literal(e *ast.FuncLit) *function {
	f := in.frame()
	fn := f.lits[e]
	if fn == nil {
		if f.lits == nil {
			f.lits = map[*ast.FuncLit]*function{}
		}
		fn = &function{lit: e, frame: f, typed: e}
		f.lits[e] = fn
		in.root.lits = append(in.root.lits, fn)
	}
	return fn
}

func (in *interp) selector(e *ast.SelectorExpr) *value {
	s := in.info.Selections[e]
	if s == nil {
		return in.name(e.Sel, e)
	}
	switch s.Kind() {
	case types.FieldVal:
		return in.load(in.placeOf(e), in.info.TypeOf(e), e)
	case types.MethodVal:
		fn := in.function(s.Obj().(*types.Func), e)
		fn.bound, fn.recv = true, join(fn.recv.orNowhere(), in.receiver(e, s))
		return one(atom{kind: callable, fn: fn})
	}
	return one(atom{kind: callable, fn: in.function(s.Obj().(*types.Func), e)})
}

// receiver is what a method gets. A method that takes its receiver by value reads it.
func (in *interp) receiver(e *ast.SelectorExpr, s *types.Selection) *value {
	fn := s.Obj().(*types.Func)
	p, t := in.selected(e.X, s.Index()[:len(s.Index())-1])
	recv := fn.Signature().Recv()
	if recv == nil || types.IsInterface(recv.Type()) {
		return in.load(p, t, e.X)
	}
	_, byPointer := types.Unalias(recv.Type()).(*types.Pointer)
	switch {
	case !byPointer:
		return in.load(p, t, e.X)
	case p.byValue: // its address is taken of a variable that has none in our memory
		return in.made(e, t, p.v)
	}
	return p.v
}

// selected goes from x along embedded fields, and gives the place of the last and its type. Pointers on the way are
// followed, and one at the end is.
func (in *interp) selected(x ast.Expr, index []int) (place, types.Type) {
	t := in.info.TypeOf(x)
	p := place{}
	if isPointer(t) {
		p, t = place{in.eval(x), false}, pointed(t)
	} else {
		p = in.placeOf(x)
	}
	for _, i := range index {
		s, ok := structOf(t)
		if !ok || i >= s.NumFields() {
			return place{}, t
		}
		f := s.Field(i)
		p, t = p.field(f.Name()), f.Type()
		if isPointer(t) {
			p, t = place{in.load(p, t, x), false}, pointed(t)
		}
	}
	return p, t
}

func structOf(t types.Type) (*types.Struct, bool) {
	if t == nil {
		return nil, false
	}
	s, ok := t.Underlying().(*types.Struct)
	return s, ok
}

func pointed(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return p.Elem()
	}
	return t
}

// placeOf is where the value of an expression is kept.
func (in *interp) placeOf(e ast.Expr) place {
	switch e := e.(type) {
	case *ast.ParenExpr:
		return in.placeOf(e.X)
	case *ast.Ident:
		if v, ok := in.info.ObjectOf(e).(*types.Var); ok {
			if c := in.cellOf(v); c != nil {
				return place{one(atom{kind: own, cell: c}), false}
			}
			return place{}
		}
	case *ast.StarExpr:
		return place{in.eval(e.X), false}
	case *ast.SelectorExpr:
		if s := in.info.Selections[e]; s != nil && s.Kind() == types.FieldVal {
			p, _ := in.selected(e.X, s.Index()[:len(s.Index())-1])
			return p.field(s.Obj().Name())
		}
		if _, ok := in.info.Uses[e.Sel].(*types.Var); ok {
			return place{}
		}
	case *ast.IndexExpr:
		if p, ok := in.element(e); ok {
			return p
		}
	}
	return place{in.eval(e), true}
}

// element is the place of an element of an array, a slice or a map.
func (in *interp) element(e *ast.IndexExpr) (place, bool) {
	t := in.info.TypeOf(e.X)
	if t == nil {
		return place{}, false
	}
	in.eval(e.Index)
	switch t.Underlying().(type) {
	case *types.Array:
		return in.placeOf(e.X).field(elements), true
	case *types.Pointer:
		return place{in.eval(e.X), false}.field(elements), true
	case *types.Slice:
		return place{in.elementsOf(e), false}, true
	case *types.Map:
		return place{in.sliced(e.X).offset(elements), false}, true
	case *types.Basic:
		in.eval(e.X)
		return place{clean, true}, true
	}
	return place{}, false
}

// elementsOf is the address of an element of a slice. The first element of a list of the workflow can be referred to:
// while the workflow is written, lists have one.
func (in *interp) elementsOf(e *ast.IndexExpr) *value {
	x := in.placeOf(e.X)
	first := in.info.Types[e.Index].Value
	if first != nil && first.Kind() == constant.Int && constant.Sign(first) == 0 {
		return in.peek(x).offset(elements)
	}
	return in.load(x, in.info.TypeOf(e.X), e).offset(elements)
}

// peek is load without reading.
func (in *interp) peek(p place) *value {
	if p.byValue || p.v == nil {
		return p.v
	}
	out := &value{other: p.v.other}
	for _, a := range p.v.atoms {
		switch a.kind {
		case shadowed:
			out = join(out, fromFlow)
		case outside:
			out = join(out, one(a.step("*")))
			if v, ok := in.st[in.beyond(a)]; ok {
				out = join(out, v)
			}
		case own:
			out = join(out, in.held(a.cell, a.path))
		}
	}
	return out
}

// sliced is an array, slice, string or map as something that has elements: addresses of arrays stand for both.
func (in *interp) sliced(x ast.Expr) *value {
	if t := in.info.TypeOf(x); t != nil {
		if _, ok := t.Underlying().(*types.Array); ok {
			p := in.placeOf(x)
			if p.byValue {
				return in.made(x, t, p.v)
			}
			return p.v
		}
	}
	return in.eval(x)
}

// index is x[i] as a value, or an instance of a generic function.
func (in *interp) index(e ast.Expr) *value {
	x, ok := e.(*ast.IndexExpr)
	if !ok {
		return in.instance(e.(*ast.IndexListExpr).X, e)
	}
	if tv, ok := in.info.Types[x.Index]; ok && tv.IsType() {
		return in.instance(x.X, e)
	}
	p, ok := in.element(x)
	if !ok {
		return in.eval(x.X)
	}
	return in.load(p, in.info.TypeOf(e), e)
}

func (in *interp) instance(x, e ast.Expr) *value {
	switch x := ast.Unparen(x).(type) {
	case *ast.Ident:
		return in.name(x, e)
	case *ast.SelectorExpr:
		if in.info.Selections[x] == nil {
			return in.name(x.Sel, e)
		}
	}
	return in.eval(x)
}

func (in *interp) unary(e *ast.UnaryExpr) *value {
	switch e.Op {
	case token.AND:
		return in.address(e.X)
	case token.ARROW:
		ch := in.eval(e.X)
		in.impure(e, "a channel is read")
		return in.load(place{ch.offset(elements), false}, in.info.TypeOf(e), e)
	}
	in.eval(e.X)
	return clean
}

// address is &x.
func (in *interp) address(x ast.Expr) *value {
	if lit, ok := ast.Unparen(x).(*ast.CompositeLit); ok {
		return in.made(addressOf{lit}, in.info.TypeOf(lit), in.composite(lit, in.info.TypeOf(lit)))
	}
	p := in.placeOf(x)
	if p.byValue {
		return in.made(addressOf{x}, in.info.TypeOf(x), p.v)
	}
	return p.v
}

// addressOf tells the memory of &x from that of x.
type addressOf struct{ x ast.Expr }

func (in *interp) binary(e *ast.BinaryExpr) *value {
	x, y := in.eval(e.X), in.eval(e.Y)
	if e.Op == token.EQL || e.Op == token.NEQ {
		in.nilCompared(e, e.X, x, e.Y)
		in.nilCompared(e, e.Y, y, e.X)
	}
	return clean
}

// nilCompared finds an optional value that is compared with nil: it never is while the workflow is written.
func (in *interp) nilCompared(e, x ast.Expr, v *value, with ast.Expr) {
	if !in.info.Types[with].IsNil() || !v.surelyOptional() {
		return
	}
	text := in.text(x)
	in.found(e, finding{
		code: "nil-comparison", message: text + " is never nil while the workflow is being written, whatever it will be when it runs",
		hint: "ask with flow.Exists(" + text + "), in flow.Choice or flow.If, or give another value with flow.OrElse",
	}, text)
}

func (v *value) surelyOptional() bool {
	if v == nil || v.other || len(v.atoms) == 0 || v.agg != nil {
		return false
	}
	for _, a := range v.atoms {
		if a.kind != shadowed || !a.loaded {
			return false
		}
	}
	return true
}

// composite is a literal of a struct, an array, a slice or a map.
func (in *interp) composite(e *ast.CompositeLit, t types.Type) *value {
	if t == nil {
		return clean
	}
	if isPointer(t) { // an element of []*T that leaves out &T
		return in.made(addressOf{e}, pointed(t), in.composite(e, pointed(t)))
	}
	agg := &aggregate{typ: t, fields: map[string]*value{}}
	s, isStruct := structOf(t)
	for i, x := range e.Elts {
		name := elements
		kv, keyed := x.(*ast.KeyValueExpr)
		if keyed {
			x = kv.Value
		}
		switch {
		case isStruct && keyed:
			if id, ok := kv.Key.(*ast.Ident); ok {
				name = id.Name
			}
		case isStruct && i < s.NumFields():
			name = s.Field(i).Name()
		case keyed:
			if k := in.inside(kv.Key, keyType(t)); !k.isClean() {
				agg.fields[keys] = join(agg.fields[keys].orNowhere(), k)
			}
		}
		v := in.inside(x, elemType(t))
		if isStruct {
			if isToolOrCall(t) {
				in.byBuilder(v, in.info.TypeOf(x), x)
			}
			agg.fields[name] = v
		} else if old, ok := agg.fields[name]; ok {
			agg.fields[name] = join(old, v)
		} else {
			agg.fields[name] = v
		}
	}
	holds := &value{agg: agg}
	switch t.Underlying().(type) {
	case *types.Slice, *types.Map:
		return in.made(e, t, holds)
	}
	return holds
}

// inside is an element of a literal, whose type may be left out there.
func (in *interp) inside(x ast.Expr, t types.Type) *value {
	if lit, ok := x.(*ast.CompositeLit); ok && lit.Type == nil && t != nil {
		return in.composite(lit, t)
	}
	return in.eval(x)
}

func elemType(t types.Type) types.Type {
	if t == nil {
		return nil
	}
	switch u := t.Underlying().(type) {
	case *types.Slice:
		return u.Elem()
	case *types.Array:
		return u.Elem()
	case *types.Map:
		return u.Elem()
	}
	return nil
}

func keyType(t types.Type) types.Type {
	if m, ok := t.Underlying().(*types.Map); ok {
		return m.Key()
	}
	return nil
}

// isToolOrCall tells whether functions in a literal of type t are called by the builder.
func isToolOrCall(t types.Type) bool {
	n, ok := types.Unalias(t).(*types.Named)
	return ok && ofBuilder(n.Obj())
}
