package services_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

// A functionProbe is one machine of its own, and clients of it.
type functionProbe struct {
	*testing.T
	*lambda.Client
	machine *local.Machine
	config  aws.Config
	time    *clock.Virtual
}

// lambdaProbes say what Lambda does, each with the page of docs.aws.amazon.com/lambda/latest that says so.
var lambdaProbes = []struct {
	name, page string
	probe      func(p functionProbe)
}{
	{"create from a package", "api/API_CreateFunction.html", func(p functionProbe) {
		b := packaged(p.T, "")
		out := p.create("Echo", func(in *lambda.CreateFunctionInput) { in.Code.ZipFile = b })
		sum := sha256.Sum256(b)
		p.equal(aws.ToString(out.CodeSha256), base64.StdEncoding.EncodeToString(sum[:]))
		p.equal(string(out.State)+" "+aws.ToString(out.Version)+" "+aws.ToString(out.FunctionArn), "Active $LATEST arn:aws:lambda:us-east-1:000000000000:function:Echo")
		p.equal(out.CodeSize, int64(len(b)))
	}},
	{"create twice", "api/API_CreateFunction.html#API_CreateFunction_Errors", func(p functionProbe) {
		p.create("Echo")
		p.refused(p.tryCreate("Echo"), "ResourceConflictException", "Function already exist: Echo")
	}},
	{"foreign runtime", "dg/lambda-runtimes.html", func(p functionProbe) {
		err := p.tryCreate("Echo", func(in *lambda.CreateFunctionInput) { in.Runtime = types.RuntimeNodejs22x })
		p.refused(err, "InvalidParameterValueException", "provided.al2023")
	}},
	{"reserved variable", "dg/configuration-envvars.html", func(p functionProbe) {
		err := p.tryCreate("Echo", func(in *lambda.CreateFunctionInput) {
			in.Environment = &types.Environment{Variables: map[string]string{"AWS_REGION": "x"}}
		})
		p.refused(err, "InvalidParameterValueException", "Reserved keys used in this request: AWS_REGION")
	}},
	{"too many variables", "dg/gettingstarted-limits.html", func(p functionProbe) {
		err := p.tryCreate("Echo", func(in *lambda.CreateFunctionInput) {
			in.Environment = &types.Environment{Variables: map[string]string{"LONG": strings.Repeat("x", 4097)}}
		})
		p.refused(err, "InvalidParameterValueException", "4KB limit")
	}},
	{"create from S3", "api/API_FunctionCode.html", func(p functionProbe) {
		p.upload("code", "echo.zip", packaged(p.T, ""))
		p.create("Echo", func(in *lambda.CreateFunctionInput) {
			in.Code = &types.FunctionCode{S3Bucket: new("code"), S3Key: new("echo.zip")}
		})
		p.equal(p.answer("Echo", `{"a":1}`), `{"a":1}`)
	}},
	{"code that is not in S3", "api/API_FunctionCode.html", func(p functionProbe) {
		p.upload("code", "other.zip", nil)
		err := p.tryCreate("Echo", func(in *lambda.CreateFunctionInput) {
			in.Code = &types.FunctionCode{S3Bucket: new("code"), S3Key: new("echo.zip")}
		})
		p.refused(err, "InvalidParameterValueException", "S3 Error Code: NoSuchKey")
	}},
	{"a package that leaves its folder", "dg/configuration-function-zip.html", func(p functionProbe) {
		err := p.tryCreate("Echo", func(in *lambda.CreateFunctionInput) { in.Code.ZipFile = archive(p.T, "../../bootstrap", "x") })
		p.refused(err, "InvalidParameterValueException", "would leave its folder")
	}},
	{"a package that is none", "dg/troubleshooting-deployment.html", func(p functionProbe) {
		err := p.tryCreate("Echo", func(in *lambda.CreateFunctionInput) { in.Code.ZipFile = []byte("no archive") })
		p.refused(err, "InvalidParameterValueException", "Could not unzip uploaded file")
	}},
	{"invoke", "api/API_Invoke.html", func(p functionProbe) {
		p.create("Echo")
		out := p.invoke(lambda.InvokeInput{FunctionName: new("Echo"), Payload: []byte(`{"x":[1.50,"ü"]}`)})
		p.equal(string(out.Payload), `{"x":[1.5,"ü"]}`)
		p.equal(aws.ToString(out.ExecutedVersion), "$LATEST")
		p.equal(out.StatusCode, 200)
	}},
	{"dry run", "api/API_Invoke.html#API_Invoke_RequestSyntax", func(p functionProbe) {
		p.create("Hang")
		p.equal(p.invoke(lambda.InvokeInput{FunctionName: new("Hang"), InvocationType: types.InvocationTypeDryRun}).StatusCode, 204)
	}},
	{"the log's tail", "api/API_Invoke.html#lambda-Invoke-request-LogType", func(p functionProbe) {
		p.create("Echo")
		out := p.invoke(lambda.InvokeInput{FunctionName: new("Echo"), LogType: types.LogTypeTail})
		b, err := base64.StdEncoding.DecodeString(aws.ToString(out.LogResult))
		p.must(err)
		for _, want := range []string{"START RequestId: ", " Version: $LATEST\n", "END RequestId: ", "REPORT RequestId: ", "\tBilled Duration: ", "\tMemory Size: 128 MB"} {
			p.contains(string(b), want)
		}
	}},
	{"an error of the handler", "dg/golang-exceptions.html", func(p functionProbe) {
		p.failure("Fail", "unknownPhoto", "there is no such photo")
	}},
	{"a plain error", "dg/golang-exceptions.html", func(p functionProbe) { p.failure("Plain", "errorString", "plain") }},
	{"a panic", "dg/golang-exceptions.html", func(p functionProbe) {
		payload := p.failure("Panic", "string", "no film in the camera")
		p.contains(payload, `"stackTrace":[{"path":`)
	}},
	{"exit", "dg/troubleshooting-invocation.html", func(p functionProbe) {
		p.failure("Exit", "Runtime.ExitError", "Runtime exited with error: exit status 7")
	}},
	{"exit before the first invocation", "dg/lambda-runtime-environment.html", func(p functionProbe) {
		p.failure("InitExit", "Runtime.ExitError", "Runtime exited with error: exit status 9")
	}},
	{"timeout", "dg/configuration-timeout.html", func(p functionProbe) {
		p.create("Hang", func(in *lambda.CreateFunctionInput) { in.Timeout = new(int32(1)) })
		out := p.invoke(lambda.InvokeInput{FunctionName: new("Hang")})
		p.contains(string(out.Payload), `"errorType":"Sandbox.Timedout"`)
		p.contains(string(out.Payload), "Task timed out after 1.00 seconds")
	}},
	{"a payload that is not JSON", "api/API_Invoke.html#API_Invoke_Errors", func(p functionProbe) {
		p.create("Echo")
		_, err := p.Invoke(p.Context(), &lambda.InvokeInput{FunctionName: new("Echo"), Payload: []byte(`{"a":`)})
		p.refused(err, "InvalidRequestContentException", "Could not parse request body into json")
	}},
	{"6 MB", "dg/gettingstarted-limits.html", func(p functionProbe) {
		p.create("Echo")
		_, err := p.Invoke(p.Context(), &lambda.InvokeInput{FunctionName: new("Echo"), Payload: text(6291557)})
		p.refused(err, "RequestTooLargeException", "payload is too large")
	}},
	{"1 MB for events", "dg/gettingstarted-limits.html", func(p functionProbe) {
		p.create("Echo")
		_, err := p.Invoke(p.Context(), &lambda.InvokeInput{FunctionName: new("Echo"), InvocationType: types.InvocationTypeEvent, Payload: text(1<<20 + 1)})
		p.refused(err, "RequestTooLargeException", "Event invocation type (limit 1048576 bytes)")
	}},
	{"6 MB of answer", "dg/gettingstarted-limits.html", func(p functionProbe) {
		p.failure("Big", "Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes).")
	}},
	{"no such function", "api/API_Invoke.html#API_Invoke_Errors", func(p functionProbe) {
		_, err := p.Invoke(p.Context(), &lambda.InvokeInput{FunctionName: new("Nobody")})
		p.refused(err, "ResourceNotFoundException", "Function not found: arn:aws:lambda:us-east-1:000000000000:function:Nobody")
	}},
	{"the client's context", "dg/golang-context.html", func(p functionProbe) {
		p.create("Client")
		out := p.invoke(lambda.InvokeInput{FunctionName: new("Client"), ClientContext: new(base64.StdEncoding.EncodeToString([]byte(`{"custom":{"a":"b"}}`)))})
		p.equal(string(out.Payload), `{"a":"b"}`)
	}},
	{"publish", "dg/configuration-versions.html", func(p functionProbe) {
		p.create("Echo")
		p.equal(p.publish("Echo"), "1")
		p.equal(p.publish("Echo"), "1") // nothing has changed
		p.configure("Echo", map[string]string{"NEW": "x"})
		p.equal(p.publish("Echo"), "2")
	}},
	{"a version does not change", "dg/configuration-versions.html", func(p functionProbe) {
		p.create("Variable")
		p.configure("Variable", map[string]string{"COLOUR": "red"})
		p.publish("Variable")
		p.configure("Variable", map[string]string{"COLOUR": "blue"})
		p.equal(p.answer("Variable:1", `"COLOUR"`)+p.answer("Variable", `"COLOUR"`), `"red""blue"`)
	}},
	{"an alias", "dg/configuration-aliases.html", func(p functionProbe) {
		p.create("ARN")
		p.publish("ARN")
		p.alias("ARN", "live", "1", nil)
		out := p.invoke(lambda.InvokeInput{FunctionName: new("ARN"), Qualifier: new("live")})
		p.equal(aws.ToString(out.ExecutedVersion), "1")
		p.equal(string(out.Payload), `"arn:aws:lambda:us-east-1:000000000000:function:ARN:live"`)
	}},
	{"an alias with weights", "dg/configuring-alias-routing.html", func(p functionProbe) {
		p.create("Echo")
		p.publish("Echo")
		p.configure("Echo", map[string]string{"NEW": "x"})
		p.publish("Echo")
		p.alias("Echo", "live", "1", map[string]float64{"2": 1})
		out := p.invoke(lambda.InvokeInput{FunctionName: new("Echo:live")})
		p.equal(aws.ToString(out.ExecutedVersion), "2")
	}},
	{"weights need versions", "dg/configuring-alias-routing.html", func(p functionProbe) {
		p.create("Echo")
		p.publish("Echo")
		_, err := p.CreateAlias(p.Context(), &lambda.CreateAliasInput{
			FunctionName: new("Echo"), Name: new("live"), FunctionVersion: new("$LATEST"),
			RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: map[string]float64{"1": 0.5}},
		})
		p.refused(err, "InvalidParameterValueException", "$LATEST is not supported for an alias pointing to more than 1 version")
	}},
	{"an alias keeps its version", "api/API_DeleteFunction.html", func(p functionProbe) {
		p.create("Echo")
		p.publish("Echo")
		p.alias("Echo", "live", "1", nil)
		_, err := p.DeleteFunction(p.Context(), &lambda.DeleteFunctionInput{FunctionName: new("Echo"), Qualifier: new("1")})
		p.refused(err, "ResourceConflictException", "referenced by alias(es) live")
	}},
	{"revisions", "api/API_UpdateFunctionConfiguration.html#API_UpdateFunctionConfiguration_RequestSyntax", func(p functionProbe) {
		p.create("Echo")
		_, err := p.UpdateFunctionConfiguration(p.Context(), &lambda.UpdateFunctionConfigurationInput{FunctionName: new("Echo"), RevisionId: new("an older one")})
		p.refused(err, "PreconditionFailedException", "RevisionId")
	}},
	{"live update of code", "api/API_UpdateFunctionCode.html", func(p functionProbe) {
		old := p.create("Echo")
		p.answer("Echo", `1`)
		out, err := p.UpdateFunctionCode(p.Context(), &lambda.UpdateFunctionCodeInput{FunctionName: new("Echo"), ZipFile: packaged(p.T, "another"), Publish: true})
		p.must(err)
		p.equal(aws.ToString(out.Version), "1")
		p.equal(*out.CodeSha256 != *old.CodeSha256, true)
		p.equal(p.answer("Echo", `2`), "2")
	}},
	{"reserved concurrency of 0", "dg/configuration-concurrency.html", func(p functionProbe) {
		p.create("Echo")
		_, err := p.PutFunctionConcurrency(p.Context(), &lambda.PutFunctionConcurrencyInput{FunctionName: new("Echo"), ReservedConcurrentExecutions: new(int32(0))})
		p.must(err)
		_, err = p.Invoke(p.Context(), &lambda.InvokeInput{FunctionName: new("Echo")})
		p.refused(err, "TooManyRequestsException", "Rate Exceeded.")
	}},
	{"100 stay unreserved", "dg/configuration-concurrency.html", func(p functionProbe) {
		p.create("Echo")
		_, err := p.PutFunctionConcurrency(p.Context(), &lambda.PutFunctionConcurrencyInput{FunctionName: new("Echo"), ReservedConcurrentExecutions: new(int32(901))})
		p.refused(err, "InvalidParameterValueException", "below its minimum value of [100]")
	}},
	{"the account's limits", "api/API_GetAccountSettings.html", func(p functionProbe) {
		out, err := p.GetAccountSettings(p.Context(), &lambda.GetAccountSettingsInput{})
		p.must(err)
		p.equal(out.AccountLimit.ConcurrentExecutions, 1000)
	}},
	{"an event that fails", "dg/invocation-async-retain-records.html", func(p functionProbe) {
		p.create("Fail")
		p.destinations("Fail", "", p.queue("failed"))
		p.event("Fail", `{"photo":7}`)
		p.wait(time.Minute)
		p.wait(2 * time.Minute)
		r := value.MustParse(p.receive("failed"))
		p.equal(r.Path("requestContext", "condition").Str(), "RetriesExhausted")
		p.equal(r.Path("requestContext", "approximateInvokeCount").String(), "3")
		p.equal(r.Path("requestContext", "functionArn").Str(), "arn:aws:lambda:us-east-1:000000000000:function:Fail:$LATEST")
		p.equal(r.Get("requestPayload").String()+r.Path("responsePayload", "errorType").Str(), `{"photo":7}unknownPhoto`)
	}},
	{"an event that succeeds", "dg/invocation-async-retain-records.html", func(p functionProbe) {
		p.create("Echo")
		p.destinations("Echo", p.queue("done"), "")
		p.event("Echo", `[1]`)
		r := value.MustParse(p.receive("done"))
		p.equal(r.Path("requestContext", "condition").Str()+r.Get("responsePayload").String(), "Success[1]")
	}},
	{"an event that gets old", "dg/invocation-async-configuring.html", func(p functionProbe) {
		p.create("Fail")
		_, err := p.PutFunctionEventInvokeConfig(p.Context(), &lambda.PutFunctionEventInvokeConfigInput{
			FunctionName: new("Fail"), MaximumEventAgeInSeconds: new(int32(60)),
			DestinationConfig: &types.DestinationConfig{OnFailure: &types.OnFailure{Destination: new(p.queue("failed"))}},
		})
		p.must(err)
		p.event("Fail", `{}`)
		p.wait(time.Minute) // the second try is in time, the third would not be
		p.equal(value.MustParse(p.receive("failed")).Path("requestContext", "condition").Str(), "EventAgeExceeded")
	}},
	{"a dead letter", "dg/invocation-async-retain-records.html#invocation-dlq", func(p functionProbe) {
		arn := p.queue("dead")
		p.create("Plain", func(in *lambda.CreateFunctionInput) { in.DeadLetterConfig = &types.DeadLetterConfig{TargetArn: &arn} })
		_, err := p.PutFunctionEventInvokeConfig(p.Context(), &lambda.PutFunctionEventInvokeConfigInput{FunctionName: new("Plain"), MaximumRetryAttempts: new(int32(0))})
		p.must(err)
		p.event("Plain", `{"photo":7}`)
		p.equal(p.receive("dead"), `{"photo":7} 200 plain`)
	}},
	{"tags", "dg/configuration-tags.html", func(p functionProbe) {
		arn := p.create("Echo", func(in *lambda.CreateFunctionInput) { in.Tags = map[string]string{"a": "1"} }).FunctionArn
		_, err := p.TagResource(p.Context(), &lambda.TagResourceInput{Resource: arn, Tags: map[string]string{"b": "2"}})
		p.must(err)
		_, err = p.UntagResource(p.Context(), &lambda.UntagResourceInput{Resource: arn, TagKeys: []string{"a"}})
		p.must(err)
		out, err := p.ListTags(p.Context(), &lambda.ListTagsInput{Resource: arn})
		p.must(err)
		p.equal(len(out.Tags), 1)
		p.equal(out.Tags["b"], "2")
	}},
	{"permissions", "dg/access-control-resource-based.html", func(p functionProbe) {
		p.create("Echo")
		_, err := p.AddPermission(p.Context(), &lambda.AddPermissionInput{FunctionName: new("Echo"), StatementId: new("s3"), Action: new("lambda:InvokeFunction"), Principal: new("s3.amazonaws.com"), SourceAccount: new("111122223333")})
		p.must(err)
		out, err := p.GetPolicy(p.Context(), &lambda.GetPolicyInput{FunctionName: new("Echo")})
		p.must(err)
		p.contains(aws.ToString(out.Policy), `"Condition":{"StringEquals":{"AWS:SourceAccount":"111122223333"}}`)
	}},
	{"pages", "api/API_ListFunctions.html", func(p functionProbe) {
		for _, name := range []string{"Echo", "Fail", "Plain"} {
			p.create(name)
		}
		var names []string
		pages := lambda.NewListFunctionsPaginator(p.Client, &lambda.ListFunctionsInput{MaxItems: new(int32(2))})
		for pages.HasMorePages() {
			page, err := pages.NextPage(p.Context())
			p.must(err)
			for _, f := range page.Functions {
				names = append(names, aws.ToString(f.FunctionName))
			}
		}
		slices.Sort(names)
		p.equal(strings.Join(names, " "), "Echo Fail Plain")
	}},
	{"the log in CloudWatch", "dg/monitoring-cloudwatchlogs.html", func(p functionProbe) {
		p.create("Echo")
		p.invoke(lambda.InvokeInput{FunctionName: new("Echo"), LogType: types.LogTypeTail})
		p.contains(p.log("/aws/lambda/Echo"), "INIT_START Runtime Version: ")
		p.contains(p.log("/aws/lambda/Echo"), "\nREPORT RequestId: ")
	}},
	{"the log in JSON", "dg/monitoring-cloudwatchlogs-logformat.html", func(p functionProbe) {
		p.create("Echo", func(in *lambda.CreateFunctionInput) {
			in.LoggingConfig = &types.LoggingConfig{LogFormat: types.LogFormatJson, SystemLogLevel: types.SystemLogLevelDebug, LogGroup: new("mine")}
		})
		p.invoke(lambda.InvokeInput{FunctionName: new("Echo"), LogType: types.LogTypeTail})
		p.contains(p.log("mine"), `"type":"platform.runtimeDone"`)
		p.contains(p.log("mine"), `"status":"success"`)
	}},
	{"delete", "api/API_DeleteFunction.html", func(p functionProbe) {
		p.create("Echo")
		_, err := p.DeleteFunction(p.Context(), &lambda.DeleteFunctionInput{FunctionName: new("Echo")})
		p.must(err)
		_, err = p.GetFunction(p.Context(), &lambda.GetFunctionInput{FunctionName: new("Echo")})
		p.refused(err, "ResourceNotFoundException", "Function not found")
	}},
	{"what is not there says its name", "api/API_ListLayers.html", func(p functionProbe) {
		_, err := p.ListLayers(p.Context(), &lambda.ListLayersInput{})
		p.refused(err, "UnknownOperationException", "lambda: ListLayers: GET /2018-10-31/layers is not supported by the local machine")
	}},
}

