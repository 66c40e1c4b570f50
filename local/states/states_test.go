package states_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/stepwright/stepwright/local/states"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

const (
	pass  = `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":{"x":1},"End":true}}}`
	wait  = `{"StartAt":"W","States":{"W":{"Type":"Wait","Seconds":3600,"Next":"A"},"A":{"Type":"Pass","End":true}}}`
	fail  = `{"StartAt":"F","States":{"F":{"Type":"Fail","Error":"Broken","Cause":"no film"}}}`
	role  = "arn:aws:iam::111122223333:role/r"
	group = "arn:aws:logs:eu-north-1:111122223333:log-group:/aws/vendedlogs/states/x:*"
)

// An api answers the calls of tasks.
type api func(ctx context.Context, action string, in value.Value) (value.Value, error)

func (f api) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	return f(ctx, action, in)
}

// A machine is a service with an SDK client.
type machine struct {
	*states.Service
	*sfn.Client
	services *wire.Directory

	mu  sync.Mutex
	log []string
}

func newMachine(t testing.TB, change ...func(*states.Config)) *machine {
	t.Helper()
	m := &machine{services: &wire.Directory{}}
	c := states.Config{
		Account: wiretest.Account, Services: m.services,
		Log: func(group, stream string, at time.Time, line string) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.log = append(m.log, line)
		},
	}
	for _, f := range change {
		f(&c)
	}
	m.Service = states.New(c)
	m.services.Add("states", m.Service)
	m.Client = sfn.NewFromConfig(wiretest.Start(t, m.Service).Config())
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	return m
}

// create makes a Standard machine and gives its ARN.
func (m *machine) create(t testing.TB, name, definition string, change ...func(*sfn.CreateStateMachineInput)) string {
	t.Helper()
	in := &sfn.CreateStateMachineInput{Name: &name, Definition: &definition, RoleArn: new(role)}
	for _, f := range change {
		f(in)
	}
	out, err := m.CreateStateMachine(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return *out.StateMachineArn
}

func express(in *sfn.CreateStateMachineInput) { in.Type = types.StateMachineTypeExpress }

// run starts an execution and waits for its end.
func (m *machine) run(t testing.TB, arn, input string) states.Execution {
	t.Helper()
	out, err := m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn, Input: &input})
	if err != nil {
		t.Fatal(err)
	}
	x, err := m.Wait(t.Context(), *out.ExecutionArn)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestExecution(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn := m.create(t, "Photos", pass)
	if want := "arn:aws:states:eu-north-1:111122223333:stateMachine:Photos"; arn != want {
		t.Errorf("ARN is %s, want %s", arn, want)
	}
	out, err := m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn, Name: new("one"), Input: new(`{ "a" : 1 }`)})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := m.Wait(t.Context(), *out.ExecutionArn); err != nil {
		t.Fatal(err)
	}
	d, err := m.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: out.ExecutionArn})
	if err != nil {
		t.Fatal(err)
	}
	if d.Status != types.ExecutionStatusSucceeded || aws.ToString(d.Output) != `{"x":1}` || aws.ToString(d.Input) != `{ "a" : 1 }` || aws.ToString(d.Name) != "one" || d.StopDate == nil || !d.OutputDetails.Included {
		t.Errorf("got %+v", d)
	}
	if got := aws.ToString(d.RedriveStatusReason); got != "Execution is SUCCEEDED and cannot be redriven" {
		t.Errorf("redrive status reason is %q", got)
	}
	h, err := m.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: out.ExecutionArn})
	if err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range h.Events {
		kinds = append(kinds, string(e.Type))
	}
	if got := strings.Join(kinds, " "); got != "ExecutionStarted PassStateEntered PassStateExited ExecutionSucceeded" {
		t.Errorf("history is %s", got)
	}
	if got := aws.ToString(h.Events[0].ExecutionStartedEventDetails.Input); got != `{ "a" : 1 }` {
		t.Errorf("started with %s", got)
	}
}

