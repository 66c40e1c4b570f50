package flowtest_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flow/states"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

type (
	Row    struct{ ID, Price string }
	Import struct{ Key, Tenant string }
	Load   struct {
		Tenant string
		Rows   []Row
	}
	Loaded struct{ Count int }
)

func LoadRows(_ context.Context, l Load) (Loaded, error) { return Loaded{len(l.Rows)}, nil }

var lake = s3.BucketOf("Lake")

var ImportCSV = flow.Standard("Import CSV", func(f *flow.Flow, in *Import) *flow.Written {
	return flow.BatchTo(f, "Load all rows", flow.Folder{Bucket: lake, Prefix: new("loaded")},
		flow.InBatches(2, flow.CSV(lake, &in.Key, Row{})), func(f *flow.Flow, rows *[]Row) *Loaded {
			l := &Load{}
			return flow.Task(f, "Load rows", LoadRows, flow.Fill(f, l, flow.Set(&l.Tenant, &in.Tenant), flow.Set(&l.Rows, rows)))
		}, flow.Concurrency(2), flow.TolerateCount(2), flow.Label("rows"))
})

// TestObservedItems sees the items' histories, which are none of the execution's own.
func TestObservedItems(t *testing.T) {
	t.Parallel()
	var own, items []string
	flowtest.Run(t, ImportCSV, Import{}, flowtest.Items("Load all rows", Row{}, Row{}, Row{}), flowtest.Real(LoadRows),
		flowtest.Observed(func(e history.Event) { own = append(own, e.Name) }),
		flowtest.ObservedItems(func(c engine.Child, e history.Event) {
			if e.Name != "" && strings.HasSuffix(string(e.Type), "Entered") {
				items = append(items, fmt.Sprint(c.State, c.Index, e.Name))
			}
		}))
	if got := fmt.Sprint(items); got != "[Load all rows0Load rows Load all rows1Load rows]" {
		t.Errorf("saw %s", got)
	}
	if slices.Contains(own, "Load rows") {
		t.Errorf("the execution's own history has %q", own)
	}
}

func TestBatchTo(t *testing.T) {
	t.Parallel()
	rows := flowtest.Items("Load all rows", Row{"1", "2"}, Row{"2", "3"}, Row{"3", "4"})
	run := flowtest.Run(t, ImportCSV, Import{"rows.csv", "acme"}, rows, flowtest.Real(LoadRows))
	var got flow.Written
	run.Output(&got)
	if got.ResultWriterDetails.Bucket != "${Lake}" || !strings.HasPrefix(got.ResultWriterDetails.Key, "loaded/") || !strings.Contains(got.MapRunArn, ":mapRun:ImportCSV/rows:") {
		t.Errorf("got %+v", got)
	}
	if c := fmt.Sprint(run.Calls("Load all rows")); c != `[{"Bucket":"${Lake}","Key":"rows.csv"}]` {
		t.Errorf("read %s", c)
	}
	calls := run.Calls("Load rows")
	if len(calls) != 2 || calls[1].String() != `{"Tenant":"acme","Rows":[{"ID":"3","Price":"4"}]}` {
		t.Errorf("loaded %v", calls)
	}
	run.VisitsTimes("Load rows", 2)
	run.Visits("Load all rows", "Load rows")
	children := run.Children("Load all rows")
	if len(children) != 2 || children[1].Value().String() != `{"Count":1}` || children[0].Status() != engine.Succeeded {
		t.Fatalf("got %d children", len(children))
	}
	children[1].VisitsTimes("Load rows", 1)
	if c := children[0].Calls("Load rows"); len(c) != 1 || c[0].Get("Rows").Len() != 2 {
		t.Errorf("the first child was called with %v", c)
	}
	exports := run.Exported("Load all rows")
	if len(exports) != 1 || len(exports[0].Children) != 2 || exports[0].Children[0].Get("Output").Str() != `{"Count":2}` {
		t.Errorf("exported %+v", exports)
	}
}

