package flowvet

import (
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/ast/astutil"
)

// around are the nodes that e stands in, the innermost first, without parentheses.
func (in *interp) around(e ast.Node) []ast.Node {
	file := in.file(e.Pos())
	if file == nil {
		return nil
	}
	path, _ := astutil.PathEnclosingInterval(file, e.Pos(), e.End())
	for len(path) > 0 && path[0] != e {
		path = path[1:]
	}
	var out []ast.Node
	for i, n := range path {
		if _, ok := n.(*ast.ParenExpr); !ok && i > 0 {
			out = append(out, n)
		}
	}
	return out
}

func (in *interp) file(pos token.Pos) *ast.File {
	for _, f := range in.pass.Files {
		if f.FileStart <= pos && pos < f.FileEnd {
			return f
		}
	}
	return nil
}

// reference is how a value that is read is referred to.
func (in *interp) reference(e ast.Expr) string {
	if star, ok := ast.Unparen(e).(*ast.StarExpr); ok {
		return in.text(star.X)
	}
	return "&" + in.text(e)
}

const runsOnce = "the function runs once, before there are values: "

// insteadOf says what to write instead of reading e.
func (in *interp) insteadOf(e ast.Expr) string {
	ref := in.reference(e)
	path := in.around(e)
	if x, ok := ast.Unparen(e).(*ast.IndexExpr); ok && in.isSlice(x.X) {
		return "lists have one element while the workflow is being written: flow.At(f, " + in.reference(x.X) + ", …) is another one when it runs"
	}
	if len(path) > 0 {
		if hint := in.insteadIn(e, path[0], ref); hint != "" {
			return hint
		}
	}
	return runsOnce + "ask for them with flow.Choice, flow.If and conditions"
}

func (in *interp) isSlice(x ast.Expr) bool {
	t := in.info.TypeOf(x)
	if t == nil {
		return false
	}
	_, ok := t.Underlying().(*types.Slice)
	return ok
}

func (in *interp) insteadIn(e ast.Expr, n ast.Node, ref string) string {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return in.insteadOfBinary(e, n, ref)
	case *ast.UnaryExpr:
		if n.Op == token.NOT {
			return choiceOn("flow.Is(" + ref + ", false)")
		}
	case *ast.IfStmt:
		return choiceOn("flow.True(" + ref + ")")
	case *ast.ForStmt:
		return runsOnce + `flow.While(f, "…", flow.True(` + ref + `), …) loops when the workflow runs`
	case *ast.SwitchStmt:
		return runsOnce + `write flow.Choice(f, "…") with a When(flow.Is(` + ref + `, …), …) for each case`
	case *ast.RangeStmt:
		return runsOnce + `flow.Each(f, "…", ` + ref + `, …) does something with each element, flow.Map(f, ` + ref + `, …) makes a value of each`
	case *ast.IndexExpr:
		if t := in.info.TypeOf(e); n.X == e && t != nil && !isArray(t) && !in.isSlice(e) && !isString(t) {
			return runsOnce + "flow.Key(f, " + ref + ", key) is the entry of a map"
		}
	case *ast.CallExpr:
		return in.insteadOfCall(e, n, ref)
	case *ast.AssignStmt:
		if n.Tok == token.DEFINE && len(n.Lhs) == 1 && len(n.Rhs) == 1 {
			return runsOnce + "keep a reference, " + in.text(n.Lhs[0]) + " := " + ref
		}
	case *ast.KeyValueExpr, *ast.CompositeLit:
		return runsOnce + ref + " stands for what it will be; fields that are no pointers are filled with flow.Fill and flow.Set"
	}
	return ""
}

func choiceOn(condition string) string {
	return runsOnce + `ask when it runs, with flow.Choice(f, "…").When(` + condition + `, …) or flow.If`
}

var comparisons = map[token.Token]string{
	token.EQL: "Is", token.NEQ: "Is", token.LSS: "Below", token.LEQ: "AtMost", token.GTR: "Above", token.GEQ: "AtLeast",
}

var mirrored = map[token.Token]token.Token{token.LSS: token.GTR, token.LEQ: token.GEQ, token.GTR: token.LSS, token.GEQ: token.LEQ}

var arithmetic = map[token.Token]string{token.ADD: "Add", token.SUB: "Sub", token.MUL: "Mul", token.QUO: "Div"}

func (in *interp) insteadOfBinary(e ast.Expr, n *ast.BinaryExpr, ref string) string {
	op, other := n.Op, n.Y
	if ast.Unparen(n.Y) == ast.Unparen(e) {
		other = n.X
		if m, ok := mirrored[op]; ok {
			op = m
		}
	}
	if verb, ok := comparisons[op]; ok {
		condition := "flow." + verb + "(" + ref + ", " + in.text(other) + ")"
		if in.info.Types[other].Value == nil { // perhaps a value of the workflow too
			condition = "flow." + verb + "(" + ref + ", …)"
			if op == token.EQL || op == token.NEQ {
				condition = "flow.Equal(" + ref + ", …)"
			}
		}
		if op == token.NEQ {
			condition = "flow.Not(" + condition + ")"
		}
		return choiceOn(condition)
	}
	if op == token.LAND || op == token.LOR {
		return choiceOn("flow.True(" + ref + ")")
	}
	if t := in.info.TypeOf(e); t != nil && isString(t) {
		return runsOnce + "flow.Text(f, " + ref + ", …) joins texts when the workflow runs"
	}
	if verb, ok := arithmetic[op]; ok {
		return runsOnce + "flow." + verb + "(f, " + ref + ", …) computes when the workflow runs"
	}
	return ""
}

