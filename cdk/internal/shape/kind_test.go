package shape

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/events"
	"github.com/stepwright/stepwright/flow/lambda"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/states"
	"github.com/stepwright/stepwright/flow/web"
	"github.com/stepwright/stepwright/policy"
)

type (
	imported    struct{}
	bus         struct{}
	activity    struct{}
	connection  struct{}
	role        struct{}
	cluster     struct{}
	jobQueue    struct{}
	jobDef      struct{}
	taskDef     struct{}
	secret      struct{}
	stream      struct{}
	application struct{}
)

func (imported) StateMachineArn() *string  { return new("arn:imported") }
func (bus) EventBusName() *string          { return new("shop") }
func (bus) EventBusArn() *string           { return new("arn:bus") }
func (activity) ActivityArn() *string      { return new("arn:activity") }
func (connection) ConnectionArn() *string  { return new("arn:connection") }
func (role) RoleArn() *string              { return new("arn:role") }
func (cluster) ClusterArn() *string        { return new("arn:cluster") }
func (jobQueue) JobQueueArn() *string      { return new("arn:jobqueue") }
func (jobDef) JobDefinitionArn() *string   { return new("arn:jobdef") }
func (taskDef) TaskDefinitionArn() *string { return new("arn:taskdef") }
func (secret) SecretArn() *string          { return new("arn:secret") }
func (stream) StreamName() *string         { return new("stream") }
func (stream) StreamArn() *string          { return new("arn:stream") }

// constructs has one of every kind that package flow knows, and of others.
var constructs = map[string]any{
	flow.KindActivity: activity{}, flow.KindBucket: bucket{}, flow.KindBus: bus{}, flow.KindCluster: cluster{}, flow.KindConnection: connection{},
	flow.KindFunction: &fn{}, flow.KindJobDefinition: jobDef{}, flow.KindJobQueue: jobQueue{}, flow.KindQueue: queue{}, flow.KindRole: role{},
	flow.KindTable: table{}, flow.KindTaskDefinition: taskDef{}, flow.KindTopic: topic{}, flow.KindWorkflow: machine{},
	kindSecret: secret{}, kindStream: stream{},
}

