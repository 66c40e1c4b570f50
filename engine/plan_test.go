package engine_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

// in puts a state into a machine.
func in(lang, state string) string {
	return fmt.Sprintf(`{"QueryLanguage":%q,"StartAt":"S","States":{"S":%s,"T":{"Type":"Succeed"}}}`, lang, state)
}

// TestPlanRefuses gives machines that the engine cannot run: each problem is named, with its place.
func TestPlanRefuses(t *testing.T) {
	t.Parallel()
	const call = `"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","End":true`
	for _, c := range []struct{ definition, code, message, path string }{
		{
			in("JSONata", `{"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::s3:getObject"},"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Succeed"}}},"End":true}`),
			engine.CodeBadField, "an inline Map has no ItemReader", "/States/S/ItemReader",
		},
		{
			in("JSONata", `{"Type":"Map","ItemBatcher":{},"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"I","States":{"I":{"Type":"Succeed"}}},"End":true}`),
			engine.CodeBadField, "the ItemBatcher has no limit for its batches", "/States/S/ItemBatcher",
		},
		{
			in("JSONata", `{"Type":"Map","ItemBatcher":{"MaxItemsPerBatch":0},"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"I","States":{"I":{"Type":"Succeed"}}},"End":true}`),
			engine.CodeBadField, "MaxItemsPerBatch is 0; expected a positive whole number", "/States/S/ItemBatcher/MaxItemsPerBatch",
		},
		{
			in("JSONata", `{"Type":"Map","ItemReader":{"Resource":"arn:aws:states:::lambda:invoke"},"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"I","States":{"I":{"Type":"Succeed"}}},"End":true}`),
			engine.CodeBadField, `the resource "arn:aws:states:::lambda:invoke" reads and writes nothing`, "/States/S/ItemReader/Resource",
		},
		{in("JSONata", `{"Type":"Map","End":true}`), engine.CodeBadField, "the Map has no states to run for its items", "/States/S"},
		{
			in("JSONata", `{"Type":"Map","Items":7,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Succeed"}}},"End":true}`),
			engine.CodeBadField, "Items is 7; expected an array or an expression for one", "/States/S/Items",
		},
		{
			in("JSONata", `{"Type":"Map","MaxConcurrency":-1,"ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Succeed"}}},"End":true}`),
			engine.CodeBadField, "MaxConcurrency is -1; expected a whole number from 0", "/States/S/MaxConcurrency",
		},
		{
			in("JSONata", `{"Type":"Map","ToleratedFailurePercentage":"7","ItemProcessor":{"StartAt":"I","States":{"I":{"Type":"Succeed"}}},"End":true}`),
			engine.CodeBadField, `ToleratedFailurePercentage is "7"; expected a number from 0 to 100 or an expression for one`, "/States/S/ToleratedFailurePercentage",
		},
		{in("JSONata", `{"Type":"Task","Resource":"${Extract}","End":true}`), engine.CodeUnboundResource, "the resource ${Extract} is bound to nothing", "/States/S/Resource"},
		{in("JSONata", `{"Type":"Task","Resource":"arn:aws:nothing","End":true}`), engine.CodeBadField, "not recognized", "/States/S/Resource"},
		{
			in("JSONPath", `{"Type":"Pass","Parameters":{"a":[{"x.$":"$.b[}"}]},"End":true}`),
			engine.CodeBadPath, "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call", "/States/S/Parameters/a/0/x.$",
		},
		{
			in("JSONPath", `{"Type":"Pass","Assign":{"x.$":"States.Uuid()"},"End":true}`),
			engine.CodeBadPath, "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call", "/States/S/Assign/x.$",
		},
		{in("JSONPath", `{"Type":"Pass","Parameters":{"x":1,"x.$":"$.x"},"End":true}`), engine.CodeBadPath, `the object has both "x" and "x.$"`, "/States/S/Parameters/x.$"},
		{in("JSONPath", `{"Type":"Pass","InputPath":"a","End":true}`), engine.CodeBadPath, `the value "a" is no path`, "/States/S/InputPath"},
		{in("JSONPath", `{"Type":"Pass","InputPath":"States.UUID()","End":true}`), engine.CodeBadPath, "no path, and the field takes no intrinsic function", "/States/S/InputPath"},
		{in("JSONPath", `{"Type":"Pass","ResultPath":"$.a[*]","End":true}`), engine.CodeBadPath, `the value "$.a[*]" is no path`, "/States/S/ResultPath"},
		{in("JSONPath", `{"Type":"Pass","ResultPath":"$$.a","End":true}`), engine.CodeBadPath, `the value "$$.a" is no path`, "/States/S/ResultPath"},
		{in("JSONPath", `{"Type":"Fail","CausePath":"States.Format('{}')x"}`), engine.CodeBadPath, "neither a path nor a call of an intrinsic function", "/States/S/CausePath"},
		{in("JSONPath", `{"Type":"Choice","Choices":[{"And":[{"Variable":"$.a['b'","IsNull":true}],"Next":"T"}]}`), engine.CodeBadPath, "no path", "/States/S/Choices/0/And/0/Variable"},
		{in("JSONata", `{"Type":"Pass","Output":{"a":"{% 1 + %}"},"End":true}`), engine.CodeBadExpression, "S0207: Unexpected end of expression", "/States/S/Output/a"},
		{in("JSONata", `{"Type":"Pass","Output":"{% $ ~> |a|{}| %}","End":true}`), engine.CodeBadExpression, "Reference to '$' at the top level is not supported", "/States/S/Output"},
		{in("JSONata", `{`+call+`,"Catch":[{"ErrorEquals":["E"],"Next":"Gone"}]}`), engine.CodeUnknownState, `next state "Gone" does not exist`, "/States/S/Catch/0/Next"},
		{in("JSONata", `{`+call+`,"Catch":[{"ErrorEquals":["E"],"Assign":{"x":"{% ( %}"},"Next":"T"}]}`), engine.CodeBadExpression, "", "/States/S/Catch/0/Assign/x"},
		{in("JSONata", `{"Type":"Pass","Next":"Gone"}`), engine.CodeUnknownState, `next state "Gone" does not exist`, "/States/S/Next"},
		{in("JSONata", `{"Type":"Choice","Choices":[{"Condition":"{% true %}","Next":"Gone"}]}`), engine.CodeUnknownState, `next state "Gone" does not exist`, "/States/S/Choices/0/Next"},
		{in("JSONata", `{"Type":"Choice","Default":"Gone","Choices":[{"Condition":true,"Next":"T"}]}`), engine.CodeUnknownState, `next state "Gone" does not exist`, "/States/S/Default"},
		{in("JSONata", `{"Type":"Parallel","Branches":[{"StartAt":"X","States":{"T":{"Type":"Succeed"}}}],"End":true}`), engine.CodeUnknownState, `start state "X" does not exist`, "/States/S/Branches/0/StartAt"},
		{in("JSONata", `{"Type":"Parallel","Branches":[{"StartAt":"T","States":{"T":{"Type":"Succeed"}}}],"End":true}`), engine.CodeDuplicateState, "another state has the same name", "/States/T"},
		{`{"StartAt":"X","States":{"S":{"Type":"Succeed"}}}`, engine.CodeUnknownState, `start state "X" does not exist`, "/StartAt"},
	} {
		m, _ := asl.Parse([]byte(c.definition))
		p, diags := engine.NewPlan(m, engine.Options{})
		if p != nil || !diags.HasErrors() {
			t.Errorf("%s: got a plan", c.definition)
			continue
		}
		d := diags[0]
		if d.Code != c.code || !strings.Contains(d.Message, c.message) || string(d.Path) != c.path || d.Source == "" {
			t.Errorf("%s:\ngot  %s\nwant %s at %s [%s]", c.definition, d.Text(), c.message, c.path, c.code)
		}
	}
}

