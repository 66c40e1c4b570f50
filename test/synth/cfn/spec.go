package cfn

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/internal/suggest"
)

// A Spec is what AWS says about resource types: the database db.json.gz of the npm
// package @aws-cdk/aws-service-spec.
type Spec struct {
	resources map[string]*definition // by CloudFormation type
	types     map[string]*definition // by $id
}

// A definition is a resource type or a property type.
type definition struct {
	ID         string              `json:"$id"`
	Type       string              `json:"cloudFormationType"`
	Name       string              `json:"name"`
	Properties map[string]property `json:"properties"`
	Attributes map[string]any      `json:"attributes"`
}

type property struct {
	Type     typeRef   `json:"type"`
	Previous []typeRef `json:"previousTypes"`
	Required bool      `json:"required"`
}

// A typeRef is a type: a primitive, an array or map of one, a union, or a reference to a
// property type.
type typeRef struct {
	Type      string    `json:"type"`
	Element   *typeRef  `json:"element"`
	Types     []typeRef `json:"types"`
	Allowed   []any     `json:"allowedValues"`
	Reference struct {
		ID string `json:"$ref"`
	} `json:"reference"`
}

// ReadSpec reads the database.
func ReadSpec(file string) (*Spec, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	var db struct {
		Schema struct {
			Resource       struct{ Entities []*definition } `json:"resource"`
			TypeDefinition struct{ Entities []*definition } `json:"typeDefinition"`
		} `json:"schema"`
	}
	if err := json.NewDecoder(z).Decode(&db); err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	s := &Spec{resources: map[string]*definition{}, types: map[string]*definition{}}
	for _, d := range db.Schema.Resource.Entities {
		s.resources[d.Type] = d
	}
	for _, d := range db.Schema.TypeDefinition.Entities {
		s.types[d.ID] = d
	}
	if len(s.resources) == 0 || len(s.types) == 0 {
		return nil, fmt.Errorf("%s has %d resource types and %d property types; its format must have changed", file, len(s.resources), len(s.types))
	}
	return s, nil
}

// Check says what in a template AWS would not take: unknown resource types, properties
// and attributes, missing required properties, values of the wrong type or that are not
// allowed. An intrinsic function counts as any value.
func (s *Spec) Check(t *Template) []string {
	c := &checker{spec: s, template: t}
	for _, id := range t.IDs("") {
		r := t.Resources[id]
		d, known := s.resources[r.Type]
		if !known {
			c.say(id, "resource type %q is unknown", r.Type)
			continue
		}
		c.object(id+"."+r.Type, d, r.Properties)
		c.attributes(id, r.Properties)
	}
	return c.problems
}

type checker struct {
	spec     *Spec
	template *Template
	problems []string
}

func (c *checker) say(at, format string, args ...any) {
	c.problems = append(c.problems, at+": "+fmt.Sprintf(format, args...))
}

