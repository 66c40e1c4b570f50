// Package draw makes pictures of documents: SVG and Mermaid, nested states as containers, optionally with a run on
// top (the path taken, the failed state, times).
//
// Drawing takes a document and gives text; it touches nothing else. The same document and run give the same bytes.
package draw

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/value"
)

// An edgeKind says why a way leads from one state to another.
type edgeKind uint8

const (
	edgeNext edgeKind = iota
	edgeRule
	edgeDefault
	edgeCatch
)

// A graph is one branch: its states as nodes, and the ways between them.
type graph struct {
	title string
	nodes []*box
	edges []*edge
	byID  map[string]*box

	w, h   float64
	offset float64 // of the layout inside the frame, from the top
}

// A box is a node of a graph: a state, the start or the end of a branch, or (dummy) the bend of a long edge.
type box struct {
	name   string
	kind   asl.Kind // empty for start, end and dummies
	lines  []string // the name, wrapped
	note   string   // what the state does, in few words
	inner  []*graph // containers: branches, or what a Map runs
	start  bool
	end    bool
	dummy  bool
	rank   int
	order  int
	x, y   float64 // centre
	w, h   float64
	in     []*edge
	out    []*edge
	source asl.State
}

// An edge is one way. Long edges become chains of dummies while they are laid out.
type edge struct {
	from, to *box
	kind     edgeKind
	label    string
	twin     int // how many ways lead between the same states already
	row      int // labels of one state's ways stand on two rows by turns
	title    string
	back     bool // turned around for the layout, because it closes a loop
	points   []point
}

type point struct{ x, y float64 }

// newGraph reads one branch.
func newGraph(title string, b *asl.Branch, endings bool) *graph {
	g := &graph{title: title, byID: map[string]*box{}}
	var start, end *box
	if endings {
		start = &box{start: true}
		end = &box{end: true}
		g.nodes = append(g.nodes, start)
	}
	for name, s := range b.States.All() {
		n := &box{name: name, kind: asl.KindOf(s), note: note(s), source: s, lines: wrap(name, 24)}
		n.inner = inner(s)
		g.nodes = append(g.nodes, n)
		g.byID[name] = n
	}
	if start != nil {
		g.connect(start, g.byID[b.StartAt], edgeNext, "", "")
	}
	for name, s := range b.States.All() {
		g.ways(g.byID[name], s, end)
	}
	if end != nil && len(end.in) > 0 {
		g.nodes = append(g.nodes, end)
	}
	return g
}

// inner are the graphs inside a container state.
func inner(s asl.State) []*graph {
	switch s := s.(type) {
	case *asl.Parallel:
		var all []*graph
		for i, b := range s.Branches {
			title := ""
			if len(s.Branches) > 1 {
				title = fmt.Sprintf("branch %d", i+1)
			}
			if b != nil {
				all = append(all, newGraph(title, b, false))
			}
		}
		return all
	case *asl.Map:
		if p := s.Processor(); p != nil {
			title := "for each item"
			if s.Distributed() {
				title = "for each item, an execution"
			}
			return []*graph{newGraph(title, &p.Branch, false)}
		}
	case *asl.Task, *asl.Pass, *asl.Wait, *asl.Choice, *asl.Succeed, *asl.Fail:
	default:
		panic(fmt.Sprintf("draw: unknown state %T", s))
	}
	return nil
}

// ways adds the edges that leave s.
func (g *graph) ways(n *box, s asl.State, end *box) {
	after := func(t asl.Transition) {
		if t.Next != "" {
			g.connect(n, g.byID[t.Next], edgeNext, "", "")
		} else if t.Ends() {
			g.connect(n, end, edgeNext, "", "")
		}
	}
	catch := func(e asl.Errors) {
		for _, c := range e.Catch {
			g.connect(n, g.byID[c.Next], edgeCatch, errorsLabel(c.ErrorEquals), "caught: "+strings.Join(c.ErrorEquals, ", "))
		}
	}
	switch s := s.(type) {
	case *asl.Task:
		after(s.Transition)
		catch(s.Errors)
	case *asl.Parallel:
		after(s.Transition)
		catch(s.Errors)
	case *asl.Map:
		after(s.Transition)
		catch(s.Errors)
	case *asl.Pass:
		after(s.Transition)
	case *asl.Wait:
		after(s.Transition)
	case *asl.Choice:
		for _, r := range s.Choices {
			if r != nil {
				c := condition(r)
				g.connect(n, g.byID[r.Next], edgeRule, conditionLabel(c), c)
			}
		}
		if s.Default != "" {
			g.connect(n, g.byID[s.Default], edgeDefault, "otherwise", "no rule holds")
		}
	case *asl.Succeed, *asl.Fail: // they are ends themselves
	default:
		panic(fmt.Sprintf("draw: unknown state %T", s))
	}
}

// connect adds an edge; a target that does not exist gives none. Equal ways between two states are drawn once.
func (g *graph) connect(from, to *box, kind edgeKind, label, title string) {
	if from == nil || to == nil {
		return
	}
	twin := 0
	for _, e := range from.out {
		if e.to != to {
			continue
		}
		if (e.kind == edgeCatch) == (kind == edgeCatch) {
			if label != "" && !strings.Contains(e.label, label) {
				e.label = clip(e.label+", "+label, 28)
				e.title += "\nor " + title
			}
			return
		}
		twin++
	}
	e := &edge{from: from, to: to, kind: kind, label: label, title: title, row: len(from.out) % 2, twin: twin}
	from.out = append(from.out, e)
	to.in = append(to.in, e)
	g.edges = append(g.edges, e)
}

