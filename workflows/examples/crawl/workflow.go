// Package crawl counts what became of all executions of a workflow.
//
// Step Functions lists executions page by page, and each page names the next. The workflow asks until there is none. It
// keeps numbers and not the executions, because a variable holds 256 KiB; the newest failure it does keep, by its name.
// The first request must not have a token at all: Maybe leaves the member out.
package crawl

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
	"github.com/stepwright/stepwright/flow/states"
)

// CountExecutions counts the executions of a workflow.
var CountExecutions = flow.Standard("Count executions", countExecutions)

var throttled = flow.Retry(states.Throttled, flow.Backoff{Attempts: 6, First: time.Second, Rate: 2, Max: 30 * time.Second, Jitter: true})

// countExecutions goes through all pages.
func countExecutions(f *flow.Flow, in *Question) *Counts {
	token := flow.Var(f, "token", "")
	counts := flow.Var(f, "counts", Counts{})
	flow.Until(f, "Last page?", func() *Page {
		page := awssdk.Call[Page](f, "List a page", "sfn:listExecutions", &List{
			Workflow: &in.Workflow, Most: new(200), Token: flow.Maybe(f, flow.Not(flow.Is(token, "")), token),
		}, flow.Timeout(time.Minute), throttled)
		failed := flow.Let(f, "failed", failures(f, page))
		flow.Assign(f, "Count them",
			flow.Set(counts, counted(f, counts, page, failed)),
			flow.Set(token, flow.OrElse(f, &page.NextToken, new(""))))
		return page
	}, func(*Page) flow.Condition { return flow.Is(token, "") })
	return counts
}

// failures are the names of the executions of a page that did not succeed.
func failures(f *flow.Flow, page *Page) *[]string {
	failed := flow.Filter(f, &page.Executions, func(e *Execution) flow.Condition {
		return flow.OneOf(&e.Status, "FAILED", "TIMED_OUT", "ABORTED")
	})
	return flow.Map(f, failed, func(e *Execution) *string { return &e.Name })
}

// counted are the counts with those of a page; pages begin with the newest executions.
func counted(f *flow.Flow, counts *Counts, page *Page, failed *[]string) *Counts {
	next := &Counts{}
	return flow.Fill(f, next,
		flow.Set(&next.Pages, flow.Add(f, &counts.Pages, new(1))),
		flow.Set(&next.All, flow.Add(f, &counts.All, flow.Count(f, &page.Executions))),
		flow.Set(&next.Failed, flow.Add(f, &counts.Failed, flow.Count(f, failed))),
		flow.Set(&next.NewestFailure, flow.If(f, flow.Is(&counts.NewestFailure, ""),
			flow.OrElse(f, flow.First(f, failed), new("")), &counts.NewestFailure)))
}
