package approval_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/workflows/examples/approval"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, approval.ApproveExpense)
}

const hour = time.Hour

var (
	manager = approval.Verdict{Approved: true, Reviewer: "Mara"}
	auditor = approval.Verdict{Approved: true, Reviewer: "Odd"}
	no      = approval.Verdict{Approved: false, Reviewer: "Mara"}
)

func asks(v approval.Verdict) *flowtest.Stubbed[any]   { return flowtest.State("Ask the manager", v) }
func audits(v approval.Verdict) *flowtest.Stubbed[any] { return flowtest.State("Ask the auditor", v) }

func TestDecisions(t *testing.T) {
	t.Parallel()
	const transfer = "transfer-ann-e1"
	for _, c := range []struct {
		name   string
		amount float64
		stubs  []flowtest.Option
		want   approval.Decision
		took   time.Duration
		visits []string
		avoids []string
	}{
		{
			"small", 99.99, nil,
			approval.Decision{By: "the rule", Transfer: transfer},
			0,
			[]string{"Who decides?", "Approved?", "Pay"},
			[]string{"Ask the manager", "Ask the auditor"},
		},
		{
			"at the limit, and approved at once", 100,
			[]flowtest.Option{asks(manager)},
			approval.Decision{By: "Mara", Transfer: transfer},
			0,
			[]string{"Ask the manager", "Pay"},
			[]string{"Ask the auditor"},
		},
		{
			"refused", 500,
			[]flowtest.Option{asks(no).After(3 * hour)},
			approval.Decision{By: "Mara"},
			3 * hour,
			[]string{"Ask the manager", "Refused"},
			[]string{"Ask the auditor", "Pay"},
		},
		{
			"slow, with signs of life", 500,
			[]flowtest.Option{asks(manager).After(30*hour).Heartbeats(10*hour, 20*hour)},
			approval.Decision{By: "Mara", Transfer: transfer},
			30 * hour,
			[]string{"Ask the manager", "Pay"},
			[]string{"Ask the auditor"},
		},
		{
			"slow, without: the auditor", 500,
			[]flowtest.Option{asks(no).After(30 * hour), audits(auditor).After(hour)},
			approval.Decision{By: "Odd", Transfer: transfer},
			13 * hour,
			[]string{"Ask the manager", "Ask the auditor", "Pay"},
			nil,
		},
		{
			"signs of life, but no answer in time", 500,
			[]flowtest.Option{asks(no).After(49*hour).Heartbeats(10*hour, 20*hour, 30*hour, 40*hour), audits(auditor)},
			approval.Decision{By: "Odd", Transfer: transfer},
			48 * hour,
			[]string{"Ask the auditor", "Pay"},
			nil,
		},
		{
			"nobody answers", 500,
			[]flowtest.Option{flowtest.StateNever("Ask the manager"), flowtest.StateNever("Ask the auditor")},
			approval.Decision{By: "nobody"},
			36 * hour,
			[]string{"Ask the manager", "Ask the auditor", "Refused"},
			[]string{"Pay"},
		},
		{
			"the auditor is as strict", 500,
			[]flowtest.Option{flowtest.StateNever("Ask the manager"), audits(approval.Verdict{Reviewer: "Odd"})},
			approval.Decision{By: "Odd"},
			12 * hour,
			[]string{"Ask the auditor", "Refused"},
			[]string{"Pay"},
		},
		{
			"the letter is sent again", 500,
			[]flowtest.Option{flowtest.StateFails("Ask the manager", flowtest.Error{Name: "Lambda.ServiceException"}).Then(manager)},
			approval.Decision{By: "Mara", Transfer: transfer},
			2 * time.Second,
			[]string{"Ask the manager", "Pay"},
			nil,
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := flowtest.Run(t, approval.ApproveExpense,
				approval.Expense{ID: "e1", Photographer: "Ann", For: "a lens", Amount: c.amount}, append(c.stubs, flowtest.Real(approval.Pay))...)
			var got approval.Decision
			e.Output(&got)
			c.want.Expense = "e1"
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if e.Took() != c.took {
				t.Errorf("took %v, want %v", e.Took(), c.took)
			}
			e.Visits(c.visits...)
			e.Avoids(c.avoids...)
		})
	}
}

// TestQuestion looks at what the manager gets: the expense, and a token that takes a Verdict.
func TestQuestion(t *testing.T) {
	t.Parallel()
	e := flowtest.Run(t, approval.ApproveExpense, approval.Expense{ID: "e1", Photographer: "Ann", For: "a lens", Amount: 250}, asks(manager), flowtest.Real(approval.Pay))
	var q approval.Question
	if err := e.Calls("Ask the manager")[0].Decode(&q); err != nil {
		t.Fatal(err)
	}
	letter, err := approval.WriteLetter(t.Context(), q)
	if err != nil || letter.Subject != "Ann has spent 250.00 on a lens" || !strings.HasSuffix(letter.Text, string(q.Token)) {
		t.Errorf("got %+v, %v", letter, err)
	}
	if _, err := approval.WriteLetter(t.Context(), approval.Question{Token: run.Token[approval.Verdict]("")}); err == nil {
		t.Error("a letter without a token was written")
	}
}

// TestRefusals end the execution: by an error of the manager's page, of the auditor's desk, or of the bank.
func TestRefusals(t *testing.T) {
	t.Parallel()
	e := approval.Expense{ID: "e1", Photographer: "Ann", Amount: 250}
	flowtest.Run(t, approval.ApproveExpense, e, flowtest.StateFails("Ask the manager", flowtest.Error{Name: "NotMine"})).FailsWith("NotMine")
	flowtest.Run(t, approval.ApproveExpense, e, flowtest.StateNever("Ask the manager"),
		flowtest.StateFails("Ask the auditor", flowtest.Error{Name: "Unreadable"})).FailsWith("Unreadable")
	flowtest.Run(t, approval.ApproveExpense, e, asks(manager), flowtest.Fails(approval.Pay, flowtest.Error{Name: "BankClosed"})).FailsWith("BankClosed")
}
