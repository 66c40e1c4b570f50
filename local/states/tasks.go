package states

import (
	"context"
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// do does a call of an execution's task with a service of this machine.
func (s *Service) do(ctx context.Context, e *execution, c engine.Call) engine.Result {
	switch {
	case c.Export != nil:
		return s.export(ctx, c)
	case c.Token != "" || c.Pattern != integration.RequestResponse:
		return s.lasting(ctx, e, c)
	case c.ResourceType == "":
		return s.function(ctx, c)
	case c.ResourceType == "http" && s.config.HTTP != nil:
		return s.config.HTTP.Do(ctx, c)
	case c.ResourceType == "lambda" && c.Action == "invoke":
		return s.invoke(ctx, c)
	case c.ResourceType == "events" && c.Action == "putEvents":
		return s.putEvents(ctx, e, c)
	}
	if name, ok := strings.CutPrefix(c.ResourceType, "aws-sdk:"); ok {
		return s.sdk(ctx, name, c)
	}
	return s.optimized(ctx, c)
}

// call calls a service of this machine. The error is the failure that the task then has if the machine does not have
// the service or the action at all; what the service itself answers is told by dialect.
func (s *Service) call(ctx context.Context, service, action string, in value.Value, c engine.Call, d dialect) (value.Value, *engine.Failure) {
	if _, ok := s.config.Services.Lookup(service); !ok {
		return value.Value{}, missing(c, "the local machine has no service "+service)
	}
	out, err := s.config.Services.Call(ctx, service, action, in)
	if err == nil {
		return out, nil
	}
	e := wire.AsError(err, "")
	if e.Code == "UnknownOperationException" {
		return value.Value{}, missing(c, e.Message)
	}
	name, cause := d.failure(e)
	return value.Value{}, &engine.Failure{Error: name, Cause: cause}
}

// missing is the failure of a task that this machine cannot do. It says so, whoever catches it.
func missing(c engine.Call, why string) *engine.Failure {
	return &engine.Failure{
		Error: "States.TaskFailed",
		Cause: fmt.Sprintf("state %q calls %s, which is not supported by the local machine: %s", c.State, c.Resource, why),
	}
}

func failed(f *engine.Failure) engine.Result { return engine.Result{Failure: f} }

// optimized is an optimized integration: it takes JSON objects where the API wants JSON text, and its answer has the
// HTTP metadata of the call beside it.
func (s *Service) optimized(ctx context.Context, c engine.Call) engine.Result {
	o, ok := services[c.ResourceType]
	if !ok {
		return failed(missing(c, "the local machine has no service "+c.ResourceType))
	}
	if f := o.check(c); f != nil {
		return failed(f)
	}
	in := c.Arguments
	for _, member := range o.json {
		in = jsonText(in, member)
	}
	if o.camel {
		in = camelCase(in)
	}
	out, f := s.call(ctx, c.ResourceType, integration.Operation(c.Action), in, c, oldDialect{o})
	if f != nil {
		return failed(f)
	}
	if o.camel {
		out = pascalCase(out, o.times, epochMilliseconds)
	}
	return engine.Succeed(withMetadata(out, o.contentType))
}

// check finds arguments that the integration does not know, or lacks.
func (o *service) check(c engine.Call) *engine.Failure {
	i, ok := integration.Find(integration.Ref{Form: integration.Optimized, Service: c.ResourceType, Action: c.Action})
	if !ok {
		return missing(c, "the integration is not known")
	}
	var problems []string
	for name := range c.Arguments.Members() {
		if i.Parameter(name) == nil {
			problems = append(problems, fmt.Sprintf("The field %q is not supported by Step Functions", name))
		}
	}
	for _, p := range i.Parameters {
		if v := c.Arguments.Get(p.Name); p.Required && !v.Exists() && !o.lenient {
			problems = append(problems, fmt.Sprintf("The field '%s' is required but was missing", p.Name))
		}
	}
	if len(problems) == 0 {
		return nil
	}
	cause := fmt.Sprintf("The Parameters '%s' could not be used to start the Task: [%s]", c.Arguments, strings.Join(problems, ", "))
	return &engine.Failure{Error: "States.Runtime", Cause: cause}
}

// jsonText turns a member that the API wants as JSON text into such a text; a string is one already.
func jsonText(in value.Value, member string) value.Value {
	v := in.Get(member)
	if !v.Exists() || v.IsString() {
		return in
	}
	if v.IsNull() {
		return in.Without(member)
	}
	return in.With(member, value.String(v.String()))
}

// putEvents adds machine and execution to the events' resources, and fails if one entry does.
func (s *Service) putEvents(ctx context.Context, e *execution, c engine.Call) engine.Result {
	o := services["events"]
	if f := o.check(c); f != nil {
		return failed(f)
	}
	var entries []value.Value
	for _, entry := range c.Arguments.Get("Entries").Elements() {
		entry = jsonText(entry, "Detail")
		resources := entry.Get("Resources").Append(value.String(c.StateMachineArn), value.String(e.arn))
		entries = append(entries, entry.With("Resources", resources))
	}
	out, f := s.call(ctx, "events", "PutEvents", c.Arguments.With("Entries", value.Array(entries...)), c, oldDialect{o})
	if f != nil {
		return failed(f)
	}
	out = value.Object(value.M("Entries", out.Get("Entries")), value.M("FailedEntryCount", out.Get("FailedEntryCount")))
	if n, _ := out.Get("FailedEntryCount").Int(); n > 0 {
		return engine.Failed("EventBridge.FailedEntry", out.String())
	}
	return engine.Succeed(out)
}

// sdk is an AWS SDK integration: arguments and answer as the API has them, but for their case and times.
func (s *Service) sdk(ctx context.Context, name string, c engine.Call) engine.Result {
	o, ok := sdkServices[name]
	if !ok {
		return failed(missing(c, "the local machine has no service "+name))
	}
	in, action := c.Arguments, integration.Operation(c.Action)
	if o.camel {
		in = camelCase(in)
	}
	if o.before != nil {
		var f *engine.Failure
		if in, f = o.before(action, in); f != nil {
			return failed(f)
		}
	}
	out, f := s.call(ctx, o.name, action, in, c, sdkDialect{name: name, service: o, action: action})
	if f != nil {
		return failed(f)
	}
	if o.after != nil {
		out = o.after(action, out)
	}
	if o.camel {
		out = pascalCase(out, o.times, iso8601)
	} else {
		out = times(out, o.times, iso8601)
	}
	return engine.Succeed(out)
}
