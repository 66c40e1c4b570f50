package flow_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

type object = map[string]any

type RawWait struct {
	Type    string
	Comment string
	Seconds *int
}

type RawHead struct {
	Length int `json:"length"`
}

var raws = map[string]flow.Workflow{
	"raw-task": order(func(f *flow.Flow, o *Order) *string {
		h := flow.Raw[RawHead](f, "Look", object{
			"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:headObject",
			"Arguments": object{"Bucket": "photos", "Key": &o.ID, "Range": flow.Text(f, "bytes=0-", &o.Items)},
			"Output":    object{"length": "{% $states.result.ContentLength %}"},
			"Retry":     []object{{"ErrorEquals": []string{"S3.SlowDown"}, "MaxAttempts": 5}},
		}, flow.Retry(flow.AnyError, flow.Backoff{Attempts: 1}))
		flow.Rescue(f, h, flow.Errors{"S3.NoSuchKeyException"}, func(*flow.Caught) *RawHead { return &RawHead{} })
		return flow.Text(f, &h.Length, " bytes")
	}),
	"raw-struct": order(func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Rest", RawWait{Type: "Wait", Comment: "as long as there are items", Seconds: &o.Items})
		return o
	}),
	"raw-pass": order(func(f *flow.Flow, o *Order) *[]string {
		flow.Raw[any](f, "Count", object{"Type": "Pass", "Assign": object{"items": &o.Items, "label": "{% 'n' & $string($states.context.Execution.Input.items) %}"}})
		return flow.Raw[[]string](f, "Label", object{"Type": "Pass", "Output": []any{"{% $label & '!' %}", &o.ID, "{% no expression"}})
	}),
	"raw-asl": order(func(f *flow.Flow, _ *Order) *Stock {
		flow.Raw[any](f, "Rest", &asl.Wait{Seconds: value.Int(3)})
		return flow.Raw[Stock](f, "Call it", &asl.Task{Resource: "arn:aws:states:::aws-sdk:s3:headObject", Arguments: value.MustParse(`{"Key": "{% $states.context.Execution.Input.id %}"}`)})
	}),
	"raw-parallel": order(func(f *flow.Flow, o *Order) *[]int {
		n := flow.Let(f, "n", flow.Add(f, &o.Items, new(1)))
		flow.Wait(f, "Begin", 0)
		return flow.Raw[[]int](f, "Both", object{"Type": "Parallel", "Branches": []object{
			{"StartAt": "One", "States": object{"One": object{"Type": "Pass", "Output": n, "End": true}}},
			{"StartAt": "Two", "States": object{"Two": object{"Type": "Pass", "Output": "{% 2 %}", "End": true}}},
		}})
	}),
	"raw-map": order(func(f *flow.Flow, o *Order) *[]int {
		return flow.Raw[[]int](f, "Double", object{"Type": "Map", "Items": &o.Lines, "ItemProcessor": object{
			"StartAt": "Double one", "States": object{"Double one": object{"Type": "Pass", "Output": "{% $states.input.price * 2 %}", "End": true}},
		}}, flow.Catch(flow.AnyError, func(e *flow.Caught) { flow.Rethrow(f, "Failed", e) }))
	}),
	"raw-in-each": order(func(f *flow.Flow, o *Order) *[]float64 {
		return flow.Each(f, "Lines", &o.Lines, func(f *flow.Flow, l *Line) *float64 {
			r := flow.Raw[[]float64](f, "Price", object{"Type": "Parallel", "Branches": []object{
				{"StartAt": "Price of one", "States": object{"Price of one": object{"Type": "Pass", "Output": &l.Price, "End": true}}},
			}})
			return flow.OrElse(f, flow.First(f, r), new(0.0))
		})
	}),
}

func init() {
	for name, w := range raws {
		samples[name] = w
	}
}

func TestRaw(t *testing.T) {
	t.Parallel()
	const input = `{"id":"o","items":2,"lines":[{"sku":"a","price":1.5},{"sku":"b","price":2}]}`
	length := flowtest.State("Look", object{"ContentLength": 7})
	for _, c := range []struct {
		of, want string
		stub     []flowtest.Option
		took     time.Duration
	}{
		{"raw-task", `"7 bytes"`, []flowtest.Option{length}, 0},
		{"raw-task", `"0 bytes"`, []flowtest.Option{flowtest.StateFails("Look", flowtest.Error{Name: "S3.NoSuchKeyException"})}, time.Second},
		{"raw-struct", input, nil, 2 * time.Second},
		{"raw-pass", `["n2!","o","{% no expression"]`, nil, 0},
		{"raw-asl", `{"id":"s"}`, []flowtest.Option{flowtest.State("Call it", Stock{ID: "s"})}, 3 * time.Second},
		{"raw-parallel", `[3,2]`, nil, 0},
		{"raw-map", `[3,4]`, nil, 0},
		{"raw-in-each", `[1.5,2]`, nil, 0},
	} {
		t.Run(c.of+" "+c.want, func(t *testing.T) {
			t.Parallel()
			run := flowtest.Run(t, raws[c.of], value.MustParse(input), c.stub...)
			if d := cmp.Diff(c.want, outcome(run)); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if c.took != 0 && run.Took() != c.took {
				t.Errorf("it took %v, want %v", run.Took(), c.took)
			}
		})
	}
}
