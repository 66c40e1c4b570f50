package jsonpath

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/value"
)

// maxCalls is how deep calls may be nested (developer guide, "Intrinsic functions").
const maxCalls = 10

// call reads a call from the function's name on; deep is how many calls it is in, itself included.
func (p *parser) call(deep int) (*call, error) {
	start := p.pos
	fn, err := p.function()
	switch {
	case err != nil:
		return nil, err
	case deep > maxCalls:
		return nil, p.failAt(start, "calls are nested more than %d deep", maxCalls)
	}
	c := &call{fn: fn}
	for p.blanks(); !p.take(")"); p.blanks() {
		if len(c.args) > 0 {
			if !p.take(",") {
				return nil, p.unexpected("a comma or the closing parenthesis )")
			}
			p.blanks()
		}
		a, err := p.argument(deep, fn.format && len(c.args) == 0)
		if err != nil {
			return nil, err
		}
		c.args = append(c.args, a)
	}
	if n := len(c.args); n < fn.least || fn.most >= 0 && n > fn.most {
		return nil, p.failAt(start, "%s has %s; expected %s", fn.name, count(n, "argument", "arguments"), fn.takes())
	}
	return c, nil
}

// function reads the name of a function and the open parenthesis.
func (p *parser) function() (function, error) {
	start := p.pos
	end := strings.IndexByte(p.src[p.pos:], '(')
	if end < 0 {
		p.pos = len(p.src)
		return function{}, p.unexpected("an open parenthesis behind the function's name")
	}
	name := p.src[p.pos : p.pos+end]
	p.pos += end + 1
	fn, ok := functions[name]
	if !ok {
		message := fmt.Sprintf("there is no function %q", name)
		if hint := suggest.Hint(name, slices.Sorted(maps.Keys(functions))); hint != "" {
			message += "; " + hint
		}
		return fn, p.failAt(start, "%s", message)
	}
	return fn, nil
}

// takes says how many arguments a function takes.
func (f *function) takes() string {
	switch {
	case f.most < 0:
		return fmt.Sprintf("at least %d", f.least)
	case f.least == f.most:
		return fmt.Sprint(f.least)
	}
	return fmt.Sprintf("%d to %d", f.least, f.most)
}

// argument reads one argument. In a format the escapes that the function resolves are kept as they are.
func (p *parser) argument(deep int, format bool) (a argument, err error) {
	switch c := p.peek(); {
	case c == '\'':
		var text string
		text, err = p.text(format)
		a.literal = value.String(text)
	case c == '$':
		a.path, err = p.pathArgument()
	case strings.HasPrefix(p.src[p.pos:], "States."):
		a.call, err = p.call(deep + 1)
	default:
		a.literal, err = p.word()
	}
	return a, err
}

// text reads text in single quotes. A backslash stands before a quote, a brace or a backslash, and nothing else
// (recorded: validation/base-scenarios-illegal-escapes-escape-sequences-illegal-intrinsic-function).
func (p *parser) text(format bool) (string, error) {
	open := p.pos
	var b strings.Builder
	for p.pos++; p.pos < len(p.src); p.pos++ {
		switch c := p.src[p.pos]; c {
		case '\'':
			p.pos++
			return b.String(), nil
		case '\\':
			p.pos++
			next := p.peek()
			if next == 0 || strings.IndexByte(`'{}\`, next) < 0 {
				return "", p.failAt(p.pos-1, `there is a backslash in the text that escapes nothing; expected \', \{, \} or \\`)
			}
			if format && next != '\'' {
				b.WriteByte(c)
			}
		}
		b.WriteByte(p.src[p.pos])
	}
	return "", p.failAt(open, "the quote is not closed")
}

// word reads a number, true, false or null.
func (p *parser) word() (value.Value, error) {
	end := strings.IndexAny(p.src[p.pos:], ",) \t\r\n")
	if end < 0 {
		end = len(p.src) - p.pos
	}
	v, err := value.ParseString(p.src[p.pos : p.pos+end])
	if err != nil || v.IsString() || v.IsArray() || v.IsObject() {
		return v, p.unexpected("an argument: text in single quotes, a number, true, false, null, a path or a call")
	}
	p.pos += end
	return v, nil
}

// pathArgument reads a path up to the comma or parenthesis that ends the argument.
func (p *parser) pathArgument() (*Path, error) {
	end := p.pos + argumentEnd(p.src[p.pos:])
	inner := &parser{src: strings.TrimRight(p.src[:end], " \t\r\n"), whole: p.src, pos: p.pos}
	path, err := inner.path()
	if err == nil && inner.pos < len(inner.src) {
		err = inner.unexpected("the end of the path")
	}
	p.pos = end
	return path, err
}

// argumentEnd is how far a path reaches: to a comma or a closing parenthesis that is in no bracket, parenthesis or
// quote of its own.
func argumentEnd(s string) int {
	var brackets, parentheses int
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '\'' && brackets > 0:
			i = quoteEnd(s, i)
		case c == '[':
			brackets++
		case c == ']':
			brackets--
		case brackets > 0:
		case c == '(':
			parentheses++
		case c == ',' && parentheses == 0, c == ')' && parentheses == 0:
			return i
		case c == ')':
			parentheses--
		}
	}
	return len(s)
}

// quoteEnd is the place of the quote that closes the one at i, or the end of s.
func quoteEnd(s string, i int) int {
	for i++; i < len(s) && s[i] != '\''; i++ {
		if s[i] == '\\' {
			i++
		}
	}
	return i
}
