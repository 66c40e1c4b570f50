package jsonata

import (
	"sort"
	"strings"
	"unicode/utf8"
)

// A simplePattern is a regular expression that needs no engine: a text, or characters of a set, one or as many as
// there are. Most patterns to split at and to replace are such.
type simplePattern struct {
	text  string // when not empty
	set   charSet
	ascii [utf8.RuneSelf]bool // which of these are in the set
	all   bool                // as many as there are
}

// simple is a pattern as a simple one; nil when it is none.
func (p *pattern) simple() *simplePattern {
	p = p.oneSet()
	switch {
	case p.kind == repeatPattern && p.least == 1 && p.most == unbounded && !p.lazy && p.subs[0].oneSet().kind == setPattern:
		s := newSimplePattern(p.subs[0].oneSet().set)
		s.all = true
		return s
	case p.kind == setPattern && !p.isChar():
		return newSimplePattern(p.set)
	}
	var b strings.Builder
	all := []*pattern{p}
	if p.kind == sequencePattern {
		all = p.subs
	}
	for _, s := range all {
		if !s.isChar() {
			return nil
		}
		b.WriteRune(s.set[0])
	}
	if b.Len() == 0 {
		return nil
	}
	return &simplePattern{text: b.String()}
}

// oneSet is a pattern that chooses among single characters as one set, and any other as it is.
func (p *pattern) oneSet() *pattern {
	if p.kind != eitherPattern {
		return p
	}
	var set charSet
	for _, s := range p.subs {
		if s.kind != setPattern {
			return p
		}
		set = append(set, s.set...)
	}
	return &pattern{kind: setPattern, set: set.tidy()}
}

// isChar tells whether p is one character and no other.
func (p *pattern) isChar() bool {
	return p.kind == setPattern && len(p.set) == 2 && p.set[0] == p.set[1]
}

func newSimplePattern(set charSet) *simplePattern {
	s := &simplePattern{set: set}
	for i := 0; i < len(set); i += 2 {
		for r := set[i]; r <= set[i+1] && r < utf8.RuneSelf; r++ {
			s.ascii[r] = true
		}
	}
	return s
}

// find is the first match in s: where it begins and where it ends; -1 when there is none.
func (p *simplePattern) find(s string) (start, end int) {
	if p.text != "" {
		start = strings.Index(s, p.text)
		return start, start + len(p.text)
	}
	for i := 0; i < len(s); {
		in, size := p.has(s[i:])
		if !in {
			i += size
			continue
		}
		start, i = i, i+size
		for in && p.all && i < len(s) {
			if in, size = p.has(s[i:]); in {
				i += size
			}
		}
		return start, i
	}
	return -1, -1
}

// has tells whether the first character of s is in the set, and its length.
func (p *simplePattern) has(s string) (bool, int) {
	if s[0] < utf8.RuneSelf {
		return p.ascii[s[0]], 1
	}
	r, size := utf8.DecodeRuneInString(s)
	i := sort.Search(len(p.set)/2, func(i int) bool { return p.set[2*i+1] >= r })
	return 2*i < len(p.set) && p.set[2*i] <= r, size
}
