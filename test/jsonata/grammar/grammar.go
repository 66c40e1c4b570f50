// Package grammar makes random JSONata expressions over random documents. The expressions know the document that they
// are for, so that most of them give a value; some fail and some find nothing, as in life.
package grammar

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
)

// A Program is an expression and its input.
type Program struct {
	Expr string
	Data string // JSON text; empty for none

	root *Node // nil when the expression was spoilt
}

// A Node is a piece of an expression: text with other pieces in it.
type Node struct {
	text []string // one more than kids
	kids []*Node
	// atom is set on pieces that may stand as an operand without brackets.
	atom bool
	uses []string
}

func (n *Node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n *Node) write(b *strings.Builder) {
	for i, kid := range n.kids {
		b.WriteString(n.text[i])
		kid.write(b)
	}
	b.WriteString(n.text[len(n.kids)])
}

// Uses calls f with every operator and built-in function that the program is made of, as often as it is in it.
func (p Program) Uses(f func(feature string)) {
	var walk func(*Node)
	walk = func(n *Node) {
		for _, u := range n.uses {
			f(u)
		}
		for _, kid := range n.kids {
			walk(kid)
		}
	}
	if p.root != nil {
		walk(p.root)
	}
}

// A kind is what an expression is meant to give.
type kind int

const (
	num kind = iota
	str
	boolean
	null
	nums // an array or a sequence of numbers
	strs
	objs
	list // any array
	obj
	anything
)

// A generator makes one program.
type generator struct {
	r      *rand.Rand
	doc    any
	ctx    any        // a sample of the context item
	vars   []variable // in scope
	fresh  int        // variables made so far
	size   int        // pieces that may still be made
	parent []any      // samples of what % is here, from the nearest on
}

type variable struct {
	name   string
	sample any
}

// New makes the program of a seed.
func New(seed uint64) Program { return Sized(seed, 24) }

// Sized makes the program of a seed with about so many pieces at most.
func Sized(seed uint64, size int) Program {
	g := &generator{r: rand.New(rand.NewPCG(seed, 0x5eed)), size: size}
	g.doc = g.document()
	g.ctx = g.doc
	root := g.expr(kind(g.r.IntN(int(anything)+1)), 2+g.r.IntN(3))
	for tries := 0; len(root.kids) == 0 && tries < 3; tries++ {
		root = g.expr(kind(g.r.IntN(int(anything)+1)), 2+g.r.IntN(3))
	}
	p := Program{Expr: root.String(), root: root}
	if g.doc != missing {
		text, err := json.Marshal(g.doc)
		if err != nil {
			panic(err)
		}
		p.Data = string(text)
	}
	if g.chance(spoilt) {
		p.Expr, p.root = g.spoil(p.Expr), nil
	}
	return p
}

// How often, of a thousand, something goes wrong on purpose.
const (
	spoilt    = 70 // an expression is broken as text
	confused  = 38 // a piece gives something of another kind than it should
	forgotten = 14 // a path leads nowhere
)

func (g *generator) chance(ofThousand int) bool { return g.r.IntN(1000) < ofThousand }

func pick[T any](g *generator, all []T) T { return all[g.r.IntN(len(all))] }

// expr makes an expression of a kind.
func (g *generator) expr(k kind, depth int) *Node {
	g.size--
	if g.chance(confused) {
		k = kind(g.r.IntN(int(anything) + 1))
	}
	if k == anything {
		k = kind(g.r.IntN(int(anything)))
	}
	if depth <= 0 || g.size <= 0 {
		return g.leaf(k)
	}
	if g.chance(150) {
		return g.leaf(k)
	}
	if g.chance(600) {
		return g.build(pick(g, own[k]), k, depth)
	}
	// Functions that build their expression by hand stand in for each other until one can.
	for range 3 {
		if n := pick(g, makers())(g, k, depth-1); n != nil {
			return n
		}
	}
	return g.build(pick(g, own[k]), k, depth)
}

