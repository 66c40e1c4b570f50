package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/items"
	"github.com/stepwright/stepwright/value"
)

// A mill is a world with one Distributed Map in it: it gives items one after the other and keeps what comes of them.
type mill struct {
	items  []value.Value
	broken error // what reading ends with, in place of the end
	whole  bool  // all items are given at once
	answer func(engine.Call) engine.Result

	open     atomic.Int64
	runs     []engine.MapRun
	children map[string]*milled
	order    []string // ARNs, as they were heard of
	records  []value.Value
	ended    bool // the last part of the results was written
}

// milled is a child.
type milled struct {
	engine.Child
	events []history.Event
}

func (c *milled) last() history.Event { return c.events[len(c.events)-1] }

func (m *mill) Do(_ context.Context, c engine.Call) engine.Result {
	switch {
	case c.Export != nil:
		if c.Export.Part == 0 {
			m.records, m.ended = nil, false
		}
		m.records, m.ended = append(m.records, c.Export.Children...), c.Export.Last
		return engine.Succeed(value.Object())
	case c.Reading != nil:
		return engine.Succeed(value.Array(m.items...))
	}
	return m.answer(c)
}

func (m *mill) ObserveMapRun(r engine.MapRun) { m.runs = append(m.runs, r) }

func (m *mill) ObserveChildren(all []engine.ChildHistory) {
	for i := range all {
		c := all[i].Child
		if m.children == nil {
			m.children = map[string]*milled{}
		}
		if m.children[c.ExecutionArn] == nil {
			m.children[c.ExecutionArn] = &milled{Child: *c}
			m.order = append(m.order, c.ExecutionArn)
		}
		m.children[c.ExecutionArn].events = slices.AppendSeq(m.children[c.ExecutionArn].events, all[i].Events())
	}
}

// A paged mill gives its items by a reader.
type paged struct{ *mill }

func (m paged) OpenItems(context.Context, engine.Call) (items.Reader, *engine.Failure) {
	m.open.Add(1)
	return &milling{m.mill, 0}, nil
}

type milling struct {
	*mill
	at int
}

func (r *milling) Next() (items.Item, error) {
	if r.at < len(r.items) {
		r.at++
		return items.Item{Value: r.items[r.at-1]}, nil
	}
	if r.broken != nil {
		return items.Item{}, r.broken
	}
	return items.Item{}, io.EOF
}

func (r *milling) Close() error {
	r.open.Add(-1)
	return nil
}

// tasks are the mill as tasks.
func (m *mill) tasks() engine.Tasks {
	if m.whole {
		return m
	}
	return paged{m}
}

// fates are what a child does, by its first item.
const fates = `"StartAt":"Fate","States":{
	"Fate":{"Type":"Choice","Choices":[
		{"Condition":"{% $exists($states.input.Items) %}","Next":"First"},
		{"Condition":"{% $states.input.do = 'fail' %}","Next":"Fail"},{"Condition":"{% $states.input.do = 'nap' %}","Next":"Nap"},
		{"Condition":"{% $states.input.do = 'call' %}","Next":"Call"},{"Condition":"{% $states.input.do = 'last' %}","Next":"Last"}],"Default":"Good"},
	"First":{"Type":"Pass","Output":"{% $states.input.Items[0] %}","Next":"Fate"},
	"Fail":{"Type":"Fail","Error":"Bad"},"Nap":{"Type":"Wait","Seconds":"{% $states.input.n %}","Next":"Good"},
	"Last":{"Type":"Wait","Seconds":1000,"Next":"Good"},
	"Call":{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":"{% $states.input %}","TimeoutSeconds":20,"Next":"Good"},
	"Good":{"Type":"Pass","Output":{"u":"{% $uuid() %}"},"End":true}}`

// A trial is a random Map Run.
type trial struct {
	definition string
	mill       *mill
	batch      int
	tolerates  func(failed, all int) bool
}

