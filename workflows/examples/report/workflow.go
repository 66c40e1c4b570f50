// Package report collects the day's sales of all shops and sends them to the managers in the morning.
//
// The shops' tills are old: they are asked three at a time, after a pause, and given as many seconds as the input says.
// Pause and question are tried again as one, and a shop that does not answer at all is in the report without a number.
// The report waits for its hour, then it is published; the workflow gives what was sent.
package report

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/sns"
)

// SalesReport collects the sales and sends them at SendAt.
var SalesReport = flow.Standard("Sales report", salesReport)

// Managers get the report; a stack binds the name.
var Managers = sns.TopicOf[string]("Managers")

var (
	twice    = flow.Retry(flow.AnyError, flow.Backoff{Attempts: 2, First: 30 * time.Second, Rate: 2})
	stubborn = flow.Retry(flow.AnyError, flow.Backoff{Attempts: 8, First: time.Second, Rate: 2, Max: time.Minute})
)

// salesReport asks the shops, waits for the hour, and sends one text.
func salesReport(f *flow.Flow, in *Schedule) *Report {
	sales := flow.Each(f, "Shops", &in.Shops, func(f *flow.Flow, shop *string) *Sales {
		return askShop(f, in, shop)
	}, flow.Concurrency(3))

	report := &Report{}
	flow.Fill(f, report,
		flow.Set(&report.Text, flow.Join(f, flow.Map(f, sales, func(s *Sales) *string {
			return flow.Text(f, &s.Shop, ": ", flow.If(f, flow.Exists(s.Total), flow.String(f, s.Total), new("no answer")))
		}), "\n")),
		flow.Set(&report.Total, flow.Round(f, flow.Sum(f, flow.Map(f, sales, func(s *Sales) *float64 {
			return flow.OrElse(f, s.Total, new(0.0))
		})), 2)))
	report = flow.Let(f, "report", report)

	flow.WaitUntil(f, "Until the hour", &in.SendAt)
	sns.Publish(f, "Send", Managers, flow.Text(f, &report.Text, "\nTogether: ", &report.Total), sns.Subject(new("Sales")), stubborn)
	return report
}

// askShop waits and asks, and does both again when that fails. A shop that is silent has no total.
func askShop(f *flow.Flow, in *Schedule, shop *string) *Sales {
	sales := flow.Try(f, "Ask one shop", func(f *flow.Flow) *Sales {
		flow.WaitSeconds(f, "Be gentle", &in.Pause)
		return flow.Task(f, "Read the till", ReadTill, shop, flow.TimeoutFrom(&in.Patience))
	}, twice)
	flow.Rescue(f, sales, flow.AnyError, func(*flow.Caught) *Sales {
		silent := &Sales{}
		return flow.Fill(f, silent, flow.Set(&silent.Shop, shop))
	})
	return sales
}
