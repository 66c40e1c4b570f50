package jsonata

import (
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// Bounds of what is compiled, far above what people write: they keep hostile sources from exhausting the stack.
const (
	maxSource  = 128 << 10
	maxNesting = 200
)

// A scan is what a look at an expression's tokens tells without parsing it.
type scan struct {
	names []string         // variables and functions, without "$", sorted
	reads map[string]*read // what of each is read
	binds bool             // a step binds its context or its position: @$v, #$i
}

// A read says which members of a value an expression names; those it does not name need not be handed over.
type read struct {
	whole   bool
	members map[string]*read
}

func (r *read) member(name string) *read {
	m := r.members[name]
	if m == nil {
		m = &read{}
		if r.members == nil {
			r.members = map[string]*read{}
		}
		r.members[name] = m
	}
	return m
}

// prune leaves out of v what is not read.
func (r *read) prune(v value.Value) value.Value {
	if r.whole || !v.IsObject() {
		return v
	}
	var b value.Builder
	for name, x := range v.Members() {
		if m := r.members[name]; m != nil {
			b.Set(name, m.prune(x))
		}
	}
	return b.Object()
}

type scanner struct {
	src     string
	at      int
	nesting int
	operand bool // the token before ends an operand, so that "/" divides and "|" cannot open a transform
	reads   map[string]*read
	binds   bool
	parents bool // the parent operator is used: what a path passes through counts
}

// scanSource walks over the tokens of src: it collects names, and refuses what must not reach the evaluator.
func scanSource(src string) (scan, error) {
	if len(src) > maxSource {
		return scan{}, failAt(maxSource, LimitMemory, "the expression is %d bytes long; expected at most %d", len(src), maxSource)
	}
	if !utf8.ValidString(src) {
		return scan{}, failAt(0, "S0201", "the expression is no valid UTF-8")
	}
	s := scanner{src: src, reads: map[string]*read{}}
	for s.at < len(src) {
		if err := s.token(); err != nil {
			return scan{}, err
		}
	}
	if s.parents {
		for _, r := range s.reads {
			r.whole = true
		}
	}
	return scan{names: slices.Sorted(maps.Keys(s.reads)), reads: s.reads, binds: s.binds}, nil
}

func (s *scanner) token() error {
	rest := s.src[s.at:]
	switch c := rest[0]; {
	case c == ' ', c == '\t', c == '\n', c == '\r':
		s.at++
		return nil
	case strings.HasPrefix(rest, "/*"):
		end := strings.Index(rest[2:], "*/")
		if end < 0 {
			return failAt(s.at, "S0106", "%s", texts["S0106"])
		}
		s.at += end + 4
		return nil
	case c == '"', c == '\'', c == '`':
		return s.quoted(c)
	case c == '/' && !s.operand:
		return s.regex()
	case c == '$':
		s.variable()
	case c == '|':
		return failAt(s.at, Unsupported, "the transform operator |…|…| is not supported yet by the local evaluator")
	case strings.HasPrefix(rest, "??"), strings.HasPrefix(rest, "?:"):
		return failAt(s.at, "S0201", "Syntax error: %q (it came with JSONata 2.1; Step Functions has 2.0.6)", rest[:2])
	case c == '%':
		s.parents = s.parents || !s.operand
		s.at++
		s.operand = !s.operand
	case strings.IndexByte("([{", c) >= 0:
		s.at++
		s.operand = false
		if s.nesting++; s.nesting > maxNesting {
			return failAt(s.at, LimitDepth, "brackets are nested deeper than %d levels", maxNesting)
		}
	case strings.IndexByte(")]}", c) >= 0:
		s.at++
		s.nesting--
		s.operand = true
	case isName(c):
		s.word()
	default:
		s.binds = s.binds || c == '@' || c == '#'
		s.at++
		s.operand = false
	}
	return nil
}

func isName(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= utf8.RuneSelf
}

func (s *scanner) word() {
	start := s.at
	for s.at < len(s.src) && isName(s.src[s.at]) {
		s.at++
	}
	switch s.src[start:s.at] {
	case "and", "or", "in":
		s.operand = false
	default:
		s.operand = true
	}
}

func (s *scanner) quoted(q byte) error {
	start := s.at
	for s.at++; s.at < len(s.src); s.at++ {
		switch c := s.src[s.at]; {
		case c == '\\' && q != '`':
			s.at++
		case c == q:
			s.at++
			s.operand = true
			return nil
		}
	}
	if q == '`' {
		return failAt(start, "S0105", "%s", texts["S0105"])
	}
	return failAt(start, "S0101", "%s", texts["S0101"])
}

func (s *scanner) regex() error {
	start := s.at
	depth := 0
	for s.at++; s.at < len(s.src); s.at++ {
		switch c := s.src[s.at]; c {
		case '\\':
			s.at++
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '/':
			if depth == 0 {
				s.at++
				s.operand = true
				return nil
			}
		}
	}
	return failAt(start, "S0302", "%s", texts["S0302"])
}

func (s *scanner) variable() {
	s.at++
	start := s.at
	for s.at < len(s.src) && isName(s.src[s.at]) {
		s.at++
	}
	name := s.src[start:s.at]
	s.operand = true
	if name == "" {
		return
	}
	r := s.reads[name]
	if r == nil {
		r = &read{}
		s.reads[name] = r
	}
	for {
		member, n := memberAfter(s.src[s.at:])
		if member == "" {
			r.whole = true
			return
		}
		s.at += n
		r = r.member(member)
	}
}

// memberAfter is the plain name after a dot at the start of src, and how many bytes the two take; or empty.
func memberAfter(src string) (name string, n int) {
	rest, ok := strings.CutPrefix(strings.TrimLeft(src, blanks), ".")
	if !ok || strings.HasPrefix(rest, ".") {
		return "", 0
	}
	rest = strings.TrimLeft(rest, blanks)
	end := 0
	for end < len(rest) && isName(rest[end]) {
		end++
	}
	if end == 0 || isWord(rest[:end]) || rest[0] >= '0' && rest[0] <= '9' {
		return "", 0
	}
	return rest[:end], len(src) - len(rest) + end
}

const blanks = " \t\r\n"
