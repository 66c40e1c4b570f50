package jsonata

import (
	"errors"
	"fmt"
	"regexp"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/dlclark/regexp2"
)

// A regex is a compiled regular expression of ECMAScript. Go's regexp matches what it understands in the same way,
// regexp2 the rest.
type regex struct {
	source string
	at     int // its end in the expression, in bytes
	groups int

	simple *simplePattern                 // instead of all others
	first  *regexp.Regexp                 // from the beginning of a text
	later  func() (*regexp.Regexp, error) // from further on, when what stands before matters; see findLater
	full   *regexp2.Regexp                // instead of both
}

// matchTime is how long one match may take. Only what Go's regexp lacks can take so long.
const matchTime = time.Second

func compileRegex(source, flags string) (*regex, error) {
	fold, multiline := false, false
	for _, f := range flags {
		if f != 'i' && f != 'm' || f == 'i' && fold || f == 'm' && multiline {
			return nil, fmt.Errorf("the flag %q is unknown, or stands there twice", f)
		}
		fold, multiline = fold || f == 'i', multiline || f == 'm'
	}
	p, groups, err := readPattern(source, fold)
	if err != nil {
		return nil, err
	}
	r := &regex{source: source, groups: groups, simple: p.simple()}
	if p.common(multiline) && r.compileCommon(p) == nil {
		return r, nil
	}
	t := translator{full: true, fold: fold, multiline: multiline, turns: groups}
	t.pattern(p)
	if t.Len() > maxTranslation {
		return nil, errors.New("the pattern is too large")
	}
	// The translation says everything itself: classes, ends of lines, case. ECMAScript mode is for what is left.
	if r.full, err = regexp2.Compile(t.String(), regexp2.None); err != nil {
		return nil, err
	}
	r.full.MatchTimeout = matchTime
	return r, nil
}

func (r *regex) compileCommon(p *pattern) (err error) {
	var t translator
	t.pattern(p)
	if t.Len() > maxTranslation {
		return errors.New("the pattern is too large")
	}
	if r.first, err = regexp.Compile(t.String()); err != nil {
		return err
	}
	if p.looksBack() {
		r.later = sync.OnceValues(func() (*regexp.Regexp, error) {
			return regexp.Compile(`\A(?s:.)(?s:.*?)(` + t.String() + `)`)
		})
	}
	return nil
}

// find is the first match at or behind a byte offset of a subject: where it begins and ends, and each of its groups,
// as regexp.FindStringSubmatchIndex gives them. It is nil when there is none.
func (r *regex) find(ev *evaluation, s *subject, from int) (at []int, err *Error) {
	rest := len(s.text) - from
	if err := ev.step(1); err != nil {
		return nil, err
	}
	if rest > 1<<14 { // a match may look at all of it, and there may be as many
		if err := ev.check(); err != nil {
			return nil, err
		}
	}
	switch {
	case r.simple != nil:
		if start, end := r.simple.find(s.text[from:]); start >= 0 {
			at = []int{from + start, from + end}
		}
	case r.full != nil:
		at, err = r.findFull(ev, s, from)
	case from > 0 && r.later != nil:
		at, err = r.findLater(s, from)
	default:
		at = r.first.FindStringSubmatchIndex(s.text[from:])
		for i := range at {
			if at[i] >= 0 {
				at[i] += from
			}
		}
	}
	if err != nil {
		return nil, err
	}
	if at != nil {
		rest = at[1] - from
	}
	return at, ev.step(rest / 64)
}

// findLater matches with one character of what stands before, which decides about \b. Behind it, ^ does not match.
func (r *regex) findLater(s *subject, from int) ([]int, *Error) {
	re, bad := r.later()
	if bad != nil {
		return nil, failText("S0303", "The regular expression cannot be compiled: %v", bad)
	}
	_, size := utf8.DecodeLastRuneInString(s.text[:from])
	at := re.FindStringSubmatchIndex(s.text[from-size:])
	if at == nil {
		return nil, nil
	}
	at = at[2:]
	for i := range at {
		if at[i] >= 0 {
			at[i] += from - size
		}
	}
	return at, nil
}

