package events_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/events"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

var start = time.Date(2026, 11, 5, 10, 0, 0, 0, time.UTC)

// targets stand for all services that rules can call. fail decides what a call answers.
type targets struct {
	mu    sync.Mutex
	calls []string
	fail  func(action string, in value.Value) error
}

func (r *targets) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	if action == "GetQueueUrl" {
		return value.Object(value.M("QueueUrl", value.String("http://q/"+in.Get("QueueName").Str()))), nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, action+" "+in.String())
	if r.fail == nil {
		return value.Object(), nil
	}
	return value.Object(), r.fail(action, in)
}

func (r *targets) all() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.calls
}

func newService(clk clock.Clock) (*events.Service, *targets) {
	to := &targets{}
	d := &wire.Directory{}
	for _, name := range []string{"states", "lambda", "sqs", "sns"} {
		d.Add(name, to)
	}
	return events.New(events.Options{Account: wiretest.Account, Clock: clk, Directory: d}), to
}

const queueARN = "arn:aws:sqs:eu-north-1:111122223333:"

func TestDelivery(t *testing.T) {
	t.Parallel()
	s, to := newService(clock.NewVirtual(start))
	defer s.Close()
	m := wiretest.Start(t, s)
	client := eventbridge.NewFromConfig(m.Config())
	ctx := t.Context()
	made, err := client.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("Uploaded"), EventPattern: aws.String(`{"source":["me"],"detail":{"kind":["cat"]}}`)})
	if err != nil || *made.RuleArn != "arn:aws:events:eu-north-1:111122223333:rule/Uploaded" {
		t.Fatalf("rule: %v, %v", made, err)
	}
	arn := func(service, rest string) *string { return aws.String(wiretest.Account.ARN(service, rest)) }
	_, err = client.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: aws.String("Uploaded"), Targets: []types.Target{
		{Id: aws.String("1"), Arn: arn("states", "stateMachine:Tag"), InputPath: aws.String("$.detail")},
		{Id: aws.String("2"), Arn: arn("lambda", "function:F"), Input: aws.String(`{"fixed":[1]}`)},
		{Id: aws.String("3"), Arn: arn("sqs", "Q.fifo"), SqsParameters: &types.SqsParameters{MessageGroupId: aws.String("g")}, InputTransformer: &types.InputTransformer{
			InputPathsMap: map[string]string{"name": "$.detail.name", "all": "$.detail", "none": "$.detail.none"},
			InputTemplate: aws.String(`{"text":"<name> of <aws.events.rule-name> <none>","all":<all>,"none":<none>,"raw":<name>,"other":"<x>"}`),
		}},
		{Id: aws.String("4"), Arn: arn("sns", "T"), InputPath: aws.String("$.detail.name")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	out, err := client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
		{Source: aws.String("me"), DetailType: aws.String("Cat"), Detail: aws.String(`{"kind":"cat","name":"Tom \"T\""}`), Time: aws.Time(start.Add(-time.Hour))},
		{Source: aws.String("me"), DetailType: aws.String("Dog"), Detail: aws.String(`{"kind":"dog"}`)},
		{Source: aws.String("aws.s3"), DetailType: aws.String("Object Created"), Detail: aws.String(`{}`)},
		{Source: aws.String("me"), DetailType: aws.String("Bad"), Detail: aws.String(`[]`)},
		{Source: aws.String("me"), DetailType: aws.String("Bus"), Detail: aws.String(`{}`), EventBusName: aws.String("other")},
		{DetailType: aws.String("No source"), Detail: aws.String(`{}`)},
	}})
	if err != nil || out.FailedEntryCount != 4 {
		t.Fatalf("put: %+v, %v", out, err)
	}
	var codes []string
	for _, e := range out.Entries {
		codes = append(codes, aws.ToString(e.ErrorCode))
	}
	if d := cmp.Diff([]string{"", "", "NotAuthorizedForSourceException", "MalformedDetail", "ResourceNotFoundException", "InvalidArgument"}, codes); d != "" {
		t.Errorf("entries (-want +got):\n%s", d)
	}
	if err := s.Idle(ctx); err != nil {
		t.Fatal(err)
	}
	calls := to.all()
	if len(calls) != 4 {
		t.Fatalf("calls: %q", calls)
	}
	id := *out.Entries[0].EventId
	if !strings.Contains(calls[0], `"name":"`+id+`_`) || !strings.HasSuffix(calls[0], `"input":"{\"kind\":\"cat\",\"name\":\"Tom \\\"T\\\"\"}"}`) {
		t.Errorf("state machine: %s", calls[0])
	}
	want := []string{
		`Invoke {"FunctionName":"arn:aws:lambda:eu-north-1:111122223333:function:F","InvocationType":"Event","Payload":{"fixed":[1]}}`,
		`SendMessage {"QueueUrl":"http://q/Q.fifo","MessageBody":"{\"text\":\"Tom \\\"T\\\" of Uploaded \",\"all\":{\"kind\":\"cat\",\"name\":\"Tom \\\"T\\\"\"},\"none\":null,\"raw\":\"Tom \\\"T\\\"\",\"other\":\"<x>\"}","MessageGroupId":"g"}`,
		`Publish {"TopicArn":"arn:aws:sns:eu-north-1:111122223333:T","Message":"\"Tom \\\"T\\\"\""}`,
	}
	if d := cmp.Diff(want, calls[1:]); d != "" {
		t.Errorf("calls (-want +got):\n%s", d)
	}
}

