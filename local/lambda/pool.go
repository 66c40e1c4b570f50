package lambda

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"
)

// A pool is one version of a function, $LATEST or a published one, with its processes. Each running invocation holds
// one slot; a process is idle or belongs to one invocation, so that there are never more processes than slots.
//
// What a version is never changes: an update puts a new pool in the place of $LATEST and retires the old one, whose
// processes finish what they do and then end.
type pool struct {
	Function
	service  *Service
	version  string // "$LATEST", "1", "2"…
	revision string // RevisionId, new with every change
	code     code
	program  string
	from     *pool // the $LATEST that a published version was made of
	slots    chan struct{}
	retired  chan struct{} // closed when nothing new is to begin

	mu        sync.Mutex
	closed    bool        // the function goes away, with what runs
	idle      []*instance // the one used last is at the end
	instances map[*instance]bool
}

func newPool(s *Service, f Function, version, program string, c code) *pool {
	return &pool{
		Function: f, service: s, version: version, program: program, code: c, revision: newRevision(),
		slots: make(chan struct{}, s.config.MaxInstances), retired: make(chan struct{}),
		instances: map[*instance]bool{},
	}
}

// errRetired says that an invocation came too late for this pool; its successor will take it.
var errRetired = errors.New("the version has been replaced")

// invoke runs one invocation. It returns when the function has answered, or failed, or ctx is done; in that case the
// function goes on, as on AWS. ended is called when it is over, whoever waits.
func (p *pool) invoke(ctx context.Context, inv *invocation) (outcome, error) {
	if err := p.enter(ctx); err != nil {
		return outcome{}, err
	}
	inv.taken = true
	p.dispatch(inv)
	select {
	case out := <-inv.done:
		return out, nil
	case <-ctx.Done():
		return outcome{}, fmt.Errorf("invoke %s: %w", p.Name, ctx.Err())
	}
}

// enter takes a slot, which finish gives back.
func (p *pool) enter(ctx context.Context) error {
	select {
	case p.slots <- struct{}{}:
		return nil
	default:
	}
	select {
	case p.slots <- struct{}{}:
		return nil
	case <-p.retired:
		return errRetired
	case <-ctx.Done():
		return fmt.Errorf("invoke %s: %w", p.Name, ctx.Err())
	case <-p.service.stop.Done():
		return errClosed
	}
}

// dispatch gives inv to an idle process, or to a new one.
func (p *pool) dispatch(inv *invocation) {
	for {
		i := p.take()
		if i == nil {
			p.launch(inv)
			return
		}
		if i.give(inv) {
			return
		}
	}
}

func (p *pool) take() *instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := len(p.idle)
	if n == 0 {
		return nil
	}
	i := p.idle[n-1]
	p.idle = p.idle[:n-1]
	i.rested.Stop()
	return i
}

// launch starts a process for inv. What goes wrong is the invocation's outcome, as on AWS.
func (p *pool) launch(inv *invocation) {
	i := newInstance(p, inv)
	p.mu.Lock()
	closed := p.closed
	if !closed {
		p.instances[i] = true
	}
	p.mu.Unlock()
	if closed {
		p.finish(inv, stopped(inv))
		return
	}
	if err := i.start(); err != nil {
		p.forget(i)
		close(i.gone)
		p.finish(inv, failed(inv, "Runtime.InvalidEntrypoint", err.Error()))
	}
}

// finish answers inv and gives its slot back.
func (p *pool) finish(inv *invocation, out outcome) {
	<-p.slots
	inv.over(out)
	inv.done <- out
}

// rest puts a process that has answered among the idle ones. It need not have asked for its next invocation yet:
// the next one waits for it there. A process that nobody needs for a while ends.
func (p *pool) rest(i *instance) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.instances[i] {
		return
	}
	p.idle = append(p.idle, i)
	if i.rested == nil {
		i.rested = time.AfterFunc(p.service.config.IdleTimeout, func() { p.tooIdle(i) })
	} else {
		i.rested.Reset(p.service.config.IdleTimeout)
	}
}

// tooIdle ends a process that still waits for work.
func (p *pool) tooIdle(i *instance) {
	p.mu.Lock()
	at := slices.Index(p.idle, i)
	if at >= 0 {
		p.idle = slices.Delete(p.idle, at, at+1)
	}
	p.mu.Unlock()
	if at >= 0 {
		i.endWhenFree()
	}
}

// forget takes a process that has ended out of use.
func (p *pool) forget(i *instance) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.instances, i)
	p.idle = slices.DeleteFunc(p.idle, func(o *instance) bool { return o == i })
	if i.rested != nil {
		i.rested.Stop()
	}
}

// retire lets nothing new begin. Idle processes end, busy ones when they have answered.
func (p *pool) retire() {
	p.mu.Lock()
	all := p.all()
	select {
	case <-p.retired:
	default:
		close(p.retired)
	}
	p.idle = nil
	p.mu.Unlock()
	for _, i := range all {
		i.endWhenFree()
	}
}

// all are the processes; p.mu is held.
func (p *pool) all() []*instance {
	all := make([]*instance, 0, len(p.instances))
	for i := range p.instances {
		all = append(all, i)
	}
	return all
}

// close ends all processes and waits until they are gone.
func (p *pool) close() {
	p.retire()
	p.mu.Lock()
	p.closed = true
	all := p.all()
	p.mu.Unlock()
	for _, i := range all {
		i.kill()
		<-i.gone
	}
}
