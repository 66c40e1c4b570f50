package services_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/local/wire/wiretest"
)

// The pages of the EventBridge user guide that the probes stand on.
const (
	eventPatterns = "eb-event-patterns: creating Amazon EventBridge event patterns"
	operators     = "eb-create-pattern-operators: comparison operators for use in event patterns"
	arrays        = "eb-create-pattern: matching event values, arrays"
	schedules     = "eb-scheduled-rule-pattern: setting a schedule pattern"
	buses         = "eb-bus-to-bus: sending and receiving events between event buses"
)

// patternProbes hold patterns for an event's detail, and a detail that each wants and one that it does not.
var patternProbes = []struct{ name, page, pattern, yes, no string }{
	{"exact string", eventPatterns, `{"a":["x"]}`, `{"a":"x"}`, `{"a":"X"}`},
	{"one of several", eventPatterns, `{"a":["x","y"]}`, `{"a":"y"}`, `{"a":"z"}`},
	{"exact number", eventPatterns, `{"a":[5]}`, `{"a":5}`, `{"a":"5"}`},
	{"number is spelt the same", eventPatterns, `{"a":[300]}`, `{"a":300}`, `{"a":300.0}`},
	{"true", eventPatterns, `{"a":[true]}`, `{"a":true}`, `{"a":"true"}`},
	{"null", operators, `{"a":[null]}`, `{"a":null}`, `{"a":""}`},
	{"empty string", operators, `{"a":[""]}`, `{"a":""}`, `{"a":null}`},
	{"all fields", eventPatterns, `{"a":["x"],"b":["y"]}`, `{"a":"x","b":"y","c":1}`, `{"a":"x"}`},
	{"nested", eventPatterns, `{"a":{"b":{"c":["x"]}}}`, `{"a":{"b":{"c":"x"}}}`, `{"a":{"b":"x"}}`},
	{"array of the event", arrays, `{"a":["x"]}`, `{"a":["w","x"]}`, `{"a":["w"]}`},
	{"intersection of arrays", arrays, `{"a":["x","y"]}`, `{"a":["z","y"]}`, `{"a":[]}`},
	{"objects in an array", arrays, `{"a":{"b":["x"],"c":[1]}}`, `{"a":[{"b":"y","c":2},{"b":"x","c":1}]}`, `{"a":[{"b":"x","c":2},{"b":"y","c":1}]}`},
	{"prefix", operators, `{"a":[{"prefix":"eu-"}]}`, `{"a":"eu-north-1"}`, `{"a":"us-east-1"}`},
	{"prefix, any case", operators, `{"a":[{"prefix":{"equals-ignore-case":"EventB"}}]}`, `{"a":"eVENTbridge"}`, `{"a":"events"}`},
	{"suffix", operators, `{"a":[{"suffix":".png"}]}`, `{"a":"x.png"}`, `{"a":"x.PNG"}`},
	{"suffix, any case", operators, `{"a":[{"suffix":{"equals-ignore-case":".png"}}]}`, `{"a":"x.PNG"}`, `{"a":"png"}`},
	{"equals ignoring case", operators, `{"a":[{"equals-ignore-case":"alice"}]}`, `{"a":"ALICE"}`, `{"a":"alices"}`},
	{"anything but a string", operators, `{"a":[{"anything-but":"x"}]}`, `{"a":"y"}`, `{"a":"x"}`},
	{"anything but needs the field", operators, `{"a":[{"anything-but":"x"}]}`, `{"a":1}`, `{"b":"y"}`},
	{"anything but strings", operators, `{"a":[{"anything-but":["x","y"]}]}`, `{"a":"z"}`, `{"a":"y"}`},
	{"anything but a number", operators, `{"a":[{"anything-but":123}]}`, `{"a":124}`, `{"a":123}`},
	{"anything but numbers", operators, `{"a":[{"anything-but":[100,200]}]}`, `{"a":300}`, `{"a":200}`},
	{"anything but a prefix", operators, `{"a":[{"anything-but":{"prefix":"init"}}]}`, `{"a":"done"}`, `{"a":"initial"}`},
	{"anything but prefixes", operators, `{"a":[{"anything-but":{"prefix":["init","error"]}}]}`, `{"a":"done"}`, `{"a":"errors"}`},
	{"anything but a suffix", operators, `{"a":[{"anything-but":{"suffix":".txt"}}]}`, `{"a":"x.rtf"}`, `{"a":"x.txt"}`},
	{"anything but suffixes", operators, `{"a":[{"anything-but":{"suffix":[".txt",".rtf"]}}]}`, `{"a":"x.png"}`, `{"a":"x.rtf"}`},
	{"anything but, any case", operators, `{"a":[{"anything-but":{"equals-ignore-case":"x"}}]}`, `{"a":"y"}`, `{"a":"X"}`},
	{"anything but several, any case", operators, `{"a":[{"anything-but":{"equals-ignore-case":["x","y"]}}]}`, `{"a":"z"}`, `{"a":"Y"}`},
	{"anything but a wildcard", operators, `{"a":[{"anything-but":{"wildcard":"*/lib/*"}}]}`, `{"a":"dir/x"}`, `{"a":"dir/lib/x"}`},
	{"anything but wildcards", operators, `{"a":[{"anything-but":{"wildcard":["*/lib/*","*/bin/*"]}}]}`, `{"a":"dir/x"}`, `{"a":"dir/bin/x"}`},
	{"numeric =", operators, `{"a":[{"numeric":["=",3.018e2]}]}`, `{"a":301.80}`, `{"a":301.81}`},
	{"numeric <", operators, `{"a":[{"numeric":["<",10]}]}`, `{"a":9.99}`, `{"a":10}`},
	{"numeric <=", operators, `{"a":[{"numeric":["<=",10]}]}`, `{"a":10}`, `{"a":10.01}`},
	{"numeric >", operators, `{"a":[{"numeric":[">",0]}]}`, `{"a":1}`, `{"a":0}`},
	{"numeric >=", operators, `{"a":[{"numeric":[">=",0]}]}`, `{"a":0}`, `{"a":-1}`},
	{"numeric range", operators, `{"a":[{"numeric":[">",0,"<=",5]}]}`, `{"a":5}`, `{"a":6}`},
	{"numeric wants a number", operators, `{"a":[{"numeric":["<",10]}]}`, `{"a":5}`, `{"a":"5"}`},
	{"address", operators, `{"a":[{"cidr":"10.0.0.0/24"}]}`, `{"a":"10.0.0.255"}`, `{"a":"10.0.1.0"}`},
	{"address of IPv6", operators, `{"a":[{"cidr":"2001:db8::/32"}]}`, `{"a":"2001:db8::1"}`, `{"a":"2001:db9::1"}`},
	{"exists", operators, `{"a":[{"exists":true}]}`, `{"a":0}`, `{"b":0}`},
	{"exists as null", operators, `{"a":[{"exists":true}]}`, `{"a":null}`, `{}`},
	{"does not exist", operators, `{"a":[{"exists":false}]}`, `{"b":0}`, `{"a":0}`},
	{"does not exist, nested", operators, `{"a":{"b":[{"exists":false}]}}`, `{"c":0}`, `{"a":{"b":0}}`},
	{"wildcard", operators, `{"a":[{"wildcard":"dir/*.png"}]}`, `{"a":"dir/x/y.png"}`, `{"a":"x/dir/y.png"}`},
	{"wildcards", operators, `{"a":[{"wildcard":"*/b/*/d"}]}`, `{"a":"a/b/c/d"}`, `{"a":"a/b/d"}`},
	{"escaped wildcard", operators, `{"a":[{"wildcard":"a\\*b*"}]}`, `{"a":"a*bc"}`, `{"a":"axbc"}`},
	{"or", operators, `{"$or":[{"a":["x"]},{"b":[{"numeric":[">",5]}]}]}`, `{"b":6}`, `{"a":"y","b":5}`},
	{"or beside a field", operators, `{"c":[1],"$or":[{"a":["x"]},{"b":["y"]}]}`, `{"c":1,"b":"y"}`, `{"c":2,"b":"y"}`},
	{"several operators", operators, `{"a":[{"prefix":"x"},{"numeric":["=",1]},null]}`, `{"a":1}`, `{"a":"y"}`},
}

