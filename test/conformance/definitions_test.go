package main

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// A tally counts agreement per area of the corpus.
type tally struct {
	areas map[string]*[2]int // agreed, all
	notes []string
}

func (c *tally) count(area string, agreed bool) {
	if c.areas == nil {
		c.areas = map[string]*[2]int{}
	}
	n := c.areas[area]
	if n == nil {
		n = new([2]int)
		c.areas[area] = n
	}
	n[1]++
	if agreed {
		n[0]++
	}
}

func (c *tally) log(t *testing.T) {
	t.Helper()
	var names []string
	for a := range c.areas {
		names = append(names, a)
	}
	slices.Sort(names)
	var b strings.Builder
	var sum [2]int
	for _, a := range names {
		fmt.Fprintf(&b, "%-18s %4d of %4d\n", a, c.areas[a][0], c.areas[a][1])
		sum[0] += c.areas[a][0]
		sum[1] += c.areas[a][1]
	}
	t.Logf("%s%-18s %4d of %4d\n%s", b.String(), "all", sum[0], sum[1], strings.Join(c.notes, "\n"))
}

// TestDefinitions parses every definition of the corpus and prints it back. Those that the service accepted must
// parse without an error and come back as the same JSON value; those it refused must not panic.
func TestDefinitions(t *testing.T) {
	t.Parallel()
	var agreed, refused tally
	for _, r := range recordings(t) {
		for _, d := range r.definitions() {
			if r.kind == "validation" || r.refused() {
				refused.count(r.area, agreesOnValidity(r, d, &refused))
				continue
			}
			problem := roundTrip(r, d)
			agreed.count(r.area, problem == "")
			if problem != "" {
				t.Errorf("%s: %s", d.name, problem)
			}
		}
	}
	agreed.log(t)
	t.Log("definitions that were only validated: does Parse say the same?")
	refused.log(t)
}

// refused tells whether the service took the definition for an invalid one.
func (r *recording) refused() bool {
	return r.json.Path("expect", "api_error", "code").Str() == "InvalidDefinition"
}

// roundTrip is what is wrong with parsing and printing d; empty if nothing is.
func roundTrip(r *recording, d definition) string {
	if r.kind == "test-state" && !d.json.Get("States").Exists() {
		s, l := asl.ParseState(d.text)
		return compare(d, l, asl.StateValue(s), asl.PrintState(s), func(b []byte) []byte {
			s, _ := asl.ParseState(b)
			return asl.PrintState(s)
		})
	}
	m, l := asl.Parse(d.text)
	return compare(d, l, asl.Value(m), asl.Print(m), func(b []byte) []byte {
		m, _ := asl.Parse(b)
		return asl.Print(m)
	})
}

func compare(d definition, l diag.List, got value.Value, printed []byte, again func([]byte) []byte) string {
	switch {
	case l.HasErrors():
		return "refused: " + l.Err().Error()
	case !value.Equal(got, d.json):
		return "not the same value:\n" + got.Indent() + "\nwant\n" + d.json.Indent()
	case !bytes.Equal(again(printed), printed):
		return "print, parse, print changes the bytes"
	}
	if v, err := value.Parse(printed); err != nil || !value.Equal(v, d.json) {
		return fmt.Sprintf("the printed text is another value (%v):\n%s", err, printed)
	}
	return ""
}

// agreesOnValidity tells whether Parse accepts what the service accepted and refuses what it refused.
func agreesOnValidity(r *recording, d definition, c *tally) bool {
	m, l := asl.Parse(d.text)
	_ = asl.Print(m)
	valid := r.json.Path("expect", "result").Str() == "OK"
	if r.kind == "test-state" {
		_, l = asl.ParseState(d.text)
	}
	if valid == !l.HasErrors() {
		return true
	}
	c.notes = append(c.notes, fmt.Sprintf("%s: the service says %s; %v", d.name, r.json.Get("expect"), l.Err()))
	return false
}

// TestDefinitionsCheck runs the checks over every machine that the service accepted: none may be called wrong.
func TestDefinitionsCheck(t *testing.T) {
	t.Parallel()
	var agreed tally
	for _, r := range recordings(t) {
		for _, d := range r.definitions() {
			if r.refused() || r.kind == "validation" || !d.json.Get("States").Exists() {
				continue
			}
			m, _ := asl.Parse(d.text)
			l := check.Document(m)
			agreed.count(r.area, !l.HasErrors())
			if l.HasErrors() {
				t.Errorf("%s: %v", d.name, l.Err())
			} else if len(l) > 0 {
				agreed.notes = append(agreed.notes, fmt.Sprintf("%s: %v", d.name, l))
			}
		}
	}
	agreed.log(t)
}
