// Package s3 is Amazon S3 of the local machine, in memory.
//
// It serves buckets, objects, versions, multipart uploads, tags, conditions, ranges, checksums, copies, listings,
// CORS, events and the configurations of buckets that stacks ask for, in S3's REST protocol with the bucket in the
// path or in the host's name. What it does not know is refused by name. Keys are text and nothing else: they never
// become paths, and no file is touched.
//
// A bucket tells EventBridge, and the queues, topics and functions of its notifications, of what becomes of its
// objects, in AWS's event shapes.
package s3

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Options are what a Service needs.
type Options struct {
	Account   wire.Account
	Clock     clock.Clock     // nil is the real one
	Directory *wire.Directory // where events go: "events", "sqs", "sns" and "lambda"; nil for nowhere
}

// A Service is S3: a wire.Service for HTTP, a wire.API for calls from inside, a wire.Provider of buckets and bucket
// policies. It is safe for any number of goroutines.
type Service struct {
	account   wire.Account
	directory *wire.Directory
	store     *store

	closed  chan struct{}
	ending  sync.Once
	waiting sync.WaitGroup // for restorations that are to be told of
}

// New gives an S3 without buckets.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	return &Service{account: o.Account, directory: o.Directory, store: newStore(o.Clock), closed: make(chan struct{})}
}

// Close ends what waits for a time to come. It may be called more than once.
func (s *Service) Close() error {
	s.ending.Do(func() { close(s.closed) })
	s.waiting.Wait()
	return nil
}

// Name is "s3".
func (s *Service) Name() string { return "s3" }

// A request is an HTTP request with what it is about.
type request struct {
	*http.Request
	w      http.ResponseWriter
	q      url.Values
	bucket string
	key    string // empty for a request about the bucket
}

// ServeHTTP answers a request in S3's REST protocol, with the bucket in the path or in the host's name.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	bucket, key := place(r)
	w.Header().Set("Server", "AmazonS3")
	if id := w.Header().Get("X-Amzn-RequestId"); id != "" {
		w.Header().Set("X-Amz-Request-Id", id)
		w.Header().Set("X-Amz-Id-2", strings.ReplaceAll(id, "-", "")+"=")
	}
	s.allowOrigin(w, r, bucket)
	if err := s.route(&request{Request: r, w: w, q: r.URL.Query(), bucket: bucket, key: key}); err != nil {
		drain(r)
		wire.WriteS3Error(w, r, err)
	}
}

// drain reads what is left of a body that was refused, so that clients which only listen when they have sent all
// hear why. Those that wait to be asked for the body are not asked.
func drain(r *http.Request) {
	if r.Body != nil && r.Header.Get("Expect") == "" {
		_, _ = io.CopyN(io.Discard, r.Body, 16<<20) // what comes of it does not matter
	}
}

// requester is who an event says made it happen.
func requester(ctx context.Context) (id, ip string) {
	if r, ok := wire.RequestOf(ctx); ok {
		return strings.ToUpper(strings.ReplaceAll(r.ID, "-", ""))[:16], r.SourceIP
	}
	return strings.ToUpper(strings.ReplaceAll(wire.NewID(), "-", ""))[:16], "127.0.0.1"
}

// text gives a member that must be a string with something in it.
func text(in value.Value, name string) (string, *wire.Error) {
	v := in.Get(name)
	if v.Str() == "" {
		return "", wire.Errorf("InvalidArgument", "%s is missing; it must be a string", name)
	}
	return v.Str(), nil
}
