package lambda_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepwright/stepwright/local/lambda"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

var account = wire.Account{Partition: "aws", Region: "us-east-1", ID: "111122223333"}

// A machine is a service on a listener, and what it logged.
type machine struct {
	*lambda.Service
	URL string

	mu    sync.Mutex
	more  *sync.Cond // lines have come
	lines []string
	said  []string
}

// waitFor gives what follows the prefix in the log, once there is such a line.
func (m *machine) waitFor(prefix string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	for {
		for _, l := range m.lines {
			if rest, ok := strings.CutPrefix(l, prefix); ok {
				return rest
			}
		}
		m.more.Wait()
	}
}

func (m *machine) log() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.lines)
}

func newMachine(t testing.TB, change ...func(*lambda.Config)) *machine {
	t.Helper()
	m := &machine{}
	m.more = sync.NewCond(&m.mu)
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	m.URL = server.URL
	c := lambda.Config{
		Account: account, Endpoint: func() string { return server.URL }, Keys: wire.Keys{AccessKeyID: "LOCALKEY", SecretAccessKey: "local-secret"},
		Log: func(_, _ string, _ time.Time, line string) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.lines = append(m.lines, line)
			m.more.Broadcast()
		},
		Say: func(line string) {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.said = append(m.said, line)
		},
	}
	for _, f := range change {
		f(&c)
	}
	s, err := lambda.New(c)
	if err != nil {
		t.Fatal(err)
	}
	m.Service = s
	mux.Handle(lambda.RuntimePrefix, s.Runtime())
	mux.Handle("/", s)
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		server.Close()
	})
	return m
}

// code gives a folder whose bootstrap is this test binary.
func code(t testing.TB) string {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	script := "#!/bin/sh\nexec '" + self + "' \"$@\"\n"
	if err := os.WriteFile(filepath.Join(dir, "bootstrap"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

func (m *machine) add(t testing.TB, handler string, change ...func(*lambda.Function)) {
	t.Helper()
	f := lambda.Function{Name: handler, Handler: handler, Dir: code(t), Timeout: 30 * time.Second}
	for _, c := range change {
		c(&f)
	}
	if err := m.Add(t.Context(), f); err != nil {
		t.Fatal(err)
	}
}

func (m *machine) invoke(t testing.TB, name, payload string) lambda.Result {
	t.Helper()
	r, err := m.Invoke(t.Context(), lambda.Request{Function: name, Payload: []byte(payload), LogType: "Tail"})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEcho(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.add(t, "Echo")
	for _, payload := range []string{`{"a":[1,2.50,null],"ü":"\u00e9<&>"}`, `"text"`, `null`, `[]`, `12345678901234567890`} {
		got := m.invoke(t, "Echo", payload)
		if got.StatusCode != 200 || got.FunctionError != "" || got.ExecutedVersion != "$LATEST" || len(got.Payload) == 0 {
			t.Errorf("%s: got %+v", payload, got)
		}
	}
	if got := m.invoke(t, "Echo", `{"a":1}`); string(got.Payload) != `{"a":1}` {
		t.Errorf("got %s", got.Payload)
	}
}

func TestWarmProcessIsReused(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.add(t, "Count")
	var first process
	for n := range 20 {
		var p process
		if err := json.Unmarshal(m.invoke(t, "Count", `{}`).Payload, &p); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			first = p
		}
		if p.PID != first.PID || p.Calls != n+1 {
			t.Fatalf("invocation %d: got %+v, first was %+v", n, p, first)
		}
	}
}

func TestConcurrentInvocationsHaveProcessesOfTheirOwn(t *testing.T) {
	t.Parallel()
	const n = 3
	var arrived sync.WaitGroup
	arrived.Add(n)
	barrier := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		arrived.Done()
		arrived.Wait()
	}))
	defer barrier.Close()
	m := newMachine(t, func(c *lambda.Config) { c.MaxInstances = n })
	m.add(t, "Meet")
	pids := make([]string, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { pids[i] = string(m.invoke(t, "Meet", fmt.Sprintf("%q", barrier.URL)).Payload) })
	}
	all.Wait()
	slices.Sort(pids)
	if len(slices.Compact(pids)) != n {
		t.Errorf("processes %v: want %d different ones", pids, n)
	}
}

