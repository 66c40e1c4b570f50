package main

import (
	"path/filepath"
	"testing"
)

// The two workloads at a hundredth of their size: every line becomes an item, every child is kept.
func TestSmall(t *testing.T) {
	t.Parallel()
	for mode, children := range map[string]int{"express-batched": 100, "standard": 10_000} {
		t.Run(mode, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			if err := generate(filepath.Join(folder, "rows.csv"), 10_000); err != nil {
				t.Fatal(err)
			}
			f, err := run(folder, 10_000, mode)
			if err != nil || f.Children != children || f.Spilled == 0 {
				t.Errorf("got %+v, %v", f, err)
			}
			if files, _ := filepath.Glob(filepath.Join(folder, "out", "*", "*")); mode == "standard" && len(files) != 2 {
				t.Errorf("wrote %v", files)
			}
		})
	}
}

func TestMode(t *testing.T) {
	t.Parallel()
	if _, err := definition("fast"); err == nil {
		t.Error("an unknown mode is taken")
	}
}
