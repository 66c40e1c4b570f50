package web_test

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/web"
)

type (
	Order struct {
		ID    string   `json:"id"`
		Note  *string  `json:"note,omitempty"`
		Items []string `json:"items"`
	}
	Quote struct {
		Carrier string  `json:"carrier"`
		Price   float64 `json:"price"`
	}
)

// CarrierAPI is where parcels are given.
var CarrierAPI = web.ConnectionOf("CarrierAPI")

// show prints the state of a workflow.
func show(w flow.Workflow, state string) {
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get(state)))
}

func ExampleDo() {
	show(flow.Standard("Example", func(f *flow.Flow, o *Order) *float64 {
		quote := web.Do(f, "Ask the carrier", web.Request{
			Connection: CarrierAPI, Method: "POST", URL: new("https://api.carrier.example/quotes"),
			Headers: map[string]*string{"X-Order": &o.ID}, Body: o,
		}, Quote{}, flow.Retry(web.Busy, flow.Backoff{Attempts: 3}))
		return &quote.ResponseBody.Price
	}), "Ask the carrier")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::http:invoke","Arguments":{"ApiEndpoint":"https://api.carrier.example/quotes","Method":"POST","InvocationConfig":{"ConnectionArn":"${CarrierAPI}"},"Headers":{"X-Order":"{% $states.context.Execution.Input.id %}"},"RequestBody":"{% $states.context.Execution.Input %}"},"Retry":[{"ErrorEquals":["States.Http.StatusCode.408","States.Http.StatusCode.425","States.Http.StatusCode.429","States.Http.StatusCode.500","States.Http.StatusCode.502","States.Http.StatusCode.503","States.Http.StatusCode.504","States.Http.Socket"],"MaxAttempts":3}],"Output":"{% $states.result.ResponseBody.price %}","End":true}
}

func ExampleDo_query() {
	show(flow.Standard("Example", func(f *flow.Flow, o *Order) *web.Response[[]Quote] {
		return web.Do(f, "Find quotes", web.Request{
			Connection: CarrierAPI, Method: "GET", URL: flow.Text(f, "https://api.carrier.example/orders/", web.PathEscape(f, &o.ID), "/quotes"),
			Query: map[string]*string{"sort": new("price"), "note": o.Note}, Lists: map[string]*[]string{"item": &o.Items},
		}, []Quote{})
	}), "Find quotes")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::http:invoke","Arguments":{"ApiEndpoint":"{% \"https://api.carrier.example/orders/\" & $encodeUrlComponent($states.context.Execution.Input.id) & \"/quotes\" %}","Method":"GET","InvocationConfig":{"ConnectionArn":"${CarrierAPI}"},"QueryParameters":"{% {\"note\": $states.context.Execution.Input.note != null ? $states.context.Execution.Input.note, \"sort\": \"price\", \"item\": $states.context.Execution.Input.items} %}"},"Output":"{% $states.result %}","End":true}
}

func ExampleForm() {
	show(flow.Standard("Example", func(f *flow.Flow, o *Order) *string {
		answer := web.Do(f, "Send the form", web.Request{
			Connection: CarrierAPI, Method: "POST", URL: new("https://api.carrier.example/form"),
			Body: map[string]any{"order": &o.ID, "item": &o.Items}, Form: &web.Form{Lists: web.Repeat},
		}, "")
		return &answer.ResponseBody
	}), "Send the form")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::http:invoke","Arguments":{"ApiEndpoint":"https://api.carrier.example/form","Method":"POST","InvocationConfig":{"ConnectionArn":"${CarrierAPI}"},"Headers":{"Content-Type":"application/x-www-form-urlencoded"},"RequestBody":{"item":"{% $states.context.Execution.Input.items %}","order":"{% $states.context.Execution.Input.id %}"},"Transform":{"RequestBodyEncoding":"URL_ENCODED","RequestEncodingOptions":{"ArrayFormat":"REPEAT"}}},"Output":"{% $states.result.ResponseBody %}","End":true}
}
