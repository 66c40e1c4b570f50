package engine

import (
	"context"
	"io"
	"sync"
	"time"

	"github.com/stepwright/stepwright/items"
)

// A page holds so many items, or so many bytes of them, at most.
const (
	pageItems = 4096
	pageBytes = 1 << 20
)

// A Reading says which items a Distributed Map wants: those after the first From, at most Most if that is not 0. The
// answer's Page may have fewer and say that there are more.
type Reading struct {
	MapRunArn  string
	From, Most int
}

// A Page are some of the items of a Distributed Map.
type Page struct {
	Items []items.Item
	More  bool // the next page is to be asked for; it may be empty
}

// An ItemOpener is what Tasks also are when they give the items of Distributed Maps one after the other: Execute then
// asks it, and not Do, for a reader of what a Call with a Reading names, reads ahead a page, and closes the reader if
// it is an io.Closer. The context ends when the items are not wanted any more. What Next fails with is the cause of
// States.ItemReaderFailed.
type ItemOpener interface {
	OpenItems(ctx context.Context, c Call) (items.Reader, *Failure)
}

// books are the items that Map Runs of an execution are reading, by the Map Runs' ARNs.
type books struct {
	ctx    context.Context //nolint:containedctx // of the execution, as the driver's
	opener ItemOpener

	mu     sync.Mutex
	closed bool
	open   map[string]*book
	read   sync.WaitGroup
}

// A book is read by a goroutine of its own, a page ahead.
type book struct {
	pages  chan Result
	cancel context.CancelFunc
}

func newBooks(ctx context.Context, tasks Tasks) *books {
	opener, _ := tasks.(ItemOpener)
	return &books{ctx: ctx, opener: opener, open: map[string]*book{}}
}

// page gives the page that a call asks for.
func (b *books) page(ctx context.Context, c Call) Result {
	select {
	case r := <-b.book(c).pages:
		return r
	case <-ctx.Done():
		return Failed(errItemReader, "the items are not wanted any more")
	}
}

func (b *books) book(c Call) *book {
	b.mu.Lock()
	defer b.mu.Unlock()
	if k := b.open[c.Reading.MapRunArn]; k != nil {
		return k
	}
	ctx, cancel := context.WithCancel(b.ctx)
	k := &book{pages: make(chan Result), cancel: cancel}
	b.open[c.Reading.MapRunArn] = k
	if b.closed {
		cancel()
		return k
	}
	b.read.Go(func() { b.turn(ctx, k, c) })
	return k
}

// turn reads page after page, until nothing is left or wanted.
func (b *books) turn(ctx context.Context, k *book, c Call) {
	defer k.cancel()
	give := func(r Result) bool {
		select {
		case k.pages <- r:
			return true
		case <-ctx.Done():
			return false
		}
	}
	r, f := b.opener.OpenItems(ctx, c)
	if f != nil {
		give(Result{Failure: f})
		return
	}
	defer items.Close(r) //nolint:errcheck // nothing more is wanted of it
	left := -1
	if c.Reading.Most > 0 {
		left = c.Reading.Most
	}
	for range c.Reading.From {
		if _, err := r.Next(); err != nil {
			break
		}
	}
	for ctx.Err() == nil {
		p, err := nextPage(r, left)
		left -= len(p.Items)
		if p.More = err == nil && left != 0; err == io.EOF {
			err = nil
		}
		if err != nil && len(p.Items) > 0 { // the failure is a page of its own
			if p.More = true; !give(Result{Page: p}) {
				return
			}
			p = &Page{}
		}
		result := Result{Page: p}
		if err != nil {
			result = Failed(errItemReader, err.Error())
		}
		if !give(result) || !p.More {
			return
		}
	}
}

// nextPage reads a page; most is how many items are wanted at all, or negative.
func nextPage(r items.Reader, most int) (*Page, error) {
	p := &Page{}
	for size := 0; len(p.Items) < pageItems && size < pageBytes && len(p.Items) != most; {
		it, err := r.Next()
		if err != nil {
			return p, err
		}
		if p.Items == nil {
			p.Items = make([]items.Item, 0, pageItems/4)
		}
		size += it.Value.Size()
		p.Items = append(p.Items, it)
	}
	return p, nil
}

// shut ends the reading for a Map Run that has ended.
func (b *books) shut(mapRunArn string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if k := b.open[mapRunArn]; k != nil {
		k.cancel()
		delete(b.open, mapRunArn)
	}
}

// close ends all reading and waits until it has ended.
func (b *books) close() {
	b.mu.Lock()
	b.closed = true
	for _, k := range b.open {
		k.cancel()
	}
	b.mu.Unlock()
	b.read.Wait()
}

// observeChildren shows the events of children that come before an event of the run's own, and gives those left.
func (d *driver) observeChildren(all []ChildHistory, before int) []ChildHistory {
	n := 0
	for n < len(all) && all[n].After <= before {
		n++
	}
	if n == 0 {
		return all
	}
	switch o := d.tasks.(type) {
	case ChildrenObserver:
		o.ObserveChildren(all[:n])
	case ChildObserver:
		for i := range all[:n] {
			for e := range all[i].Events() {
				o.ObserveChild(*all[i].Child, e)
			}
		}
	}
	return all[n:]
}

// meetMapRuns tells of Map Runs that have begun, before their children are told of.
func (d *driver) meetMapRuns(all []MapRun) {
	o, ok := d.tasks.(MapRunObserver)
	if !ok {
		return
	}
	for _, m := range all {
		if !d.met[m.Arn] {
			m.Status, m.Stopped, m.Items, m.Executions = Running, time.Time{}, Counts{}, Counts{}
			o.ObserveMapRun(m)
			d.met[m.Arn] = true
		}
	}
}

// observeMapRuns tells how Map Runs are doing. Of those that have ended nothing more is read.
func (d *driver) observeMapRuns(all []MapRun) {
	o, ok := d.tasks.(MapRunObserver)
	for _, m := range all {
		if m.Status != Running {
			d.books.shut(m.Arn)
			delete(d.met, m.Arn)
		}
		if ok {
			o.ObserveMapRun(m)
		}
	}
}
