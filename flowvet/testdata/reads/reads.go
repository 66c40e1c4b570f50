// Package reads holds what must be found about values that are read or written. // want package:"flow"
package reads

import (
	"encoding/json"
	"errors"
	"fmt"
	"log"
	"reflect"
	"slices"
	"strings"
	"time"

	"example.com/vet/shop"

	"github.com/stepwright/stepwright/flow"
)

var (
	_ = flow.Standard("Plain", plain)
	_ = flow.Standard("Copies", copies)
	_ = flow.Express("Lists", lists)
	_ = flow.Standard("Writes", writes)
	_ = flow.Standard("Calls", calls)
	_ = flow.Standard("Results", results)
	_ = flow.Standard("Closures", closures)
	_ = flow.Standard("Methods", builder{}.methods)
	_ = flow.Standard("Ways", ways)
	_ = flow.Standard("Loops", loops)
	_ = flow.Standard("Pointers", pointers)
	_ = flow.Standard("Held", held)
	_ = flow.Standard("Literal", func(f *flow.Flow, o *shop.Order) *shop.Order {
		if o.Items > 3 { // want `o.Items is read while the workflow is being written; refer to it with & instead \[value-read\]`
			flow.Wait(f, "Rest", time.Second)
		}
		return o
	})
)

func plain(f *flow.Flow, o *shop.Order) *shop.Order {
	if o.Express { // want `o.Express is read`
		flow.Wait(f, "A", time.Second)
	}
	if o.ID == "x" || o.Items > 3 && !o.Express { // want `o.ID is read` `o.Items is read` `o.Express is read`
		flow.Wait(f, "B", time.Second)
	}
	switch o.Customer.Name { // want `o.Customer.Name is read`
	case "a":
		flow.Wait(f, "C", time.Second)
	}
	switch {
	case o.Total < 3: // want `o.Total is read`
	}
	wait := time.Duration(o.Items) * time.Second // want `o.Items is read`
	flow.Wait(f, "D", wait)
	flow.Fail(f, "E", "Code", "order ", o.ID) // want `o.ID is read`
	name := "order " + o.ID                   // want `o.ID is read`
	flow.Fail(f, name, o.ID)                  // want `o.ID is read`
	_ = o.ID                                  // want `o.ID is read`
	_ = -o.Items                              // want `o.Items is read`
	_ = o.ID[0]                               // want `o.ID is read`
	_ = o.ID[1:]                              // want `o.ID is read`
	_ = fmt.Sprintf("%s", o.ID)               // want `o.ID is read`
	_ = flow.Is(&o.ID, o.Customer.Name)       // want `o.Customer.Name is read`
	_ = new(o.ID)                             // want `o.ID is read`
	_ = o.City                                // want `o.City is read`
	_ = o.Address.Street                      // want `o.Address.Street is read`
	_ = o.Carrier                             // want `o.Carrier is read`
	_ = o.Shipping.Carrier                    // want `o.Shipping.Carrier is read`
	_ = o.Open                                // want `o.Open is read`
	_ = o.Open.(string)                       // want `o.Open is read`
	_ = o.Placed.Year()                       // want `o.Placed is read`
	_ = []byte(o.ID)                          // want `o.ID is read`
	_ = shop.Status(o.ID)                     // want `o.ID is read`
	_ = [1]string{o.ID}                       // want `o.ID is read`
	_ = map[string]any{o.ID: 1}               // want `o.ID is read`
	_ = map[string]any{"id": o.ID}            // want `o.ID is read`
	_ = &shop.Receipt{OrderID: o.ID}          // want `o.ID is read`
	switch o.Open.(type) {                    // want `o.Open is read`
	case string:
	}
	return o
}

func copies(f *flow.Flow, o *shop.Order) *shop.Order {
	c := o.Customer // want `o.Customer is read`
	flow.Fail(f, "No", "No", &c.Name)
	d := *o // want `\*o is read`
	_ = &d
	var e shop.Order = *o // want `\*o is read`
	_ = &e
	byValue(*o)        // want `\*o is read`
	g := (*o).Customer // want `\(\*o\).Customer is read`
	_ = g
	a, b := o.ID, o.Items // want `o.ID is read` `o.Items is read`
	_, _ = a, b
	p := &o.Customer
	q := p
	_ = q.Name // want `q.Name is read`
	r := &q.Name
	_ = *r             // want `\*r is read`
	_ = fmt.Sprint(*r) // want `\*r is read`
	return new(*o)     // want `\*o is read`
}

