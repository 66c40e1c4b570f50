package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/internal/oracle"
)

// floorFile holds how many cases of the shared suite agreed when somebody last looked: fewer fail the test.
const floorFile = "testdata/floor.txt"

func TestSuite(t *testing.T) {
	t.Parallel()
	cases, err := read(filepath.Join(oracle.Dir(t), "jsonata-suite"))
	if err != nil {
		t.Fatal(err)
	}
	r := evaluate(t.Context(), cases)
	var text bytes.Buffer
	for _, d := range r.Differ {
		fmt.Fprintf(&text, "\n%s\n", d.ID)
		d.print(&text)
	}
	t.Logf("%d of %d agree%s", r.Agree, r.Total, text.String())
	var agree, total int
	line, err := os.ReadFile(floorFile)
	if err == nil {
		_, err = fmt.Sscanf(string(line), "%d of %d", &agree, &total)
	}
	if err != nil && !golden.Updating() {
		t.Fatalf("read the floor: %v (write it with -update)", err)
	}
	switch {
	case r.Total != total && !golden.Updating():
		t.Errorf("the suite has %d cases of 2.0.6, and had %d", r.Total, total)
	case r.Agree < agree:
		t.Errorf("%d cases agree, fewer than before: %d", r.Agree, agree)
	case golden.Updating():
		if err := os.WriteFile(floorFile, fmt.Appendf(nil, "%d of %d\n", r.Agree, r.Total), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, l := range r.Later {
		if l.Reason == "the case was added or changed after 2.0.6" {
			t.Errorf("%s: there is no reason why it differs", l.ID)
		}
	}
}

func TestTables(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"testdata/small"}, &out, &errs); code != 1 || errs.Len() > 0 {
		t.Errorf("exit status %d, want 1; %s", code, errs.String())
	}
	golden.Equal(t, "testdata/small.txt", out.Bytes())
	if lines := strings.Split(strings.TrimSpace(out.String()), "\n"); lines[len(lines)-1] != "total 8/12" {
		t.Errorf("the last line is %q", lines[len(lines)-1])
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	var out, errs bytes.Buffer
	if code := run(t.Context(), []string{"-json", "testdata/small", "testdata/small"}, &out, &errs); code != 1 || errs.Len() > 0 {
		t.Errorf("exit status %d, want 1; %s", code, errs.String())
	}
	var r report
	if err := json.Unmarshal(out.Bytes(), &r); err != nil {
		t.Fatal(err)
	}
	if r.Agree != 16 || r.Total != 24 || len(r.Differ) != 8 || len(r.Later) != 4 || r.LaterSame != 2 {
		t.Errorf("%+v", r)
	}
	want := []group{{"first", 8, 12}, {"second", 8, 12}}
	if !slices.Equal(r.Groups, want) {
		t.Errorf("groups %v, want %v", r.Groups, want)
	}
}

func TestExitStatus(t *testing.T) {
	t.Parallel()
	good := folder(t, `{"id":"a","suite":"2.0.6","expr":"1","result":1}`)
	tests := []struct {
		name string
		args []string
		want int
		says string
	}{
		{"all agree", []string{good}, 0, ""},
		{"some do not", []string{good, "testdata/small"}, 1, ""},
		{"no folder", nil, 2, "usage:"},
		{"unknown flag", []string{"-x"}, 2, "usage:"},
		{"missing folder", []string{"testdata/none"}, 2, "there is no groups/*.jsonl"},
		{"no JSON", []string{folder(t, `{`)}, 2, "g.jsonl:1: case: "},
		{"no expression", []string{folder(t, `{"result":1}`)}, 2, "g.jsonl:1: expr: "},
		{"no expectation", []string{folder(t, `{"expr":"1"}`)}, 2, "g.jsonl:1: case expects nothing at all"},
		{"missing dataset", []string{folder(t, `{"expr":"1","dataset":"x","result":1}`)}, 2, "g.jsonl:1: data: read dataset: "},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var out, errs bytes.Buffer
			if code := run(t.Context(), test.args, &out, &errs); code != test.want {
				t.Errorf("exit status %d, want %d; %s", code, test.want, errs.String())
			}
			if !strings.Contains(errs.String(), test.says) || (errs.Len() > 0) != (test.says != "") {
				t.Errorf("said %q, want %q", errs.String(), test.says)
			}
		})
	}
}

func folder(t *testing.T, lines string) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "groups"), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "groups", "g.jsonl"), []byte(lines), 0o666); err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestSpelled(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`"\uD800"`: `"\\uD800"`, `"\ud83d\ude00"`: `"\ud83d\ude00"`, `"\\uD800"`: `"\\uD800"`, `"\udc00\ud83d"`: `"\\udc00\\ud83d"`,
		`"\u0041"`: `"\u0041"`, `"\\\uDFFF"`: `"\\\\uDFFF"`,
	} {
		if got := string(spelled([]byte(in))); got != want {
			t.Errorf("%s became %s, want %s", in, got, want)
		}
	}
}
