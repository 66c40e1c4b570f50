package flow

import (
	"fmt"
	"reflect"
	"slices"
	"unicode"
	"unicode/utf8"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow/run"
)

// A Flow is the list of states being written, top to bottom. A workflow's function gets one, and so does every
// function that has states of its own, such as a branch; call that inner one f again.
type Flow struct {
	m      *machine
	sc     *scope
	prefix string // of the names of states; see Named
}

// A machine records one run of a workflow function.
type machine struct {
	recorder
	finder  finder
	express bool
	again   bool // the second run: nobody reads its positions
	guard   guard

	roots   []*root
	nroots  int
	spare   []*capture      // captures to use again
	checked map[string]bool // resources found to be all right
	allocs  map[uintptr][]alloc

	settings map[settingKey]*setting
	filled   []uintptr          // what Set has filled, in order
	written  map[settingKey]any // literals that stand in the document already; kept, so that no other gets their place

	steps   map[string]*step
	order   []*step
	seq     int
	tails   []*tail
	uses    []use
	top     *scope
	cur     *scope
	making  *step           // the step whose call is being written
	lambdas int             // functions of expressions that are being written
	taken   map[string]bool // names that variables must not have

	handlers  []run.Handler
	resources []Resource
	children  []Workflow
	names     map[string]claim // what ${…} stands for

	found    []finding
	weight   int             // of constant texts, in bytes
	rawUses  []rawUse        // variables in the texts of raw states
	rawNames map[string]bool // variables that raw states assign
	loops    []*loop
	turning  int            // how many loops are being written
	learned  []map[int]bool // for each loop: the numbers of the variables that its body assigns
	assigned []map[int]bool // what an earlier run has learned; nil when there was none
	unsure   bool           // a loop gave up more facts than it had to: run again

	panicked bool
	pos      *position // where the workflow was declared
	w        writer
}

// A scope is one set of states: the machine, or a branch.
type scope struct {
	parent *scope
	depth  int
	owner  *step
	steps  []*step
	entry  *edge
	open   []*edge // the ways that lead to whatever comes next
	out    reflect.Type
}

// holds tells whether t is s or inside s.
func (s *scope) holds(t *scope) bool {
	for ; t != nil; t = t.parent {
		if t == s {
			return true
		}
	}
	return false
}

func (s *scope) title() string {
	if s.owner == nil {
		return "the workflow"
	}
	return s.owner.name
}

// A step is one state being written.
type step struct {
	name  string
	seq   int
	pos   position
	sc    *scope
	late  int // states of tails come after all others
	state asl.State
	facts facts

	exit     *edge   // to what comes next; nil for Choice, Succeed and Fail
	rules    []*edge // of a Choice
	fallback *edge   // a Choice's default
	catches  []*edge
	children []*scope
	loop     *loop // that a Choice decides
	output   *node
	end      bool
	result   *root

	// What the state holds that is not constant.
	args, timeout, role, seconds, stamp, code, cause *node

	each *mapping // of a Map
	raw  bool     // written by Raw

	reached bool
	in      bits

	// The one way out that is no rule and no catcher, and room for the list of it. They save the many steps of a
	// workflow two allocations each.
	way  edge
	ways [1]*edge
}

// edges yields all ways out of a step.
func (s *step) edges(yield func(*edge) bool) {
	if s.exit != nil && !yield(s.exit) {
		return
	}
	for _, e := range s.rules {
		if !yield(e) {
			return
		}
	}
	if s.fallback != nil && !yield(s.fallback) {
		return
	}
	for _, e := range s.catches {
		if !yield(e) {
			return
		}
	}
}

// An edge is one way out of a step. It may assign variables on the way.
type edge struct {
	from    *step
	to      *step
	assigns []*assign
	facts   facts
	cond    *node    // of a rule
	errors  []string // of a catcher
	stands  []*edge  // the edges in whose place it stands, when it leads from no state
	bare    bool     // one of those is the first of its scope

	room [1]*assign // for assigns: most edges that have any have one
}

type assign struct {
	to  *root
	src *node
	// decode makes the source out of src when it is known which members are read. It may be nil.
	decode func(answer Expr, read func(member string) bool) Expr
	with   int // how many of the assignments before it on the edge are made at the same time, so that it does not see them
}

func (a *assign) source() *node {
	if a.decode != nil {
		return a.decode(Expr{a.src}, func(name string) bool { return a.to.whole || a.to.reads[name] }).n
	}
	return a.src
}

func (e *edge) give(r *root, n *node) { e.assign(&assign{to: r, src: n}) }

func (e *edge) assign(a *assign) {
	if e.assigns == nil {
		e.assigns = e.room[:0]
	}
	e.assigns = append(e.assigns, a)
}

// maxName is how many characters a state's name may have (StateName in the API).
const maxName = 80

// add records a state under the name that the author gave it.
func (f *Flow) add(name string, state asl.State) *step { return f.record(f.prefix+name, state) }

