package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/flow"
	named "github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/mockconfig"
	"github.com/stepwright/stepwright/program"
	"github.com/stepwright/stepwright/program/serve"
	"github.com/stepwright/stepwright/stubs"
	"github.com/stepwright/stepwright/value"
)

// A play is a workflow that is to be run here. It is carried out as a test is: by package flowtest.
type play struct {
	*document
	*record
	arg      string
	handlers map[string]string      // functions that may be called, by the names of handlers
	shapes   map[string]value.Value // what handlers return, as examples
	others   map[string]*play       // workflows that tasks start, by the names of states
}

// A record is what plays that start each other have in common.
type record struct {
	answers   *stubs.File
	mocks     *mockconfig.Case // from AWS's own file; nil without one
	mocksFile string

	mu     sync.Mutex
	lacks  []lack         // tasks that were called and have no answer
	called map[string]int // how often a function was called
	failed error          // why a handler could not be called
}

// A lack is an answer that was missing.
type lack struct {
	state, resource string
	arguments       value.Value
}

// newPlay makes a workflow ready, and those that it starts: around are the names of those that start it.
func newPlay(ctx context.Context, d *document, arg string, k *runFlags, r *record, around []string) (*play, error) {
	p := &play{document: d, record: r, arg: arg, handlers: map[string]string{}, shapes: map[string]value.Value{}, others: map[string]*play{}}
	if d.built == nil {
		return p, nil
	}
	for _, h := range d.built.Handlers {
		if !k.noHandlers {
			p.handlers[h.Name] = h.Function
		}
		if v, err := value.Parse(h.Output.Example); err == nil {
			p.shapes[h.Name] = v
		}
	}
	around = append(around, p.Name())
	for v := range asl.Visits(p.machine) {
		name := started(v.State)
		i := slices.IndexFunc(d.built.Children, func(w program.Workflow) bool { return w.Name == name })
		if name == "" || i < 0 || slices.Contains(around, name) {
			continue
		}
		b, err := d.program.Build(ctx, d.built.Children[i])
		if err != nil {
			return nil, err
		}
		if err := b.Problems.Err(); err != nil {
			return nil, fmt.Errorf("state %q starts the workflow %q, which has problems:\n%w", v.Name, b.Title, err)
		}
		if p.others[v.Name], err = newPlay(ctx, &document{machine: b.Machine, built: b, program: d.program}, arg, k, r, slices.Clone(around)); err != nil {
			return nil, err
		}
	}
	return p, nil
}

// started is the name of the workflow that a task starts an execution of; empty if it does something else.
func started(s asl.State) string {
	t, ok := s.(*asl.Task)
	if !ok {
		return ""
	}
	ref, err := integration.Parse(t.Resource)
	if err != nil || ref.Service != "states" && ref.Service != "sfn" || !strings.HasPrefix(ref.Action, "start") {
		return ""
	}
	name, _ := strings.CutPrefix(t.Arguments.Get("StateMachineArn").Str(), "${")
	return strings.TrimSuffix(name, "}")
}

// all are the play and those that it starts.
func (p *play) all() []*play {
	list := []*play{p}
	for _, state := range slices.Sorted(maps.Keys(p.others)) {
		list = append(list, p.others[state].all()...)
	}
	return list
}

// skeleton has an answer for every task that needs one.
func (p *play) skeleton() value.Value {
	all := value.Object()
	for _, x := range p.all() {
		for name, v := range stubs.Skeleton(x.machine, x.shapes).Members() {
			if x.others[name] == nil {
				all = all.With(name, v)
			}
		}
	}
	return all
}

// accepts compares the input with the type that the workflow takes.
func (p *play) accepts(ctx context.Context, input value.Value) error {
	if p.built == nil {
		return nil
	}
	err := p.program.Accepts(ctx, p.built.Workflow, json.RawMessage(input.String()))
	var stopped *program.Stopped
	switch {
	case err == nil:
		return nil
	case errors.As(err, &stopped) || ctx.Err() != nil:
		return err
	}
	return misuse("run: the input does not fit %s: %v\n    hint: it looks like %s", p.built.Input.Type, err, p.built.Input.Example)
}

