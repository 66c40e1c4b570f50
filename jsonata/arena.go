package jsonata

// An arena is where an evaluation keeps what it makes. Nothing of it outlives the evaluation, for a result is exported
// as a value of its own, so that the next evaluation takes over the room.
type arena struct {
	vals      slab[val]
	names     slab[string]
	arrays    slab[array]
	objects   slab[object]
	frames    slab[frame]
	functions slab[function]
	called    slab[call]
	spare     []*frame // frames of calls that have ended, and that nothing else can have kept
}

// mostKept is how many things of a kind a slab allocates at once, and keeps for the next evaluation.
const mostKept = 2048

// release makes the arena empty.
func (a *arena) release() {
	a.vals.recycle()
	a.names.recycle()
	a.arrays.release()
	a.objects.release()
	a.frames.release()
	a.functions.release()
	a.called.recycle()
	clear(a.spare)
	a.spare = a.spare[:0]
}

// A slab hands out things of one type from a larger piece.
type slab[T any] struct {
	all  []T
	used int
}

func (s *slab[T]) one() *T {
	if s.used == len(s.all) {
		s.grow(1)
	}
	s.used++
	return &s.all[s.used-1]
}

// some gives n things one behind the other. They may hold something from before.
func (s *slab[T]) some(n int) []T {
	if n > len(s.all)-s.used {
		if n > mostKept/4 {
			return make([]T, n)
		}
		s.grow(n)
	}
	s.used += n
	return s.all[s.used-n : s.used : s.used]
}

// grow takes a larger piece; what was handed out of the old one keeps it for as long as it is needed.
func (s *slab[T]) grow(n int) {
	s.all = make([]T, max(n, min(mostKept, max(16, 2*len(s.all)))))
	s.used = 0
}

// fewLeft is how many things may be left as they are for the next evaluation.
const fewLeft = 64

// recycle is release for things that are always written before they are read: a few may keep what they hold.
func (s *slab[T]) recycle() {
	if s.used > fewLeft {
		clear(s.all[:s.used])
	}
	s.used = 0
}

func (s *slab[T]) release() {
	if s.used > 0 {
		clear(s.all[:s.used])
		s.used = 0
	}
}

// args gives room for n arguments, to be appended; there is more than that for what a function adds.
func (a *arena) args(n int) []val { return a.vals.some(max(4, n))[:0] }

// sequence is an empty sequence.
func (a *arena) sequence() *array {
	out := a.arrays.one()
	out.sequence = true
	return out
}

// sized is an array of n items that are still to be set.
func (a *arena) sized(n int) *array {
	out := a.arrays.one()
	out.items = a.vals.some(n)
	return out
}

// single is a sequence of one item.
func (a *arena) single(x val) *array {
	out := a.sized(1)
	out.items[0], out.sequence = x, true
	return out
}

// room makes sure that n more items can be appended to those of a list.
func (a *arena) room(items []val, n int) []val {
	if cap(items)-len(items) >= n {
		return items
	}
	more := max(2*cap(items), len(items)+n, 4)
	if s := &a.vals; cap(items) > 0 && s.used >= cap(items) && &s.all[s.used-cap(items)] == &items[:1][0] && s.used-cap(items)+more <= len(s.all) {
		at := s.used - cap(items) // the last that was handed out: it grows where it is
		s.used = at + more
		return s.all[at : at+len(items) : s.used]
	}
	return append(a.vals.some(more)[:0], items...)
}

// frame makes a frame for the names of a scope.
func (a *arena) frame(s *scope, parent *frame) *frame {
	n := len(s.names)
	if k := len(a.spare) - 1; k >= 0 && cap(a.spare[k].vals) >= n {
		f := a.spare[k]
		a.spare = a.spare[:k]
		f.parent, f.scope, f.vals = parent, s, f.vals[:n]
		return f
	}
	f := a.frames.one()
	f.parent, f.scope, f.vals = parent, s, a.vals.some(n)
	clear(f.vals)
	return f
}

// reuse takes a frame back that nothing refers to any more.
func (a *arena) reuse(f *frame) {
	clear(f.vals)
	f.parent = nil
	a.spare = append(a.spare, f)
}
