package engine

import (
	"encoding/hex"
	"strings"
	"time"

	"github.com/stepwright/stepwright/items"
	"github.com/stepwright/stepwright/value"
)

// A MapRun is a picture of a Map Run, with the members of DescribeMapRun.
type MapRun struct {
	Arn, ExecutionArn string
	StateMachineArn   string // what the children are executions of
	State             string // the Map's name
	Children          Type
	Status            Status // never TimedOut
	Started, Stopped  time.Time

	MaxConcurrency             int // 0 for no limit of its own
	ToleratedFailureCount      int
	ToleratedFailurePercentage float64

	Items, Executions Counts
}

// Counts are how many items, or how many children, are how far. Their sum is what DescribeMapRun calls the total.
type Counts struct {
	Pending   int `json:"pending,omitempty"` // read, and not begun
	Running   int `json:"running,omitempty"`
	Succeeded int `json:"succeeded,omitempty"`
	Failed    int `json:"failed,omitempty"`
	TimedOut  int `json:"timedOut,omitempty"`
	Aborted   int `json:"aborted,omitempty"`

	// ResultsWritten are those of the above whose results a ResultWriter has written.
	ResultsWritten int `json:"resultsWritten,omitempty"`
}

// Total is how many there are.
func (c Counts) Total() int { return c.Pending + c.begun() }

func (c Counts) begun() int { return c.Running + c.ended() }

func (c Counts) ended() int { return c.Succeeded + c.failed() }

// failed are those that did not succeed.
func (c Counts) failed() int { return c.Failed + c.TimedOut + c.Aborted }

// end counts n that were running and have ended.
func (c *Counts) end(s Status, n int) {
	c.Running -= n
	switch s {
	case Succeeded:
		c.Succeeded += n
	case FailedRun:
		c.Failed += n
	case TimedOut:
		c.TimedOut += n
	case Aborted, Running:
		c.Aborted += n
	}
}

// A MapRunObserver is what Tasks also are when they want to know how Map Runs are doing: when one has begun, and after
// whatever was observed of its children, on the goroutine that executes the run.
type MapRunObserver interface {
	ObserveMapRun(m MapRun)
}

// UpdateMapRun is a signal that changes limits of a Map Run that runs, as the action of that name does. Nil leaves a
// limit as it is.
type UpdateMapRun struct {
	MapRunArn                  string
	MaxConcurrency             *int
	ToleratedFailureCount      *int
	ToleratedFailurePercentage *float64
}

// StopChild is a signal that ends a child of a Map Run as StopExecution does.
type StopChild struct {
	ExecutionArn string
	Stop         Stop
}

func (UpdateMapRun) signal() {}
func (StopChild) signal()    {}

// A mapRun is the Map Run of a thread, while it runs.
type mapRun struct {
	Arn     string    `json:"arn"`
	Machine string    `json:"machine"` // the name of what the children are executions of
	Account string    `json:"account"`
	Seed    uint64    `json:"seed"` // of all that is random in children: their names, and what they draw
	Began   time.Time `json:"began"`

	Most     int         `json:"most,omitempty"` // children side by side, as the Map says; 0 for no limit
	Count    *float64    `json:"count"`          // of tolerated failures, if given
	Percents *float64    `json:"percents"`       // of tolerated failures, if given
	Per      int         `json:"per,omitempty"`  // items of a batch; 0 for no limit
	Bytes    int         `json:"bytes,omitempty"`
	Shared   value.Value `json:"shared,omitzero"` // BatchInput

	Origin  value.Value `json:"origin,omitzero"`   // what the reader is called with
	Reading bool        `json:"reading,omitempty"` // a page of items is asked for
	More    bool        `json:"more,omitempty"`    // there may be more to read
	Limit   int         `json:"limit,omitempty"`   // of items that are read; 0 for none
	Read    int         `json:"read,omitempty"`    // items so far
	Queue   []queued    `json:"queue,omitempty"`   // items that have been read, and have no child yet

	Items      Counts `json:"items"`
	Executions Counts `json:"executions"`

	Results []value.Value `json:"results,omitempty"` // of children by index, unless they are exported or too large
	Held    int           `json:"held,omitempty"`    // bytes of all Results
	Over    bool          `json:"over,omitempty"`    // they were too large

	Records []value.Value `json:"records,omitempty"` // of children that have ended, to be exported
	Size    int           `json:"size,omitempty"`    // bytes of Records
	Waiting Counts        `json:"waiting,omitzero"`  // children and items of Records, in Succeeded and Failed
	Target  value.Value   `json:"target,omitzero"`   // what the writer is called with
	Parts   int           `json:"parts,omitempty"`   // exported so far
	Last    bool          `json:"last,omitempty"`    // the last part is out

	Failure *Failure `json:"failure,omitempty"` // how the Map Run ends when all is exported
}

// A queued item waits for its child.
type queued struct {
	item
	Input value.Value `json:"input,omitzero"` // what the ItemSelector made of it, once it has
}

// input is what a child gets of the item.
func (q *queued) input() value.Value {
	if q.Input.Exists() {
		return q.Input
	}
	return q.item.input()
}

// side is how many children may run side by side.
func (r *mapRun) side() int {
	if r.Most > 0 {
		return min(r.Most, maxDistributed)
	}
	return maxDistributed
}

