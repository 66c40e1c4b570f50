package flow_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flow/web"
	"github.com/stepwright/stepwright/flowtest"
)

// Four workflows with loops and compensation, as people write them.
type (
	JobName struct{ Job string }
	JobRun  struct {
		JobRunID string `json:"JobRunId"`
	}
	JobStatus struct {
		JobRun struct {
			State        string `json:"JobRunState"`
			ErrorMessage string `json:",omitempty"`
			Seconds      int    `json:"ExecutionTime"`
		}
	}

	Listing struct{ Machine string }
	Found   struct {
		Arn    string `json:"ExecutionArn"`
		Status string
	}
	FoundPage struct {
		Executions []Found
		NextToken  string `json:",omitempty"`
	}
	FoundQuery struct {
		Machine *string `json:"StateMachineArn"`
		Next    *string `json:"NextToken,omitempty"`
	}
	Counts struct{ All, Failed int }

	Tariff struct {
		Carrier string  `json:"carrier"`
		Price   float64 `json:"price"`
	}
	Encode struct {
		GUID   string `json:"guid"`
		Token  string `json:"token,omitempty"`
		Status string `json:"status,omitempty"`
	}
	News struct {
		GUID   string `json:"guid"`
		Status string `json:"status"`
		Reason string `json:"reason,omitempty"`
	}
)

var (
	shopCustomers = sns.TopicOf[string]("Customers")
	carrier       = web.ConnectionOf("CarrierAPI")
	encodes       = dynamodb.TableOf("Runs", func(e *Encode) *string { return &e.GUID })
	patient       = flow.Retry(flow.AnyError, flow.Backoff{Attempts: 1, First: time.Second})

	jobbing = flow.Standard("Run job", func(f *flow.Flow, in *JobName) *JobStatus {
		job := awssdk.Call[JobRun](f, "Start job", "glue:startJobRun", map[string]any{"JobName": &in.Job})
		status := flow.Poll(f, "Finished?", flow.Pace{First: 10 * time.Second, Rate: 1.5, Max: 5 * time.Minute, Times: 60},
			func() *JobStatus {
				return awssdk.Call[JobStatus](f, "Ask for status", "glue:getJobRun", map[string]any{"JobName": &in.Job, "RunId": &job.JobRunID}, patient)
			},
			func(s *JobStatus) flow.Condition {
				return flow.OneOf(&s.JobRun.State, "SUCCEEDED", "FAILED", "STOPPED")
			},
			func() { flow.Fail(f, "Too slow", "JobTimeout", "job ", &job.JobRunID, " does not end") })
		flow.Choice(f, "Succeeded?").
			When(flow.Is(&status.JobRun.State, "SUCCEEDED"), flow.Continue).
			Otherwise(func() {
				flow.Fail(f, "Job failed", "JobFailed", flow.OrElse(f, &status.JobRun.ErrorMessage, new("no message")))
			})
		return status
	})

	crawling = flow.Standard("Crawl executions", func(f *flow.Flow, in *Listing) *Counts {
		next, found := flow.Var(f, "next", ""), flow.Var(f, "found", []Found{})
		flow.Until(f, "Last page?", func() *FoundPage {
			page := awssdk.Call[FoundPage](f, "List a page", "sfn:listExecutions",
				&FoundQuery{Machine: &in.Machine, Next: flow.Maybe(f, flow.Not(flow.Is(next, "")), next)}, patient)
			flow.Assign(f, "Keep what was found",
				flow.Set(found, flow.Append(f, found, &page.Executions)),
				flow.Set(next, flow.OrElse(f, &page.NextToken, new(""))))
			return page
		}, func(*FoundPage) flow.Condition {
			return flow.Or(flow.Is(next, ""), flow.Above(flow.Count(f, found), 1000))
		})
		c := &Counts{}
		return flow.Fill(f, c, flow.Set(&c.All, flow.Count(f, found)),
			flow.Set(&c.Failed, flow.Count(f, flow.Filter(f, found, func(i *Found) flow.Condition { return flow.Is(&i.Status, "FAILED") }))))
	})

	placing = flow.Standard("Place order", func(f *flow.Flow, order *Order) *Receipt {
		total := flow.Let(f, "total", flow.Sum(f, flow.Map(f, &order.Lines, func(l *Line) *float64 { return &l.Price })))
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) {
			sns.Publish(f, "Tell of the failure", shopCustomers, flow.Text(f, "Order ", &order.ID, " failed at ", &e.State), patient)
			flow.Rethrow(f, "Order failed", e)
		})
		saga := flow.NewSaga(f, failed)

		stock := flow.Task(f, "Reserve stock", Reserve, order, saga.Guard())
		saga.Undo(func() { flow.Task(f, "Release stock", Release, stock, patient) })

		paid := flow.Task(f, "Take payment", Pay, order, flow.Retry(flow.Raised[*Refused](), flow.Backoff{}), saga.Guard())
		saga.Undo(func() { flow.Task(f, "Give money back", GiveBack, paid, patient) })

		tariff := flow.Choose[Tariff](f, "How fast?").
			When(flow.True(&order.Express), func() *Tariff {
				return &web.Do(f, "Ask the carrier", web.Request{
					Connection: carrier, Method: "GET",
					URL: flow.Text(f, "https://api.carrier.example/quotes/", &order.ID), Query: map[string]*string{"service": new("air")},
				}, Tariff{}, saga.Guard()).ResponseBody
			}).
			Otherwise(func() *Tariff { return &Tariff{Carrier: "post", Price: 4.9} })

		flow.Task(f, "Ship", Ship, order, flow.Timeout(time.Hour), saga.Guard())
		receipt := &Receipt{}
		return flow.Fill(f, receipt, flow.Set(&receipt.OrderID, &order.ID),
			flow.Set(&receipt.Note, &tariff.Carrier), flow.Set(&receipt.Total, flow.Add(f, total, &tariff.Price)))
	})

	encoding = flow.Standard("Encode events", func(f *flow.Flow, news *News) *run.None {
		record := flow.Poll(f, "Token there?", flow.Pace{First: 5 * time.Second, Times: 12},
			func() *Encode { return dynamodb.Get(f, "Load token", encodes, &news.GUID, patient) },
			func(r *Encode) flow.Condition {
				return flow.Or(flow.Exists(&r.Token), flow.OneOf(&r.Status, "Complete", "Error", "Rejected"))
			},
			func() { flow.Fail(f, "Token missing", "TokenMissing", "nobody waits for ", &news.GUID) })
		flow.Choice(f, "Resumed before?").
			When(flow.Not(flow.Exists(&record.Token)), func() { flow.Return[run.None](f, "Already resumed", nil) })
		gone := flow.Catch(flow.Errors{"Sfn.TaskTimedOutException", "Sfn.InvalidTokenException", "Sfn.TaskDoesNotExistException"}, func(*flow.Caught) {})
		flow.Choice(f, "Status?").
			When(flow.Is(&news.Status, "COMPLETE"), func() {
				awssdk.Call[run.None](f, "Resume success", "sfn:sendTaskSuccess", map[string]any{"TaskToken": &record.Token, "Output": flow.JSON(f, news)}, gone)
			}).
			When(flow.OneOf(&news.Status, "ERROR", "CANCELED"), func() {
				awssdk.Call[run.None](f, "Resume failure", "sfn:sendTaskFailure", map[string]any{
					"TaskToken": &record.Token, "Error": "EncodeError", "Cause": flow.OrElse(f, &news.Reason, &news.Status),
				}, gone)
			}).
			Otherwise(func() { flow.Return[run.None](f, "Ignored", nil) })
		dynamodb.Update(f, "Drop token", encodes, &news.GUID, func(r *Encode) []dynamodb.Change { return []dynamodb.Change{dynamodb.Remove(&r.Token)} }, patient)
		return &run.None{}
	})
)

