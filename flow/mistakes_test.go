package flow_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/internal/other"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sns"
)

type (
	keeper  struct{}
	Nested  struct{ Inner *Nested }
	Zero    struct{ A, B struct{} }
	Channel struct {
		Deep struct {
			C chan int `json:"c"`
		} `json:"deep"`
	}
	Counter struct {
		ID    string `json:"id"`
		Count int    `json:"count"`
		Open  any    `json:"open,omitempty"`
	}
)

func (keeper) Keep(context.Context, Order) (Receipt, error) { return Receipt{}, nil }
func Generic[T any](context.Context, T) (Receipt, error)    { return Receipt{}, nil }
func Bad_Name(context.Context, Order) (Receipt, error)      { return Receipt{}, nil }

var (
	anonymous = func(context.Context, Order) (Receipt, error) { return Receipt{}, nil }
	Counters  = dynamodb.TableOf("Counters", func(c *Counter) *string { return &c.ID })
	ticks     int
)

// mistakes compile; the build says something about each.
//
// What belongs to one topic, such as Maps, stands in a table of its own, in a file whose name ends in mistakes_test.go
// with a golden file that ends in mistakes.golden: docs/checks.md quotes from all of them.
var mistakes = map[string]mistake[Order]{
	"a field is read": {"value-read", func(f *flow.Flow, o *Order) *Order {
		if o.Express {
			flow.Wait(f, "Hurry", time.Second)
		}
		return o
	}},
	"two fields are read": {"value-read", func(f *flow.Flow, o *Order) *Order {
		if o.Express || o.Customer.Name == "\u2620" {
			flow.Wait(f, "Hurry", time.Second)
		}
		return o
	}},
	"the length of a list is read": {"value-read", func(f *flow.Flow, o *Order) *Order {
		for i := range o.Lines {
			flow.Wait(f, fmt.Sprint("Line ", i), time.Second)
		}
		return o
	}},
	"a value is copied": {"value-read", func(f *flow.Flow, o *Order) *Order {
		c := o.Customer
		flow.Fail(f, "No", "No", &c)
		return nil
	}},
	"a value is forgotten to be referred to": {"value-read", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "No", "No", "order ", o.ID)
		return nil
	}},
	"a result is read in a branch": {"value-read", func(f *flow.Flow, o *Order) *Order {
		p := flow.Parallel(f, "P")
		flow.Branch(p, func(f *flow.Flow) *Order {
			r := flow.Task(f, "Pay", Pay, o)
			flow.Wait(f, "W", time.Duration(r.Total)*time.Second)
			return nil
		})
		return o
	}},
	"a map is ranged over": {"value-read", func(f *flow.Flow, o *Order) *Order {
		for k := range o.Extra {
			flow.Wait(f, "W "+k, time.Second)
		}
		return o
	}},
	"reading makes it panic": {"value-read", func(f *flow.Flow, o *Order) *Order {
		if o.ID != "" {
			panic("no")
		}
		flow.Wait(f, "W", 0)
		return o
	}},
	"the function does something else each time": {"not-repeatable", func(f *flow.Flow, o *Order) *Order {
		ticks++
		flow.Wait(f, fmt.Sprint("W", ticks), time.Second)
		return o
	}},
	"the second element": {"build-panic", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F", &o.Lines[1].SKU)
		return nil
	}},
	"the function panics": {"build-panic", func(*flow.Flow, *Order) *Order { panic("by mistake") }},
	"an inner value leaks out of its branch": {"out-of-scope", func(f *flow.Flow, o *Order) *Order {
		var leak *Receipt
		p := flow.Parallel(f, "P")
		flow.Branch(p, func(f *flow.Flow) *Receipt { leak = flow.Task(f, "Pay", Pay, o); return leak })
		flow.Task(f, "Tell", Tell, leak)
		return o
	}},
	"an element leaks out of its function": {"out-of-scope", func(f *flow.Flow, o *Order) *Order {
		var leak *string
		flow.Map(f, &o.Lines, func(l *Line) *string { leak = &l.SKU; return leak })
		flow.Fail(f, "F", "F", leak)
		return nil
	}},
	"a result is used after a catch that goes on": {"maybe-unset", func(f *flow.Flow, o *Order) *Order {
		r := flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, func(*flow.Caught) {}))
		flow.Task(f, "Tell", Tell, r)
		return o
	}},
	"a result of one arm is used after the Choice": {"maybe-unset", func(f *flow.Flow, o *Order) *Order {
		var r *Receipt
		flow.Choice(f, "C").When(flow.True(&o.Express), func() { r = flow.Task(f, "Pay", Pay, o) })
		flow.Task(f, "Tell", Tell, r)
		return o
	}},
	"a branch uses its sibling's value": {"maybe-unset", func(f *flow.Flow, o *Order) *Order {
		p := flow.Parallel(f, "P")
		a := flow.Branch(p, func(f *flow.Flow) *Receipt { return flow.Task(f, "Pay", Pay, o) })
		flow.Branch(p, func(f *flow.Flow) *Answer { return flow.Task(f, "Tell", Tell, a) })
		return o
	}},
	"a tail uses what is not there on all ways to it": {"maybe-unset", func(f *flow.Flow, o *Order) *Order {
		var r *Receipt
		var failed *flow.Tail[flow.Caught]
		flow.Choice(f, "C").When(flow.True(&o.Express), func() { r = flow.Task(f, "Pay", Pay, o) })
		failed = flow.NewTail(f, "failure", func(e *flow.Caught) { flow.Fail(f, "F", "F", &r.OrderID) })
		flow.Task(f, "Pay again", Pay, o, flow.Catch(flow.AnyError, failed.Go))
		return o
	}},
	"a branch assigns an outer variable": {"assign-outer", func(f *flow.Flow, o *Order) *Order {
		n := flow.Var(f, "n", 0)
		p := flow.Parallel(f, "P")
		flow.Branch(p, func(f *flow.Flow) *int { flow.Assign(f, "A", flow.Set(n, &o.Items)); return n })
		return o
	}},
	"what is no variable is assigned": {"assign-target", func(f *flow.Flow, o *Order) *Order {
		flow.Assign(f, "A", flow.Set(&o.ID, new("x")))
		return o
	}},
	"one element of a variable is assigned": {"assign-target", func(f *flow.Flow, o *Order) *Order {
		l := flow.Var(f, "l", []int{1})
		flow.Assign(f, "A", flow.Set(&(*l)[0], &o.Items))
		return o
	}},
	"the outer flow in a branch": {"outer-flow", func(g *flow.Flow, o *Order) *Order {
		p := flow.Parallel(g, "P")
		flow.Branch(p, func(*flow.Flow) *Order { flow.Wait(g, "W", time.Second); return o })
		return o
	}},
	"a jump out of a branch": {"jump-out", func(f *flow.Flow, o *Order) *Order {
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) { flow.Rethrow(f, "F", e) })
		flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, failed.Go))
		p := flow.Parallel(f, "P")
		flow.Branch(p, func(f *flow.Flow) *Answer {
			return flow.Task(f, "Ask", Ask, &Question{}, flow.Catch(flow.AnyError, failed.Go))
		})
		return o
	}},
	"one name for two states": {"duplicate-state", func(f *flow.Flow, o *Order) *Order {
		p := flow.Parallel(f, "W")
		flow.Branch(p, func(f *flow.Flow) *Order { flow.Wait(f, "W", time.Second); return o })
		return o
	}},
	"a state without a name": {"state-name", func(f *flow.Flow, o *Order) *Order { flow.Wait(f, "", 0); return o }},
	"a state with a long name": {"state-name", func(f *flow.Flow, o *Order) *Order {
		flow.Wait(f, strings.Repeat("é", 81), 0)
		return o
	}},
	"a state with a line break in its name": {"state-name", func(f *flow.Flow, o *Order) *Order { flow.Wait(f, "a\nb", 0); return o }},
	"a state after the end": {"unreachable-state", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F")
		flow.Wait(f, "W", time.Second)
		return o
	}},
	"a state after arms that all end": {"unreachable-state", func(f *flow.Flow, o *Order) *Order {
		flow.Choice(f, "C").When(flow.True(&o.Express), func() { flow.Return(f, "R", o) }).Otherwise(func() { flow.Fail(f, "F", "F") })
		flow.Wait(f, "W", time.Second)
		return o
	}},
	"a tail that nobody enters": {"unreachable-state", func(f *flow.Flow, o *Order) *Order {
		flow.NewTail(f, "failure", func(e *flow.Caught) { flow.Rethrow(f, "F", e) })
		flow.Wait(f, "W", 0)
		return o
	}},
	"a tail that does not end": {"tail-open", func(f *flow.Flow, o *Order) *Order {
		failed := flow.NewTail(f, "failure", func(*flow.Caught) { flow.Wait(f, "Sigh", time.Second) })
		flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, failed.Go))
		return o
	}},
	"a tail that is entered before it is there": {"build-panic", func(f *flow.Flow, o *Order) *Order {
		var failed *flow.Tail[flow.Caught]
		flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, failed.Go))
		return o
	}},
	"an early return of another type": {"return-type", func(f *flow.Flow, o *Order) *Order {
		flow.Choice(f, "C").When(flow.True(&o.Express), func() { flow.Return(f, "R", &o.ID) })
		return o
	}},
	"an arm without a value": {"no-value", func(f *flow.Flow, o *Order) *Order {
		return flow.Choose[Order](f, "C").When(flow.True(&o.Express), func() *Order { return nil }).Otherwise(func() *Order { return o })
	}},
	"a branch without a value": {"no-value", func(f *flow.Flow, o *Order) *Order {
		p := flow.Parallel(f, "P")
		none := flow.Branch(p, func(f *flow.Flow) *Order { flow.Wait(f, "W", 0); return nil })
		return none
	}},
	"a Rescue of what is not above it": {"rescue-target", func(f *flow.Flow, o *Order) *Order {
		r := flow.Task(f, "Pay", Pay, o)
		flow.Wait(f, "W", 0)
		flow.Rescue(f, r, flow.AnyError, func(*flow.Caught) *Receipt { return &Receipt{} })
		return o
	}},
	"an arm after the chain": {"choice-late", func(f *flow.Flow, o *Order) *Order {
		c := flow.Choice(f, "C").When(flow.True(&o.Express), flow.Continue)
		flow.Wait(f, "W", 0)
		c.When(flow.True(&o.Gift), flow.Continue)
		return o
	}},
	"a Choice that asks nothing": {"no-rules", func(f *flow.Flow, o *Order) *Order {
		flow.Choice(f, "C").Otherwise(func() { flow.Wait(f, "W", 0) })
		return o
	}},
	"a condition that asks nothing": {"empty-condition", func(f *flow.Flow, o *Order) *Order {
		flow.Choice(f, "C").When(flow.Condition{}, flow.Continue)
		return o
	}},
	"a Parallel without branches": {"no-branches", func(f *flow.Flow, o *Order) *Order {
		flow.Parallel(f, "P")
		return o
	}},
	"a branch after a later state": {"branch-late", func(f *flow.Flow, o *Order) *Order {
		p := flow.Parallel(f, "P")
		flow.Wait(f, "W", 0)
		flow.Branch(p, func(*flow.Flow) *Order { return o })
		return o
	}},
	"a state in the function of an expression": {"step-in-expression", func(f *flow.Flow, o *Order) *Order {
		flow.Map(f, &o.Lines, func(l *Line) *string { flow.Wait(f, "W", 0); return &l.SKU })
		return o
	}},
	"a method value as a handler": {"handler-name", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "R", keeper{}.Keep, o)
		return o
	}},
	"a closure as a handler": {"handler-name", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "R", func(context.Context, Order) (Receipt, error) { return Receipt{}, nil }, o)
		return o
	}},
	"a function in a variable as a handler": {"handler-name", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "R", anonymous, o)
		return o
	}},
	"a generic function as a handler": {"handler-name", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "R", Generic[Order], o)
		return o
	}},
	"no handler": {"handler-name", func(f *flow.Flow, o *Order) *Order {
		flow.Task[Order, Receipt](f, "R", nil, o)
		return o
	}},
	"a handler with an underscore": {"resource-name", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "R", Bad_Name, o)
		return o
	}},
	"handlers of one name": {"handler-clash", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "A", Pay, o)
		flow.Task(f, "B", other.Pay, &o.ID)
		return o
	}},
	"a topic called like a handler": {"name-clash", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "A", Pay, o)
		sns.Publish(f, "B", sns.TopicOf[string]("Pay"), &o.ID)
		return o
	}},
	"half a second": {"whole-seconds", func(f *flow.Flow, o *Order) *Order { flow.Wait(f, "W", 500*time.Millisecond); return o }},
	"a timeout of nothing": {"whole-seconds", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Timeout(0))
		return o
	}},
	"a heartbeat as long as the timeout": {"heartbeat", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Heartbeat(time.Minute), flow.Timeout(time.Minute))
		return o
	}},
	"a longest wait below the first": {"backoff", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Retry(flow.TimedOut, flow.Backoff{Attempts: 1, First: time.Minute, Max: time.Second}))
		return o
	}},
	"waits that become shorter": {"backoff", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Retry(flow.TimedOut, flow.Backoff{Attempts: 1, Rate: 0.5}))
		return o
	}},
	"a retry after all": {"any-error-last", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Retry(flow.AnyError, flow.Backoff{}), flow.Retry(flow.TimedOut, flow.Backoff{}))
		return o
	}},
	"a catch after all": {"any-error-last", func(f *flow.Flow, o *Order) *Order {
		on := func(*flow.Caught) {}
		flow.Task(f, "Pay", Pay, o, flow.Catch(flow.AnyError, on), flow.Catch(flow.TimedOut, on))
		return o
	}},
	"any error among others": {"any-error-alone", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Retry(slices.Concat(flow.TimedOut, flow.AnyError), flow.Backoff{}))
		return o
	}},
	"no errors": {"no-errors", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Retry(nil, flow.Backoff{}))
		return o
	}},
	"an error that is an interface": {"unknown-error", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Retry(flow.Raised[error](), flow.Backoff{}))
		return o
	}},
	"a variable that changed is no longer known to be there": {"may-be-absent", func(f *flow.Flow, o *Order) *Order {
		v := flow.Var(f, "v", Question{})
		flow.Choice(f, "C").When(flow.Not(flow.Exists(v.Note)), func() { flow.Fail(f, "F", "F") })
		flow.Wait(f, "W", 0)
		flow.Task(f, "Look", Look, v.Note)
		flow.Assign(f, "A", flow.Set(v, &Question{}))
		flow.Task(f, "Look again", Look, v.Note)
		return o
	}},
	"an unknown error": {"unknown-error", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Pay", Pay, o, flow.Retry(flow.Errors{"States.Timeuot"}, flow.Backoff{}))
		return o
	}},
	"a converted pointer": {"unknown-place", func(f *flow.Flow, o *Order) *Order {
		type id string
		flow.Fail(f, "F", "F", (*id)(&o.ID))
		return nil
	}},
	"a field that takes no memory": {"unknown-place", func(f *flow.Flow, o *Order) *Order {
		z := flow.Do[Zero](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: o})
		flow.Fail(f, "F", "F", &z.A)
		return nil
	}},
	"a type that holds itself": {"too-deep", func(f *flow.Flow, o *Order) *Order {
		n := flow.Parse(f, &o.ID, Nested{})
		flow.Fail(f, "F", "F", n.Inner.Inner.Inner.Inner)
		return nil
	}},
	"a literal that holds itself": {"too-deep", func(f *flow.Flow, _ *Order) *Order {
		n := &Nested{}
		n.Inner = n
		flow.Fail(f, "F", "F", n)
		return nil
	}},
	"a type without JSON": {"unsupported-type", func(f *flow.Flow, o *Order) *Order {
		flow.Parse(f, &o.ID, Channel{})
		return o
	}},
	"a constant without JSON": {"unsupported-value", func(f *flow.Flow, o *Order) *Order {
		flow.Do[Answer](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: map[string]any{"MessageBody": json.RawMessage("{")}})
		return o
	}},
	"a placeholder in a text": {"literal-placeholder", func(f *flow.Flow, _ *Order) *Order {
		flow.Fail(f, "F", "F", "costs ${Price}")
		return nil
	}},
	"a large integer": {"big-integer", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F", new(1<<60))
		return nil
	}},
	"the absent into a required member": {"may-be-absent", func(f *flow.Flow, o *Order) *Order {
		q := &Question{}
		flow.Task(f, "Ask", Ask, flow.Fill(f, q, flow.Set(&q.OrderID, o.Note)))
		return o
	}},
	"the absent as a whole payload": {"may-be-absent", func(f *flow.Flow, o *Order) *Order {
		flow.Task(f, "Send", Send, o.Address)
		return o
	}},
	"the absent after a Choice that asked elsewhere": {"may-be-absent", func(f *flow.Flow, o *Order) *Order {
		flow.Choice(f, "C").When(flow.Exists(o.Address), func() { flow.Wait(f, "W", 0) })
		flow.WaitUntil(f, "U", o.Shipped)
		return o
	}},
	"a row that may not be there": {"may-be-absent", func(f *flow.Flow, o *Order) *Order {
		c := dynamodb.Get(f, "Get", Counters, &o.ID)
		flow.WaitSeconds(f, "W", &c.Count)
		return o
	}},
	"a recipe with a variable that changed": {"stale-value", func(f *flow.Flow, _ *Order) *Order {
		n := flow.Var(f, "n", 1)
		twice := flow.Mul(f, n, new(2))
		flow.Assign(f, "Count", flow.Set(n, flow.Add(f, n, new(1))))
		flow.WaitSeconds(f, "W", twice)
		return nil
	}},
	"a variable of a workflow in Fill": {"fill-target", func(f *flow.Flow, o *Order) *Order {
		return flow.Fill(f, &Order{}, flow.Set(&o.ID, new("x")))
	}},
	"one place filled twice": {"fill-twice", func(f *flow.Flow, o *Order) *Order {
		q := &Question{}
		flow.Task(f, "Ask", Ask, flow.Fill(f, q, flow.Set(&q.OrderID, &o.ID), flow.Set(&q.OrderID, &o.Coupon)))
		return o
	}},
	"filled after use": {"fill-late", func(f *flow.Flow, o *Order) *Order {
		q := &Question{}
		flow.Task(f, "Ask", Ask, q)
		flow.Fill(f, q, flow.Set(&q.OrderID, &o.ID))
		flow.Task(f, "Ask again", Ask, q)
		return o
	}},
	"a copy of what is filled": {"fill-copied", func(f *flow.Flow, o *Order) *Order {
		q := &Question{}
		flow.Fill(f, q, flow.Set(&q.OrderID, &o.ID))
		flow.Task(f, "Ask", Ask, q)
		p := *q
		flow.Task(f, "Ask again", Ask, &p)
		return o
	}},
	"a list of copies": {"fill-copied", func(f *flow.Flow, o *Order) *Order {
		var q Question
		flow.Fill(f, &q, flow.Set(&q.OrderID, &o.ID))
		flow.Let(f, "questions", &[]Question{q, {OrderID: "o2"}})
		flow.Task(f, "Ask", Ask, &q)
		return o
	}},
	"a constant after Set": {"fill-overwritten", func(f *flow.Flow, o *Order) *Order {
		q := &Question{}
		flow.Fill(f, q, flow.Set(&q.OrderID, &o.ID))
		q.OrderID = "o1"
		flow.Task(f, "Ask", Ask, q)
		return o
	}},
	"a copy is filled": {"fill-unused", func(f *flow.Flow, o *Order) *Order {
		q := Question{}
		p := q
		flow.Task(f, "Ask", Ask, flow.Fill(f, &q, flow.Set(&p.OrderID, &o.ID)))
		return o
	}},
	"an unknown action": {"unknown-resource", func(f *flow.Flow, o *Order) *Order {
		flow.Do[Answer](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMesage", Args: o})
		return o
	}},
	"an unknown service": {"unknown-resource", func(f *flow.Flow, o *Order) *Order {
		awssdk.Call[Answer](f, "Look", "s4:headObject", o)
		return o
	}},
	"no resource at all": {"unknown-resource", func(f *flow.Flow, o *Order) *Order {
		flow.Do[Answer](f, "Send", flow.Call{Resource: "sqs", Args: o})
		return o
	}},
	"a hole without an argument": {"jsonata-hole", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F", flow.JSONata[string](f, "$1 & $2", &o.ID))
		return nil
	}},
	"an argument without a hole": {"jsonata-hole", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F", flow.JSONata[string](f, "'$1'", &o.ID))
		return nil
	}},
	"broken JSONata": {"jsonata-syntax", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F", flow.JSONata[string](f, "$1 &", &o.ID))
		return nil
	}},
	"an unknown function": {"jsonata-variable", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F", flow.JSONata[string](f, "$lowercas($1)", &o.ID))
		return nil
	}},
	"eval": {"jsonata-variable", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F", flow.JSONata[string](f, "$eval($1)", &o.ID))
		return nil
	}},
	"an unknown algorithm": {"unknown-algorithm", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F", flow.Hash(f, &o.ID, "CRC"))
		return nil
	}},
	"nothing to replace": {"empty-text", func(f *flow.Flow, o *Order) *Order {
		flow.Fail(f, "F", "F", flow.Replace(f, &o.ID, "", "x"))
		return nil
	}},
	"a time between milliseconds": {"whole-milliseconds", func(f *flow.Flow, o *Order) *Order {
		flow.WaitUntil(f, "U", flow.Later(f, &o.Placed, time.Microsecond))
		return nil
	}},
	"an attribute of another value": {"row-attribute", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Update(f, "U", Counters, &o.ID, func(*Counter) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&o.Items, new(1))}
		})
		return o
	}},
	"an attribute as a value": {"row-attribute", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Update(f, "U", Counters, &o.ID, func(c *Counter) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&c.Count, &c.Count)}
		})
		return o
	}},
	"an attribute changed twice": {"attribute-twice", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Update(f, "U", Counters, &o.ID, func(c *Counter) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&c.Count, new(1)), dynamodb.AddTo(&c.Count, new(1))}
		})
		return o
	}},
	"a key is changed": {"key-attribute", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Update(f, "U", Counters, &o.ID, func(c *Counter) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&c.ID, new("x"))}
		})
		return o
	}},
	"an attribute without a form": {"attribute-type", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Update(f, "U", Counters, &o.ID, func(c *Counter) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&c.Open, new(any(1)))}
		})
		return o
	}},
	"an item that holds itself is read": {"attribute-type", func(f *flow.Flow, o *Order) *Order {
		node := dynamodb.Get(f, "G", Nodes, &o.ID)
		flow.Fail(f, "F", "F", &node.Next.Next.ID)
		return nil
	}},
	"an item that holds itself is written": {"attribute-type", func(f *flow.Flow, o *Order) *Order {
		node := flow.Task(f, "Find", FindNode, &o.ID)
		dynamodb.Put(f, "P", Nodes, node)
		return o
	}},
	"a table with a hyphen": {"resource-name", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Put(f, "P", dynamodb.TableOf("my-table", func(c *Counter) *string { return &c.ID }), &Counter{ID: "x"})
		return o
	}},
}

