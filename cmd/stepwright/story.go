package main

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/internal/term"
	"github.com/stepwright/stepwright/value"
)

// A story tells a run while it happens: each state with its time, and errors in their place.
type story struct {
	w      io.Writer
	term   *term.Terminal
	play   *play
	depth  map[string]int
	maps   map[string]string // the Map that a state is in
	silent bool

	first  time.Time
	main   *thread
	items  map[string]*thread // executions of the items of Distributed Maps, by ARN
	visits []*visit
	last   *visit // whose line was written last
}

// A thread is one execution, with a history of its own.
type thread struct {
	owner  map[int64]*visit // the visit that an event belongs to
	untold bool             // no lines are written about it
}

// told is how many items of a Distributed Map are told about.
const told = 20

// A visit is one time that a state was entered.
type visit struct {
	State    string    `json:"state"`
	At       float64   `json:"at"`             // seconds since the start
	Item     *int      `json:"item,omitempty"` // of a Map
	Failures []failure `json:"failures,omitempty"`

	in     *iteration // nil outside of Maps
	untold bool
}

// An iteration is what a Map does for one item.
type iteration struct {
	of    string // the Map
	index int
	in    *iteration // of the Map around it
}

// A failure is an error of one attempt.
type failure struct {
	Attempt int     `json:"attempt"`
	At      float64 `json:"at"`
	Error   string  `json:"error"`
	Cause   string  `json:"cause,omitempty"`
}

func (s *story) begin(k *runFlags) {
	s.main, s.items = &thread{owner: map[int64]*visit{}}, map[string]*thread{}
	if s.silent {
		return
	}
	how := "in virtual time"
	if k.realTime {
		how = "in real time"
	}
	fmt.Fprintf(s.w, "%s %s\n", s.term.Paint(term.Bold, s.play.Title()), s.term.Paint(term.Dim, how))
}

// event takes one event of the history.
func (s *story) event(e history.Event) {
	if e.ID == 1 {
		s.first = e.Time
	}
	s.take(s.main, e)
}

// item takes one event of the history that an item of a Distributed Map has of its own.
func (s *story) item(c engine.Child, e history.Event) {
	t := s.items[c.ExecutionArn]
	if t == nil {
		it := &iteration{of: c.State, index: c.Index}
		t = &thread{untold: c.Index >= told, owner: map[int64]*visit{0: {State: c.State, Item: &it.index, in: it}}}
		s.items[c.ExecutionArn] = t
		if c.Index == told && !s.silent {
			fmt.Fprintf(s.w, "%10s  %s…\n", shown(s.since(e)), strings.Repeat("  ", s.depth[c.State]+1))
		}
	}
	s.take(t, e)
}

// take takes one event of a thread.
func (s *story) take(t *thread, e history.Event) {
	v := t.owner[e.PreviousID]
	typ := string(e.Type)
	switch {
	case strings.HasSuffix(typ, "StateEntered"):
		v = &visit{State: e.Name, At: s.since(e), in: s.around(e.Name, v), untold: t.untold}
		if v.in != nil {
			v.Item = &v.in.index
		}
		s.visits = append(s.visits, v)
		s.entered(v)
	case e.Type == history.MapIterationStarted:
		it := &iteration{of: e.Name, index: e.Index, in: s.around(e.Name, v)}
		v = &visit{State: e.Name, Item: &it.index, in: it, untold: t.untold}
	case e.Error != nil && !strings.HasPrefix(typ, "Execution") && e.Type != history.MapIterationFailed:
		if e.Type == history.EvaluationFailed { // it follows from what came before the state
			v = s.latest(e.State, s.around(e.State, v), v)
		}
		s.wentWrong(v, e)
	}
	t.owner[e.ID] = v
}

// latest is the last visit of a state in an iteration; other if there is none.
func (s *story) latest(state string, in *iteration, other *visit) *visit {
	for _, v := range slices.Backward(s.visits) {
		if v.State == state && v.in == in {
			return v
		}
	}
	return other
}

// around is the iteration that a state belongs to, when v is the visit that led to it: one that v is in.
func (s *story) around(state string, v *visit) *iteration {
	owner := s.maps[state]
	if v == nil || owner == "" {
		return nil
	}
	it := v.in
	for it != nil && it.of != owner {
		it = it.in
	}
	return it
}

func (s *story) since(e history.Event) float64 { return e.Time.Sub(s.first).Seconds() }

func (s *story) entered(v *visit) {
	if s.silent || v.untold {
		return
	}
	s.last = v
	line := fmt.Sprintf("%10s  %-40s", shown(v.At), strings.Repeat("  ", s.depth[v.State])+v.name())
	if by := s.play.answeredBy(v.State); by != "" {
		line += "  " + s.term.Paint(term.Dim, by)
	}
	fmt.Fprintln(s.w, strings.TrimRight(line, " "))
}

