package lambda_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/lambda"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
)

// build gives the document, which must be without a remark.
func build(t *testing.T, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range append(found, check.Document(d)...) {
		t.Errorf("unexpected: %s", x.Text())
	}
	return d
}

// Estimate asks the old system, and then somebody who takes his time.
var Estimate = flow.Standard("Estimate", func(f *flow.Flow, o *Order) *Price {
	price := lambda.Invoke(f, "Ask the old system", Legacy, o, lambda.Qualifier(&o.ID), flow.Retry(lambda.Retryable, flow.Backoff{Attempts: 2}),
		flow.Catch(lambda.Crashed, func(*flow.Caught) { flow.Fail(f, "Crashed", "Crashed") }))
	flow.Rescue(f, price, flow.Errors{"ValueError"}, func(*flow.Caught) *Price {
		return lambda.InvokeAwait(f, "Ask slowly", Callback, func(token *run.Token[Price]) *Question {
			q := &Question{}
			return flow.Fill(f, q, flow.Set(&q.Order, &o.ID), flow.Set(&q.Token, token))
		}, flow.Timeout(time.Hour))
	})
	lambda.InvokeAsync(f, "Tell it", Echo, &o.ID, lambda.Qualifier(new("2")))
	return price
})

func TestEstimate(t *testing.T) {
	t.Parallel()
	golden.Equal(t, "testdata/estimate.asl.json", asl.Print(build(t, Estimate)))
	fails := func(name string) *flowtest.Stubbed[any] {
		return flowtest.StateFails("Ask the old system", flowtest.Error{Name: name})
	}
	told := flowtest.State("Tell it", nil)
	later := flowtest.State("Ask slowly", Price{Amount: 8}).After(time.Minute)
	for name, c := range map[string]struct {
		old  *flowtest.Stubbed[any]
		want float64
	}{
		"answers":     {flowtest.State("Ask the old system", Price{Amount: 3}), 3},
		"is busy":     {fails("Lambda.TooManyRequestsException").ThenFails(flowtest.Error{Name: "Lambda.SdkClientException"}).Then(Price{Amount: 4}), 4},
		"refuses":     {fails("ValueError"), 8},
		"is not sure": {fails("Lambda.ServiceException").ThenFails(flowtest.Error{Name: "ValueError"}), 8},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := flowtest.Run(t, Estimate, Order{ID: "o1"}, c.old, told, later)
			var got Price
			if r.Output(&got); got.Amount != c.want {
				t.Errorf("got %v, want %v", got.Amount, c.want)
			}
			if d := cmp.Diff(`{"id":"o1"}"o1"`, r.Calls("Ask the old system")[0].String()+r.Calls("Tell it")[0].String()); d != "" {
				t.Errorf("payloads (-want +got):\n%s", d)
			}
		})
	}
	flowtest.Run(t, Estimate, Order{}, fails("Sandbox.Timedout")).FailsWith("Crashed")
	flowtest.Run(t, Estimate, Order{}, fails("KeyError")).FailsWith("KeyError")
}

func TestNoCallbackInExpress(t *testing.T) {
	t.Parallel()
	w := flow.Express("Ask", func(f *flow.Flow, _ *Order) *Price {
		return lambda.InvokeAwait(f, "Ask", Callback, func(token *run.Token[Price]) *Question {
			q := &Question{}
			return flow.Fill(f, q, flow.Set(&q.Token, token))
		})
	})
	if _, found := w.Build(); len(found) != 1 || found[0].Code != "express-callback" {
		t.Errorf("got %v", found)
	}
}