// leaf is a path or a constant.
func (g *generator) leaf(k kind) *Node {
	if k == anything {
		k = kind(g.r.IntN(int(anything)))
	}
	if g.chance(600) {
		if n := g.path(k); n != nil {
			return n
		}
	}
	return g.constant(k)
}

// plain is a piece of text without others in it.
func plain(text string) *Node { return &Node{text: []string{text}, atom: true, uses: used(text)} }

// made is a piece of pieces: text has a @ for each.
func made(text string, kids ...*Node) *Node {
	return &Node{text: strings.Split(text, "@"), kids: kids, atom: true, uses: used(text)}
}

// with adds to what a piece is made of.
func (n *Node) with(uses ...string) *Node {
	n.uses = append(n.uses, uses...)
	return n
}

// operand puts brackets around what needs them, mostly.
func (g *generator) operand(n *Node) *Node {
	if n.atom || g.chance(150) {
		return n
	}
	return made("(@)", n).with("(")
}

// inside makes a piece with another context item. parents are what % is there; nil where it is not known.
func (g *generator) inside(sample any, parents []any, f func() *Node) *Node {
	ctx, parent := g.ctx, g.parent
	g.ctx, g.parent = sample, parents
	n := f()
	g.ctx, g.parent = ctx, parent
	return n
}

// bound makes a piece in which variables are known.
func (g *generator) bound(f func() *Node, vars ...variable) *Node {
	before := len(g.vars)
	g.vars = append(g.vars, vars...)
	n := f()
	g.vars = g.vars[:before]
	return n
}

// name is a name for a variable that is not in scope yet.
func (g *generator) name() string {
	g.fresh++
	return "$" + string(rune('a'+g.fresh%26)) + pick(g, []string{"", "x", "1", "_n"})
}

var builtins = []string{
	"abs", "append", "assert", "average", "base64decode", "base64encode", "boolean", "ceil", "clone", "contains", "count",
	"decodeUrl", "decodeUrlComponent", "distinct", "each", "encodeUrl", "encodeUrlComponent", "error", "eval", "exists",
	"filter", "floor", "formatBase", "formatInteger", "formatNumber", "fromMillis", "join", "keys", "length", "lookup",
	"lowercase", "map", "match", "max", "merge", "millis", "min", "not", "now", "number", "pad", "parseInteger", "power",
	"random", "reduce", "replace", "reverse", "round", "shuffle", "sift", "single", "sort", "split", "spread", "sqrt",
	"string", "substring", "substringAfter", "substringBefore", "sum", "toMillis", "trim", "type", "uppercase", "zip",
}

// Features are all operators, forms and built-in functions that programs are made of.
func Features() []string {
	all := []string{
		"+", "-", "*", "/", "%", "neg", "&", "=", "!=", "<", "<=", ">", ">=", "and", "or", "in", "..", "~>", ":=", "?:", "?",
		".", "filter", "index", "[]", "^()", "^(>)", "@", "#", "%parent", "*wildcard", "**", "group", "{}", "[…]", "(", "(;)",
		"function", "λ", "signature", "closure", "tail call", "partial", "compose", "|transform|", "regex", "$", "$$", "$var",
		"quoted name", "comment",
	}
	for _, name := range builtins {
		all = append(all, "$"+name)
	}
	return all
}

// used finds the built-in functions that a text names.
func used(text string) []string {
	var all []string
	for rest := text; ; {
		i := strings.IndexByte(rest, '$')
		if i < 0 {
			return all
		}
		rest = rest[i+1:]
		end := strings.IndexFunc(rest, func(r rune) bool { return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') })
		if end < 0 {
			end = len(rest)
		}
		if _, ok := slices.BinarySearch(builtins, rest[:end]); ok {
			all = append(all, "$"+rest[:end])
		}
		rest = rest[end:]
	}
}
