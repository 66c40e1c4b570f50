package wire

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/value"
)

// A Dispatcher is the one door of a local machine. It lets in only requests that come from this machine's user
// (loopback Host and Origin) and are signed with the machine's keys, and hands them to the service that the
// signature names. Prefixes stand for what cannot sign: the Lambda Runtime API, sites and the console.
//
// Fill it before the first request; ServeHTTP may then be called from any number of goroutines.
type Dispatcher struct {
	Keys Keys
	Now  func() time.Time // tells whether a signature is fresh; nil is time.Now
	Log  io.Writer        // told when a service panics; nil for nobody

	// Clock is what requests hold while they are answered, if it is one that can be held, and what tells whether a
	// presigned URL has expired; nil is none.
	Clock clock.Clock

	services map[string]Service
	prefixes []prefix
}

type prefix struct {
	path string
	http.Handler
}

// A Preflighter is a service that answers CORS preflights (OPTIONS), which browsers send unsigned. They reach the
// one that the credential of a presigned URL names, and else the one that is there.
type Preflighter interface {
	Preflight(w http.ResponseWriter, r *http.Request)
}

// Handle mounts services; one of a name that is there replaces it.
func (d *Dispatcher) Handle(services ...Service) {
	if d.services == nil {
		d.services = map[string]Service{}
	}
	for _, s := range services {
		d.services[s.Name()] = s
	}
}

// HandlePrefix mounts a handler for unsigned requests below a path such as "/_runtime/". The handler sees the
// whole path. Host and Origin have been checked.
func (d *Dispatcher) HandlePrefix(path string, h http.Handler) {
	d.prefixes = append(d.prefixes, prefix{path, h})
}

// ServeHTTP dispatches one request.
func (d *Dispatcher) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id := NewID()
	w.Header().Set("X-Amzn-RequestId", id)
	defer d.rescue(w, r)
	if why := foreign(r); why != "" {
		forbid(w, why)
		return
	}
	s, err := readSignature(r)
	switch {
	case err != nil:
		refuse(w, r, "", err)
	case s == nil:
		d.unsigned(w, r)
	default:
		d.signed(w, r.WithContext(withRequest(r.Context(), &Request{ID: id, SourceIP: sourceIP(r)})), s)
	}
}

func (d *Dispatcher) signed(w http.ResponseWriter, r *http.Request, s *signature) {
	service, ok := d.services[s.service]
	if !ok {
		refuse(w, r, s.service, &Error{Code: "UnknownServiceException", Message: d.noService(s.service), Status: http.StatusNotFound})
		return
	}
	if p, ok := service.(Preflighter); ok && s.presigned && r.Method == http.MethodOptions {
		p.Preflight(w, r)
		return
	}
	if err := d.admit(r, s); err != nil {
		refuse(w, r, s.service, err)
		return
	}
	ctx, release := clock.HoldFor(r.Context(), d.Clock)
	defer release()
	service.ServeHTTP(w, r.WithContext(ctx))
}

// admit checks the signature and sets a guard over the body.
func (d *Dispatcher) admit(r *http.Request, s *signature) *Error {
	if s.accessKeyID != d.Keys.AccessKeyID { // before a stranger's body is read
		return s.verify(r, d.Keys, "", d.now())
	}
	payload, err := payloadHash(r, s)
	if err != nil {
		return err
	}
	if err := s.verify(r, d.Keys, payload, d.now()); err != nil {
		return err
	}
	if err := s.expired(d.machine()); err != nil {
		return err
	}
	if s.service == "s3" && r.ContentLength > maxObject {
		return &Error{Code: "EntityTooLarge", Message: "an object has at most 5 GiB", Status: http.StatusBadRequest}
	}
	return guardBody(r, s, d.Keys, payload)
}

func (d *Dispatcher) now() time.Time {
	if d.Now != nil {
		return d.Now()
	}
	return time.Now()
}

func (d *Dispatcher) machine() time.Time {
	if d.Clock != nil {
		return d.Clock.Now()
	}
	return d.now()
}

func (d *Dispatcher) noService(name string) string {
	names := make([]string, 0, len(d.services))
	for n := range d.services {
		names = append(names, n)
	}
	slices.Sort(names)
	return fmt.Sprintf("the local machine has no service %q; it has %s", name, strings.Join(names, ", "))
}

func (d *Dispatcher) unsigned(w http.ResponseWriter, r *http.Request) {
	for _, p := range d.prefixes {
		if strings.HasPrefix(r.URL.Path, p.path) {
			p.ServeHTTP(w, r)
			return
		}
	}
	if r.Method == http.MethodOptions && r.Header.Get("Access-Control-Request-Method") != "" {
		for _, s := range d.services {
			if p, ok := s.(Preflighter); ok {
				p.Preflight(w, r)
				return
			}
		}
	}
	forbid(w, "this is Stepwright's local machine; requests must be signed with its keys, which `stepwright up -env FILE` writes to FILE")
}

// forbid answers 403 with a sentence, for people.
func forbid(w http.ResponseWriter, why string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(w, why+"\n") // the client may be gone
}

// rescue turns a panic of a service into an answer, so that one request cannot end the machine.
func (d *Dispatcher) rescue(w http.ResponseWriter, r *http.Request) {
	p := recover()
	if p == nil {
		return
	}
	if p == http.ErrAbortHandler { //nolint:errorlint // net/http asks for this very value
		panic(p)
	}
	if d.Log != nil {
		fmt.Fprintf(d.Log, "panic while answering %s %s: %v\n%s", r.Method, r.URL.Path, p, debug.Stack())
	}
	refuse(w, r, "", &Error{Code: "InternalFailure", Message: fmt.Sprint("the local machine failed: ", p), Status: http.StatusInternalServerError})
}

func sourceIP(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// refuse answers in the protocol that the client seems to speak.
func refuse(w http.ResponseWriter, r *http.Request, service string, err *Error) {
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		writeJSONError(w, r.Header.Get("Content-Type"), err)
	case service == "s3":
		WriteS3Error(w, r, err)
	case strings.HasPrefix(r.Header.Get("Content-Type"), formType):
		WriteQueryError(w, "", err)
	default:
		writeJSONError(w, "application/json", err)
	}
}

// NewService gives a handler the name under which it is dispatched.
func NewService(name string, h http.Handler) Service { return namedService{h, name} }

type namedService struct {
	http.Handler
	name string
}

func (s namedService) Name() string { return s.name }

// call runs one action for a front and turns every failure into an *Error.
func call(ctx context.Context, api API, action string, in value.Value) (value.Value, *Error) {
	v, err := api.Call(ctx, action, in)
	if err != nil {
		return value.Value{}, AsError(err, "InternalFailure")
	}
	return v, nil
}
