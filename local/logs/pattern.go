package logs

import "strings"

// parsePattern reads a filter pattern of terms: all plain ones must be in a message, at least one of those with "?",
// none of those with "-". Quotes hold a term together. Patterns over fields, "{ … }", "[ … ]" and "%…%", are refused.
func parsePattern(pattern string) (matches func(string) bool, err error) {
	pattern = strings.TrimSpace(pattern)
	if strings.HasPrefix(pattern, "{") || strings.HasPrefix(pattern, "[") || strings.HasPrefix(pattern, "%") {
		return nil, invalid("filterPattern %s: patterns over fields and regular expressions are not supported yet by the local machine; use plain terms", pattern)
	}
	var all, some, none []string
	for pattern != "" {
		list := &all
		switch pattern[0] {
		case '?':
			list, pattern = &some, pattern[1:]
		case '-':
			list, pattern = &none, pattern[1:]
		}
		term, rest, ok := cutTerm(pattern)
		if !ok {
			return nil, invalid("filterPattern: a quote is not closed before the end, in %s", pattern)
		}
		if term != "" {
			*list = append(*list, term)
		}
		pattern = strings.TrimLeft(rest, " \t")
	}
	return func(message string) bool {
		for _, t := range none {
			if strings.Contains(message, t) {
				return false
			}
		}
		for _, t := range all {
			if !strings.Contains(message, t) {
				return false
			}
		}
		for _, t := range some {
			if strings.Contains(message, t) {
				return true
			}
		}
		return len(some) == 0
	}, nil
}

// cutTerm takes the first term off a pattern; ok is false when its quote is not closed.
func cutTerm(s string) (term, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		term, rest, _ = strings.Cut(s, " ")
		return term, rest, true
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '"':
			return b.String(), s[i+1:], true
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		default:
			b.WriteByte(s[i])
		}
	}
	return "", "", false
}
