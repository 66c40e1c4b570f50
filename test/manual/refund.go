// Package manual holds the programs that docs/flow.md shows besides those of the builder's own tests: the first
// workflow with its handlers and its test, and one small program for each thing that those tests have elsewhere.
package manual

import (
	"context"
	"errors"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/lambda"
)

// What goes in and out: plain structs.
type (
	Order struct {
		ID     string   `json:"id"`
		Amount float64  `json:"amount"`
		Gift   bool     `json:"gift"`
		Note   *string  `json:"note,omitempty"`
		Lines  []Line   `json:"lines"`
		Tags   []string `json:"tags,omitempty"`
	}
	Line struct {
		SKU   string  `json:"sku"`
		Price float64 `json:"price"`
	}
	Charge struct {
		ID      string `json:"id"`
		AgeDays int    `json:"ageDays"`
	}
	Receipt struct {
		Number string `json:"number"`
		Note   string `json:"note,omitempty"`
	}
)

// NoCharge is the error of an order that was never paid.
type NoCharge struct{ Order string }

func (e *NoCharge) Error() string { return "order " + e.Order + " was never paid" }

// FindCharge and PayBack are handlers: plain functions that will run in AWS Lambda.
func FindCharge(_ context.Context, order Order) (Charge, error) {
	if order.ID == "" {
		return Charge{}, &NoCharge{Order: "without an id"}
	}
	return Charge{ID: "c-" + order.ID, AgeDays: len(order.Lines)}, nil
}

func PayBack(_ context.Context, charge Charge) (Receipt, error) {
	if charge.ID == "" {
		return Receipt{}, errors.New("there is no charge")
	}
	return Receipt{Number: "r-" + charge.ID}, nil
}

// Refund pays an order back.
var Refund = flow.Standard("Refund", refund)

func refund(f *flow.Flow, order *Order) *Receipt {
	charge := flow.Task(f, "Find charge", FindCharge, order)
	flow.Choice(f, "Still refundable?").
		When(flow.Below(&charge.AgeDays, 90), flow.Continue).
		Otherwise(func() {
			flow.Fail(f, "Too late", "TooLate", "charge ", &charge.ID, " is too old")
		})
	flow.Wait(f, "Sleep on it", 24*time.Hour)
	return flow.Task(f, "Pay back", PayBack, charge, flow.Retry(lambda.Retryable, flow.Backoff{Attempts: 3}))
}