// Every pattern is asked through TestEventPattern, and stands behind a rule that sends what it wants to a queue.
func TestEventPatterns(t *testing.T) {
	t.Parallel()
	m, cfg := machine(t, local.Options{})
	client, queues := eventbridge.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	for i, p := range patternProbes {
		pattern := aws.String(`{"detail":` + p.pattern + `}`)
		for detail, want := range map[string]bool{p.yes: true, p.no: false} {
			out, err := client.TestEventPattern(t.Context(), &eventbridge.TestEventPatternInput{EventPattern: pattern, Event: aws.String(
				`{"id":"1","account":"1","source":"s","time":"2026-01-01T00:00:00Z","region":"r","resources":[],"detail-type":"d","detail":` + detail + `}`)})
			if err != nil || out.Result != want {
				t.Errorf("%s (%s): %s of %s is %+v, %v; want %v", p.name, p.page, p.pattern, detail, out, err, want)
			}
		}
		name := aws.String("probe-" + string(rune('A'+i/26)) + string(rune('a'+i%26)))
		queue, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: name})
		if err != nil {
			t.Fatal(err)
		}
		rule(t, client, &eventbridge.PutRuleInput{Name: name, EventPattern: aws.String(`{"source":["` + *name + `"],"detail":` + p.pattern + `}`)}, m.Account().ARN("sqs", *name))
		_, err = client.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{
			{Source: name, DetailType: aws.String("no"), Detail: aws.String(p.no)}, {Source: name, DetailType: aws.String("yes"), Detail: aws.String(p.yes)},
		}})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.Events.Idle(t.Context()); err != nil {
			t.Fatal(err)
		}
		got, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, MaxNumberOfMessages: 10})
		if err != nil || len(got.Messages) != 1 || *got.Messages[0].Body != `"yes"` {
			t.Errorf("%s (%s): the rule sent %d messages, %v; want the event that it wants", p.name, p.page, len(got.Messages), err)
		}
	}
}

