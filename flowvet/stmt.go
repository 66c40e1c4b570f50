package flowvet

import (
	"go/ast"
	"go/token"
	"go/types"
)

// block runs statements in turn.
func (in *interp) block(all []ast.Stmt) {
	f := in.frame()
	for _, s := range all {
		if in.st == nil && !in.labeled(s) {
			continue
		}
		n := len(f.held)
		in.stmt(s, "")
		f.held = f.held[:n]
		in.collect()
	}
}

// fork is a copy of a state, for another way.
func (in *interp) fork(s state) state {
	in.work += len(s) / 4
	return s.fork()
}

// labeled tells whether a goto may lead to s, so that it is reached all the same.
func (in *interp) labeled(s ast.Stmt) bool {
	l, ok := s.(*ast.LabeledStmt)
	return ok && in.frame().labels[l.Label.Name] != nil
}

func (in *interp) stmt(s ast.Stmt, label string) {
	in.work++
	switch s := s.(type) {
	case *ast.ExprStmt:
		if call, ok := ast.Unparen(s.X).(*ast.CallExpr); ok {
			in.call(call)
			return
		}
		in.eval(s.X)
	case *ast.AssignStmt:
		in.assign(s)
	case *ast.IncDecStmt:
		in.changed(s.X)
		in.update(s.X)
	case *ast.DeclStmt:
		in.declaration(s)
	case *ast.BlockStmt:
		in.block(s.List)
	case *ast.LabeledStmt:
		in.st = joined(in.st, in.fork(in.frame().labels[s.Label.Name]))
		if in.st != nil {
			in.stmt(s.Stmt, s.Label.Name)
		}
	case *ast.ReturnStmt:
		in.returns(s)
	case *ast.IfStmt:
		in.ifStmt(s)
	case *ast.ForStmt:
		in.forStmt(s, label)
	case *ast.RangeStmt:
		in.rangeStmt(s, label)
	case *ast.SwitchStmt:
		in.switchStmt(s, label)
	case *ast.TypeSwitchStmt:
		in.typeSwitch(s, label)
	case *ast.SelectStmt:
		in.selectStmt(s, label)
	case *ast.BranchStmt:
		in.branch(s)
	case *ast.SendStmt:
		ch := in.eval(s.Chan)
		v := in.eval(s.Value)
		in.store(place{ch.offset(elements), false}, v, s.Chan)
	case *ast.GoStmt:
		in.started(s.Call)
		in.call(s.Call)
	case *ast.DeferStmt:
		in.call(s.Call)
	}
}

func (in *interp) declaration(s *ast.DeclStmt) {
	d, ok := s.Decl.(*ast.GenDecl)
	if !ok || d.Tok != token.VAR {
		return
	}
	for _, spec := range d.Specs {
		if v, ok := spec.(*ast.ValueSpec); ok {
			in.varSpec(v)
		}
	}
}

func (in *interp) varSpec(v *ast.ValueSpec) {
	values := in.values(v.Values, len(v.Names))
	for i, id := range v.Names {
		if o, ok := in.info.Defs[id].(*types.Var); ok {
			in.bind(o, values[i])
		}
	}
}

// values works out the right side of an assignment to n places.
func (in *interp) values(all []ast.Expr, n int) []*value {
	out := make([]*value, n)
	if len(all) == 1 && n > 1 {
		in.several(all[0], out)
		return out
	}
	for i, e := range all {
		v := in.eval(e)
		if i < n {
			out[i] = v
		}
	}
	return out
}

// several is an expression that gives several values: a call, or one with ", ok".
func (in *interp) several(e ast.Expr, out []*value) {
	if call, ok := ast.Unparen(e).(*ast.CallExpr); ok {
		copy(out, in.call(call))
		return
	}
	out[0] = in.evalAny(e)
}

func (in *interp) assign(s *ast.AssignStmt) {
	if s.Tok != token.ASSIGN && s.Tok != token.DEFINE { // x += y
		in.eval(s.Rhs[0])
		in.changed(s.Lhs[0])
		in.update(s.Lhs[0])
		return
	}
	values := in.values(s.Rhs, len(s.Lhs))
	for i, left := range s.Lhs {
		in.assignTo(left, values[i], s.Tok == token.DEFINE)
	}
}

// update is x++ and x += y: the place is written to, and what it gets leads nowhere.
func (in *interp) update(x ast.Expr) {
	p := in.placeOf(x)
	if p.v.has(shadowed) || p.v.has(outside) {
		in.store(p, clean, x)
	}
}

func (in *interp) assignTo(left ast.Expr, v *value, define bool) {
	if id, ok := ast.Unparen(left).(*ast.Ident); ok {
		if id.Name == "_" {
			return
		}
		if o, ok := in.info.Defs[id].(*types.Var); ok && define {
			in.bind(o, v)
			return
		}
	}
	in.changed(left)
	if t := in.info.TypeOf(left); !carries(t) {
		v = clean
	}
	in.store(in.placeOf(left), v, left)
}

