package jsonata

import (
	"fmt"
	"strings"
	"unicode"
)

// A pattern is a node of a regular expression as ECMAScript has it, without its flag u.
type pattern struct {
	kind        patternKind
	subs        []*pattern
	set         charSet
	least, most int // of a repetition; most is unbounded for no bound
	lazy        bool
	group       int // of a group, and of a reference to one
	name        string
	behind      bool
	negated     bool
}

type patternKind uint8

const (
	sequencePattern  patternKind = iota // subs, one after the other; none is the empty pattern
	setPattern                          // one character of a set
	eitherPattern                       // one of subs
	groupPattern                        // subs[0], which is remembered as a group
	repeatPattern                       // subs[0], from least to most times
	lookPattern                         // subs[0] stands ahead or behind, or does not
	beginPattern                        // ^
	endPattern                          // $
	wordPattern                         // \b, \B when negated
	referencePattern                    // what a group has
)

const (
	unbounded = 1 << 30
	// maxPattern is how deep groups can be nested in a pattern.
	maxPattern = 200
)

// A patternReader reads a regular expression. Its characters are UTF-16 units as in a subject.
type patternReader struct {
	in     []rune
	at     int
	fold   bool
	depth  int
	groups int // so far
	total  int
	named  bool // some group has a name
	names  map[string]int
	refs   []*pattern // references by name
	err    error
}

func readPattern(source string, fold bool) (p *pattern, groups int, err error) {
	r := &patternReader{in: []rune(mapUnits(source)), fold: fold, names: map[string]int{}}
	r.countGroups()
	p = r.either()
	if r.err == nil && r.at < len(r.in) {
		r.fail("unmatched ')'")
	}
	for _, ref := range r.refs {
		n, ok := r.names[ref.name]
		if !ok {
			r.fail("there is no group named %q", ref.name)
		}
		ref.group = n
	}
	return p, r.total, r.err
}

func (r *patternReader) fail(format string, args ...any) {
	if r.err == nil {
		r.err = fmt.Errorf(format, args...)
	}
}

// countGroups finds out how many groups there are before the pattern is read: what \9 means depends on it.
func (r *patternReader) countGroups() {
	class := false
	for i := 0; i < len(r.in); i++ {
		switch r.in[i] {
		case '\\':
			i++
		case '[':
			class = true
		case ']':
			class = false
		case '(':
			if class {
				continue
			}
			switch named := hasRunes(r.in[i:], "(?<") && !hasRunes(r.in[i:], "(?<=") && !hasRunes(r.in[i:], "(?<!"); {
			case named:
				r.named = true
				r.total++
			case !hasRunes(r.in[i:], "(?"):
				r.total++
			}
		}
	}
}

func hasRunes(in []rune, s string) bool {
	for i := range len(s) {
		if i >= len(in) || in[i] != rune(s[i]) {
			return false
		}
	}
	return true
}

func (r *patternReader) more() bool { return r.at < len(r.in) && r.err == nil }

// take goes on behind s, if that comes next.
func (r *patternReader) take(s string) bool {
	if !hasRunes(r.in[r.at:], s) {
		return false
	}
	r.at += len(s)
	return true
}

func (r *patternReader) either() *pattern {
	if r.depth++; r.depth > maxPattern {
		r.fail("groups are nested too deep")
	}
	defer func() { r.depth-- }()
	first := r.sequence()
	if !r.more() || r.in[r.at] != '|' {
		return first
	}
	p := &pattern{kind: eitherPattern, subs: []*pattern{first}}
	for r.more() && r.take("|") {
		p.subs = append(p.subs, r.sequence())
	}
	return p
}

func (r *patternReader) sequence() *pattern {
	p := &pattern{}
	for r.more() && r.in[r.at] != '|' && r.in[r.at] != ')' {
		sub, repeatable := r.term()
		if r.err != nil {
			break
		}
		p.subs = append(p.subs, r.repeated(sub, repeatable))
	}
	if len(p.subs) == 1 {
		return p.subs[0]
	}
	return p
}

// term reads what a quantifier can stand behind, and assertions.
func (r *patternReader) term() (p *pattern, repeatable bool) {
	c := r.in[r.at]
	switch c {
	case '^':
		r.at++
		return &pattern{kind: beginPattern}, false
	case '$':
		r.at++
		return &pattern{kind: endPattern}, false
	case '(':
		return r.bracket()
	case '[':
		r.at++
		return r.class(), true
	case '\\':
		return r.escape()
	case '*', '+', '?':
		r.fail("nothing stands before %q to repeat", c)
		return nil, false
	case '{':
		if _, _, ok := r.count(); ok {
			r.fail("nothing stands before %q to repeat", c)
			return nil, false
		}
	}
	r.at++
	if c == '.' {
		return &pattern{kind: setPattern, set: lineEnds.not()}, true
	}
	return r.char(c), true
}

