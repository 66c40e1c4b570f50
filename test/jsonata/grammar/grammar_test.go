package grammar

import (
	"encoding/json"
	"slices"
	"testing"
)

// Programs of one seed are the same in every run, or a reported seed would be of no use.
func TestSeeds(t *testing.T) {
	t.Parallel()
	different := map[string]bool{}
	for seed := range uint64(500) {
		p, again := New(seed), New(seed)
		if p.Expr != again.Expr || p.Data != again.Data {
			t.Fatalf("seed %d gives %s over %s, and then %s over %s", seed, p.Expr, p.Data, again.Expr, again.Data)
		}
		different[p.Expr] = true
		if p.Data != "" && !json.Valid([]byte(p.Data)) {
			t.Errorf("seed %d: no JSON: %s", seed, p.Data)
		}
		if len(p.Expr) > 20_000 {
			t.Errorf("seed %d: %d bytes", seed, len(p.Expr))
		}
	}
	if len(different) < 480 {
		t.Errorf("only %d of 500 programs are different", len(different))
	}
}

func TestFeaturesAreUsed(t *testing.T) {
	t.Parallel()
	known := Features()
	counts := map[string]int{}
	for seed := range uint64(8000) {
		New(seed).Uses(func(f string) {
			if !slices.Contains(known, f) {
				t.Errorf("seed %d uses %q, which Features does not list", seed, f)
			}
			counts[f]++
		})
	}
	for _, f := range known {
		if counts[f] < 20 {
			t.Errorf("%s is used %d times in 8000 programs", f, counts[f])
		}
	}
}

// A program that fails whenever its text contains $sum shrinks to little more than that.
func TestShrink(t *testing.T) {
	t.Parallel()
	contains := func(p Program) bool {
		found := false
		p.Uses(func(f string) { found = found || f == "$sum" })
		return found
	}
	tried := 0
	for seed := uint64(0); tried < 20; seed++ {
		p := New(seed)
		if !contains(p) {
			continue
		}
		tried++
		for {
			less := p.Shrink()
			i := slices.IndexFunc(less, contains)
			if i < 0 {
				break
			}
			if len(less[i].Expr)+len(less[i].Data) >= len(p.Expr)+len(p.Data) {
				t.Fatalf("%s over %s is no smaller than %s over %s", less[i].Expr, less[i].Data, p.Expr, p.Data)
			}
			p = less[i]
		}
		if len(p.Expr) > 40 || p.Data != "" {
			t.Errorf("seed %d: stays %s over %s", seed, p.Expr, p.Data)
		}
	}
}