// rule makes a rule that sends the type of an event to a target.
func rule(t *testing.T, client *eventbridge.Client, in *eventbridge.PutRuleInput, target string) {
	t.Helper()
	if _, err := client.PutRule(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	_, err := client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: in.Name, EventBusName: in.EventBusName, Targets: []types.Target{{Id: aws.String("1"), Arn: &target,
		InputTransformer: &types.InputTransformer{InputPathsMap: map[string]string{"type": "$.detail-type"}, InputTemplate: aws.String("<type>")}}}})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEventPatternErrors(t *testing.T) {
	t.Parallel()
	_, cfg := machine(t, local.Options{})
	client := eventbridge.NewFromConfig(cfg)
	for _, pattern := range []string{`{"a":"x"}`, `{"a":[]}`, `{"a":{}}`, `{"a":[{"near":"x"}]}`, `{"a":[{"numeric":["~",1]}]}`, `{"a":[{"wildcard":"a**b"}]}`, `{"$or":[{"a":[1]}]}`, `{`} {
		_, err := client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("R"), EventPattern: &pattern})
		wiretest.Refused(t, err, "InvalidEventPatternException", "Event pattern is not valid. Reason: ")
	}
}

// A rule with a schedule fires in the machine's time (page: schedules).
func TestEventSchedules(t *testing.T) {
	t.Parallel()
	m, cfg := machine(t, local.Options{Virtual: true})
	client, queues := eventbridge.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	for _, p := range []struct {
		name, schedule string
		advance        time.Duration
		want           int
	}{
		{"daily", "rate(1 day)", 24 * time.Hour, 1},
		{"hourly", "rate(6 hours)", 24 * time.Hour, 4},
		{"at-ten", "cron(0 10 * * ? *)", 48 * time.Hour, 2},
		{"quarter", "cron(0/15 * * * ? *)", time.Hour, 4},
	} {
		queue, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &p.name})
		if err != nil {
			t.Fatal(err)
		}
		rule(t, client, &eventbridge.PutRuleInput{Name: &p.name, ScheduleExpression: &p.schedule}, m.Account().ARN("sqs", p.name))
		if err := m.Advance(t.Context(), p.advance); err != nil {
			t.Fatal(err)
		}
		got, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, MaxNumberOfMessages: 10})
		if err != nil || len(got.Messages) != p.want || *got.Messages[0].Body != `"Scheduled Event"` {
			t.Errorf("%s (%s): %+v, %v; want %d events", p.schedule, schedules, got, err, p.want)
		}
		if _, err := client.DisableRule(t.Context(), &eventbridge.DisableRuleInput{Name: &p.name}); err != nil {
			t.Fatal(err)
		}
	}
}

