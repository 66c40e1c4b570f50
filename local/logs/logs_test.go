package logs_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/logs"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func newStore() *logs.Store { return logs.New(wiretest.Account, clock.NewVirtual(start)) }

func call(t testing.TB, s *logs.Store, action, in string) (value.Value, error) {
	t.Helper()
	return s.Call(context.Background(), action, value.MustParse(in))
}

func do(t testing.TB, s *logs.Store, action, in string) value.Value {
	t.Helper()
	out, err := call(t, s, action, in)
	if err != nil {
		t.Fatalf("%s %s: %v", action, in, err)
	}
	return out
}

// messages joins the messages of an answer.
func messages(v value.Value) string {
	var all []string
	for _, e := range v.Get("events").Elements() {
		all = append(all, e.Get("message").Str())
	}
	return strings.Join(all, "|")
}

func TestSDK(t *testing.T) {
	t.Parallel()
	s := newStore()
	c, ctx := sdk.NewFromConfig(wiretest.Start(t, s).Config()), t.Context()
	group, stream := aws.String("/aws/lambda/Extract"), aws.String("2026/11/01/[$LATEST]abc")
	if _, err := c.CreateLogGroup(ctx, &sdk.CreateLogGroupInput{LogGroupName: group}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.CreateLogStream(ctx, &sdk.CreateLogStreamInput{LogGroupName: group, LogStreamName: stream}); err != nil {
		t.Fatal(err)
	}
	at := start.UnixMilli()
	put, err := c.PutLogEvents(ctx, &sdk.PutLogEventsInput{LogGroupName: group, LogStreamName: stream, LogEvents: []types.InputLogEvent{
		{Timestamp: aws.Int64(start.Add(-15 * 24 * time.Hour).UnixMilli()), Message: aws.String("long ago")},
		{Timestamp: &at, Message: aws.String("START ✓")},
		{Timestamp: aws.Int64(at + 1), Message: aws.String("END")},
		{Timestamp: aws.Int64(start.Add(3 * time.Hour).UnixMilli()), Message: aws.String("to come")},
	}})
	if err != nil || *put.RejectedLogEventsInfo.TooOldLogEventEndIndex != 1 || *put.RejectedLogEventsInfo.TooNewLogEventStartIndex != 3 {
		t.Fatalf("got %+v, %v", put, err)
	}
	got, err := c.GetLogEvents(ctx, &sdk.GetLogEventsInput{LogGroupName: group, LogStreamName: stream, StartFromHead: aws.Bool(true)})
	if err != nil || len(got.Events) != 2 || *got.Events[0].Message != "START ✓" || *got.Events[0].Timestamp != at {
		t.Errorf("got %+v, %v", got, err)
	}
	found, err := c.FilterLogEvents(ctx, &sdk.FilterLogEventsInput{LogGroupName: group, FilterPattern: aws.String("END")})
	if err != nil || len(found.Events) != 1 || *found.Events[0].LogStreamName != *stream {
		t.Errorf("got %+v, %v", found, err)
	}
	groups, err := c.DescribeLogGroups(ctx, &sdk.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String("/aws/lambda/")})
	if err != nil || len(groups.LogGroups) != 1 || *groups.LogGroups[0].Arn != "arn:aws:logs:eu-north-1:111122223333:log-group:/aws/lambda/Extract:*" {
		t.Errorf("got %+v, %v", groups, err)
	}
	streams, err := c.DescribeLogStreams(ctx, &sdk.DescribeLogStreamsInput{LogGroupName: group, OrderBy: types.OrderByLastEventTime, Descending: aws.Bool(true)})
	if err != nil || len(streams.LogStreams) != 1 || *streams.LogStreams[0].LastEventTimestamp != at+1 {
		t.Errorf("got %+v, %v", streams, err)
	}
	var gone *types.ResourceNotFoundException
	if _, err := c.GetLogEvents(ctx, &sdk.GetLogEventsInput{LogGroupName: group, LogStreamName: aws.String("x")}); !errors.As(err, &gone) {
		t.Errorf("got %v, want ResourceNotFoundException", err)
	}
	if _, err := c.DeleteLogGroup(ctx, &sdk.DeleteLogGroupInput{LogGroupName: group}); err != nil {
		t.Error(err)
	}
}

