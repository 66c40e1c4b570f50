package events

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A delivery is one event on its way to one target.
type delivery struct {
	rule   *rule
	target target
	event  value.Value
	begun  time.Time
	tries  int // so far

	release func() // lets go of the clock, which the delivery holds unless it waits for a next try
}

// enqueue adds a delivery and starts the worker if there is none. It must be called with the lock held.
func (s *Service) enqueue(d *delivery) {
	if s.closed {
		return
	}
	if s.pending == 0 {
		s.idle = make(chan struct{})
	}
	s.pending++
	d.release = clock.Hold(s.clock)
	s.queue = append(s.queue, d)
	if !s.running {
		s.running = true
		s.work.Go(s.drain)
	}
}

// drain tries the queued deliveries in their order and ends when there are no more.
func (s *Service) drain() {
	for {
		s.mu.Lock()
		if len(s.queue) == 0 {
			s.running = false
			s.mu.Unlock()
			return
		}
		d := s.queue[0]
		s.queue = s.queue[1:]
		s.mu.Unlock()
		s.try(d)
	}
}

// try delivers once. After a failure that may pass the delivery waits by itself and is queued again.
func (s *Service) try(d *delivery) {
	err := s.deliver(d)
	d.tries++
	if err == nil || s.stop.Err() != nil {
		s.done(d)
		return
	}
	exhausted := d.exhausted(s.clock.Now())
	if passing(err) && exhausted == "" {
		s.work.Go(func() { s.later(d) })
		return
	}
	if !passing(err) {
		exhausted = ""
	}
	s.bury(d, err, exhausted)
	s.done(d)
}

// done counts a delivery as over.
func (s *Service) done(d *delivery) {
	d.release()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pending--; s.pending == 0 {
		close(s.idle)
	}
}

// later waits before the next try: 1 s, 2 s, 4 s…, at most a minute, and tries again.
func (s *Service) later(d *delivery) {
	wait := min(time.Second<<min(d.tries-1, 6), time.Minute)
	timer := s.clock.NewTimer(s.clock.Now().Add(wait))
	defer timer.Stop()
	d.release()
	select {
	case <-timer.C():
		d.release = clock.Hold(s.clock)
		s.try(d)
	case <-s.stop.Done():
		s.done(d)
	}
}

// exhausted says which limit of the target's retry policy is reached, or "".
func (d *delivery) exhausted(now time.Time) string {
	switch {
	case d.tries > d.target.attempts:
		return "MaximumRetryAttempts"
	case now.Sub(d.begun) >= d.target.age:
		return "MaximumEventAgeInSeconds"
	}
	return ""
}

// passing tells whether a failure may be gone at the next try: throttling and the service's own failures.
func passing(err *wire.Error) bool {
	return err.Status >= http.StatusInternalServerError || strings.Contains(err.Code, "Throttl") || strings.HasPrefix(err.Code, "TooManyRequests") ||
		strings.Contains(err.Code, "LimitExceeded")
}

// deliver calls the target.
func (s *Service) deliver(d *delivery) *wire.Error {
	in, err := d.target.input.of(d.event, d.rule.name, d.rule.arn)
	if err != nil {
		return wire.Errorf("INVALID_JSON", "%v", err)
	}
	switch serviceOf(d.target.arn) {
	case "events":
		return s.forward(d)
	case "logs":
		return s.write(s.stop, d, in)
	}
	service, action, request, failure := s.request(d, in)
	if failure != nil {
		return failure
	}
	_, err = s.directory.Call(s.stop, service, action, request)
	return wire.AsError(err, "InternalFailure")
}

