package history

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"time"

	"github.com/stepwright/stepwright/value"
)

// A shape is the details member of an event type and the fields in it, in the order they are written.
type shape struct {
	member string // empty for types without details
	fields []field
}

// A field is one entry of an event's details: how it is written and read.
type field struct {
	put func(*Event, *value.Builder, Options)
	get func(*Event, value.Value)
}

// Options say how much of an event is written.
type Options struct {
	// WithoutData leaves out inputs, outputs, parameters and the values of variables, as
	// GetExecutionHistory with includeExecutionData false does.
	WithoutData bool
}

func text(name string, at func(*Event) *string) field {
	return field{
		func(e *Event, b *value.Builder, _ Options) {
			if s := *at(e); s != "" {
				b.Set(name, value.String(s))
			}
		},
		func(e *Event, v value.Value) { *at(e) = v.Get(name).Str() },
	}
}

func required(name string, at func(*Event) *string) field {
	f := text(name, at)
	f.put = func(e *Event, b *value.Builder, _ Options) { b.Set(name, value.String(*at(e))) }
	return f
}

func optional(name string, at func(*Event) **string) field {
	return field{
		func(e *Event, b *value.Builder, _ Options) {
			if s := *at(e); s != nil {
				b.Set(name, value.String(*s))
			}
		},
		func(e *Event, v value.Value) {
			if s := v.Get(name); s.IsString() {
				*at(e) = new(s.Str())
			}
		},
	}
}

func seconds(name string, at func(*Event) **int64) field {
	return field{
		func(e *Event, b *value.Builder, _ Options) {
			if n := *at(e); n != nil {
				b.Set(name, value.Int(*n))
			}
		},
		func(e *Event, v value.Value) {
			if n, ok := v.Get(name).Int(); ok {
				*at(e) = new(n)
			}
		},
	}
}

func count(name string, at func(*Event) *int) field {
	return field{
		func(e *Event, b *value.Builder, _ Options) { b.Set(name, value.Int(*at(e))) },
		func(e *Event, v value.Value) {
			n, _ := v.Get(name).Int()
			*at(e) = int(n)
		},
	}
}

var notTruncated = value.Object(value.M("truncated", value.False))

// payload is a JSON value that the API carries as text, with a details object beside it.
func payload(name string, at func(*Event) *value.Value) field {
	return field{
		func(e *Event, b *value.Builder, o Options) {
			v := *at(e)
			if !v.Exists() {
				return
			}
			if !o.WithoutData {
				b.Set(name, value.String(v.String()))
			}
			b.Set(name+"Details", notTruncated)
		},
		func(e *Event, v value.Value) { *at(e) = parsed(v.Get(name)) },
	}
}

// parsed is the JSON value in a text; text that is no JSON stays a string.
func parsed(v value.Value) value.Value {
	if !v.IsString() {
		return v
	}
	if x, err := value.ParseString(v.Str()); err == nil {
		return x
	}
	return v
}

