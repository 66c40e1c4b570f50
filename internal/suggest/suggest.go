// Package suggest finds the name that somebody meant when they wrote another one.
package suggest

import "strings"

// The bounds of the work: names longer than this are nobody's slip of the pen, and not more candidates are looked at.
const (
	longest = 100
	most    = 2000
)

// Name returns the candidate that takes the fewest edits from got, if those are few: one in four characters, at
// least one, but never all of them. Case does not count, and of equally close candidates the first one wins. Insertions, deletions,
// substitutions and swaps of neighbours count one each.
func Name(got string, candidates []string) (string, bool) {
	if got == "" || len(got) > longest {
		return "", false
	}
	best, least, found := "", min(1+max(1, len(got)/4), len(got)), false
	folded := strings.ToLower(got)
	for _, c := range candidates[:min(len(candidates), most)] {
		if d := len(c) - len(got); d >= least || -d >= least {
			continue
		}
		if d := distance(folded, strings.ToLower(c), least); d < least {
			best, least, found = c, d, true
		}
	}
	return best, found
}

// Hint is "did you mean "x"?" with the name that Name finds, or empty.
func Hint(got string, candidates []string) string {
	if best, ok := Name(got, candidates); ok {
		return `did you mean "` + best + `"?`
	}
	return ""
}

// distance is the optimal string alignment distance of a and b, in bytes; limit if it is not less than that.
func distance(a, b string, limit int) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		least := row[0]
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
			least = min(least, row[j+1])
		}
		if least > limit { // a swap reaches back two rows, so equal is not enough
			return limit
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
