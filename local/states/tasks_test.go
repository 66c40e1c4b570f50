package states_test

import (
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/local/states"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// task runs one Task with a service of this machine that answers as told, and gives the execution and what the
// service was called with.
func task(t *testing.T, service, resource, arguments string, answer func() (value.Value, error)) (x states.Execution, action string, in value.Value) {
	t.Helper()
	m := newMachine(t)
	if service != "" {
		m.services.Add(service, api(func(_ context.Context, a string, v value.Value) (value.Value, error) {
			action, in = a, v
			return answer()
		}))
	}
	definition := value.Object(
		value.M("StartAt", value.String("Call")),
		value.M("QueryLanguage", value.String("JSONata")),
		value.M("States", value.Object(value.M("Call", value.Object(
			value.M("Type", value.String("Task")), value.M("Resource", value.String(resource)),
			value.M("Arguments", value.MustParse(arguments)), value.M("End", value.True))))))
	arn := m.create(t, "T", definition.String())
	x = m.run(t, arn, `{}`)
	if err := m.Close(); err != nil { // events of the execution's status may still be on their way
		t.Fatal(err)
	}
	return x, action, in
}

func answers(text string) func() (value.Value, error) {
	return func() (value.Value, error) { return value.MustParse(text), nil }
}

func fails(e *wire.Error) func() (value.Value, error) {
	return func() (value.Value, error) { return value.Value{}, e }
}

var (
	uuid = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)
	long = regexp.MustCompile(`Extended Request ID: [A-Za-z0-9+/=]+`)
	date = regexp.MustCompile(`("Date":\[?)"[^"]*"`)
	root = regexp.MustCompile(`Root=1-[0-9a-f]{8}-[0-9a-f]{24}`)
)

// masked replaces what is random.
func masked(s string) string {
	s = uuid.ReplaceAllString(s, "ID")
	s = long.ReplaceAllString(s, "Extended Request ID: EXT")
	s = date.ReplaceAllString(s, `$1"DATE"`)
	return root.ReplaceAllString(s, "TRACE")
}

const metadata = `"SdkHttpMetadata":{"AllHttpHeaders":{"x-amzn-RequestId":["ID"],"connection":["keep-alive"],"Content-Length":["LENGTH"],"Date":["DATE"],"Content-Type":["TYPE"]},` +
	`"HttpHeaders":{"x-amzn-RequestId":"ID","connection":"keep-alive","Content-Length":"LENGTH","Date":"DATE","Content-Type":"TYPE"},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"ID"}`

func withMetadata(length, contentType string) string {
	return strings.NewReplacer("LENGTH", length, "TYPE", contentType).Replace(metadata)
}

