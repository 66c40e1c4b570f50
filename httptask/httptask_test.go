package httptask_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/httptask"
	"github.com/stepwright/stepwright/value"
)

// server answers with what it was asked.
func server(t testing.TB) *httptest.Server {
	t.Helper()
	s := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"method":%q,"uri":%q,"type":%q,"key":%q,"tags":%q,"agent":%q,"range":%q,"body":%q}`, r.Method, r.RequestURI,
			r.Header.Get("Content-Type"), r.Header.Get("X-Api-Key"), strings.Join(r.Header["Tag"], "+"), r.UserAgent(), r.Header.Get("Range"), body)
	}))
	t.Cleanup(s.Close)
	return s
}

func call(s *httptest.Server, arguments string) engine.Call {
	v := value.MustParse(strings.ReplaceAll(arguments, "https://api", s.URL))
	return engine.Call{State: "Ask", Resource: "arn:aws:states:::http:invoke", ResourceType: "http", Action: "invoke", Region: "eu-west-1", Arguments: v}
}

func connections(arn string) (httptask.Connection, error) {
	switch arn {
	case "busy":
		return httptask.Connection{}, &httptask.ConnectionError{Name: "InvalidConnectionState", Cause: "it is being authorized"}
	case "none":
		return httptask.Connection{}, errors.New("there is no such connection")
	case "plain":
		return httptask.Connection{}, nil
	}
	return httptask.Connection{
		Headers: map[string]string{"X-Api-Key": "secret"}, Query: map[string]string{"key": "a b"},
		Body: map[string]value.Value{"account": value.Int(7)},
	}, nil
}

func TestRequest(t *testing.T) {
	t.Parallel()
	s := server(t)
	tasks := &httptask.Tasks{Client: s.Client(), Connections: connections}
	for name, c := range map[string]struct{ arguments, want string }{
		"plain": {
			`{"ApiEndpoint":"https://api/x","Method":"GET","InvocationConfig":{"ConnectionArn":"plain"}}`,
			`{"method":"GET","uri":"/x","type":"","key":"","tags":"","agent":"Amazon|StepFunctions|HttpInvoke|eu-west-1","range":"bytes=0-262144","body":""}`,
		},
		"old spelling, body as JSON": {
			`{"ApiEndpoint":"https://api/x?a=1","Method":"POST","Authentication":{"ConnectionArn":"plain"},"RequestBody":{"b":[1]},"Headers":{"tag":["x","y"]}}`,
			`{"method":"POST","uri":"/x?a=1","type":"application/json; charset=UTF-8","key":"","tags":"x+y","agent":"Amazon|StepFunctions|HttpInvoke|eu-west-1","range":"bytes=0-262144","body":"{\"b\":[1]}"}`,
		},
		"the connection counts": {
			`{"ApiEndpoint":"https://api/x","Method":"PUT","InvocationConfig":{"ConnectionArn":"full"},"RequestBody":{"account":1,"b":2},
				"Headers":{"x-api-key":"mine","content-type":"text/x"},"QueryParameters":{"key":"mine","q":["1","2"]}}`,
			`{"method":"PUT","uri":"/x?q=1&q=2&key=a%20b","type":"text/x","key":"secret","tags":"","agent":"Amazon|StepFunctions|HttpInvoke|eu-west-1","range":"bytes=0-262144","body":"{\"account\":7,\"b\":2}"}`,
		},
		"query as text": {
			`{"ApiEndpoint":"https://api/x","Method":"DELETE","InvocationConfig":{"ConnectionArn":"plain"},"QueryParameters":"a=%20"}`,
			`{"method":"DELETE","uri":"/x?a=%20","type":"","key":"","tags":"","agent":"Amazon|StepFunctions|HttpInvoke|eu-west-1","range":"bytes=0-262144","body":""}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := tasks.Do(t.Context(), call(s, c.arguments))
			if r.Failure != nil {
				t.Fatal(r.Failure)
			}
			if got := r.Output.Get("ResponseBody").String(); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if r.Output.Get("StatusCode") != value.Int(200) || r.Output.Get("StatusText").Str() != "OK" || r.Output.Path("Headers", "content-type").String() != `["application/json"]` {
				t.Errorf("got %s", r.Output)
			}
		})
	}
}

