// Package web calls HTTP APIs with Step Functions' HTTP Task: no function in between.
//
// How a request is authorized is a connection of Amazon EventBridge (basic, API key or OAuth), which holds the secret:
//
//	var CarrierAPI = web.ConnectionOf("CarrierAPI")
//
//	quote := web.Do(f, "Ask the carrier", web.Request{
//		Connection: CarrierAPI, Method: "POST", URL: new("https://api.carrier.example/quotes"), Body: order,
//	}, Quote{}, flow.Retry(web.Busy, patiently))
//	price := &quote.ResponseBody.Price
//
// An answer has to come within 60 seconds, as JSON or text of at most 256 KiB. A status that is not 2xx fails the step
// with Status of its number.
package web

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/flow"
)

// A Connection authorizes requests, and adds headers, query parameters and members of the body; where a request has the
// same, the connection's count.
type Connection struct{ flow.Resource }

// ConnectionOf declares a connection. In documents it is ${name}, its ARN.
func ConnectionOf(name string) Connection {
	return Connection{flow.Resource{Kind: flow.KindConnection, Name: name}}
}

// A Request is what is asked. Connection, Method and URL are required.
type Request struct {
	Connection Connection
	Method     string             // GET, POST, PUT, DELETE, PATCH, OPTIONS or HEAD
	URL        *string            // begins with https:// and has no query; see PathEscape for parts of it
	Query      map[string]*string // query parameters, which the service encodes; what is absent is left out
	Lists      map[string]*[]string
	Headers    map[string]*string // some cannot be set, such as Authorization: that is the connection's part
	Body       any                // a value of the workflow, a literal or a text; nil for none
	Form       *Form              // sends the body as a web form does, instead of as JSON
}

// A Form says how a body is written as application/x-www-form-urlencoded. The zero Form will do for bodies without
// lists. The header Content-Type is set unless the request has one.
type Form struct{ Lists ListForm }

// A ListForm is how a form writes a list.
type ListForm string

// The ways to write the list a of x and y.
const (
	Indices  ListForm = "INDICES"  // a[0]=x&a[1]=y, also if nothing is said
	Repeat   ListForm = "REPEAT"   // a=x&a=y
	Commas   ListForm = "COMMAS"   // a=x,y
	Brackets ListForm = "BRACKETS" // a[]=x&a[]=y
)

// A Response is an answer with a 2xx status, whose body is taken as a Body: a string for text.
type Response[Body any] struct {
	StatusCode   int
	StatusText   string
	Headers      map[string][]string // by their names, in lower case
	ResponseBody Body
}

// Do sends a request and takes the body of the answer as a Body, of which as gives the type.
func Do[Body any](f *flow.Flow, name string, r Request, as Body, opts ...flow.TaskOption) *Response[Body] {
	_ = as
	return flow.Do[Response[Body]](f, name, flow.Call{Resource: "arn:aws:states:::http:invoke", Args: flow.Lazy(r.arguments)}, opts...)
}

// arguments are those of the task, checked.
func (r Request) arguments(c *flow.Ctx) any {
	r.check(c)
	a := &object{}
	url := c.Value(r.URL)
	if r.URL != nil { // else it has been said
		c.Need(url, "the URL")
	}
	a.add("ApiEndpoint", url)
	a.add("Method", c.Value(r.Method))
	if r.Connection.Name != "" {
		a.add("InvocationConfig", c.Value(map[string]any{"ConnectionArn": r.Connection.Resource}))
	}
	query := texts(c, r.Query)
	for _, k := range slices.Sorted(maps.Keys(r.Lists)) {
		query.add(k, given(c.Value(r.Lists[k])))
	}
	if headers := r.headers(c); len(headers.names) > 0 {
		a.add("Headers", headers.expr())
	}
	if len(query.names) > 0 {
		a.add("QueryParameters", query.expr())
	}
	if r.Body != nil {
		a.add("RequestBody", given(c.Value(r.Body)))
	}
	if r.Form != nil {
		a.add("Transform", c.Value(r.Form.transform()))
	}
	return a.expr()
}

