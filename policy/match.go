package policy

import "strings"

// Wildcards written as policy variables stand for themselves. They travel through
// matching as these private characters.
const (
	literalStar     = '\uE000'
	literalQuestion = '\uE001'
)

// glob matches text against a pattern in which * stands for any text and ? for one
// character. It takes time proportional to the product of the lengths at worst.
func glob(pattern, text string) bool {
	p, s := []rune(pattern), []rune(text)
	star, mark := -1, 0
	i, j := 0, 0
	for j < len(s) {
		switch {
		case i < len(p) && p[i] == '*':
			star, mark = i, j
			i++
		case i < len(p) && (p[i] == '?' || literal(p[i]) == s[j]):
			i++
			j++
		case star >= 0:
			mark++
			i, j = star+1, mark
		default:
			return false
		}
	}
	for i < len(p) && p[i] == '*' {
		i++
	}
	return i == len(p)
}

func literal(r rune) rune {
	switch r {
	case literalStar:
		return '*'
	case literalQuestion:
		return '?'
	default:
		return r
	}
}

// matchARN matches an ARN. Wildcards do not reach over the colons of the first five
// parts; in the resource part they reach over everything. Parts that the pattern lacks
// are taken as *.
func matchARN(pattern, arn string) bool {
	const parts = 6
	p, a := strings.SplitN(pattern, ":", parts), strings.SplitN(arn, ":", parts)
	if len(a) != parts || p[0] != "arn" {
		return glob(pattern, arn)
	}
	for n := range p {
		if !glob(p[n], a[n]) {
			return false
		}
	}
	return true
}

// expand replaces the policy variables of a pattern: ${aws:username} by the request's
// value, ${*}, ${?} and ${$} by the plain character. A variable with no value, or with
// several, matches nothing.
func (req *Request) expand(pattern string) string {
	if !strings.Contains(pattern, "${") {
		return pattern
	}
	var b strings.Builder
	for {
		before, rest, found := strings.Cut(pattern, "${")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			b.WriteString("${" + rest)
			return b.String()
		}
		b.WriteString(req.variable(name))
		pattern = after
	}
}

func (req *Request) variable(name string) string {
	switch name {
	case "*":
		return string(literalStar)
	case "?":
		return string(literalQuestion)
	case "$":
		return "$"
	}
	name, fallback, _ := strings.Cut(name, ",")
	if v, ok := req.values(strings.TrimSpace(name)); ok && len(v) == 1 {
		return strings.NewReplacer("*", string(literalStar), "?", string(literalQuestion)).Replace(v[0])
	}
	if f := strings.Trim(strings.TrimSpace(fallback), "'"); f != "" {
		return f
	}
	return "\x00" // no ARN and no value contains it
}
