package main

import (
	"bytes"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/value"
)

// TestMutatedDefinitions takes every member and item of a definition of every recording away, and gives it another type.
// Whatever is left is parsed and checked without a panic; every diagnostic has a place in the text; and printing
// what was understood is stable.
func TestMutatedDefinitions(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	documents, told := 0, 0
	for _, r := range recordings(t) {
		for _, d := range r.definitions()[:1] { // the rows of a table are much alike
			if seen[string(d.text)] {
				continue
			}
			seen[string(d.text)] = true
			mutations(d.json, func(v value.Value) {
				documents++
				m, l := asl.Parse([]byte(v.String()))
				l = append(l, check.Document(m)...)
				if len(l) > 0 {
					told++
				}
				for _, p := range l {
					if p.Source == "" || p.Code == "" {
						t.Fatalf("%s\nincomplete diagnostic %+v", v, p)
					}
				}
				printed := asl.Print(m)
				again, _ := asl.Parse(printed)
				if !bytes.Equal(asl.Print(again), printed) {
					t.Fatalf("%s\nprint, parse, print changes the bytes:\n%s", v, printed)
				}
			})
		}
	}
	t.Logf("%d documents, something is said about %d", documents, told)
}

// mutations calls f with v after each single change.
func mutations(v value.Value, f func(value.Value)) {
	for name, x := range v.Members() {
		f(v.Without(name))
		for _, other := range []value.Value{value.Int(7), value.Array(x)} {
			f(v.With(name, other))
		}
		mutations(x, func(y value.Value) { f(v.With(name, y)) })
	}
	for i, x := range v.Elements() {
		with := func(y ...value.Value) {
			items := append([]value.Value{}, v.Elements()[:i]...)
			f(value.Array(append(append(items, y...), v.Elements()[i+1:]...)...))
		}
		with()
		with(value.True)
		mutations(x, func(y value.Value) { with(y) })
	}
}
