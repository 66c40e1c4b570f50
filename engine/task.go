package engine

import (
	"slices"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

// A task calls a function or a service and goes on with the answer.
type task struct {
	flow      flow
	resource  string
	service   string // "lambda", "aws-sdk:s3"; empty for the ARN of a function
	action    string
	timeout   seconds
	heartbeat seconds
	role      *jsonata.Template
	rolePath  *payload
}

// seconds is a task's limit: fixed, an expression, or a path; the zero value is no limit.
type seconds struct {
	fixed int64
	tpl   *jsonata.Template
	path  *refPath
	field string
}

func (p *planner) task(n *node, s *asl.Task, lang asl.QueryLanguage) {
	n.next = p.next(s.Transition)
	t := &task{
		resource: p.text(s.Resource),
		flow: p.flow(lang, fields{
			Paths: s.Paths, parameters: s.Parameters, resultSelector: s.ResultSelector, resultPath: s.ResultPath,
			arguments: s.Arguments, assign: s.Assign, output: s.Output,
		}),
		timeout:   p.seconds("TimeoutSeconds", s.TimeoutSeconds, s.TimeoutSecondsPath),
		heartbeat: p.seconds("HeartbeatSeconds", s.HeartbeatSeconds, s.HeartbeatSecondsPath),
	}
	n.do = t
	if lang == asl.JSONata {
		t.role = p.template("/Credentials", "Credentials", s.Credentials)
	} else {
		t.rolePath = p.payload("/Credentials", s.Credentials)
	}
	p.errors(n, s.Errors, lang)
	p.resource(t)
}

// resource finds out what a task calls.
func (p *planner) resource(t *task) {
	ref, err := integration.Parse(t.resource)
	if err != nil {
		p.fail("/Resource", CodeBadField, err.Error(), "")
		return
	}
	switch ref.Form {
	case integration.Lambda:
		return
	case integration.Placeholder:
		p.fail("/Resource", CodeUnboundResource, "the resource "+t.resource+" is bound to nothing", "say in Options.Substitutions what it stands for")
		return
	case integration.Activity:
		p.unsupported("/Resource", "An activity")
		return
	case integration.Optimized, integration.SDK, integration.HTTP:
	}
	if ref.Pattern != integration.RequestResponse {
		p.unsupported("/Resource", "The pattern "+ref.Pattern.Suffix())
		return
	}
	t.service, t.action = ref.Service, ref.Action
	if ref.Form == integration.SDK {
		t.service = "aws-sdk:" + ref.Service
	}
}

func (p *planner) seconds(field string, v value.Value, path *string) seconds {
	at := p.field(field)
	s := seconds{field: field, path: p.optionalPath(at+"Path", path)}
	switch {
	case !v.Exists():
	case v.IsString():
		s.tpl = p.template(at, field, v)
		p.mustBeExpression(s.tpl, field)
	default:
		var ok bool
		if s.fixed, ok = v.Int(); !ok || s.fixed < 1 || s.fixed > maxWait {
			p.fail(at, CodeBadField, field+" is "+v.String()+"; expected a positive whole number", "")
		}
	}
	return s
}

// eval gives the limit; nil for none.
func (s *seconds) eval(x *step, t *thread, fl flow) (*int64, *fault) {
	switch {
	case s.fixed > 0:
		return new(s.fixed), nil
	case s.tpl != nil:
		v, f := x.query(t, s.tpl, states{})
		if f != nil {
			return nil, f
		}
		n, ok := v.Int()
		if !ok || n < 1 || n > maxWait {
			return nil, queryFault(t, s.tpl.Unexpected("positive integer", v))
		}
		return &n, nil
	case s.path != nil:
		return s.at(x, t, fl)
	}
	return nil, nil
}

func (s *seconds) at(x *step, t *thread, fl flow) (*int64, *fault) {
	in, f := fl.(*pathFlow).filtered(x, t)
	if f != nil {
		return nil, f
	}
	v, missing := s.path.eval(x, t, in)
	if !v.Exists() {
		return nil, t.runtime("%s", s.path.why(missing))
	}
	n, ok := v.Int()
	if !ok || n < 1 || n > maxWait {
		return nil, t.runtime("The %sPath parameter cannot be parsed as a long value: %s == %s", s.field, s.path.text, plain(v))
	}
	return &n, nil
}

func (s *task) enter(x *step, t *thread, n *node) { s.again(x, t, n) }

// again is one attempt.
func (s *task) again(x *step, t *thread, n *node) {
	c, e, f := s.call(x, t)
	if f != nil {
		x.throw(t, n, f)
		return
	}
	x.follow(t, e)
	if s.service == "" {
		x.follow(t, history.Event{Type: history.LambdaFunctionStarted})
	} else {
		x.follow(t, history.Event{Type: history.TaskStarted, ResourceType: s.service, Resource: s.action})
	}
	if x.s.Status != Running {
		return
	}
	c.ID = x.s.next()
	t.Call = c.ID
	x.s.Calls = append(x.s.Calls, c)
	x.s.Owners[c.ID] = t.ID
	if c.Timeout > 0 {
		x.setTimer(t, x.now.Add(c.Timeout), forTask)
	}
	x.command(CallTask{c})
}

// call evaluates what the task is called with, and makes the call and the event that tells of it.
func (s *task) call(x *step, t *thread) (c Call, e history.Event, f *fault) {
	st := &x.s.Start
	c = Call{
		State: t.State, Resource: s.resource, ResourceType: s.service, Action: s.action, Attempt: t.Retries,
		Region: st.Region, ExecutionArn: st.ExecutionArn, StateMachineArn: st.StateMachineArn,
	}
	if c.Arguments, f = s.arguments(x, t); f != nil {
		return
	}
	if e.TimeoutInSeconds, f = s.timeout.eval(x, t, s.flow); f != nil {
		return
	}
	if e.HeartbeatInSeconds, f = s.heartbeat.eval(x, t, s.flow); f != nil {
		return
	}
	if e.CredentialsRoleArn, f = s.credentials(x, t); f != nil {
		return
	}
	if c.Arguments.Size() > maxPayload {
		return c, e, tooLarge(t.State)
	}
	c.Timeout, c.Heartbeat, c.CredentialsRoleArn = duration(e.TimeoutInSeconds), duration(e.HeartbeatInSeconds), e.CredentialsRoleArn
	if s.service == "" {
		e.Type, e.Resource, e.Input = history.LambdaFunctionScheduled, s.resource, c.Arguments
	} else {
		e.Type, e.ResourceType, e.Resource = history.TaskScheduled, s.service, s.action
		e.Region, e.Parameters = st.Region, c.Arguments
	}
	return
}

// arguments are what the task is called with; a service takes nothing but an object.
func (s *task) arguments(x *step, t *thread) (value.Value, *fault) {
	v, f := s.flow.input(x, t)
	if q, ok := s.flow.(*queryFlow); ok && f == nil && q.arguments != nil && s.service != "" && !v.IsObject() {
		f = queryFault(t, q.arguments.Unexpected("object", v))
	}
	return v, f
}

func duration(seconds *int64) time.Duration {
	if seconds == nil {
		return 0
	}
	return time.Duration(*seconds) * time.Second
}

func (s *task) credentials(x *step, t *thread) (string, *fault) {
	var v value.Value
	var f *fault
	switch {
	case s.role != nil:
		v, f = x.query(t, s.role, states{})
	case s.rolePath != nil:
		v, f = s.rolePath.eval(x, t, t.Input)
	}
	return v.Get("RoleArn").Str(), f
}

// done goes on with the answer to a call.
func (s *task) done(x *step, t *thread, n *node, _ Call, r Result) {
	if r.Failure == nil && !r.Output.Exists() {
		r.Output = value.Null
	}
	if r.Failure == nil && r.Output.Size() > maxPayload {
		f := tooLarge(s.name())
		r.Failure = &Failure{Error: *f.Error, Cause: *f.Cause}
	}
	if r.Failure != nil {
		s.failed(x, t, n, newFault(r.Failure.Error, r.Failure.Cause))
		return
	}
	e := history.Event{Type: history.TaskSucceeded, ResourceType: s.service, Resource: s.action, Output: r.Output}
	if s.service == "" {
		e = history.Event{Type: history.LambdaFunctionSucceeded, Output: r.Output}
	}
	x.follow(t, e)
	t.Decided = t.Prev
	x.conclude(t, n, s.flow, r.Output, n.next)
}

// name is what messages call the task: the service, or the function's ARN.
func (s *task) name() string {
	if s.service == "" {
		return s.resource
	}
	return s.service
}

// due is the end of the task's time.
func (s *task) due(x *step, t *thread, n *node) {
	if c, _ := x.s.takeCall(t.Call); c.ID != 0 {
		x.command(CancelTask{c.ID})
	}
	t.Call = 0
	f := newFault(errTimeout, "")
	s.note(x, t, f)
	if x.othersDue(forTask) {
		x.setTimer(t, x.now, forVerdict)
		return
	}
	x.throw(t, n, f)
}

// othersDue tells whether more timers of a purpose are due now: tasks that time out together all write so before
// the first of them fails the iterations of a Map (recorded: timeouts/timeouts-service-lambda-map-timeout).
func (x *step) othersDue(why purpose) bool {
	return slices.ContainsFunc(x.s.Timers, func(t timer) bool { return t.Why == why && !t.At.After(x.now) })
}

// failed writes that an attempt failed, and raises the error.
func (s *task) failed(x *step, t *thread, n *node, f *fault) {
	s.note(x, t, f)
	f.fatal = deref(f.Error) == errRuntime
	x.throw(t, n, f)
}

// note writes that an attempt failed.
func (s *task) note(x *step, t *thread, f *fault) {
	e := history.Event{Type: history.TaskFailed, ResourceType: s.service, Resource: s.action, Error: f.Error, Cause: f.Cause}
	timedOut := deref(f.Error) == errTimeout
	switch {
	case s.service == "" && timedOut:
		e.Type = history.LambdaFunctionTimedOut
	case s.service == "":
		e.Type = history.LambdaFunctionFailed
	case timedOut:
		e.Type = history.TaskTimedOut
	}
	x.follow(t, e)
	t.Decided = t.Prev
}

var (
	_ retrying = (*task)(nil)
	_ waiting  = (*task)(nil)
)
