package integration

import (
	"strings"

	"github.com/stepwright/stepwright/internal/suggest"
)

// meant is the hint for a name that is none of names: the closest one, or else, if
// given, the advice otherwise.
func meant(name string, names []string, otherwise string) string {
	if best, ok := suggest.Name(name, names); ok {
		return "did you mean " + best + "?"
	}
	if otherwise != "" || len(names) > 12 {
		return otherwise
	}
	return "it has " + strings.Join(names, ", ")
}
