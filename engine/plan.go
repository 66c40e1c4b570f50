package engine

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// The codes of the diagnostics that NewPlan gives.
const (
	CodeUnknownState    = "unknown-state"       // a transition to a state that is not in the branch
	CodeDuplicateState  = "duplicate-state"     // two states of one name
	CodeBadExpression   = "invalid-expression"  // JSONata that does not compile
	CodeBadPath         = "invalid-path"        // a path that cannot be read
	CodeBadField        = "invalid-field"       // a field whose value makes no sense
	CodeUnboundResource = "unbound-placeholder" // ${Name} where the engine needs the real thing
)

// Options say how a machine is planned.
type Options struct {
	// Substitutions are what ${Name} in strings of the document stands for, as in the DefinitionSubstitutions of
	// AWS::StepFunctions::StateMachine. Names that are not in it stay as they are.
	Substitutions map[string]string
	// AsOf runs the machine as the service did at that time, where it is known to have changed since; zero is today.
	AsOf time.Time
	// MaxEvents is how many events the history of a standard execution may have: zero is the service's 25,000, and
	// Unlimited is no limit.
	MaxEvents int64
	// Activity tells whether an activity exists at the moment when a task would be put into its queue; a task of one that
	// does not fails the execution. Nil is yes.
	Activity func(arn string) bool
}

// Unlimited is the value of Options.MaxEvents for histories without a limit.
const Unlimited int64 = -1

// What the service has changed, by when.
var (
	redriveSince = time.Date(2023, 11, 15, 0, 0, 0, 0, time.UTC) // RedriveCount is in the context object
)

// has tells whether the service had a change at the time that the plan runs as of.
func (p *Plan) has(change time.Time) bool { return p.asOf.IsZero() || !p.asOf.Before(change) }

// A Plan is a machine made ready to run. It does not change and can be used by any number of runs at once.
type Plan struct {
	startAt string
	asOf    time.Time
	timeout time.Duration // of an execution; 0 for the type's own limit
	most    int64         // events of a standard execution; Unlimited for no limit
	exists  func(activity string) bool
	nodes   map[string]*node
}

// A node is one state, ready to run.
type node struct {
	name            string
	kind            asl.Kind
	entered, exited history.Type
	next            string // empty: the branch ends
	do              runner
	retry           []retrier
	catch           []catcher
}

// A runner is what a kind of state does.
type runner interface {
	// enter is called once the Entered event is written.
	enter(x *step, t *thread, n *node)
}

// A retrying state can be tried again without being entered anew.
type retrying interface {
	again(x *step, t *thread, n *node)
}

// A waiting state has set a timer that is due.
type waiting interface {
	due(x *step, t *thread, n *node)
}

// NewPlan makes a machine ready to run. The plan is nil if a diagnostic is an error: a state, a field or an
// expression that this engine cannot run, each named with its place.
func NewPlan(m *asl.Machine, o Options) (*Plan, diag.List) {
	p := &planner{m: m, subst: o.Substitutions, plan: &Plan{
		startAt: m.StartAt, asOf: o.AsOf, exists: o.Activity, most: cmp.Or(o.MaxEvents, maxEvents), nodes: map[string]*node{},
	}}
	p.machine()
	m.Locate(p.diags)
	if p.diags.HasErrors() {
		return nil, p.diags
	}
	return p.plan, p.diags
}

type planner struct {
	m     *asl.Machine
	subst map[string]string
	plan  *Plan
	diags diag.List

	state  string       // the one being planned
	at     diag.Pointer // to it
	branch *asl.Branch  // around it
}

func (p *planner) machine() {
	if v := p.m.TimeoutSeconds; v.Exists() {
		n, ok := v.Int()
		if !ok || n < 1 || n > maxWait {
			p.add("/TimeoutSeconds", CodeBadField, "TimeoutSeconds is "+v.String()+"; expected a positive whole number", "")
		}
		p.plan.timeout = time.Duration(n) * time.Second
	}
	p.states(&p.m.Branch, "")
}

func (p *planner) states(b *asl.Branch, at diag.Pointer) {
	if b.States.Get(b.StartAt) == nil {
		p.add(at.Child("StartAt"), CodeUnknownState, fmt.Sprintf("start state %q does not exist", b.StartAt), "name a state of States")
	}
	for name, s := range b.States.All() {
		p.state, p.at, p.branch = name, at.Child("States").Child(name), b
		if p.plan.nodes[name] != nil {
			p.fail("", CodeDuplicateState, "another state has the same name", "names are unique in the whole machine, branches included")
			continue
		}
		n := &node{name: name, kind: asl.KindOf(s)}
		n.entered = history.Type(string(n.kind) + "StateEntered")
		n.exited = history.Type(string(n.kind) + "StateExited")
		p.plan.nodes[name] = n
		p.node(n, s)
	}
}

