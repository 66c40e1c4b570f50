// Package serve is the half of package program that is linked with a user's workflows: it builds them and calls their
// handlers when it is asked to.
//
// Package program embeds these sources and compiles them as a part of the user's module, so that the module needs
// nothing that package flow does not import itself: an untidied go.sum and a vendor folder are enough. They may
// therefore import nothing else. Requests and replies are JSON, one after the other, on two pipes of their own: what
// a program prints does not mix with them.
package serve

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
)

// A Var is a package-level variable that holds a workflow.
type Var struct {
	Name     string
	Workflow flow.Workflow
}

// A Request is one thing to do. Exactly one of its fields beside ID is set.
type Request struct {
	ID     int    `json:"id"`
	Build  string `json:"build,omitempty"` // the variable whose workflow to build
	Check  *Input `json:"check,omitempty"`
	Call   *Call  `json:"call,omitempty"`
	Cancel int    `json:"cancel,omitempty"` // the request whose call nobody waits for any more
}

// An Input is what an execution of a workflow is to be started with, or what a handler of it is to return.
type Input struct {
	Var     string          `json:"var"`
	Handler string          `json:"handler,omitempty"`
	Value   json.RawMessage `json:"value"`
}

// A Call asks a handler that the workflow of a variable names.
type Call struct {
	Var     string          `json:"var"`
	Handler string          `json:"handler"`
	Payload json.RawMessage `json:"payload"`
}

// A Reply answers the request of its ID. The first reply of a program has the ID 0 and says what there is.
type Reply struct {
	ID     int       `json:"id"`
	Vars   []Summary `json:"vars,omitempty"`
	Built  *Built    `json:"built,omitempty"`
	Called *Called   `json:"called,omitempty"`
	Error  string    `json:"error,omitempty"` // why it could not be done
}

// A Summary is what is known of a workflow before it is built.
type Summary struct {
	Var      string `json:"var"`
	Nil      bool   `json:"nil,omitempty"`  // the variable holds nothing
	Same     string `json:"same,omitempty"` // an earlier variable that holds the same workflow
	Title    string `json:"title"`
	Name     string `json:"name"`
	Type     string `json:"type"`
	Declared string `json:"declared"` // file:line, from the module's root
}

// A Built is a workflow's document and what belongs to it.
type Built struct {
	Document  string                         `json:"document"`  // empty when there is none
	Positions map[diag.Pointer]diag.Position `json:"positions"` // of the machine ("") and of its states
	Problems  diag.List                      `json:"problems"`
	Handlers  []Handler                      `json:"handlers"`
	Resources []Resource                     `json:"resources"`
	Children  []Summary                      `json:"children"` // the workflows that it starts
	Input     Shape                          `json:"input"`
	Output    Shape                          `json:"output"`
}

// A Handler is one that the document names.
type Handler struct {
	Name     string `json:"name"`     // as in ${Extract}
	Function string `json:"function"` // "example.com/lambdas.Extract"
	Output   Shape  `json:"output"`
}

// A Resource is a placeholder that the document has besides.
type Resource struct {
	Kind        string `json:"kind"`
	Placeholder string `json:"placeholder"`
}

// A Shape is a Go type, and what a value of it looks like.
type Shape struct {
	Type    string          `json:"type"`
	Example json.RawMessage `json:"example"`
}

// A Called is a handler's answer.
type Called struct {
	Output json.RawMessage `json:"output,omitempty"`
	Error  string          `json:"error,omitempty"` // the name of the error's type, as the Lambda runtime reports it
	Cause  string          `json:"cause,omitempty"`
}

// maxStack ends a recursion without an end after this many bytes instead of after a gigabyte.
const maxStack = 64 << 20

// PipesVar is the environment variable with the numbers of the pipes: that of the requests and that of the replies.
const PipesVar = "STEPWRIGHT_PIPES"

