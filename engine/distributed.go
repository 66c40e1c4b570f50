package engine

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

const (
	maxDistributed = 10_000      // children of a Map Run that run side by side at most (developer guide, "Distributed mode")
	maxItems       = 100_000_000 // what a larger MaxItems counts as (recorded)
)

// exitFollowsRun is when MapStateExited began to follow from MapRunStarted; before it followed from MapRunSucceeded
// (between recordings of August and November 2024).
var exitFollowsRun = time.Date(2024, 11, 1, 0, 0, 0, 0, time.UTC)

// A distributed Map runs its states as executions of their own, the children of a Map Run.
type distributed struct {
	mapState

	child *Plan
	kind  Type // of the children
	label string

	read, write *source
	maxItems    number

	batches       bool
	perBatch      number
	bytesPerBatch number
	batchInput    *jsonata.Template
	batchPayload  *payload
}

// A source is what an ItemReader or a ResultWriter names: a call, and how it is configured.
type source struct {
	resource, service, action string

	query   *jsonata.Template
	payload *payload
	config  value.Value
}

// A mapRun is the Map Run of a thread, while it runs.
type mapRun struct {
	Arn      string        `json:"arn"`
	Machine  string        `json:"machine"` // the name of what the children are executions of
	Account  string        `json:"account"`
	Side     int           `json:"side"`     // how many children run side by side
	Count    *float64      `json:"count"`    // of tolerated failures, if given
	Percents *float64      `json:"percents"` // of tolerated failures, if given
	Reading  bool          `json:"reading,omitempty"`
	Limit    int           `json:"limit,omitempty"`  // of items that are read; 0 for none
	Failed   int           `json:"failed,omitempty"` // items
	Running  int           `json:"running,omitempty"`
	Records  []value.Value `json:"records,omitempty"` // what became of the children, if it is exported or shown
	Failing  bool          `json:"-"`                 // too many have failed; the children are being stopped
}

// A nested execution is a child of a Map Run.
type nested struct {
	Thread int       `json:"thread"` // whose Map Run this is a child of
	Index  int       `json:"index"`  // among the children of the Map Run
	Items  int       `json:"items"`  // how many items it is for
	Run    *runState `json:"run"`
}

func (p *planner) distributed(n *node, s *asl.Map, lang asl.QueryLanguage) {
	d := &distributed{}
	p.mapFields(n, &d.mapState, s, lang)
	n.do = d
	if s.Label != nil {
		d.label = p.text(*s.Label)
	} else {
		d.label = uuidOf(sha256.Sum256([]byte(n.name)))
	}
	if r := s.ItemReader; r != nil {
		d.read = p.source("ItemReader", r.Resource, r.Parameters, r.Arguments, r.ReaderConfig, lang)
		limit := number{field: "MaxItems", whole: true, least: -1 << 31, most: 1 << 40}
		var path *string
		if v := r.ReaderConfig.Get("MaxItemsPath"); v.IsString() {
			path = new(v.Str())
		}
		d.maxItems = p.number(limit, "ItemReader/ReaderConfig/", r.ReaderConfig.Get("MaxItems"), path)
		d.read.config = d.read.config.Without("MaxItems").Without("MaxItemsPath")
	}
	if w := s.ResultWriter; w != nil {
		d.write = p.source("ResultWriter", w.Resource, w.Parameters, w.Arguments, w.WriterConfig, lang)
	}
	if b := s.ItemBatcher; b != nil {
		d.batches = true
		d.perBatch = p.number(itemsPerBatch, "ItemBatcher/", b.MaxItemsPerBatch, b.MaxItemsPerBatchPath)
		d.bytesPerBatch = p.number(inputBytesOfBatch, "ItemBatcher/", b.MaxInputBytesPerBatch, b.MaxInputBytesPerBatchPath)
		if lang == asl.JSONata {
			d.batchInput = p.template("/ItemBatcher/BatchInput", "ItemBatcher/BatchInput", b.BatchInput)
		} else {
			d.batchPayload = p.payload("/ItemBatcher/BatchInput", b.BatchInput)
		}
		if !b.MaxItemsPerBatch.Exists() && b.MaxItemsPerBatchPath == nil && !b.MaxInputBytesPerBatch.Exists() && b.MaxInputBytesPerBatchPath == nil {
			p.fail("/ItemBatcher", CodeBadField, "the ItemBatcher has no limit for its batches", "give it MaxItemsPerBatch or MaxInputBytesPerBatch")
		}
	}
	d.kind = Type(s.Processor().ProcessorConfig.ExecutionType)
	if d.kind != Express {
		d.kind = Standard
	}
	start := p.processor(s)
	d.child = &Plan{startAt: start, asOf: p.plan.asOf, most: p.plan.most, nodes: p.plan.nodes}
}

