package e2e

import (
	"context"
	"testing"
	"time"
)

const (
	patience = time.Minute           // for what should happen at once
	interval = 20 * time.Millisecond // between two looks
)

// eventually looks again and again until done. When patience is over it fails the test, with what explain says.
func eventually(t *testing.T, what string, look func(context.Context) (done bool, err error), explain func() string) {
	t.Helper()
	ctx, cancel := patient(t)
	defer cancel()
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		done, err := look(ctx)
		switch {
		case ctx.Err() != nil:
			t.Fatalf("waited %v in vain for %s\n%s", patience, what, explain())
		case err != nil:
			t.Fatalf("while waiting for %s: %v", what, err)
		case done:
			return
		}
		select {
		case <-ctx.Done():
		case <-tick.C:
		}
	}
}

// patient is a context that ends when patience is over.
func patient(t *testing.T) (context.Context, context.CancelFunc) {
	return context.WithTimeout(t.Context(), patience)
}

// receive waits for something that happens within the machine.
func receive(t *testing.T, c <-chan struct{}, what string) {
	t.Helper()
	ctx, cancel := patient(t)
	defer cancel()
	select {
	case <-c:
	case <-ctx.Done():
		t.Fatalf("waited %v in vain for %s", patience, what)
	}
}
