package flowtest_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/web"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/httptask"
)

type Quote struct {
	Price int `json:"price"`
}

var carrier = web.ConnectionOf("Carrier")

var askCarrier = flow.Standard("Ask", func(f *flow.Flow, order *Order) *Quote {
	q := web.Do(f, "Ask the carrier", web.Request{
		Connection: carrier, Method: "POST", URL: new("https://carrier.example/quotes"), Body: order,
	}, Quote{})
	return &q.ResponseBody
})

// An HTTP Task asks a server; a stub goes before it.
func TestHTTP(t *testing.T) {
	t.Parallel()
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprintf(w, `{"price": %d}`, len(r.Header.Get("X-Api-Key")))
	}))
	t.Cleanup(server.Close)
	client := server.Client()
	client.Transport = to{server.Listener.Addr().String(), client.Transport}
	tasks := &httptask.Tasks{Client: client, Connections: func(arn string) (httptask.Connection, error) {
		if arn != "${Carrier}" {
			t.Errorf("the connection is %q", arn)
		}
		return httptask.Connection{Headers: map[string]string{"X-Api-Key": "secret"}}, nil
	}}
	var got Quote
	flowtest.Run(t, askCarrier, Order{ID: "o1"}, flowtest.HTTP(tasks)).Output(&got)
	if got.Price != 6 {
		t.Errorf("the price is %d", got.Price)
	}
	flowtest.Run(t, askCarrier, Order{ID: "o1"}, flowtest.HTTP(tasks),
		flowtest.StateFails("Ask the carrier", flowtest.Error{Name: "States.Http.StatusCode.404"})).FailsWith("States.Http.StatusCode.404")
}

// to sends requests for any host to one.
type to struct {
	host string
	http.RoundTripper
}

func (x to) RoundTrip(r *http.Request) (*http.Response, error) {
	r.URL.Host = x.host
	return x.RoundTripper.RoundTrip(r)
}
