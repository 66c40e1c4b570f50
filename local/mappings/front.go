package mappings

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// path is where Lambda's REST API has the mappings.
const path = "/2015-03-31/event-source-mappings"

// Before puts the mappings before the rest of Lambda: what is theirs they answer, everything else lambda does.
func (s *Service) Before(lambda Lambda) wire.Service { return front{lambda, s} }

// A Lambda is the service that the mappings belong to.
type Lambda interface {
	wire.Service
	wire.API
}

type front struct {
	Lambda
	mappings *Service
}

func (f front) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	if _, ok := operations[action]; ok {
		return f.mappings.Call(ctx, action, in)
	}
	return f.Lambda.Call(ctx, action, in)
}

func (f front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	rest, ok := strings.CutPrefix(r.URL.Path, path)
	if !ok || rest != "" && rest[0] != '/' {
		f.Lambda.ServeHTTP(w, r)
		return
	}
	f.mappings.serve(w, r, strings.Trim(rest, "/"))
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request, id string) {
	action, status := s.action(r.Method, id)
	in, failure := wire.ReadJSON(r)
	if failure == nil && action == "" {
		failure = &wire.Error{Code: "UnknownOperationException", Message: "lambda: " + r.Method + " " + r.URL.Path + " is no operation of event source mappings", Status: http.StatusNotFound}
	}
	if failure != nil {
		wire.WriteJSONError(w, failure)
		return
	}
	if id != "" {
		in = in.With("UUID", value.String(id))
	} else if r.Method == http.MethodGet {
		in = query(r.URL.Query())
	}
	out, err := s.Call(r.Context(), action, in)
	if err != nil {
		wire.WriteJSONError(w, wire.AsError(err, "ServiceException"))
		return
	}
	wire.WriteJSON(w, status, out)
}

// query reads the parameters of ListEventSourceMappings.
func query(q url.Values) value.Value {
	var b value.Builder
	for _, name := range []string{"EventSourceArn", "FunctionName", "Marker", "MaxItems"} {
		if q.Has(name) {
			b.Set(name, value.String(q.Get(name)))
		}
	}
	return b.Object()
}

func (s *Service) action(method, id string) (action string, status int) {
	switch {
	case strings.Contains(id, "/"):
		return "", 0
	case method == http.MethodPost && id == "":
		return "CreateEventSourceMapping", http.StatusAccepted
	case method == http.MethodGet && id == "":
		return "ListEventSourceMappings", http.StatusOK
	case method == http.MethodGet:
		return "GetEventSourceMapping", http.StatusOK
	case method == http.MethodPut && id != "":
		return "UpdateEventSourceMapping", http.StatusAccepted
	case method == http.MethodDelete && id != "":
		return "DeleteEventSourceMapping", http.StatusAccepted
	}
	return "", 0
}