func TestLambda(t *testing.T) {
	t.Parallel()
	for _, tt := range lambdaProbes {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			time := clock.NewVirtual(time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC))
			m, cfg := machine(t, local.Options{Clock: time})
			tt.probe(functionProbe{t, lambda.NewFromConfig(cfg), m, cfg, time})
			if t.Failed() {
				t.Log("see https://docs.aws.amazon.com/lambda/latest/" + tt.page)
			}
		})
	}
}

func (p functionProbe) must(err error) {
	p.Helper()
	if err != nil {
		p.Fatal(err)
	}
}

func (p functionProbe) equal(got, want any) {
	p.Helper()
	if g, w := asJSON(got), asJSON(want); g != w {
		p.Errorf("got  %s\nwant %s", g, w)
	}
}

func asJSON(v any) string {
	b, _ := json.Marshal(v)
	return string(b)
}

func (p functionProbe) contains(got, want string) {
	p.Helper()
	if !strings.Contains(got, want) {
		p.Errorf("%s\nlacks %s", got, want)
	}
}

func (p functionProbe) refused(err error, code, message string) {
	p.Helper()
	wiretest.Refused(p.T, err, code, message)
}

func (p functionProbe) input(name string, change []func(*lambda.CreateFunctionInput)) *lambda.CreateFunctionInput {
	in := &lambda.CreateFunctionInput{
		FunctionName: &name, Handler: &name, Runtime: types.RuntimeProvidedal2023, Role: new("arn:aws:iam::000000000000:role/any"),
		Timeout: new(int32(60)), Code: &types.FunctionCode{ZipFile: packaged(p.T, "")},
	}
	for _, c := range change {
		c(in)
	}
	return in
}

