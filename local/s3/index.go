package s3

import (
	"slices"
	"sort"
)

// An index keeps the keys of a bucket in the order of their bytes. Keys are sorted in only when somebody lists, so
// that a million objects can be put in any order without moving each other. Keys that are gone stay until they are
// many; alive tells them apart.
type index struct {
	sorted []string
	fresh  []string // not yet sorted in
	gone   int      // how many have been removed since the last sweep
}

// add takes a key in that was not there.
func (x *index) add(key string) {
	if len(x.fresh) == 0 && (len(x.sorted) == 0 || x.sorted[len(x.sorted)-1] < key) {
		x.sorted = append(x.sorted, key)
		return
	}
	x.fresh = append(x.fresh, key)
}

// remove says that a key is gone.
func (x *index) remove() { x.gone++ }

// few is how many keys are sorted in one by one.
const few = 16

// settled tells whether settle has nothing to do.
func (x *index) settled() bool { return len(x.fresh) == 0 && x.gone <= few+len(x.sorted)/2 }

// settle sorts fresh keys in and sweeps out those that are gone.
func (x *index) settle(alive func(key string) bool) {
	switch {
	case len(x.fresh) > few:
		x.sorted = append(x.sorted, x.fresh...)
		slices.Sort(x.sorted)
		x.sorted = slices.Compact(x.sorted)
	default:
		for _, key := range x.fresh {
			if i, found := slices.BinarySearch(x.sorted, key); !found {
				x.sorted = slices.Insert(x.sorted, i, key)
			}
		}
	}
	clear(x.fresh)
	x.fresh = x.fresh[:0]
	if x.gone > few+len(x.sorted)/2 {
		x.sorted = slices.DeleteFunc(x.sorted, func(key string) bool { return !alive(key) })
		x.gone = 0
	}
}

// behind is the place of the first key that comes after all those that begin with prefix.
func (x *index) behind(prefix string, from int) int {
	return from + sort.Search(len(x.sorted)-from, func(i int) bool {
		key := x.sorted[from+i]
		return len(key) > len(prefix) && key[:len(prefix)] > prefix || len(key) <= len(prefix) && key > prefix
	})
}
