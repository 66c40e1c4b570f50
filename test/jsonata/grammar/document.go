package grammar

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// missing is the sample of nothing.
var missing any = struct{}{}

var names = []string{
	"a", "b", "c", "id", "name", "price", "qty", "items", "tags", "meta", "note", "flag", "list", "x", "y", "kind", "odd name", "größe",
}

var texts = []string{
	"", "a", "b", "abc", "Hello World", "a,b,c", "12", "3.5", "-7", "0x1F", "true", "x-y_z", "  two  words ", "été", "naïve café", "Z",
	"2024-02-29", "2017-11-07T15:12:37.121Z", "foo bar foo", "AbC", "😀 smile", "null", "100%", "a/b?c=d&e", "line\nbreak\ttab", "\"quoted\"",
	"it's", "SGVsbG8=", "%20", "aaa", "one two three", "k1", "k2", "MMXXIV", "1,234", "xyz123",
}

var numbers = []float64{
	0, 1, 2, 3, 4, 5, 7, 10, 12, 42, 99, 100, 255, 1000, 1e6, 0.5, 1.5, 2.5, 0.1, 0.25, 3.14159, 34.45, 107.99, -1, -2, -3.5, -0.75, 1e-3, 1e21,
	123456789, 1.005, 9007199254740991, 1509380732935, 0.1234567890123456, 1e-7, 33.333333333333336,
}

// document makes an input, or missing.
func (g *generator) document() any {
	switch n := g.r.IntN(100); {
	case n < 3:
		return missing
	case n < 5:
		return g.scalar()
	case n < 11:
		return g.objects(3)
	case n < 14:
		return g.items(2)
	}
	return g.object(3, 5+g.r.IntN(5))
}

func (g *generator) scalar() any {
	switch g.r.IntN(8) {
	case 0, 1, 2:
		return pick(g, numbers)
	case 3:
		return float64(g.r.IntN(20))
	case 4, 5, 6:
		return pick(g, texts)
	}
	return pick(g, []any{true, false, nil})
}

func (g *generator) object(depth, members int) map[string]any {
	m := map[string]any{}
	for range members {
		m[pick(g, names)] = g.sample(depth - 1)
	}
	return m
}

func (g *generator) sample(depth int) any {
	if depth <= 0 {
		return g.scalar()
	}
	switch g.r.IntN(9) {
	case 0, 1, 2:
		return g.scalar()
	case 3, 4:
		return g.items(depth)
	case 5:
		return g.object(depth, 1+g.r.IntN(4))
	}
	return g.objects(depth)
}

// items is an array: of numbers, of texts, of anything.
func (g *generator) items(depth int) []any {
	all := make([]any, g.r.IntN(5))
	form := g.r.IntN(8)
	for i := range all {
		switch form {
		case 0, 1, 2:
			all[i] = pick(g, numbers)
		case 3, 4:
			all[i] = pick(g, texts)
		case 5:
			all[i] = g.items(depth - 1)
			if depth <= 0 {
				all[i] = g.scalar()
			}
		default:
			all[i] = g.sample(depth - 1)
		}
	}
	return all
}

// objects is an array of objects that have most members in common.
func (g *generator) objects(depth int) []any {
	shape := g.object(depth, 2+g.r.IntN(4))
	keys := slices.Sorted(maps.Keys(shape))
	all := make([]any, 1+g.r.IntN(4))
	for i := range all {
		m := map[string]any{}
		for _, k := range keys {
			switch old := shape[k].(type) {
			case float64:
				m[k] = float64(g.r.IntN(12))
				if g.chance(400) {
					m[k] = pick(g, numbers)
				}
			case string:
				m[k] = pick(g, texts)
			case bool:
				m[k] = g.chance(500)
			default:
				m[k] = old
			}
			if g.chance(60) {
				delete(m, k)
			}
			if g.chance(25) {
				m[k] = g.scalar()
			}
		}
		all[i] = m
	}
	return all
}

func kindOf(sample any) kind {
	switch v := sample.(type) {
	case float64:
		return num
	case string:
		return str
	case bool:
		return boolean
	case nil:
		return null
	case map[string]any:
		return obj
	case []any:
		if len(v) == 0 {
			return list
		}
		k := kindOf(v[0])
		for _, x := range v[1:] {
			if kindOf(x) != k {
				return list
			}
		}
		return many(k)
	}
	return anything
}

// many is the kind of several of a kind.
func many(k kind) kind {
	switch k {
	case num, nums:
		return nums
	case str, strs:
		return strs
	case obj, objs:
		return objs
	case boolean, null, list, anything:
	}
	return list
}

// one is a sample of an item: of the array's, or the value itself.
func (g *generator) one(sample any) any {
	all, ok := sample.([]any)
	if !ok {
		return sample
	}
	if len(all) == 0 {
		return missing
	}
	return pick(g, all)
}

// constant is a literal of a kind.
func (g *generator) constant(k kind) *Node {
	switch k {
	case num:
		return g.number()
	case str:
		return plain(g.quoted(pick(g, texts)))
	case boolean:
		return plain(pick(g, []string{"true", "false"}))
	case null:
		return plain("null")
	case nums:
		return g.array(func() *Node { return g.number() })
	case strs:
		return g.array(func() *Node { return g.constant(str) })
	case objs:
		return g.array(func() *Node { return g.constant(obj) })
	case obj:
		n := made("{@: @, @: @}", plain(g.quoted(pick(g, names[:6]))), g.number(), plain(g.quoted(pick(g, names[6:]))), g.constant(pick(g, []kind{num, str, boolean, nums})))
		return n.with("{}")
	case list, anything:
	}
	return g.array(func() *Node { return g.constant(pick(g, []kind{num, str, boolean, null, nums})) })
}

func (g *generator) array(item func() *Node) *Node {
	var kids []*Node
	for range g.r.IntN(5) {
		kids = append(kids, item())
	}
	return made("["+strings.TrimSuffix(strings.Repeat("@, ", len(kids)), ", ")+"]", kids...).with("[…]")
}

func (g *generator) number() *Node {
	x := pick(g, numbers)
	if g.chance(500) {
		x = float64(g.r.IntN(10))
	}
	text := strconv.FormatFloat(x, 'f', -1, 64)
	if len(text) > 18 || g.chance(30) {
		text = strconv.FormatFloat(x, 'e', -1, 64)
	}
	if x < 0 {
		return plain(text).with("neg")
	}
	return plain(text)
}

// quoted is a string literal, in one of the two kinds of quotes, sometimes with escapes.
func (g *generator) quoted(s string) string {
	q := pick(g, []string{"'", "\""})
	var b strings.Builder
	b.WriteString(q)
	for _, r := range s {
		switch {
		case string(r) == q || r == '\\':
			b.WriteString("\\" + string(r))
		case r == '\n':
			b.WriteString("\\n")
		case r == '\t':
			b.WriteString("\\t")
		case r < 0x10000 && g.chance(10):
			b.WriteString("\\u" + strconv.FormatInt(0x10000+int64(r), 16)[1:])
		default:
			b.WriteRune(r)
		}
	}
	b.WriteString(q)
	return b.String()
}