func (p functionProbe) create(name string, change ...func(*lambda.CreateFunctionInput)) *lambda.CreateFunctionOutput {
	p.Helper()
	out, err := p.CreateFunction(p.Context(), p.input(name, change))
	p.must(err)
	return out
}

func (p functionProbe) tryCreate(name string, change ...func(*lambda.CreateFunctionInput)) error {
	_, err := p.CreateFunction(p.Context(), p.input(name, change))
	return err
}

func (p functionProbe) invoke(in lambda.InvokeInput) *lambda.InvokeOutput {
	p.Helper()
	out, err := p.Invoke(p.Context(), &in)
	p.must(err)
	return out
}

func (p functionProbe) answer(name, payload string) string {
	p.Helper()
	return string(p.invoke(lambda.InvokeInput{FunctionName: &name, Payload: []byte(payload)}).Payload)
}

// failure makes a function and checks what its failing looks like.
func (p functionProbe) failure(name, errorType, message string) (payload string) {
	p.Helper()
	p.create(name)
	out := p.invoke(lambda.InvokeInput{FunctionName: &name})
	p.equal(aws.ToString(out.FunctionError), "Unhandled")
	v := value.MustParse(string(out.Payload))
	p.equal(v.Get("errorType").Str(), errorType)
	p.contains(v.Get("errorMessage").Str(), message)
	return string(out.Payload)
}

