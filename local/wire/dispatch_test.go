package wire_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

func TestForeign(t *testing.T) {
	t.Parallel()
	m := wiretest.Start(t)
	m.HandlePrefix("/_console/", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("console")) }))
	for _, c := range []struct {
		host, origin string
		status       int
	}{
		{"", "", 200},
		{"localhost", "", 200},
		{"localhost:80", "http://localhost:3000", 200},
		{"[::1]:80", "http://[::1]", 200},
		{"127.8.0.1", "https://127.0.0.1", 200},
		{"bucket.localhost:80", "", 200},
		{"LOCALHOST.", "", 200},
		{"example.com", "", 403},
		{"localhost.example.com", "", 403},
		{"127.0.0.1.example.com", "", 403},
		{"192.168.0.1", "", 403},
		{"localhost:x", "", 403},
		{"", "https://example.com", 403},
		{"", "null", 403},
		{"", "http://localhost.evil", 403},
		{"", "file://localhost", 403},
		{"", "http://localhost@evil.com", 403},
		{"", "%", 403},
	} {
		header := http.Header{}
		if c.host != "" {
			header.Set("Host", c.host)
		}
		if c.origin != "" {
			header.Set("Origin", c.origin)
		}
		if status, text := fetch(t, http.MethodGet, m.URL+"/_console/x", header); status != c.status {
			t.Errorf("Host %q, Origin %q: %d %s", c.host, c.origin, status, text)
		}
	}
}

func TestUnsigned(t *testing.T) {
	t.Parallel()
	var paths []string
	m := wiretest.Start(t, wire.NewService("s3", http.HandlerFunc(echo)))
	m.HandlePrefix("/_runtime/", http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { paths = append(paths, r.URL.Path) }))
	for path, want := range map[string]int{"/_runtime/7/next": 200, "/": 403, "/_runtime": 403, "/bucket/key": 403, "/x/_runtime/": 403} {
		status, text := fetch(t, http.MethodGet, m.URL+path, nil)
		if status != want || status == 403 && !strings.Contains(text, "requests must be signed with its keys") {
			t.Errorf("%s: %d %s", path, status, text)
		}
	}
	if d := cmp.Diff([]string{"/_runtime/7/next"}, paths); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// A form of a web page, with or without Origin, does nothing.
func TestFormPost(t *testing.T) {
	t.Parallel()
	m := wiretest.Start(t, wire.NewService("sns", wire.QueryFront("", core(func(context.Context, string, value.Value) (value.Value, error) {
		t.Error("the form reached the service")
		return value.Value{}, nil
	}))))
	status, text := fetch(t, http.MethodPost, m.URL, http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}, []byte("Action=Publish")...)
	if status != http.StatusForbidden {
		t.Errorf("%d %s", status, text)
	}
}

func TestWrongKeys(t *testing.T) {
	t.Parallel()
	var calls []string
	var logged bytes.Buffer
	m := wiretest.Start(t, wire.NewService("dynamodb", wire.JSONFront("DynamoDB_20120810", "1.0", seen(&calls, `{}`))), wire.NewService("s3", http.HandlerFunc(echo)))
	m.Log = &logged
	for _, c := range []struct {
		name string
		keys wire.Keys
		code string
	}{
		{"another key", wire.Keys{AccessKeyID: "AKIAREALLOOKINGKEY00", SecretAccessKey: "real-secret"}, "UnrecognizedClientException"},
		{"another secret", wire.Keys{AccessKeyID: m.Keys.AccessKeyID, SecretAccessKey: "real-secret"}, "SignatureDoesNotMatch"},
	} {
		_, err := dynamodb.NewFromConfig(wiretest.Config(m.URL, c.keys)).ListTables(t.Context(), &dynamodb.ListTablesInput{})
		wiretest.Refused(t, err, c.code, "the local machine"[4:])
		client := s3.NewFromConfig(wiretest.Config(m.URL, c.keys), func(o *s3.Options) { o.UsePathStyle = true })
		_, err = client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("b"), Key: aws.String("k")})
		wiretest.Refused(t, err, c.code, "this local machine")
		if err != nil && strings.Contains(err.Error(), c.keys.AccessKeyID) {
			t.Errorf("%s: the answer repeats the key: %v", c.name, err)
		}
	}
	if len(calls) > 0 || logged.Len() > 0 {
		t.Errorf("calls %q, log %q", calls, logged.String())
	}
}

