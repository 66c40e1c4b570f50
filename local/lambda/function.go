package lambda

import (
	"cmp"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
)

// A Function says what a function is; the names are CloudFormation's (AWS::Lambda::Function).
type Function struct {
	Name          string // required
	Handler       string // required; given to the process as _HANDLER
	Runtime       string // provided.al2023 (default) or provided.al2
	Description   string
	Role          string
	Architectures []string          // x86_64 or arm64; what the packaged bootstrap was built for
	MemorySize    int               // MB; default 128. Told to the function, not enforced
	Timeout       time.Duration     // whole seconds from 1 s to 900 s; default 3 s
	Environment   map[string]string // must not hold what Lambda sets itself

	// Dir is the unpacked code; Dir/bootstrap is run if it fits this machine's processor.
	Dir string
	// Package is the import path of the main package that is built for this machine if bootstrap does not fit.
	Package string

	// LogGroup is where the log goes; default /aws/lambda/<name>. LogFormat is Text (default) or JSON.
	LogGroup, LogFormat string

	// ApplicationLogLevel (TRACE to FATAL) and SystemLogLevel (DEBUG, INFO or WARN) apply to LogFormat JSON; INFO
	// is the default of both. The first is told to the program, the second says which lines of the platform appear.
	ApplicationLogLevel, SystemLogLevel string

	// Reserved is how many invocations may run at the same time, of all versions together, before others are refused
	// with TooManyRequestsException; nil leaves that to the limit of the account.
	Reserved *int

	// DeadLetter is the ARN of the queue or topic that gets events which failed; empty for none.
	DeadLetter string

	Tracing   string // X-Ray's mode, PassThrough (default) or Active; told to nobody
	Ephemeral int    // MB of /tmp, default 512; not enforced
	KMSKey    string // ARN of the key for the variables; nothing is encrypted here
	Tags      map[string]string

	LastModified time.Time
}

func (f Function) withDefaults() Function {
	if f.Runtime == "" {
		f.Runtime = "provided.al2023"
	}
	if f.MemorySize == 0 {
		f.MemorySize = 128
	}
	if f.Timeout == 0 {
		f.Timeout = 3 * time.Second
	}
	if f.LogGroup == "" {
		f.LogGroup = "/aws/lambda/" + f.Name
	}
	if f.LogFormat == "" {
		f.LogFormat = "Text"
	}
	if f.LogFormat == "JSON" {
		f.ApplicationLogLevel, f.SystemLogLevel = cmp.Or(f.ApplicationLogLevel, "INFO"), cmp.Or(f.SystemLogLevel, "INFO")
	}
	f.Tracing, f.Ephemeral = cmp.Or(f.Tracing, "PassThrough"), cmp.Or(f.Ephemeral, 512)
	if len(f.Architectures) == 0 {
		f.Architectures = []string{"x86_64"}
	}
	return f
}

