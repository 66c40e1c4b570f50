package jsonata

import (
	"math"
	"strconv"
	"strings"
)

var matching = []builtin{
	{"match", "<s-f<s:o>n?:a<o>>", 3, matchAll},
	{"contains", "<s-(sf):b>", 2, contains},
	{"replace", "<s-(sf)(sf)n?:s>", 4, replace},
	{"split", "<s-(sf)n?:a<s>>", 3, split},
}

// A finder gives the matches of a function in a text, one after the other: of a regular expression, or of a function
// that gives objects of the same shape.
type finder struct {
	c     *call
	s     string
	regex *regex
	fn    val // what gives the next match
	began bool
	at    int     // behind the last match
	found [][]int // the matches behind the first
}

func (c *call) finder(fn val, s string) *finder {
	f := &finder{c: c, s: s, fn: fn}
	if fn.kind == callable {
		f.regex = fn.ref.fn.regex
	}
	return f
}

// next is the next match; ok is false when there is none.
func (f *finder) next() (m match, ok bool, err *Error) {
	if f.regex == nil {
		return f.nextOf()
	}
	if f.began && f.at >= len(f.s) {
		return match{}, false, nil
	}
	switch {
	case !f.began:
		if m, ok, err = f.regex.find(f.c.ev, f.s, 0); err != nil || !ok {
			return match{}, false, err
		}
	default:
		if f.found == nil {
			if f.found, err = f.regex.all(f.c.ev, f.s); err != nil {
				return match{}, false, err
			}
		}
		if f.found = f.found[1:]; len(f.found) == 0 {
			return match{}, false, nil
		}
		m = matchAt(f.s, f.found[0])
	}
	if f.began && m.start == m.end {
		e := failWith("D1004", textVal(f.regex.source))
		e.Offset = f.regex.at
		return match{}, false, e
	}
	f.began, f.at = true, m.end
	return m, true, nil
}

// nextOf is the next match of a function that is no regular expression.
func (f *finder) nextOf() (match, bool, *Error) {
	var x val
	var err *Error
	if f.fn.kind != callable {
		return match{}, false, fail("T1010")
	}
	if f.began {
		x, err = f.c.applyAll(f.fn)
	} else {
		x, err = f.c.applyAll(f.fn, textVal(f.s))
	}
	if err != nil || !x.exists() {
		return match{}, false, err
	}
	if x.kind != record || x.get("start").kind != number && x.get("end").kind != number &&
		x.get("groups").kind != list && x.get("next").kind != callable {
		return match{}, false, fail("T1010")
	}
	f.began, f.fn = true, x.get("next")
	m := match{start: f.offset(x.get("start")), end: f.offset(x.get("end")), text: x.get("match"), value: x}
	if groups := x.get("groups"); groups.kind == list {
		for i := range groups.len() {
			m.groups = append(m.groups, groups.at(i))
		}
	}
	m.end = max(m.start, m.end)
	return m, true, nil
}

// offset is the byte offset of a place that is counted in UTF-16 units.
func (f *finder) offset(x val) int {
	n := x.float()
	if !(n > 0) {
		return 0
	}
	at := 0.0
	for i := 0; i < len(f.s); {
		if at >= n {
			return i
		}
		r, size := nextRune(f.s[i:])
		if at++; r > 0xffff {
			at++
		}
		i += size
	}
	return len(f.s)
}

// matched is what a match has of the text.
func (f *finder) matched(m match) string {
	if m.text.kind == text {
		return m.text.str()
	}
	return f.s[m.start:m.end]
}

// limit is an optional bound on how many matches count; a negative one fails with a code.
func limit(x val, code string, index int) (float64, *Error) {
	if !x.exists() {
		return math.Inf(1), nil
	}
	n := x.float()
	if n < 0 {
		return 0, failArgument(code, x, index)
	}
	return n, nil
}

func contains(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	if args[1].kind == text {
		return boolVal(strings.Contains(args[0].str(), args[1].str())), c.ev.step(1 + len(args[0].str())/64)
	}
	_, ok, err := c.finder(args[1], args[0].str()).next()
	return boolVal(ok), err
}

func matchAll(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	most, err := limit(args[2], "D3040", 3)
	if err != nil {
		return val{}, err
	}
	out := &array{sequence: true}
	f := c.finder(args[1], args[0].str())
	for n := 0.0; n < most; n++ {
		m, ok, err := f.next()
		if err != nil {
			return val{}, err
		}
		if !ok {
			break
		}
		o := &object{}
		o.set("match", textVal(f.matched(m)))
		o.set("index", numberVal(float64(units(f.s[:m.start]))))
		o.set("groups", items(m.groups...))
		if err := c.ev.push(out, recordVal(o)); err != nil {
			return val{}, err
		}
	}
	return listVal(out), nil
}

