package main

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/mockconfig"
	"github.com/stepwright/stepwright/value"
)

// A world is what lies outside a recorded execution: what its tasks answered, what functions do, what S3 holds.
type world struct {
	mu      sync.Mutex
	tasks   []*recordedTask
	config  *mockconfig.Case // what AWS's own local mocks answer; nil without
	made    map[string]int   // invocations of a state
	turns   map[int]int      // which invocation a call is, by its ID
	lambda  value.Value
	s3      value.Value
	workers []string               // that took activities' tasks, in order
	begun   map[string]value.Value // attempts whose end is to come, by state and request
}

// A recordedTask has the answers of one task, in order.
type recordedTask struct {
	state, resource string
	attempts        []value.Value
}

// newWorld reads the mocks of a case. What a case does not say, its recorded history does: the workers of activities.
func newWorld(mocks value.Value, config *mockconfig.Case, recorded []value.Value) *world {
	w := &world{
		config: config, made: map[string]int{}, turns: map[int]int{},
		lambda: mocks.Get("lambda"), s3: mocks.Get("s3"), begun: map[string]value.Value{},
	}
	for _, e := range recorded {
		if e.Get("type").Str() == string(history.ActivityStarted) {
			w.workers = append(w.workers, e.Path("activityStartedEventDetails", "workerName").Str())
		}
	}
	for _, t := range mocks.Get("tasks").Elements() {
		w.tasks = append(w.tasks, &recordedTask{
			t.Get("state").Str(), t.Get("resource").Str(), slices.Clone(t.Get("attempts").Elements()),
		})
	}
	return w
}

// Called counts the invocations of each state, in the order in which the run makes them.
func (w *world) Called(c engine.Call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !c.Waits {
		w.turns[c.ID] = w.made[c.State]
		w.made[c.State]++
	}
}

// Do answers as the recording says: the first attempt of the state whose request is the same, else the first one left.
func (w *world) Do(_ context.Context, c engine.Call) engine.Result {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case c.ReaderConfig.Exists():
		return w.read(c)
	case c.Export != nil:
		return engine.Succeed(value.Object())
	}
	key := c.State + " " + c.Token + " " + c.Arguments.String()
	if a, ok := w.begun[key]; c.Waits && ok {
		delete(w.begun, key)
		return answer(a)
	}
	label := c.Resource
	if c.ResourceType != "" {
		label = c.ResourceType + ":" + c.Action + c.Pattern.Suffix()
	}
	for _, t := range w.tasks {
		if t.state == c.State && t.resource == label && len(t.attempts) > 0 {
			return w.begin(key, t.take(c.Arguments), c)
		}
	}
	if w.config != nil && len(w.config.Answers(c.State)) > 0 {
		return w.mocked(c)
	}
	return w.function(c)
}

// mocked answers as AWS's own local mocks do. What was recorded is the real service, which gives more with a function's
// answer than its mock has.
func (w *world) mocked(c engine.Call) engine.Result {
	r := w.config.Answer(c.State, w.turns[c.ID])
	if payload := r.Output.Get("Payload"); c.ResourceType == "lambda" && payload.Exists() {
		r.Output = invoked(payload)
	}
	r.After = soon
	return r
}

// take gives the attempt with a request, else the first one, and forgets it.
func (t *recordedTask) take(request value.Value) value.Value {
	pick, told := 0, &matcher{}
	for i, a := range t.attempts {
		if m := (&matcher{}); m.matches(a.Get("request"), request) {
			pick, told = i, m
			break
		}
	}
	a := told.filled(t.attempts[pick])
	t.attempts = slices.Delete(t.attempts, pick, pick+1)
	return a
}

// read gives the items that lie in S3.
func (w *world) read(c engine.Call) engine.Result {
	bucket := w.s3.Get(c.Arguments.Get("Bucket").Str())
	if c.Action == "getObject" {
		return engine.Items(c.ReaderConfig, []byte(bucket.Get(c.Arguments.Get("Key").Str()).Str()))
	}
	var items []value.Value
	for key, content := range bucket.Members() {
		items = append(items, value.Object(
			value.M("Etag", value.String("\"e\"")), value.M("Key", value.String(key)), value.M("LastModified", value.Int(1700000000)),
			value.M("Size", value.Int(len(content.Str()))), value.M("StorageClass", value.String("STANDARD")),
		))
	}
	return engine.Succeed(value.Array(items...))
}

// begin answers an attempt; of one that was submitted or taken by a worker, the end is told later.
func (w *world) begin(key string, a value.Value, c engine.Call) engine.Result {
	switch {
	case a.Get("submitted").Exists():
		w.begun[key] = a
		return engine.Succeed(a.Get("submitted"))
	case c.ResourceType == "" && c.Token != "":
		if len(w.workers) == 0 && timedOut(a) { // before a worker took the task
			return engine.Result{Never: true}
		}
		w.begun[key] = a
		r := engine.Result{}
		if len(w.workers) > 0 {
			r.Worker, w.workers = w.workers[0], w.workers[1:]
		}
		return r
	}
	return answer(a)
}

// soon is how long an answer takes that is not late.
const soon = 50 * time.Millisecond

