package services_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// TestMain lets the test binary be a Lambda program as well: started with the Runtime API's variable, it serves the
// handler that _HANDLER names.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		os.Exit(m.Run())
	}
	if os.Getenv("_HANDLER") == "InitExit" {
		os.Exit(9)
	}
	lambda.Start(handlers[os.Getenv("_HANDLER")])
}

type unknownPhoto struct{}

func (unknownPhoto) Error() string { return "there is no such photo" }

var handlers = map[string]any{
	"Echo":  func(_ context.Context, in any) (any, error) { return in, nil },
	"Fail":  func(context.Context) (any, error) { return nil, &unknownPhoto{} },
	"Plain": func(context.Context) (any, error) { return nil, errors.New("plain") },
	"Panic": func(context.Context) (any, error) { panic("no film in the camera") },
	"Exit":  func(context.Context) (any, error) { os.Exit(7); return nil, nil },
	"Hang":  func(context.Context) (any, error) { select {} },
	"Big":   func(context.Context) (string, error) { return strings.Repeat("z", 7<<20), nil },
	"Variable": func(_ context.Context, name string) (string, error) {
		return os.Getenv(name), nil
	},
	"Client": func(ctx context.Context) (map[string]string, error) {
		lc, _ := lambdacontext.FromContext(ctx)
		return lc.ClientContext.Custom, nil
	},
	"ARN": func(ctx context.Context) (string, error) {
		lc, _ := lambdacontext.FromContext(ctx)
		return lc.InvokedFunctionArn, nil
	},
}

// packaged gives a deployment package whose bootstrap is this test binary; note makes packages differ.
func packaged(t testing.TB, note string) []byte {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return archive(t, "bootstrap", "#!/bin/sh\n# "+note+"\nexec '"+self+"'\n")
}

// archive gives a zip archive of one file that may be run.
func archive(t testing.TB, name, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	h := &zip.FileHeader{Name: name, Method: zip.Deflate}
	h.SetMode(0o755)
	f, err := w.CreateHeader(h)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
