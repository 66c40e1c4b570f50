package main

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// A measurement is what executions of one workload took.
type measurement struct {
	transitions int             // of one execution
	events      int             // of one execution
	times       []time.Duration // of the executions
	allocs      uint64          // of all executions
	bytes       uint64
	output      string // of the last execution
}

// median is the time of an execution.
func (m *measurement) median() time.Duration { return median(m.times) }

func median(times []time.Duration) time.Duration {
	sorted := slices.Sorted(slices.Values(times))
	return sorted[len(sorted)/2]
}

// ours executes a workload a number of times.
func ours(ctx context.Context, w *workload, folder string) (m measurement, err error) {
	plan, input, err := w.load(folder)
	if err != nil {
		return m, err
	}
	if _, _, err := execute(ctx, plan, input); err != nil { // not measured: what is made once
		return m, err
	}
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	for range w.runs {
		start := time.Now()
		o, events, err := execute(ctx, plan, input)
		m.times = append(m.times, time.Since(start))
		if err != nil {
			return m, err
		}
		m.output, m.events, m.transitions = o.Output.String(), events.Len(), transitions(events)
	}
	runtime.ReadMemStats(&after)
	m.allocs, m.bytes = after.Mallocs-before.Mallocs, after.TotalAlloc-before.TotalAlloc
	return m, nil
}

// execute is one execution on a virtual clock, with its whole history.
func execute(ctx context.Context, plan *engine.Plan, input value.Value) (engine.Outcome, *history.Log, error) {
	began := time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)
	run := plan.Start(engine.Start{
		ExecutionArn: "arn:aws:states:us-east-1:111111111111:execution:Bench:e1", Name: "e1", Region: "us-east-1",
		StateMachineArn: "arn:aws:states:us-east-1:111111111111:stateMachine:Bench", StateMachineName: "Bench",
		RoleArn: "arn:aws:iam::111111111111:role/Bench", Input: input, Time: began, Seed: 1,
	})
	events := &history.Log{}
	run.Record(events)
	o := engine.Execute(ctx, run, clock.NewVirtual(began), nil)
	switch {
	case o.Err != nil:
		return o, nil, o.Err
	case o.Status != engine.Succeeded:
		return o, nil, fmt.Errorf("the execution ended as %s: %s: %s", o.Status, text(o.Error), text(o.Cause))
	}
	return o, events, nil
}

func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// transitions counts the states that were entered.
func transitions(events *history.Log) int {
	n := 0
	for t := range events.Types() {
		if strings.HasSuffix(string(t), "StateEntered") {
			n++
		}
	}
	return n
}

// profiled runs f with a processor profile written to a file, if one is named.
func profiled(file string, f func() error) error {
	if file == "" {
		return f()
	}
	out, err := os.Create(file)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(out); err != nil {
		return err
	}
	err = f()
	pprof.StopCPUProfile()
	if closed := out.Close(); err == nil {
		err = closed
	}
	return err
}
