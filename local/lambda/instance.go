package lambda

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"time"
)

// An instance is one process of a function. It works on one invocation at a time.
type instance struct {
	id      string // random: whoever knows it may speak for the function
	pool    *pool
	home    string // a folder for the process, removed with it
	process *os.Process
	output  *output
	work    chan *invocation // what the process gets when it asks next
	gone    chan struct{}    // closed when the process has ended and its log is complete
	born    time.Time
	dying   chan struct{} // closed when the process is to be killed
	dieOnce sync.Once

	rested *time.Timer // ends the process when it has been idle for long; the pool's lock is over it

	mu      sync.Mutex
	dead    bool
	leaving bool        // it is to end when it has answered
	asked   bool        // it has asked for an invocation: its start succeeded
	first   *invocation // what it was started for, until it asks
	current *invocation // what it works on
	last    *invocation // what it has answered, until it asks again
	timer   *time.Timer
	initErr *outcome // what it said at /init/error
}

// newInstance gives an instance that is not started yet, with its first work waiting.
func newInstance(f *pool, first *invocation) *instance {
	i := &instance{
		id: newSecret(), pool: f, first: first,
		work: make(chan *invocation, 1), gone: make(chan struct{}), dying: make(chan struct{}),
	}
	i.home = filepath.Join(f.service.temp, i.id)
	i.work <- first
	return i
}

// start runs the program.
func (i *instance) start() error {
	s := i.pool.service
	if err := os.MkdirAll(filepath.Join(i.home, "tmp"), 0o700); err != nil {
		return fmt.Errorf("make a folder for the process: %w", err)
	}
	out, err := newOutput(i)
	if err != nil {
		return err
	}
	i.output = out
	cmd := exec.Command(i.pool.program)
	cmd.Dir = filepath.Dir(i.pool.program)
	if i.pool.Dir != "" {
		cmd.Dir = i.pool.Dir
	}
	cmd.Env = i.environment()
	cmd.Stdout, cmd.Stderr = out.write, out.write
	cmd.SysProcAttr = ownGroup()
	i.born = time.Now()
	out.initStart()
	s.mu.Lock()
	s.instances[i.id] = i
	s.mu.Unlock()
	if err := cmd.Start(); err != nil {
		i.unregister()
		out.abandon()
		_ = os.RemoveAll(i.home)
		return fmt.Errorf("start the program: %w", err)
	}
	i.process = cmd.Process
	if !s.goBackground(func() { i.watch(cmd) }) {
		killGroup(i.process)
		_ = cmd.Wait()
		i.unregister()
		out.abandon()
		return errClosed
	}
	return nil
}

func (i *instance) unregister() {
	s := i.pool.service
	s.mu.Lock()
	delete(s.instances, i.id)
	s.mu.Unlock()
}

// watch waits for the end of the process, which may come by itself or be wanted, and cleans up.
func (i *instance) watch(cmd *exec.Cmd) {
	limit := time.AfterFunc(i.pool.service.config.InitTimeout, i.startTooSlow)
	ended := make(chan struct{})
	var killer sync.WaitGroup
	killer.Go(func() {
		select {
		case <-i.dying:
			killGroup(i.process)
		case <-ended:
		}
	})
	_ = cmd.Wait()
	close(ended)
	killer.Wait()
	endGroup(i.process) // what the process started and left behind
	limit.Stop()
	i.unregister()
	i.pool.forget(i)
	i.ended(cmd.ProcessState.String())
	i.output.close()
	_ = os.RemoveAll(i.home)
	close(i.gone)
}

// kill ends the process; gone is closed when that is done.
func (i *instance) kill() { i.dieOnce.Do(func() { close(i.dying) }) }

// startTooSlow ends a process that has not asked for its first invocation in time.
func (i *instance) startTooSlow() {
	i.mu.Lock()
	inv := i.first
	if i.asked || i.dead || inv == nil {
		i.mu.Unlock()
		return
	}
	i.dead, i.first = true, nil
	i.mu.Unlock()
	limit := i.pool.service.config.InitTimeout
	inv.begun, inv.status = i.born, "timeout"
	inv.note = fmt.Sprintf("%s %s Task timed out after %.2f seconds: the program did not ask for its first invocation", stamp(i.pool.service.now()), inv.id, limit.Seconds())
	i.answer(inv, timedOut(inv, limit), false)
	i.kill()
}

// give hands an idle process its next invocation; false when the process has ended.
func (i *instance) give(inv *invocation) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.dead {
		return false
	}
	i.work <- inv // never blocks: only one invocation is given at a time
	return true
}

