package awsclient_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/awsclient"
	"github.com/stepwright/stepwright/flow/run"
)

type (
	verdict struct {
		Approved bool `json:"approved"`
	}
	tooDark struct{ n int }
)

func (e *tooDark) Error() string { return strings.Repeat("é", e.n) }

// stepFunctions is a service that writes down what it is asked, and answers with an error if it has one.
func stepFunctions(t *testing.T, fails string) (client *sfn.Client, asked *[]string) {
	t.Helper()
	asked = &[]string{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*asked = append(*asked, strings.TrimPrefix(r.Header.Get("X-Amz-Target"), "AWSStepFunctions.")+" "+string(body))
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		if fails != "" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprintf(w, `{"__type": "com.amazonaws.swf.base.model#%s", "message": "no"}`, fails)
			return
		}
		fmt.Fprint(w, "{}")
	}))
	t.Cleanup(s.Close)
	keys := aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: "a", SecretAccessKey: "b"}, nil
	})
	return sfn.New(sfn.Options{BaseEndpoint: aws.String(s.URL), Region: "eu-west-1", Credentials: keys, RetryMaxAttempts: 1}), asked
}

func TestAnswer(t *testing.T) {
	t.Parallel()
	client, asked := stepFunctions(t, "")
	token := run.Token[verdict]("T1")
	err := errors.Join(
		awsclient.Heartbeat(t.Context(), client, token),
		awsclient.Answer(t.Context(), client, token, verdict{Approved: true}),
		awsclient.Refuse(t.Context(), client, token, &tooDark{2}),
		awsclient.Refuse(t.Context(), client, token, &tooDark{20000}),
	)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		`SendTaskHeartbeat {"taskToken":"T1"}`,
		`SendTaskSuccess {"output":"{\"approved\":true}","taskToken":"T1"}`,
		`SendTaskFailure {"cause":"éé","error":"tooDark","taskToken":"T1"}`,
		`SendTaskFailure {"cause":"` + strings.Repeat("é", 16384) + `","error":"tooDark","taskToken":"T1"}`,
	}
	if d := cmp.Diff(want, *asked); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if err := awsclient.Answer(t.Context(), client, run.Token[chan int]("T"), nil); err == nil || !strings.HasPrefix(err.Error(), "answer a token: ") {
		t.Errorf("a reply without JSON: %v", err)
	}
}

func TestTokenGone(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]bool{"TaskDoesNotExist": true, "TaskTimedOut": true, "InvalidToken": true, "InvalidOutput": false, "AccessDeniedException": false} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			client, _ := stepFunctions(t, code)
			for _, err := range []error{
				awsclient.Answer(t.Context(), client, "T", verdict{}),
				awsclient.Refuse(t.Context(), client, run.Token[verdict]("T"), &tooDark{1}),
				awsclient.Heartbeat(t.Context(), client, run.Token[verdict]("T")),
			} {
				if err == nil || awsclient.IsTokenGone(err) != want {
					t.Errorf("%v: gone %v, want %v", err, awsclient.IsTokenGone(err), want)
				}
			}
		})
	}
}

// printer is a client that prints what it is asked.
type printer struct{ awsclient.TokenClient }

func (printer) SendTaskSuccess(_ context.Context, in *sfn.SendTaskSuccessInput, _ ...func(*sfn.Options)) (*sfn.SendTaskSuccessOutput, error) {
	fmt.Println("success", *in.TaskToken, *in.Output)
	return &sfn.SendTaskSuccessOutput{}, nil
}

func (printer) SendTaskFailure(_ context.Context, in *sfn.SendTaskFailureInput, _ ...func(*sfn.Options)) (*sfn.SendTaskFailureOutput, error) {
	fmt.Println("failure", *in.TaskToken, *in.Error)
	return nil, &types.TaskTimedOut{}
}

// A handler that answers the step that waits for its message.
func ExampleAnswer() {
	type question struct {
		Photo string             `json:"photo"`
		Token run.Token[verdict] `json:"token"`
	}
	var client awsclient.TokenClient = printer{} // sfn.NewFromConfig(cfg) in a handler
	decide := func(ctx context.Context, q question) error {
		if q.Photo == "" {
			return awsclient.Refuse(ctx, client, q.Token, &tooDark{})
		}
		err := awsclient.Answer(ctx, client, q.Token, verdict{Approved: true})
		if awsclient.IsTokenGone(err) {
			return nil // somebody else was faster
		}
		return err
	}
	fmt.Println(decide(context.Background(), question{"p1", "T1"}))
	fmt.Println(decide(context.Background(), question{"", "T2"}))
	// Output:
	// success T1 {"approved":true}
	// <nil>
	// failure T2 tooDark
	// refuse a token: TaskTimedOut:
}
