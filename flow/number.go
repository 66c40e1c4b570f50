package flow

import (
	"math"
	"reflect"

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
	return infix(op, prec, noNull(f.operand(a)), noNull(f.operand(b)))
}

// Number is v as a number of another Go type, as T(v) is; as is any value of that type. An integer made of a float has
// no fraction: Number(f, Round(f, v, 0), 0) goes to the nearest one.
func Number[T, U numeric](f *Flow, v *U, as T) *T {
	n := f.operand(v)
	if float(as) || !float(*new(U)) || whole(n) {
		return calc[T](f, n)
	}
	n = noNull(n)
	return calc[T](f, infix("-", precAdd, n, infix("%", precMul, n, constant(value.Int(1)))))
}

// float tells whether numbers of v's type may have a fraction.
func float(v any) bool {
	k := reflect.TypeOf(v).Kind()
	return k == reflect.Float32 || k == reflect.Float64
}

// whole tells whether n is surely a whole number: an integer constant, or what is rounded to one.
func whole(n *node) bool {
	switch {
	case n.kind == constNode:
		return n.v.Float() == math.Trunc(n.v.Float())
	case n.kind == refNode && n.root.kind == calcRoot && len(n.path) == 0:
		return whole(n.root.calc)
	}
	return n.kind == formNode && len(n.kids) == 1 && n.text[0] == "$round("
}

// Round is v with that many digits after the decimal point; halves go to the even neighbour.
func Round(f *Flow, v *float64, digits int) *float64 {
	if digits == 0 {
		return calc[float64](f, call("$round", noNull(f.operand(v))))
	}
	return calc[float64](f, call("$round", noNull(f.operand(v)), constant(value.Int(digits))))
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
		n := noNull(f.operand(v))
		opt &= n.opt
		all.kids = append(all.kids, n)
	}
	n := call(name, all)
	n.opt = opt
	return n
}
