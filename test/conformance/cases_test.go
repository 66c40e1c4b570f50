package main

import (
	"path/filepath"
	"testing"

	"github.com/stepwright/stepwright/internal/oracle"
)

// recordings reads the corpus, or skips or fails the test as package oracle says.
func recordings(t *testing.T) []*recording {
	t.Helper()
	all, err := read([]string{filepath.Join(oracle.Dir(t), "conformance")})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range all {
		if r.err != nil {
			t.Fatalf("%s: %v", r.file, r.err)
		}
	}
	return all
}
