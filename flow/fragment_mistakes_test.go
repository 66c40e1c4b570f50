package flow_test

import (
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
)

func failTail(f *flow.Flow) *flow.Tail[flow.Caught] {
	return flow.NewTail(f, "failure", func(e *flow.Caught) { flow.Rethrow(f, "Failed", e) })
}

func rest(f *flow.Flow) { flow.Wait(f, "Rest", time.Second) }

// fragmentMistakes are those that can be made with Named, Saga and Raw.
var fragmentMistakes = map[string]mistake[Order]{
	"a fragment without a name": {"state-name", func(f *flow.Flow, o *Order) *Order {
		rest(flow.Named(f, ""))
		return o
	}},
	"a fragment used twice": {"duplicate-state", func(f *flow.Flow, o *Order) *Order {
		rest(f)
		rest(f)
		return o
	}},
	"a fragment whose names become too long": {"state-name", func(f *flow.Flow, o *Order) *Order {
		g := flow.Named(flow.Named(f, "The first of two fragments with long names"), "The second, inside of it")
		flow.Wait(g, "A state with a name", time.Second)
		return o
	}},
	"a saga without an end": {"nil-argument", func(f *flow.Flow, o *Order) *Order {
		saga := flow.NewSaga(f, nil)
		flow.Task(f, "Pay", Pay, o, saga.Guard())
		return o
	}},
	"an Undo that nothing guarded follows": {"unreachable-state", func(f *flow.Flow, o *Order) *Order {
		saga := flow.NewSaga(f, failTail(f))
		paid := flow.Task(f, "Pay", Pay, o, saga.Guard())
		saga.Undo(func() { flow.Task(f, "Give back", GiveBack, paid) })
		flow.Task(f, "Ship", Ship, o)
		return o
	}},
	"an Undo that ends the flow": {"undo-ends", func(f *flow.Flow, o *Order) *Order {
		saga := flow.NewSaga(f, failTail(f))
		flow.Task(f, "Pay", Pay, o, saga.Guard())
		saga.Undo(func() { flow.Fail(f, "Cannot give back", "NotGivenBack") })
		flow.Task(f, "Ship", Ship, o, saga.Guard())
		return o
	}},
	"an Undo of what only one arm did": {"undo-unsure", func(f *flow.Flow, o *Order) *Order {
		saga := flow.NewSaga(f, failTail(f))
		flow.Choice(f, "Express?").When(flow.True(&o.Express), func() {
			flow.Task(f, "Pay", Pay, o, saga.Guard())
			saga.Undo(func() { flow.Task(f, "Release stock", Reserve, o) })
		})
		flow.Task(f, "Ship", Ship, o, saga.Guard())
		return o
	}},
	"an Undo in a loop": {"undo-in-loop", func(f *flow.Flow, o *Order) *Order {
		saga, n := flow.NewSaga(f, failTail(f)), flow.Var(f, "n", 0)
		flow.While(f, "More?", flow.Less(n, &o.Items), func() {
			stock := flow.Task(f, "Reserve one", Reserve, o, saga.Guard())
			saga.Undo(func() { flow.Task(f, "Release one", Release, stock) })
			flow.Assign(f, "Count", flow.Set(n, flow.Add(f, n, new(1))))
		})
		flow.Task(f, "Ship", Ship, o, saga.Guard())
		return o
	}},
	"an Undo in a branch": {"outer-flow", func(f *flow.Flow, o *Order) *Order {
		saga := flow.NewSaga(f, failTail(f))
		flow.Try(f, "Both", func(f *flow.Flow) *Stock {
			stock := flow.Task(f, "Reserve stock", Reserve, o)
			saga.Undo(func() { flow.Task(f, "Release stock", Release, stock) })
			return stock
		}, saga.Guard())
		return o
	}},
	"a step in a branch that is guarded from outside": {"jump-out", func(f *flow.Flow, o *Order) *Order {
		saga := flow.NewSaga(f, failTail(f))
		flow.Task(f, "Pay", Pay, o, saga.Guard())
		flow.Try(f, "Ship it", func(f *flow.Flow) *Stock { return flow.Task(f, "Ship", Ship, o, saga.Guard()) })
		return o
	}},
	"a raw state with its own Next": {"raw-state", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Rest", object{"Type": "Wait", "Seconds": 5, "Next": "Done"})
		return o
	}},
	"a raw state with its own Catch": {"raw-state", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Rest", &asl.Parallel{Errors: asl.Errors{Catch: []asl.Catcher{{ErrorEquals: flow.AnyError, Next: "Done"}}}})
		return o
	}},
	"a raw Choice": {"raw-state", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Which?", object{"Type": "Choice", "Default": "Done"})
		return o
	}},
	"a raw state that is a text": {"raw-state", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Rest", "Wait")
		return o
	}},
	"no raw state": {"raw-state", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Rest", (*asl.Wait)(nil))
		return o
	}},
	"a raw Wait with options": {"raw-state", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Rest", object{"Type": "Wait", "Seconds": 5}, flow.Retry(flow.AnyError, flow.Backoff{}))
		return o
	}},
	"a raw state with a misspelt member": {"unknown-field", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Rest", object{"Type": "Wait", "Second": 5})
		return o
	}},
	"a raw state without a type": {"missing-field", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Rest", object{"Seconds": 5})
		return o
	}},
	"a raw state in JSONPath": {"wrong-language", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Rest", object{"Type": "Wait", "SecondsPath": "$.items"})
		return o
	}},
	"a raw Task of an unknown service": {"unknown-resource", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Look", object{"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s4:headObject"})
		return o
	}},
	"a Task of an unknown service inside of a raw state": {"unknown-resource", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Both", object{"Type": "Parallel", "Branches": []object{{
			"StartAt": "Look", "States": object{"Look": object{"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s4:headObject", "End": true}},
		}}})
		return o
	}},
	"broken JSONata in a raw state": {"jsonata-syntax", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Rest", object{"Type": "Wait", "Seconds": "{% 5 + %}"})
		return o
	}},
	"the name of a variable in a raw state": {"jsonata-variable", func(f *flow.Flow, o *Order) *Order {
		pause := flow.Let(f, "pause", &o.Items)
		flow.WaitSeconds(f, "Rest", pause)
		flow.Raw[any](f, "Rest again", object{"Type": "Wait", "Seconds": "{% $pause %}"})
		return o
	}},
	"a raw state that assigns a function": {"raw-state", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "Count", object{"Type": "Pass", "Assign": object{"count": &o.Items}})
		flow.Wait(f, "Rest", time.Second)
		return o
	}},
	"a value of the workflow in a raw distributed Map": {"raw-state", func(f *flow.Flow, o *Order) *Order {
		flow.Raw[any](f, "All", object{"Type": "Map", "Items": []int{1}, "ItemProcessor": object{
			"ProcessorConfig": object{"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"}, "StartAt": "One",
			"States": object{"One": object{"Type": "Pass", "Output": flow.Text(f, "order ", &o.ID), "End": true}},
		}})
		return o
	}},
	"one name for a state and one inside of a raw state": {"duplicate-state", func(f *flow.Flow, o *Order) *Order {
		flow.Wait(f, "One", time.Second)
		flow.Raw[any](f, "Both", object{"Type": "Parallel", "Branches": []object{{
			"StartAt": "One", "States": object{"One": object{"Type": "Succeed"}},
		}}})
		return o
	}},
}

func TestFragmentMistakes(t *testing.T) {
	t.Parallel()
	build := func(body func(*flow.Flow, *Order) *Order) (*asl.Machine, diag.List) {
		return flow.Standard("Mistake", body).Build()
	}
	testMistakes(t, fragmentMistakes, "flow/fragment_mistakes_test.go", "testdata/fragment_mistakes.golden", build)
}
