// Package flowprop tests the builder with random programs: each is a typed workflow that is written with package
// flow, and at the same time a Go function that works out directly what the workflow must give.
//
// A program is made from a row of choices. A choice of 0 is always the simplest one, so that a program that fails is
// made small by leaving choices out and lowering the others, whatever they decide.
package flowprop

import (
	"encoding/binary"
	"math/rand/v2"
	"slices"
)

// A source is the row of choices that a program is made from: random ones, written down, or given ones, and 0 after
// their end.
type source struct {
	random *rand.Rand
	given  []uint32
	taken  []uint32
}

func randomSource(seed uint64) *source { return &source{random: rand.New(rand.NewPCG(seed, 0x5eed))} }

// n gives a number from 0 up to but without k.
func (s *source) n(k int) int {
	x := 0
	switch {
	case s.random != nil:
		x = s.random.IntN(k)
	case len(s.taken) < len(s.given):
		x = int(s.given[len(s.taken)]) % k
	}
	s.taken = append(s.taken, uint32(x))
	return x
}

// in says yes once in k times; the simplest answer is no.
func (s *source) in(k int) bool { return s.n(k) == k-1 }

// one gives one of some, the first one being the simplest.
func one[T any](s *source, some ...T) T { return some[s.n(len(some))] }

// shrink makes a row of choices that fails smaller, as long as fails says that it still does, and no more than tries
// times.
func shrink(row []uint32, tries int, fails func([]uint32) bool) []uint32 {
	try := func(x []uint32) bool {
		if tries <= 0 || slices.Equal(x, row) {
			return false
		}
		tries--
		if !fails(x) {
			return false
		}
		row = x
		return true
	}
	for better := true; better && tries > 0; {
		better = false
		for size := max(1, len(row)/2); size >= 1; size /= 2 {
			for at := 0; at+size <= len(row); {
				if try(slices.Concat(row[:at], row[at+size:])) {
					better = true
				} else {
					at += size
				}
			}
		}
		for i := 0; i < len(row); i++ {
			for x := row[i]; x > 0; x /= 2 {
				lower := slices.Clone(row)
				lower[i] = x - (x+1)/2
				if !try(lower) {
					break
				}
				better = true
				x = row[i] * 2
			}
		}
	}
	return row
}

// choices reads a fuzzer's bytes as choices.
func choices(data []byte) []uint32 {
	var out []uint32
	for ; len(data) >= 2; data = data[2:] {
		out = append(out, uint32(binary.LittleEndian.Uint16(data)))
	}
	return out
}