func (r *regex) findFull(ev *evaluation, s *subject, from int) ([]int, *Error) {
	if s.runes == nil {
		if err := ev.charge(8 * len(s.text)); err != nil {
			return nil, err
		}
		s.runes = []rune(s.text)
	}
	m, bad := r.full.FindRunesMatchStartingAt(s.runes, s.unitAt(from))
	if bad != nil {
		return nil, failText(LimitDepth, "Expression evaluation timeout: the regular expression /%s/ took longer than %v", r.source, matchTime)
	}
	if m == nil {
		return nil, nil
	}
	at := make([]int, 0, 2+2*r.groups)
	start := s.byteAt(m.Index)
	at = append(at, start, s.byteAt(m.Index+m.Length))
	for i := 1; i <= r.groups; i++ {
		g := m.GroupByNumber(i)
		if g == nil || len(g.Captures) == 0 {
			at = append(at, -1, -1)
			continue
		}
		at = append(at, s.byteAt(g.Index), s.byteAt(g.Index+g.Length))
	}
	return at, nil
}

// regex compiles a regular expression: a function that finds the first match in a text.
func (c *compiler) regex(n *Node) node {
	r, err := compileRegex(n.Text, n.Flags)
	if err != nil {
		e := &Error{Code: "S0303", Token: n.Text, Offset: n.End}
		return func(*evaluation, val, *frame) (val, *Error) {
			failed := *e
			return val{}, &failed
		}
	}
	r.at = n.End
	return func(*evaluation, val, *frame) (val, *Error) {
		return functionVal(&function{arity: 2, regex: r, script: true, native: r.call}), nil
	}
}

// call is what a regular expression does as a function: of a text, and of where to begin in it.
func (r *regex) call(c *call, args []val) (val, *Error) {
	x, from := val{}, 0.0
	if len(args) > 0 {
		x = args[0]
	}
	if len(args) > 1 {
		from = args[1].float()
	}
	in, err := c.ev.coerced(x)
	if err != nil {
		return val{}, err
	}
	s := newSubject(in)
	if !(from > 0) {
		from = 0
	}
	if from > float64(s.units()) {
		return val{}, nil
	}
	return r.match(c.ev, s, s.byteAt(int(from)), false)
}

// match is the first match behind a byte offset, as an object. Again says that there was one before: then a match of
// nothing is an error, since there would be no end.
func (r *regex) match(ev *evaluation, s *subject, from int, again bool) (val, *Error) {
	at, err := r.find(ev, s, from)
	if err != nil || at == nil {
		return val{}, err
	}
	if again && at[0] == at[1] {
		return val{}, r.endless()
	}
	return r.object(ev, s, at)
}

func (r *regex) endless() *Error {
	e := failWith("D1004", textVal(r.source))
	e.Offset = r.at
	return e
}

var matchNames = []string{"match", "start", "end", "groups", "next"}

// object is a match as the object that the reference makes of it.
func (r *regex) object(ev *evaluation, s *subject, at []int) (val, *Error) {
	whole := s.cut(at[0], at[1])
	if err := ev.charge(valBytes*(6+r.groups) + len(whole)); err != nil {
		return val{}, err
	}
	end := at[1]
	next := &function{script: true, native: func(c *call, _ []val) (val, *Error) {
		if end >= len(s.text) {
			return val{}, nil
		}
		return r.match(c.ev, s, end, true)
	}}
	return recordVal(&object{names: matchNames[:5:5], vals: []val{
		textVal(whole), numberVal(float64(s.unitAt(at[0]))), numberVal(float64(s.unitAt(end))),
		s.groupsAt(at), functionVal(next),
	}}), nil
}

// groupsAt is the list of a match's groups; one that took no part is undefined.
func (s *subject) groupsAt(at []int) val {
	out := make([]val, 0, len(at)/2-1)
	for i := 2; i < len(at); i += 2 {
		g := val{}
		if at[i] >= 0 {
			g = textVal(s.cut(at[i], at[i+1]))
		}
		out = append(out, g)
	}
	return items(out...)
}

// units is the length of a text in UTF-16 units, as JavaScript counts.
func units(s string) int {
	if isASCII(s) {
		return len(s)
	}
	return newSubject(s).units()
}
