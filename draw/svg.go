package draw

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/history"
)

// An Option changes a picture.
type Option func(*picture)

// Title writes a line above the picture.
func Title(s string) Option { return func(p *picture) { p.title = s } }

// Run draws a run on top: the path taken, what failed, and how long each state took. The events are those of one
// execution, in order; they may end before the execution has.
func Run(events []history.Event) Option {
	return func(p *picture) { p.run = readRun(events) }
}

type picture struct {
	title string
	run   *trace
	out   bytes.Buffer
}

const style = `
  .bg { fill: #ffffff; }
  text { font: 13px system-ui, -apple-system, "Segoe UI", "Helvetica Neue", Arial, "DejaVu Sans", sans-serif; fill: #1f2933; text-anchor: middle; }
  .title { font-size: 17px; font-weight: 600; text-anchor: start; }
  .sub { font-size: 12px; fill: #52606d; text-anchor: start; }
  .note { font-size: 11px; fill: #52606d; }
  .label { font-size: 10.5px; fill: #52606d; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; stroke-linejoin: round; }
  .label.catch { fill: #b44d12; }
  .time { font-size: 10.5px; fill: #334e68; font-weight: 600; }
  .branch { font-size: 11px; fill: #829ab1; text-anchor: start; }
  .state { fill: #f5f7fa; stroke: #9fb3c8; stroke-width: 1.3; }
  .Task { fill: #e6f0fb; stroke: #5b8fc9; } .Choice { fill: #fdf3d7; stroke: #cda434; } .Pass { fill: #f0f4f8; stroke: #9fb3c8; }
  .Wait { fill: #efe9fb; stroke: #8f76c9; } .Succeed { fill: #e3f5e9; stroke: #3f9c62; } .Fail { fill: #fbe6e4; stroke: #cf4a3c; }
  .Parallel, .Map { fill: #fafcff; stroke: #7b98b8; stroke-dasharray: none; }
  .terminal { fill: #334e68; }
  .edge { fill: none; stroke: #829ab1; stroke-width: 1.4; } .edge.catch { stroke: #d9793a; stroke-dasharray: 5 4; } .edge.default { stroke: #a8967a; }
  .arrow { fill: #829ab1; } .arrow.catch { fill: #d9793a; } .arrow.taken { fill: #1d6fd1; } .arrow.wrong { fill: #d0342c; }
  .dim { opacity: .38; } .dim .dim { opacity: 1; }
  .edge.taken { stroke: #1d6fd1; stroke-width: 2.8; stroke-dasharray: none; } .edge.wrong { stroke: #d0342c; stroke-width: 2.8; stroke-dasharray: none; }
  .succeeded { stroke: #1c8f4d; stroke-width: 2.6; } .caught { stroke: #d9793a; stroke-width: 3; } .failed { stroke: #d0342c; stroke-width: 3.2; } .running { stroke: #1d6fd1; stroke-width: 3; stroke-dasharray: 6 3; }
`

// SVG draws a document as a self-contained SVG: no scripts, no fonts, nothing from elsewhere.
func SVG(m *asl.Machine, options ...Option) []byte {
	p := &picture{}
	if m.Comment != nil {
		p.title = *m.Comment
	}
	for _, o := range options {
		o(p)
	}
	g := newGraph("", &m.Branch, true)
	g.layout()
	top := 24.0
	if p.title != "" {
		top += 22
	}
	sub := p.summary()
	if sub != "" {
		top += 20
	}
	w := max(g.w+48, 9.5*float64(len([]rune(p.title)))+48, 6.6*float64(len([]rune(sub)))+48)
	h := g.h + top + 24
	fmt.Fprintf(&p.out, `<svg xmlns="http://www.w3.org/2000/svg" width="%s" height="%s" viewBox="0 0 %s %s" role="img">`+"\n", num(w), num(h), num(w), num(h))
	p.printf("<title>%s</title>\n<style>%s</style>\n", esc(p.title), style)
	p.printf(`<rect class="bg" width="%s" height="%s"/>`+"\n", num(w), num(h))
	if p.title != "" {
		p.printf(`<text class="title" x="24" y="32">%s</text>`+"\n", esc(p.title))
	}
	if sub != "" {
		p.printf(`<text class="sub" x="24" y="52">%s</text>`+"\n", esc(sub))
	}
	p.graph(g, (w-g.w)/2, top)
	p.printf("</svg>\n")
	return p.out.Bytes()
}

func (p *picture) printf(format string, args ...any) { fmt.Fprintf(&p.out, format, args...) }

