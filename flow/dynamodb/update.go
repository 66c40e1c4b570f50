package dynamodb

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/value"
)

// A Change is one part of an Update: an Edit of an attribute, or a Condition under which the update may happen at all.
type Change interface{ change() }

// An Edit is what an Update does to one attribute.
type Edit struct {
	verb  verb
	attr  any
	value any
	typ   reflect.Type
}

func (Edit) change() {}

type verb uint8

const (
	set verb = iota + 1
	setMissing
	setOrLeave
	remove
	add
)

// Set gives an attribute the value of v. When v may be absent, the attribute is removed if it is.
func Set[T any](attr, v *T) Edit { return edit(set, attr, v) }

// SetMissing gives an attribute the value of v unless it has one, or v is absent.
func SetMissing[T any](attr, v *T) Edit { return edit(setMissing, attr, v) }

// SetOrLeave gives an attribute the value of v, and leaves it as it is when v is absent.
func SetOrLeave[T any](attr, v *T) Edit { return edit(setOrLeave, attr, v) }

// Remove takes an attribute away.
func Remove[T any](attr *T) Edit { return Edit{verb: remove, attr: attr} }

// AddTo adds v to a number, which counts as 0 when it is missing. Nothing is added when v is absent.
func AddTo[T any](attr, v *T) Edit { return edit(add, attr, v) }

func edit[T any](w verb, attr, v *T) Edit {
	return Edit{verb: w, attr: attr, value: v, typ: reflect.TypeFor[T]()}
}

// Update changes attributes of one item, which is made if there is none. changes gets the row's shape: &row.Status is
// its attribute. If one of the conditions among the changes does not hold, the step fails with ConditionFailed.
//
//	dynamodb.Update(f, "Mark failed", Photos, &job.ID, func(p *Photo) []dynamodb.Change {
//		return []dynamodb.Change{
//			dynamodb.Set(&p.Status, new("FAILED")),
//			dynamodb.WhenIs(&p.Sequencer, &job.Sequencer),
//		}
//	})
func Update[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], key *Key, changes func(row *Item) []Change, opts ...flow.TaskOption) {
	row := flow.Row[Item](f)
	flow.Do[map[string]any](f, name, flow.Call{Resource: optimized + "updateItem", Args: flow.Lazy(func(c *flow.Ctx) any {
		return t.update(c, row, key, changes).expr()
	})}, opts...)
}

// UpdateAndGet is Update that gives the item as it is afterwards.
func UpdateAndGet[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], key *Key, changes func(row *Item) []Change, opts ...flow.TaskOption) *Item {
	row := flow.Row[Item](f)
	return answered[Item](f, name, "updateItem", "Attributes", false, func(c *flow.Ctx) *request {
		r := t.update(c, row, key, changes)
		r.text("ReturnValues", "ALL_NEW")
		return r
	}, opts)
}

// UpdateAwait is Update with a token among the changes: the step stores the token in the item, and waits until somebody
// who finds it there answers it. See flow.Await; give it a Timeout. The attribute is a run.Token of the reply's type:
//
//	done := dynamodb.UpdateAwait(f, "Await encode", Runs, &in.ID, func(r *Run, token *run.Token[Done]) []dynamodb.Change {
//		return []dynamodb.Change{dynamodb.Set(&r.Token, token)}
//	}, flow.Timeout(49*time.Hour))
//
// The optimized integration of DynamoDB has no callbacks, so it is the SDK's.
func UpdateAwait[Item, Key, Reply any](f *flow.Flow, name string, t *Table[Item, Key], key *Key, changes func(row *Item, token *run.Token[Reply]) []Change, opts ...flow.TaskOption) *Reply {
	row := flow.Row[Item](f)
	return flow.Await(f, name, func(token *run.Token[Reply]) flow.Call {
		return flow.Call{Resource: sdk + "updateItem", Args: flow.Lazy(func(c *flow.Ctx) any {
			return t.update(c, row, key, func(row *Item) []Change { return changes(row, token) }).expr()
		})}
	}, opts...)
}

// update is the request of an Update.
func (t *Table[Item, Key]) update(c *flow.Ctx, row flow.RowShape[Item], key *Key, changes func(row *Item) []Change) *request {
	u := &update{expressions: newExpressions(c, row), keys: t.keyNames(row), changed: map[string]bool{}}
	for _, x := range changes(row.Shape()) {
		u.change(x)
	}
	r := t.request(c)
	r.add("Key", t.where(c, row, key))
	if e, ok := u.expression(); ok {
		r.add("UpdateExpression", e)
	}
	if len(u.conditions) > 0 {
		all := strings.Join(u.conditions, " AND ")
		if len(u.conditions) == 1 && strings.HasPrefix(all, "(") {
			all = all[1 : len(all)-1]
		}
		r.text("ConditionExpression", all)
	}
	r.placeholders(&u.expressions)
	return r
}

// An update collects the parts of the request.
type update struct {
	expressions
	keys    []string
	changed map[string]bool

	sets, removes, adds []part
	sure                bool        // there is a part in any case
	perhaps             []flow.Expr // when there are the parts that may be left out
	conditions          []string
}

// A part is one piece of a clause; if is when it stands there, or nil for always.
type part struct {
	text string
	cond *flow.Expr
}

func (u *update) change(x Change) {
	switch x := x.(type) {
	case Edit:
		u.edit(x)
	case Condition:
		if s := u.nested(x); s != "" {
			u.conditions = append(u.conditions, s)
		}
	default:
		u.c.Report("empty-condition", "a change of this Update is nil", "make one with Set, Remove, WhenIs, …")
	}
}

func (u *update) edit(x Edit) {
	path, ok := u.path(x.attr)
	if !ok {
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
		u.removes, u.sure = append(u.removes, part{u.placed(path, nil), nil}), true
		return
	}
	v, present := u.value(path, x.value, x.typ)
	when := present
	if x.verb == set { // or removed
		when = nil
	}
	if when == nil {
		u.sure = true
	} else {
		u.perhaps = append(u.perhaps, *when)
	}
	attr := u.placed(path, when)
	switch x.verb {
	case setMissing:
		u.sets = append(u.sets, part{attr + " = if_not_exists(" + attr + ", " + v + ")", present})
	case setOrLeave:
		u.sets = append(u.sets, part{attr + " = " + v, present})
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
	e := u.c.JSONata(`$join($1, " ")`, flow.List(clauses...))
	if !u.sure { // DynamoDB takes no empty text
		e = e.When(flow.Any(u.perhaps...))
	}
	return e, true
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
