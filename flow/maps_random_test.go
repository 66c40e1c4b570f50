package flow_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
)

// Random programs that nest Each, Batch, Parallel, Try, Choice and loops, and read whatever they can see, wherever they
// are. Each is written as a workflow and worked out in Go; both must come to the same.

type (
	// A Leafy is what the lists of random programs are made of.
	Leafy struct {
		Name string  `json:"name"`
		N    int     `json:"n"`
		Kids []Leafy `json:"kids"`
	}
	Said struct {
		Text string `json:"text"`
	}
)

// Say refuses texts that are too long to say: those whose length is a multiple of 3.
func Say(_ ctx, s Said) (Said, error) {
	if len(s.Text)%3 == 0 {
		return Said{}, &Refused{}
	}
	return Said{Text: "<" + s.Text + ">"}, nil
}

// A plan is a block of a random program: statements, and then a text made of what is visible.
type plan struct {
	stmts []stmt
	out   pick
}

// A pick is a choice among what is visible: taken modulo how much that is.
type pick []int

type stmt struct {
	kind   string
	id     int
	pick   pick
	n      int
	blocks []plan
}

// A maker makes random programs.
type maker struct {
	*rand.Rand
	ids int
}

func (r *maker) pick() pick {
	p := make(pick, 1+r.IntN(3))
	for i := range p {
		p[i] = r.IntN(100)
	}
	return p
}

// plan makes a block; the outermost has a statement at least.
func (r *maker) plan(depth int) plan {
	p := plan{out: r.pick()}
	for range r.IntN(3) {
		p.stmts = append(p.stmts, r.stmt(depth))
	}
	if depth == 3 && len(p.stmts) == 0 {
		p.stmts = append(p.stmts, r.stmt(depth))
	}
	return p
}

func (r *maker) stmt(depth int) stmt {
	kinds := []string{"wait", "say", "let", "choice", "while", "index"}
	if depth > 0 {
		kinds = append(kinds, "each", "each", "each", "batch", "batch", "chunks", "parallel", "try")
	}
	r.ids++
	s := stmt{kind: kinds[r.IntN(len(kinds))], id: r.ids, pick: r.pick(), n: r.IntN(3)}
	blocks := map[string]int{"each": 1, "batch": 1, "chunks": 1, "parallel": 2, "try": 1}[s.kind]
	for range blocks {
		s.blocks = append(s.blocks, r.plan(depth-1))
	}
	return s
}

// written is what a block of the workflow sees.
type written struct {
	texts []*string
	nodes []*Leafy
	items bool // in an iteration, so that there is an index
}

func (e written) text(f *flow.Flow, p pick) *string {
	var parts []any
	for _, i := range p {
		if all := len(e.texts) + len(e.nodes); i%all < len(e.texts) {
			parts = append(parts, e.texts[i%all])
		} else {
			parts = append(parts, &e.nodes[i%all-len(e.texts)].Name)
		}
	}
	return flow.Text(f, parts...)
}

func (e written) node(p pick) *Leafy { return e.nodes[p[0]%len(e.nodes)] }

func (e written) with(text *string, nodes ...*Leafy) written {
	e.nodes = append(e.nodes[:len(e.nodes):len(e.nodes)], nodes...)
	if text != nil {
		e.texts = append(e.texts[:len(e.texts):len(e.texts)], text)
	}
	return e
}

func (p plan) write(f *flow.Flow, e written) *string {
	for _, s := range p.stmts {
		e = e.with(s.write(f, e))
	}
	return e.text(f, p.out)
}

func (s stmt) write(f *flow.Flow, e written) *string {
	name := fmt.Sprint(s.kind, " ", s.id)
	inside := func(i int) func(f *flow.Flow, item *Leafy) *string {
		return func(f *flow.Flow, item *Leafy) *string {
			in := e.with(nil, item)
			in.items = true
			return s.blocks[i].write(f, in)
		}
	}
	switch s.kind {
	case "wait":
		flow.Wait(f, name, time.Second)
		return nil
	case "say":
		in := &Said{}
		said := flow.Task(f, name, Say, flow.Fill(f, in, flow.Set(&in.Text, e.text(f, s.pick))))
		flow.Rescue(f, said, flow.AnyError, func(c *flow.Caught) *Said {
			no := &Said{}
			return flow.Fill(f, no, flow.Set(&no.Text, flow.Text(f, e.text(f, s.pick), "? ", &c.Error)))
		})
		return &said.Text
	case "let":
		return flow.Let(f, name, e.text(f, s.pick))
	case "choice":
		flow.Choice(f, name).
			When(flow.Above(&e.node(s.pick).N, s.n), func() { flow.Return(f, name+" ends", e.text(f, s.pick)) }).
			When(flow.Is(&e.node(s.pick).N, s.n), func() { flow.Wait(f, name+" waits", time.Second) })
		return nil
	case "while":
		n := flow.Var(f, name+" n", 0)
		flow.While(f, name, flow.Less(n, &e.node(s.pick).N), func() {
			flow.Assign(f, name+" turns", flow.Set(n, flow.Add(f, n, new(1))))
		})
		return flow.String(f, flow.Let(f, name+" done", n))
	case "index":
		if !e.items {
			return nil
		}
		return flow.String(f, flow.Index(f))
	case "each":
		return flow.Join(f, flow.Each(f, name, &e.node(s.pick).Kids, inside(0), flow.Concurrency(s.n)), ",")
	case "batch":
		return flow.Join(f, flow.Batch(f, name, flow.Items(&e.node(s.pick).Kids), inside(0)), ",")
	case "chunks":
		return flow.Join(f, flow.Batch(f, name, flow.InBatches(2, flow.Items(&e.node(s.pick).Kids)), func(f *flow.Flow, some *[]Leafy) *string {
			return flow.Join(f, flow.Each(f, name+" each", some, inside(0)), "+")
		}), ",")
	case "parallel":
		p := flow.Parallel(f, name)
		a := flow.Branch(p, func(f *flow.Flow) *string { return s.blocks[0].write(f, e) })
		return flow.Text(f, a, flow.Branch(p, func(f *flow.Flow) *string { return s.blocks[1].write(f, e) }))
	case "try":
		return flow.Try(f, name, func(f *flow.Flow) *string { return s.blocks[0].write(f, e) })
	}
	panic(s.kind)
}