func (r *patternReader) char(c rune) *pattern {
	return &pattern{kind: setPattern, set: r.folded(charSet{c, c})}
}

// bracket reads a group or an assertion in brackets.
func (r *patternReader) bracket() (*pattern, bool) {
	repeatable := true
	var p *pattern
	switch {
	case r.take("(?:"):
		p = &pattern{}
	case r.take("(?="):
		p = &pattern{kind: lookPattern}
	case r.take("(?!"):
		p = &pattern{kind: lookPattern, negated: true}
	case r.take("(?<="):
		p, repeatable = &pattern{kind: lookPattern, behind: true}, false
	case r.take("(?<!"):
		p, repeatable = &pattern{kind: lookPattern, behind: true, negated: true}, false
	case r.take("(?<"):
		name := r.groupName()
		r.groups++
		if _, ok := r.names[name]; ok {
			r.fail("two groups are named %q", name)
		}
		r.names[name] = r.groups
		p = &pattern{kind: groupPattern, group: r.groups}
	case r.take("(?"):
		r.fail("what stands behind \"(?\" is unknown")
		return nil, false
	default:
		r.at++
		r.groups++
		p = &pattern{kind: groupPattern, group: r.groups}
	}
	p.subs = []*pattern{r.either()}
	if !r.take(")") {
		r.fail("a group is not closed")
	}
	return p, repeatable
}

func (r *patternReader) groupName() string {
	var b strings.Builder
	for r.more() && r.in[r.at] != '>' {
		c := r.in[r.at]
		if c != '$' && c != '_' && !unicode.IsLetter(c) && (b.Len() == 0 || !unicode.In(c, unicode.Nd, unicode.Mn, unicode.Mc, unicode.Pc)) {
			break
		}
		b.WriteRune(c)
		r.at++
	}
	if b.Len() == 0 || !r.take(">") {
		r.fail("a group's name is not closed")
	}
	return b.String()
}

// repeated reads the quantifier behind a term.
func (r *patternReader) repeated(p *pattern, repeatable bool) *pattern {
	if !r.more() {
		return p
	}
	q := &pattern{kind: repeatPattern, subs: []*pattern{p}, most: unbounded}
	switch {
	case r.take("*"):
	case r.take("+"):
		q.least = 1
	case r.take("?"):
		q.most = 1
	default:
		least, most, ok := r.count()
		if !ok {
			return p
		}
		if least > most {
			r.fail("the numbers in a quantifier are out of order")
		}
		q.least, q.most = least, most
	}
	if !repeatable {
		r.fail("what stands before a quantifier cannot be repeated")
	}
	q.lazy = r.take("?")
	return q
}

// count reads {n}, {n,} or {n,m}; anything else is no quantifier.
func (r *patternReader) count() (least, most int, ok bool) {
	start := r.at
	if !r.take("{") {
		return 0, 0, false
	}
	least, ok = r.integer()
	most = least
	if ok && r.take(",") {
		if most, ok = r.integer(); !ok {
			most, ok = unbounded, true
		}
	}
	if !ok || !r.take("}") {
		r.at = start
		return 0, 0, false
	}
	return least, most, true
}

func (r *patternReader) integer() (n int, ok bool) {
	for r.at < len(r.in) && r.in[r.at] >= '0' && r.in[r.at] <= '9' {
		n = min(unbounded, n*10+int(r.in[r.at]-'0'))
		r.at++
		ok = true
	}
	return n, ok
}

// escape reads what a backslash begins, outside of a class.
func (r *patternReader) escape() (*pattern, bool) {
	r.at++
	if r.at == len(r.in) {
		r.fail("a backslash stands at the end")
		return nil, false
	}
	c := r.in[r.at]
	switch {
	case c == 'b' || c == 'B':
		r.at++
		return &pattern{kind: wordPattern, negated: c == 'B'}, false
	case c >= '1' && c <= '9':
		start := r.at
		if n, _ := r.integer(); n <= r.total {
			return &pattern{kind: referencePattern, group: n}, true
		}
		r.at = start
	case c == 'k' && r.named:
		r.at++
		if !r.take("<") {
			r.fail("\\k stands without a name")
		}
		p := &pattern{kind: referencePattern, name: r.groupName()}
		r.refs = append(r.refs, p)
		return p, true
	}
	if set := classEscape(c); set != nil {
		r.at++
		return &pattern{kind: setPattern, set: set}, true
	}
	return r.char(r.charEscape(false)), true
}