var functionName = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,64}$`)

// reserved are the variables that Lambda sets itself and refuses in a function's configuration.
var reserved = []string{
	"_HANDLER", "_X_AMZN_TRACE_ID", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_EXECUTION_ENV", "AWS_LAMBDA_FUNCTION_NAME",
	"AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE",
	"AWS_LAMBDA_LOG_GROUP_NAME", "AWS_LAMBDA_LOG_STREAM_NAME", "AWS_ACCESS_KEY", "AWS_ACCESS_KEY_ID",
	"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_LAMBDA_RUNTIME_API", "LAMBDA_TASK_ROOT", "LAMBDA_RUNTIME_DIR",
}

// check says what is wrong with f, naming the property.
func (f Function) check() error {
	bad := func(property, format string, args ...any) error {
		return wire.Errorf("InvalidParameterValueException", property+" "+format, args...)
	}
	switch {
	case !functionName.MatchString(f.Name):
		return bad("FunctionName", "is %q: it must be 1 to 64 letters, digits, - and _", f.Name)
	case f.Runtime != "provided.al2023" && f.Runtime != "provided.al2":
		return bad("Runtime", "is %q: the local machine runs provided.al2023 and provided.al2 only", f.Runtime)
	case f.Handler == "":
		return bad("Handler", "is missing: it tells the program which handler to be")
	case f.Timeout < time.Second || f.Timeout > 900*time.Second || f.Timeout%time.Second != 0:
		return bad("Timeout", "is %v: it must be whole seconds from 1 to 900", f.Timeout)
	case f.MemorySize < 128 || f.MemorySize > 10240:
		return bad("MemorySize", "is %d: it must be from 128 to 10240 MB", f.MemorySize)
	case f.LogFormat != "Text" && f.LogFormat != "JSON":
		return bad("LoggingConfig.LogFormat", "is %q: it must be Text or JSON", f.LogFormat)
	case f.Tracing != "PassThrough" && f.Tracing != "Active":
		return bad("TracingConfig.Mode", "is %q: it must be PassThrough or Active", f.Tracing)
	case f.Ephemeral < 512 || f.Ephemeral > 10240:
		return bad("EphemeralStorage.Size", "is %d: it must be from 512 to 10240 MB", f.Ephemeral)
	case len(f.Description) > 256:
		return bad("Description", "has %d characters: it must have at most 256", len(f.Description))
	case f.DeadLetter != "" && !deadLetter.MatchString(f.DeadLetter):
		return bad("DeadLetterConfig.TargetArn", "is %q: it must be the ARN of an SQS queue or an SNS topic", f.DeadLetter)
	case f.Reserved != nil && *f.Reserved < 0:
		return bad("ReservedConcurrentExecutions", "is %d: it must be 0 or more", *f.Reserved)
	}
	if err := f.checkLogging(); err != nil {
		return err
	}
	for _, a := range f.Architectures {
		if a != "x86_64" && a != "arm64" {
			return bad("Architectures", "holds %q: it must be x86_64 or arm64", a)
		}
	}
	return f.checkVariables()
}

var deadLetter = regexp.MustCompile(`^arn:[^:]+:(sqs|sns):[^:]*:[0-9]*:[A-Za-z0-9_-]+(\.fifo)?$`)

var (
	applicationLevels = []string{"TRACE", "DEBUG", "INFO", "WARN", "ERROR", "FATAL"}
	systemLevels      = []string{"DEBUG", "INFO", "WARN"}
)

func (f Function) checkLogging() error {
	for _, level := range []struct {
		name, is string
		may      []string
	}{{"ApplicationLogLevel", f.ApplicationLogLevel, applicationLevels}, {"SystemLogLevel", f.SystemLogLevel, systemLevels}} {
		switch {
		case level.is == "":
		case f.LogFormat != "JSON":
			return wire.Errorf("InvalidParameterValueException", "LoggingConfig.%s is %q: log levels need LogFormat JSON", level.name, level.is)
		case !slices.Contains(level.may, level.is):
			return wire.Errorf("InvalidParameterValueException", "LoggingConfig.%s is %q: it must be one of %s", level.name, level.is, strings.Join(level.may, ", "))
		}
	}
	return nil
}

// maxVariables is how many bytes the names and values of a function's variables may have.
const maxVariables = 4 << 10

var variableName = regexp.MustCompile(`^[a-zA-Z][a-zA-Z0-9_]+$`)

func (f Function) checkVariables() error {
	size := 0
	for name, v := range f.Environment {
		size += len(name) + len(v)
		if !variableName.MatchString(name) && !slices.Contains(reserved, name) {
			return wire.Errorf("InvalidParameterValueException", "Environment.Variables has the name %q: it must begin with a letter and go on with letters, digits and _, two characters at least", name)
		}
	}
	if size > maxVariables {
		return wire.Errorf("InvalidParameterValueException", "Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. The variables have %d bytes", size)
	}
	var used []string
	for name := range f.Environment {
		if slices.Contains(reserved, name) {
			used = append(used, name)
		}
	}
	if len(used) == 0 {
		return nil
	}
	slices.Sort(used)
	return wire.Errorf("InvalidParameterValueException", "Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: %s", strings.Join(used, ", "))
}
