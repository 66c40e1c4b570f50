package dynamodb

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/value"
)

// The limits of items and keys, in bytes.
const (
	maxItem = 400 << 10
	maxHash = 2048
	maxSort = 1024
)

// A table holds items.
type table struct {
	name    string
	arn     string
	primary *index
	clock   clock.Clock

	mu          sync.RWMutex // over all that follows, and over the content of the indexes
	description value.Value  // what a TableDescription says that is not counted
	types       map[string]string
	protected   bool
	secondary   atomic.Pointer[[]*index] // may be read without mu
	tags        []value.Value
	expiry      expiry
	stream      *stream // nil for none
}

// lock locks the table for a change, rlock for reading. Both first remove what has expired.
func (t *table) lock() {
	t.mu.Lock()
	t.expire()
}

func (t *table) rlock() {
	t.mu.RLock()
	if t.expiry.attribute == "" || !t.expiry.due(t.clock.Now()) {
		return
	}
	t.mu.RUnlock()
	t.lock()
	t.mu.Unlock()
	t.mu.RLock()
}

// indexes are the secondary indexes.
func (t *table) indexes() []*index {
	if all := t.secondary.Load(); all != nil {
		return *all
	}
	return nil
}

func (t *table) setIndexes(all []*index) { t.secondary.Store(&all) }

// index gives the index of a name; the primary key for none.
func (t *table) index(name string) (*index, error) {
	if name == "" {
		return t.primary, nil
	}
	for _, x := range t.indexes() {
		if x.name == name {
			return x, nil
		}
	}
	return nil, invalid("The table does not have the specified index: " + name)
}

// record makes a record of an item.
func (t *table) record(item value.Value) *record {
	return &record{item: item, size: expr.Size(item), key: t.primary.key(item)}
}

// change puts now in the place of old; either may be nil.
func (t *table) change(old, now *record, by identity) {
	if old == nil && now == nil {
		return
	}
	for _, x := range t.indexes() {
		x.change(old, now)
	}
	t.primary.change(old, now)
	t.expiry.change(old, now)
	if t.stream != nil {
		t.stream.add(t, old, now, by)
	}
}

// checkItem checks an item that is to be put: its keys and its size.
func (t *table) checkItem(item value.Value) error {
	for _, n := range t.primary.names() {
		v := item.Get(n)
		if !v.Exists() {
			return invalid("One or more parameter values were invalid: Missing the key " + n + " in the item")
		}
		if want, got := t.primary.types[n], expr.Type(v); want != got {
			return invalid("One or more parameter values were invalid: Type mismatch for key " + n + " expected: " + want + " actual: " + got)
		}
	}
	if err := t.checkKeyValues(item); err != nil {
		return err
	}
	if err := t.checkIndexKeys(item); err != nil {
		return err
	}
	if expr.Size(item) > maxItem {
		return invalid("Item size has exceeded the maximum allowed size")
	}
	return nil
}

// checkKey checks the Key of a request: the key attributes, of their types, and nothing else.
func (t *table) checkKey(k value.Value) error {
	if k.Len() != len(t.primary.names()) {
		return invalid("The provided key element does not match the schema")
	}
	for _, n := range t.primary.names() {
		if expr.Type(k.Get(n)) != t.primary.types[n] {
			return invalid("The provided key element does not match the schema")
		}
	}
	return t.checkKeyValues(k)
}

// checkKeyValues checks what the values of the primary key are, once their types are right.
func (t *table) checkKeyValues(item value.Value) error {
	k := t.primary.key(item)
	for i, n := range t.primary.names() {
		if s := []string{k.hash, k.sort}[i]; s == "" {
			return invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
				longType(t.primary.types[n]) + " value. Key: " + n)
		}
	}
	if len(k.hash) > maxHash {
		return invalid("One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes")
	}
	if len(k.sort) > maxSort {
		return invalid("One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes")
	}
	return nil
}

func longType(t string) string {
	if t == expr.B {
		return "binary"
	}
	return "string"
}

// checkIndexKeys checks the attributes of an item that are keys of secondary indexes.
func (t *table) checkIndexKeys(item value.Value) error {
	for _, x := range t.indexes() {
		for _, n := range x.names() {
			v := item.Get(n)
			if !v.Exists() {
				continue
			}
			if want, got := x.types[n], expr.Type(v); want != got {
				return invalid(fmt.Sprintf("One or more parameter values were invalid: Type mismatch for Index Key %s Expected: %s Actual: %s IndexName: %s",
					n, want, got, x.name))
			}
			if expr.Key(v) == "" {
				return invalid(fmt.Sprintf("One or more parameter values are not valid. A value specified for a secondary index key is not supported. "+
					"The AttributeValue for a key attribute cannot contain an empty %s value. IndexName: %s, IndexKey: %s", longType(x.types[n]), x.name, n))
			}
		}
	}
	return nil
}

// keyOf gives the attributes of an item that lead back to it: the primary key, and those of the index x.
func (t *table) keyOf(item value.Value, x *index) value.Value {
	var b value.Builder
	for _, n := range slices.Concat(t.primary.names(), x.names()) {
		b.Set(n, item.Get(n))
	}
	return b.Object()
}

// describe gives the TableDescription; the table is locked.
func (t *table) describe(status string) value.Value {
	d := t.description.With("TableStatus", value.String(status)).
		With("ItemCount", value.Int(t.primary.count)).With("TableSizeBytes", value.Int(t.primary.size))
	for _, member := range []string{"GlobalSecondaryIndexes", "LocalSecondaryIndexes"} {
		var all []value.Value
		for _, v := range d.Get(member).Elements() {
			x, err := t.index(v.Get("IndexName").Str())
			if err != nil {
				continue
			}
			if !x.local {
				v = v.With("IndexStatus", value.String(status))
			}
			all = append(all, v.With("ItemCount", value.Int(x.count)).With("IndexSizeBytes", value.Int(x.size)))
		}
		if all != nil {
			d = d.With(member, value.Array(all...))
		}
	}
	return d
}

// quoted joins names for messages: [a, b].
func quoted(names []string) string { return "[" + strings.Join(names, ", ") + "]" }