func (p functionProbe) publish(name string) string {
	p.Helper()
	out, err := p.PublishVersion(p.Context(), &lambda.PublishVersionInput{FunctionName: &name})
	p.must(err)
	return aws.ToString(out.Version)
}

func (p functionProbe) configure(name string, variables map[string]string) {
	p.Helper()
	_, err := p.UpdateFunctionConfiguration(p.Context(), &lambda.UpdateFunctionConfigurationInput{FunctionName: &name, Environment: &types.Environment{Variables: variables}})
	p.must(err)
}

func (p functionProbe) alias(function, name, version string, weights map[string]float64) {
	p.Helper()
	_, err := p.CreateAlias(p.Context(), &lambda.CreateAliasInput{
		FunctionName: &function, Name: &name, FunctionVersion: &version,
		RoutingConfig: &types.AliasRoutingConfiguration{AdditionalVersionWeights: weights},
	})
	p.must(err)
}

func (p functionProbe) upload(bucket, key string, body []byte) {
	p.Helper()
	c := s3.NewFromConfig(p.config, func(o *s3.Options) { o.UsePathStyle = true })
	_, err := c.CreateBucket(p.Context(), &s3.CreateBucketInput{Bucket: &bucket})
	p.must(err)
	_, err = c.PutObject(p.Context(), &s3.PutObjectInput{Bucket: &bucket, Key: &key, Body: bytes.NewReader(body)})
	p.must(err)
}

