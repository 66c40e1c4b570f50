// Package clock is the clock as an interface: real, or virtual with exact timers.
//
// A virtual clock stands still until somebody advances it. What waits for a day is then done at once, and two runs
// see the same times.
package clock

import (
	"container/heap"
	"sync"
	"time"
)

// A Clock tells the time and wakes people up.
type Clock interface {
	// Now is the time.
	Now() time.Time
	// NewTimer gives a timer that fires once, at t; at once when t has passed.
	NewTimer(t time.Time) Timer
}

// A Timer fires once.
type Timer interface {
	// C receives the time at which the timer fired.
	C() <-chan time.Time
	// Stop prevents the timer from firing; false means that it has fired or was stopped before.
	Stop() bool
}

// Real is the computer's own clock.
func Real() Clock { return realClock{} }

type realClock struct{}

func (realClock) Now() time.Time             { return time.Now() }
func (realClock) NewTimer(t time.Time) Timer { return realTimer{time.NewTimer(time.Until(t))} }

type realTimer struct{ t *time.Timer }

func (t realTimer) C() <-chan time.Time { return t.t.C }
func (t realTimer) Stop() bool          { return t.t.Stop() }

// A Virtual clock moves only when it is told to. It is safe for any number of goroutines.
type Virtual struct {
	mu     sync.Mutex
	now    time.Time
	timers queue
	seq    int
}

// NewVirtual gives a clock that stands at start.
func NewVirtual(start time.Time) *Virtual { return &Virtual{now: start} }

// Now is the time the clock stands at.
func (c *Virtual) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// NewTimer gives a timer that fires when the clock is advanced to t or beyond.
func (c *Virtual) NewTimer(t time.Time) Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	v := &virtualTimer{clock: c, at: t, seq: c.seq, c: make(chan time.Time, 1)}
	if !t.After(c.now) {
		v.index = -1
		v.c <- c.now
		return v
	}
	heap.Push(&c.timers, v)
	return v
}

// Next is when the next timer fires; ok is false when none is waiting.
func (c *Virtual) Next() (t time.Time, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.timers) == 0 {
		return time.Time{}, false
	}
	return c.timers[0].at, true
}

// Advance moves the clock forward by d and fires the timers on the way, in the order of their times; timers for
// the same time fire in the order they were made.
func (c *Virtual) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moveTo(c.now.Add(d))
}

// AdvanceTo moves the clock forward to t, as Advance does. A clock never goes back.
func (c *Virtual) AdvanceTo(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moveTo(t)
}

func (c *Virtual) moveTo(t time.Time) {
	for len(c.timers) > 0 && !c.timers[0].at.After(t) {
		v := heap.Pop(&c.timers).(*virtualTimer)
		c.now = v.at
		v.c <- v.at
	}
	if t.After(c.now) {
		c.now = t
	}
}

type virtualTimer struct {
	clock *Virtual
	at    time.Time
	seq   int
	index int // in the queue; -1 when fired or stopped
	c     chan time.Time
}

func (t *virtualTimer) C() <-chan time.Time { return t.c }

func (t *virtualTimer) Stop() bool {
	t.clock.mu.Lock()
	defer t.clock.mu.Unlock()
	if t.index < 0 {
		return false
	}
	heap.Remove(&t.clock.timers, t.index)
	return true
}

// A queue is a heap of timers by time, then by age.
type queue []*virtualTimer

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].seq < q[j].seq
	}
	return q[i].at.Before(q[j].at)
}

func (q queue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *queue) Push(x any) {
	t := x.(*virtualTimer)
	t.index = len(*q)
	*q = append(*q, t)
}

func (q *queue) Pop() any {
	old := *q
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	t.index = -1
	return t
}
