// Package silent holds what is right, and about which nothing must be said. // want package:"flow"
package silent

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"example.com/vet/shop"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/awssdk"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flow/sns"
)

var (
	_ = flow.Standard("References", references)
	_ = flow.Standard("Literals", literals)
	_ = flow.Standard("Go", plainGo)
	_ = flow.Express("Constructs", constructs)
	_ = flow.Standard("Helpers", helpers)
	_ = flow.Standard("Variables", variables)
	_ = flow.Standard("Types", kinds, flow.Limit(time.Hour))
	_ = flow.Standard("Reassigned", reassigned)
	_ = flow.Standard("Fragments", methods{mode: "x"}.body)
	_ = flow.Standard("Generic", generic[shop.Order])

	orders = dynamodb.TableOf("Orders", func(o *shop.Order) *string { return &o.ID })
	topic  = sns.TopicOf[shop.Receipt]("Receipts")
	bucket = s3.BucketOf("Lake")

	patiently = flow.Retry(flow.AnyError, flow.Backoff{Attempts: 3})
	anyhow    = flow.Catch(flow.AnyError, func(*flow.Caught) {})
	names     = map[string]string{"a": "A", "b": "B"}
	once      sync.Once
)

func references(f *flow.Flow, o *shop.Order) *shop.Order {
	id := &o.ID
	name := &o.Customer.Name
	customer := &o.Customer
	mail := customer.Mail // a pointer: a reference by itself
	note := o.Note
	carrier := &o.Carrier
	street := &o.Address.Street
	text := &o.Gift.Text
	gift := o.Gift
	inner := &gift.Text
	first := &o.Lines[0]
	price := &o.Lines[0].Price
	code := &o.Codes[2]
	lines := &o.Lines
	extra := flow.Key(f, &o.Extra, new("k"))
	open := &o.Open
	placed := &o.Placed
	same := &*o
	whole := (&o.Customer)
	second := &(*lines)[0].SKU
	flow.Fail(f, "F", "F", id, name, mail, note, carrier, street, text, inner, price, code, extra, second)
	flow.Do[shop.Receipt](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: map[string]any{
		"a": id, "b": &o.Items, "c": []any{note, first, lines}, "d": open, "e": placed, "f": same, "g": whole,
	}})
	return o
}

func literals(f *flow.Flow, o *shop.Order) *shop.Receipt {
	r := &shop.Receipt{Total: 3}
	r.OrderID = "x" // a literal of the author's own
	if r.Total > 2 {
		r.Total++
	}
	_ = *r
	_ = r.OrderID + "y"
	flow.Fill(f, r, flow.Set(&r.OrderID, &o.ID))
	_ = r.Total
	filled := flow.Fill(f, &shop.Order{Lines: []shop.Line{{SKU: "fee"}, {SKU: "tax"}}}, flow.Set(new(string), &o.ID))
	for i := range filled.Lines {
		_ = filled.Lines[i].SKU
	}
	_ = len(filled.Lines)
	type query struct {
		Next *string
		Max  *int
	}
	q := &query{Next: o.Note, Max: new(3)}
	if q.Max != nil {
		q.Max = nil
	}
	p := q.Next
	_ = p
	_ = q.Max == q.Max
	var mine shop.Order
	mine.ID = "x"
	mine.Customer = shop.Customer{Name: "y"}
	copied := mine
	_ = copied.Customer.Name
	_ = mine.Big() || copied.Items > 3
	fmt.Sprintln(mine, copied.String(), shop.Describe(&mine))
	config := struct{ Mode string }{"x"}
	if config.Mode == "x" {
		flow.Wait(f, "W", time.Second)
	}
	n := new(3)
	*n++
	fmt.Sprintln(*n)
	return r
}

