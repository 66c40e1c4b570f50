package flowtest

import (
	"context"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// ThenFunc says that the next attempt calls fn; see StateFunc.
func (x *Stubbed[Out]) ThenFunc(fn func(in value.Value) (Out, error)) *Stubbed[Out] {
	x.s.answers = append(x.s.answers, func(_ context.Context, in value.Value) engine.Result {
		out, err := fn(in)
		if err != nil {
			return failure(err)
		}
		return result(out)
	})
	return x
}

// On runs the execution by clk instead of in virtual time: clock.Real makes its waits last.
func On(clk clock.Clock) Option { return option(func(s *setup) { s.clock, s.start = clk, clk.Now() }) }

// Observed shows each event of the execution's history to see as it is written.
func Observed(see engine.Observer) Option {
	return option(func(s *setup) { s.observers = append(s.observers, see) })
}

// ObservedItems shows each event of the executions that Distributed Maps run for their items to see, in order with the
// events of the execution's own history.
func ObservedItems(see func(c engine.Child, e history.Event)) Option {
	return option(func(s *setup) { s.itemObservers = append(s.itemObservers, see) })
}

// Substitute says what ${Name} stands for in the document: an activity's or a function's ARN, say. What is not named
// stays as it is.
func Substitute(values map[string]string) Option {
	return option(func(s *setup) { s.substitutions = values })
}

// StateNever says that the task called name does not answer at all: it can only time out.
func StateNever(name string) *Stubbed[any] { return (&Stubbed[any]{&stub{name: name}}).ThenNever() }

// Outcome is how the execution ended.
func (e *Execution) Outcome() engine.Outcome { return e.outcome }