func init() {
	samples["run-job"], samples["crawl"], samples["place-order"], samples["encode-events"] = jobbing, crawling, placing, encoding
}

func TestSketched(t *testing.T) {
	t.Parallel()
	fails := func(state, name string) flowtest.Option {
		return flowtest.StateFails(state, flowtest.Error{Name: name, Cause: "c"})
	}
	status := func(s string) object { return object{"JobRun": object{"JobRunState": s, "ExecutionTime": 1}} }
	page := func(next string, status ...string) FoundPage {
		p := FoundPage{NextToken: next}
		for _, s := range status {
			p.Executions = append(p.Executions, Found{Status: s})
		}
		return p
	}
	started := flowtest.State("Start job", object{"JobRunId": "j"})
	pays := []flowtest.Option{
		flowtest.Stub(Reserve, Stock{}), flowtest.Stub(Pay, Receipt{}), flowtest.Stub(Release, run.None{}),
		flowtest.Stub(GiveBack, run.None{}), flowtest.State("Tell of the failure", object{}),
	}
	token := object{"Item": object{"guid": object{"S": "g"}, "token": object{"S": "t"}}}
	for _, c := range []struct {
		name  string
		w     flow.Workflow
		in    any
		stubs []flowtest.Option
		want  string
		path  []string
	}{
		{
			"a job", jobbing,
			JobName{"n"},
			[]flowtest.Option{started, flowtest.State("Ask for status", status("RUNNING")).Then(status("SUCCEEDED"))},
			`{"JobRun":{"ExecutionTime":1,"JobRunState":"SUCCEEDED"}}`,
			[]string{"Start job", "Ask for status", "Finished?", "Finished?: wait", "Ask for status", "Finished?", "Succeeded?", "Done"},
		},
		{
			"a job that fails", jobbing,
			JobName{"n"},
			[]flowtest.Option{started, flowtest.State("Ask for status", status("FAILED"))},
			`JobFailed: no message`,
			[]string{"Start job", "Ask for status", "Finished?", "Succeeded?", "Job failed"},
		},
		{
			"two pages", crawling,
			Listing{"m"},
			[]flowtest.Option{flowtest.State("List a page", page("x", "FAILED", "SUCCEEDED")).Then(page("", "FAILED"))},
			`{"All":3,"Failed":2}`,
			[]string{"Set next", "List a page", "Keep what was found", "Last page?", "List a page", "Keep what was found", "Last page?", "Done"},
		},
		{
			"no page", crawling,
			Listing{"m"},
			[]flowtest.Option{flowtest.State("List a page", page(""))},
			`{"All":0,"Failed":0}`,
			[]string{"Set next", "List a page", "Keep what was found", "Last page?", "Done"},
		},
		{
			"an order by post", placing,
			Order{ID: "o", Lines: []Line{{Price: 2}}},
			append(pays, flowtest.Stub(Ship, Stock{})), `{"orderId":"o","total":6.9,"note":"post"}`,
			[]string{"Set total", "Reserve stock", "Take payment", "How fast?", "Ship"},
		},
		{
			"an order without a carrier", placing,
			Order{ID: "o", Express: true},
			append(pays, fails("Ask the carrier", "States.Http.StatusCode.500")), `States.Http.StatusCode.500: c`,
			[]string{"Set total", "Reserve stock", "Take payment", "How fast?", "Ask the carrier", "Give money back", "Release stock", "Tell of the failure", "Order failed"},
		},
		{
			"an encoded video", encoding,
			News{GUID: "g", Status: "COMPLETE"},
			[]flowtest.Option{
				flowtest.State("Load token", object{}).Then(token), flowtest.State("Resume success", object{}), flowtest.State("Drop token", object{}),
			},
			`{}`,
			[]string{"Token there?: begin", "Load token", "Token there?", "Token there?: wait", "Load token", "Token there?", "Resumed before?", "Status?", "Resume success", "Drop token"},
		},
		{
			"a token that nobody waits for", encoding,
			News{GUID: "g", Status: "ERROR"},
			[]flowtest.Option{
				flowtest.State("Load token", token), fails("Resume failure", "Sfn.InvalidTokenException"), flowtest.State("Drop token", object{}),
			},
			`{}`,
			[]string{"Token there?: begin", "Load token", "Token there?", "Resumed before?", "Status?", "Resume failure", "Drop token"},
		},
		{"no token", encoding, News{GUID: "g"}, []flowtest.Option{flowtest.State("Load token", object{})}, `TokenMissing: nobody waits for g`, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			run := flowtest.Run(t, c.w, c.in, c.stubs...)
			if d := cmp.Diff(c.want, outcome(run)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if d := cmp.Diff(c.path, run.Path()); c.path != nil && d != "" {
				t.Errorf("path (-want +got):\n%s", d)
			}
		})
	}
}

