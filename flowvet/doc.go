// Package flowvet finds mistakes in Go functions that write workflows with package flow: those that the Go compiler
// cannot see, and that the build sees only in part.
package flowvet
