package states

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// function calls the function whose ARN is the task's resource; its answer is the task's.
func (s *Service) function(ctx context.Context, c engine.Call) engine.Result {
	in := value.Object(value.M("FunctionName", value.String(c.Resource)), value.M("Payload", c.Arguments))
	out, f := s.call(ctx, "lambda", "Invoke", in, c, lambdaDialect{oldDialect{services["lambda"]}})
	if f != nil {
		return failed(f)
	}
	if out.Get("FunctionError").Exists() {
		return functionFailed(out.Get("Payload"))
	}
	return engine.Succeed(out.Get("Payload"))
}

// invoke is the optimized integration lambda:invoke. A payload that is a string is JSON text already (recorded); null
// and none are {}.
func (s *Service) invoke(ctx context.Context, c engine.Call) engine.Result {
	o := services["lambda"]
	if f := o.check(c); f != nil {
		return failed(f)
	}
	payload := c.Arguments.Get("Payload")
	switch {
	case payload.IsString():
		v, err := value.ParseString(payload.Str())
		if err != nil {
			name, cause := oldDialect{o}.failure(wire.Errorf("InvalidRequestContentException", "Could not parse request body into json: %v", err))
			return engine.Failed(name, cause)
		}
		payload = v
	case !payload.Exists(), payload.IsNull():
		payload = value.Object()
	}
	out, f := s.call(ctx, "lambda", "Invoke", c.Arguments.With("Payload", payload), c, lambdaDialect{oldDialect{o}})
	if f != nil {
		return failed(f)
	}
	if out.Get("FunctionError").Exists() {
		return functionFailed(out.Get("Payload"))
	}
	return engine.Succeed(invoked(out))
}

// functionFailed is the failure of a task whose function has failed: errorType of the payload is its name.
func functionFailed(payload value.Value) engine.Result {
	name := payload.Get("errorType").Str()
	if name == "" {
		name = "Lambda.Unknown"
	}
	return engine.Failed(name, payload.String())
}

// invoked is the result of lambda:invoke: ExecutedVersion, Payload, the HTTP metadata and StatusCode, in this order.
func invoked(out value.Value) value.Value {
	id := wire.NewID()
	status, _ := out.Get("StatusCode").Int()
	payload := out.Get("Payload")
	length := 0
	if payload.Exists() {
		length = payload.Size()
	}
	version := out.Get("ExecutedVersion")
	hex := strings.ReplaceAll(id, "-", "")
	headers := []value.Member{
		value.M("X-Amz-Executed-Version", version),
		value.M("x-amzn-Remapped-Content-Length", value.String("0")),
		value.M("Connection", value.String("keep-alive")),
		value.M("x-amzn-RequestId", value.String(id)),
		value.M("Content-Length", value.String(strconv.Itoa(length))),
		value.M("Date", value.String(time.Now().UTC().Format(http.TimeFormat))),
		value.M("X-Amzn-Trace-Id", value.String("Root=1-"+hex[:8]+"-"+hex[8:]+";Sampled=0")),
		value.M("Content-Type", value.String("application/json")),
	}
	if !version.Exists() {
		headers = headers[1:]
	}
	if !payload.Exists() {
		payload = value.Object() // a function that answers nothing (recorded)
	}
	result := value.Object(value.M("ExecutedVersion", version), value.M("Payload", payload), value.M("LogResult", out.Get("LogResult")))
	return addMetadata(result, id, int(status), headers).With("StatusCode", value.Int(status))
}

// A lambdaDialect is Lambda's: the service names the version that Step Functions asked for.
type lambdaDialect struct{ oldDialect }

func (d lambdaDialect) failure(e *wire.Error) (name, cause string) {
	if e.Code == "ResourceNotFoundException" && !strings.HasSuffix(e.Message, ":$LATEST") && strings.Count(e.Message, ":") == 7 {
		copied := *e
		copied.Message += ":$LATEST"
		e = &copied
	}
	return d.oldDialect.failure(e)
}
