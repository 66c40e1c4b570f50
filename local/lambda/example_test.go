package lambda_test

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"

	"github.com/stepwright/stepwright/local/lambda"
	"github.com/stepwright/stepwright/local/wire"
)

// A function, here this very program, is started when it is first called.
func Example() {
	ctx := context.Background()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	defer server.Close()
	s, err := lambda.New(lambda.Config{
		Account:  wire.Account{Partition: "aws", Region: "us-east-1", ID: "111122223333"},
		Endpoint: func() string { return server.URL },
	})
	if err != nil {
		log.Fatal(err)
	}
	defer s.Close()
	mux.Handle(lambda.RuntimePrefix, s.Runtime())

	dir, err := os.MkdirTemp("", "function-")
	if err != nil {
		log.Fatal(err)
	}
	defer os.RemoveAll(dir)
	script := "#!/bin/sh\nexec '" + os.Args[0] + "'\n"
	if err := os.WriteFile(filepath.Join(dir, "bootstrap"), []byte(script), 0o755); err != nil {
		log.Fatal(err)
	}
	if err := s.Add(ctx, lambda.Function{Name: "Photos-Echo", Handler: "Echo", Dir: dir}); err != nil {
		log.Fatal(err)
	}
	for _, payload := range []string{`{"key":"cat.jpg"}`, `{"key":`} {
		r, err := s.Invoke(ctx, lambda.Request{Function: "Photos-Echo", Payload: []byte(payload)})
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(r.StatusCode, string(r.Payload))
	}
	// Output:
	// 200 {"key":"cat.jpg"}
	// InvalidRequestContentException: Could not parse request body into json: 1:8: unexpected end of text; expected a value
}
