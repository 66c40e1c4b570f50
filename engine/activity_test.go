package engine_test

import (
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
)

// A task of an activity that does not exist is not scheduled, and fails the execution (Amazon States Language reference,
// 15.6; history reference, section 3).
func TestMissingActivity(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:states:us-east-1:111111111111:activity:Develop"
	m, found := asl.Parse([]byte(`{"StartAt":"Work","States":{
		"Work":{"Type":"Task","Resource":"` + arn + `","Retry":[{"ErrorEquals":["States.ALL"]}],"Catch":[{"ErrorEquals":["States.ALL"],"Next":"Told"}],"End":true},
		"Told":{"Type":"Succeed"}}}`))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	asked := 0
	p, found := engine.NewPlan(m, engine.Options{Activity: func(a string) bool {
		if asked++; a != arn {
			t.Errorf("asked for %s", a)
		}
		return false
	}})
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	var types []history.Type
	o := engine.Execute(t.Context(), p.Start(started(`{}`)), clock.NewVirtual(began), nil, func(e history.Event) { types = append(types, e.Type) })
	want := "An error occurred while executing the state 'Work' (entered at the event id #2). The activity " + arn + " does not exist."
	if o.Status != engine.FailedRun || *o.Error != "States.Runtime" || *o.Cause != want || asked != 1 {
		t.Errorf("got %+v", o)
	}
	if len(types) != 3 || types[2] != history.ExecutionFailed {
		t.Errorf("got %v", types)
	}
}
