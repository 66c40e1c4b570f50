package jsonata

import (
	"fmt"
	"strconv"
	"strings"
)

// common tells whether Go's regexp means by a pattern what ECMAScript does. Go's engine has neither references nor
// looks ahead and behind, keeps what a group had in an earlier turn of a repetition, and takes another view of turns
// that match nothing.
func (p *pattern) common(multiline bool) bool {
	switch p.kind {
	case lookPattern, referencePattern:
		return false
	case beginPattern, endPattern:
		return !multiline
	case repeatPattern:
		body := p.subs[0]
		if p.least != p.most && body.nullable() || p.most > 1 && !body.sure() || p.least > 1000 || p.most > 1000 && p.most != unbounded {
			return false
		}
	case sequencePattern, setPattern, eitherPattern, groupPattern, wordPattern:
	}
	for _, s := range p.subs {
		if !s.common(multiline) {
			return false
		}
	}
	return true
}

// looksBack tells whether what a common pattern matches depends on what stands before.
func (p *pattern) looksBack() bool {
	if p.kind == beginPattern || p.kind == wordPattern {
		return true
	}
	for _, s := range p.subs {
		if s.looksBack() {
			return true
		}
	}
	return false
}

// A translator writes a pattern in the language of an engine: of Go's regexp, or of regexp2.
type translator struct {
	strings.Builder
	full      bool // for regexp2
	fold      bool
	multiline bool
	turns     int // groups that remember where a turn of a repetition began; they are numbered on from the pattern's
	behind    bool
}

// maxTranslation is how many bytes a translated pattern may have.
const maxTranslation = 1 << 18

func (t *translator) pattern(p *pattern) {
	if t.Len() > maxTranslation {
		return
	}
	switch p.kind {
	case sequencePattern:
		t.WriteString("(?:")
		for _, s := range p.subs {
			t.pattern(s)
		}
		t.WriteByte(')')
	case setPattern:
		t.set(p.set)
	case eitherPattern:
		for i, s := range p.subs {
			t.WriteString([2]string{"|", "(?:"}[btoi(i == 0)])
			t.pattern(s)
		}
		t.WriteByte(')')
	case groupPattern:
		if t.full {
			fmt.Fprintf(t, "(?<%d>", p.group)
		} else {
			t.WriteByte('(')
		}
		t.pattern(p.subs[0])
		t.WriteByte(')')
	case repeatPattern:
		t.repeat(p)
	case lookPattern:
		t.look(p)
	case beginPattern:
		t.WriteString([2]string{`\A`, `(?<=\A|[\n\r\u2028\u2029])`}[btoi(t.multiline)])
	case endPattern:
		t.WriteString([2]string{`\z`, `(?=[\n\r\u2028\u2029]|\z)`}[btoi(t.multiline)])
	case wordPattern:
		t.word(p.negated)
	case referencePattern:
		fmt.Fprintf(t, `(?(%d)%s\k<%d>))`, p.group, [2]string{"(?:", "(?i:"}[btoi(t.fold)], p.group)
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (t *translator) look(p *pattern) {
	was := t.behind
	t.behind = p.behind
	t.WriteString([2]string{"(?", "(?<"}[btoi(p.behind)])
	t.WriteString([2]string{"=", "!"}[btoi(p.negated)])
	t.pattern(p.subs[0])
	t.WriteByte(')')
	t.behind = was
}

func (t *translator) word(negated bool) {
	if !t.full {
		t.WriteString([2]string{`\b`, `\B`}[btoi(negated)])
		return
	}
	const in = `[0-9A-Za-z_]`
	if negated {
		t.WriteString(`(?:(?<=` + in + `)(?=` + in + `)|(?<!` + in + `)(?!` + in + `))`)
		return
	}
	t.WriteString(`(?:(?<=` + in + `)(?!` + in + `)|(?<!` + in + `)(?=` + in + `))`)
}

// repeat writes a repetition. In regexp2 each turn begins by forgetting the groups in it, and a turn that is not
// required must match something.
func (t *translator) repeat(p *pattern) {
	body := p.subs[0]
	groups := body.groupsIn(nil)
	if !t.full || !body.nullable() || p.least == p.most {
		t.turn(body, groups, p.most > 1, 0)
		t.quantifier(p.least, p.most, p.lazy)
		return
	}
	t.WriteString("(?:")
	rest := p.most
	if p.least > 0 {
		t.turn(body, groups, true, 0)
		t.quantifier(p.least, p.least, false)
		if rest != unbounded {
			rest -= p.least
		}
	}
	t.turns++
	t.turn(body, groups, true, t.turns)
	t.quantifier(0, rest, p.lazy)
	t.WriteByte(')')
}

// turn writes one turn of a repetition; mark is the group that remembers where it began, if it must match something.
func (t *translator) turn(body *pattern, groups []int, again bool, mark int) {
	before, after := "", ""
	if mark > 0 {
		before = fmt.Sprintf(`(?=(?<%d>[\s\S]*))`, mark)
		after = fmt.Sprintf(`(?!\k<%d>\z)`, mark)
	}
	if t.full && again {
		for _, g := range groups {
			before += fmt.Sprintf(`(?(%d)(?<-%d>))`, g, g)
		}
	}
	if t.behind { // matched from right to left
		before, after = after, before
	}
	t.WriteString("(?:")
	t.WriteString(before)
	t.pattern(body)
	t.WriteString(after)
	t.WriteByte(')')
}

func (t *translator) quantifier(least, most int, lazy bool) {
	switch {
	case least == 0 && most == unbounded:
		t.WriteByte('*')
	case least == 1 && most == unbounded:
		t.WriteByte('+')
	case most == unbounded:
		fmt.Fprintf(t, "{%d,}", least)
	case least == 0 && most == 1:
		t.WriteByte('?')
	default:
		fmt.Fprintf(t, "{%d,%d}", least, most)
	}
	if lazy {
		t.WriteByte('?')
	}
}

func (t *translator) set(s charSet) {
	switch {
	case len(s) == 0:
		t.WriteString([2]string{`[^\x00-\x{10FFFF}]`, `(?!)`}[btoi(t.full)])
	case len(s) == 2 && s[0] == 0 && s[1] > unitPlane:
		t.WriteString([2]string{`(?s:.)`, `[\s\S]`}[btoi(t.full)])
	case len(s) == 2 && s[0] == s[1]:
		t.char(s[0])
	default:
		t.WriteByte('[')
		for i := 0; i < len(s); i += 2 {
			t.char(s[i])
			if s[i+1] > s[i] {
				t.WriteByte('-')
				t.char(s[i+1])
			}
		}
		t.WriteByte(']')
	}
}

// char writes one character.
func (t *translator) char(r rune) {
	switch {
	case r < 0x80 && (isDigit(byte(r)) || r|0x20 >= 'a' && r|0x20 <= 'z'):
		t.WriteByte(byte(r))
	case !t.full:
		t.WriteString(`\x{` + strconv.FormatInt(int64(r), 16) + `}`)
	case r <= 0xffff:
		fmt.Fprintf(t, `\u%04x`, r)
	default:
		t.WriteRune(r)
	}
}