// charEscape reads one character behind a backslash.
func (r *patternReader) charEscape(class bool) rune {
	c := r.in[r.at]
	r.at++
	switch c {
	case 'f':
		return '\f'
	case 'n':
		return '\n'
	case 'r':
		return '\r'
	case 't':
		return '\t'
	case 'v':
		return '\v'
	case 'c':
		if r.at < len(r.in) {
			d := r.in[r.at]
			if d|0x20 >= 'a' && d|0x20 <= 'z' || class && (d >= '0' && d <= '9' || d == '_') {
				r.at++
				return d & 31
			}
		}
		r.at--
		return '\\'
	case 'x':
		return r.hexadecimal(2, c)
	case 'u':
		return r.hexadecimal(4, c)
	}
	if c >= '0' && c <= '7' {
		n := c - '0'
		for i := 0; i < 2 && r.at < len(r.in) && r.in[r.at] >= '0' && r.in[r.at] <= '7' && n*8+r.in[r.at]-'0' <= 0o377; i++ {
			n = n*8 + r.in[r.at] - '0'
			r.at++
		}
		return n
	}
	return c
}

// hexadecimal reads so many digits; without them the letter stands for itself.
func (r *patternReader) hexadecimal(digits int, letter rune) rune {
	if r.at+digits > len(r.in) {
		return letter
	}
	n := rune(0)
	for _, d := range r.in[r.at : r.at+digits] {
		if d > 0x7f || !isHex(byte(d)) {
			return letter
		}
		n = n*16 + rune(hexDigit(byte(d)))
	}
	r.at += digits
	if isSurrogate(n) {
		n += unitPlane
	}
	return n
}

func classEscape(c rune) charSet {
	switch c {
	case 'd':
		return decimalChars
	case 'D':
		return decimalChars.not()
	case 'w':
		return wordChars
	case 'W':
		return wordChars.not()
	case 's':
		return blankChars
	case 'S':
		return blankChars.not()
	}
	return nil
}

// class reads what is in square brackets.
func (r *patternReader) class() *pattern {
	negated := r.take("^")
	var plain, closed charSet
	for r.more() && r.in[r.at] != ']' {
		from, set := r.classAtom()
		closed = append(closed, set...)
		if !hasRunes(r.in[r.at:], "-") || hasRunes(r.in[r.at:], "-]") {
			plain = plain.with(from, from, set == nil)
			continue
		}
		r.at++
		if !r.more() {
			break
		}
		to, set2 := r.classAtom()
		closed = append(closed, set2...)
		if set != nil || set2 != nil {
			plain = plain.with('-', '-', true).with(from, from, set == nil).with(to, to, set2 == nil)
			continue
		}
		if unitOf(from) > unitOf(to) {
			r.fail("a range in a class is out of order")
			return nil
		}
		plain = plain.units(unitOf(from), unitOf(to))
	}
	if !r.take("]") {
		r.fail("a class is not closed")
		return nil
	}
	set := append(r.folded(plain.tidy()), closed...).tidy()
	if negated {
		set = set.not()
	}
	return &pattern{kind: setPattern, set: set}
}

// classAtom reads a character, or a set such as \d.
func (r *patternReader) classAtom() (rune, charSet) {
	c := r.in[r.at]
	r.at++
	if c != '\\' {
		return c, nil
	}
	if r.at == len(r.in) {
		r.fail("a class is not closed")
		return 0, nil
	}
	c = r.in[r.at]
	if set := classEscape(c); set != nil {
		r.at++
		return 0, set
	}
	if c == 'b' {
		r.at++
		return '\b', nil
	}
	return r.charEscape(true), nil
}

// unitOf is the UTF-16 unit that a character of a subject stands for.
func unitOf(r rune) rune {
	if r > unitPlane {
		return r - unitPlane
	}
	return r
}

func (r *patternReader) folded(s charSet) charSet {
	if !r.fold {
		return s
	}
	return s.fold()
}

// nullable tells whether a pattern can match nothing.
func (p *pattern) nullable() bool {
	switch p.kind {
	case setPattern:
		return false
	case sequencePattern:
		for _, s := range p.subs {
			if !s.nullable() {
				return false
			}
		}
		return true
	case eitherPattern:
		for _, s := range p.subs {
			if s.nullable() {
				return true
			}
		}
		return false
	case groupPattern:
		return p.subs[0].nullable()
	case repeatPattern:
		return p.least == 0 || p.subs[0].nullable()
	case lookPattern, beginPattern, endPattern, wordPattern, referencePattern:
	}
	return true
}

// groupsIn adds the numbers of the groups in a pattern.
func (p *pattern) groupsIn(all []int) []int {
	if p.kind == groupPattern {
		all = append(all, p.group)
	}
	for _, s := range p.subs {
		all = s.groupsIn(all)
	}
	return all
}

// sure tells whether every group in a pattern takes part whenever it matches.
func (p *pattern) sure() bool {
	switch p.kind {
	case eitherPattern:
		return len(p.groupsIn(nil)) == 0
	case repeatPattern:
		return p.least > 0 && p.subs[0].sure() || len(p.groupsIn(nil)) == 0
	case lookPattern:
		return len(p.groupsIn(nil)) == 0
	case sequencePattern, groupPattern:
		for _, s := range p.subs {
			if !s.sure() {
				return false
			}
		}
	case setPattern, beginPattern, endPattern, wordPattern, referencePattern:
	}
	return true
}
