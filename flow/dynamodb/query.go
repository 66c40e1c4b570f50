package dynamodb

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/value"
)

// A Page is some of the items that a Query or a Scan finds: as many as the limit says, or as fit into 1 MB before the
// filter. The answer of a step must not be larger than 256 KiB, so a Limit is wise.
type Page[Item any] struct {
	Items []Item
	Count int       // how many items there are on this page
	Next  PageToken // where the next page begins; empty on the last page
}

// A PageToken says where a page begins: the JSON text of the last key before it. The first page has an empty one.
type PageToken string

// A Search says which items a Query finds, with pointers into the row that the function gets.
type Search struct {
	Key  KeyValue // the partition key: KeyIs; required
	Sort SortKey  // the sort key: KeyIs, KeyBeginsWith, KeyBetween, …; nil for any

	// Where is asked of what the keys find, after it was read and counted against Limit. It cannot be about the key.
	Where Condition

	// Index is the name of the index to search; empty for the table. Attributes that the index does not project are
	// absent from the items: declare a second table of the same name for a struct without them.
	Index string

	Limit       *int       // how many items to look at, at most; nil for as many as fit
	NewestFirst bool       // descending by sort key
	Consistent  bool       // see everything that was written before; not for global secondary indexes
	From        *PageToken // where the page begins: the Next of the page before
}

// A Filter says which items a Scan finds, with pointers into the row that the function gets.
type Filter struct {
	Where             Condition  // asked of what was read
	Index             string     // the index to read; empty for the table
	Limit             *int       // how many items to look at, at most
	Consistent        bool       // see everything that was written before
	From              *PageToken // where the page begins: the Next of the page before
	Segment, Segments *int       // read one of so many parts of the table, from 0; nil for all of it
}

// A SortKey is what a Query asks of the sort key.
type SortKey interface{ test() Condition }

// A KeyValue is an attribute of a key and its value.
type KeyValue struct{ c Condition }

// A KeyRange is an attribute of a key and where its values lie.
type KeyRange struct{ c Condition }

func (k KeyValue) test() Condition { return k.c }
func (k KeyRange) test() Condition { return k.c }

// KeyIs finds items whose key attribute has the value v.
func KeyIs[T any](attr, v *T) KeyValue { return KeyValue{condition("# = :", attr, v)} }

// KeyBelow finds items whose sort key is below v.
func KeyBelow[T any](attr, v *T) KeyRange { return KeyRange{condition("# < :", attr, v)} }

// KeyAtMost finds items whose sort key is not above v.
func KeyAtMost[T any](attr, v *T) KeyRange { return KeyRange{condition("# <= :", attr, v)} }

// KeyAbove finds items whose sort key is above v.
func KeyAbove[T any](attr, v *T) KeyRange { return KeyRange{condition("# > :", attr, v)} }

// KeyAtLeast finds items whose sort key is not below v.
func KeyAtLeast[T any](attr, v *T) KeyRange { return KeyRange{condition("# >= :", attr, v)} }

// KeyBetween finds items whose sort key is not below low and not above high.
func KeyBetween[T any](attr, low, high *T) KeyRange {
	return KeyRange{condition("# BETWEEN : AND :", attr, low, high)}
}

// KeyBeginsWith finds items whose sort key begins with v.
func KeyBeginsWith[T ~string](attr, v *T) KeyRange {
	return KeyRange{condition("begins_with(#, :)", attr, v)}
}

// Query finds the items of one partition key, in the order of their sort keys.
//
//	page := dynamodb.Query(f, "List photos", Photos, func(p *Photo) dynamodb.Search {
//		return dynamodb.Search{
//			Key:   dynamodb.KeyIs(&p.Album, &in.Album),
//			Sort:  dynamodb.KeyBeginsWith(&p.Taken, new("2026-")),
//			Where: dynamodb.WhenAbove(&p.Views, new(100)),
//			Limit: new(20), NewestFirst: true,
//		}
//	})
func Query[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], search func(row *Item) Search, opts ...flow.TaskOption) *Page[Item] {
	row := flow.Row[Item](f)
	return pageOf[Item](f, name, "query", func(c *flow.Ctx) *request {
		q := search(row.Shape())
		x := newExpressions(c, row)
		r := t.request(c)
		r.index(q.Index)
		r.text("KeyConditionExpression", t.keyCondition(&x, row, q))
		if q.Where.kind != nothing {
			t.noKey(c, row, q)
		}
		r.filter(&x, q.Where)
		if q.NewestFirst {
			r.add("ScanIndexForward", flow.Constant(value.False))
		}
		r.paging(c, q.Limit, q.Consistent, q.From)
		return r
	}, opts)
}

// Scan reads a table or an index from one end to the other, whatever is found: for small tables and seldom jobs. The
// function says which items to keep and where to begin; nil keeps all.
func Scan[Item, Key any](f *flow.Flow, name string, t *Table[Item, Key], filter func(row *Item) Filter, opts ...flow.TaskOption) *Page[Item] {
	row := flow.Row[Item](f)
	return pageOf[Item](f, name, "scan", func(c *flow.Ctx) *request {
		var q Filter
		if filter != nil {
			q = filter(row.Shape())
		}
		x := newExpressions(c, row)
		r := t.request(c)
		r.index(q.Index)
		r.filter(&x, q.Where)
		if q.Segment != nil || q.Segments != nil {
			r.add("Segment", c.Value(q.Segment))
			r.add("TotalSegments", c.Value(q.Segments))
		}
		r.paging(c, q.Limit, q.Consistent, q.From)
		return r
	}, opts)
}