func TestForms(t *testing.T) {
	t.Parallel()
	s := server(t)
	tasks := &httptask.Tasks{Client: s.Client(), Connections: connections}
	for format, want := range map[string]string{
		``:                         `a%5B0%5D=x%20y&a%5B1%5D=z&o%5Bb%5D=true&n=1.5`,
		`"ArrayFormat":"INDICES"`:  `a%5B0%5D=x%20y&a%5B1%5D=z&o%5Bb%5D=true&n=1.5`,
		`"ArrayFormat":"REPEAT"`:   `a=x%20y&a=z&o%5Bb%5D=true&n=1.5`,
		`"ArrayFormat":"COMMAS"`:   `a=x%20y,z&o%5Bb%5D=true&n=1.5`,
		`"ArrayFormat":"BRACKETS"`: `a%5B%5D=x%20y&a%5B%5D=z&o%5Bb%5D=true&n=1.5`,
	} {
		r := tasks.Do(t.Context(), call(s, `{"ApiEndpoint":"https://api","Method":"POST","InvocationConfig":{"ConnectionArn":"plain"},
			"Headers":{"content-type":"application/x-www-form-urlencoded"},"RequestBody":{"a":["x y","z"],"o":{"b":true},"n":1.5},
			"Transform":{"RequestBodyEncoding":"URL_ENCODED","RequestEncodingOptions":{`+format+`}}}`))
		if got := r.Output.Path("ResponseBody", "body").Str(); got != want {
			t.Errorf("%s: got %s, want %s", format, got, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	s := server(t)
	tasks := &httptask.Tasks{Client: s.Client(), Connections: connections}
	const rest = `,"InvocationConfig":{"ConnectionArn":"plain"}`
	for _, c := range []struct{ arguments, name, cause string }{
		{`{"ApiEndpoint":"http://x","Method":"GET"` + rest + `}`, "States.Runtime", `ApiEndpoint is "http://x"; expected a URL that begins with https://`},
		{`{"Method":"GET"` + rest + `}`, "States.Runtime", "ApiEndpoint is missing"},
		{`{"ApiEndpoint":"https://%","Method":"GET"` + rest + `}`, "States.Runtime", `ApiEndpoint is "https://%": parse`},
		{`{"ApiEndpoint":"https://x","Method":"TRACE"` + rest + `}`, "States.Runtime", `Method is "TRACE"; expected one of GET, POST`},
		{`{"ApiEndpoint":"https://x","Method":"GET"}`, "States.Runtime", "names no connection"},
		{`{"ApiEndpoint":"https://x","Method":"GET","InvocationConfig":{"ConnectionArn":"none"}}`, "Events.ConnectionResource.ResourceNotFound", "there is no such connection"},
		{`{"ApiEndpoint":"https://x","Method":"GET","InvocationConfig":{"ConnectionArn":"busy"}}`, "Events.ConnectionResource.InvalidConnectionState", "it is being authorized"},
		{`{"ApiEndpoint":"https://x","Method":"GET","Headers":{"authorization":"x"}` + rest + `}`, "States.Runtime", `the header "authorization" cannot be set`},
		{`{"ApiEndpoint":"https://x","Method":"GET","Headers":{"x-amz-date":"x"}` + rest + `}`, "States.Runtime", `the header "x-amz-date" cannot be set`},
		{`{"ApiEndpoint":"https://x","Method":"GET","Headers":[]` + rest + `}`, "States.Runtime", `Headers is array; expected an object`},
		{`{"ApiEndpoint":"https://x","Method":"GET","QueryParameters":7` + rest + `}`, "States.Runtime", `QueryParameters is number; expected an object or a text`},
		{`{"ApiEndpoint":"https://x","Method":"POST","RequestBody":"text","InvocationConfig":{"ConnectionArn":"full"}}`, "States.Runtime", "RequestBody is string, and the connection adds members to it"},
		{`{"ApiEndpoint":"https://x","Method":"POST","RequestBody":{},"Transform":{"RequestBodyEncoding":"XML"}` + rest + `}`, "States.Runtime", `RequestBodyEncoding is "XML"`},
		{`{"ApiEndpoint":"https://x","Method":"POST","RequestBody":{},"Transform":{"RequestBodyEncoding":"URL_ENCODED","RequestEncodingOptions":{"ArrayFormat":"TABS"}}` + rest + `}`, "States.Runtime", `ArrayFormat is "TABS"`},
		{`{"ApiEndpoint":"https://x","Method":"POST","RequestBody":[],"Transform":{"RequestBodyEncoding":"URL_ENCODED"}` + rest + `}`, "States.Runtime", `RequestBody is array; expected an object for a form`},
	} {
		r := tasks.Do(t.Context(), call(s, c.arguments))
		if r.Failure == nil || r.Failure.Error != c.name || !strings.Contains(r.Failure.Cause, c.cause) {
			t.Errorf("%s: got %+v, want %s: %s", c.arguments, r.Failure, c.name, c.cause)
		}
	}
	r := (&httptask.Tasks{}).Do(t.Context(), call(s, `{"InvocationConfig":{"ConnectionArn":"c"}}`))
	if r.Failure == nil || r.Failure.Error != "Events.ConnectionResource.ResourceNotFound" {
		t.Errorf("without connections: got %+v", r.Failure)
	}
}

// A fixed is a client with one answer.
type fixed func() (*http.Response, error)

func (f fixed) Do(*http.Request) (*http.Response, error) { return f() }

func TestAnswers(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		status     int
		kind, body string
		err        error
		want       string
	}{
		"JSON":          {200, "application/vnd.api+json; charset=utf-8", `{"a":1}`, nil, `{"a":1}`},
		"text":          {201, "text/plain", `{"a":1}`, nil, `"{\"a\":1}"`},
		"broken JSON":   {200, "application/json", `{"a"`, nil, `"{\"a\""`},
		"nothing":       {204, "", ``, nil, `""`},
		"not found":     {404, "text/plain", "nobody", nil, "States.Http.StatusCode.404: nobody"},
		"moved":         {302, "", "", nil, "States.Http.StatusCode.302: "},
		"image":         {200, "image/png", "x", nil, `States.Runtime: the answer is of type "image/png"; expected JSON or text`},
		"bytes":         {200, "application/octet-stream", "x", nil, "States.Runtime: the answer is of type"},
		"no text":       {200, "text/plain", "\xff", nil, "States.Runtime: the answer is of type"},
		"largest":       {200, "text/plain", strings.Repeat("x", 262_144), nil, `"xxx`},
		"too large":     {200, "text/plain", strings.Repeat("x", 262_145), nil, "States.DataLimitExceeded: The state/task 'http' returned a result"},
		"nobody there":  {0, "", "", errors.New("connection refused"), "States.Http.Socket: connection refused"},
		"takes forever": {0, "", "", context.DeadlineExceeded, "States.Http.Socket: context deadline exceeded"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tasks := &httptask.Tasks{Connections: connections, Client: fixed(func() (*http.Response, error) {
				return &http.Response{StatusCode: c.status, Header: http.Header{"Content-Type": {c.kind}}, Body: io.NopCloser(strings.NewReader(c.body))}, c.err
			})}
			r := tasks.Do(t.Context(), engine.Call{Arguments: value.MustParse(`{"ApiEndpoint":"https://x","Method":"GET","InvocationConfig":{"ConnectionArn":"plain"}}`)})
			got := r.Output.Get("ResponseBody").String()
			if r.Failure != nil {
				got = r.Failure.Error + ": " + r.Failure.Cause
			}
			if !strings.HasPrefix(got, c.want) {
				t.Errorf("got %.200s, want %s", got, c.want)
			}
		})
	}
}

// Whatever the arguments are, the task gets an answer.
func FuzzDo(f *testing.F) {
	f.Add(`{"ApiEndpoint":"https://x","Method":"POST","InvocationConfig":{"ConnectionArn":"full"},"RequestBody":{"a":[{"b":[1]}]},"Transform":{"RequestBodyEncoding":"URL_ENCODED"}}`)
	f.Add(`{"ApiEndpoint":"https://x y","Method":"GET","InvocationConfig":{"ConnectionArn":"c"},"Headers":{"a\n":null},"QueryParameters":{"":[[]]}}`)
	tasks := &httptask.Tasks{Connections: connections, Client: fixed(func() (*http.Response, error) {
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader("x"))}, nil
	})}
	f.Fuzz(func(t *testing.T, arguments string) {
		v, err := value.ParseString(arguments)
		if err != nil {
			return
		}
		if r := tasks.Do(t.Context(), engine.Call{Arguments: v}); (r.Failure == nil) != r.Output.Exists() {
			t.Errorf("got %+v", r)
		}
	})
}