func plainGo(f *flow.Flow, o *shop.Order) *shop.Order {
	for i := range 3 {
		flow.Wait(f, fmt.Sprint("Wait ", i), time.Duration(i+1)*time.Second)
	}
	for _, k := range slices.Sorted(maps.Keys(names)) {
		flow.Wait(f, "For "+k, time.Second)
	}
	upper := map[string]string{}
	for k, v := range names { // in no order, but nothing is recorded
		upper[v] = k
	}
	var all []string
	for k := range names {
		all = append(all, k)
	}
	sort.Strings(all)
	fields := map[string]any{}
	for i, p := range []*string{&o.ID, &o.Customer.Name} {
		fields[fmt.Sprint(i)] = p
	}
	parts := []any{"order ", &o.ID}
	parts = append(parts, " of ", &o.Customer.Name)
	parts = slices.Concat(parts, []any{o.Note})
	flow.Fail(f, "F", "F", parts...)
	var err error = errors.New("x")
	_ = err == nil
	if reflect.TypeOf(o).Kind() == reflect.Pointer {
		_ = strings.ToUpper("x")
	}
	pointers := []*shop.Order{o, nil}
	for _, p := range pointers {
		if p == nil || p == o {
			continue
		}
		_ = &p.ID
	}
	_ = slices.Contains(pointers, o)
	_ = cmp.Or(o, pointers[0])
	once.Do(func() {})
	for range o.Codes { // its length is part of the type
	}
	for i := range o.Codes {
		_ = &o.Codes[i]
	}
	_ = len(o.Codes) + cap(o.Codes)
	flow.Do[shop.Receipt](f, "Send", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage", Args: fields})
	return o
}

func constructs(f *flow.Flow, o *shop.Order) *shop.Order {
	failed := flow.NewTail(f, "failure", func(e *flow.Caught) {
		flow.Choice(f, "Which?").When(flow.Is(&e.Error, "X"), flow.Continue)
		flow.Rethrow(f, "Failed", e)
	})
	orFail := flow.Catch(flow.AnyError, failed.Go)
	r := flow.Task(f, "Pay", shop.Pay, o, patiently, orFail, flow.Timeout(time.Minute))
	flow.Rescue(f, r, flow.TimedOut, func(*flow.Caught) *shop.Receipt {
		none := &shop.Receipt{}
		return flow.Fill(f, none, flow.Set(&none.OrderID, &o.ID))
	})
	both := flow.Parallel(f, "Both", orFail)
	a := flow.Branch(both, func(f *flow.Flow) *string { return flow.Text(f, "a", &r.OrderID) })
	flow.Branch(both, func(*flow.Flow) *shop.Order { return o })
	flow.Branch(both, func(_ *flow.Flow) *shop.Order { return o })
	prices := flow.Map(f, &o.Lines, func(l *shop.Line) *float64 { return flow.Mul(f, &l.Price, new(2.0)) })
	dear := flow.Filter(f, &o.Lines, func(l *shop.Line) flow.Condition { return flow.Above(&l.Price, 3) })
	sorted := flow.SortBy(f, dear, func(l *shop.Line) *string { return &l.SKU })
	texts := flow.Each(f, "Each", sorted, func(f *flow.Flow, l *shop.Line) *string {
		return flow.Text(f, &l.SKU, " of ", &o.ID, &flow.Execution(f).ID)
	}, flow.Concurrency(3))
	best := flow.Choose[string](f, "Best?").
		When(flow.And(flow.True(&o.Express), flow.Exists(o.Note)), func() *string { return o.Note }).
		When(flow.Exists(&o.Open), func() *string { failed.Go(flow.Failure(f, "X")); return nil }).
		Otherwise(func() *string { return &flow.Last(f, &o.Lines).SKU })
	flow.Choice(f, "Enough?").
		When(flow.Above(flow.Sum(f, prices), 3), func() { flow.Wait(f, "W", time.Second) }).
		Otherwise(flow.Continue)
	dynamodb.Update(f, "Update", orders, &o.ID, func(row *shop.Order) []dynamodb.Change {
		return []dynamodb.Change{dynamodb.Set(&row.Items, &o.Items), dynamodb.Remove(row.Note), dynamodb.WhenIs(&row.ID, a)}
	}, anyhow)
	got := dynamodb.Get(f, "Get", orders, best)
	sns.Publish(f, "Publish", topic, &shop.Receipt{OrderID: "x"})
	head := awssdk.Call[struct{ ContentLength int }](f, "Head", "s3:headObject", map[string]any{"Bucket": bucket.Ref(), "Key": &got.ID})
	flow.TaskAwait(f, "Ask", Ask, func(token *run.Token[shop.Receipt]) *Question {
		q := &Question{Kind: "x"}
		return flow.Fill(f, q, flow.Set(&q.Token, token), flow.Set(&q.Size, &head.ContentLength))
	})
	flow.Return(f, "R", flow.Fill(f, &shop.Order{}, flow.Set(new(int), flow.Count(f, texts))))
	return o
}

// A Question waits for an answer.
type Question struct {
	Kind  string
	Size  int
	Token run.Token[shop.Receipt]
}

// Ask is a handler: what it does, it does when the workflow runs.
func Ask(_ context.Context, q Question) (run.None, error) {
	if q.Kind == os.Getenv("KIND") && time.Now().Year() > 2000 {
		return run.None{}, errors.New(string(q.Token))
	}
	return run.None{}, nil
}

type settings struct {
	Mode  string
	Limit int
	Note  *string
}

func helpers(f *flow.Flow, o *shop.Order) *shop.Order {
	s := &settings{Mode: "x", Limit: 3}
	configured(f, o, s)
	configured(f, o, &settings{Mode: "y"})
	tell(f, nil)
	tell(f, &o.ID)
	tell(f, o.Note)
	flow.Fail(f, "F", "F", o.IDRef(), refer(o), shop.First(&o.ID, o.Note), identity(&o.Items))
	h := shop.NewHolder(o)
	_ = h.Name + h.ReadName()
	flow.Wait(f, h.Name, time.Second)
	kept := &shop.Holder{Name: "y"}
	kept.Keep(o)
	_ = kept.Name
	_ = &kept.Order.ID
	pair, other := two(o)
	flow.Fail(f, "G", "G", pair, other)
	shop.Each(o, func(x *shop.Order) { flow.Text(f, &x.ID) }) // want `flow.Text gives is not used`
	ends := endings{failed: flow.NewTail(f, "t", func(e *flow.Caught) { flow.Rethrow(f, "R", e) }), retries: 3, order: o}
	if ends.retries > 2 {
		flow.Task(f, "Pay", shop.Pay, ends.order, flow.Catch(flow.AnyError, ends.failed.Go))
	}
	flow.Task(flow.Named(f, "Again"), "Pay", shop.Pay, o)
	pay := shop.Pay
	flow.Task(f, "Pay later", pay, o)
	return o
}

type endings struct {
	failed  *flow.Tail[flow.Caught]
	retries int
	order   *shop.Order
}

func configured(f *flow.Flow, o *shop.Order, s *settings) {
	if s.Mode == "x" && s.Limit > 2 {
		flow.Wait(f, s.Mode, time.Duration(s.Limit)*time.Second)
	}
	s.Limit++
	s.Note = &o.ID
	flow.Fail(f, "F"+s.Mode, "F", s.Note)
}

func tell(f *flow.Flow, note *string) {
	if note != nil {
		flow.Fail(f, "T", "T", note)
	}
}

func refer(o *shop.Order) *string { return &o.Customer.Name }

func identity[T any](v T) T { return v }

func two(o *shop.Order) (id, name *string) {
	id = &o.ID
	name = &o.Customer.Name
	return
}

func variables(f *flow.Flow, o *shop.Order) *shop.Order {
	n := flow.Var(f, "n", 0)
	flow.While(f, "More?", flow.Below(n, 3), func() {
		flow.Assign(f, "Count", flow.Set(n, flow.Add(f, n, new(1))))
	})
	page := flow.Until(f, "Last?", func() *shop.Order { return o }, func(p *shop.Order) flow.Condition { return flow.Is(&p.ID, "") })
	now := flow.Now(f, "now")
	flow.WaitUntil(f, "U", flow.Later(f, now, time.Hour))
	id := flow.UUID(f, "id")
	flow.Return(f, "R", flow.Fill(f, &shop.Order{}, flow.Set(new(string), id)))
	return page
}

type (
	alias    = shop.Order
	embedded struct {
		*shop.Order
		extra *string
	}
)

func kinds(f *flow.Flow, o *alias) *alias {
	e := embedded{Order: o, extra: o.Note}
	flow.Fail(f, "F", "F", &e.ID, &e.Order.ID, e.extra, &e.Street, &e.Carrier)
	var x any = o
	if p, ok := x.(*shop.Order); ok {
		flow.Fail(f, "G", "G", &p.ID)
	}
	switch p := x.(type) {
	case *shop.Order:
		flow.Fail(f, "H", "H", &p.ID)
	case nil:
	}
	ch := make(chan *string, 1)
	ch <- &o.ID
	close(ch)
	m := map[string]*string{"a": &o.ID}
	flow.Fail(f, "I", "I", m["a"])
	if _, ok := m["b"]; ok {
		return nil
	}
	array := [2]*string{&o.ID, o.Note}
	flow.Fail(f, "J", "J", array[0], array[1])
	s := array[:]
	flow.Fail(f, "K", "K", s[1])
	_ = (*alias)(o)
	p := (*shop.Order)(o)
	return p
}

// reassigned uses one variable for a literal first, and for a value afterwards.
func reassigned(f *flow.Flow, o *shop.Order) *shop.Order {
	p := &shop.Order{ID: "x"}
	p.ID += "y"
	fmt.Sprintln(p.ID, *p)
	p = o
	flow.Fail(f, "F", "F", &p.ID)
	q := o
	_ = &q.ID
	q = &shop.Order{}
	q.ID = "z"
	if q.ID == "z" {
		q.Items = 3
	}
	o2 := o
	{
		o := &shop.Order{} // another one
		_ = o.ID
	}
	{
		o2 := shop.Order{}
		_ = o2.ID
	}
	return o2
}

type methods struct {
	mode string
	f    *flow.Flow
}

func (m methods) body(f *flow.Flow, o *shop.Order) *shop.Order {
	m.f = f
	if m.mode == "x" {
		m.step(o)
	}
	return o
}

func (m *methods) step(o *shop.Order) {
	flow.Task(m.f, "Pay in "+m.mode, shop.Pay, o)
}

func generic[T any](f *flow.Flow, v *T) *T { return flow.Let(f, "v", v) }

// unused is called by nobody: whether o is a value of a workflow cannot be known.
func unused(f *flow.Flow, o *shop.Order) bool { return o.Express }

// build reads what is no workflow's.
func build(o *shop.Order) string {
	now := time.Now()
	go func() { _ = os.Getenv("X") }()
	w := flow.Standard("Inner", func(f *flow.Flow, in *shop.Order) *shop.Order { return in })
	for k := range names {
		fmt.Println(k, now)
	}
	return o.ID + w.Title() + unusedBuild()
}

func unusedBuild() string { return build(&shop.Order{}) }

var _ = []any{unused, byTable}

// byTable declares workflows from a table.
func byTable() {
	for _, c := range []struct {
		name string
		body func(f *flow.Flow, o *shop.Order) *shop.Order
	}{
		{"a", func(f *flow.Flow, o *shop.Order) *shop.Order { return o }},
		{"b", func(f *flow.Flow, o *shop.Order) *shop.Order { return flow.Let(f, "o", o) }},
	} {
		w := flow.Standard(c.name, c.body)
		fmt.Println(w.Title(), len(c.name))
	}
}
