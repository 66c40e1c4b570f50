package asl_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
)

func TestWalk(t *testing.T) {
	t.Parallel()
	m := parse(t, "testdata/ok/jsonpath.asl.json")
	var got []string
	asl.Walk(m, func(v asl.Visit) {
		got = append(got, fmt.Sprintf("%d %s in %q: %s", v.Depth, asl.KindOf(v.State), v.Owner, v.Path))
		if v.Branch.States.Get(v.Name) != v.State {
			t.Errorf("%s is not in its branch", v.Name)
		}
		if (v.Parent == nil) != (v.Depth == 0) {
			t.Errorf("%s: parent %v at depth %d", v.Name, v.Parent, v.Depth)
		}
	})
	want := []string{
		`0 Task in "": /States/Import`,
		`0 Choice in "": /States/Check`,
		`0 Wait in "": /States/Pause`,
		`0 Wait in "": /States/Pause as told`,
		`0 Wait in "": /States/Pause until`,
		`0 Wait in "": /States/Pause till`,
		`0 Parallel in "": /States/Both`,
		`1 Pass in "Both": /States/Both/Branches/0/States/Left`,
		`1 Pass in "Both": /States/Both/Branches/1/States/Right`,
		`0 Map in "": /States/Each`,
		`1 Task in "Each": /States/Each/ItemProcessor/States/Tag`,
		`0 Map in "": /States/Old`,
		`1 Succeed in "Old": /States/Old/Iterator/States/Show`,
		`0 Fail in "": /States/Give up`,
		`0 Fail in "": /States/Sorry`,
		`0 Succeed in "": /States/Done`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("visits (-want +got):\n%s", diff)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	m := parse(t, "testdata/ok/jsonpath.asl.json")
	var got []string
	for s := range asl.Scopes(m) {
		got = append(got, fmt.Sprintf("%q %s", s.Path, s.Branch.StartAt))
	}
	want := []string{
		`"" Import`, `"/States/Both/Branches/0" Left`, `"/States/Both/Branches/1" Right`,
		`"/States/Each/ItemProcessor" Tag`, `"/States/Old/Iterator" Show`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("scopes (-want +got):\n%s", diff)
	}
}

// TestIteratorsStop breaks out of every iteration at every place.
func TestIteratorsStop(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"testdata/ok/jsonpath.asl.json", "testdata/ok/jsonata.asl.json"} {
		m := parse(t, file)
		for v := range asl.Visits(m) {
			stopEverywhere(t, func(yield func() bool) {
				for range asl.Visits(m) {
					if !yield() {
						return
					}
				}
			})
			stopEverywhere(t, func(yield func() bool) {
				for range asl.Scopes(m) {
					if !yield() {
						return
					}
				}
			})
			stopEverywhere(t, func(yield func() bool) {
				for range asl.Targets(v.State) {
					if !yield() {
						return
					}
				}
			})
			stopEverywhere(t, func(yield func() bool) {
				for range asl.Successors(v.State) {
					if !yield() {
						return
					}
				}
			})
			stopEverywhere(t, func(yield func() bool) {
				for range asl.Branches(v.State) {
					if !yield() {
						return
					}
				}
			})
			stopEverywhere(t, func(yield func() bool) {
				for range asl.Expressions(v.State, m.Language(v.State)) {
					if !yield() {
						return
					}
				}
			})
		}
	}
}

// stopEverywhere runs an iteration to its end and then stops it after 1, 2, … steps; a yield after a stop panics.
func stopEverywhere(t *testing.T, run func(yield func() bool)) {
	t.Helper()
	all := 0
	run(func() bool { all++; return true })
	for stop := 1; stop <= all; stop++ {
		n := 0
		run(func() bool { n++; return n < stop })
		if n != stop {
			t.Errorf("stopped after %d steps, want %d", n, stop)
		}
	}
}

