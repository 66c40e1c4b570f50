// Package dynamodb reads and writes the items of typed Amazon DynamoDB tables.
//
//	var Photos = dynamodb.TableOf("Photos", func(p *Photo) *string { return &p.ID })
//
// Items, keys, changes and conditions are written with pointers into the item's own struct, so that the compiler
// checks attributes and their types. Attributes are named as encoding/json names the fields, and every name goes
// through a # placeholder, so that reserved words do not matter. Values are encoded on the way out and decoded on
// arrival by their Go types: text and times as S, numbers as N, booleans as BOOL, []byte as B, lists as L, structs and
// maps as M. What is absent is not written.
package dynamodb

import (
	"reflect"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/value"
)

// The errors of DynamoDB's optimized integration, by what to do about them.
var (
	// ConditionFailed: the item is not as a condition demands.
	ConditionFailed = flow.Errors{"DynamoDB.ConditionalCheckFailedException"}
	// Throttled: the table is busy; trying again later helps.
	Throttled = flow.Errors{
		"DynamoDB.ProvisionedThroughputExceededException",
		"DynamoDB.RequestLimitExceeded",
		"DynamoDB.ThrottlingException",
		"DynamoDB.InternalServerError",
	}
)

// A Table holds Items found by a Key. In documents it is ${name}, the table's name.
type Table[Item, Key any] struct {
	flow.Resource
	key func(*Item) *Key
}

// TableOf declares a table. key selects the attribute that is the partition key:
//
//	dynamodb.TableOf("Photos", func(p *Photo) *string { return &p.ID })
//
// A table with a sort key has a struct for its Key, whose members are the two attributes:
//
//	type EntryKey struct{ Album, Time string }
//	type Entry struct {
//		EntryKey
//		Title string
//	}
//	dynamodb.TableOf("Entries", func(e *Entry) *EntryKey { return &e.EntryKey })
func TableOf[Item, Key any](name string, key func(*Item) *Key) *Table[Item, Key] {
	return &Table[Item, Key]{flow.Resource{Kind: flow.KindTable, Name: name}, key}
}

// keyNames are the attributes that make up the table's key.
func (t *Table[Item, Key]) keyNames(row flow.RowShape[Item]) []string {
	if members, ok := flow.Members(reflect.TypeFor[Key]()); ok {
		var names []string
		for _, m := range members {
			names = append(names, m.Name)
		}
		return names
	}
	if names, ok := row.Path(t.key(row.Shape())); ok {
		return names[:1]
	}
	return nil
}

// where is the key of one item on the wire.
func (t *Table[Item, Key]) where(c *flow.Ctx, row flow.RowShape[Item], k *Key) flow.Expr {
	typ := reflect.TypeFor[Key]()
	e := c.Value(k)
	c.Need(e, "the key")
	if members, ok := flow.Members(typ); ok {
		var names []string
		var values []flow.Expr
		for _, m := range members {
			names, values = append(names, m.Name), append(values, encode(c, e.Field(m), m.Type))
		}
		return flow.Object(names, values)
	}
	return flow.Object(t.keyNames(row), []flow.Expr{encode(c, e, typ)}[:len(t.keyNames(row))])
}

// Get reads an item; it sees everything that was written before. Of an item that is not there no member Exists.
func Get[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], key *Key, opts ...flow.TaskOption) *Item {
	row := flow.Row[Item](f)
	var ctx *flow.Ctx
	return flow.Do[Item](f, name, flow.Call{
		Resource: "arn:aws:states:::dynamodb:getItem",
		Args: flow.Lazy(func(c *flow.Ctx) any {
			ctx = c
			return flow.Object([]string{"TableName", "Key", "ConsistentRead"},
				[]flow.Expr{c.Value(t.Resource), t.where(c, row, key), flow.Constant(value.True)})
		}),
		Result: func(answer flow.Expr, read func(string) bool) flow.Expr {
			return decodeItem(ctx, answer.Member("Item"), reflect.TypeFor[Item](), read)
		},
		Optional: true,
	}, opts...)
}

// Put writes an item, whole, in place of one that is there already.
func Put[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], item *Item, opts ...flow.TaskOption) {
	put(f, name, t, item, false, opts)
}

// PutNew writes an item unless there is one with its key already: then it fails with ConditionFailed.
func PutNew[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], item *Item, opts ...flow.TaskOption) {
	put(f, name, t, item, true, opts)
}

func put[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], item *Item, isNew bool, opts []flow.TaskOption) {
	row := flow.Row[Item](f)
	flow.Do[map[string]any](f, name, flow.Call{Resource: "arn:aws:states:::dynamodb:putItem", Args: flow.Lazy(func(c *flow.Ctx) any {
		e := c.Value(item)
		c.Need(e, "the item")
		names := []string{"TableName", "Item"}
		values := []flow.Expr{c.Value(t.Resource), encode(c, e, reflect.TypeFor[Item]()).Member("M")}
		if keys := t.keyNames(row); isNew && len(keys) > 0 {
			names = append(names, "ConditionExpression", "ExpressionAttributeNames")
			values = append(values, c.Value("attribute_not_exists(#key)"), c.Value(map[string]string{"#key": keys[0]}))
		}
		return flow.Object(names, values)
	})}, opts...)
}
