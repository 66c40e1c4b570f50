// Package synth tests what the CDK makes of our stacks. It is the one test binary that
// starts jsii: everything is synthesized once, in one goroutine, and the tests read the
// JSON. No test here is parallel, and the race detector is not for this package.
package synth

import (
	"encoding/json"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stepwright/stepwright/cdk"
)

// trial is the assembly of the stacks of trial_test.go; nothing is built for it.
var trial *assembly

func TestMain(m *testing.M) {
	flag.Parse()
	code, err := runAll(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func runAll(m *testing.M) (int, error) {
	dir, err := os.MkdirTemp("", "synth")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	if trial, err = synthesizeTrial(filepath.Join(dir, "trial")); err != nil {
		return 1, err
	}
	code := m.Run()
	closeApp.Close()
	return code, nil
}

// closeApp ends Node; any app does.
var closeApp = &cdk.App{}

// An assembly is a cloud assembly as the tests read it: templates by the name of their
// stack.
type assembly struct {
	dir       string
	templates map[string]template
}

// readAssembly reads every template of a cloud assembly.
func readAssembly(dir string) (*assembly, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil || len(files) == 0 {
		return nil, fmt.Errorf("no templates in %s: %w", dir, err)
	}
	a := &assembly{dir: dir, templates: map[string]template{}}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		t := template{src: src}
		if err := json.Unmarshal(src, &t); err != nil {
			return nil, fmt.Errorf("%s: %w", f, err)
		}
		name := filepath.Base(f)
		a.templates[name[:len(name)-len(".template.json")]] = t
	}
	return a, nil
}

// A template is a CloudFormation template.
type template struct {
	src        []byte
	Resources  map[string]resource
	Outputs    map[string]any
	Parameters map[string]any
	Rules      map[string]any
	Conditions map[string]any
}

// A resource is one resource of a template.
type resource struct {
	Type                string
	Properties          map[string]any
	Metadata            map[string]any
	DependsOn           any
	DeletionPolicy      string
	UpdateReplacePolicy string
}

// ids are the logical ids of the resources of a type, sorted; of all types if it is "".
func (t template) ids(kind string) []string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if kind == "" || t.Resources[id].Type == kind {
			ids = append(ids, id)
		}
	}
	return ids
}

// only is the one resource of a type whose logical id begins with prefix.
func (t template) only(tb testing.TB, kind, prefix string) (string, resource) {
	tb.Helper()
	var found []string
	for _, id := range t.ids(kind) {
		if len(id) == len(prefix)+8 && id[:len(prefix)] == prefix {
			found = append(found, id)
		}
	}
	if len(found) != 1 {
		tb.Fatalf("%d resources of type %s are called %s…; there are %v", len(found), kind, prefix, t.ids(kind))
	}
	return found[0], t.Resources[found[0]]
}

// at follows keys and indexes into JSON; nil if there is nothing.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}
