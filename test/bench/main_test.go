package main

import (
	"strings"
	"testing"
	"time"
)

func TestAgrees(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ours, theirs string
		want         bool
	}{
		{`{"a":1,"b":2}`, `{"b":2,"a":1}`, true},
		{`{"a":1}`, `{"a":"{% 1 %}"}`, false},
		{`[1,2,3]`, `[1,2... 7`, true}, // the driver cuts what is long
		{`[1,2,3]`, `[1,2... 9`, false},
		{`{}`, `undefined`, false},
	} {
		if got := agrees(c.ours, c.theirs); got != c.want {
			t.Errorf("%s and %s: got %v", c.ours, c.theirs, got)
		}
	}
}

func TestTable(t *testing.T) {
	t.Parallel()
	r := &report{Rows: []figure{
		{Name: "a", Milliseconds: 2, PerSecond: 1e6, PeerMillis: 80, Ratio: 40},
		{Name: "b", Milliseconds: 3, PeerWrong: true},
		{Name: "c", Problem: "no such state"},
	}, WithoutIt: "npm does not run"}
	r.compare([]*workload{{name: "a"}, {name: "b", twin: "a"}, {name: "c", linear: "a"}})
	var out strings.Builder
	r.print(&out)
	for _, want := range []string{"40.0x", "wrong", "1.5x", "no such state", "without the peer: npm does not run"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("the table has no %q:\n%s", want, out.String())
		}
	}
	if !r.wrong() {
		t.Error("an execution went wrong")
	}
}

// Names are what rows refer to each other by.
func TestWorkloads(t *testing.T) {
	t.Parallel()
	names := map[string]bool{"": true}
	for _, w := range workloads {
		names[w.name] = true
	}
	for _, w := range workloads {
		if !names[w.twin] || !names[w.linear] || w.runs == 0 {
			t.Errorf("%+v", w)
		}
	}
}

func TestFlags(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]int{"-h": 0, "-rounds 0": 2, "-run (": 2, "more": 2, "-nonsense": 2} {
		var stderr strings.Builder
		if code := run(t.Context(), strings.Fields(args), &stderr, &stderr); code != want || stderr.Len() == 0 {
			t.Errorf("%s: exit status %d, %s", args, code, stderr.String())
		}
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	if got := median([]time.Duration{9, 1, 3}); got != 3 {
		t.Errorf("got %d", got)
	}
}
