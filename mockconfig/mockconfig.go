// Package mockconfig reads files in the format in which AWS Step Functions Local is told what mocked service integrations
// answer (MockConfigFile.json), so that test cases which somebody has run here as they are:
//
//	{
//	  "StateMachines": {
//	    "Refund": {
//	      "TestCases": {
//	        "HappyPath": {"Find charge": "ChargeFound", "Pay back": "PaidAtThird"}
//	      }
//	    }
//	  },
//	  "MockedResponses": {
//	    "ChargeFound": {"0": {"Return": {"StatusCode": 200, "Payload": {"id": "c1"}}}},
//	    "PaidAtThird": {
//	      "0-1": {"Throw": {"Error": "Lambda.TooManyRequestsException", "Cause": "slow down"}},
//	      "2": {"Return": {"StatusCode": 200, "Payload": {"paid": true}}}
//	    }
//	  }
//	}
//
// A test case names the mocked response of each Task that has one; the others call what they always call. A mocked
// response has the answers to one invocation of the Task after the other, by their numbers from 0 or by ranges of
// numbers: retries are invocations, and so are further visits of the state and the iterations of a Map. An invocation
// without an answer fails the execution. Return is the whole result of the Task as the service gives it (what a function
// returns is its Payload), of a job or a callback the one in the end. Throw is the error that it ends in.
//
// Source: AWS Step Functions Developer Guide, "Configuration file for mocked service integrations".
package mockconfig

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/value"
)

// A File is one that was read.
type File struct {
	name      string
	machines  []machine
	responses map[string][]Answer
}

type machine struct {
	name  string
	cases []*Case
}

// A Case is a test case of a state machine: it says what Tasks answer.
type Case struct {
	file     string
	Machine  string // the state machine's name
	Name     string
	states   []string            // that are mocked, in the file's order
	response map[string]string   // the name of a state's mocked response
	answers  map[string][]Answer // of a state
}

// An Answer is that to one invocation: a result, or an error.
type Answer struct {
	Return       value.Value // absent for an error
	Error, Cause string
}

// Result is the answer as the engine takes it.
func (a Answer) Result() engine.Result {
	if a.Return.Exists() {
		return engine.Succeed(a.Return)
	}
	return engine.Failed(a.Error, a.Cause)
}

// Parse reads a file. Everything that is wrong with it is in the error, a line each, with the file's name and the JSON
// Pointer of the place.
func Parse(name string, src []byte) (*File, error) {
	top, err := value.Parse(src)
	if err != nil {
		return nil, fmt.Errorf("%s:%w", name, err)
	}
	r := &reader{file: &File{name: name, responses: map[string][]Answer{}}}
	r.members("", top, "StateMachines", "MockedResponses")
	for response, v := range top.Get("MockedResponses").Members() {
		r.file.responses[response] = r.response(pointer("MockedResponses", response), v)
	}
	for name, v := range top.Get("StateMachines").Members() {
		r.machine(name, v)
	}
	return r.file, errors.Join(r.wrong...)
}

// A reader reads a file and keeps what is wrong.
type reader struct {
	file  *File
	wrong []error
}

func pointer(parts ...string) string {
	escape := strings.NewReplacer("~", "~0", "/", "~1")
	var b strings.Builder
	for _, p := range parts {
		b.WriteString("/" + escape.Replace(p))
	}
	return b.String()
}

func (r *reader) fail(at, format string, args ...any) {
	if at == "" {
		at = "the file"
	}
	r.wrong = append(r.wrong, fmt.Errorf("%s: %s: %s", r.file.name, at, fmt.Sprintf(format, args...)))
}

// members checks that v is an object with members of those names only, whose values are objects. All are required.
func (r *reader) members(at string, v value.Value, names ...string) bool {
	if !r.object(at, v, "an object with "+strings.Join(names, " and ")) {
		return false
	}
	for _, name := range v.Names() {
		if !slices.Contains(names, name) {
			r.fail(at, "there is %q; expected %s%s", name, strings.Join(names, " and "), hint(name, names))
		}
	}
	ok := true
	for _, name := range names {
		ok = r.object(at+pointer(name), v.Get(name), "an object") && ok
	}
	return ok
}

