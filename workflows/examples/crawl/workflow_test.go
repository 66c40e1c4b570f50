package crawl_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/crawl"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, crawl.CountExecutions)
}

// page has executions of some statuses, named by the page and their place on it.
func page(no int, statuses ...string) crawl.Page {
	p := crawl.Page{Executions: []crawl.Execution{}}
	for i, s := range statuses {
		p.Executions = append(p.Executions, crawl.Execution{Name: fmt.Sprintf("e%d.%d", no, i), Status: s})
	}
	return p
}

// pages answers with one page after the other, by the token that is asked with.
func pages(t *testing.T, all ...crawl.Page) flowtest.Option {
	return flowtest.StateFunc("List a page", func(in value.Value) (any, error) {
		no := 0
		if token := in.Get("NextToken"); token.Exists() {
			if _, err := fmt.Sscanf(token.Str(), "page %d", &no); err != nil {
				t.Errorf("asked with %s", in)
			}
		}
		p := all[no]
		if no < len(all)-1 {
			p.NextToken = fmt.Sprintf("page %d", no+1)
		}
		return p, nil
	})
}

var question = crawl.Question{Workflow: "arn:aws:states:us-east-1:123456789012:stateMachine:Backfill"}

func TestCounts(t *testing.T) {
	t.Parallel()
	const ok, bad = "SUCCEEDED", "FAILED"
	for _, c := range []struct {
		name  string
		pages []crawl.Page
		want  crawl.Counts
	}{
		{"none", []crawl.Page{page(0)}, crawl.Counts{Pages: 1}},
		{"one", []crawl.Page{page(0, bad)}, crawl.Counts{Pages: 1, All: 1, Failed: 1, NewestFailure: "e0.0"}},
		{"one page", []crawl.Page{page(0, ok, "RUNNING", "TIMED_OUT", bad)}, crawl.Counts{Pages: 1, All: 4, Failed: 2, NewestFailure: "e0.2"}},
		{"three pages", []crawl.Page{page(0, ok, ok), page(1, ok, "ABORTED"), page(2, bad)}, crawl.Counts{Pages: 3, All: 5, Failed: 2, NewestFailure: "e1.1"}},
		{"an empty page in between", []crawl.Page{page(0, ok), page(1), page(2, ok)}, crawl.Counts{Pages: 3, All: 2}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := flowtest.Run(t, crawl.CountExecutions, question, pages(t, c.pages...))
			var got crawl.Counts
			e.Output(&got)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			e.VisitsTimes("List a page", len(c.pages))
		})
	}
}

// TestToken is left out of the first request, and sent with all others.
func TestToken(t *testing.T) {
	t.Parallel()
	e := flowtest.Run(t, crawl.CountExecutions, question, pages(t, page(0), page(1)))
	calls := fmt.Sprint(e.Calls("List a page"))
	want := `[{"StateMachineArn":"` + question.Workflow + `","MaxResults":200} {"StateMachineArn":"` + question.Workflow + `","MaxResults":200,"NextToken":"page 1"}]`
	if d := cmp.Diff(want, calls); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	slow := flowtest.Error{Name: "Sfn.SfnException", Cause: "Rate exceeded"}
	e := flowtest.Run(t, crawl.CountExecutions, question, flowtest.StateFails("List a page", slow).ThenFails(slow).Then(page(0, "SUCCEEDED")))
	e.Succeeds()
	e.VisitsTimes("List a page", 1) // in three attempts
	flowtest.Run(t, crawl.CountExecutions, question, flowtest.StateFails("List a page", slow)).FailsWith("Sfn.SfnException")
	gone := flowtest.Error{Name: "Sfn.StateMachineDoesNotExistException"}
	flowtest.Run(t, crawl.CountExecutions, question, flowtest.StateFails("List a page", gone)).FailsWith(gone.Name)
	flowtest.Run(t, crawl.CountExecutions, question, flowtest.StateNever("List a page")).FailsWith("States.Timeout")
}
