package flowvet

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"maps"
	"slices"
)

// A summary is what a function does with its parameters, for those who call it without its source: what it reads of
// them, what it keeps where, which of them it calls with what, and what it gives.
type summary struct {
	Effects []effect
	Results []form
	Memory  []form // what the function made: cells, by number

	opaque bool // it gives functions, which a summary cannot say
}

// An effect is one thing that a function does with what a parameter leads to.
type effect struct {
	Kind  effectKind
	Param int
	Path  string // how it is reached from the parameter
	Text  string // what the source says there
	Where string // file and line
	In    string // the function that does it

	Forms []form // what is kept, or what a function is called with
	Wait  string // impure: what is done

	args []*value
	pos  token.Pos
}

type effectKind uint8

const (
	reads effectKind = iota + 1
	writes
	calls
	handles // takes it as a handler
	impure  // does something else each time
)

// A form is a value as a summary tells it.
type form struct {
	Other, Shadowed, Loaded, Whole, Flow bool
	Outside                              []outsideForm
	Own                                  []ownForm
	Aggregate                            bool
	Fields                               []fieldForm
}

type (
	fieldForm struct {
		Name string
		Form form
	}
	outsideForm struct {
		Param int
		Path  string
	}
	ownForm struct {
		Cell int
		Path string
	}
)

// maxEffects is how many effects of a function are kept.
const maxEffects = 300

// effect notes what the function does with a parameter, and gives the effect's number, or -1.
func (in *interp) effect(x effect, e ast.Node) int {
	if x.Text == "" {
		if expr, ok := e.(ast.Expr); ok {
			x.Text = in.text(expr)
		}
		x.Where, x.In = in.position(e.Pos()), in.frame().name
	}
	x.pos = e.Pos()
	k := fmt.Sprint(x.Kind, x.Param, x.Path, x.Where, x.Text, x.Wait)
	if i, ok := in.root.seen[k]; ok {
		for j, v := range x.args {
			if old := in.root.effects[i].args; j < len(old) {
				old[j] = join(old[j], v)
			}
		}
		return i
	}
	if len(in.root.effects) >= maxEffects {
		return -1
	}
	in.root.seen[k] = len(in.root.effects)
	in.root.effects = append(in.root.effects, x)
	return len(in.root.effects) - 1
}

// summarize tells what a function of this package does.
func (in *interp) summarize(fn *types.Func) *summary {
	if s := in.summaries[fn]; s != nil {
		return s
	}
	if in.busy[fn] {
		return &summary{}
	}
	in.busy[fn] = true
	s := in.runRoot(fn, in.decls[fn])
	delete(in.busy, fn)
	in.summaries[fn] = s
	return s
}

// runRoot runs a function with parameters that stand for anything.
func (in *interp) runRoot(fn *types.Func, fd *ast.FuncDecl) *summary {
	old := *in
	defer func() {
		work, report := in.work, in.report
		*in = old
		in.work, in.report = work, report
	}()
	in.root = &root{seen: map[string]int{}, beyond: map[atom]*cell{}, memo: map[string]*memo{}, limit: in.work + maxWorkElse}
	if in.inFlow[fd] {
		in.root.limit = in.work + maxWorkFlow
	}
	in.st, in.stack, in.scope = state{}, nil, nil
	f := newFrame()
	f.fn, f.sig, f.name, f.inFlow = fd, fn.Signature(), fn.Name(), in.inFlow[fd]
	f.building = takesFlow(f.sig) >= 0
	params := paramsOf(f.sig)
	args := make([]*value, len(params))
	for i, p := range params {
		switch {
		case isFlow(p.Type()):
			if in.scope == nil {
				in.scope = &scope{}
			}
			args[i] = one(atom{kind: handle, scope: in.scope, param: i})
		case carries(p.Type()):
			args[i] = one(atom{kind: outside, param: i})
		}
	}
	own := in.scope
	in.run(f, params, args, fd.Body)
	out := in.summary(in.resultsOf(f), own)
	in.leftovers(f)
	return out
}

