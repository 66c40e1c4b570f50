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

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/internal/oracle"
)

// command runs the command and gives its exit status and what it printed.
func command(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(t.Context(), args, &o, &e)
	return code, o.String(), e.String()
}

// folder writes the files of an archive into a folder, but for what the command is to print.
func folder(t *testing.T, a *txtar.Archive) string {
	t.Helper()
	dir := t.TempDir()
	for _, f := range a.Files {
		if f.Name == "want" {
			continue
		}
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func archive(t *testing.T, name string) (string, *txtar.Archive) {
	t.Helper()
	path := filepath.Join("testdata", name)
	a, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return path, a
}

// seeds are the files of an archive.
func seeds(f *testing.F, name string) [][]byte {
	f.Helper()
	a, err := txtar.ParseFile(filepath.Join("testdata", name))
	if err != nil {
		f.Fatal(err)
	}
	var all [][]byte
	for _, file := range a.Files {
		all = append(all, file.Data)
	}
	return all
}

// TestArchives runs the command on the cases in each archive. The last line of an archive's comment is the exit status,
// and the file "want" is what is printed.
func TestArchives(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no archives: %v", err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			_, a := archive(t, filepath.Base(path))
			code, out, errs := command(t, folder(t, a))
			lines := strings.Split(strings.TrimSpace(string(a.Comment)), "\n")
			if want := lines[len(lines)-1]; fmt.Sprintf("exit %d", code) != want || errs != "" {
				t.Errorf("exit %d, want %s; %s", code, want, errs)
			}
			i := slices.IndexFunc(a.Files, func(f txtar.File) bool { return f.Name == "want" })
			if i < 0 {
				i = len(a.Files)
				a.Files = append(a.Files, txtar.File{Name: "want"})
			}
			a.Files[i].Data = []byte(out)
			golden.Equal(t, path, txtar.Format(a))
		})
	}
}

