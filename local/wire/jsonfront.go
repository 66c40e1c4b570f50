package wire

import (
	"errors"
	"net/http"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// JSONFront serves a core in the AWS JSON protocol: POST with the action in X-Amz-Target ("DynamoDB_20120810.GetItem":
// targetPrefix is what stands before the dot), members as a JSON object. contentVersion is "1.0" or "1.1", as the
// service's content type application/x-amz-json-… says.
//
// Errors are {"__type": …, "message": …}; a body that is not a JSON object is a SerializationException.
func JSONFront(targetPrefix, contentVersion string, api API) http.Handler {
	return &jsonFront{targetPrefix, "application/x-amz-json-" + contentVersion, api}
}

type jsonFront struct {
	prefix      string
	contentType string
	api         API
}

func (f *jsonFront) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	action, err := f.action(r)
	if err != nil {
		writeJSONError(w, f.contentType, err)
		return
	}
	in, err := readJSON(r)
	if err != nil {
		writeJSONError(w, f.contentType, err)
		return
	}
	out, err := call(r.Context(), f.api, action, in)
	if err != nil {
		writeJSONError(w, f.contentType, err)
		return
	}
	if !out.Exists() {
		out = value.Object()
	}
	writeJSON(w, f.contentType, http.StatusOK, out)
}

func (f *jsonFront) action(r *http.Request) (string, *Error) {
	if r.Method != http.MethodPost {
		return "", &Error{Code: "UnknownOperationException", Message: "requests of this service are POST, not " + r.Method, Status: http.StatusMethodNotAllowed}
	}
	target := r.Header.Get("X-Amz-Target")
	action, ok := strings.CutPrefix(target, f.prefix+".")
	if !ok || action == "" {
		return "", Errorf("UnknownOperationException", "X-Amz-Target must be %s.ACTION, not %q", f.prefix, target)
	}
	return action, nil
}

// readJSON reads a body that must be a JSON object; none at all is an empty one.
func readJSON(r *http.Request) (value.Value, *Error) {
	body, failure := readAll(r.Body, maxBody)
	if failure != nil {
		return value.Value{}, failure
	}
	if len(body) == 0 {
		return value.Object(), nil
	}
	in, err := value.Parse(body)
	if err != nil {
		if e, ok := errors.AsType[*value.SyntaxError](err); ok {
			return value.Value{}, Errorf("SerializationException", "the request's body is not JSON: line %d, column %d: %s", e.Line, e.Col, e.Message)
		}
		return value.Value{}, Errorf("SerializationException", "the request's body is not JSON: %v", err)
	}
	if !in.IsObject() {
		return value.Value{}, Errorf("SerializationException", "the request's body must be a JSON object, not a JSON %s", in.Kind())
	}
	return in, nil
}

func writeJSON(w http.ResponseWriter, contentType string, status int, v value.Value) {
	w.Header().Set("Content-Type", contentType)
	w.WriteHeader(status)
	_, _ = w.Write(v.AppendJSON(nil)) // the client may be gone
}

// writeJSONError answers with an error, in the body and in the header x-amzn-ErrorType, so that clients of all the
// JSON protocols find it.
func writeJSONError(w http.ResponseWriter, contentType string, e *Error) {
	if !strings.HasPrefix(contentType, "application/") {
		contentType = "application/json"
	}
	w.Header().Set("X-Amzn-ErrorType", e.Code)
	if e.QueryCode != "" {
		w.Header().Set("X-Amzn-Query-Error", e.QueryCode+";Sender")
	}
	body := value.Object(value.M("__type", value.String(e.Code)), value.M("message", value.String(e.Message)))
	for name, v := range e.Fields.Members() {
		body = body.With(name, v)
	}
	writeJSON(w, contentType, e.status(), body)
}

// WriteJSON answers a REST request with a JSON value, and WriteJSONError with an error; for services whose protocol
// is restJson1, such as Lambda.
func WriteJSON(w http.ResponseWriter, status int, v value.Value) {
	writeJSON(w, "application/json", status, v)
}

// WriteJSONError answers a REST request with an error in AWS's JSON shape.
func WriteJSONError(w http.ResponseWriter, e *Error) { writeJSONError(w, "application/json", e) }

// ReadJSON reads the body of a REST request, which must be a JSON object or empty.
func ReadJSON(r *http.Request) (value.Value, *Error) { return readJSON(r) }
