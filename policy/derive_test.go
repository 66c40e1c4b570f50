package policy

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/value"
)

const sts = "arn:aws:states:::"

// task is a Task in JSONata mode.
func task(resource, args string) *asl.Task {
	t := &asl.Task{Resource: resource}
	if args != "" {
		t.Arguments = value.MustParse(args)
	}
	return t
}

// machine has the states a, b, c, … in order.
func machineOf(states ...asl.State) *asl.Machine {
	m := &asl.Machine{QueryLanguage: asl.JSONata}
	for n, s := range states {
		m.States.Add(string(rune('a'+n)), s)
	}
	return m
}

// lines writes statements one per line: "actions | resources | conditions".
func lines(statements []Statement) []string {
	var out []string
	for _, s := range statements {
		line := strings.Join(s.Actions, " ") + " | " + strings.Join(s.Resources, " ")
		for _, c := range s.Condition {
			line += fmt.Sprintf(" | %s %s %s", c.Operator, c.Key, strings.Join(c.Values, " "))
		}
		out = append(out, line)
	}
	return out
}

func needs(p *Policy) []string {
	var out []string
	for _, n := range p.Needs {
		out = append(out, n.State+": "+strings.Join(n.Actions, " ")+": "+n.Why)
	}
	return out
}

func TestDerive(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		task  *asl.Task
		allow []string
		self  []string
		needs []string
	}{
		{
			name:  "function",
			task:  task(sts+"lambda:invoke", `{"FunctionName": "${Extract}", "Payload": "{% $job %}"}`),
			allow: []string{"lambda:InvokeFunction | ${Extract.Arn} ${Extract.Arn}:*"},
		},
		{
			name: "function by name",
			task: task(sts+"lambda:invoke", `{"FunctionName": "resize"}`),
			allow: []string{"lambda:InvokeFunction | arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:resize " +
				"arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:resize:*"},
		},
		{
			name:  "function called directly",
			task:  task("arn:aws:lambda:eu-west-1:123456789012:function:resize", ""),
			allow: []string{"lambda:InvokeFunction | arn:aws:lambda:eu-west-1:123456789012:function:resize arn:aws:lambda:eu-west-1:123456789012:function:resize:*"},
		},
		{
			name:  "function called directly by placeholder",
			task:  task("${Resize}", ""),
			allow: []string{"lambda:InvokeFunction | ${Resize.Arn} ${Resize.Arn}:*"},
		},
		{
			name: "activity",
			task: task("arn:aws:states:eu-west-1:123456789012:activity:print", ""),
		},
		{
			name:  "table",
			task:  task(sts+"dynamodb:updateItem", `{"TableName": "${Photos}", "Key": {"id": {"S": "{% $id %}"}}}`),
			allow: []string{"dynamodb:UpdateItem | ${Photos.Arn}"},
		},
		{
			name:  "table by name",
			task:  task(sts+"dynamodb:getItem", `{"TableName": "photos", "Key": {}}`),
			allow: []string{"dynamodb:GetItem | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/photos"},
		},
		{
			name:  "table by name with a placeholder inside",
			task:  task(sts+"dynamodb:getItem", `{"TableName": "photos-${Stage}", "Key": {}}`),
			allow: []string{"dynamodb:GetItem | arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/photos-${Stage}"},
		},
		{
			name:  "table in a variable",
			task:  task(sts+"dynamodb:getItem", `{"TableName": "{% $table %}", "Key": {}}`),
			needs: []string{"a: dynamodb:GetItem: TableName is only known when the workflow runs"},
		},
		{
			name:  "all arguments in a variable",
			task:  task(sts+"dynamodb:getItem", `"{% $request %}"`),
			needs: []string{"a: dynamodb:GetItem: TableName is only known when the workflow runs"},
		},
		{
			name:  "JSONPath arguments",
			task:  &asl.Task{Resource: sts + "dynamodb:getItem", Parameters: value.MustParse(`{"TableName.$": "$.table"}`)},
			needs: []string{"a: dynamodb:GetItem: TableName is only known when the workflow runs"},
		},
		{
			name:  "table in an object that is one expression",
			task:  task(sts+"aws-sdk:dynamodb:query", `"{% {\"TableName\": \"${Photos}\", \"Limit\": $n != null ? $n, \"Keys\": [1, {\"a\": \"}\"}]} %}"`),
			allow: []string{"dynamodb:Query | ${Photos.Arn}"},
		},
		{
			name:  "a member of an object that is one expression",
			task:  task(sts+"dynamodb:getItem", `"{% {\"TableName\": $table} %}"`),
			needs: []string{"a: dynamodb:GetItem: TableName is only known when the workflow runs"},
		},
		{
			name:  "what only begins as an object",
			task:  task(sts+"dynamodb:getItem", `"{% {\"TableName\": \"${Photos}\"}.x %}"`),
			needs: []string{"a: dynamodb:GetItem: TableName is only known when the workflow runs"},
		},
		{
			name:  "batch of two tables",
			task:  task(sts+"aws-sdk:dynamodb:batchWriteItem", `{"RequestItems": {"${Photos}": "{% $items %}", "albums": []}}`),
			allow: []string{"dynamodb:BatchWriteItem | ${Photos.Arn} arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/albums"},
		},
		{
			name:  "batch of tables in a variable",
			task:  task(sts+"aws-sdk:dynamodb:batchGetItem", `{"RequestItems": "{% $items %}"}`),
			needs: []string{"a: dynamodb:BatchGetItem: the table knows no resource for it"},
		},
		{
			name:  "transaction",
			task:  task(sts+"aws-sdk:dynamodb:transactWriteItems", `{"TransactItems": [{"Put": {"TableName": "${Photos}"}}, "{% {\"Update\": {\"TableName\": \"${Albums}\", \"Key\": $k}} %}", {"ConditionCheck": {"TableName": "{% $t %}"}}]}`),
			allow: []string{"dynamodb:PutItem | ${Photos.Arn}", "dynamodb:UpdateItem | ${Albums.Arn}"},
			needs: []string{"a: dynamodb:ConditionCheckItem: TableName is only known when the workflow runs"},
		},
		{
			name: "video that a topic is told of",
			task: task(sts+"aws-sdk:rekognition:startLabelDetection", `{"Video": {"S3Object": {"Bucket": "${Videos}", "Name": "{% $key %}"}},
				"NotificationChannel": {"SNSTopicArn": "${Done}", "RoleArn": "${Tell}"}}`),
			allow: []string{"iam:PassRole | ${Tell.Arn} | StringEquals iam:PassedToService rekognition.amazonaws.com", "rekognition:StartLabelDetection | *"},
			needs: []string{"a: s3:GetObject: Key is only known when the workflow runs"},
		},
		{
			name:  "index of a table",
			task:  task(sts+"aws-sdk:dynamodb:query", `{"TableName": "${Photos}", "IndexName": "byAlbum"}`),
			allow: []string{"dynamodb:Query | ${Photos.Arn}/index/byAlbum"},
		},
		{
			name:  "queue",
			task:  task(sts+"sqs:sendMessage.waitForTaskToken", `{"QueueUrl": "${Approvals}", "MessageBody": {}}`),
			allow: []string{"sqs:SendMessage | ${Approvals.Arn}"},
		},
		{
			name:  "queue by URL",
			task:  task(sts+"sqs:sendMessage", `{"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs", "MessageBody": {}}`),
			allow: []string{"sqs:SendMessage | arn:${AWS::Partition}:sqs:eu-west-1:123456789012:jobs"},
		},
		{
			name:  "topic",
			task:  task(sts+"sns:publish", `{"TopicArn": "${Failures}", "Message": {}}`),
			allow: []string{"sns:Publish | ${Failures.Arn}"},
		},
		{
			name:  "telephone",
			task:  task(sts+"sns:publish", `{"PhoneNumber": "+4312345", "Message": "x"}`),
			needs: []string{"a: sns:Publish: TopicArn is not given"},
		},
		{
			name: "nested execution",
			task: task(sts+"states:startExecution.sync:2", `{"StateMachineArn": "${Child}"}`),
			allow: []string{
				"events:DescribeRule events:PutRule events:PutTargets | arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/StepFunctionsGetEventsForStepFunctionsExecutionRule",
				"states:DescribeExecution states:StopExecution | arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${Child.Name}:*",
				"states:StartExecution | ${Child.Arn}",
			},
		},
		{
			name:  "nested execution of an alias",
			task:  task(sts+"states:startExecution", `{"StateMachineArn": "arn:aws:states:eu-west-1:123456789012:stateMachine:child:live"}`),
			allow: []string{"states:StartExecution | arn:aws:states:eu-west-1:123456789012:stateMachine:child"},
		},
		{
			name: "the machine itself",
			task: task(sts+"states:startExecution", `{"StateMachineArn": "${Me}"}`),
			self: []string{"states:StartExecution | ${Me.Arn}"},
		},
		{
			name: "HTTP Task",
			task: task(sts+"http:invoke", `{"ApiEndpoint": "https://example.com/v1", "Method": "POST", "InvocationConfig": {"ConnectionArn": "${Partner}"}}`),
			allow: []string{
				"events:RetrieveConnectionCredentials | ${Partner.Arn}",
				"secretsmanager:DescribeSecret secretsmanager:GetSecretValue | arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:events!connection/*",
			},
			self: []string{"states:InvokeHTTPEndpoint | ${@.Arn} | StringEquals states:HTTPMethod POST | StringLike states:HTTPEndpoint https://example.com/v1*"},
		},
		{
			name: "HTTP Task with a path that is known when it runs",
			task: task(sts+"http:invoke", `{"ApiEndpoint": "{% \"https://example.com/v1/\" & $id & \"/x\" %}", "Method": "GET", "InvocationConfig": {"ConnectionArn": "${Partner}"}}`),
			allow: []string{
				"events:RetrieveConnectionCredentials | ${Partner.Arn}",
				"secretsmanager:DescribeSecret secretsmanager:GetSecretValue | arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:events!connection/*",
			},
			self: []string{"states:InvokeHTTPEndpoint | ${@.Arn} | StringEquals states:HTTPMethod GET | StringLike states:HTTPEndpoint https://example.com/v1/*"},
		},
		{
			name: "HTTP Task with a host that is known when it runs",
			task: task(sts+"http:invoke", `{"ApiEndpoint": "{% \"https://\" & $host %}", "Method": "GET", "InvocationConfig": {"ConnectionArn": "${Partner}"}}`),
			allow: []string{
				"events:RetrieveConnectionCredentials | ${Partner.Arn}",
				"secretsmanager:DescribeSecret secretsmanager:GetSecretValue | arn:${AWS::Partition}:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:events!connection/*",
			},
			needs: []string{"a: states:InvokeHTTPEndpoint: ApiEndpoint is only known when the workflow runs"},
		},
		{
			name:  "synchronous execution",
			task:  task(sts+"aws-sdk:sfn:startSyncExecution", `{"StateMachineArn": "${Child}", "Input": "{}"}`),
			allow: []string{"states:StartSyncExecution | ${Child.Arn}"},
		},
		{
			name:  "nested execution with a token",
			task:  task(sts+"states:startExecution.waitForTaskToken", `{"StateMachineArn": "${Child}", "Input": {"t": "{% $states.context.Task.Token %}"}}`),
			allow: []string{"states:StartExecution | ${Child.Arn}"},
		},
		{
			name:  "answer to a token",
			task:  task(sts+"aws-sdk:sfn:sendTaskSuccess", `{"TaskToken": "{% $t %}", "Output": "{}"}`),
			allow: []string{"states:SendTaskSuccess | arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:activity:* arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:stateMachine:*"},
		},
		{
			name:  "several messages",
			task:  task(sts+"aws-sdk:sqs:sendMessageBatch", `{"QueueUrl": "${Jobs}", "Entries": "{% $e %}"}`),
			allow: []string{"sqs:SendMessage | ${Jobs.Arn}"},
		},
		{
			name:  "several notices",
			task:  task(sts+"aws-sdk:sns:publishBatch", `{"TopicArn": "${News}", "PublishBatchRequestEntries": "{% $e %}"}`),
			allow: []string{"sns:Publish | ${News.Arn}"},
		},
		{
			name:  "events",
			task:  task(sts+"events:putEvents", `{"Entries": [{"EventBusName": "${Bus}"}, {"Source": "x"}]}`),
			allow: []string{"events:PutEvents | ${Bus.Arn} arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:event-bus/default"},
		},
		{
			name: "public API",
			task: task(sts+"apigateway:invoke", `{"ApiEndpoint": "abc.execute-api.eu-west-1.amazonaws.com", "Method": "GET"}`),
		},
		{
			name:  "signed API",
			task:  task(sts+"apigateway:invoke", `{"ApiEndpoint": "abc.execute-api.eu-west-1.amazonaws.com", "Method": "GET", "Path": "/pets", "AuthType": "IAM_ROLE"}`),
			allow: []string{"execute-api:Invoke | arn:${AWS::Partition}:execute-api:${AWS::Region}:${AWS::AccountId}:abc/*/GET/pets"},
		},
		{
			name:  "object",
			task:  task(sts+"aws-sdk:s3:headObject", `{"Bucket": "${Lake}", "Key": "state.json"}`),
			allow: []string{"s3:GetObject | ${Lake.Arn}/state.json", "s3:ListBucket | ${Lake.Arn}"},
		},
		{
			name: "object that an event names",
			task: task(sts+"aws-sdk:s3:headObject", `{"Bucket": "{% $b %}", "Key": "{% $k %}", "VersionId": "{% $v %}"}`),
			needs: []string{
				"a: s3:GetObject s3:GetObjectVersion: Bucket is only known when the workflow runs",
				"a: s3:ListBucket: Bucket is only known when the workflow runs",
			},
		},
		{
			name:  "object of a known bucket",
			task:  task(sts+"aws-sdk:s3:putObject", `{"Bucket": "${Lake}", "Key": "{% $k %}", "Body": "x"}`),
			needs: []string{"a: s3:PutObject: Key is only known when the workflow runs"},
		},
		{
			name:  "list of a bucket",
			task:  task(sts+"aws-sdk:s3:listObjectsV2", `{"Bucket": "${Lake}"}`),
			allow: []string{"s3:ListBucket | ${Lake.Arn}"},
		},
		{
			name:  "copy of an object",
			task:  task(sts+"aws-sdk:s3:copyObject", `{"Bucket": "${Lake}", "Key": "b", "CopySource": "x/a"}`),
			needs: []string{"a: s3:GetObject s3:PutObject: CopySource is not understood"},
		},
		{
			name:  "labels of a picture",
			task:  task(sts+"aws-sdk:rekognition:detectLabels", `{"Image": {"S3Object": {"Bucket": "${Lake}", "Name": "cat.jpg"}}}`),
			allow: []string{"rekognition:DetectLabels | *", "s3:GetObject | ${Lake.Arn}/cat.jpg"},
		},
		{
			name:  "labels of bytes",
			task:  task(sts+"aws-sdk:rekognition:detectLabels", `{"Image": {"Bytes": "{% $b %}"}}`),
			allow: []string{"rekognition:DetectLabels | *"},
		},
		{
			name:  "an operation with another name in IAM",
			task:  task(sts+"aws-sdk:lambda:invoke", `{"FunctionName": "${F}"}`),
			allow: []string{"lambda:InvokeFunction | ${F.Arn} ${F.Arn}:*"},
		},
		{
			name:  "a service with another prefix in IAM",
			task:  task(sts+"aws-sdk:sfn:startSyncExecution", `{"StateMachineArn": "${Fast}"}`),
			allow: []string{"states:StartSyncExecution | ${Fast.Arn}"},
		},
		{
			name:  "parameter",
			task:  task(sts+"aws-sdk:ssm:getParameter", `{"Name": "/prod/key"}`),
			allow: []string{"ssm:GetParameter | arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:parameter/prod/key"},
		},
		{
			name:  "an operation that the table does not know",
			task:  task(sts+"aws-sdk:athena:listWorkGroups", `{}`),
			needs: []string{"a: athena:ListWorkGroups: the table knows no resource for it"},
		},
		{
			name: "an optimized integration for which the table has only *",
			task: task(sts+"glue:startJobRun.sync", `{"JobName": "etl"}`),
			needs: []string{
				`a: glue:StartJobRun: the table knows no narrower resource than "*"`,
				`a: glue:BatchStopJobRun glue:GetJobRun glue:GetJobRuns: the table knows no narrower resource than "*"`,
			},
		},
		{
			name:  "another account's role",
			task:  &asl.Task{Resource: sts + "dynamodb:getItem", Arguments: value.MustParse(`{"TableName": "${Photos}"}`), Credentials: value.MustParse(`{"RoleArn": "arn:aws:iam::111122223333:role/reader"}`)},
			allow: []string{"sts:AssumeRole | arn:aws:iam::111122223333:role/reader"},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			p := Derive(machineOf(tt.task), Options{Name: "Me"})
			if len(p.Problems) > 0 {
				t.Errorf("problems: %v", p.Problems.Err())
			}
			for _, d := range []string{
				cmp.Diff(tt.allow, lines(p.Statements)), cmp.Diff(tt.self, lines(p.Self)), cmp.Diff(tt.needs, needs(p)),
			} {
				if d != "" {
					t.Errorf("(-want +got):\n%s", d)
				}
			}
		})
	}
}

