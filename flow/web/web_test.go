package web_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/web"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
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

// Ship asks a carrier, and goes by post where that is of no use.
var Ship = flow.Express("Ship", func(f *flow.Flow, o *Order) *Quote {
	quote := flow.Choose[Quote](f, "Anything to ship?").
		When(flow.Below(flow.Count(f, &o.Items), 1), func() *Quote { return &Quote{Carrier: "nobody"} }).
		Otherwise(func() *Quote {
			answer := web.Do(f, "Ask the carrier", web.Request{
				Connection: CarrierAPI, Method: "POST", URL: flow.Text(f, "https://api.carrier.example/orders/", web.PathEscape(f, &o.ID)),
				Query: map[string]*string{"note": o.Note, "fast": new("yes")}, Lists: map[string]*[]string{"item": &o.Items},
				Headers: map[string]*string{"X-Note": o.Note}, Body: map[string]any{"order": &o.ID, "note": o.Note},
			}, Quote{}, flow.Retry(web.Busy, flow.Backoff{Attempts: 2}))
			q := &answer.ResponseBody
			flow.Rescue(f, answer, web.Status("404", "410"), func(*flow.Caught) *web.Response[Quote] {
				return &web.Response[Quote]{StatusCode: 404, ResponseBody: Quote{Carrier: "post", Price: 4.9}}
			})
			return q
		})
	return quote
})

// answer is what the HTTP task gives.
func answer(body string) value.Value {
	return value.MustParse(`{"StatusCode": 200, "StatusText": "OK", "Headers": {"content-type": ["application/json"]}, "ResponseBody": ` + body + `}`)
}

func TestShip(t *testing.T) {
	t.Parallel()
	golden.Equal(t, "testdata/ship.asl.json", asl.Print(build(t, Ship)))
	order := Order{ID: "a/b c", Items: []string{"x"}, Note: new("soon")}
	good := answer(`{"carrier": "bike", "price": 7.5}`)
	status := func(code string) flowtest.Error { return flowtest.Error{Name: "States.Http.StatusCode." + code} }
	for name, c := range map[string]struct {
		stub  *flowtest.Stubbed[any]
		want  Quote
		calls int
	}{
		"answered":      {flowtest.State("Ask the carrier", good), Quote{"bike", 7.5}, 1},
		"busy at first": {flowtest.StateFails("Ask the carrier", status("429")).ThenFails(flowtest.Error{Name: "States.Http.Socket"}).Then(good), Quote{"bike", 7.5}, 3},
		"not there":     {flowtest.StateFails("Ask the carrier", status("404")), Quote{"post", 4.9}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := flowtest.Run(t, Ship, order, c.stub)
			var got Quote
			r.Output(&got)
			if got != c.want || len(r.Calls("Ask the carrier")) != c.calls {
				t.Errorf("got %v after %d calls, want %v after %d", got, len(r.Calls("Ask the carrier")), c.want, c.calls)
			}
		})
	}
	flowtest.Run(t, Ship, order, flowtest.StateFails("Ask the carrier", status("400"))).FailsWith("States.Http.StatusCode.400")
	const around = `"Method":"POST","InvocationConfig":{"ConnectionArn":"${CarrierAPI}"}`
	for note, want := range map[*string]string{
		order.Note: `{"ApiEndpoint":"https://api.carrier.example/orders/a%2Fb%20c",` + around + `,"Headers":{"X-Note":"soon"},"QueryParameters":{"fast":"yes","note":"soon","item":["x"]},"RequestBody":{"note":"soon","order":"a/b c"}}`,
		nil:        `{"ApiEndpoint":"https://api.carrier.example/orders/a%2Fb%20c",` + around + `,"Headers":{},"QueryParameters":{"fast":"yes","item":["x"]},"RequestBody":{"order":"a/b c"}}`,
	} {
		order.Note = note
		r := flowtest.Run(t, Ship, order, flowtest.State("Ask the carrier", good))
		if d := cmp.Diff(want, r.Calls("Ask the carrier")[0].String()); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

// TestResponse reads every part of an answer.
func TestResponse(t *testing.T) {
	t.Parallel()
	type output struct {
		Code, Count int
		Text, Body  string
		Type        string
	}
	w := flow.Standard("Read", func(f *flow.Flow, _ *Order) *output {
		a := web.Do(f, "Ask", web.Request{Connection: CarrierAPI, Method: "GET", URL: new("https://api.carrier.example/")}, "")
		out := &output{}
		types := flow.OrElse(f, flow.Key(f, &a.Headers, new("content-type")), &[]string{""})
		return flow.Fill(f, out, flow.Set(&out.Code, &a.StatusCode), flow.Set(&out.Text, &a.StatusText), flow.Set(&out.Body, &a.ResponseBody),
			flow.Set(&out.Count, flow.Count(f, types)), flow.Set(&out.Type, flow.OrElse(f, flow.At(f, types, new(0)), new(""))))
	})
	build(t, w)
	var got output
	flowtest.Run(t, w, Order{}, flowtest.State("Ask", answer(`"hello"`))).Output(&got)
	if d := cmp.Diff(output{200, 1, "OK", "hello", "application/json"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestStatus(t *testing.T) {
	t.Parallel()
	if d := cmp.Diff(flow.Errors{"States.Http.StatusCode.404", "States.Http.StatusCode.410"}, web.Status("404", "410")); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
