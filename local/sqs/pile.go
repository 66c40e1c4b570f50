package sqs

// A pile is a heap whose elements know where they lie, so that one can be taken out of the middle. The least element
// is at the top; no two are equal.
type pile[T any] struct {
	all  []T
	less func(a, b T) bool
	at   func(T) *int // where the element's own index is kept; -1 outside
}

func (p *pile[T]) top() (x T, ok bool) {
	if len(p.all) == 0 {
		return x, false
	}
	return p.all[0], true
}

func (p *pile[T]) push(x T) {
	p.all = append(p.all, x)
	*p.at(x) = len(p.all) - 1
	p.up(len(p.all) - 1)
}

// remove takes x out; one that is not in the pile is left alone.
func (p *pile[T]) remove(x T) {
	i, last := *p.at(x), len(p.all)-1
	if i < 0 {
		return
	}
	p.swap(i, last)
	var none T
	p.all[last] = none
	p.all = p.all[:last]
	*p.at(x) = -1
	if i < last {
		p.fix(i)
	}
}

// fix puts the element at i where it belongs, after it has changed.
func (p *pile[T]) fix(i int) {
	if !p.down(i) {
		p.up(i)
	}
}

func (p *pile[T]) up(i int) {
	for i > 0 {
		parent := (i - 1) / 2
		if !p.less(p.all[i], p.all[parent]) {
			return
		}
		p.swap(i, parent)
		i = parent
	}
}

func (p *pile[T]) down(i int) (moved bool) {
	for {
		child := 2*i + 1
		if child >= len(p.all) {
			return moved
		}
		if child+1 < len(p.all) && p.less(p.all[child+1], p.all[child]) {
			child++
		}
		if !p.less(p.all[child], p.all[i]) {
			return moved
		}
		p.swap(i, child)
		i, moved = child, true
	}
}

func (p *pile[T]) swap(i, j int) {
	p.all[i], p.all[j] = p.all[j], p.all[i]
	*p.at(p.all[i]), *p.at(p.all[j]) = i, j
}
