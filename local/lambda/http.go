package lambda

import (
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

const functionsPath = "/2015-03-31/functions"

// ServeHTTP is the REST front: Invoke, GetFunction, GetFunctionConfiguration and ListFunctions.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), functionsPath)
	parts := strings.Split(strings.Trim(rest, "/"), "/")
	name, err := url.PathUnescape(parts[0])
	q := r.URL.Query()
	in := value.Object(value.M("FunctionName", value.String(name)), value.M("Qualifier", value.String(q.Get("Qualifier"))))
	switch {
	case !ok || err != nil || len(parts) > 2:
		s.refuse(w, r)
	case r.Method == http.MethodGet && name == "":
		s.serveList(w, r, q)
	case r.Method == http.MethodPost && len(parts) == 2 && parts[1] == "invocations":
		s.serveInvoke(w, r, name)
	case r.Method == http.MethodGet && len(parts) == 1:
		s.serveCall(w, r, "GetFunction", in)
	case r.Method == http.MethodGet && parts[1] == "configuration":
		s.serveCall(w, r, "GetFunctionConfiguration", in)
	default:
		s.refuse(w, r)
	}
}

func (s *Service) refuse(w http.ResponseWriter, r *http.Request) {
	message := "lambda: " + r.Method + " " + r.URL.Path + " is not supported by the local machine; it knows Invoke, GetFunction, GetFunctionConfiguration and ListFunctions"
	writeError(w, &wire.Error{Code: "UnknownOperationException", Message: message, Status: http.StatusNotFound})
}

func (s *Service) serveList(w http.ResponseWriter, r *http.Request, q url.Values) {
	in := value.Object(value.M("Marker", value.String(q.Get("Marker"))))
	if q.Has("MaxItems") {
		n, err := strconv.Atoi(q.Get("MaxItems"))
		if err != nil {
			writeError(w, wire.Errorf("InvalidParameterValueException", "MaxItems is %q: it must be a number", q.Get("MaxItems")))
			return
		}
		in = in.With("MaxItems", value.Int(n))
	}
	s.serveCall(w, r, "ListFunctions", in)
}

func (s *Service) serveCall(w http.ResponseWriter, r *http.Request, action string, in value.Value) {
	out, err := s.Call(r.Context(), action, in)
	if err != nil {
		writeError(w, wire.AsError(err, "ServiceException"))
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(out.AppendJSON(nil))
}

func (s *Service) serveInvoke(w http.ResponseWriter, r *http.Request, name string) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload+1))
	var tooLarge *http.MaxBytesError
	if err != nil && !errors.As(err, &tooLarge) {
		return // the client has gone
	}
	result, err := s.Invoke(r.Context(), Request{
		Function: name, Qualifier: r.URL.Query().Get("Qualifier"), Payload: body,
		Type: r.Header.Get("X-Amz-Invocation-Type"), Tail: r.Header.Get("X-Amz-Log-Type") == "Tail",
	})
	if err != nil {
		writeError(w, wire.AsError(err, "ServiceException"))
		return
	}
	h := w.Header()
	h.Set("X-Amzn-Requestid", result.RequestID)
	h.Set("Content-Type", "application/json")
	for name, v := range map[string]string{
		"X-Amz-Executed-Version": result.ExecutedVersion,
		"X-Amz-Function-Error":   result.FunctionError,
		"X-Amz-Log-Result":       result.LogResult,
	} {
		if v != "" {
			h.Set(name, v)
		}
	}
	w.WriteHeader(result.StatusCode)
	if result.StatusCode == http.StatusOK {
		_, _ = w.Write(result.Payload)
	}
}

func writeError(w http.ResponseWriter, e *wire.Error) {
	kind := "User"
	if e.Status >= 500 {
		kind = "Service"
	}
	h := w.Header()
	h.Set("X-Amzn-Errortype", e.Code)
	h.Set("X-Amzn-Requestid", wire.NewID())
	h.Set("Content-Type", "application/json")
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	w.WriteHeader(status)
	_, _ = w.Write(value.Object(value.M("Type", value.String(kind)), value.M("Message", value.String(e.Message))).AppendJSON(nil))
}