var (
	input   = payload("input", func(e *Event) *value.Value { return &e.Input })
	output  = payload("output", func(e *Event) *value.Value { return &e.Output })
	name    = required("name", func(e *Event) *string { return &e.Name })
	errorF  = optional("error", func(e *Event) **string { return &e.Error })
	cause   = optional("cause", func(e *Event) **string { return &e.Cause })
	resType = required("resourceType", func(e *Event) *string { return &e.ResourceType })
	res     = required("resource", func(e *Event) *string { return &e.Resource })
	timeout = seconds("timeoutInSeconds", func(e *Event) **int64 { return &e.TimeoutInSeconds })
	heart   = seconds("heartbeatInSeconds", func(e *Event) **int64 { return &e.HeartbeatInSeconds })
	mapRun  = text("mapRunArn", func(e *Event) *string { return &e.MapRunArn })
	redrive = count("redriveCount", func(e *Event) *int { return &e.RedriveCount })
	index   = count("index", func(e *Event) *int { return &e.Index })

	startedInput = field{
		func(e *Event, b *value.Builder, o Options) {
			if e.InputText == "" || o.WithoutData {
				input.put(e, b, o)
				return
			}
			b.Set("input", value.String(e.InputText))
			b.Set("inputDetails", notTruncated)
		},
		func(e *Event, v value.Value) {
			input.get(e, v)
			if t := v.Get("input"); t.IsString() && e.Input.String() != t.Str() {
				e.InputText = t.Str()
			}
		},
	}
	parameters = field{
		func(e *Event, b *value.Builder, o Options) {
			if e.Parameters.Exists() && !o.WithoutData {
				b.Set("parameters", value.String(e.Parameters.String()))
			}
		},
		func(e *Event, v value.Value) { e.Parameters = parsed(v.Get("parameters")) },
	}
	credentials = field{
		func(e *Event, b *value.Builder, _ Options) {
			if e.CredentialsRoleArn != "" {
				b.Set("taskCredentials", value.Object(value.M("roleArn", value.String(e.CredentialsRoleArn))))
			}
		},
		func(e *Event, v value.Value) { e.CredentialsRoleArn = v.Path("taskCredentials", "roleArn").Str() },
	}
	assigned = field{
		func(e *Event, b *value.Builder, o Options) {
			if !e.Assigned.Exists() {
				return
			}
			if !o.WithoutData {
				var vars value.Builder
				for k, v := range e.Assigned.Members() {
					vars.Set(k, value.String(v.String()))
				}
				b.Set("assignedVariables", vars.Object())
			}
			b.Set("assignedVariablesDetails", notTruncated)
		},
		func(e *Event, v value.Value) {
			a := v.Get("assignedVariables")
			if !a.IsObject() {
				return
			}
			var vars value.Builder
			for k, x := range a.Members() {
				vars.Set(k, parsed(x))
			}
			e.Assigned = vars.Object()
		},
	}
)

var shapes = makeShapes()

func makeShapes() map[Type]shape {
	m := map[Type]shape{}
	failure := []field{errorF, cause}
	for _, t := range []Type{
		ExecutionFailed, ExecutionAborted, ExecutionTimedOut, LambdaFunctionScheduleFailed, LambdaFunctionStartFailed,
		LambdaFunctionFailed, LambdaFunctionTimedOut, ActivityScheduleFailed, ActivityFailed, ActivityTimedOut, MapRunFailed,
	} {
		m[t] = shape{details(t), failure}
	}
	for _, t := range []Type{TaskStartFailed, TaskSubmitFailed, TaskFailed, TaskTimedOut} {
		m[t] = shape{details(t), []field{resType, res, errorF, cause}}
	}
	for _, t := range []Type{TaskSubmitted, TaskSucceeded} {
		m[t] = shape{details(t), []field{resType, res, output}}
	}
	for _, t := range []Type{ExecutionSucceeded, LambdaFunctionSucceeded, ActivitySucceeded} {
		m[t] = shape{details(t), []field{output}}
	}
	for _, t := range []Type{MapIterationStarted, MapIterationSucceeded, MapIterationFailed, MapIterationAborted} {
		m[t] = shape{details(t), []field{name, index}}
	}
	for _, t := range []Type{
		PassStateEntered, TaskStateEntered, ChoiceStateEntered, WaitStateEntered, SucceedStateEntered,
		FailStateEntered, ParallelStateEntered, MapStateEntered,
	} {
		m[t] = shape{"stateEnteredEventDetails", []field{name, input}}
	}
	for _, t := range []Type{PassStateExited, TaskStateExited, ChoiceStateExited, WaitStateExited, SucceedStateExited, ParallelStateExited, MapStateExited} {
		m[t] = shape{"stateExitedEventDetails", []field{name, output, assigned}}
	}
	for _, t := range []Type{
		TaskStateAborted, WaitStateAborted, ParallelStateAborted, MapStateAborted, ParallelStateStarted, ParallelStateSucceeded,
		ParallelStateFailed, MapStateSucceeded, MapStateFailed, MapRunSucceeded, MapRunAborted, LambdaFunctionStarted,
	} {
		m[t] = shape{}
	}
	for t, fields := range map[Type][]field{
		ExecutionStarted: {
			startedInput, text("roleArn", func(e *Event) *string { return &e.RoleArn }),
			text("stateMachineVersionArn", func(e *Event) *string { return &e.VersionArn }),
			text("stateMachineAliasArn", func(e *Event) *string { return &e.AliasArn }),
		},
		ExecutionRedriven:       {redrive},
		MapStateStarted:         {count("length", func(e *Event) *int { return &e.Length })},
		MapRunStarted:           {mapRun},
		MapRunRedriven:          {mapRun, redrive},
		LambdaFunctionScheduled: {res, input, timeout, credentials},
		ActivityScheduled:       {res, input, timeout, heart},
		ActivityStarted:         {text("workerName", func(e *Event) *string { return &e.WorkerName })},
		TaskScheduled:           {resType, res, required("region", func(e *Event) *string { return &e.Region }), parameters, timeout, heart, credentials},
		TaskStarted:             {resType, res},
		EvaluationFailed: {
			required("state", func(e *Event) *string { return &e.State }), errorF, cause,
			text("location", func(e *Event) *string { return &e.Location }),
		},
	} {
		m[t] = shape{details(t), fields}
	}
	return m
}

