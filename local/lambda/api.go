package lambda

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A Result is the answer to an invocation (API shape InvocationResponse).
type Result struct {
	StatusCode      int    // 200; 202 for type Event, 204 for DryRun
	FunctionError   string // "Unhandled" when Payload is an error's JSON object
	ExecutedVersion string // "$LATEST"
	Payload         []byte // what the function answered, as it came
	LogResult       string // LogType Tail: the last 4 KiB of the log, in base64
	RequestID       string
}

// A Request is an invocation to be made.
type Request struct {
	Function  string // name, partial ARN or ARN, with or without the qualifier $LATEST
	Qualifier string
	Type      string // RequestResponse (default), Event or DryRun
	Tail      bool   // put the end of the log into the answer; RequestResponse only
	Payload   []byte // JSON; nothing is {}
}

// Invoke calls a function. Errors of the function are in the result, as on AWS; an error says that there was no
// invocation, and is a *wire.Error unless ctx is done.
func (s *Service) Invoke(ctx context.Context, r Request) (Result, error) {
	f, err := s.find(r.Function, r.Qualifier)
	if err != nil {
		return Result{}, err
	}
	if len(r.Payload) == 0 {
		r.Payload = []byte("{}")
	}
	if err := checkPayload(r); err != nil {
		return Result{}, err
	}
	switch r.Type {
	case "", "RequestResponse":
		return s.invokeNow(ctx, f, r)
	case "Event":
		return s.invokeLater(f, r)
	case "DryRun":
		return Result{StatusCode: 204, ExecutedVersion: latest, RequestID: wire.NewID()}, nil
	default:
		return Result{}, wire.Errorf("InvalidParameterValueException", "InvocationType is %q: it must be RequestResponse, Event or DryRun", r.Type)
	}
}

const maxEvent = 1 << 20 // of an asynchronous invocation

func checkPayload(r Request) error {
	limit := maxPayload
	if r.Type == "Event" {
		limit = maxEvent
	}
	if len(r.Payload) > limit {
		message := fmt.Sprintf("%d byte payload is too large for the %s invocation type (limit %d bytes)", len(r.Payload), r.Type, limit)
		return &wire.Error{Code: "RequestTooLargeException", Message: message, Status: 413}
	}
	if _, err := value.Parse(r.Payload); err != nil {
		return wire.Errorf("InvalidRequestContentException", "Could not parse request body into json: %v", err)
	}
	return nil
}

func (s *Service) invokeNow(ctx context.Context, f *function, r Request) (Result, error) {
	inv, out, err := f.invoke(ctx, r.Payload)
	if err != nil {
		return Result{}, err
	}
	result := Result{StatusCode: 200, ExecutedVersion: latest, Payload: out.payload, RequestID: inv.id}
	if out.failed {
		result.FunctionError = "Unhandled"
	}
	if r.Tail {
		select {
		case <-inv.logged:
			result.LogResult = base64.StdEncoding.EncodeToString(inv.tail)
		case <-ctx.Done():
		}
	}
	return result, nil
}

// invokeLater answers at once. A failing function is tried twice more, after one and two minutes, as on AWS.
func (s *Service) invokeLater(f *function, r Request) (Result, error) {
	ok := s.goBackground(func() {
		for attempt := range 3 {
			_, out, err := f.invoke(s.stop, r.Payload)
			if err == nil && !out.failed {
				return
			}
			select {
			case <-time.After(time.Duration(attempt+1) * time.Minute):
			case <-s.stop.Done():
				return
			}
		}
	})
	if !ok {
		return Result{}, errClosed
	}
	return Result{StatusCode: 202, RequestID: wire.NewID()}, nil
}

