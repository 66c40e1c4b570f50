package report

import (
	"context"
	"hash/crc32"
	"time"
)

// A Schedule is the input of SalesReport.
type Schedule struct {
	Shops    []string  `json:"shops"`
	Pause    int       `json:"pause"`    // seconds before each question
	Patience int       `json:"patience"` // seconds for each answer
	SendAt   time.Time `json:"sendAt"`
}

// Sales are those of one shop. There is no total if the shop did not answer.
type Sales struct {
	Shop  string   `json:"shop"`
	Total *float64 `json:"total,omitempty"`
}

// A Report is what the managers get, as text, and all of it together.
type Report struct {
	Text  string  `json:"text"`
	Total float64 `json:"total"`
}

// Closed says that a shop's till is off.
type Closed struct{ Shop string }

func (e Closed) Error() string { return e.Shop + " is closed" }

// ReadTill asks a shop for the day's sales. Here they come from the shop's name, and a shop without one is closed.
func ReadTill(_ context.Context, shop string) (Sales, error) {
	if shop == "" {
		return Sales{}, Closed{shop}
	}
	return Sales{Shop: shop, Total: new(float64(crc32.ChecksumIEEE([]byte(shop))%100000) / 100)}, nil
}
