package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/diag"
)

func TestCutName(t *testing.T) {
	t.Parallel()
	for arg, want := range map[string][3]string{
		"./refunds":                   {"./refunds", "", ""},
		"./refunds:Refund":            {"./refunds", "Refund", "named"},
		"./refunds:Refund: the order": {"./refunds", "Refund: the order", "named"},
		"example.com/a/...:Refund":    {"example.com/a/...", "Refund", "named"},
		`C:\shop\refunds:Refund`:      {`C:\shop\refunds`, "Refund", "named"},
		"C:/shop/refunds":             {"C:/shop/refunds", "", ""},
		"c:Refund":                    {"c", "Refund", "named"},
		"./refunds:":                  {"./refunds", "", "named"},
	} {
		pkg, name, named := cutName(arg)
		got := [3]string{pkg, name, map[bool]string{true: "named"}[named]}
		if got != want {
			t.Errorf("%s: got %q, want %q", arg, got, want)
		}
	}
}

// TestMerged tells once what analyser and build both find.
func TestMerged(t *testing.T) {
	t.Parallel()
	l := &loaded{
		problems: diag.List{{Code: "program-stopped", Message: "stopped"}},
		vetted: diag.List{
			{Code: "value-read", Source: "x.go:3", Message: "a is read"},
			{Code: "handler-name", Source: "x.go:9", Message: "this is a closure"},
			{Code: "value-read", Source: "x.go:5", Message: "b is read"},
		},
	}
	var got []string
	for _, d := range l.merged(diag.List{
		{Code: "value-read", Source: "x.go:4", Message: "a is read"},              // the same, at the next step
		{Code: "handler-name", Source: "x.go:9", Message: "f.func1 is a closure"}, // the same line and code
		{Code: "unknown-state", Source: "x.go:9", Message: "other"},
		{Code: "value-read", Source: "x.go:7", Message: "c is read"},
	}) {
		got = append(got, d.Source+" "+d.Message)
	}
	want := []string{" stopped", "x.go:3 a is read", "x.go:9 this is a closure", "x.go:5 b is read", "x.go:9 other", "x.go:7 c is read"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestInterrupted ends a run that waits.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "wait.asl.json")
	if err := os.WriteFile(file, []byte(`{"StartAt": "Nap", "States": {"Nap": {"Type": "Wait", "Seconds": 86400, "End": true}}}`), 0o600); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var out, errs strings.Builder
	code := run(ctx, []string{"run", "-real-time", file}, &streams{in: strings.NewReader(""), out: &out, err: &errs})
	if code != 1 || errs.String() != "stepwright: interrupted\n" {
		t.Errorf("status %d, %q", code, errs.String())
	}
}
