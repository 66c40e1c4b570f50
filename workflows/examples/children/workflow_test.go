package children_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/children"
)

func TestSnapshots(t *testing.T) {
	t.Parallel()
	for _, w := range []flow.Workflow{children.ChooseBest, children.ScorePhoto, children.Archive, children.HangExhibition} {
		flowtest.Snapshot(t, w)
	}
}

// run starts everything: the other workflows run with their handlers as they are.
func run(t *testing.T, albums string, stubs ...flowtest.Option) *flowtest.Execution {
	t.Helper()
	usual := []flowtest.Option{
		flowtest.Child(children.ScorePhoto, flowtest.Real(children.LookAt)),
		flowtest.Child(children.Archive, flowtest.Real(children.File)),
		flowtest.Child(children.HangExhibition),
	}
	return flowtest.Run(t, children.ChooseBest, json.RawMessage(albums), append(usual, stubs...)...)
}

const week = 7 * 24 * time.Hour

const albums = `[
	{"name": "sea", "photos": [{"id": "gull", "sharp": 3, "colours": 3}, {"id": "pier", "sharp": 9, "colours": 6, "horizons": 1}]},
	{"name": "none", "photos": []},
	{"name": "land", "photos": [{"id": "hill", "sharp": 6, "colours": 6}]}]`

func TestBestFirst(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, albums string
		want         children.Exhibition
		took         time.Duration
	}{
		{"three of two albums", albums, children.Exhibition{Title: "sea/pier and others", Photos: []string{"sea/pier", "land/hill", "sea/gull"}}, week},
		{"one", `[{"name": "sea", "photos": [{"id": "gull"}]}]`, children.Exhibition{Title: "sea/gull and others", Photos: []string{"sea/gull"}}, week},
		{"no album", `[]`, children.Exhibition{Title: "Empty walls", Photos: []string{}}, 0},
		{"no photo", `[{"name": "sea", "photos": null}]`, children.Exhibition{Title: "Empty walls", Photos: []string{}}, 0},
		{
			"one is crooked", `[{"name": "sea", "photos": [{"id": "x", "sharp": 9, "horizons": 2}, {"id": "y", "sharp": 1}]}]`,
			children.Exhibition{Title: "sea/y and others", Photos: []string{"sea/y", "sea/x"}},
			week,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, c.albums)
			var got children.Exhibition
			e.Output(&got)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if e.Took() != c.took {
				t.Errorf("took %v, want %v", e.Took(), c.took)
			}
		})
	}
}

// TestChildren looks at what the others were started with.
func TestChildren(t *testing.T) {
	t.Parallel()
	e := run(t, albums)
	if n := len(e.Children("Score one photo")); n != 3 {
		t.Errorf("%d photos were scored", n)
	}
	if got := e.Calls("Start the archive")[0].Get("Name").Str(); got != "test" { // the name of the execution
		t.Errorf("the archive's execution is called %q", got)
	}
	archived := e.Children("Start the archive")[0]
	if got := archived.Value().String(); got != `{"signature":"2026-01-01/3"}` {
		t.Errorf("archived %s", got)
	}
	hung := e.Children("Wait for the exhibition")[0]
	hung.Visits("Anything to show?", "Print and frame")
	want := value.MustParse(`{"by": "test", "begun": "2026-01-01T00:00:00Z",
		"photos": [{"photo": "sea/pier", "score": 8}, {"photo": "land/hill", "score": 6}, {"photo": "sea/gull", "score": 3}]}`)
	var ranking, wanted children.Ranking
	for v, to := range map[*children.Ranking]value.Value{&ranking: hung.History()[0].Input, &wanted: want} {
		if err := to.Decode(v); err != nil {
			t.Fatal(err)
		}
	}
	if d := cmp.Diff(wanted, ranking); d != "" {
		t.Errorf("ranking (-want +got):\n%s", d)
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	t.Run("archived already", func(t *testing.T) {
		t.Parallel()
		e := run(t, albums, flowtest.StateFails("Start the archive", flowtest.Error{Name: "StepFunctions.ExecutionAlreadyExistsException"}))
		e.Succeeds()
		e.Visits("Start the archive", "Wait for the exhibition")
	})
	t.Run("too many executions", func(t *testing.T) {
		t.Parallel()
		busy := flowtest.Error{Name: "Sfn.ExecutionLimitExceededException"}
		e := run(t, `[{"name": "sea", "photos": [{"id": "gull"}]}]`, flowtest.StateFails("Score one photo", busy).ThenFails(busy).
			Then(map[string]string{"Status": "SUCCEEDED", "Output": `{"points": 4}`}))
		e.Succeeds()
		if n := len(e.Calls("Score one photo")); n != 3 {
			t.Errorf("tried %d times", n)
		}
	})
	t.Run("a photo that takes too long counts nothing", func(t *testing.T) {
		t.Parallel()
		e := run(t, albums, flowtest.Child(children.ScorePhoto, flowtest.StateNever("Look at it")))
		var got children.Exhibition
		e.Output(&got)
		if d := cmp.Diff([]string{"sea/gull", "sea/pier", "land/hill"}, got.Photos); d != "" { // all alike, in their order
			t.Errorf("(-want +got):\n%s", d)
		}
		if want := week + 20*time.Second; e.Took() != want { // all at a time
			t.Errorf("took %v, want %v", e.Took(), want)
		}
	})
	t.Run("the exhibition fails", func(t *testing.T) {
		t.Parallel()
		e := run(t, albums, flowtest.ChildFails(children.HangExhibition, flowtest.Error{Name: "NoNails", Cause: "sold out"}))
		e.FailsWith("States.TaskFailed")
	})
	t.Run("the archive fails, and nobody waits for it", func(t *testing.T) {
		t.Parallel()
		run(t, albums, flowtest.ChildFails(children.Archive, flowtest.Error{Name: "Fire"})).Succeeds()
	})
}
