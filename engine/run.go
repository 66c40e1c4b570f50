package engine

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/value"
)

// A Status is the state of an execution (API enum ExecutionStatus).
type Status string

// The statuses of executions.
const (
	Running   Status = "RUNNING"
	Succeeded Status = "SUCCEEDED"
	FailedRun Status = "FAILED"
	TimedOut  Status = "TIMED_OUT"
	Aborted   Status = "ABORTED"
)

// A Type is the type of a state machine.
type Type string

// The types of state machines. An empty Type is Standard.
const (
	Standard Type = "STANDARD"
	Express  Type = "EXPRESS"
)

// A Start is what an execution is started with.
type Start struct {
	ExecutionArn     string      `json:"executionArn"`
	Name             string      `json:"name"`
	RoleArn          string      `json:"roleArn"`
	StateMachineArn  string      `json:"stateMachineArn"`
	StateMachineName string      `json:"stateMachineName"`
	VersionArn       string      `json:"versionArn,omitempty"`
	AliasArn         string      `json:"aliasArn,omitempty"`
	Input            value.Value `json:"input,omitzero"` // absent is {}
	InputText        string      `json:"inputText,omitempty"`
	Region           string      `json:"region"`
	Type             Type        `json:"type"`
	Sync             bool        `json:"sync,omitempty"` // an Express execution whose caller waits (StartSyncExecution)
	// Seed decides everything random: jitter, $random, $uuid. Runs with one seed are the same.
	Seed uint64 `json:"seed"`
	// Time is when the execution started. Signals carry the times from then on.
	Time time.Time `json:"time"`
}

// A Run is one execution: all there is to know to go on with it. It is not safe for use by several goroutines.
type Run struct {
	plan  *Plan
	state *runState
	log   *history.Log
}

// Record makes the run write its events to a log from now on, which keeps long histories in little space. Effects then
// have none. What was recorded is no part of what MarshalJSON writes.
func (r *Run) Record(log *history.Log) { r.log = log }

// runState is a Run as it is written: see MarshalJSON.
type runState struct {
	Start   Start           `json:"start"`
	Status  Status          `json:"status"`
	Output  value.Value     `json:"output,omitzero"`
	Error   *string         `json:"error,omitempty"`
	Cause   *string         `json:"cause,omitempty"`
	Stopped time.Time       `json:"stopped,omitzero"`
	Random  uint64          `json:"random"`
	LastID  int             `json:"lastId"`        // of threads, calls and timers
	Events  int64           `json:"events"`        // how many were written
	Threads map[int]*thread `json:"threads"`       // by id; the machine itself is thread 1
	Ready   []int           `json:"ready"`         // threads that can go on
	Calls   []Call          `json:"calls"`         // that have not been answered, by id
	Owners  map[int]int     `json:"owners"`        // thread of a call
	Timers  []timer         `json:"timers"`        // that have not fired, by id
	Began   bool            `json:"began"`         // ExecutionStarted is written
	Time    time.Time       `json:"time,omitzero"` // of the last signal
	Steps   int             `json:"steps"`         // states entered since time last passed
	Held    int             `json:"held"`          // bytes of the values of all variables

	Nested map[int]*nested `json:"nested,omitempty"` // children of Map Runs
	Routes map[int]route   `json:"routes,omitempty"` // the child that a call or timer belongs to

	execution, machine value.Value // parts of the context object, made when asked for
	stamp              value.Value // the time stamped as the context object has it
	stamped            time.Time
	asking             *asking   // made when an expression is evaluated
	visiting           *visiting // made when a path is evaluated
	spare              []*thread // that have ended, to be used again
}

// A timer is one that the run waits for.
type timer struct {
	ID     int       `json:"id"`
	At     time.Time `json:"at"`
	Why    purpose   `json:"why"`
	Thread int       `json:"thread"`
}

// A purpose is what a timer was set for.
type purpose string

const (
	forExecution purpose = "execution" // the execution takes too long
	forTask      purpose = "task"      // a task takes too long
	forHeartbeat purpose = "heartbeat" // nothing was heard of a task for too long
	forWait      purpose = "wait"      // a Wait state is over
	forRetry     purpose = "retry"     // a state is tried again
	forVerdict   purpose = "verdict"   // what comes of a task that took too long
	forBreath    purpose = "breath"    // so that a loop of states cannot hold up the rest
	forPump      purpose = "pump"      // a Map Run goes on when what it did so far is seen to
)

// limit tells whether a timer bounds what may end before.
func (p purpose) limit() bool { return p == forExecution || p == forTask || p == forHeartbeat }