func TestTasks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, service, resource, arguments string
		answer                             string
		action, in, output                 string
	}{
		{
			"direct ARN", "lambda", "arn:aws:lambda:eu-north-1:111122223333:function:f", `{"a":1}`,
			`{"StatusCode":200,"ExecutedVersion":"$LATEST","Payload":[1,2]}`,
			"Invoke", `{"FunctionName":"arn:aws:lambda:eu-north-1:111122223333:function:f","Payload":{"a":1}}`, `[1,2]`,
		},
		{
			"lambda:invoke", "lambda", "arn:aws:states:::lambda:invoke", `{"FunctionName":"f","Payload":{"a":1}}`,
			`{"StatusCode":200,"ExecutedVersion":"$LATEST","Payload":{"b":2}}`,
			"Invoke", `{"FunctionName":"f","Payload":{"a":1}}`,
			`{"ExecutedVersion":"$LATEST","Payload":{"b":2},"SdkHttpMetadata":{"AllHttpHeaders":{"X-Amz-Executed-Version":["$LATEST"],"x-amzn-Remapped-Content-Length":["0"],"Connection":["keep-alive"],"x-amzn-RequestId":["ID"],"Content-Length":["7"],"Date":["DATE"],"X-Amzn-Trace-Id":["TRACE;Sampled=0"],"Content-Type":["application/json"]},` +
				`"HttpHeaders":{"X-Amz-Executed-Version":"$LATEST","x-amzn-Remapped-Content-Length":"0","Connection":"keep-alive","x-amzn-RequestId":"ID","Content-Length":"7","Date":"DATE","X-Amzn-Trace-Id":"TRACE;Sampled=0","Content-Type":"application/json"},"HttpStatusCode":200},"SdkResponseMetadata":{"RequestId":"ID"},"StatusCode":200}`,
		},
		{
			"dynamodb:putItem", "dynamodb", "arn:aws:states:::dynamodb:putItem", `{"TableName":"t","Item":{"id":{"S":"1"}}}`, `{}`,
			"PutItem", `{"TableName":"t","Item":{"id":{"S":"1"}}}`, `{` + withMetadata("2", "application/x-amz-json-1.0") + `}`,
		},
		{
			"sns:publish of an object", "sns", "arn:aws:states:::sns:publish", `{"TopicArn":"arn:aws:sns:x","Message":{"a":[1]}}`, `{"MessageId":"m"}`,
			"Publish", `{"TopicArn":"arn:aws:sns:x","Message":"{\"a\":[1]}"}`, `{"MessageId":"m",` + withMetadata("17", "text/xml") + `}`,
		},
		{
			"sqs:sendMessage of a text", "sqs", "arn:aws:states:::sqs:sendMessage", `{"QueueUrl":"u","MessageBody":"plain"}`, `{"MessageId":"m"}`,
			"SendMessage", `{"QueueUrl":"u","MessageBody":"plain"}`, `{"MessageId":"m",` + withMetadata("17", "application/x-amz-json-1.0") + `}`,
		},
		{
			"SDK", "rekognition", "arn:aws:states:::aws-sdk:rekognition:detectLabels", `{"MaxLabels":3}`, `{"Labels":[{"Name":"Cat"}]}`,
			"DetectLabels", `{"MaxLabels":3}`, `{"Labels":[{"Name":"Cat"}]}`,
		},
		{
			"SDK body", "s3", "arn:aws:states:::aws-sdk:s3:putObject", `{"Bucket":"b","Key":"k","Body":{"a":1}}`, `{"ETag":"e"}`,
			"PutObject", `{"Bucket":"b","Key":"k","Body":"eyJhIjoxfQ=="}`, `{"ETag":"e"}`,
		},
		{
			"SDK text", "s3", "arn:aws:states:::aws-sdk:s3:getObject", `{"Bucket":"b","Key":"k"}`, `{"Body":"aMO8"}`,
			"GetObject", `{"Bucket":"b","Key":"k"}`, `{"Body":"hü"}`,
		},
		{
			"SDK lambda", "lambda", "arn:aws:states:::aws-sdk:lambda:invoke", `{"FunctionName":"f","Payload":"{\"a\":1}"}`, `{"StatusCode":200,"Payload":{"b":2}}`,
			"Invoke", `{"FunctionName":"f","Payload":{"a":1}}`, `{"StatusCode":200,"Payload":"{\"b\":2}"}`,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x, action, in := task(t, tt.service, tt.resource, tt.arguments, answers(tt.answer))
			if action != tt.action || masked(in.String()) != tt.in {
				t.Errorf("called %s with %s\nwant %s with %s", action, in, tt.action, tt.in)
			}
			if got := masked(x.Output.String()); got != tt.output {
				t.Errorf("got  %s %s\nwant %s", x.Status, got, tt.output)
			}
		})
	}
}

func TestPutEventsNamesTheExecution(t *testing.T) {
	t.Parallel()
	var seen []string
	m := newMachine(t)
	m.services.Add("events", api(func(_ context.Context, _ string, in value.Value) (value.Value, error) {
		seen = append(seen, masked(in.String()))
		return value.MustParse(`{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}`), nil
	}))
	x := m.run(t, m.create(t, "T", `{"StartAt":"C","States":{"C":{"Type":"Task","Resource":"arn:aws:states:::events:putEvents","Parameters":{"Entries":[{"Source":"s","DetailType":"d","Detail":{"a":1},"Resources":["r"]}]},"End":true}}}`), `{}`)
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if got := x.Output.String(); got != `{"Entries":[{"EventId":"e"}],"FailedEntryCount":0}` {
		t.Errorf("got %s", got)
	}
	want := `{"Entries":[{"Source":"s","DetailType":"d","Detail":"{\"a\":1}","Resources":["r","arn:aws:states:eu-north-1:111122223333:stateMachine:T","arn:aws:states:eu-north-1:111122223333:execution:T:ID"]}]}`
	if len(seen) != 3 || seen[1] != want {
		t.Errorf("got  %q\nwant %s between two status events", seen, want)
	}
}

