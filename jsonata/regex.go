package jsonata

import (
	"regexp"
	"unicode/utf16"
)

// A regex is a compiled regular expression.
type regex struct {
	source string
	re     *regexp.Regexp
	at     int
}

// A match is one match of a regex. Places are byte offsets.
type match struct {
	start, end int
	groups     []val // texts; undefined where a group took no part
	text       val   // what was matched, as a function that is no regular expression says it
	value      val   // the object that such a function gave
}

func compileRegex(pattern, flags string) (*regex, error) {
	prefix := ""
	if flags != "" {
		prefix = "(?" + flags + ")"
	}
	re, err := regexp.Compile(prefix + pattern)
	if err != nil {
		return nil, err
	}
	return &regex{source: pattern, re: re}, nil
}

// find is the first match at or after the byte offset from.
func (r *regex) find(ev *evaluation, s string, from int) (match, bool, *Error) {
	if err := ev.step(1 + len(s)/64); err != nil {
		return match{}, false, err
	}
	at := r.re.FindStringSubmatchIndex(s)
	if at != nil && at[0] < from { // what is before counts for ^ and \b: a search cannot begin in the middle
		if err := ev.step(1 + len(s)/8); err != nil {
			return match{}, false, err
		}
		var next []int
		for _, m := range r.re.FindAllStringSubmatchIndex(s, -1) {
			if m[0] >= from {
				next = m
				break
			}
		}
		at = next
	}
	if at == nil {
		return match{}, false, nil
	}
	return matchAt(s, at), true, nil
}

// matchAt makes a match of the places that package regexp gives.
func matchAt(s string, at []int) match {
	m := match{start: at[0], end: at[1]}
	for i := 2; i < len(at); i += 2 {
		g := val{}
		if at[i] >= 0 {
			g = textVal(s[at[i]:at[i+1]])
		}
		m.groups = append(m.groups, g)
	}
	return m
}

// all are the matches from left to right. An empty one ends the search, as an error, if there is text behind it.
func (r *regex) all(ev *evaluation, s string) ([][]int, *Error) {
	if err := ev.step(1 + len(s)/8); err != nil {
		return nil, err
	}
	found := r.re.FindAllStringSubmatchIndex(s, -1)
	return found, ev.charge(16 * len(found) * (1 + r.re.NumSubexp()))
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
		return functionVal(&function{arity: 2, regex: r, native: func(c *call, args []val) (val, *Error) {
			s, err := c.ev.coerced(args[0])
			if err != nil {
				return val{}, err
			}
			return r.record(c.ev, s, 0, false)
		}}), nil
	}
}

// record is a match as the object that the reference makes of it.
func (r *regex) record(ev *evaluation, s string, from int, again bool) (val, *Error) {
	m, ok, err := r.find(ev, s, from)
	if err != nil || !ok {
		return val{}, err
	}
	if again && m.start == m.end {
		e := failWith("D1004", textVal(r.source))
		e.Offset = r.at
		return val{}, e
	}
	return r.object(s, m), nil
}

func (r *regex) object(s string, m match) val {
	o := &object{}
	o.set("match", textVal(s[m.start:m.end]))
	o.set("start", numberVal(float64(units(s[:m.start]))))
	o.set("end", numberVal(float64(units(s[:m.end]))))
	o.set("groups", items(m.groups...))
	o.set("next", functionVal(&function{native: func(c *call, _ []val) (val, *Error) {
		if m.end >= len(s) {
			return val{}, nil
		}
		return r.record(c.ev, s, m.end, true)
	}}))
	return recordVal(o)
}

// units is the length of a text in UTF-16 units, as JavaScript counts.
func units(s string) int {
	n := 0
	for i := 0; i < len(s); {
		r, size := nextRune(s[i:])
		n += max(1, utf16.RuneLen(r))
		i += size
	}
	return n
}
