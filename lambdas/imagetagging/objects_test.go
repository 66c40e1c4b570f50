package imagetagging

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"
)

// bucketServer speaks as much of S3 as the handlers use.
type bucketServer struct {
	content map[string][]byte // by path, as it is on the wire
	answer  string            // status and code instead, such as "403 AccessDenied"
	whole   bool              // ignores ranges
	seen    []string
	put     map[string]string // headers and body of the last PUT
}

func (b *bucketServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := r.URL.EscapedPath()
	if v := r.URL.Query().Get("versionId"); v != "" {
		path += "@" + v
	}
	b.seen = append(b.seen, strings.TrimSpace(r.Method+" "+path+" "+r.Header.Get("Range")))
	data, ok := b.content[path]
	switch {
	case b.answer != "":
		text, code, _ := strings.Cut(b.answer, " ")
		status, _ := strconv.Atoi(text)
		refuse(w, status, code)
	case r.Method == http.MethodPut:
		body, _ := io.ReadAll(r.Body)
		b.put = map[string]string{"type": r.Header.Get("Content-Type"), "cache": r.Header.Get("Cache-Control"), "body": string(body)}
	case !ok:
		refuse(w, http.StatusNotFound, "NoSuchKey")
	case b.whole:
		w.Write(data)
	case len(data) == 0:
		refuse(w, http.StatusRequestedRangeNotSatisfiable, "InvalidRange")
	default:
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(data))
	}
}

func refuse(w http.ResponseWriter, status int, code string) {
	w.WriteHeader(status)
	if code != "" {
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>refused</Message></Error>", code)
	}
}

