package dynamodb

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/value"
)

// A Change is one part of an Update: what happens to an attribute, or when the update may happen at all.
type Change struct {
	verb   verb
	attr   any
	format string // of a condition: # stands for the attribute, : for a value
	values []any
	typ    reflect.Type
	inner  []Change
}

type verb uint8

const (
	set verb = iota + 1
	setMissing
	remove
	add
	when
	whenAny
	whenAll
)

// Set gives an attribute the value of v. When v may be absent, the attribute is removed if it is.
func Set[T any](attr, v *T) Change { return change(set, attr, v) }

// SetMissing gives an attribute the value of v unless it has one.
func SetMissing[T any](attr, v *T) Change { return change(setMissing, attr, v) }

// Remove takes an attribute away.
func Remove[T any](attr *T) Change { return Change{verb: remove, attr: attr} }

// AddTo adds v to a number, which counts as 0 when it is missing. Nothing is added when v is absent.
func AddTo[T any](attr, v *T) Change { return change(add, attr, v) }

func change[T any](w verb, attr, v *T) Change {
	return Change{verb: w, attr: attr, values: []any{v}, typ: reflect.TypeFor[T]()}
}

// WhenIs lets the update happen only if the attribute has the value v. If it has not, the step fails with
// ConditionFailed; so with all conditions. Several of them must all hold.
func WhenIs[T any](attr, v *T) Change { return condition("# = :", attr, v) }

// WhenIsNot lets the update happen only if the attribute has another value than v, or none.
func WhenIsNot[T any](attr, v *T) Change { return condition("# <> :", attr, v) }

// WhenBelow lets the update happen only if the attribute is there and below v.
func WhenBelow[T any](attr, v *T) Change { return condition("# < :", attr, v) }

// WhenAbove lets the update happen only if the attribute is there and above v.
func WhenAbove[T any](attr, v *T) Change { return condition("# > :", attr, v) }

// WhenMissing lets the update happen only if the item has no such attribute.
func WhenMissing[T any](attr *T) Change {
	return Change{verb: when, attr: attr, format: "attribute_not_exists(#)"}
}

// WhenExists lets the update happen only if the item has the attribute.
func WhenExists[T any](attr *T) Change {
	return Change{verb: when, attr: attr, format: "attribute_exists(#)"}
}

// WhenOneOf lets the update happen only if the attribute has one of the values.
func WhenOneOf[T any](attr *T, values ...T) Change {
	all := make([]*T, len(values))
	for i := range values {
		all[i] = &values[i]
	}
	return condition("# IN ("+strings.TrimSuffix(strings.Repeat(":, ", len(values)), ", ")+")", attr, all...)
}

func condition[T any](format string, attr *T, v ...*T) Change {
	c := Change{verb: when, attr: attr, format: format, typ: reflect.TypeFor[T]()}
	for _, x := range v {
		c.values = append(c.values, x)
	}
	return c
}

// WhenAny lets the update happen if one of the conditions holds.
func WhenAny(conditions ...Change) Change { return Change{verb: whenAny, inner: conditions} }

// WhenAll lets the update happen if all the conditions hold: for use inside of WhenAny.
func WhenAll(conditions ...Change) Change { return Change{verb: whenAll, inner: conditions} }

// Update changes attributes of one item, which is made if there is none. changes gets the row's shape: &row.Status is
// its attribute.
//
//	dynamodb.Update(f, "Mark failed", Photos, &job.ID, func(p *Photo) []dynamodb.Change {
//		return []dynamodb.Change{
//			dynamodb.Set(&p.Status, new("FAILED")),
//			dynamodb.WhenIs(&p.Sequencer, &job.Sequencer),
//		}
//	})
func Update[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], key *Key, changes func(row *Item) []Change, opts ...flow.TaskOption) {
	row := flow.Row[Item](f)
	flow.Do[map[string]any](f, name, flow.Call{Resource: "arn:aws:states:::dynamodb:updateItem", Args: flow.Lazy(func(c *flow.Ctx) any {
		u := &update{c: c, path: row.Path, keys: t.keyNames(row), names: map[string]string{}, values: map[string]flow.Expr{}, changed: map[string]bool{}}
		for _, x := range changes(row.Shape()) {
			u.change(x)
		}
		return u.args(c.Value(t.Resource), t.where(c, row, key))
	})}, opts...)
}