func newTrial(r *rand.Rand) trial {
	x := trial{mill: &mill{whole: r.IntN(3) == 0}, tolerates: func(failed, _ int) bool { return failed == 0 }}
	count := []int{0, 1, 5, 60, 400, 4500}[r.IntN(6)]
	bad := []int{1, 20, 300}[r.IntN(3)]
	for i := range count {
		do := "pass"
		if r.IntN(bad) == 0 {
			do = []string{"fail", "nap", "call", "last"}[r.IntN(4)]
		}
		x.mill.items = append(x.mill.items, value.MustParse(fmt.Sprintf(`{"do":%q,"n":%d,"i":%d}`, do, r.IntN(30), i)))
	}
	x.mill.answer = func(c engine.Call) engine.Result {
		n, _ := c.Arguments.Get("n").Int()
		switch n % 4 {
		case 0:
			return engine.Failed("Unlucky", "no")
		case 1:
			return engine.Result{Never: true}
		}
		return engine.Result{After: time.Duration(n) * time.Second, Output: c.Arguments}
	}
	kind := []string{"STANDARD", "EXPRESS"}[r.IntN(2)]
	fields := fmt.Sprintf(`"MaxConcurrency":%d,`, []int{0, 1, 3, 50}[r.IntN(4)])
	switch r.IntN(3) {
	case 0:
		n := r.IntN(60)
		fields += fmt.Sprintf(`"ToleratedFailureCount":%d,`, n)
		x.tolerates = func(failed, _ int) bool { return failed <= n }
	case 1:
		n := r.IntN(101)
		fields += fmt.Sprintf(`"ToleratedFailurePercentage":%d,`, n)
		x.tolerates = func(failed, all int) bool { return failed*100 <= n*all }
	}
	if x.batch = []int{1, 2, 7, 100}[r.IntN(4)]; x.batch > 1 {
		fields += fmt.Sprintf(`"ItemBatcher":{"MaxItemsPerBatch":%d},`, x.batch)
	}
	if r.IntN(2) == 0 {
		fields += `"ItemSelector":"{% $states.context.Map.Item.Value %}",`
	}
	x.definition = `{"QueryLanguage":"JSONata","StartAt":"Each","States":{"Each":{"Type":"Map","Label":"l",` + fields +
		`"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"b","Key":"k"},"ReaderConfig":{"InputType":"JSON"}},
		"ResultWriter":{"Resource":"arn:aws:states:::s3:putObject","Arguments":{"Bucket":"b"}},"End":true,
		"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"` + kind + `"},` + fates + `}}}}`
	return x
}

// Whatever the items do, the counters say what became of the children, the results are those of exactly the children,
// each child ends once, and nothing is left open or running.
func TestMapRunProperties(t *testing.T) {
	t.Parallel()
	for seed := range uint64(32) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { // which fails if a goroutine is left
				x := newTrial(rand.New(rand.NewPCG(seed, 7)))
				o := engine.Execute(t.Context(), plan(t, x.definition).Start(started(`{}`)), clock.NewVirtual(began), x.mill.tasks())
				x.check(t, o)
			})
		})
	}
}

func (x *trial) check(t *testing.T, o engine.Outcome) {
	t.Helper()
	m := x.mill
	run := m.runs[len(m.runs)-1]
	var want engine.Counts
	byStatus, all := map[string]int{}, map[string]bool{}
	for _, arn := range m.order {
		c := m.children[arn]
		want.Running += 1 // until its end is looked at
		end := map[history.Type]*int{history.ExecutionSucceeded: &want.Succeeded, history.ExecutionFailed: &want.Failed, history.ExecutionTimedOut: &want.TimedOut, history.ExecutionAborted: &want.Aborted}[c.last().Type]
		if end == nil || c.events[0].Type != history.ExecutionStarted {
			t.Fatalf("child %d: %s … %s", c.Index, c.events[0].Type, c.last().Type)
		}
		*end++
		want.Running--
		for i, e := range c.events {
			if e.ID != int64(i+1) || i > 0 && e.Type == history.ExecutionStarted {
				t.Errorf("child %d: event %d is %d %s", c.Index, i, e.ID, e.Type)
			}
		}
		all[c.Name] = true
	}
	for _, r := range m.records {
		status := r.Get("Status").Str()
		byStatus[status]++
		if name := r.Get("Name").Str(); status != "PENDING" && !all[name] {
			t.Errorf("a result of %q, which is no child or has one already", name)
		}
		delete(all, r.Get("Name").Str())
	}
	got := run.Executions
	if got.Succeeded != want.Succeeded || got.Failed != want.Failed || got.TimedOut != want.TimedOut || got.Aborted != want.Aborted || got.Running != 0 ||
		got.Pending != byStatus["PENDING"] || got.ResultsWritten != got.Total() {
		t.Errorf("counts %+v, want %+v, and %v are pending", got, want, byStatus)
	}
	if len(all) > 0 || !m.ended || len(m.records) != got.Total() {
		t.Errorf("%d children have no result; %d records of %d", len(all), len(m.records), got.Total())
	}
	if n := run.Items.Total(); n != len(m.items) || run.Items.ResultsWritten != n {
		t.Errorf("%d items are counted, %d written, of %d", n, run.Items.ResultsWritten, len(m.items))
	}
	failed := run.Items.Failed + run.Items.TimedOut
	tolerated := x.tolerates(failed, len(m.items))
	if (o.Status == engine.Succeeded) != tolerated || (run.Status == engine.Succeeded) != tolerated || tolerated && run.Items.Aborted+run.Items.Pending > 0 {
		t.Errorf("%s, the Map Run %s: %d of %d items have failed: %+v", o.Status, run.Status, failed, len(m.items), run.Items)
	}
	if n := m.open.Load(); n != 0 {
		t.Errorf("%d readers are open", n)
	}
	if want := (len(m.items) + x.batch - 1) / x.batch; want != got.Total() {
		t.Errorf("%d children, want %d", got.Total(), want)
	}
}

