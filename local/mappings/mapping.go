package mappings

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/events"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A mapping is one event source mapping. It is not changed once it runs; an update makes another of the same id.
type mapping struct {
	id, source, function string // function is an ARN
	size                 int    // messages in a batch
	window               time.Duration
	concurrency          int // invocations at the same time; 0 for the service's own limit
	partial              bool
	filters              []filter
	enabled              bool
	modified             time.Time

	stop context.Context
	end  context.CancelFunc
}

// A filter is one of the filter criteria.
type filter struct {
	text    string
	pattern events.Pattern
	body    value.Value // what the pattern says of the body
}

// The limits of the Lambda developer guide, "Using Lambda with Amazon SQS".
const (
	maxSize        = 10000
	maxFIFOSize    = 10
	maxWindow      = 300
	maxFilters     = 10
	minConcurrency = 2
	maxConcurrency = 1000
)

// read reads what creating and updating have in common into a copy of m.
func (s *Service) read(r *members.Reader, m mapping) (*mapping, error) {
	m.end = func() {}
	m.function = r.String("FunctionName") + or(r.Has("FunctionName"), m.function)
	m.size = r.Int("BatchSize", m.size)
	m.window = time.Duration(r.Int("MaximumBatchingWindowInSeconds", int(m.window/time.Second))) * time.Second
	if r.Has("Enabled") {
		m.enabled = r.Bool("Enabled")
	}
	r.Ignore("Tags")
	if v := r.Object("ScalingConfig"); v.Exists() {
		in := members.Read("ScalingConfig", v)
		m.concurrency = in.Int("MaximumConcurrency", 0)
		if err := in.Err(); err != nil {
			return nil, err
		}
		if m.concurrency != 0 && (m.concurrency < minConcurrency || m.concurrency > maxConcurrency) {
			return nil, invalid("ScalingConfig.MaximumConcurrency is %d: it must be from %d to %d", m.concurrency, minConcurrency, maxConcurrency)
		}
	}
	if r.Has("FunctionResponseTypes") {
		m.partial = false
		for _, t := range r.Strings("FunctionResponseTypes") {
			if t != "ReportBatchItemFailures" {
				return nil, invalid("FunctionResponseTypes holds %q: it must be ReportBatchItemFailures", t)
			}
			m.partial = true
		}
	}
	if v := r.Object("FilterCriteria"); v.Exists() {
		filters, err := readFilters(v)
		if err != nil {
			return nil, err
		}
		m.filters = filters
	}
	if err := r.Wrong(); err != nil {
		return nil, err
	}
	return &m, nil
}

// or is what was, unless something new was said.
func or(said bool, was string) string {
	if said {
		return ""
	}
	return was
}

func readFilters(v value.Value) ([]filter, error) {
	var all []filter
	for _, x := range v.Get("Filters").Elements() {
		f := filter{text: x.Get("Pattern").Str()}
		p, err := value.ParseString(f.text)
		if err == nil {
			f.pattern, err = events.ParsePattern(p)
		}
		if err != nil {
			return nil, invalid("Invalid filter pattern definition. %v", err)
		}
		f.body = p.Get("body")
		all = append(all, f)
	}
	if len(all) > maxFilters {
		return nil, invalid("FilterCriteria has %d filters: it may have %d", len(all), maxFilters)
	}
	return all, nil
}

// wants tells whether a message is for the function. A body is JSON if a filter looks into it, else text.
func (m *mapping) wants(record value.Value) bool {
	if len(m.filters) == 0 {
		return true
	}
	for _, f := range m.filters {
		seen := record
		if f.body.IsObject() {
			body, err := value.ParseString(record.Get("body").Str())
			if err != nil {
				continue
			}
			seen = record.With("body", body)
		}
		if f.pattern.Matches(seen) {
			return true
		}
	}
	return false
}

