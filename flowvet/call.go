package flowvet

import (
	"fmt"
	"go/ast"
	"go/types"
	"maps"
	"slices"
	"strings"

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

// remember keeps what a call gave, unless it has changed what its arguments lead to, or gives it back.
func (in *interp) remember(k *memoKey, out []*value) {
	if k.unknown || in.st == nil {
		return
	}
	m := &memo{results: out, memory: state{}}
	for _, v := range out {
		in.reachable(v, m.memory)
	}
	for i, c := range k.cells {
		if _, given := m.memory[c]; given || !same(in.held(c, ""), k.held[i]) {
			return
		}
	}
	in.root.memo[k.String()] = m
}

// reachable collects the cells that a value leads to.
func (in *interp) reachable(v *value, into state) {
	if v == nil {
		return
	}
	for _, a := range v.atoms {
		if a.kind != own {
			continue
		}
		if _, ok := into[a.cell]; ok {
			continue
		}
		if w, ok := in.st[a.cell]; ok {
			into[a.cell] = w
			in.reachable(w, into)
		}
	}
	if v.agg != nil {
		for _, w := range v.agg.fields {
			in.reachable(w, into)
		}
	}
}

// A memoKey names a call by its function and its arguments with all that they lead to. It is unknown when they lead to
// functions with variables of their own.
type memoKey struct {
	strings.Builder
	in      *interp
	unknown bool
	cells   []*cell
	held    []*value
}

func (in *interp) memoKey(fn *types.Func, args []*value, building bool) *memoKey {
	k := &memoKey{in: in}
	fmt.Fprintf(k, "%p %p %v", fn, in.scope, building)
	for _, v := range args {
		k.WriteByte('|')
		k.value(v)
	}
	return k
}

// maxKey is how much memory the arguments of a call may lead to that is remembered.
const maxKey = 32

func (k *memoKey) value(v *value) {
	if v == nil || k.unknown {
		k.WriteByte('-')
		return
	}
	fmt.Fprint(k, v.other)
	for _, a := range v.atoms {
		switch {
		case a.kind == callable && (a.fn.obj == nil || a.fn.bound):
			k.unknown = true
			return
		case a.kind == callable:
			fmt.Fprintf(k, ",%p", a.fn.obj)
		case a.kind == own:
			k.WriteString(",own" + a.path)
			k.cell(a.cell)
		default:
			fmt.Fprintf(k, ",%d%v%v%d%s%p", a.kind, a.loaded, a.whole, a.param, a.path, a.scope)
		}
	}
	if v.agg == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(v.agg.fields)) {
		k.WriteString("." + name + "{")
		k.value(v.agg.fields[name])
		k.WriteByte('}')
	}
}

func (k *memoKey) cell(c *cell) {
	n := slices.Index(k.cells, c)
	if n < 0 {
		n = len(k.cells)
		v := k.in.held(c, "")
		k.cells, k.held = append(k.cells, c), append(k.held, v)
		if n >= maxKey {
			k.unknown = true
			return
		}
		k.WriteByte('{')
		k.value(v)
		k.WriteByte('}')
	}
	fmt.Fprintf(k, "#%d%v", n, c.many)
	if c.typ != nil {
		k.WriteString(c.typ.String())
	}
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
