package jsonpath

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds on what is read.
const (
	maxSteps    = 1000 // of one path
	maxNesting  = 50   // of filters and parentheses
	maxVariable = 80   // characters of a variable's name
)

// A parser reads paths, filters and calls. The errors are *SyntaxErrors.
type parser struct {
	src   string // up to where it may read
	whole string // src with what is behind it, when src is a part
	pos   int
	deep  int // filters and parentheses around
	names nameEnd
}

// A nameEnd says what ends a name behind a dot, besides a dot and a bracket.
type nameEnd string

// In a filter a name ends where an operator may begin.
const inFilter nameEnd = "=!<>~&|()"

func (p *parser) failAt(pos int, format string, args ...any) error {
	src := p.src
	if p.whole != "" {
		src = p.whole
	}
	return &SyntaxError{Source: src, Offset: pos, Message: fmt.Sprintf(format, args...)}
}

func (p *parser) fail(format string, args ...any) error { return p.failAt(p.pos, format, args...) }

// unexpected says what stands at the parser's place, and what was expected.
func (p *parser) unexpected(expected string) error {
	if p.pos >= len(p.src) {
		return p.fail("it ends; expected %s", expected)
	}
	r, _ := utf8.DecodeRuneInString(p.src[p.pos:])
	if unicode.IsSpace(r) {
		return p.fail("there is a blank; expected %s", expected)
	}
	return p.fail("there is %q; expected %s", r, expected)
}

// peek is the next byte; 0 at the end.
func (p *parser) peek() byte {
	if p.pos < len(p.src) {
		return p.src[p.pos]
	}
	return 0
}

// take reads on behind text, if that is next.
func (p *parser) take(text string) bool {
	if !strings.HasPrefix(p.src[p.pos:], text) {
		return false
	}
	p.pos += len(text)
	return true
}

func (p *parser) blanks() {
	for p.pos < len(p.src) && strings.IndexByte(" \t\r\n", p.src[p.pos]) >= 0 {
		p.pos++
	}
}

// path reads a path from its dollar sign on.
func (p *parser) path() (*Path, error) {
	start := p.pos
	out := &Path{}
	switch {
	case !p.take("$"):
		return nil, p.unexpected("a path, which starts with $")
	case p.take("$"):
		out.root = ContextRoot
	case p.peek() != '.' && p.peek() != '[' && p.pos < len(p.src):
		out.root = VariableRoot
		if err := p.variable(out); err != nil {
			return nil, err
		}
	}
	err := p.steps(out)
	out.src = p.src[start:p.pos]
	return out, err
}

func (p *parser) variable(out *Path) error {
	start := p.pos
	for p.pos < len(p.src) {
		r, size := utf8.DecodeRuneInString(p.src[p.pos:])
		if !inVariable(r, p.pos == start) {
			break
		}
		p.pos += size
	}
	out.variable = p.src[start:p.pos]
	switch {
	case out.variable == "":
		return p.unexpected("a dot, a bracket, or the name of a variable")
	case utf8.RuneCountInString(out.variable) > maxVariable:
		return p.failAt(start, "the name of a variable has more than %d characters", maxVariable)
	}
	return nil
}

// inVariable tells whether a character may stand in a variable's name (Unicode identifiers).
func inVariable(r rune, first bool) bool {
	switch {
	case r == utf8.RuneError:
		return false
	case r == '_', unicode.IsLetter(r), unicode.Is(unicode.Nl, r):
		return true
	}
	return !first && (unicode.IsDigit(r) || unicode.In(r, unicode.Mn, unicode.Mc, unicode.Pc))
}

