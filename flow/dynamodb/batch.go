package dynamodb

import (
	"reflect"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/value"
)

// A Batch is what GetAll found.
type Batch[Item, Key any] struct {
	Items []Item // those that are there, in no order
	Left  []Key  // what DynamoDB had no time for: ask for those again, after a while
}

// GetAll reads up to 100 different items by their keys; it sees everything that was written before. Keys without an
// item are passed over. A part of the keys may be left: go on with those until none is.
func GetAll[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], keys *[]Key, opts ...flow.TaskOption) *Batch[Item, Key] {
	row := flow.Row[Item](f)
	var ctx *flow.Ctx
	return flow.Do[Batch[Item, Key]](f, name, flow.Call{
		Resource: sdk + "batchGetItem",
		Args: flow.Lazy(func(c *flow.Ctx) any {
			ctx = c
			list := c.Value(keys)
			c.Need(list, "the list of keys")
			r := &request{}
			r.add("Keys", each(c, list, func(e flow.Expr) flow.Expr { return t.wireKey(c, row, e) }))
			r.add("ConsistentRead", flow.Constant(value.True))
			return t.requestItems(c, r.expr())
		}),
		Result: func(answer flow.Expr, read func(string) bool) flow.Expr {
			r := &request{}
			if read("Items") {
				r.add("Items", decodeItems[Item](ctx, t.ofTable(ctx, answer.Member("Responses"))))
			}
			if read("Left") {
				left := t.ofTable(ctx, answer.Member("UnprocessedKeys")).Member("Keys")
				r.add("Left", ctx.Each(left, reflect.TypeFor[Key](), func(e flow.Expr) flow.Expr { return t.keyOf(ctx, row, e) }))
			}
			return r.expr()
		},
	}, opts...)
}

// WriteAll writes up to 25 items with different keys, whole, in place of those that are there. It gives the items for
// which DynamoDB had no time: write them again, after a while, until none is left.
func WriteAll[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], items *[]Item, opts ...flow.TaskOption) *[]Item {
	typ := reflect.TypeFor[Item]()
	return writeAll(f, name, t, items, "PutRequest", "Item",
		func(c *flow.Ctx, e flow.Expr) flow.Expr { return encode(c, e, typ).Member("M") },
		func(c *flow.Ctx, e flow.Expr) flow.Expr { return decodeItem(c, e, typ, everything) }, opts)
}

// DeleteAll takes up to 25 items away by their keys. It gives the keys for which DynamoDB had no time: delete them
// again, after a while, until none is left.
func DeleteAll[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], keys *[]Key, opts ...flow.TaskOption) *[]Key {
	row := flow.Row[Item](f)
	return writeAll(f, name, t, keys, "DeleteRequest", "Key",
		func(c *flow.Ctx, e flow.Expr) flow.Expr { return t.wireKey(c, row, e) },
		func(c *flow.Ctx, e flow.Expr) flow.Expr { return t.keyOf(c, row, e) }, opts)
}

// writeAll makes a batch of requests of one kind, {kind: {member: …}}.
func writeAll[T, Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], list *[]T, kind, member string, out, in func(*flow.Ctx, flow.Expr) flow.Expr, opts []flow.TaskOption) *[]T {
	typ := reflect.TypeFor[T]()
	var ctx *flow.Ctx
	return flow.Do[[]T](f, name, flow.Call{
		Resource: sdk + "batchWriteItem",
		Args: flow.Lazy(func(c *flow.Ctx) any {
			ctx = c
			e := c.Value(list)
			c.Need(e, "the list")
			return t.requestItems(c, each(c, e, func(e flow.Expr) flow.Expr {
				return wrap(kind, wrap(member, out(c, e)))
			}))
		}),
		Result: func(answer flow.Expr, _ func(string) bool) flow.Expr {
			left := t.ofTable(ctx, answer.Member("UnprocessedItems"))
			return ctx.Each(left, typ, func(e flow.Expr) flow.Expr { return in(ctx, e.Member(kind).Member(member)) })
		},
	}, opts...)
}

func wrap(name string, e flow.Expr) flow.Expr { return flow.ObjectOf([]string{name}, []flow.Expr{e}) }

// requestItems is the request of a batch that is about one table.
func (t *Table[Item, Key]) requestItems(c *flow.Ctx, e flow.Expr) flow.Expr {
	name, _ := c.Value(t.Resource).Constant()
	return wrap("RequestItems", wrap(name.Str(), e))
}

// ofTable is the part of a batch's answer that is about the table.
func (t *Table[Item, Key]) ofTable(c *flow.Ctx, answer flow.Expr) flow.Expr {
	return c.JSONata("$lookup($1, $2)", answer, c.Value(t.Resource))
}
