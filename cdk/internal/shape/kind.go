package shape

import (
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/flow"
)

// Kinds of constructs that a document's resources can have beside those of package flow.
const (
	kindSecret = "secret"
	kindStream = "stream"
)

// Fit looks whether what is bound is of the kind that the workflow has declared: a topic where a queue is meant would
// only be noticed when the workflow runs. Text fits everything, and a parameter takes everything. Problems are one clause
// each.
func (b Bindings) Fit(resources []flow.Resource) (problems []string) {
	told := map[string]bool{}
	for _, r := range resources {
		name := r.Name
		found, ok := b[r.Placeholder()]
		if ok {
			name = r.Placeholder()
		} else {
			found, ok = b[r.Name]
		}
		if !ok || found.Kind == "" || found.Kind == r.Kind || r.Kind == flow.KindParameter || told[name] {
			continue
		}
		told[name] = true
		problems = append(problems, fmt.Sprintf("${%s} is %s, but %s is bound to it; bind %s, or its text", name, a(r.Kind), a(found.Kind), a(r.Kind)))
	}
	return problems
}

// a is a noun with its article.
func a(noun string) string {
	if strings.ContainsRune("aeiou", rune(noun[0])) {
		return "an " + noun
	}
	return "a " + noun
}

// Activities are the placeholders of activities, which stand as a task's Resource themselves.
func Activities(resources []flow.Resource) []string {
	var names []string
	for _, r := range resources {
		if r.Kind == flow.KindActivity {
			names = append(names, r.Placeholder())
		}
	}
	return names
}