// check checks a mapping by itself, and with its queue and function, whose ARN it notes.
func (s *Service) check(ctx context.Context, m *mapping) error {
	parts := strings.Split(m.source, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "sqs" {
		return invalid("EventSourceArn is %q: the local machine maps SQS queues, by their ARN", m.source)
	}
	fifo := strings.HasSuffix(m.source, ".fifo")
	switch {
	case m.function == "":
		return invalid("FunctionName is missing")
	case m.size < 1 || m.size > maxSize:
		return invalid("BatchSize is %d: it must be from 1 to %d", m.size, maxSize)
	case fifo && m.size > maxFIFOSize:
		return invalid("BatchSize is %d: it must be at most %d for a FIFO queue", m.size, maxFIFOSize)
	case m.window < 0 || m.window > maxWindow*time.Second:
		return invalid("MaximumBatchingWindowInSeconds is %d: it must be from 0 to %d", int(m.window/time.Second), maxWindow)
	case fifo && m.window > 0:
		return invalid("Batching window is not supported for FIFO queues")
	case m.size > 10 && m.window == 0:
		return invalid("Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10")
	}
	function, err := s.directory.Call(ctx, "lambda", "GetFunctionConfiguration", value.Object(value.M("FunctionName", value.String(m.function))))
	if err != nil {
		return err
	}
	m.function = function.Get("FunctionArn").Str()
	return s.checkQueue(ctx, m, parts[5], function)
}

func (s *Service) checkQueue(ctx context.Context, m *mapping, name string, function value.Value) error {
	url, err := s.url(ctx, name)
	if err == nil {
		var out value.Value
		out, err = s.directory.Call(ctx, "sqs", "GetQueueAttributes", value.Object(value.M("QueueUrl", url), value.M("AttributeNames", value.Array(value.String("VisibilityTimeout")))))
		visible, _ := strconv.Atoi(out.Path("Attributes", "VisibilityTimeout").Str())
		if timeout, _ := function.Get("Timeout").Int(); err == nil && int64(visible) < timeout {
			return invalid("Queue visibility timeout: %d seconds is less than Function timeout: %d seconds", visible, timeout)
		}
	}
	if err != nil {
		return invalid("Error occurred while ReceiveMessage. %v", err)
	}
	return nil
}

func (s *Service) url(ctx context.Context, name string) (value.Value, error) {
	out, err := s.directory.Call(ctx, "sqs", "GetQueueUrl", value.Object(value.M("QueueName", value.String(name))))
	return out.Get("QueueUrl"), err
}

func (m *mapping) name() string { return m.function[strings.LastIndexByte(m.function, ':')+1:] }

func (m *mapping) state() string {
	if m.enabled {
		return "Enabled"
	}
	return "Disabled"
}

// describe gives a mapping as the API has it.
func (s *Service) describe(m *mapping, state string) value.Value {
	var b value.Builder
	b.Set("UUID", value.String(m.id))
	b.Set("EventSourceArn", value.String(m.source))
	b.Set("EventSourceMappingArn", value.String(s.arn(m)))
	b.Set("FunctionArn", value.String(m.function))
	b.Set("BatchSize", value.Int(m.size))
	b.Set("MaximumBatchingWindowInSeconds", value.Int(int(m.window/time.Second)))
	b.Set("LastModified", value.Float(float64(m.modified.UnixMilli())/1000))
	b.Set("State", value.String(state))
	b.Set("StateTransitionReason", value.String("USER_INITIATED"))
	if m.partial {
		b.Set("FunctionResponseTypes", value.Array(value.String("ReportBatchItemFailures")))
	}
	if m.concurrency > 0 {
		b.Set("ScalingConfig", value.Object(value.M("MaximumConcurrency", value.Int(m.concurrency))))
	}
	if len(m.filters) > 0 {
		var list []value.Value
		for _, f := range m.filters {
			list = append(list, value.Object(value.M("Pattern", value.String(f.text))))
		}
		b.Set("FilterCriteria", value.Object(value.M("Filters", value.Array(list...))))
	}
	return b.Object()
}

func (s *Service) arn(m *mapping) string {
	return s.account.ARN("lambda", "event-source-mapping:"+m.id)
}