// leftovers runs literals that nobody was seen to call.
func (in *interp) leftovers(f *frame) {
	in.stack = append(in.stack, f)
	defer func() { in.stack = in.stack[:len(in.stack)-1] }()
	for i := 0; i < len(in.root.lits) && !in.tired(); i++ {
		fn := in.root.lits[i]
		sig, ok := signatureOf(in.info.TypeOf(fn.lit))
		if fn.ran || !ok {
			continue
		}
		if in.st == nil {
			in.st = state{}
		}
		a := atom{kind: callable, fn: fn}
		if takesFlow(sig) >= 0 && !isHandler(sig) {
			in.byBuilder(one(a), nil, fn.lit)
		} else {
			in.apply(one(a), make([]*value, sig.Params().Len()), fn.lit, false)
		}
	}
}

// summary tells what was found out about a function.
func (in *interp) summary(results []*value, own *scope) *summary {
	w := &writer{in: in, own: own, cells: map[*cell]int{}, s: &summary{}}
	for _, v := range results {
		w.s.Results = append(w.s.Results, w.form(v, 6))
	}
	for _, e := range in.root.effects {
		for _, v := range e.args {
			e.Forms = append(e.Forms, w.form(v, 6))
		}
		e.args = nil
		w.s.Effects = append(w.s.Effects, e)
	}
	return w.s
}

type writer struct {
	in    *interp
	own   *scope
	cells map[*cell]int
	s     *summary
}

// maxMemory is how many pieces of memory a summary tells of.
const maxMemory = 64

func (w *writer) form(v *value, depth int) form {
	if v == nil || depth == 0 {
		return form{Other: true}
	}
	f := form{Other: v.other}
	for _, a := range v.atoms {
		switch a.kind {
		case shadowed:
			f.Shadowed = true
			f.Loaded, f.Whole = f.Loaded || a.loaded, f.Whole || a.whole
		case outside:
			f.Outside = append(f.Outside, outsideForm{a.param, a.path})
		case own:
			f.Own = append(f.Own, ownForm{w.cell(a.cell, depth), a.path})
		case handle:
			if a.scope == w.own && a.scope != nil {
				f.Outside = append(f.Outside, outsideForm{a.param, ""})
			} else {
				f.Flow = true
			}
		case callable:
			w.s.opaque = true
			f.Other = true
		}
	}
	if v.agg != nil {
		f.Aggregate = true
		for _, name := range slices.Sorted(maps.Keys(v.agg.fields)) {
			f.Fields = append(f.Fields, fieldForm{name, w.form(v.agg.fields[name], depth-1)})
		}
	}
	return f
}

func (w *writer) cell(c *cell, depth int) int {
	if n, ok := w.cells[c]; ok {
		return n
	}
	n := len(w.s.Memory)
	if n >= maxMemory {
		return -1
	}
	w.cells[c] = n
	w.s.Memory = append(w.s.Memory, form{})
	v, ok := w.in.st[c]
	if !ok {
		v = w.in.package_[c]
	}
	w.s.Memory[n] = w.form(v, depth-1)
	return n
}

// fact is what is known of a function of another package.
func (in *interp) fact(fn *types.Func) (*summary, bool) {
	pkg := fn.Pkg()
	if pkg == nil {
		return nil, false
	}
	k, ok := in.known[pkg]
	if !ok {
		k = &facts{}
		if !in.pass.ImportPackageFact(pkg, k) {
			k = nil
		}
		in.known[pkg] = k
	}
	if k == nil {
		return nil, false
	}
	if s := k.find(fn.FullName()); s != nil {
		return s, true
	}
	return &summary{Results: make([]form, fn.Signature().Results().Len())}, true
}

// An application is a call of a function that is known by its summary.
type application struct {
	in       *interp
	s        *summary
	args     []*value
	at       ast.Node
	cells    []*value
	results  map[string]*value // of calls that the function makes
	building bool
}

type summaryCell struct {
	at ast.Node
	s  *summary
	n  int
}

// applySummary does what a function does.
func (in *interp) applySummary(s *summary, fn *types.Func, args []*value, at ast.Node, building bool) []*value {
	a := &application{in: in, s: s, args: args, at: at, results: map[string]*value{}, building: building}
	if in.st == nil || in.tired() {
		return in.unknown(fn.Signature())
	}
	a.cells = make([]*value, len(s.Memory))
	for i := range s.Memory {
		a.cells[i] = in.made(summaryCell{at, s, i}, nil, clean)
	}
	for i := range s.Effects {
		a.effect(i)
	}
	for i, f := range s.Memory {
		in.st[a.cells[i].atoms[0].cell] = a.value(f)
	}
	out := make([]*value, fn.Signature().Results().Len())
	for i := range out {
		if i < len(s.Results) {
			out[i] = a.value(s.Results[i])
		}
	}
	return out
}

