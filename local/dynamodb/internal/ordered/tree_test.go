package ordered_test

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stepwright/stepwright/local/dynamodb/internal/ordered"
)

// A pair has its place by key.
type pair struct{ key, text int }

func (p pair) Compare(q pair) int { return cmp.Compare(p.key, q.key) }

// Random changes leave a tree and a map with the same content, and walks from anywhere see it in order.
func TestAgainstMap(t *testing.T) {
	t.Parallel()
	for seed := range uint64(20) {
		r := rand.New(rand.NewPCG(seed, 1))
		var tree ordered.Tree[pair]
		model := map[int]int{}
		space := []int{20, 500, 5000}[seed%3]
		for i := range 20000 {
			k := r.IntN(space)
			was, there := model[k]
			if r.IntN(10) < []int{7, 3, 5}[i/1000%3] {
				old, replaced := tree.Set(pair{k, i})
				if replaced != there || old.text != was {
					t.Fatalf("seed %d, step %d: set gave %v, %v; it was %v, %v", seed, i, old, replaced, was, there)
				}
				model[k] = i
			} else {
				old, found := tree.Delete(pair{key: k})
				if found != there || old.text != was {
					t.Fatalf("seed %d, step %d: delete gave %v, %v; it was %v, %v", seed, i, old, found, was, there)
				}
				delete(model, k)
			}
			if i%1000 == 0 {
				compare(t, &tree, model, r.IntN(space))
			}
		}
		compare(t, &tree, model, 0)
		for k := range model {
			tree.Delete(pair{key: k})
		}
		compare(t, &tree, nil, 0)
	}
}

func compare(t *testing.T, tree *ordered.Tree[pair], model map[int]int, from int) {
	t.Helper()
	if tree.Len() != len(model) {
		t.Fatalf("%d things, want %d", tree.Len(), len(model))
	}
	var up, down []pair
	for k, v := range model {
		if got, ok := tree.Get(pair{key: k}); !ok || got.text != v {
			t.Fatalf("get %d: %v, %v", k, got, ok)
		}
		if k >= from {
			up = append(up, pair{k, v})
		}
		if k < from {
			down = append(down, pair{k, v})
		}
	}
	slices.SortFunc(up, pair.Compare)
	slices.SortFunc(down, func(a, b pair) int { return b.Compare(a) })
	if got := slices.Collect(tree.From(func(p pair) bool { return p.key >= from })); !slices.Equal(got, up) {
		t.Fatalf("upwards from %d: %v, want %v", from, got, up)
	}
	if got := slices.Collect(tree.DownFrom(func(p pair) bool { return p.key < from })); !slices.Equal(got, down) {
		t.Fatalf("downwards from %d: %v, want %v", from, got, down)
	}
	n := 0
	for range tree.From(func(pair) bool { return true }) {
		if n++; n == 3 {
			break
		}
	}
	if n != min(3, len(model)) {
		t.Fatalf("a walk that ended early saw %d", n)
	}
}

func BenchmarkSet(b *testing.B) {
	var tree ordered.Tree[pair]
	r := rand.New(rand.NewPCG(1, 2))
	b.ReportAllocs()
	for b.Loop() {
		tree.Set(pair{key: r.Int()})
	}
}
