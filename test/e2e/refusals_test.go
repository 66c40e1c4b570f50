package e2e

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

func asError[E error](err error, to *E) bool { return errors.As(err, to) }

// TestRefusals sends requests that do not come from the machine's own user. Each is answered with 403 and one
// sentence, whatever service it is for, and does nothing.
func TestRefusals(t *testing.T) {
	t.Parallel()
	keys := shared.machine.Keys()
	right := aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey}
	for _, x := range []struct {
		name   string
		keys   *aws.Credentials // nil: not signed
		change func(*http.Request)
		says   string
	}{
		{"unsigned", nil, nil, "requests must be signed with its keys"},
		{"the Host of another machine", &right, func(r *http.Request) { r.Host = "photos.example.com" }, "the Host header names another machine"},
		{"a Host that begins like ours", &right, func(r *http.Request) { r.Host = "localhost.example.com" }, "the Host header names another machine"},
		{"the Origin of another machine", &right, func(r *http.Request) { r.Header.Set("Origin", "https://photos.example.com") }, "the Origin header names a web page of another machine"},
		{"the Origin of a file", &right, func(r *http.Request) { r.Header.Set("Origin", "null") }, "the Origin header names a web page of another machine"},
		{"another access key", &aws.Credentials{AccessKeyID: "AKIAIOSFODNN7EXAMPLE", SecretAccessKey: keys.SecretAccessKey}, nil, ""},
		{"another secret", &aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: "wJalrXUtnFEMI"}, nil, ""},
		{"changed after signing", &right, func(r *http.Request) { r.Header.Set("X-Amz-Target", "AWSStepFunctions.DeleteStateMachine") }, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			status, body := post(t, x.keys, x.change)
			text := strings.TrimSpace(body)
			if status != http.StatusForbidden || !strings.Contains(text, x.says) || text == "" || strings.Contains(text, "\n") {
				t.Errorf("the answer is %d %q; expected 403 and a sentence with %q", status, body, x.says)
			}
			if strings.Contains(text, keys.SecretAccessKey) || strings.Contains(text, "AKIAIOSFODNN7EXAMPLE") {
				t.Errorf("the answer %q gives a key away", text)
			}
		})
	}
	t.Run("what is right goes through", func(t *testing.T) {
		t.Parallel()
		if status, body := post(t, &right, func(r *http.Request) { r.Header.Set("Origin", "http://localhost:8080") }); status != http.StatusOK {
			t.Errorf("the answer is %d %q; expected 200", status, body)
		}
	})
}

// post lists the state machines; change is made after signing.
func post(t *testing.T, keys *aws.Credentials, change func(*http.Request)) (status int, body string) {
	t.Helper()
	payload := []byte("{}")
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, shared.machine.URL()+"/", bytes.NewReader(payload))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", "AWSStepFunctions.ListStateMachines")
	if keys != nil {
		sum := sha256.Sum256(payload)
		if err := v4.NewSigner().SignHTTP(t.Context(), *keys, r, hex.EncodeToString(sum[:]), "states", shared.config.Region, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(r)
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err = errors.Join(err, res.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(text)
}
