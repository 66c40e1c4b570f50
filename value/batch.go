package value

import (
	"math"
	"slices"
	"strings"
)

// A Batch makes arrays and objects that live and die together, such as the parts of one result, in few allocations.
// The zero Batch is ready to use; it must not be used by two goroutines at once.
type Batch struct {
	nodes []node
	items []Value
	last  *shape
	most  int

	recent [4]*shape // of ObjectLike
	turn   int       // whose place the next one takes

	text  strings.Builder // spellings of numbers, one behind the other
	chars int             // how many to make room for next
}

// mostBatched is how many nodes, or items, a Batch allocates at once.
const mostBatched = 256

// Items gives room for n items, for Array or Object to take over.
func (b *Batch) Items(n int) []Value {
	if n > len(b.items) {
		if n >= mostBatched {
			return make([]Value, n)
		}
		b.items = make([]Value, max(n, b.grow()))
	}
	room := b.items[:n:n]
	b.items = b.items[n:]
	return room
}

// grow is how many to allocate now: more each time, so that small batches stay small.
func (b *Batch) grow() int {
	n := b.most
	b.most = min(max(1, 2*n), mostBatched)
	return n
}

func (b *Batch) node() *node {
	if len(b.nodes) == 0 {
		b.nodes = make([]node, max(1, b.grow()))
	}
	n := &b.nodes[0]
	b.nodes = b.nodes[1:]
	return n
}

// Array gives the JSON array of items, which must not be written to any more. Absent items become null.
func (b *Batch) Array(items []Value) Value {
	for i := range items {
		if items[i].node == nil {
			items[i] = Null
		}
	}
	n := b.node()
	n.kind, n.items = ArrayKind, items
	return Value{node: n}
}

// Object gives the JSON object with items by name. The names must differ from each other. Neither slice may be written
// to any more, but any number of objects may share the names. Absent items are left out.
func (b *Batch) Object(names []string, items []Value) Value {
	names, items = present(names, items[:len(items):len(items)])
	if len(b.nodes) == 0 && b.last == nil && len(names) > 0 && len(names) < indexFrom { // most results are one object
		small := &struct {
			node
			own shape
		}{}
		small.own.names = names[:len(names):len(names)]
		small.node.kind, small.node.items, small.node.shape = ObjectKind, items, &small.own
		b.last = &small.own
		return Value{node: &small.node}
	}
	n := b.node()
	n.kind, n.items, n.shape = ObjectKind, items, b.shapeOf(names)
	return Value{node: n}
}

// ObjectLike is Object for names that the caller goes on using: they are copied, unless they are those of one of the last
// objects that it made.
func (b *Batch) ObjectLike(names []string, items []Value) Value {
	names, items = present(names, items[:len(items):len(items)])
	n := b.node()
	n.kind, n.items = ObjectKind, items
	for _, s := range b.recent {
		if s != nil && slices.Equal(s.names, names) {
			n.shape = s
			return Value{node: n}
		}
	}
	n.shape = b.shapeOf(slices.Clone(names))
	b.recent[b.turn%len(b.recent)] = n.shape
	b.turn++
	return Value{node: n}
}

// Reset makes the batch as it was at first, but for the names that ObjectLike knows.
func (b *Batch) Reset() { *b = Batch{recent: b.recent, turn: b.turn} }

// shapeOf is the shape with these names: the last one, if it was made of the same slice.
func (b *Batch) shapeOf(names []string) *shape {
	if len(names) == 0 {
		return noNames
	}
	if s := b.last; s != nil && len(s.names) == len(names) && &s.names[0] == &names[0] {
		return s
	}
	s := &shape{names: names[:len(names):len(names)]}
	if len(names) >= indexFrom {
		s.reindex()
	}
	b.last = s
	return s
}

// present drops what is absent.
func present(names []string, items []Value) ([]string, []Value) {
	count := 0
	for _, v := range items {
		if v.node != nil {
			count++
		}
	}
	if count == len(items) {
		return names, items
	}
	some := make([]string, 0, count)
	there := items[:0]
	for i, v := range items {
		if v.node != nil {
			some, there = append(some, names[i]), append(there, v)
		}
	}
	return some, there[:count:count]
}

// Float gives the JSON number f, as the function Float does.
func (b *Batch) Float(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Null
	}
	var buffer [32]byte
	text := AppendFloat(buffer[:0], f)
	if b.text.Cap()-b.text.Len() < len(text) {
		b.text = strings.Builder{}
		b.text.Grow(max(len(text), b.chars))
		b.chars = min(1024, 2*b.chars+len(text))
	}
	at := b.text.Len()
	b.text.Write(text)
	return Value{node: aNumber, text: b.text.String()[at:]}
}
