package lambda

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// ServeHTTP is the REST front. A request that is none of the service's operations is refused by its name.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	parts, err := pathParts(r.URL.EscapedPath())
	if err != nil {
		s.refuse(w, r, nil)
		return
	}
	if in, ok := invocations.matches(parts); ok && r.Method == invocations.method {
		s.serveInvoke(w, r, in[0].Value.Str())
		return
	}
	o, in := match(operations, r.Method, parts)
	if o == nil {
		o, _ = match(refused, r.Method, parts)
		s.refuse(w, r, o)
		return
	}
	s.serve(w, r, o, in)
}

var invocations = operation{name: "Invoke", method: http.MethodPost, path: "/2015-03-31/functions/{FunctionName}/invocations"}

// pathParts are the parts of a path between slashes; a slash at the end makes no difference.
func pathParts(path string) ([]string, error) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	for i, p := range parts {
		var err error
		if parts[i], err = url.PathUnescape(p); err != nil {
			return nil, err
		}
	}
	return parts, nil
}

func (s *Service) refuse(w http.ResponseWriter, r *http.Request, o *operation) {
	name := ""
	if o != nil {
		name = o.name + ": "
	}
	message := "lambda: " + name + r.Method + " " + r.URL.Path + " is not supported by the local machine; it knows " + names()
	writeError(w, &wire.Error{Code: "UnknownOperationException", Message: message, Status: http.StatusNotFound})
}

// serve runs an operation whose members are in path, query and body.
func (s *Service) serve(w http.ResponseWriter, r *http.Request, o *operation, path []value.Member) {
	in := value.Object()
	if r.Method == http.MethodPost || r.Method == http.MethodPut {
		body, err := wire.ReadJSON(r)
		if err != nil {
			writeError(w, err)
			return
		}
		in = body
	}
	query := r.URL.Query()
	for member := range strings.FieldsSeq(o.query) {
		member, parameter, several := strings.Cut(member, "=")
		switch {
		case several:
			in = in.With(member, value.MustFrom(query[parameter]))
		case query.Has(member):
			in = in.With(member, value.String(query.Get(member)))
		}
	}
	for _, m := range path {
		in = in.With(m.Name, m.Value)
	}
	out, err := s.perform(r.Context(), o, in)
	if err != nil {
		writeError(w, wire.AsError(err, "ServiceException"))
		return
	}
	if o.status == http.StatusNoContent {
		w.WriteHeader(o.status)
		return
	}
	wire.WriteJSON(w, o.status, out)
}

func (s *Service) serveInvoke(w http.ResponseWriter, r *http.Request, name string) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload+1))
	var tooLarge *http.MaxBytesError
	if e, ok := errors.AsType[*wire.Error](err); ok {
		writeError(w, e)
		return
	}
	if err != nil && !errors.As(err, &tooLarge) {
		return // the client has gone
	}
	id := ""
	if request, ok := wire.RequestOf(r.Context()); ok {
		id = request.ID
	}
	result, err := s.Invoke(r.Context(), Request{
		Function: name, Qualifier: r.URL.Query().Get("Qualifier"), Payload: body, ID: id,
		Type: r.Header.Get("X-Amz-Invocation-Type"), LogType: r.Header.Get("X-Amz-Log-Type"),
		Client: r.Header.Get("X-Amz-Client-Context"), Trace: r.Header.Get("X-Amzn-Trace-Id"),
	})
	if err != nil {
		writeError(w, wire.AsError(err, "ServiceException"))
		return
	}
	h := w.Header()
	h.Set("X-Amzn-Requestid", result.RequestID)
	if result.StatusCode == http.StatusOK {
		h.Set("Content-Type", "application/json")
	}
	set(h, "X-Amz-Executed-Version", result.ExecutedVersion)
	set(h, "X-Amz-Function-Error", result.FunctionError)
	set(h, "X-Amz-Log-Result", result.LogResult)
	w.WriteHeader(result.StatusCode)
	if result.StatusCode == http.StatusOK {
		_, _ = w.Write(result.Payload)
	}
}

func set(h http.Header, name, v string) {
	if v != "" {
		h.Set(name, v)
	}
}

// capitals are the errors whose model spells the member Message with a capital; most have message.
var capitals = map[string]bool{
	"ResourceNotFoundException": true, "ServiceException": true, "PreconditionFailedException": true, "ResourceInUseException": true,
}

func writeError(w http.ResponseWriter, e *wire.Error) {
	kind := "User"
	if e.Status >= 500 {
		kind = "Service"
	}
	h := w.Header()
	h.Set("X-Amzn-Errortype", e.Code)
	if h.Get("X-Amzn-Requestid") == "" {
		h.Set("X-Amzn-Requestid", wire.NewID())
	}
	h.Set("Content-Type", "application/json")
	if e.Status == http.StatusTooManyRequests {
		h.Set("Retry-After", "1")
	}
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	w.WriteHeader(status)
	name := "message"
	if capitals[e.Code] {
		name = "Message"
	}
	body := value.Object(value.M("Type", value.String(kind)), value.M(name, value.String(e.Message)))
	for name, v := range e.Fields.Members() {
		body = body.With(name, v)
	}
	_, _ = w.Write(body.AppendJSON(nil)) // the client may be gone
}