// queue makes a queue and gives its ARN.
func (p functionProbe) queue(name string) string {
	p.Helper()
	_, err := sqs.NewFromConfig(p.config).CreateQueue(p.Context(), &sqs.CreateQueueInput{QueueName: &name})
	p.must(err)
	return p.machine.Account().ARN("sqs", name)
}

// destinations say where the records of a function's events go.
func (p functionProbe) destinations(name, success, failure string) {
	p.Helper()
	c := &types.DestinationConfig{}
	if success != "" {
		c.OnSuccess = &types.OnSuccess{Destination: &success}
	}
	if failure != "" {
		c.OnFailure = &types.OnFailure{Destination: &failure}
	}
	_, err := p.PutFunctionEventInvokeConfig(p.Context(), &lambda.PutFunctionEventInvokeConfigInput{FunctionName: &name, DestinationConfig: c})
	p.must(err)
}

func (p functionProbe) event(name, payload string) {
	p.Helper()
	p.equal(p.invoke(lambda.InvokeInput{FunctionName: &name, InvocationType: types.InvocationTypeEvent, Payload: []byte(payload)}).StatusCode, 202)
}

// wait moves the machine's clock by d, once somebody waits for just that time.
func (p functionProbe) wait(d time.Duration) {
	p.Helper()
	for {
		if next, ok := p.time.Next(); ok && next.Equal(p.time.Now().Add(d)) {
			p.time.Advance(d)
			return
		}
		p.pause()
	}
}

