package dynamodb

import (
	"strconv"

	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// The limits of batches.
const (
	maxGets   = 100
	maxWrites = 25
	maxBatch  = 16 << 20 // bytes of items in one answer
)

const duplicateKeys = "Provided list of item keys contains duplicates"

// A batch is a set of places that a request names once each.
type batch map[string]bool

// first is false when the key was named before.
func (b batch) first(t *table, k key) bool {
	id := strconv.Itoa(len(t.name)) + t.name + strconv.Itoa(len(k.hash)) + ":" + k.hash + k.sort
	if b[id] {
		return false
	}
	b[id] = true
	return true
}

// A get is one table's part of a BatchGetItem.
type get struct {
	table      *table
	keys       []value.Value
	projection *expr.Projection
	consistent bool
	request    value.Value // as it came
}

func (d *DB) batchGetItem(r *members.Reader) (value.Value, error) {
	mode, err := capacityMode(r)
	if err != nil {
		return value.Value{}, err
	}
	requests := r.Object("RequestItems")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if requests.Len() == 0 {
		return value.Value{}, invalid("The requestItems parameter is required for BatchGetItem")
	}
	var gets []get
	seen, total := batch{}, 0
	for name, v := range requests.Members() {
		g, err := d.readGet(name, v, seen)
		if err != nil {
			return value.Value{}, err
		}
		if total += len(g.keys); total > maxGets {
			return value.Value{}, invalid("Too many items requested for the BatchGetItem call")
		}
		gets = append(gets, g)
	}
	return answerGets(gets, mode), nil
}

func (d *DB) readGet(name string, v value.Value, seen batch) (g get, err error) {
	if g.table, err = d.found(name); err != nil {
		return g, err
	}
	g.request = v
	r := members.Read("RequestItems of BatchGetItem", v)
	if err := refuseLegacy(r); err != nil {
		return g, err
	}
	s, err := scope(r, "ProjectionExpression")
	if err != nil {
		return g, err
	}
	if g.projection, err = projection(r, s); err != nil {
		return g, err
	}
	g.consistent = r.Bool("ConsistentRead")
	list := r.Array("Keys")
	if err := r.Err(); err != nil {
		return g, err
	}
	if len(list) == 0 {
		return g, invalid("1 validation error detected: Value '[]' at 'requestItems." + name +
			".member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1")
	}
	for _, k := range list {
		k, err := expr.CheckItem(k)
		if err != nil {
			return g, err
		}
		if err := g.table.checkKey(k); err != nil {
			return g, err
		}
		if !seen.first(g.table, g.table.primary.key(k)) {
			return g, invalid(duplicateKeys)
		}
		g.keys = append(g.keys, k)
	}
	return g, s.Unused()
}

// answerGets reads the items. What does not fit into one answer comes back as unprocessed.
func answerGets(gets []get, mode string) value.Value {
	var responses, unprocessed value.Builder
	var capacity []value.Value
	size := 0
	for _, g := range gets {
		items, left := []value.Value{}, []value.Value(nil)
		units := 0.0
		for _, k := range g.keys {
			found := g.table.get(k)
			if size+found.bytes() > maxBatch {
				left = append(left, k)
				continue
			}
			size += found.bytes()
			units += readUnits(found.bytes(), g.consistent)
			if found == nil {
				continue
			}
			item := found.item
			if g.projection != nil {
				item = g.projection.Of(item)
			}
			items = append(items, item)
		}
		responses.Set(g.table.name, value.Array(items...))
		if left != nil {
			unprocessed.Set(g.table.name, g.request.With("Keys", value.Array(left...)))
		}
		if c := consumed(mode, g.table, usage{table: units}, ""); c.Exists() {
			capacity = append(capacity, c)
		}
	}
	return value.Object(value.M("Responses", responses.Object()), value.M("UnprocessedKeys", unprocessed.Object()),
		value.M("ConsumedCapacity", listed(capacity)))
}

// listed is an array; absent when it would be empty.
func listed(items []value.Value) value.Value {
	if items == nil {
		return value.Value{}
	}
	return value.Array(items...)
}

func (d *DB) batchWriteItem(r *members.Reader) (value.Value, error) {
	mode, err := capacityMode(r)
	if err != nil {
		return value.Value{}, err
	}
	collection, err := collectionMode(r)
	if err != nil {
		return value.Value{}, err
	}
	requests := r.Object("RequestItems")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if requests.Len() == 0 {
		return value.Value{}, invalid("The requestItems parameter is required for BatchWriteItem")
	}
	var writes []write
	seen := batch{}
	for name, list := range requests.Members() {
		t, err := d.found(name)
		if err != nil {
			return value.Value{}, err
		}
		if list.Len() == 0 || !list.IsArray() {
			return value.Value{}, invalid("the write requests of table " + name + " must be an array of at least one request")
		}
		for _, v := range list.Elements() {
			w, err := t.readWrite(v, seen)
			if err != nil {
				return value.Value{}, err
			}
			writes = append(writes, w)
		}
	}
	if len(writes) > maxWrites {
		return value.Value{}, invalid("Too many items requested for the BatchWriteItem call")
	}
	return doWrites(writes, mode, collection), nil
}

// readWrite reads one put or delete.
func (t *table) readWrite(v value.Value, seen batch) (w write, err error) {
	r := members.Read("a write request of BatchWriteItem", v)
	put, drop := r.Object("PutRequest"), r.Object("DeleteRequest")
	if err := r.Err(); err != nil {
		return w, err
	}
	if put.Exists() == drop.Exists() {
		return w, invalid("a write request must have exactly one of PutRequest and DeleteRequest")
	}
	w = write{table: t, deed: puts}
	inner, member := members.Read("PutRequest", put), "Item"
	if drop.Exists() {
		w.deed, inner, member = deletes, members.Read("DeleteRequest", drop), "Key"
	}
	w.item, err = expr.CheckItem(inner.Value(member))
	if err == nil {
		err = firstOf(inner.Err(), w.check())
	}
	if err == nil && !seen.first(t, w.key()) {
		err = invalid(duplicateKeys)
	}
	return w, err
}

// doWrites does the writes, each for itself, and gives the answer. The writes of a table are neighbours.
func doWrites(writes []write, mode, collection string) value.Value {
	var capacity []value.Value
	var metrics value.Builder
	var used usage
	var collections []value.Value
	for i, w := range writes {
		u, c := w.do(mode, collection)
		used.add(u)
		if c.Exists() {
			collections = append(collections, c)
		}
		if i+1 < len(writes) && writes[i+1].table == w.table {
			continue
		}
		if c := consumed(mode, w.table, used, ""); c.Exists() {
			capacity = append(capacity, c)
		}
		if collections != nil {
			metrics.Set(w.table.name, value.Array(collections...))
		}
		used, collections = usage{}, nil
	}
	answer := value.Object(value.M("UnprocessedItems", value.Object()), value.M("ConsumedCapacity", listed(capacity)))
	if metrics.Len() > 0 {
		answer = answer.With("ItemCollectionMetrics", metrics.Object())
	}
	return answer
}

// do does a write that has no condition.
func (w *write) do(mode, collection string) (used usage, metrics value.Value) {
	w.table.lock()
	defer w.table.mu.Unlock()
	old, now, err := w.prepare()
	if err != nil { // puts and deletes without conditions do not fail
		return used, metrics
	}
	if mode != "NONE" {
		used = w.table.written(old, now)
	}
	w.store(old, now)
	return used, w.table.collection(collection, w.item)
}
