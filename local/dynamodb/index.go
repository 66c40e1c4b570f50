package dynamodb

import (
	"cmp"
	"hash/fnv"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/value"
)

// A schema names the attributes of a key; sort is empty when there is none.
type schema struct{ hash, sort string }

func (s schema) names() []string {
	if s.sort == "" {
		return []string{s.hash}
	}
	return []string{s.hash, s.sort}
}

// A key is a key's values, spelled so that they order as DynamoDB orders them.
type key struct{ hash, sort string }

func (s schema) key(item value.Value) key {
	k := key{hash: expr.Key(item.Get(s.hash))}
	if s.sort != "" {
		k.sort = expr.Key(item.Get(s.sort))
	}
	return k
}

// A record is a stored item. It is never changed, only replaced.
type record struct {
	item value.Value
	size int
	key  key // of the table
}

// An entry is the place of a record in an index.
type entry struct {
	sort string // the index's sort key
	*record
}

// before orders entries of one partition: by sort key, then by the table's key, so that every entry has its place.
func (e entry) before(f entry) int {
	return cmp.Or(strings.Compare(e.sort, f.sort), strings.Compare(e.key.hash, f.key.hash), strings.Compare(e.key.sort, f.key.sort))
}

// A partition holds the entries of one hash key, in order.
type partition struct {
	hash    string
	number  uint64 // a hash of the hash key: the order of scans
	entries []entry
}

// before orders partitions as scans find them: by number, as the service does, not by anything the keys mean.
func (p *partition) before(q *partition) int {
	return cmp.Or(cmp.Compare(p.number, q.number), strings.Compare(p.hash, q.hash))
}

func number(hash string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(hash)) // never fails
	return h.Sum64()
}

// An index is a table's primary key, or one of its secondary indexes.
type index struct {
	name string // empty for the primary key
	schema
	types      map[string]string // of the key attributes
	local      bool
	projection string           // ALL, KEYS_ONLY or INCLUDE
	project    *expr.Projection // nil for ALL
	projected  map[string]bool  // the attributes of project

	parts map[string]*partition
	order []*partition
	count int
	size  int
}

// holds tells whether the index has an entry for an item: secondary indexes are sparse.
func (x *index) holds(item value.Value) bool {
	for _, n := range x.names() {
		if !item.Get(n).Exists() {
			return false
		}
	}
	return true
}

// shown is what the index has of an item.
func (x *index) shown(item value.Value) value.Value {
	if x.project == nil {
		return item
	}
	return x.project.Of(item)
}

func (x *index) add(r *record) {
	if !x.holds(r.item) {
		return
	}
	k := x.key(r.item)
	p := x.parts[k.hash]
	if p == nil {
		p = &partition{hash: k.hash, number: number(k.hash)}
		x.parts[k.hash] = p
		i, _ := slices.BinarySearchFunc(x.order, p, (*partition).before)
		x.order = slices.Insert(x.order, i, p)
	}
	e := entry{k.sort, r}
	i, there := slices.BinarySearchFunc(p.entries, e, entry.before)
	if there {
		x.size += r.size - p.entries[i].size
		p.entries[i] = e
		return
	}
	p.entries = slices.Insert(p.entries, i, e)
	x.count++
	x.size += r.size
}

func (x *index) remove(r *record) {
	if !x.holds(r.item) {
		return
	}
	k := x.key(r.item)
	p := x.parts[k.hash]
	i, there := slices.BinarySearchFunc(p.entries, entry{k.sort, r}, entry.before)
	if !there {
		return
	}
	p.entries = slices.Delete(p.entries, i, i+1)
	x.count--
	x.size -= r.size
	if len(p.entries) == 0 {
		delete(x.parts, k.hash)
		i, _ := slices.BinarySearchFunc(x.order, p, (*partition).before)
		x.order = slices.Delete(x.order, i, i+1)
	}
}

// find gives the record with a primary key; nil when there is none.
func (x *index) find(k key) *record {
	p := x.parts[k.hash]
	if p == nil {
		return nil
	}
	i, there := slices.BinarySearchFunc(p.entries, entry{k.sort, &record{key: k}}, entry.before)
	if !there {
		return nil
	}
	return p.entries[i].record
}