// The history of a child depends on the seed and its place, not on how many run beside it or on how many processors.
func TestChildrenAreTheSame(t *testing.T) { //nolint:paralleltest // the number of processors is everybody's
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	histories := func(concurrency, processors int) string {
		runtime.GOMAXPROCS(processors)
		m := &mill{}
		for i := range 800 {
			m.items = append(m.items, value.MustParse(fmt.Sprintf(`{"do":%q,"i":%d}`, []string{"pass", "fail"}[i%7/6], i)))
		}
		o := engine.Execute(t.Context(), plan(t, fmt.Sprintf(`{"QueryLanguage":"JSONata","StartAt":"Each","States":{"Each":{"Type":"Map","Label":"l","MaxConcurrency":%d,
			"ToleratedFailurePercentage":100,"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"b","Key":"k"},"ReaderConfig":{"InputType":"JSON"}},
			"ItemSelector":{"do":"{%% $states.context.Map.Item.Value.do %%}","r":"{%% $random() %%}","s":"{%% $states.context.Map.Item.Source %%}"},"Output":"","End":true,
			"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},%s}}}}`, concurrency, strings.ReplaceAll(fates, `"u":`, `"r":"{% $states.input.r %}","u":`))).Start(started(`{}`)),
			clock.NewVirtual(began), m.tasks())
		if o.Status != engine.Succeeded {
			t.Fatalf("got %+v", o)
		}
		slices.SortFunc(m.order, func(a, b string) int { return m.children[a].Index - m.children[b].Index })
		var all []any
		for _, arn := range m.order {
			all = append(all, arn, m.children[arn].events)
		}
		return mustMarshal(t, all)
	}
	first := histories(0, 1)
	if !strings.Contains(first, `S3://b/k`) || strings.Count(first, "ExecutionStarted") != 800 {
		t.Fatalf("got %.2000s", first)
	}
	for _, c := range [][2]int{{0, 4}, {1, 4}, {7, 2}, {1000, 3}} {
		if histories(c[0], c[1]) != first {
			t.Errorf("with MaxConcurrency %d on %d processors children have other histories", c[0], c[1])
		}
	}
}

// A Map Run that does much at one time is interrupted, also to be written and read back; it comes to the same.
func TestMapRunInPieces(t *testing.T) {
	t.Parallel()
	const chain = 60
	states := `"StartAt":"S0","States":{`
	for i := range chain {
		states += fmt.Sprintf(`"S%d":{"Type":"Pass","Next":"S%d"},`, i, i+1)
	}
	states += fmt.Sprintf(`"S%d":{"Type":"Succeed"}}`, chain)
	definition := mapOf(`"Label":"l","Items":"{% [1..600] %}"`, `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},`+states+`}`)
	p := plan(t, definition)
	once := func(between func(*engine.Run) *engine.Run) (*mill, int) {
		m, signals := &mill{}, 0
		o := engine.ExecuteBetween(t.Context(), p.Start(started(`{}`)), clock.NewVirtual(began), m, func(r *engine.Run) *engine.Run {
			signals++
			return between(r)
		})
		if o.Status != engine.Succeeded || o.Output.Len() != 600 || !o.Stopped.Equal(began) {
			t.Errorf("got %+v", o)
		}
		return m, signals
	}
	plain, signals := once(func(r *engine.Run) *engine.Run { return r })
	if events := 600 * (2*chain + 4); signals < 4 || len(plain.children) != 600 || signals > events/1000 {
		t.Errorf("%d signals", signals)
	}
	restored, _ := once(func(r *engine.Run) *engine.Run {
		b, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		if r, err = p.Restore(b); err != nil {
			t.Fatal(err)
		}
		return r
	})
	for arn, c := range plain.children {
		if mustMarshal(t, c.events) != mustMarshal(t, restored.children[arn].events) {
			t.Fatalf("child %d differs", c.Index)
		}
	}
}

