// Package stubs reads files that say what the tasks of a workflow answer, so that a run needs no service.
//
// A file is a JSON object. Its names are those of states, and its values are what their tasks answer:
//
//	{
//	  "Extract metadata": {"format": "JPEG", "width": 640},
//	  "Claim image": {"error": "DynamoDB.ConditionalCheckFailedException", "cause": "taken"},
//	  "Find charge": [{"error": "Busy"}, {"error": "Busy"}, {"id": "c1", "ageDays": 3}],
//	  "Ask a person": {"return": {"approved": true}, "after": "36h"},
//	  "Make preview": {"handler": true}
//	}
//
// For a task that calls a handler the answer is what the handler returns, else it is the service's answer; for one
// that waits for its token it is the reply, and for a job what it comes to in the end. For a Map that reads from S3 it is
// the list of its items. A list holds the answers of one attempt after the other; the last is given to all further
// attempts. These objects are no answers but say more:
//
//	{"return": X}                      X itself, whatever it looks like: a list, or an object with an "error"
//	{"error": "Name", "cause": "…"}    the attempt fails
//	{"never": true}                    nothing comes: the task can only time out
//	{"handler": true}                  the handler is called, as without an answer
//
// Each may have "after", a duration such as "90s" or "36h", which the answer takes, and "heartbeats", a list of
// durations after which the work was heard of in between.
package stubs

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/value"
)

// A File is one that was read.
type File struct {
	name   string
	states []entry
}

type entry struct {
	state   string
	at      diag.Position
	answers []Answer
}

// An Answer is that to one attempt: a value, an error, silence, or what the handler says.
type Answer struct {
	Value        value.Value // absent if one of the others is set
	Error, Cause string
	Never        bool
	Handler      bool
	After        time.Duration
	Heartbeats   []time.Duration
}

// Parse reads a file. Everything that is wrong with it is in the error, a line each, with the file's name and line.
func Parse(name string, src []byte) (*File, error) {
	f := &File{name: name}
	top, err := value.Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	if !top.IsObject() {
		return nil, fmt.Errorf("%s: there is %s; expected an object with the answers of states: {\"Find charge\": {…}}", name, top.Kind())
	}
	var wrong []error
	seen := map[string]diag.Position{}
	for _, m := range members(src) {
		at := diag.Position{File: name, Line: 1 + bytes.Count(src[:m.offset], []byte("\n"))}
		if before, twice := seen[m.name]; twice {
			wrong = append(wrong, fmt.Errorf("%v: state %q is answered twice; the other is on line %d", at, m.name, before.Line))
			continue
		}
		seen[m.name] = at
		answers, err := read(m.value)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("%v: state %q: %w", at, m.name, err))
		}
		f.states = append(f.states, entry{m.name, at, answers})
	}
	return f, errors.Join(wrong...)
}

type member struct {
	name   string
	offset int
	value  value.Value
}

// members are those of an object that value.Parse has read, doubles included.
func members(src []byte) []member {
	d := json.NewDecoder(bytes.NewReader(src))
	_, _ = d.Token() // {
	var all []member
	for d.More() {
		t, err := d.Token()
		name, ok := t.(string)
		if err != nil || !ok {
			return all
		}
		at := int(d.InputOffset())
		var raw json.RawMessage
		if d.Decode(&raw) != nil {
			return all
		}
		v, _ := value.Parse(raw)
		all = append(all, member{name, at, v})
	}
	return all
}

func read(v value.Value) ([]Answer, error) {
	if !v.IsArray() {
		a, err := answer(v)
		return []Answer{a}, err
	}
	if v.Len() == 0 {
		return nil, errors.New(`a list holds the answers to one attempt after the other, and this one has none; an empty list as an answer is {"return": []}`)
	}
	var all []Answer
	var wrong []error
	for i, x := range v.Elements() {
		a, err := answer(x)
		if err != nil {
			wrong = append(wrong, fmt.Errorf("attempt %d: %w", i+1, err))
		}
		all = append(all, a)
	}
	return all, errors.Join(wrong...)
}

var words = []string{"return", "error", "cause", "never", "handler", "after", "heartbeats"}

// answer reads one answer: an object with nothing but our words is about the answer, anything else is it.
func answer(v value.Value) (a Answer, err error) {
	var known, other []string
	for _, n := range v.Names() {
		if slices.Contains(words, n) {
			known = append(known, n)
		} else {
			other = append(other, n)
		}
	}
	says := slices.ContainsFunc(known, func(n string) bool { return n != "cause" && n != "after" && n != "heartbeats" })
	if !says {
		return Answer{Value: v}, nil
	}
	for _, n := range other {
		if s, ok := suggest.Name(n, words); ok && !slices.Contains(known, s) {
			return a, fmt.Errorf("there is %q beside %q; did you mean %q? As an answer, put it into {\"return\": …}", n, known[0], s)
		}
	}
	if len(other) > 0 {
		return Answer{Value: v}, nil
	}
	return control(v)
}

