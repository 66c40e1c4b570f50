package e2e

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stepwright/stepwright/local/rekognition"
	"github.com/stepwright/stepwright/local/s3"
	"github.com/stepwright/stepwright/local/sns"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// faults are the calls that fail on purpose. They go by the object's key, so that scenarios do not see each other's.
type faults struct {
	mu       sync.Mutex
	detect   map[string]rekognition.Fault
	detected map[string]int
	put      map[string]*wire.Error
	publish  map[string]*wire.Error
}

func newFaults() *faults {
	return &faults{
		detect: map[string]rekognition.Fault{}, detected: map[string]int{},
		put: map[string]*wire.Error{}, publish: map[string]*wire.Error{},
	}
}

// onDetect makes Rekognition fail for an object; nil makes it well again. Calls are counted for each object by itself.
func (f *faults) onDetect(key string, fault rekognition.Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.detect[key], f.detected[key] = fault, 0
}

// hold makes the first call of Rekognition for an object wait until answer is called, at the latest at the test's
// end. asked is closed when the call has come.
func (f *faults) hold(t *testing.T, key string) (asked <-chan struct{}, answer func()) {
	t.Helper()
	called, answered := make(chan struct{}), make(chan struct{})
	answer = sync.OnceFunc(func() { close(answered) })
	t.Cleanup(answer)
	f.onDetect(key, func(n int, _ rekognition.Call) error {
		if n == 1 {
			close(called)
			<-answered
		}
		return nil
	})
	return called, answer
}

// onPut makes S3 refuse an object that a client wants to write.
func (f *faults) onPut(key string, err *wire.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.put[key] = err
}

// onPublish makes SNS refuse messages about an object.
func (f *faults) onPublish(key string, err *wire.Error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.publish[key] = err
}

// ofRekognition is the one fault that the machine's Rekognition has.
func (f *faults) ofRekognition(_ int, c rekognition.Call) error {
	f.mu.Lock()
	fault := f.detect[c.Key]
	f.detected[c.Key]++
	n := f.detected[c.Key]
	f.mu.Unlock()
	if fault == nil {
		return nil
	}
	return fault(n, c)
}

// wrap puts the faults before the services that they concern.
func (f *faults) wrap(s wire.Service) wire.Service {
	switch s := s.(type) {
	case *s3.Service:
		return faultyS3{s, f}
	case *sns.Hub:
		return faultySNS{s, f}
	}
	return s
}

type faultyS3 struct {
	*s3.Service
	faults *faults
}

func (s faultyS3) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/") // without the bucket
	s.faults.mu.Lock()
	err := s.faults.put[key]
	s.faults.mu.Unlock()
	if r.Method == http.MethodPut && err != nil {
		wire.WriteS3Error(w, r, err)
		return
	}
	s.Service.ServeHTTP(w, r)
}

type faultySNS struct {
	*sns.Hub
	faults *faults
}

func (s faultySNS) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	if message, err := value.ParseString(in.Get("Message").Str()); err == nil && action == "Publish" {
		s.faults.mu.Lock()
		fault := s.faults.publish[message.Get("key").Str()]
		s.faults.mu.Unlock()
		if fault != nil {
			return value.Value{}, fault
		}
	}
	return s.Hub.Call(ctx, action, in)
}
