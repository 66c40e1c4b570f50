// Package wire is what the services of the local machine share: how a request reaches them, how one calls another,
// and how resources of a template are created and deleted.
//
// A service's core takes and gives values in the JSON shape of its API, so that the engine's direct integrations and
// the HTTP front share one implementation.
package wire

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/stepwright/stepwright/value"
)

// An Account is where the local machine pretends to be.
type Account struct {
	Partition string // "aws"
	Region    string // "us-east-1"
	ID        string // twelve digits
}

// ARN is an Amazon Resource Name in the account: arn:<partition>:<service>:<region>:<id>:<rest>.
func (a Account) ARN(service, rest string) string {
	return "arn:" + a.Partition + ":" + service + ":" + a.Region + ":" + a.ID + ":" + rest
}

// A Service answers one service's requests. Dispatch has checked Host, Origin and signature before.
type Service interface {
	// Name is the service's name in the Authorization header's credential scope: "s3", "dynamodb", "states".
	Name() string
	http.Handler
}

// An API is a service's core: actions in the JSON shape of the service's API, with members as the API model spells
// them. Errors that the API models are *Error.
type API interface {
	Call(ctx context.Context, action string, in value.Value) (value.Value, error)
}

// An Error is an error in the shape of an AWS API.
type Error struct {
	Code    string // as the API model spells it: "ResourceNotFoundException"
	Message string
	Status  int         // the HTTP status; 0 is 400
	Fields  value.Value // more members of the error's body, an object; absent for none

	// QueryCode is the error's older name, which clients of SQS look for in the header x-amzn-query-error and those
	// of the Query protocol in the body; empty when it is the same as Code.
	QueryCode string
}

func (e *Error) status() int {
	if e.Status == 0 {
		return http.StatusBadRequest
	}
	return e.Status
}

// Errorf makes an Error with status 400.
func Errorf(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Status: http.StatusBadRequest}
}

// AsError is err as an *Error: the one it is or holds, else one of the given code with err's text and status 500. Nil
// stays nil.
func AsError(err error, code string) *Error {
	if err == nil {
		return nil
	}
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Code: code, Message: err.Error(), Status: http.StatusInternalServerError}
}

// Error gives "code: message".
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// A Resource is one resource of a template whose intrinsic functions have been resolved.
type Resource struct {
	Stack      string // the stack's name
	LogicalID  string
	Type       string      // "AWS::S3::Bucket"
	Properties value.Value // an object
	Metadata   value.Value // an object, or absent
}

// String is what messages call the resource: "resource Photos (AWS::S3::Bucket)".
func (r Resource) String() string { return "resource " + r.LogicalID + " (" + r.Type + ")" }

// Created says what a created resource is called.
type Created struct {
	Ref        string                 // what Ref gives: a name, a URL, an ARN
	Attributes map[string]value.Value // what Fn::GetAtt gives
}

// A Provider makes and unmakes resources of some types.
type Provider interface {
	// Types are the resource types, such as "AWS::S3::Bucket".
	Types() []string
	// Create makes a resource. An error says what is wrong with which property.
	Create(ctx context.Context, r Resource) (Created, error)
	// Delete unmakes what Create made.
	Delete(ctx context.Context, r Resource, c Created) error
}