// fits compares the answers for tasks that call handlers with what those return.
func (p *play) fits(ctx context.Context) error {
	for _, x := range p.all() {
		if x.built == nil {
			continue
		}
		for v := range asl.Visits(x.machine) {
			t, ok := v.State.(*asl.Task)
			if !ok || x.others[v.Name] != nil {
				continue
			}
			ref, err := integration.Parse(t.Resource)
			i := slices.IndexFunc(x.built.Handlers, func(h serve.Handler) bool { return h.Name == stubs.HandlerOf(t) })
			if i < 0 || err != nil || ref.Pattern != integration.RequestResponse {
				continue
			}
			for _, a := range p.answers.Of(v.Name) {
				if err := x.returns(ctx, v.Name, x.built.Handlers[i], a.Value); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// returns tells why the handler of a state cannot return an answer.
func (p *play) returns(ctx context.Context, state string, h serve.Handler, answer value.Value) error {
	if !answer.Exists() {
		return nil
	}
	err := p.program.Returns(ctx, p.built.Workflow, h.Name, json.RawMessage(answer.String()))
	var stopped *program.Stopped
	if err == nil || errors.As(err, &stopped) || ctx.Err() != nil {
		return err
	}
	return misuse("%s: state %q: the answer does not fit %s, which %s returns: %v\n    hint: it looks like %s", p.answers.Name(), state, h.Output.Type, h.Name, err, h.Output.Example)
}

func (p *play) readStubs(name string) error {
	src, err := os.ReadFile(name)
	if err != nil {
		return misuse("read the answers: %v", err)
	}
	p.answers, err = stubs.Parse(name, src)
	if err == nil {
		var machines []*asl.Machine
		for _, x := range p.all() {
			machines = append(machines, x.machine)
		}
		err = p.answers.Check(p.callable, machines...)
	}
	if err != nil {
		return usageError{err.Error()}
	}
	return nil
}

// callable tells whether a state's task calls a handler that can be called here.
func (p *play) callable(state string) bool {
	return slices.ContainsFunc(p.all(), func(x *play) bool { return x.function(state) != "" })
}

// function is the Go function that a state's task calls, if it may be called; empty otherwise.
func (p *play) function(state string) string {
	t := p.task(state)
	if t == nil {
		return ""
	}
	return p.handlers[stubs.HandlerOf(t)]
}

// task is the task called state; nil if there is none.
func (p *play) task(state string) *asl.Task {
	for v := range asl.Visits(p.machine) {
		if t, ok := v.State.(*asl.Task); ok && v.Name == state {
			return t
		}
	}
	return nil
}

// run executes the workflow. It ends early when ctx does.
func (p *play) run(ctx context.Context, input value.Value, k *runFlags, story *story) (*flowtest.Execution, error) {
	options := append(p.options(ctx), flowtest.Seed(k.seed), flowtest.Observed(story.event), flowtest.ObservedItems(story.item))
	if k.realTime {
		options = append(options, flowtest.On(clock.Real()))
	}
	t := &outside{}
	var e *flowtest.Execution
	ended := make(chan struct{})
	go func() { // flowtest ends the goroutine when it cannot go on
		defer close(ended)
		e = flowtest.Run(t, p, input, options...)
	}()
	select {
	case <-ended:
	case <-ctx.Done():
		return nil, fmt.Errorf("run: %w", context.Cause(ctx))
	}
	if p.failed != nil {
		return nil, p.failed
	}
	if e == nil || len(t.said) > 0 && len(p.lacks) == 0 {
		return nil, errors.New(strings.Join(t.said, "\n"))
	}
	return e, nil
}

// options say what each task answers: what the file of answers has, what the handler returns, or that nobody knows.
func (p *play) options(ctx context.Context) []flowtest.Option {
	var all []flowtest.Option
	talks := p.answersTokens()
	for v := range asl.Visits(p.machine) {
		t, ok := v.State.(*asl.Task)
		if !ok {
			if resource := stubs.Asks(v.State); resource != "" {
				all = append(all, p.reads(v.Name, resource))
			}
			continue
		}
		handler := stubs.HandlerOf(t)
		call := func(in value.Value) (any, error) { return p.call(ctx, handler, in) }
		ref, err := integration.Parse(t.Resource)
		switch answers := p.answers.Of(v.Name); {
		case p.mocked(v.Name):
			all = append(all, flowtest.Mocks(p.mocks.Only(v.Name)))
		case len(answers) > 0:
			all = append(all, stubs.Option(v.Name, answers, call))
		case p.others[v.Name] != nil:
			all = append(all, flowtest.Child(p.others[v.Name], p.others[v.Name].options(ctx)...))
		case p.handlers[handler] != "" && err == nil && ref.Pattern == integration.RequestResponse:
			all = append(all, flowtest.StateFunc(v.Name, call))
		case talks && (err != nil || ref.Pattern == integration.WaitForTaskToken || sendsToken(t)):
			// another task answers it
		default:
			all = append(all, p.lacking(v.Name, t.Resource))
		}
	}
	return append(all, flowtest.Substitute(p.placeholders()))
}

// reads says what a Map reads from S3: what the file of answers has, or that nobody knows.
func (p *play) reads(state, resource string) flowtest.Option {
	if answers := p.answers.Of(state); len(answers) > 0 {
		return stubs.Option(state, answers, nil) // which asks for no handler: that was checked
	}
	return p.lacking(state, resource)
}

func (p *play) lacking(state, resource string) flowtest.Option {
	return flowtest.StateFunc(state, func(in value.Value) (any, error) { return nil, p.lack(state, resource, in) })
}

// call asks a handler.
func (p *play) call(ctx context.Context, name string, in value.Value) (any, error) {
	p.mu.Lock()
	p.called[p.handlers[name]]++
	p.mu.Unlock()
	answer, err := p.program.Call(ctx, p.built.Workflow, name, json.RawMessage(in.String()))
	if err != nil {
		p.mu.Lock()
		p.failed = err
		p.mu.Unlock()
		return nil, flowtest.Error{Name: fatal, Cause: err.Error()}
	}
	if answer.Error != "" {
		return nil, flowtest.Error{Name: answer.Error, Cause: answer.Cause}
	}
	out, err := value.Parse(answer.Output)
	if err != nil {
		return nil, flowtest.Error{Name: "Runtime.MarshalError", Cause: err.Error()}
	}
	return out, nil
}

// fatal is the error that no catcher catches: the execution ends.
const fatal = "States.Runtime"

const unanswered = "nothing answers"

func (p *play) lack(state, resource string, in value.Value) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !slices.ContainsFunc(p.lacks, func(l lack) bool { return l.state == state }) {
		p.lacks = append(p.lacks, lack{state, resource, in})
	}
	return flowtest.Error{Name: fatal, Cause: unanswered}
}

// missing says which answers were missing; empty if none were.
func (p *play) missing() string {
	if len(p.lacks) == 0 {
		return ""
	}
	var b strings.Builder
	skeleton := p.skeleton()
	slices.SortFunc(p.lacks, func(a, b lack) int { return strings.Compare(a.state, b.state) })
	for i, l := range p.lacks {
		if i > 0 {
			b.WriteString("\n")
		}
		example := value.Object(value.M(l.state, skeleton.Get(l.state)))
		fmt.Fprintf(&b, "state %q calls %s, and nothing answers\n    with: %s\n    hint: write the answer into the file of -stub: %s",
			l.state, l.resource, diag.Shorten(l.arguments.String(), 500), example)
	}
	if p.answers == nil {
		fmt.Fprintf(&b, "\n    'stepwright run -write-stubs stubs.json %s' writes one for all tasks", p.arg)
	}
	return b.String()
}

// placeholders are ARNs for what stands alone in a definition's Resource: there, a name does not say what it is.
func (p *play) placeholders() map[string]string {
	all := map[string]string{}
	if p.built != nil {
		return all
	}
	for v := range asl.Visits(p.machine) {
		t, ok := v.State.(*asl.Task)
		if !ok {
			continue
		}
		if name, ok := strings.CutPrefix(t.Resource, "${"); ok && strings.HasSuffix(name, "}") {
			name = strings.TrimSuffix(name, "}")
			all[name] = "arn:aws:lambda:us-east-1:123456789012:function:" + name
		}
	}
	return all
}

// answersTokens tells whether the workflow has tasks that answer the tokens of others.
func (p *play) answersTokens() bool {
	for v := range asl.Visits(p.machine) {
		if t, ok := v.State.(*asl.Task); ok && sendsToken(t) {
			return true
		}
	}
	return false
}

func sendsToken(t *asl.Task) bool {
	return strings.HasPrefix(t.Resource, "arn:aws:states:::aws-sdk:sfn:sendTask")
}

// depths are how deep inside of others states are.
func (p *play) depths() map[string]int {
	all := map[string]int{}
	for v := range asl.Visits(p.machine) {
		all[v.Name] = v.Depth
	}
	return all
}

// maps are the names of the Maps that states are in, the innermost.
func (p *play) maps() map[string]string {
	all := map[string]string{}
	for v := range asl.Visits(p.machine) {
		owner := v.Owner
		if _, ok := v.Parent.(*asl.Map); !ok {
			owner = all[owner]
		}
		if owner != "" {
			all[v.Name] = owner
		}
	}
	return all
}

// A play is a workflow to package flowtest: one that was built already.

func (p *play) Build() (*asl.Machine, diag.List) { return p.machine, nil }

func (p *play) Title() string {
	switch {
	case p.built != nil:
		return p.built.Title
	case p.machine.Comment != nil && *p.machine.Comment != "":
		return *p.machine.Comment
	}
	return strings.TrimSuffix(strings.TrimSuffix(filepath.Base(p.arg), ".json"), ".asl")
}

func (p *play) Name() string {
	if p.built != nil {
		return p.built.Name
	}
	return "Workflow"
}

func (p *play) Type() string {
	if p.built != nil {
		return p.built.Type
	}
	return string(engine.Standard)
}

func (p *play) Resources() []flow.Resource {
	var all []flow.Resource
	if p.built != nil {
		for _, r := range p.built.Resources {
			all = append(all, flow.Resource{Kind: r.Kind, Name: r.Placeholder})
		}
	}
	return all
}

func (p *play) Children() []flow.Workflow { return nil }
func (p *play) Handlers() []named.Handler { return nil }
func (p *play) InputType() reflect.Type   { return reflect.TypeFor[any]() }
func (p *play) OutputType() reflect.Type  { return reflect.TypeFor[any]() }
func (p *play) Declared() diag.Position   { return diag.Position{} }

// outside stands for the test that package flowtest reports to.
type outside struct {
	testing.TB
	said []string
}

func (o *outside) Helper() {}

func (o *outside) Errorf(format string, args ...any) {
	o.said = append(o.said, fmt.Sprintf(format, args...))
}

func (o *outside) Fatalf(format string, args ...any) {
	o.Errorf(format, args...)
	runtime.Goexit()
}