// steps reads the steps of a path up to where none can begin.
func (p *parser) steps(out *Path) error {
	out.definite = true
	for p.peek() == '.' || p.peek() == '[' {
		at := p.pos
		s, err := p.step()
		switch {
		case err != nil:
			return err
		case len(out.steps) == maxSteps:
			return p.failAt(at, "the path has more than %d steps", maxSteps)
		case len(out.steps) > 0 && out.steps[len(out.steps)-1].kind == namesStep:
			return p.failAt(at, "the path goes on after a list of names, which gives an object; expected its end")
		}
		out.steps = append(out.steps, s)
		out.definite = out.definite && s.definite()
		if s.kind != scanStep {
			continue
		}
		switch c := p.peek(); {
		case c == '.', p.pos == len(p.src):
			return p.unexpected("a name, * or a bracket behind ..")
		case c != '[':
			if s, err = p.named(); err != nil {
				return err
			}
			out.steps = append(out.steps, s)
		}
	}
	return nil
}

func (p *parser) step() (step, error) {
	switch {
	case p.take(".."):
		return step{kind: scanStep}, nil
	case p.take(".[") || p.take("["):
		return p.bracket()
	}
	p.pos++
	return p.named()
}

// named reads what is behind a dot: a name, or *. A backslash takes the next character as it is.
func (p *parser) named() (step, error) {
	if p.take("*") {
		if c := p.peek(); c != 0 && c != '.' && c != '[' && !p.endsName(c) {
			return step{}, p.unexpected("a dot or a bracket behind *")
		}
		return step{kind: wildStep}, nil
	}
	start := p.pos
	var b strings.Builder
	for p.pos < len(p.src) {
		c := p.src[p.pos]
		if c == '.' || c == '[' || p.endsName(c) {
			break
		}
		switch {
		case c <= ' ' || c == 0x7f:
			return step{}, p.fail("there is a blank in the path; a name with a blank is written ['…']")
		case c == '\'' || c == '"' || c == ']' || c == '*':
			return step{}, p.fail("there is %q in a name; such a name is written ['…']", c)
		case c == '\\':
			if p.pos++; p.pos == len(p.src) || p.src[p.pos] <= ' ' {
				return step{}, p.unexpected("the character that the backslash stands before")
			}
		}
		b.WriteByte(p.src[p.pos])
		p.pos++
	}
	return step{kind: childStep, name: b.String()}, p.nameless(start)
}

// endsName tells whether a character ends a name where the parser is.
func (p *parser) endsName(c byte) bool {
	return p.names != "" && (c <= ' ' || strings.IndexByte(string(p.names), c) >= 0)
}

// nameless is the error of a name that is not there.
func (p *parser) nameless(start int) error {
	if p.pos == start {
		return p.unexpected("a name")
	}
	return nil
}

// bracket reads what is behind an open bracket, and the closing one.
func (p *parser) bracket() (s step, err error) {
	open := p.pos - 1
	p.blanks()
	switch c := p.peek(); {
	case c == '\'':
		s, err = p.quotedNames()
	case c == '"':
		return s, p.fail(`there is a name in double quotes; expected single ones: ['…']`)
	case p.take("*"):
		s = step{kind: wildStep}
	case c == '?':
		s, err = p.filter()
	case c == '(':
		s, err = p.script()
	case c == '-' || c == ':' || c >= '0' && c <= '9':
		s, err = p.numbers()
	default:
		err = p.unexpected("a name in single quotes, an index, a slice, * or a filter")
	}
	if err != nil {
		return s, err
	}
	if p.blanks(); !p.take("]") {
		if p.pos >= len(p.src) {
			return s, p.failAt(open, "the bracket is not closed")
		}
		return s, p.unexpected("the closing bracket ]")
	}
	return s, nil
}

// quotedNames reads names in quotes, with commas between them.
func (p *parser) quotedNames() (step, error) {
	var names []string
	for {
		if p.peek() != '\'' {
			return step{}, p.unexpected("a name in single quotes")
		}
		name, err := p.quotedName()
		if err != nil {
			return step{}, err
		}
		names = append(names, name)
		if p.blanks(); !p.take(",") {
			break
		}
		p.blanks()
	}
	if len(names) == 1 {
		return step{kind: childStep, name: names[0]}, nil
	}
	return step{kind: namesStep, names: names}, nil
}