// name is the state's, with the item of a Map that it works on.
func (v *visit) name() string {
	if v.Item == nil {
		return v.State
	}
	return fmt.Sprintf("%s [%d]", v.State, *v.Item)
}

func (s *story) wentWrong(v *visit, e history.Event) {
	f := failure{At: s.since(e), Error: *e.Error, Attempt: 1}
	if e.Cause != nil {
		f.Cause = *e.Cause
	}
	name := e.State
	if v != nil {
		f.Attempt = len(v.Failures) + 1
		v.Failures = append(v.Failures, f)
		name = v.State
	}
	if s.silent || v != nil && v.untold {
		return
	}
	text := fmt.Sprintf("✗ attempt %d: %s", f.Attempt, f.Error)
	if f.Error == fatal && f.Cause == unanswered {
		text, f.Cause = "✗ "+unanswered, ""
	}
	if v != nil && v != s.last { // others have been entered since
		text = fmt.Sprintf("✗ %s, attempt %d: %s", v.name(), f.Attempt, f.Error)
		s.last = v
	}
	if cause := message(f.Cause); cause != "" {
		text += ": " + cause
	}
	fmt.Fprintf(s.w, "%10s  %s%s\n", shown(f.At), strings.Repeat("  ", s.depth[name]+1), s.term.Paint(term.Red, diag.Shorten(text, 300)))
}

// message is the cause of a handler's error without the JSON around it, and of an expression's without the expression.
func message(cause string) string {
	if _, why, ok := strings.Cut(cause, "threw an error during evaluation. "); ok {
		return why
	}
	v, err := value.ParseString(cause)
	if m := v.Get("errorMessage"); err == nil && m.IsString() {
		return m.Str()
	}
	return cause
}

// shown is a time since the start, as people read it: whole seconds from a minute on, so that it fits into its column.
func shown(seconds float64) string {
	d := time.Duration(seconds * float64(time.Second))
	if d < time.Minute {
		return d.Round(time.Millisecond).String()
	}
	return d.Round(time.Second).String()
}

// end tells how the execution ended.
func (s *story) end(e *flowtest.Execution) {
	out := e.Outcome()
	took := s.term.Paint(term.Dim, "after "+e.Took().String())
	if out.Status == engine.Succeeded {
		fmt.Fprintf(s.w, "%s %s\n%s\n", s.term.Paint(term.Green, string(out.Status)), took, out.Output.Indent())
	} else {
		line := s.term.Paint(term.Red, string(out.Status))
		if out.Error != nil {
			line += " with " + *out.Error
		}
		line += " " + took
		if out.Cause != nil && *out.Cause != "" {
			line += ": " + message(*out.Cause)
		}
		fmt.Fprintln(s.w, line)
	}
	if calls := s.play.calls(); calls != "" {
		fmt.Fprintln(s.w, s.term.Paint(term.Dim, "called as the Go functions they are: "+calls))
	}
}

// object tells the same to programs.
func (s *story) object(e *flowtest.Execution) error {
	out := e.Outcome()
	enc := json.NewEncoder(s.w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	err := enc.Encode(struct {
		Status  engine.Status  `json:"status"`
		Output  value.Value    `json:"output,omitzero"`
		Error   *string        `json:"error,omitempty"`
		Cause   *string        `json:"cause,omitempty"`
		Seconds float64        `json:"seconds"`
		Path    []*visit       `json:"path"`
		Called  map[string]int `json:"called"`
	}{out.Status, out.Output, out.Error, out.Cause, e.Took().Seconds(), s.visits, s.play.called})
	if err != nil {
		return fmt.Errorf("write the outcome: %w", err)
	}
	return nil
}

// answeredBy says who answers a task: nothing for other states.
func (p *play) answeredBy(state string) string {
	switch {
	case p.mocked(state):
		return "answered by " + filepath.Base(p.mocksFile)
	case len(p.answers.Of(state)) > 0:
		return "answered by " + filepath.Base(p.answers.Name())
	case p.task(state) == nil:
		return ""
	case p.others[state] != nil:
		return "runs " + p.others[state].Title()
	}
	fn := p.function(state) // the package's path is told at the end
	return fn[strings.LastIndexByte(fn, '/')+1:]
}

// calls are the functions that were called, and how often: each package is named once.
func (p *play) calls() string {
	names := map[string][]string{}
	for _, fn := range slices.Sorted(maps.Keys(p.called)) {
		dot := strings.LastIndexByte(fn, '.')
		name := fn[dot+1:]
		if n := p.called[fn]; n > 1 {
			name += fmt.Sprintf(" (%d times)", n)
		}
		names[fn[:max(dot, 0)]] = append(names[fn[:max(dot, 0)]], name)
	}
	var all []string
	for _, pkg := range slices.Sorted(maps.Keys(names)) {
		by := "."
		if len(names[pkg]) > 1 {
			by = ": "
		}
		all = append(all, pkg+by+strings.Join(names[pkg], ", "))
	}
	return strings.Join(all, "; ")
}
