package sts_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sts"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/sts"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

const role = "arn:aws:iam::111122223333:role/path/Deploy"

func TestSDK(t *testing.T) {
	t.Parallel()
	m := wiretest.Start(t)
	m.Handle(sts.New(wiretest.Account, clock.NewVirtual(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)), m.Keys))
	c, ctx := sdk.NewFromConfig(m.Config()), t.Context()
	who, err := c.GetCallerIdentity(ctx, &sdk.GetCallerIdentityInput{})
	if err != nil || *who.Account != "111122223333" || *who.Arn != "arn:aws:iam::111122223333:root" {
		t.Errorf("got %v, %v", who, err)
	}
	lent, err := c.AssumeRole(ctx, &sdk.AssumeRoleInput{RoleArn: aws.String(role), RoleSessionName: aws.String("me@work")})
	if err != nil {
		t.Fatal(err)
	}
	if *lent.AssumedRoleUser.Arn != "arn:aws:sts::111122223333:assumed-role/Deploy/me@work" || !lent.Credentials.Expiration.Equal(time.Date(2026, 11, 1, 13, 0, 0, 0, time.UTC)) {
		t.Errorf("got %+v", lent)
	}
	config := m.Config()
	config.Credentials = aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: *lent.Credentials.AccessKeyId, SecretAccessKey: *lent.Credentials.SecretAccessKey, SessionToken: *lent.Credentials.SessionToken}, nil
	})
	if _, err := sdk.NewFromConfig(config).GetCallerIdentity(ctx, &sdk.GetCallerIdentityInput{}); err != nil {
		t.Errorf("the lent credentials are refused: %v", err)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	s := sts.New(wiretest.Account, clock.Real(), wire.Keys{})
	for _, c := range []struct{ action, in, want string }{
		{"AssumeRole", `{}`, " is invalid: RoleArn must be the ARN of a role, such as arn:aws:iam::123456789012:role/Name"},
		{"AssumeRole", `{"RoleArn": "` + role + `", "RoleSessionName": "a b"}`, `1 validation error detected: Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]* with 2 to 64 characters`},
		{"AssumeRole", `{"RoleArn": "` + role + `", "RoleSessionName": "me", "DurationSeconds": "1"}`, "1 validation error detected: Value '1' at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 43200"},
		{"AssumeRole", `{"RoleArn": 1}`, "the parameter RoleArn of AssumeRole must be a string, not 1"},
		{"AssumeRole", `{"SerialNumber": "1"}`, "the parameter SerialNumber of AssumeRole is not supported yet by the local machine"},
	} {
		_, err := s.Call(t.Context(), c.action, value.MustParse(c.in))
		if want := "ValidationError: " + c.want; err == nil || err.Error() != want {
			t.Errorf("%s %s: got %v, want %s", c.action, c.in, err, want)
		}
	}
	if _, err := s.Call(t.Context(), "GetSessionToken", value.Object()); err == nil || err.Error() != "UnknownOperationException: GetSessionToken of STS is not supported by the local machine" {
		t.Errorf("got %v", err)
	}
}

func ExampleService_Call() {
	s := sts.New(wiretest.Account, clock.Real(), wire.Keys{})
	who, err := s.Call(context.Background(), "GetCallerIdentity", value.Object())
	fmt.Println(who.Get("Arn"), err)
	// Output:
	// "arn:aws:iam::111122223333:root" <nil>
}
