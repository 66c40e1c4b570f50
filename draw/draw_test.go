package draw

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/internal/golden"
)

const refund = `{
  "Comment": "Refund", "QueryLanguage": "JSONata", "StartAt": "Find charge",
  "States": {
    "Find charge": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Arguments": {"FunctionName": "${FindCharge}"},
      "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Give up"}], "Next": "Still refundable?"},
    "Still refundable?": {"Type": "Choice", "Choices": [{"Condition": "{% $findCharge.ageDays < 90 %}", "Next": "Both"}], "Default": "Too late"},
    "Both": {"Type": "Parallel", "Next": "Wait a day", "Branches": [
      {"StartAt": "Pay back", "States": {"Pay back": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": true}}},
      {"StartAt": "Tell", "States": {"Tell": {"Type": "Task", "Resource": "arn:aws:states:::sns:publish", "End": true}}}]},
    "Wait a day": {"Type": "Wait", "Seconds": 86400, "Next": "Again?"},
    "Again?": {"Type": "Choice", "Choices": [{"Condition": "{% $again %}", "Next": "Find charge"}], "Default": "Done"},
    "Done": {"Type": "Succeed"},
    "Too late": {"Type": "Fail", "Error": "TooLate", "Cause": "over 90 days"},
    "Give up": {"Type": "Fail", "Error": "GaveUp"}
  }
}`

func parse(tb testing.TB, src string) *asl.Machine {
	tb.Helper()
	m, problems := asl.Parse([]byte(src))
	if err := problems.Err(); err != nil {
		tb.Fatal(err)
	}
	return m
}

func ExampleMermaid() {
	m, _ := asl.Parse([]byte(`{"StartAt": "Pay", "States": {
		"Pay": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Next": "Done"}, "Done": {"Type": "Succeed"}}}`))
	fmt.Print(Mermaid(m))
	// Output:
	// flowchart TD
	//   s1((start))
	//   s2["Pay<br/>sqs:sendMessage"]
	//   s3(["Done"])
	//   s1 --> s2
	//   s2 --> s3
}

func TestGolden(t *testing.T) {
	t.Parallel()
	m := parse(t, refund)
	for name, got := range map[string][]byte{
		"refund.svg":     SVG(m),
		"refund.mmd":     []byte(Mermaid(m)),
		"refund-run.svg": SVG(m, Title("Refund of o1"), Run(failedRun())),
		"refund-run.mmd": []byte(Mermaid(m, Run(failedRun()))),
	} {
		golden.Equal(t, "testdata/"+name, got)
		if strings.HasSuffix(name, ".svg") {
			wellFormed(t, got)
		}
	}
}

// failedRun is a run that finds the charge at the second try and ends in "Too late".
func failedRun() []history.Event {
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	var events []history.Event
	add := func(after time.Duration, previous int64, e history.Event) {
		at = at.Add(after)
		e.ID, e.PreviousID, e.Time = int64(len(events)+1), previous, at
		events = append(events, e)
	}
	add(0, 0, history.Event{Type: history.ExecutionStarted})
	add(0, 0, history.Event{Type: history.TaskStateEntered, Name: "Find charge"})
	add(0, 2, history.Event{Type: history.TaskScheduled})
	add(time.Second, 3, history.Event{Type: history.TaskFailed, Error: new("Lambda.TooManyRequestsException")})
	add(time.Second, 4, history.Event{Type: history.TaskScheduled})
	add(time.Second, 5, history.Event{Type: history.TaskSucceeded})
	add(0, 6, history.Event{Type: history.TaskStateExited, Name: "Find charge"})
	add(0, 7, history.Event{Type: history.ChoiceStateEntered, Name: "Still refundable?"})
	add(time.Millisecond, 8, history.Event{Type: history.ChoiceStateExited, Name: "Still refundable?"})
	add(0, 9, history.Event{Type: history.FailStateEntered, Name: "Too late"})
	add(0, 10, history.Event{Type: history.ExecutionFailed, Error: new("TooLate")})
	return events
}

func TestRunIsDrawn(t *testing.T) {
	t.Parallel()
	r := readRun(failedRun())
	v := r.states["Find charge"]
	if v.status != succeeded || v.retries != 1 || v.total != 3*time.Second {
		t.Errorf("Find charge: %+v; expected success after one retry in 3 s", v)
	}
	if got := r.states["Too late"].status; got != failed {
		t.Errorf("Too late is %q; expected failed", got)
	}
	if r.states["Both"] != nil {
		t.Error("Both was not visited")
	}
	svg := string(SVG(parse(t, refund), Run(failedRun())))
	for _, want := range []string{"FAILED in 3.0 s, 3 states visited", "3.0 s ↻1", `class="state Fail failed"`, `class="node dim"`} {
		if !strings.Contains(svg, want) {
			t.Errorf("the picture lacks %q", want)
		}
	}
}

func TestCatchIsNotTheOrdinaryWay(t *testing.T) {
	t.Parallel()
	events := failedRun()[:4]
	events = append(events,
		history.Event{ID: 5, PreviousID: 4, Type: history.TaskStateExited, Name: "Find charge", Time: events[3].Time},
		history.Event{ID: 6, PreviousID: 5, Type: history.FailStateEntered, Name: "Give up", Time: events[3].Time})
	r := readRun(events)
	if got := r.states["Find charge"].status; got != caught {
		t.Errorf("Find charge is %q; expected caught", got)
	}
	if !r.failed[[2]string{"Find charge", "Give up"}] {
		t.Error("the way to Give up is a catcher's")
	}
	if got := r.states["Give up"].status; got != running {
		t.Errorf("Give up is %q; the run has not ended", got)
	}
}

