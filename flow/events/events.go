// Package events puts events on Amazon EventBridge buses.
//
//	var Shop = events.BusOf("Shop")
//
//	events.Put(f, "Tell the shop", Shop, "shop.orders", "Order paid", order)
package events

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

// The errors of EventBridge's optimized integration.
var (
	// Refused: the bus did not take the event; the cause is EventBridge's answer as JSON, with the reason. The
	// integration turns what the API only counts into this error.
	Refused = flow.Errors{"EventBridge.FailedEntry"}
	// Throttled: putting it again later helps.
	Throttled = flow.Errors{"EventBridge.AmazonEventBridgeException", "EventBridge.InternalException", "EventBridge.SdkClientException"}
)

// A Bus carries events. The zero Bus is the account's default one.
type Bus struct{ flow.Resource }

// BusOf declares a bus. In documents it is ${name}, its name.
func BusOf(name string) Bus { return Bus{flow.Resource{Kind: flow.KindBus, Name: name}} }

// Default is the account's default bus, which is always there.
func Default() Bus { return Bus{} }

// A Receipt is what putting an event gives. FailedEntryCount is 0, since an event that fails, fails the step with
// Refused.
type Receipt struct {
	EventID          string `json:"EventId"`
	FailedEntryCount int
}

const putEvents = "arn:aws:states:::events:putEvents"

// Put puts one event on a bus. source and detailType are what rules select it by, such as "shop.orders" and "Order
// paid"; source must not begin with "aws.". detail is a JSON object. The service adds the ARNs of the execution and of
// the state machine to the event's resources.
func Put[T any](f *flow.Flow, name string, bus Bus, source, detailType string, detail *T, opts ...flow.TaskOption) *Receipt {
	var ctx *flow.Ctx
	return flow.Do[Receipt](f, name, flow.Call{
		Resource: putEvents,
		Args: flow.Lazy(func(c *flow.Ctx) any {
			ctx = c
			return entry(bus, source, detailType, detail)
		}),
		Result: func(answer flow.Expr, _ func(string) bool) flow.Expr {
			return flow.ObjectOf([]string{"EventId", "FailedEntryCount"},
				[]flow.Expr{ctx.JSONata("$1[0].EventId", answer.Member("Entries")), answer.Member("FailedEntryCount")})
		},
	}, opts...)
}

// PutAwait puts an event with a token in its detail on a bus and waits until somebody answers that; see flow.Await.
// Give it a Timeout: it waits for up to a year.
func PutAwait[T, Reply any](f *flow.Flow, name string, bus Bus, source, detailType string, detail func(token *run.Token[Reply]) *T, opts ...flow.TaskOption) *Reply {
	return flow.Await(f, name, func(token *run.Token[Reply]) flow.Call {
		return flow.Call{Resource: putEvents, Args: entry(bus, source, detailType, detail(token))}
	}, opts...)
}

func entry[T any](bus Bus, source, detailType string, detail *T) flow.Lazy {
	return func(c *flow.Ctx) any {
		check[T](c, source, detailType)
		e := c.Value(detail)
		c.Need(e, "the detail")
		names, values := []string{"Source", "DetailType", "Detail"}, []flow.Expr{c.Value(source), c.Value(detailType), e}
		if bus.Name != "" {
			names, values = append(names, "EventBusName"), append(values, c.Value(bus.Resource))
		}
		return flow.ObjectOf([]string{"Entries"}, []flow.Expr{flow.List(flow.ObjectOf(names, values))})
	}
}

func check[T any](c *flow.Ctx, source, detailType string) {
	t := reflect.TypeFor[T]()
	if _, ok := flow.Members(t); !ok && t.Kind() != reflect.Map && t.Kind() != reflect.Interface {
		c.Report("event-detail", "the detail of an event is a "+t.String()+", but a JSON object is wanted", "put it into a struct")
	}
	switch {
	case source == "" || detailType == "":
		c.Report("event-source", "the event has no source or no detail type", "say where it comes from and what it is, such as \"shop.orders\" and \"Order paid\"")
	case strings.HasPrefix(source, "aws."):
		c.Report("event-source", "the source "+strconv.Quote(source)+" begins with aws., which only AWS may use", "name your own application")
	}
}

// At is the event's time, if that is not now.
func At(t *time.Time) flow.TaskOption { return flow.ArgumentAt(t, "Entries", "0", "Time") }

// Resources are ARNs of what the event is about, by which rules can select it.
func Resources(arns *[]string) flow.TaskOption {
	return flow.ArgumentAt(arns, "Entries", "0", "Resources")
}
