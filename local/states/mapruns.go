package states

import (
	"context"
	"encoding/base64"
	"math"
	"slices"
	"strconv"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// mapRunKind is the kind of the ARNs of Map Runs.
const mapRunKind = "mapRun"

// namedMapRun finds the Map Run that a request names.
func (s *Service) namedMapRun(in value.Value) (*mapRun, error) {
	arn, _, err := s.arn(in, "mapRunArn", mapRunKind)
	if err != nil {
		return nil, err
	}
	if r := s.mapRun(arn); r != nil {
		return r, nil
	}
	return nil, wire.Errorf("ResourceNotFound", "Resource not found: '%s'", arn)
}

func (s *Service) describeMapRun(_ context.Context, in value.Value) (value.Value, error) {
	r, err := s.namedMapRun(in)
	if err != nil {
		return value.Value{}, err
	}
	m := r.state()
	var b value.Builder
	b.Set("mapRunArn", value.String(m.Arn))
	b.Set("executionArn", value.String(m.ExecutionArn))
	b.Set("status", value.String(string(m.Status)))
	b.Set("startDate", history.Timestamp(m.Started))
	if !m.Stopped.IsZero() {
		b.Set("stopDate", history.Timestamp(m.Stopped))
	}
	b.Set("maxConcurrency", value.Int(m.MaxConcurrency))
	b.Set("toleratedFailurePercentage", value.Float(m.ToleratedFailurePercentage))
	b.Set("toleratedFailureCount", value.Int(m.ToleratedFailureCount))
	b.Set("itemCounts", counts(m.Items, m))
	b.Set("executionCounts", counts(m.Executions, m))
	b.Set("redriveCount", value.Int(0))
	return b.Object(), nil
}

// counts are the members of MapRunItemCounts and MapRunExecutionCounts. What has been written is told when the Map Run
// has ended.
func counts(c engine.Counts, m engine.MapRun) value.Value {
	written := c.ResultsWritten
	if m.Status == engine.Running {
		written = 0
	}
	return value.Object(
		value.M("pending", value.Int(c.Pending)), value.M("running", value.Int(c.Running)), value.M("succeeded", value.Int(c.Succeeded)),
		value.M("failed", value.Int(c.Failed)), value.M("timedOut", value.Int(c.TimedOut)), value.M("aborted", value.Int(c.Aborted)),
		value.M("total", value.Int(c.Total())), value.M("resultsWritten", value.Int(written)),
		value.M("failuresNotRedrivable", value.Int(0)), value.M("pendingRedrive", value.Int(0)))
}

func (s *Service) listMapRuns(_ context.Context, in value.Value) (value.Value, error) {
	arn, _, err := s.arn(in, "executionArn", executionKind)
	if err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	e := s.executions[arn]
	s.mu.Unlock()
	var all []engine.MapRun
	if e == nil { // a child may have Map Runs of its own
		c, err := s.child(arn)
		if err != nil {
			return value.Value{}, err
		}
		if c == nil {
			return value.Value{}, noExecution(arn)
		}
		e = c.run.execution
	}
	s.mu.Lock()
	runs := slices.Clone(e.mapRuns)
	s.mu.Unlock()
	for _, r := range slices.Backward(runs) {
		if m := r.state(); m.ExecutionArn == arn {
			all = append(all, m)
		}
	}
	p, err := paged(in, "mapRuns "+arn, 1000, all, growsFirst)
	if err != nil {
		return value.Value{}, err
	}
	list := make([]value.Value, 0, len(p.items))
	for _, m := range p.items {
		v := value.Object(
			value.M("executionArn", value.String(m.ExecutionArn)), value.M("mapRunArn", value.String(m.Arn)),
			value.M("stateMachineArn", value.String(m.StateMachineArn)), value.M("startDate", history.Timestamp(m.Started)))
		if !m.Stopped.IsZero() {
			v = v.With("stopDate", history.Timestamp(m.Stopped))
		}
		list = append(list, v)
	}
	return value.Object(value.M("mapRuns", value.Array(list...)), value.M("nextToken", p.token)), nil
}

// listChildren lists the children of a Map Run, those that were started last first.
func (s *Service) listChildren(in value.Value) (value.Value, error) {
	if in.Get("stateMachineArn").Str() != "" {
		return value.Value{}, wire.Errorf("ValidationException", "Either a state machine ARN or a map run ARN must be provided, not both")
	}
	r, err := s.namedMapRun(in)
	if err != nil {
		return value.Value{}, err
	}
	if r.state().Children == engine.Express {
		return value.Value{}, wrongType()
	}
	status, err := text(in, "statusFilter", rule{enum: statuses})
	if err != nil {
		return value.Value{}, err
	}
	redriven, err := text(in, "redriveFilter", rule{enum: []string{"REDRIVEN", "NOT_REDRIVEN"}})
	if err != nil {
		return value.Value{}, err
	}
	size, err := pageSize(in, 1000)
	if err != nil {
		return value.Value{}, err
	}
	subject := "children " + r.arn + " " + status + " " + redriven
	next := r.store.Len() - 1
	if t := in.Get("nextToken"); t.Exists() && !t.IsNull() {
		if next, err = readToken(t.Str(), subject); err != nil || next >= r.store.Len() {
			return value.Value{}, wire.Errorf("InvalidToken", "Invalid Token: 'Invalid token'")
		}
	}
	var list []value.Value
	for ; next >= 0 && redriven != "REDRIVEN"; next-- {
		c, err := r.store.Child(next)
		if err != nil {
			return value.Value{}, err
		}
		if status != "" && string(c.Status) != status {
			continue
		}
		if len(list) == size {
			token := base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(next) + " " + subject))
			return value.Object(value.M("executions", value.Array(list...)), value.M("nextToken", value.String(token))), nil
		}
		list = append(list, (&child{r, c}).item())
	}
	return value.Object(value.M("executions", value.Array(list...))), nil
}

