package flowvet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"

	"golang.org/x/tools/go/analysis"
)

// An interp runs the functions of one package with values that stand for all that they could be, as the build runs
// them with pointers into values of the workflow.
type interp struct {
	pass   *analysis.Pass
	info   *types.Info
	report *report

	decls     map[*types.Func]*ast.FuncDecl
	inFlow    map[*ast.FuncDecl]bool    // functions that write workflows
	summaries map[*types.Func]*summary  // of this package's functions, as far as they are known
	busy      map[*types.Func]bool      // whose summary is being made
	known     map[*types.Package]*facts // of other packages
	globals   map[*types.Var]*cell      // of this package
	package_  state                     // what package variables lead to, at any time
	st        state
	stack     []*frame
	scope     *scope // what the builder writes to now
	root      *root
	work      int // how much has been done
	full      int // the size of a state from which on it is tidied up
}

// A root is the run of one function with parameters that stand for anything.
type root struct {
	effects []effect
	seen    map[string]int
	beyond  map[atom]*cell
	memo    map[string]*memo
	lits    []*function // literals that were met
	limit   int         // how much work is too much
}

// A frame is one call of a function.
type frame struct {
	up       *frame // where the literal stands that is called
	vars     map[*types.Var]*cell
	cells    map[any]*cell
	lits     map[*ast.FuncLit]*function
	bound    map[ast.Expr]*function
	frames   map[frameKey]*frame
	sig      *types.Signature
	results  []*value
	exit     state    // at the returns
	held     []*value // what calls of the statement gave that runs
	scopes   map[scopeKey]*scope
	named    []*types.Var // named results
	inFlow   bool         // it writes a workflow: what is wrong is said here, and not where it is called
	building bool         // it runs while a workflow is built
	at       ast.Node     // the call that is being made
	jumps    []*jump
	labels   map[string]state // of goto
	fn       any              // the *ast.FuncDecl or *ast.FuncLit
	name     string
	loops    int // how many loops there are around
}

type frameKey struct {
	at ast.Node
	fn any
}

// A jump is a statement that break and continue can leave.
type jump struct {
	label     string
	loop      bool
	out, next state // where break and continue lead
}

// memo is what a call gave before, with the same arguments.
type memo struct {
	results []*value
	memory  state
}

// The analyser does a bounded amount of work. A function or a package that needs more is analysed with less care at the
// end: calls are not followed, and loops once only. It is far beyond what people write.
const (
	maxWork     = 4_000_000 // steps in a package
	maxWorkFlow = 1_000_000 // in a function that writes a workflow, with all that it calls
	maxWorkElse = 30_000    // in any other function
	maxDepth    = 200       // calls within calls
)

func (in *interp) tired() bool { return in.work > maxWork || in.work > in.root.limit }

func (in *interp) frame() *frame { return in.stack[len(in.stack)-1] }

func newFrame() *frame {
	return &frame{vars: map[*types.Var]*cell{}}
}

// enter is a call at a place of a function. The same call has the same frame each time, so that loops come to an end.
func (in *interp) enter(at ast.Node, fn any) *frame {
	caller := in.frame()
	k := frameKey{at, fn}
	f := caller.frames[k]
	if f == nil {
		if caller.frames == nil {
			caller.frames = map[frameKey]*frame{}
		}
		f = newFrame()
		f.fn = fn
		caller.frames[k] = f
	}
	f.results, f.jumps, f.labels = nil, nil, nil
	f.loops = caller.loops
	return f
}

// running tells how often a function is being run now.
func (in *interp) running(fn any) (n int) {
	for _, f := range in.stack {
		if f.fn == fn {
			n++
		}
	}
	return n
}

// cellOf finds or makes the cell of a variable. It is nil for variables of other packages.
func (in *interp) cellOf(v *types.Var) *cell {
	for f := in.frame(); f != nil; f = f.up {
		if c := f.vars[v]; c != nil {
			return c
		}
	}
	if v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
		if v.Pkg() != in.pass.Pkg {
			return nil
		}
		c := in.globals[v]
		if c == nil {
			c = &cell{name: v.Name(), typ: v.Type()}
			in.globals[v] = c
		}
		return c
	}
	return in.declare(v)
}

