package handlers_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/handlers"
)

// TestMain lets the test binary be the Lambda function, too.
func TestMain(m *testing.M) {
	if os.Getenv("HANDLERS_TEST_SERVE") == "1" {
		handlers.Serve(source{{Name: "Greet", Func: greet}, {Name: "Part", Func: part}})
	}
	os.Exit(m.Run())
}

// A report is what a function told the Runtime API about one invocation.
type report struct {
	Path string
	Body map[string]any
}

// serve runs the function as a child process against a Runtime API that hands
// out events and then wants the function to end.
func serve(t *testing.T, handler string, events ...string) (reports []report, stderr string, exit int) {
	t.Helper()
	next := make(chan string, len(events))
	for _, event := range events {
		next <- event
	}
	close(next)
	invocation := 0
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/invocation/next") {
			event, ok := <-next
			if !ok {
				w.WriteHeader(http.StatusGone)
				return
			}
			invocation++
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprint("r", invocation))
			w.Header().Set("Lambda-Runtime-Deadline-Ms", "32503680000000")
			fmt.Fprint(w, event)
			return
		}
		var body map[string]any
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			t.Errorf("%s: %v", r.URL.Path, err)
		}
		delete(body, "stackTrace")
		reports = append(reports, report{strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/invocation/"), body})
		w.WriteHeader(http.StatusAccepted)
	}))
	defer api.Close()

	stderr, exit = child(t, "_HANDLER="+handler, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(api.URL, "http://"))
	return reports, stderr, exit
}

func child(t *testing.T, environment ...string) (stderr string, exit int) {
	t.Helper()
	var out bytes.Buffer
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(environment, "HANDLERS_TEST_SERVE=1")
	cmd.Stderr = &out
	err := cmd.Run()
	if _, ok := errors.AsType[*exec.ExitError](err); err != nil && !ok {
		t.Fatal(err)
	}
	return out.String(), cmd.ProcessState.ExitCode()
}

func TestServe(t *testing.T) {
	t.Parallel()
	reports, stderr, _ := serve(t, "Greet", `{"Name":"Kim"}`, `{}`, `{"Name":"pointer"}`, `[1]`, `{"Name":"Sam"}`)
	want := []report{
		{"r1/response", map[string]any{"text": "hello Kim"}},
		{"r2/error", map[string]any{"errorType": "TooShy", "errorMessage": "nobody does not answer"}},
		{"r3/error", map[string]any{"errorType": "TooShy", "errorMessage": "pointer does not answer"}},
		{"r4/error", map[string]any{"errorType": "UnmarshalTypeError", "errorMessage": "json: cannot unmarshal array into Go value of type handlers_test.greeting"}},
		{"r5/response", map[string]any{"text": "hello Sam"}},
	}
	if diff := cmp.Diff(want, reports); diff != "" {
		t.Errorf("reports (-want +got):\n%s\n%s", diff, stderr)
	}
}

func TestServeReportsAPanicAndEnds(t *testing.T) {
	t.Parallel()
	reports, stderr, exit := serve(t, "Greet", `{"Name":"panic"}`, `{"Name":"Kim"}`)
	want := []report{{"r1/error", map[string]any{"errorType": "string", "errorMessage": "lost the thread"}}}
	if diff := cmp.Diff(want, reports); diff != "" {
		t.Errorf("reports (-want +got):\n%s", diff)
	}
	if exit == 0 {
		t.Errorf("exit status 0 after a panic; stderr:\n%s", stderr)
	}
}

func TestServeRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name        string
		environment []string
		want        string
	}{
		{"no handler", nil, "handlers: _HANDLER is not set: it must be one of Greet, Part\n"},
		{"unknown handler", []string{"_HANDLER=Extract"}, "handlers: _HANDLER is \"Extract\": it must be one of Greet, Part\n"},
		{
			"started by hand",
			[]string{"_HANDLER=Greet"},
			"handlers: AWS_LAMBDA_RUNTIME_API is not set: this program is started by AWS Lambda or by stepwright up\n",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			stderr, exit := child(t, test.environment...)
			if stderr != test.want || exit != 2 {
				t.Errorf("exit %d, stderr %q; want exit 2, %q", exit, stderr, test.want)
			}
		})
	}
}