// changed notes that a package variable is written to.
func (in *interp) changed(left ast.Expr) {
	for {
		switch x := ast.Unparen(left).(type) {
		case *ast.SelectorExpr:
			if in.info.Selections[x] == nil {
				left = x.Sel
				continue
			}
			if isPointer(in.info.TypeOf(x.X)) {
				return
			}
			left = x.X
		case *ast.IndexExpr:
			left = x.X
		case *ast.Ident:
			if v, ok := in.info.Uses[x].(*types.Var); ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				in.impure(x, "the package variable "+x.Name+" is changed")
			}
			return
		default:
			return
		}
	}
}

func (in *interp) returns(s *ast.ReturnStmt) {
	f := in.frame()
	n := f.sig.Results().Len()
	switch {
	case len(s.Results) > 0:
		in.give(in.values(s.Results, n))
	case len(f.named) > 0:
		out := make([]*value, len(f.named))
		for i, v := range f.named {
			out[i] = in.held(in.cellOf(v), "")
		}
		in.give(out)
	}
	f.exit = joined(f.exit, in.st)
	in.st = nil
}

// give adds to what the function gives.
func (in *interp) give(values []*value) {
	f := in.frame()
	if f.results == nil {
		f.results = make([]*value, f.sig.Results().Len())
		for i := range f.results {
			f.results[i] = nowhere
		}
	}
	for i, v := range values {
		if i < len(f.results) {
			f.results[i] = join(f.results[i], v)
		}
		if i < len(f.named) { // deferred functions see them
			if c := in.cellOf(f.named[i]); c != nil && in.st != nil {
				in.st[c] = v
			}
		}
	}
}

func (in *interp) ifStmt(s *ast.IfStmt) {
	if s.Init != nil {
		in.stmt(s.Init, "")
	}
	in.eval(s.Cond)
	before := in.fork(in.st)
	in.block(s.Body.List)
	after := in.st
	in.st = before
	if s.Else != nil {
		in.stmt(s.Else, "")
	}
	in.st = joined(in.st, after)
}

func (in *interp) switchStmt(s *ast.SwitchStmt, label string) {
	if s.Init != nil {
		in.stmt(s.Init, "")
	}
	var tag *value
	if s.Tag != nil {
		tag = in.eval(s.Tag)
	}
	in.clauses(s.Body, label, func(c *ast.CaseClause) {
		for _, x := range c.List {
			in.eval(x)
			if s.Tag != nil {
				in.nilCompared(x, s.Tag, tag, x)
			}
		}
	})
}

// clauses runs the arms of a switch, each from the state before it.
func (in *interp) clauses(body *ast.BlockStmt, label string, begin func(*ast.CaseClause)) {
	j := &jump{label: label}
	in.push(j)
	defer in.pop()
	before := in.st
	complete := false
	var through state
	for _, s := range body.List {
		c, ok := s.(*ast.CaseClause)
		if !ok {
			continue
		}
		complete = complete || c.List == nil
		in.st = in.fork(before)
		begin(c)
		in.st = joined(in.st, through)
		through = nil
		in.block(c.Body)
		if n := len(c.Body); n > 0 {
			if b, ok := c.Body[n-1].(*ast.BranchStmt); ok && b.Tok == token.FALLTHROUGH {
				through, in.st = in.st, nil
			}
		}
		j.out = joined(j.out, in.st)
	}
	if !complete {
		j.out = joined(j.out, before)
	}
	in.st = j.out
}

func (in *interp) typeSwitch(s *ast.TypeSwitchStmt, label string) {
	if s.Init != nil {
		in.stmt(s.Init, "")
	}
	var x ast.Expr
	switch a := s.Assign.(type) {
	case *ast.AssignStmt:
		x = a.Rhs[0]
	case *ast.ExprStmt:
		x = a.X
	}
	var v *value
	if t, ok := ast.Unparen(x).(*ast.TypeAssertExpr); ok {
		v = in.eval(t.X)
	}
	in.clauses(s.Body, label, func(c *ast.CaseClause) {
		if o, ok := in.info.Implicits[c].(*types.Var); ok {
			in.bind(o, v)
		}
	})
}

func (in *interp) selectStmt(s *ast.SelectStmt, label string) {
	if len(s.Body.List) > 1 {
		in.impure(s, "a select waits for what comes first")
	}
	j := &jump{label: label}
	in.push(j)
	defer in.pop()
	before := in.st
	for _, c := range s.Body.List {
		c, ok := c.(*ast.CommClause)
		if !ok {
			continue
		}
		in.st = in.fork(before)
		if c.Comm != nil {
			in.stmt(c.Comm, "")
		}
		in.block(c.Body)
		j.out = joined(j.out, in.st)
	}
	in.st = j.out
}

func (in *interp) branch(s *ast.BranchStmt) {
	f := in.frame()
	label := ""
	if s.Label != nil {
		label = s.Label.Name
	}
	switch s.Tok {
	case token.FALLTHROUGH:
		return
	case token.GOTO:
		if f.labels == nil {
			f.labels = map[string]state{}
		}
		f.labels[label] = joined(f.labels[label], in.st)
	default:
		for i := len(f.jumps) - 1; i >= 0; i-- {
			j := f.jumps[i]
			if label != "" && j.label != label || label == "" && s.Tok == token.CONTINUE && !j.loop {
				continue
			}
			if s.Tok == token.BREAK {
				j.out = joined(j.out, in.st)
			} else {
				j.next = joined(j.next, in.st)
			}
			break
		}
	}
	in.st = nil
}
