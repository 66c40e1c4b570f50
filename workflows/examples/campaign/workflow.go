// Package campaign writes to everybody who has subscribed to news of an exhibition.
//
// The list of addresses can be long, so that each has an execution of its own: a Distributed Map over the list puts one
// mail per address into a queue, five hundred at a time. An Express execution may run twice; a mail's id comes from the
// campaign and the address, so that whoever sends the mails can tell. Up to a hundred mails may fail. At the end the
// ticket shop is told over HTTP; if it does not listen, that is no reason to write to everybody again.
package campaign

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/web"
)

// SendCampaign puts a mail for each address into the Outbox.
var SendCampaign = flow.Standard("Send campaign", sendCampaign)

// What the workflow uses; a stack binds the names.
var (
	Outbox     = sqs.QueueOf[Mail]("Outbox")
	TicketShop = web.ConnectionOf("TicketShop")
)

// A Campaign is the input of SendCampaign.
type Campaign struct {
	Text      string   `json:"text"`
	Addresses []string `json:"addresses"`
}

// A Mail is the message that the Outbox carries.
type Mail struct {
	ID   string `json:"id"` // the same for a mail that is in the queue twice
	To   string `json:"to"`
	Text string `json:"text"`
}

// A Summary is what SendCampaign gives, and what the ticket shop is told.
type Summary struct {
	Campaign  string `json:"campaign"`
	Addresses int    `json:"addresses"`
	Queued    int    `json:"queued"`
}

var patiently = flow.Backoff{Attempts: 6, First: time.Second, Rate: 2, Max: 30 * time.Second, Jitter: true}

// sendCampaign queues the mails, and tells the shop.
func sendCampaign(f *flow.Flow, c *Campaign) *Summary {
	addresses := flow.Let(f, "addresses", flow.Distinct(f, &c.Addresses))
	flow.Choice(f, "Anybody?").
		When(flow.Above(flow.Count(f, addresses), 0), flow.Continue).
		Otherwise(func() { flow.Return(f, "Nobody", &Summary{}) })

	id := flow.UUID(f, "campaign id")
	sent := flow.Batch(f, "Every address", flow.Items(addresses), func(f *flow.Flow, to *string) *sqs.Sent {
		mail := &Mail{}
		return sqs.Send(f, "Queue a mail", Outbox, flow.Fill(f, mail,
			flow.Set(&mail.ID, flow.Hash(f, flow.Text(f, id, " ", to), "SHA-256")),
			flow.Set(&mail.To, to),
			flow.Set(&mail.Text, &c.Text)),
			flow.Retry(sqs.Throttled, patiently))
	}, flow.Concurrency(500), flow.TolerateCount(100), flow.ExpressItems(), flow.Label("addresses"))

	summary := &Summary{}
	flow.Fill(f, summary,
		flow.Set(&summary.Campaign, id),
		flow.Set(&summary.Addresses, flow.Count(f, addresses)),
		flow.Set(&summary.Queued, flow.Count(f, flow.Filter(f, sent, func(s *sqs.Sent) flow.Condition {
			return flow.Exists(&s.MessageID) // what failed and is tolerated has none
		}))))
	web.Do(f, "Tell the shop", web.Request{
		Connection: TicketShop, Method: "POST", URL: new("https://tickets.example/hooks/campaigns"), Body: summary,
	}, "", flow.Retry(web.Busy, patiently), flow.Catch(flow.AnyError, func(*flow.Caught) {}))
	return summary
}
