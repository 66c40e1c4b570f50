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

// A match is one match of a regular expression, or what a function gave that takes the place of one.
type match struct {
	start, end float64 // in UTF-16 units; NaN when a function gave no numbers
	text       val
	at         []int // of a regular expression: see regex.find
	value      val   // what a function gave
}

// A finder gives the matches in a text, one after the other: of a regular expression, or of a function that gives
// objects of the same shape. As in the reference, builtins ask for the next match before they see that no more are
// wanted: an error that it brings is theirs.
type finder struct {
	c     *call
	s     *subject
	regex *regex
	fn    val // what gives the next match
	began bool
	end   int // of the last match of a regular expression, in bytes
}

func (c *call) finder(fn val, s string) *finder {
	f := &finder{c: c, s: newSubject(s), fn: fn}
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
	if f.began && f.end >= len(f.s.text) {
		return match{}, false, nil
	}
	at, err := f.regex.find(f.c.ev, f.s, f.end)
	if err != nil || at == nil {
		return match{}, false, err
	}
	if f.began && at[0] == at[1] {
		return match{}, false, f.regex.endless()
	}
	f.began, f.end = true, at[1]
	m = match{start: float64(f.s.unitAt(at[0])), end: float64(f.s.unitAt(at[1])), at: at}
	m.text = textVal(f.s.cut(at[0], at[1]))
	return m, true, nil
}

// nextOf is the next match of a function that is no regular expression.
func (f *finder) nextOf() (match, bool, *Error) {
	if f.fn.kind != callable {
		return match{}, false, failPlain("There is no function that finds the next match")
	}
	x, err := f.ask()
	if err != nil || !x.exists() {
		return match{}, false, err
	}
	start, groups, next := x.get2("start"), x.get2("groups"), x.get2("next")
	empty, err := f.c.ev.falsy(x)
	switch {
	case err != nil:
		return match{}, false, err
	case empty: // the reference lets it pass, and finds no further one
		f.fn = val{}
		return match{text: val{}, start: math.NaN(), end: math.NaN(), value: x}, true, nil
	case start.kind != number && groups.kind != list && next.kind != callable:
		return match{}, false, fail("T1010")
	}
	f.fn = next
	return match{start: boundary(start), end: boundary(x.get("end")), text: x.get("match"), value: x}, true, nil
}

func (f *finder) ask() (val, *Error) {
	if f.began {
		return f.c.applyAll(f.fn, val{})
	}
	f.began = true
	s := f.s.text
	if f.s.mapped {
		s = unmap(s)
	}
	return f.c.applyAll(f.fn, textVal(s))
}

// get2 is get of what may be no record.
func (x val) get2(name string) val {
	if x.kind != record {
		return val{}
	}
	return x.get(name)
}

// falsy tells what JavaScript takes for false, beside undefined.
func (ev *evaluation) falsy(x val) (bool, *Error) {
	switch x.kind {
	case null:
		return true, nil
	case boolean, number, text:
		yes, err := ev.truth(x)
		return !yes, err
	case undefined, nothing, list, record, callable:
	}
	return false, nil
}

// boundary is where a function says that a match begins or ends.
func boundary(x val) float64 {
	if !x.exists() {
		return math.Inf(1)
	}
	return x.float()
}

// size is the length of what was matched.
func (m *match) size() float64 {
	switch {
	case m.at != nil:
		return m.end - m.start
	case m.text.kind == text:
		return float64(units(m.text.str()))
	case m.text.kind == list:
		return float64(m.text.len())
	}
	return math.NaN()
}

// groups are the groups of a match.
func (f *finder) groups(m *match) val {
	if m.at != nil {
		return f.s.groupsAt(m.at)
	}
	return m.value.get2("groups")
}

// limit is an optional bound on how many matches count; a negative one fails with a code.
func limit(x val, code string, index int) (float64, *Error) {
	if !x.exists() {
		return math.Inf(1), nil
	}
	n := x.float()
	switch {
	case n < 0:
		return 0, failArgument(code, x, index)
	case math.IsNaN(n):
		return 0, nil
	}
	return n, nil
}

func contains(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	s := args[0].str()
	if args[1].kind == text {
		_, _, ok := cutAround(s, args[1].str())
		return boolVal(ok), c.ev.step(1 + len(s)/64)
	}
	_, ok, err := c.finder(args[1], s).next()
	return boolVal(ok), err
}

// cutAround is what stands before and behind the first place where sep stands in s.
func cutAround(s, sep string) (before, after string, found bool) {
	if !hasSurrogate(sep) {
		return strings.Cut(s, sep)
	}
	in, what := mapUnits(s), mapUnits(sep) // half of a character may be found in it
	if before, after, found = strings.Cut(in, what); !found {
		return s, "", false
	}
	return unmap(before), unmap(after), true
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
	m, ok, err := f.next()
	for n := 0.0; ok && n < most; n++ {
		index := numberVal(m.start)
		if m.at == nil {
			index = m.value.get2("start")
		}
		o := &object{names: groupNames[:3:3], vals: []val{m.text, index, f.groups(&m)}}
		if err := c.ev.charge(valBytes * (4 + len(m.at)/2)); err != nil {
			return val{}, err
		}
		if err := c.ev.push(out, recordVal(o)); err != nil {
			return val{}, err
		}
		m, ok, err = f.next()
	}
	return listVal(out), err
}