// An event goes from one bus to a second, and not on to a third (page: buses).
func TestEventBuses(t *testing.T) {
	t.Parallel()
	m, cfg := machine(t, local.Options{})
	client, queues := eventbridge.NewFromConfig(cfg), sqs.NewFromConfig(cfg)
	name := aws.String("orders")
	made, err := client.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: name})
	if err != nil {
		t.Fatal(err)
	}
	third, err := client.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: aws.String("third")})
	if err != nil {
		t.Fatal(err)
	}
	queue, err := queues.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: name})
	if err != nil {
		t.Fatal(err)
	}
	all, q := aws.String(`{"source":["me"]}`), m.Account().ARN("sqs", *name)
	forward := func(on *string, to *string) {
		t.Helper()
		if _, err := client.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("forward"), EventBusName: on, EventPattern: all}); err != nil {
			t.Fatal(err)
		}
		if _, err := client.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("forward"), EventBusName: on, Targets: []types.Target{{Id: aws.String("1"), Arn: to}}}); err != nil {
			t.Fatal(err)
		}
	}
	forward(nil, made.EventBusArn)
	forward(name, third.EventBusArn)
	rule(t, client, &eventbridge.PutRuleInput{Name: aws.String("Q"), EventBusName: name, EventPattern: all}, q)
	rule(t, client, &eventbridge.PutRuleInput{Name: aws.String("Q"), EventBusName: third.EventBusArn, EventPattern: all}, q)
	if _, err := client.PutEvents(t.Context(), &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{{Source: aws.String("me"), DetailType: aws.String("hello"), Detail: aws.String("{}")}}}); err != nil {
		t.Fatal(err)
	}
	if err := m.Events.Idle(t.Context()); err != nil {
		t.Fatal(err)
	}
	got, err := queues.ReceiveMessage(t.Context(), &sqs.ReceiveMessageInput{QueueUrl: queue.QueueUrl, MaxNumberOfMessages: 10})
	if err != nil || len(got.Messages) != 1 {
		t.Errorf("%s: %+v, %v; want the event once", buses, got, err)
	}
	_, err = client.DeleteEventBus(t.Context(), &eventbridge.DeleteEventBusInput{Name: name})
	wiretest.Refused(t, err, "ValidationException", "can't be deleted since it has rules")
	_, err = client.CreateArchive(t.Context(), &eventbridge.CreateArchiveInput{ArchiveName: name, EventSourceArn: made.EventBusArn})
	wiretest.Refused(t, err, "UnknownOperationException", "CreateArchive of events is not supported")
	page, err := client.ListEventBuses(t.Context(), &eventbridge.ListEventBusesInput{Limit: aws.Int32(2)})
	if err != nil || len(page.EventBuses) != 2 || page.NextToken == nil {
		t.Errorf("a page of buses: %+v, %v", page, err)
	}
}
