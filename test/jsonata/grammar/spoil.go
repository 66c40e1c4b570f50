package grammar

import (
	"maps"
	"slices"
)

func sortedNames(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }

var scraps = []string{
	"(", ")", "[", "]", "{", "}", ".", ",", ";", ":", "?", "+", "-", "*", "/", "%", "|", "=", "<", ">", "^", "&", "!", "~", "~>", ":=", "!=", "<=", "..", "**", "@", "#", "$", "'", "\"", "`",
	"and", "or", "in", "function", "λ", "true", "null", "$x", "1", "0.5", "a", "1e400", "\\", "/*", "*/", " ", "<n:n>", "@$v", "#$i", "[]", "()", "{}", "^(", "?:", "??", "\n", "é", "/a/g", "$$", "%.", "@$v[0]", "1a",
}

// spoil breaks an expression as text: a character lost, doubled or changed, a scrap put in, or the end torn off.
func (g *generator) spoil(text string) string {
	r := []rune(text)
	for range 1 + g.r.IntN(2) {
		at := g.r.IntN(len(r) + 1)
		rest := slices.Clone(r[at:])
		switch g.r.IntN(5) {
		case 0, 1:
			r = append(append(r[:at:at], []rune(pick(g, scraps))...), rest...)
		case 2:
			r = r[:at]
		case 3:
			if len(rest) > 0 {
				rest = rest[1:]
			}
			r = append(r[:at:at], rest...)
		default:
			if len(rest) > 0 {
				rest[0] = []rune(pick(g, scraps))[0]
			}
			r = append(r[:at:at], rest...)
		}
	}
	return string(r)
}