// number reads an optional number of UpdateMapRun; absent is nil.
func number(in value.Value, member string, most float64, whole bool) (*float64, error) {
	v := in.Get(member)
	if !v.Exists() || v.IsNull() {
		return nil, nil
	}
	f := v.Float()
	if !v.IsNumber() || whole && f != math.Trunc(f) {
		return nil, wire.Errorf("SerializationException", "%s is %s: it must be a number", member, v)
	}
	shown := "'" + v.String() + "'"
	switch {
	case f < 0:
		return nil, invalid(shown, member, "Member must have value greater than or equal to 0")
	case f > most:
		return nil, invalid(shown, member, "Member must have value less than or equal to "+strconv.FormatFloat(most, 'f', -1, 64))
	}
	return &f, nil
}

func (s *Service) updateMapRun(ctx context.Context, in value.Value) (value.Value, error) {
	r, err := s.namedMapRun(in)
	if err != nil {
		return value.Value{}, err
	}
	u := engine.UpdateMapRun{MapRunArn: r.arn}
	concurrency, err := number(in, "maxConcurrency", math.MaxInt32, true)
	if err != nil {
		return value.Value{}, err
	}
	count, err := number(in, "toleratedFailureCount", math.MaxInt32, true)
	if err != nil {
		return value.Value{}, err
	}
	if u.ToleratedFailurePercentage, err = number(in, "toleratedFailurePercentage", 100, false); err != nil {
		return value.Value{}, err
	}
	if concurrency == nil && count == nil && u.ToleratedFailurePercentage == nil {
		return value.Value{}, wire.Errorf("ValidationException", "You must specify at least one of maxConcurrency, toleratedFailureCount and toleratedFailurePercentage (reason: MISSING_REQUIRED_PARAMETER)")
	}
	if concurrency != nil {
		u.MaxConcurrency = new(int(*concurrency))
	}
	if count != nil {
		u.ToleratedFailureCount = new(int(*count))
	}
	ended := wire.Errorf("ValidationException", "The Map Run has ended and cannot be updated: '%s' (reason: CANNOT_UPDATE_COMPLETED_MAP_RUN)", r.arn)
	if r.state().Status != engine.Running {
		return value.Value{}, ended
	}
	changed := r.changes()
	if err := s.tell(ctx, r.execution, u); err != nil {
		return value.Value{}, ended
	}
	select {
	case <-changed:
	case <-r.execution.done:
	case <-ctx.Done():
	}
	return value.Object(), nil
}

// stopChild stops a child of a Map Run and waits until that is done.
func (s *Service) stopChild(ctx context.Context, c *child, stop engine.Stop) (value.Value, error) {
	for c.Status == engine.Running {
		changed := c.run.changes()
		if err := s.tell(ctx, c.run.execution, engine.StopChild{ExecutionArn: c.arn(), Stop: stop}); err != nil {
			return value.Value{}, err
		}
		select {
		case <-changed:
		case <-c.run.execution.done:
		case <-ctx.Done():
			return value.Value{}, ctx.Err()
		}
		now, err := c.run.store.Child(c.Index)
		if err != nil {
			return value.Value{}, err
		}
		c.Child = now
	}
	return value.Object(value.M("stopDate", history.Timestamp(c.Stopped))), nil
}
