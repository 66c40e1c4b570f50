package jsonpath

import (
	"fmt"

	"github.com/stepwright/stepwright/value"
)

// The names of errors that the evaluation of JSONPath may end in (Amazon States Language, "Errors").
const (
	Runtime                = "States.Runtime"
	IntrinsicFailure       = "States.IntrinsicFailure"
	ResultPathMatchFailure = "States.ResultPathMatchFailure"
)

// An Error is an evaluation that failed, in the service's words.
type Error struct {
	Name  string // such as States.Runtime
	Cause string // without the sentence about the state that comes first in a history
}

// Error gives the cause.
func (e *Error) Error() string { return e.Cause }

// A NotFoundError is a definite path that leads to nothing. It is a States.Runtime error; the sentence depends on the
// field that holds the path.
type NotFoundError struct {
	Path   string // as it is written
	Reason string // in the words of the service's library, such as "No results for path: $['a']"
}

// Error is the sentence for InputPath, OutputPath and the paths of numbers.
func (e *NotFoundError) Error() string { return "Invalid path '" + e.Path + "' : " + e.Reason }

// In is the sentence for a member of a payload template, for ErrorPath and for CausePath: field is the name of the
// member, ".$" included, and input what "$" stands for.
func (e *NotFoundError) In(field string, input value.Value) *Error {
	return &Error{Runtime, fmt.Sprintf("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", e.Path, field, input)}
}

// A SyntaxError is text that is no path, no reference path or no call of an intrinsic function.
type SyntaxError struct {
	Source  string
	Offset  int    // in bytes
	Message string // what is, and what was expected
}

// Error gives the message with its place, counted in characters from 1, and the text.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s at character %d of %q", e.Message, len([]rune(e.Source[:min(e.Offset, len(e.Source))]))+1, e.Source)
}
