// Package httptask does the HTTP Task of AWS Step Functions (arn:aws:states:::http:invoke) against an HTTP client: in
// tests that of an httptest.Server, else an *http.Client.
//
//	tasks := &httptask.Tasks{Client: server.Client(), Connections: func(arn string) (httptask.Connection, error) {
//		return httptask.Connection{Headers: map[string]string{"x-api-key": "secret"}}, nil
//	}}
//	flowtest.Run(t, Quote, order, flowtest.HTTP(tasks))
//
// The request is made as the service makes it: which headers may be set, what the connection adds, how bodies and query
// parameters are written; the answer and its errors have the service's shapes.
//
// Source: Amazon States Language reference, 15.5.
package httptask

import (
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

// A Client does requests; *http.Client is one.
type Client interface {
	Do(*http.Request) (*http.Response, error)
}

// A Connection is what a connection of Amazon EventBridge adds to a request. Where the request has the same, the
// connection's counts. How it authorizes is one of its headers: "Authorization" for basic and OAuth, or an API key's.
type Connection struct {
	Headers map[string]string
	Query   map[string]string
	Body    map[string]value.Value // members of the body, which must be an object then
}

// A ConnectionError is why a connection cannot be used: the name behind "Events.ConnectionResource.", such as
// "ResourceNotFound" or "InvalidConnectionState", and a cause.
type ConnectionError struct{ Name, Cause string }

// Error gives name and cause.
func (e *ConnectionError) Error() string { return e.Name + ": " + e.Cause }

// Tasks does HTTP Tasks. It is an engine.Tasks for them alone.
type Tasks struct {
	Client Client

	// Connections finds a connection by its ARN, or whatever stands in its place. An error other than a
	// ConnectionError counts as ResourceNotFound. Nil has no connections.
	Connections func(arn string) (Connection, error)
}

const (
	patience = 60 * time.Second // until the service gives up
	maxBody  = 262_144          // bytes of an answer
)

// The names of errors.
const (
	errRuntime = "States.Runtime"
	errSocket  = "States.Http.Socket"
	errStatus  = "States.Http.StatusCode."
	errSize    = "States.DataLimitExceeded"
	errEvents  = "Events.ConnectionResource."
)

// Do does the call of an HTTP Task.
func (t *Tasks) Do(ctx context.Context, c engine.Call) engine.Result {
	r, err := t.answer(ctx, c)
	if failed, ok := errors.AsType[*failure](err); ok {
		return engine.Failed(failed.name, failed.cause)
	}
	if err != nil {
		return engine.Failed(errRuntime, err.Error())
	}
	return engine.Succeed(r)
}

// A failure is an error of the task.
type failure struct{ name, cause string }

func (f *failure) Error() string { return f.name + ": " + f.cause }

func fail(name, format string, args ...any) error {
	return &failure{name, fmt.Sprintf(format, args...)}
}

func (t *Tasks) answer(ctx context.Context, c engine.Call) (value.Value, error) {
	connection, err := t.connection(c.Arguments)
	if err != nil {
		return value.Value{}, err
	}
	if t.Client == nil {
		return value.Value{}, fail(errSocket, "there is no client for requests")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	request, err := newRequest(ctx, c, connection)
	if err != nil {
		return value.Value{}, err
	}
	response, err := t.Client.Do(request)
	if err != nil {
		return value.Value{}, fail(errSocket, "%v", err)
	}
	defer response.Body.Close()
	return read(response)
}

// connection finds the connection that the arguments name: InvocationConfig, or Authentication in old definitions.
func (t *Tasks) connection(arguments value.Value) (Connection, error) {
	arn := arguments.Path("InvocationConfig", "ConnectionArn").Str()
	if arn == "" {
		arn = arguments.Path("Authentication", "ConnectionArn").Str()
	}
	if arn == "" {
		return Connection{}, fail(errRuntime, "the HTTP Task names no connection; expected InvocationConfig.ConnectionArn")
	}
	if t.Connections == nil {
		return Connection{}, fail(errEvents+"ResourceNotFound", "the connection %s does not exist", arn)
	}
	found, err := t.Connections(arn)
	if e, ok := errors.AsType[*ConnectionError](err); ok {
		return found, fail(errEvents+e.Name, "%s", e.Cause)
	}
	if err != nil {
		return found, fail(errEvents+"ResourceNotFound", "%v", err)
	}
	return found, nil
}

var methods = []string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"}

func newRequest(ctx context.Context, c engine.Call, k Connection) (*http.Request, error) {
	a := c.Arguments
	endpoint, method := a.Get("ApiEndpoint").Str(), a.Get("Method").Str()
	switch {
	case !strings.HasPrefix(endpoint, "https://"):
		return nil, fail(errRuntime, "ApiEndpoint is %s; expected a URL that begins with https://", shown(a.Get("ApiEndpoint")))
	case !slices.Contains(methods, method):
		return nil, fail(errRuntime, "Method is %s; expected one of %s", shown(a.Get("Method")), strings.Join(methods, ", "))
	}
	body, form, err := body(a, k)
	if err != nil {
		return nil, err
	}
	var content io.Reader
	if body != nil {
		content = strings.NewReader(*body)
	}
	r, err := http.NewRequestWithContext(ctx, method, endpoint, content)
	if err != nil {
		return nil, fail(errRuntime, "ApiEndpoint is %s: %v", shown(a.Get("ApiEndpoint")), err)
	}
	if r.URL.RawQuery, err = query(r.URL.RawQuery, a.Get("QueryParameters"), k.Query); err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", "Amazon|StepFunctions|HttpInvoke|"+c.Region)
	r.Header.Set("Range", "bytes=0-262144")
	if body != nil && !form {
		r.Header.Set("Content-Type", "application/json; charset=UTF-8")
	}
	return r, headers(r.Header, a.Get("Headers"), k.Headers)
}

func shown(v value.Value) string {
	if !v.Exists() {
		return "missing"
	}
	return v.String()
}

// forbidden are the headers that a request cannot set, and the beginnings of others.
var forbidden = []string{
	"A-Im", "Accept-Charset", "Accept-Datetime", "Accept-Encoding", "Authorization", "Cache-Control", "Connection",
	"Content-Encoding", "Content-Md5", "Date", "Expect", "Forwarded", "From", "Host", "Http2-Settings", "If-Match",
	"If-Modified-Since", "If-None-Match", "If-Range", "If-Unmodified-Since", "Max-Forwards", "Origin", "Pragma",
	"Proxy-Authorization", "Referer", "Server", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "Via", "Warning",
}

var forbiddenPrefixes = []string{"X-Forwarded-", "X-Amz-", "X-Amzn-"}

// headers sets the request's headers and then the connection's.
func headers(h http.Header, v value.Value, connection map[string]string) error {
	if v.Exists() && !v.IsObject() {
		return fail(errRuntime, "Headers is %s; expected an object", v.Kind())
	}
	for name, x := range v.Members() {
		key := textproto.CanonicalMIMEHeaderKey(name)
		if slices.Contains(forbidden, key) || slices.ContainsFunc(forbiddenPrefixes, func(p string) bool { return strings.HasPrefix(key, p) }) {
			return fail(errRuntime, "the header %q cannot be set", name)
		}
		h.Del(key)
		for _, one := range list(x) {
			h.Add(key, text(one))
		}
	}
	for name, s := range connection {
		h.Set(name, s)
	}
	return nil
}

// list is a value as the items of a list: an array's, or the value alone.
func list(v value.Value) []value.Value {
	if v.IsArray() {
		return v.Elements()
	}
	return []value.Value{v}
}

// text is a value in a header or a form: a string without quotes, other values as JSON.
func text(v value.Value) string {
	if v.IsString() {
		return v.Str()
	}
	return v.String()
}

// body is the request's body, if it has one, and whether it is written as a form.
func body(a value.Value, k Connection) (content *string, form bool, err error) {
	v := a.Get("RequestBody")
	if len(k.Body) > 0 {
		switch {
		case !v.Exists() || v.IsNull():
			v = value.Object()
		case !v.IsObject():
			return nil, false, fail(errRuntime, "RequestBody is %s, and the connection adds members to it; expected an object", v.Kind())
		}
		for _, name := range slices.Sorted(maps.Keys(k.Body)) {
			v = v.With(name, k.Body[name])
		}
	}
	if !v.Exists() {
		return nil, false, nil
	}
	encoding := a.Path("Transform", "RequestBodyEncoding").Str()
	switch encoding {
	case "", "NONE":
		return new(v.String()), false, nil
	case "URL_ENCODED":
		s, err := formOf(v, a.Path("Transform", "RequestEncodingOptions", "ArrayFormat").Str())
		return &s, true, err
	}
	return nil, false, fail(errRuntime, "Transform.RequestBodyEncoding is %q; expected NONE or URL_ENCODED", encoding)
}

// read makes the task's result of a response, or its error.
func read(r *http.Response) (value.Value, error) {
	src, err := io.ReadAll(io.LimitReader(r.Body, maxBody+1))
	if err != nil {
		return value.Value{}, fail(errSocket, "%v", err)
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	switch {
	case r.StatusCode < 200 || r.StatusCode > 299:
		return value.Value{}, fail(errStatus+strconv.Itoa(r.StatusCode), "%s", strings.ToValidUTF8(string(src), "\uFFFD"))
	case len(src) > maxBody:
		return value.Value{}, fail(errSize, "The state/task 'http' returned a result with a size exceeding the maximum number of bytes service limit.")
	case binary(kind) || !utf8.Valid(src):
		return value.Value{}, fail(errRuntime, "the answer is of type %q; expected JSON or text", r.Header.Get("Content-Type"))
	}
	var all value.Builder
	for _, name := range slices.Sorted(maps.Keys(r.Header)) {
		var items []value.Value
		for _, s := range r.Header[name] {
			items = append(items, value.String(s))
		}
		all.Set(strings.ToLower(name), value.Array(items...))
	}
	content := value.String(string(src))
	if strings.HasSuffix(kind, "json") {
		if v, err := value.Parse(src); err == nil {
			content = v
		}
	}
	return value.Object(
		value.M("Headers", all.Object()), value.M("ResponseBody", content),
		value.M("StatusCode", value.Int(r.StatusCode)), value.M("StatusText", value.String(http.StatusText(r.StatusCode))),
	), nil
}

// binary tells whether an answer of a media type cannot be taken.
func binary(kind string) bool {
	main, _, _ := strings.Cut(kind, "/")
	return kind == "application/octet-stream" || main == "image" || main == "video" || main == "audio"
}
