package engine

import (
	"time"

	"github.com/stepwright/stepwright/value"
)

// context is the context object, as $$ and $states.context give it (Amazon States Language reference, section 13).
func (x *step) context(t *thread) value.Value {
	st := &x.s.Start
	redrives := value.Int(0)
	if st.Sync || !x.plan.has(redriveSince) { // recorded: express/express-sync-query-runtime-memory; asynchronous ones have it
		redrives = value.Value{}
	}
	var retries value.Value
	if _, ok := x.plan.nodes[t.State].do.(retrying); ok {
		retries = value.Int(t.Retries)
	}
	return value.Object(
		value.M("Execution", value.Object(
			value.M("Id", value.String(st.ExecutionArn)),
			value.M("Input", st.Input),
			value.M("StartTime", timestamp(st.Time)),
			value.M("Name", value.String(st.Name)),
			value.M("RoleArn", value.String(st.RoleArn)),
			value.M("RedriveCount", redrives),
		)),
		value.M("StateMachine", value.Object(
			value.M("Id", value.String(st.StateMachineArn)),
			value.M("Name", value.String(st.StateMachineName)),
		)),
		value.M("State", value.Object(
			value.M("Name", value.String(t.State)),
			value.M("EnteredTime", timestamp(t.EnteredTime)),
			value.M("RetryCount", retries),
		)),
	)
}

// timestamp is a time as the context object has it.
func timestamp(t time.Time) value.Value {
	return value.String(t.UTC().Format("2006-01-02T15:04:05.000Z"))
}