// request is the call that hands an input to the target.
func (s *Service) request(d *delivery, in value.Value) (service, action string, request value.Value, failure *wire.Error) {
	arn := value.String(d.target.arn)
	switch service = serviceOf(d.target.arn); service {
	case "states":
		return service, "StartExecution", value.Object(
			value.M("stateMachineArn", arn), value.M("name", value.String(executionName(d))), value.M("input", value.String(in.String()))), nil
	case "lambda":
		return service, "Invoke", value.Object(value.M("FunctionName", arn), value.M("InvocationType", value.String("Event")), value.M("Payload", in)), nil
	case "sns":
		return service, "Publish", value.Object(value.M("TopicArn", arn), value.M("Message", value.String(in.String()))), nil
	}
	url, failure := s.queueURL(d.target.arn)
	group := d.target.definition.Path("SqsParameters", "MessageGroupId")
	return service, "SendMessage", value.Object(value.M("QueueUrl", url), value.M("MessageBody", value.String(in.String())), value.M("MessageGroupId", group)), failure
}

// queueURL asks SQS for the URL of a queue.
func (s *Service) queueURL(arn string) (value.Value, *wire.Error) {
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	out, err := s.directory.Call(s.stop, "sqs", "GetQueueUrl", value.Object(value.M("QueueName", value.String(name))))
	return out.Get("QueueUrl"), wire.AsError(err, "InternalFailure")
}

// executionName is the name of the execution that an event starts: the event's id and one that stands for rule and
// target. It is the same at every try, so that no event starts two.
func executionName(d *delivery) string {
	sum := sha256.Sum256([]byte(d.rule.arn + "/" + d.target.id))
	return fmt.Sprintf("%s_%x-%x-%x-%x-%x", d.event.Get("id").Str(), sum[:4], sum[4:6], sum[6:8], sum[8:10], sum[10:16])
}

// bury sends an event that cannot be delivered to the target's dead-letter queue, if it has one.
func (s *Service) bury(d *delivery, why *wire.Error, exhausted string) {
	if d.target.deadLetter == "" {
		return
	}
	url, failure := s.queueURL(d.target.deadLetter)
	if failure != nil {
		return
	}
	attributes := value.Object(
		attribute("RULE_ARN", "String", d.rule.arn), attribute("TARGET_ARN", "String", d.target.arn), attribute("ERROR_CODE", "String", deadLetterCode(why)),
		attribute("ERROR_MESSAGE", "String", why.Message), attribute("RETRY_ATTEMPTS", "Number", strconv.Itoa(d.tries-1)))
	if exhausted != "" {
		attributes = attributes.With("EXHAUSTED_RETRY_CONDITION", attribute("", "String", exhausted).Value)
	}
	// The event is lost if the queue refuses it, as on AWS.
	_, _ = s.directory.Call(context.WithoutCancel(s.stop), "sqs", "SendMessage", value.Object(
		value.M("QueueUrl", url), value.M("MessageBody", value.String(d.event.String())), value.M("MessageAttributes", attributes)))
}

func attribute(name, kind, text string) value.Member {
	if text == "" {
		text = " " // SQS has no empty attributes
	}
	return value.M(name, value.Object(value.M("DataType", value.String(kind)), value.M("StringValue", value.String(text))))
}

// deadLetterCode is the ERROR_CODE that EventBridge gives a target's error.
func deadLetterCode(e *wire.Error) string {
	switch {
	case strings.Contains(e.Code, "AccessDenied") || strings.Contains(e.Code, "NotAuthorized"):
		return "NO_PERMISSIONS"
	case strings.Contains(e.Code, "NotFound") || strings.Contains(e.Code, "DoesNotExist") || strings.Contains(e.Code, "NonExistent"):
		return "NO_RESOURCE"
	case strings.Contains(e.Code, "Throttl") || strings.HasPrefix(e.Code, "TooManyRequests"):
		return "THROTTLING"
	case strings.Contains(e.Code, "LimitExceeded"):
		return "RESOURCE_LIMIT_EXCEEDED"
	case strings.Contains(e.Code, "AlreadyExists"):
		return "RESOURCE_ALREADY_EXISTS"
	case e.Code == "INVALID_JSON":
		return e.Code
	case strings.HasPrefix(e.Code, "Invalid") || e.Code == "ValidationException":
		return "INVALID_PARAMETER"
	}
	return "ERROR_FROM_TARGET"
}
