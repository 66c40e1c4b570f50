package conformance_test

import (
	"context"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// mocks are the world outside a recorded execution: what its tasks answered.
type mocks struct {
	mu      sync.Mutex
	tasks   []*mocked
	lambda  value.Value
	s3      value.Value
	workers []string               // that took activities' tasks, in order
	begun   map[string]value.Value // attempts whose end is to come, by state and request
}

// mocked are the answers of one task, in order.
type mocked struct {
	state, resource string
	attempts        []value.Value
}

func newMocks(v value.Value, recorded []value.Value) *mocks {
	m := &mocks{lambda: v.Get("lambda"), s3: v.Get("s3"), begun: map[string]value.Value{}}
	for _, e := range recorded {
		if e.Get("type").Str() == string(history.ActivityStarted) {
			m.workers = append(m.workers, e.Path("activityStartedEventDetails", "workerName").Str())
		}
	}
	for _, t := range v.Get("tasks").Elements() {
		m.tasks = append(m.tasks, &mocked{
			t.Get("state").Str(), t.Get("resource").Str(), append([]value.Value(nil), t.Get("attempts").Elements()...),
		})
	}
	return m
}

// Do answers as the recording says: the first attempt of the state whose request is the same, else the first one left.
func (m *mocks) Do(_ context.Context, c engine.Call) engine.Result {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch {
	case c.ReaderConfig.Exists():
		return m.read(c)
	case c.Export != nil:
		return engine.Succeed(value.Object())
	}
	key := c.State + " " + c.Token + " " + c.Arguments.String()
	if a, ok := m.begun[key]; c.Waits && ok {
		delete(m.begun, key)
		return answer(a)
	}
	label := c.Resource
	if c.ResourceType != "" {
		label = c.ResourceType + ":" + c.Action + c.Pattern.Suffix()
	}
	for _, t := range m.tasks {
		if t.state != c.State || t.resource != label || len(t.attempts) == 0 {
			continue
		}
		pick, told := 0, &matcher{}
		for i, a := range t.attempts {
			if told = (&matcher{}); told.matches(a.Get("request"), c.Arguments) {
				pick = i
				break
			}
		}
		a := told.filled(t.attempts[pick])
		t.attempts = append(t.attempts[:pick:pick], t.attempts[pick+1:]...)
		return m.begin(key, a, c)
	}
	return m.function(c)
}

// read gives the items that lie in S3.
func (m *mocks) read(c engine.Call) engine.Result {
	bucket := m.s3.Get(c.Arguments.Get("Bucket").Str())
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
func (m *mocks) begin(key string, a value.Value, c engine.Call) engine.Result {
	switch {
	case a.Get("submitted").Exists():
		m.begun[key] = a
		return engine.Succeed(a.Get("submitted"))
	case c.ResourceType == "" && c.Token != "":
		m.begun[key] = a
		r := engine.Result{}
		if len(m.workers) > 0 {
			r.Worker, m.workers = m.workers[0], m.workers[1:]
		}
		return r
	}
	return answer(a)
}

// answer is what an attempt was answered with, a moment later.
func answer(a value.Value) engine.Result {
	r := engine.Succeed(a.Get("result"))
	if f := a.Get("failure"); f.Exists() {
		if strings.HasSuffix(f.Get("event").Str(), "TimedOut") {
			return engine.Result{Never: true}
		}
		r = engine.Failed(f.Get("error").Str(), f.Get("cause").Str())
	}
	r.After = 50 * time.Millisecond
	return r
}

// function does what the recording says that a Lambda function does.
func (m *mocks) function(c engine.Call) engine.Result {
	arn, payload := c.Resource, c.Arguments
	if c.ResourceType == "lambda" {
		arn, payload = c.Arguments.Get("FunctionName").Str(), c.Arguments.Get("Payload")
	}
	for name, f := range m.lambda.Members() {
		if name != arn && !strings.HasSuffix(name, ":"+arn) {
			continue
		}
		switch f.Get("behaviour").Str() {
		case "error":
			return engine.Failed(f.Get("error").Str(), pythonError(f.Get("error").Str(), f.Get("cause_errorMessage").Str()))
		case "identity", "sleep-then-identity":
			if c.ResourceType == "lambda" {
				return engine.Succeed(value.Object(value.M("Payload", payload), value.M("StatusCode", value.Int(200))))
			}
			return engine.Succeed(payload)
		}
	}
	return engine.Failed("Mock.NoAnswer", "the recording has no answer of "+c.State)
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
