package history

import (
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// A LogLevel says which events of an execution go to CloudWatch Logs (API enum LogLevel).
type LogLevel string

// The log levels. An empty one is OFF.
const (
	LogAll   LogLevel = "ALL"   // every event
	LogError LogLevel = "ERROR" // what failed, timed out or was aborted, and that a Fail state was entered
	LogFatal LogLevel = "FATAL" // the end of an execution that did not succeed
	LogOff   LogLevel = "OFF"
)

// Includes tells whether events of a type are logged at the level.
func (l LogLevel) Includes(t Type) bool {
	switch l {
	case LogAll:
		return true
	case LogError:
		return failing(t)
	case LogFatal:
		return t == ExecutionFailed || t == ExecutionAborted || t == ExecutionTimedOut
	case LogOff:
	}
	return false
}

func failing(t Type) bool {
	s := string(t)
	return strings.HasSuffix(s, "Failed") || strings.HasSuffix(s, "TimedOut") || strings.HasSuffix(s, "Aborted") || t == FailStateEntered
}

// withheld are the members of details that includeExecutionData false leaves out (recorded: the …Details go too).
var withheld = []string{
	"input", "inputDetails", "output", "outputDetails", "parameters", "assignedVariables", "assignedVariablesDetails",
}

// longestRecord is how many bytes of data a record has at most.
const longestRecord = 256 << 10

// cut cuts the data of details that are too long for a record, and says so beside it.
func cut(details value.Value) value.Value {
	for _, name := range []string{"output", "input", "parameters"} {
		over := details.Size() - longestRecord
		text := details.Get(name).Str()
		if over <= 0 || text == "" {
			continue
		}
		details = details.With(name, value.String(shortened(text, details.Get(name).Size()-over)))
		if name != "parameters" {
			details = details.With(name+"Details", value.Object(value.M("truncated", value.True)))
		}
	}
	return details
}

// shortened is the beginning of a text that takes at most so many bytes as JSON.
func shortened(text string, most int) string {
	size := 2 // the quotes
	for i, r := range text {
		if size += value.String(string(r)).Size() - 2; size > most {
			return text[:i]
		}
	}
	return text
}

// LogRecord is an event as the service writes it to CloudWatch Logs: the members of the envelope are in snake_case, and
// all its numbers are texts. Without data (includeExecutionData) inputs, outputs and variables are left out, and errors
// and causes are not. Data beyond 256 KiB is cut.
func (e *Event) LogRecord(executionArn string, data bool) value.Value {
	details := e.Details(Options{})
	if !data {
		for _, name := range withheld {
			details = details.Without(name)
		}
	}
	if !details.Exists() {
		details = value.Object()
	}
	details = cut(details)
	number := func(n int64) value.Value { return value.String(strconv.FormatInt(n, 10)) }
	return value.Object(
		value.M("id", number(e.ID)), value.M("type", value.String(string(e.Type))), value.M("details", details),
		value.M("previous_event_id", number(e.PreviousID)), value.M("event_timestamp", number(e.Time.UnixMilli())),
		value.M("execution_arn", value.String(executionArn)), value.M("redrive_count", number(0)),
	)
}