// took is called when the process takes inv: its time begins.
func (i *instance) took(inv *invocation) {
	i.mu.Lock()
	defer i.mu.Unlock()
	inv.begun = time.Now()
	if i.first == inv {
		i.first = nil
		inv.cold = inv.begun.Sub(i.born)
	}
	i.output.start(inv)
	i.current = inv
	i.timer = time.AfterFunc(i.pool.Timeout, func() { i.expire(inv) })
}

// asks is called when the process asks for an invocation: what it answered before is over.
func (i *instance) asks() {
	i.mu.Lock()
	i.asked = true
	i.settle()
	i.mu.Unlock()
	i.leave()
}

// endWhenFree ends the process, but not before it has answered what it works on, and asked again.
func (i *instance) endWhenFree() {
	i.mu.Lock()
	i.leaving = true
	i.mu.Unlock()
	i.leave()
}

// leave ends a process that is to end and has nothing to do.
func (i *instance) leave() {
	i.mu.Lock()
	free := i.leaving && i.asked && i.current == nil && i.last == nil && len(i.work) == 0
	i.dead = i.dead || free
	i.mu.Unlock()
	if free {
		i.kill()
	}
}

// settle ends the invocation that was answered last.
func (i *instance) settle() {
	if i.last == nil {
		return
	}
	i.timer.Stop()
	i.output.end(i.last)
	i.last = nil
}

// answers is called with what the process says about the invocation id; false when it does not work on that.
func (i *instance) answers(id string, out outcome) bool {
	i.mu.Lock()
	inv := i.current
	if inv == nil || inv.id != id || i.dead {
		i.mu.Unlock()
		return false
	}
	i.current, i.last = nil, inv
	i.mu.Unlock()
	inv.ended = time.Now()
	i.answer(inv, out, true)
	return true
}

// working tells whether the process works on the invocation id.
func (i *instance) working(id string) bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.current != nil && i.current.id == id
}

// answer gives inv its outcome. The process is then free for the next invocation, if it lives on.
func (i *instance) answer(inv *invocation, out outcome, livesOn bool) {
	if inv.ended.IsZero() {
		inv.ended = time.Now()
	}
	if livesOn {
		i.pool.rest(i)
		select {
		case <-i.pool.retired:
			i.endWhenFree()
		default:
		}
	} else {
		i.output.end(inv)
	}
	i.pool.finish(inv, out)
}

// expire ends the process when inv has had its time, be it that it has answered but not asked again.
func (i *instance) expire(inv *invocation) {
	i.mu.Lock()
	late := i.current == inv && !i.dead
	if !late && i.last != inv {
		i.mu.Unlock()
		return
	}
	i.current = nil
	i.dead = i.dead || late
	i.mu.Unlock()
	if late {
		limit := i.pool.Timeout
		inv.status = "timeout"
		inv.note = fmt.Sprintf("%s %s Task timed out after %.2f seconds", stamp(i.pool.service.now()), inv.id, limit.Seconds())
		i.answer(inv, timedOut(inv, limit), false)
	}
	i.kill()
}

// ended is called when the process has: whatever it had to do is answered, or given to another process.
func (i *instance) ended(how string) {
	i.mu.Lock()
	wasDead := i.dead
	i.dead = true
	if i.timer != nil {
		i.timer.Stop()
	}
	if i.last != nil && !i.stopping() { // it answered, and then ended instead of asking again
		i.last.status, i.last.note = "error", exitNote(i.last, how)
	}
	i.settle()
	inv := i.current
	i.current = nil
	var waiting *invocation
	select {
	case waiting = <-i.work:
	default:
	}
	first, initErr := i.first, i.initErr
	i.first = nil
	i.mu.Unlock()
	switch {
	case inv != nil:
		i.crashed(inv, exited(inv, how), how)
	case waiting != nil && waiting == first:
		out := exited(waiting, how)
		if initErr != nil {
			out = *initErr
		}
		waiting.begun = i.born
		i.crashed(waiting, out, how)
	case waiting != nil && !wasDead:
		i.pool.dispatch(waiting) // it was idle, so this is not the invocation's fault
	}
}

func (i *instance) crashed(inv *invocation, out outcome, how string) {
	inv.status, inv.note = "error", exitNote(inv, how)
	if i.stopping() {
		out = stopped(inv)
	}
	i.answer(inv, out, false)
}

func exitNote(inv *invocation, how string) string {
	return "RequestId: " + inv.id + " Error: Runtime exited with error: " + how + "\nRuntime.ExitError"
}

// stopping tells whether the process was ended by us, and not for being late.
func (i *instance) stopping() bool {
	i.pool.mu.Lock()
	defer i.pool.mu.Unlock()
	return i.pool.closed
}

func stamp(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000Z") }