// Every case of the archives that differ and that cannot be used is a disagreement by itself, so that none hides
// behind another.
func TestEachDisagrees(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"differ.txtar", "bad.txtar"} {
		_, a := archive(t, name)
		for _, f := range a.Files {
			if f.Name == "want" || f.Name == indexFile {
				continue
			}
			code, out, errs := command(t, folder(t, &txtar.Archive{Files: []txtar.File{f}}))
			if code != 1 || errs != "" || !strings.Contains(out, f.Name[strings.LastIndexByte(f.Name, '/')+1:]) {
				t.Errorf("%s: exit %d, want 1 with the file's name\n%s%s", f.Name, code, out, errs)
			}
		}
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	_, a := archive(t, "differ.txtar")
	dir := folder(t, a)
	code, out, errs := command(t, "-json", dir, dir) // a case that is named twice is one
	var r report
	if err := json.Unmarshal([]byte(out), &r); err != nil || code != 1 || errs != "" {
		t.Fatalf("exit %d: %v; %s", code, err, errs)
	}
	if r.Total != len(a.Files)-1 || len(r.Cases) != r.Total || r.Outcome == r.Total || r.History == r.Histories {
		t.Errorf("total %d, of %d cases; outcome %d, history %d of %d", r.Total, len(r.Cases), r.Outcome, r.History, r.Histories)
	}
	for _, v := range r.Cases {
		if v.agrees() || len(v.Notes) == 0 {
			t.Errorf("%s: %+v", v.File, v)
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	_, a := archive(t, "agree.txtar")
	dir := folder(t, a)
	for _, c := range []struct {
		args []string
		code int
		want string // in the output or the message
	}{
		{[]string{"-area", "errors,ends", dir}, 0, "total outcome 3/3 history 3/3\n"},
		{[]string{dir, "-area", "errors", "-area=ends"}, 0, "total outcome 3/3 history 3/3\n"},
		{[]string{"-v", filepath.Join(dir, "notes")}, 0, "\npass.json agrees\n"},
		{[]string{filepath.Join(dir, "errors"), filepath.Join(dir, "ends")}, 0, "total outcome 3/3 history 3/3\n"},
		{[]string{"-h"}, 0, "usage: go run ./test/conformance"},
		{[]string{"-area", "erors", dir}, 2, `no case is of area "erors"; did you mean "errors"?`},
		{[]string{"-area", "weather", dir}, 2, `no case is of area "weather"; the areas are choice, ends,`},
		{[]string{"-area", ",", dir}, 2, "expected names of areas"},
		{[]string{"-fast", dir}, 2, "flag provided but not defined: -fast"},
		{nil, 2, "usage: go run ./test/conformance"},
		{[]string{filepath.Join(dir, "nowhere")}, 2, "no such file or directory"},
		{[]string{filepath.Join(dir, "table.json")}, 2, "table.json is a file; expected a folder of cases"},
		{[]string{t.TempDir()}, 2, "holds no JSON files"},
		{[]string{indexed(t, "{")}, 2, "read the index"},
		{[]string{indexed(t, "{}")}, 2, "index.json is object; expected an array"},
		{[]string{indexed(t, `[{"file": "../x.json"}]`)}, 2, `entry 0 has the file "../x.json"; expected the name of a file below the folder`},
		{[]string{indexed(t, `[7]`)}, 2, "entry 0 has the file"},
	} {
		code, out, errs := command(t, c.args...)
		if code != c.code || !strings.Contains(out+errs, c.want) {
			t.Errorf("%q: exit %d, want %d with %q\n%s%s", c.args, code, c.code, c.want, out, errs)
		}
	}
}

// indexed is a folder with an index.
func indexed(t *testing.T, text string) string {
	t.Helper()
	return folder(t, &txtar.Archive{Files: []txtar.File{{Name: indexFile, Data: []byte(text)}}})
}

// floorFile holds how many cases of the shared folder agreed when somebody last looked: fewer fail the test.
const floorFile = "testdata/engine-floor.txt"

// TestShared runs the shared folder. The agreement may only rise.
func TestShared(t *testing.T) {
	t.Parallel()
	r := examine(t.Context(), recordings(t))
	var text bytes.Buffer
	if err := r.print(&text, false); err != nil {
		t.Fatal(err)
	}
	t.Log(text.String())
	floor := r.floor()
	before, err := os.ReadFile(floorFile)
	if err != nil && !golden.Updating() {
		t.Fatalf("read the floor: %v (write it with -update)", err)
	}
	for line := range strings.Lines(string(before)) {
		var name string
		var outcome, total, history, histories int
		if _, err := fmt.Sscanf(line, "%s outcome %d/%d history %d/%d", &name, &outcome, &total, &history, &histories); err != nil {
			t.Fatalf("%s: %q: %v", floorFile, line, err)
		}
		a := &area{Name: "total", Outcome: r.Outcome, Total: r.Total, History: r.History, Histories: r.Histories}
		if name != "total" {
			a = r.area(name)
		}
		if a.Outcome < outcome || a.History < history {
			t.Errorf("%s agrees less than before: outcome %d, history %d; floor %s", name, a.Outcome, a.History, line)
		}
		if (a.Total != total || a.Histories != histories) && !golden.Updating() {
			t.Errorf("%s has %d cases and %d histories, and had %d and %d", name, a.Total, a.Histories, total, histories)
		}
	}
	if golden.Updating() && !t.Failed() {
		if err := os.WriteFile(floorFile, []byte(floor), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	for _, v := range r.Unvalidated {
		if !v.agrees() {
			t.Logf("%s differs, and no check is on file", v.File)
		}
	}
}

// floor is the agreement in the form of the floor's file.
func (r *report) floor() string {
	var b strings.Builder
	for _, a := range r.Areas {
		fmt.Fprintf(&b, "%s outcome %d/%d history %d/%d\n", a.Name, a.Outcome, a.Total, a.History, a.Histories)
	}
	fmt.Fprintf(&b, "total outcome %d/%d history %d/%d\n", r.Outcome, r.Total, r.History, r.Histories)
	return b.String()
}

// statesFloor is how many single states agreed when somebody last looked.
const statesFloor = 30

func TestSingleStates(t *testing.T) {
	t.Parallel()
	r := examine(t.Context(), recordings(t))
	o := r.other(kindTestState)
	if o.Agree < statesFloor {
		t.Errorf("%d single states agree, floor %d", o.Agree, statesFloor)
	}
	for _, v := range o.Differ {
		t.Logf("%s: %s", v.File, strings.Join(v.Notes, "\n"))
	}
}

// The definitions of the shared folder are where package oracle says, not in the project.
func TestReadsAnyFolder(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(oracle.Dir(t), "conformance")
	whole, err := read([]string{dir})
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var dirs []string
	for _, e := range entries {
		if e.IsDir() {
			dirs = append(dirs, filepath.Join(dir, e.Name()))
		}
	}
	parts, err := read(dirs) // without the index
	if err != nil || len(parts) != len(whole) {
		t.Errorf("one folder after the other has %d cases, and all at once %d (%v)", len(parts), len(whole), err)
	}
}
