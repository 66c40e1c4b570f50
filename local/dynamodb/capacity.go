package dynamodb

import (
	"github.com/stepwright/stepwright/local/dynamodb/internal/expr"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A usage is the capacity that a request has used of a table and of its secondary indexes.
type usage struct {
	table   float64
	indexes map[*index]float64 // nil for none
}

func (u *usage) add(v usage) {
	u.table += v.table
	for x, n := range v.indexes {
		u.of(x, n)
	}
}

// of adds units of an index; x may be the primary key.
func (u *usage) of(x *index, units float64) {
	if x.name == "" {
		u.table += units
		return
	}
	if u.indexes == nil {
		u.indexes = map[*index]float64{}
	}
	u.indexes[x] += units
}

func capacityMode(r *members.Reader) (string, error) {
	return oneOf(r, "ReturnConsumedCapacity", "NONE", "INDEXES", "TOTAL", "NONE")
}

// consumed is the ConsumedCapacity of an answer; absent if nobody asked for it. Transactions also name the kind of
// units, "ReadCapacityUnits" or "WriteCapacityUnits"; kind is empty for all others.
func consumed(mode string, t *table, u usage, kind string) value.Value {
	if mode == "NONE" {
		return value.Value{}
	}
	units := func(n float64) value.Value {
		v := value.Object(value.M("CapacityUnits", value.Float(n)))
		if kind != "" {
			v = v.With(kind, value.Float(n))
		}
		return v
	}
	total := u.table
	var global, local value.Builder
	for _, x := range t.indexes() { // in their order
		n, ok := u.indexes[x]
		total += n
		switch {
		case !ok:
		case x.local:
			local.Set(x.name, units(n))
		default:
			global.Set(x.name, units(n))
		}
	}
	all := value.Object(value.M("TableName", value.String(t.name)))
	for name, v := range units(total).Members() {
		all = all.With(name, v)
	}
	if mode != "INDEXES" {
		return all
	}
	all = all.With("Table", units(u.table))
	if global.Len() > 0 {
		all = all.With("GlobalSecondaryIndexes", global.Object())
	}
	if local.Len() > 0 {
		all = all.With("LocalSecondaryIndexes", local.Object())
	}
	return all
}

func readUnits(size int, consistent bool) float64 {
	units := float64(max(1, (size+4095)/4096))
	if !consistent {
		units /= 2
	}
	return units
}

func writeUnits(size int) float64 { return float64(max(1, (size+1023)/1024)) }

// written is what a write uses that puts now in the place of old; either may be nil.
func (t *table) written(old, now *record) usage {
	u := usage{table: writeUnits(max(old.bytes(), now.bytes()))}
	for _, x := range t.indexes() {
		if n := x.written(old, now); n > 0 {
			u.of(x, n)
		}
	}
	return u
}

// written is what an index uses: one write for an entry that comes, goes or changes, two for one that moves.
func (x *index) written(old, now *record) float64 {
	had, has := old != nil && x.holds(old.item), now != nil && x.holds(now.item)
	switch {
	case had && has && x.key(old.item) == x.key(now.item):
		a, b := x.shown(old.item), x.shown(now.item)
		if sameItem(a, b) {
			return 0
		}
		return writeUnits(max(expr.Size(a), expr.Size(b)))
	case had && has:
		return writeUnits(x.sizeOf(old)) + writeUnits(x.sizeOf(now))
	case had:
		return writeUnits(x.sizeOf(old))
	case has:
		return writeUnits(x.sizeOf(now))
	}
	return 0
}

// sameItem tells whether two items have equal attributes.
func sameItem(a, b value.Value) bool {
	if a.Len() != b.Len() {
		return false
	}
	for name, v := range a.Members() {
		if w := b.Get(name); !w.Exists() || !expr.Equal(v, w) {
			return false
		}
	}
	return true
}

// collectionMode reads ReturnItemCollectionMetrics.
func collectionMode(r *members.Reader) (string, error) {
	return oneOf(r, "ReturnItemCollectionMetrics", "NONE", "SIZE", "NONE")
}

// collection is the ItemCollectionMetrics of a write: how large all items of one hash key are. Only tables with local
// indexes have them. The table is locked.
func (t *table) collection(mode string, item value.Value) value.Value {
	local := false
	size := 0
	hash := expr.Key(item.Get(t.primary.hash))
	for _, x := range append([]*index{t.primary}, t.indexes()...) {
		if p := x.parts[hash]; p != nil && (x.local || x == t.primary) {
			size += p.size
		}
		local = local || x.local
	}
	if mode != "SIZE" || !local {
		return value.Value{}
	}
	low := float64(size >> 30)
	return value.Object(value.M("ItemCollectionKey", value.Object(value.M(t.primary.hash, item.Get(t.primary.hash)))),
		value.M("SizeEstimateRangeGB", value.Array(value.Float(low), value.Float(low+1))))
}