func (in *interp) insteadOfCall(e ast.Expr, n *ast.CallExpr, ref string) string {
	fun := ast.Unparen(n.Fun)
	tv := in.info.Types[fun]
	switch {
	case in.takesAnything(n, e):
		return runsOnce + ref + " stands for what it will be"
	case tv.IsBuiltin() && types.ExprString(fun) == "new":
		return ref + " is what new makes of constants: a pointer"
	case tv.IsBuiltin() && types.ExprString(fun) == "len":
		if in.isSlice(e) {
			return runsOnce + "flow.Count(f, " + ref + ") is the length when the workflow runs"
		}
	case tv.IsType() && isString(tv.Type):
		return runsOnce + "flow.String(f, " + ref + ") or flow.Text(f, " + ref + ") is the text when the workflow runs"
	case tv.IsType():
		if b, ok := tv.Type.Underlying().(*types.Basic); ok && b.Info()&types.IsNumeric != 0 {
			return runsOnce + "flow.Number(f, " + ref + ", …) converts when the workflow runs"
		}
	}
	return ""
}

// mend is the edit that refers to what is read, where that is right without a thought: what takes anything, a constant
// made by new, and a copy whose fields are referred to afterwards.
func (in *interp) mend(n ast.Node) []analysis.SuggestedFix {
	e, ok := n.(ast.Expr)
	path := in.around(n)
	if !ok || len(path) == 0 || !in.referable(e) {
		return nil
	}
	switch p := path[0].(type) {
	case *ast.CallExpr:
		if id, ok := ast.Unparen(p.Fun).(*ast.Ident); ok && id.Name == "new" && in.info.Types[p.Fun].IsBuiltin() {
			return replace("Refer to the value", p, in.reference(e))
		}
		if in.takesAnything(p, e) {
			return in.refer(e)
		}
	case *ast.KeyValueExpr:
		if len(path) > 1 && ast.Unparen(p.Value) == ast.Unparen(e) {
			if lit, ok := path[1].(*ast.CompositeLit); ok && in.holdsAnything(lit) {
				return in.refer(e)
			}
		}
	case *ast.CompositeLit:
		if in.holdsAnything(p) {
			return in.refer(e)
		}
	case *ast.AssignStmt:
		return in.referInstead(e, p)
	}
	return nil
}

func (in *interp) referable(e ast.Expr) bool {
	switch x := ast.Unparen(e).(type) {
	case *ast.StarExpr, *ast.SelectorExpr:
		return true
	case *ast.IndexExpr:
		return isArray(in.info.TypeOf(x.X))
	}
	return false
}

// refer puts & before e, or takes * away.
func (in *interp) refer(e ast.Expr) []analysis.SuggestedFix {
	if star, ok := ast.Unparen(e).(*ast.StarExpr); ok {
		return []analysis.SuggestedFix{{Message: "Refer to the value", TextEdits: []analysis.TextEdit{{Pos: star.Star, End: star.X.Pos()}}}}
	}
	return []analysis.SuggestedFix{{Message: "Refer to the value", TextEdits: []analysis.TextEdit{{Pos: e.Pos(), End: e.Pos(), NewText: []byte("&")}}}}
}

// takesAnything tells whether a call of the builder takes anything where e stands.
func (in *interp) takesAnything(call *ast.CallExpr, e ast.Expr) bool {
	sig, ok := signatureOf(in.info.TypeOf(call.Fun))
	if !ok || !in.ofBuilderCall(call) {
		return false
	}
	for i, a := range call.Args {
		if ast.Unparen(a) == ast.Unparen(e) {
			t := paramType(sig, i, call.Ellipsis.IsValid())
			return t != nil && types.IsInterface(t) && !isTypeParam(t)
		}
	}
	return false
}

func (in *interp) ofBuilderCall(call *ast.CallExpr) bool {
	var id *ast.Ident
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.SelectorExpr:
		id = f.Sel
	case *ast.Ident:
		id = f
	case *ast.IndexExpr:
		if sel, ok := f.X.(*ast.SelectorExpr); ok {
			id = sel.Sel
		}
	}
	return id != nil && ofBuilder(in.info.Uses[id])
}

// holdsAnything tells whether a literal is a map or a list of any.
func (in *interp) holdsAnything(lit *ast.CompositeLit) bool {
	t := in.info.TypeOf(lit)
	if t == nil {
		return false
	}
	elem := elemType(t)
	return elem != nil && types.IsInterface(elem)
}