func TestPaging(t *testing.T) {
	t.Parallel()
	s := newStore()
	for i := range 7 {
		s.Append("g", "s", start.Add(time.Duration(i)*time.Second), fmt.Sprint("line ", i))
	}
	in := `{"logGroupName": "g", "logStreamName": "s", "limit": 3`
	tail := do(t, s, "GetLogEvents", in+`}`)
	if got := messages(tail); got != "line 4|line 5|line 6" {
		t.Errorf("the last events: %s", got)
	}
	before := do(t, s, "GetLogEvents", in+`, "nextToken": "`+tail.Get("nextBackwardToken").Str()+`"}`)
	if got := messages(before); got != "line 1|line 2|line 3" {
		t.Errorf("before them: %s", got)
	}
	end := do(t, s, "GetLogEvents", in+`, "nextToken": "`+tail.Get("nextForwardToken").Str()+`"}`)
	if end.Get("events").Len() != 0 || end.Get("nextForwardToken").Str() != tail.Get("nextForwardToken").Str() {
		t.Errorf("behind the end: %s", end)
	}
	s.Append("g", "s", start.Add(time.Minute), "line 7")
	if got := messages(do(t, s, "GetLogEvents", in+`, "nextToken": "`+end.Get("nextForwardToken").Str()+`"}`)); got != "line 7" {
		t.Errorf("what has come since: %s", got)
	}
	head := do(t, s, "GetLogEvents", in+fmt.Sprintf(`, "startFromHead": true, "startTime": %d, "endTime": %d}`, start.Add(2*time.Second).UnixMilli(), start.Add(4*time.Second).UnixMilli()))
	if got := messages(head); got != "line 2|line 3" {
		t.Errorf("in a window: %s", got)
	}
	s.Append("g", "another", start.Add(1500*time.Millisecond), "between")
	first := do(t, s, "FilterLogEvents", `{"logGroupIdentifier": "arn:aws:logs:eu-north-1:111122223333:log-group:g:*", "limit": 4}`)
	second := do(t, s, "FilterLogEvents", `{"logGroupName": "g", "limit": 4, "nextToken": "`+first.Get("nextToken").Str()+`"}`)
	if got := messages(first) + "|" + messages(second); got != "line 0|line 1|between|line 2|line 3|line 4|line 5|line 6" {
		t.Errorf("two pages of a filter: %s", got)
	}
}