func TestTargetsAndEnds(t *testing.T) {
	t.Parallel()
	m := parse(t, "testdata/ok/jsonpath.asl.json")
	got := map[string][]string{}
	asl.Walk(m, func(v asl.Visit) {
		all := []string{fmt.Sprintf("ends %v", asl.Ends(v.State))}
		for at, name := range asl.Targets(v.State) {
			all = append(all, fmt.Sprintf("%s=%s", at, name))
		}
		got[v.Name] = all
		i := 1
		for name := range asl.Successors(v.State) {
			if i >= len(all) || !strings.HasSuffix(all[i], "="+name) {
				t.Errorf("%s: successor %d is %s, targets %v", v.Name, i, name, all)
			}
			i++
		}
		if i != len(all) {
			t.Errorf("%s: %d successors, targets %v", v.Name, i-1, all)
		}
	})
	for name, want := range map[string][]string{
		"Import":  {"ends false", "/Catch/0/Next=Sorry", "/Catch/1/Next=Sorry", "/Next=Check"},
		"Check":   {"ends false", "/Choices/0/Next=Pause", "/Choices/1/Next=Each", "/Choices/2/Next=Pause until", "/Choices/3/Next=Give up", "/Choices/4/Next=Done", "/Default=Both"},
		"Old":     {"ends true"},
		"Left":    {"ends true"},
		"Give up": {"ends true"},
		"Done":    {"ends true"},
	} {
		if diff := cmp.Diff(want, got[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestReachable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, src string
		want      []string
	}{
		{"a line", `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Succeed"},"C":{"Type":"Succeed"}}}`, []string{"A", "B"}},
		{"a circle", `{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"B"},"B":{"Type":"Pass","Next":"A"}}}`, []string{"A", "B"}},
		{"a catcher", `{"StartAt":"A","States":{"A":{"Type":"Task","Resource":"r","End":true,"Catch":[{"ErrorEquals":["x"],"Next":"B"}]},"B":{"Type":"Fail"}}}`, []string{"A", "B"}},
		{"a choice", `{"StartAt":"A","States":{"A":{"Type":"Choice","Choices":[{"Variable":"$","IsNull":true,"Next":"B"}],"Default":"C"},"B":{"Type":"Fail"},"C":{"Type":"Fail"},"D":{"Type":"Fail"}}}`, []string{"A", "B", "C"}},
		{"nowhere", `{"StartAt":"X","States":{"A":{"Type":"Pass","Next":"B"}}}`, nil},
		{"empty", `{}`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			m, _ := asl.Parse([]byte(c.src))
			var got []string
			for name := range m.Reachable() {
				got = append(got, name)
			}
			slices.Sort(got)
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("reachable (-want +got):\n%s", diff)
			}
		})
	}
}

