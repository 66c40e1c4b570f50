// Package odd holds strange but legal programs. // want package:"flow"
package odd

import (
	"fmt"
	"iter"
	"strings"
	"time"
	"unsafe"

	"example.com/vet/shop"

	. "github.com/stepwright/stepwright/flow"
	dsl "github.com/stepwright/stepwright/flow"
)

type (
	fragment    func(*Flow, *shop.Order) *shop.Order
	alias       = *shop.Order
	list[T any] struct{ items []*T }
	node        struct {
		next  *node
		order *shop.Order
	}
	stepper interface{ step(f *Flow, o *shop.Order) }
	one     struct{ f *Flow }
	two     struct{ one }
	deep    struct{ *two }
)

func (l *list[T]) add(v *T)    { l.items = append(l.items, v) }
func (l *list[T]) at(i int) *T { return l.items[i] }
func (l list[T]) all() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		for _, v := range l.items {
			if !yield(v) {
				return
			}
		}
	}
}

func (o one) step(f *Flow, x *shop.Order) {
	_ = x.ID // want `x.ID is read`
}

func (t *two) own(o *shop.Order) { Wait(t.f, "Own "+o.ID, time.Second) } // want `o.ID is read`

var body fragment = func(f *Flow, o *shop.Order) *shop.Order {
	_ = o.ID // want `o.ID is read`
	return o
}

var (
	_ = Standard("Dot", dot)
	_ = dsl.Standard("Var", body)
	_ = dsl.Standard("Converted", (func(*Flow, *shop.Order) *shop.Order)(fragment(converted)))
	_ = Standard("Generic", generic[shop.Order, alias])
	_ = Standard("Labels", labels)
	_ = Standard("Embedded", embedded)
	_ = Standard("Recursive", recursive)
	_ = Standard("Shadows", shadows)
	_ = Standard("Unsafe", unsafely)
	_ = Standard("Empty", func(*Flow, *struct{}) *struct{} { return nil })
	_ = Standard("Self", self)
	_ = Standard("Wide", wide)
)

var nothing = Standard[shop.Order, shop.Order]("Nothing", nil)

func dot(f *Flow, o *shop.Order) *shop.Order {
	Fail(f, "F", "F", o.ID)     // want `o.ID is read`
	dsl.Fail(f, "G", "G", o.ID) // want `o.ID is read`
	return o
}

func converted(f *Flow, o *shop.Order) *shop.Order {
	_ = o.ID // want `o.ID is read`
	return o
}

func generic[T any, P interface{ *T }](f *Flow, v P) *T {
	_ = *v // want `\*v is read`
	l := &list[T]{}
	l.add(v)
	_ = *l.at(0) // want `\*l.at\(0\) is read`
	for x := range l.all() {
		_ = *x // want `\*x is read`
	}
	return v
}

func labels(f *Flow, o *shop.Order) *shop.Order {
	p := &shop.Order{}
again:
	_ = p.ID // want `p.ID is read`
	if p != o {
		p = o
		goto again
	}
	n := &node{order: &shop.Order{}}
loop:
	for i := 0; i < 3; i++ {
		switch {
		case i == 1:
			continue loop
		case i == 2:
			break loop
		}
		n = &node{next: n, order: o}
	}
	for m := n; m != nil; m = m.next {
		_ = m.order.ID // want `m.order.ID is read`
	}
	switch x := any(o).(type) {
	case fmt.Stringer:
		_ = x
	case nil:
		panic("x")
	default:
		return o
	}
	for {
		if o.Express { // want `o.Express is read`
			break
		}
	}
	return o
}

func embedded(f *Flow, o *shop.Order) *shop.Order {
	d := deep{&two{one{f}}}
	d.own(o)
	d.step(f, o)
	var s stepper = d
	s.step(f, o)
	m := two.step
	m(two{}, f, o)
	g := (*two).own
	g(&two{one{f}}, o)
	return o
}

func recursive(f *Flow, o *shop.Order) *shop.Order {
	even(f, 3, o)
	var walk func(n int) *shop.Order
	walk = func(n int) *shop.Order {
		if n == 0 {
			return o
		}
		return walk(n - 1)
	}
	_ = walk(3).ID // want `walk\(3\).ID is read`
	return o
}

func even(f *Flow, n int, o *shop.Order) {
	if n > 0 {
		odd(f, n-1, o)
	}
}

func odd(f *Flow, n int, o *shop.Order) {
	_ = o.ID // want `o.ID is read`
	even(f, n-1, o)
}

func shadows(f *Flow, o *shop.Order) *shop.Order {
	len := func(*[]shop.Line) int { return 3 }
	_ = len(&o.Lines)
	new := func(s *string) *string { return s }
	_ = new(&o.ID)
	string := 3
	_ = string
	if o := (&shop.Order{}); o.ID == "" {
		_ = o.ID
	}
	for o := range strings.SplitSeq("a b", " ") {
		_ = o
	}
	func(o shop.Order) { _ = o.ID }(shop.Order{})
	return o
}

func unsafely(f *Flow, o *shop.Order) *shop.Order {
	_ = unsafe.Pointer(o) // want `o is converted to unsafe.Pointer`
	_ = unsafe.Sizeof(o.ID)
	return o
}

type selfish struct {
	Next *selfish
	Kids []selfish
	Name string
}

func self(f *Flow, s *selfish) *selfish {
	_ = &s.Next.Next.Kids[0].Next.Name
	_ = s.Next.Next.Kids[0].Next.Name // want `s.Next.Next.Kids\[0\].Next.Name is read`
	for x := s; x != nil; x = x.Next {
		_ = x.Name // want `x.Name is read`
	}
	return s
}

func wide(f *Flow, o **shop.Order) *[]*string {
	p := *o // a pointer: a reference
	_ = &p.ID
	_ = p.ID    // want `p.ID is read`
	_ = (*o).ID // want `\(\*o\).ID is read`
	all := [][]*string{{&p.ID}}
	_ = *all[0][0] // want `\*all\[0\]\[0\] is read`
	var fn func(*shop.Order)
	if false {
		fn(p)
	}
	defer func() {
		if e := recover(); e != nil {
			_ = e
		}
	}()
	return nil
}
