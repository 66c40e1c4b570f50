package dynamodb

import (
	"reflect"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/value"
)

// Get reads an item; it sees everything that was written before. Of an item that is not there no member Exists.
func Get[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], key *Key, opts ...flow.TaskOption) *Item {
	row := flow.Row[Item](f)
	return answered[Item](f, name, "getItem", "Item", true, func(c *flow.Ctx) *request {
		r := t.request(c)
		r.add("Key", t.where(c, row, key))
		r.add("ConsistentRead", flow.Constant(value.True))
		return r
	}, opts)
}

// answered calls an action whose answer has an item in the member called in.
func answered[Item any](f *flow.Flow, name, action, in string, optional bool, args func(c *flow.Ctx) *request, opts []flow.TaskOption) *Item {
	var ctx *flow.Ctx
	return flow.Do[Item](f, name, flow.Call{
		Resource: optimized + action,
		Args: flow.Lazy(func(c *flow.Ctx) any {
			ctx = c
			return args(c).expr()
		}),
		Result: func(answer flow.Expr, read func(string) bool) flow.Expr {
			return decodeItem(ctx, answer.Member(in), reflect.TypeFor[Item](), read)
		},
		Optional: optional,
	}, opts...)
}

// Put writes an item, whole, in place of one that is there already.
func Put[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], item *Item, opts ...flow.TaskOption) {
	row := flow.Row[Item](f)
	do(f, name, "putItem", func(c *flow.Ctx) *request { return t.put(c, row, item, nil) }, opts)
}

// PutNew writes an item unless there is one with its key already: then it fails with ConditionFailed.
func PutNew[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], item *Item, opts ...flow.TaskOption) {
	row := flow.Row[Item](f)
	do(f, name, "putItem", func(c *flow.Ctx) *request { return t.putNew(c, row, item) }, opts)
}

// PutIf writes an item, whole, if what is there fulfils a condition; else it fails with ConditionFailed. The function
// gets the row's shape.
//
//	dynamodb.PutIf(f, "Save", Photos, photo, func(p *Photo) dynamodb.Condition {
//		return dynamodb.WhenBelow(&p.Version, &photo.Version)
//	})
func PutIf[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], item *Item, when func(row *Item) Condition, opts ...flow.TaskOption) {
	row := flow.Row[Item](f)
	do(f, name, "putItem", func(c *flow.Ctx) *request { return t.put(c, row, item, when) }, opts)
}

// Delete takes an item away. That there is none is no error.
func Delete[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], key *Key, opts ...flow.TaskOption) {
	row := flow.Row[Item](f)
	do(f, name, "deleteItem", func(c *flow.Ctx) *request { return t.delete(c, row, key, nil) }, opts)
}

// DeleteIf takes an item away if it fulfils a condition; else it fails with ConditionFailed. The function gets the
// row's shape.
func DeleteIf[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], key *Key, when func(row *Item) Condition, opts ...flow.TaskOption) {
	row := flow.Row[Item](f)
	do(f, name, "deleteItem", func(c *flow.Ctx) *request { return t.delete(c, row, key, when) }, opts)
}

// DeleteAndGet is Delete that gives the item as it was. Of an item that was not there no member Exists.
func DeleteAndGet[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], key *Key, opts ...flow.TaskOption) *Item {
	row := flow.Row[Item](f)
	return answered[Item](f, name, "deleteItem", "Attributes", true, func(c *flow.Ctx) *request {
		r := t.delete(c, row, key, nil)
		r.text("ReturnValues", "ALL_OLD")
		return r
	}, opts)
}

// do calls an action of the optimized integration whose answer nobody needs.
func do(f *flow.Flow, name, action string, args func(c *flow.Ctx) *request, opts []flow.TaskOption) {
	flow.Do[map[string]any](f, name, flow.Call{Resource: optimized + action, Args: flow.Lazy(func(c *flow.Ctx) any { return args(c).expr() })}, opts...)
}

// put is the request that writes an item.
func (t *Table[Item, Key]) put(c *flow.Ctx, row flow.RowShape[Item], item *Item, when func(*Item) Condition) *request {
	e := c.Value(item)
	c.Need(e, "the item")
	r := t.request(c)
	r.add("Item", encode(c, e, reflect.TypeFor[Item]()).Member("M"))
	provided(r, c, row, when)
	return r
}

func (t *Table[Item, Key]) putNew(c *flow.Ctx, row flow.RowShape[Item], item *Item) *request {
	r := t.put(c, row, item, nil)
	if keys := t.keyNames(row); len(keys) > 0 {
		r.text("ConditionExpression", "attribute_not_exists(#key)")
		r.add("ExpressionAttributeNames", c.Value(map[string]string{"#key": keys[0]}))
	}
	return r
}

// delete is the request that takes an item away.
func (t *Table[Item, Key]) delete(c *flow.Ctx, row flow.RowShape[Item], key *Key, when func(*Item) Condition) *request {
	r := t.request(c)
	r.add("Key", t.where(c, row, key))
	provided(r, c, row, when)
	return r
}
