package engine

import (
	"github.com/stepwright/stepwright/value"
)

// inputs makes the inputs of the next children, at most want of them, from the front of the queue. A fault is that of
// the child after them.
func (s *distributed) inputs(x *step, t *thread, n *node, want int) (all []input, f *fault) {
	if s.batches {
		return s.batched(x, t, n, want)
	}
	queue := t.Run.Queue[:min(want, len(t.Run.Queue))]
	ok, f := s.choose(x, t, queue)
	all = make([]input, 0, ok)
	for _, q := range queue[:ok] {
		in := q.input()
		if in.Size() > maxPayload {
			return all, tooLarge(n.name)
		}
		all = append(all, input{in, 1})
	}
	return all, f
}

// batched is inputs for batches: as many items as both limits allow, and at least one.
func (s *distributed) batched(x *step, t *thread, n *node, want int) (all []input, f *fault) {
	run := t.Run
	queue, chosen := run.Queue, 0
	frame := batch(run.Shared, nil).Size()
	for from := 0; len(all) < want; {
		size, end, full := frame, from, false
		for end < len(queue) && !full {
			if end == chosen {
				ahead := selectAhead
				if run.Per > 0 {
					ahead = min(run.Per*want, 4*selectAhead)
				}
				var ok int
				ok, f = s.choose(x, t, queue[chosen:min(chosen+max(1, ahead), len(queue))])
				if chosen += ok; ok == 0 || f != nil {
					queue = queue[:chosen]
					continue
				}
			}
			size += queue[end].input().Size() + 1
			if full = end > from && size-1 > run.limit(); !full {
				end++
				full = run.Per > 0 && end-from == run.Per
			}
		}
		if end == from || !full && (f != nil || run.More) {
			break
		}
		in := batchOf(run.Shared, queue[from:end])
		if in.Size() > maxPayload {
			return all, tooLarge(n.name)
		}
		all = append(all, input{in, end - from})
		from = end
	}
	if f != nil && len(all) == want { // what comes after is not due yet
		f = nil
	}
	return all, f
}

// limit is how many bytes a batch may have.
func (r *mapRun) limit() int {
	if r.Bytes > 0 {
		return r.Bytes
	}
	return maxPayload
}

// batch is the input of a child that gets several items.
func batch(shared value.Value, items []value.Value) value.Value {
	return value.Object(value.M("BatchInput", shared), value.M("Items", value.Array(items...)))
}

func batchOf(shared value.Value, queue []queued) value.Value {
	items := make([]value.Value, len(queue))
	for i := range queue {
		items[i] = queue[i].input()
	}
	return batch(shared, items)
}

// choose makes the inputs of queued items, with the ItemSelector if there is one, and gives how many there are before
// the first fault.
func (s *distributed) choose(x *step, t *thread, queue []queued) (ok int, f *fault) {
	if s.query == nil && s.selector == nil {
		return len(queue), nil
	}
	t.context = value.Value{}
	x.context(t) // so that what it keeps is there
	faults := make([]*fault, len(queue))
	inParallel(len(queue), func(i int) {
		if !queue[i].Input.Exists() {
			queue[i].Input, faults[i] = s.chosen(x, t, queue[i].item)
		}
	})
	for i, f := range faults {
		if f != nil {
			return i, f
		}
	}
	return len(queue), nil
}

// chosen evaluates the ItemSelector for one item, beside others. What is random in it depends on the item alone.
func (s *distributed) chosen(x *step, t *thread, it item) (value.Value, *fault) {
	state, own := *x.s, *t
	state.asking, state.spare = nil, nil
	d := drawsOf(t.Run.Seed, ^it.Index)
	state.Random = d.next()
	aside := &step{ctx: x.ctx, plan: x.plan, s: &state, now: x.now}
	in, f := s.itemInput(aside, &own, it)
	if f == nil && !in.Exists() {
		in = value.Null
	}
	return in, f
}
