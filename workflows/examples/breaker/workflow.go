// Package breaker hands a photograph to all partners, and leaves them alone when too many are in trouble.
//
// The partners are called side by side, and one that cannot be reached does not hold up the others: its place in the
// list says so. When more than three have failed, an item in a table keeps a circuit open for five minutes: executions
// that begin in that time end at once, so that services which are down are not called again and again.
package breaker

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/lambda"
)

// HandOut hands a photograph to all partners, and tells what each of them said.
var HandOut = flow.Standard("Hand out", handOut)

// Circuits holds an item for each service that has ever failed; a stack binds the name.
var Circuits = dynamodb.TableOf("Circuits", func(c *Circuit) *string { return &c.Service })

// How long a circuit stays open, and how many failures are borne.
const (
	rest  = 5 * time.Minute
	borne = 3
)

var (
	patiently = flow.Backoff{Attempts: 5, First: time.Second, Rate: 2, Max: 20 * time.Second, Jitter: true}
	throttled = flow.Retry(dynamodb.Throttled, patiently)
)

// handOut calls all partners, unless too many of them failed of late.
func handOut(f *flow.Flow, in *Delivery) *[]Reply {
	circuit := dynamodb.Get(f, "Look at the circuit", Circuits, &in.Service, throttled)
	now := flow.Now(f, "now")
	flow.Choice(f, "Open?").
		When(flow.And(flow.Exists(&circuit.OpenUntil), flow.Before(now, &circuit.OpenUntil)), func() {
			flow.Fail(f, "Circuit is open", "CircuitOpen", &in.Service, " rests until ", &circuit.OpenUntil)
		})

	replies := flow.Each(f, "Call all", &in.Partners, func(f *flow.Flow, partner *string) *Reply {
		call := &Call{}
		flow.Fill(f, call, flow.Set(&call.Partner, partner), flow.Set(&call.Photo, &in.Photo))
		reply := flow.Task(f, "Call", CallPartner, call,
			flow.Timeout(10*time.Second), flow.Retry(lambda.Retryable, patiently))
		flow.Rescue(f, reply, flow.AnyError, func(e *flow.Caught) *Reply {
			failed := &Reply{}
			return flow.Fill(f, failed, flow.Set(&failed.Partner, partner), flow.Set(&failed.Error, &e.Error))
		})
		return reply
	}, flow.Concurrency(10))

	failures := flow.Let(f, "failures", flow.Count(f, flow.Filter(f, replies, func(r *Reply) flow.Condition { return flow.Is(&r.OK, false) })))
	flow.Choice(f, "Too many failures?").
		When(flow.Above(failures, borne), func() {
			dynamodb.Update(f, "Open the circuit", Circuits, &in.Service, func(c *Circuit) []dynamodb.Change {
				return []dynamodb.Change{
					dynamodb.Set(&c.OpenUntil, flow.Later(f, now, rest)),
					dynamodb.AddTo(&c.Failures, failures),
				}
			}, throttled)
		})
	return replies
}
