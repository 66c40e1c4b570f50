package sqs

import (
	"context"
	"time"
)

// Await waits until the queue of an ARN may have something to receive. Its error is ctx's when that ends, and
// QueueDoesNotExist when there is no such queue, or none any more. A queue that nothing is due in costs no timer, so
// that it does not keep a virtual clock busy.
func (b *Broker) Await(ctx context.Context, arn string) error {
	for {
		changed, until, err := b.outlook(arn)
		switch {
		case err != nil:
			return err
		case changed == nil:
			return ctx.Err()
		case !until.Equal(never):
			err = b.pause(ctx, changed, until)
		default:
			select {
			case <-changed:
			case <-ctx.Done():
				err = ctx.Err()
			}
		}
		if err != nil {
			return err
		}
	}
}

var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// outlook tells what to wait for: the queue's change, and when it changes by itself. changed is nil if something may
// be received now.
func (b *Broker) outlook(arn string) (changed <-chan struct{}, until time.Time, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	q := b.byARN(arn)
	if q == nil {
		return nil, until, noQueue()
	}
	now := b.clock.Now()
	b.advance(now)
	q.settle(now)
	if q.next(nil) != nil {
		return nil, until, nil
	}
	q.waiters++
	return q.changed, b.nextChange(q, never), nil
}
