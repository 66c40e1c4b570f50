package synth

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwright/stepwright/cdk"
)

const small = `{"QueryLanguage": "JSONata", "StartAt": "Put", "States": {
	"Put": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Arguments": {"TableName": "${Photos}", "Item": {}}, "End": true}}}`

// mistakenStacks make one mistake after the other. None may panic, and all must be told.
func mistakenStacks(app *cdk.App) {
	stack := app.Stack("Mistakes")
	awssqs.NewQueue(app.Stack("Mistakes"), jsii.String("Queue"), nil) // goes on
	queue := awssqs.NewQueue(stack, jsii.String("Queue"), nil)
	main := cdk.Handlers{Main: "./lambdas/imagetagging/main"}
	bind := cdk.Bind{"Photos": "arn:aws:dynamodb:eu-west-1:123456789012:table/photos"}

	cdk.NewWorkflow(stack, "Nothing", cdk.WorkflowProps{})
	cdk.NewWorkflow(stack, "Unbound", cdk.WorkflowProps{Workflow: document{name: "Unbound", src: small}, Bind: cdk.Bind{"Photo": "photos"}})
	cdk.NewWorkflow(stack, "Odd", cdk.WorkflowProps{Workflow: document{name: "Odd", src: small}, Bind: cdk.Bind{"Photos": 7}})
	cdk.NewWorkflow(stack, "Broken", cdk.WorkflowProps{Workflow: document{name: "Broken", src: `{"StartAt": "A", "States": {"A": {"Type": "Tusk"}}}`}})
	cdk.NewWorkflow(stack, "Ungranted", cdk.WorkflowProps{Workflow: document{name: "Ungranted", src: `{"QueryLanguage": "JSONata", "StartAt": "Head", "States": {
		"Head": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:headObject", "Arguments": {"Bucket": "{% $b %}", "Key": "k"}, "End": true}}}`}})
	cdk.NewWorkflow(stack, "Homeless", cdk.WorkflowProps{Workflow: document{name: "Homeless", src: small, handlers: handlers}, Bind: bind})
	cdk.NewWorkflow(stack, "Elsewhere", cdk.WorkflowProps{
		Workflow: document{name: "Elsewhere", src: small, handlers: handlers}, Bind: bind, Handlers: cdk.Handlers{Main: "example.com/else/main"},
	})
	cdk.NewWorkflow(stack, "Stranger", cdk.WorkflowProps{
		Workflow: document{name: "Stranger", src: small, handlers: handlers}, Bind: bind,
		Handlers: cdk.Handlers{Main: main.Main, Each: []cdk.Handler{{Func: other}}},
	})
	cdk.NewWorkflow(stack, "Slow", cdk.WorkflowProps{
		Workflow: document{name: "Slow", src: small, handlers: handlers}, Bind: bind,
		Handlers: cdk.Handlers{Main: main.Main, Timeout: time.Hour},
	})
	cdk.NewWorkflow(stack, "Twice", cdk.WorkflowProps{Workflow: document{name: "Twice", src: small}, Bind: bind})
	cdk.NewWorkflow(stack, "Queue", cdk.WorkflowProps{Workflow: document{name: "Taken", src: small}, Bind: bind})
	cdk.NewWorkflow(stack, "Token", cdk.WorkflowProps{Workflow: document{name: "Token", src: strings.Replace(small, "${Photos}", *queue.QueueName(), 1)}})
	cdk.NewWorkflow(stack, "Huge", cdk.WorkflowProps{Workflow: document{name: "Huge", src: strings.Replace(small, "putItem", "putItem\", \"Comment\": \""+strings.Repeat("x", 400_000), 1)}, Bind: bind})
	failed := cdk.NewWorkflow(stack, "Failed", cdk.WorkflowProps{})
	queue.GrantSendMessages(failed) // goes on
	cdk.NewRule(stack, "Empty", cdk.RuleProps{})
	cdk.NewRule(stack, "Useless", cdk.RuleProps{On: cdk.ObjectCreated(7), Start: failed})
	cdk.NewFailuresAlarm(stack, "Always", failed, 200)
	cdk.NewNotEmptyAlarm(stack, "Nowhere", nil)
}

func TestMistakesAreTold(t *testing.T) {
	if mistake == nil {
		t.Fatal("Synth found no mistake")
	}
	text := mistake.Error()
	for _, want := range []string{
		"mistake_test.go:25: WorkflowProps has no Workflow",
		`workflow Unbound: nothing is bound to ${Photos}; did you mean "Photo"?`,
		`workflow Unbound: "Photo" is bound, but the document has no ${Photo}; did you mean "Photos"?`,
		`cannot bind "Photos": a int has no name, URL or ARN that we know`,
		`state "A": `,
		`state "Head": s3:headObject needs s3:GetObject, but Bucket is only known when the workflow runs [needs-grant]; grant it`,
		"handlers have no Main",
		`main package "example.com/else/main" is not in module github.com/stepwright/stepwright`,
		"entry 1 of Handlers.Each is for synth.other, which the workflow does not call; it calls Label, Resize",
		"handler Label may run for 1h0m0s; Lambda takes whole seconds up to 15 minutes",
		"There is already a Construct with name 'Queue' in Stack [Mistakes]",
		"workflow Token has a token of the CDK in its document",
		"the document of workflow Huge has 400",
		"mistake_test.go:20: There is already a Construct with name 'Mistakes' in App",
		`rule "Empty" needs both On and Start`,
		`alarm "Always" rings at more than 200 percent`,
		`alarm "Nowhere" has no queue`,
	} {
		if !strings.Contains(text, want) {
			t.Errorf("the error lacks %q", want)
		}
	}
	if strings.Contains(text, "Twice") {
		t.Error("the error speaks of Twice, which has no mistake")
	}
	if t.Failed() {
		t.Logf("the error:\n%s", text)
	}
}

func TestNilScope(t *testing.T) {
	defer func() {
		if r := recover(); r == nil || !strings.Contains(r.(string), `the scope of "X" is nil`) {
			t.Errorf("got %v", r)
		}
	}()
	cdk.NewWorkflow(nil, "X", cdk.WorkflowProps{})
}