// Main answers requests until there are no more, and ends the process.
func Main(vars ...Var) {
	var in, out uintptr
	if _, err := fmt.Sscanf(os.Getenv(PipesVar), "%d,%d", &in, &out); err != nil {
		fmt.Fprintln(os.Stderr, "this program is a part of stepwright and not meant to be started by hand")
		os.Exit(2)
	}
	_ = os.Unsetenv(PipesVar)
	closeOnExec(in, out)
	debug.SetMaxStack(maxStack)
	err := Serve(os.NewFile(in, "requests"), os.NewFile(out, "replies"), vars)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

type server struct {
	vars    []Var
	mu      sync.Mutex
	out     *json.Encoder
	cancels map[int]context.CancelFunc
}

// Serve answers the requests of in on out until in ends.
func Serve(in io.Reader, out io.Writer, vars []Var) error {
	s := &server{vars: slices.Clone(vars), out: json.NewEncoder(out), cancels: map[int]context.CancelFunc{}}
	s.reply(Reply{Vars: s.summaries()})
	for requests := json.NewDecoder(in); ; {
		var r Request
		if err := requests.Decode(&r); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return fmt.Errorf("read a request: %w", err)
		}
		if r.Cancel != 0 {
			s.mu.Lock()
			if cancel := s.cancels[r.Cancel]; cancel != nil {
				cancel()
			}
			s.mu.Unlock()
			continue
		}
		ctx, cancel := context.WithCancel(context.Background())
		s.mu.Lock()
		s.cancels[r.ID] = cancel
		s.mu.Unlock()
		go s.serve(ctx, r)
	}
}

// serve answers one request. A function that ends its goroutine (runtime.Goexit) has to be answered for as well.
func (s *server) serve(ctx context.Context, r Request) {
	answer := Reply{Error: "the function ended its goroutine (runtime.Goexit) instead of returning"}
	defer func() {
		answer.ID = r.ID
		s.mu.Lock()
		s.cancels[r.ID]()
		delete(s.cancels, r.ID)
		s.mu.Unlock()
		s.reply(answer)
	}()
	answer = s.do(ctx, r)
}

func (s *server) do(ctx context.Context, r Request) Reply {
	switch {
	case r.Build != "":
		return s.with(r.Build, func(w flow.Workflow) Reply {
			defer watch(maxMemory, outOfMemory)()
			b := build(w)
			b.Children = s.adopt(r.Build, w.Children())
			return Reply{Built: b}
		})
	case r.Check != nil:
		return s.with(r.Check.Var, func(w flow.Workflow) Reply {
			t := w.InputType()
			for _, h := range w.Handlers() {
				if h.Name == r.Check.Handler {
					t = reflect.TypeOf(h.Func).Out(0)
				}
			}
			if err := json.Unmarshal(r.Check.Value, reflect.New(t).Interface()); err != nil {
				return Reply{Error: err.Error()}
			}
			return Reply{}
		})
	case r.Call != nil:
		return s.with(r.Call.Var, func(w flow.Workflow) Reply {
			for _, h := range w.Handlers() {
				if h.Name == r.Call.Handler {
					return Reply{Called: call(ctx, h.Func, r.Call.Payload)}
				}
			}
			return Reply{Error: fmt.Sprintf("the workflow names no handler %q", r.Call.Handler)}
		})
	}
	return Reply{Error: "the request asks for nothing that is known here"}
}

// adopt makes the workflows that another one starts known, under names that no variable has.
func (s *server) adopt(parent string, children []flow.Workflow) []Summary {
	all := []Summary{}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, w := range children {
		name := parent + "/" + w.Name()
		s.vars = append(s.vars, Var{name, w})
		all = append(all, summary(name, w))
	}
	return all
}

func (s *server) with(name string, do func(flow.Workflow) Reply) Reply {
	s.mu.Lock()
	vars := s.vars
	s.mu.Unlock()
	for _, v := range vars {
		if v.Name == name && !isNil(v.Workflow) {
			return do(v.Workflow)
		}
	}
	return Reply{Error: fmt.Sprintf("there is no workflow %q", name)}
}

func (s *server) reply(r Reply) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.out.Encode(r); err != nil {
		fmt.Fprintln(os.Stderr, "reply:", err)
		os.Exit(1)
	}
}

func (s *server) summaries() []Summary {
	all := make([]Summary, 0, len(s.vars))
	for i, v := range s.vars {
		x := Summary{Var: v.Name, Nil: isNil(v.Workflow)}
		if !x.Nil {
			w := v.Workflow
			x = summary(v.Name, w)
			for _, before := range s.vars[:i] {
				if x.Same == "" && reflect.TypeOf(w).Comparable() && before.Workflow == w {
					x.Same = before.Name
				}
			}
		}
		all = append(all, x)
	}
	return all
}

func summary(name string, w flow.Workflow) Summary {
	return Summary{Var: name, Title: w.Title(), Name: w.Name(), Type: w.Type(), Declared: w.Declared().String()}
}

func isNil(w flow.Workflow) bool {
	if w == nil {
		return true
	}
	v := reflect.ValueOf(w)
	if v.Kind() != reflect.Pointer {
		return false
	}
	return v.IsNil()
}

// typeName is a type as its package writes it, with the package's name in front.
func typeName(t reflect.Type) string { return strings.TrimPrefix(t.String(), "*") }