// An update collects the parts of the request.
type update struct {
	c       *flow.Ctx
	path    func(any) ([]string, bool)
	keys    []string
	changed map[string]bool

	sets, removes, adds []part
	conditions          []string

	names      map[string]string // placeholder to attribute
	nameOrder  []string
	values     map[string]flow.Expr // placeholder to attribute value
	valueOrder []string
	maybe      []flow.Expr // when those values are there that may be absent
	known      []knownValue
}

// A part is one piece of a clause; if is when it stands there, or nil for always.
type part struct {
	text string
	cond *flow.Expr
}

type knownValue struct {
	source any
	name   string
}

func (u *update) change(x Change) {
	if x.verb == when || x.verb == whenAny || x.verb == whenAll {
		if s := u.condition(x); s != "" {
			u.conditions = append(u.conditions, s)
		}
		return
	}
	attr, path := u.attribute(x.attr)
	if attr == "" {
		return
	}
	dotted := strings.Join(path, ".")
	if u.changed[dotted] {
		u.c.Report("attribute-twice", fmt.Sprintf("the attribute %s is changed twice", dotted), "DynamoDB changes an attribute once per update")
	}
	u.changed[dotted] = true
	if len(path) == 1 && slices.Contains(u.keys, dotted) {
		u.c.Report("key-attribute", fmt.Sprintf("%s is part of the table's key, which never changes", dotted), "put a new item instead")
	}
	if x.verb == remove {
		u.removes = append(u.removes, part{attr, nil})
		return
	}
	v, present := u.value(path, x.values[0], x.typ)
	switch x.verb {
	case setMissing:
		u.sets = append(u.sets, part{attr + " = if_not_exists(" + attr + ", " + v + ")", present})
	case add:
		u.adds = append(u.adds, part{attr + " " + v, present})
	default:
		u.sets = append(u.sets, part{attr + " = " + v, present})
		if present != nil {
			gone := u.c.JSONata("$not($1)", *present)
			u.removes = append(u.removes, part{attr, &gone})
		}
	}
}

// condition writes a condition, or one that joins others.
func (u *update) condition(x Change) string {
	switch x.verb {
	case when:
	case whenAny, whenAll:
		var all []string
		for _, y := range x.inner {
			if s := u.condition(y); s != "" {
				all = append(all, s)
			}
		}
		switch {
		case len(all) == 0:
			u.c.Report("empty-condition", "WhenAny and WhenAll need conditions", "leave it out, or say when the update may happen")
			return ""
		case len(all) == 1:
			return all[0]
		case x.verb == whenAny:
			return "(" + strings.Join(all, " OR ") + ")"
		}
		return "(" + strings.Join(all, " AND ") + ")"
	default:
		u.c.Report("empty-condition", "WhenAny and WhenAll take conditions, not changes", "use WhenIs, WhenMissing, …")
		return ""
	}
	attr, path := u.attribute(x.attr)
	if attr == "" {
		return ""
	}
	if strings.HasSuffix(x.format, "IN ()") {
		u.c.Report("empty-condition", "WhenOneOf needs values", "say what the attribute may be")
		return ""
	}
	pieces := strings.Split(strings.ReplaceAll(x.format, "#", attr), ":")
	out := pieces[0]
	for i, src := range x.values {
		u.c.Need(u.c.Value(src), "the value of a condition")
		name, _ := u.value(path, src, x.typ)
		out += name + pieces[i+1]
	}
	return out
}

// attribute is the path of an attribute in placeholders, and in names.
func (u *update) attribute(p any) (placeholders string, path []string) {
	path, ok := u.path(p)
	if !ok {
		return "", nil
	}
	out := make([]string, len(path))
	for i, name := range path {
		out[i] = u.name(name)
	}
	return strings.Join(out, "."), path
}

// name is the placeholder of one attribute name.
func (u *update) name(attr string) string {
	base := "#" + clean(attr)
	name := base
	for i := 2; ; i++ {
		old, taken := u.names[name]
		if !taken {
			u.names[name] = attr
			u.nameOrder = append(u.nameOrder, name)
			return name
		}
		if old == attr {
			return name
		}
		name = base + strconv.Itoa(i)
	}
}