const reading = `"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Arguments":{"Bucket":"b","Key":"k"},"ReaderConfig":{"InputType":"JSON"%s}}`

// reads executes a Map that reads the items of a mill, with children that nap a minute.
func reads(t *testing.T, m *mill, config, fields string) engine.Outcome {
	t.Helper()
	definition := mapOf(fmt.Sprintf(reading, config)+fields, distributedWait)
	return engine.Execute(t.Context(), plan(t, definition).Start(started(`{}`)), clock.NewVirtual(began), m.tasks())
}

func numbers(n int) []value.Value {
	all := make([]value.Value, n)
	for i := range all {
		all[i] = value.Int(i)
	}
	return all
}

// What cannot be read further fails the Map Run; the children that run are stopped, in the middle of it all.
func TestReadingBreaks(t *testing.T) {
	t.Parallel()
	m := &mill{items: numbers(5000), broken: errors.New("Line 5001 is no JSON")}
	o := reads(t, m, "", `,"MaxConcurrency":4000`)
	if o.Status != engine.FailedRun || *o.Error != "States.ItemReaderFailed" || *o.Cause != "Line 5001 is no JSON" {
		t.Errorf("got %+v", o)
	}
	run := m.runs[len(m.runs)-1]
	if c := run.Executions; c.Total() != 5000 || c.Aborted == 0 || c.Aborted+c.Succeeded != 5000 || m.open.Load() != 0 {
		t.Errorf("got %+v", c)
	}
}

// Results that are too large together fail the Map Run, when all children have ended.
func TestResultsTooLarge(t *testing.T) {
	t.Parallel()
	for n, want := range map[int]engine.Status{26_214: engine.Succeeded, 26_215: engine.FailedRun} { // of ten bytes with a comma
		m := &mill{}
		for i := range n {
			m.items = append(m.items, value.Int(100_000_000+i))
		}
		p := plan(t, mapOf(fmt.Sprintf(reading, "")+`,"Output":1`, `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"P","States":{"P":{"Type":"Pass","End":true}}}`))
		var last []history.Type
		o := engine.Execute(t.Context(), p.Start(started(`{}`)), clock.NewVirtual(began), m.tasks(), func(e history.Event) { last = append(last, e.Type) })
		if o.Status != want || m.runs[len(m.runs)-1].Executions.Succeeded != n {
			t.Errorf("%d results: got %+v", n, o)
		}
		if want == engine.FailedRun && (*o.Error != "States.DataLimitExceeded" || fmt.Sprint(last[3:]) != "[MapRunStarted MapRunFailed MapStateFailed ExecutionFailed]") {
			t.Errorf("got %s %v", *o.Error, last)
		}
	}
}

// MaxItems ends the reading.
func TestMaxItems(t *testing.T) {
	t.Parallel()
	for _, most := range []int{1, 4096, 4097, 4999} {
		for _, whole := range []bool{true, false} {
			m := &mill{items: numbers(5000), whole: whole}
			o := reads(t, m, fmt.Sprintf(`,"MaxItems":%d`, most), "")
			if n := m.runs[len(m.runs)-1].Items.Succeeded; o.Status != engine.Succeeded || n != most || m.open.Load() != 0 {
				t.Errorf("MaxItems %d: %s, %d items", most, o.Status, n)
			}
		}
	}
}

// An execution whose context ends while items are read leaves nothing open, and goes on where it was when it is
// restored: what was read is not read again.
func TestReadingIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &mill{items: numbers(10_000)}
		p := plan(t, mapOf(fmt.Sprintf(reading, "")+`,"MaxConcurrency":100,"ItemBatcher":{"MaxItemsPerBatch":10}`, distributedWait))
		run := p.Start(started(`{}`))
		ctx, leave := context.WithCancel(t.Context())
		signals := 0
		engine.ExecuteBetween(ctx, run, clock.NewVirtual(began), m.tasks(), func(r *engine.Run) *engine.Run {
			if signals++; signals == 40 {
				leave()
			}
			return r
		})
		if run.Status() != engine.Running || m.open.Load() != 0 {
			t.Fatalf("%s, %d readers are open", run.Status(), m.open.Load())
		}
		b, err := json.Marshal(run)
		if err != nil {
			t.Fatal(err)
		}
		if run, err = p.Restore(b); err != nil {
			t.Fatal(err)
		}
		o := engine.Execute(t.Context(), run, clock.NewVirtual(began), m.tasks())
		inputs := map[string]int{}
		for _, c := range m.children {
			for _, it := range c.events[0].Input.Get("Items").Elements() {
				inputs[it.String()]++
			}
		}
		if o.Status != engine.Succeeded || len(m.children) != 1000 || len(inputs) != 10_000 || m.open.Load() != 0 {
			t.Errorf("%s, %d children, %d items", o.Status, len(m.children), len(inputs))
		}
	})
}

