package jsonpath

import (
	"fmt"
	"math"
	"math/bits"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// mathAdd is States.MathAdd: the sum of two integers of 32 bits, which must be one too. Each number is rounded before
// they are added (recorded: intrinsics/math-operations-math-add--…).
func mathAdd(_ *Env, args []value.Value) (value.Value, error) {
	a, err := integerOf(args, 0, math.MinInt32, math.MaxInt32)
	if err != nil {
		return value.Value{}, err
	}
	b, err := integerOf(args, 1, math.MinInt32, math.MaxInt32)
	if err != nil {
		return value.Value{}, err
	}
	if sum := a + b; sum >= math.MinInt32 && sum <= math.MaxInt32 {
		return value.Int(sum), nil
	}
	return value.Value{}, fmt.Errorf("the sum is %d; expected a number from %d to %d", a+b, math.MinInt32, math.MaxInt32)
}

// mathRandom is States.MathRandom: a random integer from the first number up to the second, which is never reached.
// With a seed it is always the same one.
func mathRandom(env *Env, args []value.Value) (value.Value, error) {
	start, err := integerOf(args, 0, math.MinInt32, math.MaxInt32)
	if err != nil {
		return value.Value{}, err
	}
	end, err := integerOf(args, 1, math.MinInt32, math.MaxInt32)
	if err != nil {
		return value.Value{}, err
	}
	if start >= end {
		return value.Value{}, fmt.Errorf("argument 2, the end, is %d; expected more than the start, %d", end, start)
	}
	if len(args) == 3 {
		seed, err := integerOf(args, 2, math.MinInt64, math.MaxInt64)
		if err != nil {
			return value.Value{}, err
		}
		return value.Int(seeded(seed, start, end)), nil
	}
	r, err := random(env)
	if err != nil {
		return value.Value{}, err
	}
	n, _ := bits.Mul64(r, uint64(end-start))
	return value.Int(start + int64(n)), nil
}

// seeded is the first number from start up to end that Java's generator, a linear congruential one of 48 bits, gives for
// a seed. The service is written in Java, and the one answer of it that is known, -5 for the seed 42 from -5 to 5, is
// what this gives.
func seeded(seed, start, end int64) int64 {
	const multiplier, mask = 0x5DEECE66D, 1<<48 - 1
	state := (uint64(seed) ^ multiplier) & mask
	next := func(n int) int64 { // the upper n of 48 bits
		state = (state*multiplier + 0xB) & mask
		return int64(state >> (48 - n))
	}
	width := end - start
	switch {
	case width > math.MaxInt32: // wider than its integers: take the first of 32 bits that is inside
		for {
			if n := int64(int32(next(32))); n >= start && n < end {
				return n
			}
		}
	case width&(width-1) == 0:
		return start + width*next(31)>>31
	}
	for {
		drawn := next(31)
		n := drawn % width
		if drawn-n+width-1 <= math.MaxInt32 { // not one of the last few, which are too few for every number
			return start + n
		}
	}
}

// uuid is States.UUID: a random identifier, version 4.
func uuid(env *Env, _ []value.Value) (value.Value, error) {
	hi, err := random(env)
	if err != nil {
		return value.Value{}, err
	}
	return value.String(jsonata.UUID(hi, env.Random())), nil
}
