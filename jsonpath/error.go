package jsonpath

import (
	"fmt"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// The names of errors that the evaluation of JSONPath may end in. The service reports what the States Language calls
// States.ParameterPathFailure and States.IntrinsicFailure as States.Runtime, and what it calls
// States.ResultPathMatchFailure as States.ReferencePathConflict.
const (
	Runtime               = "States.Runtime"
	ReferencePathConflict = "States.ReferencePathConflict"
)

// An Error is an evaluation that failed, in the service's words.
type Error struct {
	Name  string // such as States.Runtime
	Cause string // without the sentence about the state that comes first in a history
}

// Error gives the cause.
func (e *Error) Error() string { return e.Cause }

// A PathError is a path that leads to nothing, or that cannot be applied to the value it meets. It is a States.Runtime
// error; the sentence depends on the field that holds the path.
type PathError struct {
	Path   string // as it is written
	Reason string // in the words of the service's library, such as "No results for path: $['a']"

	// Absent tells a place that is not there from a value that has no such places at all, such as text with an index.
	Absent bool

	searched value.Value // what the path starts from
}

// Error is the sentence for InputPath, OutputPath and the paths of numbers.
func (e *PathError) Error() string { return "Invalid path '" + e.Path + "' : " + e.Reason }

// In is the error of a member of a payload template, of ErrorPath and of CausePath: field is the name of the member,
// ".$" included.
func (e *PathError) In(field string) *Error {
	if !e.Absent {
		return &Error{Runtime, e.Reason}
	}
	return &Error{Runtime, fmt.Sprintf("The JSONPath '%s' specified for the field '%s' could not be found in the input '%s'", e.Path, field, e.searched)}
}

// A SyntaxError is text that is no path, no reference path or no call of an intrinsic function.
type SyntaxError struct {
	Source  string
	Offset  int    // in bytes
	Message string // what is, and what was expected
}

// Error gives the message with its place, counted in characters from 1.
func (e *SyntaxError) Error() string {
	return fmt.Sprintf("%s, at character %d of %q", e.Message, utf8.RuneCountInString(e.Source[:min(e.Offset, len(e.Source))])+1, e.Source)
}
