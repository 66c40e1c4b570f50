package breaker

import (
	"context"
	"fmt"
	"hash/crc32"
	"strings"
	"time"
)

// A Delivery is the input of HandOut.
type Delivery struct {
	Service  string   `json:"service"` // has a circuit of its own
	Photo    string   `json:"photo"`
	Partners []string `json:"partners"`
}

// A Circuit is an item of the table Circuits.
type Circuit struct {
	Service   string    `json:"service"`
	Failures  int       `json:"failures,omitempty"` // ever
	OpenUntil time.Time `json:"openUntil,omitzero"`
}

// A Call is what one partner gets.
type Call struct {
	Partner string `json:"partner"`
	Photo   string `json:"photo"`
}

// A Reply is what one partner said: a receipt, or the error that kept it from doing so.
type Reply struct {
	Partner string `json:"partner"`
	OK      bool   `json:"ok"`
	Receipt string `json:"receipt,omitempty"`
	Error   string `json:"error,omitempty"`
}

// Unreachable says that a partner does not answer.
type Unreachable struct{ Partner string }

func (e Unreachable) Error() string { return e.Partner + " does not answer" }

// CallPartner hands a photograph to a partner. Here it computes a receipt, and partners whose name ends in .invalid do
// not answer; yours makes a request.
func CallPartner(_ context.Context, c Call) (Reply, error) {
	if strings.HasSuffix(c.Partner, ".invalid") {
		return Reply{}, Unreachable{c.Partner}
	}
	return Reply{Partner: c.Partner, OK: true, Receipt: fmt.Sprintf("%08x", crc32.ChecksumIEEE([]byte(c.Partner+c.Photo)))}, nil
}
