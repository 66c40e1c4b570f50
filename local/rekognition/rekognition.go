// Package rekognition stands in for Rekognition on the local machine. It is simulated: it knows no objects. Labels
// come from fixtures, or are facts about the picture's pixels ("Blue", "Dark", "Landscape Orientation"), computed
// the same way on every machine.
//
// Every answer says so: LabelModelVersion is "local-heuristic-1" or "local-fixture-1", every label's category is
// "simulated", and HTTP answers carry the header X-Stepwright-Simulated. What is real is the gate before it: formats,
// sizes, limits and the names of the errors are Rekognition's. DetectLabels is the only action; any other, and any
// parameter that it does not read, is an error that names it.
package rekognition

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"sync"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// The LabelModelVersion of answers.
const (
	Heuristic = "local-heuristic-1" // labels computed from pixels
	Fixtures  = "local-fixture-1"   // labels given by a fixture
)

// simulatedHeader tells clients over HTTP that nothing here was recognized.
const simulatedHeader = "X-Stepwright-Simulated"

// Objects is where pictures come from. The version is empty for the newest one.
type Objects interface {
	Get(ctx context.Context, bucket, key, version string) ([]byte, error)
}

// A Label is what a picture is said to show.
type Label struct {
	Name       string
	Confidence float64 // 0 to 100
	Parents    []string
}

// A Call is one DetectLabels that came in.
type Call struct {
	Bucket, Key, Version string // empty for bytes in the request
	Err                  error  // what was answered, if it was an error
}

// A Fault decides whether a call fails: n counts the calls that reached it, from 1. Nil lets the call go on.
type Fault func(n int, c Call) error

// A Service labels pictures. It is safe for any number of goroutines.
type Service struct {
	objects Objects
	front   http.Handler

	mu       sync.Mutex
	fixtures map[string][]Label // by key or SHA-256
	fault    Fault
	faulted  int
	calls    []Call

	decoding sync.Mutex // one picture at a time, which bounds the memory
}

// An Option sets up a Service.
type Option func(*Service)

// WithFixture gives the labels of one picture, named by its key in S3 or by the SHA-256 of its bytes in lower-case
// hex. No labels is a picture in which nothing is seen.
func WithFixture(keyOrSHA256 string, labels ...Label) Option {
	return func(s *Service) { s.fixtures[keyOrSHA256] = slices.Clone(labels) }
}

// WithFault makes calls fail.
func WithFault(f Fault) Option { return func(s *Service) { s.fault, s.faulted = f, 0 } }

// New gives a service that reads pictures from objects.
func New(objects Objects, options ...Option) *Service {
	s := &Service{objects: objects, fixtures: map[string][]Label{}}
	s.front = wire.JSONFront("RekognitionService", "1.1", s)
	s.Set(options...)
	return s
}

// Set applies options while the service runs.
func (s *Service) Set(options ...Option) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, o := range options {
		o(s)
	}
}

// Calls are the calls so far, oldest first: the last thousand.
func (s *Service) Calls() []Call {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.calls)
}

// Name is "rekognition".
func (s *Service) Name() string { return "rekognition" }

// ServeHTTP answers in AWS's JSON protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set(simulatedHeader, "labels are image statistics or fixtures, nothing was recognized")
	s.front.ServeHTTP(w, r)
}

// Call runs one action, with the members of Rekognition's API. Errors are *wire.Error.
func (s *Service) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	if action != "DetectLabels" {
		return value.Value{}, wire.UnknownOperation("Rekognition", action)
	}
	q, err := readRequest(in)
	if err != nil {
		return value.Value{}, err
	}
	out, err := s.detect(ctx, q)
	s.note(Call{q.bucket, q.key, q.version, err})
	return out, err
}

const maxCalls = 1000

func (s *Service) note(c Call) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.calls) == maxCalls {
		s.calls = slices.Delete(s.calls, 0, 1)
	}
	s.calls = append(s.calls, c)
}

// A request is a DetectLabels.
type request struct {
	bucket, key, version string
	bytes                []byte // nil when the picture is in S3
	maxLabels            int
	minConfidence        float64
}

const (
	everyLabel    = 1000 // MaxLabels if none is given
	plainMinimum  = 55   // MinConfidence if none is given
	maxInRequest  = 5 << 20
	maxInS3       = 15 << 20
	minSide       = 80
	maxSide       = 10000
	maxConfidence = 100
)

func invalid(why string) error {
	return wire.Errorf("InvalidParameterException", "Request has invalid parameters: %s", why)
}

func readRequest(in value.Value) (q request, err error) {
	r := members.Read("DetectLabels", in)
	r.Unknown = "InvalidParameterException"
	image := r.Object("Image")
	q.maxLabels, q.minConfidence = r.Int("MaxLabels", everyLabel), r.Float("MinConfidence", plainMinimum)
	for _, f := range r.Strings("Features") {
		if f != "GENERAL_LABELS" {
			return q, invalid("feature " + f + " is not supported yet by the local machine")
		}
	}
	if err := r.Err(); err != nil {
		return q, err
	}
	if q.maxLabels < 0 {
		return q, invalid("MaxLabels must be at least 0, not " + strconv.Itoa(q.maxLabels))
	}
	if !(q.minConfidence >= 0 && q.minConfidence <= maxConfidence) {
		return q, invalid("MinConfidence must be between 0 and 100")
	}
	return q, q.readImage(image)
}

func (q *request) readImage(image value.Value) error {
	r := members.Read("Image of DetectLabels", image)
	r.Unknown = "InvalidParameterException"
	object, text := r.Object("S3Object"), r.String("Bytes")
	if err := r.Err(); err != nil {
		return err
	}
	if object.Exists() == (text != "") {
		return invalid("Image must have exactly one of S3Object and Bytes")
	}
	if text != "" {
		return q.readBytes(text)
	}
	o := members.Read("S3Object of DetectLabels", object)
	o.Unknown = "InvalidParameterException"
	q.bucket, q.key, q.version = o.String("Bucket"), o.String("Name"), o.String("Version")
	if err := o.Err(); err != nil {
		return err
	}
	if q.bucket == "" || q.key == "" {
		return invalid("S3Object must have Bucket and Name")
	}
	return nil
}

func (q *request) readBytes(text string) error {
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		return wire.Errorf("SerializationException", "Bytes of Image is not base64: %v", err)
	}
	if len(b) > maxInRequest {
		return wire.Errorf("ImageTooLargeException", "Image size is too large: %d bytes in the request, the limit is %d", len(b), maxInRequest)
	}
	q.bytes = b
	return nil
}

// inject gives the fault of a call, if there is one.
func (s *Service) inject(q request) error {
	s.mu.Lock()
	f := s.fault
	s.faulted++
	n := s.faulted
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	if err := f(n, Call{Bucket: q.bucket, Key: q.key, Version: q.version}); err != nil {
		return wire.AsError(err, "InternalServerError")
	}
	return nil
}

// Throttle makes the first n calls fail with ThrottlingException.
func Throttle(n int) Fault {
	return func(i int, _ Call) error {
		if i > n {
			return nil
		}
		return wire.Errorf("ThrottlingException", "Rate exceeded")
	}
}

// Down makes every call fail with InternalServerError.
func Down() Fault {
	return func(int, Call) error {
		return &wire.Error{Code: "InternalServerError", Message: "Internal server error", Status: http.StatusInternalServerError}
	}
}
