package template

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A node is a part of a template that can be evaluated once the resources it refers to are made. An absent value
// stands for AWS::NoValue.
type node interface {
	eval(s *scope) (value.Value, error)
}

// A scope is what the references of a template mean.
type scope struct {
	made map[string]Made
}

type literal struct{ value.Value }

func (l literal) eval(*scope) (value.Value, error) { return l.Value, nil }

// object and array are those in which something must be evaluated. Members and items without value are left out.
type object struct {
	names []string
	nodes []node
}

func (o object) eval(s *scope) (value.Value, error) {
	var b value.Builder
	for i, n := range o.nodes {
		v, err := n.eval(s)
		if err != nil {
			return value.Value{}, err
		}
		b.Set(o.names[i], v)
	}
	return b.Object(), nil
}

type array []node

func (a array) eval(s *scope) (value.Value, error) {
	items, err := evalAll(a, s)
	return value.Array(items...), err
}

// evalAll evaluates nodes and leaves those without value out.
func evalAll(nodes []node, s *scope) ([]value.Value, error) {
	items := make([]value.Value, 0, len(nodes))
	for _, n := range nodes {
		v, err := n.eval(s)
		if err != nil {
			return nil, err
		}
		if v.Exists() {
			items = append(items, v)
		}
	}
	return items, nil
}

// ref is what Ref gives for a resource.
type ref string

func (r ref) eval(s *scope) (value.Value, error) {
	m, ok := s.made[string(r)]
	if !ok {
		return value.Value{}, fmt.Errorf("the resource %q, which Ref names, was not made", string(r))
	}
	return value.String(m.Ref), nil
}

// getAtt is an attribute of a resource; names with dots, such as Endpoint.Port, are one attribute.
type getAtt struct{ id, name string }

func (g getAtt) eval(s *scope) (value.Value, error) {
	m, ok := s.made[g.id]
	if !ok {
		return value.Value{}, fmt.Errorf("Fn::GetAtt: the resource %q was not made", g.id)
	}
	if v, ok := m.Attributes[g.name]; ok {
		return v, nil
	}
	if m.Missing {
		return value.String(m.Ref + "." + g.name), nil
	}
	return value.Value{}, fmt.Errorf("Fn::GetAtt: %q (%s) has no attribute %q on the local machine; it has %s", g.id, m.Type, g.name, m.attributeNames())
}

type join struct {
	separator string
	items     node
}

func (j join) eval(s *scope) (value.Value, error) {
	list, err := j.items.eval(s)
	if err != nil {
		return value.Value{}, err
	}
	if !list.IsArray() {
		return value.Value{}, fmt.Errorf("Fn::Join needs an array, not %s", a(list))
	}
	parts := make([]string, list.Len())
	for i, v := range list.Elements() {
		if parts[i], err = plainText(v); err != nil {
			return value.Value{}, fmt.Errorf("Fn::Join: %w", err)
		}
	}
	return value.String(strings.Join(parts, j.separator)), nil
}

// plainText is the text of a value in the middle of others.
func plainText(v value.Value) (string, error) {
	switch v.Kind() {
	case value.StringKind:
		return v.Str(), nil
	case value.NumberKind, value.BoolKind:
		return v.String(), nil
	case value.Absent:
		return "", nil
	default:
		return "", fmt.Errorf("a text is needed here, not %s", a(v))
	}
}

// sub is a text with references: the texts between, and before and after, them.
type sub struct {
	texts []string
	nodes []node
}

func (f sub) eval(s *scope) (value.Value, error) {
	var b strings.Builder
	for i, n := range f.nodes {
		b.WriteString(f.texts[i])
		v, err := n.eval(s)
		if err != nil {
			return value.Value{}, err
		}
		text, err := plainText(v)
		if err != nil {
			return value.Value{}, fmt.Errorf("Fn::Sub: %w", err)
		}
		b.WriteString(text)
	}
	b.WriteString(f.texts[len(f.nodes)])
	return value.String(b.String()), nil
}

type selection struct {
	index int
	items node
}

func (n selection) eval(s *scope) (value.Value, error) {
	list, err := n.items.eval(s)
	if err != nil {
		return value.Value{}, err
	}
	if n.index >= list.Len() || !list.IsArray() {
		return value.Value{}, fmt.Errorf("Fn::Select: there is no item %d in %s", n.index, list)
	}
	return list.Index(n.index), nil
}

type split struct {
	separator string
	text      node
}

func (n split) eval(s *scope) (value.Value, error) {
	v, err := n.text.eval(s)
	if err != nil {
		return value.Value{}, err
	}
	if !v.IsString() {
		return value.Value{}, fmt.Errorf("Fn::Split needs a text, not %s", a(v))
	}
	var parts []value.Value
	for p := range strings.SplitSeq(v.Str(), n.separator) {
		parts = append(parts, value.String(p))
	}
	return value.Array(parts...), nil
}

type base64Of struct{ node }

func (n base64Of) eval(s *scope) (value.Value, error) {
	v, err := n.node.eval(s)
	if err != nil {
		return value.Value{}, err
	}
	if !v.IsString() {
		return value.Value{}, errors.New("Fn::Base64 needs a text, not " + a(v))
	}
	return value.String(base64.StdEncoding.EncodeToString([]byte(v.Str()))), nil
}

// isConstant tells whether nothing in a list of nodes must be evaluated.
func isConstant(nodes []node) bool {
	return !slices.ContainsFunc(nodes, func(n node) bool {
		_, ok := n.(literal)
		return !ok
	})
}
