package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/value"
)

// The kinds of cases.
const (
	kindExecution    = "execution"
	kindTable        = "execution-table"
	kindExpressSync  = "express-sync"
	kindExpressAsync = "express-async"
	kindValidation   = "validation"
	kindVariables    = "variable-references"
	kindTestState    = "test-state"
)

var (
	countedKinds = []string{kindExecution, kindTable, kindExpressSync, kindExpressAsync}
	otherKinds   = []string{kindTestState, kindValidation, kindVariables}
)

// A recording is one file of a folder.
type recording struct {
	file string // "choice/base.json", below the folder
	path string
	area string
	kind string
	json value.Value
	err  error // why it cannot be used
}

// counted tells whether the engine answers for the recording's kind. What cannot be read counts too: nobody knows that
// it would not.
func (r *recording) counted() bool { return r.err != nil || slices.Contains(countedKinds, r.kind) }

// validated tells whether the recording was checked against the real service.
func (r *recording) validated() bool { return !r.json.Get("validated_on_aws").IsNull() }

// hasHistory tells whether a history was recorded.
func (r *recording) hasHistory() bool { return r.json.Path("expect", "history").Exists() }

// read gives the recordings of folders, in the order of their names. A file that is named twice is there once.
func read(dirs []string) ([]*recording, error) {
	var all []*recording
	seen := map[string]bool{}
	for _, dir := range dirs {
		found, err := readFolder(dir)
		if err != nil {
			return nil, err
		}
		for _, r := range found {
			if at := absolute(r.path); !seen[at] {
				seen[at] = true
				all = append(all, r)
			}
		}
	}
	return all, nil
}

func absolute(path string) string {
	if real, err := filepath.EvalSymlinks(path); err == nil {
		path = real
	}
	if abs, err := filepath.Abs(path); err == nil {
		path = abs
	}
	return path
}

const indexFile = "index.json"

func readFolder(dir string) ([]*recording, error) {
	info, err := os.Stat(dir)
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the cases: %w", err)
	case !info.IsDir():
		return nil, fmt.Errorf("read the cases: %s is a file; expected a folder of cases", dir)
	}
	if real, err := filepath.EvalSymlinks(dir); err == nil { // else its files are not looked for
		dir = real
	}
	files, err := filesOf(dir)
	if err != nil {
		return nil, fmt.Errorf("read the cases: %w", err)
	}
	listed, err := readIndex(dir)
	if err != nil {
		return nil, err
	}
	for _, name := range listed { // what is listed and missing is a case that cannot be run
		if !slices.Contains(files, name) {
			files = append(files, name)
		}
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("read the cases: %s holds no JSON files; expected a folder of cases, or one of folders of cases", dir)
	}
	slices.Sort(files)
	all := make([]*recording, 0, len(files))
	for _, name := range files {
		all = append(all, readFile(dir, name))
	}
	return all, nil
}

// filesOf are the JSON files below a folder, with slashes. Hidden ones and indexes are none of them.
func filesOf(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case path != dir && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir() || filepath.Ext(path) != ".json" || d.Name() == indexFile:
			return nil
		}
		name, err := filepath.Rel(dir, path)
		files = append(files, filepath.ToSlash(name))
		return err
	})
	return files, err
}

// readIndex gives the files that a folder's index lists; none if it has no index.
func readIndex(dir string) ([]string, error) {
	file := filepath.Join(dir, indexFile)
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the index: %w", err)
	}
	v, err := value.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("read the index: %s:%w", file, err)
	}
	if !v.IsArray() {
		return nil, fmt.Errorf("read the index: %s is %s; expected an array of {\"file\": …}", file, v.Kind())
	}
	var files []string
	for i, entry := range v.Elements() {
		name := entry.Get("file").Str()
		if !filepath.IsLocal(filepath.FromSlash(name)) {
			return nil, fmt.Errorf("read the index: %s: entry %d has the file %s; expected the name of a file below the folder", file, i, entry.Get("file"))
		}
		files = append(files, path.Clean(name))
	}
	return files, nil
}

func readFile(dir, name string) *recording {
	r := &recording{file: name, path: filepath.Join(dir, filepath.FromSlash(name))}
	if r.area = filepath.Base(filepath.Dir(r.path)); r.area == "." {
		r.area = filepath.Base(absolute(dir))
	}
	text, err := os.ReadFile(r.path)
	if err != nil {
		r.err = errors.New("the file is listed in the index, and cannot be read: " + reason(err))
		return r
	}
	if r.json, err = value.Parse(text); err != nil {
		r.json, r.err = value.Value{}, fmt.Errorf("the file is no JSON: %w", err)
		return r
	}
	if a := r.json.Get("area"); a.IsString() && a.Str() != "" {
		r.area = a.Str()
	}
	r.kind = r.json.Get("kind").Str()
	r.err = r.problem()
	return r
}

