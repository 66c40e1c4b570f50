package clock_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwright/stepwright/clock"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func ExampleShared() {
	c := clock.NewShared(start)
	day := c.NewTimer(start.Add(24 * time.Hour)) // nobody is at work: the time moves by itself
	fmt.Println((<-day.C()).Format(time.DateTime))
	day.Stop()
	// Output:
	// 2026-01-02 00:00:00
}

// In a bubble of synctest, Wait returns when every goroutine, that which moves the clock too, has nothing left to do.
// Sleep lets the bubble's time pass, which the clock takes to settle.
func settled() {
	time.Sleep(time.Second)
	synctest.Wait()
}

func TestHoldsKeepTheTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewShared(start)
		first, second := c.Hold(), clock.Hold(c)
		timer := c.NewTimer(start.Add(time.Hour))
		defer timer.Stop()
		first()
		first()
		settled()
		if !c.Now().Equal(start) {
			t.Fatalf("the clock moved to %v while it was held", c.Now())
		}
		second()
		<-timer.C()
		if !c.Now().Equal(start.Add(time.Hour)) {
			t.Errorf("it is %v", c.Now())
		}
		settled()
	})
}

// What a timer sets going is over before the next one fires.
func TestFiredTimersHoldTheTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewShared(start)
		a, b := c.NewTimer(start.Add(time.Minute)), c.NewTimer(start.Add(time.Hour))
		<-a.C()
		settled()
		if got := c.Now().Sub(start); got != time.Minute {
			t.Fatalf("the clock moved on to %v before the timer was stopped", got)
		}
		release := clock.Hold(c)
		a.Stop()
		settled()
		if got := c.Now().Sub(start); got != time.Minute {
			t.Fatalf("the clock moved on to %v while it was held", got)
		}
		release()
		<-b.C()
		b.Stop()
		settled()
	})
}

func TestBackground(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewShared(start)
		sweep := clock.Background(c).NewTimer(start.Add(time.Minute))
		settled()
		if !c.Now().Equal(start) {
			t.Fatalf("the clock moved to %v for a timer in the background", c.Now())
		}
		wait := c.NewTimer(start.Add(time.Hour))
		if at := <-sweep.C(); !at.Equal(start.Add(time.Minute)) {
			t.Errorf("the timer in the background fired at %v", at)
		}
		if sweep.Stop() {
			t.Error("a fired timer was stopped")
		}
		<-wait.C()
		wait.Stop()
		gone := c.NewTimer(c.Now().Add(time.Hour))
		if !gone.Stop() {
			t.Error("a timer could not be stopped")
		}
		if clock.Foreground(clock.Background(c)) != clock.Clock(c) || clock.Background(clock.Real()) != clock.Real() {
			t.Error("Foreground does not undo Background")
		}
		settled()
	})
}

func TestPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewShared(start)
		ctx, release := clock.HoldFor(t.Context(), c)
		if err := clock.Sleep(ctx, c, time.Hour); err != nil {
			t.Fatal(err)
		}
		timer := c.NewTimer(c.Now().Add(time.Hour))
		defer timer.Stop()
		settled()
		if got := c.Now().Sub(start); got != time.Hour {
			t.Errorf("the clock moved to %v, though the context holds it again", got)
		}
		release()
		<-timer.C()
		if err := clock.Sleep(ctx, c, -time.Hour); err != nil {
			t.Error(err)
		}
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if err := clock.Sleep(over, clock.Background(c), time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("Sleep in a context that has ended: %v", err)
		}
		if _, release := clock.HoldFor(t.Context(), clock.Real()); release == nil {
			t.Error("no release")
		}
		settled()
	})
}

// Advance waits for what happens on the way, and not for what was going on before.
func TestAdvance(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := clock.NewShared(start)
		defer c.Hold()()
		var mu sync.Mutex
		var happened []string
		note := func(s string) func() {
			return func() {
				time.Sleep(time.Millisecond) // a little work
				mu.Lock()
				defer mu.Unlock()
				happened = append(happened, s+" "+c.Now().Sub(start).String())
			}
		}
		clock.AfterFunc(c, start.Add(2*time.Hour), note("second"))
		clock.AfterFunc(clock.Background(c), start.Add(time.Hour), note("first"))
		clock.AfterFunc(c, start.Add(48*time.Hour), note("late"))
		stop := clock.AfterFunc(c, start.Add(time.Hour), note("stopped"))
		if !stop() || stop() {
			t.Error("stop should be true once")
		}
		if err := c.Advance(t.Context(), 24*time.Hour); err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(happened); got != "[first 1h0m0s second 2h0m0s]" || c.Now().Sub(start) != 24*time.Hour {
			t.Errorf("happened: %s; it is %v", got, c.Now())
		}
		ctx, cancel := context.WithCancel(t.Context())
		clock.AfterFunc(c, start.Add(30*time.Hour), func() { cancel(); <-t.Context().Done() })
		if err := c.Advance(ctx, 7*time.Hour); !errors.Is(err, context.Canceled) {
			t.Errorf("Advance while something lasts: %v", err)
		}
		if err := c.Advance(t.Context(), 18*time.Hour); err != nil {
			t.Fatal(err)
		}
		c.Close()
		settled()
	})
}

func BenchmarkSharedHold(b *testing.B) {
	c := clock.NewShared(start)
	timer := clock.Background(c).NewTimer(start.Add(time.Hour))
	defer timer.Stop()
	b.ReportAllocs()
	for b.Loop() {
		c.Hold()()
	}
}