// details is the member's name: the type's with a small first letter and "EventDetails".
func details(t Type) string {
	return string(t[0]|0x20) + string(t[1:]) + "EventDetails"
}

// Types are the 62 event types, sorted.
func Types() []Type {
	all := make([]Type, 0, len(shapes))
	for t := range shapes {
		all = append(all, t)
	}
	sort.Slice(all, func(i, j int) bool { return all[i] < all[j] })
	return all
}

// DetailsMember is the name of the member that holds the details of events of type t in the API's shape, such as
// "taskScheduledEventDetails"; empty when t has none.
func DetailsMember(t Type) string { return shapes[t].member }

// Details is the event's details object, as in the API's shape; absent for types without details.
func (e *Event) Details(o Options) value.Value {
	s := shapes[e.Type]
	if s.member == "" {
		return value.Value{}
	}
	var b value.Builder
	for _, f := range s.fields {
		f.put(e, &b, o)
	}
	return b.Object()
}

// Value is the event in the API's shape, its timestamp in epoch seconds with milliseconds.
func (e *Event) Value(o Options) value.Value {
	var b value.Builder
	b.Set("timestamp", Timestamp(e.Time))
	b.Set("type", value.String(string(e.Type)))
	b.Set("id", value.Int(e.ID))
	b.Set("previousEventId", value.Int(e.PreviousID))
	b.Set(shapes[e.Type].member, e.Details(o))
	return b.Object()
}

// MarshalJSON writes the event in the API's shape.
func (e Event) MarshalJSON() ([]byte, error) { return e.Value(Options{}).AppendJSON(nil), nil }

// UnmarshalJSON reads an event in the API's shape.
func (e *Event) UnmarshalJSON(b []byte) error {
	v, err := value.Parse(b)
	if err != nil {
		return fmt.Errorf("read an event: %w", err)
	}
	x, err := FromValue(v)
	if err == nil {
		*e = x
	}
	return err
}

// FromValue reads an event in the API's shape.
func FromValue(v value.Value) (Event, error) {
	t := Type(v.Get("type").Str())
	s, ok := shapes[t]
	if !ok {
		return Event{}, fmt.Errorf("read an event: %q is no event type of the API", t)
	}
	e := Event{Type: t}
	e.ID, _ = v.Get("id").Int()
	e.PreviousID, _ = v.Get("previousEventId").Int()
	if ts := v.Get("timestamp"); ts.IsNumber() {
		e.Time = time.UnixMilli(int64(math.Round(ts.Float() * 1000))).UTC()
	}
	d := v.Get(s.member)
	for _, f := range s.fields {
		f.get(&e, d)
	}
	return e, nil
}

// Timestamp is t as the API writes times: epoch seconds with three decimals.
func Timestamp(t time.Time) value.Value {
	ms, sign := t.UnixMilli(), ""
	abs := uint64(ms)
	if ms < 0 {
		abs, sign = -abs, "-"
	}
	s := sign + strconv.FormatUint(abs/1000, 10)
	if f := abs % 1000; f != 0 {
		s += fmt.Sprintf(".%03d", f)
	}
	return value.MustParse(s)
}
