package sqs_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stepwright/stepwright/value"
)

// held is what a consumer of the model has received and not deleted.
type held struct {
	group, receipt string
	n              int
	until          time.Time
}

// Random producers and consumers with random visibility timeouts use a queue. Whatever they do, every message comes
// at least once, none comes while somebody holds it, and of a FIFO queue's group none comes before an earlier one
// has been deleted, nor out of order.
func TestModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(60) {
		for _, fifo := range []bool{false, true} {
			t.Run(fmt.Sprint(seed, fifo), func(t *testing.T) {
				t.Parallel()
				m := newModel(t, seed, fifo)
				for range 300 {
					m.step()
				}
				m.drain()
			})
		}
	}
}

type model struct {
	broker
	random *rand.Rand
	fifo   bool
	url    string
	sent   map[string]int            // how many of each group
	open   map[string]map[int]string // of each group: what was not deleted, and its last receipt handle
	held   []held
}

func newModel(t *testing.T, seed uint64, fifo bool) *model {
	m := &model{broker: newBroker(t), random: rand.New(rand.NewPCG(seed, 1)), fifo: fifo, sent: map[string]int{}, open: map[string]map[int]string{}}
	m.url = url("work")
	if m.url = m.queue("work", `{"VisibilityTimeout": "5"}`); fifo {
		m.url = m.queue("work.fifo", `{"FifoQueue": "true", "VisibilityTimeout": "5"}`)
	}
	return m
}

func (m *model) step() {
	switch m.random.IntN(6) {
	case 0, 1:
		m.sendOne()
	case 2:
		m.take()
	case 3:
		m.finish()
	case 4:
		m.hide()
	case 5:
		m.clock.Advance(time.Duration(m.random.IntN(4000)) * time.Millisecond)
	}
}

func (m *model) sendOne() {
	group := string(rune('a' + m.random.IntN(4)))
	n := m.sent[group]
	m.sent[group]++
	if m.open[group] == nil {
		m.open[group] = map[int]string{}
	}
	m.open[group][n] = ""
	more := ""
	if m.fifo {
		more = fmt.Sprintf(`, "MessageGroupId": %q, "MessageDeduplicationId": "%s-%d"`, group, group, n)
	}
	m.send(m.url, fmt.Sprintf("%s %d", group, n), more)
}

// take receives, and checks what comes.
func (m *model) take() (got int) {
	m.t.Helper()
	timeout := 1 + m.random.IntN(8)
	now := m.clock.Now()
	busy, first := map[string]bool{}, map[string]int{}
	for _, h := range m.held {
		if h.until.After(now) {
			busy[h.group] = true
		}
	}
	for group, all := range m.open {
		first[group] = m.sent[group]
		for n := range all {
			first[group] = min(first[group], n)
		}
	}
	out := m.do("ReceiveMessage", fmt.Sprintf(`{"QueueUrl": %q, "MaxNumberOfMessages": %d, "VisibilityTimeout": %d}`, m.url, 1+m.random.IntN(10), timeout))
	for _, x := range out.Get("Messages").Elements() {
		m.check(x, timeout, busy, first)
	}
	return out.Get("Messages").Len()
}

func (m *model) check(x value.Value, timeout int, busy map[string]bool, next map[string]int) {
	m.t.Helper()
	h := held{receipt: x.Get("ReceiptHandle").Str(), until: m.clock.Now().Add(time.Duration(timeout) * time.Second)}
	if _, err := fmt.Sscan(x.Get("Body").Str(), &h.group, &h.n); err != nil {
		m.t.Fatal(err)
	}
	if _, open := m.open[h.group][h.n]; !open {
		m.t.Fatalf("%s %d came although it was deleted", h.group, h.n)
	}
	for _, o := range m.held {
		if o.group == h.group && o.n == h.n && o.until.After(m.clock.Now()) {
			m.t.Fatalf("%s %d came while it is hidden", h.group, h.n)
		}
	}
	if m.fifo {
		if busy[h.group] {
			m.t.Fatalf("%s %d came while another of its group is in flight", h.group, h.n)
		}
		for _, open := m.open[h.group][next[h.group]]; !open; _, open = m.open[h.group][next[h.group]] {
			next[h.group]++ // deleted before
		}
		if h.n != next[h.group] {
			m.t.Fatalf("%s %d came, %d is first", h.group, h.n, next[h.group])
		}
		next[h.group]++
	}
	m.open[h.group][h.n] = h.receipt
	m.held = append(m.held, h)
}

// choose takes a message that is held, by its last receipt handle, out of the list.
func (m *model) choose() (h held, ok bool) {
	now := m.clock.Now()
	for len(m.held) > 0 {
		i := m.random.IntN(len(m.held))
		h = m.held[i]
		m.held[i] = m.held[len(m.held)-1]
		m.held = m.held[:len(m.held)-1]
		if h.until.After(now) && m.open[h.group][h.n] == h.receipt {
			return h, true
		}
	}
	return h, false
}

func (m *model) finish() {
	m.t.Helper()
	if h, ok := m.choose(); ok {
		m.do("DeleteMessage", fmt.Sprintf(`{"QueueUrl": %q, "ReceiptHandle": %q}`, m.url, h.receipt))
		delete(m.open[h.group], h.n)
	}
}

func (m *model) hide() {
	m.t.Helper()
	if h, ok := m.choose(); ok {
		seconds := m.random.IntN(6)
		m.do("ChangeMessageVisibility", fmt.Sprintf(`{"QueueUrl": %q, "ReceiptHandle": %q, "VisibilityTimeout": %d}`, m.url, h.receipt, seconds))
		h.until = m.clock.Now().Add(time.Duration(seconds) * time.Second)
		m.held = append(m.held, h)
	}
}

// drain receives and deletes until nothing is left.
func (m *model) drain() {
	m.t.Helper()
	for range 5000 {
		left := 0
		for _, all := range m.open {
			left += len(all)
		}
		if left == 0 {
			return
		}
		m.take()
		for range 10 {
			m.finish()
		}
		m.clock.Advance(time.Second)
	}
	m.t.Fatalf("messages were never received: %v", m.open)
}
