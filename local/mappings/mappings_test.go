package mappings_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/mappings"
	"github.com/stepwright/stepwright/local/sqs"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

// A functions stands for Lambda with one function, Work.
type functions struct {
	mu      sync.Mutex
	batches []string // the bodies of each invocation
	running int
	peak    int
	answer  func(records []value.Value) (value.Value, error)
}

func (f *functions) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	if !strings.HasSuffix(in.Get("FunctionName").Str(), "Work") {
		return value.Value{}, wire.Errorf("ResourceNotFoundException", "Function not found: %s", in.Get("FunctionName").Str())
	}
	if action == "GetFunctionConfiguration" {
		return value.MustParse(`{"FunctionArn": "arn:aws:lambda:eu-north-1:111122223333:function:Work", "Timeout": 3}`), nil
	}
	records := in.Path("Payload", "Records").Elements()
	var bodies []string
	for _, r := range records {
		bodies = append(bodies, r.Get("body").Str())
	}
	f.mu.Lock()
	f.batches = append(f.batches, strings.Join(bodies, " "))
	f.running++
	f.peak = max(f.peak, f.running)
	f.mu.Unlock()
	defer func() { f.mu.Lock(); f.running--; f.mu.Unlock() }()
	if f.answer != nil {
		return f.answer(records)
	}
	return value.MustParse(`{"StatusCode": 200, "Payload": null}`), nil
}

func (f *functions) took() []string {
	synctest.Wait()
	f.mu.Lock()
	defer f.mu.Unlock()
	all := f.batches
	f.batches = nil
	return all
}

type world struct {
	*mappings.Service
	t         *testing.T
	queues    *sqs.Broker
	functions *functions
}

// inWorld runs a test where time passes only when everybody waits.
func inWorld(t *testing.T, queue string, test func(w world)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := &wire.Directory{}
		w := world{nil, t, sqs.New(wiretest.Account, clock.Real(), func() string { return "http://127.0.0.1:1" }), &functions{}}
		w.Service = mappings.New(wiretest.Account, clock.Real(), d, w.queues)
		d.Add("sqs", w.queues)
		d.Add("lambda", w.functions)
		w.do(w.queues, "CreateQueue", queue)
		test(w)
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
}

func (w world) do(api wire.API, action, in string) value.Value {
	w.t.Helper()
	out, err := api.Call(w.t.Context(), action, value.MustParse(in))
	if err != nil {
		w.t.Fatalf("%s %s: %v", action, in, err)
	}
	return out
}

// mapped makes a mapping of the queue "in".
func (w world) mapped(more string) string {
	w.t.Helper()
	return w.do(w, "CreateEventSourceMapping", `{"EventSourceArn": "arn:aws:sqs:eu-north-1:111122223333:in", "FunctionName": "Work"`+more+`}`).Get("UUID").Str()
}

const in = `"QueueUrl": "http://127.0.0.1:1/111122223333/in"`

func (w world) send(bodies ...string) {
	w.t.Helper()
	for _, b := range bodies {
		w.do(w.queues, "SendMessage", `{`+in+`, "MessageBody": `+value.String(b).String()+`}`)
	}
}

// left is how many messages the queue has, visible or not.
func (w world) left() string {
	w.t.Helper()
	synctest.Wait()
	a := w.do(w.queues, "GetQueueAttributes", `{`+in+`, "AttributeNames": ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]}`).Get("Attributes")
	return a.Get("ApproximateNumberOfMessages").Str() + "+" + a.Get("ApproximateNumberOfMessagesNotVisible").Str()
}

