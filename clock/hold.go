package clock

import (
	"context"
	"sync"
	"time"
)

// Hold keeps a [Shared] clock from moving by itself until release is called. Other clocks do not mind.
func Hold(c Clock) (release func()) {
	if s := shared(c); s != nil {
		return s.Hold()
	}
	return func() {}
}

// HoldFor holds a [Shared] clock as [Hold] does, and lets what is called with inner pause that.
func HoldFor(ctx context.Context, c Clock) (inner context.Context, release func()) {
	s := shared(c)
	if s == nil {
		return ctx, func() {}
	}
	h := &held{clock: s, release: s.Hold()}
	return context.WithValue(ctx, heldKey{}, h), h.end
}

// Pause lets go of the hold that ctx carries until resume is called. Whoever waits for time to pass, or for what
// somebody else has to do, pauses: a long poll, the wait for the end of an execution. Resume before stopping the timer
// that ended the wait.
func Pause(ctx context.Context) (resume func()) {
	h, _ := ctx.Value(heldKey{}).(*held)
	if h == nil {
		return func() {}
	}
	h.pause(1)
	return sync.OnceFunc(func() { h.pause(-1) })
}

type heldKey struct{}

// held is the hold that a context carries.
type held struct {
	clock *Shared

	mu      sync.Mutex
	pauses  int
	ended   bool
	release func()
}

func (h *held) pause(by int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.pauses += by
	switch {
	case h.ended:
	case by > 0 && h.pauses == 1:
		h.release()
	case by < 0 && h.pauses == 0:
		h.release = h.clock.Hold()
	}
}

func (h *held) end() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ended = true
	h.release()
}

// Background gives a view of a clock. Timers of the view do not make a [Shared] clock move by itself; they fire when
// it gets there. Of other clocks it is the clock itself.
func Background(c Clock) Clock {
	if s, ok := c.(*Shared); ok {
		return background{s}
	}
	return c
}

type background struct{ *Shared }

func (b background) NewTimer(t time.Time) Timer { return b.newTimer(t, false) }

// Foreground is the clock behind a view that [Background] gave; of others the clock itself.
func Foreground(c Clock) Clock {
	if b, ok := c.(background); ok {
		return b.Shared
	}
	return c
}

func shared(c Clock) *Shared {
	s, _ := Foreground(c).(*Shared)
	return s
}

// Sleep waits for d by the clock, and lets a hold that ctx carries go meanwhile. It fails when ctx ends before.
func Sleep(ctx context.Context, c Clock, d time.Duration) error {
	t := c.NewTimer(c.Now().Add(d))
	defer t.Stop()
	defer Pause(ctx)()
	select {
	case <-t.C():
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// AfterFunc calls f at a time, on a goroutine of its own, unless stop is called before; stop tells whether it was.
// While f runs, the clock is held.
func AfterFunc(c Clock, at time.Time, f func()) (stop func() bool) {
	t, gone := c.NewTimer(at), make(chan struct{})
	go func() {
		select {
		case <-t.C():
			defer Hold(c)()
			t.Stop()
			f()
		case <-gone:
		}
	}()
	var once sync.Once
	return func() (stopped bool) {
		once.Do(func() {
			if stopped = t.Stop(); stopped {
				close(gone)
			}
		})
		return stopped
	}
}
