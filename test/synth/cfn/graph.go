package cfn

import (
	"maps"
	"slices"
	"strings"
)

// References are the logical ids that the resource id refers to or depends on, sorted.
// Names that are no resource, as AWS::Region, are left out.
func (t *Template) References(id string) []string {
	found := map[string]bool{}
	r := t.Resources[id]
	t.collect(r.Properties, found)
	for _, d := range list(r.DependsOn) {
		if s, ok := d.(string); ok {
			found[s] = true
		}
	}
	return slices.Sorted(maps.Keys(found))
}

func (t *Template) collect(v any, found map[string]bool) {
	note := func(name string) {
		if _, ok := t.Resources[name]; ok {
			found[name] = true
		}
	}
	if name, arg, ok := intrinsic(v); ok {
		switch name {
		case "Ref":
			s, _ := arg.(string)
			note(s)
			return
		case "Fn::GetAtt":
			note(attributeOwner(arg))
			return
		case "Fn::Sub":
			for _, s := range list(arg)[:1] {
				text, _ := s.(string)
				for _, name := range variables(text) {
					owner, _, _ := strings.Cut(name, ".")
					note(owner)
				}
			}
		}
	}
	switch v := v.(type) {
	case map[string]any:
		for _, inner := range v {
			t.collect(inner, found)
		}
	case []any:
		for _, inner := range v {
			t.collect(inner, found)
		}
	}
}

// attributeOwner is the logical id in the argument of Fn::GetAtt, in both its forms.
func attributeOwner(arg any) string {
	if s, ok := arg.(string); ok {
		owner, _, _ := strings.Cut(s, ".")
		return owner
	}
	s, _ := At(arg, 0).(string)
	return s
}

// variables are the names X of all ${X} in the text of an Fn::Sub; ${!X} is no variable.
func variables(text string) []string {
	var names []string
	for {
		_, rest, found := strings.Cut(text, "${")
		name, after, closed := strings.Cut(rest, "}")
		if !found || !closed {
			return names
		}
		if !strings.HasPrefix(name, "!") {
			names = append(names, name)
		}
		text = after
	}
}

// Cycle returns resources that need each other, in order, or nil. CloudFormation refuses
// such a template, and the CDK does not notice.
func (t *Template) Cycle() []string {
	const (
		open = 1
		done = 2
	)
	state := map[string]int{}
	var path []string
	var visit func(id string) []string
	visit = func(id string) []string {
		switch state[id] {
		case done:
			return nil
		case open:
			return append(slices.Clone(path[slices.Index(path, id):]), id)
		}
		state[id] = open
		path = append(path, id)
		for _, next := range t.References(id) {
			if _, ok := t.Resources[next]; !ok {
				continue
			}
			if cycle := visit(next); cycle != nil {
				return cycle
			}
		}
		state[id] = done
		path = path[:len(path)-1]
		return nil
	}
	for _, id := range t.IDs("") {
		if cycle := visit(id); cycle != nil {
			return cycle
		}
	}
	return nil
}