func TestInvocationsBeyondTheBoundWait(t *testing.T) {
	t.Parallel()
	m := newMachine(t, func(c *lambda.Config) { c.MaxInstances = 2 })
	m.add(t, "Count")
	var mu sync.Mutex
	seen := map[int]bool{}
	var all sync.WaitGroup
	for range 30 {
		all.Go(func() {
			var p process
			if err := json.Unmarshal(m.invoke(t, "Count", `{}`).Payload, &p); err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			seen[p.PID] = true
		})
	}
	all.Wait()
	if len(seen) > 2 {
		t.Errorf("%d processes: want at most 2", len(seen))
	}
}

// payload is what an error looks like to the caller.
type failure struct {
	ErrorType    string
	ErrorMessage string
	StackTrace   []map[string]any
}

func TestFailures(t *testing.T) {
	t.Parallel()
	tests := []struct {
		handler   string
		errorType string
		message   string // ID stands for the request id
		stack     bool
	}{
		{"Fail", "notFoundError", "there is no photo", false},
		{"Plain", "errorString", "plain", false},
		{"Panic", "string", "no film in the camera", true},
		{"Exit", "Runtime.ExitError", "RequestId: ID Error: Runtime exited with error: exit status 7", false},
		{"Leave", "Runtime.ExitError", "RequestId: ID Error: Runtime exited without providing a reason", false},
		{"InitExit", "Runtime.ExitError", "RequestId: ID Error: Runtime exited with error: exit status 9", false},
		{"InitError", "Config.Missing", "no table", false},
		{"Missing", "Runtime.ExitError", "RequestId: ID Error: Runtime exited with error: exit status 3", false},
		{"Hang", "Sandbox.Timedout", "RequestId: ID Error: Task timed out after 1.00 seconds", false},
		{"Brood", "Sandbox.Timedout", "RequestId: ID Error: Task timed out after 1.00 seconds", false},
		{"InitHang", "Sandbox.Timedout", "RequestId: ID Error: Task timed out after 2.00 seconds", false},
		{"Big", "Function.ResponseSizeTooLarge", "Response payload size exceeded maximum allowed payload size (6291556 bytes).", false},
	}
	for _, tt := range tests {
		t.Run(tt.handler, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, func(c *lambda.Config) {
				if tt.handler == "InitHang" {
					c.InitTimeout = 2 * time.Second
				} else {
					c.InitTimeout = time.Minute
				}
			})
			m.add(t, tt.handler, func(f *lambda.Function) {
				if tt.handler == "Hang" || tt.handler == "Brood" {
					f.Timeout = time.Second
				}
			})
			for range 2 { // a process that ended is replaced
				r := m.invoke(t, tt.handler, `{}`)
				var got failure
				if err := json.Unmarshal(r.Payload, &got); err != nil {
					t.Fatalf("%s: %v", r.Payload, err)
				}
				want := strings.Replace(tt.message, "ID", r.RequestID, 1)
				if r.StatusCode != 200 || r.FunctionError != "Unhandled" || got.ErrorType != tt.errorType || got.ErrorMessage != want {
					t.Errorf("got %d %s %s", r.StatusCode, r.FunctionError, r.Payload)
				}
				if (len(got.StackTrace) > 0) != tt.stack {
					t.Errorf("stackTrace has %d frames", len(got.StackTrace))
				}
			}
		})
	}
}

func TestLog(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.add(t, "Print")
	for n := range 3 {
		r := m.invoke(t, "Print", fmt.Sprintf(`["one %d","two %d"]`, n, n))
		if r.LogResult == "" {
			t.Error("no LogResult")
		}
	}
	var shape []string
	for _, l := range m.log() {
		word, _, _ := strings.Cut(l, " RequestId")
		shape = append(shape, word)
	}
	want := []string{"INIT_START Runtime Version: provided:al2023.local\tRuntime Version ARN: arn:aws:lambda:us-east-1:111122223333:runtime:local", "START", "one 0", "two 0", "END", "REPORT", "START", "one 1", "two 1", "END", "REPORT", "START", "one 2", "two 2", "END", "REPORT"}
	if !slices.Equal(shape, want) {
		t.Errorf("got %q", m.log())
	}
	if first := m.log()[5]; !strings.Contains(first, "Init Duration") || !strings.Contains(first, "Memory Size: 128 MB") {
		t.Errorf("report is %q", first)
	}
}

