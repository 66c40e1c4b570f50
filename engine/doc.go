// Package engine runs Amazon States Language documents as AWS Step Functions does.
//
// # Plan, run, execute
//
// NewPlan reads a machine once: every state becomes a small value that knows how to run, every expression is
// compiled, and what cannot run is reported with its place. Plan.Start makes a Run, the state of one
// execution.
//
// A Run is pure and deterministic. It takes signals (it began, a task is done, a token is answered, a timer fired,
// stop) together with
// the time, and gives effects: events of the history, and commands (call a task, set a timer). It reaches for no
// clock, no network and no randomness but its own seeded one. Its whole state is a value: json.Marshal writes it
// between any two signals, Plan.Restore reads it back, and the execution goes on where it was.
//
// Execute drives a run: it carries the commands out with a clock.Clock and a Tasks. On a clock.Virtual it advances
// the clock to the next timer whenever no call is out, so that waiting for a day takes no time, and delivers results
// in one order, so that two executions are the same to the last event.
//
// # What runs
//
// All states in both query languages: Task in all its patterns (request-response, jobs, callbacks, activities), Map in
// both modes, Choice, Parallel, Pass, Wait, Succeed and Fail, with variables, retries with jitter, catchers, timeouts,
// heartbeats and the service's limits.
//
// The children of a Distributed Map are executions inside the run: they have histories of their own (see
// ChildObserver), share its clock and its answers, and are written and read back with it. What the Map reads and
// exports is asked of Tasks: a Call with a ReaderConfig wants items, one with an Export wants results written.
package engine
