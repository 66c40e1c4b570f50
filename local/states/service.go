// Package states is AWS Step Functions on this machine: the API, and executions that the engine runs in real time,
// with tasks that call the other services of the machine.
//
// State machines, Standard and Express executions, histories, logs and status events are here, activities, and answers
// to task tokens. Distributed Maps read from this machine's S3 and export to it; what became of their children is kept
// in temporary files. Versions, aliases, redrive and TestState are not supported yet, and are refused by name.
package states

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A Config is what a Service needs to know of the machine it is on. Account is required.
type Config struct {
	Account wire.Account

	// Services are what tasks call, and where status events go (to "events"). Nil is nothing.
	Services *wire.Directory

	// HTTP does HTTP Tasks, such as an *httptask.Tasks. Nil does none: they fail.
	HTTP engine.Tasks

	// Clock is the time of executions; nil is the real one.
	Clock clock.Clock

	// Log receives the records of state machines that log. Nil drops them.
	Log func(group, stream string, at time.Time, line string)

	// Retain is how many executions that have ended are kept; older ones are forgotten, and with them their
	// names. Zero is 10,000.
	Retain int
}

// A Service holds state machines and executions. It is a wire.Service, a wire.API and a wire.Provider. Make it with
// [New], end it with [Service.Close].
type Service struct {
	config Config
	front  http.Handler
	fan    fan

	mu         sync.Mutex
	closed     bool
	machines   map[string]*machine // by ARN
	order      []*machine          // in the order of creation
	executions map[string]*execution
	started    []*execution       // in the order of starting
	ended      int                // how many of started have
	mapRuns    map[string]*mapRun // by ARN

	activities    map[string]*activity // by ARN
	activityOrder []*activity          // in the order of creation
	tokens        map[string]*waitingTask
	overTokens    []string // of tasks that are over, the oldest first

	running sync.WaitGroup
	stop    context.Context
	cancel  context.CancelCauseFunc
}

// New makes a service without state machines.
func New(c Config) *Service {
	if c.Clock == nil {
		c.Clock = clock.Real()
	}
	if c.Services == nil {
		c.Services = &wire.Directory{}
	}
	if c.Retain <= 0 {
		c.Retain = 10_000
	}
	s := &Service{config: c, machines: map[string]*machine{}, executions: map[string]*execution{}}
	s.mapRuns = map[string]*mapRun{}
	s.activities, s.tokens = map[string]*activity{}, map[string]*waitingTask{}
	s.front = wire.JSONFront("AWSStepFunctions", "1.0", s)
	s.stop, s.cancel = context.WithCancelCause(context.Background())
	return s
}

// Name is the service's name in a signature's scope.
func (s *Service) Name() string { return "states" }

// ServeHTTP is the front in AWS JSON 1.0.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.front.ServeHTTP(w, r) }

// errStopping is why executions end when the machine does. They are left as they are, not aborted.
var errStopping = errors.New("the local machine is stopping")

// Close leaves all executions as they are and waits until nothing runs any more.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	s.mu.Unlock()
	s.cancel(errStopping)
	s.running.Wait()
	s.fan.close()
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.started {
		s.forgetMapRuns(e)
	}
	return nil
}

// An operation answers one action of the API.
type operation func(s *Service, ctx context.Context, in value.Value) (value.Value, error)

// operations are the actions that the local machine knows.
var operations = map[string]operation{
	"CreateStateMachine":               (*Service).createStateMachine,
	"DescribeStateMachine":             (*Service).describeStateMachine,
	"UpdateStateMachine":               (*Service).updateStateMachine,
	"DeleteStateMachine":               (*Service).deleteStateMachine,
	"ListStateMachines":                (*Service).listStateMachines,
	"ValidateStateMachineDefinition":   (*Service).validateDefinition,
	"StartExecution":                   (*Service).startExecution,
	"StartSyncExecution":               (*Service).startSyncExecution,
	"StopExecution":                    (*Service).stopExecution,
	"DescribeExecution":                (*Service).describeExecution,
	"DescribeStateMachineForExecution": (*Service).describeForExecution,
	"ListExecutions":                   (*Service).listExecutions,
	"GetExecutionHistory":              (*Service).getExecutionHistory,
	"DescribeMapRun":                   (*Service).describeMapRun,
	"ListMapRuns":                      (*Service).listMapRuns,
	"UpdateMapRun":                     (*Service).updateMapRun,
	"ListTagsForResource":              (*Service).listTags,
	"CreateActivity":                   (*Service).createActivity,
	"DeleteActivity":                   (*Service).deleteActivity,
	"DescribeActivity":                 (*Service).describeActivity,
	"ListActivities":                   (*Service).listActivities,
	"GetActivityTask":                  (*Service).getActivityTask,
	"SendTaskSuccess":                  (*Service).sendTaskSuccess,
	"SendTaskFailure":                  (*Service).sendTaskFailure,
	"SendTaskHeartbeat":                (*Service).sendTaskHeartbeat,
}

// unsupported are the API's other actions.
var unsupported = map[string]bool{
	"CreateStateMachineAlias": true, "DeleteStateMachineAlias": true, "DeleteStateMachineVersion": true,
	"DescribeStateMachineAlias": true, "ListStateMachineAliases": true, "ListStateMachineVersions": true,
	"PublishStateMachineVersion": true, "RedriveExecution": true, "TagResource": true, "TestState": true, "UntagResource": true,
	"UpdateStateMachineAlias": true,
}

// Call answers an action of the Step Functions API, with members as the API spells them (sfn-api 2016-11-23).
// Errors are *wire.Error.
func (s *Service) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	if do, ok := operations[action]; ok {
		return do(s, ctx, in)
	}
	if unsupported[action] {
		return value.Value{}, wire.Errorf("UnknownOperationException", "%s is not supported yet by the local machine", action)
	}
	return value.Value{}, wire.Errorf("UnknownOperationException", "Step Functions has no operation %q", action)
}

// now is the time, to the millisecond, as the API tells it.
func (s *Service) now() time.Time { return s.config.Clock.Now().UTC().Truncate(time.Millisecond) }

func (s *Service) log(group, stream string, at time.Time, line string) {
	if s.config.Log != nil {
		s.config.Log(group, stream, at, line)
	}
}
