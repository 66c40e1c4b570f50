package wire

import (
	"cmp"
	"encoding/xml"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

const formType = "application/x-www-form-urlencoded"

// QueryFront serves a core in the AWS Query protocol, as SNS and STS speak it: a form with Action, XML back.
//
// Names with dots become objects; "member.N" becomes an array; "entry.N" with key and value, or with Name and Value,
// becomes an object by key. All leaves are strings, since the form does not say more. In answers arrays are written
// as member elements, and the members named in maps as entry elements with key and value. namespace is the XML
// namespace, such as "http://sns.amazonaws.com/doc/2010-03-31/".
func QueryFront(namespace string, api API, maps ...string) http.Handler {
	return &queryFront{namespace, api, maps}
}

type queryFront struct {
	namespace string
	api       API
	maps      []string
}

func (f *queryFront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	action, in, err := ReadQuery(r)
	if err != nil {
		WriteQueryError(w, f.namespace, err)
		return
	}
	out, err := call(r.Context(), f.api, action, in)
	if err != nil {
		WriteQueryError(w, f.namespace, err)
		return
	}
	WriteQuery(w, f.namespace, action, f.appendMembers(nil, out))
}

// ReadQuery reads a request of the Query protocol: its action, and the form as an object, as [QueryFront] has it. A
// list without "member" is an object of the names "1", "2", ….
func ReadQuery(r *http.Request) (action string, in value.Value, err *Error) {
	form, err := readForm(r)
	if err != nil {
		return "", in, err
	}
	if action = form.Get("Action"); action == "" {
		return "", in, Errorf("MissingAction", "the request's form has no Action")
	}
	form.Del("Action")
	form.Del("Version")
	return action, unflatten(form), nil
}

// WriteQuery answers a request of the Query protocol; result is the XML inside the action's result.
func WriteQuery(w http.ResponseWriter, namespace, action string, result []byte) {
	b := []byte("<" + action + "Response")
	b = append(b, xmlns(namespace)+"><"+action+"Result>"...)
	b = append(b, result...)
	b = append(b, "</"+action+"Result><ResponseMetadata><RequestId>"+w.Header().Get("X-Amzn-RequestId")+"</RequestId></ResponseMetadata></"+action+"Response>"...)
	w.Header().Set("Content-Type", "text/xml")
	_, _ = w.Write(b) // the client may be gone
}

func readForm(r *http.Request) (url.Values, *Error) {
	body, failure := readAll(r.Body, maxBody)
	if failure != nil {
		return nil, failure
	}
	text := string(body)
	if r.Method == http.MethodGet {
		text = r.URL.RawQuery
	}
	form, err := url.ParseQuery(text)
	if err != nil {
		return nil, Errorf("MalformedQueryString", "the request's form cannot be read: %v", err)
	}
	for name := range form {
		if strings.HasPrefix(name, "X-Amz-") {
			delete(form, name)
		}
	}
	return form, nil
}

// A formNode is an inner node of a form's dotted names, or a leaf.
type formNode struct {
	leaf     string
	children map[string]*formNode
}

// maxFormDepth is more than any action needs; deeper names are cut there.
const maxFormDepth = 16

// unflatten turns a form with dotted names into an object.
func unflatten(form url.Values) value.Value {
	root := &formNode{}
	for name, values := range form {
		at := root
		for part := range slices.Values(strings.SplitN(name, ".", maxFormDepth)) {
			if at.children == nil {
				at.children = map[string]*formNode{}
			}
			if at.children[part] == nil {
				at.children[part] = &formNode{}
			}
			at = at.children[part]
		}
		at.leaf = values[len(values)-1]
	}
	if root.children == nil {
		return value.Object()
	}
	return root.object()
}

func (n *formNode) value() value.Value {
	switch {
	case n.children == nil:
		return value.String(n.leaf)
	case len(n.children) == 1 && n.children["member"] != nil:
		return value.Array(n.children["member"].numbered()...)
	case len(n.children) == 1 && n.children["entry"] != nil:
		return entries(n.children["entry"].numbered())
	}
	return n.object()
}

func (n *formNode) object() value.Value {
	var b value.Builder
	for _, name := range sortedNames(n.children) {
		b.Set(name, n.children[name].value())
	}
	return b.Object()
}

// numbered gives the children 1, 2, 3… in numeric order.
func (n *formNode) numbered() []value.Value {
	var out []value.Value
	for _, name := range sortedNames(n.children) {
		out = append(out, n.children[name].value())
	}
	return out
}

func sortedNames(m map[string]*formNode) []string {
	names := make([]string, 0, len(m))
	for name := range m {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b string) int {
		an, aerr := strconv.Atoi(a)
		bn, berr := strconv.Atoi(b)
		if aerr == nil && berr == nil {
			return cmp.Compare(an, bn)
		}
		return strings.Compare(a, b)
	})
	return names
}

