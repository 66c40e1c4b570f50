package jsonata

import "math"

// binary compiles an operator with two operands.
func (c *compiler) binary(n *Node) node {
	switch n.Operator {
	case "and", "or":
		return c.logical(n)
	case "&":
		return c.concat(n)
	}
	left, right, op, end := c.compile(n.Left), c.compile(n.Right), n.Operator, n.End
	combine := operation(op)
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		l, err := left(ev, in, f)
		if err != nil {
			return val{}, err
		}
		r, err := right(ev, in, f)
		if err != nil {
			return val{}, err
		}
		v, err := combine(ev, l, r)
		if err != nil {
			err.Token, err.Offset = op, end
			return val{}, err
		}
		return v, nil
	}
}

// logical compiles "and" and "or", which leave the right operand alone when the left one decides.
func (c *compiler) logical(n *Node) node {
	left, right, op, end := c.compile(n.Left), c.compile(n.Right), n.Operator, n.End
	and := op == "and"
	return func(ev *evaluation, in val, f *frame) (val, *Error) {
		l, err := left(ev, in, f)
		if err != nil {
			return val{}, err
		}
		yes, err := ev.truth(l)
		if err == nil && yes == and {
			var r val
			if r, err = right(ev, in, f); err == nil {
				yes, err = ev.truth(r)
			}
		}
		if err != nil {
			err.Token, err.Offset = op, end
			return val{}, err
		}
		return boolVal(yes), nil
	}
}

// operation is what an operator does with its operands. Pairs of numbers, and of texts, go the short way.
func operation(op string) func(ev *evaluation, l, r val) (val, *Error) {
	switch op {
	case "=", "!=":
		return equality(op == "=")
	case "<", "<=", ">", ">=":
		return comparison(op)
	case "+", "-", "*", "/", "%":
		return calculation(op)
	case "in":
		return func(ev *evaluation, l, r val) (val, *Error) {
			yes, err := ev.includes(l, r)
			return boolVal(yes), err
		}
	}
	return func(_ *evaluation, l, r val) (val, *Error) { return span(l, r) }
}

func equality(equal bool) func(ev *evaluation, l, r val) (val, *Error) {
	return func(ev *evaluation, l, r val) (val, *Error) {
		switch {
		case !l.exists() || !r.exists():
			return boolVal(false), nil
		case l.kind == text && r.kind == text:
			return boolVal((l.str() == r.str()) == equal), nil
		case l.kind == number && r.kind == number:
			return boolVal((l.float() == r.float()) == equal), nil
		}
		yes, err := ev.equal(l, r)
		return boolVal(yes == equal), err
	}
}

// ordered are the outcomes of a comparison: less, equal, more, and not a number.
var ordered = map[string][4]bool{
	"<": {true, false, false, false}, "<=": {true, true, false, false},
	">": {false, false, true, false}, ">=": {false, true, true, false},
}

func comparison(op string) func(ev *evaluation, l, r val) (val, *Error) {
	outcomes := ordered[op]
	return func(_ *evaluation, l, r val) (val, *Error) {
		at := 0
		switch {
		case l.kind == number && r.kind == number:
			a, b := l.float(), r.float()
			switch {
			case a < b:
			case a == b:
				at = 1
			case a > b:
				at = 2
			default:
				at = 3
			}
		case l.kind == text && r.kind == text:
			at = compareText(l.str(), r.str()) + 1
		default:
			return val{}, uncompared(l, r)
		}
		return boolVal(outcomes[at]), nil
	}
}

// uncompared is the error of comparing what cannot be compared; nil when an operand is undefined.
func uncompared(l, r val) *Error {
	switch {
	case !comparable(l) || !comparable(r):
		if l.kind == text || l.kind == number {
			l = r
		}
		return failWith("T2010", l)
	case !l.exists() || !r.exists():
		return nil
	}
	e := failWith("T2009", l)
	e.value2 = jsonText(r)
	return e
}

func comparable(x val) bool { return x.kind == undefined || x.kind == text || x.kind == number }

func calculation(op string) func(ev *evaluation, l, r val) (val, *Error) {
	calculate := map[string]func(a, b float64) float64{
		"+": func(a, b float64) float64 { return a + b },
		"-": func(a, b float64) float64 { return a - b },
		"*": func(a, b float64) float64 { return a * b },
		"/": func(a, b float64) float64 { return a / b },
		"%": math.Mod,
	}[op]
	return func(_ *evaluation, l, r val) (val, *Error) {
		a, b, ok, err := operands(l, r)
		if err != nil || !ok {
			return val{}, err
		}
		return numberVal(calculate(a, b)), nil
	}
}

// operands are two numbers; ok is false when one is undefined.
func operands(l, r val) (a, b float64, ok bool, err *Error) {
	if l.kind == number && r.kind == number {
		if a, b = l.float(), r.float(); a-a == 0 && b-b == 0 { // both are finite
			return a, b, true, nil
		}
	}
	if l.exists() {
		if a, ok, err = numeric(l); err != nil || !ok {
			return 0, 0, false, orFail(err, "T2001", l)
		}
	}
	if r.exists() {
		if b, ok, err = numeric(r); err != nil || !ok {
			return 0, 0, false, orFail(err, "T2002", r)
		}
	}
	return a, b, l.exists() && r.exists(), nil
}

func orFail(err *Error, code string, x val) *Error {
	if err != nil {
		return err
	}
	return failWith(code, x)
}
