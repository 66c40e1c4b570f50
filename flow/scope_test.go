package flow_test

import (
	"encoding/json"
	"maps"
	"regexp"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
)

// A visible is the set of variables that a branch can see.
type visible map[string]bool

var variable = regexp.MustCompile(`\$([\p{L}_][\p{L}\p{N}_]*)(\()?`)

// TestVariablesAreVisible looks at the documents with Maps with eyes of its own: every variable that an expression
// names is assigned in its branch or around it, no name is assigned in two branches of which one is inside the other,
// and nothing reaches into a Distributed Map.
func TestVariablesAreVisible(t *testing.T) {
	t.Parallel()
	all := map[string]flow.Workflow{"fan out": FanOut, "send mail": flow.Standard("Send campaign", sendMail)}
	maps.Copy(all, eaches)
	maps.Copy(all, batches)
	for name, w := range all {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var doc map[string]any
			if err := json.Unmarshal(asl.Print(build(t, w)), &doc); err != nil {
				t.Fatal(err)
			}
			seen := 0
			lookAround(t, doc, visible{}, &seen)
			if seen == 0 && strings.Contains(name, "keeps") {
				t.Error("no variable found")
			}
		})
	}
}

func lookAround(t *testing.T, branch map[string]any, outer visible, seen *int) {
	t.Helper()
	states := branch["States"].(map[string]any)
	inside := maps.Clone(outer)
	for name, s := range states {
		eachAssign(s.(map[string]any), func(v string) {
			if outer[v] {
				t.Errorf("%s assigns %s, which is assigned around it", name, v)
			}
			inside[v] = true
		})
	}
	for name, s := range states {
		s := maps.Clone(s.(map[string]any))
		if p, ok := s["ItemProcessor"].(map[string]any); ok {
			sees := inside
			if p["ProcessorConfig"].(map[string]any)["Mode"] == "DISTRIBUTED" {
				sees = visible{}
			}
			lookAround(t, p, sees, seen)
			delete(s, "ItemProcessor")
		}
		branches, _ := s["Branches"].([]any)
		for _, b := range branches {
			lookAround(t, b.(map[string]any), inside, seen)
		}
		delete(s, "Branches")
		eachText(s, func(x string) {
			for _, m := range variable.FindAllStringSubmatch(x, -1) {
				if m[2] == "" && m[1] != "states" && !parameter.MatchString(m[1]) {
					*seen++
					if !inside[m[1]] {
						t.Errorf("%s: nobody assigns $%s, which %s reads", name, m[1], x)
					}
				}
			}
		})
	}
}

var parameter = regexp.MustCompile(`^e\d+$`)

// eachAssign yields the variables that a state assigns on any way out.
func eachAssign(s map[string]any, yield func(string)) {
	for _, from := range append([]any{s}, append(list(s["Choices"]), list(s["Catch"])...)...) {
		assigned, _ := from.(map[string]any)["Assign"].(map[string]any)
		for v := range assigned {
			yield(v)
		}
	}
}

func list(v any) []any {
	l, _ := v.([]any)
	return l
}

// eachText yields the expressions in v.
func eachText(v any, yield func(string)) {
	switch v := v.(type) {
	case string:
		if strings.HasPrefix(v, "{%") {
			yield(v)
		}
	case []any:
		for _, x := range v {
			eachText(x, yield)
		}
	case map[string]any:
		for _, x := range v {
			eachText(x, yield)
		}
	}
}