// record records a state. All ways that are open lead to it.
func (f *Flow) record(name string, state asl.State) *step {
	m := f.m
	m.mine()
	switch {
	case len(m.order) >= maxStates:
		panic(tooMuch(fmt.Sprintf("%d states", maxStates)))
	case len(m.found) >= maxFindings:
		panic(tooMuch(fmt.Sprintf("%d mistakes", maxFindings)))
	}
	m.seq++
	s := &step{name: name, seq: m.seq, state: state, sc: f.sc, facts: f.facts(), late: len(m.tails)}
	if m.depth() == 0 {
		s.late = 0
	}
	if !m.again {
		s.pos = above()
	}
	f.checkStep(s)
	m.steps[name] = s
	m.order = append(m.order, s)
	f.sc.steps = append(f.sc.steps, s)
	for _, e := range f.sc.open {
		e.to = s
	}
	f.sc.open = nil
	s.way.from, s.way.facts, s.ways[0] = s, s.facts, &s.way
	switch state.(type) {
	case *asl.Succeed, *asl.Fail:
	case *asl.Choice:
		s.fallback = &s.way
		f.sc.open = s.ways[:1:1]
	default:
		s.exit = &s.way
		f.sc.open = s.ways[:1:1]
	}
	return s
}

func (f *Flow) checkStep(s *step) {
	m := f.m
	switch n := utf8.RuneCountInString(s.name); {
	case n == 0:
		m.report(diagnosis{step: s, code: "state-name", message: "a state has no name", hint: "name it as you would on a whiteboard"})
	case n > maxName:
		m.report(diagnosis{step: s, code: "state-name", message: fmt.Sprintf("the name has %d characters; Step Functions takes at most %d", n, maxName), hint: "shorten it; a Comment can say the rest"})
	case containsControl(s.name):
		m.report(diagnosis{step: s, code: "state-name", message: "the name contains a control character", hint: "use letters, digits, blanks and punctuation"})
	}
	m.noPlaceholder(s.name)
	if old := m.steps[s.name]; old != nil {
		hint := "names are unique in the whole workflow, branches included"
		if old.pos.find() == s.pos.find() {
			hint = "call a fragment that is used twice with flow.Named(f, \"Resume\"), which puts that before the names of its states"
		}
		m.report(diagnosis{step: s, code: "duplicate-state", message: fmt.Sprintf("the name is taken by the state at %s", old.pos.find()), hint: hint})
	}
	if m.cur != f.sc {
		m.report(diagnosis{step: s, code: "outer-flow", message: fmt.Sprintf("it is written with the flow of %s while %s is being written", quoted(f.sc), quoted(m.cur)), hint: "use the inner f"})
	}
	if m.lambdas > 0 {
		m.report(diagnosis{step: s, code: "step-in-expression", message: "a state cannot stand in the function of an expression such as Map or Filter", hint: "those functions give values; write the state before them"})
	}
	if len(f.sc.open) == 0 {
		m.report(diagnosis{step: s, code: "unreachable-state", message: "nothing leads here: the flow has ended", hint: "remove it, or let the step before it go on"})
	}
}

func containsControl(s string) bool { return slices.ContainsFunc([]rune(s), unicode.IsControl) }

func quoted(s *scope) string {
	if s.owner == nil {
		return "the workflow"
	}
	return fmt.Sprintf("%q", s.owner.name)
}

// depth is how many tails are being written.
func (m *machine) depth() int {
	n := 0
	for _, t := range m.tails {
		if t.writing {
			n++
		}
	}
	return n
}

// enter opens a scope of its own inside owner, and leave closes it.
func (f *Flow) enter(owner *step, out reflect.Type) *Flow {
	g := &Flow{m: f.m, prefix: f.prefix, sc: &scope{parent: f.sc, owner: owner, out: out, entry: &edge{facts: owner.facts}}}
	g.sc.open = []*edge{g.sc.entry}
	owner.children = append(owner.children, g.sc)
	if g.sc.depth = f.sc.depth + 1; g.sc.depth > maxNesting {
		panic(tooMuch(fmt.Sprintf("%d blocks inside each other", maxNesting)))
	}
	f.m.cur = g.sc
	return g
}

func (f *Flow) leave() { f.m.cur = f.sc }

// facts is what is known on all ways that are open.
func (f *Flow) facts() facts {
	if len(f.sc.open) == 0 {
		return nil
	}
	known := f.sc.open[0].facts
	for _, e := range f.sc.open[1:] {
		known = known.both(e.facts)
	}
	return known
}

// A diagnosis is a diagnostic in the making.
type diagnosis struct {
	severity diag.Severity
	code     string
	step     *step // the state it is about, or nil
	pos      *position
	message  string
	hint     string
	once     bool          // looked for in the first run only
	at       diag.Position // where, if that is known already
	near     *step         // the state that it is placed at when no call of the author is being made
}

type finding struct {
	diagnosis
	seq    int
	source diag.Position
}

// report keeps a diagnostic, once. It is placed at the step's call, or at the author's call that is being made.
func (m *machine) report(d diagnosis) {
	x := finding{diagnosis: d, seq: m.seq}
	switch {
	case m.again:
	case !d.at.IsZero():
		x.source = d.at
	case d.pos != nil:
		x.source = d.pos.find()
	case d.step != nil && d.step.pos.n > 0:
		x.source = d.step.pos.find()
	default:
		if x.source = author(); x.source.IsZero() && d.near != nil {
			x.source = d.near.pos.find()
		}
	}
	if d.step != nil {
		x.seq = d.step.seq
	}
	for _, old := range m.found {
		if old.code == d.code && old.message == d.message && old.step == d.step && (old.source == x.source || m.again) {
			return
		}
	}
	if len(m.found) < maxFindings {
		m.found = append(m.found, x)
	}
}