// source plans an ItemReader or a ResultWriter.
func (p *planner) source(field, resource string, parameters, arguments, settings value.Value, lang asl.QueryLanguage) *source {
	s := &source{resource: p.text(resource), config: p.value(settings)}
	at := diag.Pointer("").Child(field)
	if i := strings.LastIndex(s.resource, ":::"); i >= 0 {
		s.service, s.action, _ = strings.Cut(s.resource[i+3:], ":")
	}
	switch {
	case s.resource == "" && field == "ResultWriter":
	case s.service != "s3" || s.action == "":
		p.fail(at.Child("Resource"), CodeBadField, "the resource "+value.String(s.resource).String()+" reads and writes nothing", "name an action of arn:aws:states:::s3")
	}
	if lang == asl.JSONata {
		s.query = p.template(at.Child("Arguments"), field+"/Arguments", arguments)
	} else {
		s.payload = p.payload(at.Child("Parameters"), parameters)
	}
	return s
}

// arguments are what the reader or writer is called with.
func (s *source) arguments(x *step, t *thread, fl flow) (value.Value, *fault) {
	switch {
	case s.query != nil:
		return x.query(t, s.query, states{})
	case s.payload != nil:
		in, f := fl.(*pathFlow).filtered(x, t)
		if f != nil {
			return in, f
		}
		return s.payload.eval(x, t, in)
	}
	return value.Object(), nil
}

func (s *distributed) enter(x *step, t *thread, n *node) { s.again(x, t, n) }

// again starts a Map Run.
func (s *distributed) again(x *step, t *thread, n *node) {
	var items []item
	var f *fault
	if s.read == nil {
		items, f = s.list(x, t)
	}
	var limit float64
	if f == nil {
		limit, f = s.concurrency.eval(x, t, s.flow)
	}
	if f != nil {
		x.throwMap(t, n, f)
		return
	}
	x.follow(t, history.Event{Type: history.MapStateStarted, Length: len(items)})
	run, args, f := s.newRun(x, t, int(limit))
	if f != nil {
		x.throwMap(t, n, f)
		return
	}
	x.follow(t, history.Event{Type: history.MapRunStarted, MapRunArn: run.Arn})
	if x.s.Status != Running {
		return
	}
	t.Run, t.Items, t.Results, t.Next, t.Decided = run, items, nil, 0, t.Prev
	if s.read == nil {
		s.pump(x, t, n)
		return
	}
	if run.Limit < 0 {
		s.fail(x, t, n, newFault(errItemReader, "field MaxItems must be positive"))
		return
	}
	run.Reading = true
	c := x.newCall(t, s.read, args)
	c.ReaderConfig = s.read.config
	if !c.ReaderConfig.Exists() {
		c.ReaderConfig = value.Object()
	}
	x.call(t, c)
}

// newRun makes a Map Run and evaluates what it depends on; args are those of the reader.
func (s *distributed) newRun(x *step, t *thread, limit int) (run *mapRun, args value.Value, f *fault) {
	st := &x.s.Start
	run = &mapRun{Machine: st.StateMachineName + "/" + s.label, Side: maxDistributed}
	if parts := strings.Split(st.StateMachineArn, ":"); len(parts) > 4 {
		run.Account = parts[4]
	}
	run.Arn = fmt.Sprintf("arn:aws:states:%s:%s:mapRun:%s:%s", st.Region, run.Account, run.Machine, x.s.uuid())
	if limit > 0 {
		run.Side = min(run.Side, limit)
	}
	if run.Count, f = s.count.optional(x, t, s.flow); f != nil {
		return
	}
	if run.Percents, f = s.percents.optional(x, t, s.flow); f != nil {
		return
	}
	if s.read != nil {
		var most float64
		if most, f = s.maxItems.eval(x, t, s.flow); f != nil {
			return
		}
		run.Limit = min(int(most), maxItems)
		args, f = s.read.arguments(x, t, s.flow)
	}
	return
}

