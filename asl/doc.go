// Package asl is the Amazon States Language document: one struct per kind of state, in both query languages.
//
// The names are the specification's, letter for letter. Parse keeps positions and reports everything that is wrong
// in one run; Print is its inverse; Walk visits every state. What a field may hold besides a plain string or number
// (an expression, a template, null) is a value.Value, whose zero value is an absent field.
package asl
