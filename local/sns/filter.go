package sns

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A policy is a filter policy of a subscription: which messages it wants. The zero value wants all. The language is
// that of the SNS developer guide, "Amazon SNS subscription filter policies".
type policy struct {
	root   *fields
	onBody bool
}

// The limits of "Filter policy constraints in Amazon SNS".
const (
	maxPolicyKeys         = 5
	maxPolicyCombinations = 150
	maxPolicySize         = 256 << 10
	maxPolicyDepth        = 64
)

// A fields matches an object of which every named field matches, and one form of every $or.
type fields struct {
	names []string
	want  []matcher
	or    [][]*fields
}

// A matcher looks at one field: its values, which are none if the message does not have it.
type matcher interface{ match(list []value.Value) bool }

// nested matches objects inside the field.
type nested struct{ *fields }

// anyOf matches if one of the conditions holds.
type anyOf []matcher

func (a anyOf) match(list []value.Value) bool {
	return slices.ContainsFunc(a, func(m matcher) bool { return m.match(list) })
}

// each matches if one of the values does.
type each func(v value.Value) bool

func (e each) match(list []value.Value) bool { return slices.ContainsFunc(list, e) }

// none matches if there are values and none of them does.
type none []each

func (n none) match(list []value.Value) bool {
	for _, e := range n {
		if e.match(list) {
			return false
		}
	}
	return len(list) > 0
}

type exists bool

func (e exists) match(list []value.Value) bool { return bool(e) == (len(list) > 0) }

// parsePolicy reads a filter policy; its error is a clause without a full stop.
func parsePolicy(text string, onBody bool) (*policy, error) {
	if len(text) > maxPolicySize {
		return nil, fmt.Errorf("Filter policy is too large: it has %d bytes of at most %d", len(text), maxPolicySize)
	}
	v, err := value.ParseString(text)
	if err != nil || !v.IsObject() {
		return nil, fmt.Errorf("failed to parse JSON: it must be a JSON object")
	}
	r := &policyReader{onBody: onBody, combinations: 1}
	root, err := r.object(v, 0)
	if err != nil {
		return nil, err
	}
	if r.keys > maxPolicyKeys {
		return nil, fmt.Errorf("Filter policy can not have more than %d keys", maxPolicyKeys)
	}
	if r.combinations > maxPolicyCombinations {
		return nil, fmt.Errorf("Filter policy is too complex: it has more than %d combinations of values", maxPolicyCombinations)
	}
	return &policy{root: root, onBody: onBody}, nil
}

type policyReader struct {
	onBody             bool
	keys, combinations int
}

func (r *policyReader) object(v value.Value, depth int) (*fields, error) {
	if depth > maxPolicyDepth {
		return nil, fmt.Errorf("Filter policy is more than %d levels deep", maxPolicyDepth)
	}
	f := &fields{}
	for name, x := range v.Members() {
		if name == "$or" && x.IsArray() {
			forms, err := r.or(x, depth)
			if err != nil {
				return nil, err
			}
			if forms != nil {
				f.or = append(f.or, forms)
				continue
			}
		}
		m, err := r.field(name, x, depth)
		if err != nil {
			return nil, err
		}
		f.names, f.want = append(f.names, name), append(f.want, m)
	}
	return f, nil
}

// or reads the forms of $or; nil if it is a field that is called so.
func (r *policyReader) or(v value.Value, depth int) ([]*fields, error) {
	if v.Len() < 2 || slices.ContainsFunc(v.Elements(), func(x value.Value) bool { return !x.IsObject() || x.Len() == 0 || isOperator(x) }) {
		return nil, nil
	}
	forms := make([]*fields, 0, v.Len())
	before, sum := r.combinations, 0
	for _, x := range v.Elements() {
		r.combinations = 1
		form, err := r.object(x, depth+1)
		if err != nil {
			return nil, err
		}
		forms, sum = append(forms, form), sum+r.combinations
	}
	r.combinations = min(before*sum, maxPolicyCombinations+1)
	return forms, nil
}

// isOperator tells whether an object is a condition such as {"prefix": "a"}.
func isOperator(v value.Value) bool {
	return v.Len() == 1 && slices.Contains(operators, v.Names()[0])
}