// newCall is the call of a reader or writer.
func (x *step) newCall(t *thread, s *source, args value.Value) Call {
	st := &x.s.Start
	return Call{
		State: t.State, Resource: s.resource, ResourceType: s.service, Action: s.action, Arguments: args, Attempt: t.Retries,
		Region: st.Region, ExecutionArn: st.ExecutionArn, StateMachineArn: st.StateMachineArn,
	}
}

// answered takes the answer to the call of the reader or of the writer.
func (s *distributed) answered(x *step, t *thread, n *node, r Result) {
	if t.Run == nil {
		return
	}
	if !t.Run.Reading {
		s.written(x, t, n, r)
		return
	}
	t.Run.Reading = false
	switch {
	case r.Failure != nil:
		s.fail(x, t, n, newFault(errItemReader, r.Failure.Cause))
		return
	case !x.iterable(r.Output):
		s.fail(x, t, n, newFault(errItemReader, "Attempting to map over non-iterable node."))
		return
	}
	t.Items = listOf(r.Output)
	if m := t.Run.Limit; m > 0 && len(t.Items) > m {
		t.Items = t.Items[:m]
	}
	s.pump(x, t, n)
}

// pump starts children as long as more may run, and ends the Map Run when all have ended.
func (s *distributed) pump(x *step, t *thread, n *node) {
	run := t.Run
	for x.s.Status == Running && run.Running < run.Side && t.Next < len(t.Items) {
		in, count, f := s.next(x, t)
		if f == nil && in.Size() > maxPayload {
			f = tooLarge(n.name)
		}
		if f != nil {
			if f.location != "" { // its event comes before the end of the Map Run
				t.Prev = x.emit(t.Decided, evaluationFailed(n, f))
				f.location = ""
			}
			s.fail(x, t, n, f)
			return
		}
		x.startChild(t, s, in, count)
		if run.Failing {
			s.fail(x, t, n, exceeded())
			return
		}
	}
	if x.s.Status == Running && run.Running == 0 && t.Next == len(t.Items) {
		s.finish(x, t, n)
	}
}

func exceeded() *fault {
	return newFault(errTolerance, "The specified tolerated failure threshold was exceeded")
}

// next takes the next item, or the next batch of items, and makes the input of its child.
func (s *distributed) next(x *step, t *thread) (in value.Value, count int, f *fault) {
	if !s.batches {
		in, f = s.itemInput(x, t, t.Items[t.Next])
		t.Next++
		return in, 1, f
	}
	per, f := s.perBatch.eval(x, t, s.flow)
	if f != nil {
		return
	}
	size, f := s.bytesPerBatch.eval(x, t, s.flow)
	if f != nil {
		return
	}
	shared, f := s.shared(x, t)
	if f != nil {
		return
	}
	if size == 0 {
		size = maxPayload
	}
	var items []value.Value
	bytes := batch(shared, nil).Size()
	for t.Next < len(t.Items) && (per == 0 || len(items) < int(per)) {
		var v value.Value
		if v, f = s.itemInput(x, t, t.Items[t.Next]); f != nil {
			return
		}
		if bytes += v.Size() + 1; len(items) > 0 && bytes-1 > int(size) {
			break
		}
		items = append(items, v)
		t.Next++
	}
	return batch(shared, items), len(items), nil
}