// outcomes are the statuses of an execution by its last event.
var outcomes = map[history.Type]string{
	history.ExecutionSucceeded: "SUCCEEDED", history.ExecutionFailed: "FAILED",
	history.ExecutionAborted: "ABORTED", history.ExecutionTimedOut: "TIMED_OUT",
}

// summary is one line about the run.
func (p *picture) summary() string {
	if p.run == nil || p.run.status == "" {
		return ""
	}
	word := outcomes[p.run.status]
	if word == "" {
		word = "RUNNING"
	}
	return fmt.Sprintf("%s in %s, %d states visited", word, duration(p.run.last.Sub(p.run.first)), len(p.run.states))
}

func (p *picture) graph(g *graph, x, y float64) {
	if g.title != "" {
		p.printf(`<text class="branch" x="%s" y="%s">%s</text>`+"\n", num(x), num(y+12), esc(g.title))
	}
	y += g.offset
	for _, pass := range []bool{false, true} { // what was taken lies on top
		for _, e := range g.edges {
			if p.takes(e) == pass {
				p.edge(e, x, y)
			}
		}
	}
	for _, n := range g.nodes {
		if !n.dummy {
			p.box(n, x, y)
		}
	}
	for _, e := range g.edges {
		p.label(e, x, y)
	}
}

func (p *picture) takes(e *edge) bool {
	if p.run == nil {
		return false
	}
	if e.to.end {
		v := p.run.states[e.from.name]
		return v != nil && v.status != notVisited && v.status != running && (e.from.kind != asl.KindFail || v.status == failed) && p.leaves(e.from)
	}
	return p.run.taken[[2]string{e.from.name, e.to.name}] > 0 && p.matches(e)
}

// leaves tells whether the run ended with state n: no other state was entered from it.
func (p *picture) leaves(n *box) bool {
	for k := range p.run.taken {
		if k[0] == n.name {
			return false
		}
	}
	return true
}

// matches tells a catcher's way from the ordinary one between the same two states.
func (p *picture) matches(e *edge) bool {
	return (e.kind == edgeCatch) == p.run.failed[[2]string{e.from.name, e.to.name}]
}

func (p *picture) classes(e *edge) string {
	c := ""
	switch e.kind {
	case edgeCatch:
		c = " catch"
	case edgeDefault:
		c = " default"
	case edgeNext, edgeRule:
	}
	if p.takes(e) {
		if e.kind == edgeCatch || e.from.kind == asl.KindFail {
			return c + " wrong"
		}
		return c + " taken"
	}
	if p.run != nil {
		c += " dim"
	}
	return c
}

func (p *picture) edge(e *edge, dx, dy float64) {
	if len(e.points) < 2 {
		return
	}
	class := p.classes(e)
	var d strings.Builder
	first := e.points[0]
	fmt.Fprintf(&d, "M%s %s", num(first.x+dx), num(first.y+dy))
	last := e.points[len(e.points)-1]
	up := 1.0 // the way's direction where it arrives
	if last.y < e.points[len(e.points)-2].y {
		up = -1
	}
	if e.from == e.to {
		for _, q := range e.points[1:] {
			fmt.Fprintf(&d, "L%s %s", num(q.x+dx), num(q.y+dy))
		}
		p.printf(`<path class="edge%s" d="%s">%s</path>`+"\n", class, d.String(), tip(e.title))
		return
	}
	for i := 1; i < len(e.points); i++ {
		a, b := e.points[i-1], e.points[i]
		if i == len(e.points)-1 {
			b.y -= 7 * up
		}
		mid := (a.y + b.y) / 2
		fmt.Fprintf(&d, "C%s %s %s %s %s %s", num(a.x+dx), num(mid+dy), num(b.x+dx), num(mid+dy), num(b.x+dx), num(b.y+dy))
	}
	p.printf(`<path class="edge%s" d="%s">%s</path>`+"\n", class, d.String(), tip(e.title))
	x, y := last.x+dx, last.y+dy
	p.printf(`<path class="arrow%s" d="M%s %sl-4.5 %sl9 0z"/>`+"\n", class, num(x), num(y), num(-8*up))
}

func (p *picture) label(e *edge, dx, dy float64) {
	if e.label == "" || len(e.points) < 2 {
		return
	}
	at := e.labelAt()
	class := ""
	if e.kind == edgeCatch {
		class = " catch"
	}
	if p.run != nil && !p.takes(e) {
		class += " dim"
	}
	p.printf(`<text class="label%s" x="%s" y="%s">%s%s</text>`+"\n", class, num(at.x+dx), num(at.y+dy), tip(e.title), esc(e.label))
}