func (r *policyReader) field(name string, v value.Value, depth int) (matcher, error) {
	switch {
	case v.IsObject() && !r.onBody:
		return nil, fmt.Errorf("Filter policy scope MessageAttributes does not support nested filter policy")
	case v.IsObject() && v.Len() == 0:
		return nil, fmt.Errorf("%q must be an object with fields, not an empty one", name)
	case v.IsObject():
		f, err := r.object(v, depth+1)
		return nested{f}, err
	case !v.IsArray():
		return nil, fmt.Errorf("%q must be an object or an array", name)
	case v.Len() == 0:
		return nil, fmt.Errorf("Empty arrays are not allowed: the one of %q is", name)
	}
	r.keys++
	r.combinations = min(r.combinations*v.Len(), maxPolicyCombinations+1)
	list := make(anyOf, 0, v.Len())
	for _, x := range v.Elements() {
		m, err := condition(x)
		if err != nil {
			return nil, err
		}
		list = append(list, m)
	}
	return list, nil
}

var operators = []string{"anything-but", "prefix", "suffix", "equals-ignore-case", "numeric", "exists", "cidr"}

// condition reads one value of a field's array.
func condition(v value.Value) (matcher, error) {
	switch {
	case v.IsArray():
		return nil, fmt.Errorf("Match value must be String, number, true, false, or null")
	case !v.IsObject():
		return exactly(v), nil
	case v.Len() != 1:
		return nil, fmt.Errorf("Only one key allowed in match expression")
	}
	name := v.Names()[0]
	x := v.Get(name)
	switch name {
	case "exists":
		if !x.IsBool() {
			return nil, fmt.Errorf("exists match pattern must be either true or false")
		}
		return exists(x.Bool()), nil
	case "anything-but":
		return anythingBut(x)
	case "numeric":
		return numeric(x)
	case "cidr":
		return cidr(x)
	}
	return textual(name, x)
}

// exactly matches a value; numbers by what they are, not by how they are written.
func exactly(want value.Value) each {
	return func(v value.Value) bool {
		if want.IsNumber() && v.IsNumber() {
			return value.CompareNumbers(want, v) == 0
		}
		return value.Equal(want, v)
	}
}

// textual reads the operators of texts.
func textual(name string, x value.Value) (each, error) {
	var holds func(s, want string) bool
	switch name {
	case "prefix":
		holds = strings.HasPrefix
	case "suffix":
		holds = strings.HasSuffix
	case "equals-ignore-case":
		holds = strings.EqualFold
	default:
		return nil, fmt.Errorf("Unrecognized match type %s", name)
	}
	if !x.IsString() {
		return nil, fmt.Errorf("%s match pattern must be a string", name)
	}
	want := x.Str()
	return func(v value.Value) bool { return v.IsString() && holds(v.Str(), want) }, nil
}

// anythingBut reads a value, an array of values, or a prefix or suffix with one or several texts.
func anythingBut(x value.Value) (matcher, error) {
	list, read := []value.Value{x}, func(v value.Value) (each, error) {
		if !v.IsString() && !v.IsNumber() {
			return nil, fmt.Errorf("anything-but list must be strings or numbers")
		}
		return exactly(v), nil
	}
	if x.IsObject() {
		if x.Len() != 1 || !slices.Contains([]string{"prefix", "suffix", "equals-ignore-case"}, x.Names()[0]) {
			return nil, fmt.Errorf("Unsupported anything-but pattern: it takes a value, an array of values, prefix, suffix or equals-ignore-case")
		}
		name := x.Names()[0]
		x = x.Get(name)
		list, read = []value.Value{x}, func(v value.Value) (each, error) { return textual(name, v) }
	}
	if x.IsArray() {
		list = x.Elements()
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("Empty arrays are not allowed: the one of anything-but is")
	}
	var not none
	for _, v := range list {
		e, err := read(v)
		if err != nil {
			return nil, err
		}
		not = append(not, e)
	}
	return not, nil
}