// exceeded tells whether more items have failed than the Map Run tolerates. A share of all items is known when the
// last one has been read.
func (r *mapRun) exceeded() bool {
	failed := float64(r.Items.failed())
	if r.Count == nil && r.Percents == nil {
		return failed > 0
	}
	if r.Count != nil && failed > *r.Count {
		return true
	}
	all := r.Read
	if r.More {
		all = r.Limit
	}
	return r.Percents != nil && failed > 0 && (*r.Percents == 0 || all > 0 && failed*100 > *r.Percents*float64(all))
}

// add puts items that were read at the end of the queue.
func (r *mapRun) add(read []items.Item, source string, more bool) {
	if r.Limit > 0 && len(read) >= r.Limit-r.Read {
		read, more = read[:r.Limit-r.Read], false
	}
	r.Queue = append(make([]queued, 0, len(r.Queue)+len(read)), r.Queue...)
	for _, it := range read {
		if it.Source == "" {
			it.Source = source
		}
		r.Queue = append(r.Queue, queued{item: item{Index: r.Read, Key: it.Key, Value: it.Value, Source: it.Source}})
		r.Read++
	}
	r.More = more
}

// prefix begins the ARNs of a Map Run's children.
func (r *mapRun) prefix(region string) string {
	return "arn:aws:states:" + region + ":" + r.Account + ":"
}

// tell adds a picture of a thread's Map Run to what comes of the signal; of several, the last counts.
func (x *step) tell(t *thread, s *distributed, status Status) {
	r := t.Run
	m := MapRun{
		Arn: r.Arn, ExecutionArn: x.s.Start.ExecutionArn, StateMachineArn: r.prefix(x.s.Start.Region) + "stateMachine:" + r.Machine,
		State: t.State, Children: s.kind, Status: status, Started: r.Began,
		MaxConcurrency: r.Most, ToleratedFailureCount: int(or(r.Count, 0)), ToleratedFailurePercentage: or(r.Percents, 0),
		Items: r.Items, Executions: r.Executions,
	}
	m.Items.Pending += len(r.Queue)
	if m.Executions.Pending += len(r.Queue); s.batches && r.Per > 0 {
		m.Executions.Pending = r.Executions.Pending + (len(r.Queue)+r.Per-1)/r.Per
	}
	if status != Running {
		m.Stopped = x.now
	}
	x.out.tell(m)
}

// tell adds a picture of a Map Run, in place of an earlier one.
func (e *Effects) tell(m MapRun) {
	for i := range e.MapRuns {
		if e.MapRuns[i].Arn == m.Arn {
			e.MapRuns[i] = m
			return
		}
	}
	e.MapRuns = append(e.MapRuns, m)
}

// updateMapRun changes the limits of a Map Run of this execution.
func (x *step) updateMapRun(u UpdateMapRun) {
	t := x.s.runs(u.MapRunArn)
	if t == nil {
		return
	}
	r := t.Run
	if u.MaxConcurrency != nil {
		r.Most = *u.MaxConcurrency
	}
	if u.ToleratedFailureCount != nil {
		r.Count = new(float64(*u.ToleratedFailureCount))
	}
	if u.ToleratedFailurePercentage != nil {
		r.Percents = new(*u.ToleratedFailurePercentage)
	}
	n := x.plan.nodes[t.State]
	n.do.(*distributed).continued(x, t)
}

// runs is the thread whose Map Run has the ARN; nil if there is none.
func (s *runState) runs(arn string) *thread {
	for _, t := range s.Threads {
		if t.Run != nil && t.Run.Arn == arn {
			return t
		}
	}
	return nil
}

// draws are random numbers (splitmix64) that depend on a seed and an index alone.
type draws uint64

func drawsOf(seed uint64, index int) draws {
	return draws(seed ^ (uint64(index)+1)*0xd1342543de82ef95)
}

func (d *draws) next() uint64 {
	*d += 0x9e3779b97f4a7c15
	z := uint64(*d)
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

func (d *draws) uuid() string {
	var b [32]byte
	for i := range 2 {
		putUint64(b[i*8:], d.next())
	}
	return uuidOf(b)
}

// uuidOf writes bytes as a UUID of version 4.
func uuidOf(b [32]byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	out := make([]byte, 0, 36)
	for i, n := range []int{4, 2, 2, 2, 6} {
		if i > 0 {
			out = append(out, '-')
		}
		from := []int{0, 4, 6, 8, 10}[i]
		out = hex.AppendEncode(out, b[from:from+n])
	}
	return string(out)
}

// uuid makes an identifier of the run's own randomness.
func (s *runState) uuid() string {
	var b [32]byte
	for i := range 2 {
		putUint64(b[i*8:], s.random())
	}
	return uuidOf(b)
}

func putUint64(b []byte, r uint64) {
	for j := range 8 {
		b[j] = byte(r)
		r >>= 8
	}
}

// source is where a reader reads, as Map.Item.Source has it (Amazon States Language reference, section 12.3).
func (s *source) source(args value.Value) string {
	at := "S3://" + args.Get("Bucket").Str()
	if s.action == "getObject" {
		at += "/" + strings.TrimPrefix(args.Get("Key").Str(), "/")
	}
	return at
}
