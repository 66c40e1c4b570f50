package states

import (
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// logging is a LoggingConfiguration. The zero value is level OFF.
type logging struct {
	level string // ALL, ERROR, FATAL; empty for OFF
	data  bool   // includeExecutionData
	group string // the log group's name
	arn   string // the destination, as it was given
}

// readLogging reads a LoggingConfiguration; none is OFF.
func readLogging(v value.Value) (logging, error) {
	bad := func(why string) (logging, error) {
		return logging{}, wire.Errorf("InvalidLoggingConfiguration", "Invalid Logging Configuration: %s", why)
	}
	level, err := text(v, "level", rule{enum: []string{"ALL", "ERROR", "FATAL", "OFF"}})
	if err != nil {
		return logging{}, err
	}
	l := logging{}
	if l.data, err = flag(v, "includeExecutionData", false); err != nil {
		return logging{}, err
	}
	to := v.Get("destinations").Elements()
	switch {
	case len(to) > 1:
		return bad("Exactly one destination is allowed.")
	case len(to) == 1:
		l.arn = to[0].Path("cloudWatchLogsLogGroup", "logGroupArn").Str()
		name, ok := strings.CutSuffix(l.arn, ":*")
		_, group, found := strings.Cut(name, ":log-group:")
		if !ok || !found {
			return bad("the log group's ARN must end with :*, but is '" + l.arn + "'")
		}
		l.group = group
	}
	if level == "" || level == "OFF" {
		return l, nil
	}
	if l.group == "" {
		return bad("Must specify exactly one Log Destination.")
	}
	l.level = level
	return l, nil
}

func (l logging) value() value.Value {
	level := l.level
	if level == "" {
		level = "OFF"
	}
	v := value.Object(value.M("level", value.String(level)), value.M("includeExecutionData", value.Bool(l.data)))
	if l.arn != "" {
		v = v.With("destinations", value.Array(value.Object(
			value.M("cloudWatchLogsLogGroup", value.Object(value.M("logGroupArn", value.String(l.arn)))))))
	}
	return v
}

// wants tells whether events of a type are logged.
func (l logging) wants(t history.Type) bool {
	switch l.level {
	case "ALL":
		return true
	case "ERROR":
		return failing(t)
	case "FATAL":
		return t == history.ExecutionFailed || t == history.ExecutionAborted || t == history.ExecutionTimedOut
	}
	return false
}

// failing tells whether an event is of level ERROR.
func failing(t history.Type) bool {
	s := string(t)
	return strings.HasSuffix(s, "Failed") || strings.HasSuffix(s, "TimedOut") || strings.HasSuffix(s, "Aborted") || t == history.FailStateEntered
}

// withheld are the members of details that includeExecutionData false leaves out (recorded: the …Details go too).
var withheld = []string{
	"input", "inputDetails", "output", "outputDetails", "parameters", "assignedVariables", "assignedVariablesDetails",
}

// record is an event as the service writes it to CloudWatch Logs: all numbers are texts.
func (l logging) record(e history.Event, executionArn string) string {
	details := e.Details(history.Options{})
	if !l.data {
		for _, name := range withheld {
			details = details.Without(name)
		}
	}
	if !details.Exists() {
		details = value.Object()
	}
	number := func(n int64) value.Value { return value.String(strconv.FormatInt(n, 10)) }
	return value.Object(
		value.M("id", number(e.ID)), value.M("type", value.String(string(e.Type))), value.M("details", details),
		value.M("previous_event_id", number(e.PreviousID)), value.M("event_timestamp", number(e.Time.UnixMilli())),
		value.M("execution_arn", value.String(executionArn)), value.M("redrive_count", value.String("0"))).String()
}

// stream is the log stream of an execution.
func stream(machine string, started time.Time, id string) string {
	return "states/" + machine + "/" + started.UTC().Format("2006-01-02-15-04") + "/" + id
}