// Every kind of state is planned; none is forgotten.
func TestEveryKindIsPlanned(t *testing.T) {
	t.Parallel()
	states := map[asl.Kind]asl.State{
		asl.KindTask:     &asl.Task{Resource: "arn:aws:states:::sns:publish", Transition: asl.Transition{End: new(true)}},
		asl.KindPass:     &asl.Pass{Transition: asl.Transition{End: new(true)}},
		asl.KindWait:     &asl.Wait{Seconds: value.Int(1), Transition: asl.Transition{End: new(true)}},
		asl.KindParallel: &asl.Parallel{Transition: asl.Transition{End: new(true)}, Branches: []*asl.Branch{branch("In", &asl.Succeed{})}},
		asl.KindMap: &asl.Map{
			Transition: asl.Transition{End: new(true)}, ItemProcessor: &asl.ItemProcessor{Branch: *branch("In", &asl.Succeed{})},
		},
		asl.KindChoice:  &asl.Choice{Choices: []*asl.Rule{{Condition: value.True, Next: "S"}}},
		asl.KindSucceed: &asl.Succeed{},
		asl.KindFail:    &asl.Fail{},
	}
	for _, k := range asl.Kinds() {
		p, diags := engine.NewPlan(&asl.Machine{QueryLanguage: asl.JSONata, Branch: *branch("S", states[k])}, engine.Options{})
		if p == nil {
			t.Errorf("%s: got %v", k, diags.Err())
		}
	}
}

func branch(name string, s asl.State) *asl.Branch {
	b := &asl.Branch{StartAt: name}
	b.States.Add(name, s)
	return b
}

func TestSubstitutions(t *testing.T) {
	t.Parallel()
	m, diags := asl.Parse([]byte(`{"QueryLanguage":"JSONata","StartAt":"A","States":{
		"A":{"Type":"Task","Resource":"${Resource}","Arguments":{"FunctionName":"${Extract}","Payload":["a ${Extract}/${Unknown} ${","{% '${Extract}' & 1 %}"]},"End":true}}}`))
	if diags.HasErrors() {
		t.Fatal(diags.Err())
	}
	p, diags := engine.NewPlan(m, engine.Options{Substitutions: map[string]string{
		"Extract": "arn:f", "Resource": "arn:aws:states:::lambda:invoke",
	}})
	if p == nil {
		t.Fatal(diags.Err())
	}
	var got engine.Call
	engine.Execute(t.Context(), p.Start(started(`{}`)), clock.NewVirtual(began), once(&got))
	if want := `{"FunctionName":"arn:f","Payload":["a arn:f/${Unknown} ${","arn:f1"]}`; got.Arguments.String() != want || got.ResourceType != "lambda" {
		t.Errorf("got %s %s, want %s", got.ResourceType, got.Arguments, want)
	}
}

// once is tasks that keep the call.
func once(to *engine.Call) engine.TasksFunc {
	return func(_ context.Context, c engine.Call) engine.Result {
		*to = c
		return engine.Succeed(value.Null)
	}
}
