package lambda_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/stepwright/stepwright/local/lambda"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

// newClient serves a Lambda service behind the machine's own door and gives an SDK client for it.
func newClient(t *testing.T, functions ...string) (*sdk.Client, *lambda.Service) {
	t.Helper()
	var url string
	s, err := lambda.New(lambda.Config{Account: wiretest.Account, Endpoint: func() string { return url }})
	if err != nil {
		t.Fatal(err)
	}
	m := wiretest.Start(t, s)
	m.HandlePrefix(lambda.RuntimePrefix, s.Runtime())
	url = m.URL
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for _, f := range functions {
		if err := s.Add(t.Context(), lambda.Function{Name: f, Handler: f, Dir: code(t), Environment: map[string]string{"AB": "b"}}); err != nil {
			t.Fatal(err)
		}
	}
	return sdk.NewFromConfig(m.Config()), s
}

func TestClientInvoke(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, "Echo", "Fail")
	for _, name := range []string{"Echo", "arn:aws:lambda:eu-north-1:111122223333:function:Echo", "111122223333:Echo", "111122223333:function:Echo", "Echo:$LATEST"} {
		out, err := c.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: &name, Payload: []byte(`{"x":[1]}`), LogType: types.LogTypeTail})
		if err != nil {
			t.Fatal(err)
		}
		if string(out.Payload) != `{"x":[1]}` || out.StatusCode != 200 || aws.ToString(out.ExecutedVersion) != "$LATEST" || out.FunctionError != nil || aws.ToString(out.LogResult) == "" {
			t.Errorf("%s: got %+v, payload %s", name, out, out.Payload)
		}
	}
	out, err := c.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: new("Fail")})
	if err != nil {
		t.Fatal(err)
	}
	if aws.ToString(out.FunctionError) != "Unhandled" || !strings.Contains(string(out.Payload), `"errorType":"notFoundError"`) {
		t.Errorf("got %+v, payload %s", out, out.Payload)
	}
}

func TestClientInvocationTypes(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, "Echo")
	for kind, status := range map[types.InvocationType]int32{types.InvocationTypeEvent: 202, types.InvocationTypeDryRun: 204} {
		out, err := c.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: new("Echo"), InvocationType: kind, Payload: []byte(`{}`)})
		if err != nil {
			t.Fatal(err)
		}
		if out.StatusCode != status || len(out.Payload) != 0 {
			t.Errorf("%s: got %+v, payload %s", kind, out, out.Payload)
		}
	}
}

func TestClientErrors(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, "Echo")
	tests := []struct{ name, function, payload, code, message string }{
		{"unknown", "Nobody", `{}`, "ResourceNotFoundException", "Function not found: arn:aws:lambda:eu-north-1:111122223333:function:Nobody"},
		{"version", "Echo:3", `{}`, "ResourceNotFoundException", "Function not found: arn:aws:lambda:eu-north-1:111122223333:function:Echo:3"},
		{"no JSON", "Echo", `{"a":`, "InvalidRequestContentException", "Could not parse request body into json"},
		{"too large", "Echo", `"` + strings.Repeat("x", 6<<20+1000) + `"`, "RequestTooLargeException", "payload is too large"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := c.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: &tt.function, Payload: []byte(tt.payload)})
			wiretest.Refused(t, err, tt.code, tt.message)
		})
	}
}

func TestClientDescribes(t *testing.T) {
	t.Parallel()
	c, _ := newClient(t, "Echo", "Count", "Fail")
	f, err := c.GetFunction(t.Context(), &sdk.GetFunctionInput{FunctionName: new("Echo")})
	if err != nil {
		t.Fatal(err)
	}
	if got := f.Configuration; aws.ToString(got.Handler) != "Echo" || aws.ToInt32(got.Timeout) != 3 || aws.ToInt32(got.MemorySize) != 128 || got.Runtime != types.RuntimeProvidedal2023 || got.Environment.Variables["AB"] != "b" {
		t.Errorf("got %+v", got)
	}
	if _, err := c.GetFunctionConfiguration(t.Context(), &sdk.GetFunctionConfigurationInput{FunctionName: new("Fail")}); err != nil {
		t.Error(err)
	}
	var names []string
	pages := sdk.NewListFunctionsPaginator(c, &sdk.ListFunctionsInput{MaxItems: new(int32(2))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range page.Functions {
			names = append(names, aws.ToString(f.FunctionName))
		}
	}
	if got := strings.Join(names, " "); got != "Echo Count Fail" {
		t.Errorf("got %q", got)
	}
}

func TestUnsupportedIsNamed(t *testing.T) {
	t.Parallel()
	c, s := newClient(t)
	_, err := c.ListLayers(t.Context(), &sdk.ListLayersInput{})
	if err == nil || !strings.Contains(err.Error(), "/2018-10-31/layers is not supported by the local machine") {
		t.Errorf("got %v", err)
	}
	if _, err := s.Call(t.Context(), "InvokeAsync", value.Object()); err == nil || !strings.Contains(err.Error(), "lambda:InvokeAsync is not supported") {
		t.Errorf("got %v", err)
	}
}

func TestCallTakesValues(t *testing.T) {
	t.Parallel()
	_, s := newClient(t, "Echo", "Fail")
	in := value.MustParse(`{"FunctionName":"Echo","Payload":{"n":1.50}}`)
	out, err := s.Call(t.Context(), "Invoke", in)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.String(); got != `{"StatusCode":200,"ExecutedVersion":"$LATEST","Payload":{"n":1.5}}` && got != `{"StatusCode":200,"ExecutedVersion":"$LATEST","Payload":{"n":1.50}}` {
		t.Errorf("got %s", got)
	}
	out, err = s.Call(t.Context(), "Invoke", in.With("FunctionName", value.String("Fail")))
	if err != nil || out.Get("FunctionError").Str() != "Unhandled" || out.Path("Payload", "errorType").Str() != "notFoundError" {
		t.Errorf("got %s, %v", out, err)
	}
	if _, err := s.Call(t.Context(), "Invoke", value.Object()); err == nil || !strings.Contains(err.Error(), "'functionName'") {
		t.Errorf("got %v", err)
	}
}
