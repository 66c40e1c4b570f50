// Package s3 is Amazon S3 of the local machine, in memory.
//
// Objects, versions, conditions, ranges, checksums, copies, listings, CORS and events are ours; the XML of bucket
// administration and of multipart uploads comes from gofakes3, on top of our store. What neither knows is refused
// by name. Keys are text and nothing else: they never become paths.
//
// A bucket that has EventBridge turned on tells the events service of each object created and deleted, in AWS's
// event shape.
package s3

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/johannesboyne/gofakes3"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Options are what a Service needs.
type Options struct {
	Account   wire.Account
	Clock     clock.Clock     // nil is the real one
	Directory *wire.Directory // where events go, to "events"; nil for nowhere
}

// A Service is S3: a wire.Service for HTTP, a wire.API for calls from inside, a wire.Provider of buckets and bucket
// policies. It is safe for any number of goroutines.
type Service struct {
	account   wire.Account
	directory *wire.Directory
	store     *store
	admin     http.Handler // gofakes3: what is not an object
}

// New gives an S3 without buckets.
func New(o Options) *Service {
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	s := &Service{account: o.Account, directory: o.Directory, store: newStore(o.Clock)}
	s.admin = gofakes3.New(&backend{s}, gofakes3.WithTimeSkewLimit(0), gofakes3.WithTimeSource(timeSource{o.Clock})).Server()
	return s
}

// Name is "s3".
func (s *Service) Name() string { return "s3" }

// ServeHTTP answers a request in S3's REST protocol, with the bucket in the path.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	s.allowOrigin(w, r, bucket)
	if err := s.route(w, r, bucket, key); err != nil {
		wire.WriteS3Error(w, r, err)
	}
}

// objectQueries and bucketQueries are the query parameters that we or gofakes3 understand. Other ones that stand
// without a value name subresources, such as ?policy.
var (
	objectQueries = []string{"versionId", "uploadId", "uploads", "partNumber", "max-parts", "part-number-marker", "x-id"}
	bucketQueries = []string{
		"delete", "location", "versioning", "versions", "uploads", "list-type", "prefix", "delimiter", "max-keys", "marker", "start-after",
		"continuation-token", "encoding-type", "fetch-owner", "key-marker", "version-id-marker", "upload-id-marker", "max-uploads", "notification", "x-id",
	}
)

func (s *Service) route(w http.ResponseWriter, r *http.Request, bucket, key string) *wire.Error {
	q := r.URL.Query()
	known := bucketQueries
	if key != "" {
		known = objectQueries
	}
	for _, name := range slices.Sorted(maps.Keys(q)) {
		if !slices.Contains(known, name) && !strings.HasPrefix(name, "X-Amz-") && !strings.HasPrefix(name, "x-amz-") && !strings.HasPrefix(name, "response-") {
			return &wire.Error{Code: "NotImplemented", Status: http.StatusNotImplemented, Message: "?" + name + " is not supported by the local S3"}
		}
	}
	switch {
	case key == "" && q.Has("notification"):
		return s.notification(w, r, bucket)
	case key == "" && r.Method == http.MethodGet && q.Get("list-type") == "2":
		return s.serveList(w, r, bucket)
	case key == "" && r.Method == http.MethodPut && !q.Has("versioning"):
		return s.serveCreate(w, bucket)
	case q.Has("uploadId") && r.Method == http.MethodPut:
		return s.servePart(w, r, bucket, key)
	case q.Has("uploadId") && r.Method == http.MethodPost:
		return s.serveComplete(w, r, bucket, key)
	case key == "" || q.Has("uploadId") || q.Has("uploads"):
		s.admin.ServeHTTP(plainWriter{w}, r.WithContext(context.WithoutCancel(r.Context())))
		return nil
	}
	return s.serveObject(w, r, bucket, key)
}

// A plainWriter takes the CORS headers away that gofakes3 adds: whose pages may read is the bucket's own decision.
type plainWriter struct{ http.ResponseWriter }

func (w plainWriter) Header() http.Header {
	h := w.ResponseWriter.Header()
	if h.Get("Access-Control-Allow-Origin") == "*" {
		h.Del("Access-Control-Allow-Origin")
	}
	return h
}

func (w plainWriter) WriteHeader(status int) {
	w.Header()
	w.ResponseWriter.WriteHeader(status)
}

func (w plainWriter) Write(p []byte) (int, error) {
	w.Header()
	return w.ResponseWriter.Write(p)
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
