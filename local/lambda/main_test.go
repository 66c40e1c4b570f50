package lambda_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
)

// TestMain lets the test binary be a Lambda program as well: started with the Runtime API's variable, it serves the
// handler that _HANDLER names.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		os.Exit(m.Run())
	}
	h, ok := testHandlers[os.Getenv("_HANDLER")]
	if !ok {
		fmt.Println("no such handler")
		os.Exit(3)
	}
	if init, ok := h.(func()); ok {
		init()
	}
	runtime.Start(h)
}

type notFoundError struct{ Key string }

func (e *notFoundError) Error() string { return "there is no " + e.Key }

type process struct {
	PID   int
	Calls int
}

var calls int

var testHandlers = map[string]any{
	"Echo": func(_ context.Context, in any) (any, error) { return in, nil },
	"Count": func(context.Context) (process, error) {
		calls++
		return process{os.Getpid(), calls}, nil
	},
	"Fail":  func(context.Context) (any, error) { return nil, &notFoundError{"photo"} },
	"Plain": func(context.Context) (any, error) { return nil, errors.New("plain") },
	"Panic": func(context.Context) (any, error) { panic("no film in the camera") },
	"Exit":  func(context.Context) (any, error) { os.Exit(7); return nil, nil },
	"Leave": func(context.Context) (any, error) { os.Exit(0); return nil, nil },
	"Hang":  func(context.Context) (any, error) { select {} },
	"Brood": func(context.Context) (any, error) { // starts a child that outlives everything
		cmd := exec.Command("sh", "-c", "echo child $$; exec sleep 1000")
		cmd.Stdout = os.Stdout
		if err := cmd.Start(); err != nil {
			return nil, err
		}
		select {}
	},
	"Flood": func(context.Context) (string, error) {
		line := strings.Repeat("x", 1023) + "\n"
		chunk := strings.Repeat(line, 1024)
		for range 64 {
			_, _ = io.WriteString(os.Stdout, chunk)
		}
		return "dry again", nil
	},
	"Stream": func(context.Context) (string, error) { // one line that never ends
		chunk := strings.Repeat("y", 1<<20)
		for range 8 {
			_, _ = io.WriteString(os.Stdout, chunk)
		}
		return "done", nil
	},
	"Big":         func(context.Context) (string, error) { return strings.Repeat("z", 7<<20), nil },
	"Environment": func(context.Context) ([]string, error) { return os.Environ(), nil },
	"Print": func(_ context.Context, lines []string) (int, error) {
		for _, l := range lines {
			fmt.Println(l)
		}
		return len(lines), nil
	},
	"Context": func(ctx context.Context) (map[string]any, error) {
		lc, _ := lambdacontext.FromContext(ctx)
		deadline, ok := ctx.Deadline()
		return map[string]any{"arn": lc.InvokedFunctionArn, "id": lc.AwsRequestID, "deadline": ok && !deadline.IsZero()}, nil
	},
	"Meet": func(ctx context.Context, url string) (int, error) { // waits at the URL for the others
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		if err != nil {
			return 0, err
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, err
		}
		return os.Getpid(), resp.Body.Close()
	},
	"InitExit": func() {
		fmt.Println("cannot start")
		os.Exit(9)
	},
	"InitHang": func() { select {} },
	"InitError": func() {
		url := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/init/error"
		resp, err := http.Post(url, "application/json", strings.NewReader(`{"errorType":"Config.Missing","errorMessage":"no table"}`))
		if err == nil {
			_ = resp.Body.Close()
		}
		select {}
	},
}