func byValue(shop.Order) {}

func lists(f *flow.Flow, o *shop.Order) *shop.Order {
	for range o.Lines { // want `o.Lines is read`
		flow.Wait(f, "A", time.Second)
	}
	for i := range o.Items { // want `o.Items is read`
		flow.Wait(f, fmt.Sprint("B", i), time.Second)
	}
	for _, c := range o.Codes { // want `o.Codes is read`
		_ = c
	}
	for k, v := range o.Extra { // want `o.Extra is read`
		flow.Wait(f, k+v, time.Second)
	}
	for _, c := range o.ID { // want `o.ID is read`
		_ = c
	}
	_ = len(o.Lines)            // want `o.Lines is read`
	_ = cap(o.Lines)            // want `o.Lines is read`
	_ = len(o.ID)               // want `o.ID is read`
	_ = len(o.Extra)            // want `o.Extra is read`
	_ = &o.Lines[1]             // want `o.Lines\[1\] is read`
	_ = &o.Lines[len(o.ID)].SKU // want `o.Lines\[len\(o.ID\)\] is read` `o.ID is read`
	_ = o.Lines[0].SKU          // want `o.Lines\[0\].SKU is read`
	_ = o.Extra["k"]            // want `o.Extra is read`
	_, ok := o.Extra["k"]       // want `o.Extra is read`
	_ = ok
	_ = o.Codes[1]                   // want `o.Codes\[1\] is read`
	_ = o.Lines[:1]                  // want `o.Lines is read`
	_ = append(o.Lines, shop.Line{}) // want `o.Lines is read`
	_ = slices.Clone(o.Lines)        // want `o.Lines is read`
	_ = strings.Join(o.Codes[:], "") // want `o.Codes\[:\] is read by strings.Join`
	_ = min(o.Items, 3)              // want `o.Items is read`
	copy(o.Lines, o.Lines[1:])       // want `o.Lines is read` `o.Lines is read`
	l := &o.Lines
	_ = len(*l)      // want `\*l is read`
	_ = (*l)[0].SKU  // want `\(\*l\)\[0\].SKU is read`
	_ = &(*l)[2].SKU // want `\(\*l\)\[2\] is read`
	return o
}

func writes(f *flow.Flow, o *shop.Order) *shop.Order {
	o.ID = "x"                             // want `o.ID is set while the workflow is being written, which changes nothing when it runs \[value-written\]`
	o.Items++                              // want `o.Items is set`
	o.Items += 2                           // want `o.Items is set`
	o.Customer.Name, o.Express = "x", true // want `o.Customer.Name is set` `o.Express is set`
	o.Note = new("x")                      // want `o.Note is set`
	*o.Note = "x"                          // want `\*o.Note is set`
	*o = shop.Order{}                      // want `\*o is set`
	o.Codes[1] = "x"                       // want `o.Codes\[1\] is set`
	o.Lines[0].SKU = "x"                   // want `o.Lines\[0\].SKU is set`
	o.Extra["k"] = "x"                     // want `o.Extra is read`
	delete(o.Extra, "k")                   // want `o.Extra is read`
	clear(o.Extra)                         // want `o.Extra is read`
	for o.Items = range 3 {                // want `o.Items is set`
	}
	shop.SetID(o) // want `o.ID is set while the workflow is being written, which changes nothing when it runs \(in SetID, shop.go:\d+\)`
	return o
}