// The limits of a Map Run are changed while it runs, also when it belongs to a child; a child is stopped by its ARN.
func TestUpdateMapRun(t *testing.T) {
	t.Parallel()
	outer := mapOf(`"Label":"outer","Items":[[1,2,3,4]],"ToleratedFailureCount":5`, `{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"STANDARD"},"StartAt":"Inner","States":{
		"Inner":{"Type":"Map","Label":"inner","MaxConcurrency":1,"End":true,"ItemProcessor":`+distributedWait+`}}}`)
	p := plan(t, outer)
	run := p.Start(started(`{}`))
	var inner engine.MapRun
	var naps []string // ARNs
	handle := func(sig engine.Signal) {
		t.Helper()
		e := run.Handle(t.Context(), began, sig)
		for _, m := range e.MapRuns {
			if m.State == "Inner" {
				inner = m
			}
		}
		for _, c := range e.Children {
			if c.Child.State == "Inner" && c.Log.At(c.From).Type == history.ExecutionStarted {
				naps = append(naps, c.Child.ExecutionArn)
			}
		}
	}
	handle(engine.Begin{})
	if c := inner.Executions; c.Running != 1 || c.Pending != 3 {
		t.Fatalf("got %+v", inner)
	}
	handle(engine.UpdateMapRun{MapRunArn: inner.Arn, MaxConcurrency: new(2)})
	if c := inner.Executions; c.Running != 2 || inner.MaxConcurrency != 2 {
		t.Errorf("got %+v", inner)
	}
	handle(engine.UpdateMapRun{MapRunArn: "unknown", MaxConcurrency: new(9)})
	handle(engine.UpdateMapRun{MapRunArn: inner.Arn, ToleratedFailurePercentage: new(25.0)})
	handle(engine.StopChild{ExecutionArn: "unknown"})
	handle(engine.StopChild{ExecutionArn: naps[0], Stop: engine.Stop{ErrorName: "Enough"}})
	if c := inner.Executions; c.Aborted != 1 || c.Running != 2 || inner.Status != engine.Running {
		t.Errorf("got %+v", inner)
	}
	handle(engine.UpdateMapRun{MapRunArn: inner.Arn, ToleratedFailureCount: new(0)})
	if c := inner.Executions; inner.Status != engine.FailedRun || c.Aborted != 3 || c.Running != 0 {
		t.Errorf("got %+v", inner)
	}
	if o := run.Outcome(); o.Status != engine.Succeeded || o.Output.Index(0).Get("Error").Str() != "States.ExceedToleratedFailureThreshold" {
		t.Errorf("got %+v", o)
	}
}

// Batches of many sizes are the same, however the items come.
func TestBatchesOfPages(t *testing.T) {
	t.Parallel()
	all := make([]value.Value, 9000)
	for i := range all {
		all[i] = value.String(strings.Repeat("x", i*7919%50))
	}
	for _, batcher := range []string{`{"MaxItemsPerBatch":7}`, `{"MaxInputBytesPerBatch":300}`, `{"MaxItemsPerBatch":9,"MaxInputBytesPerBatch":250}`, `{"MaxInputBytesPerBatch":100000}`} {
		for _, selector := range []string{"", `,"ItemSelector":"{% $states.context.Map.Item.Value & 'y' %}"`} {
			var want string
			for _, whole := range []bool{true, false} {
				m := &mill{items: all, whole: whole}
				if o := reads(t, m, "", `,"ItemBatcher":`+batcher+selector); o.Status != engine.Succeeded && *o.Error != "States.DataLimitExceeded" {
					t.Fatalf("%s: %s", batcher, *o.Error)
				}
				var b strings.Builder
				count := 0
				for _, arn := range m.order {
					in := m.children[arn].events[0].Input
					count += in.Get("Items").Len()
					fmt.Fprintf(&b, "%d %s\n", m.children[arn].Items, in)
				}
				if want == "" {
					want = b.String()
				}
				if b.String() != want || count != len(all) {
					t.Errorf("%s%s: %d items; batches differ when they are read page by page", batcher, selector, count)
				}
			}
		}
	}
}
