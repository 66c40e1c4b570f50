package value_test

import (
	"testing"

	"github.com/stepwright/stepwright/value"
)

func TestBuilderGrow(t *testing.T) { //nolint:paralleltest // AllocsPerRun counts for the whole process
	var b value.Builder
	b.Grow(2)
	if b.Len() != 0 {
		t.Errorf("Len is %d, want 0", b.Len())
	}
	if allocs := testing.AllocsPerRun(10, func() {
		var b value.Builder
		b.Grow(8)
		for _, name := range [...]string{"a", "b", "c", "d", "e", "f", "g", "h"} {
			b.Set(name, value.True)
		}
	}); allocs > 3 {
		t.Errorf("8 members after Grow(8) cost %v allocations, want at most 3", allocs)
	}
	b.Set("a", value.True)
	if got := b.Object().String(); got != `{"a":true}` {
		t.Errorf("got %s", got)
	}
}
