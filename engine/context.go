package engine

import (
	"time"

	"github.com/stepwright/stepwright/value"
)

// context is the context object, as $$ and $states.context give it (Amazon States Language reference, section 13). It
// is made once for each attempt of a state.
func (x *step) context(t *thread) value.Value {
	if !t.context.Exists() {
		t.context = x.newContext(t)
	}
	return t.context
}

// The members of the context object, of its State, and of its Map.
var (
	contextNames = []string{"Execution", "StateMachine", "State", "Map", "Task"}
	stateNames   = []string{"Name", "EnteredTime", "RetryCount"}
	mapNames     = []string{"Item"}
	itemNames    = []string{"Index", "Key", "Value", "Source"}
)

func (x *step) newContext(t *thread) value.Value { return x.contextWith(t, x.item(t), value.Value{}) }

// contextWith is the context object with an item, if there is one, and with what it says of a task.
func (x *step) contextWith(t *thread, it *item, task value.Value) value.Value {
	if !x.s.execution.Exists() {
		x.s.execution, x.s.machine = x.executionContext()
	}
	if !t.place.Exists() {
		t.place = x.place(t)
	}
	var b value.Batch
	all := b.Items(len(contextNames))
	all[0], all[1], all[2], all[4] = x.s.execution, x.s.machine, t.place, task
	if it != nil {
		all[3] = it.context(&b)
	}
	return b.Object(contextNames, all)
}

// place is the part of the context object that tells where a thread is.
func (x *step) place(t *thread) value.Value {
	var b value.Batch
	all := b.Items(len(stateNames))
	all[0], all[1] = value.String(t.State), x.s.timestamp(t.EnteredTime)
	if _, ok := x.plan.nodes[t.State].do.(retrying); ok {
		all[2] = value.Int(t.Retries)
	}
	return b.Object(stateNames, all)
}

// timestamp is a time as the context object has it; many states are entered at one time.
func (s *runState) timestamp(t time.Time) value.Value {
	if !s.stamp.Exists() || !s.stamped.Equal(t) {
		s.stamped, s.stamp = t, timestamp(t)
	}
	return s.stamp
}

// executionContext is the part of the context object that does not change.
func (x *step) executionContext() (execution, machine value.Value) {
	st := &x.s.Start
	redrives := value.Int(0)
	if st.Sync || !x.plan.has(redriveSince) { // recorded: express/express-sync-query-runtime-memory; asynchronous ones have it
		redrives = value.Value{}
	}
	return value.Object(
			value.M("Id", value.String(st.ExecutionArn)),
			value.M("Input", st.Input),
			value.M("StartTime", timestamp(st.Time)),
			value.M("Name", value.String(st.Name)),
			value.M("RoleArn", value.String(st.RoleArn)),
			value.M("RedriveCount", redrives),
		), value.Object(
			value.M("Id", value.String(st.StateMachineArn)),
			value.M("Name", value.String(st.StateMachineName)),
		)
}

// timestamp is a time as the context object has it.
func timestamp(t time.Time) value.Value {
	return value.String(t.UTC().Format("2006-01-02T15:04:05.000Z"))
}
