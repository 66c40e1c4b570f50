package flow_test

import (
	"time"

	"github.com/stepwright/stepwright/flow"
)

// Section 7: values, each the output of a workflow.
var buildsOfValues = map[string]flow.Workflow{
	"7-constant": order(func(*flow.Flow, *Order) *Address { return &Address{Street: "Hill", City: "Ulm"} }),
	"7-text": order(func(f *flow.Flow, o *Order) *string {
		return flow.Text(f, "order ", &o.ID, " costs ", &o.Amount, o.Note)
	}),
	"7-lower":   order(func(f *flow.Flow, o *Order) *string { return flow.Lower(f, &o.ID) }),
	"7-upper":   order(func(f *flow.Flow, o *Order) *string { return flow.Upper(f, &o.ID) }),
	"7-trim":    order(func(f *flow.Flow, o *Order) *string { return flow.Trim(f, &o.Customer.Name) }),
	"7-replace": order(func(f *flow.Flow, o *Order) *string { return flow.Replace(f, &o.ID, "-", "_") }),
	"7-slice":   order(func(f *flow.Flow, o *Order) *string { return flow.Slice(f, &o.ID, 0, 8) }),
	"7-split":   order(func(f *flow.Flow, o *Order) *[]string { return flow.Split(f, &o.Customer.Name, " ") }),
	"7-join":    order(func(f *flow.Flow, o *Order) *string { return flow.Join(f, &o.Tags, ", ") }),
	"7-string":  order(func(f *flow.Flow, o *Order) *string { return flow.String(f, &o.Items) }),
	"7-json":    order(func(f *flow.Flow, o *Order) *string { return flow.JSON(f, &o.Customer) }),
	"7-parse":   order(func(f *flow.Flow, o *Order) *string { return &flow.Parse(f, &o.ID, Customer{}).Name }),
	"7-hash":    order(func(f *flow.Flow, o *Order) *string { return flow.Hash(f, &o.ID, "SHA-256") }),
	"7-arithmetic": order(func(f *flow.Flow, o *Order) *float64 {
		return flow.Div(f, flow.Sub(f, flow.Mul(f, &o.Amount, new(1.19)), flow.Add(f, &o.Amount, new(0.5))), new(3.0))
	}),
	"7-number":  order(func(f *flow.Flow, o *Order) *float64 { return flow.Mul(f, flow.Number(f, &o.Items, 0.0), &o.Amount) }),
	"7-round":   order(func(f *flow.Flow, o *Order) *float64 { return flow.Round(f, &o.Amount, 2) }),
	"7-min-max": order(func(f *flow.Flow, o *Order) *int { return flow.Min(f, flow.Max(f, &o.Items, new(1)), new(100)) }),
	"7-count":   order(func(f *flow.Flow, o *Order) *int { return flow.Count(f, &o.Lines) }),
	"7-sum": order(func(f *flow.Flow, o *Order) *float64 {
		return flow.Sum(f, flow.Map(f, &o.Lines, func(l *Line) *float64 { return &l.Price }))
	}),
	"7-map": order(func(f *flow.Flow, o *Order) *[]string {
		return flow.Map(f, &o.Lines, func(l *Line) *string { return flow.Text(f, &l.SKU, " of ", &o.ID) })
	}),
	"7-filter": order(func(f *flow.Flow, o *Order) *[]Line {
		return flow.Filter(f, &o.Lines, func(l *Line) flow.Condition { return flow.Above(&l.Price, 10) })
	}),
	"7-sort": order(func(f *flow.Flow, o *Order) *[]Line {
		return flow.SortBy(f, &o.Lines, func(l *Line) *float64 { return &l.Price })
	}),
	"7-append":   order(func(f *flow.Flow, o *Order) *[]string { return flow.Append(f, &o.Tags, &[]string{"paid"}) }),
	"7-flatten":  order(func(f *flow.Flow, o *Order) *[]int { return flow.Flatten(f, &o.Batches) }),
	"7-distinct": order(func(f *flow.Flow, o *Order) *[]string { return flow.Distinct(f, &o.Tags) }),
	"7-elements": order(func(f *flow.Flow, o *Order) *string {
		return flow.Text(f, flow.First(f, &o.Tags), flow.At(f, &o.Tags, &o.Items), &flow.Last(f, &o.Lines).SKU)
	}),
	"7-merge": order(func(f *flow.Flow, o *Order) *Customer { return flow.Merge(f, &o.Customer, &Customer{Name: "nobody"}) }),
	"7-key": order(func(f *flow.Flow, o *Order) *string {
		return flow.OrElse(f, flow.Key(f, &o.Extra, &o.ID), new("none"))
	}),
	"7-shape": order(func(f *flow.Flow, o *Order) *string {
		return flow.OrElse(f, &flow.Shape(f, &o.Open, Answer{}).Text, new(""))
	}),
	"7-or-else": order(func(f *flow.Flow, o *Order) *string { return flow.OrElse(f, o.Note, &o.ID) }),
	"7-maybe": order(func(f *flow.Flow, o *Order) *Receipt {
		r := &Receipt{}
		return flow.Fill(f, r, flow.Set(&r.Note, flow.Maybe(f, flow.True(&o.Gift), new("a gift"))))
	}),
	"7-once": order(func(f *flow.Flow, _ *Order) *string {
		return flow.Text(f, flow.UUID(f, "id"), flow.Now(f, "now"), flow.Random(f, "luck"))
	}),
	"7-later": order(func(f *flow.Flow, o *Order) *time.Time { return flow.Later(f, &o.Placed, 90*time.Minute) }),
	"7-execution": order(func(f *flow.Flow, o *Order) *string {
		run := flow.Execution(f)
		flow.Task(f, "Pay", Pay, o, flow.TimeoutFrom(flow.Add(f, flow.Attempt(f), new(10))))
		return flow.Text(f, &run.ID, &run.Name, &run.StartTime, &run.RedriveCount)
	}),
	"7-jsonata": order(func(f *flow.Flow, o *Order) *string {
		return flow.JSONata[string](f, `$pad($string($1), -$2, "0")`, &o.Items, new(6))
	}),
	"7-fill": order(func(f *flow.Flow, o *Order) *Question {
		q := &Question{Kind: "moderation"}
		return flow.Fill(f, q, flow.Set(&q.OrderID, &o.ID), flow.Set(&q.Total, &o.Amount))
	}),
	"7-a-list": order(func(f *flow.Flow, o *Order) *[]string {
		l := &[]string{"first", "", "last"}
		return flow.Fill(f, l, flow.Set(&(*l)[1], &o.ID))
	}),
	"7-an-open-payload": order(func(f *flow.Flow, o *Order) *Answer {
		return flow.Do[Answer](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: map[string]any{
			"QueueUrl": "https://sqs.us-east-1.amazonaws.com/123456789012/q", "MessageBody": map[string]any{"order": o, "tags": []any{"new", &o.ID}},
		}})
	}),
}

