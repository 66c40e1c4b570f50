package local_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// call calls an action from inside the machine.
func call(t *testing.T, m *local.Machine, service, action, in string) value.Value {
	t.Helper()
	out, err := m.Directory.Call(t.Context(), service, action, value.MustParse(in))
	if err != nil {
		t.Fatalf("%s %s: %v", service, action, err)
	}
	return out
}

// begin makes a state machine of a definition, and starts it.
func begin(t *testing.T, m *local.Machine, definition string) (execution string) {
	t.Helper()
	made := call(t, m, "states", "CreateStateMachine", value.Object(
		value.M("name", value.String(wire.NewID())), value.M("definition", value.String(definition)), value.M("roleArn", value.String("arn:aws:iam::000000000000:role/r"))).String())
	started := call(t, m, "states", "StartExecution", value.Object(value.M("stateMachineArn", made.Get("stateMachineArn"))).String())
	return started.Get("executionArn").Str()
}

func status(t *testing.T, m *local.Machine, execution string) string {
	t.Helper()
	return call(t, m, "states", "DescribeExecution", `{"executionArn":"`+execution+`"}`).Get("status").Str()
}

const day = `{"StartAt":"Sleep","States":{"Sleep":{"Type":"Wait","Seconds":86400,"End":true}}}`

func TestADayPasses(t *testing.T) {
	t.Parallel()
	m := local.New(t, local.Virtual())
	begun := m.Now()
	release := m.Hold()
	execution := begin(t, m, day)
	ended := m.States.Watch(t.Context())
	release()
	for u := range ended {
		if u.Event == nil {
			break
		}
	}
	if s := status(t, m, execution); s != "SUCCEEDED" {
		t.Errorf("the execution is %s", s)
	}
	if got := m.Now().Sub(begun); got < 24*time.Hour-time.Second || got > 25*time.Hour {
		t.Errorf("%v have passed", got)
	}
}

// A callback that nobody answers times out when time gets there, and not by itself.
func TestTimeoutsPassByAdvance(t *testing.T) {
	t.Parallel()
	m := local.New(t, local.Virtual())
	queue := call(t, m, "sqs", "CreateQueue", `{"QueueName":"asked"}`).Get("QueueUrl").Str()
	execution := begin(t, m, `{"StartAt":"Ask","States":{"Ask":{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","TimeoutSeconds":3600,"End":true,
		"Parameters":{"QueueUrl":"`+queue+`","MessageBody.$":"$$.Task.Token"}}}}`)
	got := call(t, m, "sqs", "ReceiveMessage", `{"QueueUrl":"`+queue+`","WaitTimeSeconds":20}`)
	if got.Get("Messages").Len() != 1 {
		t.Fatal("nobody was asked")
	}
	if err := m.Advance(t.Context(), 59*time.Minute); err != nil {
		t.Fatal(err)
	}
	if s := status(t, m, execution); s != "RUNNING" {
		t.Fatalf("the execution is %s before its time", s)
	}
	if err := m.Advance(t.Context(), time.Minute); err != nil {
		t.Fatal(err)
	}
	if s := status(t, m, execution); s != "FAILED" {
		t.Errorf("the execution is %s when its task has timed out", s)
	}
}

// A message with a delay comes when somebody waits for it long enough.
func TestDelayPasses(t *testing.T) {
	t.Parallel()
	m := local.New(t, local.Virtual())
	queue := call(t, m, "sqs", "CreateQueue", `{"QueueName":"later"}`).Get("QueueUrl").Str()
	call(t, m, "sqs", "SendMessage", `{"QueueUrl":"`+queue+`","MessageBody":"hello","DelaySeconds":900}`)
	if got := call(t, m, "sqs", "ReceiveMessage", `{"QueueUrl":"`+queue+`"}`); got.Get("Messages").Len() != 0 {
		t.Fatalf("it came at once: %s", got)
	}
	if err := m.Advance(t.Context(), 900*time.Second); err != nil {
		t.Fatal(err)
	}
	if got := call(t, m, "sqs", "ReceiveMessage", `{"QueueUrl":"`+queue+`"}`); got.Get("Messages").Len() != 1 {
		t.Errorf("it did not come: %s", got)
	}
}