func split(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	s := args[0].str()
	most, err := limit(args[2], "D3020", 3)
	if err != nil {
		return val{}, err
	}
	out := &array{}
	if args[1].kind == text {
		return c.splitText(s, args[1].str(), math.Floor(most))
	}
	if most == 0 {
		return listVal(out), nil
	}
	f, start, n := c.finder(args[1], s), 0, 0.0
	for ; n < most; n++ {
		m, ok, err := f.next()
		if err != nil {
			return val{}, err
		}
		if !ok {
			break
		}
		if err := c.ev.push(out, textVal(s[min(start, m.start):m.start])); err != nil {
			return val{}, err
		}
		start = m.end
	}
	if n < most {
		err = c.ev.push(out, textVal(s[start:]))
	}
	return listVal(out), err
}

// splitText splits at a text; an empty one splits into characters.
func (c *call) splitText(s, at string, most float64) (val, *Error) {
	out := &array{}
	for n := 0.0; n < most; n++ {
		i, size := strings.Index(s, at), len(at)
		if at == "" {
			if s == "" {
				break
			}
			_, i = nextRune(s)
			size = 0
		}
		if i < 0 || at == "" && i == len(s) {
			return listVal(out), c.ev.push(out, textVal(s))
		}
		if err := c.ev.push(out, textVal(s[:i])); err != nil {
			return val{}, err
		}
		s = s[i+size:]
	}
	return listVal(out), nil
}

func replace(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	s, pattern, by := args[0].str(), args[1], args[2]
	if pattern.kind == text && pattern.str() == "" {
		return val{}, failArgument("D3010", pattern, 2)
	}
	most, err := limit(args[3], "D3011", 4)
	if err != nil {
		return val{}, err
	}
	b := &builder{ev: c.ev}
	if pattern.kind == text {
		for n := 0.0; n < most && b.err == nil; n++ {
			i := strings.Index(s, pattern.str())
			if i < 0 {
				break
			}
			b.add(s[:i])
			b.add(by.str())
			s = s[i+len(pattern.str()):]
		}
		b.add(s)
		return textVal(string(b.out)), b.err
	}
	f, at := c.finder(pattern, s), 0
	for n := 0.0; n < most && b.err == nil; n++ {
		m, ok, err := f.next()
		if err != nil {
			return val{}, err
		}
		if !ok {
			break
		}
		b.add(s[min(at, m.start):m.start])
		with, err := c.replacement(by, f, m)
		if err != nil {
			return val{}, err
		}
		b.add(with)
		at = min(len(s), m.start+len(f.matched(m)))
	}
	b.add(s[at:])
	return textVal(string(b.out)), b.err
}

// A builder puts a text together and counts its bytes.
type builder struct {
	ev  *evaluation
	out []byte
	err *Error
}

func (b *builder) add(s string) {
	if b.err == nil {
		if b.err = b.ev.charge(len(s)); b.err == nil {
			b.err = b.ev.step(1)
		}
		b.out = append(b.out, s...)
	}
}

// replacement is what comes in the place of a match.
func (c *call) replacement(by val, f *finder, m match) (string, *Error) {
	if by.kind == text {
		return expand(by.str(), f.matched(m), m.groups), nil
	}
	if by.kind != callable {
		return "", failWith("D3012", by)
	}
	arg := m.value
	if f.regex != nil {
		arg = f.regex.object(f.s, m)
	}
	x, err := c.applyAll(by, arg)
	if err != nil {
		return "", err
	}
	if x.kind != text {
		return "", failWith("D3012", x)
	}
	return x.str(), nil
}

// expand replaces $0 by the match, $1 … by its groups and $$ by $. A number means as many digits as there can be
// groups.
func expand(s, whole string, groups []val) string {
	var b strings.Builder
	for {
		before, after, ok := strings.Cut(s, "$")
		b.WriteString(before)
		if !ok {
			return b.String()
		}
		s = after
		switch {
		case strings.HasPrefix(s, "$"):
			b.WriteByte('$')
			s = s[1:]
		case strings.HasPrefix(s, "0"):
			b.WriteString(whole)
			s = s[1:]
		default:
			n, digits := groupNumber(s, len(groups))
			if digits == 0 {
				b.WriteByte('$')
				continue
			}
			if n >= 1 && n <= len(groups) {
				b.WriteString(groups[n-1].str())
			}
			s = s[digits:]
		}
	}
}

// groupNumber reads the number of one of so many groups.
func groupNumber(s string, groups int) (n, digits int) {
	most := max(1, len(strconv.Itoa(groups)))
	read := func(most int) int {
		k := 0
		for k < most && k < len(s) && s[k] >= '0' && s[k] <= '9' {
			k++
		}
		n, _ = strconv.Atoi(s[:k])
		return k
	}
	digits = read(most)
	if most > 1 && n > groups {
		digits = read(most - 1)
	}
	if digits > 0 { // the reference goes on behind as many characters as the number has without leading zeros
		digits = min(digits, len(strconv.Itoa(n)))
	}
	return n, digits
}