// condition is a workflow that asks one thing.
func condition(cond func(f *flow.Flow, o *Order) flow.Condition) flow.Workflow {
	return order(func(f *flow.Flow, o *Order) *string {
		flow.Choice(f, "Ask").When(cond(f, o), func() { flow.Return(f, "Yes", new("yes")) })
		return new("no")
	})
}

// Section 8: conditions, each asked by a Choice.
var buildsOfConditions = map[string]flow.Workflow{
	"8-is":       condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Is(&o.ID, "o1") }),
	"8-one-of":   condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.OneOf(&o.ID, "o1", "o2") }),
	"8-above":    condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Above(&o.Amount, 90) }),
	"8-below":    condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Below(o.Note, "m") }),
	"8-at-least": condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.AtLeast(&o.Items, 3) }),
	"8-at-most":  condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.AtMost(&o.Items, 3) }),
	"8-equal":    condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Equal(&o.ID, &o.Customer.Old) }),
	"8-less": condition(func(f *flow.Flow, o *Order) flow.Condition {
		return flow.Less(flow.Number(f, &o.Items, 0.0), &o.Amount)
	}),
	"8-before":   condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Before(&o.Placed, o.Shipped) }),
	"8-true":     condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.True(&o.Gift) }),
	"8-exists":   condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Exists(o.Address) }),
	"8-is-type":  condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.IsType(&o.Open, "number") }),
	"8-like":     condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Like(&o.ID, "eu-*") }),
	"8-contains": condition(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Contains(&o.Tags, new("urgent")) }),
	"8-and-or-not": condition(func(_ *flow.Flow, o *Order) flow.Condition {
		return flow.And(flow.Or(flow.True(&o.Express), flow.True(&o.Gift)), flow.Not(flow.Is(&o.ID, "")))
	}),
}
