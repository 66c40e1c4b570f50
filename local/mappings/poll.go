package mappings

import (
	"context"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/value"
)

// ownConcurrency is how many invocations a mapping makes at the same time if it has no limit of its own.
const ownConcurrency = 5

// maxBatchBytes is how large the messages of a batch may be together; the invocation's payload has a limit of 6 MB.
const maxBatchBytes = 5 << 20

// poll receives batches and hands them to the function until the mapping ends, then waits for what is under way.
func (s *Service) poll(m *mapping) {
	limit := m.concurrency
	if limit == 0 {
		limit = ownConcurrency
	}
	slots := make(chan struct{}, limit)
	var busy sync.WaitGroup
	defer busy.Wait()
	for {
		select {
		case slots <- struct{}{}:
		case <-m.stop.Done():
			return
		}
		if s.queues.Await(m.stop, m.source) != nil {
			return // the mapping has ended, or its queue is gone
		}
		records := s.gather(m)
		if len(records) == 0 {
			<-slots
			continue
		}
		busy.Go(func() {
			defer func() { <-slots }()
			s.invoke(m, records)
		})
	}
}

// gather receives a batch: until it is full or its window, which opens with the first message, has passed. What the
// filters do not want is deleted, as on AWS.
func (s *Service) gather(m *mapping) []value.Value {
	url, err := s.url(m.stop, m.source[strings.LastIndexByte(m.source, ':')+1:])
	if err != nil {
		return nil
	}
	var records, unwanted []value.Value
	bytes := 0
	var window context.Context
	for len(records) < m.size && bytes < maxBatchBytes {
		got := s.receive(m, url, min(10, m.size-len(records)))
		for _, r := range got {
			if !m.wants(r) {
				unwanted = append(unwanted, r)
				continue
			}
			records = append(records, r)
			bytes += r.Size()
		}
		if len(got) > 0 && len(records) < m.size {
			continue
		}
		if m.window == 0 || len(records) == 0 || len(records) == m.size {
			break
		}
		if window == nil {
			var cancel context.CancelFunc
			window, cancel = s.opened(m)
			defer cancel()
		}
		if s.queues.Await(window, m.source) != nil {
			break
		}
	}
	s.remove10(url, unwanted)
	return records
}

// opened gives a context that ends when the batch's window has passed on the machine's clock.
func (s *Service) opened(m *mapping) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(m.stop)
	timer := s.clock.NewTimer(s.clock.Now().Add(m.window))
	var watching sync.WaitGroup
	watching.Go(func() {
		select {
		case <-timer.C():
			cancel()
		case <-ctx.Done():
			timer.Stop()
		}
	})
	return ctx, func() { cancel(); watching.Wait() }
}

// receive receives up to some messages as the records of an event.
func (s *Service) receive(m *mapping, url value.Value, most int) []value.Value {
	all := value.Array(value.String("All"))
	out, err := s.directory.Call(m.stop, "sqs", "ReceiveMessage", value.Object(value.M("QueueUrl", url), value.M("MaxNumberOfMessages", value.Int(most)),
		value.M("MessageSystemAttributeNames", all), value.M("MessageAttributeNames", all), value.M("WaitTimeSeconds", value.Int(0))))
	if err != nil {
		return nil
	}
	var records []value.Value
	for _, x := range out.Get("Messages").Elements() {
		records = append(records, s.record(m, x))
	}
	return records
}

// record is a message as functions get it.
func (s *Service) record(m *mapping, x value.Value) value.Value {
	var attributes value.Builder
	for name, a := range x.Get("MessageAttributes").Members() {
		var v value.Builder
		if text := a.Get("StringValue"); text.Exists() {
			v.Set("stringValue", text)
		}
		if raw := a.Get("BinaryValue"); raw.Exists() {
			v.Set("binaryValue", raw)
		}
		v.Set("stringListValues", value.Array())
		v.Set("binaryListValues", value.Array())
		v.Set("dataType", a.Get("DataType"))
		attributes.Set(name, v.Object())
	}
	record := value.Object(value.M("messageId", x.Get("MessageId")), value.M("receiptHandle", x.Get("ReceiptHandle")), value.M("body", x.Get("Body")),
		value.M("attributes", x.Get("Attributes")), value.M("messageAttributes", attributes.Object()), value.M("md5OfBody", x.Get("MD5OfBody")),
		value.M("eventSource", value.String("aws:sqs")), value.M("eventSourceARN", value.String(m.source)), value.M("awsRegion", value.String(s.account.Region)))
	if md5 := x.Get("MD5OfMessageAttributes"); md5.Exists() {
		record = record.With("md5OfMessageAttributes", md5)
	}
	return record
}

// invoke hands a batch to the function and deletes what it has done.
func (s *Service) invoke(m *mapping, records []value.Value) {
	out, err := s.directory.Call(s.stop, "lambda", "Invoke", value.Object(value.M("FunctionName", value.String(m.function)),
		value.M("InvocationType", value.String("RequestResponse")), value.M("Payload", value.Object(value.M("Records", value.Array(records...))))))
	if err != nil || out.Get("FunctionError").Exists() {
		return // all of it becomes visible again
	}
	done := records
	if m.partial {
		failed, ok := failures(out.Get("Payload"), records)
		if !ok {
			return
		}
		done = nil
		for _, r := range records {
			if !failed[r.Get("messageId").Str()] {
				done = append(done, r)
			}
		}
	}
	if url, err := s.url(s.stop, m.source[strings.LastIndexByte(m.source, ':')+1:]); err == nil {
		s.remove10(url, done)
	}
}

// failures reads the answer of a function that reports partial batch failures. ok is false when the whole batch
// counts as failed: the answer is no object, an identifier is missing or empty, or means no message of the batch.
func failures(answer value.Value, records []value.Value) (failed map[string]bool, ok bool) {
	if !answer.Exists() || answer.IsNull() {
		return nil, true
	}
	if !answer.IsObject() {
		return nil, answer.IsString() && answer.Str() == ""
	}
	list := answer.Get("batchItemFailures")
	if list.Exists() && !list.IsNull() && !list.IsArray() {
		return nil, false
	}
	known := map[string]bool{}
	for _, r := range records {
		known[r.Get("messageId").Str()] = true
	}
	failed = map[string]bool{}
	for _, item := range list.Elements() {
		id := item.Get("itemIdentifier").Str()
		if !known[id] {
			return nil, false
		}
		failed[id] = true
	}
	return failed, true
}

// remove10 deletes messages, ten at a time.
func (s *Service) remove10(url value.Value, records []value.Value) {
	for len(records) > 0 {
		n := min(10, len(records))
		entries := make([]value.Value, n)
		for i, r := range records[:n] {
			entries[i] = value.Object(value.M("Id", r.Get("messageId")), value.M("ReceiptHandle", r.Get("receiptHandle")))
		}
		records = records[n:]
		_, _ = s.directory.Call(context.WithoutCancel(s.stop), "sqs", "DeleteMessageBatch", value.Object(value.M("QueueUrl", url), value.M("Entries", value.Array(entries...)))) // else they come again
	}
}