// pageOf calls an action whose answer is a page.
func pageOf[Item any](f *flow.Flow, name, action string, args func(c *flow.Ctx) *request, opts []flow.TaskOption) *Page[Item] {
	var ctx *flow.Ctx
	return flow.Do[Page[Item]](f, name, flow.Call{
		Resource: sdk + action,
		Args: flow.Lazy(func(c *flow.Ctx) any {
			ctx = c
			return args(c).expr()
		}),
		Result: func(answer flow.Expr, read func(string) bool) flow.Expr {
			r := &request{}
			if read("Items") {
				r.add("Items", decodeItems[Item](ctx, answer.Member("Items")))
			}
			if read("Count") {
				r.add("Count", answer.Member("Count"))
			}
			if read("Next") {
				r.add("Next", ctx.JSONata(`$exists($1) ? $string($1) : ""`, answer.Member("LastEvaluatedKey")))
			}
			return r.expr()
		},
	}, opts...)
}

// decodeItems is the list of the items on the wire.
func decodeItems[Item any](c *flow.Ctx, list flow.Expr) flow.Expr {
	t := reflect.TypeFor[Item]()
	return c.Each(list, t, func(e flow.Expr) flow.Expr { return decodeItem(c, e, t, everything) })
}

// keyCondition writes what is asked of the keys, and checks that it is about them.
func (t *Table[Item, Key]) keyCondition(x *expressions, row flow.RowShape[Item], q Search) string {
	keys := t.keyNames(row)
	if q.Key.c.kind == nothing {
		x.c.Report("query-key", fmt.Sprintf("the Search of %s has no Key", t.Name), "a Query needs the value of the partition key: dynamodb.KeyIs; a Scan does not")
		return ""
	}
	text := x.condition(q.Key.c)
	if _, path := x.attribute(q.Key.c.attr); q.Index == "" && path != nil && (len(path) > 1 || len(keys) > 0 && path[0] != keys[0]) {
		x.c.Report("query-key", fmt.Sprintf("%s is not the partition key of %s", path[len(path)-1], t.Name), fmt.Sprintf("the key is %s; name the Index that has another", keys[0]))
	}
	if q.Sort == nil {
		return text
	}
	sort := q.Sort.test()
	if _, path := x.attribute(sort.attr); q.Index == "" && path != nil && (len(path) > 1 || len(keys) < 2 || path[0] != keys[1]) {
		hint := "the table has none; name the Index that has it, or ask with Where"
		if len(keys) > 1 {
			hint = fmt.Sprintf("the sort key is %s; name the Index that has another, or ask with Where", keys[1])
		}
		x.c.Report("query-key", fmt.Sprintf("%s is not the sort key of %s", path[len(path)-1], t.Name), hint)
	}
	return text + " AND " + x.condition(sort)
}

// noKey reports a filter about the attributes that the query is made by: DynamoDB refuses it.
func (t *Table[Item, Key]) noKey(c *flow.Ctx, row flow.RowShape[Item], q Search) {
	keys := t.keyNames(row)
	if q.Index != "" {
		keys = nil
		for _, k := range []SortKey{q.Key, q.Sort} {
			if k != nil && k.test().kind != nothing {
				if path, ok := row.Path(k.test().attr); ok {
					keys = append(keys, path[0])
				}
			}
		}
	}
	for attr := range q.Where.attributes {
		if path, ok := row.Path(attr); ok && len(path) == 1 && slices.Contains(keys, path[0]) {
			c.Report("query-key", fmt.Sprintf("Where asks about %s, which is part of the key", path[0]), "a Query asks about the key in Key and Sort")
		}
	}
}

// attributes yields the attributes that a condition is about.
func (c Condition) attributes(yield func(any) bool) {
	c.each(yield)
}

func (c Condition) each(yield func(any) bool) bool {
	if c.kind == one && !yield(c.attr) {
		return false
	}
	for _, x := range c.inner {
		if !x.each(yield) {
			return false
		}
	}
	return true
}

func (r *request) index(name string) {
	if name != "" {
		r.text("IndexName", name)
	}
}

// filter adds a FilterExpression and what all placeholders stand for.
func (r *request) filter(x *expressions, where Condition) {
	if where.kind != nothing {
		if s := x.condition(where); s != "" {
			r.text("FilterExpression", s)
		}
	}
	r.placeholders(x)
}

// paging says how much to read, and from where.
func (r *request) paging(c *flow.Ctx, limit *int, consistent bool, from *PageToken) {
	if limit != nil {
		r.maybe("Limit", c.Value(limit))
	}
	if consistent {
		r.add("ConsistentRead", flow.Constant(value.True))
	}
	if from == nil {
		return
	}
	token := c.Value(from)
	if v, ok := token.Constant(); ok && v.Str() == "" {
		return
	}
	there := c.JSONata(`$1 != ""`, token.Sure())
	if token.Optional() {
		there = c.JSONata(`$1 != null and $1 != ""`, token.Sure())
	}
	r.add("ExclusiveStartKey", c.JSONata("$parse($1)", token.Sure()).When(there))
}
