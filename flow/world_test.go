package flow_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
)

// The small world of the tests: orders, and the handlers that deal with them.
type (
	ctx = context.Context

	Order struct {
		ID       string            `json:"id"`
		Note     *string           `json:"note"`
		Coupon   string            `json:"coupon,omitempty"`
		Amount   float64           `json:"amount"`
		Items    int               `json:"items"`
		Express  bool              `json:"express"`
		Gift     bool              `json:"gift,omitempty"`
		Lines    []Line            `json:"lines"`
		Customer Customer          `json:"customer"`
		Address  *Address          `json:"address,omitempty"`
		Placed   time.Time         `json:"placed"`
		Shipped  *time.Time        `json:"shipped,omitempty"`
		Tags     []string          `json:"tags,omitempty"`
		Extra    map[string]string `json:"extra,omitempty"`
		Open     any               `json:"open,omitempty"`
		Number   int64             `json:"number,string"`
		Batches  [][]int           `json:"batches,omitempty"`
	}
	Line struct {
		SKU   string  `json:"sku"`
		Price float64 `json:"price"`
		Count *int    `json:"count,omitempty"`
	}
	Customer struct {
		Name string `json:"name"`
		VIP  bool   `json:"in"` // a word of JSONata
		Old  string `json:"old-id"`
	}
	Address struct{ Street, City string }
	Receipt struct {
		OrderID string  `json:"orderId"`
		Total   float64 `json:"total"`
		Note    string  `json:"note,omitempty"`
	}
	Question struct {
		Kind    string  `json:"kind"`
		OrderID string  `json:"orderId"`
		Total   float64 `json:"total"`
		Note    *string `json:"note,omitempty"`
	}
	Answer  struct{ Text string }
	Refused struct{}
)

func (*Refused) Error() string { return "refused" }

func Pay(context.Context, Order) (Receipt, error)   { return Receipt{}, nil }
func Ask(context.Context, Question) (Answer, error) { return Answer{}, nil }

// build gives a workflow's document, which must be without a remark.
func build(t testing.TB, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range found {
		t.Errorf("unexpected: %s", x.Text())
	}
	return d
}

func codes(l diag.List) (out []string) {
	for _, d := range l {
		out = append(out, d.Code)
	}
	return out
}

func toJSON(t testing.TB, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
