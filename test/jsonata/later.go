package main

import "strings"

// changes are what versions after 2.0.6 do otherwise, by the group of a case and what its expression has.
var changes = []struct{ group, has, why string }{
	{"", "??", "the operator ?? came with 2.1.0: before it is an error of syntax"},
	{"", "?:", "the operator ?: came with 2.1.0: before it is an error of syntax"},
	{"function-contains", "", "2.0.6 breaks off with an error of JavaScript when the pattern is nothing"},
	{"function-each", "", "the case is newer than 2.0.6, which answers the same"},
	{"function-formatBase", "", "the case is newer than 2.0.6, which answers the same"},
	{"function-formatNumber", "e0", "2.0.6 looks for the exponent of a number that is not above zero for ever; for others it answers the same"},
	{"function-formatNumber", "", "2.0.6 breaks off with an error of JavaScript when a picture has no digits but a sign before and behind"},
	{"function-signatures", "<n+s-", "2.0.6 gives the first argument of n+ to every parameter that it stands for"},
	{"function-signatures", "", "the case is newer than 2.0.6, which answers the same"},
	{"function-string", "", "2.0.6 writes numbers with 15 significant digits"},
	{"function-tomillis", "[f", "2.0.6 takes the digits of a fraction for milliseconds"},
	{"function-tomillis", "", "2.0.6 does not read numbers of a picture that have no separator between them"},
	{"joins", "", "the case is newer than 2.0.6, which answers the same"},
	{"wildcards", "", "2.0.6 lets * look into a function"},
}

// reason says why a case of a later version differs from 2.0.6.
func reason(c testCase) string {
	for _, change := range changes {
		if (change.group == "" || change.group == c.Group) && strings.Contains(c.Expr, change.has) {
			return change.why
		}
	}
	return "the case was added or changed after 2.0.6"
}
