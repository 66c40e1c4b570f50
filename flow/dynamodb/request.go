package dynamodb

import (
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/value"
)

// A request is the arguments of a call in the making.
type request struct {
	names  []string
	values []flow.Expr
}

func (r *request) add(name string, e flow.Expr) {
	r.names, r.values = append(r.names, name), append(r.values, e)
}

func (r *request) text(name, s string) { r.add(name, flow.Constant(value.String(s))) }

// maybe adds a member that vanishes when e is absent or null.
func (r *request) maybe(name string, e flow.Expr) {
	if e.Optional() {
		e = e.Sure().When(e.Present())
	}
	r.add(name, e)
}

// placeholders adds what the placeholders in the expressions stand for.
func (r *request) placeholders(x *expressions) {
	if len(x.nameOrder) > 0 {
		r.add("ExpressionAttributeNames", x.attributeNames())
	}
	if len(x.valueOrder) == 0 {
		return
	}
	all := make([]flow.Expr, len(x.valueOrder))
	for i, n := range x.valueOrder {
		all[i] = x.values[n]
	}
	values := flow.ObjectOf(x.valueOrder, all)
	if len(x.maybe) == len(all) { // DynamoDB takes no empty object
		values = values.When(flow.Any(x.maybe...))
	}
	r.add("ExpressionAttributeValues", values)
}

// attributeNames are the names that the expressions use. What DynamoDB is given and does not use, it refuses.
func (x *expressions) attributeNames() flow.Expr {
	names := make([]flow.Expr, len(x.nameOrder))
	var conds []flow.Expr
	always := false
	for i, n := range x.nameOrder {
		names[i] = flow.Constant(value.String(x.names[n]))
		if x.always[n] {
			always = true
			continue
		}
		names[i] = names[i].When(flow.Any(x.sometimes[n]...))
		conds = append(conds, x.sometimes[n]...)
	}
	all := flow.ObjectOf(x.nameOrder, names)
	if !always {
		all = all.When(flow.Any(conds...))
	}
	return all
}

// provided adds a ConditionExpression, if there is a condition.
func provided[Item any](r *request, c *flow.Ctx, row flow.RowShape[Item], cond func(*Item) Condition) {
	if cond == nil {
		return
	}
	x := newExpressions(c, row)
	if s := x.condition(cond(row.Shape())); s != "" {
		r.text("ConditionExpression", s)
	}
	r.placeholders(&x)
}

func (r *request) expr() flow.Expr { return flow.ObjectOf(r.names, r.values) }
