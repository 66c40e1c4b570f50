package states

import (
	"context"
	"sync"

	"github.com/stepwright/stepwright/history"
)

// An Update says that something happened to an execution.
type Update struct {
	Execution Execution      // as it was then
	Event     *history.Event // that was written; nil when the execution has ended, which is said last
}

// Watch gives everything that happens from now on to any execution, in order for each. The channel is closed when ctx
// ends or the service is closed. However slow the reader is, executions do not wait for it.
func (s *Service) Watch(ctx context.Context) <-chan Update {
	w := &watcher{ready: make(chan struct{}, 1)}
	out := make(chan Update)
	if !s.fan.add(w) {
		close(out)
		return out
	}
	go func() {
		defer close(out)
		defer s.fan.remove(w)
		for {
			updates, ended := w.take()
			for _, u := range updates {
				select {
				case out <- u:
				case <-ctx.Done():
					return
				}
			}
			if ended {
				return
			}
			select {
			case <-w.ready:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

// A watcher queues what its reader has not taken yet.
type watcher struct {
	ready chan struct{}

	mu    sync.Mutex
	queue []Update
	ended bool
}

func (w *watcher) put(u *Update) {
	w.mu.Lock()
	if u != nil {
		w.queue = append(w.queue, *u)
	} else {
		w.ended = true
	}
	w.mu.Unlock()
	select {
	case w.ready <- struct{}{}:
	default:
	}
}

func (w *watcher) take() (updates []Update, ended bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	updates, w.queue = w.queue, nil
	return updates, w.ended
}

// A fan hands updates to all watchers.
type fan struct {
	mu       sync.Mutex
	watchers map[*watcher]bool
	closed   bool
}

func (f *fan) add(w *watcher) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed {
		return false
	}
	if f.watchers == nil {
		f.watchers = map[*watcher]bool{}
	}
	f.watchers[w] = true
	return true
}

func (f *fan) remove(w *watcher) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.watchers, w)
}

func (f *fan) send(e *execution, h *history.Event) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if len(f.watchers) == 0 {
		return
	}
	u := Update{Execution: e.public(), Event: h}
	for w := range f.watchers {
		w.put(&u)
	}
}

func (f *fan) close() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.closed = true
	for w := range f.watchers {
		w.put(nil)
	}
}
