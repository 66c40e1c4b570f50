package engine_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
)

// FuzzMachine makes a small valid machine of bytes and executes it three times: plainly, again, and with the run
// written and read back before every signal. All three have one history; its ids have no gap, every event follows
// from an earlier one, and what was entered is left, aborted or ended with the execution.
func FuzzMachine(f *testing.F) {
	for i := range 24 {
		seed := make([]byte, 60)
		for j := range seed {
			seed[j] = byte((i*31 + j*j*7 + i*j) >> 1)
		}
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		g := &generator{data: data}
		definition := g.machine()
		m, diags := asl.Parse([]byte(definition))
		if diags.HasErrors() {
			t.Fatalf("%v\n%s", diags.Err(), definition)
		}
		p, diags := engine.NewPlan(m, engine.Options{})
		if p == nil {
			t.Fatalf("%v\n%s", diags.Err(), definition)
		}
		seed := uint64(g.next())
		once := func(between func(*engine.Run) *engine.Run) string {
			var events []history.Event
			start := started(`{"n":3,"s":"x"}`)
			start.Seed = seed
			o := engine.ExecuteBetween(context.Background(), p.Start(start), clock.NewVirtual(began), engine.TasksFunc(dice(seed)), between,
				func(e history.Event) { events = append(events, e) })
			checkHistory(t, events, o, definition)
			return mustMarshal(t, events)
		}
		first := once(nil)
		restored := once(func(r *engine.Run) *engine.Run {
			b, err := json.Marshal(r)
			if err != nil {
				t.Fatal(err)
			}
			if r, err = p.Restore(b); err != nil {
				t.Fatalf("%v\n%s\n%s", err, definition, b)
			}
			return r
		})
		if second := once(nil); second != first || restored != first {
			t.Errorf("three executions differ:\n%s\n%s\n%s\n%s", definition, first, second, restored)
		}
	})
}

func checkHistory(t *testing.T, events []history.Event, o engine.Outcome, definition string) {
	t.Helper()
	open := 0
	for i, e := range events {
		if e.ID != int64(i+1) || e.PreviousID >= e.ID || i > 0 && e.Time.Before(events[i-1].Time) {
			t.Errorf("event %d is %d<%d %s\n%s", i+1, e.ID, e.PreviousID, e.Type, definition)
		}
		switch name := string(e.Type); {
		case strings.HasSuffix(name, "StateEntered"):
			open++
		case strings.HasSuffix(name, "StateExited"):
			open--
		}
	}
	last := events[len(events)-1].Type
	ends := map[engine.Status]history.Type{
		engine.Succeeded: history.ExecutionSucceeded, engine.FailedRun: history.ExecutionFailed, engine.TimedOut: history.ExecutionTimedOut,
	}
	if last != ends[o.Status] {
		t.Errorf("%s ended with %s\n%s", o.Status, last, definition)
	}
	if o.Status == engine.Succeeded && open < 0 {
		t.Errorf("more states were left than entered\n%s", definition)
	}
}

// A generator makes machines of bytes; without bytes left it makes the simplest one.
type generator struct {
	data  []byte
	names int
	loops bool // a transition leads back
}

func (g *generator) next() int {
	if len(g.data) == 0 {
		return 0
	}
	b := g.data[0]
	g.data = g.data[1:]
	return int(b)
}

func (g *generator) pick(from ...string) string { return from[g.next()%len(from)] }

func (g *generator) machine() string {
	limit := 1 + g.next()*1000
	states := g.branch(0)[1:]
	if g.loops { // so that going round ends soon
		limit = 2
	}
	return fmt.Sprintf(`{"QueryLanguage":"JSONata","TimeoutSeconds":%d,%s`, limit, states)
}

func (g *generator) branch(depth int) string {
	names := make([]string, 1+g.next()%4)
	for i := range names {
		g.names++
		names[i] = fmt.Sprintf("S%d", g.names)
	}
	states := make([]string, len(names))
	for i, name := range names {
		states[i] = fmt.Sprintf("%q:%s", name, g.state(names, i, depth))
	}
	return fmt.Sprintf(`{"StartAt":%q,"States":{%s}}`, names[0], strings.Join(states, ","))
}

