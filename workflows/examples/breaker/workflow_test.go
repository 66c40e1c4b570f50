package breaker_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/workflows/examples/breaker"
)

func TestSnapshot(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, breaker.HandOut)
}

// run hands a photograph out at midnight of 1 January 2026, with the handler as it is.
func run(t *testing.T, partners []string, stubs ...flowtest.Option) *flowtest.Execution {
	t.Helper()
	usual := []flowtest.Option{
		flowtest.State("Look at the circuit", struct{}{}), flowtest.State("Open the circuit", struct{}{}), flowtest.Real(breaker.CallPartner),
	}
	return flowtest.Run(t, breaker.HandOut, breaker.Delivery{Service: "syndication", Photo: "p1", Partners: partners}, append(usual, stubs...)...)
}

// circuit is the table's answer with an item.
func circuit(openUntil string) flowtest.Option {
	type text struct{ S string }
	return flowtest.State("Look at the circuit", map[string]any{"Item": map[string]text{"service": {"syndication"}, "openUntil": {openUntil}}})
}

// down are partners that do not answer, and theirs is what is said of them.
func down(n int) (partners []string, theirs []breaker.Reply) {
	for i := range n {
		name := fmt.Sprintf("down%d.invalid", i)
		partners, theirs = append(partners, name), append(theirs, breaker.Reply{Partner: name, Error: "Unreachable"})
	}
	return partners, theirs
}

func TestReplies(t *testing.T) {
	t.Parallel()
	ok := breaker.Reply{Partner: "a.example", OK: true, Receipt: "e37c061f"}
	three, theirs3 := down(3)
	four, theirs4 := down(4)
	for _, c := range []struct {
		name     string
		partners []string
		want     []breaker.Reply
		opens    bool
	}{
		{"nobody", nil, []breaker.Reply{}, false},
		{"one", []string{"a.example"}, []breaker.Reply{ok}, false},
		{"three failures are borne", append(three, "a.example"), append(theirs3, ok), false},
		{"four are not", append(four, "a.example"), append(theirs4, ok), true},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, c.partners)
			var got []breaker.Reply
			e.Output(&got)
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			e.VisitsTimes("Call", len(c.partners))
			if !c.opens {
				e.Avoids("Open the circuit")
				return
			}
			args := e.Calls("Open the circuit")[0]
			if got := args.Path("Key", "service", "S").Str(); got != "syndication" {
				t.Errorf("opened the circuit of %q", got)
			}
			v := args.Get("ExpressionAttributeValues")
			if got := v.Path(":openUntil", "S").Str() + ", " + v.Path(":failures", "N").Str(); got != "2026-01-01T00:05:00.000Z, 4" {
				t.Errorf("opened with %s", got)
			}
		})
	}
}

func TestCircuit(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, openUntil string
		open            bool
	}{
		{"open", "2026-01-01T00:03:00Z", true},
		{"open in another zone", "2026-01-01T01:03:00+01:00", true},
		{"closed since midnight", "2026-01-01T00:00:00Z", false},
		{"closed long ago", "2025-12-31T23:00:00Z", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := run(t, []string{"a.example"}, circuit(c.openUntil))
			if !c.open {
				e.Succeeds()
				return
			}
			if cause := e.FailsWith("CircuitOpen"); cause != "syndication rests until "+c.openUntil {
				t.Errorf("the cause is %q", cause)
			}
			e.Avoids("Call all", "Open the circuit")
		})
	}
}

// TestSlowPartner is given ten seconds; it does not hold up the others, and is no error of the execution.
func TestSlowPartner(t *testing.T) {
	t.Parallel()
	e := run(t, []string{"a.example"}, flowtest.StateNever("Call"))
	var got []breaker.Reply
	e.Output(&got)
	if d := cmp.Diff([]breaker.Reply{{Partner: "a.example", Error: "States.Timeout"}}, got); d != "" || e.Took() != 10*time.Second {
		t.Errorf("after %v (-want +got):\n%s", e.Took(), d)
	}
}

// TestTableIsBusy asks it again; when it stays so, the execution fails before anybody is called.
func TestTableIsBusy(t *testing.T) {
	t.Parallel()
	busy := flowtest.Error{Name: "DynamoDB.ProvisionedThroughputExceededException"}
	e := run(t, []string{"a.example"}, flowtest.StateFails("Look at the circuit", busy).ThenFails(busy).Then(struct{}{}))
	e.Succeeds()
	if n := len(e.Calls("Look at the circuit")); n != 3 {
		t.Errorf("asked %d times", n)
	}
	e = run(t, []string{"a.example"}, flowtest.StateFails("Look at the circuit", busy))
	e.FailsWith(busy.Name)
	e.Avoids("Call all")
}
