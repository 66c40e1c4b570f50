package flow_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

type (
	Quoted struct {
		N int     `json:"n,string"`
		F float64 `json:"f,string"`
		B bool    `json:"b,string"`
		S string  `json:"s,string"`
		P *int    `json:"p,string"`
	}
	Bare struct {
		N int     `json:"n"`
		F float64 `json:"f"`
		B bool    `json:"b"`
		S string  `json:"s"`
		P *int    `json:"p,omitempty"`
	}
	Both struct {
		Q Quoted
		B Bare
	}
)

// TestQuoted takes members out of strings and puts others into them (`,string`).
func TestQuoted(t *testing.T) {
	t.Parallel()
	in := Both{Q: Quoted{N: 1, F: 1.5, B: true, S: `a"b\`, P: new(7)}, B: Bare{N: 2, F: 2.5, B: true, S: `c"d\`, P: new(8)}}
	w := flow.Standard("Quoted", func(f *flow.Flow, in *Both) *Both {
		out := &Both{}
		q, b := &out.Q, &out.B
		flow.Fill(f, out, flow.Set(&q.N, &in.B.N), flow.Set(&q.F, &in.B.F), flow.Set(&q.B, &in.B.B), flow.Set(&q.S, &in.B.S), flow.Set(&q.P, &in.B.P))
		return flow.Fill(f, out, flow.Set(&b.N, &in.Q.N), flow.Set(&b.F, &in.Q.F), flow.Set(&b.B, &in.Q.B), flow.Set(&b.S, &in.Q.S), flow.Set(&b.P, &in.Q.P))
	})
	build(t, w)
	for _, p := range []*int{new(7), nil} {
		in.Q.P, in.B.P = p, p
		var got Both
		flowtest.Run(t, w, in).Output(&got)
		want := Both{Q: Quoted(in.B), B: Bare(in.Q)}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
	constants := flow.Standard("Constants", func(f *flow.Flow, o *Order) *[]Quoted {
		l := &[]Quoted{{N: 1, F: 0.5, B: true, S: "x", P: new(3)}, {}}
		return flow.Fill(f, l, flow.Set(&(*l)[1].N, &o.Items))
	})
	build(t, constants)
	var got value.Value
	flowtest.Run(t, constants, Order{Items: 9}).Output(&got)
	want := toJSON(t, []Quoted{{N: 1, F: 0.5, B: true, S: "x", P: new(3)}, {N: 9}})
	if !value.Equal(value.MustParse(want), got) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestFilledPlaces refers to parts of what Fill has filled, and fills what would otherwise be left out.
func TestFilledPlaces(t *testing.T) {
	t.Parallel()
	type zero struct {
		At    time.Time `json:"at,omitzero"`
		Home  Address   `json:"home,omitzero"`
		Other Address   `json:"other,omitzero"`
		N     int       `json:"n,omitempty"`
	}
	w := flow.Standard("Filled", func(f *flow.Flow, o *Order) *[]any {
		q := &Receipt{Total: 4}
		flow.Fill(f, q, flow.Set(&q.OrderID, &o.ID))
		type outer struct {
			Customer Customer `json:"customer"`
			Name     string   `json:"name"`
		}
		u := &outer{}
		flow.Fill(f, u, flow.Set(&u.Customer, &o.Customer))
		flow.Fill(f, u, flow.Set(&u.Name, &u.Customer.Name)) // a part of what was filled
		z := &zero{}
		flow.Fill(f, z, flow.Set(&z.At, &o.Placed), flow.Set(&z.Home.City, &o.ID), flow.Set(&z.N, &o.Items))
		return &[]any{flow.Text(f, &q.OrderID, &q.Total), u, z}
	})
	build(t, w)
	at := time.Unix(1e9, 0).UTC()
	var got value.Value
	flowtest.Run(t, w, Order{ID: "o", Items: 2, Customer: Customer{Name: "Ann"}, Placed: at}).Output(&got)
	const want = `["o4",{"customer":{"name":"Ann","in":false,"old-id":""},"name":"Ann"},{"at":"2001-09-09T01:46:40Z","home":{"Street":"","City":"o"},"n":2}]`
	if !value.Equal(value.MustParse(want), got) {
		t.Errorf("got %s, want %s", got, want)
	}
}

// TestConditionsOfUpdates looks at conditions that join nothing, one, or what is no condition.
func TestConditionsOfUpdates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func(c *Counter) dynamodb.Change
		want   string // the condition, or a diagnostic's code
	}{
		{"any of none", func(*Counter) dynamodb.Change { return dynamodb.WhenAny() }, "empty-condition"},
		{"nothing", func(*Counter) dynamodb.Change { return nil }, "empty-condition"},
		{"no condition", func(*Counter) dynamodb.Change { return dynamodb.Condition{} }, "empty-condition"},
		{"not nothing", func(*Counter) dynamodb.Change { return dynamodb.WhenNot(dynamodb.WhenAny()) }, "empty-condition"},
		{"one of no values", func(c *Counter) dynamodb.Change { return dynamodb.WhenOneOf(&c.Count) }, "empty-condition"},
		{"any of one", func(c *Counter) dynamodb.Change { return dynamodb.WhenAny(dynamodb.WhenMissing(&c.Count)) }, "attribute_not_exists(#count)"},
		{"one of one value", func(c *Counter) dynamodb.Change { return dynamodb.WhenOneOf(&c.Count, 1) }, "#count IN (:count)"},
		{"all of two", func(c *Counter) dynamodb.Change {
			return dynamodb.WhenAll(dynamodb.WhenExists(&c.Count), dynamodb.WhenIs(&c.ID, new("x")))
		}, "attribute_exists(#count) AND #id = :id"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := flow.Standard("Update", func(f *flow.Flow, o *Order) *Order {
				dynamodb.Update(f, "Update", Counters, &o.ID, func(row *Counter) []dynamodb.Change { return []dynamodb.Change{c.change(row)} })
				return o
			})
			_, found := w.Build()
			if len(found) > 0 {
				if got := codes(found); got[0] != c.want {
					t.Errorf("got %v, want %s", got, c.want)
				}
				return
			}
			run := flowtest.Run(t, w, Order{ID: "o"}, flowtest.State("Update", map[string]any{}))
			if got := run.Calls("Update")[0].Get("ConditionExpression").Str(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

// TestArgument adds an argument to a call whose others are constant, and to one with an argument that may be absent.
func TestArgument(t *testing.T) {
	t.Parallel()
	texts := sns.TopicOf[string]("Texts")
	w := flow.Standard("Publish", func(f *flow.Flow, o *Order) *Order {
		sns.Publish(f, "Constant", texts, new("hi"), sns.Subject(&o.ID))
		flow.Do[Answer](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: map[string]any{"MessageBody": &o.Coupon}}, flow.Argument("QueueUrl", new("q")))
		return o
	})
	build(t, w)
	run := flowtest.Run(t, w, Order{ID: "o"}, flowtest.State("Constant", map[string]any{}), flowtest.State("Send", map[string]any{}))
	got := run.Calls("Constant")[0].String() + run.Calls("Send")[0].String()
	if want := `{"TopicArn":"${Texts}","Message":"hi","Subject":"o"}{"QueueUrl":"q"}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
