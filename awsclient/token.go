package awsclient

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/stepwright/stepwright/flow/run"
)

// A TokenClient answers the tokens of waiting steps; *sfn.Client is one.
type TokenClient interface {
	SendTaskSuccess(ctx context.Context, in *sfn.SendTaskSuccessInput, options ...func(*sfn.Options)) (*sfn.SendTaskSuccessOutput, error)
	SendTaskFailure(ctx context.Context, in *sfn.SendTaskFailureInput, options ...func(*sfn.Options)) (*sfn.SendTaskFailureOutput, error)
	SendTaskHeartbeat(ctx context.Context, in *sfn.SendTaskHeartbeatInput, options ...func(*sfn.Options)) (*sfn.SendTaskHeartbeatOutput, error)
}

// Answer finishes the step that waits for the token: reply is that step's result. The handler's role needs
// states:SendTaskSuccess on the waiting machine. An error for which [IsTokenGone] is true says that nobody waits any
// more.
func Answer[R any](ctx context.Context, client TokenClient, token run.Token[R], reply R) error {
	output, err := json.Marshal(reply)
	if err != nil {
		return fmt.Errorf("answer a token: %w", err)
	}
	_, err = client.SendTaskSuccess(ctx, &sfn.SendTaskSuccessInput{TaskToken: aws.String(string(token)), Output: aws.String(string(output))})
	if err != nil {
		return fmt.Errorf("answer a token: %w", err)
	}
	return nil
}

// Refuse fails the step that waits for the token with the error refused. In the workflow it has the name of its Go type,
// as if a handler had returned it, so that flow.Raised names it; its text is the cause. The handler's role needs
// states:SendTaskFailure on the waiting machine.
func Refuse[R any](ctx context.Context, client TokenClient, token run.Token[R], refused error) error {
	in := &sfn.SendTaskFailureInput{
		TaskToken: aws.String(string(token)), Error: aws.String(shorten(typeName(refused), 256)), Cause: aws.String(shorten(refused.Error(), 32768)),
	}
	if _, err := client.SendTaskFailure(ctx, in); err != nil {
		return fmt.Errorf("refuse a token: %w", err)
	}
	return nil
}

// Heartbeat tells the step that waits for the token that somebody is still at work. The handler's role needs
// states:SendTaskHeartbeat on the waiting machine.
func Heartbeat[R any](ctx context.Context, client TokenClient, token run.Token[R]) error {
	if _, err := client.SendTaskHeartbeat(ctx, &sfn.SendTaskHeartbeatInput{TaskToken: aws.String(string(token))}); err != nil {
		return fmt.Errorf("send a heartbeat: %w", err)
	}
	return nil
}

// IsTokenGone reports whether an error of Answer, Refuse or Heartbeat says that nobody waits for the token any more: the
// step has been answered or has timed out, its execution has ended, or the text is no token. Trying again is of no use.
func IsTokenGone(err error) bool {
	var unknown *types.TaskDoesNotExist
	var late *types.TaskTimedOut
	var invalid *types.InvalidToken
	return errors.As(err, &unknown) || errors.As(err, &late) || errors.As(err, &invalid)
}

// typeName is what the Lambda runtime for Go calls an error.
func typeName(err error) string {
	t := reflect.TypeOf(err)
	if t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t.Name()
}

// shorten cuts a text after n bytes, between two characters.
func shorten(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n]
}
