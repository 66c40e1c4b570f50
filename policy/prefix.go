package policy

import (
	"encoding/json"
	"strings"
)

// prefix is the text that a JSONata expression's value surely begins with: that of an expression which joins a constant
// with others by &. Anything that could make another value of it, such as a condition, gives nothing.
func prefix(expression string) string {
	s := strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(strings.TrimSpace(expression), "{%"), "%}"))
	if !strings.HasPrefix(s, `"`) {
		return ""
	}
	end := skipString(s, 0)
	var text string
	if json.Unmarshal([]byte(s[:end]), &text) != nil || !onlyJoins(s[end:]) {
		return ""
	}
	return text
}

// onlyJoins tells whether s is nothing but operands joined by &.
func onlyJoins(s string) bool {
	if s = strings.TrimSpace(s); s != "" && s[0] != '&' {
		return false
	}
	depth := 0
	word := ""
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c == '"' || c == '\'' || c == '`':
			i = skipString(s, i) - 1
		case c == '(' || c == '[' || c == '{':
			depth++
		case c == ')' || c == ']' || c == '}':
			depth--
		case depth > 0:
			continue // also a regular expression with a bracket in it only makes this stricter or ends in depth
		case !strings.ContainsRune("&.$_ \t\r\n", rune(c)) && (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'z'):
			return false
		}
		if depth == 0 && c|0x20 >= 'a' && c|0x20 <= 'z' {
			word += string(c)
			continue
		}
		if word == "and" || word == "or" || word == "in" {
			return false
		}
		word = ""
	}
	return depth == 0 && word != "and" && word != "or" && word != "in"
}

// skipString gives the place after the text that begins at i with a quote.
func skipString(s string, i int) int {
	q := s[i]
	for i++; i < len(s); i++ {
		switch {
		case s[i] == '\\' && q != '`':
			i++
		case s[i] == q:
			return i + 1
		}
	}
	return len(s)
}
