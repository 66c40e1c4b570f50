package jsonata

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Bounds of what is compiled, far above what people write: they keep hostile sources from exhausting the stack.
const (
	maxSource  = 128 << 10
	maxNesting = 200
)

// A scan is what a look at an expression's tokens tells without parsing it.
type scan struct {
	names       []string // variables and functions, without "$", sorted
	states      []string // members of $states that are named, sorted
	wholeStates bool     // $states is used without naming a member
}

type scanner struct {
	src     string
	at      int
	nesting int
	operand bool // the token before ends an operand, so that "/" divides and "|" cannot open a transform
	names   map[string]bool
	states  map[string]bool
	whole   bool
}

// scanSource walks over the tokens of src: it collects names, and refuses what must not reach the evaluator.
func scanSource(src string) (scan, error) {
	if len(src) > maxSource {
		return scan{}, failAt(maxSource, LimitMemory, "the expression is %d bytes long; expected at most %d", len(src), maxSource)
	}
	if !utf8.ValidString(src) {
		return scan{}, failAt(0, "S0201", "the expression is no valid UTF-8")
	}
	s := scanner{src: src, names: map[string]bool{}, states: map[string]bool{}}
	for s.at < len(src) {
		if err := s.token(); err != nil {
			return scan{}, err
		}
	}
	return scan{
		names: slices.Sorted(maps.Keys(s.names)), states: slices.Sorted(maps.Keys(s.states)), wholeStates: s.whole,
	}, nil
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
	s.names[name] = true
	if name != "states" {
		return
	}
	if member := memberAfter(s.src[s.at:]); member != "" {
		s.states[member] = true
	} else {
		s.whole = true
	}
}

// memberAfter is the plain name after a dot at the start of src, or empty.
func memberAfter(src string) string {
	src, ok := strings.CutPrefix(strings.TrimLeftFunc(src, unicode.IsSpace), ".")
	if !ok {
		return ""
	}
	src = strings.TrimLeftFunc(src, unicode.IsSpace)
	n := 0
	for n < len(src) && isName(src[n]) {
		n++
	}
	return src[:n]
}