// quotedName reads a name in quotes. A backslash only escapes the quote and itself (recorded:
// scenarios/base-scenarios-escape-sequence-parsing).
func (p *parser) quotedName() (string, error) {
	open := p.pos
	var b strings.Builder
	for p.pos++; p.pos < len(p.src); p.pos++ {
		switch c := p.src[p.pos]; {
		case c == '\'':
			p.pos++
			return b.String(), nil
		case c == '\\' && p.pos+1 < len(p.src) && (p.src[p.pos+1] == '\'' || p.src[p.pos+1] == '\\'):
			p.pos++
		}
		b.WriteByte(p.src[p.pos])
	}
	return "", p.failAt(open, "the quote is not closed")
}

// script reads (@.length-1), the one script that there is.
func (p *parser) script() (step, error) {
	start := p.pos
	inside, _, ok := strings.Cut(p.src[p.pos:], ")")
	text := strings.ReplaceAll(inside, " ", "")
	n, isLast := strings.CutPrefix(text, "(@.length-")
	i, valid := natural(n)
	if !ok || !isLast || !valid || i == 0 {
		return step{}, p.failAt(start, "there is a script; expected (@.length-1) or another number that is taken off")
	}
	p.pos += len(inside) + 1
	return step{kind: lastStep, index: i}, nil
}

// numbers reads an index, a list of indexes, or a slice.
func (p *parser) numbers() (step, error) {
	start := p.pos
	end := strings.IndexByte(p.src[start:], ']')
	if end < 0 {
		return step{}, p.failAt(start-1, "the bracket is not closed")
	}
	text := strings.TrimSpace(p.src[start : start+end])
	p.pos += end
	switch {
	case strings.Contains(text, ".."):
		// An accident of the service's parser, which reads the first number and no more (awslabs/states-language#10).
		from, to, _ := strings.Cut(text, "..")
		n, ok := natural(from)
		if _, isNumber := natural(to); ok && (isNumber || to == "") {
			return step{kind: indexStep, index: n}, nil
		}
	case strings.Contains(text, ":"):
		if s, ok := slice(strings.Split(text, ":")); ok {
			return s, nil
		}
		return step{}, p.failAt(start, "the slice [%s] cannot be read; expected [from:to], [from:] or [:to]", text)
	case strings.Contains(text, ","):
		if indexes, ok := integers(strings.Split(text, ",")); ok {
			return step{kind: listStep, indexes: indexes}, nil
		}
		return step{}, p.failAt(start, "the list [%s] cannot be read; expected whole numbers with commas between them", text)
	default:
		if n, ok := integer(text); ok {
			return step{kind: indexStep, index: n}, nil
		}
	}
	return step{}, p.failAt(start, "the index [%s] is no whole number", text)
}

// slice makes a step of the parts of a slice. A third part, the distance, is read and has no effect (observed: Jayway
// 2.0.0).
func slice(parts []string) (s step, ok bool) {
	s.kind = sliceStep
	if len(parts) > 3 || len(parts) == 3 && parts[1] == "" {
		return s, false
	}
	if len(parts) == 3 && parts[2] != "" {
		if _, ok := integer(parts[2]); !ok {
			return s, false
		}
	}
	if parts[0] != "" {
		if s.from, ok = integer(parts[0]); !ok {
			return s, false
		}
		s.bounded |= hasFrom
	}
	if parts[1] != "" {
		if s.to, ok = integer(parts[1]); !ok {
			return s, false
		}
		s.bounded |= hasTo
	}
	return s, s.bounded != 0
}

func integers(texts []string) ([]int, bool) {
	out := make([]int, 0, len(texts))
	for _, t := range texts {
		n, ok := integer(t)
		if !ok {
			return nil, false
		}
		out = append(out, n)
	}
	return out, true
}

// integer reads a whole number that fits in 32 bits, without a plus sign.
func integer(text string) (int, bool) {
	text = strings.TrimSpace(text)
	n, err := strconv.ParseInt(text, 10, 32)
	return int(n), err == nil && text[0] != '+'
}

// natural reads a whole number without a sign.
func natural(text string) (int, bool) {
	n, ok := integer(text)
	return n, ok && text[0] != '-'
}