func (w world) want(what string, got, want any) {
	w.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		w.t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestBatches(t *testing.T) {
	inWorld(t, `{"QueueName": "in"}`, func(w world) {
		w.send("a", "b", "c")
		w.mapped(`, "BatchSize": 2, "ScalingConfig": {"MaximumConcurrency": 2}`)
		w.want("batches", len(w.functions.took()), 2)
		w.want("left", w.left(), "0+0")
		w.send("d")
		w.want("batches", w.functions.took(), []string{"d"})
	})
}

func TestWindow(t *testing.T) {
	inWorld(t, `{"QueueName": "in"}`, func(w world) {
		w.mapped(`, "BatchSize": 20, "MaximumBatchingWindowInSeconds": 5`)
		w.send("a")
		time.Sleep(4 * time.Second)
		w.send("b")
		w.want("before the window has passed", w.functions.took(), []string(nil))
		time.Sleep(time.Second)
		w.want("after", w.functions.took(), []string{"a b"})
		w.want("left", w.left(), "0+0")
	})
}

func TestFailures(t *testing.T) {
	inWorld(t, `{"QueueName": "in", "Attributes": {"VisibilityTimeout": "10"}}`, func(w world) {
		w.do(w.queues, "CreateQueue", `{"QueueName": "dead"}`)
		w.do(w.queues, "SetQueueAttributes", `{`+in+`, "Attributes": {"RedrivePolicy": "{\"deadLetterTargetArn\": \"arn:aws:sqs:eu-north-1:111122223333:dead\", \"maxReceiveCount\": 2}"}}`)
		w.functions.answer = func([]value.Value) (value.Value, error) {
			return value.MustParse(`{"StatusCode": 200, "FunctionError": "Unhandled", "Payload": {"errorMessage": "no"}}`), nil
		}
		w.send("poison")
		w.mapped(``)
		w.want("first", w.functions.took(), []string{"poison"})
		w.want("left", w.left(), "0+1")
		time.Sleep(10 * time.Second)
		w.want("second", w.functions.took(), []string{"poison"})
		time.Sleep(10 * time.Second)
		w.want("third", w.functions.took(), []string(nil))
		w.want("left", w.left(), "0+0")
		dead := w.do(w.queues, "ReceiveMessage", `{"QueueUrl": "http://127.0.0.1:1/111122223333/dead"}`).Get("Messages")
		w.want("dead", dead.Index(0).Get("Body").Str(), "poison")
	})
}

// The rules of partial batch failures are those of the Lambda developer guide, "Implementing partial batch responses".
func TestPartialFailures(t *testing.T) {
	inWorld(t, `{"QueueName": "in", "Attributes": {"VisibilityTimeout": "10"}}`, func(w world) {
		w.mapped(`, "FunctionResponseTypes": ["ReportBatchItemFailures"]`)
		for _, c := range []struct{ answer, left string }{
			{`{"batchItemFailures": []}`, "0+0"},
			{`{"batchItemFailures": null}`, "0+0"},
			{`{}`, "0+0"},
			{`null`, "0+0"},
			{`{"batchItemFailures": [{"itemIdentifier": "ID"}]}`, "0+1"},
			{`{"batchItemFailures": [{"itemIdentifier": ""}]}`, "0+2"},
			{`{"batchItemFailures": [{"itemIdentifier": null}]}`, "0+2"},
			{`{"batchItemFailures": [{"id": "ID"}]}`, "0+2"},
			{`{"batchItemFailures": [{"itemIdentifier": "nobody"}]}`, "0+2"},
			{`"nonsense"`, "0+2"},
		} {
			w.functions.mu.Lock()
			w.functions.answer = func(records []value.Value) (value.Value, error) {
				answer := strings.ReplaceAll(c.answer, "ID", records[0].Get("messageId").Str())
				return value.Object(value.M("Payload", value.MustParse(answer))), nil
			}
			w.functions.mu.Unlock()
			w.do(w.queues, "SendMessageBatch", `{`+in+`, "Entries": [{"Id": "a", "MessageBody": "x"}, {"Id": "b", "MessageBody": "y"}]}`)
			w.want("batch for "+c.answer, w.functions.took(), []string{"x y"})
			w.want(c.answer, w.left(), c.left)
			w.functions.mu.Lock()
			w.functions.answer = nil
			w.functions.mu.Unlock()
			time.Sleep(10 * time.Second)
			w.functions.took()
			w.want("after "+c.answer, w.left(), "0+0")
		}
	})
}

func TestFilters(t *testing.T) {
	inWorld(t, `{"QueueName": "in"}`, func(w world) {
		w.mapped(`, "FilterCriteria": {"Filters": [{"Pattern": "{\"body\": {\"size\": [{\"numeric\": [\">\", 3]}]}}"}, {"Pattern": "{\"body\": [\"plain\"]}"}]}`)
		for _, body := range []string{`{"size": 5}`, `{"size": 1}`, `plain`, `other`} {
			w.send(body)
			synctest.Wait()
		}
		w.want("wanted", w.functions.took(), []string{`{"size": 5}`, `plain`})
		w.want("left", w.left(), "0+0")
	})
}

func TestConcurrency(t *testing.T) {
	inWorld(t, `{"QueueName": "in"}`, func(w world) {
		w.functions.answer = func([]value.Value) (value.Value, error) {
			time.Sleep(time.Second)
			return value.Object(), nil
		}
		for i := range 12 {
			w.send(fmt.Sprint(i))
		}
		w.mapped(`, "BatchSize": 1, "ScalingConfig": {"MaximumConcurrency": 3}`)
		time.Sleep(4 * time.Second)
		w.want("invocations", len(w.functions.took()), 12)
		w.want("at the same time", w.functions.peak, 3)
	})
}

func TestLife(t *testing.T) {
	inWorld(t, `{"QueueName": "in"}`, func(w world) {
		id := w.mapped(`, "Enabled": false`)
		w.send("a")
		w.want("disabled", w.functions.took(), []string(nil))
		w.do(w, "UpdateEventSourceMapping", `{"UUID": "`+id+`", "Enabled": true, "BatchSize": 1}`)
		w.want("enabled", w.functions.took(), []string{"a"})
		got := w.do(w, "GetEventSourceMapping", `{"UUID": "`+id+`"}`)
		w.want("state", got.Get("State").Str()+" "+got.Get("BatchSize").String(), "Enabled 1")
		w.want("list", w.do(w, "ListEventSourceMappings", `{"FunctionName": "Work"}`).Get("EventSourceMappings").Len(), 1)
		w.want("other list", w.do(w, "ListEventSourceMappings", `{"FunctionName": "Play"}`).Get("EventSourceMappings").Len(), 0)
		w.do(w, "DeleteEventSourceMapping", `{"UUID": "`+id+`"}`)
		w.send("b")
		w.want("deleted", w.functions.took(), []string(nil))
	})
}

func TestErrors(t *testing.T) {
	inWorld(t, `{"QueueName": "in"}`, func(w world) {
		w.do(w.queues, "CreateQueue", `{"QueueName": "in.fifo", "Attributes": {"FifoQueue": "true"}}`)
		w.do(w.queues, "CreateQueue", `{"QueueName": "short", "Attributes": {"VisibilityTimeout": "1"}}`)
		const bad = "InvalidParameterValueException: "
		on := func(queue, more string) string {
			return `{"EventSourceArn": "arn:aws:sqs:eu-north-1:111122223333:` + queue + `", "FunctionName": "Work"` + more + `}`
		}
		for _, c := range []struct{ in, want string }{
			{`{"FunctionName": "Work"}`, bad + `EventSourceArn is "": the local machine maps SQS queues, by their ARN`},
			{`{"EventSourceArn": "arn:aws:sqs:eu-north-1:111122223333:in"}`, bad + "FunctionName is missing"},
			{`{"EventSourceArn": "arn:aws:sqs:eu-north-1:111122223333:in", "FunctionName": "Play"}`, "ResourceNotFoundException: Function not found: Play"},
			{on("nothing", ""), bad + "Error occurred while ReceiveMessage. QueueDoesNotExist: The specified queue does not exist."},
			{on("short", ""), bad + "Queue visibility timeout: 1 seconds is less than Function timeout: 3 seconds"},
			{on("in", `, "BatchSize": 11`), bad + "Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10"},
			{on("in", `, "BatchSize": 0`), bad + "BatchSize is 0: it must be from 1 to 10000"},
			{on("in", `, "BatchSize": "many"`), bad + `the parameter BatchSize of CreateEventSourceMapping must be an integer, not "many"`},
			{on("in", `, "MaximumBatchingWindowInSeconds": 301`), bad + "MaximumBatchingWindowInSeconds is 301: it must be from 0 to 300"},
			{on("in.fifo", `, "BatchSize": 11`), bad + "BatchSize is 11: it must be at most 10 for a FIFO queue"},
			{on("in.fifo", `, "MaximumBatchingWindowInSeconds": 1`), bad + "Batching window is not supported for FIFO queues"},
			{on("in", `, "ScalingConfig": {"MaximumConcurrency": 1}`), bad + "ScalingConfig.MaximumConcurrency is 1: it must be from 2 to 1000"},
			{on("in", `, "FunctionResponseTypes": ["All"]`), bad + `FunctionResponseTypes holds "All": it must be ReportBatchItemFailures`},
			{on("in", `, "StartingPosition": "LATEST"`), bad + "the parameter StartingPosition of CreateEventSourceMapping is not supported yet by the local machine"},
		} {
			_, err := w.Call(w.t.Context(), "CreateEventSourceMapping", value.MustParse(c.in))
			if err == nil || err.Error() != c.want {
				w.t.Errorf("%s: got %v, want %s", c.in, err, c.want)
			}
		}
		_, err := w.Call(w.t.Context(), "CreateEventSourceMapping", value.MustParse(on("in", `, "FilterCriteria": {"Filters": [{"Pattern": "{"}]}`)))
		if err == nil || !strings.HasPrefix(err.Error(), bad+"Invalid filter pattern definition. ") {
			w.t.Errorf("got %v", err)
		}
		w.mapped(``)
		_, err = w.Call(w.t.Context(), "CreateEventSourceMapping", value.MustParse(on("in", "")))
		if e, ok := errors.AsType[*wire.Error](err); !ok || e.Code != "ResourceConflictException" || e.Status != 409 {
			w.t.Errorf("got %v", err)
		}
		if _, err := w.Call(w.t.Context(), "GetEventSourceMapping", value.MustParse(`{"UUID": "x"}`)); err == nil || err.Error() != "ResourceNotFoundException: The resource you requested does not exist." {
			w.t.Errorf("got %v", err)
		}
	})
}