// answer is what an attempt was answered with, a moment later. One that timed out got none.
func answer(a value.Value) engine.Result {
	r := engine.Succeed(a.Get("result"))
	if f := a.Get("failure"); f.Exists() {
		if timedOut(a) {
			return engine.Result{Never: true}
		}
		r = engine.Failed(f.Get("error").Str(), f.Get("cause").Str())
	}
	r.After = soon
	return r
}

// timedOut tells whether the answer to an attempt never came in time.
func timedOut(a value.Value) bool {
	return strings.HasSuffix(a.Path("failure", "event").Str(), "TimedOut")
}

// function does what the recording says that a Lambda function does.
func (w *world) function(c engine.Call) engine.Result {
	arn, payload := c.Resource, c.Arguments
	if c.ResourceType == "lambda" {
		arn, payload = c.Arguments.Get("FunctionName").Str(), c.Arguments.Get("Payload")
	}
	if f := w.named(arn); f.Exists() {
		return behave(f, payload, c.ResourceType == "lambda")
	}
	return engine.Failed("Conformance.NoAnswer", "the recording has no answer to "+strconv.Quote(c.State)+", which calls "+c.Resource)
}

// named is what the recording says of a function by its ARN or name. Where names were given fixed values, a definition may
// have them with other dashes than the mocks.
func (w *world) named(arn string) value.Value {
	plain := func(s string) string { return strings.ReplaceAll(s, "_", "-") }
	for _, same := range []func(name string) bool{
		func(name string) bool { return name == arn },
		func(name string) bool { return strings.HasSuffix(name, ":"+arn) },
		func(name string) bool { return plain(name) == plain(arn) },
		func(name string) bool { return strings.HasSuffix(plain(name), ":"+plain(arn)) },
	} {
		for name, f := range w.lambda.Members() {
			if same(name) {
				return f
			}
		}
	}
	return value.Value{}
}

// largeAnswer is how many characters a function of the behaviour constant-large returns: 257 KiB.
const largeAnswer = 257 << 10

// behave is what a function with a recorded behaviour answers; optimized says that it is called through
// lambda:invoke, whose answer has more around it.
func behave(f, payload value.Value, optimized bool) engine.Result {
	after := soon
	switch f.Get("behaviour").Str() {
	case "error":
		r := engine.Failed(f.Get("error").Str(), pythonError(f.Get("error").Str(), f.Get("cause_errorMessage").Str()))
		r.After = soon
		return r
	case "constant":
		payload = f.Get("result")
	case "constant-large":
		payload = value.String(strings.Repeat("a", largeAnswer))
	case "prefix":
		payload = value.String(f.Get("prefix").Str() + textOf(payload))
	case "sleep-then-identity":
		seconds, _ := f.Get("seconds").Int()
		after = time.Duration(seconds) * time.Second
	}
	if optimized {
		payload = invoked(payload)
	}
	r := engine.Succeed(payload)
	r.After = after
	return r
}

// invoked is what lambda:invoke gives around a function's answer (specs, 15.3).
func invoked(payload value.Value) value.Value {
	length := strconv.Itoa(pythonSize(payload))
	one := func(name, text string) value.Member { return value.M(name, value.String(text)) }
	headers := []value.Member{
		one("X-Amz-Executed-Version", "$LATEST"), one("x-amzn-Remapped-Content-Length", "0"), one("Connection", "keep-alive"),
		one("x-amzn-RequestId", "r1"), one("Content-Length", length), one("Date", "Sun, 22 Nov 2026 17:30:00 GMT"),
		one("X-Amzn-Trace-Id", "Root=1"), one("Content-Type", "application/json"),
	}
	var all value.Builder
	for _, h := range headers {
		all.Set(h.Name, value.Array(h.Value))
	}
	return value.Object(
		one("ExecutedVersion", "$LATEST"),
		value.M("Payload", payload),
		value.M("SdkHttpMetadata", value.Object(
			value.M("AllHttpHeaders", all.Object()), value.M("HttpHeaders", value.Object(headers...)), value.M("HttpStatusCode", value.Int(200)),
		)),
		value.M("SdkResponseMetadata", value.Object(one("RequestId", "r1"))),
		value.M("StatusCode", value.Int(200)),
	)
}

// pythonSize is how long Python writes a value: with a blank behind each comma and colon.
func pythonSize(v value.Value) int {
	size := v.Size() + max(0, v.Len()-1)
	if v.IsString() {
		return v.Size()
	}
	for _, x := range v.Elements() {
		size += pythonSize(x) - x.Size()
	}
	for _, x := range v.Members() {
		size += 1 + pythonSize(x) - x.Size()
	}
	return size
}

// pythonError is the cause that the corpus' Python functions fail with.
func pythonError(name, message string) string {
	return value.Object(
		value.M("errorMessage", value.String(message)),
		value.M("errorType", value.String(name)),
		value.M("requestId", value.String("r1")),
		value.M("stackTrace", value.Array(value.String(
			"  File \"/var/task/handler.py\", line 2, in handler\n    raise "+name+"(\""+message+"\")\n"))),
	).String()
}
