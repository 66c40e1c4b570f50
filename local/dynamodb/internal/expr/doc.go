// Package expr holds what DynamoDB computes with: attribute values, numbers of 38 digits, and the expression language
// of conditions, updates, filters, keys and projections.
//
// An attribute value is a value.Value in the shape of the API, {"S": "text"} or {"L": [{"N": "1"}]}; an item is an
// object of them. Nothing here knows tables. Errors are sentences in DynamoDB's own words, of type Error.
//
// Sources: the chapters "Expressions", "Naming rules and data types" and "Item sizes" of the DynamoDB developer
// guide, and the messages that the service is recorded to give.
package expr

import "fmt"

// An Error is a ValidationException's message.
type Error string

// Error gives the message.
func (e Error) Error() string { return string(e) }

func errorf(format string, args ...any) error { return Error(fmt.Sprintf(format, args...)) }
