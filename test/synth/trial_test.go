package synth

import (
	"context"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsdynamodb"
	"github.com/aws/aws-cdk-go/awscdk/v2/awss3"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssns"
	"github.com/aws/aws-cdk-go/awscdk/v2/awssqs"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/cdk"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow/run"
)

// A document is a workflow by its ASL text.
type document struct {
	name, kind, src string
	handlers        []run.Handler
}

func (d document) Build() (*asl.Machine, diag.List) { return asl.Parse([]byte(d.src)) }
func (d document) Name() string                     { return d.name }
func (d document) Handlers() []run.Handler          { return d.handlers }
func (d document) Type() string {
	if d.kind == "" {
		return "STANDARD"
	}
	return d.kind
}

func resize(context.Context, struct{}) (struct{}, error) { return struct{}{}, nil }
func label(context.Context, struct{}) (struct{}, error)  { return struct{}{}, nil }
func other(context.Context, struct{}) (struct{}, error)  { return struct{}{}, nil }

var handlers = []run.Handler{{Name: "Resize", Func: resize}, {Name: "Label", Func: label}}

// full uses every kind of resource that a document can name.
var full = document{name: "Full", handlers: handlers, src: `{
  "QueryLanguage": "JSONata", "StartAt": "Resize", "States": {
    "Resize": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "${Resize}", "Payload": {}}, "Next": "Label"},
    "Label": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "${Label}", "Payload": {}}, "Next": "Put"},
    "Put": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Arguments": {"TableName": "${Photos}", "Item": {}}, "Next": "Ask"},
    "Ask": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage.waitForTaskToken", "Arguments": {"QueueUrl": "${Approvals}", "MessageBody": "{% $states.context.Task.Token %}"}, "Next": "Tell"},
    "Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Arguments": {"TopicArn": "${Failures}", "Message": "done"}, "Next": "Head"},
    "Head": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:headObject", "Arguments": {"Bucket": "{% $b %}", "Key": "{% $k %}"}, "Next": "Find"},
    "Find": {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:rekognition:detectLabels", "Arguments": {"Image": {"S3Object": {"Bucket": "{% $b %}", "Name": "{% $k %}"}}}, "Next": "Nested"},
    "Nested": {"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Arguments": {"StateMachineArn": "${Child}", "Input": {"stage": "${Stage}", "table": "${PhotosArn}"}}, "Next": "Each"},
    "Each": {"Type": "Map", "Items": "{% $states.input.items %}", "ItemProcessor": {
      "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
      "StartAt": "Nothing", "States": {"Nothing": {"Type": "Pass", "End": true}}}, "End": true}
  }}`}

var child = document{name: "Child", kind: "EXPRESS", src: `{"StartAt": "Done", "States": {"Done": {"Type": "Succeed"}}}`}

// trialStacks show what cdk does, in all its corners.
func trialStacks(app *cdk.App) {
	fullStack(app.Stack("Full"))
	importedStack(app.Stack("Imported"))
	nestedStack(app.Stack("Nested"))
	awscdk.Tags_Of(app.App).Add(jsii.String("team"), jsii.String("photos"), nil)
}

// fullStack binds the AWS library's own constructs.
func fullStack(stack awscdk.Stack) {
	photos := awsdynamodb.NewTable(stack, jsii.String("Photos"), &awsdynamodb.TableProps{
		PartitionKey:                     &awsdynamodb.Attribute{Name: jsii.String("id"), Type: awsdynamodb.AttributeType_STRING},
		Encryption:                       awsdynamodb.TableEncryption_AWS_MANAGED,
		PointInTimeRecoverySpecification: &awsdynamodb.PointInTimeRecoverySpecification{PointInTimeRecoveryEnabled: jsii.Bool(true)},
	})
	bucket := awss3.NewBucket(stack, jsii.String("Bucket"), &awss3.BucketProps{
		Encryption: awss3.BucketEncryption_S3_MANAGED, BlockPublicAccess: awss3.BlockPublicAccess_BLOCK_ALL(), EnforceSSL: jsii.Bool(true),
	})
	encrypted := &awssqs.QueueProps{Encryption: awssqs.QueueEncryption_SQS_MANAGED}
	approvals := awssqs.NewQueue(stack, jsii.String("Approvals"), encrypted)
	dead := awssqs.NewQueue(stack, jsii.String("Dead"), encrypted)
	failures := awssns.NewTopic(stack, jsii.String("Failures"), nil)
	failures.Node().DefaultChild().(awssns.CfnTopic).SetKmsMasterKeyId(jsii.String("alias/photos"))
	inner := cdk.NewWorkflow(stack, "Child", cdk.WorkflowProps{Workflow: child, Logs: cdk.LogOff})
	w := cdk.NewWorkflow(stack, "Full", cdk.WorkflowProps{
		Workflow: full,
		Bind:     cdk.Bind{"Photos": photos, "Approvals": approvals, "Failures": failures, "Child": inner, "Stage": "prod"},
		Handlers: cdk.Handlers{
			Main: "./lambdas/imagetagging/main", Memory: 512, Environment: map[string]string{"A": "1", "B": "1"},
			Each: []cdk.Handler{{Func: resize, Memory: 1024, Timeout: minute, Environment: map[string]string{"B": "2"}, Grants: cdk.Grants{
				cdk.ReadObjects(bucket, "in/*"), cdk.Write(bucket, "out/*"), cdk.Allow(photos, "dynamodb:Query"),
			}}},
		},
		Grants: cdk.Grants{cdk.Read(bucket, "in/*")},
		Logs:   cdk.LogAll,
	})
	dead.GrantSendMessages(w)
	approvals.GrantConsumeMessages(w.Handler(label))
	cdk.NewRule(stack, "Uploaded", cdk.RuleProps{On: cdk.ObjectCreated(bucket, "in/*", "more/*"), Start: w, DeadLetters: dead})
	cdk.NewRule(stack, "Stopped", cdk.RuleProps{On: cdk.Stopped(w, "FAILED"), Start: inner, DeadLetters: dead, Attempts: 3, Age: minute})
	cdk.NewNotEmptyAlarm(stack, "Waiting", dead)
	cdk.NewFailuresAlarm(stack, "Failing", w, 5, failures)
}

// importedStack binds what other stacks made.
func importedStack(stack awscdk.Stack) {
	cdk.NewWorkflow(stack, "Small", cdk.WorkflowProps{
		Workflow: document{name: "Small", src: `{"QueryLanguage": "JSONata", "StartAt": "Put", "States": {
			"Put": {"Type": "Task", "Resource": "arn:aws:states:::dynamodb:putItem", "Arguments": {"TableName": "${Photos}", "Item": {}}, "Next": "Tell"},
			"Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "Arguments": {"TopicArn": "${Failures}", "Message": "x"}, "End": true}}}`},
		Bind: cdk.Bind{
			"Photos":   awsdynamodb.Table_FromTableName(stack, jsii.String("Photos"), jsii.String("photos-prod")),
			"Failures": "arn:aws:sns:eu-west-1:123456789012:failures",
		},
	})
}

const minute = time.Minute
