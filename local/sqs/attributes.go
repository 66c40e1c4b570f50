package sqs

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

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

// fifoOnly are the attributes that standard queues do not know.
var fifoOnly = []string{"ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"}

// normal checks one attribute of CreateQueue or SetQueueAttributes and gives it as it is kept.
func normal(name, v string) (string, error) {
	if l, ok := limits[name]; ok {
		if n, err := strconv.Atoi(v); err != nil || n < l.least || n > l.most {
			return "", badAttribute(name)
		}
		return v, nil
	}
	if list, ok := words[name]; ok {
		for _, w := range list {
			if strings.EqualFold(v, w) {
				return w, nil
			}
		}
		return "", badAttribute(name)
	}
	if !texts[name] {
		return "", unknownAttribute(name)
	}
	return v, nil
}

func unknownAttribute(name string) error {
	return wire.Errorf("InvalidAttributeName", "Unknown Attribute %s.", name)
}

// checkAttributes checks a queue's attributes, one by one and with each other, and brings them into the form in which
// they are kept.
func checkAttributes(attributes map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		v, err := normal(name, attributes[name])
		if err != nil {
			return err
		}
		attributes[name] = v
	}
	if _, ok := attributes["FifoQueue"]; ok && attributes["FifoQueue"] != "true" {
		return unknownAttribute("FifoQueue") // as the service has it
	}
	for _, name := range fifoOnly {
		if _, ok := attributes[name]; ok && attributes["FifoQueue"] != "true" {
			return unknownAttribute(name)
		}
	}
	if attributes["FifoThroughputLimit"] == "perMessageGroupId" && attributes["DeduplicationScope"] != "messageGroup" {
		return wire.Errorf("InvalidAttributeValue", "Invalid value for the parameter FifoThroughputLimit. Reason: perMessageGroupId is only allowed when DeduplicationScope is messageGroup.")
	}
	if p := attributes["Policy"]; p != "" {
		if v, err := value.ParseString(p); err != nil || !v.IsObject() {
			return badAttribute("Policy")
		}
	}
	if _, err := allowanceOf(attributes["RedriveAllowPolicy"]); err != nil {
		return err
	}
	_, err := redriveOf(attributes["RedrivePolicy"])
	return err
}

// describe gives an attribute; ok is false when the queue has none of that name.
func (b *Broker) describe(q *queue, name string) (v string, ok bool) {
	switch name {
	case "QueueArn":
		return b.arn(q.name), true
	case "CreatedTimestamp":
		return strconv.FormatInt(q.created.Unix(), 10), true
	case "LastModifiedTimestamp":
		return strconv.FormatInt(q.modified.Unix(), 10), true
	case "ApproximateNumberOfMessages":
		return strconv.Itoa(q.visible()), true
	case "ApproximateNumberOfMessagesDelayed":
		return strconv.Itoa(q.delayed), true
	case "ApproximateNumberOfMessagesNotVisible":
		return strconv.Itoa(q.inFlight), true
	}
	if v, ok := q.attributes[name]; ok {
		return v, true
	}
	return q.standard(name)
}

// standard is what holds for an attribute that was not set; ok is false when that is not told.
func (q *queue) standard(name string) (v string, ok bool) {
	encrypted := q.attributes["KmsMasterKeyId"] != ""
	if l, ok := limits[name]; ok && (encrypted || name != "KmsDataKeyReusePeriodSeconds") {
		return strconv.Itoa(l.standard), true
	}
	switch {
	case name == "SqsManagedSseEnabled":
		return strconv.FormatBool(!encrypted), true
	case !q.fifo():
		return "", false
	case name == "ContentBasedDeduplication":
		return "false", true
	case name == "DeduplicationScope":
		return "queue", true
	case name == "FifoThroughputLimit":
		return "perQueue", true
	}
	return "", false
}

// known tells whether an attribute of that name exists at all.
func known(name string) bool {
	_, limited := limits[name]
	return limited || name == "All" || texts[name] || words[name] != nil || slices.Contains(derived, name)
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
