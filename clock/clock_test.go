package clock_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
)

func ExampleVirtual() {
	c := clock.NewVirtual(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	day := c.NewTimer(c.Now().Add(24 * time.Hour))
	c.Advance(36 * time.Hour)
	fmt.Println("fired at", (<-day.C()).Format(time.DateTime))
	fmt.Println("it is   ", c.Now().Format(time.DateTime))
	// Output:
	// fired at 2026-01-02 00:00:00
	// it is    2026-01-02 12:00:00
}

func TestVirtualOrder(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	c := clock.NewVirtual(start)
	late, soon, gone := c.NewTimer(start.Add(3*time.Second)), c.NewTimer(start.Add(time.Second)), c.NewTimer(start.Add(2*time.Second))
	past := c.NewTimer(start.Add(-time.Second))
	if !gone.Stop() || gone.Stop() {
		t.Error("Stop should be true once")
	}
	if past.Stop() {
		t.Error("a timer for the past has fired already")
	}
	var fired []string
	for range 2 {
		at, ok := c.Next()
		if !ok {
			t.Fatal("no timer waits")
		}
		c.AdvanceTo(at)
		select {
		case <-soon.C():
			fired = append(fired, "soon")
		case <-late.C():
			fired = append(fired, "late")
		default:
			t.Fatalf("nothing fired at %v", at)
		}
	}
	if d := cmp.Diff([]string{"soon", "late"}, fired); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if _, ok := c.Next(); ok {
		t.Error("a timer is left")
	}
	c.AdvanceTo(start)
	if got := c.Now(); !got.Equal(start.Add(3 * time.Second)) {
		t.Errorf("the clock went back to %v", got)
	}
}

func TestReal(t *testing.T) {
	t.Parallel()
	c := clock.Real()
	timer := c.NewTimer(c.Now())
	<-timer.C()
	if timer.Stop() {
		t.Error("a fired timer was stopped")
	}
}
