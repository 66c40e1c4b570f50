package campaign_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/examples/campaign"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, campaign.SendCampaign)
}

// run sends a campaign; mails to addresses that begin with "no" cannot be queued.
func run(t *testing.T, addresses []string, stubs ...flowtest.Option) *flowtest.Execution {
	t.Helper()
	usual := []flowtest.Option{
		flowtest.StateFunc("Queue a mail", func(in value.Value) (any, error) {
			if to := in.Path("MessageBody", "to").Str(); strings.HasPrefix(to, "no") {
				return nil, flowtest.Error{Name: "Sqs.InvalidMessageContents", Cause: to}
			}
			return map[string]string{"MessageId": "m"}, nil
		}),
		flowtest.State("Tell the shop", map[string]any{"StatusCode": 200, "ResponseBody": "ok"}),
	}
	return flowtest.Run(t, campaign.SendCampaign, campaign.Campaign{Text: "Come!", Addresses: addresses}, append(usual, stubs...)...)
}

// names are as many addresses.
func names(prefix string, n int) []string {
	var all []string
	for i := range n {
		all = append(all, fmt.Sprint(prefix, i, "@example.com"))
	}
	return all
}

func TestCampaigns(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		addresses []string
		want      campaign.Summary
	}{
		{"one", names("a", 1), campaign.Summary{Addresses: 1, Queued: 1}},
		{"two and one of them twice", append(names("a", 2), "a1@example.com"), campaign.Summary{Addresses: 2, Queued: 2}},
		{"some fail", append(names("a", 30), names("no", 100)...), campaign.Summary{Addresses: 130, Queued: 30}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, c.addresses)
			var got campaign.Summary
			e.Output(&got)
			if len(got.Campaign) != 36 {
				t.Errorf("the campaign's id is %q", got.Campaign)
			}
			c.want.Campaign = got.Campaign
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			var told campaign.Summary
			if err := e.Calls("Tell the shop")[0].Get("RequestBody").Decode(&told); err != nil || told != got {
				t.Errorf("the shop was told %+v, %v", told, err)
			}
		})
	}
}

// TestMails looks at the messages: what is carried to each, and ids that tell a mail from all others.
func TestMails(t *testing.T) {
	t.Parallel()
	e := run(t, names("a", 2))
	ids := map[string]bool{}
	for i, call := range e.Calls("Queue a mail") {
		var m campaign.Mail
		if err := call.Get("MessageBody").Decode(&m); err != nil {
			t.Fatal(err)
		}
		if len(m.ID) != 64 || ids[m.ID] || m.To != names("a", 2)[i] || m.Text != "Come!" {
			t.Errorf("mail %d is %+v", i, m)
		}
		ids[m.ID] = true
	}
	again := run(t, names("a", 2), flowtest.Seed(7)).Calls("Queue a mail")[0].Path("MessageBody", "id").Str()
	if ids[again] {
		t.Error("another campaign has mails with the same id")
	}
}

func TestNobody(t *testing.T) {
	t.Parallel()
	e := run(t, nil)
	e.Succeeds()
	e.Avoids("Every address", "Tell the shop")
	if got := e.Value().String(); got != `{"campaign":"","addresses":0,"queued":0}` {
		t.Errorf("got %s", got)
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	e := run(t, names("no", 101))
	e.FailsWith("States.ExceedToleratedFailureThreshold")
	e.Avoids("Tell the shop")

	busy := flowtest.Error{Name: "Sqs.RequestThrottledException"}
	e = run(t, names("a", 1), flowtest.StateFails("Queue a mail", busy).ThenFails(busy).Then(map[string]string{"MessageId": "m"}))
	e.Succeeds()
	if n := len(e.Calls("Queue a mail")); n != 3 {
		t.Errorf("tried %d times", n)
	}

	e = run(t, names("a", 1), flowtest.StateFails("Tell the shop", flowtest.Error{Name: "States.Http.StatusCode.503"}))
	e.Succeeds()
	if n := len(e.Calls("Tell the shop")); n != 7 {
		t.Errorf("told %d times", n)
	}
	e = run(t, names("a", 1), flowtest.StateFails("Tell the shop", flowtest.Error{Name: "States.Http.StatusCode.404"}))
	e.Succeeds()
	if n := len(e.Calls("Tell the shop")); n != 1 {
		t.Errorf("told %d times", n)
	}
}
