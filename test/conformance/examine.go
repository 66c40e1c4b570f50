package main

import (
	"context"
	"fmt"
)

// A verdict says how one recording agrees.
type verdict struct {
	File    string   `json:"file"`
	Area    string   `json:"area"`
	Kind    string   `json:"kind,omitempty"`
	Outcome bool     `json:"outcome"`           // the outcome agrees
	History *bool    `json:"history,omitempty"` // the history agrees; null when none was recorded
	Notes   []string `json:"notes,omitempty"`   // what differs
}

// agrees tells whether nothing differs.
func (v *verdict) agrees() bool { return v.Outcome && (v.History == nil || *v.History) }

// judge runs a recording and compares.
func judge(ctx context.Context, r *recording) *verdict {
	v := &verdict{File: r.file, Area: r.area, Kind: r.kind, Outcome: true}
	if r.hasHistory() {
		v.History = new(true)
	}
	if r.err != nil {
		v.fails("the case cannot be used: " + r.err.Error())
		return v
	}
	for i, x := range r.executions() {
		where := ""
		if r.kind == kindTable {
			where = fmt.Sprintf("row %d: ", i)
		}
		x.judge(ctx, r, v, where)
	}
	return v
}

// fails says that nothing of a case agrees.
func (v *verdict) fails(note string) {
	v.Outcome = false
	if v.History != nil {
		*v.History = false
	}
	v.Notes = append(v.Notes, note)
}

func (x *execution) judge(ctx context.Context, r *recording, v *verdict, where string) {
	if x.expect.Get("api_error").Exists() {
		if d := x.compareRefusal(ctx); d != "" {
			v.fails(where + d)
		}
		return
	}
	ran, err := x.run(ctx)
	if err != nil {
		v.fails(where + err.Error())
		return
	}
	m := &matcher{}
	for _, differs := range []func() string{
		func() string {
			if !x.expect.Get("status").Exists() { // the response or the last record says it
				return ""
			}
			return compareOutcome(m, x.expect, ran.outcome, r.kind == kindTable && !x.expect.Get("error").Exists() && !x.expect.Get("cause").Exists())
		},
		func() string { return x.compareResponse(m, ran) },
		func() string { return x.compareEnd(m, ran) },
	} {
		if d := differs(); d != "" {
			v.Outcome = false
			v.Notes = append(v.Notes, where+d)
			break
		}
	}
	if v.History == nil {
		return
	}
	d := compareHistory(m, x.expect, ran.events)
	if d == "" {
		d = x.compareLog(m, r.json.Get("logging"), ran)
	}
	if d != "" {
		*v.History = false
		v.Notes = append(v.Notes, where+"history: "+d)
	}
}
