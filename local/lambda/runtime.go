package lambda

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// RuntimePrefix is where [Service.Runtime] is mounted. Requests there are not signed: the name of the instance, which
// follows, is a secret between the machine and the process.
const RuntimePrefix = "/_runtime/"

// maxPayload is the limit of a synchronous invocation, both ways: 6 MiB and a little.
const maxPayload = 6291556

// Runtime is the Lambda Runtime API, version 2018-06-01, for the processes that the service has started:
// /_runtime/<instance>/2018-06-01/runtime/invocation/next, …/<id>/response, …/<id>/error and …/init/error.
func (s *Service) Runtime() http.Handler { return http.HandlerFunc(s.serveRuntime) }

func (s *Service) serveRuntime(w http.ResponseWriter, r *http.Request) {
	id, rest, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, RuntimePrefix), "/")
	s.mu.Lock()
	i := s.instances[id]
	s.mu.Unlock()
	if i == nil {
		runtimeError(w, http.StatusForbidden, "UnknownInstance", "no process of this machine has that name")
		return
	}
	rest, ok := strings.CutPrefix(rest, "2018-06-01/runtime/")
	if !ok {
		runtimeError(w, http.StatusNotFound, "UnknownPath", "the Runtime API has 2018-06-01/runtime/… only")
		return
	}
	parts := strings.Split(rest, "/")
	switch {
	case r.Method == http.MethodGet && rest == "invocation/next":
		i.serveNext(w, r)
	case r.Method == http.MethodPost && rest == "init/error":
		i.serveInitError(w, r)
	case r.Method == http.MethodPost && len(parts) == 3 && parts[0] == "invocation" && parts[2] == "response":
		i.serveResponse(w, r, parts[1])
	case r.Method == http.MethodPost && len(parts) == 3 && parts[0] == "invocation" && parts[2] == "error":
		i.serveError(w, r, parts[1])
	default:
		runtimeError(w, http.StatusNotFound, "UnknownPath", "the Runtime API does not know "+r.Method+" "+rest)
	}
}

// serveNext holds the request until there is work.
func (i *instance) serveNext(w http.ResponseWriter, r *http.Request) {
	i.asks()
	select {
	case inv := <-i.work:
		i.took(inv)
		f := i.pool
		h := w.Header()
		h.Set("Lambda-Runtime-Aws-Request-Id", inv.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(inv.begun.Add(f.Timeout).UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", inv.arn)
		h.Set("Lambda-Runtime-Trace-Id", traceID(inv))
		set(h, "Lambda-Runtime-Client-Context", inv.client)
		h.Set("Content-Type", "application/json")
		h.Set("Content-Length", strconv.Itoa(len(inv.payload)))
		_, _ = w.Write(inv.payload)
	case <-i.dying:
		runtimeError(w, http.StatusGone, "Stopping", "the process is to end")
	case <-r.Context().Done():
	}
}

func traceID(inv *invocation) string {
	if inv.trace != "" {
		return inv.trace
	}
	hex := strings.ReplaceAll(inv.id, "-", "")
	return fmt.Sprintf("Root=1-%08x-%s;Parent=%s;Sampled=0", inv.begun.Unix(), hex[:24], hex[16:])
}

func (i *instance) serveResponse(w http.ResponseWriter, r *http.Request, id string) {
	if !i.working(id) {
		runtimeError(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		message := fmt.Sprintf("Response payload size exceeded maximum allowed payload size (%d bytes).", maxPayload)
		i.answers(id, errorOutcome("Function.ResponseSizeTooLarge", message))
		runtimeError(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", message)
		return
	case err != nil: // the process died while it wrote: watch will say so
		return
	}
	out := outcome{payload: body}
	if t := r.Trailer.Get("Lambda-Runtime-Function-Error-Type"); t != "" {
		out = errorOutcome(t, "the handler failed while it wrote its answer")
	}
	i.acknowledge(w, id, out)
}

func (i *instance) serveError(w http.ResponseWriter, r *http.Request, id string) {
	if out, ok := readError(w, r); ok {
		i.acknowledge(w, id, out)
	}
}

func (i *instance) acknowledge(w http.ResponseWriter, id string, out outcome) {
	if !i.answers(id, out) {
		runtimeError(w, http.StatusBadRequest, "InvalidRequestID", "Invalid request ID")
		return
	}
	accepted(w)
}

// serveInitError remembers why the process could not start; it becomes the outcome when the process ends.
func (i *instance) serveInitError(w http.ResponseWriter, r *http.Request) {
	out, ok := readError(w, r)
	if !ok {
		return
	}
	i.mu.Lock()
	i.initErr = &out
	i.mu.Unlock()
	accepted(w)
	i.kill()
}

// readError reads an error's JSON object. What is none is wrapped, so that callers always get one.
func readError(w http.ResponseWriter, r *http.Request) (outcome, bool) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload))
	if err != nil {
		runtimeError(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", "the error is too large")
		return outcome{}, false
	}
	if v, err := value.Parse(body); err == nil && v.IsObject() {
		return outcome{payload: body, failed: true}, true
	}
	name := r.Header.Get("Lambda-Runtime-Function-Error-Type")
	if name == "" {
		name = "Runtime.Unknown"
	}
	return errorOutcome(name, string(body)), true
}

func accepted(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}

func runtimeError(w http.ResponseWriter, status int, errorType, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(value.Object(value.M("errorMessage", value.String(message)), value.M("errorType", value.String(errorType))).AppendJSON(nil))
}
