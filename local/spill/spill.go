// Package spill keeps what became of the children of a Map Run, of which there may be millions: how each is doing, and
// its history. Little of it is in memory; the rest is in temporary files, which are gone when the process is.
package spill

import (
	"encoding/binary"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
)

// A Store keeps the children of one Map Run. It is safe for use by many goroutines at once. Make it with [New], end it
// with [Store.Close].
type Store struct {
	mu      sync.Mutex
	pieces  file // histories, piece after piece, each with the place of the child's piece before
	entries file // one entry of a fixed size for each child, by index
	count   int
	live    map[int]*entry // of children that run
	err     error          // the first that writing has met
}

// New makes a Store whose files are in a folder; "" is the system's for temporary files. Files are made when there is
// more than memory bytes to keep.
func New(folder string, memory int) *Store {
	return &Store{
		pieces: file{folder: folder, memory: memory}, entries: file{folder: folder, memory: memory}, live: map[int]*entry{},
	}
}

// A Child is how a child is doing.
type Child struct {
	Index            int
	Name             string
	Status           engine.Status
	Started, Stopped time.Time
	Items            int // how many it is for
	Events           int // of its history

	last int64 // the place of its last piece
}

// entrySize is the size of what is kept of each child: its name, which is a UUID, and numbers.
const entrySize = 16 + 8 + 8 + 8 + 4 + 4 + 1

// An entry is a Child as it is written.
type entry struct {
	name    [16]byte
	last    int64 // the place of its last piece; -1 for none
	started int64
	stopped int64
	items   uint32
	events  uint32
	status  byte
}

var statuses = []engine.Status{engine.Running, engine.Succeeded, engine.FailedRun, engine.TimedOut, engine.Aborted}

func (e *entry) append(dst []byte) []byte {
	dst = append(dst, e.name[:]...)
	for _, n := range []int64{e.last, e.started, e.stopped} {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(n))
	}
	dst = binary.LittleEndian.AppendUint32(dst, e.items)
	dst = binary.LittleEndian.AppendUint32(dst, e.events)
	return append(dst, e.status)
}

func readEntry(b []byte) *entry {
	e := &entry{name: [16]byte(b)}
	at := func(i int) int64 { return int64(binary.LittleEndian.Uint64(b[i:])) }
	e.last, e.started, e.stopped = at(16), at(24), at(32)
	e.items, e.events, e.status = binary.LittleEndian.Uint32(b[40:]), binary.LittleEndian.Uint32(b[44:]), b[48]
	return e
}

func (e *entry) child(index int) Child {
	c := Child{
		Index: index, Name: nameOf(e.name), Status: statuses[e.status], Started: time.UnixMilli(e.started).UTC(),
		Items: int(e.items), Events: int(e.events), last: e.last,
	}
	if e.status > 0 {
		c.Stopped = time.UnixMilli(e.stopped).UTC()
	}
	return c
}

// head is what comes before a piece: the place of the child's piece before, and the length of this one.
const head = 8 + 4

// A written piece is one that is not in the file yet.
type written struct {
	h      *engine.ChildHistory
	from   int // in the buffer of its worker
	to     int
	events int
	first  history.Event
	last   history.Event
}

// Observe keeps pieces of histories, in order. All children must be of the Store's Map Run.
func (s *Store) Observe(all []engine.ChildHistory) {
	workers := min(runtime.GOMAXPROCS(0), len(all)/16+1)
	parts, buffers := make([][]written, workers), make([][]byte, workers)
	var done sync.WaitGroup
	for w := range workers {
		done.Go(func() {
			parts[w], buffers[w] = write(all[len(all)*w/workers : len(all)*(w+1)/workers])
		})
	}
	done.Wait()
	s.mu.Lock()
	defer s.mu.Unlock()
	var ended []int // in order, with their entries
	var entries []*entry
	for w := range workers {
		for i := range parts[w] {
			p := &parts[w][i]
			if e := s.add(p, buffers[w]); e.status > 0 {
				ended, entries = append(ended, p.h.Child.Index), append(entries, e)
			}
		}
		s.note(s.pieces.append(buffers[w]))
	}
	s.end(ended, entries)
}

