package synth

import (
	"os"
	"os/exec"
	"regexp"
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
	taken := cdk.NewWorkflow(stack, "Queue", cdk.WorkflowProps{Workflow: document{name: "Taken", src: small}, Bind: bind})
	queue.GrantSendMessages(taken) // goes on
	cdk.NewWorkflow(stack, "Token", cdk.WorkflowProps{Workflow: document{name: "Token", src: strings.Replace(small, "${Photos}", *queue.QueueName(), 1)}})
	cdk.NewWorkflow(stack, "Huge", cdk.WorkflowProps{Workflow: document{name: "Huge", src: strings.Replace(small, "putItem", "putItem\", \"Comment\": \""+strings.Repeat("x", 400_000), 1)}, Bind: bind})
	failed := cdk.NewWorkflow(stack, "Failed", cdk.WorkflowProps{})
	queue.GrantSendMessages(failed) // goes on
	misboundStack(stack)
	cdk.NewRule(stack, "Empty", cdk.RuleProps{})
	cdk.NewRule(stack, "Useless", cdk.RuleProps{On: cdk.ObjectCreated(7), Start: failed})
	cdk.NewFailuresAlarm(stack, "Always", failed, 200)
	cdk.NewNotEmptyAlarm(stack, "Nowhere", nil)
}

// lines are line numbers of Go files: tests look at the file only.
var lines = regexp.MustCompile(`\.go:[0-9]+:`)

func TestMistakesAreTold(t *testing.T) {
	if mistake == nil {
		t.Fatal("Synth found no mistake")
	}
	text := lines.ReplaceAllString(mistake.Error(), ".go:N:")
	for _, want := range []string{
		"mistake_test.go:N: WorkflowProps has no Workflow",
		`workflow Unbound: nothing is bound to ${Photos}; did you mean "Photo"?`,
		`workflow Unbound: "Photo" is bound, but the document has no ${Photo}; did you mean "Photos"?`,
		`cannot bind "Photos": a int has no name, URL or ARN that we know`,
		`mistake_test.go:N: 1:43: state "A": `,
		`state "Head": s3:headObject needs s3:GetObject, but Bucket is only known when the workflow runs [needs-grant]; grant it`,
		"handlers have no Main",
		`main package "example.com/else/main" is not in module github.com/stepwright/stepwright`,
		"entry 1 of Handlers.Each is for synth.other, which the workflow does not call; it calls Label, Resize",
		"handler Label may run for 1h0m0s; Lambda takes whole seconds up to 15 minutes",
		"There is already a Construct with name 'Queue' in Stack [Mistakes]",
		"workflow Token has a token of the CDK in its document",
		"the document of workflow Huge has 400",
		"mistake_test.go:N: There is already a Construct with name 'Mistakes' in App",
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

// A program that does not compile is told with the compiler's words.
func TestHandlersThatDoNotBuild(t *testing.T) {
	const want = "build github.com/stepwright/stepwright/test/synth/testdata/broken for Lambda: exit status 1: "
	if unbuilt == nil || !strings.Contains(unbuilt.Error(), want) || !strings.Contains(unbuilt.Error(), "undefined: missing") {
		t.Errorf("got %v, want it to contain %q", unbuilt, want)
	}
}

func brokenStack(app *cdk.App) {
	cdk.NewWorkflow(app.Stack("Broken"), "Broken", cdk.WorkflowProps{
		Workflow: document{name: "Broken", handlers: handlers[:1], src: `{"QueryLanguage": "JSONata", "StartAt": "Resize", "States": {
			"Resize": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "${Resize}"}, "End": true}}}`},
		Handlers: cdk.Handlers{Main: "./test/synth/testdata/broken"},
	})
}

// mains are CDK apps that fail in their own ways. The test binary runs itself as them.
var mains = map[string]func(*cdk.App){
	"no Node": func(*cdk.App) {},
	"library": func(app *cdk.App) {
		stack := app.Stack("S")
		awssqs.NewQueue(stack, jsii.String("Q"), nil)
		awssqs.NewQueue(stack, jsii.String("Q"), nil)
	},
	"mistakes": func(app *cdk.App) { cdk.NewWorkflow(app.Stack("S"), "W", cdk.WorkflowProps{}) },
}

func TestMainTellsOnce(t *testing.T) {
	for name, want := range map[string]string{
		"no Node":  "the CDK library runs in Node, which could not be started; run npm ci in the project's root, or set JSII_NODE to a Node 24",
		"library":  "mistake_test.go:N: There is already a Construct with name 'Q' in Stack [S]",
		"mistakes": "[S] mistake_test.go:N: WorkflowProps has no Workflow",
	} {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), "STEPWRIGHT_TEST_MAIN="+name, "CDK_OUTDIR="+t.TempDir())
		if name == "no Node" {
			cmd.Env = append(cmd.Env, "JSII_NODE=/nowhere/node")
		}
		out, err := cmd.CombinedOutput()
		if text := lines.ReplaceAllString(string(out), ".go:N:"); err == nil || !strings.Contains(text, want) || strings.Contains(text, "goroutine") {
			t.Errorf("%s: %v, want %q in:\n%s", name, err, want, text)
		}
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
