package value_test

import (
	"testing"

	"github.com/stepwright/stepwright/value"
)

func TestBuilderGrow(t *testing.T) {
	t.Parallel()
	var b value.Builder
	b.Grow(2)
	if b.Len() != 0 {
		t.Errorf("Len is %d, want 0", b.Len())
	}
	for _, name := range [...]string{"a", "b", "c"} { // more than was said
		b.Set(name, value.True)
	}
	if got := b.Object().String(); got != `{"a":true,"b":true,"c":true}` {
		t.Errorf("got %s", got)
	}
	if b.Len() != 0 {
		t.Errorf("Len after Object is %d, want 0", b.Len())
	}
}

func BenchmarkBuilder(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var o value.Builder
		o.Grow(8)
		for _, name := range [...]string{"a", "b", "c", "d", "e", "f", "g", "h"} {
			o.Set(name, value.True)
		}
		_ = o.Object()
	}
}

func TestIndentGrowsOnce(t *testing.T) {
	t.Parallel()
	for _, src := range []string{`1`, `""`, `[]`, `{}`, `[1, [], {"a": {"b": [true, null, "x\n\u00e9\u0001"]}, "ü": 1.50}, {}]`} {
		v := value.MustParse(src)
		if got := v.AppendIndent(nil); cap(value.MustParse(src).AppendIndent(make([]byte, 0, len(got)+1))) != len(got)+1 {
			t.Errorf("the text of %s was expected to have another length than its %d bytes", src, len(got))
		}
	}
}