// A rule that sends every event of this source to one machine.
func define(t *testing.T, s *events.Service, policy string) {
	t.Helper()
	properties := value.MustParse(`{"Name":"R","EventPattern":{"source":[{"prefix":""}]},"Targets":[{"Id":"M","Arn":"arn:aws:states:eu-north-1:111122223333:stateMachine:M",
		"DeadLetterConfig":{"Arn":"` + queueARN + `Dead"}` + policy + `}]}`)
	if _, err := s.Create(t.Context(), wire.Resource{Type: "AWS::Events::Rule", Properties: properties}); err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, s *events.Service) value.Value {
	t.Helper()
	out, err := s.Call(t.Context(), "PutEvents", value.MustParse(`{"Entries":[{"Source":"aws.s3","DetailType":"Object Created","Detail":"{\"n\":1}","Resources":["r"]}]}`))
	if err != nil || out.Get("FailedEntryCount").Literal() != "0" {
		t.Fatalf("put: %s, %v", out, err)
	}
	return out.Get("Entries").Index(0).Get("EventId")
}

func TestEventShape(t *testing.T) {
	t.Parallel()
	s, to := newService(clock.NewVirtual(start))
	defer s.Close()
	define(t, s, "")
	id := put(t, s)
	if err := s.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, in, _ := strings.Cut(to.all()[0], " ")
	want := `{"version":"0","id":"` + id.Str() + `","detail-type":"Object Created","source":"aws.s3","account":"111122223333","time":"2026-11-05T10:00:00Z","region":"eu-north-1","resources":["r"],"detail":{"n":1}}`
	if d := cmp.Diff(want, value.MustParse(in).Get("input").Str()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// The bubble's clock stands still until all wait, so that an hour of retries takes no time.
func TestRetriesThenDeadLetter(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, policy string
		fail         error
		calls        int
		want         string
	}{
		{"throttled for ever", `,"RetryPolicy":{"MaximumRetryAttempts":3,"MaximumEventAgeInSeconds":3600}`, wire.Errorf("ThrottlingException", "slow down"), 4, `"ERROR_CODE":{"DataType":"String","StringValue":"THROTTLING"},"ERROR_MESSAGE":{"DataType":"String","StringValue":"slow down"},"RETRY_ATTEMPTS":{"DataType":"Number","StringValue":"3"},"EXHAUSTED_RETRY_CONDITION":{"DataType":"String","StringValue":"MaximumRetryAttempts"}}`},
		{"too old", `,"RetryPolicy":{"MaximumEventAgeInSeconds":60}`, &wire.Error{Code: "InternalFailure", Message: "oh", Status: http.StatusInternalServerError}, 7, `"RETRY_ATTEMPTS":{"DataType":"Number","StringValue":"6"},"EXHAUSTED_RETRY_CONDITION":{"DataType":"String","StringValue":"MaximumEventAgeInSeconds"}}`},
		{"no such machine", ``, wire.Errorf("StateMachineDoesNotExist", "no M"), 1, `"MessageAttributes":{"RULE_ARN":{"DataType":"String","StringValue":"arn:aws:events:eu-north-1:111122223333:rule/R"},"TARGET_ARN":{"DataType":"String","StringValue":"arn:aws:states:eu-north-1:111122223333:stateMachine:M"},"ERROR_CODE":{"DataType":"String","StringValue":"NO_RESOURCE"},"ERROR_MESSAGE":{"DataType":"String","StringValue":"no M"},"RETRY_ATTEMPTS":{"DataType":"Number","StringValue":"0"}}`},
		{"not an AWS error", `,"RetryPolicy":{"MaximumRetryAttempts":0}`, errors.New("broken"), 1, `"ERROR_CODE":{"DataType":"String","StringValue":"ERROR_FROM_TARGET"},"ERROR_MESSAGE":{"DataType":"String","StringValue":"broken"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, to := newService(clock.Real())
				defer s.Close()
				to.fail = func(action string, _ value.Value) error {
					if action == "StartExecution" {
						return c.fail
					}
					return nil
				}
				define(t, s, c.policy)
				id := put(t, s)
				if err := s.Idle(t.Context()); err != nil {
					t.Fatal(err)
				}
				calls := to.all()
				if len(calls) != c.calls+1 {
					t.Fatalf("%d calls: %q", len(calls), calls)
				}
				names := map[string]bool{}
				for _, call := range calls[:c.calls] {
					_, in, _ := strings.Cut(call, " ")
					names[value.MustParse(in).Get("name").Str()] = true
				}
				if len(names) != 1 {
					t.Errorf("the tries have the names %v", names)
				}
				last := calls[c.calls]
				if !strings.HasPrefix(last, `SendMessage {"QueueUrl":"http://q/Dead","MessageBody":"{\"version\":\"0\",\"id\":\"`+id.Str()) || !strings.Contains(last, c.want) {
					t.Errorf("dead letter:\n got %s\nwant %s", last, c.want)
				}
			})
		})
	}
}