// referInstead makes a reference of a copy: c := x.F, if all that is done with c is to refer to it or to its fields.
func (in *interp) referInstead(e ast.Expr, s *ast.AssignStmt) []analysis.SuggestedFix {
	if s.Tok != token.DEFINE || len(s.Lhs) != 1 || len(s.Rhs) != 1 {
		return nil
	}
	id, ok := s.Lhs[0].(*ast.Ident)
	if !ok || in.info.Defs[id] == nil {
		return nil
	}
	fix := in.refer(e)
	for use, o := range in.info.Uses {
		if o != in.info.Defs[id] {
			continue
		}
		path := in.around(use)
		if len(path) == 0 {
			return nil
		}
		switch p := path[0].(type) {
		case *ast.UnaryExpr:
			if p.Op != token.AND {
				return nil
			}
			fix[0].TextEdits = append(fix[0].TextEdits, analysis.TextEdit{Pos: p.OpPos, End: p.X.Pos()})
		case *ast.SelectorExpr:
			if p.X != use {
				return nil
			}
		default:
			return nil
		}
	}
	return fix
}

// topLevel writes a top-level function for a handler that has no name of its own. step is the quoted name of the step.
func (in *interp) topLevel(h *function, x ast.Expr, step string) []analysis.SuggestedFix {
	file := in.file(x.Pos())
	name := in.freeName(h, step)
	if file == nil || name == "" || in.usesLocals(x) {
		return nil
	}
	var text string
	if lit, ok := ast.Unparen(x).(*ast.FuncLit); ok {
		src, err := in.source(lit)
		if err != nil {
			return nil
		}
		text = "func " + name + strings.TrimPrefix(src, "func")
	} else if text = in.wrapper(file, name, x); text == "" {
		return nil
	}
	return []analysis.SuggestedFix{{Message: "Write a top-level function", TextEdits: []analysis.TextEdit{
		{Pos: x.Pos(), End: x.End(), NewText: []byte(name)},
		{Pos: file.FileEnd, End: file.FileEnd, NewText: []byte("\n" + text + "\n")},
	}}}
}

// freeName is a name for a handler that nothing in the package has yet: that of the step, or of the method.
func (in *interp) freeName(h *function, step string) string {
	name := ""
	for word := range strings.FieldsFuncSeq(step, func(r rune) bool { return !goodName(string(r)) }) {
		name += strings.ToUpper(word[:1]) + word[1:]
	}
	if h.obj != nil && h.bound {
		name = h.obj.Name()
	}
	if !token.IsIdentifier(name) || in.pass.Pkg.Scope().Lookup(name) != nil {
		return ""
	}
	return name
}

// usesLocals tells whether an expression uses variables of the function that it stands in.
func (in *interp) usesLocals(x ast.Expr) bool {
	found := false
	ast.Inspect(x, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			o := in.info.Uses[id]
			if _, name := o.(*types.PkgName); o != nil && !name && o.Pkg() == in.pass.Pkg && o.Parent() != in.pass.Pkg.Scope() && !standsIn(o.Pos(), x) && !isMember(o) {
				found = true
			}
		}
		return !found
	})
	return found
}

func standsIn(pos token.Pos, n ast.Node) bool { return n.Pos() <= pos && pos < n.End() }

// isMember tells whether an object is a field or a method.
func isMember(o types.Object) bool {
	switch o := o.(type) {
	case *types.Var:
		return o.IsField()
	case *types.Func:
		return o.Signature().Recv() != nil
	}
	return false
}

func (in *interp) source(n ast.Node) (string, error) {
	p := in.pass.Fset.File(n.Pos())
	b, err := in.pass.ReadFile(p.Name())
	if err != nil {
		return "", err
	}
	from, to := p.Offset(n.Pos()), p.Offset(n.End())
	if to > len(b) || from > to {
		return "", nil
	}
	return string(b[from:to]), nil
}

// wrapper is a function that calls a method, or an instance of a generic function.
func (in *interp) wrapper(file *ast.File, name string, x ast.Expr) string {
	sig, ok := signatureOf(in.info.TypeOf(x))
	src, err := in.source(x)
	if !ok || err != nil || src == "" || sig.Params().Len() != 2 || sig.Results().Len() != 2 {
		return ""
	}
	names := map[string]string{}
	for _, i := range file.Imports {
		path := strings.Trim(i.Path.Value, "`\"")
		if i.Name != nil {
			names[path] = i.Name.Name
		} else if p := in.imported(path); p != nil {
			names[path] = p.Name()
		}
	}
	missing := false
	spell := func(t types.Type) string {
		return types.TypeString(t, func(p *types.Package) string {
			if p == in.pass.Pkg {
				return ""
			}
			if names[p.Path()] == "" {
				missing = true
			}
			return names[p.Path()]
		})
	}
	text := "func " + name + "(ctx " + spell(sig.Params().At(0).Type()) + ", in " + spell(sig.Params().At(1).Type()) + ") (" +
		spell(sig.Results().At(0).Type()) + ", error) {\n\treturn " + src + "(ctx, in)\n}"
	if missing {
		return ""
	}
	return text
}

func (in *interp) imported(path string) *types.Package {
	for _, p := range in.pass.Pkg.Imports() {
		if p.Path() == path {
			return p
		}
	}
	return nil
}
