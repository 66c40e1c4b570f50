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

// KeyOf is the key of an item, as a value of the workflow. (Of a key that is embedded in the item there is no one place
// in JSON that a pointer could stand for.)
func KeyOf[Item, Key any](f *flow.Flow, t *Table[Item, Key], item *Item) *Key {
	members, ok := flow.Members(reflect.TypeFor[Key]())
	if !ok {
		return t.key(item)
	}
	return flow.Computed[Key](f, flow.Lazy(func(c *flow.Ctx) any {
		e := c.Value(item)
		r := &request{}
		for _, m := range members {
			c.Need(e.Field(m), "a member of the key")
			r.add(m.Name, e.Field(m))
		}
		return r.expr()
	}))
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
	e := c.Value(k)
	c.Need(e, "the key")
	return t.wireKey(c, row, e)
}

// wireKey encodes a key.
func (t *Table[Item, Key]) wireKey(c *flow.Ctx, row flow.RowShape[Item], e flow.Expr) flow.Expr {
	typ := reflect.TypeFor[Key]()
	if members, ok := flow.Members(typ); ok {
		var names []string
		var values []flow.Expr
		for _, m := range members {
			names, values = append(names, m.Name), append(values, encode(c, e.Field(m), m.Type))
		}
		return flow.ObjectOf(names, values)
	}
	return flow.ObjectOf(t.keyNames(row), []flow.Expr{encode(c, e, typ)}[:len(t.keyNames(row))])
}

// keyOf decodes a key.
func (t *Table[Item, Key]) keyOf(c *flow.Ctx, row flow.RowShape[Item], e flow.Expr) flow.Expr {
	typ := reflect.TypeFor[Key]()
	if _, ok := flow.Members(typ); ok {
		return decodeItem(c, e, typ, everything)
	}
	for _, name := range t.keyNames(row) {
		return decode(c, e.Member(name), typ)
	}
	return flow.Constant(value.Null)
}

func everything(string) bool { return true }

// request begins a request to the table.
func (t *Table[Item, Key]) request(c *flow.Ctx) *request {
	r := &request{}
	r.add("TableName", c.Value(t.Resource))
	return r
}