func (c *checker) object(at string, d *definition, values map[string]any) {
	for _, name := range slices.Sorted(maps.Keys(d.Properties)) {
		if _, given := values[name]; d.Properties[name].Required && !given {
			c.say(at, "property %s is required", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		p, known := d.Properties[name]
		if !known {
			c.say(at, "there is no property %q%s", name, hint(name, slices.Sorted(maps.Keys(d.Properties))))
			continue
		}
		c.value(at+"."+name, p, values[name])
	}
}

func hint(name string, names []string) string {
	if h := suggest.Hint(name, names); h != "" {
		return "; " + h
	}
	return ""
}

// value checks a property's value: it must be of the type, or of one it had before.
func (c *checker) value(at string, p property, v any) {
	problems := c.try(at, p.Type, v)
	for _, old := range p.Previous {
		if len(problems) == 0 {
			return
		}
		if len(c.try(at, old, v)) == 0 {
			return
		}
	}
	c.problems = append(c.problems, problems...)
}

// try is what a type has to say about a value.
func (c *checker) try(at string, t typeRef, v any) []string {
	inner := &checker{spec: c.spec, template: c.template}
	inner.typed(at, t, v)
	return inner.problems
}

func (c *checker) typed(at string, t typeRef, v any) {
	if _, _, ok := intrinsic(v); ok {
		return
	}
	switch t.Type {
	case "json":
	case "string", "date-time":
		s, ok := v.(string)
		c.expect(at, ok, "a string", v)
		if ok {
			c.allowed(at, t, s)
		}
	case "integer":
		n, ok := v.(json.Number)
		_, err := strconv.ParseInt(n.String(), 10, 64)
		c.expect(at, ok && err == nil, "an integer", v)
		if ok && err == nil {
			c.allowed(at, t, n.String())
		}
	case "number":
		_, ok := v.(json.Number)
		c.expect(at, ok, "a number", v)
	case "boolean":
		_, ok := v.(bool)
		c.expect(at, ok, "true or false", v)
	case "array":
		c.array(at, t, v)
	case "map":
		c.mapped(at, t, v)
	case "tag":
		c.tag(at, v)
	case "union":
		c.union(at, t, v)
	case "ref":
		m, ok := v.(map[string]any)
		d := c.spec.types[t.Reference.ID]
		c.expect(at, ok && d != nil, "an object", v)
		if ok && d != nil {
			c.object(at, d, m)
		}
	default:
		c.say(at, "the database has a type %q that is not understood", t.Type)
	}
}

func (c *checker) expect(at string, ok bool, what string, v any) {
	if !ok {
		c.say(at, "expected %s, got %s", what, shown(v))
	}
}

func (c *checker) allowed(at string, t typeRef, v string) {
	if len(t.Allowed) == 0 {
		return
	}
	var names []string
	for _, a := range t.Allowed {
		if fmt.Sprint(a) == v {
			return
		}
		names = append(names, fmt.Sprint(a))
	}
	c.say(at, "%q is not allowed; expected one of %s", v, strings.Join(names, ", "))
}

func (c *checker) array(at string, t typeRef, v any) {
	items, ok := v.([]any)
	c.expect(at, ok, "a list", v)
	for i, item := range items {
		c.typed(fmt.Sprintf("%s[%d]", at, i), *t.Element, item)
	}
}

func (c *checker) mapped(at string, t typeRef, v any) {
	members, ok := v.(map[string]any)
	c.expect(at, ok, "an object", v)
	for _, name := range slices.Sorted(maps.Keys(members)) {
		c.typed(at+"."+name, *t.Element, members[name])
	}
}

func (c *checker) tag(at string, v any) {
	m, ok := v.(map[string]any)
	c.expect(at, ok, "a tag", v)
	for _, name := range slices.Sorted(maps.Keys(m)) {
		if name != "Key" && name != "Value" {
			c.say(at, "a tag has no %q", name)
		}
	}
	for _, name := range []string{"Key", "Value"} {
		if _, given := m[name]; ok && !given {
			c.say(at, "a tag needs a %s", name)
		}
	}
}

func (c *checker) union(at string, t typeRef, v any) {
	var first []string
	for _, alternative := range t.Types {
		problems := c.try(at, alternative, v)
		if len(problems) == 0 {
			return
		}
		if first == nil {
			first = problems
		}
	}
	c.problems = append(c.problems, first...)
}

// attributes checks that every Fn::GetAtt names an attribute of its resource.
func (c *checker) attributes(at string, v any) {
	if name, arg, ok := intrinsic(v); ok && name == "Fn::GetAtt" {
		owner := attributeOwner(arg)
		attr, _ := At(arg, 1).(string)
		r, exists := c.template.Resources[owner]
		if !exists {
			c.say(at, "there is no resource %q", owner)
			return
		}
		if d := c.spec.resources[r.Type]; d != nil && attr != "" {
			if _, known := d.Attributes[attr]; !known {
				c.say(at, "%s has no attribute %q%s", r.Type, attr, hint(attr, slices.Sorted(maps.Keys(d.Attributes))))
			}
		}
		return
	}
	switch v := v.(type) {
	case map[string]any:
		for _, k := range slices.Sorted(maps.Keys(v)) {
			c.attributes(at, v[k])
		}
	case []any:
		for _, inner := range v {
			c.attributes(at, inner)
		}
	}
}

func shown(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	if len(text) > 80 {
		return string(text[:80]) + "…"
	}
	return string(text)
}

// SpecFile is where npm puts the database, below the module's root.
func SpecFile(root string) string {
	return filepath.Join(root, "node_modules", "@aws-cdk", "aws-service-spec", "db.json.gz")
}
