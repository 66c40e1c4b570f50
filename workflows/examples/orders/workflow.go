// Package orders places orders of photographic prints.
//
// The goods are reserved, the customer pays, the parcel is shipped. Three services have their part in that, and no
// transaction spans them: when a step fails, what was done before it is undone, the last first, and the customer is
// told. That is a saga. An express order asks the carrier for its price over HTTP; what is to be paid is added up in
// the workflow itself.
package orders

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/lambda"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flow/web"
)

// PlaceOrder takes an order and gives the receipt.
var PlaceOrder = flow.Standard("Place order", placeOrder)

// What the workflow uses; a stack binds the names.
var (
	Customers  = sns.TopicOf[Notice]("Customers")
	CarrierAPI = web.ConnectionOf("CarrierAPI")
)

// How patient the workflow is. A handler's own errors are not tried again, unless a step says so.
var (
	gently   = flow.Retry(lambda.Retryable, flow.Backoff{Attempts: 3, First: 2 * time.Second, Rate: 2})
	stubborn = flow.Retry(flow.AnyError, flow.Backoff{Attempts: 8, First: time.Second, Rate: 2, Max: time.Minute})
)

// placeOrder reserves, takes the payment and ships.
func placeOrder(f *flow.Flow, order *Order) *Receipt {
	flow.Choice(f, "Anything ordered?").
		When(flow.Above(flow.Count(f, &order.Lines), 0), flow.Continue).
		Otherwise(func() { flow.Fail(f, "Nothing ordered", "EmptyOrder", "order ", &order.ID, " has no lines") })

	saga := flow.NewSaga(f, failure(f, order))
	stock := flow.Task(f, "Reserve stock", Reserve, order, gently, saga.Guard())
	saga.Undo(func() { flow.Task(f, "Release stock", Release, stock, stubborn) })

	tariff := tariffOf(f, order, saga)
	total := flow.Let(f, "total", flow.Round(f, flow.Add(f, goods(f, order), &tariff.Price), 2))

	charge := &Charge{}
	paid := flow.Task(f, "Take payment", Pay,
		flow.Fill(f, charge, flow.Set(&charge.Order, &order.ID), flow.Set(&charge.Amount, total)), gently, saga.Guard())
	saga.Undo(func() { flow.Task(f, "Give money back", Refund, paid, stubborn) })

	shipment := &Shipment{}
	parcel := flow.Task(f, "Ship", Ship, flow.Fill(f, shipment,
		flow.Set(&shipment.Reservation, &stock.ID), flow.Set(&shipment.Address, &order.Address), flow.Set(&shipment.Carrier, &tariff.Carrier)),
		flow.Timeout(time.Minute), flow.Retry(flow.Raised[NoVan](), flow.Backoff{Attempts: 2, First: time.Hour}), gently, saga.Guard())

	receipt := &Receipt{}
	return flow.Fill(f, receipt,
		flow.Set(&receipt.Order, &order.ID), flow.Set(&receipt.Payment, &paid.ID), flow.Set(&receipt.Total, total),
		flow.Set(&receipt.Carrier, &tariff.Carrier), flow.Set(&receipt.Tracking, &parcel.Tracking))
}

// failure tells the customer and ends with the error that began it, whether the customer could be told or not.
func failure(f *flow.Flow, order *Order) *flow.Tail[flow.Caught] {
	return flow.NewTail(f, "failure", func(e *flow.Caught) {
		notice := &Notice{}
		sns.Publish(f, "Tell the customer", Customers, flow.Fill(f, notice,
			flow.Set(&notice.Customer, &order.Customer),
			flow.Set(&notice.Text, flow.Text(f, "We are sorry: order ", &order.ID, " failed at ", flow.Lower(f, &e.State), "."))),
			stubborn, flow.Catch(flow.AnyError, func(*flow.Caught) {}))
		flow.Rethrow(f, "Order failed", e)
	})
}

// tariffOf is what shipping costs: the carrier knows for express orders.
func tariffOf(f *flow.Flow, order *Order, saga *flow.Saga) *Tariff {
	return flow.Choose[Tariff](f, "How fast?").
		When(flow.True(&order.Express), func() *Tariff {
			quote := web.Do(f, "Ask the carrier", web.Request{
				Connection: CarrierAPI, Method: "GET",
				URL:   flow.Text(f, "https://api.carrier.example/quotes/", web.PathEscape(f, &order.ID)),
				Query: map[string]*string{"service": new("air")},
			}, Tariff{}, flow.Retry(web.Busy, flow.Backoff{Attempts: 4, First: 2 * time.Second, Rate: 2}), saga.Guard())
			return &quote.ResponseBody
		}).
		Otherwise(func() *Tariff { return &Tariff{Carrier: "post", Price: 4.9} })
}

// goods is what the lines of the order cost together.
func goods(f *flow.Flow, order *Order) *float64 {
	return flow.Sum(f, flow.Map(f, &order.Lines, func(l *Line) *float64 {
		return flow.Mul(f, &l.Price, flow.Number(f, &l.Quantity, 0.0))
	}))
}
