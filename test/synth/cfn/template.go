// Package cfn reads CloudFormation templates the way the tests look at them: which
// resource refers to which, what the intrinsic functions would give, whether every
// property is one that AWS knows, and what our own rules say about all of it.
//
// It needs no jsii and no Node.
package cfn

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// A Template is a CloudFormation template. Numbers in it are json.Number.
type Template struct {
	Name       string // of the stack
	Source     []byte
	Resources  map[string]*Resource
	Outputs    map[string]map[string]any
	Parameters map[string]any
	Rules      map[string]any
}

// A Resource is one resource of a template.
type Resource struct {
	Type                string
	Properties          map[string]any
	Metadata            map[string]any
	DependsOn           any // a string or a list of strings
	DeletionPolicy      string
	UpdateReplacePolicy string
}

// Parse reads a template.
func Parse(name string, src []byte) (*Template, error) {
	t := &Template{Name: name, Source: src}
	d := json.NewDecoder(bytes.NewReader(src))
	d.UseNumber()
	if err := d.Decode(t); err != nil {
		return nil, fmt.Errorf("template of stack %s: %w", name, err)
	}
	return t, nil
}

// ReadAssembly reads every template of a cloud assembly, by the name of its stack.
func ReadAssembly(dir string) (map[string]*Template, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.template.json"))
	if err != nil {
		return nil, err
	}
	if len(files) == 0 {
		return nil, fmt.Errorf("%s holds no template", dir)
	}
	templates := map[string]*Template{}
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			return nil, err
		}
		name := strings.TrimSuffix(filepath.Base(f), ".template.json")
		if templates[name], err = Parse(name, src); err != nil {
			return nil, err
		}
	}
	return templates, nil
}

// IDs are the logical ids of the resources of a type, sorted; of all types if it is "".
func (t *Template) IDs(kind string) []string {
	var ids []string
	for _, id := range slices.Sorted(maps.Keys(t.Resources)) {
		if kind == "" || t.Resources[id].Type == kind {
			ids = append(ids, id)
		}
	}
	return ids
}

// Find returns the logical id of the one resource of a type that the CDK made for the
// construct path, written without slashes: prefix and eight hexadecimal digits.
func (t *Template) Find(kind, prefix string) (string, error) {
	var found []string
	for _, id := range t.IDs(kind) {
		if digits, ok := strings.CutPrefix(id, prefix); ok && len(digits) == 8 {
			found = append(found, id)
		}
	}
	if len(found) != 1 {
		return "", fmt.Errorf("%d resources of type %s are called %s…; there are %s", len(found), kind, prefix, strings.Join(t.IDs(kind), ", "))
	}
	return found[0], nil
}

// At follows names and indexes into JSON; nil if there is nothing.
func At(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p < 0 || p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

// list is v as a list: CloudFormation often takes one element instead of a list.
func list(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// intrinsic returns name and argument of an intrinsic function.
func intrinsic(v any) (name string, arg any, ok bool) {
	m, isMap := v.(map[string]any)
	if !isMap || len(m) != 1 {
		return "", nil, false
	}
	for name, arg = range m {
		if name == "Ref" || name == "Condition" || strings.HasPrefix(name, "Fn::") {
			return name, arg, true
		}
	}
	return "", nil, false
}