// A thread runs the states of one branch, one after the other: the machine's own, one of a Parallel, or an iteration
// of a Map.
type thread struct {
	ID     int         `json:"id"`
	Parent int         `json:"parent,omitempty"` // the thread whose Parallel or Map this is a part of
	Index  int         `json:"index"`            // of the branch or iteration
	State  string      `json:"state"`            // the state it is in or enters next
	Input  value.Value `json:"input"`            // of that state, raw
	Vars   value.Value `json:"vars,omitzero"`    // assigned in this scope

	Prev        int64     `json:"prev"`    // the last event, which the next one follows from
	Decided     int64     `json:"decided"` // the last event before what is being decided
	Entered     int64     `json:"entered"` // the state's Entered event
	EnteredTime time.Time `json:"enteredTime,omitzero"`
	In          bool      `json:"in"` // the state has been entered

	Tries   []int `json:"tries,omitempty"` // retries so far, by retrier
	Retries int   `json:"retries"`         // of all retriers
	Call    int   `json:"call,omitempty"`  // that the state waits for
	Timer   int   `json:"timer,omitempty"` // that the state waits for, or that limits its call
	Beat    int   `json:"beat,omitempty"`  // timer for the next heartbeat of its call
	// Early is an answer to the token of a call that the service has not answered yet.
	Early *Result `json:"early,omitempty"`

	Children []int         `json:"children,omitempty"` // threads of the branches
	Results  []value.Value `json:"results,omitempty"`  // of the branches or iterations
	Left     int           `json:"left,omitempty"`     // branches or iterations that have not ended
	Items    []item        `json:"items,omitempty"`    // of a Map
	Next     int           `json:"next,omitempty"`     // the first of Items whose iteration has not started
	Item     *item         `json:"item,omitempty"`     // that this thread is the iteration for
	Run      *mapRun       `json:"run,omitempty"`      // of a Distributed Map

	context value.Value // made when asked for; not part of what is written
	place   value.Value // the part of it that tells of the state
}

// Start makes the run of an execution. Nothing happens until it is handed Begin.
func (p *Plan) Start(s Start) *Run {
	if !s.Input.Exists() {
		s.Input = value.Object()
	}
	if s.Type == "" {
		s.Type = Standard
	}
	return &Run{plan: p, state: newState(s)}
}

func newState(s Start) *runState {
	s.Time = s.Time.UTC().Truncate(time.Millisecond)
	return &runState{Start: s, Status: Running, Random: s.Seed, Threads: map[int]*thread{}, Owners: map[int]int{}}
}

// MarshalJSON writes the whole state of the run, to be read by Plan.Restore.
func (r *Run) MarshalJSON() ([]byte, error) { return json.Marshal(r.state) }

// Status tells how the execution is doing.
func (r *Run) Status() Status { return r.state.Status }

// Outcome is how the execution ended; its Status is Running as long as it has not.
func (r *Run) Outcome() Outcome {
	s := r.state
	return Outcome{Status: s.Status, Output: s.Output, Error: s.Error, Cause: s.Cause, Started: s.Start.Time, Stopped: s.Stopped}
}

// Started is what the run was started with.
func (r *Run) Started() Start { return r.state.Start }

// Pending are the commands that have been given and not been done: what a driver does first with a restored run.
// A run that has not begun has none.
func (r *Run) Pending() []Command {
	return r.state.pending()
}

func (s *runState) pending() []Command {
	var out []Command
	for _, t := range s.Timers {
		out = append(out, SetTimer{t.ID, t.At, t.Why.limit()})
	}
	for _, c := range s.Calls {
		out = append(out, CallTask{c})
	}
	for _, key := range slices.Sorted(maps.Keys(s.Nested)) {
		out = append(out, s.Nested[key].pending()...)
	}
	return out
}

// An Outcome is how an execution ended.
type Outcome struct {
	Status  Status
	Output  value.Value // when it succeeded
	Error   *string     // when it did not; nil when there is none
	Cause   *string
	Started time.Time
	Stopped time.Time
	Err     error // why Execute returned while the execution is still running: the context's end
}

// next gives a number that threads, calls and timers have not had.
func (s *runState) next() int {
	s.LastID++
	return s.LastID
}

// newThread gives an empty thread. A Map needs a thread for every item, but few at a time.
func (s *runState) newThread() *thread {
	n := len(s.spare) - 1
	if n < 0 {
		return &thread{}
	}
	t := s.spare[n]
	s.spare = s.spare[:n]
	*t = thread{}
	return t
}

// random gives 64 random bits (splitmix64) and moves the run's own generator on.
func (s *runState) random() uint64 {
	s.Random += 0x9e3779b97f4a7c15
	z := s.Random
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (s *runState) takeCall(id int) (Call, *thread) {
	i := slices.IndexFunc(s.Calls, func(c Call) bool { return c.ID == id })
	if i < 0 {
		return Call{}, nil
	}
	c := s.Calls[i]
	s.Calls = slices.Delete(s.Calls, i, i+1)
	t := s.Threads[s.Owners[id]]
	delete(s.Owners, id)
	return c, t
}

func (s *runState) takeTimer(id int) (timer, bool) {
	i := slices.IndexFunc(s.Timers, func(t timer) bool { return t.ID == id })
	if i < 0 {
		return timer{}, false
	}
	t := s.Timers[i]
	s.Timers = slices.Delete(s.Timers, i, i+1)
	return t, true
}
