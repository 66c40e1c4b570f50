package mockconfig

import (
	"context"
	"sync"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// Tasks answers the calls of the states that the test case mocks, and leaves the others to rest. It is for one
// execution: invocations are counted from its beginning, in the order in which the run makes them.
func (c *Case) Tasks(rest engine.Tasks) engine.Tasks {
	return &mocked{test: c, rest: rest, made: map[string]int{}, turns: map[int]int{}}
}

type mocked struct {
	test *Case
	rest engine.Tasks

	mu    sync.Mutex
	made  map[string]int // invocations of a state
	turns map[int]int    // which invocation a call is, by its ID
}

// Called counts an invocation.
func (m *mocked) Called(c engine.Call) {
	if m.mocks(c) {
		if !c.Waits {
			m.mu.Lock()
			m.turns[c.ID] = m.made[c.State]
			m.made[c.State]++
			m.mu.Unlock()
		}
		return
	}
	if o, ok := m.rest.(engine.CallObserver); ok {
		o.Called(c)
	}
}

// mocks tells whether the test case answers a call. What a Map reads and writes is no Task's.
func (m *mocked) mocks(c engine.Call) bool {
	_, ok := m.test.answers[c.State]
	return ok && !c.ReaderConfig.Exists() && c.Export == nil
}

// Do answers a call. A job and a callback are submitted first, whatever comes of them.
func (m *mocked) Do(ctx context.Context, c engine.Call) engine.Result {
	if !m.mocks(c) {
		if m.rest == nil {
			return engine.Failed("States.Runtime", "state "+c.State+" is not mocked, and nobody else answers it")
		}
		return m.rest.Do(ctx, c)
	}
	if lasts := c.Token != "" || c.Pattern != integration.RequestResponse; lasts && !c.Waits {
		return engine.Succeed(value.Object())
	}
	id := c.ID
	if c.Waits {
		id = c.Submission
	}
	m.mu.Lock()
	turn := m.turns[id]
	m.mu.Unlock()
	return m.test.Answer(c.State, turn)
}

// Signals are those of the rest.
func (m *mocked) Signals() <-chan engine.Signal {
	if in, ok := m.rest.(engine.Inbox); ok {
		return in.Signals()
	}
	return nil
}

// ObserveChild shows an event of a child to the rest.
func (m *mocked) ObserveChild(child engine.Child, e history.Event) {
	if o, ok := m.rest.(engine.ChildObserver); ok {
		o.ObserveChild(child, e)
	}
}
