// Package engine runs Amazon States Language documents as AWS Step Functions does.
//
// # Plan, run, execute
//
// NewPlan reads a machine once: every state becomes a small value that knows how to run, every expression is
// compiled, and what cannot run is reported with its place. Plan.Start makes a Run, the state of one
// execution.
//
// A Run is pure and deterministic. It takes signals (it began, a task is done, a token is answered, a timer fired,
// stop) together with the time, and gives effects: events of the history, and commands (call a task, set a timer). It reaches for no
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
// # Distributed Map
//
// The children of a Distributed Map are executions inside the run: they have histories of their own (see ChildObserver
// and ChildrenObserver), share its clock and its answers, and are written and read back with it, those that run
// included. Their names, their numbers for calls and timers, and all that is random in them depend on the Map Run's
// seed and the child's index alone, so that a child's history is the same however many run beside it.
//
// What does not depend on anything else is done on all processors: the ItemSelector of items, and the begin of
// children, as far as each comes without time passing or an answer. A round of them is then taken in one after the
// other, by index: events, commands, counters, results, tolerance. When the Map Run fails in the middle of a round, what
// began after that child has never been. So the processors decide nothing, and Handle stays a function of its signal.
// After 16,384 events of children it hands out what there is and goes on by a timer that is due at once.
//
// Memory does not grow with the number of items. Those are read page by page: a Call with a Reading wants the next
// page, when there are too few items for the next child and room for it. Tasks that are an ItemOpener give a reader,
// which Execute reads a page ahead. Of children that have ended counters remain. Their results go, a mebibyte at a time,
// to a Call with an Export; without a ResultWriter they become the Map's result, and are dropped when they are beyond
// the limit of 256 KiB, with which the Map fails in the end (States.DataLimitExceeded). When a Map Run with a ResultWriter
// fails, what never began is written as PENDING, to the last item, before MapRunFailed.
//
// A share of tolerated failures (ToleratedFailurePercentage) is one of all items, whose number is known when the last
// one has been read. Until then MaxItems stands for it, if it is given.
//
// MapRunObserver tells of Map Runs and their counters; the signals UpdateMapRun and StopChild reach into them.
package engine
