package flow_test

import (
	"context"
	"testing"
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
)

type (
	verdict  struct{ Approved bool }
	question struct {
		Text  string             `json:"text"`
		Token run.Token[verdict] `json:"token"`
	}
)

func askSomebody(context.Context, question) (run.None, error) { return run.None{}, nil }

// TestAwait hands the token over, keeps it for itself, and lets it out.
func TestAwait(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		ask  func(f *flow.Flow, o *Order) *bool
		want string
	}{
		{"handed over", func(f *flow.Flow, o *Order) *bool {
			v := flow.TaskAwait(f, "Ask", askSomebody, func(token *run.Token[verdict]) *question {
				q := &question{}
				return flow.Fill(f, q, flow.Set(&q.Text, &o.ID), flow.Set(&q.Token, token))
			}, flow.Timeout(time.Hour))
			return &v.Approved
		}, ""},
		{"kept", func(f *flow.Flow, o *Order) *bool {
			v := flow.TaskAwait(f, "Ask", askSomebody, func(*run.Token[verdict]) *question { return &question{} }, flow.Timeout(time.Hour))
			return &v.Approved
		}, "token-unused"},
		{"handed over, with a catcher that has states", func(f *flow.Flow, o *Order) *bool {
			v := flow.TaskAwait(f, "Ask", askSomebody, func(token *run.Token[verdict]) *question {
				q := &question{}
				return flow.Fill(f, q, flow.Set(&q.Text, &o.ID), flow.Set(&q.Token, token))
			}, flow.Timeout(time.Hour), flow.Catch(flow.AnyError, func(*flow.Caught) { flow.Fail(f, "Nobody", "Nobody", "there") }))
			return &v.Approved
		}, ""},
		{"kept, with a catcher that has states", func(f *flow.Flow, o *Order) *bool {
			v := flow.TaskAwait(f, "Ask", askSomebody, func(*run.Token[verdict]) *question { return &question{} },
				flow.Timeout(time.Hour), flow.Catch(flow.AnyError, func(*flow.Caught) { flow.Fail(f, "Nobody", "Nobody", "there") }))
			return &v.Approved
		}, "token-unused"},
		{"let out", func(f *flow.Flow, o *Order) *bool {
			var out *run.Token[verdict]
			v := flow.TaskAwait(f, "Ask", askSomebody, func(token *run.Token[verdict]) *question {
				out = token
				q := &question{}
				return flow.Fill(f, q, flow.Set(&q.Token, token))
			}, flow.Timeout(time.Hour))
			flow.Fail(f, "Tell", "Told", out)
			return &v.Approved
		}, "token-elsewhere"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w := flow.Standard("Approval", func(f *flow.Flow, o *Order) *bool { return c.ask(f, o) })
			_, found := w.Build()
			got := ""
			if len(found) > 0 {
				got = found[0].Code
			}
			if got != c.want {
				t.Errorf("got %v, want %q", found, c.want)
			}
		})
	}
}
