package flow

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unsafe"

	"github.com/stepwright/stepwright/diag"
)

// A recorder runs a workflow's function in a goroutine of its own. So runtime.Goexit, as t.FailNow calls it, ends that
// goroutine and not the one that builds; and what other goroutines write is told apart.
type recorder struct {
	done, strayed chan struct{}

	once  sync.Once
	stray diag.Position // where another goroutine wrote something

	ended bool // the workflow is written

	// Addresses between these are on the stack of the function's goroutine.
	low, high atomic.Uintptr
}

// maxStates is how many states a workflow may have, maxValues how many values, and maxNesting how deep blocks may
// stand inside each other. maxFindings is how many problems are collected.
const (
	maxStates   = 10_000
	maxValues   = 100_000
	maxNesting  = 100
	maxFindings = 1000
)

// tooMuch is what recording panics with when it would not come to an end.
type tooMuch string

// run runs f, and tells whether to make use of what it recorded: not, when another goroutine had its hands in it.
func (r *recorder) run(f func()) bool {
	r.done, r.strayed = make(chan struct{}), make(chan struct{})
	go r.recording(f)
	select {
	case <-r.done:
	case <-r.strayed: // the function may be waiting for it for ever
	}
	select {
	case <-r.strayed:
		return false
	default:
		return true
	}
}

// recording is the outermost function of the goroutine.
func (r *recorder) recording(f func()) {
	defer close(r.done)
	f()
}

// afterwards runs f, which writes the document, after the function has ended: how results are taken apart is said only then,
// and makes values too. It gives what f panicked with.
func (r *recorder) afterwards(f func()) any {
	done := make(chan any)
	go r.writing(f, done)
	return <-done
}

// writing is the outermost function of that goroutine.
func (r *recorder) writing(f func(), done chan<- any) {
	defer func() { done <- recover() }()
	f()
}

// mine ends every goroutine but the one that the workflow's function runs in.
func (r *recorder) mine() {
	var here byte
	at := uintptr(unsafe.Pointer(&here))
	if r.ended && r.atHome() {
		panic("the Flow of another workflow is used, which has been written already")
	}
	if at >= r.low.Load() && at <= r.high.Load() {
		return
	}
	if r.atHome() {
		r.learn(at)
		return
	}
	r.once.Do(func() {
		r.stray = author()
		close(r.strayed)
	})
	runtime.Goexit()
}

// atHome tells whether the goroutine is the one that the workflow's function runs in.
func (r *recorder) atHome() bool {
	var pcs [256]uintptr
	n := runtime.Callers(0, pcs[:])
	if n == len(pcs) { // the bottom is out of sight
		return true
	}
	for i := n - 1; i >= max(0, n-3); i-- {
		if name := runtime.FuncForPC(pcs[i]).Name(); strings.HasSuffix(name, "(*recorder).recording") || strings.HasSuffix(name, "(*recorder).writing") {
			return true
		}
	}
	return false
}

// near is how far apart addresses of one stack usually are: a stack that grows is moved. room is how far below an
// address the stack is taken to go on.
const (
	near = 1 << 16
	room = 1 << 12
)

func (r *recorder) learn(at uintptr) {
	low, high := r.low.Load(), r.high.Load()
	if at+near < low || at > high+near {
		low, high = at, at
	}
	r.low.Store(min(low, at-room)) // deeper calls need not ask
	r.high.Store(max(high, at))
}

// diagnose makes a diagnosis of what the function did wrong by panicking.
func (m *machine) diagnose(e any) diagnosis {
	d := diagnosis{code: "build-panic", message: fmt.Sprintf("the workflow function stopped: %v", e), hint: "it runs once, while the workflow is being written"}
	switch e := e.(type) {
	case tooMuch:
		m.found = nil // it is what they all come from
		return diagnosis{
			code: "too-much", message: "the workflow function does not come to an end: it has written " + string(e),
			hint: "a function that calls itself never stops here, because no value is known yet that could end it: use flow.While, or a workflow that starts itself",
		}
	case runtime.Error:
		d.hint = "lists have one element while the workflow is being written: use flow.At; optional values of a type that holds itself end after some levels"
		if strings.Contains(e.Error(), "nil pointer") {
			d.hint = "a function or a pointer that is used here is nil"
		}
	}
	return d
}

// unwritten is what is said when writing the document panicked, though nothing was found wrong with the workflow.
func unwritten(e any) diagnosis {
	return diagnosis{code: "build-panic", message: fmt.Sprintf("the document could not be written: %v", e), hint: "something that a step was given is nil or was never set up; if not, it is a mistake of package flow that we would like to hear of"}
}

// failed tells whether an error was found.
func (m *machine) failed() bool {
	return slices.ContainsFunc(m.found, func(x finding) bool { return x.severity == diag.Error })
}

// exited is what is said when the function called runtime.Goexit.
func exited() diagnosis {
	return diagnosis{code: "build-panic", message: "the workflow function stopped: it ended its goroutine", hint: "runtime.Goexit, and t.FailNow and t.Fatal of tests that call it, have no place in it"}
}
