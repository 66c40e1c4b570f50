package engine_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// A maker makes random machines in one of the query languages: all kinds of states, tasks of all patterns with limits,
// retriers and catchers, loops, and both kinds of Maps.
type maker struct {
	rng   *rand.Rand
	paths bool // JSONPath, else JSONata
	names int
}

func (m *maker) pick(from ...string) string { return from[m.rng.IntN(len(from))] }

// in gives the spelling of the machine's language.
func (m *maker) in(jsonPath, jsonata string) string {
	if m.paths {
		return jsonPath
	}
	return jsonata
}

func (m *maker) machine() string {
	lang := m.in("JSONPath", "JSONata")
	return fmt.Sprintf(`{"QueryLanguage":%q,%s%s`, lang, m.pick("", "", `"TimeoutSeconds":500,`), m.branch(0)[1:])
}

func (m *maker) branch(depth int) string {
	names := make([]string, 1+m.rng.IntN(4))
	for i := range names {
		m.names++
		names[i] = fmt.Sprintf("S%d", m.names)
	}
	states := make([]string, len(names))
	for i, name := range names {
		states[i] = fmt.Sprintf("%q:%s", name, m.state(names, i, depth))
	}
	return fmt.Sprintf(`{"StartAt":%q,"States":{%s}}`, names[0], strings.Join(states, ","))
}

func (m *maker) state(names []string, i, depth int) string {
	next := `"End":true`
	switch {
	case m.rng.IntN(10) == 0: // also back, round and round
		next = fmt.Sprintf(`"Next":%q`, m.pick(names...))
	case i+1 < len(names):
		next = fmt.Sprintf(`"Next":%q`, names[i+1])
	}
	target := m.pick(names...)
	switch kind := m.rng.IntN(12); {
	case kind == 0:
		return `{"Type":"Pass",` + m.shape(false) + next + `}`
	case kind == 1:
		return `{"Type":"Wait",` + m.pick(`"Seconds":0`, `"Seconds":1`, `"Seconds":90`, m.in(`"SecondsPath":"$.n"`, `"Seconds":"{% $states.input.n %}"`)) + `,` + next + `}`
	case kind == 2:
		return `{"Type":"Choice","Choices":[{` + m.pick(m.in(`"Variable":"$.n","NumericGreaterThan":2`, `"Condition":"{% $states.input.n > 2 %}"`),
			m.in(`"Variable":"$.gone","IsPresent":false`, `"Condition":"{% $random() > 0.5 %}"`)) +
			fmt.Sprintf(`,"Next":%q}],"Default":%q}`, target, names[min(i+1, len(names)-1)])
	case kind == 3:
		return m.pick(`{"Type":"Fail","Error":"Broken","Cause":"on purpose"}`, `{"Type":"Succeed"}`)
	case kind <= 8 || depth > 1:
		return m.task(target) + m.shape(true) + next + `}`
	case kind == 9:
		branches := make([]string, 1+m.rng.IntN(3))
		for j := range branches {
			branches[j] = m.branch(depth + 1)
		}
		return `{"Type":"Parallel","Branches":[` + strings.Join(branches, ",") + `],` + m.errors(target) + m.in(`"ResultPath":null,`, `"Output":{"n":3},`) + next + `}`
	}
	return `{"Type":"Map",` + m.pick(m.in(`"ItemsPath":"$.list",`, `"Items":"{% [1..5] %}",`), m.in(`"ItemsPath":"$.list",`, `"Items":[1,{"n":2},3],`)) +
		m.pick("", `"MaxConcurrency":1,`, `"MaxConcurrency":2,`) +
		m.in(`"ItemSelector":{"n":3,"list":[1],"v.$":"$$.Map.Item.Value"},`, `"ItemSelector":{"n":"{% $states.context.Map.Item.Index %}"},`) +
		`"ItemProcessor":` + m.processor(depth) + `,` + m.errors(target) + m.place() + next + `}`
}

// processor is what a Map runs. Children of children of children would be too many, and what goes round in an Express
// execution has only its time for a limit.
func (m *maker) processor(depth int) string {
	mode := m.rng.IntN(4)
	if depth > 0 {
		mode = 0
	}
	switch mode {
	case 2:
		return `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},` + m.branch(depth + 1)[1:]
	case 3:
		m.names++
		return fmt.Sprintf(`{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"S%d","States":{"S%d":%s"End":true}}}`,
			m.names, m.names, m.task(""))
	}
	return m.branch(depth + 1)
}

func (m *maker) task(target string) string {
	arguments := m.in(`"Parameters":{"n.$":"$.n"},`, `"Arguments":{"n":"{% $states.input.n %}"},`)
	token := m.in(`"Parameters":{"t.$":"$$.Task.Token"},`, `"Arguments":{"t":"{% $states.context.Task.Token %}"},`)
	return `{"Type":"Task",` + m.pick(
		`"Resource":"arn:aws:states:::lambda:invoke",`+arguments,
		`"Resource":"arn:aws:lambda:us-east-1:111111111111:function:f",`,
		`"Resource":"arn:aws:states:::aws-sdk:sfn:listActivities",`+arguments,
		m.lasting(target, `"Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken",`+token),
		m.lasting(target, `"Resource":"arn:aws:states:::states:startExecution.sync:2",`+arguments),
		m.lasting(target, `"Resource":"arn:aws:states:us-east-1:111111111111:activity:work",`),
	) + m.pick("", `"TimeoutSeconds":30,`) + m.pick("", `"HeartbeatSeconds":5,`) + m.errors(target)
}

// lasting is a task that goes on after it was submitted, which Express executions do not have.
func (m *maker) lasting(target, task string) string {
	if target == "" {
		return `"Resource":"arn:aws:lambda:us-east-1:111111111111:function:f",`
	}
	return task
}

// shape shapes a state's output; one time in a while it fails to.
func (m *maker) shape(task bool) string {
	if m.paths {
		all := []string{m.place(), m.place(), `"OutputPath":"$.gone",`, `"Assign":{"v` + fmt.Sprint(m.names) + `":1},`}
		if task {
			all = append(all, `"ResultSelector":{"r.$":"$"},"ResultPath":"$.r",`)
		}
		return m.pick(all...)
	}
	return m.pick("", `"Output":{"n":3},`, `"Output":"{% $states.input.gone %}",`, `"Assign":{"v`+fmt.Sprint(m.names)+`":"{% $uuid() %}"},`)
}

// place keeps what the states after need.
func (m *maker) place() string {
	return m.in(`"ResultPath":"$.r",`, `"Output":{"n":3},`)
}

func (m *maker) errors(target string) string {
	retry := m.pick("", `"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":2,"JitterStrategy":"FULL"}],`,
		`"Retry":[{"ErrorEquals":["Unlucky"]},{"ErrorEquals":["States.Timeout"],"IntervalSeconds":9}],`)
	if target == "" {
		return retry
	}
	return retry + m.pick("", "", fmt.Sprintf(`"Catch":[{"ErrorEquals":["States.ALL"],%s"Next":%q}],`,
		m.in(`"ResultPath":"$.e",`, `"Output":{"n":1,"e":"{% $states.errorOutput %}"},`), target))
}
