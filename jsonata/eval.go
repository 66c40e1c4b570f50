package jsonata

import "errors"

var evals = []builtin{
	{"eval", "<sx?:x>", 2, evalText},
}

// clocks are the functions that tell the evaluation's time.
var clocks = []builtin{
	{"now", "<s?s?:s>", 2, now},
	{"millis", "<:n>", 0, millis},
}

func now(c *call, args []val) (val, *Error) {
	return c.ev.formatTime(float64(c.ev.env.Now.UnixMilli()), args[0], args[1])
}

func millis(c *call, _ []val) (val, *Error) {
	return numberVal(float64(c.ev.env.Now.UnixMilli())), nil
}

// evalText works out an expression that is a text, where it is called.
func evalText(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	in := c.input
	if args[1].exists() {
		in = args[1]
		if in.kind == list && !in.isSequence() {
			in = c.ev.whole(in)
		}
	}
	src := args[0].str()
	ast, err := Parse(src)
	if err != nil {
		message := err.Error()
		if failed := new(Error); errors.As(err, &failed) {
			message = failed.Message
		}
		return val{}, failWith("D3120", textVal(message))
	}
	if err := c.ev.charge(len(src) * valBytes); err != nil {
		return val{}, err
	}
	s := &scope{}
	if c.frame != nil {
		s.parent = c.frame.scope
	}
	bindings(ast, s)
	// The names that it looks up outside are added to those of a copy of the expression, for this evaluation only.
	outer := *c.ev.expr
	outer.globals = append([]string(nil), outer.globals...)
	c.ev.expr = &outer
	comp := compiler{src: src, scope: s, globals: &outer.globals}
	run := comp.compile(ast)
	for len(c.ev.globals) < len(outer.globals) {
		c.ev.globals = append(c.ev.globals, val{})
	}
	v, failed := run(c.ev, in, c.ev.frame(s, c.frame))
	if failed != nil {
		if failed.Code >= "U" {
			return val{}, failed
		}
		return val{}, failWith("D3121", textVal(failed.finish(src).Message))
	}
	return v, nil
}
