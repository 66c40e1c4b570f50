package flow_test

import (
	"bytes"
	"context"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flowtest"
)

// TestBuildsAtTheSameTime builds one declaration and many of the same from many goroutines: all bytes are equal.
func TestBuildsAtTheSameTime(t *testing.T) {
	t.Parallel()
	shared := flow.Standard("Fifty", fifty)
	want := asl.Print(build(t, flow.Standard("Fifty", fifty)))
	var wg sync.WaitGroup
	for range 16 {
		wg.Go(func() {
			for _, w := range []flow.Workflow{shared, flow.Standard("Fifty", fifty)} {
				d, found := w.Build()
				if len(found) > 0 || !bytes.Equal(asl.Print(d), want) {
					t.Errorf("two builds differ, or: %v", found)
				}
				w.Handlers()
				w.Resources()
			}
		})
	}
	wg.Wait()
}

func TestBuildIsKept(t *testing.T) {
	t.Parallel()
	n := 0
	w := flow.Standard("Counted", func(_ *flow.Flow, o *Order) *Order {
		n++
		return o
	})
	first, found := w.Build()
	second, _ := w.Build()
	if first != second || n != 2 || len(found) != 0 {
		t.Errorf("the function ran %d times, want 2; %v", n, found)
	}
}

func TestWorkflowValues(t *testing.T) {
	t.Parallel()
	table := dynamodb.TableOf("Orders", func(r *Receipt) *string { return &r.OrderID })
	topic := sns.TopicOf[string]("Failures")
	w := flow.Standard("Pay an order, today's", func(f *flow.Flow, o *Order) *Receipt {
		dynamodb.Put(f, "Put", table, &Receipt{OrderID: "x"})
		sns.Publish(f, "Publish", topic, &o.ID, sns.Subject(flow.Text(f, "order ", &o.ID)), flow.As(flow.Role("Auditor")))
		flow.Do[Answer](f, "Look", flow.Call{Resource: "arn:aws:states:::aws-sdk:dynamodb:describeTable", Args: map[string]any{"TableName": table.Ref()}})
		flow.Do[Answer](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: map[string]any{"MessageBody": flow.Text(f, table.Arn(), " and ", topic.Arn())}})
		flow.Task(f, "Ask", Ask, &Question{})
		flow.Task(f, "Ask again", Ask, &Question{})
		return flow.Task(f, "Pay", Pay, o)
	})
	build(t, w)
	if got := w.Title() + "/" + w.Name() + "/" + w.Type(); got != "Pay an order, today's/PayAnOrderTodays/STANDARD" {
		t.Errorf("got %s", got)
	}
	if w.InputType() != reflect.TypeFor[Order]() || w.OutputType() != reflect.TypeFor[Receipt]() {
		t.Errorf("got %v and %v", w.InputType(), w.OutputType())
	}
	if at := w.Declared(); at.File != "flow/build_test.go" || at.Line == 0 {
		t.Errorf("declared at %v", at)
	}
	var handlers []string
	for _, h := range w.Handlers() {
		handlers = append(handlers, h.Name)
	}
	if d := cmp.Diff([]string{"Ask", "Pay"}, handlers); d != "" {
		t.Errorf("handlers (-want +got):\n%s", d)
	}
	if fn, ok := w.Handlers()[1].Func.(func(context.Context, Order) (Receipt, error)); !ok || fn == nil {
		t.Errorf("Pay is a %T", w.Handlers()[1].Func)
	}
	var resources []string
	for _, r := range w.Resources() {
		resources = append(resources, r.Kind+" "+r.Placeholder())
	}
	if d := cmp.Diff([]string{"table Orders", "topic Failures", "role Auditor", "table OrdersArn"}, resources); d != "" {
		t.Errorf("resources (-want +got):\n%s", d)
	}
	if got := flow.Express("E", func(_ *flow.Flow, n *run.None) *run.None { return n }).Type(); got != "EXPRESS" {
		t.Errorf("got %s", got)
	}
}

// TestPositions looks at the places that states carry: those of the author's calls, from the module's root.
func TestPositions(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Positions", func(f *flow.Flow, o *Order) *Order {
		flow.Choice(f, "Ask").When(flow.True(&o.Express), func() {
			flow.Wait(f, "In an arm", time.Second)
		})
		fragment(f)
		return o
	})
	d := build(t, w)
	if d.Pos.File != "flow/build_test.go" {
		t.Errorf("the machine is at %v", d.Pos)
	}
	last := d.Pos.Line
	for _, name := range []string{"Ask", "In an arm"} {
		pos := asl.CommonOf(d.States.Get(name)).Pos
		if pos.File != "flow/build_test.go" || pos.Line != last+1 {
			t.Errorf("%s is at %v, want line %d", name, pos, last+1)
		}
		last = pos.Line
	}
	if pos := asl.CommonOf(d.States.Get("In a fragment")).Pos; pos.Line <= last+10 {
		t.Errorf("In a fragment is at %v", pos)
	}
}

func fragment(f *flow.Flow) {
	flow.Wait(f, "In a fragment", time.Second)
}

// TestNames looks at names that variables must not have.
func TestNames(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Names", func(f *flow.Flow, o *Order) *Answer {
		flow.Wait(f, "Begin", 0)
		var all []any
		for _, name := range []string{"sum", "Sum", "e1", "e", "states", "now", "x", "X", "x value", "1st", "a-b c", "é", "…", "eval"} {
			all = append(all, flow.Let(f, name, &o.ID))
		}
		flow.Wait(f, "Rest", 0)
		// A variable that the hatch binds itself must not hide one of ours.
		all = append(all, flow.JSONata[string](f, "($x := 'mine'; $x & $1)", all[6]))
		a := &Answer{}
		return flow.Fill(f, a, flow.Set(&a.Text, flow.Text(f, all...)))
	})
	d := build(t, w)
	var out Answer
	flowtest.Run(t, w, Order{ID: "."}).Output(&out)
	if want := strings.Repeat(".", 14) + "mine."; out.Text != want {
		t.Errorf("got %q, want %q", out.Text, want)
	}
	got := d.States.Get("Begin").(*asl.Wait).Assign.Names()
	want := []string{"sumValue", "sumValue2", "e1Value", "eValue", "statesValue", "nowValue", "xValue", "xValue2", "xValue3", "v1st", "aBC", "é", "value", "evalValue"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("variables (-want +got):\n%s", d)
	}
}
