package engine

import (
	"context"

	"github.com/stepwright/stepwright/clock"
)

// ExecuteBetween is Execute with something done to the run before every signal.
func ExecuteBetween(ctx context.Context, run *Run, clk clock.Clock, tasks Tasks, between func(*Run) *Run, observers ...Observer) Outcome {
	d := &driver{run: run, clock: clk, tasks: tasks, observers: observers, between: between}
	return d.execute(ctx)
}
