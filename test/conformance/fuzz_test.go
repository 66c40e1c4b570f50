package main

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// Whatever a file holds, it gets a verdict.
func FuzzCase(f *testing.F) {
	for _, name := range []string{"agree.txtar", "differ.txtar", "bad.txtar", "others.txtar"} {
		for _, file := range seeds(f, name) {
			f.Add(file)
		}
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "case.json"), text, 0o666); err != nil {
			t.Fatal(err)
		}
		all, err := read([]string{dir})
		if err != nil || len(all) != 1 {
			t.Fatalf("%d cases, %v", len(all), err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		defer cancel()
		r := examine(ctx, all)
		if n := len(r.Cases) + len(r.Unvalidated); n+len(r.Others) != 1 {
			t.Errorf("%d verdicts", n+len(r.Others))
		}
		for _, v := range r.Cases {
			if !v.agrees() && len(v.Notes) == 0 {
				t.Errorf("it differs, and nobody says how")
			}
		}
	})
}