func control(v value.Value) (a Answer, err error) {
	what := 0
	for name, x := range v.Members() {
		switch name {
		case "return":
			a.Value, what = x, what+1
		case "error":
			if !x.IsString() || x.Str() == "" {
				return a, fmt.Errorf(`"error" is %s; expected the name of an error, such as "States.Timeout"`, x)
			}
			a.Error, what = x.Str(), what+1
		case "cause":
			if !x.IsString() {
				return a, fmt.Errorf(`"cause" is %s; expected text`, x)
			}
			a.Cause = x.Str()
		case "never":
			a.Never, what = x.Bool(), what+1
			err = onlyTrue(name, x)
		case "handler":
			a.Handler, what = x.Bool(), what+1
			err = onlyTrue(name, x)
		case "after":
			a.After, err = duration(name, x)
		case "heartbeats":
			a.Heartbeats, err = durations(name, x)
		}
		if err != nil {
			return a, err
		}
	}
	switch {
	case what > 1:
		return a, errors.New(`only one of "return", "error", "never" and "handler" can be said of one attempt`)
	case v.Get("cause").Exists() && a.Error == "":
		return a, errors.New(`"cause" belongs to "error", which is missing`)
	}
	return a, nil
}

func duration(name string, v value.Value) (time.Duration, error) {
	d, err := time.ParseDuration(v.Str())
	if err != nil || d < 0 {
		return 0, fmt.Errorf(`%q is %s; expected a duration such as "90s" or "36h"`, name, v)
	}
	return d, nil
}

func durations(name string, v value.Value) ([]time.Duration, error) {
	if !v.IsArray() {
		return nil, fmt.Errorf(`%q is %s; expected a list of durations such as ["1h", "2h"]`, name, v)
	}
	var all []time.Duration
	for _, x := range v.Elements() {
		d, err := duration(name, x)
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

func onlyTrue(name string, v value.Value) error {
	if v.IsBool() && v.Bool() {
		return nil
	}
	return fmt.Errorf("%q is %s; expected true", name, v)
}

// Name is the file's name.
func (f *File) Name() string { return f.name }

// Check says what does not fit the machines that run: names that are no states, states that are no tasks, and handlers
// that are asked for where there is none; handler tells for which states there is.
func (f *File) Check(handler func(state string) bool, machines ...*asl.Machine) error {
	tasks, others := map[string]bool{}, map[string]string{}
	var names []string
	for _, m := range machines {
		for v := range asl.Visits(m) {
			if Asks(v.State) != "" {
				tasks[v.Name] = true
				names = append(names, v.Name)
			} else {
				others[v.Name] = string(asl.KindOf(v.State))
			}
		}
	}
	var wrong []error
	for _, e := range f.states {
		switch {
		case !tasks[e.state] && others[e.state] != "":
			wrong = append(wrong, fmt.Errorf("%v: state %q is a %s; only tasks are answered, and Maps that read from S3", e.at, e.state, others[e.state]))
		case !tasks[e.state]:
			hint := ""
			if s, ok := suggest.Name(e.state, names); ok {
				hint = fmt.Sprintf("; did you mean %q?", s)
			} else if len(names) > 0 {
				hint = "; its tasks are " + strings.Join(quoted(names), ", ")
			}
			wrong = append(wrong, fmt.Errorf("%v: the workflow has no task %q%s", e.at, e.state, hint))
		case slices.ContainsFunc(e.answers, func(a Answer) bool { return a.Handler }) && !handler(e.state):
			wrong = append(wrong, fmt.Errorf("%v: state %q asks for its handler, but there is none that can be called", e.at, e.state))
		}
	}
	return errors.Join(wrong...)
}

func quoted(names []string) []string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return out
}

// Of are the answers of a state; there are none when the file does not name it.
func (f *File) Of(state string) []Answer {
	if f == nil {
		return nil
	}
	for _, e := range f.states {
		if e.state == state {
			return e.answers
		}
	}
	return nil
}

// Option gives a run the answers of a state; handler is called where the file asks for it.
func Option(state string, answers []Answer, handler func(in value.Value) (any, error)) flowtest.Option {
	var x *flowtest.Stubbed[any]
	for _, a := range answers {
		switch give := a.give(handler); {
		case x == nil && a.Never:
			x = flowtest.StateNever(state)
		case x == nil:
			x = flowtest.StateFunc(state, give)
		case a.Never:
			x = x.ThenNever()
		default:
			x = x.ThenFunc(give)
		}
		if a.After > 0 {
			x.After(a.After)
		}
		if len(a.Heartbeats) > 0 {
			x.Heartbeats(a.Heartbeats...)
		}
	}
	return x
}

func (a Answer) give(handler func(in value.Value) (any, error)) func(in value.Value) (any, error) {
	switch {
	case a.Handler:
		return handler
	case a.Error != "":
		return func(value.Value) (any, error) { return nil, flowtest.Error{Name: a.Error, Cause: a.Cause} }
	}
	return func(value.Value) (any, error) { return a.Value, nil }
}
