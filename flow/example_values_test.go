package flow_test

import (
	"fmt"
	"strings"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
)

// shown prints the expression that a value becomes; the input is shortened to $in.
func shown(of func(f *flow.Flow, o *Order) any) {
	show := flow.Standard("Example", func(f *flow.Flow, o *Order) *any {
		return new(of(f, o))
	})
	d, found := show.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	printed(asl.StateValue(d.States.Get("Done")).Get("Output").Str())
}

// holds prints the expression that a condition becomes.
func holds(of func(f *flow.Flow, o *Order) flow.Condition) {
	show := flow.Standard("Example", func(f *flow.Flow, o *Order) *Order {
		flow.Choice(f, "Ask").When(of(f, o), func() { flow.Fail(f, "Stop", "Stop") })
		return o
	})
	d, found := show.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	printed(asl.StateValue(d.States.Get("Ask")).Get("Choices").Index(0).Get("Condition").Str())
}

func printed(text string) {
	text = strings.TrimSuffix(strings.TrimPrefix(text, "{% "), " %}")
	fmt.Println(strings.ReplaceAll(text, "$states.context.Execution.Input", "$in"))
}

func ExampleLower() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Lower(f, &o.ID) })
	// Output:
	// $lowercase($in.id)
}

func ExampleSplit() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Split(f, &o.Customer.Name, " ") })
	// Output:
	// [$split($in.customer.name, " ")]
}

func ExampleJoin() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Join(f, &o.Tags, ", ") })
	// Output:
	// $join($type($in.tags) = "array" ? $in.tags : [], ", ")
}

func ExampleReplace() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Replace(f, &o.ID, "-", "_") })
	// Output:
	// $replace($in.id, "-", "_")
}

// The first eight characters.
func ExampleSlice() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Slice(f, &o.ID, 0, 8) })
	// Output:
	// $substring($in.id, 0, 8)
}

func ExampleString() {
	shown(func(f *flow.Flow, o *Order) any { return flow.String(f, &o.Items) })
	// Output:
	// $string($in.items)
}

func ExampleJSON() {
	shown(func(f *flow.Flow, o *Order) any { return flow.JSON(f, &o.Customer) })
	// Output:
	// $string($in.customer)
}

func ExampleParse() {
	shown(func(f *flow.Flow, o *Order) any { return &flow.Parse(f, &o.ID, Customer{}).Name })
	// Output:
	// $parse($in.id).name
}

func ExampleHash() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Hash(f, &o.ID, "SHA-256") })
	// Output:
	// $hash($in.id, "SHA-256")
}

func ExampleAdd() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Add(f, &o.Items, new(1)) })
	// Output:
	// $in.items + 1
}

func ExampleDiv() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Div(f, &o.Amount, flow.Number(f, &o.Items, 0.0)) })
	// Output:
	// $in.amount / $in.items
}

func ExampleNumber() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Mul(f, flow.Number(f, &o.Items, 0.0), &o.Amount) })
	// Output:
	// $in.items * $in.amount
}

func ExampleRound() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Round(f, &o.Amount, 2) })
	// Output:
	// $round($in.amount, 2)
}

func ExampleMax() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Max(f, &o.Items, new(1), new(10)) })
	// Output:
	// $max([$in.items, 1, 10])
}

// A nil slice arrives as null, and has no elements.
func ExampleCount() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Count(f, &o.Lines) })
	// Output:
	// $count($type($in.lines) = "array" ? $in.lines : [])
}

func ExampleFilter() {
	shown(func(f *flow.Flow, o *Order) any {
		return flow.Filter(f, &o.Lines, func(l *Line) flow.Condition { return flow.Above(&l.Price, 10) })
	})
	// Output:
	// [$filter($type($in.lines) = "array" ? $in.lines : [], function($e1){$e1.price > 10})]
}

func ExampleSum() {
	shown(func(f *flow.Flow, o *Order) any {
		return flow.Sum(f, flow.Map(f, &o.Lines, func(l *Line) *float64 { return &l.Price }))
	})
	// Output:
	// $sum([$map($type($in.lines) = "array" ? $in.lines : [], function($e1){$e1.price})])
}

func ExampleSortBy() {
	shown(func(f *flow.Flow, o *Order) any {
		return flow.SortBy(f, &o.Lines, func(l *Line) *float64 { return &l.Price })
	})
	// Output:
	// [$sort($type($in.lines) = "array" ? $in.lines : [], function($e1, $e2){$e1.price > $e2.price})]
}

