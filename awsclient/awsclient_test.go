package awsclient_test

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/sfn"

	"github.com/stepwright/stepwright/awsclient"
)

func TestIsLocal(t *testing.T) {
	t.Parallel()
	tests := map[string]bool{
		"http://127.0.0.1:4566":               true,
		"http://127.8.9.1":                    true,
		"http://[::1]:80/":                    true,
		"http://localhost:1":                  true,
		"http://LOCALHOST.:1":                 true,
		"http://s3.localhost:1":               true,
		"https://s3.eu-north-1.amazonaws.com": false,
		"http://localhost.example.com":        false,
		"http://10.0.0.1":                     false,
		"://":                                 false,
		"":                                    false,
	}
	for endpoint, want := range tests {
		if got := awsclient.IsLocal(&endpoint); got != want {
			t.Errorf("IsLocal(%q) = %v, want %v", endpoint, got, want)
		}
	}
	if awsclient.IsLocal(nil) {
		t.Error("IsLocal(nil) = true, want false: nil is AWS")
	}
}

// environment is what the local machine gives a handler, and nothing else.
func environment(t *testing.T, endpoint string) {
	t.Helper()
	nowhere := filepath.Join(t.TempDir(), "none")
	for name, value := range map[string]string{
		"AWS_ENDPOINT_URL": endpoint, "AWS_REGION": "eu-north-1",
		"AWS_ACCESS_KEY_ID": "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret",
		"AWS_CONFIG_FILE": nowhere, "AWS_SHARED_CREDENTIALS_FILE": nowhere,
		"AWS_EC2_METADATA_DISABLED": "true", "AWS_PROFILE": "", "AWS_CA_BUNDLE": "",
	} {
		t.Setenv(name, value)
	}
}

// recorder is a server that remembers where requests went.
func recorder(t *testing.T, answer string) (*httptest.Server, *[]string) {
	t.Helper()
	var seen []string
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen = append(seen, r.Method+" "+r.Host+" "+r.URL.EscapedPath())
		fmt.Fprint(w, answer)
	}))
	t.Cleanup(server.Close)
	return server, &seen
}

func TestLocalEndpointHasNoHostPrefix(t *testing.T) { //nolint:paralleltest // environment sets the environment
	server, seen := recorder(t, `{"executionArn":"a","startDate":1,"stopDate":1,"status":"SUCCEEDED"}`)
	server.Start()
	environment(t, server.URL)

	cfg, err := awsclient.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	_, err = sfn.NewFromConfig(cfg).StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String("m")})
	if err != nil {
		t.Fatal(err)
	}
	want := "POST " + strings.TrimPrefix(server.URL, "http://") + " /"
	if len(*seen) != 1 || (*seen)[0] != want {
		t.Errorf("requests = %q, want %q", *seen, want)
	}
}

func TestForeignEndpointKeepsHostPrefix(t *testing.T) { //nolint:paralleltest // environment sets the environment
	environment(t, "http://states.invalid")
	cfg, err := awsclient.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var host string
	cfg.HTTPClient = clientFunc(func(r *http.Request) (*http.Response, error) {
		host = r.URL.Host
		return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(`{}`))}, nil
	})
	_, err = sfn.NewFromConfig(cfg).StartSyncExecution(t.Context(), &sfn.StartSyncExecutionInput{StateMachineArn: aws.String("m")})
	if err != nil {
		t.Fatal(err)
	}
	if host != "sync-states.invalid" {
		t.Errorf("host = %q, want sync-states.invalid", host)
	}
}

type clientFunc func(*http.Request) (*http.Response, error)

func (f clientFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }

func TestS3UsesPathsLocally(t *testing.T) { //nolint:paralleltest // environment sets the environment
	server, seen := recorder(t, "content")
	server.Start()
	environment(t, server.URL)

	cfg, err := awsclient.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	client := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = awsclient.IsLocal(o.BaseEndpoint) })
	_, err = client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: aws.String("photos"), Key: aws.String("private/u 1/uploads/a+b %20 é.jpg")})
	if err != nil {
		t.Fatal(err)
	}
	want := "GET " + strings.TrimPrefix(server.URL, "http://") + " /photos/private/u%201/uploads/a%2Bb%20%2520%20%C3%A9.jpg"
	if len(*seen) != 1 || (*seen)[0] != want {
		t.Errorf("requests = %q, want %q", *seen, want)
	}
}

// TestCABundle runs a TLS server whose certificate only AWS_CA_BUNDLE knows.
func TestCABundle(t *testing.T) {
	server, seen := recorder(t, `{}`)
	server.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	server.StartTLS()
	environment(t, server.URL)
	bundle := filepath.Join(t.TempDir(), "ca.pem")
	writePEM(t, bundle, server.Certificate())
	t.Setenv("AWS_CA_BUNDLE", bundle)

	cfg, err := awsclient.Config(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := sfn.NewFromConfig(cfg).ListStateMachines(t.Context(), &sfn.ListStateMachinesInput{}); err != nil {
		t.Fatal(err)
	}
	if len(*seen) != 1 {
		t.Errorf("requests = %q, want one", *seen)
	}
}

func writePEM(t *testing.T, path string, certificate *x509.Certificate) {
	t.Helper()
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestUnreadableSettingIsNamed(t *testing.T) {
	environment(t, "http://127.0.0.1:1")
	t.Setenv("AWS_CA_BUNDLE", filepath.Join(t.TempDir(), "missing.pem"))
	_, err := awsclient.Config(t.Context())
	if err == nil || !strings.Contains(err.Error(), "missing.pem") {
		t.Errorf("error = %v, want one that names missing.pem", err)
	}
}
