package states_test

import (
	"context"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/internal/oracle"
	"github.com/stepwright/stepwright/local/states"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// directories are the services of this machine by their names in Resources.
var directories = map[string]string{
	"lambda": "lambda", "dynamodb": "dynamodb", "sns": "sns", "sqs": "sqs", "events": "events",
	"aws-sdk:dynamodb": "dynamodb", "aws-sdk:s3": "s3",
}

// TestRecordedTasks runs the recorded executions whose tasks this machine can do. The services answer as the API did:
// how the answers and errors look in the execution is for the integrations to get right.
func TestRecordedTasks(t *testing.T) {
	t.Parallel()
	root := filepath.Join(oracle.Dir(t), "conformance")
	files, err := filepath.Glob(filepath.Join(root, "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, file := range files {
		area, name := filepath.Base(filepath.Dir(file)), filepath.Base(file)
		c, err := value.Parse(oracle.Read(t, "conformance", area, name))
		if err != nil {
			t.Fatal(err)
		}
		script := newScript(c)
		if script == nil {
			continue
		}
		count++
		t.Run(area+"/"+name, func(t *testing.T) {
			t.Parallel()
			script.check(t)
		})
	}
	if count < 60 {
		t.Errorf("only %d recordings could be run", count)
	}
}

// A script is a recording, and what the services have yet to answer, by resource.
type script struct {
	recorded value.Value

	mu      sync.Mutex
	answers map[string][]value.Value // attempts
	calls   []string                 // what was called that should not have been
}

// newScript reads a recording; nil when this machine cannot run it.
func newScript(c value.Value) *script {
	if c.Get("kind").Str() != "execution" || c.Get("concurrent").Bool() || !c.Get("definition").Exists() || c.Get("replayable").Exists() && !c.Get("replayable").Bool() {
		return nil
	}
	s := &script{recorded: c, answers: map[string][]value.Value{}}
	for _, task := range c.Path("mocks", "tasks").Elements() {
		resource := task.Get("resource").Str()
		if strings.HasPrefix(resource, "arn:aws:lambda:") {
			resource = "lambda:invoke"
		}
		service, action, _ := cutLast(resource)
		if directories[service] == "" || strings.Contains(action, ".") {
			return nil
		}
		for _, a := range task.Get("attempts").Elements() {
			if f := a.Get("failure"); strings.HasSuffix(f.Get("event").Str(), "TimedOut") || strings.HasPrefix(f.Get("error").Str(), "States.") || strings.HasSuffix(f.Get("error").Str(), "SdkClientException") {
				return nil
			}
			s.answers[directories[service]] = append(s.answers[directories[service]], a)
		}
	}
	m, found := asl.Parse([]byte(c.Get("definition").String()))
	if len(s.answers) == 0 || found.HasErrors() {
		return nil
	}
	if plan, _ := engine.NewPlan(m, engine.Options{}); plan == nil {
		return nil
	}
	return s
}

func cutLast(s string) (before, after string, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// Call answers with the next attempt that was recorded for the service.
func (s *script) call(service, action string, in value.Value) (value.Value, error) {
	if service == "events" && in.Get("Entries").Index(0).Get("Source").Str() == "aws.states" {
		return value.Object(), nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.answers[service]) == 0 {
		s.calls = append(s.calls, service+":"+action)
		return value.Value{}, wire.Errorf("Unexpected", "there is no answer left for %s", service)
	}
	a := s.answers[service][0]
	s.answers[service] = s.answers[service][1:]
	if f := a.Get("failure"); f.Exists() {
		return recordedFailure(service, f.Get("error").Str(), f.Get("cause").Str())
	}
	out := a.Get("result").Without("SdkHttpMetadata").Without("SdkResponseMetadata")
	if service == "lambda" && !a.Get("result").Get("StatusCode").Exists() { // the result of an ARN is the payload
		out = value.Object(value.M("StatusCode", value.Int(200)), value.M("Payload", a.Get("result")))
	}
	return out, nil
}

var (
	oldCause = regexp.MustCompile(`(?s)^(.*) \(Service: \w+; Status Code: (\d+); Error Code: (\w+); `)
	newCause = regexp.MustCompile(`(?s)^(.*) \(Service: (\w+), Status Code: (\d+), `)
)

// recordedFailure is what the service must have answered for a task to fail like this.
func recordedFailure(service, name, cause string) (value.Value, error) {
	if m := oldCause.FindStringSubmatch(cause); m != nil {
		status, err := strconv.Atoi(m[2])
		message := m[1]
		if service == "lambda" {
			message = strings.TrimSuffix(message, ":$LATEST")
		}
		return value.Value{}, orError(err, &wire.Error{Code: m[3], Message: message, Status: status})
	}
	if m := newCause.FindStringSubmatch(cause); m != nil {
		status, err := strconv.Atoi(m[3])
		code := strings.TrimSuffix(strings.TrimPrefix(name, m[2]+"."), "Exception")
		if code == m[2] {
			code = "ValidationException"
		}
		return value.Value{}, orError(err, &wire.Error{Code: code, Message: m[1], Status: status})
	}
	answer, err := value.ParseString(cause)
	if err != nil {
		return value.Value{}, err
	}
	if service == "events" {
		return answer, nil
	}
	return value.Object(value.M("StatusCode", value.Int(200)), value.M("FunctionError", value.String("Unhandled")), value.M("Payload", answer)), nil
}

func orError(err error, e *wire.Error) error {
	if err != nil {
		return err
	}
	return e
}

func (s *script) check(t *testing.T) {
	t.Helper()
	m := newMachine(t, func(c *states.Config) {
		c.Clock = clock.NewVirtual(time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	})
	for _, service := range directories {
		m.services.Add(service, api(func(_ context.Context, action string, in value.Value) (value.Value, error) {
			return s.call(service, action, in)
		}))
	}
	definition, input := s.recorded.Get("definition").String(), s.recorded.Get("input")
	arn := m.create(t, "M", definition)
	x := m.run(t, arn, input.String())
	want := s.recorded.Get("expect")
	if string(x.Status) != want.Get("status").Str() || x.Error != want.Get("error").Str() || unmasked(x.Cause) != unmasked(want.Get("cause").Str()) {
		t.Errorf("got  %s %s: %s\nwant %s %s: %s", x.Status, x.Error, unmasked(x.Cause), want.Get("status").Str(), want.Get("error").Str(), unmasked(want.Get("cause").Str()))
	}
	if got, want := unmaskedValue(x.Output), unmaskedValue(want.Get("output")); !value.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.calls) > 0 {
		t.Errorf("called once too often: %q", s.calls)
	}
}

var ids = regexp.MustCompile(`Request ID: [^;,)]+`)

// unmasked is a cause without what differs at every call, and without what only newer recordings have. JSON in it is
// compact, which the recordings have lost at places.
func unmasked(s string) string {
	if v, err := value.ParseString(s); err == nil && v.IsObject() {
		return v.String()
	}
	return strings.ReplaceAll(ids.ReplaceAllString(s, "Request ID: X"), " (SDK Attempt Count: 1)", "")
}

// unmaskedValue is an output with only the shape of its HTTP metadata.
func unmaskedValue(v value.Value) value.Value {
	switch {
	case v.IsString():
		return value.String(unmasked(v.Str()))
	case v.IsArray():
		var items []value.Value
		for _, x := range v.Elements() {
			items = append(items, unmaskedValue(x))
		}
		return value.Array(items...)
	case v.IsObject():
		var b value.Builder
		for name, x := range v.Members() {
			switch name {
			case "SdkHttpMetadata":
				x = value.Object(value.M("status", x.Get("HttpStatusCode")), value.M("type", x.Path("HttpHeaders", "Content-Type")))
			case "SdkResponseMetadata":
				x = value.Bool(x.Get("RequestId").Exists())
			default:
				x = unmaskedValue(x)
			}
			b.Set(name, x)
		}
		return b.Object()
	default:
		return v
	}
}
