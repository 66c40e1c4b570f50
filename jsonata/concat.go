package jsonata

import "strconv"

// A concatPlan is a compiled chain of &.
type concatPlan struct {
	parts []node
	ends  []int // of the operators, from the first on
}

// concat compiles a chain of &: the texts are joined once.
func (c *compiler) concat(n *Node) node {
	p := &concatPlan{}
	p.gather(c, n)
	return p.run
}

func (p *concatPlan) gather(c *compiler, n *Node) {
	if l := n.Left; l.Kind == BinaryNode && l.Operator == "&" && len(l.Predicates) == 0 && l.Group == nil && !l.KeepArray {
		p.gather(c, l)
	} else {
		p.parts = append(p.parts, c.compile(l))
	}
	p.parts = append(p.parts, c.compile(n.Right))
	p.ends = append(p.ends, n.End)
}

func (p *concatPlan) run(ev *evaluation, in val, f *frame) (val, *Error) {
	first, err := p.parts[0](ev, in, f)
	if err != nil {
		return val{}, err
	}
	out := ev.spelled[:0]
	ev.spelled = nil // it is in use: operands take another
	for i, end := range p.ends {
		x, err := p.parts[i+1](ev, in, f)
		if err != nil {
			return val{}, err
		}
		if i == 0 {
			if out, err = ev.appendText(out, first); err != nil {
				return val{}, placedAt(err, end)
			}
		}
		if out, err = ev.appendText(out, x); err == nil {
			err = ev.charge(len(out))
		}
		if err != nil {
			return val{}, placedAt(err, end)
		}
	}
	s := string(out)
	ev.spelled = out
	return textVal(s), nil
}

func placedAt(err *Error, end int) *Error {
	err.Token, err.Offset = "&", end
	return err
}

// appendText appends a value as $string gives it. Two halves of a surrogate pair become a character.
func (ev *evaluation) appendText(dst []byte, x val) ([]byte, *Error) {
	if x.kind == number {
		if f := x.float(); f-f == 0 {
			return appendNumber(dst, f), nil
		}
	}
	s, err := ev.text(x)
	if err != nil {
		return dst, err
	}
	if n := len(dst); n >= 3 && len(s) >= 3 && s[0] == 0xed && s[1] >= 0xb0 && dst[n-3] == 0xed && dst[n-2] >= 0xa0 && dst[n-2] < 0xb0 {
		return append(dst[:n-3], join(string(dst[n-3:]), s)...), nil
	}
	return append(dst, s...), nil
}

// appendNumber is spell.
func appendNumber(dst []byte, f float64) []byte {
	if n := int64(f); float64(n) == f && n < 1e15 && n > -1e15 {
		return strconv.AppendInt(dst, n, 10)
	}
	return append(dst, spell(f)...)
}
