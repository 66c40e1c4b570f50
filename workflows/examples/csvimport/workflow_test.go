package csvimport_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/csvimport"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, csvimport.ImportCaptions)
}

// rows are as many, of which some have no caption.
func rows(n int, bad ...int) []csvimport.Row {
	all := make([]csvimport.Row, n)
	for i := range all {
		all[i] = csvimport.Row{Photo: fmt.Sprintf("p%d", i), Caption: "a gull"}
	}
	for _, i := range bad {
		all[i].Caption = ""
	}
	return all
}

func run(t *testing.T, file []csvimport.Row, stubs ...flowtest.Option) *flowtest.Execution {
	t.Helper()
	usual := []flowtest.Option{flowtest.Items("Load all rows", file...), flowtest.Real(csvimport.LoadRows)}
	return flowtest.Run(t, csvimport.ImportCaptions, csvimport.Import{Agency: "north", Day: "2026-01-31", Key: "in/january.csv"}, append(usual, stubs...)...)
}

func TestImports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		file   []csvimport.Row
		calls  int
		failed int // batches
		err    string
	}{
		{"an empty file", rows(0), 0, 0, ""},
		{"one row", rows(1), 1, 0, ""},
		{"three batches", rows(250), 3, 0, ""},
		{"two bad rows in a batch of a hundred batches", rows(10_000, 5001, 5002), 100, 1, ""},
		{"a bad row in an only batch", rows(50, 7), 1, 1, "BadFile"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, c.file)
			e.VisitsTimes("Load rows", c.calls)
			failed := 0
			for _, x := range e.Children("Load all rows") {
				if x.Outcome().Error != nil {
					failed++
				}
			}
			if failed != c.failed {
				t.Errorf("%d batches failed, want %d", failed, c.failed)
			}
			if c.err != "" {
				if cause := e.FailsWith(c.err); cause != "in/january.csv has too many rows that cannot be loaded" {
					t.Errorf("the cause is %q", cause)
				}
				return
			}
			var got csvimport.Imported
			e.Output(&got)
			export := e.Exported("Load all rows")[0]
			if want := (csvimport.Imported{Agency: "north", Results: "s3://${Lake}/" + export.Key}); got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if len(export.Children) != c.calls {
				t.Errorf("%d results were written", len(export.Children))
			}
		})
	}
}

// TestWhatIsAskedOf looks at what is read, and at what one function gets: its rows, and what is carried to it.
func TestWhatIsAskedOf(t *testing.T) {
	t.Parallel()
	e := run(t, rows(101))
	if got := e.Calls("Load all rows")[0].String(); got != `{"Bucket":"${Lake}","Key":"in/january.csv"}` {
		t.Errorf("read %s", got)
	}
	want := value.MustParse(`{"agency": "north", "day": "2026-01-31", "rows": [{"photo": "p100", "caption": "a gull"}]}`)
	if d := cmp.Diff(want.String(), e.Calls("Load rows")[1].String()); d != "" {
		t.Errorf("the second batch (-want +got):\n%s", d)
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	busy := flowtest.Error{Name: "Lambda.TooManyRequestsException"}
	e := run(t, rows(3), flowtest.Fails(csvimport.LoadRows, busy).Then(csvimport.Loaded{Rows: 3}))
	e.Succeeds()
	e = run(t, nil, flowtest.StateFails("Load all rows", flowtest.Error{Name: "S3.NoSuchKeyException", Cause: "there is no such key"}))
	if cause := e.FailsWith("NoFile"); cause != "in/january.csv cannot be read: there is no such key" {
		t.Errorf("the cause is %q", cause)
	}
}

func TestLoadRows(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		row  csvimport.Row
		want string
	}{
		{csvimport.Row{Caption: "a gull"}, "row 2 names no photo"},
		{csvimport.Row{Photo: "p"}, "row 2 has no caption"},
	} {
		_, err := csvimport.LoadRows(t.Context(), csvimport.Load{Rows: append(rows(1), c.row)})
		if err == nil || err.Error() != c.want {
			t.Errorf("got %v, want %s", err, c.want)
		}
	}
}