// write writes pieces one after the other.
func write(all []engine.ChildHistory) (parts []written, buffer []byte) {
	parts = make([]written, 0, len(all))
	for i := range all {
		p := written{h: &all[i], from: len(buffer)}
		buffer = append(buffer, make([]byte, head)...)
		buffer = history.AppendBinary(buffer, func(yield func(history.Event) bool) {
			for e := range all[i].Events() {
				if p.events == 0 {
					p.first = history.Event{Time: e.Time}
				}
				p.last = history.Event{Time: e.Time, Type: e.Type}
				p.events++
				if !yield(e) {
					return
				}
			}
		})
		p.to = len(buffer)
		binary.LittleEndian.PutUint32(buffer[p.from+8:], uint32(p.to-p.from-head))
		parts = append(parts, p)
	}
	return parts, buffer
}

// add takes in a piece that is about to be written, and gives the child's entry.
func (s *Store) add(p *written, buffer []byte) *entry {
	index := p.h.Child.Index
	e := s.live[index]
	if e == nil {
		e = &entry{name: bytesOf(p.h.Child.Name), last: -1, started: p.first.Time.UnixMilli(), items: uint32(p.h.Child.Items)}
		s.live[index] = e
		s.count = max(s.count, index+1)
	}
	binary.LittleEndian.PutUint64(buffer[p.from:], uint64(e.last))
	e.last = s.pieces.size + int64(p.from)
	e.events += uint32(p.events)
	switch p.last.Type {
	case history.ExecutionSucceeded:
		e.status = 1
	case history.ExecutionFailed:
		e.status = 2
	case history.ExecutionTimedOut:
		e.status = 3
	case history.ExecutionAborted:
		e.status = 4
	default: // it goes on
		return e
	}
	e.stopped = p.last.Time.UnixMilli()
	delete(s.live, index)
	return e
}

// end writes the entries of children that have ended; those that follow on each other at once.
func (s *Store) end(indexes []int, entries []*entry) {
	var b []byte
	for i := 0; i < len(indexes); {
		from := indexes[i]
		for b = b[:0]; i < len(indexes) && indexes[i] == from+len(b)/entrySize; i++ {
			b = entries[i].append(b)
		}
		s.note(s.entries.put(int64(from)*entrySize, b))
	}
}

func (s *Store) note(err error) {
	if s.err == nil {
		s.err = err
	}
}

// Len is how many children there are.
func (s *Store) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// Child is the child of an index.
func (s *Store) Child(index int) (Child, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.child(index)
}

func (s *Store) child(index int) (Child, error) {
	if s.err != nil {
		return Child{}, s.err
	}
	if index < 0 || index >= s.count {
		return Child{}, fmt.Errorf("there is no child %d of %d", index, s.count)
	}
	if e := s.live[index]; e != nil {
		return e.child(index), nil
	}
	b, err := s.entries.get(int64(index)*entrySize, entrySize)
	if err != nil {
		return Child{}, err
	}
	return readEntry(b).child(index), nil
}

// Find finds a child by its name; ok is false if there is none.
func (s *Store) Find(name string) (c Child, ok bool, err error) {
	want := bytesOf(name)
	if nameOf(want) != name {
		return Child{}, false, nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for index, e := range s.live {
		if e.name == want {
			return e.child(index), true, s.err
		}
	}
	const many = 4096
	for from := 0; from < s.count && s.err == nil; from += many {
		n := min(many, s.count-from)
		b, err := s.entries.get(int64(from)*entrySize, n*entrySize)
		if err != nil {
			return Child{}, false, err
		}
		for i := range n {
			if e := b[i*entrySize:]; [16]byte(e) == want && s.live[from+i] == nil {
				return readEntry(e).child(from + i), true, nil
			}
		}
	}
	return Child{}, false, s.err
}

// History is the history of a child so far. It was told by Child or Find; events that came since are not in it.
func (s *Store) History(c Child) ([]history.Event, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var pieces [][]byte
	for at := c.last; at >= 0; {
		b, err := s.pieces.get(at, head)
		if err != nil {
			return nil, err
		}
		piece, err := s.pieces.get(at+head, int(binary.LittleEndian.Uint32(b[8:])))
		if err != nil {
			return nil, err
		}
		pieces = append(pieces, piece)
		at = int64(binary.LittleEndian.Uint64(b))
	}
	events := make([]history.Event, 0, c.Events)
	for _, piece := range slices.Backward(pieces) {
		more, err := history.ParseBinary(piece)
		if err != nil {
			return nil, err
		}
		events = append(events, more...)
	}
	return events, nil
}

// Size is how many bytes the Store has written.
func (s *Store) Size() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.pieces.size + s.entries.size
}

// Close removes the files.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.pieces.close(); err != nil {
		return err
	}
	return s.entries.close()
}
