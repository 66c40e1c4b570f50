// Package other has a handler with the name of one in flow's tests.
package other

import "context"

// Pay pays.
func Pay(context.Context, string) (string, error) { return "", nil }
