package flowvet

import (
	"fmt"
	"go/ast"
	"go/types"
)

// convert is T(x).
func (in *interp) convert(e *ast.CallExpr, t types.Type) *value {
	if len(e.Args) != 1 {
		return clean
	}
	x := e.Args[0]
	v := in.eval(x)
	if _, ok := signatureOf(t); ok {
		if n, ok := types.Unalias(t).(*types.Named); ok && ofBuilder(n.Obj()) { // flow.Lazy
			in.byBuilder(v, t, e)
		}
		return v
	}
	from := in.info.TypeOf(x)
	if !v.has(shadowed) || from == nil || !isPointer(from) || types.IsInterface(t) {
		return v
	}
	if isPointer(t) && types.Identical(pointed(t), pointed(from)) {
		return v
	}
	text := in.text(x)
	in.found(e, finding{
		code: "unknown-place", message: fmt.Sprintf("%s is converted to %s, and a value of the workflow has no such field: converted pointers cannot be referred to", text, types.ExprString(e.Fun)),
		hint: "point to a field itself, with its own type",
	}, text)
	return v.without(shadowed)
}

func (v *value) without(k kind) *value {
	out := &value{other: true, agg: v.agg}
	for _, a := range v.atoms {
		if a.kind != k {
			out.atoms = append(out.atoms, a)
		}
	}
	return out
}

// builtin is a call of a function of the language.
func (in *interp) builtin(e *ast.CallExpr, fun ast.Expr) *value {
	name := ""
	switch f := fun.(type) {
	case *ast.Ident:
		name = f.Name
	case *ast.SelectorExpr:
		name = f.Sel.Name
	}
	t := in.info.TypeOf(e)
	switch name {
	case "new":
		if len(e.Args) == 1 && !in.info.Types[e.Args[0]].IsType() {
			return in.made(e, pointed(t), in.eval(e.Args[0]))
		}
		return in.made(e, pointed(t), clean)
	case "make":
		for _, a := range e.Args[min(1, len(e.Args)):] {
			in.eval(a)
		}
		return in.made(e, t, &value{agg: &aggregate{typ: t, fields: map[string]*value{}}})
	case "Sizeof", "Alignof", "Offsetof": // the type tells
		return clean
	case "len", "cap":
		if len(e.Args) == 1 && isArray(in.info.TypeOf(e.Args[0])) { // the type tells
			return clean
		}
	case "append":
		return in.appended(e, t)
	case "copy":
		if len(e.Args) == 2 {
			dst, src := in.eval(e.Args[0]), in.eval(e.Args[1])
			in.store(place{dst.offset(elements), false}, in.peek(place{src.offset(elements), false}), e.Args[0])
			return clean
		}
	case "panic":
		for _, a := range e.Args {
			in.eval(a)
		}
		in.st = nil
		return nowhere
	}
	for _, a := range e.Args {
		if !in.info.Types[a].IsType() {
			in.eval(a)
		}
	}
	return clean
}

func isArray(t types.Type) bool {
	if t = pointed(t); t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Array)
	return ok
}

// appended is the result of append: the old elements and the new.
func (in *interp) appended(e *ast.CallExpr, t types.Type) *value {
	all := nowhere
	for i, v := range in.flat(e) {
		if i == 0 || e.Ellipsis.IsValid() {
			v = in.peek(place{v.offset(elements), false})
		}
		all = join(all, v)
	}
	if all.isClean() {
		return clean
	}
	return in.made(e, t, &value{agg: &aggregate{typ: t, fields: map[string]*value{elements: all}}})
}