// While an object is being uploaded, time stands still.
func TestARequestHoldsTheTime(t *testing.T) {
	t.Parallel()
	entered := make(chan struct{})
	m := local.New(t, local.Virtual(), local.With(func(o *local.Options) {
		o.Wrap = func(s wire.Service) wire.Service {
			if s.Name() == "s3" {
				return &gate{Service: s, API: s.(wire.API), entered: entered}
			}
			return s
		}
	}))
	if _, err := s3.NewFromConfig(clients(m), func(o *s3.Options) { o.UsePathStyle = true }).CreateBucket(t.Context(), &s3.CreateBucketInput{Bucket: new("photos")}); err != nil {
		t.Fatal(err)
	}
	body, send := io.Pipe()
	failed := make(chan error, 1)
	go func() {
		failed <- upload(t, m, body)
	}()
	<-entered
	begun := m.Now()
	execution := begin(t, m, day)
	for range 100 {
		if s := status(t, m, execution); s != "RUNNING" {
			t.Fatalf("the execution is %s while a request is in flight", s)
		}
	}
	if !m.Now().Equal(begun) {
		t.Errorf("the time went on to %v", m.Now())
	}
	ended := m.States.Watch(t.Context())
	if _, err := io.WriteString(send, "a cat"); err != nil {
		t.Fatal(err)
	}
	if err := send.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-failed; err != nil {
		t.Fatal(err)
	}
	for u := range ended {
		if u.Event == nil {
			break
		}
	}
	if s := status(t, m, execution); s != "SUCCEEDED" {
		t.Errorf("the execution is %s", s)
	}
}

// upload puts an object with a presigned URL, whose body need not be known before.
func upload(t *testing.T, m *local.Machine, body io.Reader) error {
	client := s3.NewPresignClient(s3.NewFromConfig(clients(m), func(o *s3.Options) { o.UsePathStyle = true }))
	signed, err := client.PresignPutObject(t.Context(), &s3.PutObjectInput{Bucket: new("photos"), Key: new("a")})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPut, signed.URL, body)
	if err != nil {
		return err
	}
	req.ContentLength = int64(len("a cat"))
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

// A gate says when the upload has come.
type gate struct {
	wire.Service
	wire.API
	entered chan struct{}
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/photos/a" {
		close(g.entered)
	}
	g.Service.ServeHTTP(w, r)
}

func TestTheClockOverHTTP(t *testing.T) {
	t.Parallel()
	m := local.New(t, local.Virtual())
	i := slices.IndexFunc(m.Env(), func(s string) bool { return strings.HasPrefix(s, "STEPWRIGHT_CLOCK=") })
	if i < 0 {
		t.Fatal("the machine's variables do not say where its clock is")
	}
	address := strings.TrimPrefix(m.Env()[i], "STEPWRIGHT_CLOCK=")
	begun := m.Now()
	for _, c := range []struct {
		method, url, body, want string
		status                  int
	}{
		{"POST", address, "36h\n", `"now"`, 200},
		{"GET", address, "", `"now"`, 200},
		{"POST", address, "hold", `"now"`, 200},
		{"POST", address, "go", `"now"`, 200},
		{"POST", address, "a day", `the clock does not know \"a day\"`, 400},
		{"POST", address, "-1h", "it never goes back", 400},
		{"POST", address, strings.Repeat("1", 100), "could not read", 400},
		{"PUT", address, "", "the clock knows GET and POST, not PUT", 405},
		{"POST", m.URL() + "/_clock/advance", "1h", "nobody knows this path", 403},
	} {
		req, err := http.NewRequestWithContext(t.Context(), c.method, c.url, strings.NewReader(c.body))
		if err != nil {
			t.Fatal(err)
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if err != nil || res.StatusCode != c.status || !strings.Contains(string(got), c.want) {
			t.Errorf("%s %s: %d %s %v; want %d …%s…", c.method, c.body, res.StatusCode, got, err, c.status, c.want)
		}
	}
	if got := m.Now().Sub(begun); got != 36*time.Hour {
		t.Errorf("%v have passed", got)
	}
	real := local.New(t)
	if err := real.Advance(t.Context(), time.Hour); err == nil || !strings.Contains(err.Error(), "-virtual") {
		t.Errorf("advance in real time: %v", err)
	}
}