// TestTwins builds workflows that differ in the names of Go only: their documents are the same.
func TestTwins(t *testing.T) {
	t.Parallel()
	one := flow.Standard("Twin", func(f *flow.Flow, in *Order) *int {
		count := flow.Var(f, "n", 0)
		late := flow.NewTail(f, "late", func(e *flow.Caught) { flow.Rethrow(f, "Late", e) })
		flow.While(f, "More?", flow.Less(count, &in.Items), func() {
			paid := flow.Task(f, "Pay", Pay, in, flow.Catch(flow.AnyError, late.Go))
			flow.Assign(f, "Count", flow.Set(count, flow.Add(f, count, new(1))))
			flow.Wait(f, fmt.Sprint("After ", "it"), time.Second)
			flow.Task(f, "Tell", Tell, paid)
		})
		return count
	})
	two := flow.Standard("Twin", twin)
	if d := cmp.Diff(string(asl.Print(build(t, one))), string(asl.Print(build(t, two)))); d != "" {
		t.Errorf("(-one +two):\n%s", d)
	}
	for range 5 {
		if d := cmp.Diff(string(asl.Print(build(t, two))), string(asl.Print(build(t, flow.Standard("Twin", twin))))); d != "" {
			t.Errorf("two builds (-one +two):\n%s", d)
		}
	}
	if strings.Contains(string(asl.Print(build(t, two))), "twin") {
		t.Error("a name of Go is in the document")
	}
}

func twin(g *flow.Flow, o *Order) *int {
	n, giveUp := flow.Var(g, "n", 0), flow.NewTail(g, "late", func(err *flow.Caught) { flow.Rethrow(g, "Late", err) })
	flow.While(g, "More?", flow.Less(n, &o.Items), func() { twinTurn(g, o, n, giveUp) })
	return n
}

func twinTurn(g *flow.Flow, o *Order, n *int, giveUp *flow.Tail[flow.Caught]) {
	r := flow.Task(g, "Pay", Pay, o, flow.Catch(flow.AnyError, giveUp.Go))
	add(g, "Count", n)
	flow.Wait(g, "After it", time.Second)
	flow.Task(g, "Tell", Tell, r)
}