// declare makes a variable of the function that runs.
func (in *interp) declare(v *types.Var) *cell {
	f := in.frame()
	c := f.vars[v]
	if c == nil {
		c = &cell{name: v.Name(), typ: v.Type()}
		f.vars[v] = c
	}
	return c
}

// bind gives a new variable its value.
func (in *interp) bind(v *types.Var, x *value) {
	if v == nil || in.st == nil {
		return
	}
	if c := in.declare(v); carries(v.Type()) {
		in.st[c] = x
	}
}

// made is the memory that a literal, new or make gives; it is known by its place in the source. What is made in a loop
// may be many.
func (in *interp) made(at any, t types.Type, holds *value) *value {
	f := in.frame()
	c := f.cells[at]
	if c == nil {
		if f.cells == nil {
			f.cells = map[any]*cell{}
		}
		c = &cell{typ: t}
		f.cells[at] = c
	}
	c.many = c.many || f.loops > 0
	if in.st == nil {
		return nowhere
	}
	if old, ok := in.st[c]; ok && c.many {
		holds = join(old.orNowhere(), holds)
	}
	in.st[c] = holds
	return one(atom{kind: own, cell: c})
}

// found tells what is wrong at e. When the function at work is no workflow code, such as a method of a struct, the
// fault is with the workflow that calls it.
func (in *interp) found(e ast.Node, f finding, what string) {
	if e == nil {
		return
	}
	f.pos, f.end = e.Pos(), e.End()
	top := len(in.stack) - 1
	if !in.stack[top].inFlow {
		for i := top - 1; i >= 0; i-- {
			if caller := in.stack[i]; caller.inFlow && caller.at != nil {
				in.foundIn(caller.at, f, what, in.stack[i+1].name, in.position(e.Pos()))
				return
			}
		}
	}
	if f.code == "value-read" {
		f.fixes = in.mend(e)
	}
	in.report.add(&f)
}

// foundIn tells that a function that is called at e does something wrong.
func (in *interp) foundIn(e ast.Node, f finding, what, callee, where string) {
	f.pos, f.end, f.fixes = e.Pos(), e.End(), nil
	f.message = fmt.Sprintf("%s (in %s, %s)", f.message, callee, where)
	if f.code == "value-read" {
		f.message = fmt.Sprintf("%s is read in %s (%s) while the workflow is being written", what, callee, where)
		f.hint = callee + " runs now, before there are values: let it refer to them with &, and give a value or a condition"
	}
	in.report.add(&f)
}

// position is file and line, for messages.
func (in *interp) position(pos token.Pos) string {
	p := in.pass.Fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename[strings.LastIndexAny(p.Filename, `/\`)+1:], p.Line)
}

// read reports that a value of the workflow is read.
func (in *interp) read(e ast.Expr) {
	text := in.text(e)
	in.found(e, finding{
		code: "value-read", message: text + " is read while the workflow is being written; refer to it with & instead",
		hint: in.insteadOf(e),
	}, text)
}

// write reports that a value of the workflow is written to.
func (in *interp) write(e ast.Expr) {
	text := in.text(e)
	in.found(e, finding{
		code: "value-written", message: text + " is set while the workflow is being written, which changes nothing when it runs",
		hint: "keep what may change in a variable of the workflow (flow.Var, flow.Assign), or write a literal of your own and fill it (flow.Fill)",
	}, text)
}

// maxText is how much of an expression a message repeats.
const maxText = 80

// text is an expression as the author wrote it.
func (in *interp) text(e ast.Expr) string {
	s := types.ExprString(ast.Unparen(e))
	if r := []rune(s); len(r) > maxText {
		s = string(r[:maxText]) + "…"
	}
	return s
}

// foundFrom reports what a function does that is called at e.
func (in *interp) foundFrom(e ast.Node, f finding, what, callee, where string) {
	top := len(in.stack) - 1
	if !in.stack[top].inFlow {
		for i := top - 1; i >= 0; i-- {
			if caller := in.stack[i]; caller.inFlow && caller.at != nil {
				e = caller.at
				break
			}
		}
	}
	in.foundIn(e, f, what, callee, where)
}
