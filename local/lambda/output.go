package lambda

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"slices"
	"sync"
	"time"
)

const (
	maxLine  = 256 << 10 // CloudWatch's limit for one event
	tailSize = 4 << 10   // what an answer with LogType Tail holds
)

// An output reads what a process prints and makes the function's log of it. Standard output and error are one pipe.
// We write our own marks into the same pipe, so that START and END stand exactly around what an invocation printed.
type output struct {
	instance *instance
	stream   string
	mark     []byte
	write    *os.File
	read     *os.File
	done     chan struct{}

	mu    sync.Mutex
	marks []mark // written to the pipe and not yet read

	// of the reader alone
	line    []byte
	left    int // how much may still be logged for this invocation
	cut     bool
	tail    []byte
	current *invocation
}

// A mark says what happened at a place in the pipe.
type mark struct {
	kind markKind
	inv  *invocation
}

type markKind uint8

const (
	begin markKind = iota
	end
	quit
)

func newOutput(i *instance) (*output, error) {
	r, w, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe for the program's output: %w", err)
	}
	o := &output{
		instance: i, read: r, write: w, done: make(chan struct{}),
		stream: i.pool.service.now().UTC().Format("2006/01/02") + "/[" + i.pool.version + "]" + i.id[:16] + newSecret()[:16],
		mark:   []byte("\x00stepwright:" + newSecret() + "\x00"),
		left:   i.pool.service.config.MaxLogBytes,
	}
	go o.run()
	return o, nil
}

func (o *output) start(inv *invocation) { o.put(mark{begin, inv}) }
func (o *output) end(inv *invocation)   { o.put(mark{end, inv}) }

func (o *output) put(m mark) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.marks = append(o.marks, m)
	_, _ = o.write.Write(o.mark)
}

// close waits until everything printed so far is logged.
func (o *output) close() {
	o.put(mark{kind: quit})
	<-o.done
	o.abandon()
}

func (o *output) abandon() {
	_ = o.write.Close()
	<-o.done
	_ = o.read.Close()
}

func (o *output) run() {
	defer close(o.done)
	chunk := make([]byte, 64<<10)
	var data []byte
	for {
		n, err := o.read.Read(chunk)
		data = append(data, chunk[:n]...)
		for {
			at := bytes.Index(data, o.mark)
			if at < 0 {
				break
			}
			o.text(data[:at])
			data = data[at+len(o.mark):]
			if o.reached() {
				return
			}
		}
		keep := o.partialMark(data)
		o.text(data[:keep])
		data = slices.Clone(data[keep:])
		if err != nil {
			return
		}
	}
}

// partialMark is where in data a mark may have begun whose end has not been read yet.
func (o *output) partialMark(data []byte) int {
	from := max(0, len(data)-len(o.mark)+1)
	for i := from; i < len(data); i++ {
		if bytes.HasPrefix(o.mark, data[i:]) {
			return i
		}
	}
	return len(data)
}

// text logs the lines in b; the last one may go on later.
func (o *output) text(b []byte) {
	for len(b) > 0 && !o.cut {
		at := bytes.IndexByte(b, '\n')
		if at < 0 {
			at = len(b)
		}
		part := b[:min(at, maxLine-len(o.line))]
		o.line = append(o.line, part...)
		b = b[len(part):]
		switch {
		case len(b) > 0 && b[0] == '\n':
			b = b[1:]
			o.flush()
		case len(o.line) == maxLine:
			o.flush()
		}
	}
}

// flush logs the line read so far.
func (o *output) flush() {
	if len(o.line) == 0 {
		return
	}
	o.left -= len(o.line) + 1
	if o.left < 0 {
		o.cut = true
		o.platform(fmt.Sprintf("stepwright: the output is cut off here: one invocation may print %d bytes", o.instance.pool.service.config.MaxLogBytes))
	} else {
		o.platform(string(o.line))
	}
	o.line = o.line[:0]
}

// platform logs a line that counts for nothing.
func (o *output) platform(line string) {
	f := o.instance.pool
	f.service.log(f.LogGroup, o.stream, f.service.now(), line)
	o.tail = append(append(o.tail, line...), '\n')
	if over := len(o.tail) - tailSize; over > 0 {
		o.tail = append(o.tail[:0], o.tail[over:]...)
	}
}

// reached handles the next mark; true means that no more is to be read.
func (o *output) reached() bool {
	o.mu.Lock()
	m := o.marks[0]
	o.marks = o.marks[1:]
	o.mu.Unlock()
	o.flush()
	switch m.kind {
	case begin:
		o.begin(m.inv)
	case end:
		if o.current != m.inv { // the process ended before it took the invocation
			o.begin(m.inv)
		}
		o.finish(m.inv)
	case quit:
		return true
	}
	return false
}

// milliseconds is d with two decimals.
func milliseconds(d time.Duration) float64 { return math.Round(d.Seconds()*1e5) / 1e2 }
