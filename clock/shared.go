package clock

import (
	"container/heap"
	"context"
	"runtime"
	"sync"
	"time"
)

// A Shared clock is the virtual time of a whole machine: many goroutines live by it, and none of them sees the rest.
// It moves by itself to the next timer when nobody holds it, and on Advance.
//
//   - What works holds the clock: a request, a process, a call between services. [Hold] and [HoldFor] begin that; time
//     stands still until all of them have let go. What waits for others to do something calls [Pause] meanwhile.
//   - A timer that has fired holds the clock as well, until it is stopped: whoever waits for C does what is to be done,
//     or takes a hold of its own for it, and then calls Stop. Nothing can slip in between.
//   - Timers of [Background] do not make the clock move. They fire when it gets there for another reason. They are for
//     what comes round again (schedules, sweeps) and for what somebody outside may still prevent (timeouts,
//     heartbeats, a message that becomes visible again): those pass by Advance.
//
// It is safe for any number of goroutines.
type Shared struct {
	mu      sync.Mutex
	now     time.Time
	timers  sharedQueue
	driving int    // timers that make the clock move
	seq     uint64 // of timers and holds
	holds   map[uint64]bool
	moving  bool
	changed chan struct{} // closed and made anew when a hold ends; nil when nobody looks
	stopped bool
}

// NewShared gives a clock that stands at start until something waits for it.
func NewShared(start time.Time) *Shared { return &Shared{now: start, holds: map[uint64]bool{}} }

// Now is the time the clock stands at.
func (c *Shared) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// NewTimer gives a timer that makes the clock move to t as soon as nobody holds it. It must be stopped, also when it
// has fired.
func (c *Shared) NewTimer(t time.Time) Timer { return c.newTimer(t, true) }

// Hold keeps the clock from moving by itself until release is called; calling it again does nothing.
func (c *Shared) Hold() (release func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	id := c.hold()
	return func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.release(id)
	}
}

// Close ends all moving by itself.
func (c *Shared) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.stopped = true
}

// Advance moves the clock forward by d, whoever holds it. It stops at every timer on the way, and goes on when what
// the timer set going has let go of the clock. What held the clock before is waited for only a moment, so that
// something that lasts cannot keep the time from being advanced. It fails when ctx ends.
func (c *Shared) Advance(ctx context.Context, d time.Duration) error {
	if err := c.calm(ctx); err != nil {
		return err
	}
	c.mu.Lock()
	target, before := c.now.Add(d), c.seq
	for {
		if len(c.timers) > 0 && !c.timers[0].at.After(target) {
			c.fire()
		} else if target.After(c.now) {
			c.now = target
		}
		done := !c.now.Before(target)
		c.mu.Unlock()
		if err := c.settle(ctx, before); err != nil || done {
			return err
		}
		c.mu.Lock()
	}
}

// calm waits until nobody holds the clock, but not for what takes longer than a moment.
func (c *Shared) calm(ctx context.Context) error {
	moment, cancel := context.WithTimeout(ctx, aMoment)
	defer cancel()
	_ = c.settle(moment, 0)
	return context.Cause(ctx)
}

// aMoment is more than what waits for nobody takes, in real time.
const aMoment = 250 * time.Millisecond

// settle waits until all that has begun to hold the clock after before has let go of it.
func (c *Shared) settle(ctx context.Context, before uint64) error {
	for {
		c.breathe()
		c.mu.Lock()
		if !c.heldSince(before) {
			c.mu.Unlock()
			return context.Cause(ctx)
		}
		if c.changed == nil {
			c.changed = make(chan struct{})
		}
		changed := c.changed
		c.mu.Unlock()
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func (c *Shared) heldSince(before uint64) bool {
	for id := range c.holds {
		if id > before {
			return true
		}
	}
	return false
}

// hold must be called with the lock held, as all that follows.
func (c *Shared) hold() uint64 {
	c.seq++
	c.holds[c.seq] = true
	return c.seq
}

func (c *Shared) release(id uint64) {
	if !c.holds[id] {
		return
	}
	delete(c.holds, id)
	if c.changed != nil {
		close(c.changed)
		c.changed = nil
	}
	c.nudge()
}

// nudge starts moving when there is a reason to and nobody holds the clock.
func (c *Shared) nudge() {
	if !c.moving && c.mayMove() {
		c.moving = true
		go c.move()
	}
}

func (c *Shared) mayMove() bool { return !c.stopped && c.driving > 0 && len(c.holds) == 0 }

// move goes from timer to timer as long as nobody holds the clock.
func (c *Shared) move() {
	for {
		c.mu.Lock()
		before := c.seq
		c.mu.Unlock()
		c.breathe()
		c.mu.Lock()
		if !c.mayMove() {
			c.moving = false
			c.mu.Unlock()
			return
		}
		if c.seq == before { // nothing has happened meanwhile
			c.fire()
		}
		c.mu.Unlock()
	}
}

// breathe lets goroutines run that something has just woken and that do not hold the clock yet.
func (c *Shared) breathe() {
	for range 3 {
		runtime.Gosched()
		time.Sleep(settling)
	}
}

// settling is a third of how long nothing must happen before the clock moves.
const settling = 100 * time.Microsecond

// fire moves the clock to the next timer and fires all that are due then, in the order they were made.
func (c *Shared) fire() {
	at := c.timers[0].at
	if at.After(c.now) {
		c.now = at
	}
	for len(c.timers) > 0 && !c.timers[0].at.After(c.now) {
		t := heap.Pop(&c.timers).(*sharedTimer)
		if t.driving {
			c.driving--
		}
		t.held = c.hold()
		t.c <- c.now
	}
}

func (c *Shared) newTimer(at time.Time, driving bool) Timer {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.seq++
	t := &sharedTimer{clock: c, at: at, seq: c.seq, driving: driving, c: make(chan time.Time, 1)}
	if !at.After(c.now) {
		t.index, t.held = -1, c.hold()
		t.c <- c.now
		return t
	}
	heap.Push(&c.timers, t)
	if driving {
		c.driving++
		c.nudge()
	}
	return t
}

type sharedTimer struct {
	clock   *Shared
	at      time.Time
	seq     uint64
	driving bool
	index   int    // in the queue; -1 when fired or stopped
	held    uint64 // the hold of a timer that has fired
	c       chan time.Time
}

func (t *sharedTimer) C() <-chan time.Time { return t.c }

func (t *sharedTimer) Stop() bool {
	c := t.clock
	c.mu.Lock()
	defer c.mu.Unlock()
	if t.index < 0 {
		c.release(t.held)
		return false
	}
	heap.Remove(&c.timers, t.index)
	if t.driving {
		c.driving--
	}
	return true
}

// A sharedQueue is a heap of timers by time, then by age.
type sharedQueue []*sharedTimer

func (q sharedQueue) Len() int { return len(q) }
func (q sharedQueue) Less(i, j int) bool {
	if q[i].at.Equal(q[j].at) {
		return q[i].seq < q[j].seq
	}
	return q[i].at.Before(q[j].at)
}

func (q sharedQueue) Swap(i, j int) {
	q[i], q[j] = q[j], q[i]
	q[i].index, q[j].index = i, j
}

func (q *sharedQueue) Push(x any) {
	t := x.(*sharedTimer)
	t.index = len(*q)
	*q = append(*q, t)
}

func (q *sharedQueue) Pop() any {
	old := *q
	t := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	t.index = -1
	return t
}
