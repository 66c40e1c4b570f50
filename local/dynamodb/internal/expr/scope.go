package expr

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A Scope holds the placeholders of a request, ExpressionAttributeNames and ExpressionAttributeValues, and remembers
// which of them the expressions have used.
type Scope struct {
	names      map[string]string
	values     map[string]value.Value
	namesLeft  map[string]bool
	valuesLeft map[string]bool
}

// NewScope reads the two members of a request; either may be absent. The error is an Error or a TypeError.
func NewScope(names, values value.Value) (*Scope, error) {
	s := &Scope{
		names: map[string]string{}, values: map[string]value.Value{},
		namesLeft: map[string]bool{}, valuesLeft: map[string]bool{},
	}
	if err := s.readNames(names); err != nil {
		return nil, err
	}
	return s, s.readValues(values)
}

func (s *Scope) readNames(names value.Value) error {
	const member = "ExpressionAttributeNames"
	if err := placeholders(member, '#', names); err != nil {
		return err
	}
	for k, v := range names.Members() {
		if !v.IsString() {
			return TypeError("the name of " + k + " in " + member + " is a string, not " + article(v.Kind()))
		}
		if v.Str() == "" {
			return Error(member + " contains invalid value: must have length greater than or equal to 1 for key " + k)
		}
		s.names[k], s.namesLeft[k] = v.Str(), true
	}
	return nil
}

func (s *Scope) readValues(values value.Value) error {
	const member = "ExpressionAttributeValues"
	if err := placeholders(member, ':', values); err != nil {
		return err
	}
	for k, v := range values.Members() {
		checked, err := Check(v)
		if e, ok := errors.AsType[Error](err); ok {
			return Error(member + " contains invalid value: " + string(e) + " for key " + k)
		}
		if err != nil {
			return err
		}
		s.values[k], s.valuesLeft[k] = checked, true
	}
	return nil
}

// placeholders checks the names of a member of the request.
func placeholders(member string, sign byte, v value.Value) error {
	switch {
	case !v.Exists():
		return nil
	case !v.IsObject():
		return TypeError(member + " is an object, not " + article(v.Kind()))
	case v.Len() == 0:
		return Error(member + " must not be empty")
	}
	for _, k := range v.Names() {
		if len(k) < 2 || k[0] != sign || run(k, isPart) != len(k) {
			return Error(member + ` contains invalid key: Syntax error; key: "` + k + `"`)
		}
	}
	return nil
}

// Unused is the error for placeholders that no expression has used; nil when all were.
func (s *Scope) Unused() error {
	if len(s.namesLeft) > 0 {
		return unused("ExpressionAttributeNames", s.namesLeft)
	}
	if len(s.valuesLeft) > 0 {
		return unused("ExpressionAttributeValues", s.valuesLeft)
	}
	return nil
}

func unused(member string, left map[string]bool) error {
	keys := strings.Join(slices.Sorted(maps.Keys(left)), ", ")
	return Error("Value provided in " + member + " unused in expressions: keys: {" + keys + "}")
}

// resolvePath gives the names their meaning.
func (s *Scope) resolvePath(p *parser, path Path) error {
	for i, st := range path {
		if st.alias == "" {
			continue
		}
		name, ok := s.names[st.alias]
		if !ok {
			return p.errorf("An expression attribute name used in the document path is not defined; attribute name: %s", st.alias)
		}
		delete(s.namesLeft, st.alias)
		path[i].name = name
	}
	return nil
}

// resolve gives all placeholders within o their meaning.
func (s *Scope) resolve(p *parser, o operand) (err error) {
	operands(o, func(o operand) bool {
		switch o := o.(type) {
		case *pathOperand:
			err = s.resolvePath(p, o.path)
		case *valueOperand:
			v, ok := s.values[o.name]
			if !ok {
				err = p.errorf("An expression attribute value used in expression is not defined; attribute value: %s", o.name)
				return false
			}
			delete(s.valuesLeft, o.name)
			o.v = v
		case *call:
		}
		return err == nil
	})
	return err
}

// reservedIn is the error for a path that has a reserved word as a plain name.
func (p *parser) reservedIn(path Path) error {
	for _, st := range path {
		if st.alias == "" && !st.list && isReserved(st.name) {
			return p.errorf("Attribute name is a reserved keyword; reserved keyword: %s", st.name)
		}
	}
	return nil
}

// reserved is reservedIn for all paths within o.
func (p *parser) reserved(o operand) (err error) {
	operands(o, func(o operand) bool {
		if o, ok := o.(*pathOperand); ok {
			err = p.reservedIn(o.path)
		}
		return err == nil
	})
	return err
}
