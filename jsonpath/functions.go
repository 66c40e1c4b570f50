package jsonpath

import "github.com/stepwright/stepwright/value"

// A function is one of the intrinsic functions (Amazon States Language, Appendix B).
type function struct {
	name        string
	least, most int // how many arguments it takes; most is negative when there is no bound

	// format says that a literal as the first argument keeps its \{, \} and \\ as they are written, for the function
	// to tell placeholders from escaped braces.
	format bool

	// call gives the value. The arguments are as many as the function takes, and none is absent. What it says of its
	// arguments it says with failf.
	call func(env *Env, args []value.Value) (value.Value, error)
}

// functions are the intrinsic functions by name.
var functions = map[string]function{
	"States.Array": {name: "States.Array", most: -1, call: array},
}

// array is States.Array: its arguments, in their order.
func array(_ *Env, args []value.Value) (value.Value, error) { return value.Array(args...), nil }