func TestRetrySucceeds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, to := newService(clock.Real())
		defer s.Close()
		tries := 0
		to.fail = func(string, value.Value) error {
			if tries++; tries < 3 {
				return wire.Errorf("TooManyRequestsException", "later")
			}
			return nil
		}
		define(t, s, "")
		begun := time.Now()
		put(t, s)
		if err := s.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); tries != 3 || took != 3*time.Second {
			t.Errorf("%d tries in %v", tries, took)
		}
	})
}

func TestCloseWhileWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, to := newService(clock.NewVirtual(start)) // which nobody advances
		to.fail = func(string, value.Value) error { return wire.Errorf("ThrottlingException", "") }
		define(t, s, "")
		put(t, s)
		synctest.Wait()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if err := s.Idle(t.Context()); !errors.Is(err, context.Canceled) {
			t.Errorf("idle after close: %v", err)
		}
	}) // fails if a goroutine is left
}

func TestRuleAPI(t *testing.T) {
	t.Parallel()
	s, to := newService(clock.NewVirtual(start))
	defer s.Close()
	client := eventbridge.NewFromConfig(wiretest.Start(t, s).Config())
	ctx, name := t.Context(), aws.String("R")
	define(t, s, "")
	got, err := client.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: name})
	if err != nil || got.State != types.RuleStateEnabled || *got.EventPattern != `{"source":[{"prefix":""}]}` {
		t.Errorf("describe: %+v, %v", got, err)
	}
	if _, err := client.DisableRule(ctx, &eventbridge.DisableRuleInput{Name: name}); err != nil {
		t.Error(err)
	}
	put(t, s)
	if err := s.Idle(ctx); err != nil || len(to.all()) != 0 {
		t.Errorf("a disabled rule was used: %q, %v", to.all(), err)
	}
	list, err := client.ListRules(ctx, &eventbridge.ListRulesInput{})
	if err != nil || len(list.Rules) != 1 || list.Rules[0].State != types.RuleStateDisabled {
		t.Errorf("list: %+v, %v", list, err)
	}
	held, err := client.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: name})
	if err != nil || len(held.Targets) != 1 || *held.Targets[0].DeadLetterConfig.Arn != queueARN+"Dead" {
		t.Errorf("targets: %+v, %v", held, err)
	}
	_, used := client.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: name})
	if _, err := client.RemoveTargets(ctx, &eventbridge.RemoveTargetsInput{Rule: name, Ids: []string{"M"}}); err != nil {
		t.Error(err)
	}
	if _, err := client.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: name}); err != nil {
		t.Error(err)
	}
	_, gone := client.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: name})
	_, again := client.DeleteRule(ctx, &eventbridge.DeleteRuleInput{Name: name})
	_, pattern := client.PutRule(ctx, &eventbridge.PutRuleInput{Name: name, EventPattern: aws.String(`{"a":"b"}`)})
	_, schedule := client.PutRule(ctx, &eventbridge.PutRuleInput{Name: name, ScheduleExpression: aws.String("rate(1 days)")})
	_, badName := client.PutRule(ctx, &eventbridge.PutRuleInput{Name: aws.String("a b"), EventPattern: aws.String(`{"a":["b"]}`)})
	_, bus := client.PutRule(ctx, &eventbridge.PutRuleInput{Name: name, EventBusName: aws.String("x"), EventPattern: aws.String(`{"a":["b"]}`)})
	_, target := client.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: name, Targets: []types.Target{{Id: aws.String("1"), Arn: aws.String("arn:aws:kinesis:r:1:stream/S")}}})
	_, noRule := client.PutTargets(ctx, &eventbridge.PutTargetsInput{Rule: aws.String("none"), Targets: []types.Target{{Id: aws.String("1"), Arn: aws.String(queueARN + "Q")}}})
	_, unknown := client.CreateArchive(ctx, &eventbridge.CreateArchiveInput{ArchiveName: name, EventSourceArn: aws.String(wiretest.Account.ARN("events", "event-bus/default"))})
	for _, c := range []struct {
		name, want string
		err        error
	}{
		{"delete with targets", "ValidationException", used},
		{"describe what is gone", "ResourceNotFoundException", gone},
		{"delete what is gone", "", again},
		{"bad pattern", "InvalidEventPatternException", pattern},
		{"schedule", "ValidationException", schedule},
		{"bad name", "ValidationException", badName},
		{"other bus", "ResourceNotFoundException", bus},
		{"other target", "ValidationException", target},
		{"targets of no rule", "ResourceNotFoundException", noRule},
		{"unknown action", "UnknownOperationException", unknown},
	} {
		if got := wiretest.Code(c.err); got != c.want {
			t.Errorf("%s: %s, want %s (%v)", c.name, got, c.want, c.err)
		}
	}
	hit, err := client.TestEventPattern(ctx, &eventbridge.TestEventPatternInput{EventPattern: aws.String(`{"source":["a"]}`), Event: aws.String(`{"id":"1","account":"1","source":"a","time":"t","region":"r","resources":[],"detail-type":"d"}`)})
	if err != nil || !hit.Result {
		t.Errorf("test pattern: %+v, %v", hit, err)
	}
}