func calls(f *flow.Flow, o *shop.Order) *shop.Order {
	_ = fmt.Sprint(o)                                // want `o is read by fmt.Sprint`
	_ = fmt.Sprintf("%v", &o.Customer)               // want `&o.Customer is read by fmt.Sprintf`
	log.Println("order", &o.ID)                      // want `&o.ID is read by log.Println`
	_, _ = json.Marshal(map[string]any{"id": &o.ID}) // want `is read by json.Marshal`
	_ = reflect.ValueOf(o)                           // want `o is read by reflect.ValueOf`
	_ = errors.Is(nil, nil)
	_ = shop.Describe(o) // want `o.ID is read in Describe \(shop.go:\d+\)` `o.Customer.Name is read in Describe`
	_ = o.String()       // want `o.ID is read in String`
	_ = o.Big()          // want `o is read`
	big := o.Big         // want `o is read`
	_ = big
	shop.Print(o)             // want `v is read in Print`
	_ = describe(o)           // want `o.ID is read in describe`
	_ = nested(o)             // want `o.ID is read in describe`
	_ = shop.First(o, nil).ID // want `shop.First\(o, nil\).ID is read`
	_ = *o.IDRef()            // want `\*o.IDRef\(\) is read`
	var s fmt.Stringer = o
	_ = s.String()                                 // want `s is read by the method String`
	shop.Each(o, func(x *shop.Order) { _ = x.ID }) // want `x.ID is read`
	func(x *shop.Order) { _ = x.ID }(o)            // want `x.ID is read`
	_ = (*shop.Order).String(o)                    // want `o.ID is read in String`
	defer fmt.Println(o.ID)                        // want `o.ID is read`
	fragment(f, o, 3)
	generic(f, o)
	return o
}

func describe(o *shop.Order) string { return "order " + o.ID }
func nested(o *shop.Order) string   { return describe(o) }

func fragment(f *flow.Flow, o *shop.Order, n int) *string {
	if n > 2 && o.Express { // want `o.Express is read`
		return nil
	}
	return &o.ID
}

func generic[T any](f *flow.Flow, v *T) *T {
	_ = *v // want `\*v is read`
	return v
}

func results(f *flow.Flow, o *shop.Order) *shop.Order {
	r := flow.Task(f, "Pay", shop.Pay, o, flow.Catch(flow.AnyError, func(e *flow.Caught) {
		if e.Error == "x" { // want `e.Error is read`
			flow.Rethrow(f, "Again", e)
		}
	}))
	if r.Total > 3 { // want `r.Total is read`
		flow.Wait(f, "A", time.Second)
	}
	t := flow.Text(f, "a", &o.ID)
	_ = *t                           // want `\*t is read`
	_ = *flow.Text(f, "a")           // want `\*flow.Text\(f, "a"\) is read`
	_ = flow.Execution(f).Name       // want `flow.Execution\(f\).Name is read`
	_ = flow.Last(f, &o.Lines).Price // want `flow.Last\(f, &o.Lines\).Price is read`
	n := flow.Var(f, "n", 0)
	for *n < 3 { // want `\*n is read`
		break
	}
	*n = 3 // want `\*n is set`
	c := flow.Choose[shop.Receipt](f, "C").When(flow.True(&o.Express), func() *shop.Receipt { return r }).Otherwise(func() *shop.Receipt {
		return &shop.Receipt{OrderID: r.OrderID} // want `r.OrderID is read`
	})
	_ = c.Total // want `c.Total is read`
	p := flow.Parallel(f, "P")
	b := flow.Branch(p, func(f *flow.Flow) *shop.Order {
		_ = r.Total // want `r.Total is read`
		return o
	})
	_ = b.ID                                                                // want `b.ID is read`
	flow.Map(f, &o.Lines, func(l *shop.Line) *string { return new(l.SKU) }) // want `l.SKU is read` `flow.Map gives is not used`
	all := flow.Each(f, "Each", &o.Lines, func(f *flow.Flow, l *shop.Line) *string {
		if l.Price > 3 { // want `l.Price is read`
			return new("dear")
		}
		return &l.SKU
	})
	_ = len(*all) // want `\*all is read`
	return o
}

func closures(f *flow.Flow, o *shop.Order) *shop.Order {
	check := func(x *shop.Order) bool { return x.Express } // want `x.Express is read`
	check(o)
	held := func() *shop.Order { return o }
	_ = held().ID                                                                                  // want `held\(\).ID is read`
	table := map[string]func(*shop.Order) string{"id": func(x *shop.Order) string { return x.ID }} // want `x.ID is read`
	_ = table["id"](o)
	steps := []func(*shop.Order){func(x *shop.Order) { _ = x.Items }} // want `x.Items is read`
	for _, s := range steps {
		s(o)
	}
	make := maker(o)
	_ = make().ID // want `make\(\).ID is read`
	var rec func(n int, x *shop.Order)
	rec = func(n int, x *shop.Order) {
		if n > 0 {
			rec(n-1, x)
		}
		_ = x.ID // want `x.ID is read`
	}
	rec(3, o)
	go func() { _ = o.ID }()       // want `a goroutine is started` `o.ID is read`
	defer func() { _ = o.Total }() // want `o.Total is read`
	f2 := o.String
	_ = f2()                                                                               // want `o.ID is read in String`
	each(func(x *shop.Order) { _ = x.Express }, o)                                         // want `x.Express is read`
	_ = slices.IndexFunc([]*shop.Order{o}, func(x *shop.Order) bool { return x.ID == "" }) // want `x.ID is read`
	return o
}