func TestFailure(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	x := m.run(t, m.create(t, "F", fail), `{}`)
	d, err := m.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: &x.Arn})
	if err != nil {
		t.Fatal(err)
	}
	if d.Status != types.ExecutionStatusFailed || aws.ToString(d.Error) != "Broken" || aws.ToString(d.Cause) != "no film" || d.Output != nil || d.RedriveStatus != types.ExecutionRedriveStatusRedrivable {
		t.Errorf("got %+v", d)
	}
}

func TestNamesAreUnique(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn := m.create(t, "W", wait)
	start := func(name, input string) (*sfn.StartExecutionOutput, error) {
		return m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn, Name: &name, Input: &input})
	}
	first, err := start("n", `{"a":1}`)
	if err != nil {
		t.Fatal(err)
	}
	again, err := start("n", `{"a":1}`)
	if err != nil || *again.ExecutionArn != *first.ExecutionArn || !again.StartDate.Equal(*first.StartDate) {
		t.Errorf("the same start gave %v, %v", again, err)
	}
	_, err = start("n", `{"a":2}`)
	wiretest.Refused(t, err, "ExecutionAlreadyExists", "Execution Already Exists: '"+*first.ExecutionArn+"'")
	if _, err := m.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: first.ExecutionArn}); err != nil {
		t.Fatal(err)
	}
	_, err = start("n", `{"a":1}`)
	wiretest.Refused(t, err, "ExecutionAlreadyExists", "Execution Already Exists")
}

func TestStartErrors(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	good := m.create(t, "P", pass)
	tests := []struct{ title, arn, name, input, code, message string }{
		{"no JSON", good, "", "not JSON", "InvalidExecutionInput", "Invalid State Machine Execution Input: 'Unrecognized token 'not': was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')'"},
		{"half JSON", good, "", `{"a":`, "InvalidExecutionInput", "Invalid State Machine Execution Input: '"},
		{"empty", good, "", "", "InvalidExecutionInput", "'Invalid execution input.'"},
		{"too long", good, "", `"` + strings.Repeat("x", 262144) + `"`, "ValidationException", "at 'input' failed to satisfy constraint: Member must have length less than or equal to 262144"},
		{"name", good, "a b", "{}", "InvalidName", "Invalid Name: 'a b'"},
		{"long name", good, strings.Repeat("n", 81), "{}", "ValidationException", "at 'name' failed to satisfy constraint: Member must have length less than or equal to 80"},
		{"unknown", good + "x", "", "{}", "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + good + "x'"},
		{"version", good + ":1", "", "{}", "StateMachineDoesNotExist", "State Machine Does Not Exist: '" + good + ":1'"},
		{"no ARN", "P", "", "{}", "InvalidArn", "Invalid Arn: 'Invalid ARN prefix: P'"},
		{"other kind", strings.Replace(good, "stateMachine", "activity", 1), "", "{}", "InvalidArn", "Invalid Arn: 'Resource type not valid in this context: activity'"},
		{"other region", strings.Replace(good, "eu-north-1", "us-east-1", 1), "", "{}", "InvalidArn", "which is region eu-north-1 of account 111122223333"},
	}
	for _, tt := range tests {
		t.Run(tt.title, func(t *testing.T) {
			t.Parallel()
			in := &sfn.StartExecutionInput{StateMachineArn: &tt.arn, Input: &tt.input}
			if tt.name != "" {
				in.Name = &tt.name
			}
			_, err := m.StartExecution(t.Context(), in)
			wiretest.Refused(t, err, tt.code, tt.message)
		})
	}
}

func TestStop(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn := m.create(t, "W", wait)
	out, err := m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	stopped, err := m.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: out.ExecutionArn, Error: new("Cancelled"), Cause: new("by hand")})
	if err != nil {
		t.Fatal(err)
	}
	again, err := m.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: out.ExecutionArn})
	if err != nil || !again.StopDate.Equal(*stopped.StopDate) {
		t.Errorf("stopping again gave %v, %v; want %v", again, err, stopped.StopDate)
	}
	d, err := m.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: out.ExecutionArn})
	if err != nil || d.Status != types.ExecutionStatusAborted || aws.ToString(d.Error) != "Cancelled" || aws.ToString(d.Cause) != "by hand" {
		t.Errorf("got %+v, %v", d, err)
	}
	events := m.History(*out.ExecutionArn)
	if last := events[len(events)-1]; last.Type != "ExecutionAborted" {
		t.Errorf("the last event is %s", last.Type)
	}
	_, err = m.StopExecution(t.Context(), &sfn.StopExecutionInput{ExecutionArn: new(*out.ExecutionArn + "x")})
	wiretest.Refused(t, err, "ExecutionDoesNotExist", "Execution Does Not Exist: '"+*out.ExecutionArn+"x'")
}

