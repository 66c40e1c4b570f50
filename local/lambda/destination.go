package lambda

import (
	"cmp"
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A record is what a destination is told of an event: the invocation record of
// docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html.
type record struct {
	condition string // Success, RetriesExhausted or EventAgeExceeded
	version   string // what ran; empty if nothing did
	failure   string // "Unhandled", or empty
	answer    []byte // of the last try
}

func (r record) of(e *event, arn string, at time.Time) value.Value {
	var context, answer value.Value
	if r.version != "" {
		context = value.Object(value.M("statusCode", value.Int(200)), value.M("executedVersion", value.String(r.version)), value.M("functionError", optional(r.failure)))
		answer = payloadValue(r.answer)
	}
	return value.Object(
		value.M("version", value.String("1.0")),
		value.M("timestamp", value.String(stamp(at))),
		value.M("requestContext", value.Object(
			value.M("requestId", value.String(e.id)), value.M("functionArn", value.String(arn)),
			value.M("condition", value.String(r.condition)), value.M("approximateInvokeCount", value.Int(e.tries)))),
		value.M("requestPayload", payloadValue(e.payload)),
		value.M("responseContext", context),
		value.M("responsePayload", answer),
	)
}

// finished tells the destinations what became of an event, and drops it.
func (s *Service) finished(e *event, t target, c eventConfig, r record) {
	to, kind := c.onSuccess, "Success"
	if r.condition != "Success" {
		to, kind = c.onFailure, "Failure"
		s.metric(e.name, "", "AsyncEventsDropped", 1, "Count")
		s.bury(e, t.pool.DeadLetter, r)
	}
	if to == "" {
		return
	}
	now := s.now()
	arn := s.qualified(e.name, qualifierKey(e.qualifier))
	if err := s.deliver(to, kind, arn, e, r.of(e, arn, now)); err != nil {
		s.metric(e.name, "", "DestinationDeliveryFailures", 1, "Count")
		s.say("function %s: event %s: its record did not reach %s: %v", e.name, e.id, to, err)
	}
}

// serviceOf is the service of an ARN.
func serviceOf(arn string) string {
	parts := strings.SplitN(arn, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" {
		return ""
	}
	return parts[2]
}

// deliver hands a record to a destination.
func (s *Service) deliver(to, kind, arn string, e *event, record value.Value) error {
	text := record.String()
	switch serviceOf(to) {
	case "sqs":
		return s.sendMessage(to, text, value.Value{})
	case "sns":
		return s.call("sns", "Publish", value.Object(value.M("TopicArn", value.String(to)), value.M("Message", value.String(text))))
	case "lambda":
		_, err := s.Invoke(s.stop, Request{Function: to, Type: "Event", Payload: []byte(text)})
		return err
	case "events":
		bus := to[strings.LastIndexByte(to, '/')+1:]
		return s.call("events", "PutEvents", value.Object(value.M("Entries", value.Array(value.Object(
			value.M("Source", value.String("lambda")), value.M("DetailType", value.String("Lambda Function Invocation Result - "+kind)),
			value.M("Resources", value.Array(value.String(arn), value.String(to))),
			value.M("EventBusName", value.String(bus)), value.M("Detail", value.String(text)))))))
	}
	at := s.now().UTC()
	key := "aws/lambda/async/" + e.name + at.Format("/2006/01/02/2006-01-02T15.04.05-") + wire.NewID()
	return s.call("s3", "PutObject", value.Object(value.M("Bucket", value.String(to[strings.LastIndexByte(to, ':')+1:])),
		value.M("Key", value.String(key)), value.M("Body", value.String(base64.StdEncoding.EncodeToString([]byte(text))))))
}

func (s *Service) call(service, action string, in value.Value) error {
	out, err := s.config.Directory.Call(s.stop, service, action, in)
	if n, _ := out.Get("FailedEntryCount").Int(); err == nil && n > 0 {
		return wire.Errorf(out.Get("Entries").Index(0).Get("ErrorCode").Str(), "%s", out.Get("Entries").Index(0).Get("ErrorMessage").Str())
	}
	return err
}

func (s *Service) sendMessage(arn, body string, attributes value.Value) error {
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	out, err := s.config.Directory.Call(s.stop, "sqs", "GetQueueUrl", value.Object(value.M("QueueName", value.String(name))))
	if err != nil {
		return err
	}
	return s.call("sqs", "SendMessage", value.Object(value.M("QueueUrl", out.Get("QueueUrl")), value.M("MessageBody", value.String(body)), value.M("MessageAttributes", attributes)))
}

// maxDeadMessage is how much of an error's text a dead letter has.
const maxDeadMessage = 1 << 10

// bury sends an event that failed to the function's dead-letter queue or topic: the event as it came, and what went
// wrong in attributes.
func (s *Service) bury(e *event, to string, r record) {
	if to == "" {
		return
	}
	answer := payloadValue(r.answer)
	message := cmp.Or(answer.Get("errorMessage").Str(), r.condition)
	for len(message) > maxDeadMessage {
		_, n := utf8.DecodeLastRuneInString(message)
		message = message[:len(message)-n]
	}
	status := 200
	if r.version == "" {
		status = 429
	}
	text := func(kind, v string) value.Value {
		return value.Object(value.M("DataType", value.String(kind)), value.M("StringValue", value.String(v)))
	}
	attributes := value.Object(value.M("RequestID", text("String", e.id)), value.M("ErrorCode", text("Number", strconv.Itoa(status))), value.M("ErrorMessage", text("String", message)))
	var err error
	if serviceOf(to) == "sqs" {
		err = s.sendMessage(to, string(e.payload), attributes)
	} else {
		err = s.call("sns", "Publish", value.Object(value.M("TopicArn", value.String(to)), value.M("Message", value.String(string(e.payload))), value.M("MessageAttributes", attributes)))
	}
	if err != nil {
		s.metric(e.name, "", "DeadLetterErrors", 1, "Count")
		s.say("function %s: event %s did not reach its dead-letter target %s: %v", e.name, e.id, to, err)
	}
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