func TestPatterns(t *testing.T) {
	t.Parallel()
	s := newStore()
	s.Append("g", "s", start, "ERROR disk full", "ERROR net down", "INFO disk ok", `WARN say "hi"`)
	for pattern, want := range map[string]string{
		"":                   `ERROR disk full|ERROR net down|INFO disk ok|WARN say "hi"`,
		"ERROR":              "ERROR disk full|ERROR net down",
		"ERROR disk":         "ERROR disk full",
		`"disk ok"`:          "INFO disk ok",
		"disk -ERROR":        "INFO disk ok",
		"?INFO ?WARN":        `INFO disk ok|WARN say "hi"`,
		`"say \"hi"`:         `WARN say "hi"`,
		"error":              "",
		`disk -"disk ok"  `:  "ERROR disk full",
		"?net ?full ERROR":   "ERROR disk full|ERROR net down",
		"-disk   -net  -say": "",
	} {
		in := value.Object(value.M("logGroupName", value.String("g")), value.M("filterPattern", value.String(pattern)))
		if got := messages(do(t, s, "FilterLogEvents", in.String())); got != want {
			t.Errorf("%q: %q, want %q", pattern, got, want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	for _, p := range []string{"", "a -b ?c", `"a b"`, `"`, `-"x`, "{ $.a = 1 }", "?", "-", "\\", `"\`} {
		f.Add(p)
	}
	s := newStore()
	s.Append("g", "s", start, "a line of text")
	f.Fuzz(func(t *testing.T, pattern string) {
		in := value.Object(value.M("logGroupName", value.String("g")), value.M("filterPattern", value.String(pattern)))
		_, err := s.Call(context.Background(), "FilterLogEvents", in)
		var e *wire.Error
		if err != nil && (!errors.As(err, &e) || e.Code != "InvalidParameterException") {
			t.Errorf("got %v", err)
		}
	})
}

func TestAppend(t *testing.T) {
	t.Parallel()
	s := newStore()
	s.Append("g", "b", start, "two")
	s.Append("g", "a", start, "one", "")
	s.Append("g", "b", start.Add(-time.Second), "before")
	want := []logs.Event{{"a", start, "one"}, {"a", start, ""}, {"b", start.Add(-time.Second), "before"}, {"b", start, "two"}}
	if diff := cmp.Diff(want, s.Events("g")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := s.Events("nothing"); got != nil {
		t.Errorf("got %v", got)
	}
	big := strings.Repeat("x", 1<<20)
	for range 40 {
		s.Append("big", "s", start, big)
	}
	if got := len(s.Events("big")); got < 12 || got > 16 {
		t.Errorf("a stream keeps %d MiB, want 12 to 16", got)
	}
	tail := do(t, s, "GetLogEvents", `{"logGroupName": "big", "logStreamName": "s", "limit": 1}`)
	if got := tail.Get("nextForwardToken").Str(); got != "f/40" {
		t.Errorf("the token is %s, want f/40: it counts what is no longer kept", got)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	s := newStore()
	do(t, s, "CreateLogGroup", `{"logGroupName": "g"}`)
	do(t, s, "CreateLogStream", `{"logGroupName": "g", "logStreamName": "s"}`)
	put := func(events string) string {
		return `{"logGroupName": "g", "logStreamName": "s", "logEvents": ` + events + `}`
	}
	const bad, gone = "InvalidParameterException: ", "ResourceNotFoundException: The specified log "
	for _, c := range []struct{ action, in, want string }{
		{"CreateLogGroup", `{"logGroupName": "g"}`, "ResourceAlreadyExistsException: The specified log group already exists"},
		{"CreateLogGroup", `{"logGroupName": "a b"}`, bad + `1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\.\-_/#A-Za-z0-9]+`},
		{"CreateLogGroup", `{"logGroupName": 7}`, "SerializationException: the parameter logGroupName of CreateLogGroup must be a string, not 7"},
		{"CreateLogStream", `{"logGroupName": "g", "logStreamName": "s"}`, "ResourceAlreadyExistsException: The specified log stream already exists"},
		{"CreateLogStream", `{"logGroupName": "g", "logStreamName": "a:b"}`, bad + "1 validation error detected: Value 'a:b' at 'logStreamName' failed to satisfy constraint: Member must satisfy regular expression pattern: [^:*]*"},
		{"CreateLogStream", `{"logGroupName": "h", "logStreamName": "s"}`, gone + "group does not exist."},
		{"PutLogEvents", put(`[]`), bad + "1 validation error detected: Value at 'logEvents' failed to satisfy constraint: Member must have length between 1 and 10000, not 0"},
		{"PutLogEvents", put(`[{"timestamp": 1, "message": ""}]`), bad + "1 validation error detected: Value '' at 'logEvents.1.member.message' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"PutLogEvents", put(`[{"message": "x"}]`), bad + "1 validation error detected: Value at 'logEvents.1.member.timestamp' failed to satisfy constraint: Member must have value greater than or equal to 0"},
		{"PutLogEvents", put(`[{"timestamp": 2, "message": "x"}, {"timestamp": 1, "message": "x"}]`), bad + "Log events in a single PutLogEvents request must be in chronological order."},
		{"PutLogEvents", put(`[{"timestamp": 2, "message": "` + strings.Repeat("x", 1<<20) + `"}]`), bad + "Upload too large: 1048602 bytes exceeds limit of 1048576"},
		{"PutLogEvents", put(`["x"]`), "SerializationException: the input of a log event must be an object, not \"x\""},
		{"PutLogEvents", `{"logGroupName": "g", "logStreamName": "t", "logEvents": [{"timestamp": 2, "message": "x"}]}`, gone + "stream does not exist."},
		{"GetLogEvents", `{"logGroupName": "g", "logStreamName": "s", "nextToken": "x"}`, bad + "The specified nextToken is invalid."},
		{"GetLogEvents", `{"logGroupName": "g", "logStreamName": "s", "limit": 0}`, bad + "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value between 1 and 10000"},
		{"FilterLogEvents", `{"logGroupName": "g", "filterPattern": "{ $.a = 1 }"}`, bad + "filterPattern { $.a = 1 }: patterns over fields and regular expressions are not supported yet by the local machine; use plain terms"},
		{"FilterLogEvents", `{"logGroupName": "g", "filterPattern": "\"x"}`, bad + `filterPattern: a quote is not closed before the end, in "x`},
		{"DescribeLogStreams", `{"logGroupName": "g", "orderBy": "Size"}`, bad + "1 validation error detected: Value 'Size' at 'orderBy' failed to satisfy constraint: Member must satisfy enum value set: [LastEventTime, LogStreamName]"},
		{"PutRetentionPolicy", `{"logGroupName": "g", "retentionInDays": 2}`, bad + "1 validation error detected: Value '2' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1 3 5 7 14 30 60 90 120 150 180 365 400 545 731 1096 1827 2192 2557 2922 3288 3653]"},
		{"StartQuery", `{}`, "UnknownOperationException: StartQuery of CloudWatch Logs is not supported by the local machine"},
		{"DescribeLogGroups", `{"accountIdentifiers": []}`, bad + "the parameter accountIdentifiers of DescribeLogGroups is not supported yet by the local machine"},
	} {
		_, err := call(t, s, c.action, c.in)
		if err == nil {
			t.Errorf("%s %s: no error, want %s", c.action, c.in, c.want)
			continue
		}
		if diff := cmp.Diff(c.want, err.Error()); diff != "" {
			t.Errorf("%s %s (-want +got):\n%s", c.action, c.in, diff)
		}
	}
}

func TestProvider(t *testing.T) {
	t.Parallel()
	s, ctx := newStore(), t.Context()
	r := wire.Resource{
		Stack: "Demo", LogicalID: "Logs", Type: logs.GroupType,
		Properties: value.MustParse(`{"LogGroupName": "/aws/vendedlogs/states/Demo", "RetentionInDays": 7, "Tags": []}`),
	}
	c, err := s.Create(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	if c.Ref != "/aws/vendedlogs/states/Demo" || c.Attributes["Arn"].Str() != "arn:aws:logs:eu-north-1:111122223333:log-group:/aws/vendedlogs/states/Demo:*" {
		t.Errorf("got %+v", c)
	}
	if got := do(t, s, "DescribeLogGroups", `{}`).Get("logGroups").Index(0).Get("retentionInDays").Literal(); got != "7" {
		t.Errorf("the retention is %s", got)
	}
	if err := errors.Join(s.Delete(ctx, r, c), s.Delete(ctx, r, c)); err != nil {
		t.Fatal(err)
	}
	r.Properties = value.MustParse(`{"RetentionInDays": "eight"}`)
	if _, err := s.Create(ctx, r); err == nil || err.Error() != `SerializationException: the parameter RetentionInDays of resource Logs (AWS::Logs::LogGroup) must be an integer, not "eight"` {
		t.Errorf("got %v", err)
	}
}

func ExampleStore_Append() {
	s := newStore()
	s.Append("/aws/lambda/Extract", "2026/11/01/[$LATEST]1", start, "START", "END")
	for _, e := range s.Events("/aws/lambda/Extract") {
		fmt.Println(e.At.Format(time.TimeOnly), e.Message)
	}
	// Output:
	// 12:00:00 START
	// 12:00:00 END
}

func BenchmarkAppend(b *testing.B) {
	s := newStore()
	line := strings.Repeat("x", 100)
	b.ReportAllocs()
	for b.Loop() {
		s.Append("g", "s", start, line)
	}
}