func TestProviderErrors(t *testing.T) {
	t.Parallel()
	s, _ := newService(nil)
	defer s.Close()
	with := func(targets string) string { return `{"EventPattern":{"a":["b"]},"Targets":[` + targets + `]}` }
	for properties, want := range map[string]string{
		`{"Schedule":1}`:                 "the property Schedule is not supported by the local EventBridge",
		`{"ScheduleExpression":"1 day"}`: "ValidationException: Parameter ScheduleExpression is not valid. Reason: the schedule \"1 day\" is neither rate(",
		`{}`:                             "ValidationException: Parameter(s) EventPattern or ScheduleExpression must be specified.",
		`{"EventPattern":{"a":["b"]},"State":"ON"}`:                                                 `ValidationException: State must be ENABLED or DISABLED, not "ON"`,
		`{"EventPattern":{"a":["b"]},"EventBusName":"x"}`:                                           "ResourceNotFoundException: Event bus x does not exist.",
		with(`{"Id":"","Arn":"x"}`):                                                                 `property Targets[0]: property Id must have 1 to 64 letters, digits, dots, hyphens and underscores, not ""`,
		with(`{"Id":"1","Arn":"x"}`):                                                                `property Targets[0]: target 1: Arn must be an ARN, not "x"`,
		with(`{"Id":"1","Arn":"` + queueARN + `Q","EcsParameters":{}}`):                             "property Targets[0]: target 1: EcsParameters is not supported by the local EventBridge",
		with(`{"Id":"1","Arn":"` + queueARN + `Q","RetryPolicy":{"MaximumRetryAttempts":186}}`):     "property Targets[0]: target 1: MaximumRetryAttempts must be from 0 to 185, not 186",
		with(`{"Id":"1","Arn":"` + queueARN + `Q","RetryPolicy":{"MaximumEventAgeInSeconds":59}}`):  "property Targets[0]: target 1: MaximumEventAgeInSeconds must be from 60 to 86400, not 59",
		with(`{"Id":"1","Arn":"` + queueARN + `Q","DeadLetterConfig":{"Arn":"arn:aws:sns:r:1:T"}}`): `property Targets[0]: target 1: DeadLetterConfig needs the ARN of a queue, not "arn:aws:sns:r:1:T"`,
		with(`{"Id":"1","Arn":"` + queueARN + `Q","Input":"{"}`):                                    "property Targets[0]: target 1: property Input must be JSON:",
		with(`{"Id":"1","Arn":"` + queueARN + `Q","InputPath":"detail"}`):                           `property Targets[0]: target 1: InputPath: the path "detail" must begin with $`,
		with(`{"Id":"1","Arn":"` + queueARN + `Q","InputPath":"$..x"}`):                             `property Targets[0]: target 1: InputPath: the path "$..x" cannot be read; it may have steps such as .name, ['name'] and [0]`,
		with(`{"Id":"1","Arn":"` + queueARN + `Q","InputPath":"$","Input":"1"}`):                    "property Targets[0]: target 1: only one of Input, InputPath and InputTransformer may be given",
		with(`{"Id":"1","Arn":"` + queueARN + `Q","InputTransformer":{}}`):                          "property Targets[0]: target 1: InputTransformer: InputTemplate is missing",
	} {
		_, err := s.Create(t.Context(), wire.Resource{Stack: "S", LogicalID: "R", Properties: value.MustParse(properties)})
		if err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s:\n got %v\nwant %s", properties, err, want)
		}
	}
	made, err := s.Create(t.Context(), wire.Resource{Stack: "Tagging", LogicalID: "Uploaded", Properties: value.MustParse(with(""))})
	if err != nil || !strings.HasPrefix(made.Ref, "Tagging-Uploaded-") || made.Attributes["Arn"].Str() != wiretest.Account.ARN("events", "rule/"+made.Ref) {
		t.Errorf("created: %+v, %v", made, err)
	}
	if err := s.Delete(t.Context(), wire.Resource{}, made); err != nil {
		t.Error(err)
	}
	if err := s.Delete(t.Context(), wire.Resource{}, made); err == nil {
		t.Error("deleted twice")
	}
}

// A template that gives no JSON cannot be delivered.
func TestBrokenTemplate(t *testing.T) {
	t.Parallel()
	s, to := newService(clock.NewVirtual(start))
	defer s.Close()
	define(t, s, `,"InputTransformer":{"InputPathsMap":{"n":"$['detail'].n"},"InputTemplate":"{\"n\": <n>, <x>}"}`)
	put(t, s)
	if err := s.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	if calls := to.all(); len(calls) != 1 || !strings.Contains(calls[0], "INVALID_JSON") {
		t.Errorf("calls: %q", calls)
	}
}