func TestExpressions(t *testing.T) {
	t.Parallel()
	list := func(file string, names ...string) []string {
		m := parse(t, file)
		var got []string
		asl.Walk(m, func(v asl.Visit) {
			if !slices.Contains(names, v.Name) {
				return
			}
			for at, e := range asl.Expressions(v.State, m.Language(v.State)) {
				got = append(got, v.Name+" "+string(at)+" = "+e)
			}
		})
		return got
	}
	want := []string{
		`Import /Credentials/RoleArn.$ = $.role`,
		`Import /InputPath = $.photo`,
		`Import /Parameters/Payload.$ = $`,
		`Import /Parameters/tags/0/id.$ = States.UUID()`,
		`Import /TimeoutSecondsPath = $.limits.total`,
		`Import /HeartbeatSecondsPath = $.limits.beat`,
		`Import /Catch/0/ResultPath = $.error`,
		`Import /Catch/0/Assign/why.$ = $.Cause`,
		`Import /ResultSelector/meta.$ = $.Payload`,
		`Import /ResultPath = $.result`,
		`Import /Assign/format.$ = $.Payload.format`,
		`Check /InputPath = $$.Execution.Input`,
		`Check /Choices/0/Variable = $format`,
		`Check /Choices/1/And/0/Variable = $.size`,
		`Check /Choices/1/And/1/Not/Variable = $.size`,
		`Check /Choices/1/And/1/Not/NumericLessThanPath = $.limits.size`,
		`Check /Choices/2/Or/Variable = $.taken`,
		`Check /Choices/3/Variable = $.private`,
		`Check /Choices/4/Variable = $.name`,
		`Check /OutputPath = $`,
		`Right /InputPath = $.a`,
		`Right /ResultPath = $.r`,
		`Right /OutputPath = $.r`,
		`Each /InputPath = $.album`,
		`Each /ItemsPath = $.photos`,
		`Each /ItemReader/Parameters/Key.$ = $.key`,
		`Each /ItemReader/ReaderConfig/MaxItemsPath = $.max`,
		`Each /ItemSelector/photo.$ = $$.Map.Item.Value`,
		`Each /ItemBatcher/MaxItemsPerBatchPath = $.n`,
		`Each /ItemBatcher/MaxInputBytesPerBatchPath = $.bytes`,
		`Each /ItemBatcher/BatchInput/album.$ = $.id`,
		`Each /MaxConcurrencyPath = $.at`,
		`Each /ToleratedFailureCountPath = $.bad`,
		`Each /ToleratedFailurePercentagePath = $.percent`,
		`Each /ResultWriter/Parameters/Prefix.$ = $.prefix`,
		`Each /ResultPath = $.map`,
		`Sorry /ErrorPath = $.error.Error`,
		`Sorry /CausePath = States.JsonToString($.error)`,
	}
	if diff := cmp.Diff(want, list("testdata/ok/jsonpath.asl.json", "Import", "Check", "Right", "Each", "Give up", "Sorry", "Done")); diff != "" {
		t.Errorf("JSONPath (-want +got):\n%s", diff)
	}
	want = []string{
		`Extract "metadata" /Credentials/RoleArn = {% $role %}`,
		`Extract "metadata" /Arguments/Payload = {% $states.input %}`,
		`Extract "metadata" /Arguments/list/1/deep = {% $x %}`,
		`Extract "metadata" /TimeoutSeconds = {% $limit %}`,
		`Extract "metadata" /HeartbeatSeconds = {% 5 %}`,
		`Extract "metadata" /Catch/0/Assign/failure = {% $states.errorOutput %}`,
		`Extract "metadata" /Catch/0/Output = {% $states.errorOutput.Cause %}`,
		`Extract "metadata" /Assign/meta = {% $states.result.Payload %}`,
		`Größe? /Choices/0/Condition = {% $meta.width > 100 %}`,
		`Größe? /Choices/0/Output/w = {% $meta.width %}`,
		`Größe? /Output = {% $meta %}`,
		`Each /Items/0 = {% $meta %}`,
		`Each /ItemSelector/item = {% $states.context.Map.Item.Value %}`,
		`Each /ItemBatcher/MaxItemsPerBatch = {% 10 %}`,
		`Each /ItemBatcher/MaxInputBytesPerBatch = {% 100 %}`,
		`Each /ItemBatcher/BatchInput = {% $meta %}`,
		`Each /MaxConcurrency = {% 3 %}`,
		`Each /ToleratedFailureCount = {% 1 %}`,
		`Each /ToleratedFailurePercentage = {% 0.5 %}`,
		`Each /ResultWriter/Arguments/Bucket = {% $bucket %}`,
		`Each /Assign/each = {% $states.result %}`,
		`Each /Output = {% $states.result %}`,
		`Read /ItemReader/ReaderConfig/MaxItems = {% $max %}`,
		`Mark failed /Error = {% $failure.Error %}`,
		`Mark failed /Cause = {% $failure.Cause %}`,
	}
	if diff := cmp.Diff(want, list("testdata/ok/jsonata.asl.json", `Extract "metadata"`, "Größe?", "Each", "Read", "Mark failed")); diff != "" {
		t.Errorf("JSONata (-want +got):\n%s", diff)
	}
}

func TestStates(t *testing.T) {
	t.Parallel()
	var s asl.States
	a, b, c := &asl.Pass{}, &asl.Succeed{}, &asl.Fail{}
	s.Add("A", a)
	s.Add("B", b)
	s.Add("A", c)
	if s.Len() != 2 || s.Get("A") != asl.State(c) || s.Get("C") != nil {
		t.Errorf("after Add: %v", s.Names())
	}
	before := s.Names()
	s.Remove("A")
	s.Remove("C")
	if diff := cmp.Diff([]string{"B"}, s.Names()); diff != "" || len(before) != 2 || before[0] != "A" {
		t.Errorf("after Remove (-want +got):\n%s, before %v", diff, before)
	}
	for range s.All() {
		break
	}
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		machine, state, want asl.QueryLanguage
	}{
		{"", "", asl.JSONPath},
		{"", asl.JSONata, asl.JSONata},
		{asl.JSONata, "", asl.JSONata},
		{asl.JSONPath, asl.JSONata, asl.JSONata},
	} {
		m := &asl.Machine{QueryLanguage: c.machine}
		if got := m.Language(&asl.Pass{Common: asl.Common{QueryLanguage: c.state}}); got != c.want {
			t.Errorf("machine %q, state %q: %q, want %q", c.machine, c.state, got, c.want)
		}
	}
}
