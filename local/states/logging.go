package states

import (
	"strings"
	"time"

	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// logging is a LoggingConfiguration. The zero value is level OFF.
type logging struct {
	level history.LogLevel // empty for OFF
	data  bool             // includeExecutionData
	group string           // the log group's name
	arn   string           // the destination, as it was given
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
	l.level = history.LogLevel(level)
	return l, nil
}

func (l logging) value() value.Value {
	level := l.level
	if level == "" {
		level = history.LogOff
	}
	v := value.Object(value.M("level", value.String(string(level))), value.M("includeExecutionData", value.Bool(l.data)))
	if l.arn != "" {
		v = v.With("destinations", value.Array(value.Object(
			value.M("cloudWatchLogsLogGroup", value.Object(value.M("logGroupArn", value.String(l.arn)))))))
	}
	return v
}

// stream is the log stream of an execution.
func stream(machine string, started time.Time, id string) string {
	return "states/" + machine + "/" + started.UTC().Format("2006-01-02-15-04") + "/" + id
}