var groupNames = []string{"match", "index", "groups"}

func split(c *call, args []val) (val, *Error) {
	if !args[0].exists() {
		return val{}, nil
	}
	s := args[0].str()
	most, err := limit(args[2], "D3020", 3)
	if err != nil {
		return val{}, err
	}
	if most == 0 {
		return items(), nil
	}
	if args[1].kind == text {
		if args[2].exists() {
			most = math.Mod(math.Trunc(most), 1<<32)
		}
		return c.splitText(s, args[1].str(), most)
	}
	out := &array{}
	f, start, n := c.finder(args[1], s), 0.0, 0.0
	m, ok, err := f.next()
	for ; ok && n < most; n++ {
		if err := c.piece(out, f.s.sub(start, m.start)); err != nil {
			return val{}, err
		}
		if start = m.end; m.at == nil && !m.value.get2("end").exists() {
			start = 0
		}
		m, ok, err = f.next()
	}
	if err == nil && n < most {
		err = c.piece(out, f.s.sub(start, math.Inf(1)))
	}
	return listVal(out), err
}

func (c *call) piece(out *array, s string) *Error {
	if err := c.ev.charge(len(s)); err != nil {
		return err
	}
	if err := c.ev.step(1); err != nil {
		return err
	}
	return c.ev.push(out, textVal(s))
}

// splitText splits at a text; an empty one splits into UTF-16 units.
func (c *call) splitText(s, sep string, most float64) (val, *Error) {
	out := &array{}
	if sep == "" {
		u := newSubject(s)
		for i := 0; i < len(u.text) && float64(len(out.items)) < most; {
			_, size := nextRune(u.text[i:])
			if err := c.piece(out, u.cut(i, i+size)); err != nil {
				return val{}, err
			}
			i += size
		}
		return listVal(out), nil
	}
	for float64(len(out.items)) < most {
		before, after, ok := cutAround(s, sep)
		if err := c.piece(out, before); err != nil {
			return val{}, err
		}
		if !ok {
			break
		}
		s = after
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
	if most == 0 {
		return args[0], nil
	}
	b := &builder{ev: c.ev}
	if pattern.kind == text {
		return c.replaceText(b, s, pattern.str(), by, most)
	}
	f, at := c.finder(pattern, s), 0.0
	m, ok, err := f.next()
	if !ok {
		return args[0], err
	}
	for n := 0.0; ok && n < most && b.err == nil; n++ {
		b.add(f.s.sub(at, m.start))
		with, err := c.replacement(by, f, &m)
		if err != nil {
			return val{}, err
		}
		b.add(with)
		at = m.start + m.size()
		if m, ok, err = f.next(); err != nil {
			return val{}, err
		}
	}
	b.add(f.s.sub(at, math.Inf(1)))
	return b.val()
}

// replaceText replaces a text by another, in which $ means nothing.
func (c *call) replaceText(b *builder, s, what string, by val, most float64) (val, *Error) {
	with := by.str()
	if !by.exists() {
		with = "undefined"
	}
	for n := 0.0; n < most && b.err == nil; n++ {
		before, after, ok := cutAround(s, what)
		if !ok {
			break
		}
		if by.kind == callable {
			return val{}, failWith("D3012", by)
		}
		b.add(before)
		b.add(with)
		s = after
	}
	b.add(s)
	return b.val()
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

func (b *builder) val() (val, *Error) { return textVal(mended(string(b.out))), b.err }

// replacement is what comes in the place of a match.
func (c *call) replacement(by val, f *finder, m *match) (string, *Error) {
	if by.kind == text {
		if strings.IndexByte(by.str(), '$') < 0 {
			return by.str(), nil
		}
		groups := f.groups(m)
		if groups.kind != list {
			return "", failPlain("The match has no list of groups")
		}
		return expand(by.str(), m.text.str(), groups), nil
	}
	if by.kind != callable {
		return "", failPlain("There is no replacement")
	}
	arg, err := m.value, (*Error)(nil)
	if m.at != nil {
		if arg, err = f.regex.object(c.ev, f.s, m.at); err != nil {
			return "", err
		}
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
func expand(s, whole string, groups val) string {
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
			n := groupNumber(s, groups.len())
			if math.IsNaN(n) {
				b.WriteByte('$')
				continue
			}
			if n >= 1 && n <= float64(groups.len()) {
				b.WriteString(groups.at(int(n) - 1).str())
			}
			s = s[min(len(s), len(numberText(n))):] // as many characters as the number has: leading zeros do not count
		}
	}
}

// groupNumber reads the number of one of so many groups; NaN when there is none.
func groupNumber(s string, groups int) float64 {
	most := len(strconv.Itoa(groups))
	read := func(most int) float64 {
		head := newSubject(s[:min(len(s), 4*most)])
		return parseInt(head.sub(0, float64(most)), false)
	}
	n := read(most)
	if most > 1 && n > float64(groups) {
		n = read(most - 1)
	}
	return n
}
