package program

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"sync"
	"time"

	"github.com/stepwright/stepwright/program/serve"
)

// A Program is a package's workflows, compiled and started. It is safe for use by several goroutines.
type Program struct {
	pkg     *Package
	limit   time.Duration
	printed io.Writer
	cmd     *exec.Cmd
	trace   *trace
	in      *os.File // requests
	out     *os.File // replies

	mu      sync.Mutex
	last    int
	waiting map[int]chan serve.Reply
	ended   chan struct{} // closed when the process has ended
	err     error         // of waiting for it

	Workflows []Workflow // what there is, in the order of Package.Vars
}

// A Workflow is one of a program's, before it is built.
type Workflow struct {
	Var
	Same     string // an earlier variable that holds the same workflow
	Title    string
	Name     string // in documents
	Type     string // "STANDARD" or "EXPRESS"
	Declared string // file:line, as the user sees it
}

// A Stopped is the end of a program before it had answered.
type Stopped struct {
	Doing   string // what it was doing: "its package was being initialised"
	What    string // how it ended: "panic: assignment to entry in nil map"
	Source  string // file:line of the user's code, if it is known
	Hint    string
	Timeout bool
}

func (e *Stopped) Error() string {
	s := fmt.Sprintf("%s while %s", e.What, e.Doing)
	if e.Source != "" {
		s = e.Source + ": " + s
	}
	return s
}

const initializing = "the package was being initialised"

// Start compiles the package's workflows into a program and starts it. Messages of the compiler are a CompileError;
// a program that ends, or does not begin to answer within the limit, is a Stopped.
func (p *Package) Start(ctx context.Context) (*Program, error) {
	p.set.progress("compiling " + p.Path)
	file, unlock, err := p.compile(ctx)
	if err != nil {
		return nil, err
	}
	x := &Program{pkg: p, limit: p.set.settings.Limit, printed: p.set.settings.Printed, waiting: map[int]chan serve.Reply{}, ended: make(chan struct{})}
	err = x.start(ctx, file)
	unlock()
	if err != nil {
		return nil, fmt.Errorf("start the program: %w", err)
	}
	first, err := x.await(ctx, x.expect(0), 0, initializing, x.limit)
	if err != nil {
		x.Close()
		return nil, err
	}
	return x, x.know(first.Vars)
}

// know keeps what the program has.
func (x *Program) know(vars []serve.Summary) error {
	at := map[string]Var{}
	for _, v := range x.pkg.Vars {
		at[v.Name] = v
	}
	for _, v := range vars {
		if v.Nil {
			x.Close()
			return &Stopped{Doing: initializing, What: "the variable " + v.Var + " was left without a workflow", Source: at[v.Var].Pos.String(), Hint: "give it what flow.Standard or flow.Express returns"}
		}
		x.Workflows = append(x.Workflows, Workflow{Var: at[v.Var], Same: v.Same, Title: v.Title, Name: v.Name, Type: v.Type, Declared: x.pkg.shown(v.Declared)})
	}
	return nil
}

func (x *Program) start(ctx context.Context, file string) error {
	requests, in, err := os.Pipe()
	if err != nil {
		return err
	}
	out, replies, err := os.Pipe()
	if err != nil {
		requests.Close()
		in.Close()
		return err
	}
	x.in, x.out = in, out
	x.cmd = exec.CommandContext(ctx, file)
	x.cmd.Dir = x.pkg.set.settings.Dir
	x.cmd.WaitDelay = time.Second
	x.trace = &trace{out: x.printed}
	x.cmd.Stdout, x.cmd.Stderr = x.printed, x.trace
	hand(x.cmd, requests, replies)
	err = x.cmd.Start()
	requests.Close()
	replies.Close()
	if err != nil {
		in.Close()
		out.Close()
		return err
	}
	x.expect(0)
	go x.read()
	return nil
}

// read hands out the replies until there are no more, and waits for the end of the process.
func (x *Program) read() {
	for replies := json.NewDecoder(x.out); ; {
		var r serve.Reply
		if replies.Decode(&r) != nil {
			break
		}
		x.mu.Lock()
		c := x.waiting[r.ID]
		delete(x.waiting, r.ID)
		x.mu.Unlock()
		if c != nil {
			c <- r
		}
	}
	x.err = x.cmd.Wait()
	if x.err == nil { // it only looked like a trace
		_, _ = io.WriteString(x.printed, x.trace.text())
	}
	x.out.Close()
	close(x.ended)
}

// expect makes the channel for the reply of a request, once.
func (x *Program) expect(id int) chan serve.Reply {
	x.mu.Lock()
	defer x.mu.Unlock()
	c := x.waiting[id]
	if c == nil {
		c = make(chan serve.Reply, 1)
		x.waiting[id] = c
	}
	return c
}

// await waits for a reply, at most as long as limit if that is not zero.
func (x *Program) await(ctx context.Context, c chan serve.Reply, id int, doing string, limit time.Duration) (serve.Reply, error) {
	var late <-chan time.Time
	if limit > 0 {
		t := time.NewTimer(limit)
		defer t.Stop()
		late = t.C
	}
	select {
	case r := <-c:
		return r, nil
	case <-late:
		return serve.Reply{}, x.tooLate(doing)
	case <-ctx.Done():
		if id != 0 {
			_ = x.send(serve.Request{Cancel: id})
		}
		return serve.Reply{}, context.Cause(ctx)
	case <-x.ended:
		select {
		case r := <-c: // it came before the end
			return r, nil
		default:
			return serve.Reply{}, x.stopped(ctx, doing)
		}
	}
}

func (x *Program) send(r serve.Request) error {
	text, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("ask the program: %w", err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	if _, err := x.in.Write(append(text, '\n')); err != nil && !errors.Is(err, os.ErrClosed) {
		return nil //nolint:nilerror // the program has ended: whoever waits for its reply will tell how
	}
	return nil
}

func (x *Program) ask(ctx context.Context, r serve.Request, doing string, limit time.Duration) (serve.Reply, error) {
	x.mu.Lock()
	x.last++
	r.ID = x.last
	x.mu.Unlock()
	c := x.expect(r.ID)
	if err := x.send(r); err != nil {
		return serve.Reply{}, err
	}
	return x.await(ctx, c, r.ID, doing, limit)
}

// Close ends the program.
func (x *Program) Close() {
	x.in.Close()
	select {
	case <-x.ended:
	case <-time.After(time.Second):
		_ = x.cmd.Process.Kill()
		<-x.ended
	}
}

// A trace takes what a program writes to standard error: it passes it on line by line, and keeps what the Go runtime
// says when it ends the program.
type trace struct {
	out io.Writer

	mu    sync.Mutex
	line  []byte // begun
	ended bytes.Buffer
	began bool // the runtime's words have begun
}

// maxTrace is how much of a trace is kept.
const maxTrace = 1 << 20

func (t *trace) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, c := range b {
		t.line = append(t.line, c)
		if c == '\n' {
			t.flush()
		}
	}
	return len(b), nil
}

func (t *trace) flush() {
	if !t.began && crashes(string(t.line)) {
		t.began = true
	}
	switch {
	case !t.began:
		_, _ = t.out.Write(t.line)
	case t.ended.Len() < maxTrace:
		t.ended.Write(t.line)
	}
	t.line = t.line[:0]
}

// text is what the runtime said.
func (t *trace) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.flush()
	return t.ended.String()
}
