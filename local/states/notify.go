package states

import (
	"context"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

// announce tells EventBridge the status of a Standard execution: when it starts and when it has ended.
func (s *Service) announce(e *execution) {
	if e.machine.express() {
		return
	}
	if _, ok := s.config.Services.Lookup("events"); !ok {
		return
	}
	entry := value.Object(
		value.M("Source", value.String("aws.states")),
		value.M("DetailType", value.String("Step Functions Execution Status Change")),
		value.M("Resources", value.Array(value.String(e.arn))),
		value.M("Detail", value.String(e.change().String())))
	// EventBridge gets events at the service's own pace; a failure there is not the execution's.
	_, _ = s.config.Services.Call(context.WithoutCancel(s.stop), "events", "PutEvents", value.Object(value.M("Entries", value.Array(entry))))
}

// change is the detail of a status change: DescribeExecution, with times in milliseconds and null for what is not.
func (e *execution) change() value.Value {
	o := e.state()
	orNull := func(v value.Value) value.Value {
		if v.Exists() {
			return v
		}
		return value.Null
	}
	var b value.Builder
	setOutcome(&b, o)
	end := b.Object()
	stop := value.Null
	if !o.Stopped.IsZero() {
		stop = value.Int(o.Stopped.UnixMilli())
	}
	status, reason := "REDRIVABLE", value.Null
	if o.Status == engine.Running || o.Status == engine.Succeeded {
		status, reason = "NOT_REDRIVABLE", value.String("Execution is "+string(o.Status)+" and cannot be redriven")
	}
	return value.Object(
		value.M("executionArn", value.String(e.arn)),
		value.M("stateMachineArn", value.String(e.machine.arn)),
		value.M("stateMachineVersionArn", value.Null),
		value.M("stateMachineAliasArn", value.Null),
		value.M("name", value.String(e.name)),
		value.M("status", value.String(string(o.Status))),
		value.M("startDate", value.Int(o.Started.UnixMilli())),
		value.M("stopDate", stop),
		value.M("input", value.String(e.input)),
		value.M("output", orNull(end.Get("output"))),
		value.M("inputDetails", included),
		value.M("outputDetails", orNull(end.Get("outputDetails"))),
		value.M("error", orNull(end.Get("error"))),
		value.M("cause", orNull(end.Get("cause"))),
		value.M("redriveCount", value.Int(0)),
		value.M("redriveDate", value.Null),
		value.M("redriveStatus", value.String(status)),
		value.M("redriveStatusReason", reason))
}
