package jsonata

// A builtin is a function of the language. Builtins are written as
//
//	{"substring", "<s-nn?:s>", 3, substring},
//
//	func substring(c *call, args []val) (val, *Error)
//
// in a table of their file, which the function standard joins. args are those that the signature let through: one per
// parameter, undefined where it was left out, the context in place of one that is marked with "-", a list where an
// array is declared. Errors are made by fail, failWith and failArgument; position and token are added by the caller.
// What may grow or last calls c.ev.charge and c.ev.step.
type builtin struct {
	name      string
	signature string
	arity     int // how many parameters the reference's implementation declares: partial application and $map see it
	call      func(c *call, args []val) (val, *Error)
}

// A call is what a builtin sees of the place where it was called.
type call struct {
	ev    *evaluation
	input val    // the context
	frame *frame // where it was called
}

// apply calls a function that was an argument, with the first of args, and the others as far as it takes them.
func (c *call) apply(fn val, args ...val) (val, *Error) {
	f := fn.function()
	if f == nil {
		return val{}, fail("T1006")
	}
	n := max(1, min(f.arity, len(args)))
	if f.lambda != nil && f.signature == nil && c.ev.calls < c.ev.most.Depth {
		if err := c.ev.step(1); err != nil {
			return val{}, err
		}
		c.ev.calls++
		v, err := c.ev.enterLambda(f, args[:n])
		c.ev.calls--
		if err == nil && v.kind == callable && v.ref.fn.thunk != nil {
			return c.ev.finish(v, nullVal, c.frame)
		}
		return v, err
	}
	return c.ev.apply(fn, append(c.ev.args(n), args[:n]...), nullVal, c.frame, site{})
}

// applyAll calls a function that was an argument with all of args.
func (c *call) applyAll(fn val, args ...val) (val, *Error) {
	return c.ev.apply(fn, append(c.ev.args(len(args)), args...), nullVal, c.frame, site{})
}

// A function is a function as a value: a lambda, a builtin, or what was made of one.
type function struct {
	ref
	name  string // of a builtin; | of a transform
	arity int
	// A lambda has a body; params are the places of its parameters in the frame of a call.
	lambda *lambda
	frame  *frame
	input  val
	thunk  *tailCall // a call in tail position, that is still to be made
	// native is what is called instead of a body.
	native    func(c *call, args []val) (val, *Error)
	signature *Signature
	// script is set on what is a function of JavaScript in the reference, where other functions are objects: regular
	// expressions and what their matches have as the next one.
	script bool
	regex  *regex // of a regular expression: builtins match without making objects
}

// A site is the place of a call, for errors.
type site struct {
	at    int // byte offset behind the token; 0 when not known
	token string
}
