// Package ordered keeps things in their order, however many there are: adding, removing, finding and beginning a walk
// anywhere take a time that grows with the logarithm of their number.
package ordered

import (
	"iter"
	"slices"
)

// Comparable is what a Tree holds: Compare is negative when the receiver stands before its argument, zero when both
// have one place, and positive when it stands after.
type Comparable[T any] interface{ Compare(T) int }

// most is how many things a node holds; all nodes but the root hold at least half of it.
const most = 64

// A Tree is a B-tree. The zero value is empty and ready to use. It may be read from any number of goroutines as long
// as nobody changes it.
type Tree[T Comparable[T]] struct {
	root *node[T]
	n    int
}

type node[T Comparable[T]] struct {
	items    []T
	children []*node[T] // one more than items; none in leaves
}

// Len is the number of things in the tree.
func (t *Tree[T]) Len() int { return t.n }

// Get finds the thing that has the place of x.
func (t *Tree[T]) Get(x T) (found T, ok bool) {
	for n := t.root; n != nil; {
		i, there := n.find(x)
		if there {
			return n.items[i], true
		}
		n = n.child(i)
	}
	return found, false
}

func (n *node[T]) find(x T) (int, bool) { return slices.BinarySearchFunc(n.items, x, T.Compare) }

func (n *node[T]) child(i int) *node[T] {
	if n.children == nil {
		return nil
	}
	return n.children[i]
}

// Set puts x to its place. What had the place before is given back.
func (t *Tree[T]) Set(x T) (old T, replaced bool) {
	if t.root == nil {
		t.root = &node[T]{}
	}
	if len(t.root.items) >= most {
		middle, right := t.root.split()
		t.root = &node[T]{items: []T{middle}, children: []*node[T]{t.root, right}}
	}
	if old, replaced = t.root.set(x); !replaced {
		t.n++
	}
	return old, replaced
}

// set puts x into a node that is not full.
func (n *node[T]) set(x T) (old T, replaced bool) {
	i, there := n.find(x)
	if there {
		old, n.items[i] = n.items[i], x
		return old, true
	}
	if n.children == nil {
		n.items = slices.Insert(n.items, i, x)
		return old, false
	}
	if len(n.children[i].items) >= most {
		middle, right := n.children[i].split()
		n.items = slices.Insert(n.items, i, middle)
		n.children = slices.Insert(n.children, i+1, right)
		switch c := x.Compare(middle); {
		case c == 0:
			old, n.items[i] = middle, x
			return old, true
		case c > 0:
			i++
		}
	}
	return n.children[i].set(x)
}

// split takes the upper half away, and the thing between the halves.
func (n *node[T]) split() (middle T, right *node[T]) {
	half := len(n.items) / 2
	middle = n.items[half]
	right = &node[T]{items: append(make([]T, 0, most), n.items[half+1:]...)}
	clear(n.items[half:])
	n.items = n.items[:half]
	if n.children != nil {
		right.children = append(make([]*node[T], 0, most+1), n.children[half+1:]...)
		clear(n.children[half+1:])
		n.children = n.children[:half+1]
	}
	return middle, right
}

// Delete removes the thing that has the place of x and gives it back.
func (t *Tree[T]) Delete(x T) (old T, found bool) {
	if t.root == nil {
		return old, false
	}
	if old, found = t.root.delete(x); found {
		t.n--
	}
	if len(t.root.items) == 0 {
		t.root = t.root.child(0)
	}
	return old, found
}

func (n *node[T]) delete(x T) (old T, found bool) {
	i, there := n.find(x)
	switch {
	case n.children == nil && !there:
		return old, false
	case n.children == nil:
		old = n.items[i]
		n.items = slices.Delete(n.items, i, i+1)
		return old, true
	case there: // the one before it takes its place
		old = n.items[i]
		n.items[i] = n.children[i].takeLast()
		n.refill(i)
		return old, true
	}
	old, found = n.children[i].delete(x)
	n.refill(i)
	return old, found
}