// known is what a block sees when it is worked out in Go.
type known struct {
	texts []string
	nodes []Leafy
	items bool
	index int
}

func (e known) text(p pick) (out string) {
	for _, i := range p {
		if all := len(e.texts) + len(e.nodes); i%all < len(e.texts) {
			out += e.texts[i%all]
		} else {
			out += e.nodes[i%all-len(e.texts)].Name
		}
	}
	return out
}

func (e known) node(p pick) Leafy { return e.nodes[p[0]%len(e.nodes)] }

func (p plan) work(e known) string {
	for _, s := range p.stmts {
		text, seen, ends := s.work(e)
		if ends {
			return text
		}
		if seen {
			e.texts = append(e.texts[:len(e.texts):len(e.texts)], text)
		}
	}
	return e.text(p.out)
}

// work gives a statement's text, whether it can be seen after it, and whether the block ends with it.
func (s stmt) work(e known) (text string, seen, ends bool) {
	each := func(list []Leafy, from int) (all []string) {
		for i, item := range list {
			in := e
			in.nodes, in.items, in.index = append(e.nodes[:len(e.nodes):len(e.nodes)], item), true, from+i
			all = append(all, s.blocks[0].work(in))
		}
		return all
	}
	switch s.kind {
	case "wait":
		return "", false, false
	case "say":
		said, err := Say(context.Background(), Said{e.text(s.pick)})
		if err != nil {
			said.Text = e.text(s.pick) + "? Refused"
		}
		return said.Text, true, false
	case "let":
		return e.text(s.pick), true, false
	case "choice":
		return e.text(s.pick), false, e.node(s.pick).N > s.n
	case "while":
		return fmt.Sprint(max(e.node(s.pick).N, 0)), true, false
	case "index":
		return fmt.Sprint(e.index), e.items, false
	case "each", "batch":
		return strings.Join(each(e.node(s.pick).Kids, 0), ","), true, false
	case "chunks":
		var all []string
		for kids := e.node(s.pick).Kids; len(kids) > 0; kids = kids[min(2, len(kids)):] {
			all = append(all, strings.Join(each(kids[:min(2, len(kids))], 0), "+"))
		}
		return strings.Join(all, ","), true, false
	case "parallel":
		return s.blocks[0].work(e) + s.blocks[1].work(e), true, false
	case "try":
		return s.blocks[0].work(e), true, false
	}
	panic(s.kind)
}

// leafy is a random tree.
func leafy(r *maker, name string, depth int) Leafy {
	l := Leafy{Name: name, N: r.IntN(4)}
	if depth > 0 && r.IntN(4) > 0 {
		l.Kids = []Leafy{}
		for i := range r.IntN(4) {
			l.Kids = append(l.Kids, leafy(r, fmt.Sprint(name, i), depth-1))
		}
	}
	return l
}

func TestRandomMaps(t *testing.T) {
	t.Parallel()
	programs := 300
	if testing.Short() {
		programs = 30
	}
	for seed := range programs {
		r := &maker{Rand: rand.New(rand.NewPCG(uint64(seed), 1))}
		p := r.plan(3)
		w := flow.Standard("Random", func(f *flow.Flow, in *Leafy) *string {
			return p.write(f, written{nodes: []*Leafy{in}})
		})
		d := mustBuild(t, w)
		if t.Failed() {
			t.Fatalf("seed %d does not build", seed)
		}
		if again, found := asl.Parse(asl.Print(d)); len(found) > 0 || string(asl.Print(again)) != string(asl.Print(d)) {
			t.Fatalf("seed %d: the document does not come back: %v", seed, found)
		}
		if found := check.Document(d); len(found) > 0 {
			t.Fatalf("seed %d: %s", seed, found[0].Text())
		}
		var doc map[string]any
		if err := json.Unmarshal(asl.Print(d), &doc); err != nil {
			t.Fatal(err)
		}
		lookAround(t, doc, visible{}, new(int))
		for range 2 {
			in := leafy(r, "t", 4)
			want := p.work(known{nodes: []Leafy{in}})
			var got string
			var stubs []flowtest.Option
			if len(w.Handlers()) > 0 {
				stubs = append(stubs, flowtest.Real(Say))
			}
			flowtest.Run(t, w, in, stubs...).Output(&got)
			if got != want {
				b, _ := json.Marshal(in)
				t.Fatalf("seed %d: got %q, want %q, for %s", seed, got, want, b)
			}
		}
	}
}

// mustBuild is build without remarks about sizes and loops, which random programs may well deserve.
func mustBuild(t *testing.T, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range found {
		if x.Severity == 0 {
			t.Errorf("unexpected: %s", x.Text())
		}
	}
	return d
}
