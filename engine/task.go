package engine

import (
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// A task calls a function or a service and goes on with the answer, or with what the work comes to that it has
// started: a job, an answer to a token, an activity's worker.
type task struct {
	flow      flow
	resource  string
	service   string // "lambda", "aws-sdk:s3"; empty for the ARN of a function or an activity
	action    string
	pattern   integration.Pattern
	activity  bool
	timeout   seconds
	heartbeat seconds
	role      *jsonata.Template
	fields    *integration.Integration // what it may be called with; nil if anything
	rolePath  *payload
}

// seconds is a task's limit: fixed, an expression, or a path; the zero value is no limit.
type seconds struct {
	fixed int64
	tpl   *jsonata.Template
	path  *jsonpath.Path
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
		t.activity = true
		return
	case integration.Optimized, integration.SDK, integration.HTTP:
	}
	t.service, t.action, t.pattern, t.fields = ref.Service, ref.Action, ref.Pattern, known(ref)
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
	v, err := s.path.Eval(x.paths(t, in))
	if err != nil {
		return nil, t.pathFault(err)
	}
	n, ok := v.Int()
	if !ok || n < 1 || n > maxWait {
		return nil, t.runtime("The %sPath parameter cannot be parsed as a long value: %s == %s", s.field, s.path, plain(v))
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
	switch {
	case s.activity: // its worker starts it
	case s.service == "":
		t.Prev = x.emitBare(t.Prev, history.LambdaFunctionStarted, 0)
	default:
		x.follow(t, s.event(history.TaskStarted))
	}
	if x.s.Status != Running {
		return
	}
	if c.Timeout > 0 {
		x.setTimer(t, x.now.Add(c.Timeout), forTask)
	}
	x.call(t, c)
}

// call wants a call done for a thread.
func (x *step) call(t *thread, c Call) {
	c.ID = x.s.next()
	t.Call = c.ID
	x.s.Calls = append(x.s.Calls, c)
	x.s.Owners[c.ID] = t.ID
	x.command(CallTask{c})
}

// event is an event of a task that calls a service.
func (s *task) event(t history.Type) history.Event {
	return history.Event{Type: t, ResourceType: s.service, Resource: s.action + s.pattern.Suffix()}
}

// call evaluates what the task is called with, and makes the call and the event that tells of it.
func (s *task) call(x *step, t *thread) (c Call, e history.Event, f *fault) {
	st := &x.s.Start
	c = Call{
		State: t.State, Resource: s.resource, ResourceType: s.service, Action: s.action, Pattern: s.pattern, Attempt: t.Retries,
		Region: st.Region, ExecutionArn: st.ExecutionArn, StateMachineArn: st.StateMachineArn,
	}
	if s.activity || s.pattern == integration.WaitForTaskToken {
		c.Token = x.s.token()
	}
	if c.Arguments, f = s.arguments(x, t, c.Token); f != nil {
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
	if f = s.unfit(t, c.Arguments); f != nil {
		return
	}
	if s.activity && x.plan.exists != nil && !x.plan.exists(s.resource) {
		return c, e, t.runtime("The activity %s does not exist.", s.resource)
	}
	if c.Arguments.Size() > maxPayload {
		return c, e, tooLarge(t.State)
	}
	c.Timeout, c.Heartbeat, c.CredentialsRoleArn = duration(e.TimeoutInSeconds), duration(e.HeartbeatInSeconds), e.CredentialsRoleArn
	switch {
	case s.activity:
		e.Type, e.Resource, e.Input = history.ActivityScheduled, s.resource, c.Arguments
	case s.service == "":
		e.Type, e.Resource, e.Input = history.LambdaFunctionScheduled, s.resource, c.Arguments
	default:
		e.Type, e.ResourceType, e.Resource = history.TaskScheduled, s.service, s.action+s.pattern.Suffix()
		e.Region, e.Parameters = st.Region, c.Arguments
	}
	return
}

// token makes a task token: text that nobody guesses, another one for every attempt.
func (s *runState) token() string {
	var b []byte
	for range 12 {
		b = binary.BigEndian.AppendUint64(b, s.random())
	}
	return base64.StdEncoding.EncodeToString(b)
}

// arguments are what the task is called with; a service takes nothing but an object. Only here is the token of a
// callback in the context object.
func (s *task) arguments(x *step, t *thread, token string) (value.Value, *fault) {
	if s.pattern == integration.WaitForTaskToken {
		t.context = x.contextWith(t, x.item(t), value.Object(value.M("Token", value.String(token))))
		defer func() { t.context = value.Value{} }()
	}
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

// name is what messages call the task: the service, or the function's ARN.
func (s *task) name() string {
	if s.service == "" {
		return s.resource
	}
	return s.service
}

var (
	_ retrying = (*task)(nil)
	_ waiting  = (*task)(nil)
)
