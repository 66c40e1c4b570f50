package engine_test

import (
	"math/rand/v2"
	"path/filepath"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

// FuzzPlanAndRun plans definitions of every kind, and runs what can be planned on any input in a world with faults,
// for 300 events and as many signals at most. Nothing panics or hangs, and the histories are well-formed.
func FuzzPlanAndRun(f *testing.F) {
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for i, file := range files {
		a, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(a.Files[0].Data), `{"n":1,"list":[1,2],"a":true}`, uint64(i))
	}
	for seed := range uint64(20) {
		m := &maker{rng: rand.New(rand.NewPCG(seed, 1)), paths: seed%2 == 0}
		f.Add(m.machine(), `{"n":3,"list":[1,{"n":2},3]}`, seed)
	}
	for _, definition := range []string{
		`{"StartAt":"A","States":{"A":{"Type":"Pass","Next":"A","ResultPath":"$.a"}}}`,
		`{"StartAt":"A","States":{"A":{"Type":"Map","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","Next":"B"}}},"Next":"A"}}}`,
		`{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}],"End":true}}}`,
		`{"StartAt":"A","States":{"A":{"Type":"Wait","SecondsPath":"$","End":true}}}`,
		`{"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Map","Items":"{% [1..100000] %}","MaxConcurrency":"{% -1 %}","ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Fail"}}},"End":true}}}`,
		`{"StartAt":"A","QueryLanguage":"JSONata","States":{"A":{"Type":"Pass","Output":"{% ($f := function($x){$f($x)}; $f(1)) %}","End":true}}}`,
		`{"StartAt":"A","TimeoutSeconds":1e400,"States":{"A":{"Type":"Choice","Choices":[{"Not":{"And":[{"Variable":"$","IsNull":true}]},"Next":"A"}]}}}`,
	} {
		for i, input := range []string{`{}`, `null`, `[[[]]]`, `"x"`, `-1e999`} {
			f.Add(definition, input, uint64(i))
		}
	}
	f.Fuzz(func(t *testing.T, definition, input string, seed uint64) {
		in, err := value.ParseString(input)
		if err != nil {
			return
		}
		m, diags := asl.Parse([]byte(definition))
		if diags.HasErrors() {
			return
		}
		p, _ := engine.NewPlan(m, engine.Options{MaxEvents: 300})
		if p == nil {
			return
		}
		start := started(`{}`)
		start.Input, start.Seed = in, seed
		w := &world{rng: rand.New(rand.NewPCG(seed, 2)), run: p.Start(start), now: began, stopAt: 300}
		if err := w.live(t.Context(), nil); err != nil {
			t.Errorf("%v\n%s", err, story(w.history))
		}
	})
}