// state makes a state; transitions lead on, or sometimes back, to states of the branch.
func (g *generator) state(names []string, i, depth int) string {
	next := `"End":true`
	if r := g.next(); r%8 == 7 {
		g.loops = g.loops || r/8%len(names) <= i
		next = fmt.Sprintf(`"Next":%q`, names[r/8%len(names)])
	} else if i+1 < len(names) {
		next = fmt.Sprintf(`"Next":%q`, names[i+1])
	}
	g.loops = g.loops || i+1 == len(names) // a Choice at the end leads to itself
	to := g.next() % len(names)
	g.loops = g.loops || to <= i
	target := names[to]
	switch kind := g.next() % 9; {
	case kind == 0:
		return `{"Type":"Pass",` + g.shape() + next + `}`
	case kind == 1:
		return `{"Type":"Wait","Seconds":` + g.pick("0", "1", `"{% $states.input.n %}"`, `"{% 86400 %}"`) + `,` + g.shape() + next + `}`
	case kind == 2:
		return fmt.Sprintf(`{"Type":"Choice","Choices":[{"Condition":%s,"Next":%q}],"Default":%q}`,
			g.pick(`"{% $states.input.n > 2 %}"`, "true", "false", `"{% $states.input %}"`, `"{% $random() > 0.3 %}"`), target, names[min(i+1, len(names)-1)])
	case kind == 3:
		return `{"Type":"Fail","Error":` + g.pick(`"Broken"`, `"{% $states.input.s %}"`, `""`) + `}`
	case kind == 4:
		return `{"Type":"Succeed"}`
	case kind <= 6 || depth > 1:
		return `{"Type":"Task","Resource":` + g.pick(`"arn:aws:states:::lambda:invoke"`, `"arn:aws:lambda:us-east-1:111111111111:function:f"`) +
			`,"Arguments":` + g.pick(`{"a":1}`, `{"n":"{% $states.input.n %}"}`, `"{% $states.input %}"`) +
			g.pick("", `,"TimeoutSeconds":30`) + `,` + g.errors(target) + g.shape() + next + `}`
	}
	if g.next()%2 == 0 {
		processor := g.processor(depth)
		items := g.pick("", `"Items":"{% [1..$states.input.n] %}",`, `"Items":[1,{"n":2},3],`, g.many(depth))
		if strings.Contains(processor, `"ItemReader"`) {
			items = ""
		}
		return `{"Type":"Map",` + items +
			g.pick("", `"MaxConcurrency":1,`, `"MaxConcurrency":2,`) +
			g.pick("", `"ItemSelector":{"n":"{% $states.context.Map.Item.Index %}"},`, `"ItemSelector":"{% $states.context.Map.Item.Value.n %}",`) +
			`"ItemProcessor":` + processor + `,` + g.errors(target) + g.shape() + next + `}`
	}
	branches := make([]string, 1+g.next()%3)
	for j := range branches {
		branches[j] = g.branch(depth + 1)
	}
	return `{"Type":"Parallel","Branches":[` + strings.Join(branches, ",") + `],` + g.errors(target) + next + `}`
}

// processor is what a Map runs, inline or distributed.
func (g *generator) processor(depth int) string {
	config := g.pick("", `"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},`, `"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},`)
	after := ""
	if config != "" {
		after = g.pick("", `,"ItemBatcher":{"MaxItemsPerBatch":2,"BatchInput":{"n":"{% $states.input.n %}"}}`, `,"ToleratedFailureCount":1`,
			`,"ToleratedFailurePercentage":50`, `,"ItemBatcher":{"MaxInputBytesPerBatch":30},"ToleratedFailurePercentage":10,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Arguments":{"Bucket":"b"}}`, `,"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"b"},"ReaderConfig":{"InputType":"JSON"}}`,
			`,"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Arguments":{"Bucket":"b","Prefix":"p"}}`)
	}
	return strings.Replace(g.branch(depth+1), "{", "{"+config, 1) + after
}

// many are more items than run side by side; not within others, so that there are not too many.
func (g *generator) many(depth int) string {
	if depth > 0 {
		return ""
	}
	return `"Items":"{% [1..45] %}",`
}

func (g *generator) shape() string {
	return g.pick("", "", `"Output":{"n":3},`, `"Output":"{% $states.input.gone %}",`, `"Assign":{"v`+fmt.Sprint(g.names)+`":"{% $uuid() %}"},`)
}

func (g *generator) errors(target string) string {
	out := g.pick("", `"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":2,"JitterStrategy":"FULL"}],`,
		`"Retry":[{"ErrorEquals":["Unlucky"]},{"ErrorEquals":["States.Timeout"],"IntervalSeconds":9}],`)
	return out + g.pick("", fmt.Sprintf(`"Catch":[{"ErrorEquals":["States.ALL"],"Output":{"n":1,"e":"{%% $states.errorOutput %%}"},"Next":%q}],`, target))
}