// signed makes a request with a JSON body that is signed for DynamoDB, and lets the test change it afterwards.
func signed(t *testing.T, m *wiretest.Machine, body string, at time.Time) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, m.URL+"/", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Target", "DynamoDB_20120810.GetItem")
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	creds := aws.Credentials{AccessKeyID: m.Keys.AccessKeyID, SecretAccessKey: m.Keys.SecretAccessKey}
	if err := v4.NewSigner().SignHTTP(t.Context(), creds, r, sha256Hex([]byte(body)), "dynamodb", "eu-north-1", at); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestBrokenRequests(t *testing.T) {
	t.Parallel()
	var calls []string
	m := wiretest.Start(t, wire.NewService("dynamodb", wire.JSONFront("DynamoDB_20120810", "1.0", seen(&calls, `{}`))))
	now := time.Now()
	for _, c := range []struct {
		name, body string
		at         time.Time
		change     func(r *http.Request)
		status     int
		code       string
		message    string
	}{
		{"as it was signed", `{}`, now, nil, 200, "", ""},
		{"nothing", ``, now, nil, 200, "", ""},
		{"no JSON", `{"a":`, now, nil, 400, "SerializationException", "the request's body is not JSON: line 1, column 6"},
		{"no object", `[1]`, now, nil, 400, "SerializationException", "the request's body must be a JSON object, not a JSON array"},
		{"no target", `{}`, now, func(r *http.Request) { r.Header.Set("X-Amz-Target", "") }, 403, "SignatureDoesNotMatch", ""},
		{"another body", `{}`, now, func(r *http.Request) { body := []byte(`{"b":1}`); r.Body = http.NoBody; setBody(r, body) }, 403, "SignatureDoesNotMatch", ""},
		{"another path", `{}`, now, func(r *http.Request) { r.URL.Path = "/x" }, 403, "SignatureDoesNotMatch", ""},
		{"another query", `{}`, now, func(r *http.Request) { r.URL.RawQuery = "a=b" }, 403, "SignatureDoesNotMatch", ""},
		{"another method", `{}`, now, func(r *http.Request) { r.Method = http.MethodPut }, 403, "SignatureDoesNotMatch", ""},
		{"an old one", `{}`, now.Add(-16 * time.Minute), nil, 403, "RequestTimeTooSkewed", "more than 15 minutes away"},
		{"one of the future", `{}`, now.Add(16 * time.Minute), nil, 403, "RequestTimeTooSkewed", "more than 15 minutes away"},
		{"no signature in it", `{}`, now, func(r *http.Request) {
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/20260101/r/dynamodb/aws4_request")
		}, 403, "IncompleteSignatureException", "the signature is missing"},
		{"another scheme", `{}`, now, func(r *http.Request) { r.Header.Set("Authorization", "Basic x") }, 403, "IncompleteSignatureException", "must begin with AWS4-HMAC-SHA256"},
		{"half a credential", `{}`, now, func(r *http.Request) {
			r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=0")
		}, 403, "IncompleteSignatureException", "the credential must have the form"},
		{"another service", `{}`, now, func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), "/dynamodb/", "/kinesis/", 1))
		}, 404, "UnknownServiceException", `the local machine has no service "kinesis"; it has dynamodb`},
		{"unsigned Host", `{}`, now, func(r *http.Request) {
			r.Header.Set("Authorization", strings.Replace(r.Header.Get("Authorization"), ";host", "", 1))
		}, 403, "IncompleteSignatureException", "the Host header must be signed"},
		{"a huge one", strings.Repeat(" ", 33<<20), now, nil, 413, "RequestEntityTooLargeException", "larger than 32 MiB"},
	} {
		r := signed(t, m, c.body, c.at)
		if c.change != nil {
			c.change(r)
		}
		out, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		var answer struct{ Type, Message string }
		var raw map[string]string
		_ = json.NewDecoder(out.Body).Decode(&raw)
		out.Body.Close()
		answer.Type, answer.Message = raw["__type"], raw["message"]
		if out.StatusCode != c.status || answer.Type != c.code || !strings.Contains(answer.Message, c.message) {
			t.Errorf("%s: %d %+v", c.name, out.StatusCode, answer)
		}
		if c.code != "" && out.Header.Get("X-Amzn-ErrorType") != c.code || out.Header.Get("X-Amzn-RequestId") == "" {
			t.Errorf("%s: headers %v", c.name, out.Header)
		}
	}
	if len(calls) != 2 {
		t.Errorf("calls: %q", calls)
	}
}