func entries(list []value.Value) value.Value {
	var b value.Builder
	for _, e := range list {
		if key := e.Get("key"); key.Exists() {
			b.Set(key.Str(), e.Get("value"))
			continue
		}
		b.Set(e.Get("Name").Str(), e.Get("Value"))
	}
	return b.Object()
}

func xmlns(namespace string) string {
	if namespace == "" {
		return ""
	}
	return ` xmlns="` + namespace + `"`
}

func (f *queryFront) appendMembers(b []byte, v value.Value) []byte {
	for name, m := range v.Members() {
		b = append(b, "<"+name+">"...)
		if m.IsObject() && slices.Contains(f.maps, name) {
			b = f.appendEntries(b, m)
		} else {
			b = f.appendXML(b, m)
		}
		b = append(b, "</"+name+">"...)
	}
	return b
}

func (f *queryFront) appendXML(b []byte, v value.Value) []byte {
	switch v.Kind() {
	case value.ObjectKind:
		return f.appendMembers(b, v)
	case value.ArrayKind:
		for _, item := range v.Elements() {
			b = append(b, "<member>"...)
			b = f.appendXML(b, item)
			b = append(b, "</member>"...)
		}
		return b
	case value.StringKind:
		return append(b, XMLText(v.Str())...)
	case value.NullKind, value.Absent:
		return b
	case value.BoolKind, value.NumberKind:
		return v.AppendJSON(b)
	}
	return b
}

func (f *queryFront) appendEntries(b []byte, v value.Value) []byte {
	for key, m := range v.Members() {
		b = append(b, "<entry><key>"+XMLText(key)+"</key><value>"...)
		b = f.appendXML(b, m)
		b = append(b, "</value></entry>"...)
	}
	return b
}

// WriteQueryError answers with an error in the Query protocol, under its older name if it has one.
func WriteQueryError(w http.ResponseWriter, namespace string, e *Error) {
	kind := "Sender"
	if e.status() >= http.StatusInternalServerError {
		kind = "Receiver"
	}
	code := cmp.Or(e.QueryCode, e.Code)
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(e.status())
	_, _ = w.Write([]byte("<ErrorResponse" + xmlns(namespace) + "><Error><Type>" + kind + "</Type><Code>" + XMLText(code) + "</Code><Message>" + XMLText(e.Message) +
		"</Message></Error><RequestId>" + w.Header().Get("X-Amzn-RequestId") + "</RequestId></ErrorResponse>")) // the client may be gone
}

// WriteS3Error answers with an error in the shape of S3. An answer to HEAD has no body.
func WriteS3Error(w http.ResponseWriter, r *http.Request, e *Error) {
	id := w.Header().Get("X-Amzn-RequestId")
	w.Header().Set("X-Amz-Request-Id", id)
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(e.status())
	if r.Method == http.MethodHead {
		return
	}
	body := xml.Header + "<Error><Code>" + XMLText(e.Code) + "</Code><Message>" + XMLText(e.Message) + "</Message>"
	for name, v := range e.Fields.Members() {
		body += "<" + name + ">" + XMLText(v.Str()) + "</" + name + ">"
	}
	_, _ = w.Write([]byte(body + "<RequestId>" + id + "</RequestId></Error>")) // the client may be gone
}

// XMLText escapes text for an XML element. Characters that XML cannot hold become U+FFFD.
func XMLText(s string) string {
	var b strings.Builder
	_ = xml.EscapeText(&b, []byte(s)) // a strings.Builder never fails
	return b.String()
}
