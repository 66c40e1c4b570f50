package flow

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/internal/suggest"
)

// JSONata is the hatch to what this package has no function for: an expression in which $1, $2, … are holes for the
// arguments. Arguments are put in as values, never pasted as text:
//
//	flow.JSONata[float64](f, "$round($1 * $2, 2)", &line.Price, &line.Quantity)
//
// The source's syntax, its holes and the names of its variables and functions are checked by the build. That it
// gives a T is the author's word.
func JSONata[T any](f *Flow, src string, args ...any) *T {
	nodes := make([]*node, len(args))
	for i, a := range args {
		nodes[i] = f.node(a)
	}
	return calc[T](f, f.hatch(src, nodes))
}

// hatch fills the holes of src.
func (f *Flow) hatch(src string, args []*node) *node {
	m := f.m
	m.noPlaceholder(src)
	h := scanHatch(src)
	n := &node{kind: formNode, prec: loose, parts: &parts{}}
	if isPostfix(src) {
		n.prec = tight
	}
	at := 0
	used := make([]bool, len(args))
	for _, hole := range h.holes {
		if hole.number < 1 || hole.number > len(args) {
			m.report(diagnosis{code: "jsonata-hole", message: fmt.Sprintf("there is no argument for $%d in %q", hole.number, shorten(src)), hint: fmt.Sprintf("it has %d; $1 is the first", len(args))})
			continue
		}
		used[hole.number-1] = true
		n.text, n.kids, n.need = append(n.text, src[at:hole.start]), append(n.kids, args[hole.number-1]), append(n.need, hole.need(src))
		at = hole.end
	}
	n.text = append(n.text, src[at:])
	for i, ok := range used {
		if !ok {
			m.report(diagnosis{code: "jsonata-hole", message: fmt.Sprintf("argument %d has no hole in %q", i+1, shorten(src)), hint: fmt.Sprintf("write $%d where it belongs", i+1)})
		}
	}
	m.checkHatch(src, h)
	n.fresh = slices.ContainsFunc(h.free, func(name string) bool { return differing[name] })
	return n
}

func (m *machine) checkHatch(src string, h hatchNames) {
	for _, name := range h.bound {
		m.taken[name] = true // a variable of that name would be hidden in the expression
	}
	for _, name := range h.free {
		switch {
		case name == "eval":
			m.report(diagnosis{code: "jsonata-variable", message: "Step Functions has no $eval", hint: "write the expression itself"})
		case !functions[name] && name != "states" && !slices.Contains(h.bound, name):
			hint := "hand values over as arguments: $1 is the first"
			if s, ok := suggest.Name(name, functionNames()); ok {
				hint = fmt.Sprintf("did you mean $%s? Values are handed over as arguments: $1 is the first", s)
			}
			m.report(diagnosis{code: "jsonata-variable", message: fmt.Sprintf("$%s in %q is neither a function nor bound there", name, shorten(src)), hint: hint})
		}
	}
	if m.again {
		return
	}
	var b strings.Builder
	at := 0
	for _, hole := range h.holes {
		b.WriteString(src[at:hole.start] + "$h" + strconv.Itoa(hole.number))
		at = hole.end
	}
	b.WriteString(src[at:])
	if err := compileJSONata(b.String()); err != nil {
		m.report(diagnosis{code: "jsonata-syntax", message: fmt.Sprintf("%q is no JSONata: %v", shorten(src), err), hint: "see https://docs.jsonata.org for the language", once: true})
	}
}

// differing are the functions that give something else each time.
var differing = map[string]bool{"uuid": true, "random": true, "now": true, "millis": true, "shuffle": true}

// hatchNames is what a source's tokens say: its holes, the variables it binds, and those it uses.
type hatchNames struct {
	holes       []hole
	bound, free []string
}

type hole struct{ start, end, number int }

