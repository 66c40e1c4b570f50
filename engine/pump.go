package engine

import (
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/items"
	"github.com/stepwright/stepwright/value"
)

// How much a Map Run does at once. Children begin in rounds: within one, they run on all processors as far as they
// come without time passing, and are then taken in by index, so that what comes of it is the same on any machine.
const (
	firstRound  = 16     // children of the first round
	largeRound  = 512    // and of one that follows on rounds of few events
	fewEvents   = 4096   // of a round, so that the next one may be larger
	manyEvents  = 16_384 // of children, after which what there is so far is handed out first
	selectAhead = 1024   // items that are selected at once when batches are bounded by their bytes
)

// An input is what a child begins with.
type input struct {
	value value.Value
	items int // how many it is for
}

// forward goes on with a Map Run as far as it can now: it starts children, asks for items, has results written, and
// ends when all is done.
func (s *distributed) forward(x *step, t *thread, n *node) {
	run := t.Run
	starved := false
	if t.Timer == 0 && run.Failure == nil {
		starved = s.pump(x, t, n)
	}
	if t.Run != run || x.s.Status != Running {
		return
	}
	if t.Timer == 0 && t.Call == 0 {
		s.ask(x, t, n, starved)
	}
	if t.Run == run && x.s.Status == Running {
		x.tell(t, s, Running)
	}
}

// due goes on after a pause.
func (s *distributed) due(x *step, t *thread, n *node) {
	if t.Run != nil {
		s.forward(x, t, n)
	}
}

// ask wants items read or results written, if it is time for that, or ends the Map Run.
func (s *distributed) ask(x *step, t *thread, n *node, starved bool) {
	run := t.Run
	if run.Failure != nil {
		s.leave(x, t)
	}
	switch {
	case s.exports() && run.Size >= partSize:
		s.export(x, t, n, false)
	case run.More && (starved || run.Failure != nil):
		s.ready(x, t)
	case run.Executions.Running > 0 || run.More || len(run.Queue) > 0:
	default:
		s.finish(x, t, n)
	}
}

// ready asks for the next page of items.
func (s *distributed) ready(x *step, t *thread) {
	run := t.Run
	c := x.newCall(t, s.read, run.Origin)
	c.Reading = &Reading{MapRunArn: run.Arn, From: run.Read}
	if run.Limit > 0 {
		c.Reading.Most = run.Limit - run.Read
	}
	if c.ReaderConfig = s.read.config; !c.ReaderConfig.Exists() {
		c.ReaderConfig = value.Object()
	}
	run.Reading = true
	x.call(t, c)
}

// taken takes a page of items, or all of them.
func (s *distributed) taken(x *step, t *thread, n *node, r Result) {
	run := t.Run
	run.Reading = false
	read, more, f := s.page(x, run, r)
	if f != nil {
		run.More = false
		if run.Failure == nil {
			s.fail(x, t, n, f)
			return
		}
	}
	source := ""
	if x.plan.has(objectsSince) {
		source = s.read.source(run.Origin)
	}
	run.add(read, source, more)
	if run.Failure == nil && run.exceeded() {
		s.fail(x, t, n, exceeded())
		return
	}
	s.forward(x, t, n)
}

// page are the items of an answer, and whether there may be more.
func (s *distributed) page(x *step, run *mapRun, r Result) (read []items.Item, more bool, f *fault) {
	switch {
	case r.Failure != nil:
		return nil, false, newFault(errItemReader, r.Failure.Cause)
	case r.Page != nil:
		read, more = r.Page.Items, r.Page.More
		if len(read) > 0 && read[0].Key.Exists() && !x.plan.has(objectsSince) {
			return nil, false, newFault(errItemReader, items.ErrNotIterable.Error())
		}
		return read, more, nil
	case !x.iterable(r.Output):
		return nil, false, newFault(errItemReader, items.ErrNotIterable.Error())
	}
	read, _ = items.Of(r.Output)
	return read[min(run.Read, len(read)):], false, nil
}