func TestListExecutionsWhileOthersStart(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn := m.create(t, "P", pass)
	for range 4 {
		m.run(t, arn, `{}`)
	}
	seen := map[string]int{}
	pages := sfn.NewListExecutionsPaginator(m.Client, &sfn.ListExecutionsInput{StateMachineArn: &arn, MaxResults: 2})
	for pages.HasMorePages() {
		p, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range p.Executions {
			seen[*x.Name]++
		}
		m.run(t, arn, `{}`)
	}
	if len(seen) != 4 {
		t.Errorf("the pages hold %d executions; expected the 4 that there were at first", len(seen))
	}
	for name, n := range seen {
		if n != 1 {
			t.Errorf("%s is on %d pages", name, n)
		}
	}
}

func TestListExecutions(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	ok, bad := m.create(t, "P", pass), m.create(t, "F", fail)
	for range 5 {
		m.run(t, ok, `{}`)
	}
	m.run(t, bad, `{}`)
	var names []string
	pages := sfn.NewListExecutionsPaginator(m.Client, &sfn.ListExecutionsInput{StateMachineArn: &ok, MaxResults: 2})
	count := 0
	for pages.HasMorePages() {
		p, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		count++
		for _, x := range p.Executions {
			names = append(names, *x.Name)
		}
	}
	var want []string
	for _, x := range m.Executions() {
		if x.StateMachine == "P" {
			want = append(want, x.Name)
		}
	}
	slices.Reverse(want)
	if !slices.Equal(names, want) || count != 3 {
		t.Errorf("%d pages: %q, want %q", count, names, want)
	}
	for filter, n := range map[types.ExecutionStatus]int{types.ExecutionStatusFailed: 1, types.ExecutionStatusSucceeded: 0, types.ExecutionStatusRunning: 0} {
		out, err := m.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &bad, StatusFilter: filter})
		if err != nil || len(out.Executions) != n {
			t.Errorf("%s: %d executions, %v", filter, len(out.Executions), err)
		}
	}
	_, err := m.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &ok, NextToken: new("nonsense")})
	wiretest.Refused(t, err, "InvalidToken", "Invalid Token: 'Invalid token'")
	_, err = m.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &ok, MaxResults: 1001})
	wiretest.Refused(t, err, "ValidationException", "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000")
	_, err = m.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &ok, StatusFilter: "DONE"})
	wiretest.Refused(t, err, "ValidationException", "Member must satisfy enum value set: [RUNNING, SUCCEEDED")
}

func TestHistoryPages(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	x := m.run(t, m.create(t, "P", pass), `{"secret":true}`)
	var ids []int64
	pages := sfn.NewGetExecutionHistoryPaginator(m.Client, &sfn.GetExecutionHistoryInput{ExecutionArn: &x.Arn, MaxResults: 3, ReverseOrder: true, IncludeExecutionData: new(false)})
	for pages.HasMorePages() {
		p, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range p.Events {
			ids = append(ids, e.Id)
			if d := e.StateEnteredEventDetails; d != nil && (d.Input != nil || d.InputDetails == nil) {
				t.Errorf("details are %+v, want no input", d)
			}
		}
	}
	if !slices.Equal(ids, []int64{4, 3, 2, 1}) {
		t.Errorf("got %v", ids)
	}
	first, err := m.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: &x.Arn, MaxResults: 1})
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.GetExecutionHistory(t.Context(), &sfn.GetExecutionHistoryInput{ExecutionArn: &x.Arn, ReverseOrder: true, NextToken: first.NextToken})
	wiretest.Refused(t, err, "InvalidToken", "Invalid token")
}

