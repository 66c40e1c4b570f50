// Package jsonpath is the expression language of JSONPath states: paths, reference paths, payload templates, and the
// calls of intrinsic functions.
package jsonpath