// scanHatch finds variables in JSONata source, and leaves strings, names in backticks, comments and regular
// expressions alone.
func scanHatch(src string) hatchNames {
	var h hatchNames
	operand := false // the last token was a value, so that / divides
	params := 0      // depth of a function's parameter list
	word := ""
	for i := 0; i < len(src); {
		c := src[i]
		switch {
		case c == ' ' || c == '\t' || c == '\n' || c == '\r':
			i++
			continue
		case c == '"' || c == '\'' || c == '`':
			i = skipQuoted(src, i, c)
			operand = true
		case strings.HasPrefix(src[i:], "/*"):
			end := strings.Index(src[i+2:], "*/")
			if end < 0 {
				return h
			}
			i += end + 4
			continue
		case c == '/' && !operand:
			i = skipRegexp(src, i)
			operand = true
		case c == '$':
			end := i + 1
			for end < len(src) && isWord(src[end]) {
				end++
			}
			h.variable(src, i, end, params > 0)
			i, operand = end, true
		case isWord(c):
			end := i
			for end < len(src) && isWord(src[end]) {
				end++
			}
			word = src[i:end]
			i, operand = end, word != "and" && word != "or" && word != "in"
			continue
		case c == '(' && (word == "function" || word == "λ"):
			params++
			i, operand = i+1, false
		case c == ')' && params > 0:
			params--
			i, operand = i+1, true
		default:
			operand = c == ')' || c == ']' || c == '}'
			i++
		}
		word = ""
	}
	return h
}

func (h *hatchNames) variable(src string, start, end int, param bool) {
	name := src[start+1 : end]
	if name == "" {
		return // $ and $$: the context
	}
	if n, err := strconv.Atoi(name); err == nil {
		h.holes = append(h.holes, hole{start, end, n})
		return
	}
	if param || strings.HasPrefix(strings.TrimLeft(src[end:], " \t\r\n"), ":=") {
		h.bound = append(h.bound, name)
		return
	}
	h.free = append(h.free, name)
}

// need is how tightly what fills a hole must bind: not at all where brackets and commas keep it apart.
func (h hole) need(src string) int8 {
	before, after := strings.TrimRight(src[:h.start], " \t\r\n"), strings.TrimLeft(src[h.end:], " \t\r\n")
	if before != "" && after != "" && strings.ContainsRune("(,[", rune(before[len(before)-1])) && strings.ContainsRune("),]", rune(after[0])) {
		return loose
	}
	return tight
}

// isPostfix tells whether src is one call or group, with members and predicates after it, so that it needs no
// parentheses anywhere.
func isPostfix(src string) bool {
	src = strings.TrimSpace(src)
	i := 0
	if strings.HasPrefix(src, "$") {
		for i = 1; i < len(src) && isWord(src[i]); i++ {
			continue
		}
	}
	depth := 0
	for i < len(src) {
		switch c := src[i]; {
		case c == '"' || c == '\'' || c == '`':
			if depth == 0 {
				return false
			}
			i = skipQuoted(src, i, c)
			continue
		case c == '/' && depth > 0 && strings.ContainsRune("(,", lastByte(src[:i])):
			i = skipRegexp(src, i)
			continue
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case depth == 0 && (c != '.' && !isWord(c) || i == 0):
			return false
		}
		i++
	}
	return depth == 0
}

func lastByte(s string) rune {
	s = strings.TrimRight(s, " \t\r\n")
	if s == "" {
		return '('
	}
	return rune(s[len(s)-1])
}

func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// skipQuoted gives the place after the text that begins at i.
func skipQuoted(src string, i int, q byte) int {
	for i++; i < len(src); i++ {
		switch {
		case src[i] == '\\' && q != '`':
			i++
		case src[i] == q:
			return i + 1
		}
	}
	return len(src)
}

func skipRegexp(src string, i int) int {
	depth := 0
	for i++; i < len(src); i++ {
		switch src[i] {
		case '\\':
			i++
		case '(', '[', '{':
			depth++
		case ')', ']', '}':
			depth--
		case '/':
			if depth == 0 {
				return i + 1
			}
		}
	}
	return len(src)
}
