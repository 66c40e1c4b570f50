package sns

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// dedupTime is how long a FIFO topic remembers what was published.
const dedupTime = 5 * time.Minute

// A memory is what a FIFO topic knows of its messages.
type memory struct {
	known map[string]*remembered
	age   []*remembered // oldest first
	count uint64
}

type remembered struct {
	key, id, sequence string
	until             time.Time
}

// admit checks what depends on the topic's type and gives a FIFO topic's message its sequence number. again is true
// for one that repeats another; it takes that one's id.
func (t *topic) admit(m *Message, now time.Time) (again bool, err error) {
	if !t.fifo() {
		if m.Dedup != "" {
			return false, invalid("MessageDeduplicationId Reason: The request includes MessageDeduplicationId parameter that is not valid for this topic type")
		}
		return false, nil
	}
	if m.Group == "" {
		return false, invalid("The MessageGroupId parameter is required for FIFO topics")
	}
	if m.Dedup == "" {
		if t.attributes["ContentBasedDeduplication"] != "true" {
			return false, invalid("The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly")
		}
		h := sha256.Sum256([]byte(m.Body))
		m.Dedup = hex.EncodeToString(h[:])
	}
	return t.remember(m, now), nil
}

func (t *topic) remember(m *Message, now time.Time) (again bool) {
	for len(t.age) > 0 && !t.age[0].until.After(now) {
		if t.known[t.age[0].key] == t.age[0] {
			delete(t.known, t.age[0].key)
		}
		t.age = t.age[1:]
	}
	key := m.Dedup
	if t.attributes["FifoThroughputScope"] == "MessageGroup" {
		key = m.Group + " " + m.Dedup // neither has a space
	}
	if old := t.known[key]; old != nil {
		m.ID, m.Sequence = old.id, old.sequence
		return true
	}
	t.count++
	m.Sequence = fmt.Sprintf("1%019d", t.count*1000)
	r := &remembered{key, m.ID, m.Sequence, now.Add(dedupTime)}
	if t.known == nil {
		t.known = map[string]*remembered{}
	}
	t.known[key] = r
	t.age = append(t.age, r)
	return false
}
