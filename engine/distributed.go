package engine

import (
	"crypto/sha256"
	"strings"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/items"
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

	inner *Plan // of the children
	kind  Type  // of the children
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
	d.inner = &Plan{startAt: start, asOf: p.plan.asOf, most: p.plan.most, nodes: p.plan.nodes}
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
	var own []items.Item
	var f *fault
	if s.read == nil {
		own, f = s.own(x, t)
	}
	var limit float64
	if f == nil {
		limit, f = s.concurrency.eval(x, t, s.flow)
	}
	if f != nil {
		x.throwMap(t, n, f)
		return
	}
	x.follow(t, history.Event{Type: history.MapStateStarted, Length: len(own)})
	run, f := s.newRun(x, t, int(limit))
	if f != nil {
		x.throwMap(t, n, f)
		return
	}
	x.follow(t, history.Event{Type: history.MapRunStarted, MapRunArn: run.Arn})
	if x.s.Status != Running {
		return
	}
	t.Run, t.Decided = run, t.Prev
	x.tell(t, s, Running)
	switch {
	case s.read == nil:
		run.add(own, s.stated(x), false)
	case run.Limit < 0:
		s.fail(x, t, n, newFault(errItemReader, "field MaxItems must be positive"))
		return
	default:
		run.More = true
	}
	s.forward(x, t, n)
}

// own are the items that the state's data has.
func (s *distributed) own(x *step, t *thread) ([]items.Item, *fault) {
	list, f := s.list(x, t)
	if f != nil {
		return nil, f
	}
	own := make([]items.Item, len(list))
	for i, it := range list {
		own[i] = items.Item{Key: it.Key, Value: it.Value}
	}
	return own, nil
}

// stated is the source of items that are the state's own.
func (s *distributed) stated(x *step) string {
	if x.plan.has(objectsSince) {
		return "STATE_DATA"
	}
	return ""
}

// newRun makes a Map Run and evaluates what it depends on.
func (s *distributed) newRun(x *step, t *thread, limit int) (*mapRun, *fault) {
	st := &x.s.Start
	run := &mapRun{Machine: st.StateMachineName + "/" + s.label, Most: limit, Began: x.now}
	if parts := strings.Split(st.StateMachineArn, ":"); len(parts) > 4 {
		run.Account = parts[4]
	}
	run.Arn = run.prefix(st.Region) + "mapRun:" + run.Machine + ":" + x.s.uuid()
	run.Seed = x.s.random()
	var f *fault
	if run.Count, f = s.count.optional(x, t, s.flow); f != nil {
		return nil, f
	}
	if run.Percents, f = s.percents.optional(x, t, s.flow); f != nil {
		return nil, f
	}
	var most float64
	if most, f = s.maxItems.eval(x, t, s.flow); f != nil {
		return nil, f
	}
	run.Limit = min(int(most), maxItems)
	if s.read != nil {
		if run.Origin, f = s.read.arguments(x, t, s.flow); f != nil {
			return nil, f
		}
	}
	if s.batches {
		f = s.newBatches(x, t, run)
	}
	return run, f
}

// newBatches evaluates what the batches of a Map Run depend on.
func (s *distributed) newBatches(x *step, t *thread, run *mapRun) *fault {
	per, f := s.perBatch.eval(x, t, s.flow)
	if f != nil {
		return f
	}
	size, f := s.bytesPerBatch.eval(x, t, s.flow)
	if f != nil {
		return f
	}
	run.Per, run.Bytes = int(per), int(size)
	run.Shared, f = s.shared(x, t)
	return f
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
	switch {
	case t.Run == nil:
	case t.Run.Reading:
		s.taken(x, t, n, r)
	default:
		s.written(x, t, n, r)
	}
}

// succeed ends the Map with its result.
func (s *distributed) succeed(x *step, t *thread, n *node, result value.Value) {
	x.tell(t, s, Succeeded)
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

var (
	_ retrying = (*distributed)(nil)
	_ waiting  = (*distributed)(nil)
)