func maker(o *shop.Order) func() *shop.Order { return func() *shop.Order { return o } }

func each(body func(*shop.Order), all ...*shop.Order) {
	for _, o := range all {
		body(o)
	}
}

type builder struct {
	f   *flow.Flow
	o   *shop.Order
	cfg *config
}

type config struct{ Mode string }

func (b builder) methods(f *flow.Flow, o *shop.Order) *shop.Order { // want
	b.f, b.o, b.cfg = f, o, &config{"x"}
	b.step()
	c := &builder{f: f, o: o, cfg: &config{"y"}}
	c.step()
	d := newBuilder(f, o)
	_ = d.o.ID // want `d.o.ID is read`
	_ = c.o.ID // want `c.o.ID is read`
	return o
}

func newBuilder(f *flow.Flow, o *shop.Order) *builder { return &builder{f: f, o: o} }

func (b *builder) step() {
	if b.cfg.Mode == "x" {
		flow.Wait(b.f, "A", time.Second)
	}
	if b.o.Express { // want `b.o.Express is read`
		flow.Wait(b.f, "B", time.Second)
	}
}

func ways(f *flow.Flow, o *shop.Order) *shop.Order {
	p := &shop.Order{}
	if len(p.ID) > 0 {
		p = o
	}
	_ = p.ID // want `p.ID is read`
	var q *shop.Order
	switch {
	case p == nil:
		q = &shop.Order{}
	default:
		q = o
	}
	_ = q.ID // want `q.ID is read`
	goto end
end:
	_ = o.ID // want `o.ID is read`
	return o
}

func loops(f *flow.Flow, o *shop.Order) *shop.Order {
	var last *shop.Order
outer:
	for range 3 {
		if last != nil {
			_ = last.ID // want `last.ID is read`
			break outer
		}
		for range 2 {
			last = o
			continue outer
		}
	}
	parts := []any{}
	parts = append(parts, &o.ID, o.Express) // want `o.Express is read`
	_ = fmt.Sprint(parts...)                // want `is read by fmt.Sprint`
	fields := map[string]*string{"id": &o.ID}
	for _, v := range fields {
		_ = *v // want `\*v is read`
	}
	for _, v := range slices.All([]*string{&o.ID}) {
		_ = *v // want `\*v is read`
	}
	for v := range func(yield func(*string) bool) { yield(&o.ID) } {
		_ = *v // want `\*v is read`
	}
	return o
}

type id string

func pointers(f *flow.Flow, o *shop.Order) *shop.Order {
	if o.Note == nil { // want `o.Note is never nil while the workflow is being written, whatever it will be when it runs \[nil-comparison\]`
		flow.Wait(f, "A", time.Second)
	}
	_ = *o.Note     // want `\*o.Note is read`
	_ = o.Gift.Text // want `o.Gift.Text is read`
	_ = *o.Gift     // want `\*o.Gift is read`
	gift := o.Gift
	if gift != nil { // want `gift is never nil`
		_ = gift.Text // want `gift.Text is read`
	}
	_ = (*id)(&o.ID) // want `&o.ID is converted to \(\*id\), and a value of the workflow has no such field: converted pointers cannot be referred to \[unknown-place\]`
	var x any = &o.ID
	_ = *x.(*string) // want `\*x.\(\*string\) is read`
	switch y := x.(type) {
	case *string:
		_ = *y // want `\*y is read`
	}
	return o
}

func held(f *flow.Flow, o *shop.Order) *shop.Order {
	h := shop.NewHolder(o)
	_ = h.ReadHeld() // want `h.Order.ID is read in ReadHeld`
	_ = h.ReadName()
	_ = h.Name
	_ = h.Order.ID // want `h.Order.ID is read`
	g := &shop.Holder{}
	g.Keep(o)
	_ = g.Order.ID // want `g.Order.ID is read`
	return o
}