func TestExpress(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	ok, bad := m.create(t, "P", pass, express), m.create(t, "F", fail, express)
	out, err := m.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: &ok, Name: new("n"), Input: new(`{}`)})
	if err != nil {
		t.Fatal(err)
	}
	if out.Status != types.SyncExecutionStatusSucceeded || aws.ToString(out.Output) != `{"x":1}` || out.BillingDetails.BilledDurationInMilliseconds < 100 || !strings.HasPrefix(*out.ExecutionArn, "arn:aws:states:eu-north-1:111122223333:express:P:n:") {
		t.Errorf("got %+v, ARN %s", out, *out.ExecutionArn)
	}
	out, err = m.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: &bad})
	if err != nil || out.Status != types.SyncExecutionStatusFailed || aws.ToString(out.Error) != "Broken" || out.Output != nil {
		t.Errorf("got %+v, %v", out, err)
	}
	async, err := m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &ok, Name: new("n")})
	if err != nil {
		t.Fatal(err)
	}
	_, err = m.DescribeExecution(t.Context(), &sfn.DescribeExecutionInput{ExecutionArn: async.ExecutionArn})
	wiretest.Refused(t, err, "InvalidArn", "Resource type not valid in this context: express")
	_, err = m.ListExecutions(t.Context(), &sfn.ListExecutionsInput{StateMachineArn: &ok})
	wiretest.Refused(t, err, "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
	standard := m.create(t, "S", pass)
	_, err = m.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: &standard})
	wiretest.Refused(t, err, "StateMachineTypeNotSupported", "This operation is not supported by this type of state machine")
}

func TestManyExecutions(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.services.Add("lambda", api(func(context.Context, string, value.Value) (value.Value, error) {
		return value.MustParse(`{"StatusCode":200,"ExecutedVersion":"$LATEST","Payload":{"ok":true}}`), nil
	}))
	arn := m.create(t, "L", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:eu-north-1:111122223333:function:f","End":true}}}`)
	var all sync.WaitGroup
	for n := range 200 {
		all.Go(func() {
			out, err := m.Call(t.Context(), "StartExecution", value.Object(value.M("stateMachineArn", value.String(arn)), value.M("input", value.String(fmt.Sprint(n)))))
			if err != nil {
				t.Error(err)
				return
			}
			if x, err := m.Wait(t.Context(), out.Get("executionArn").Str()); err != nil || x.Output.String() != `{"ok":true}` {
				t.Errorf("got %+v, %v", x, err)
			}
		})
	}
	all.Wait()
	if n := len(m.Executions()); n != 200 {
		t.Errorf("%d executions are kept", n)
	}
}

func TestOldExecutionsAreForgotten(t *testing.T) {
	t.Parallel()
	m := newMachine(t, func(c *states.Config) { c.Retain = 10 })
	arn, slow := m.create(t, "P", pass), m.create(t, "W", wait)
	if _, err := m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &slow}); err != nil {
		t.Fatal(err)
	}
	for range 50 {
		m.run(t, arn, `{}`)
	}
	all := m.Executions()
	if len(all) > 12 || all[0].StateMachine != "W" {
		t.Errorf("%d executions are kept, the first of %s", len(all), all[0].StateMachine)
	}
}

func TestWatch(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	arn := m.create(t, "P", pass)
	ctx, cancel := context.WithCancel(t.Context())
	updates := m.Watch(ctx)
	m.run(t, arn, `{}`)
	var seen []string
	for u := range updates {
		if u.Event == nil {
			seen = append(seen, string(u.Execution.Status))
			break
		}
		seen = append(seen, string(u.Event.Type))
	}
	if got := strings.Join(seen, " "); got != "ExecutionStarted PassStateEntered PassStateExited ExecutionSucceeded SUCCEEDED" {
		t.Errorf("saw %s", got)
	}
	cancel()
	for range updates { // is closed
	}
	other := m.Watch(t.Context())
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	for range other { // is closed as well
	}
}