// value is the placeholder of a value. present is nil unless the value may be absent.
func (u *update) value(path []string, src any, t reflect.Type) (name string, present *flow.Expr) {
	e := u.c.Value(src)
	if e.Optional() {
		p := e.Present()
		present = &p
	}
	for _, k := range u.known {
		if k.source == src {
			return k.name, present
		}
	}
	base := ":" + clean(path[len(path)-1])
	name = base
	for i := 2; ; i++ {
		if _, taken := u.values[name]; !taken {
			break
		}
		name = base + strconv.Itoa(i)
	}
	wire := encode(u.c, e.Sure(), t)
	if present != nil {
		wire = wire.When(*present)
		u.maybe = append(u.maybe, *present)
	}
	u.values[name] = wire
	u.valueOrder = append(u.valueOrder, name)
	u.known = append(u.known, knownValue{src, name})
	return name, present
}

// clean makes an attribute's name one for a placeholder.
func clean(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r == '_' || r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "a"
	}
	return b.String()
}

func (u *update) args(table, key flow.Expr) flow.Expr {
	names := []string{"TableName", "Key"}
	values := []flow.Expr{table, key}
	put := func(name string, e flow.Expr) { names, values = append(names, name), append(values, e) }
	if e, ok := u.expression(); ok {
		put("UpdateExpression", e)
	}
	if len(u.conditions) > 0 {
		all := strings.Join(u.conditions, " AND ")
		if len(u.conditions) == 1 && strings.HasPrefix(all, "(") {
			all = all[1 : len(all)-1]
		}
		put("ConditionExpression", flow.Constant(value.String(all)))
	}
	if len(u.nameOrder) > 0 {
		var b value.Builder
		for _, n := range u.nameOrder {
			b.Set(n, value.String(u.names[n]))
		}
		put("ExpressionAttributeNames", flow.Constant(b.Object()))
	}
	if len(u.valueOrder) > 0 {
		all := make([]flow.Expr, len(u.valueOrder))
		for i, n := range u.valueOrder {
			all[i] = u.values[n]
		}
		values := flow.Object(u.valueOrder, all)
		if len(u.maybe) == len(all) { // DynamoDB takes no empty object
			values = values.When(flow.Any(u.maybe...))
		}
		put("ExpressionAttributeValues", values)
	}
	return flow.Object(names, values)
}

// expression is the UpdateExpression: text, unless some parts stand in it only when a value is there.
func (u *update) expression() (flow.Expr, bool) {
	var clauses []flow.Expr
	constant := true
	for _, c := range []struct {
		word  string
		parts []part
	}{{"SET ", u.sets}, {"REMOVE ", u.removes}, {"ADD ", u.adds}} {
		if len(c.parts) == 0 {
			continue
		}
		e, fixed := u.clause(c.word, c.parts)
		clauses, constant = append(clauses, e), constant && fixed
	}
	if len(clauses) == 0 {
		return flow.Expr{}, false
	}
	if constant {
		texts := make([]string, len(clauses))
		for i, e := range clauses {
			v, _ := e.Constant()
			texts[i] = v.Str()
		}
		return flow.Constant(value.String(strings.Join(texts, " "))), true
	}
	return u.c.JSONata(`$join($1, " ")`, flow.List(clauses...)), true
}

// clause is one clause of the UpdateExpression; fixed tells whether it is constant.
func (u *update) clause(word string, parts []part) (e flow.Expr, fixed bool) {
	if len(parts) == 1 && parts[0].cond != nil {
		return flow.Constant(value.String(word + parts[0].text)).When(*parts[0].cond), false
	}
	var texts []string
	var list, conds []flow.Expr
	always := false
	for _, p := range parts {
		t := flow.Constant(value.String(p.text))
		texts = append(texts, p.text)
		if p.cond == nil {
			always = true
			list = append(list, t)
			continue
		}
		conds = append(conds, *p.cond)
		list = append(list, t.When(*p.cond))
	}
	if len(conds) == 0 {
		return flow.Constant(value.String(word + strings.Join(texts, ", "))), true
	}
	e = u.c.JSONata(`$1 & $join($2, ", ")`, flow.Constant(value.String(word)), flow.List(list...))
	if !always {
		e = e.When(flow.Any(conds...))
	}
	return e, false
}