// Call is the service for the engine and other services. Actions are Invoke, GetFunction, GetFunctionConfiguration
// and ListFunctions, members as in the API, but that Invoke's Payload is the JSON value itself, both ways; what a
// function answers that is no JSON comes as a string, and an empty answer not at all.
func (s *Service) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	switch action {
	case "Invoke":
		return s.callInvoke(ctx, in)
	case "GetFunction", "GetFunctionConfiguration":
		f, err := s.find(in.Get("FunctionName").Str(), in.Get("Qualifier").Str())
		if err != nil {
			return value.Value{}, err
		}
		if action == "GetFunction" {
			return s.describe(f.Function), nil
		}
		return s.configuration(f.Function), nil
	case "ListFunctions":
		return s.list(in)
	default:
		return value.Value{}, wire.Errorf("UnknownOperationException", "lambda:%s is not supported by the local machine; it knows Invoke, GetFunction, GetFunctionConfiguration and ListFunctions", action)
	}
}

func (s *Service) callInvoke(ctx context.Context, in value.Value) (value.Value, error) {
	r := Request{
		Function: in.Get("FunctionName").Str(), Qualifier: in.Get("Qualifier").Str(),
		Type: in.Get("InvocationType").Str(), Tail: in.Get("LogType").Str() == "Tail",
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

func (s *Service) describe(f Function) value.Value {
	v := value.Object(
		value.M("Configuration", s.configuration(f)),
		value.M("Code", value.Object(value.M("RepositoryType", value.String("S3")))),
	)
	if f.Reserved != nil {
		v = v.With("Concurrency", value.Object(value.M("ReservedConcurrentExecutions", value.Int(*f.Reserved))))
	}
	return v
}

func (s *Service) configuration(f Function) value.Value {
	architectures := make([]value.Value, 0, len(f.Architectures))
	for _, a := range f.Architectures {
		architectures = append(architectures, value.String(a))
	}
	var b value.Builder
	b.Set("FunctionName", value.String(f.Name))
	b.Set("FunctionArn", value.String(s.arn(f.Name)))
	b.Set("Runtime", value.String(f.Runtime))
	b.Set("Role", value.String(f.Role))
	b.Set("Handler", value.String(f.Handler))
	b.Set("Description", value.String(f.Description))
	b.Set("Timeout", value.Int(int(f.Timeout/time.Second)))
	b.Set("MemorySize", value.Int(f.MemorySize))
	b.Set("LastModified", value.String(f.LastModified.UTC().Format("2006-01-02T15:04:05.000+0000")))
	b.Set("Version", value.String(latest))
	b.Set("PackageType", value.String("Zip"))
	b.Set("State", value.String("Active"))
	b.Set("LastUpdateStatus", value.String("Successful"))
	b.Set("Architectures", value.Array(architectures...))
	if len(f.Environment) > 0 {
		b.Set("Environment", value.Object(value.M("Variables", value.MustFrom(f.Environment))))
	}
	b.Set("LoggingConfig", value.Object(value.M("LogFormat", value.String(f.LogFormat)), value.M("LogGroup", value.String(f.LogGroup))))
	return b.Object()
}

// list gives a page of functions. The marker is the name of the last one of the page before.
func (s *Service) list(in value.Value) (value.Value, error) {
	size := int64(50)
	if n, ok := in.Get("MaxItems").Int(); ok {
		if n < 1 || n > 10000 {
			return value.Value{}, wire.Errorf("InvalidParameterValueException", "MaxItems is %d: it must be from 1 to 10000", n)
		}
		size = min(n, 50)
	}
	marker, all := in.Get("Marker").Str(), s.Functions()
	if marker != "" {
		for i, f := range all {
			if f.Name == marker {
				all = all[i+1:]
				break
			}
		}
	}
	var out value.Builder
	if int64(len(all)) > size {
		all = all[:size]
		out.Set("NextMarker", value.String(all[size-1].Name))
	}
	items := make([]value.Value, 0, len(all))
	for _, f := range all {
		items = append(items, s.configuration(f))
	}
	out.Set("Functions", value.Array(items...))
	return out.Object(), nil
}