func TestStatusEvents(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	var mu sync.Mutex
	var entries []value.Value
	m.services.Add("events", api(func(_ context.Context, action string, in value.Value) (value.Value, error) {
		mu.Lock()
		defer mu.Unlock()
		entries = append(entries, in.Get("Entries").Elements()...)
		return value.MustParse(`{"FailedEntryCount":0,"Entries":[{"EventId":"e"}]}`), nil
	}))
	x := m.run(t, m.create(t, "F", fail), `{"a":1}`)
	if _, err := m.StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: new(m.create(t, "E", pass, express))}); err != nil {
		t.Fatal(err)
	}
	if err := m.Close(); err != nil { // all events are out then
		t.Fatal(err)
	}
	if len(entries) != 2 {
		t.Fatalf("%d events, want RUNNING and FAILED of the Standard execution", len(entries))
	}
	for i, want := range []string{
		`{"status":"RUNNING","stopDate":null,"output":null,"error":null,"cause":null,"redriveStatus":"NOT_REDRIVABLE"}`,
		`{"status":"FAILED","output":null,"error":"Broken","cause":"no film","redriveStatus":"REDRIVABLE","redriveStatusReason":null}`,
	} {
		e := entries[i]
		if e.Get("Source").Str() != "aws.states" || e.Get("DetailType").Str() != "Step Functions Execution Status Change" || e.Get("Resources").Index(0).Str() != x.Arn {
			t.Errorf("got %s", e)
		}
		d := value.MustParse(e.Get("Detail").Str())
		for name, v := range value.MustParse(want).Members() {
			if !value.Equal(d.Get(name), v) {
				t.Errorf("%s is %s, want %s", name, d.Get(name), v)
			}
		}
		if n, ok := d.Get("startDate").Int(); !ok || n < 1e12 || d.Get("input").Str() != `{"a":1}` || !d.Path("inputDetails", "included").Bool() {
			t.Errorf("detail is %s", d)
		}
	}
}

func TestCloseLeavesExecutions(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	entered := make(chan struct{})
	m.services.Add("lambda", api(func(ctx context.Context, _ string, _ value.Value) (value.Value, error) {
		close(entered)
		<-ctx.Done()
		return value.Value{}, ctx.Err()
	}))
	arn := m.create(t, "L", `{"StartAt":"T","States":{"T":{"Type":"Task","Resource":"arn:aws:lambda:eu-north-1:111122223333:function:f","End":true}}}`)
	out, err := m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	<-entered
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if x, err := m.Wait(t.Context(), *out.ExecutionArn); err == nil || x.Status != "RUNNING" {
		t.Errorf("got %+v, %v", x, err)
	}
	_, err = m.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &arn})
	wiretest.Refused(t, err, "ServiceUnavailable", "the local machine is stopping")
}

func TestUnsupported(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	_, err := m.PublishStateMachineVersion(t.Context(), &sfn.PublishStateMachineVersionInput{StateMachineArn: new("a")})
	wiretest.Refused(t, err, "UnknownOperationException", "PublishStateMachineVersion is not supported yet by the local machine")
	_, err = m.Call(t.Context(), "MakeCoffee", value.Object())
	if err == nil || !strings.Contains(err.Error(), `Step Functions has no operation "MakeCoffee"`) {
		t.Errorf("got %v", err)
	}
}

func BenchmarkExecution(b *testing.B) {
	s := states.New(states.Config{Account: wiretest.Account})
	defer s.Close()
	in, err := json.Marshal(map[string]string{"name": "P", "definition": pass, "roleArn": role, "type": "EXPRESS"})
	if err != nil {
		b.Fatal(err)
	}
	out, err := s.Call(b.Context(), "CreateStateMachine", value.MustParse(string(in)))
	if err != nil {
		b.Fatal(err)
	}
	start := value.Object(value.M("stateMachineArn", out.Get("stateMachineArn")))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Call(b.Context(), "StartSyncExecution", start); err != nil {
			b.Fatal(err)
		}
	}
}
