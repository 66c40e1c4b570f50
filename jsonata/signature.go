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
	kinds   uint16 // their kinds, a bit each
	subtype string // of an array's items
	context bool   // the context stands in for it
	least   int
	most    int
	lazy    bool // it takes as few arguments as it can
	any     bool // the context fits, whatever it is
}

// quantify reads what is behind a parameter's letter. The reference makes a regular expression of it, in which a second
// sign behind a parameter is one for taking little.
func (p *parameter) quantify(sign byte) {
	known := p.least == 0 || p.most > 1
	if sign == '-' {
		p.context, p.any = true, p.least == 0
	}
	switch {
	case known:
		p.lazy = true
	case sign == '+':
		p.most = many
	default:
		p.least = 0
	}
}

// mostParameters is how many parameters a signature may have.
const mostParameters = 100

// many is how many arguments a parameter with + takes at most.
const many = 1 << 30

var accepted = map[byte]string{
	's': "sm", 'n': "nm", 'b': "bm", 'l': "lm", 'o': "om", 'a': "asnblfom", 'f': "f", 'j': "asnblom", 'x': "asnblfom",
}

// parseSignature reads a signature with its brackets. The offset of an error counts from the first one.
func parseSignature(text string) (*Signature, *Error) {
	s := &Signature{Text: text}
	for i := 1; i < len(text) && text[i] != ':'; i++ {
		c := text[i]
		last := len(s.params) - 1
		switch c {
		case 's', 'n', 'b', 'l', 'o', 'a', 'f', 'j', 'x':
			if s.params = append(s.params, parameter{symbol: c, accepts: accepted[c], least: 1, most: 1}); len(s.params) > mostParameters {
				e := failText(LimitDepth, "A signature has more than %d parameters", mostParameters)
				e.Offset, e.Position = i, i
				return nil, e
			}
		case '-', '?', '+':
			if last >= 0 {
				s.params[last].quantify(c)
			}
		case '(':
			end := closing(text, i, '(', ')')
			choice := text[i+1 : end]
			if strings.Contains(choice, "<") {
				return nil, &Error{Code: "S0402", Offset: i, Position: i, value: choice}
			}
			p := parameter{symbol: c, accepts: choice + "m", least: 1, most: 1}
			if strings.Contains(choice, "]") {
				p.accepts = "" // the reference's regular expression of it wants what no argument is
			}
			s.params = append(s.params, p)
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
	for i := range s.params {
		for k := range len(symbols) {
			if strings.IndexByte(s.params[i].accepts, symbols[k]) >= 0 {
				s.params[i].kinds |= 1 << k
			}
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
func symbolOf(x val) byte { return symbols[x.kind] }

const symbols = "mlbnsaof"

// A matcher shares the arguments out among parameters, as many to each as it wants while enough are left for the others.
type matcher struct {
	params []parameter
	counts []int // how many each takes
	open   bool  // some arguments may be left over
	// dead remembers what was tried in vain, by parameter and number of arguments left, where several parameters take
	// many.
	dead []bool
}

// matching makes a matcher of the first n parameters.
func (s *Signature) matching(n, args int, counts []int, open bool) matcher {
	m := matcher{params: s.params[:n], counts: counts, open: open}
	unbounded := 0
	for i := range m.params {
		if m.params[i].most > 1 {
			unbounded++
		}
	}
	if unbounded > 1 {
		m.dead = make([]bool, (args+1)*n)
	}
	return m
}

// match shares symbols out among the parameters from p on.
func (m *matcher) match(symbols []byte, p int) bool {
	if p == len(m.params) {
		return m.open || len(symbols) == 0
	}
	at := len(symbols)*len(m.params) + p
	if m.dead != nil && m.dead[at] {
		return false
	}
	param := &m.params[p]
	n := 0
	for n < len(symbols) && n < param.most && strings.IndexByte(param.accepts, symbols[n]) >= 0 {
		n++
	}
	most, step := n, -1
	if param.lazy {
		n, step = param.least, 1
	}
	for ; n >= param.least && n <= most; n += step {
		m.counts[p] = n
		if m.match(symbols[n:], p+1) {
			return true
		}
	}
	if m.dead != nil {
		m.dead[at] = true
	}
	return false
}

// validate gives the arguments that a function is called with: one per parameter, more only for a last one with +.
func (s *Signature) validate(args []val, in *val) ([]val, *Error) {
	if s.fits(args) {
		return args, nil
	}
	var buffer [8]byte
	given := buffer[:0]
	for _, x := range args {
		given = append(given, symbolOf(x))
	}
	var few [8]int
	counts := few[:]
	if len(s.params) > len(few) {
		counts = make([]int, len(s.params))
	}
	if m := s.matching(len(s.params), len(args), counts, false); !m.match(given, 0) {
		return nil, s.mismatch(args, given)
	}
	if s.plain(args, counts) {
		return args, nil
	}
	context := *in
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
			if !p.any && strings.IndexByte(p.accepts, symbolOf(context)) < 0 {
				return nil, failArgument("T0411", context, next+1)
			}
			out = append(out, context)
			continue
		}
		first := next
		for n := range counts[i] {
			x := args[next]
			if p.symbol != 'a' { // the reference repeats the first
				x = args[first]
			}
			if p.symbol == 'a' && x.exists() {
				if !p.holds(x, given[next-n:next-n+counts[i]]) {
					e := failArgument("T0412", x, next+1)
					e.value2 = quoted(plurals[p.subtype])
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

// fits tells whether each parameter has the argument that it asks for, so that nothing has to be shared out.
func (s *Signature) fits(args []val) bool {
	if len(args) != len(s.params) {
		return false
	}
	for i := range args {
		p := &s.params[i]
		if p.most != 1 || p.lazy || p.kinds&(1<<args[i].kind) == 0 || p.symbol == 'a' && (args[i].kind != list || !p.holds(args[i], nil)) {
			return false
		}
	}
	return true
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
	} else if a != nil && len(a.items) == n {
		for i := range a.items {
			if symbols[a.items[i].kind] != p.subtype[0] {
				return false
			}
		}
		return true
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

// mismatch finds the first argument that does not fit: the one behind those that as many parameters as can take.
func (s *Signature) mismatch(args []val, symbols []byte) *Error {
	good := 0
	counts := make([]int, len(s.params))
	for n := 1; n <= len(s.params); n++ {
		m := s.matching(n, len(args), counts, true)
		if !m.match(symbols, 0) {
			break
		}
		good = 0
		for _, k := range counts[:n] {
			good += k
		}
	}
	x := val{}
	if good < len(args) {
		x = args[good]
	}
	return failArgument("T0410", x, good+1)
}