func hint(name string, names []string) string {
	if h := suggest.Hint(name, names); h != "" {
		return "; " + h
	}
	return ""
}

func (r *reader) object(at string, v value.Value, what string) bool {
	switch {
	case !v.Exists():
		r.fail(at, "it is missing; expected %s", what)
	case !v.IsObject():
		r.fail(at, "there is %s; expected %s", v.Kind(), what)
	default:
		return true
	}
	return false
}

func (r *reader) machine(name string, v value.Value) {
	at := pointer("StateMachines", name)
	m := machine{name: name}
	if r.members(at, v, "TestCases") {
		for test, c := range v.Get("TestCases").Members() {
			m.cases = append(m.cases, r.testCase(at+pointer("TestCases", test), name, test, c))
		}
	}
	r.file.machines = append(r.file.machines, m)
}

func (r *reader) testCase(at, machine, test string, v value.Value) *Case {
	c := &Case{file: r.file.name, Machine: machine, Name: test, response: map[string]string{}, answers: map[string][]Answer{}}
	if !r.object(at, v, "an object with the names of Tasks and of mocked responses") {
		return c
	}
	known := slices.Sorted(maps.Keys(r.file.responses))
	for state, response := range v.Members() {
		c.states = append(c.states, state)
		c.response[state] = response.Str()
		answers, ok := r.file.responses[response.Str()]
		switch {
		case !response.IsString():
			r.fail(at+pointer(state), "there is %s; expected the name of a mocked response", response.Kind())
		case !ok:
			r.fail(at+pointer(state), "there is no mocked response %q%s", response.Str(), hint(response.Str(), known))
		}
		c.answers[state] = answers
	}
	return c
}

// most is how many invocations a mocked response can answer: more are a slip of the pen.
const most = 100_000

// response reads the answers of a mocked response, one for each invocation.
func (r *reader) response(at string, v value.Value) []Answer {
	if !r.object(at, v, `an object with answers by the number of the invocation: {"0": {"Return": …}}`) {
		return nil
	}
	type span struct {
		key         string
		first, last int
		answer      Answer
	}
	var spans []span
	for key, x := range v.Members() {
		first, last, ok := numbers(key)
		if !ok {
			r.fail(at, "%q is no number of an invocation; expected one such as \"0\", or a range such as \"1-2\"", key)
			continue
		}
		spans = append(spans, span{key, first, last, r.answer(at+pointer(key), x)})
	}
	slices.SortStableFunc(spans, func(a, b span) int { return a.first - b.first })
	var all []Answer
	for _, s := range spans {
		switch {
		case s.first > len(all):
			r.fail(at, "no answer to invocation %d, before %q; invocations are numbered from 0 without gaps", len(all), s.key)
			return all
		case s.first < len(all):
			r.fail(at, "%q answers invocation %d again", s.key, s.first)
			return all
		}
		for range s.last - s.first + 1 {
			all = append(all, s.answer)
		}
	}
	if len(all) == 0 && len(spans) == v.Len() {
		r.fail(at, "there is no answer; expected {\"0\": {\"Return\": …}}")
	}
	return all
}

// numbers reads "3" or "1-2".
func numbers(key string) (first, last int, ok bool) {
	from, to, isRange := strings.Cut(key, "-")
	if !isRange {
		to = from
	}
	first, ok = number(from)
	last, okLast := number(to)
	return first, last, ok && okLast && first <= last && last < most
}

func number(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && strconv.Itoa(n) == s
}