func (p *picture) box(n *box, dx, dy float64) {
	x, y := n.x+dx, n.y+dy
	if n.start || n.end {
		p.printf(`<circle class="terminal" cx="%s" cy="%s" r="9"/>`, num(x), num(y))
		if n.end {
			p.printf(`<circle fill="#ffffff" cx="%s" cy="%s" r="5"/>`, num(x), num(y))
		}
		p.printf("\n")
		return
	}
	class, v := p.stateClass(n)
	p.printf(`<g class="node%s">%s`+"\n", dimmed(p.run, v), tip(n.tooltip(v)))
	p.shape(n, x, y, class)
	p.text(n, x, y, v)
	left := x + padding/2
	for _, g := range n.inner {
		left -= (g.w + padding) / 2
	}
	for _, g := range n.inner {
		p.graph(g, left, y-n.h/2+titleLine*float64(len(n.lines))+padding)
		left += g.w + padding
	}
	p.printf("</g>\n")
}

func dimmed(run *trace, v *visit) string {
	if run != nil && v == nil {
		return " dim"
	}
	return ""
}

func (p *picture) stateClass(n *box) (class string, v *visit) {
	class = "state " + string(n.kind)
	if p.run != nil {
		if v = p.run.states[n.name]; v != nil {
			class += " " + string(v.status)
		}
	}
	return class, v
}

func (p *picture) shape(n *box, x, y float64, class string) {
	l, t := x-n.w/2, y-n.h/2
	switch n.kind {
	case asl.KindChoice:
		c := min(14, n.h/2)
		p.printf(`<polygon class="%s" points="%s,%s %s,%s %s,%s %s,%s %s,%s %s,%s"/>`+"\n", class,
			num(l), num(y), num(l+c), num(t), num(l+n.w-c), num(t), num(l+n.w), num(y), num(l+n.w-c), num(t+n.h), num(l+c), num(t+n.h))
	case asl.KindSucceed, asl.KindFail:
		p.printf(`<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="%s"/>`+"\n", class, num(l), num(t), num(n.w), num(n.h), num(n.h/2))
	default:
		p.printf(`<rect class="%s" x="%s" y="%s" width="%s" height="%s" rx="7"/>`+"\n", class, num(l), num(t), num(n.w), num(n.h))
	}
}

func (p *picture) text(n *box, x, y float64, v *visit) {
	top := y - n.h/2 + 19
	if len(n.inner) == 0 {
		rows := lineHeight * float64(len(n.lines))
		if n.note != "" {
			rows += 14
		}
		top = y - rows/2 + 13
	}
	for _, l := range n.lines {
		p.printf(`<text x="%s" y="%s">%s</text>`+"\n", num(x), num(top), esc(l))
		top += lineHeight
	}
	if n.note != "" && len(n.inner) == 0 {
		p.printf(`<text class="note" x="%s" y="%s">%s</text>`+"\n", num(x), num(top-2), esc(n.note))
	}
	if v != nil && v.status != notVisited {
		p.printf(`<text class="time" style="text-anchor:end" x="%s" y="%s">%s</text>`+"\n", num(x+n.w/2-3), num(y-n.h/2-4), esc(badge(v)))
	}
}

// badge is what a visited state shows: how long it took, how often it was entered and tried again.
func badge(v *visit) string {
	s := duration(v.total)
	switch v.status {
	case failed:
		s = "✗ " + s
	case caught:
		s = "! " + s
	case running:
		s = "…"
	case succeeded, notVisited:
	}
	if v.entered > 1 {
		s += fmt.Sprintf(" ×%d", v.entered)
	}
	if v.retries > 0 {
		s += fmt.Sprintf(" ↻%d", v.retries)
	}
	return s
}

func (n *box) tooltip(v *visit) string {
	s := n.name + " (" + string(n.kind) + ")"
	if t, ok := n.source.(*asl.Task); ok {
		s += "\n" + t.Resource
	}
	if c := asl.CommonOf(n.source).Comment; c != nil {
		s += "\n" + *c
	}
	if v != nil && v.error != "" {
		s += "\nlast error: " + v.error
	}
	return s
}

func tip(s string) string {
	if s == "" {
		return ""
	}
	return "<title>" + esc(s) + "</title>"
}

func duration(d time.Duration) string {
	switch {
	case d < time.Second:
		return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', 1, 64) + " s"
	}
	return d.Round(time.Second).String()
}

// num writes a length with at most one decimal.
func num(f float64) string {
	s := strconv.FormatFloat(f, 'f', 1, 64)
	return strings.TrimSuffix(s, ".0")
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

// esc makes text safe inside XML: markup escaped, characters that XML forbids replaced.
func esc(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' || r == 0xfffe || r == 0xffff {
			return '\ufffd'
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
	return escaper.Replace(s)
}