func (r Request) headers(c *flow.Ctx) *object {
	h := texts(c, r.Headers)
	if r.Form != nil && !slices.ContainsFunc(h.names, func(n string) bool { return strings.EqualFold(n, "Content-Type") }) {
		h.add("Content-Type", c.Value("application/x-www-form-urlencoded"))
	}
	return h
}

func (x Form) transform() any {
	t := map[string]any{"RequestBodyEncoding": "URL_ENCODED"}
	if x.Lists != "" {
		t["RequestEncodingOptions"] = map[string]any{"ArrayFormat": x.Lists}
	}
	return t
}

// An object is one in the making.
type object struct {
	names  []string
	values []flow.Expr
}

func (o *object) add(name string, e flow.Expr) {
	o.names, o.values = append(o.names, name), append(o.values, e)
}

func (o *object) expr() flow.Expr { return flow.ObjectOf(o.names, o.values) }

func texts(c *flow.Ctx, m map[string]*string) *object {
	o := &object{}
	for _, k := range slices.Sorted(maps.Keys(m)) {
		o.add(k, given(c.Value(m[k])))
	}
	return o
}

// given is e, left out when it is absent or null.
func given(e flow.Expr) flow.Expr {
	if !e.Optional() {
		return e
	}
	return e.Sure().When(e.Present())
}

// PathEscape makes a value part of a URL's path: what is no letter or digit is written as %XX.
func PathEscape(f *flow.Flow, v *string) *string {
	return flow.JSONata[string](f, "$encodeUrlComponent($1)", v)
}

// methods are those that the HTTP Task knows.
var methods = []string{"GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD"}

// forbidden are the headers that the HTTP Task does not let a request set; its failure could not be caught.
var forbidden = []string{
	"a-im", "accept-charset", "accept-datetime", "accept-encoding", "authorization", "cache-control", "connection", "content-encoding",
	"content-md5", "date", "expect", "forwarded", "from", "host", "http2-settings", "if-match", "if-modified-since", "if-none-match",
	"if-range", "if-unmodified-since", "max-forwards", "origin", "pragma", "proxy-authorization", "referer", "server", "te", "trailer",
	"transfer-encoding", "upgrade", "via", "warning",
}

// check reports what the service would refuse when the workflow runs.
func (r Request) check(c *flow.Ctx) {
	bad := func(message, hint string) { c.Report("http-request", message, hint) }
	if !slices.Contains(methods, r.Method) {
		bad(fmt.Sprintf("there is no method %q", r.Method), "use one of "+strings.Join(methods, ", "))
	}
	if r.Connection.Name == "" {
		bad("the request has no Connection", "declare one with web.ConnectionOf; also an API without authorization needs one")
	}
	url, constant := c.Value(r.URL).Constant()
	switch {
	case r.URL == nil:
		bad("the request has no URL", "it looks like https://api.example.com/orders")
	case constant && !strings.HasPrefix(url.Str(), "https://") && !strings.HasPrefix(url.Str(), "${"):
		bad(fmt.Sprintf("the URL %s does not begin with https://", url), "other URLs cannot be called")
	case constant && strings.Contains(url.Str(), "?"):
		bad(fmt.Sprintf("the URL %s has a query", url), "put its parameters into Query, which encodes them")
	}
	for _, h := range slices.Sorted(maps.Keys(r.Headers)) {
		name := strings.ToLower(h)
		if slices.Contains(forbidden, name) || strings.HasPrefix(name, "x-forwarded-") || strings.HasPrefix(name, "x-amz-") || strings.HasPrefix(name, "x-amzn-") {
			bad(fmt.Sprintf("the header %q cannot be set", h), "the service sets it, or the connection does")
		}
	}
	if r.Form != nil && r.Body == nil {
		bad("the request has a Form, but no Body", "give it a Body, whose members are the form's fields")
	}
	if r.Form != nil && !slices.Contains([]ListForm{"", Indices, Repeat, Commas, Brackets}, r.Form.Lists) {
		bad(fmt.Sprintf("there is no way %q to write lists", r.Form.Lists), "use web.Indices, Repeat, Commas or Brackets")
	}
}
