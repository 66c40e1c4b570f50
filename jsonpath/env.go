package jsonpath

import "github.com/stepwright/stepwright/value"

// An Env is what a path, an expression or a template may ask of the world. It has no clock and no randomness of its
// own: what is not set does not exist, and asking for it is an error.
type Env struct {
	// Input is what "$" stands for.
	Input value.Value

	// Context makes the context object, which "$$" stands for. It is called only when a path asks for it.
	Context func() value.Value

	// Var gives the variable of a name, as "$name" reads it; ok is false when it has never been assigned.
	Var func(name string) (v value.Value, ok bool)

	// Random gives 64 random bits, for States.UUID and States.MathRandom.
	Random func() uint64
}