// A Node leads to others.
type Node struct {
	ID   string           `json:"id"`
	Next *Node            `json:"next,omitempty"`
	Some []Node           `json:"some,omitempty"`
	More map[string]*Node `json:"more,omitempty"`
}

var Nodes = dynamodb.TableOf("Nodes", func(n *Node) *string { return &n.ID })

func FindNode(context.Context, string) (Node, error) { return Node{}, nil }

func Look(context.Context, string) (run.None, error)  { return run.None{}, nil }
func Send(context.Context, Address) (run.None, error) { return run.None{}, nil }

func TestMistakes(t *testing.T) {
	t.Parallel()
	testMistakes(t, mistakes, "flow/mistakes_test.go", "testdata/mistakes.golden", func(body func(*flow.Flow, *Order) *Order) (*asl.Machine, diag.List) {
		return flow.Standard("Mistake", body).Build()
	})
}

func TestMistakesOfWorkflows(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		w    flow.Workflow
		code string
	}{
		"a title without letters":       {flow.Standard("…", func(_ *flow.Flow, o *Order) *Order { return o }), "workflow-title"},
		"a workflow without a function": {flow.Standard[Order, Order]("T", nil), "nil-argument"},
		"a limit of half a second":      {flow.Standard("T", func(_ *flow.Flow, o *Order) *Order { return o }, flow.Limit(time.Second/2)), "whole-seconds"},
		"an input without JSON":         {flow.Standard("T", func(_ *flow.Flow, o *Channel) *Channel { return o }), "unsupported-type"},
		"a job in an Express workflow":  {express("arn:aws:states:::batch:submitJob.sync"), "express-job"},
		"a callback in an Express one":  {express("arn:aws:states:::sqs:sendMessage.waitForTaskToken"), "express-callback"},
		"an activity in an Express one": {express("arn:aws:states:us-east-1:123456789012:activity:Inspect"), "express-activity"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, found := c.w.Build()
			if got := codes(found); len(got) != 1 || got[0] != c.code {
				t.Errorf("got %v, want %s", got, c.code)
			}
			if found.Err() == nil {
				t.Error("want an error")
			}
		})
	}
}

func express(resource string) flow.Workflow {
	return flow.Express("Quick", func(f *flow.Flow, o *Order) *Answer {
		return flow.Do[Answer](f, "Call", flow.Call{Resource: resource, Args: map[string]any{"Input": o}})
	})
}
