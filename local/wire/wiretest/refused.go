package wiretest

import (
	"errors"
	"strings"
	"testing"

	"github.com/aws/smithy-go"
)

// Code is the code of the error that a service answered to an AWS SDK client. It is empty for no error; an error that
// is not a service's answer is given whole, behind "other: ".
func Code(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	if err == nil {
		return ""
	}
	return "other: " + err.Error()
}

// Refused fails the test unless err is a service's answer to an AWS SDK client with this code, whose message contains
// the text.
func Refused(t testing.TB, err error, code, message string) {
	t.Helper()
	e, ok := errors.AsType[smithy.APIError](err)
	if !ok {
		t.Fatalf("got %v, want %s: …%s…", err, code, message)
	}
	if e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), message) {
		t.Errorf("got  %s: %s\nwant %s: …%s…", e.ErrorCode(), e.ErrorMessage(), code, message)
	}
}
