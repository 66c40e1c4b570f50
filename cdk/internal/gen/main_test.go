package main

import (
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	_ "github.com/stepwright/stepwright/internal/golden" // takes -update, for make update
)

// The kept flags are those of the library's version in go.mod.
func TestFlagsAreCurrent(t *testing.T) {
	t.Parallel()
	src, err := flags()
	if err != nil {
		t.Fatal(err)
	}
	want, err := generate(src)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../shape/flags_gen.go")
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Errorf("out of date, run go generate ./cdk/internal/shape (-want +got):\n%s", d)
	}
}

func TestGenerateRefuses(t *testing.T) {
	t.Parallel()
	for _, src := range []string{`[`, `{"flag": "text"}`} {
		if _, err := generate([]byte(src)); err == nil {
			t.Errorf("generate(%s) accepted it", src)
		}
	}
}