func (n *node[T]) takeLast() T {
	last := len(n.items) - 1
	if n.children == nil {
		x := n.items[last]
		n.items = slices.Delete(n.items, last, last+1)
		return x
	}
	x := n.children[last+1].takeLast()
	n.refill(last + 1)
	return x
}

// refill gives the child i something of a neighbour, or joins the two, when it holds less than half.
func (n *node[T]) refill(i int) {
	if len(n.children[i].items) >= most/2-1 {
		return
	}
	switch {
	case i > 0 && len(n.children[i-1].items) > most/2:
		n.moveRight(i - 1)
	case i < len(n.items) && len(n.children[i+1].items) > most/2:
		n.moveLeft(i)
	case i > 0:
		n.join(i - 1)
	default:
		n.join(i)
	}
}

// moveRight moves one thing from the child i to the one after it, by way of the thing between them.
func (n *node[T]) moveRight(i int) {
	a, b := n.children[i], n.children[i+1]
	last := len(a.items) - 1
	b.items = slices.Insert(b.items, 0, n.items[i])
	n.items[i] = a.items[last]
	a.items = slices.Delete(a.items, last, last+1)
	if a.children != nil {
		b.children = slices.Insert(b.children, 0, a.children[last+1])
		a.children = slices.Delete(a.children, last+1, last+2)
	}
}

// moveLeft moves one thing from the child after i to it.
func (n *node[T]) moveLeft(i int) {
	a, b := n.children[i], n.children[i+1]
	a.items = append(a.items, n.items[i])
	n.items[i] = b.items[0]
	b.items = slices.Delete(b.items, 0, 1)
	if b.children != nil {
		a.children = append(a.children, b.children[0])
		b.children = slices.Delete(b.children, 0, 1)
	}
}

// join makes one of the child i, the thing after it and the next child.
func (n *node[T]) join(i int) {
	a, b := n.children[i], n.children[i+1]
	a.items = append(append(a.items, n.items[i]), b.items...)
	a.children = append(a.children, b.children...)
	n.items = slices.Delete(n.items, i, i+1)
	n.children = slices.Delete(n.children, i+1, i+2)
}

// From walks upwards, beginning with the first thing for which in is true. In must be true for all things after one
// for which it is.
func (t *Tree[T]) From(in func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) { t.root.up(in, yield) }
}

func (n *node[T]) up(in, yield func(T) bool) bool {
	if n == nil {
		return true
	}
	i := n.first(in)
	if !n.child(i).up(in, yield) {
		return false
	}
	for ; i < len(n.items); i++ {
		if !yield(n.items[i]) || !n.child(i+1).all(yield) {
			return false
		}
	}
	return true
}

// first is the place of the first thing for which in is true.
func (n *node[T]) first(in func(T) bool) int {
	low, high := 0, len(n.items)
	for low < high {
		if m := (low + high) / 2; in(n.items[m]) {
			high = m
		} else {
			low = m + 1
		}
	}
	return low
}

func (n *node[T]) all(yield func(T) bool) bool {
	if n == nil {
		return true
	}
	for i, x := range n.items {
		if !n.child(i).all(yield) || !yield(x) {
			return false
		}
	}
	return n.child(len(n.items)).all(yield)
}

// DownFrom walks downwards, beginning with the last thing for which in is true. In must be true for all things before
// one for which it is.
func (t *Tree[T]) DownFrom(in func(T) bool) iter.Seq[T] {
	return func(yield func(T) bool) {
		t.root.down(func(x T) bool { return !in(x) }, yield)
	}
}

func (n *node[T]) down(out, yield func(T) bool) bool {
	if n == nil {
		return true
	}
	i := n.first(out)
	if !n.child(i).down(out, yield) {
		return false
	}
	for i--; i >= 0; i-- {
		if !yield(n.items[i]) || !n.child(i).back(yield) {
			return false
		}
	}
	return true
}

func (n *node[T]) back(yield func(T) bool) bool {
	if n == nil {
		return true
	}
	for i := len(n.items) - 1; i >= 0; i-- {
		if !n.child(i+1).back(yield) || !yield(n.items[i]) {
			return false
		}
	}
	return n.child(0).back(yield)
}
