package jsonpath

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// array is States.Array: its arguments, in their order.
func array(_ *Env, args []value.Value) (value.Value, error) { return value.Array(args...), nil }

// arrayPartition is States.ArrayPartition: an array cut into arrays of a size, of which the last may be shorter.
func arrayPartition(_ *Env, args []value.Value) (value.Value, error) {
	all, err := arrayOf(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	if n := all.Size(); n > maxArray {
		return value.Value{}, fmt.Errorf("argument 1 has %d bytes; expected at most %d", n, maxArray)
	}
	size, err := integerOf(args, 1, 1, math.MaxInt64)
	if err != nil {
		return value.Value{}, err
	}
	return all.Chunks(int(min(size, int64(max(1, all.Len()))))), nil
}

// arrayContains is States.ArrayContains. Values are compared whole; numbers are the same by their amount, and objects
// regardless of the order of their members.
func arrayContains(_ *Env, args []value.Value) (value.Value, error) {
	all, err := arrayOf(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	for _, v := range all.Elements() {
		if value.Equal(v, args[1]) {
			return value.True, nil
		}
	}
	return value.False, nil
}

// arrayRange is States.ArrayRange: the integers from the first to the last, which is included if a step hits it.
func arrayRange(_ *Env, args []value.Value) (value.Value, error) {
	var n [3]int64
	for i := range n {
		var err error
		if n[i], err = integerOf(args, i, -1<<53, 1<<53); err != nil {
			return value.Value{}, err
		}
	}
	first, last, step := n[0], n[1], n[2]
	if step == 0 {
		return value.Value{}, errors.New("argument 3, the step, is 0 once it is rounded; expected another number")
	}
	count := int64(0)
	if step > 0 && first <= last || step < 0 && first >= last {
		count = (last-first)/step + 1
	}
	if count > maxRangeItems {
		return value.Value{}, fmt.Errorf("the array would have %d items; expected at most %d", count, maxRangeItems)
	}
	items := make([]value.Value, count)
	for i := range items {
		items[i] = value.Int(first + int64(i)*step)
	}
	return value.Array(items...), nil
}

// arrayGetItem is States.ArrayGetItem: the item at an index that counts from 0.
func arrayGetItem(_ *Env, args []value.Value) (value.Value, error) {
	all, err := arrayOf(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	at, err := integerOf(args, 1, 0, math.MaxInt64)
	if err != nil {
		return value.Value{}, err
	}
	if at >= int64(all.Len()) {
		return value.Value{}, fmt.Errorf("argument 2 is %s; the array has %s, counted from 0", shown(args[1]), count(all.Len(), "item", "items"))
	}
	return all.Index(int(at)), nil
}

// arrayLength is States.ArrayLength: how many items an array has.
func arrayLength(_ *Env, args []value.Value) (value.Value, error) {
	all, err := arrayOf(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	return value.Int(all.Len()), nil
}

// arrayUnique is States.ArrayUnique: the items that differ from all before them, by the rules of arrayContains.
func arrayUnique(_ *Env, args []value.Value) (value.Value, error) {
	all, err := arrayOf(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	if n := all.Size(); n > maxText {
		return value.Value{}, fmt.Errorf("argument 1 has %d bytes; expected at most %d", n, maxText)
	}
	seen := make(map[string]struct{}, all.Len())
	var few []value.Value
	var key []byte
	for _, v := range all.Elements() {
		key = appendKey(key[:0], v)
		if _, ok := seen[string(key)]; !ok {
			seen[string(key)] = struct{}{}
			few = append(few, v)
		}
	}
	return value.Array(few...), nil
}

// appendKey appends a text that two values share exactly if value.Equal holds.
func appendKey(dst []byte, v value.Value) []byte {
	switch {
	case v.IsNumber():
		return appendNumberKey(dst, v.Literal())
	case v.IsArray():
		dst = append(dst, '[')
		for _, x := range v.Elements() {
			dst = append(appendKey(dst, x), ',')
		}
		return append(dst, ']')
	case v.IsObject():
		dst = append(dst, '{')
		for _, name := range slices.Sorted(slices.Values(v.Names())) {
			dst = append(value.AppendQuoted(dst, name), ':')
			dst = append(appendKey(dst, v.Get(name)), ',')
		}
		return append(dst, '}')
	}
	return v.AppendJSON(dst)
}

// appendNumberKey appends a number's sign, its digits without outer zeros, and the power of ten of the last of them.
func appendNumberKey(dst []byte, literal string) []byte {
	mantissa, exponent := literal, 0
	if i := strings.IndexAny(literal, "eE"); i >= 0 {
		mantissa = literal[:i]
		exponent, _ = strconv.Atoi(literal[i+1:])
		exponent = max(-1<<30, min(exponent, 1<<30)) // as value.Equal has it
	}
	digits, negative := strings.CutPrefix(mantissa, "-")
	if whole, fraction, ok := strings.Cut(digits, "."); ok {
		digits = whole + fraction
		exponent -= len(fraction)
	}
	digits = strings.TrimLeft(digits, "0")
	short := strings.TrimRight(digits, "0")
	if short == "" {
		return append(dst, '0')
	}
	if negative {
		dst = append(dst, '-')
	}
	dst = append(append(dst, short...), 'e')
	return strconv.AppendInt(dst, int64(exponent+len(digits)-len(short)), 10)
}