// big is a machine of n states: a chain with a choice, a catcher and a parallel block now and then.
func big(n int) string {
	var b strings.Builder
	b.WriteString(`{"QueryLanguage": "JSONata", "StartAt": "State 0", "States": {`)
	for i := range n {
		next := fmt.Sprintf("State %d", i+1)
		if i == n-1 {
			next = "Failed"
		}
		switch {
		case i%9 == 4 && i < n-12:
			fmt.Fprintf(&b, `"State %d": {"Type": "Choice", "Choices": [{"Condition": "{%% $x > %d %%}", "Next": "State %d"}], "Default": %q},`, i, i, i+9, next)
		case i%17 == 8:
			fmt.Fprintf(&b, `"State %d": {"Type": "Parallel", "Branches": [{"StartAt": "A %d", "States": {"A %d": {"Type": "Pass", "End": true}}}, {"StartAt": "B %d", "States": {"B %d": {"Type": "Wait", "Seconds": 1, "End": true}}}], "Next": %q},`, i, i, i, i, i, next)
		default:
			fmt.Fprintf(&b, `"State %d": {"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Failed"}], "Next": %q},`, i, next)
		}
	}
	b.WriteString(`"Failed": {"Type": "Fail"}}}`)
	return b.String()
}

// TestNothingOverlaps is legibility as a number: no two boxes of a large picture touch.
func TestNothingOverlaps(t *testing.T) {
	t.Parallel()
	m := parse(t, big(100))
	g := newGraph("", &m.Branch, true)
	g.layout()
	for i, a := range g.nodes {
		if a.dummy {
			continue
		}
		if a.x-a.w/2 < -0.5 || a.x+a.w/2 > g.w+0.5 || a.y-a.h/2 < -0.5 || a.y+a.h/2 > g.h+0.5 {
			t.Errorf("%q lies outside the picture", a.name)
		}
		for _, b := range g.nodes[i+1:] {
			if !b.dummy && abs(a.x-b.x) < (a.w+b.w)/2-0.5 && abs(a.y-b.y) < (a.h+b.h)/2-0.5 {
				t.Errorf("%q and %q overlap", a.name, b.name)
			}
		}
	}
	wellFormed(t, SVG(m))
}

func TestHostileNames(t *testing.T) {
	t.Parallel()
	m := &asl.Machine{}
	name := "<script>alert(\"x\")</script> & ]]> \x00\x1b \xff #1;"
	m.StartAt = name
	m.Comment = new("</title><script>")
	m.States.Add(name, &asl.Task{Resource: "<&>", Transition: asl.Transition{Next: name, End: new(true)}})
	svg := SVG(m)
	wellFormed(t, svg)
	if bytes.Contains(svg, []byte("<script")) {
		t.Error("a name became markup")
	}
	if strings.ContainsAny(Mermaid(m), "\x00\x1b") {
		t.Error("a control character reached the Mermaid text")
	}
}

func TestConditionLabels(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		`$x.n > 3`: "x.n > 3",
		`$count($type(input.lines) = "array" ? input.lines : []) > 0`: "count(input.lines) > 0",
		`$count($type($x) = "array" ? $y : []) > 0`:                   `count(type(x) = "array" ?…`,
		`$type($x) = "number"`:                                        `type(x) = "number"`,
		`$job.TranscriptionJob.Status in ["COMPLETED", "FAILED"]`:     `Status in ["COMPLETED", "…`,
		`$not($a) and ($b or $$.c)`:                                   "not(a) and (b or $$.c)",
		`$.n NumericEquals 3`:                                         "$.n NumericEquals 3",
		`$type(`:                                                      "type(",
		``:                                                            "",
	} {
		if got := conditionLabel(in); got != want {
			t.Errorf("%s\n got %s\nwant %s", in, got, want)
		}
	}
}

func TestEmpty(t *testing.T) {
	t.Parallel()
	wellFormed(t, SVG(&asl.Machine{}, Run(nil)))
}

func wellFormed(tb testing.TB, svg []byte) {
	tb.Helper()
	for d := xml.NewDecoder(bytes.NewReader(svg)); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			tb.Fatalf("the picture is no XML: %v", err)
		}
	}
}

func FuzzSVG(f *testing.F) {
	f.Add([]byte(refund))
	f.Add([]byte(big(20)))
	f.Add([]byte(`{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [{"Next": "A"}], "Default": "A"}, "B": {"Type": "Map"}}}`))
	f.Fuzz(func(t *testing.T, src []byte) {
		if len(src) > 20_000 {
			return
		}
		m, _ := asl.Parse(src)
		if m == nil {
			return
		}
		wellFormed(t, SVG(m))
		_ = Mermaid(m)
	})
}

func BenchmarkSVG(b *testing.B) {
	m := parse(b, big(100))
	b.ReportAllocs()
	for b.Loop() {
		_ = SVG(m)
	}
}
