package jsonpath

import (
	"errors"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// The limits of the intrinsic functions (Step Functions developer guide, "Intrinsic functions").
const (
	maxRangeItems = 1000    // of the array that States.ArrayRange makes
	maxCharacters = 10_000  // of what States.Hash and the Base64 functions take
	maxArray      = 262_144 // bytes of an array that States.ArrayPartition takes: the payload limit
)

// maxText bounds what functions may make on the way to a value, in bytes, so that a call with very many arguments
// does not fill the memory. It is four times the payload limit, which the service enforces at the end.
const maxText = 4 * 262_144

// textOf is argument i, counted from 0, which must be a string.
func textOf(args []value.Value, i int) (string, error) {
	if !args[i].IsString() {
		return "", wrong(args, i, "a string")
	}
	return args[i].Str(), nil
}

// shortText is argument i, which must be a string of at most 10,000 characters.
func shortText(args []value.Value, i int) (string, error) {
	s, err := textOf(args, i)
	if err != nil {
		return "", err
	}
	return s, checkLength(s, i)
}

func checkLength(s string, i int) error {
	if len(s) <= maxCharacters {
		return nil
	}
	if n := utf8.RuneCountInString(s); n > maxCharacters {
		return fmt.Errorf("argument %d has %d characters; expected at most %d", i+1, n, maxCharacters)
	}
	return nil
}

// arrayOf is argument i, which must be an array.
func arrayOf(args []value.Value, i int) (value.Value, error) {
	if !args[i].IsArray() {
		return value.Value{}, wrong(args, i, "an array")
	}
	return args[i], nil
}

// objectOf is argument i, which must be an object.
func objectOf(args []value.Value, i int) (value.Value, error) {
	if !args[i].IsObject() {
		return value.Value{}, wrong(args, i, "an object")
	}
	return args[i], nil
}

// integerOf is argument i, which must be a number from least to most once it is rounded.
func integerOf(args []value.Value, i int, least, most int64) (int64, error) {
	if !args[i].IsNumber() {
		return 0, wrong(args, i, "a number")
	}
	n, ok := rounded(args[i])
	switch {
	case ok && n >= least && n <= most:
		return n, nil
	case n < least && most == math.MaxInt64:
		return 0, wrong(args, i, fmt.Sprintf("a number of at least %d", least))
	}
	return 0, wrong(args, i, fmt.Sprintf("a number from %d to %d", least, most))
}

// rounded is a number rounded to the nearest integer; halves go up, towards positive infinity: -1.5 becomes -1 and 2.5
// becomes 3 (recorded: intrinsics/math-operations-math-add--…). ok is false beyond 64 bits.
func rounded(v value.Value) (n int64, ok bool) {
	if n, ok := v.Int(); ok {
		return n, true
	}
	f := v.Float()
	whole := math.Floor(f)
	if f-whole >= 0.5 {
		whole++
	}
	if math.Abs(whole) >= 1<<63 {
		return math.MaxInt64, false
	}
	return int64(whole), true
}

// wrong says that argument i is no such thing.
func wrong(args []value.Value, i int, want string) error {
	return fmt.Errorf("argument %d is %s; expected %s", i+1, shown(args[i]), want)
}

// shown names a value in a message: its kind, and its JSON text when that is short.
func shown(v value.Value) string {
	switch {
	case v.IsNull():
		return "null"
	case v.IsBool():
		return v.String()
	case v.IsArray(), v.IsObject():
		return "an " + v.Kind().String()
	case v.Size() > 60:
		return "a long " + v.Kind().String()
	}
	return "the " + v.Kind().String() + " " + v.String()
}

// random gives 64 random bits.
func random(env *Env) (uint64, error) {
	if env == nil || env.Random == nil {
		return 0, errors.New("there is no randomness here")
	}
	return env.Random(), nil
}
