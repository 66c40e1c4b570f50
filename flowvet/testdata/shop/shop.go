// Package shop holds the types and handlers of the programs that are analysed. It knows nothing of workflows. // want package:"flow"
package shop

import (
	"context"
	"fmt"
	"time"
)

type (
	Order struct {
		ID       string            `json:"id"`
		Express  bool              `json:"express"`
		Items    int               `json:"items"`
		Total    float64           `json:"total"`
		Customer Customer          `json:"customer"`
		Lines    []Line            `json:"lines"`
		Extra    map[string]string `json:"extra"`
		Codes    [3]string         `json:"codes"`
		Open     any               `json:"open"`
		Note     *string           `json:"note,omitempty"`
		Gift     *Gift             `json:"gift,omitempty"`
		Placed   time.Time         `json:"placed"`
		Address
		*Shipping
	}
	Customer struct {
		Name string  `json:"name"`
		Mail *string `json:"mail,omitempty"`
	}
	Line struct {
		SKU   string  `json:"sku"`
		Price float64 `json:"price"`
	}
	Gift     struct{ Text string }
	Address  struct{ Street, City string }
	Shipping struct{ Carrier string }
	Receipt  struct {
		OrderID string
		Total   float64
	}
	Status string
)

func Pay(context.Context, Order) (Receipt, error)   { return Receipt{}, nil }
func Tell(context.Context, Receipt) (Status, error) { return "", nil }

// Describe reads.
func Describe(o *Order) string { return o.ID + " of " + o.Customer.Name }

// String reads.
func (o *Order) String() string { return o.ID }

// Big copies.
func (o Order) Big() bool { return o.Items > 3 }

// IDRef refers.
func (o *Order) IDRef() *string { return &o.ID }

// First gives what it is given.
func First[T any](all ...T) T { return all[0] }

// Print reads by reflection.
func Print(v any) { fmt.Println(v) }

// Keep keeps a pointer.
func (h *Holder) Keep(o *Order) { h.Order = o }

// A Holder holds an order.
type Holder struct {
	Order *Order
	Name  string
}

// NewHolder holds o.
func NewHolder(o *Order) *Holder { return &Holder{Order: o, Name: "x"} }

// ReadHeld reads what is held.
func (h *Holder) ReadHeld() string { return h.Order.ID }

// ReadName reads its own.
func (h *Holder) ReadName() string { return h.Name }

// Each calls body.
func Each(o *Order, body func(o *Order)) { body(o) }

// SetID writes.
func SetID(o *Order) { o.ID = "x" }

// Now differs.
func Now() string { return time.Now().String() }
