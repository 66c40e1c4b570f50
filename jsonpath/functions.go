package jsonpath

import (
	"github.com/stepwright/stepwright/value"
)

// A function is one of the intrinsic functions (Amazon States Language, Appendix B).
type function struct {
	name        string
	least, most int // how many arguments it takes; most is negative when there is no bound

	// format says that a literal as the first argument keeps its \{, \} and \\ as they are written, for the function
	// to tell placeholders from escaped braces.
	format bool

	// call gives the value. The arguments are as many as the function takes, and none is absent.
	call func(env *Env, args []value.Value) (value.Value, error)
}

// functions are the intrinsic functions by name. docs/intrinsics.md is their manual.
var functions = byName(
	function{name: "States.Array", most: -1, call: array},
	function{name: "States.ArrayPartition", least: 2, most: 2, call: arrayPartition},
	function{name: "States.ArrayContains", least: 2, most: 2, call: arrayContains},
	function{name: "States.ArrayRange", least: 3, most: 3, call: arrayRange},
	function{name: "States.ArrayGetItem", least: 2, most: 2, call: arrayGetItem},
	function{name: "States.ArrayLength", least: 1, most: 1, call: arrayLength},
	function{name: "States.ArrayUnique", least: 1, most: 1, call: arrayUnique},
	function{name: "States.Base64Encode", least: 1, most: 1, call: base64Encode},
	function{name: "States.Base64Decode", least: 1, most: 1, call: base64Decode},
	function{name: "States.Hash", least: 2, most: 2, call: hashOf},
	function{name: "States.JsonMerge", least: 3, most: 3, call: jsonMerge},
	function{name: "States.StringToJson", least: 1, most: 1, call: stringToJSON},
	function{name: "States.JsonToString", least: 1, most: 1, call: jsonToString},
	function{name: "States.MathRandom", least: 2, most: 3, call: mathRandom},
	function{name: "States.MathAdd", least: 2, most: 2, call: mathAdd},
	function{name: "States.StringSplit", least: 2, most: 2, call: stringSplit},
	function{name: "States.UUID", call: uuid},
	function{name: "States.Format", least: 1, most: -1, format: true, call: format},
)

// byName makes the table. What a function says of its arguments gets the service's words in front, and its error name.
//
// The service reports States.Runtime for whatever fails in a payload template, although the Amazon States Language
// has States.IntrinsicFailure for it (specs/asl.md, section 3.2; no recording shows a function that fails).
func byName(all ...function) map[string]function {
	table := make(map[string]function, len(all))
	for _, f := range all {
		call := f.call
		f.call = func(env *Env, args []value.Value) (value.Value, error) {
			v, err := call(env, args)
			if err != nil {
				return value.Value{}, &Error{Runtime, "Invalid arguments in " + f.name + ": " + err.Error()}
			}
			return v, nil
		}
		table[f.name] = f
	}
	return table
}