func TestLogInJSON(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.add(t, "Print", func(f *lambda.Function) { f.LogFormat = "JSON" })
	m.invoke(t, "Print", `["{\"level\":\"INFO\"}"]`)
	var kinds []string
	for _, l := range m.log() {
		v, err := value.ParseString(l)
		if err != nil {
			t.Fatalf("%q: %v", l, err)
		}
		kinds = append(kinds, v.Get("type").Str())
	}
	if !slices.Equal(kinds, []string{"platform.initStart", "platform.start", "", "platform.report"}) {
		t.Errorf("got %q", m.log())
	}
}

func TestLogOfTimeoutAndExit(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.add(t, "Hang", func(f *lambda.Function) { f.Timeout = time.Second })
	m.add(t, "Exit")
	m.invoke(t, "Hang", `{}`)
	m.invoke(t, "Exit", `{}`)
	log := strings.Join(m.log(), "\n")
	for _, want := range []string{"Task timed out after 1.00 seconds", "Status: timeout", "Runtime exited with error: exit status 7\nRuntime.ExitError", "Status: error"} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
}

func TestFloodIsBounded(t *testing.T) {
	t.Parallel()
	for _, handler := range []string{"Flood", "Stream"} {
		t.Run(handler, func(t *testing.T) {
			t.Parallel()
			m := newMachine(t, func(c *lambda.Config) { c.MaxLogBytes = 300_000 })
			m.add(t, handler)
			m.invoke(t, handler, `{}`)
			size, said := 0, 0
			for _, l := range m.log() {
				size += len(l)
				if strings.HasPrefix(l, "stepwright: the output is cut off here") {
					said++
				}
			}
			if size > 301_000 || said != 1 {
				t.Errorf("%d bytes logged, said so %d times", size, said)
			}
			m.invoke(t, handler, `{}`) // the next invocation may print again
			if n := strings.Count(strings.Join(m.log(), "\n"), "cut off here"); n != 2 {
				t.Errorf("said so %d times after two invocations", n)
			}
		})
	}
}

func TestEnvironmentIsClean(t *testing.T) {
	t.Setenv("AWS_PROFILE", "production")
	t.Setenv("AWS_SESSION_TOKEN", "secret")
	t.Setenv("SSH_AUTH_SOCK", "/tmp/agent")
	m := newMachine(t)
	m.add(t, "Environment", func(f *lambda.Function) { f.Environment = map[string]string{"TABLE": "Photos", "EMPTY": ""} })
	var env []string
	if err := json.Unmarshal(m.invoke(t, "Environment", `{}`).Payload, &env); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, e := range env {
		name, v, _ := strings.Cut(e, "=")
		got[name] = v
	}
	for _, name := range []string{"AWS_PROFILE", "AWS_SESSION_TOKEN", "SSH_AUTH_SOCK"} {
		if v, ok := got[name]; ok {
			t.Errorf("%s=%s reached the function", name, v)
		}
	}
	for name, want := range map[string]string{
		"TABLE": "Photos", "EMPTY": "", "AWS_ENDPOINT_URL": m.URL, "AWS_REGION": "us-east-1", "AWS_ACCESS_KEY_ID": "LOCALKEY",
		"AWS_SECRET_ACCESS_KEY": "local-secret", "AWS_EC2_METADATA_DISABLED": "true", "_HANDLER": "Environment",
		"AWS_LAMBDA_FUNCTION_NAME": "Environment", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "128", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
	} {
		if got[name] != want {
			t.Errorf("%s is %q, want %q", name, got[name], want)
		}
	}
	for _, name := range []string{"AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"} {
		if _, err := os.Stat(got[name]); got[name] == "" || err == nil {
			t.Errorf("%s is %q: want a path to nothing", name, got[name])
		}
	}
	if got["HOME"] == os.Getenv("HOME") || got["HOME"] == "" {
		t.Errorf("HOME is %q", got["HOME"])
	}
}