// numeric reads one comparison, or two that bound a range.
func numeric(x value.Value) (matcher, error) {
	list := x.Elements()
	if len(list) != 2 && len(list) != 4 {
		return nil, fmt.Errorf("Value of numeric must be an array of one or two operators, each with a number")
	}
	var all []each
	for i := 0; i < len(list); i += 2 {
		e, err := comparison(list[i].Str(), list[i+1])
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	if len(list) == 4 {
		low, high := list[0].Str(), list[2].Str()
		if !strings.HasPrefix(low, ">") || !strings.HasPrefix(high, "<") {
			return nil, fmt.Errorf("Bad numeric range operator: a range is > or >= and then < or <=, not %s and %s", low, high)
		}
		if value.CompareNumbers(list[1], list[3]) >= 0 {
			return nil, fmt.Errorf("Bottom must be less than top")
		}
	}
	return each(func(v value.Value) bool {
		return v.IsNumber() && !slices.ContainsFunc(all, func(e each) bool { return !e(v) })
	}), nil
}

var aBillion = value.Int(1_000_000_000)

func comparison(operator string, than value.Value) (each, error) {
	holds, ok := map[string]func(int) bool{
		"=": func(o int) bool { return o == 0 }, "<": func(o int) bool { return o < 0 }, "<=": func(o int) bool { return o <= 0 },
		">": func(o int) bool { return o > 0 }, ">=": func(o int) bool { return o >= 0 },
	}[operator]
	switch {
	case !ok:
		return nil, fmt.Errorf("Unrecognized numeric range operator: %s", operator)
	case !than.IsNumber():
		return nil, fmt.Errorf("Value of %s must be numeric", operator)
	case value.CompareNumbers(than, aBillion) > 0 || value.CompareNumbers(than, value.Int(-1_000_000_000)) < 0:
		return nil, fmt.Errorf("Value of %s must be between -1000000000 and 1000000000", operator)
	}
	return func(v value.Value) bool { return holds(value.CompareNumbers(v, than)) }, nil
}

func cidr(x value.Value) (matcher, error) {
	p, err := netip.ParsePrefix(x.Str())
	if err != nil {
		return nil, fmt.Errorf("Malformed CIDR, %s", x)
	}
	return each(func(v value.Value) bool {
		a, err := netip.ParseAddr(v.Str())
		return err == nil && p.Contains(a)
	}), nil
}

// wants tells whether a message is for the subscription.
func (p *policy) wants(m *Message) bool {
	if p == nil {
		return true
	}
	if !p.onBody {
		return p.root.matchAttributes(m.Attributes)
	}
	body, err := value.ParseString(m.Body)
	return err == nil && body.IsObject() && p.root.matchBody(body)
}

func (f *fields) matchAttributes(attributes value.Value) bool {
	for i, name := range f.names {
		if !f.want[i].match(valuesOf(attributes.Get(name))) {
			return false
		}
	}
	for _, forms := range f.or {
		if !slices.ContainsFunc(forms, func(g *fields) bool { return g.matchAttributes(attributes) }) {
			return false
		}
	}
	return true
}

// valuesOf are the values of a message attribute: of a String.Array its items. Binary ones are not looked at.
func valuesOf(a value.Value) []value.Value {
	s := a.Get("StringValue")
	switch t := a.Get("DataType").Str(); {
	case t == "String.Array":
		if list, err := value.ParseString(s.Str()); err == nil {
			return leaves(list)
		}
	case t == "Number" || strings.HasPrefix(t, "Number."):
		if n, err := value.ParseString(strings.TrimPrefix(s.Str(), "+")); err == nil && n.IsNumber() {
			return []value.Value{n}
		}
	case strings.HasPrefix(t, "Binary"):
		return nil
	}
	if !s.Exists() {
		return nil
	}
	return []value.Value{s}
}

// leaves are a value, or the items of an array, however deep.
func leaves(v value.Value) []value.Value {
	if !v.IsArray() {
		return []value.Value{v}
	}
	var all []value.Value
	for _, x := range v.Elements() {
		all = append(all, leaves(x)...)
	}
	return all
}

func (n nested) match(list []value.Value) bool {
	for _, v := range list {
		if n.matchBody(v) {
			return true
		}
	}
	return len(list) == 0 && n.matchBody(value.Object()) // what asks for absent fields
}

func (f *fields) matchBody(v value.Value) bool {
	for i, name := range f.names {
		var list []value.Value
		if x := v.Get(name); x.Exists() {
			list = leaves(x)
		}
		if _, deep := f.want[i].(nested); !deep {
			list = slices.DeleteFunc(list, func(x value.Value) bool { return x.IsObject() }) // only leaves have values
		}
		if !f.want[i].match(list) {
			return false
		}
	}
	for _, forms := range f.or {
		if !slices.ContainsFunc(forms, func(g *fields) bool { return g.matchBody(v) }) {
			return false
		}
	}
	return true
}
