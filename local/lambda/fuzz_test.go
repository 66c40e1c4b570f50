package lambda_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/local/lambda"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// FuzzRequest feeds any path and body to the REST front and the Runtime API: nothing panics, and no stranger gets in.
func FuzzRequest(f *testing.F) {
	for _, seed := range [][3]string{
		{"GET", "/2015-03-31/functions/", ""},
		{"POST", "/2015-03-31/functions/F/invocations", "{"},
		{"POST", "/2015-03-31/functions/arn%3Aaws%3Alambda%3A%3A%3Afunction%3AF/invocations?Qualifier=%00", "{}"},
		{"GET", "/2015-03-31/functions/?MaxItems=-1&Marker=x", ""},
		{"GET", "/_runtime//2018-06-01/runtime/invocation/next", ""},
		{"POST", "/_runtime/x/2018-06-01/runtime/invocation/y/response", "z"},
		{"PUT", "/", "\xff"},
	} {
		f.Add(seed[0], seed[1], seed[2])
	}
	f.Fuzz(func(t *testing.T, method, target, body string) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		r, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1/", strings.NewReader(body))
		if err != nil {
			return
		}
		r.URL = u
		m := newMachine(t)
		w := httptest.NewRecorder()
		m.ServeHTTP(w, r)
		if w.Code == http.StatusOK && !strings.Contains(w.Body.String(), `"Functions"`) && !strings.Contains(w.Body.String(), `"AccountLimit"`) {
			t.Errorf("%s %s gave %d %s", method, target, w.Code, w.Body)
		}
		w = httptest.NewRecorder()
		m.Runtime().ServeHTTP(w, r)
		if w.Code != http.StatusForbidden {
			t.Errorf("the Runtime API answered %s %s with %d", method, target, w.Code)
		}
	})
}

// FuzzCreate feeds any properties to the provider: the answer is an error, since there is no asset.
func FuzzCreate(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"Handler":"h","Code":{"S3Bucket":"b","S3Key":"k"},"Timeout":"x"}`, `{"Handler":"h","Environment":{"Variables":[]},"Code":[]}`,
		`{"FunctionName":"../x","Handler":"h","MemorySize":1e99,"ReservedConcurrentExecutions":-1}`, `{"Architectures":[1],"LoggingConfig":{"LogFormat":{}}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, properties string) {
		v, err := value.ParseString(properties)
		if err != nil {
			return
		}
		m := newMachine(t)
		if c, err := m.Create(t.Context(), wire.Resource{Stack: "S", LogicalID: "F", Properties: v}); err == nil {
			t.Errorf("created %+v", c)
		}
	})
}

var _ wire.Provider = (*lambda.Service)(nil)