func (r *reader) answer(at string, v value.Value) (a Answer) {
	if !r.object(at, v, "an object with Return or Throw") {
		return a
	}
	if v.Len() != 1 || !v.Get("Return").Exists() && !v.Get("Throw").Exists() {
		h := ""
		for _, name := range v.Names() {
			h += hint(name, []string{"Return", "Throw"})
		}
		r.fail(at, "there is %s; expected either Return or Throw, and nothing else%s", listed(v.Names()), h)
		return a
	}
	if a.Return = v.Get("Return"); a.Return.Exists() {
		return a
	}
	t := v.Get("Throw")
	at += pointer("Throw")
	if !r.object(at, t, "an object with Error and Cause") {
		return a
	}
	for name, x := range t.Members() {
		switch {
		case name != "Error" && name != "Cause":
			r.fail(at, "there is %q; expected Error and Cause%s", name, hint(name, []string{"Error", "Cause"}))
		case !x.IsString():
			r.fail(at+pointer(name), "there is %s; expected a text", x.Kind())
		}
	}
	if a.Error, a.Cause = t.Get("Error").Str(), t.Get("Cause").Str(); !t.Get("Error").Exists() {
		r.fail(at, "there is no Error; expected the name of one, such as \"Lambda.TooManyRequestsException\"")
	}
	return a
}

// listed are names for people.
func listed(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = strconv.Quote(n)
	}
	return strings.Join(quoted, ", ")
}

// Machines are the names of the state machines in the file, in its order.
func (f *File) Machines() []string {
	var all []string
	for _, m := range f.machines {
		all = append(all, m.name)
	}
	return all
}

// Case finds a test case. The name of the state machine may be empty when the file has one only.
func (f *File) Case(stateMachine, test string) (*Case, error) {
	if stateMachine == "" && len(f.machines) == 1 {
		stateMachine = f.machines[0].name
	}
	var names []string
	for _, m := range f.machines {
		if m.name != stateMachine {
			continue
		}
		for _, c := range m.cases {
			if c.Name == test {
				return c, nil
			}
			names = append(names, c.Name)
		}
		return nil, fmt.Errorf("%s: state machine %q has no test case %q; it has %s%s", f.name, stateMachine, test, listed(names), hint(test, names))
	}
	return nil, fmt.Errorf("%s: there is no state machine %q; there is %s%s", f.name, stateMachine, listed(f.Machines()), hint(stateMachine, f.Machines()))
}

// States are the states that the test case mocks, in the file's order.
func (c *Case) States() []string { return slices.Clone(c.states) }

// Answers are the answers of a state, one for each invocation; none when the test case does not mock it.
func (c *Case) Answers(state string) []Answer { return c.answers[state] }

// Answer is the answer to one invocation of a state, counted from 0. One that the test case has no answer to fails the
// execution: nothing retries or catches that.
func (c *Case) Answer(state string, invocation int) engine.Result {
	answers := c.answers[state]
	if invocation < len(answers) {
		return answers[invocation].Result()
	}
	return engine.Failed("States.Runtime", fmt.Sprintf("invocation %d of state %q has no answer: mocked response %q of %s has %d",
		invocation, state, c.response[state], c.file, len(answers)))
}

// Only is the test case with one of its states.
func (c *Case) Only(state string) *Case {
	one := *c
	one.states = slices.DeleteFunc(slices.Clone(c.states), func(s string) bool { return s != state })
	one.answers = map[string][]Answer{}
	if answers, ok := c.answers[state]; ok {
		one.answers[state] = answers
	}
	return &one
}

// Check says which states of the test case are no Tasks of the machines that run.
func (c *Case) Check(machines ...*asl.Machine) error {
	tasks, others := map[string]bool{}, map[string]asl.Kind{}
	var names []string
	for _, m := range machines {
		for v := range asl.Visits(m) {
			if kind := asl.KindOf(v.State); kind != asl.KindTask {
				others[v.Name] = kind
				continue
			}
			tasks[v.Name] = true
			names = append(names, v.Name)
		}
	}
	var wrong []error
	for _, s := range c.states {
		switch {
		case tasks[s]:
		case others[s] != "":
			wrong = append(wrong, fmt.Errorf("%s: test case %q: state %q is a %s; only Tasks are mocked", c.file, c.Name, s, others[s]))
		default:
			wrong = append(wrong, fmt.Errorf("%s: test case %q: the state machine has no Task %q; it has %s%s", c.file, c.Name, s, listed(names), hint(s, names)))
		}
	}
	return errors.Join(wrong...)
}
