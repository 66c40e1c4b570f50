package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/internal/oracle"
)

// The kept tables are what the specification's table says today.
func TestTablesAreCurrent(t *testing.T) {
	t.Parallel()
	files, err := generate(oracle.Read(t, "specs", "integrations.json"))
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		got, err := os.ReadFile(filepath.Join("..", "..", name))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(string(want), string(got)); d != "" {
			t.Errorf("%s is out of date, run go generate ./integration (-want +got):\n%s", name, d)
		}
	}
}

func TestInconsistentTableIsRefused(t *testing.T) {
	t.Parallel()
	for name, src := range map[string]string{
		"not JSON":        `{`,
		"missing pattern": `{"optimized": [{"resource": "r", "resources": {"RUN_JOB": "r.sync"}}]}`,
		"other suffix":    `{"optimized": [{"resource": "r", "patterns": ["RUN_JOB"], "resources": {"RUN_JOB": "r.job"}}]}`,
		"express job":     `{"optimized": [{"resource": "r", "patterns": ["RUN_JOB"], "resources": {"RUN_JOB": "r.sync"}, "workflowTypes": {"RUN_JOB": ["STANDARD", "EXPRESS"]}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := generate([]byte(src)); err == nil {
				t.Errorf("generate(%s) accepted it", strings.TrimSpace(src))
			}
		})
	}
}
