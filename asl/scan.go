package asl

import (
	"strings"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// A node is one value or member name of a document's text. The nodes of a document lie in one slice in the order
// of the text: an array is followed by its items, an object by its names and values in turn.
type node struct {
	kind  value.Kind
	plain bool  // strings: the text between the quotes is the content
	open  bool  // arrays and objects: the text ends or is malformed inside
	off   int32 // the text is src[off:end]
	end   int32
	next  int32 // the first node that is not inside this one
}

// A scanner turns text into nodes. It accepts exactly what value.Parse accepts.
type scanner struct {
	src   string
	at    int
	nodes []node
}

// scan reads src; ok is false when it is malformed. Then the nodes hold what comes before the fault.
func scan(src string) (nodes []node, ok bool) {
	s := scanner{src: src, nodes: make([]node, 0, 16+len(src)/9)}
	s.blanks()
	ok = s.value(0)
	s.blanks()
	return s.nodes, ok && s.at == len(src)
}

func (s *scanner) blanks() {
	for s.at < len(s.src) {
		switch s.src[s.at] {
		case ' ', '\n', '\t', '\r':
			s.at++
		default:
			return
		}
	}
}

// is moves past c if it is next.
func (s *scanner) is(c byte) bool {
	if s.at < len(s.src) && s.src[s.at] == c {
		s.at++
		return true
	}
	return false
}

// leaf adds a node without content of its own, from off to the scanner's place.
func (s *scanner) leaf(kind value.Kind, off int, plain, ok bool) bool {
	if ok {
		s.nodes = append(s.nodes, node{kind: kind, plain: plain, off: int32(off), end: int32(s.at), next: int32(len(s.nodes) + 1)})
	}
	return ok
}

func (s *scanner) value(depth int) bool {
	if s.at >= len(s.src) {
		return false
	}
	off := s.at
	switch c := s.src[off]; {
	case c == '"':
		return s.string()
	case c == '{':
		return s.container(value.ObjectKind, '}', depth+1)
	case c == '[':
		return s.container(value.ArrayKind, ']', depth+1)
	case c == '-', c >= '0' && c <= '9':
		return s.leaf(value.NumberKind, off, false, s.number())
	case c == 't':
		return s.leaf(value.BoolKind, off, false, s.word("true"))
	case c == 'f':
		return s.leaf(value.BoolKind, off, false, s.word("false"))
	case c == 'n':
		return s.leaf(value.NullKind, off, false, s.word("null"))
	}
	return false
}

func (s *scanner) word(w string) bool {
	if !strings.HasPrefix(s.src[s.at:], w) {
		return false
	}
	s.at += len(w)
	return true
}

// container reads an array or object. A malformed one stays in the nodes, open, with what it had so far.
func (s *scanner) container(kind value.Kind, end byte, depth int) bool {
	if depth > value.MaxDepth {
		return false
	}
	self := len(s.nodes)
	s.nodes = append(s.nodes, node{kind: kind, off: int32(s.at)})
	s.at++
	s.blanks()
	ok := s.is(end) || s.contents(kind, end, depth)
	n := &s.nodes[self]
	n.open, n.end, n.next = !ok, int32(s.at), int32(len(s.nodes))
	return ok
}

func (s *scanner) contents(kind value.Kind, end byte, depth int) bool {
	for {
		if kind == value.ObjectKind {
			if !s.member(depth) {
				return false
			}
		} else if !s.value(depth) {
			return false
		}
		s.blanks()
		if s.is(end) {
			return true
		}
		if !s.is(',') {
			return false
		}
		s.blanks()
	}
}

func (s *scanner) member(depth int) bool {
	if s.at >= len(s.src) || s.src[s.at] != '"' {
		return false
	}
	name := len(s.nodes)
	if !s.string() {
		return false
	}
	s.blanks()
	ok := s.is(':')
	if ok {
		s.blanks()
		ok = s.value(depth)
	}
	if len(s.nodes) == name+1 { // a name without the beginning of a value is no member
		s.nodes = s.nodes[:name]
	}
	return ok
}

func (s *scanner) number() bool {
	s.is('-')
	if !s.is('0') && !s.digits() {
		return false
	}
	if s.is('.') && !s.digits() {
		return false
	}
	if s.is('e') || s.is('E') {
		if !s.is('+') {
			s.is('-')
		}
		return s.digits()
	}
	return true
}

func (s *scanner) digits() bool {
	start := s.at
	for s.at < len(s.src) && s.src[s.at] >= '0' && s.src[s.at] <= '9' {
		s.at++
	}
	return s.at > start
}

func (s *scanner) string() bool {
	off := s.at
	plain, ascii := true, true
	for s.at++; s.at < len(s.src); s.at++ {
		switch c := s.src[s.at]; {
		case c == '"':
			s.at++
			plain = plain && (ascii || utf8.ValidString(s.src[off+1:s.at-1]))
			return s.leaf(value.StringKind, off, plain, true)
		case c == '\\':
			plain = false
			if !s.escape() {
				return false
			}
		case c < 0x20:
			return false
		case c >= utf8.RuneSelf:
			ascii = false
		}
	}
	return false
}

// escape reads an escape sequence but for its last byte.
func (s *scanner) escape() bool {
	s.at++
	if s.at >= len(s.src) {
		return false
	}
	switch s.src[s.at] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return true
	case 'u':
		if s.at+4 >= len(s.src) {
			return false
		}
		for _, c := range []byte(s.src[s.at+1 : s.at+5]) {
			if !isHex(c) {
				return false
			}
		}
		s.at += 4
		return true
	}
	return false
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f'
}
