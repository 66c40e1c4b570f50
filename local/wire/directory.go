package wire

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"sync"

	"github.com/stepwright/stepwright/value"
)

// A Directory says which core answers for which service, by the service's name in credential scopes ("dynamodb",
// "states"). It is how one service calls another and how the engine's direct integrations reach them, without HTTP.
// The zero value is empty and ready to use; it is safe for any number of goroutines.
type Directory struct {
	mu   sync.RWMutex
	apis map[string]API
}

// Add makes api answer for the service; it replaces an earlier one.
func (d *Directory) Add(service string, api API) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.apis == nil {
		d.apis = map[string]API{}
	}
	d.apis[service] = api
}

// Lookup gives the core that answers for the service; ok is false when there is none.
func (d *Directory) Lookup(service string) (api API, ok bool) {
	d.mu.RLock()
	defer d.mu.RUnlock()
	api, ok = d.apis[service]
	return api, ok
}

// Services are the names of the services, sorted.
func (d *Directory) Services() []string {
	d.mu.RLock()
	defer d.mu.RUnlock()
	names := make([]string, 0, len(d.apis))
	for n := range d.apis {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Call calls an action of a service from inside the machine: the callee sees no [Request] in its context, even if
// the caller is answering one.
func (d *Directory) Call(ctx context.Context, service, action string, in value.Value) (value.Value, error) {
	api, ok := d.Lookup(service)
	if !ok {
		return value.Value{}, &Error{
			Code: "ServiceUnavailable", Status: http.StatusServiceUnavailable,
			Message: fmt.Sprintf("the local machine has no service %q", service),
		}
	}
	return api.Call(withoutRequest(ctx), action, in)
}

// UnknownOperation is the error for an action that a core does not know.
func UnknownOperation(service, action string) *Error {
	return Errorf("UnknownOperationException", "%s of %s is not supported by the local machine", action, service)
}

// A Request is what a core may want to know of the HTTP request it answers.
type Request struct {
	ID       string // the request id that the answer carries
	SourceIP string // the client's address, without port
}

type requestKey struct{}

// RequestOf gives the HTTP request that a core answers; ok is false for calls from inside the machine, by another
// service or by the engine.
func RequestOf(ctx context.Context) (r Request, ok bool) {
	p, _ := ctx.Value(requestKey{}).(*Request)
	if p == nil {
		return Request{}, false
	}
	return *p, true
}

func withRequest(ctx context.Context, r *Request) context.Context {
	return context.WithValue(ctx, requestKey{}, r)
}

func withoutRequest(ctx context.Context) context.Context {
	if _, ok := RequestOf(ctx); !ok {
		return ctx
	}
	return withRequest(ctx, nil)
}