// reason is what is wrong with a file, without its name.
func reason(err error) string {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err.Error()
	}
	return err.Error()
}

// problem is what makes a recording unusable.
func (r *recording) problem() error {
	switch {
	case !r.json.IsObject():
		return fmt.Errorf("the file holds %s; expected an object with a case", r.json.Kind())
	case !r.json.Get("kind").IsString():
		return fmt.Errorf("kind is %s; expected one of %s", shown(r.json.Get("kind")), strings.Join(slices.Concat(countedKinds, otherKinds), ", "))
	case slices.Contains(otherKinds, r.kind):
		return nil
	case !slices.Contains(countedKinds, r.kind):
		return fmt.Errorf("kind is %q; expected one of %s", r.kind, strings.Join(slices.Concat(countedKinds, otherKinds), ", "))
	}
	if err := r.date(); err != nil {
		return err
	}
	if r.kind == kindTable {
		return r.tableProblem()
	}
	return errors.Join(definitionProblem(r.json), r.expectProblem())
}

// date refuses a validation date that is none.
func (r *recording) date() error {
	v := r.json.Get("validated_on_aws")
	if !v.Exists() || v.IsNull() {
		return nil
	}
	if _, ok := parseDate(v.Str()); !ok {
		return fmt.Errorf("validated_on_aws is %s; expected a date such as \"2024-10-06\", or null", v)
	}
	return nil
}

func parseDate(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly, "02-01-2006, 15:04:05"} {
		if t, err := time.Parse(layout, s); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

func definitionProblem(v value.Value) error {
	d, text := v.Get("definition"), v.Get("definition_text")
	switch {
	case text.Exists() && !text.IsString():
		return fmt.Errorf("definition_text is %s; expected a text", text.Kind())
	case !text.Exists() && !d.Exists():
		return errors.New("there is no definition")
	case !text.Exists() && !d.IsObject():
		return fmt.Errorf("definition is %s; expected an object", d.Kind())
	}
	return nil
}

var knownStatuses = []string{"SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED"}

func statusProblem(expect value.Value) error {
	if s := expect.Get("status"); !slices.Contains(knownStatuses, s.Str()) {
		return fmt.Errorf("expect.status is %s; expected one of %s", shown(s), strings.Join(knownStatuses, ", "))
	}
	return nil
}

func (r *recording) expectProblem() error {
	expect := r.json.Get("expect")
	switch {
	case !expect.IsObject():
		return fmt.Errorf("expect is %s; expected an object", shown(expect))
	case r.kind == kindExecution:
		return errors.Join(statusProblem(expect), historyProblem(expect.Get("history")))
	case expect.Get("api_error").Exists():
		return nil
	case r.kind == kindExpressSync && !expect.Get("response").IsObject():
		return errors.New("expect has neither response nor api_error, of which StartSyncExecution gives one")
	case r.kind == kindExpressAsync && !expect.Get("end_event").IsObject():
		return errors.New("expect has neither end_event nor api_error, of which an asynchronous execution gives one")
	}
	return nil
}

func historyProblem(h value.Value) error {
	if !h.Exists() {
		return nil
	}
	if !h.IsArray() {
		return fmt.Errorf("expect.history is %s; expected an array of events", h.Kind())
	}
	for i, e := range h.Elements() {
		if !e.Get("type").IsString() {
			return fmt.Errorf("expect.history: event %d has no type", i+1)
		}
		for _, name := range []string{"id", "previousEventId"} {
			if _, ok := e.Get(name).Int(); !ok {
				return fmt.Errorf("expect.history: event %d has the %s %s; expected a whole number", i+1, name, shown(e.Get(name)))
			}
		}
	}
	return nil
}

func (r *recording) tableProblem() error {
	rows := r.json.Get("rows")
	if !rows.IsArray() || rows.Len() == 0 {
		return fmt.Errorf("rows is %s; expected an array with at least one row", shown(rows))
	}
	for i, row := range rows.Elements() {
		if err := errors.Join(definitionProblem(row), statusProblem(row.Get("expect"))); err != nil {
			return fmt.Errorf("row %d: %w", i, err)
		}
	}
	return nil
}

// shown is a value in a message, and a word if there is none.
func shown(v value.Value) string {
	if !v.Exists() {
		return "nothing"
	}
	return v.String()
}