// TestFit binds every construct to every kind of resource.
func TestFit(t *testing.T) {
	t.Parallel()
	for bound, c := range constructs {
		found, err := Recognise(c)
		if err != nil || found.Kind != bound || found.ARN == "" {
			t.Errorf("%s: got %+v, %v", bound, found, err)
		}
		for declared := range constructs {
			problems := Bindings{"X": found}.Fit([]flow.Resource{{Kind: declared, Name: "X"}, {Kind: declared, Name: "X", Attribute: "Arn"}})
			if want := bound != declared; (len(problems) == 1) != want || len(problems) > 1 {
				t.Errorf("%s bound to %s: %q", bound, declared, problems)
			}
		}
		if got := (Bindings{"X": found}).Fit([]flow.Resource{flow.Parameter("X")}); got != nil {
			t.Errorf("a %s as a parameter: %q", bound, got)
		}
	}
	text, err := Recognise("https://sqs.eu-west-1.amazonaws.com/123456789012/jobs")
	if err != nil {
		t.Fatal(err)
	}
	if got := (Bindings{"X": text}).Fit([]flow.Resource{{Kind: flow.KindQueue, Name: "X"}, {Kind: flow.KindTable, Name: "Y"}}); got != nil {
		t.Errorf("text as a queue: %q", got)
	}
	if got, err := Recognise(imported{}); err != nil || got.Kind != flow.KindWorkflow || got.Name != "" {
		t.Errorf("an imported machine: %+v, %v", got, err)
	}
	if _, err := Recognise(application{}); err == nil {
		t.Error("an application is recognised")
	}
	want := []string{"${Approvals} is a queue, but an event bus is bound to it; bind a queue, or its text"}
	shop, _ := Recognise(bus{})
	if d := cmp.Diff(want, Bindings{"Approvals": shop}.Fit([]flow.Resource{{Kind: flow.KindQueue, Name: "Approvals"}})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

type order struct {
	ID string `json:"id"`
}

// everything uses a resource of each kind that messages, children and requests have.
var everything = flow.Standard("Everything", func(f *flow.Flow, o *order) *order {
	child := flow.Standard("Child", func(_ *flow.Flow, o *order) *order { return o })
	quick := flow.Express("Quick", func(_ *flow.Flow, o *order) *order { return o })
	states.Run(f, "Run", child, nil, o)
	states.Call(f, "Call", quick, o)
	states.Ask(f, "Inspect", states.ActivityOf[order, order]("Inspection"), o)
	sqs.Send(f, "Send", sqs.QueueOf[order]("Jobs"), o)
	events.Put(f, "Tell", events.BusOf("Shop"), "shop.orders", "Order paid", o)
	lambda.Invoke(f, "Invoke", lambda.FunctionOf[order, run.None]("Legacy"), o)
	web.Do(f, "Ask", web.Request{
		Connection: web.ConnectionOf("Carrier"), Method: "GET", URL: flow.Text(f, flow.Parameter("CarrierURL"), "/orders/", web.PathEscape(f, &o.ID)),
	}, order{})
	return o
})

// TestEverythingBinds derives the policy of a workflow and writes it with constructs bound to every name.
func TestEverythingBinds(t *testing.T) {
	t.Parallel()
	m, problems := everything.Build()
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	bindings := Bindings{}
	for name, c := range map[string]any{
		"Child": machine{}, "Quick": machine{}, "Inspection": activity{}, "Jobs": queue{}, "Shop": bus{}, "Legacy": &fn{}, "Carrier": connection{},
		"CarrierURL": "https://carrier.example",
	} {
		found, err := Recognise(c)
		if err != nil {
			t.Fatal(err)
		}
		bindings[name] = found
	}
	if got := bindings.Fit(everything.Resources()); got != nil {
		t.Errorf("problems %q", got)
	}
	values, unbound := bindings.Substitutions(string(asl.Print(m)))
	if len(unbound) > 0 || values["Jobs"] != "https://queue" || values["Inspection"] != "arn:activity" || values["Shop"] != "shop" || values["CarrierURL"] != "https://carrier.example" {
		t.Errorf("values %v, unbound %q", values, unbound)
	}
	derived := policy.Derive(m, policy.Options{Activities: Activities(everything.Resources())})
	names := Names{Bindings: bindings, Partition: "aws", Region: "r", Account: "1", Self: Binding{ARN: "arn:self", Name: "self"}}
	var got []string
	for _, s := range append(derived.Statements, derived.Self...) {
		written, err := names.statement(s)
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, strings.Join(s.Actions, " ")+" | "+toText(t, written["Resource"])+toText(t, written["Condition"]))
	}
	want := []string{
		`events:DescribeRule events:PutRule events:PutTargets | "arn:aws:events:r:1:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule"`,
		`events:PutEvents | "arn:bus"`,
		`events:RetrieveConnectionCredentials | "arn:connection"`,
		`lambda:InvokeFunction | ["arn:fn","arn:fn:*"]`,
		`secretsmanager:DescribeSecret secretsmanager:GetSecretValue | "arn:aws:secretsmanager:r:1:secret:events!connection/*"`,
		`sqs:SendMessage | "arn:queue"`,
		`states:DescribeExecution states:StopExecution | "arn:aws:states:r:1:execution:machine:*"`,
		`states:StartExecution | "arn:machine"`,
		`states:StartSyncExecution | "arn:machine"`,
		`states:InvokeHTTPEndpoint | "arn:self"{"StringEquals":{"states:HTTPMethod":"GET"},"StringLike":{"states:HTTPEndpoint":"https://carrier.example/orders/*"}}`,
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, n := range derived.Needs {
		t.Errorf("needs %+v", n)
	}
}

func toText(t *testing.T, v any) string {
	t.Helper()
	if v == nil {
		return ""
	}
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