// pump starts children as long as more may run. It is starved if there are too few items for the next one.
func (s *distributed) pump(x *step, t *thread, n *node) (starved bool) {
	run := t.Run
	events := 0
	for size := firstRound; ; {
		room := run.side() - run.Executions.Running
		if room <= 0 || s.exports() && run.Size >= 4*partSize {
			return false
		}
		if events > manyEvents {
			x.setTimer(t, x.now, forPump)
			return false
		}
		inputs, f := s.inputs(x, t, n, min(room, size))
		if len(inputs) == 0 && f == nil {
			return true
		}
		begun := s.fold(x, t, s.begin(x, t, inputs))
		events += begun
		if begun < fewEvents {
			size = min(2*size, largeRound)
		}
		if run.exceeded() {
			f = exceeded()
		}
		if f != nil {
			s.fail(x, t, n, f)
			return false
		}
	}
}

func exceeded() *fault {
	return newFault(errTolerance, "The specified tolerated failure threshold was exceeded")
}

// begin makes children and lets them run as far as they come, each on its own.
func (s *distributed) begin(x *step, t *thread, inputs []input) []*nested {
	children := make([]*nested, len(inputs))
	first := t.Run.Executions.begun()
	inParallel(len(inputs), func(i int) {
		c := s.child(x, t, first+i, inputs[i])
		c.begun = s.handle(x.ctx, c, x.now, Begin{})
		s.closeChild(c)
		children[i] = c
	})
	return children
}

// fold takes children in that have begun, one after the other, and gives how many events they have. Those that begin
// after the Map Run has failed have never been.
func (s *distributed) fold(x *step, t *thread, children []*nested) (events int) {
	run := t.Run
	used := 0
	for _, c := range children {
		used += c.Items
		run.Executions.Running++
		run.Items.Running += c.Items
		begun := c.begun
		c.begun = came{}
		for i := range begun.Children {
			events += begun.Children[i].To - begun.Children[i].From
		}
		events += begun.log.Len()
		x.adopt(c, begun)
		if c.Run.Status != Running {
			s.childEnded(t, c)
			if run.exceeded() {
				break
			}
		}
	}
	if run.Queue = run.Queue[used:]; len(run.Queue) == 0 {
		run.Queue = nil
	}
	return events
}

// childEnded takes what became of a child.
func (s *distributed) childEnded(t *thread, c *nested) {
	run := t.Run
	run.Executions.end(c.Run.Status, 1)
	run.Items.end(c.Run.Status, c.Items)
	if s.exports() {
		run.record(c.record, c.Run.Status == Succeeded, c.Items)
		return
	}
	run.keep(c.Index, c.record)
}

// continued goes on with a Map Run of which a child has ended.
func (s *distributed) continued(x *step, t *thread) {
	n := x.plan.nodes[t.State]
	if t.Run.Failure == nil && t.Run.exceeded() {
		s.fail(x, t, n, exceeded())
		return
	}
	s.forward(x, t, n)
}

// fail ends a Map Run with a fault: its children are stopped. Results that are exported are so before the end.
func (s *distributed) fail(x *step, t *thread, n *node, f *fault) {
	run := t.Run
	if f.location != "" { // its event comes before the end of the Map Run
		t.Prev = x.emit(t.Decided, evaluationFailed(n, f))
		f.location = ""
	}
	x.stopChildren(t, s)
	exportable := s.exports() && (run.Executions.Total() > 0 || len(run.Queue) > 0)
	if f.fatal || !exportable || deref(f.Error) == errResultWriter || x.s.Status != Running {
		s.failed(x, t, n, f)
		return
	}
	run.Failure = &Failure{deref(f.Error), deref(f.Cause)}
	s.forward(x, t, n)
}

// failed ends the Map.
func (s *distributed) failed(x *step, t *thread, n *node, f *fault) {
	x.tell(t, s, FailedRun)
	x.settle(t)
	t.Run = nil
	if !f.fatal {
		x.follow(t, history.Event{Type: history.MapRunFailed, Error: f.Error, Cause: f.Cause})
		t.Decided = t.Prev
	}
	x.throwMap(t, n, f)
}
