package engine

import (
	"strings"
	"time"

	"github.com/stepwright/stepwright/value"
)

// partSize is how many bytes of results make a part that is exported.
const partSize = 1 << 20

// An Export is a part of the results of a Map Run that a ResultWriter writes. The parts come one after the other.
type Export struct {
	MapRunArn string
	Key       string        // of the manifest, in the bucket that the call's arguments name
	Config    value.Value   `json:",omitzero"` // WriterConfig; absent for NONE and JSON
	Part      int           // counted from 0
	Last      bool          // nothing follows: now the manifest is due
	Children  []value.Value // each as DescribeExecution has it, in the order they ended; PENDING ones have not begun
}

// exports tells whether results are written somewhere.
func (s *distributed) exports() bool { return s.write != nil && s.write.resource != "" }

// closeChild describes a child that has ended, as it will be reported.
func (s *distributed) closeChild(c *nested) {
	if c.Run.Status == Running {
		return
	}
	raw := s.exports() || s.write != nil && s.write.config.Get("Transformation").Str() == "NONE"
	if c.record = c.Run.Output; raw || c.Run.Status != Succeeded {
		// The output of one that failed is the description of its execution (developer guide, "ResultWriter").
		c.record = c.Run.record()
	}
	c.record.Size() // computed here, aside
}

// record keeps what is to be exported.
func (r *mapRun) record(v value.Value, succeeded bool, items int) {
	r.Records = append(r.Records, v)
	r.Size += v.Size()
	if succeeded {
		r.Waiting.Succeeded += items
	} else {
		r.Waiting.Failed += items
	}
}

// keep keeps a child's part of the result at its place; children may end in any order. When all together are beyond
// the limit of payloads, none is kept.
func (r *mapRun) keep(index int, v value.Value) {
	r.Held += v.Size() + 1
	if r.Over = r.Over || r.Held+1 > maxPayload; r.Over {
		r.Results = nil
		return
	}
	for len(r.Results) <= index {
		r.Results = append(r.Results, value.Null)
	}
	r.Results[index] = v
}

// leave makes records of what will never begin, because the Map Run has failed.
func (s *distributed) leave(x *step, t *thread) {
	run := t.Run
	inputs, f := s.inputs(x, t, x.plan.nodes[t.State], len(run.Queue))
	used := 0
	machine := value.String(run.prefix(x.s.Start.Region) + "stateMachine:" + run.Machine)
	for _, in := range inputs {
		used += in.items
		run.Items.Pending += in.items
		run.Executions.Pending++
		run.record(value.Object(
			value.M("Input", value.String(in.value.String())), value.M("InputDetails", included),
			value.M("RedriveCount", value.Int(0)), value.M("StateMachineArn", machine), value.M("Status", value.String("PENDING")),
		), false, in.items)
	}
	if run.Queue = run.Queue[used:]; f != nil || !run.More { // no input can be made of the rest
		run.Items.Pending += len(run.Queue)
		run.Queue = nil
	}
}

// finish ends a Map Run whose children have all ended; results may have to be exported first.
func (s *distributed) finish(x *step, t *thread, n *node) {
	run := t.Run
	switch {
	case s.exports():
		s.export(x, t, n, true)
	case run.Over:
		s.fail(x, t, n, tooLarge(n.name))
	default:
		s.succeed(x, t, n, shaped(run.Results, s.write))
	}
}

// export has a part of the results written.
func (s *distributed) export(x *step, t *thread, n *node, last bool) {
	run := t.Run
	if !run.Target.Exists() {
		args, f := s.write.arguments(x, t, s.flow)
		if f != nil {
			run.Failure = nil
			s.broken(x, t, n, f)
			return
		}
		run.Target = args
	}
	c := x.newCall(t, s.write, run.Target)
	c.Export = &Export{
		MapRunArn: run.Arn, Key: manifestKey(run.Target, run.Arn), Config: s.write.config, Part: run.Parts, Last: last, Children: run.Records,
	}
	run.Items.ResultsWritten += run.Waiting.Succeeded + run.Waiting.Failed
	run.Executions.ResultsWritten += len(run.Records)
	run.Records, run.Size, run.Waiting, run.Last = nil, 0, Counts{}, last
	run.Parts++
	x.call(t, c)
}

