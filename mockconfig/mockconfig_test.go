package mockconfig_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/internal/oracle"
	"github.com/stepwright/stepwright/mockconfig"
	"github.com/stepwright/stepwright/value"
)

const file = `{
  "StateMachines": {
    "Refund": {
      "TestCases": {
        "HappyPath": {"Find charge": "Found", "Pay back": "Paid at third"},
        "Gone": {"Find charge": "Gone"}
      }
    },
    "Other": {"TestCases": {}}
  },
  "MockedResponses": {
    "Found": {"0": {"Return": {"StatusCode": 200, "Payload": {"id": "c1"}}}},
    "Gone": {"0": {"Throw": {"Error": "Gone", "Cause": "no such charge"}}},
    "Paid at third": {
      "2": {"Return": {"StatusCode": 200, "Payload": {"paid": true}}},
      "0-1": {"Throw": {"Error": "Busy", "Cause": ""}}
    }
  }
}`

func parse(t *testing.T, src string) *mockconfig.File {
	t.Helper()
	f, err := mockconfig.Parse("MockConfigFile.json", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func find(t *testing.T, f *mockconfig.File, machine, test string) *mockconfig.Case {
	t.Helper()
	c, err := f.Case(machine, test)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestParse(t *testing.T) {
	t.Parallel()
	f := parse(t, file)
	if d := cmp.Diff([]string{"Refund", "Other"}, f.Machines()); d != "" {
		t.Error(d)
	}
	c := find(t, f, "Refund", "HappyPath")
	if d := cmp.Diff([]string{"Find charge", "Pay back"}, c.States()); d != "" {
		t.Error(d)
	}
	got := c.Answers("Pay back")
	if len(got) != 3 || got[0] != (mockconfig.Answer{Error: "Busy"}) || got[1] != got[0] || got[2].Return.Path("Payload", "paid") != value.True {
		t.Errorf("the answers are %+v", got)
	}
	if c.Answers("Rest") != nil {
		t.Error("a state that is not mocked has answers")
	}
}

// What is wrong with a file is said with the place and with what was expected.
func TestParseRefuses(t *testing.T) {
	t.Parallel()
	responses := func(s string) string { return `{"StateMachines": {}, "MockedResponses": {"R": ` + s + `}}` }
	cases := func(s string) string {
		return `{"StateMachines": {"M": {"TestCases": {"T": ` + s + `}}}, "MockedResponses": {"Found": {"0": {"Return": 1}}}}`
	}
	for _, c := range []struct{ src, want string }{
		{`{`, `m.json:1:2: unexpected end of text`},
		{`[]`, `m.json: the file: there is array; expected an object with StateMachines and MockedResponses`},
		{`{"StateMachines": {}}`, `m.json: /MockedResponses: it is missing; expected an object`},
		{`{"StateMachine": {}, "MockedResponses": {}}`, `m.json: the file: there is "StateMachine"; expected StateMachines and MockedResponses; did you mean "StateMachines"?`},
		{`{"StateMachines": {"M": {}}, "MockedResponses": {}}`, `m.json: /StateMachines/M/TestCases: it is missing; expected an object`},
		{`{"StateMachines": {"M": 1}, "MockedResponses": {}}`, `m.json: /StateMachines/M: there is number; expected an object with TestCases`},
		{cases(`[]`), `m.json: /StateMachines/M/TestCases/T: there is array; expected an object with the names of Tasks and of mocked responses`},
		{cases(`{"A/B": "Foun"}`), `m.json: /StateMachines/M/TestCases/T/A~1B: there is no mocked response "Foun"; did you mean "Found"?`},
		{cases(`{"A": 7}`), `m.json: /StateMachines/M/TestCases/T/A: there is number; expected the name of a mocked response`},
		{responses(`7`), `m.json: /MockedResponses/R: there is number; expected an object with answers`},
		{responses(`{}`), `m.json: /MockedResponses/R: there is no answer; expected {"0": {"Return": …}}`},
		{responses(`{"1": {"Return": 1}}`), `m.json: /MockedResponses/R: no answer to invocation 0, before "1"`},
		{responses(`{"0": {"Return": 1}, "2-3": {"Return": 1}}`), `no answer to invocation 1, before "2-3"`},
		{responses(`{"0-1": {"Return": 1}, "1": {"Return": 1}}`), `"1" answers invocation 1 again`},
		{responses(`{"first": {"Return": 1}}`), `"first" is no number of an invocation; expected one such as "0", or a range such as "1-2"`},
		{responses(`{"2-1": {"Return": 1}}`), `"2-1" is no number`},
		{responses(`{"-1": {"Return": 1}}`), `"-1" is no number`},
		{responses(`{"00": {"Return": 1}}`), `"00" is no number`},
		{responses(`{"0-99999999999": {"Return": 1}}`), `"0-99999999999" is no number`},
		{responses(`{"0-9999999": {"Return": 1}}`), `"0-9999999" is no number`},
		{responses(`{"0": 1}`), `m.json: /MockedResponses/R/0: there is number; expected an object with Return or Throw`},
		{responses(`{"0": {}}`), `there is nothing; expected either Return or Throw, and nothing else`},
		{responses(`{"0": {"return": 1}}`), `there is "return"; expected either Return or Throw, and nothing else; did you mean "Return"?`},
		{responses(`{"0": {"Return": 1, "Throw": {}}}`), `there is "Return", "Throw"; expected either Return or Throw`},
		{responses(`{"0": {"Throw": "Busy"}}`), `m.json: /MockedResponses/R/0/Throw: there is string; expected an object with Error and Cause`},
		{responses(`{"0": {"Throw": {"Cause": "c"}}}`), `there is no Error; expected the name of one`},
		{responses(`{"0": {"Throw": {"Error": 7}}}`), `m.json: /MockedResponses/R/0/Throw/Error: there is number; expected a text`},
		{responses(`{"0": {"Throw": {"Error": "E", "Reason": "c"}}}`), `there is "Reason"; expected Error and Cause`},
	} {
		_, err := mockconfig.Parse("m.json", []byte(c.src))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\n%v\nwant %s", c.src, err, c.want)
		}
	}
}

func TestCaseRefuses(t *testing.T) {
	t.Parallel()
	f := parse(t, file)
	for _, c := range []struct{ machine, test, want string }{
		{"Refund", "HapyPath", `MockConfigFile.json: state machine "Refund" has no test case "HapyPath"; it has "HappyPath", "Gone"; did you mean "HappyPath"?`},
		{"Other", "HappyPath", `state machine "Other" has no test case "HappyPath"; it has nothing`},
		{"", "HappyPath", `there is no state machine ""; there is "Refund", "Other"`},
		{"Refunds", "HappyPath", `there is no state machine "Refunds"; there is "Refund", "Other"; did you mean "Refund"?`},
	} {
		if _, err := f.Case(c.machine, c.test); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Case(%q, %q): %v\nwant %s", c.machine, c.test, err, c.want)
		}
	}
	one := parse(t, `{"StateMachines": {"M": {"TestCases": {"T": {}}}}, "MockedResponses": {}}`)
	if find(t, one, "", "T").Machine != "M" {
		t.Error("the only state machine is not found without its name")
	}
}

func machine(t *testing.T, src string) *asl.Machine {
	t.Helper()
	m, found := asl.Parse([]byte(src))
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestCheck(t *testing.T) {
	t.Parallel()
	m := machine(t, `{"StartAt": "Find charges", "States": {
		"Find charges": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Next": "Pay back"},
		"Pay back": {"Type": "Succeed"}}}`)
	err := find(t, parse(t, file), "Refund", "HappyPath").Check(m)
	want := `MockConfigFile.json: test case "HappyPath": the state machine has no Task "Find charge"; it has "Find charges"; did you mean "Find charges"?
MockConfigFile.json: test case "HappyPath": state "Pay back" is a Succeed; only Tasks are mocked`
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
	if err := find(t, parse(t, file), "Refund", "Gone").Check(machine(t, `{"StartAt": "Find charge", "States": {
		"Find charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}}`)); err != nil {
		t.Error(err)
	}
}

// execute runs a machine with the answers of a test case.
func execute(t *testing.T, m *asl.Machine, input value.Value, tasks engine.Tasks) (engine.Outcome, []history.Event) {
	t.Helper()
	p, found := engine.NewPlan(m, engine.Options{})
	if err := found.Err(); err != nil {
		t.Fatal(err)
	}
	start := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var events []history.Event
	o := engine.Execute(t.Context(), p.Start(engine.Start{Name: "E", Region: "us-east-1", Input: input, Time: start, Seed: 1}),
		clock.NewVirtual(start), tasks, func(e history.Event) { events = append(events, e) })
	return o, events
}

// A task that is retried, visited twice and iterated over takes one answer after the other, and fails the execution
// when there is none left.
func TestTasks(t *testing.T) {
	t.Parallel()
	task := `{"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"FunctionName": "f"}, "OutputPath": "$.Payload", "Retry": [{"ErrorEquals": ["Busy", "States.Runtime"]}]`
	c := func(answers string) *mockconfig.Case {
		return find(t, parse(t, `{"StateMachines": {"M": {"TestCases": {"T": {"Ask": "R"}}}}, "MockedResponses": {"R": {`+answers+`}}}`), "M", "T")
	}
	busy, first, second := `"0-1": {"Throw": {"Error": "Busy", "Cause": "c"}}`, `"2": {"Return": {"Payload": 1}}`, `"3": {"Return": {"Payload": 2}}`
	elsewhere := engine.Succeed(value.Object(value.M("Payload", value.String("real"))))
	for _, x := range []struct {
		name, machine, answers, want string
	}{
		{"retried", `{"StartAt": "Ask", "States": {"Ask": ` + task + `, "End": true}}}`, busy + "," + first, `SUCCEEDED 1`},
		{"visited twice", `{"StartAt": "Ask", "States": {"Ask": ` + task + `, "Next": "Which"}, "Which": {"Type": "Choice", "Choices": [{"Variable": "$", "NumericEquals": 1, "Next": "Ask"}], "Default": "Done"}, "Done": {"Type": "Succeed"}}}`, busy + "," + first + "," + second, `SUCCEEDED 2`},
		{"iterated", `{"StartAt": "Each", "States": {"Each": {"Type": "Map", "MaxConcurrency": 1, "End": true, "ItemProcessor": {"StartAt": "Ask", "States": {"Ask": ` + task + `, "End": true}}}}}}`, busy + "," + first + "," + second, `SUCCEEDED [1,2]`},
		{
			"no answer left", `{"StartAt": "Ask", "States": {"Ask": ` + task + `, "End": true}}}`, `"0": {"Throw": {"Error": "Busy", "Cause": "c"}}`,
			`FAILED States.Runtime: invocation 1 of state "Ask" has no answer: mocked response "R" of MockConfigFile.json has 1`,
		},
		{"not mocked", `{"StartAt": "Tell", "States": {"Tell": ` + task + `, "End": true}}}`, `"0": {"Return": 1}`, `SUCCEEDED "real"`},
	} {
		t.Run(x.name, func(t *testing.T) {
			t.Parallel()
			rest := engine.TasksFunc(func(_ context.Context, c engine.Call) engine.Result {
				if c.State == "Ask" {
					t.Error("a mocked task calls its service")
				}
				return elsewhere
			})
			o, _ := execute(t, machine(t, x.machine), value.MustParse(`["a","b"]`), c(x.answers).Tasks(rest))
			got := fmt.Sprint(o.Status, " ", o.Output)
			if o.Status != engine.Succeeded {
				got = fmt.Sprintf("%s %s: %s", o.Status, *o.Error, *o.Cause)
			}
			if got != x.want {
				t.Errorf("%s\nwant %s", got, x.want)
			}
		})
	}
}

// The recorded executions that carry a file visit the same states with it, and end in the same way.
func TestRecorded(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(oracle.Dir(t), "conformance", "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	count := 0
	for _, path := range paths {
		area, name := filepath.Base(filepath.Dir(path)), filepath.Base(path)
		r := value.MustParse(string(oracle.Read(t, "conformance", area, name)))
		config := r.Get("mock_config")
		if !config.Exists() {
			continue
		}
		count++
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := find(t, parse(t, config.Get("file").String()), config.Get("state_machine").Str(), config.Get("test_case").Str())
			m := machine(t, r.Get("definition").String())
			if err := c.Check(m); err != nil {
				t.Fatal(err)
			}
			o, events := execute(t, m, r.Get("input"), c.Tasks(nil))
			if string(o.Status) != r.Path("expect", "status").Str() {
				t.Errorf("it ended %s, want %s (%v)", o.Status, r.Path("expect", "status"), o)
			}
			var want, got []string
			for _, e := range r.Path("expect", "history").Elements() {
				if e.Get("id").String() == "0" { // of a Parallel whose events the recorder sorted
					return
				}
				want = append(want, e.Get("type").Str())
			}
			for _, e := range events {
				got = append(got, string(e.Type))
			}
			if want == nil {
				return
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Errorf("events (-want +got):\n%s", d)
			}
		})
	}
	if count < 9 {
		t.Errorf("only %d recordings have a file", count)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(file)
	f.Add(`{"StateMachines": {"M": {"TestCases": {"T": {"A": "R"}}}}, "MockedResponses": {"R": {"0-9": {"Throw": {"Error": "E"}}}}}`)
	f.Fuzz(func(t *testing.T, src string) {
		file, err := mockconfig.Parse("m.json", []byte(src))
		if err != nil {
			return
		}
		for _, m := range file.Machines() {
			if _, err := file.Case(m, "\x00"); err == nil && !strings.Contains(src, `\u0000`) {
				t.Error("a test case is found that is not there")
			}
		}
	})
}
