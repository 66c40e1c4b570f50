package jsonpath

import (
	"math"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A Call is a call of an intrinsic function as it is written.
type Call struct {
	Name string        // such as States.Format
	Args []value.Value // those that are literals; the others are absent
}

// Calls are the calls in the expression, each before those in its arguments; none when the expression is a path.
func (e *Expr) Calls() []Call {
	if e.call == nil {
		return nil
	}
	return e.call.appendTo(nil)
}

func (c *call) appendTo(all []Call) []Call {
	literals := make([]value.Value, len(c.args))
	for i, a := range c.args {
		literals[i] = a.literal
	}
	all = append(all, Call{c.fn.name, literals})
	for _, a := range c.args {
		if a.call != nil {
			all = a.call.appendTo(all)
		}
	}
	return all
}

// Problem says why the call fails with its literals, whatever the other arguments are; it is empty when there are values
// with which the call succeeds.
func (c Call) Problem() string {
	args, ok := c.completed()
	if !ok {
		return ""
	}
	_, err := functions[c.Name].call(&Env{Random: func() uint64 { return 0 }}, args)
	if err == nil {
		return ""
	}
	return strings.TrimPrefix(err.Error(), "Invalid arguments in "+c.Name+": ")
}

// harmless are arguments with which a function succeeds whatever one of the others is, if that is right by itself.
var harmless = map[string]value.Value{
	"States.Array":          value.MustParse(`[]`),
	"States.ArrayPartition": value.MustParse(`[[], 1]`),
	"States.ArrayContains":  value.MustParse(`[[], null]`),
	"States.ArrayLength":    value.MustParse(`[[]]`),
	"States.ArrayUnique":    value.MustParse(`[[]]`),
	"States.Base64Encode":   value.MustParse(`[""]`),
	"States.Base64Decode":   value.MustParse(`[""]`),
	"States.Hash":           value.MustParse(`["", "MD5"]`),
	"States.JsonMerge":      value.MustParse(`[{}, {}, false]`),
	"States.StringToJson":   value.MustParse(`[""]`),
	"States.JsonToString":   value.MustParse(`[null]`),
	"States.MathRandom":     value.MustParse(`[-2147483648, 2147483647, 0]`),
	"States.MathAdd":        value.MustParse(`[0, 0]`),
	"States.StringSplit":    value.MustParse(`["", ""]`),
	"States.UUID":           value.MustParse(`[]`),
	"States.Format":         value.MustParse(`[]`),
}

// completed are the arguments with harmless ones for those that are no literals; ok is false when nothing can be said.
func (c Call) completed() (args []value.Value, ok bool) {
	args = append(args, c.Args...)
	switch c.Name {
	case "States.Format":
		if !args[0].Exists() {
			return nil, false
		}
	case "States.ArrayRange":
		orElse(&args[0], args[1], value.Int(0))
		orElse(&args[1], args[0], value.Int(0))
		orElse(&args[2], value.Int(1<<53), value.Int(1<<53))
	case "States.ArrayGetItem":
		if n, whole := rounded(args[1]); !args[0].Exists() && whole && n > 0 && n <= math.MaxInt32 {
			return nil, false // an array may have that many items
		}
		orElse(&args[0], value.Array(value.Null), value.Null)
		orElse(&args[1], value.Int(0), value.Null)
	}
	for i := range args {
		orElse(&args[i], harmless[c.Name].Index(i), value.Null)
	}
	return args, true
}

// orElse gives an argument that is absent the first of two values that is not.
func orElse(arg *value.Value, first, second value.Value) {
	switch {
	case arg.Exists():
	case first.Exists():
		*arg = first
	default:
		*arg = second
	}
}
