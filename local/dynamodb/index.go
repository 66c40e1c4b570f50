package dynamodb

import (
	"cmp"
	"hash/fnv"
	"math/bits"
	"strings"

	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/dynamodb/internal/ordered"
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

// value is the item of a record; absent for none.
func (r *record) value() value.Value {
	if r == nil {
		return value.Value{}
	}
	return r.item
}

// bytes is the size of a record; 0 for none.
func (r *record) bytes() int {
	if r == nil {
		return 0
	}
	return r.size
}

// An entry is the place of a record in an index.
type entry struct {
	sort string // the index's sort key
	size int    // of what the index has of the item
	*record
}

// Compare orders entries of one partition: by sort key, then by the table's key, so that every entry has its place.
func (e entry) Compare(f entry) int {
	return cmp.Or(strings.Compare(e.sort, f.sort), strings.Compare(e.key.hash, f.key.hash), strings.Compare(e.key.sort, f.key.sort))
}

// A partition holds the entries of one hash key, in order.
type partition struct {
	hash    string
	number  uint64 // a hash of the hash key: the order of scans
	size    int    // of its entries
	entries ordered.Tree[entry]
}

// Compare orders partitions as scans find them: by number, as the service does, not by anything the keys mean.
func (p *partition) Compare(q *partition) int {
	return cmp.Or(cmp.Compare(p.number, q.number), strings.Compare(p.hash, q.hash))
}

// number spreads hash keys evenly over all numbers.
func number(hash string) uint64 {
	h := fnv.New64a()
	_, _ = h.Write([]byte(hash)) // never fails
	n := h.Sum64()
	n = (n ^ n>>33) * 0xff51afd7ed558ccd
	return n ^ n>>33
}

// segment tells which of n equal ranges of numbers a number is in.
func segment(number uint64, n int) int {
	high, _ := bits.Mul64(number, uint64(n))
	return int(high)
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
	order ordered.Tree[*partition]
	count int
	size  int
}

// holds tells whether the index has an entry for an item: secondary indexes are sparse, and one that is made later
// leaves out what has another type.
func (x *index) holds(item value.Value) bool {
	for _, n := range x.names() {
		v := item.Get(n)
		if !v.Exists() || x.name != "" && (expr.Type(v) != x.types[n] || expr.Key(v) == "") {
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

// sizeOf is how many bytes the index has of a record.
func (x *index) sizeOf(r *record) int {
	if x.project == nil {
		return r.size
	}
	return expr.Size(x.shown(r.item))
}

// change puts now in the place of old; either may be nil.
func (x *index) change(old, now *record) {
	if now != nil && !x.holds(now.item) {
		now = nil
	}
	if old != nil && x.holds(old.item) {
		if k := x.key(old.item); now == nil || k != x.key(now.item) || old.key != now.key {
			x.remove(k, old)
		}
	}
	if now != nil {
		x.add(x.key(now.item), now)
	}
}

func (x *index) add(k key, r *record) {
	p := x.parts[k.hash]
	if p == nil {
		p = &partition{hash: k.hash, number: number(k.hash)}
		x.parts[k.hash] = p
		x.order.Set(p)
	}
	e := entry{k.sort, x.sizeOf(r), r}
	old, replaced := p.entries.Set(e)
	if !replaced {
		x.count++
	}
	p.size += e.size - old.size
	x.size += e.size - old.size
}

func (x *index) remove(k key, r *record) {
	p := x.parts[k.hash]
	if p == nil {
		return
	}
	old, found := p.entries.Delete(entry{sort: k.sort, record: r})
	if !found {
		return
	}
	x.count--
	x.size -= old.size
	p.size -= old.size
	if p.entries.Len() == 0 {
		delete(x.parts, k.hash)
		x.order.Delete(p)
	}
}

// find gives the record with a primary key; nil when there is none.
func (x *index) find(k key) *record {
	p := x.parts[k.hash]
	if p == nil {
		return nil
	}
	e, _ := p.entries.Get(entry{sort: k.sort, record: &record{key: k}})
	return e.record
}
