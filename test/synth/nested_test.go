package synth

import (
	"strings"
	"testing"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsevents"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsstepfunctions"
	"github.com/aws/jsii-runtime-go"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/cdk"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/events"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/states"
	"github.com/stepwright/stepwright/flow/web"
)

type (
	order struct {
		ID string `json:"id"`
	}
	question struct {
		ID    string           `json:"id"`
		Token run.Token[order] `json:"token"`
	}
)

var (
	pack    = flow.Standard("Pack", func(_ *flow.Flow, o *order) *order { return o })
	score   = flow.Express("Score", func(_ *flow.Flow, o *order) *order { return o })
	archive = flow.Standard("Archive", func(f *flow.Flow, q *question) *order {
		o := &order{}
		states.Answer(f, "Done", &q.Token, flow.Fill(f, o, flow.Set(&o.ID, &q.ID)))
		return o
	})
	elsewhere  = flow.Standard("Elsewhere", func(_ *flow.Flow, o *order) *order { return o })
	jobs       = sqs.QueueOf[order]("Jobs")
	shop       = events.BusOf("Shop")
	carrier    = web.ConnectionOf("Carrier")
	inspection = states.ActivityOf[order, order]("Inspection")
)

// nested starts children in every way, and works with what messages and requests need.
var nested = flow.Standard("Nested", func(f *flow.Flow, o *order) *order {
	states.Run(f, "Pack", pack, nil, o)
	states.Call(f, "Score", score, o)
	states.Run(f, "Elsewhere", elsewhere, nil, o)
	states.StartAwait(f, "Archive", archive, nil, func(token *run.Token[order]) *question {
		q := &question{}
		return flow.Fill(f, q, flow.Set(&q.ID, &o.ID), flow.Set(&q.Token, token))
	})
	states.Ask(f, "Inspect", inspection, o)
	sqs.Send(f, "Send", jobs, o)
	events.Put(f, "Tell", shop, "shop.orders", "Order paid", o)
	web.Do(f, "Ask", web.Request{Connection: carrier, Method: "GET", URL: flow.Text(f, "https://carrier.example/orders/", web.PathEscape(f, &o.ID))}, order{})
	return o
})

const foreign = "arn:aws:states:eu-west-1:123456789012:stateMachine:elsewhere"

// nestedStack binds workflows to workflows, and the AWS library's constructs to the rest.
func nestedStack(stack awscdk.Stack) {
	connection := awsevents.NewConnection(stack, jsii.String("Carrier"), &awsevents.ConnectionProps{
		Authorization: awsevents.Authorization_Basic(jsii.String("us"), awscdk.SecretValue_SecretsManager(jsii.String("carrier"), nil)),
	})
	bind := cdk.Bind{
		"Pack":       cdk.NewWorkflow(stack, "Pack", cdk.WorkflowProps{Workflow: pack}),
		"Score":      cdk.NewWorkflow(stack, "Score", cdk.WorkflowProps{Workflow: score}),
		"Archive":    cdk.NewWorkflow(stack, "Archive", cdk.WorkflowProps{Workflow: archive}),
		"Elsewhere":  awsstepfunctions.StateMachine_FromStateMachineArn(stack, jsii.String("Elsewhere"), jsii.String(foreign)),
		"Inspection": awsstepfunctions.NewActivity(stack, jsii.String("Inspection"), nil),
		"Jobs":       awssqs.NewQueue(stack, jsii.String("Jobs"), &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_SQS_MANAGED}),
		"Shop":       awsevents.NewEventBus(stack, jsii.String("Shop"), nil),
		"Carrier":    connection,
	}
	cdk.NewWorkflow(stack, "Nested", cdk.WorkflowProps{Workflow: nested, Bind: bind})
}

// misboundStack binds constructs of other kinds than the workflow declares.
func misboundStack(stack awscdk.Stack) {
	topic := awssns.NewTopic(stack, jsii.String("Topic"), nil)
	cdk.NewWorkflow(stack, "Misbound", cdk.WorkflowProps{
		Workflow: flow.Standard("Misbound", func(f *flow.Flow, o *order) *order {
			sqs.Send(f, "Send", jobs, o)
			states.Ask(f, "Inspect", inspection, o)
			return states.Run(f, "Pack", pack, nil, o)
		}),
		Bind: cdk.Bind{"Jobs": topic, "Inspection": topic, "Pack": cdk.NewWorkflow(stack, "Other", cdk.WorkflowProps{Workflow: score})},
	})
}

func TestMisbound(t *testing.T) {
	for _, want := range []string{
		"nested_test.go:N: workflow Misbound: ${Jobs} is a queue, but a topic is bound to it; bind a queue, or its text",
		"nested_test.go:N: workflow Misbound: ${Inspection} is an activity, but a topic is bound to it; bind an activity, or its text",
		`nested_test.go:N: workflow Misbound: "Pack" is bound to the construct of workflow Score; bind that of Pack`,
	} {
		if text := lines.ReplaceAllString(mistake.Error(), ".go:N:"); !strings.Contains(text, want) {
			t.Errorf("the error lacks %q:\n%s", want, text)
		}
	}
}

// TestNestedPolicy reads the statements that the parent's role has got.
func TestNestedPolicy(t *testing.T) {
	template := trial.templates["Nested"]
	child, _ := one(t, template, "AWS::StepFunctions::StateMachine", "Pack")
	_, policy := one(t, template, "AWS::IAM::Policy", "NestedPolicy")
	resolved, err := template.Resolve(policy.Properties["PolicyDocument"])
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]any{}
	for _, s := range resolved.(map[string]any)["Statement"].([]any) {
		m := s.(map[string]any)
		for _, a := range list(m["Action"]) {
			got[a.(string)] = m["Resource"]
		}
	}
	const here = "arn:aws:states:eu-west-1:123456789012:"
	for action, want := range map[string]any{
		"states:DescribeExecution": []any{here + "execution:elsewhere:*", here + "execution:" + child + ":*"},
		"events:PutRule":           "arn:aws:events:eu-west-1:123456789012:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
	} {
		if d := cmp.Diff(want, got[action]); d != "" {
			t.Errorf("%s (-want +got):\n%s", action, d)
		}
	}
	for _, action := range []string{"states:StartExecution", "states:StartSyncExecution", "sqs:SendMessage", "events:PutEvents", "events:RetrieveConnectionCredentials", "secretsmanager:GetSecretValue"} {
		if got[action] == nil {
			t.Errorf("%s is not allowed", action)
		}
	}
	if got["lambda:InvokeFunction"] != nil {
		t.Error("an activity is taken for a function")
	}
}

func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}
