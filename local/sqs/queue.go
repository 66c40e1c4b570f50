package sqs

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A queue holds messages. The broker's lock is over all of it.
type queue struct {
	name       string
	attributes map[string]string // as set; without what is derived
	created    time.Time
	modified   time.Time
	messages   []*message           // in the order in which they were sent
	dedup      map[string]duplicate // FIFO: what was sent in the last five minutes
	gone       bool

	// changed is closed, and replaced, when a message may have become visible.
	changed chan struct{}
}

type duplicate struct {
	until time.Time
	m     *message
}

// wake tells all who wait that the queue has changed.
func (q *queue) wake() {
	close(q.changed)
	q.changed = make(chan struct{})
}

func (q *queue) fifo() bool { return q.attributes["FifoQueue"] == "true" }

// number is an attribute that is a number of seconds or bytes.
func (q *queue) number(name string) int {
	n, err := strconv.Atoi(q.attributes[name])
	if err != nil {
		return limits[name].standard
	}
	return n
}

func (q *queue) seconds(name string) time.Duration {
	return time.Duration(q.number(name)) * time.Second
}

// A limit is the range of a numeric attribute, and what holds if it was not set.
type limit struct{ least, most, standard int }

// limits are those of the SQS API reference, SetQueueAttributes.
var limits = map[string]limit{
	"DelaySeconds":                  {0, 900, 0},
	"MaximumMessageSize":            {1024, 1 << 20, 1 << 20},
	"MessageRetentionPeriod":        {60, 1209600, 345600},
	"ReceiveMessageWaitTimeSeconds": {0, 20, 0},
	"VisibilityTimeout":             {0, 43200, 30},
	"KmsDataKeyReusePeriodSeconds":  {60, 86400, 300},
}

// words are the attributes that are one of some words.
var words = map[string][]string{
	"FifoQueue":                 {"true", "false"},
	"ContentBasedDeduplication": {"true", "false"},
	"SqsManagedSseEnabled":      {"true", "false"},
	"DeduplicationScope":        {"messageGroup", "queue"},
	"FifoThroughputLimit":       {"perQueue", "perMessageGroupId"},
}

// texts are the attributes that are kept as they come.
var texts = map[string]bool{"Policy": true, "KmsMasterKeyId": true, "RedriveAllowPolicy": true, "RedrivePolicy": true}

// derived are the attributes that the queue computes.
var derived = []string{
	"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed", "ApproximateNumberOfMessagesNotVisible",
	"CreatedTimestamp", "LastModifiedTimestamp", "QueueArn",
}

func badAttribute(name string) error {
	return wire.Errorf("InvalidAttributeValue", "Invalid value for the parameter %s.", name)
}

// checkAttribute checks one attribute of CreateQueue or SetQueueAttributes.
func checkAttribute(name, v string) error {
	if l, ok := limits[name]; ok {
		if n, err := strconv.Atoi(v); err != nil || n < l.least || n > l.most {
			return badAttribute(name)
		}
		return nil
	}
	if list, ok := words[name]; ok {
		for _, w := range list {
			if strings.EqualFold(v, w) {
				return nil
			}
		}
		return badAttribute(name)
	}
	if !texts[name] {
		return wire.Errorf("InvalidAttributeName", "Unknown Attribute %s.", name)
	}
	return nil
}

// A redrive says where messages go that were received too often.
type redrive struct {
	Target string `json:"deadLetterTargetArn"`
	Most   any    `json:"maxReceiveCount"`
	most   int
}

// redriveOf reads a RedrivePolicy; nil when there is none.
func redriveOf(policy string) (*redrive, error) {
	if policy == "" {
		return nil, nil
	}
	const bad = "Value %s for parameter RedrivePolicy is invalid. Reason: %s"
	r := &redrive{}
	if err := json.Unmarshal([]byte(policy), r); err != nil {
		return nil, invalidValue(reason(bad, policy, "it is not a JSON object: "+err.Error()))
	}
	switch n := r.Most.(type) {
	case float64:
		r.most = int(n)
	case string:
		r.most, _ = strconv.Atoi(n) // 0 is refused below
	}
	if r.most < 1 || r.most > 1000 {
		return nil, invalidValue(reason(bad, policy, "Invalid value for maxReceiveCount: it must be between 1 and 1000"))
	}
	if !strings.HasPrefix(r.Target, "arn:") {
		return nil, invalidValue(reason(bad, policy, "Redrive policy does not contain mandatory attribute: deadLetterTargetArn"))
	}
	return r, nil
}

func reason(format, v, why string) string {
	return strings.Replace(strings.Replace(format, "%s", v, 1), "%s", why, 1)
}

// describe gives an attribute; ok is false when the queue has none of that name.
func (b *Broker) describe(q *queue, name string, now time.Time) (v string, ok bool) {
	switch name {
	case "QueueArn":
		return b.arn(q.name), true
	case "CreatedTimestamp":
		return strconv.FormatInt(q.created.Unix(), 10), true
	case "LastModifiedTimestamp":
		return strconv.FormatInt(q.modified.Unix(), 10), true
	case "ApproximateNumberOfMessages":
		return q.countText(now, visible), true
	case "ApproximateNumberOfMessagesDelayed":
		return q.countText(now, delayed), true
	case "ApproximateNumberOfMessagesNotVisible":
		return q.countText(now, inFlight), true
	}
	if v, ok := q.attributes[name]; ok {
		return v, true
	}
	if l, ok := limits[name]; ok && name != "KmsDataKeyReusePeriodSeconds" {
		return strconv.Itoa(l.standard), true
	}
	if name == "SqsManagedSseEnabled" && q.attributes["KmsMasterKeyId"] == "" {
		return "true", true
	}
	return "", false
}

func (q *queue) countText(now time.Time, s state) string {
	n := 0
	for _, m := range q.messages {
		if m.state(now) == s {
			n++
		}
	}
	return strconv.Itoa(n)
}

// known tells whether an attribute of that name exists at all.
func known(name string) bool {
	if name == "All" || texts[name] || words[name] != nil {
		return true
	}
	if _, ok := limits[name]; ok {
		return true
	}
	for _, d := range derived {
		if d == name {
			return true
		}
	}
	return false
}

// textsOf reads an object of strings, such as Attributes.
func textsOf(parameter string, v value.Value) (map[string]string, error) {
	all := make(map[string]string, v.Len())
	for name, x := range v.Members() {
		if !x.IsString() {
			return nil, wire.Errorf("SerializationException", "%s of %s must be a string, not %s", name, parameter, x.Kind())
		}
		all[name] = x.Str()
	}
	return all, nil
}
