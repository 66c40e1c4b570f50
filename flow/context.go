package flow

import (
	"fmt"
	"reflect"
	"time"

	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

const inputText = "$states.context.Execution.Input"

// An ExecutionInfo is what a workflow knows about its own execution (the context object's Execution).
type ExecutionInfo struct {
	ID           string `json:"Id"` // the execution's ARN
	Name         string
	RoleArn      string
	StartTime    time.Time
	RedriveCount int
}

// Execution is the execution that the workflow runs in.
func Execution(f *Flow) *ExecutionInfo {
	return f.fixed(reflect.TypeFor[ExecutionInfo](), "execution", "$states.context.Execution").(*ExecutionInfo)
}

// Attempt is how often the state it is used in has been tried again: 0 the first time.
func Attempt(f *Flow) *int {
	return f.fixed(reflect.TypeFor[int](), "attempt", "$states.context.State.RetryCount").(*int)
}

func (f *Flow) fixed(t reflect.Type, title, src string) any {
	return f.m.newRoot(t, &root{kind: fixedRoot, of: title, fixed: src, sc: f.sc}).ptr()
}

// UUID is a fresh version 4 UUID, kept in a variable, so that every use of it is the same one.
func UUID(f *Flow, name string) *string { return Let(f, name, calc[string](f, fresh("$uuid"))) }

// Random is a number from 0 up to but without 1, kept in a variable.
func Random(f *Flow, name string) *float64 { return Let(f, name, calc[float64](f, fresh("$random"))) }

// Now is the current time in UTC, to the millisecond, kept in a variable, so that every use of it is the same one.
func Now(f *Flow, name string) *time.Time { return Let(f, name, calc[time.Time](f, fresh("$now"))) }

func fresh(name string) *node {
	n := call(name)
	n.fresh = true
	return n
}

// Later is d after t, written in UTC with three digits of a second, whatever t is written with.
func Later(f *Flow, t *time.Time, d time.Duration) *time.Time {
	if d%time.Millisecond != 0 {
		f.m.report(diagnosis{code: "whole-milliseconds", message: fmt.Sprintf("%v is no whole number of milliseconds", d), hint: "times are counted in milliseconds"})
	}
	n := noNull(f.operand(t))
	later := call("$fromMillis", infix("+", precAdd, call("$toMillis", n), constant(value.Int(d.Milliseconds()))))
	later.opt = n.opt & shape.Absent
	return calc[time.Time](f, later)
}
