package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/states"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// compareResponse tells how the answer of StartSyncExecution differs from the recorded one. How long the service took
// and how much memory is not in a recording's power to say: the amounts are compared as amounts.
func (x *execution) compareResponse(m *matcher, r ran) string {
	want, got := x.expect.Get("response"), states.SyncResponse(x.start, r.outcome)
	if !want.Exists() {
		return ""
	}
	for _, name := range []string{"input", "output"} {
		if v, err := value.ParseString(got.Get(name).Str()); err == nil && got.Get(name).IsString() {
			got = got.With(name, v)
		}
	}
	if d := compareBilling(want.Get("billingDetails"), got.Get("billingDetails")); d != "" {
		return d
	}
	return compareWhole(m, "response", want.Without("billingDetails"), got.Without("billingDetails"))
}

// compareWhole tells the first member in which two objects differ.
func compareWhole(m *matcher, what string, want, got value.Value) string {
	if d := compareFields(m, want, got, slices.Concat(want.Names(), got.Names())...); d != "" {
		return what + "." + d
	}
	return ""
}

// units are the steps in which the service bills.
var units = map[string]int64{"billedDurationInMilliseconds": 100, "billedMemoryUsedInMB": 64}

func compareBilling(want, got value.Value) string {
	if want.Len() != got.Len() {
		return diff("response.billingDetails", shown(want), shown(got))
	}
	for name := range want.Members() {
		w, okW := want.Get(name).Int()
		g, okG := got.Get(name).Int()
		unit := units[name]
		if !okW || !okG || unit == 0 || g <= 0 || w <= 0 || g%unit != 0 || w%unit != 0 {
			return diff("response.billingDetails."+name, fmt.Sprintf("%s, a multiple of %d", want.Get(name), unit), shown(got.Get(name)))
		}
	}
	return ""
}

// compareEnd tells how the last record of an asynchronous execution's log differs from the recorded one.
func (x *execution) compareEnd(m *matcher, r ran) string {
	want := x.expect.Get("end_event")
	if !want.Exists() {
		return ""
	}
	if len(r.events) == 0 {
		return diff("end_event", shown(want), "no event")
	}
	last := r.events[len(r.events)-1]
	return compareWhole(m, "end_event", want, last.LogRecord(x.start.ExecutionArn, true))
}

// compareLog tells how the log of an execution differs from the recorded one.
func (x *execution) compareLog(m *matcher, logging value.Value, r ran) string {
	want := x.expect.Path("extra", "logged_execution_events")
	if !want.Exists() {
		return ""
	}
	var got []value.Value
	for i := range r.events {
		if e := &r.events[i]; history.LogLevel(logging.Get("level").Str()).Includes(e.Type) {
			got = append(got, e.LogRecord(x.start.ExecutionArn, logging.Get("includeExecutionData").Bool()))
		}
	}
	if want.Len() != len(got) {
		return diff("lines of the log", fmt.Sprint(want.Len()), fmt.Sprint(len(got)))
	}
	for i, w := range want.Elements() {
		if d := compareWhole(m, fmt.Sprintf("line %d of the log", i+1), w, got[i]); d != "" {
			return d
		}
	}
	return ""
}

// compareRefusal calls the API, which must refuse to start the execution as recorded.
func (x *execution) compareRefusal(ctx context.Context) string {
	want := x.expect.Get("api_error")
	err := x.startInService(ctx, want.Get("code").Str())
	if err == nil {
		return diff("api_error", shown(want), "the call succeeded")
	}
	e, ok := errors.AsType[*wire.Error](err)
	if !ok {
		return diff("api_error", shown(want), err.Error())
	}
	return compareWhole(&matcher{}, "api_error", want, value.Object(
		value.M("code", value.String(e.Code)), value.M("message", value.String(e.Message)),
	))
}

// startInService starts the execution through the API of the local Step Functions.
func (x *execution) startInService(ctx context.Context, code string) error {
	service := states.New(states.Config{
		Account: wire.Account{Partition: "aws", ID: "111111111111", Region: x.start.Region}, Clock: clock.NewVirtual(x.start.Time),
	})
	defer service.Close()
	kind := string(x.start.Type)
	if code == "StateMachineTypeNotSupported" && x.start.Sync {
		// The corpus calls every case of this kind EXPRESS; a machine of which the service says this is none.
		kind = "STANDARD"
	}
	made, err := service.Call(ctx, "CreateStateMachine", value.Object(
		value.M("name", value.String("Machine")), value.M("definition", value.String(string(x.definition))),
		value.M("roleArn", value.String("arn:aws:iam::111111111111:role/R")), value.M("type", value.String(kind)),
	))
	if err != nil {
		return err
	}
	operation := "StartExecution"
	if x.start.Sync {
		operation = "StartSyncExecution"
	}
	in := value.Object(value.M("stateMachineArn", made.Get("stateMachineArn")))
	if x.start.Input.Exists() {
		in = in.With("input", value.String(x.start.Input.String()))
	}
	_, err = service.Call(ctx, operation, in)
	return err
}