func TestTaskErrors(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, service, resource, arguments string
		answer                             func() (value.Value, error)
		failure, cause                     string
	}{
		{
			"function error", "lambda", "arn:aws:states:::lambda:invoke", `{"FunctionName":"f"}`,
			answers(`{"StatusCode":200,"FunctionError":"Unhandled","Payload":{"errorMessage":"there is no photo","errorType":"NotFound"}}`),
			"NotFound", `{"errorMessage":"there is no photo","errorType":"NotFound"}`,
		},
		{
			"function error of an ARN", "lambda", "arn:aws:lambda:eu-north-1:111122223333:function:f", `{}`,
			answers(`{"StatusCode":200,"FunctionError":"Unhandled","Payload":{"oops":1}}`), "Lambda.Unknown", `{"oops":1}`,
		},
		{
			"no function", "lambda", "arn:aws:states:::lambda:invoke", `{"FunctionName":"f"}`,
			fails(&wire.Error{Code: "ResourceNotFoundException", Message: "Function not found: arn:aws:lambda:eu-north-1:111122223333:function:f", Status: 404}),
			"Lambda.ResourceNotFoundException", "Function not found: arn:aws:lambda:eu-north-1:111122223333:function:f:$LATEST (Service: AWSLambda; Status Code: 404; Error Code: ResourceNotFoundException; Request ID: ID; Proxy: null)",
		},
		{
			"payload is no JSON", "lambda", "arn:aws:states:::lambda:invoke", `{"FunctionName":"f","Payload":"not"}`, answers(`{}`),
			"Lambda.InvalidRequestContentException", "Could not parse request body into json: ",
		},
		{
			"modelled", "dynamodb", "arn:aws:states:::dynamodb:putItem", `{"TableName":"t","Item":{}}`,
			fails(wire.Errorf("ResourceNotFoundException", "Requested resource not found")),
			"DynamoDB.ResourceNotFoundException", "Requested resource not found (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ResourceNotFoundException; Request ID: ID; Proxy: null)",
		},
		{
			"not modelled", "dynamodb", "arn:aws:states:::dynamodb:putItem", `{"TableName":"t"}`,
			fails(wire.Errorf("ValidationException", "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null")),
			"DynamoDB.AmazonDynamoDBException", "Member must not be null (Service: AmazonDynamoDBv2; Status Code: 400; Error Code: ValidationException; Request ID: ID; Proxy: null)",
		},
		{
			"SNS", "sns", "arn:aws:states:::sns:publish", `{"TopicArn":"t","Message":"m"}`, fails(&wire.Error{Code: "NotFound", Message: "Topic does not exist", Status: 404}),
			"SNS.NotFoundException", "Topic does not exist (Service: AmazonSNS; Status Code: 404; Error Code: NotFound; Request ID: ID; Proxy: null)",
		},
		{
			"SQS", "sqs", "arn:aws:states:::sqs:sendMessage", `{"QueueUrl":"u"}`, fails(wire.Errorf("MissingParameter", "The request must contain the parameter MessageBody.")),
			"SQS.AmazonSQSException", "The request must contain the parameter MessageBody. (Service: AmazonSQS; Status Code: 400; Error Code: MissingParameter; Request ID: ID; Proxy: null)",
		},
		{
			"failed entry", "events", "arn:aws:states:::events:putEvents", `{"Entries":[{"Detail":"x"}]}`,
			answers(`{"FailedEntryCount":1,"Entries":[{"ErrorCode":"MalformedDetail","ErrorMessage":"Detail is malformed."}]}`),
			"EventBridge.FailedEntry", `{"Entries":[{"ErrorCode":"MalformedDetail","ErrorMessage":"Detail is malformed."}],"FailedEntryCount":1}`,
		},
		{
			"SDK modelled", "s3", "arn:aws:states:::aws-sdk:s3:getObject", `{"Bucket":"b","Key":"k"}`, fails(&wire.Error{Code: "NoSuchKey", Message: "The specified key does not exist.", Status: 404}),
			"S3.NoSuchKeyException", "The specified key does not exist. (Service: S3, Status Code: 404, Request ID: ID, Extended Request ID: EXT) (SDK Attempt Count: 1)",
		},
		{
			"SDK head", "s3", "arn:aws:states:::aws-sdk:s3:headObject", `{"Bucket":"b","Key":"k"}`, fails(&wire.Error{Code: "NoSuchBucket", Message: "x", Status: 404}),
			"S3.NoSuchKeyException", "null (Service: S3, Status Code: 404, Request ID: ID, Extended Request ID: EXT) (SDK Attempt Count: 1)",
		},
		{
			"SDK not modelled", "dynamodb", "arn:aws:states:::aws-sdk:dynamodb:putItem", `{"TableName":"t"}`, fails(wire.Errorf("ValidationException", "no item")),
			"DynamoDb.DynamoDbException", "no item (Service: DynamoDb, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)",
		},
		{
			"throttled", "rekognition", "arn:aws:states:::aws-sdk:rekognition:detectLabels", `{}`, fails(wire.Errorf("ThrottlingException", "slow down")),
			"Rekognition.ThrottlingException", "slow down (Service: Rekognition, Status Code: 400, Request ID: ID) (SDK Attempt Count: 1)",
		},
		{
			"unknown field", "sqs", "arn:aws:states:::sqs:sendMessage", `{"QueueUrl":"u","Body":"b"}`, answers(`{}`),
			"States.Runtime", `The Parameters '{"QueueUrl":"u","Body":"b"}' could not be used to start the Task: [The field "Body" is not supported by Step Functions]`,
		},
		{
			"missing field", "lambda", "arn:aws:states:::lambda:invoke", `{"Payload":{}}`, answers(`{}`),
			"States.Runtime", `The Parameters '{"Payload":{}}' could not be used to start the Task: [The field 'FunctionName' is required but was missing]`,
		},
		{
			"SDK payload", "lambda", "arn:aws:states:::aws-sdk:lambda:invoke", `{"FunctionName":"f","Payload":{}}`, answers(`{}`),
			"States.Runtime", "[The value of the field 'Payload' has an invalid format]",
		},
		{
			"no such service", "", "arn:aws:states:::aws-sdk:textract:detectDocumentText", `{}`, nil,
			"States.TaskFailed", `state "Call" calls arn:aws:states:::aws-sdk:textract:detectDocumentText, which is not supported by the local machine: the local machine has no service textract`,
		},
		{
			"no such optimized service", "", "arn:aws:states:::batch:submitJob", `{}`, nil,
			"States.TaskFailed", "the local machine has no service batch",
		},
		{
			"no such action", "s3", "arn:aws:states:::aws-sdk:s3:restoreObject", `{}`, fails(wire.UnknownOperation("s3", "RestoreObject")),
			"States.TaskFailed", "which is not supported by the local machine: RestoreObject of s3",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x, _, _ := task(t, tt.service, tt.resource, tt.arguments, tt.answer)
			if x.Error != tt.failure || !strings.Contains(masked(x.Cause), tt.cause) {
				t.Errorf("got  %s %s: %s\nwant %s: %s", x.Status, x.Error, masked(x.Cause), tt.failure, tt.cause)
			}
		})
	}
}