func ExampleAppend() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Append(f, &o.Tags, &[]string{"paid"}) })
	// Output:
	// [$append($type($in.tags) = "array" ? $in.tags : [], ["paid"])]
}

func ExampleFlatten() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Flatten(f, &o.Batches) })
	// Output:
	// [$reduce($type($in.batches) = "array" ? $in.batches : [], function($e1, $e2){$append($e1, $type($e2) = "array" ? $e2 : [])}, [])]
}

// An element may be missing.
func ExampleAt() {
	shown(func(f *flow.Flow, o *Order) any { return flow.OrElse(f, flow.At(f, &o.Tags, new(1)), new("")) })
	// Output:
	// $in.tags[1] != null ? $in.tags[1] : ""
}

// An element may be missing.
func ExampleLast() {
	shown(func(f *flow.Flow, o *Order) any { return flow.OrElse(f, &flow.Last(f, &o.Lines).SKU, new("")) })
	// Output:
	// $in.lines[-1].sku != null ? $in.lines[-1].sku : ""
}

func ExampleMerge() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Merge(f, &o.Customer, &Customer{Name: "nobody"}) })
	// Output:
	// $merge([$in.customer, {"name": "nobody", "in": false, "old-id": ""}])
}

// An entry may be missing.
func ExampleKey() {
	shown(func(f *flow.Flow, o *Order) any {
		return flow.OrElse(f, flow.Key(f, &o.Extra, new("colour")), new("none"))
	})
	// Output:
	// $lookup($in.extra, "colour") != null ? $lookup($in.extra, "colour") : "none"
}

func ExampleShape() {
	shown(func(f *flow.Flow, o *Order) any {
		return flow.OrElse(f, &flow.Shape(f, &o.Open, Answer{}).Text, new(""))
	})
	// Output:
	// $in.open.Text != null ? $in.open.Text : ""
}

func ExampleOrElse() {
	shown(func(f *flow.Flow, o *Order) any { return flow.OrElse(f, o.Note, &o.ID) })
	// Output:
	// $in.note != null ? $in.note : $in.id
}

func ExampleLater() {
	shown(func(f *flow.Flow, o *Order) any { return flow.Later(f, &o.Placed, 90*time.Minute) })
	// Output:
	// $fromMillis($toMillis($in.placed) + 5400000)
}

func ExampleExecution() {
	shown(func(f *flow.Flow, _ *Order) any { return flow.Text(f, "execution ", &flow.Execution(f).Name) })
	// Output:
	// "execution " & $states.context.Execution.Name
}

// It is made once: every use of it is the same one.
func ExampleUUID() {
	show("Set id", func(f *flow.Flow, _ *Order) {
		id := flow.UUID(f, "id")
		flow.Fail(f, "Stop", "Stop", "id ", id)
	})
	// Output:
	// {"Type":"Pass","Assign":{"id":"{% $uuid() %}"},"Next":"Stop"}
}

func ExampleIs() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Is(&o.ID, "o1") })
	// Output:
	// $in.id = "o1"
}

func ExampleOneOf() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.OneOf(&o.ID, "o1", "o2") })
	// Output:
	// $in.id in ["o1", "o2"]
}

func ExampleAbove() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Above(&o.Amount, 90) })
	// Output:
	// $in.amount > 90
}

// What may be absent is in no order with anything.
func ExampleBelow() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Below(o.Note, "m") })
	// Output:
	// $in.note != null and $in.note < "m"
}

func ExampleEqual() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Equal(&o.ID, &o.Customer.Old) })
	// Output:
	// $in.id = $in.customer.`old-id`
}

func ExampleBefore() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Before(&o.Placed, o.Shipped) })
	// Output:
	// $in.shipped != null and $toMillis($in.placed) < $toMillis($in.shipped)
}

func ExampleTrue() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.True(&o.Express) })
	// Output:
	// $in.express = true
}

func ExampleExists() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Exists(o.Address) })
	// Output:
	// $in.address != null
}

func ExampleIsType() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.IsType(&o.Open, "number") })
	// Output:
	// $type($in.open) = "number"
}

func ExampleLike() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Like(&o.ID, "eu-*") })
	// Output:
	// $contains($in.id, /^eu-[\s\S]*$/)
}

func ExampleContains() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition { return flow.Contains(&o.Tags, new("urgent")) })
	// Output:
	// "urgent" in $in.tags
}

func ExampleAnd() {
	holds(func(_ *flow.Flow, o *Order) flow.Condition {
		return flow.And(flow.True(&o.Express), flow.Not(flow.Is(&o.ID, "")))
	})
	// Output:
	// $in.express = true and $not($in.id = "")
}