func TestBatchFailures(t *testing.T) {
	t.Parallel()
	rows := flowtest.Items("Load all rows", Row{ID: "1"}, Row{ID: "2"}, Row{ID: "3"}, Row{ID: "4"}, Row{ID: "5"})
	busy := func(id string) *flowtest.Stubbed[Loaded] {
		return flowtest.Func(LoadRows, func(_ context.Context, l Load) (Loaded, error) {
			if strings.Contains(id, l.Rows[0].ID) {
				return Loaded{}, &Busy{}
			}
			return Loaded{len(l.Rows)}, nil
		}).After(time.Minute)
	}
	run := flowtest.Run(t, ImportCSV, Import{}, rows, busy("3"))
	if run.Succeeds(); run.Took() != 2*time.Minute {
		t.Errorf("took %s", run.Took())
	}
	children := run.Children("Load all rows")
	children[1].FailsWith("Busy")
	children[2].Succeeds()
	run = flowtest.Run(t, ImportCSV, Import{}, rows, busy("1 3"))
	run.FailsWith("States.ExceedToleratedFailureThreshold")
	flowtest.Run(t, ImportCSV, Import{}, flowtest.StateFails("Load all rows", flowtest.Error{Name: "S3.NoSuchKey", Cause: "gone"})).FailsWith("States.ItemReaderFailed")
	run = flowtest.Run(t, ImportCSV, Import{}, flowtest.Items[Row]("Load all rows"))
	if run.Succeeds(); len(run.Children("Load all rows")) != 0 {
		t.Error("an empty file has children")
	}
}

func TestBatch(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Charges", func(f *flow.Flow, in *Orders) *[]Charge {
		return flow.Batch(f, "Each order", flow.Items(&in.List), func(f *flow.Flow, o *Order) *Charge {
			return flow.Task(f, "Find charge", FindCharge, o)
		})
	})
	run := flowtest.Run(t, w, value.MustParse(`{"List":[{"id":"1"},{"id":"2"}]}`), flowtest.Real(FindCharge))
	if got := run.Value().String(); got != `[{"id":"c-1","ageDays":0},{"id":"c-2","ageDays":0}]` {
		t.Errorf("got %s", got)
	}
	if types := run.History(); len(types) != 8 {
		t.Errorf("the execution's own history has %d events", len(types))
	}
}

func TestSaysWhichItemsAreMissing(t *testing.T) {
	t.Parallel()
	got := outcomeOf(func(t testing.TB) { flowtest.Run(t, ImportCSV, Import{}) })
	if want := `hint: give the run flowtest.Items("Load all rows", items…)`; !strings.Contains(got, want) {
		t.Errorf("the test said %q; it lacks %q", got, want)
	}
	got = outcomeOf(func(t testing.TB) {
		flowtest.Run(t, Refund, Order{}, flowtest.Stub(FindCharge, Charge{AgeDays: 100})).Exported("X")
	})
	if want := `state "X" is no state`; !strings.Contains(got, want) {
		t.Errorf("the test said %q; it lacks %q", got, want)
	}
}

var loadOne = flow.Standard("Load one", func(f *flow.Flow, in *Load) *Loaded { return flow.Task(f, "Load rows", LoadRows, in) })

// TestBatchOfChildren has every item of a Batch run a workflow, and wait for its own.
func TestBatchOfChildren(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Load each", func(f *flow.Flow, in *[]Load) *[]Loaded {
		return flow.Batch(f, "Every load", flow.Items(in), func(f *flow.Flow, l *Load) *Loaded {
			return states.Run(f, "Load it", loadOne, nil, l)
		}, flow.Concurrency(7))
	})
	var loads []Load
	var want []Loaded
	for i := range 25 {
		loads = append(loads, Load{Tenant: fmt.Sprint(i), Rows: make([]Row, i)})
		want = append(want, Loaded{i})
	}
	run := flowtest.Run(t, w, loads, flowtest.Child(loadOne, flowtest.Real(LoadRows)))
	var got []Loaded
	run.Output(&got)
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("loaded (-want +got):\n%s", d)
	}
	if n := len(run.Children("Load it")); n != 25 {
		t.Errorf("%d workflows were run", n)
	}
	for i, item := range run.Children("Every load") {
		inner := item.Children("Load it")
		if len(inner) != 1 || inner[0].Calls("Load rows")[0].Get("Tenant").Str() != fmt.Sprint(i) {
			t.Errorf("item %d ran %d workflows", i, len(inner))
		}
	}
}