// shared is the value of BatchInput.
func (s *distributed) shared(x *step, t *thread) (value.Value, *fault) {
	switch {
	case s.batchInput != nil:
		return x.query(t, s.batchInput, states{})
	case s.batchPayload != nil:
		in, f := s.flow.(*pathFlow).filtered(x, t)
		if f != nil {
			return in, f
		}
		return s.batchPayload.eval(x, t, in)
	}
	return value.Value{}, nil
}

// batch is the input of a child that gets several items.
func batch(shared value.Value, items []value.Value) value.Value {
	return value.Object(value.M("BatchInput", shared), value.M("Items", value.Array(items...)))
}

// exceeded tells whether more items have failed than the Map Run tolerates.
func (r *mapRun) exceeded(items int) bool {
	if r.Count == nil && r.Percents == nil {
		return r.Failed > 0
	}
	return r.Count != nil && float64(r.Failed) > *r.Count ||
		r.Percents != nil && float64(r.Failed)*100 > *r.Percents*float64(items)
}

// fail ends a Map Run with a fault: its children are stopped.
func (s *distributed) fail(x *step, t *thread, n *node, f *fault) {
	x.stopChildren(t)
	t.Run, t.Items, t.Results, t.Next = nil, nil, nil, 0
	if !f.fatal {
		x.follow(t, history.Event{Type: history.MapRunFailed, Error: f.Error, Cause: f.Cause})
		t.Decided = t.Prev
	}
	x.throwMap(t, n, f)
}

// finish ends a Map Run whose children have all ended; results may have to be exported first.
func (s *distributed) finish(x *step, t *thread, n *node) {
	if s.write == nil {
		s.succeed(x, t, n, value.Array(t.Results...))
		return
	}
	if s.write.resource == "" {
		s.succeed(x, t, n, shaped(t.Run.Records, t.Results, s.write.config))
		return
	}
	args, f := s.write.arguments(x, t, s.flow)
	if f != nil {
		s.fail(x, t, n, f)
		return
	}
	c := x.newCall(t, s.write, args)
	c.Export = &Export{MapRunArn: t.Run.Arn, Key: manifestKey(args, t.Run.Arn), Config: s.write.config, Children: t.Run.Records}
	x.call(t, c)
}

// manifestKey is where the manifest of exported results lies.
func manifestKey(args value.Value, arn string) string {
	id := arn[strings.LastIndexByte(arn, ':')+1:]
	if prefix := strings.TrimSuffix(args.Get("Prefix").Str(), "/"); prefix != "" {
		return prefix + "/" + id + "/manifest.json"
	}
	return id + "/manifest.json"
}

// written goes on when the results are exported.
func (s *distributed) written(x *step, t *thread, n *node, r Result) {
	if r.Failure != nil {
		s.fail(x, t, n, newFault(errResultWriter, r.Failure.Cause))
		return
	}
	args, f := s.write.arguments(x, t, s.flow)
	if f != nil {
		s.fail(x, t, n, f)
		return
	}
	s.succeed(x, t, n, value.Object(
		value.M("MapRunArn", value.String(t.Run.Arn)),
		value.M("ResultWriterDetails", value.Object(
			value.M("Bucket", args.Get("Bucket")), value.M("Key", value.String(manifestKey(args, t.Run.Arn))),
		)),
	))
}

// succeed ends the Map with its result.
func (s *distributed) succeed(x *step, t *thread, n *node, result value.Value) {
	started := t.Prev
	done := x.emit(started, history.Event{Type: history.MapRunSucceeded})
	x.emit(done, history.Event{Type: history.MapStateSucceeded})
	t.Run = nil
	if t.Prev = started; !x.plan.has(exitFollowsRun) {
		t.Prev = done
	}
	t.Decided = t.Prev
	x.conclude(t, n, s.flow, result, n.next)
}

// uuid makes an identifier of the run's own randomness.
func (s *runState) uuid() string {
	var b [32]byte
	for i := range 2 {
		for j, r := 0, s.random(); j < 8; j, r = j+1, r>>8 {
			b[i*8+j] = byte(r)
		}
	}
	return uuidOf(b)
}

// uuidOf writes bytes as a UUID of version 4.
func uuidOf(b [32]byte) string {
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:16])
}

var _ retrying = (*distributed)(nil)
