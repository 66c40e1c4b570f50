package draw

import (
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/asl"
)

// Mermaid writes a document as a Mermaid flowchart, for places that render it (READMEs, wikis).
func Mermaid(m *asl.Machine, options ...Option) string {
	p := &picture{}
	for _, o := range options {
		o(p)
	}
	w := &mermaid{run: p.run, ids: map[*box]string{}}
	w.line("flowchart TD")
	g := newGraph("", &m.Branch, true)
	w.graph(g, "  ")
	w.classes(g)
	return w.out.String()
}

type mermaid struct {
	out strings.Builder
	run *trace
	ids map[*box]string
}

func (w *mermaid) line(format string, args ...any) { fmt.Fprintf(&w.out, format+"\n", args...) }

func (w *mermaid) graph(g *graph, indent string) {
	for _, n := range g.nodes {
		id := fmt.Sprintf("s%d", len(w.ids)+1)
		w.ids[n] = id
		switch {
		case n.start:
			w.line("%s%s((start))", indent, id)
		case n.end:
			w.line("%s%s(((end)))", indent, id)
		case len(n.inner) > 0:
			w.line("%ssubgraph %s[%s]", indent, id, mermaidText(n.name))
			for i, b := range n.inner {
				w.line("%s  subgraph %sb%d[%s]", indent, id, i+1, mermaidText(b.title))
				w.graph(b, indent+"    ")
				w.line("%s  end", indent)
			}
			w.line("%send", indent)
		default:
			w.line("%s%s%s", indent, id, mermaidShape(n))
		}
	}
	for _, e := range g.edges {
		arrow := "-->"
		if e.kind == edgeCatch {
			arrow = "-.->"
		}
		if e.label != "" {
			arrow += "|" + mermaidText(e.label) + "|"
		}
		w.line("%s%s %s %s", indent, w.ids[e.from], arrow, w.ids[e.to])
	}
}

func mermaidShape(n *box) string {
	text := n.name
	if n.note != "" {
		text += "<br/>" + n.note
	}
	text = mermaidText(text)
	switch n.kind {
	case asl.KindChoice:
		return "{{" + text + "}}"
	case asl.KindSucceed, asl.KindFail:
		return "([" + text + "])"
	case asl.KindWait:
		return "[/" + text + "/]"
	default:
		return "[" + text + "]"
	}
}

// classes colours what a run did.
func (w *mermaid) classes(g *graph) {
	if w.run == nil {
		return
	}
	w.line("  classDef succeeded stroke:#1c8f4d,stroke-width:3px")
	w.line("  classDef caught stroke:#d9793a,stroke-width:3px")
	w.line("  classDef failed stroke:#d0342c,stroke-width:4px")
	w.line("  classDef running stroke:#1d6fd1,stroke-dasharray:4")
	var walk func(g *graph)
	walk = func(g *graph) {
		for _, n := range g.nodes {
			if v := w.run.states[n.name]; v != nil && v.status != notVisited {
				w.line("  class %s %s", w.ids[n], v.status)
			}
			for _, b := range n.inner {
				walk(b)
			}
		}
	}
	walk(g)
}

var mermaidEscaper = strings.NewReplacer(`"`, "#quot;", "<br/>", "<br/>", "<", "#lt;", ">", "#gt;", "\n", " ", "#", "#35;")

func mermaidText(s string) string { return `"` + mermaidEscaper.Replace(printable(s)) + `"` }

// printable replaces control characters.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, "\ufffd"))
}
