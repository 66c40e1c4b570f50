package value_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/value"
)

func ExampleBatch() {
	names := []string{"id", "qty"} // shared by all the objects
	var b value.Batch
	lines := b.Items(2)
	for i := range lines {
		fields := b.Items(len(names))
		fields[0] = value.Int(i)
		if i > 0 {
			fields[1] = value.Int(10 * i)
		}
		lines[i] = b.Object(names, fields)
	}
	fmt.Println(b.Array(lines))
	// Output: [{"id":0},{"id":1,"qty":10}]
}

// What a batch makes is as what Array and Object make, whatever the sizes, and stays as it is when more is made.
func TestBatch(t *testing.T) {
	t.Parallel()
	var b value.Batch
	var made []value.Value
	var want []string
	for n := range 40 {
		names := make([]string, n)
		items, fields := b.Items(n), b.Items(n)
		var texts, members []string
		for i := range n {
			names[i] = fmt.Sprintf("m%d", i)
			if i%7 == 3 {
				texts = append(texts, "null")
				continue
			}
			items[i] = value.Int(n * i)
			fields[i] = value.String(names[i])
			texts = append(texts, fmt.Sprint(n*i))
			members = append(members, fmt.Sprintf("%q:%q", names[i], names[i]))
		}
		made = append(made, b.Array(items), b.Object(names, fields))
		want = append(want, "["+strings.Join(texts, ",")+"]", "{"+strings.Join(members, ",")+"}")
	}
	for i, v := range made {
		if v.String() != want[i] {
			t.Errorf("made %s, want %s", v, want[i])
		}
		if again := value.MustParse(want[i]); !value.Equal(v, again) || v.Kind() != again.Kind() || v.Size() != len(want[i]) {
			t.Errorf("%s is not equal to %s", v, again)
		}
		if v.IsObject() && v.Len() > 1 && v.Get(v.Names()[1]).Str() != v.Names()[1] {
			t.Errorf("%s: member %s is not found", v, v.Names()[1])
		}
	}
}

func TestObjectsOfABatchShareNamesSafely(t *testing.T) {
	t.Parallel()
	names := append(make([]string, 0, 8), "a", "b")
	var b value.Batch
	one := b.Object(names, []value.Value{value.Int(1), value.Int(2)})
	two := one.With("c", value.Int(3))
	three := b.Object(names, []value.Value{value.Int(4), {}})
	if got := fmt.Sprint(one, two, three); got != `{"a":1,"b":2} {"a":1,"b":2,"c":3} {"a":4}` {
		t.Error(got)
	}
}
