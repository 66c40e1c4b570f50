package flowvet

import (
	"go/ast"
	"go/types"
	"strings"

	"golang.org/x/tools/go/types/typeutil"
)

// once tells what functions that give something else each time are for in a workflow.
var once = []struct{ name, hint string }{
	{"time.Now", `flow.Now(f, "now") is the time when the workflow runs`},
	{"time.Since", "flow.Now is the time when the workflow runs"},
	{"time.Until", "flow.Now is the time when the workflow runs"},
	{"time.After", "flow.Wait waits when the workflow runs"},
	{"time.Sleep", "flow.Wait waits when the workflow runs"},
	{"time.Tick", "flow.Wait waits when the workflow runs"},
	{"time.NewTimer", "flow.Wait waits when the workflow runs"},
	{"time.NewTicker", "flow.Wait waits when the workflow runs"},
	{"math/rand.", `flow.Random(f, "lot") and flow.UUID(f, "id") are made when the workflow runs`},
	{"math/rand/v2.", `flow.Random(f, "lot") and flow.UUID(f, "id") are made when the workflow runs`},
	{"crypto/rand.", `flow.Random(f, "lot") and flow.UUID(f, "id") are made when the workflow runs`},
	{"os.Getenv", "a stack gives texts when it is deployed: flow.Parameter"},
	{"os.LookupEnv", "a stack gives texts when it is deployed: flow.Parameter"},
	{"os.Environ", "a stack gives texts when it is deployed: flow.Parameter"},
	{"os.Hostname", "a stack gives texts when it is deployed: flow.Parameter"},
	{"os.Getpid", ""},
	{"os.Getwd", ""},
}

// impureCall finds calls of functions that give something else each time, or on another machine.
func (in *interp) impureCall(fn *types.Func, e *ast.CallExpr) {
	switch fn.FullName() {
	case "(*sync.WaitGroup).Go", "(*golang.org/x/sync/errgroup.Group).Go", "(*golang.org/x/sync/errgroup.Group).TryGo", "time.AfterFunc":
		in.started(e)
		return
	}
	if fn.Pkg() == nil || fn.Signature().Recv() != nil {
		return
	}
	name := fn.Pkg().Path() + "." + fn.Name()
	for _, o := range once {
		if name == o.name || strings.HasSuffix(o.name, ".") && strings.TrimSuffix(o.name, fn.Name()) != "" && strings.HasPrefix(name, o.name) && !seeded(fn) {
			in.impure(e, fn.Pkg().Name()+"."+fn.Name()+" is called")
			return
		}
	}
}

// started notes a goroutine. One that writes states is worse than one that only makes the function unrepeatable.
func (in *interp) started(e *ast.CallExpr) {
	if !in.recordsIn(e) || !in.frame().building {
		in.impure(e, "a goroutine is started")
		return
	}
	in.found(e, finding{
		code: "other-goroutine", message: "another goroutine than the workflow function's writes the workflow",
		hint: "write it in the function itself: what runs side by side is a flow.Parallel or a flow.Each",
	}, "")
}

// seeded tells whether a function of a package of random numbers makes a source that is always the same.
func seeded(fn *types.Func) bool {
	switch fn.Name() {
	case "New", "NewSource", "NewPCG", "NewChaCha8", "NewZipf":
		return true
	}
	return false
}

// impure notes that the function does something that may be another thing the next time. It matters when a workflow is
// being written.
func (in *interp) impure(e ast.Node, what string) {
	if in.frame().building {
		in.unrepeatable(e, what)
		return
	}
	in.effect(effect{Kind: impure, Text: what, Wait: what, Where: in.position(e.Pos()), In: in.frame().name}, e)
}

func (in *interp) unrepeatable(e ast.Node, what string) {
	hint := "it may read what never changes only: hand in what it needs, and let what differs be found out when the workflow runs"
	for _, o := range once {
		short := o.name[strings.LastIndexByte(strings.TrimSuffix(o.name, "/v2."), '/')+1:]
		if o.hint != "" && strings.HasPrefix(what, strings.Replace(short, "v2.", "", 1)) {
			hint = o.hint
			break
		}
	}
	warning := strings.HasPrefix(what, "os.") || strings.HasPrefix(what, "the package variable")
	in.found(e, finding{
		code: "not-repeatable", warning: warning,
		message: what + " while the workflow is being written: the function does not write the same workflow twice", hint: hint,
	}, what)
}

// unordered finds loops over a Go map, or over an iterator of one, that record something in every round: the order
// differs each time.
func (in *interp) unordered(s *ast.RangeStmt) {
	if t, ok := in.info.TypeOf(s.X).Underlying().(*types.Signature); ok && t != nil {
		call, ok := ast.Unparen(s.X).(*ast.CallExpr)
		if !ok {
			return
		}
		fn, ok := typeutil.Callee(in.info, call).(*types.Func)
		if !ok || fn.Pkg() == nil || fn.Pkg().Path() != "maps" {
			return
		}
	}
	if in.recordsIn(s.Body) {
		in.impure(s.X, "a Go map is ranged over")
	}
}

// recordsIn tells whether something is recorded in a flow by one of the calls in n.
func (in *interp) recordsIn(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && in.records(call) {
			found = true
		}
		return !found
	})
	return found
}

// records tells whether a call may record something in a flow.
func (in *interp) records(e *ast.CallExpr) bool {
	for _, a := range e.Args {
		if t := in.info.TypeOf(a); t != nil && isFlow(t) {
			return true
		}
	}
	fn, ok := typeutil.Callee(in.info, e).(*types.Func)
	return ok && fn.Signature().Recv() != nil && ofBuilder(fn) && holdsFlow(fn.Signature().Recv().Type(), 3)
}
