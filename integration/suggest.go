package integration

import "strings"

// meant is the hint for a name that is none of names: the closest one, or else, if
// given, the advice otherwise.
func meant(name string, names []string, otherwise string) string {
	if best, ok := closest(name, names); ok {
		return "did you mean " + best + "?"
	}
	if otherwise != "" || len(names) > 12 {
		return otherwise
	}
	return "it has " + strings.Join(names, ", ")
}

// closest returns the name that takes the fewest edits, if those are few. Case does not
// count.
func closest(name string, names []string) (string, bool) {
	if len(name) > 100 {
		return "", false
	}
	best, least := "", 1+max(1, len(name)/4)
	folded := strings.ToLower(name)
	for _, n := range names {
		if d := distance(folded, strings.ToLower(n)); d < least {
			best, least = n, d
		}
	}
	return best, best != ""
}

// distance counts the insertions, deletions and substitutions from a to b, and the
// swaps of neighbours.
func distance(a, b string) int {
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range len(a) {
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