// broken ends a Map Run whose results cannot be written.
func (s *distributed) broken(x *step, t *thread, n *node, f *fault) {
	if f.location != "" {
		t.Prev = x.emit(t.Decided, evaluationFailed(n, f))
		f.location = ""
	}
	x.stopChildren(t, s)
	s.failed(x, t, n, f)
}

// manifestKey is where the manifest of exported results lies.
func manifestKey(args value.Value, arn string) string {
	id := arn[strings.LastIndexByte(arn, ':')+1:]
	if prefix := strings.TrimSuffix(args.Get("Prefix").Str(), "/"); prefix != "" {
		return prefix + "/" + id + "/manifest.json"
	}
	return id + "/manifest.json"
}

// written goes on when a part of the results is exported.
func (s *distributed) written(x *step, t *thread, n *node, r Result) {
	run := t.Run
	switch {
	case run.Failure != nil && (r.Failure != nil || run.Last):
		s.failed(x, t, n, newFault(run.Failure.Error, run.Failure.Cause))
	case r.Failure != nil:
		s.broken(x, t, n, newFault(errResultWriter, r.Failure.Cause))
	case !run.Last:
		s.forward(x, t, n)
	default:
		s.succeed(x, t, n, value.Object(
			value.M("MapRunArn", value.String(run.Arn)),
			value.M("ResultWriterDetails", value.Object(
				value.M("Bucket", run.Target.Get("Bucket")), value.M("Key", value.String(manifestKey(run.Target, run.Arn))),
			)),
		))
	}
}

// shaped are the results of a Map Run as WriterConfig wants them when they are not exported.
func shaped(results []value.Value, w *source) value.Value {
	if w == nil || w.config.Get("Transformation").Str() != "FLATTEN" {
		return value.Array(results...)
	}
	var all []value.Value
	for _, v := range results {
		if v.IsArray() {
			all = append(all, v.Elements()...)
		} else {
			all = append(all, v)
		}
	}
	return value.Array(all...)
}

// record describes an execution that has ended, as DescribeExecution does.
func (s *runState) record() value.Value {
	text := func(v value.Value) value.Value {
		if !v.Exists() {
			return v
		}
		return value.String(v.String())
	}
	optional := func(s *string) value.Value {
		if s == nil {
			return value.Value{}
		}
		return value.String(*s)
	}
	outputDetails := included
	if !s.Output.Exists() {
		outputDetails = value.Value{}
	}
	return value.Object(
		value.M("Cause", optional(s.Cause)), value.M("Error", optional(s.Error)),
		value.M("ExecutionArn", value.String(s.Start.ExecutionArn)),
		value.M("Input", text(s.Start.Input)), value.M("InputDetails", included),
		value.M("Name", value.String(s.Start.Name)),
		value.M("Output", text(s.Output)), value.M("OutputDetails", outputDetails),
		value.M("RedriveCount", value.Int(0)), value.M("RedriveStatus", redriveStatus(s)),
		value.M("StartDate", isoDate(s.Start.Time)), value.M("StateMachineArn", value.String(s.Start.StateMachineArn)),
		value.M("Status", value.String(string(s.Status))), value.M("StopDate", isoDate(s.Stopped)),
	)
}

var included = value.Object(value.M("Included", value.True))

func redriveStatus(s *runState) value.Value {
	if s.Status == Succeeded {
		return value.String("NOT_REDRIVABLE")
	}
	return value.String("REDRIVABLE_BY_MAP_RUN")
}

func isoDate(t time.Time) value.Value {
	return value.String(t.UTC().Format("2006-01-02T15:04:05.999Z"))
}