func TestNestedExecution(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	child := m.create(t, "Child", pass)
	parent := m.create(t, "Parent", `{"StartAt":"C","States":{"C":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution","Parameters":{"StateMachineArn":"`+child+`","Name":"n","Input":{"a":1}},"End":true}}}`)
	x := m.run(t, parent, `{}`)
	arn := "arn:aws:states:eu-north-1:111122223333:execution:Child:n"
	if n, ok := x.Output.Get("StartDate").Int(); x.Output.Get("ExecutionArn").Str() != arn || !ok || n < 1e12 {
		t.Fatalf("got %s %s", x.Output, x.Cause)
	}
	c, err := m.Wait(t.Context(), arn)
	if err != nil || c.Input != `{"a":1}` {
		t.Errorf("the child is %+v, %v", c, err)
	}
	sdk := m.create(t, "SDK", `{"StartAt":"C","States":{"C":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sfn:describeExecution","Parameters":{"ExecutionArn":"`+arn+`"},"End":true}}}`)
	x = m.run(t, sdk, `{}`)
	if d := x.Output; d.Get("Status").Str() != "SUCCEEDED" || !strings.HasSuffix(d.Get("StartDate").Str(), "Z") || d.Get("Output").Str() != `{"x":1}` {
		t.Errorf("got %s %s", x.Output, x.Cause)
	}
	wrong := m.create(t, "Wrong", `{"StartAt":"C","States":{"C":{"Type":"Task","Resource":"arn:aws:states:::states:startExecution","Parameters":{"StateMachineArn":"`+child+`x"},"End":true}}}`)
	if x := m.run(t, wrong, `{}`); x.Error != "StepFunctions.StateMachineDoesNotExistException" || !strings.Contains(x.Cause, "(Service: AWSStepFunctions; Status Code: 400; Error Code: StateMachineDoesNotExist; ") {
		t.Errorf("got %s: %s", x.Error, x.Cause)
	}
}
