package flowvet

import (
	"go/ast"
	"go/token"
	"go/types"
)

func (in *interp) push(j *jump) { f := in.frame(); f.jumps = append(f.jumps, j) }
func (in *interp) pop()         { f := in.frame(); f.jumps = f.jumps[:len(f.jumps)-1] }

// maxRounds is how often a loop is followed until nothing new comes of it.
const maxRounds = 6

// loop follows a body as often as something new comes of it; skips tells whether it may run not at all.
func (in *interp) loop(label string, skips bool, round func()) {
	j := &jump{label: label, loop: true}
	f := in.frame()
	f.loops++
	defer func() { f.loops-- }()
	in.push(j)
	defer in.pop()
	if skips {
		j.out = in.fork(in.st)
	}
	for range maxRounds {
		before := in.fork(in.st)
		round()
		in.st = joined(in.st, j.next)
		j.next = nil
		again := joined(in.fork(before), in.st)
		if in.st == nil || sameState(before, again) || in.tired() {
			break
		}
		if skips {
			j.out = joined(j.out, in.fork(in.st))
		}
		in.st = again
	}
	if skips {
		j.out = joined(j.out, in.st)
	}
	in.st = j.out
}

func (in *interp) forStmt(s *ast.ForStmt, label string) {
	if s.Init != nil {
		in.stmt(s.Init, "")
	}
	in.loop(label, s.Cond != nil, func() {
		if s.Cond != nil {
			in.eval(s.Cond)
		}
		in.block(s.Body.List)
		if j := in.frame().jumps[len(in.frame().jumps)-1]; j.next != nil {
			in.st = joined(in.st, j.next)
			j.next = nil
		}
		if s.Post != nil && in.st != nil {
			in.stmt(s.Post, "")
		}
	})
}

func (in *interp) rangeStmt(s *ast.RangeStmt, label string) {
	key, elem := in.ranged(s)
	in.loop(label, true, func() {
		in.rangeVar(s.Key, key, s.Tok == token.DEFINE)
		in.rangeVar(s.Value, elem, s.Tok == token.DEFINE)
		in.block(s.Body.List)
	})
}

func (in *interp) rangeVar(e ast.Expr, v *value, define bool) {
	if e != nil {
		in.assignTo(e, v, define)
	}
}

// ranged is what keys and values of a range may be.
func (in *interp) ranged(s *ast.RangeStmt) (key, elem *value) {
	t := in.info.TypeOf(s.X)
	if t == nil {
		return clean, clean
	}
	switch u := t.Underlying().(type) {
	case *types.Array:
		if s.Value == nil { // only its length is needed, which the type tells
			return clean, clean
		}
		return clean, in.load(place{in.sliced(s.X).offset(elements), false}, u.Elem(), s.X)
	case *types.Pointer: // to an array
		x := in.eval(s.X)
		if s.Value == nil {
			return clean, clean
		}
		return clean, in.load(place{x.offset(elements), false}, elemType(u.Elem()), s.X)
	case *types.Slice:
		return clean, in.load(place{in.eval(s.X).offset(elements), false}, u.Elem(), s.X)
	case *types.Map:
		x := in.eval(s.X)
		if !in.report.said(s.X.Pos(), "value-read") { // else it is no map of the author's
			in.unordered(s)
		}
		return in.load(place{x.offset(keys), false}, u.Key(), s.X), in.load(place{x.offset(elements), false}, u.Elem(), s.X)
	case *types.Chan:
		x := in.eval(s.X)
		in.impure(s.X, "a channel is read")
		return in.load(place{x.offset(elements), false}, u.Elem(), s.X), clean
	case *types.Signature:
		return in.iterated(s)
	}
	in.eval(s.X)
	return clean, clean
}

// iterated is what an iterator yields.
func (in *interp) iterated(s *ast.RangeStmt) (key, elem *value) {
	x := in.eval(s.X)
	in.unordered(s)
	out := []*value{nowhere, nowhere}
	yield := one(atom{kind: callable, fn: in.yielder(s, &out)})
	in.apply(x, []*value{yield}, s.X, false)
	for _, a := range x.all() { // slices.Values(list): what it was made of
		if a.kind != callable {
			e := in.peek(place{one(a).offset(elements), false})
			out[0], out[1] = join(out[0], join(one(a), e)), join(out[1], join(one(a), e))
		}
	}
	return out[0], out[1]
}

func (in *interp) yielder(s *ast.RangeStmt, out *[]*value) *function {
	f := in.frame()
	if f.bound == nil {
		f.bound = map[ast.Expr]*function{}
	}
	fn := f.bound[s.X]
	if fn == nil || fn.each == nil {
		fn = &function{}
		f.bound[s.X] = fn
	}
	fn.each = out
	return fn
}