func TestContextOfInvocation(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.add(t, "Context")
	r := m.invoke(t, "Context", `{}`)
	v := value.MustParse(string(r.Payload))
	if v.Get("arn").Str() != "arn:aws:lambda:us-east-1:111122223333:function:Context" || v.Get("id").Str() != r.RequestID || !v.Get("deadline").Bool() {
		t.Errorf("got %s for %s", v, r.RequestID)
	}
}

func TestCloseLeavesNothing(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.add(t, "Brood", func(f *lambda.Function) { f.Timeout = 900 * time.Second })
	m.add(t, "Count")
	m.invoke(t, "Count", `{}`)
	answered := make(chan lambda.Result, 1)
	go func() {
		r, _ := m.Invoke(context.WithoutCancel(t.Context()), lambda.Request{Function: "Brood"})
		answered <- r
	}()
	child := m.waitFor("child ")
	if err := m.Close(); err != nil {
		t.Fatal(err)
	}
	if r := <-answered; !strings.Contains(string(r.Payload), "the local machine is stopping") {
		t.Errorf("the running invocation got %s", r.Payload)
	}
	if lives(child) {
		t.Errorf("process %s lives on", child)
	}
	if err := m.Add(t.Context(), lambda.Function{Name: "Late", Handler: "Echo", Dir: code(t)}); err == nil {
		t.Error("a closed service took a function")
	}
}

// lives tells whether a process runs. Without /proc it cannot be known, and is taken for no.
func lives(pid string) bool {
	state, err := os.ReadFile("/proc/" + pid + "/stat")
	return err == nil && !strings.Contains(string(state), ") Z ")
}

func TestTimeoutKillsTheWholeGroup(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.add(t, "Brood", func(f *lambda.Function) { f.Timeout = time.Second })
	m.invoke(t, "Brood", `{}`)
	m.Remove("Brood") // waits for what is being killed
	if child := m.waitFor("child "); lives(child) {
		t.Errorf("process %s lives on", child)
	}
}

func TestReservedConcurrency(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.add(t, "Echo", func(f *lambda.Function) { f.Reserved = new(0) })
	_, err := m.Invoke(t.Context(), lambda.Request{Function: "Echo"})
	if e, ok := errors.AsType[*wire.Error](err); !ok || e.Code != "TooManyRequestsException" || e.Status != 429 {
		t.Errorf("got %v", err)
	}
}

func TestCallerMayLeave(t *testing.T) {
	t.Parallel()
	m := newMachine(t, func(c *lambda.Config) { c.MaxInstances = 1 })
	m.add(t, "Hang", func(f *lambda.Function) { f.Timeout = time.Second })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := m.Invoke(ctx, lambda.Request{Function: "Hang"}); err == nil {
		t.Fatal("want an error")
	}
	if r := m.invoke(t, "Hang", `{}`); r.FunctionError == "" { // the slot comes back
		t.Errorf("got %+v", r)
	}
}

func BenchmarkInvokeWarm(b *testing.B) {
	m := newMachine(b, func(c *lambda.Config) { c.Log = nil })
	m.add(b, "Echo")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := m.Invoke(b.Context(), lambda.Request{Function: "Echo", Payload: []byte(`{"key":"value"}`)}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkInvokeParallel(b *testing.B) {
	m := newMachine(b, func(c *lambda.Config) { c.Log = nil })
	m.add(b, "Echo")
	b.ReportAllocs()
	b.RunParallel(func(p *testing.PB) {
		for p.Next() {
			if _, err := m.Invoke(b.Context(), lambda.Request{Function: "Echo", Payload: []byte(`{"key":"value"}`)}); err != nil {
				b.Error(err)
				return
			}
		}
	})
}

func BenchmarkInvokeCold(b *testing.B) {
	m := newMachine(b, func(c *lambda.Config) { c.Log = nil })
	m.add(b, "Exit")
	for b.Loop() {
		if _, err := m.Invoke(b.Context(), lambda.Request{Function: "Exit"}); err != nil {
			b.Fatal(err)
		}
	}
}
