package jsonata

import "strings"

// A Signature says which arguments a function takes: the text between < and > behind its parameters.
type Signature struct {
	Text   string
	params []parameter
}

// A parameter is one letter of a signature.
type parameter struct {
	symbol  byte   // s n b l o a f j x; '(' for a choice
	accepts string // the symbols of the arguments that fit
	subtype string // of an array's items
	context bool   // the context stands in for it
	least   int
	most    int
}

// many is how many arguments a parameter with + takes at most.
const many = 1 << 30

var accepted = map[byte]string{
	's': "sm", 'n': "nm", 'b': "bm", 'l': "lm", 'o': "om", 'a': "asnblfom", 'f': "f", 'j': "asnblom", 'x': "asnblfom",
}

// parseSignature reads a signature with its brackets. The offset of an error counts from the first one.
func parseSignature(text string) (*Signature, error) {
	s := &Signature{Text: text}
	for i := 1; i < len(text) && text[i] != ':'; i++ {
		c := text[i]
		last := len(s.params) - 1
		switch c {
		case 's', 'n', 'b', 'l', 'o', 'a', 'f', 'j', 'x':
			s.params = append(s.params, parameter{symbol: c, accepts: accepted[c], least: 1, most: 1})
		case '-', '?', '+':
			if last < 0 {
				continue
			}
			p := &s.params[last]
			switch c {
			case '-':
				p.context, p.least = true, 0
			case '?':
				p.least = 0
			case '+':
				p.most = many
			}
		case '(':
			end := closing(text, i, '(', ')')
			choice := text[i+1 : end]
			if strings.Contains(choice, "<") {
				return nil, &Error{Code: "S0402", Offset: i, Position: i, value: choice}
			}
			s.params = append(s.params, parameter{symbol: c, accepts: choice + "m", least: 1, most: 1})
			i = end
		case '<':
			if last < 0 || s.params[last].symbol != 'a' && s.params[last].symbol != 'f' {
				return nil, &Error{Code: "S0401", Offset: i, Position: i}
			}
			end := closing(text, i, '<', '>')
			s.params[last].subtype = text[i+1 : end]
			i = end
		}
	}
	return s, nil
}

// closing is where the bracket at start is closed, or the end of the text.
func closing(text string, start int, opening, shut byte) int {
	depth := 0
	for i := start; i < len(text); i++ {
		switch text[i] {
		case opening:
			depth++
		case shut:
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(text)
}

// symbolOf is the letter of an argument's type; m for a missing one.
func symbolOf(x val) byte { return "mlbnsaof"[x.kind] }

// match shares the arguments out among the parameters from p on, as many to each as fit and leave enough for the
// others. counts gets how many each takes.
func (s *Signature) match(symbols []byte, p int, counts []int) bool {
	if p == len(s.params) {
		return len(symbols) == 0
	}
	param := &s.params[p]
	n := 0
	for n < len(symbols) && n < param.most && strings.IndexByte(param.accepts, symbols[n]) >= 0 {
		n++
	}
	for ; n >= param.least; n-- {
		counts[p] = n
		if s.match(symbols[n:], p+1, counts) {
			return true
		}
	}
	return false
}

// validate gives the arguments that a function is called with: one per parameter, more only for a last one with +.
func (s *Signature) validate(args []val, context val) ([]val, *Error) {
	var buffer [8]byte
	symbols := buffer[:0]
	for _, x := range args {
		symbols = append(symbols, symbolOf(x))
	}
	var few [8]int
	counts := few[:]
	if len(s.params) > len(few) {
		counts = make([]int, len(s.params))
	}
	if !s.match(symbols, 0, counts) {
		return nil, s.mismatch(args, symbols)
	}
	if s.plain(args, counts) {
		return args, nil
	}
	out := make([]val, 0, max(len(args), len(s.params)))
	next := 0
	for i := range s.params {
		p := &s.params[i]
		if counts[i] == 0 {
			if !p.context {
				x := val{}
				if next < len(args) {
					x = args[next]
				}
				out = append(out, x)
				next++
				continue
			}
			if strings.IndexByte(p.accepts, symbolOf(context)) < 0 {
				return nil, failArgument("T0411", context, next+1)
			}
			out = append(out, context)
			continue
		}
		for n := range counts[i] {
			x := args[next]
			if p.symbol == 'a' && x.exists() {
				if !p.holds(x, symbols[next-n:next-n+counts[i]]) {
					e := failArgument("T0412", x, next+1)
					e.value2 = plurals[p.subtype]
					return nil, e
				}
				if x.kind != list {
					x = items(x)
				}
			}
			out = append(out, x)
			next++
		}
	}
	return out, nil
}

// plain tells whether the arguments are right as they are.
func (s *Signature) plain(args []val, counts []int) bool {
	if len(args) != len(s.params) {
		return false
	}
	for i := range s.params {
		if counts[i] != 1 || s.params[i].symbol == 'a' {
			return false
		}
	}
	return true
}

// holds tells whether x, which stands for an array, has items of the parameter's type.
func (p *parameter) holds(x val, matched []byte) bool {
	if p.subtype == "" {
		return true
	}
	if x.kind != list {
		return string(matched) == p.subtype
	}
	n := x.len()
	if n == 0 {
		return true
	}
	if a := x.array(); a != nil && a.span != 0 {
		return p.subtype[0] == 'n'
	}
	for i := range n {
		if symbolOf(x.at(i)) != p.subtype[0] {
			return false
		}
	}
	return true
}

var plurals = map[string]string{
	"a": "arrays", "b": "booleans", "f": "functions", "n": "numbers", "o": "objects", "s": "strings",
}

// mismatch finds the first argument that does not fit.
func (s *Signature) mismatch(args []val, symbols []byte) *Error {
	good := 0
	for n := 1; n <= len(s.params); n++ {
		end, ok := s.prefix(symbols, n)
		if !ok {
			break
		}
		good = end
	}
	x := val{}
	if good < len(args) {
		x = args[good]
	}
	return failArgument("T0410", x, good+1)
}

// prefix tells how many of the arguments the first n parameters take when nothing has to come after them.
func (s *Signature) prefix(symbols []byte, n int) (int, bool) {
	part := Signature{params: s.params[:n]}
	counts := make([]int, n)
	for end := len(symbols); end >= 0; end-- {
		if part.match(symbols[:end], 0, counts) {
			return end, true
		}
	}
	return 0, false
}