// note says in few words what a state does.
func note(s asl.State) string {
	switch s := s.(type) {
	case *asl.Task:
		return taskNote(s)
	case *asl.Wait:
		switch {
		case s.Seconds.IsNumber():
			return "wait " + span(s.Seconds)
		case s.Timestamp.Exists(), s.TimestampPath != nil:
			return "wait until"
		}
		return "wait"
	case *asl.Fail:
		if s.Error.IsString() {
			return clip(expression(s.Error.Str()), 28)
		}
		return "fail"
	case *asl.Parallel:
		return "in parallel"
	case *asl.Map:
		return "map"
	case *asl.Pass:
		return "pass"
	case *asl.Choice, *asl.Succeed:
		return ""
	default:
		panic(fmt.Sprintf("draw: unknown state %T", s))
	}
}

// span writes seconds the way people say them.
func span(seconds value.Value) string {
	n, ok := seconds.Int()
	for _, u := range []struct {
		n    int64
		name string
	}{{86400, "d"}, {3600, "h"}, {60, "min"}} {
		if ok && n >= u.n && n%u.n == 0 {
			return fmt.Sprintf("%d %s", n/u.n, u.name)
		}
	}
	return seconds.Literal() + " s"
}

func taskNote(t *asl.Task) string {
	r := t.Resource
	for _, prefix := range []string{":states:::aws-sdk:", ":states:::"} {
		if _, rest, ok := strings.Cut(r, prefix); ok {
			r = rest
			break
		}
	}
	if strings.HasPrefix(r, "lambda:invoke") {
		name := t.Arguments.Get("FunctionName").Str()
		if name == "" {
			name = t.Parameters.Get("FunctionName").Str()
		}
		name = strings.TrimSuffix(strings.TrimPrefix(name, "${"), "}")
		if i := strings.LastIndexByte(name, ':'); i >= 0 {
			name = name[i+1:]
		}
		if name != "" {
			return clip("λ "+name, 30)
		}
	}
	if strings.HasPrefix(r, "arn:") {
		parts := strings.Split(r, ":")
		r = parts[len(parts)-1]
	}
	if name, ok := strings.CutPrefix(r, "${"); ok {
		r = strings.TrimSuffix(name, "}")
	}
	return clip(r, 30)
}

func condition(r *asl.Rule) string {
	switch {
	case r.Condition.IsString():
		return expression(r.Condition.Str())
	case r.Condition.IsBool():
		return r.Condition.String()
	case r.Variable != nil:
		return *r.Variable + " " + r.Operator + " " + r.Operand.String()
	case r.Not != nil:
		return "not (" + condition(r.Not) + ")"
	case r.And != nil:
		return joinRules(r.And, " and ")
	case r.Or != nil:
		return joinRules(r.Or, " or ")
	}
	return ""
}

func joinRules(l *asl.Rules, by string) string {
	parts := make([]string, 0, len(l.List))
	for _, r := range l.List {
		if r != nil {
			parts = append(parts, condition(r))
		}
	}
	return strings.Join(parts, by)
}

// expression is what stands between the delimiters of an expression, without the long prefixes everybody knows.
func expression(s string) string {
	if e, ok := strings.CutPrefix(s, "{%"); ok {
		s = strings.TrimSpace(strings.TrimSuffix(e, "%}"))
	}
	return strings.NewReplacer("$states.context.Execution.Input", "input", "$states.input", "input").Replace(s)
}

// labelWidth is how many characters a condition has at an arrow; the whole of it is shown when somebody points there.
const labelWidth = 26

// conditionLabel is a condition in few words: without dollar signs, without guards against null in the place of a
// list, and of long ones the last members of paths only.
func conditionLabel(c string) string {
	c = dollars.ReplaceAllString(unguarded(c), "$1")
	if len([]rune(c)) > labelWidth {
		c = paths.ReplaceAllStringFunc(c, func(p string) string { return p[strings.LastIndexByte(p, '.')+1:] })
	}
	return clip(c, labelWidth)
}

var (
	dollars = regexp.MustCompile(`\$+([A-Za-z_])`)
	paths   = regexp.MustCompile(`[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+`)
)

// unguarded is an expression with x in the place of $type(x) = "array" ? x : [].
func unguarded(s string) string {
	const begin, middle, end = "$type(", `) = "array" ? `, " : []"
	var b strings.Builder
	for {
		before, rest, ok := strings.Cut(s, begin)
		if !ok {
			return b.String() + s
		}
		b.WriteString(before)
		x, after, _ := strings.Cut(rest, middle)
		if tail, ok := strings.CutPrefix(after, x+end); ok && x != "" {
			b.WriteString(x)
			s = tail
			continue
		}
		b.WriteString(begin)
		s = rest
	}
}

func errorsLabel(names []string) string {
	if len(names) == 1 && names[0] == "States.ALL" {
		return "any error"
	}
	short := make([]string, 0, len(names))
	for _, n := range names {
		n = strings.TrimSuffix(n[strings.LastIndexByte(n, '.')+1:], "Exception")
		if len(short) == 0 || short[len(short)-1] != n {
			short = append(short, n)
		}
	}
	return clip(strings.Join(short, ", "), 26)
}

// clip cuts a text to at most n characters.
func clip(s string, n int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= n {
		return string(r)
	}
	return string(r[:n-1]) + "…"
}

// wrap breaks a name into lines of about n characters.
func wrap(s string, n int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(s) {
		switch {
		case line == "":
			line = w
		case len([]rune(line))+1+len([]rune(w)) <= n:
			line += " " + w
		default:
			lines = append(lines, line)
			line = w
		}
	}
	if line != "" || len(lines) == 0 {
		lines = append(lines, line)
	}
	for i, l := range lines {
		lines[i] = clip(l, n+8)
	}
	return lines
}
