package report_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/workflows/examples/report"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, report.SalesReport)
}

// seven is the hour of the report; runs begin at midnight.
var seven = time.Date(2026, 1, 1, 7, 0, 0, 0, time.UTC)

func run(t *testing.T, sendAt time.Time, shops []string, stubs ...flowtest.Option) *flowtest.Execution {
	t.Helper()
	usual := []flowtest.Option{flowtest.Real(report.ReadTill), flowtest.State("Send", map[string]string{"MessageId": "m"})}
	return flowtest.Run(t, report.SalesReport, report.Schedule{Shops: shops, Pause: 5, Patience: 20, SendAt: sendAt}, append(usual, stubs...)...)
}

func TestReports(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		shops  []string
		sendAt time.Time
		want   report.Report
		took   time.Duration
	}{
		{"three shops", []string{"north", "south", "harbour"}, seven, report.Report{Text: "north: 525.14\nsouth: 253.6\nharbour: 0", Total: 778.74}, 7 * time.Hour},
		{"one shop", []string{"north"}, seven, report.Report{Text: "north: 525.14", Total: 525.14}, 7 * time.Hour},
		{"no shop", nil, seven, report.Report{}, 7 * time.Hour},
		{"one is closed", []string{"north", "attic"}, seven, report.Report{Text: "north: 525.14\nattic: no answer", Total: 525.14}, 7 * time.Hour},
		{"the hour has passed", []string{"north"}, seven.Add(-24 * time.Hour), report.Report{Text: "north: 525.14", Total: 525.14}, 5 * time.Second},
		{
			"four shops take two rounds",
			[]string{"north", "south", "north", "south"},
			seven.Add(-24 * time.Hour),
			report.Report{Text: "north: 525.14\nsouth: 253.6\nnorth: 525.14\nsouth: 253.6", Total: 1557.48},
			10 * time.Second,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, c.sendAt, c.shops)
			var got report.Report
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

// TestSilentShop is asked three times, with its pause before each and twenty seconds for every answer.
func TestSilentShop(t *testing.T) {
	t.Parallel()
	e := run(t, seven.Add(-24*time.Hour), []string{"north"}, flowtest.StateNever("Read the till"))
	var got report.Report
	e.Output(&got)
	if got.Text != "north: no answer" {
		t.Errorf("the report is %q", got.Text)
	}
	if want := 3*(5+20)*time.Second + (30+60)*time.Second; e.Took() != want {
		t.Errorf("took %v, want %v", e.Took(), want)
	}
	e.VisitsTimes("Be gentle", 3)
	e.VisitsTimes("Read the till", 3)
}

// TestShopThatIsBusyOnce answers the second time.
func TestShopThatIsBusyOnce(t *testing.T) {
	t.Parallel()
	e := run(t, seven, []string{"north"}, flowtest.Fails(report.ReadTill, report.Closed{}).Then(report.Sales{Shop: "north", Total: new(3.5)}))
	var got report.Report
	e.Output(&got)
	if got.Text != "north: 3.5" {
		t.Errorf("the report is %q", got.Text)
	}
	e.VisitsTimes("Be gentle", 2)
}

func TestSending(t *testing.T) {
	t.Parallel()
	e := run(t, seven, []string{"north", "attic"})
	args := e.Calls("Send")[0]
	if got := args.Get("Message").Str(); got != "north: 525.14\nattic: no answer\nTogether: 525.14" {
		t.Errorf("sent %q", got)
	}
	if got := args.Get("Subject").Str(); got != "Sales" {
		t.Errorf("the subject is %q", got)
	}
	gone := flowtest.Error{Name: "SNS.NotFoundException"}
	e = run(t, seven, nil, flowtest.StateFails("Send", gone))
	e.FailsWith(gone.Name)
	if n := len(e.Calls("Send")); n != 9 {
		t.Errorf("tried %d times", n)
	}
}
