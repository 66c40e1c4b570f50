package value_test

import (
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/value"
)

func ExampleValue_Chunks() {
	v := value.MustParse(`[1,2,3,4,5]`)
	fmt.Println(v.Chunks(2), v.Chunks(9), value.Array().Chunks(3))
	// Output: [[1,2],[3,4],[5]] [[1,2,3,4,5]] []
}

// An array of chunks is as the array that is read from its text, in whatever way one looks at it first.
func TestChunksAreArrays(t *testing.T) {
	t.Parallel()
	looks := map[string]func(v value.Value) any{
		"text":     func(v value.Value) any { return v.String() },
		"size":     func(v value.Value) any { return v.Size() },
		"length":   func(v value.Value) any { return v.Len() },
		"kind":     func(v value.Value) any { return v.Kind() },
		"elements": func(v value.Value) any { return fmt.Sprint(v.Elements()) },
		"first":    func(v value.Value) any { return fmt.Sprint(v.Index(0), v.Index(99), v.Index(-1)) },
		"chunks":   func(v value.Value) any { return v.Chunks(2).Chunks(2).String() },
		"plain":    func(v value.Value) any { return v.Any() },
		"indented": func(v value.Value) any { return v.Indent() },
		"appended": func(v value.Value) any { return v.Append(value.Null).String() },
		"names":    func(v value.Value) any { return fmt.Sprint(v.Names(), v.Values(), v.Get("a")) },
		"within":   func(v value.Value) any { return value.Object(value.M("x", v)).String() },
		"marshal": func(v value.Value) any {
			b, err := json.Marshal(v)
			return fmt.Sprint(string(b), err)
		},
		"self":  func(v value.Value) any { return value.Equal(v, v) },
		"equal": func(v value.Value) any { return value.Equal(v, value.MustParse(`[[0,1],[4]]`)) },
	}
	for n := range 12 {
		v := value.Array()
		for i := range n {
			v = v.Append(value.Int(i * i))
		}
		for _, size := range []int{1, 2, 3, 5, 11, 12, 13, 1 << 62} {
			same := value.MustParse(v.Chunks(size).String())
			if !value.Equal(same, v.Chunks(size)) || !value.Equal(v.Chunks(size), same) {
				t.Errorf("%s in chunks of %d is not %s", v, size, same)
			}
			for name, look := range looks {
				if d := cmp.Diff(look(same), look(v.Chunks(size))); d != "" {
					t.Errorf("%s in chunks of %d, %s (-want +got):\n%s", v, size, name, d)
				}
			}
		}
	}
	if v := value.String("x").Chunks(2); v.Exists() {
		t.Errorf("chunks of a text are %s", v)
	}
}

// Whoever looks first makes the chunks for all.
func TestChunksAreMadeOnce(t *testing.T) {
	t.Parallel()
	v := value.MustParse(`[1,2,3,4,5]`).Chunks(2)
	var group sync.WaitGroup
	firsts := make([]value.Value, 8)
	for i := range firsts {
		group.Go(func() { firsts[i] = v.Index(0) })
	}
	group.Wait()
	for _, x := range firsts {
		if x != v.Index(0) {
			t.Error("two lookers see different chunks")
		}
	}
}