func TestDeriveWalksEverything(t *testing.T) {
	t.Parallel()
	m := machineOf(
		&asl.Parallel{Branches: []*asl.Branch{
			&machineOf(task(sts+"lambda:invoke", `{"FunctionName": "${A}"}`)).Branch,
			&machineOf(&asl.Parallel{Branches: []*asl.Branch{&machineOf(task(sts+"lambda:invoke", `{"FunctionName": "${B}"}`)).Branch}}).Branch,
		}},
		&asl.Map{ItemProcessor: &asl.ItemProcessor{Branch: machineOf(task(sts+"lambda:invoke", `{"FunctionName": "${C}"}`)).Branch}},
		&asl.Map{Iterator: &asl.ItemProcessor{Branch: machineOf(task(sts+"lambda:invoke", `{"FunctionName": "${D}"}`)).Branch}},
		&asl.Pass{}, &asl.Wait{}, &asl.Choice{}, &asl.Succeed{}, &asl.Fail{},
	)
	p := Derive(m, Options{})
	want := []string{"lambda:InvokeFunction | ${A.Arn} ${A.Arn}:* ${B.Arn} ${B.Arn}:* ${C.Arn} ${C.Arn}:* ${D.Arn} ${D.Arn}:*"}
	if d := cmp.Diff(want, lines(p.Statements)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	requirements, _ := Requirements(m)
	var paths []string
	for _, r := range requirements {
		paths = append(paths, string(r.Path))
	}
	if d := cmp.Diff([]string{
		"/States/a/Branches/0/States/a", "/States/a/Branches/1/States/a/Branches/0/States/a",
		"/States/b/ItemProcessor/States/a", "/States/c/Iterator/States/a",
	}, paths); d != "" {
		t.Errorf("paths (-want +got):\n%s", d)
	}
}

func TestDistributedMap(t *testing.T) {
	t.Parallel()
	m := machineOf(&asl.Map{
		ItemProcessor: &asl.ItemProcessor{ProcessorConfig: &asl.ProcessorConfig{Mode: "DISTRIBUTED"}},
		ItemReader:    &asl.ItemReader{Resource: sts + "s3:listObjectsV2", Arguments: value.MustParse(`{"Bucket": "${Lake}", "Prefix": "in/"}`)},
		ResultWriter:  &asl.ResultWriter{Resource: sts + "s3:putObject", Arguments: value.MustParse(`{"Bucket": "${Lake}"}`)},
	})
	p := Derive(m, Options{})
	want := []string{
		"s3:AbortMultipartUpload s3:GetObject s3:ListMultipartUploadParts s3:PutObject | ${Lake.Arn}/*",
		"s3:GetObject | ${Lake.Arn}/in/*",
		"s3:ListBucket | ${Lake.Arn} | StringLike s3:prefix in/",
	}
	if d := cmp.Diff(want, lines(p.Statements)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	const executions = "arn:${AWS::Partition}:states:${AWS::Region}:${AWS::AccountId}:execution:${@.Name}"
	want = []string{
		"states:DescribeExecution states:StopExecution | " + executions + "/* " + executions + ":*",
		"states:RedriveExecution | " + executions + "/*:*",
		"states:StartExecution | ${@.Arn}",
	}
	if d := cmp.Diff(want, lines(p.Self)); d != "" {
		t.Errorf("self (-want +got):\n%s", d)
	}
}

func TestGrants(t *testing.T) {
	t.Parallel()
	m := machineOf(task(sts+"aws-sdk:s3:headObject", `{"Bucket": "{% $b %}", "Key": "{% $k %}"}`))
	read := Grant{Actions: []string{"s3:GetObject*"}, Resources: []string{"${Lake.Arn}/in/*"}}
	list := Grant{Actions: []string{"s3:ListBucket"}, Resources: []string{"${Lake.Arn}"}}

	p := Derive(m, Options{Grants: []Grant{read}})
	if d := cmp.Diff([]string{"a: s3:ListBucket: Bucket is only known when the workflow runs"}, needs(p)); d != "" {
		t.Errorf("one grant (-want +got):\n%s", d)
	}
	text := p.Needs[0].Diagnostic().Text()
	for _, want := range []string{`state "a"`, "s3:headObject needs s3:ListBucket", "Grants", "[needs-grant]", "at /States/a"} {
		if !strings.Contains(text, want) {
			t.Errorf("diagnostic lacks %q:\n%s", want, text)
		}
	}
	p = Derive(m, Options{Grants: []Grant{read, list}})
	if len(p.Needs) > 0 {
		t.Errorf("both grants: still needs %v", needs(p))
	}
	if d := cmp.Diff([]string{"s3:GetObject* | ${Lake.Arn}/in/*", "s3:ListBucket | ${Lake.Arn}"}, lines(p.Statements)); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	p := Derive(machineOf(
		task("arn:aws:states:::dynamodb:updateItem.sync", ""),
		task("lambda", ""),
		task(sts+"aws-sdk:brandnew:doIt", ""),
	), Options{})
	if len(p.Problems) != 2 || p.Problems[0].State != "a" || p.Problems[1].Path != "/States/b/Resource" {
		t.Errorf("problems: %v", p.Problems.Err())
	}
	if d := cmp.Diff([]string{"c: brandnew:DoIt: the table knows no resource for it"}, needs(p)); d != "" {
		t.Errorf("a service newer than the table (-want +got):\n%s", d)
	}
}

func TestMerge(t *testing.T) {
	t.Parallel()
	statements := []Statement{
		{Actions: []string{"b:X"}, Resources: []string{"2"}},
		{Actions: []string{"a:X"}, Resources: []string{"1"}},
		{Actions: []string{"b:X"}, Resources: []string{"1"}},
		{Actions: []string{"a:X"}, Resources: []string{"2", "3"}},
		{Actions: []string{"a:X"}, Resources: []string{"3"}},
	}
	want := []string{"a:X | 3", "a:X b:X | 1 2"}
	for range 20 {
		if d := cmp.Diff(want, lines(Merge(statements))); d != "" {
			t.Fatalf("(-want +got):\n%s", d)
		}
		slices.Reverse(statements)
	}
}

func TestUnscopedIsSorted(t *testing.T) {
	t.Parallel()
	if !slices.IsSortedFunc(unscoped, func(a, b string) int { return strings.Compare(strings.ToLower(a), strings.ToLower(b)) }) {
		t.Error("the list must be sorted for the search")
	}
	for _, a := range unscoped {
		if !Unscoped(a) {
			t.Errorf("Unscoped(%s) = false", a)
		}
	}
	for _, a := range []string{"s3:GetObject", "dynamodb:UpdateItem", "*", ""} {
		if Unscoped(a) {
			t.Errorf("Unscoped(%s) = true", a)
		}
	}
	for _, s := range []Statement{LogDelivery(), Tracing(), FunctionTracing()} {
		for _, a := range s.Actions {
			if !Unscoped(a) {
				t.Errorf("%s is not on the list", a)
			}
		}
	}
}

func TestParts(t *testing.T) {
	t.Parallel()
	got := Parts("arn:${AWS::Partition}:x/${Child.Name}:*${Stage}${")
	want := []Part{
		{Text: "arn:"}, {Name: "AWS::Partition"}, {Text: ":x/"}, {Name: "Child", Attr: "Name"}, {Text: ":*"}, {Name: "Stage"}, {Text: "${"},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}
