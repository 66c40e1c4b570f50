package lambda

import (
	"context"
	"encoding/base64"
	"errors"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A Result is the answer to an invocation (API shape InvocationResponse).
type Result struct {
	StatusCode      int    // 200; 202 for type Event, 204 for DryRun
	FunctionError   string // "Unhandled" when Payload is an error's JSON object
	ExecutedVersion string // "$LATEST", or a number
	Payload         []byte // what the function answered, as it came
	LogResult       string // LogType Tail: the last 4 KiB of the log, in base64
	RequestID       string
}

// A Request is an invocation to be made.
type Request struct {
	Function  string // name, partial ARN or ARN, with or without a qualifier
	Qualifier string // a version or an alias
	Type      string // RequestResponse (default), Event or DryRun
	LogType   string // Tail puts the end of the log into the answer of RequestResponse; None is the default
	Client    string // X-Amz-Client-Context: a JSON object in base64
	Trace     string // X-Amzn-Trace-Id
	ID        string // the request id; empty for a new one
	Payload   []byte // JSON; nothing is {}
}

func (r Request) id() string {
	if r.ID == "" {
		return wire.NewID()
	}
	return r.ID
}

// Invoke calls a function. Errors of the function are in the result, as on AWS; an error says that there was no
// invocation, and is a *wire.Error unless ctx is done.
func (s *Service) Invoke(ctx context.Context, r Request) (Result, error) {
	t, err := s.find(r.Function, r.Qualifier)
	if err != nil {
		return Result{}, err
	}
	if len(r.Payload) == 0 {
		r.Payload = []byte("{}")
	}
	if err := r.check(); err != nil {
		return Result{}, err
	}
	switch r.Type {
	case "Event":
		return s.invokeLater(t, r)
	case "DryRun":
		return Result{StatusCode: 204, ExecutedVersion: t.pool.version, RequestID: r.id()}, nil
	}
	return s.invokeNow(ctx, t, r)
}

// maxEvent is the limit of an asynchronous invocation's payload: 1 MB, as "Lambda quotas" in
// docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html says since October 2025. It was 256 KB before.
const maxEvent = 1 << 20

// check reads what came with an invocation. The client's context is decoded.
func (r *Request) check() error {
	limit := maxPayload
	switch r.Type {
	case "", "RequestResponse", "DryRun":
	case "Event":
		limit = maxEvent
	default:
		return constraint("invocationType", r.Type, "Member must satisfy enum value set: [Event, DryRun, RequestResponse]")
	}
	switch r.LogType {
	case "", "None", "Tail":
	default:
		return constraint("logType", r.LogType, "Member must satisfy enum value set: [Tail, None]")
	}
	if len(r.Payload) > limit {
		return tooLargePayload(*r, limit)
	}
	if r.Client != "" {
		b, err := base64.StdEncoding.DecodeString(r.Client)
		if v, bad := value.Parse(b); err != nil || bad != nil || !v.IsObject() {
			return wire.Errorf("InvalidRequestContentException", "Client context must be a valid Base64-encoded JSON object.")
		}
		r.Client = string(b)
	}
	if _, err := value.Parse(r.Payload); err != nil {
		return wire.Errorf("InvalidRequestContentException", "Could not parse request body into json: %v", err)
	}
	return nil
}

func (s *Service) invokeNow(ctx context.Context, t target, r Request) (Result, error) {
	inv := newInvocation(r.id(), s.qualified(t.function.name, t.qualifier), r.Payload)
	inv.client, inv.trace = r.Client, r.Trace
	p, out, err := s.run(ctx, t, inv)
	if err != nil {
		return Result{}, err
	}
	result := Result{StatusCode: 200, ExecutedVersion: p.version, Payload: out.payload, RequestID: inv.id}
	if out.failed {
		result.FunctionError = "Unhandled"
	}
	if r.LogType == "Tail" {
		select {
		case <-inv.logged:
			result.LogResult = base64.StdEncoding.EncodeToString(inv.tail)
		case <-ctx.Done():
		}
	}
	return result, nil
}

// run has a function work on inv, within the limits of concurrency, and gives the version that did.
func (s *Service) run(ctx context.Context, t target, inv *invocation) (*pool, outcome, error) {
	if err := s.begin(t.function); err != nil {
		return nil, outcome{}, err
	}
	f := t.function
	inv.over = func(out outcome) {
		s.measure(t, inv, out)
		s.end(f)
	}
	for {
		out, err := t.pool.invoke(ctx, inv)
		if errors.Is(err, errRetired) { // updated while it waited
			if t, err = s.find(f.name, t.qualifier); err == nil {
				continue
			}
		}
		if err != nil && !inv.taken {
			s.end(f)
		}
		return t.pool, out, err
	}
}

// Call is the service for the engine and other services, with members as in the API, but that Invoke's Payload is
// the JSON value itself, both ways; what a function answers that is no JSON comes as a string, and an empty answer
// not at all.
func (s *Service) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	if action == "Invoke" {
		return s.callInvoke(ctx, in)
	}
	for i := range operations {
		if operations[i].name == action {
			return s.perform(ctx, &operations[i], in)
		}
	}
	return value.Value{}, wire.Errorf("UnknownOperationException", "lambda:%s is not supported by the local machine; it knows %s", action, names())
}

func (s *Service) perform(ctx context.Context, o *operation, in value.Value) (value.Value, error) {
	r := members.Read(o.name, in)
	r.Unknown = "InvalidParameterValueException"
	return o.run(s, ctx, r)
}

func (s *Service) callInvoke(ctx context.Context, in value.Value) (value.Value, error) {
	r := Request{
		Function: in.Get("FunctionName").Str(), Qualifier: in.Get("Qualifier").Str(),
		Type: in.Get("InvocationType").Str(), LogType: in.Get("LogType").Str(), Client: in.Get("ClientContext").Str(),
	}
	if r.Function == "" {
		return value.Value{}, wire.Errorf("ValidationException", "1 validation error detected: Value null at 'functionName' failed to satisfy constraint: Member must not be null")
	}
	if p := in.Get("Payload"); p.Exists() {
		r.Payload = p.AppendJSON(nil)
	}
	result, err := s.Invoke(ctx, r)
	if err != nil {
		return value.Value{}, err
	}
	var b value.Builder
	b.Set("StatusCode", value.Int(result.StatusCode))
	if result.FunctionError != "" {
		b.Set("FunctionError", value.String(result.FunctionError))
	}
	if result.ExecutedVersion != "" {
		b.Set("ExecutedVersion", value.String(result.ExecutedVersion))
	}
	if result.LogResult != "" {
		b.Set("LogResult", value.String(result.LogResult))
	}
	b.Set("Payload", payloadValue(result.Payload))
	return b.Object(), nil
}

func payloadValue(b []byte) value.Value {
	if len(b) == 0 {
		return value.Value{}
	}
	if v, err := value.Parse(b); err == nil {
		return v
	}
	return value.String(string(b))
}
