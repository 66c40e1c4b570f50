package value

import "sync/atomic"

// Chunks cuts the array v into arrays of size items, of which the last may be shorter; they share v's items. It is
// absent when v is no array; size must be at least 1. The arrays are made when they are first looked at.
func (v Value) Chunks(size int) Value {
	if !v.IsArray() {
		return Value{}
	}
	made := &struct {
		node
		own shape
		cut chunks
	}{}
	made.cut.all, made.cut.size = v.node.all(), size
	made.own.cut = &made.cut
	made.node.kind, made.node.shape = ArrayKind, &made.own
	if count := made.cut.count(); count > 0 {
		// A comma of v's between two chunks became one of the result's; each chunk has its own brackets.
		made.node.setSize(v.Size() + 2*count)
	}
	return Value{node: &made.node}
}

// chunks are the items of an array that Chunks made.
type chunks struct {
	all  []Value
	size int
	made atomic.Pointer[[]Value] // the chunks, once somebody looked at them
}

func (c *chunks) count() int {
	if len(c.all) == 0 {
		return 0
	}
	return (len(c.all)-1)/c.size + 1
}

// items makes the chunks, or gives those that were made. Two goroutines may make them at once: the first one's count.
func (c *chunks) items() []Value {
	if made := c.made.Load(); made != nil {
		return *made
	}
	nodes := make([]node, c.count())
	items := make([]Value, len(nodes))
	for i := range items {
		at := i * c.size
		end := min(at+c.size, len(c.all))
		n := &nodes[i]
		n.kind, n.items = ArrayKind, c.all[at:end:end]
		items[i] = Value{node: n}
	}
	if c.made.CompareAndSwap(nil, &items) {
		return items
	}
	return *c.made.Load()
}

// all are the items of an array or an object.
func (n *node) all() []Value {
	if n.kind == ArrayKind && n.shape != nil {
		return n.shape.cut.items()
	}
	return n.items
}

// len is the number of items.
func (n *node) len() int {
	if n.kind == ArrayKind && n.shape != nil {
		return n.shape.cut.count()
	}
	return len(n.items)
}