// serve starts the server and returns the client that a handler would make.
func (b *bucketServer) serve(t *testing.T) objects {
	t.Helper()
	server := httptest.NewServer(b)
	t.Cleanup(server.Close)
	for name, value := range environment(server.URL, t.TempDir()) {
		t.Setenv(name, value)
	}
	store, err := newS3(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func environment(endpoint, empty string) map[string]string {
	nowhere := filepath.Join(empty, "none")
	return map[string]string{
		"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "eu-north-1", "AWS_MAX_ATTEMPTS": "1",
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_SESSION_TOKEN": "",
		"AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere, "AWS_PROFILE": "",
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_CA_BUNDLE": "", "AWS_ENDPOINT_URL_S3": "",
	}
}

// TestS3Read is scenario I18, too: the exact key is read.
func TestS3Read(t *testing.T) { //nolint:paralleltest // serve sets the environment
	const key, path = "private/u 1/uploads/a+b %20 é.jpg", "/photos/private/u%201/uploads/a%2Bb%20%2520%20%C3%A9.jpg"
	tests := []struct {
		name           string
		server         bucketServer
		version        string
		offset, length int64
		want           string
		size           int64
		seen           string
	}{
		{"beginning", bucketServer{content: map[string][]byte{path: []byte("0123456789")}}, "", 0, 4, "0123", 10, " bytes=0-3"},
		{"middle", bucketServer{content: map[string][]byte{path: []byte("0123456789")}}, "", 4, 3, "456", 10, " bytes=4-6"},
		{"more than there is", bucketServer{content: map[string][]byte{path: []byte("0123456789")}}, "", 8, 100, "89", 10, " bytes=8-107"},
		{"empty object", bucketServer{content: map[string][]byte{path: {}}}, "", 0, 4, "", 0, " bytes=0-3"},
		{"a version", bucketServer{content: map[string][]byte{path + "@v 1": []byte("old")}}, "v 1", 0, 4, "old", 3, "@v 1 bytes=0-3"},
		{"a server without ranges", bucketServer{whole: true, content: map[string][]byte{path: []byte("0123456789")}}, "", 4, 3, "456", 10, " bytes=4-6"},
		{"an empty object without ranges", bucketServer{whole: true, content: map[string][]byte{path: {}}}, "", 0, 3, "", 0, " bytes=0-2"},
	}
	for _, test := range tests { //nolint:paralleltest // serve sets the environment
		t.Run(test.name, func(t *testing.T) {
			store := test.server.serve(t)
			data, size, err := store.read(t.Context(), Job{S3Bucket: "photos", S3Key: key, VersionID: test.version}, test.offset, test.length)
			if err != nil || string(data) != test.want || size != test.size {
				t.Errorf("read %q of %d, error %v; want %q of %d", data, size, err, test.want, test.size)
			}
			if want := []string{"GET " + path + test.seen}; !cmp.Equal(want, test.server.seen) {
				t.Errorf("requests %q, want %q", test.server.seen, want)
			}
		})
	}
}

func TestS3Write(t *testing.T) { //nolint:paralleltest // serve sets the environment
	server := bucketServer{}
	store := server.serve(t)
	err := store.write(t.Context(), "photos", "private/u 1/resized/a+b.jpg", picture{[]byte("pixels"), "image/jpeg", Dimensions{1, 1}})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"PUT /photos/private/u%201/resized/a%2Bb.jpg"}; !cmp.Equal(want, server.seen) {
		t.Errorf("requests %q, want %q", server.seen, want)
	}
	want := map[string]string{"type": "image/jpeg", "cache": "private, max-age=86400", "body": "pixels"}
	if diff := cmp.Diff(want, server.put); diff != "" {
		t.Errorf("put (-want +got):\n%s", diff)
	}
}

func TestS3Errors(t *testing.T) { //nolint:paralleltest // serve sets the environment
	tests := []struct {
		answer string
		want   error // of this type
		text   string
	}{
		{"404 NoSuchKey", ObjectNotFound{}, "photos/k: there is no such object"},
		{"404 NoSuchBucket", ObjectNotFound{}, "photos/k: there is no such bucket"},
		{"404 NoSuchVersion", ObjectNotFound{}, "that version does not exist any more"},
		{"405 MethodNotAllowed", ObjectNotFound{}, "that version does not exist any more"},
		{"404", ObjectNotFound{}, "there is no such object"},
		{"403 AccessDenied", AccessDenied{}, "s3:ListBucket"},
		{"403", AccessDenied{}, "photos/k"},
		{"503 SlowDown", &smithy.OperationError{}, "SlowDown"},
		{"403 InvalidObjectState", &smithy.OperationError{}, "InvalidObjectState"}, // in an archive
		{"403 ExpiredToken", &smithy.OperationError{}, "ExpiredToken"},
	}
	for _, test := range tests { //nolint:paralleltest // serve sets the environment
		t.Run(test.answer, func(t *testing.T) {
			server := bucketServer{answer: test.answer}
			store := server.serve(t)
			_, _, readErr := store.read(t.Context(), Job{S3Bucket: "photos", S3Key: "k"}, 0, 9)
			writeErr := store.write(t.Context(), "photos", "k", picture{body: []byte("x")})
			for verb, err := range map[string]error{"read": readErr, "write": writeErr} {
				if err == nil || !strings.Contains(err.Error(), test.text) {
					t.Errorf("%s: error %v, want %q", verb, err, test.text)
				}
				if reflect.TypeOf(err) != reflect.TypeOf(test.want) {
					t.Errorf("%s: error is a %T, want %T", verb, err, test.want)
				}
			}
		})
	}
}

func TestS3BrokenAnswers(t *testing.T) {
	for name, handler := range map[string]http.HandlerFunc{
		"body is cut": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-9/10")
			w.Header().Set("Content-Length", "10")
			w.WriteHeader(http.StatusPartialContent)
			fmt.Fprint(w, "0123")
		},
		"size is unknown": func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Range", "bytes 0-9/*")
			w.WriteHeader(http.StatusPartialContent)
			fmt.Fprint(w, "0123456789")
		},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(handler)
			defer server.Close()
			for name, value := range environment(server.URL, t.TempDir()) {
				t.Setenv(name, value)
			}
			store, err := newS3(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			data, _, err := store.read(t.Context(), Job{S3Bucket: "b", S3Key: "k"}, 0, 10)
			if err == nil {
				t.Errorf("read %q without an error", data)
			}
			if _, ok := errors.AsType[ObjectNotFound](err); ok {
				t.Errorf("%v: a broken answer is not a missing object", err)
			}
		})
	}
}
