package jsonata

import "strings"

// An Error says why an expression cannot be read or worked out. Codes and messages are those of the reference
// implementation: S… are errors of syntax, T… of types, D… of values, U… of bounds.
type Error struct {
	Code     string
	Position int    // where, as the reference counts: UTF-16 units up to the end of the token
	Offset   int    // the same place in bytes
	Token    string // the token or the function that it is about
	Value    string // what was found, or expected, as text
	Text     string // the message, where it is not made from the code: that of $error and $assert
}