func (p *planner) node(n *node, s asl.State) {
	lang := p.m.Language(s)
	switch s := s.(type) {
	case *asl.Task:
		p.task(n, s, lang)
	case *asl.Parallel:
		p.parallel(n, s, lang)
	case *asl.Pass:
		p.pass(n, s, lang)
	case *asl.Wait:
		p.wait(n, s, lang)
	case *asl.Choice:
		p.choice(n, s, lang)
	case *asl.Succeed:
		p.succeed(n, s, lang)
	case *asl.Fail:
		p.fails(n, s, lang)
	case *asl.Map:
		p.mapState(n, s, lang)
	default:
		panic(fmt.Sprintf("engine: unknown state %T", s))
	}
}

func (p *planner) add(at diag.Pointer, code, message, hint string) {
	p.diags.Add(diag.Diagnostic{Code: code, State: p.state, Path: at, Message: message, Hint: hint})
}

// fail reports a problem at a place in the state.
func (p *planner) fail(field diag.Pointer, code, message, hint string) {
	p.add(p.at+field, code, message, hint)
}

// next gives the target of a transition after checking it.
func (p *planner) next(t asl.Transition) string {
	if t.Ends() {
		return ""
	}
	return p.target("/Next", t.Next)
}

func (p *planner) target(field diag.Pointer, name string) string {
	switch {
	case name == "":
		p.fail(field, CodeUnknownState, "the state says neither where to go on nor that it ends", "give it a Next or End")
	case p.branch.States.Get(name) == nil:
		p.fail(field, CodeUnknownState, fmt.Sprintf("next state %q does not exist", name), "name a state of the same branch")
	}
	return name
}

// text is s with placeholders replaced.
func (p *planner) text(s string) string {
	if len(p.subst) == 0 || !strings.Contains(s, "${") {
		return s
	}
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "${")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		name, rest, ok := strings.Cut(after, "}")
		to, known := p.subst[name]
		if !ok || !known {
			b.WriteString("${")
			s = after
			continue
		}
		b.WriteString(to)
		s = rest
	}
}

// value is v with placeholders replaced in all its strings.
func (p *planner) value(v value.Value) value.Value {
	if len(p.subst) == 0 {
		return v
	}
	switch v.Kind() {
	case value.StringKind:
		return value.String(p.text(v.Str()))
	case value.ArrayKind:
		items := make([]value.Value, v.Len())
		for i, x := range v.Elements() {
			items[i] = p.value(x)
		}
		return value.Array(items...)
	case value.ObjectKind:
		var b value.Builder
		for name, x := range v.Members() {
			b.Set(name, p.value(x))
		}
		return b.Object()
	case value.Absent, value.NullKind, value.BoolKind, value.NumberKind:
	}
	return v
}

// template compiles a JSONata field; nil when it is absent or wrong.
func (p *planner) template(field diag.Pointer, name string, v value.Value) *jsonata.Template {
	if !v.Exists() {
		return nil
	}
	t, errs := jsonata.CompileTemplate(name, p.value(v))
	for _, e := range errs {
		if e.Err.Code == jsonata.Unsupported {
			p.fail(field+e.Path, CodeBadExpression, e.Err.Message, "an expression has no context of its own: begin with $states.input or a variable")
			continue
		}
		p.fail(field+e.Path, CodeBadExpression, e.Err.Error(), "")
	}
	return t
}

// errors plans retriers and catchers.
func (p *planner) errors(n *node, e asl.Errors, lang asl.QueryLanguage) {
	for _, r := range e.Retry {
		n.retry = append(n.retry, retrier{
			errors:   r.ErrorEquals,
			interval: float64(or(r.IntervalSeconds, 1)),
			attempts: or(r.MaxAttempts, 3),
			rate:     or(r.BackoffRate, 2),
			maxDelay: float64(or(r.MaxDelaySeconds, 0)),
			jitter:   r.JitterStrategy == "FULL",
		})
	}
	for i, c := range e.Catch {
		at := diag.Pointer("/Catch").Index(i)
		n.catch = append(n.catch, catcher{
			errors: c.ErrorEquals, next: p.target(at.Child("Next"), c.Next), flow: p.catchFlow(at, i, c, lang),
		})
	}
}

func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}

// field is the pointer to a field of the state.
func (p *planner) field(name string) diag.Pointer { return diag.Pointer("").Child(name) }