func (p functionProbe) pause() {
	select {
	case <-time.After(2 * time.Millisecond):
	case <-p.Context().Done():
		p.Fatal("the test has ended")
	}
}

// receive gives the message that comes to a queue, with the error's attributes if it is a dead letter.
func (p functionProbe) receive(queue string) string {
	p.Helper()
	c := sqs.NewFromConfig(p.config)
	url, err := c.GetQueueUrl(p.Context(), &sqs.GetQueueUrlInput{QueueName: &queue})
	p.must(err)
	for {
		out, err := c.ReceiveMessage(p.Context(), &sqs.ReceiveMessageInput{QueueUrl: url.QueueUrl, MessageAttributeNames: []string{"All"}})
		p.must(err)
		if len(out.Messages) == 0 {
			p.pause()
			continue
		}
		m := out.Messages[0]
		body := aws.ToString(m.Body)
		if code, ok := m.MessageAttributes["ErrorCode"]; ok {
			body += " " + aws.ToString(code.StringValue) + " " + aws.ToString(m.MessageAttributes["ErrorMessage"].StringValue)
		}
		return body
	}
}

// log is a log group, line by line.
func (p functionProbe) log(group string) string {
	p.Helper()
	out, err := cloudwatchlogs.NewFromConfig(p.config).FilterLogEvents(p.Context(), &cloudwatchlogs.FilterLogEventsInput{LogGroupName: &group})
	p.must(err)
	var lines []string
	for _, e := range out.Events {
		lines = append(lines, aws.ToString(e.Message))
	}
	return strings.Join(lines, "\n")
}

// text is a JSON string of n bytes.
func text(n int) []byte { return []byte(`"` + strings.Repeat("x", n-2) + `"`) }
