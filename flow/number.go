package flow

import (
	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// Add is a + b. JSONata computes with 64-bit floating point numbers, whatever the Go type.
func Add[T numeric](f *Flow, a, b *T) *T { return calc[T](f, arithmetic(f, "+", precAdd, a, b)) }

// Sub is a - b.
func Sub[T numeric](f *Flow, a, b *T) *T { return calc[T](f, arithmetic(f, "-", precAdd, a, b)) }

// Mul is a * b.
func Mul[T numeric](f *Flow, a, b *T) *T { return calc[T](f, arithmetic(f, "*", precMul, a, b)) }

// Div is a / b. Division by zero fails the state it is used in.
func Div(f *Flow, a, b *float64) *float64 { return calc[float64](f, arithmetic(f, "/", precMul, a, b)) }

// arithmetic has no answer for null, so null counts as absent there.
func arithmetic(f *Flow, op string, prec int8, a, b any) *node {
	return infix(op, prec, noNull(f.node(a)), noNull(f.node(b)))
}

// Number is v as a number of another Go type; as is any value of that type. The number stays what it is: round it
// with Round.
func Number[T, U numeric](f *Flow, v *U, as T) *T {
	_ = as
	return calc[T](f, f.node(v))
}

// Round is v with that many digits after the decimal point; halves go to the even neighbour.
func Round(f *Flow, v *float64, digits int) *float64 {
	if digits == 0 {
		return calc[float64](f, call("$round", noNull(f.node(v))))
	}
	return calc[float64](f, call("$round", noNull(f.node(v)), constant(value.Int(digits))))
}

// Min is the smallest of some numbers. Those that are absent do not count.
func Min[T numeric](f *Flow, first *T, more ...*T) *T {
	return calc[T](f, extreme(f, "$min", first, more))
}

// Max is the largest of some numbers. Those that are absent do not count.
func Max[T numeric](f *Flow, first *T, more ...*T) *T {
	return calc[T](f, extreme(f, "$max", first, more))
}

func extreme[T numeric](f *Flow, name string, first *T, more []*T) *node {
	all := &node{kind: listNode, prec: tight, list: true}
	opt := shape.Absent
	for _, v := range append([]*T{first}, more...) {
		n := noNull(f.node(v))
		opt &= n.opt
		all.kids = append(all.kids, n)
	}
	n := call(name, all)
	n.opt = opt
	return n
}
