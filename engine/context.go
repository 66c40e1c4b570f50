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

func (x *step) newContext(t *thread) value.Value {
	var retries value.Value
	if _, ok := x.plan.nodes[t.State].do.(retrying); ok {
		retries = value.Int(t.Retries)
	}
	if !x.s.execution.Exists() {
		x.s.execution, x.s.machine = x.executionContext()
	}
	var item value.Value
	if it := x.item(t); it != nil {
		item = it.context()
	}
	return value.Object(
		value.M("Execution", x.s.execution),
		value.M("StateMachine", x.s.machine),
		value.M("State", value.Object(
			value.M("Name", value.String(t.State)),
			value.M("EnteredTime", timestamp(t.EnteredTime)),
			value.M("RetryCount", retries),
		)),
		value.M("Map", item),
	)
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
