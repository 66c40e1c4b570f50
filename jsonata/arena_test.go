package jsonata_test

import (
	"context"
	"sync"
	"testing"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/test/jsonata/shapes"
	"github.com/stepwright/stepwright/value"
)

// What an evaluation gave stays as it is when others take over its room, also at the same time.
func TestResultsOutliveTheirEvaluation(t *testing.T) {
	t.Parallel()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			var kept []value.Value
			var texts []string
			for range 5 {
				for _, s := range shapes.All() {
					e, err := compileShape(s)
					if err != nil {
						t.Error(err)
						return
					}
					v, err := e.Evaluate(t.Context(), shapeEnv(s))
					if err != nil {
						t.Error(err)
						return
					}
					kept, texts = append(kept, v), append(texts, v.String())
				}
			}
			for i, v := range kept {
				if v.String() != texts[i] {
					t.Errorf("%.80s became %.80s", texts[i], v)
				}
			}
		})
	}
	group.Wait()
}

// A function of the caller's own may evaluate expressions itself.
func TestEvaluationWithinAnEvaluation(t *testing.T) {
	t.Parallel()
	inner, err := jsonata.Compile(`[$.{"twice": n * 2, "text": "n is " & n}]`)
	if err != nil {
		t.Fatal(err)
	}
	outer, err := jsonata.Compile(`"<" & $join($double(rows).(text & "!")) & ">" & $sum($map(rows, function($r) { $double([$r])[0].twice }))`)
	if err != nil {
		t.Fatal(err)
	}
	double := func(ctx context.Context, args []value.Value) (value.Value, error) {
		return inner.Eval(ctx, args[0], nil)
	}
	v, err := outer.Evaluate(t.Context(), jsonata.Env{
		Input:     value.MustParse(`{"rows":[{"n":1},{"n":2},{"n":3}]}`),
		Functions: map[string]jsonata.Function{"double": {Signature: "<a:a>", Call: double}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if want := `"<n is 1!n is 2!n is 3!>12"`; v.String() != want {
		t.Errorf("got %s, want %s", v, want)
	}
}

// A function of the caller's own that panics takes nothing down with it but its call.
func TestEvaluationAfterAPanic(t *testing.T) {
	t.Parallel()
	e, err := jsonata.Compile(`[1..5].{"n": $, "f": $own($)}`)
	if err != nil {
		t.Fatal(err)
	}
	run := func(at int64) (v value.Value, crashed any) {
		defer func() { crashed = recover() }()
		own := func(_ context.Context, args []value.Value) (value.Value, error) {
			if n, _ := args[0].Int(); n == at {
				panic("own")
			}
			return args[0], nil
		}
		v, err := e.Evaluate(t.Context(), jsonata.Env{Functions: map[string]jsonata.Function{"own": {Call: own}}})
		if err != nil {
			t.Error(err)
		}
		return v, nil
	}
	want := `[{"n":1,"f":1},{"n":2,"f":2},{"n":3,"f":3},{"n":4,"f":4},{"n":5,"f":5}]`
	for range 20 {
		if _, crashed := run(3); crashed != "own" {
			t.Fatalf("recovered %v", crashed)
		}
		if v, crashed := run(0); crashed != nil || v.String() != want {
			t.Fatalf("got %s, %v", v, crashed)
		}
	}
}
