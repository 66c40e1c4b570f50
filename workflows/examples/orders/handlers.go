package orders

import (
	"context"
	"fmt"
	"hash/crc32"
)

// An Order is the input of PlaceOrder.
type Order struct {
	ID       string `json:"id"`
	Customer string `json:"customer"`
	Address  string `json:"address"`
	Lines    []Line `json:"lines"`
	Express  bool   `json:"express"`
}

// A Line is one print and how often it is wanted.
type Line struct {
	Print    string  `json:"print"`
	Quantity int     `json:"quantity"`
	Price    float64 `json:"price"` // of one
}

// A Receipt is what PlaceOrder gives.
type Receipt struct {
	Order    string  `json:"order"`
	Payment  string  `json:"payment"`
	Total    float64 `json:"total"`
	Carrier  string  `json:"carrier"`
	Tracking string  `json:"tracking"`
}

// A Notice is the message that Customers carries.
type Notice struct {
	Customer string `json:"customer"`
	Text     string `json:"text"`
}

// What the steps give each other.
type (
	// A Reservation is goods put aside.
	Reservation struct {
		ID     string `json:"id"`
		Pieces int    `json:"pieces"`
	}
	// A Tariff is what a carrier asks for.
	Tariff struct {
		Carrier string  `json:"carrier"`
		Price   float64 `json:"price"`
	}
	// A Charge is what is to be paid.
	Charge struct {
		Order  string  `json:"order"`
		Amount float64 `json:"amount"`
	}
	// A Payment is money that was taken, or given back.
	Payment struct {
		ID     string  `json:"id"`
		Amount float64 `json:"amount"`
	}
	// A Shipment is what goes out.
	Shipment struct {
		Reservation string `json:"reservation"`
		Address     string `json:"address"`
		Carrier     string `json:"carrier"`
	}
	// A Parcel is on its way.
	Parcel struct {
		Tracking string `json:"tracking"`
	}
)

// The errors of the handlers. Step Functions knows them by the names of their types.
type (
	// SoldOut says that there is not as much as was ordered.
	SoldOut struct{ Print string }
	// CardRefused says that the customer does not pay.
	CardRefused struct{ Amount float64 }
	// NoVan says that no van goes now; one may go later.
	NoVan struct{ Carrier string }
	// NoAddress says that the parcel cannot be shipped at all.
	NoAddress struct{}
)

func (e SoldOut) Error() string     { return "there are not enough prints of " + e.Print }
func (e CardRefused) Error() string { return fmt.Sprintf("the card is refused for %.2f", e.Amount) }
func (e NoVan) Error() string       { return "no van of " + e.Carrier + " goes now" }
func (NoAddress) Error() string     { return "there is no address to ship to" }

// inStock is how many prints of each photograph there are, and limit is what cards are good for.
const (
	inStock = 50
	limit   = 1000.00
)

// Reserve puts the goods aside.
func Reserve(_ context.Context, o Order) (Reservation, error) {
	r := Reservation{ID: "stock-" + o.ID}
	for _, l := range o.Lines {
		if l.Quantity > inStock {
			return Reservation{}, SoldOut{l.Print}
		}
		r.Pieces += l.Quantity
	}
	return r, nil
}

// Release puts them back.
func Release(_ context.Context, r Reservation) (Reservation, error) {
	return Reservation{ID: r.ID}, nil
}

// Pay takes the money.
func Pay(_ context.Context, c Charge) (Payment, error) {
	if c.Amount > limit {
		return Payment{}, CardRefused{c.Amount}
	}
	return Payment{ID: "payment-" + c.Order, Amount: c.Amount}, nil
}

// Refund gives it back.
func Refund(_ context.Context, p Payment) (Payment, error) {
	return Payment{ID: p.ID + "-back", Amount: -p.Amount}, nil
}

// Ship hands the goods to the carrier.
func Ship(_ context.Context, s Shipment) (Parcel, error) {
	if s.Address == "" {
		return Parcel{}, NoAddress{}
	}
	return Parcel{Tracking: fmt.Sprintf("%s-%08x", s.Carrier, crc32.ChecksumIEEE([]byte(s.Reservation+s.Address)))}, nil
}