func setBody(r *http.Request, body []byte) {
	r.Body, r.ContentLength = readCloser{bytes.NewReader(body)}, int64(len(body))
	r.GetBody = nil
}

type readCloser struct{ *bytes.Reader }

func (readCloser) Close() error { return nil }

// A service that calls another in the name of a client does not hand its request on.
func TestDirectory(t *testing.T) {
	t.Parallel()
	d := &wire.Directory{}
	var outside []bool
	inner := core(func(ctx context.Context, action string, in value.Value) (value.Value, error) {
		r, ok := wire.RequestOf(ctx)
		outside = append(outside, ok && r.ID != "")
		if action != "Again" {
			return in, nil
		}
		return d.Call(ctx, "dynamodb", "Once", in)
	})
	d.Add("dynamodb", inner)
	m := wiretest.Start(t, wire.NewService("dynamodb", wire.JSONFront("DynamoDB_20120810", "1.0", core(func(ctx context.Context, _ string, in value.Value) (value.Value, error) {
		return inner(ctx, "Again", in)
	}))))
	if _, err := dynamodb.NewFromConfig(m.Config()).ListTables(t.Context(), &dynamodb.ListTablesInput{}); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([]bool{true, false}, outside); d != "" {
		t.Errorf("from outside (-want +got):\n%s", d)
	}
	if _, err := d.Call(t.Context(), "kinesis", "PutRecord", value.Object()); err == nil || err.Error() != `ServiceUnavailable: the local machine has no service "kinesis"` {
		t.Errorf("no such service: %v", err)
	}
	if d := cmp.Diff([]string{"dynamodb"}, d.Services()); d != "" {
		t.Errorf("services (-want +got):\n%s", d)
	}
}

func TestServerClose(t *testing.T) {
	t.Parallel()
	begun := make(chan struct{})
	s, err := wire.Listen(0, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		close(begun)
		<-r.Context().Done() // as a long poll
	}))
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL(), nil)
		if out, err := http.DefaultClient.Do(r); err == nil {
			out.Body.Close()
		}
	}()
	<-begun
	if err := s.Close(); err != nil {
		t.Error(err)
	}
	if _, err := wire.Listen(-1, nil); err == nil {
		t.Error("listening on port -1")
	}
}

// Whatever a request carries, the door answers it and lets nobody in.
func FuzzDoor(f *testing.F) {
	for _, seed := range [][4]string{
		{"AWS4-HMAC-SHA256 Credential=K/20260101/r/s3/aws4_request, SignedHeaders=host;x-amz-date, Signature=00", "20260101T000000Z", "/b/%zz?X-Amz-Signature=1&a", "UNSIGNED-PAYLOAD"},
		{"AWS4-HMAC-SHA256", "", "/", ""},
		{"", "", "/?X-Amz-Credential=a%2F20260101%2Fr%2Fs3%2Faws4_request&X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=9&X-Amz-SignedHeaders=host&X-Amz-Signature=0&X-Amz-Date=20260101T000000Z", ""},
		{"AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;;, Signature=", "x", "//?%&=&=", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3])
	}
	f.Fuzz(func(t *testing.T, authorization, date, target, payload string) {
		r, err := http.NewRequest(http.MethodPut, "http://localhost/", strings.NewReader("5\r\nhello\r\n0\r\n\r\n")) //nolint:noctx // it goes nowhere
		if err != nil {
			t.Fatal(err)
		}
		r.RequestURI = target
		path, query, _ := strings.Cut(target, "?")
		r.URL.Path, r.URL.RawQuery = path, query
		for name, v := range map[string]string{"Authorization": authorization, "X-Amz-Date": date, "X-Amz-Content-Sha256": payload} {
			if v != "" {
				r.Header.Set(name, v)
			}
		}
		d := &wire.Dispatcher{Keys: wire.Keys{AccessKeyID: "K", SecretAccessKey: "S"}, Now: func() time.Time { return time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC) }}
		d.Handle(wire.NewService("s3", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("somebody got in") })))
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if w.Code < 400 {
			t.Errorf("status %d", w.Code)
		}
	})
}