func (a *application) effect(i int) {
	in, e := a.in, &a.s.Effects[i]
	var v *value
	if e.Kind != impure {
		v = a.reach(e.Param, e.Path)
	}
	again := effect{Kind: e.Kind, Text: e.Text, Where: e.Where, In: e.In, Wait: e.Wait}
	switch e.Kind {
	case reads:
		if v.has(shadowed) {
			in.foundFrom(a.at, finding{code: "value-read"}, e.Text, e.In, e.Where)
		}
	case writes:
		x := a.value(e.Forms[0])
		again.args = []*value{x}
		if v.has(shadowed) {
			in.foundFrom(a.at, finding{
				code: "value-written", message: e.Text + " is set while the workflow is being written, which changes nothing when it runs",
				hint: "keep what may change in a variable of the workflow (flow.Var, flow.Assign)",
			}, e.Text, e.In, e.Where)
		}
		for _, p := range v.all() {
			if p.kind == own {
				in.keep(p.cell, p.path, x, false)
			}
		}
	case calls:
		a.call(i, v)
		return
	case handles:
		in.handler(v, nil, a.at, "")
	case impure:
		if a.building {
			in.unrepeatable(a.at, e.Wait+" in "+e.In+" ("+e.Where+")")
		} else {
			in.effect(again, a.at)
		}
		return
	}
	for _, p := range v.all() {
		if p.kind == outside {
			again.Param, again.Path = p.param, p.path
			in.effect(again, a.at)
		}
	}
}

// call calls what a function calls of its parameters.
func (a *application) call(i int, v *value) {
	in, e := a.in, &a.s.Effects[i]
	outer := in.scope
	defer func() { in.scope = outer }()
	if slices.ContainsFunc(e.Forms, func(f form) bool { return f.Flow }) {
		in.scope = in.frame().scopeOf(&scope{outer: outer, depth: len(in.stack)}, atom{kind: callable, param: i})
		for _, x := range v.all() {
			if x.kind == callable {
				in.scope.lit = x.fn.lit
			}
		}
	}
	args := make([]*value, len(e.Forms))
	for j, f := range e.Forms {
		args[j] = a.value(f)
	}
	for j, r := range in.apply(v, args, a.at, a.building) {
		a.results[fmt.Sprintf("(%d,%d", i, j)] = r
	}
}

// reach is what a parameter leads to.
func (a *application) reach(param int, path string) *value {
	if param >= len(a.args) {
		return clean
	}
	v := a.args[param]
	for _, s := range steps(path) {
		switch s[0] {
		case '.':
			v = v.offset(s[1:])
		case '*':
			v = a.in.peek(place{v, false})
		case '~':
			v = v.field(s[1:])
		case '(':
			v = a.results[s]
		}
	}
	return v
}

// value is a form in the place of the call.
func (a *application) value(f form) *value {
	out := &value{other: f.Other}
	if f.Shadowed {
		out = join(out, one(atom{kind: shadowed, loaded: f.Loaded, whole: f.Whole}))
	}
	if f.Flow && a.in.scope != nil {
		out = join(out, one(atom{kind: handle, scope: a.in.scope}))
	}
	for _, o := range f.Outside {
		out = join(out, a.reach(o.Param, o.Path))
	}
	for _, o := range f.Own {
		if o.Cell >= 0 && o.Cell < len(a.cells) {
			for _, x := range a.cells[o.Cell].all() {
				x.path = o.Path
				out = join(out, one(x))
			}
		}
	}
	if f.Aggregate {
		agg := &aggregate{fields: map[string]*value{}}
		for _, x := range f.Fields {
			agg.fields[x.Name] = a.value(x.Form)
		}
		w := *out
		w.agg = joinAgg(w.agg, agg)
		out = &w
	}
	if out.isClean() && out.other {
		return clean
	}
	return out
}
