package lambda

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
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

	// Reserved is how many invocations may run at the same time before others are refused with
	// TooManyRequestsException; nil lets them wait.
	Reserved *int

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
	if f.LastModified.IsZero() {
		f.LastModified = time.Now()
	}
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
	case f.Reserved != nil && *f.Reserved < 0:
		return bad("ReservedConcurrentExecutions", "is %d: it must be 0 or more", *f.Reserved)
	}
	for _, a := range f.Architectures {
		if a != "x86_64" && a != "arm64" {
			return bad("Architectures", "holds %q: it must be x86_64 or arm64", a)
		}
	}
	return f.checkVariables()
}

func (f Function) checkVariables() error {
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

// A function is a Function with its processes. Each running invocation holds one slot; a process is idle or belongs
// to one invocation, so that there are never more processes than slots.
type function struct {
	Function
	service *Service
	program string
	slots   chan struct{}

	mu        sync.Mutex
	closed    bool
	running   int
	idle      []*instance // the one used last is at the end
	instances map[*instance]bool
}

func newFunction(s *Service, f Function, program string) *function {
	return &function{
		Function: f, service: s, program: program,
		slots:     make(chan struct{}, s.config.MaxInstances),
		instances: map[*instance]bool{},
	}
}

// invoke runs one invocation. It returns when the function has answered, or failed, or ctx is done; in that case the
// function goes on, as on AWS.
func (f *function) invoke(ctx context.Context, payload []byte) (*invocation, outcome, error) {
	if err := f.enter(ctx); err != nil {
		return nil, outcome{}, err
	}
	inv := newInvocation(payload)
	f.dispatch(inv)
	select {
	case out := <-inv.done:
		return inv, out, nil
	case <-ctx.Done():
		return inv, outcome{}, fmt.Errorf("invoke %s: %w", f.Name, ctx.Err())
	}
}

// enter takes a slot, which finish gives back.
func (f *function) enter(ctx context.Context) error {
	if f.Reserved != nil {
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.running >= *f.Reserved {
			return &wire.Error{Code: "TooManyRequestsException", Message: "Rate Exceeded.", Status: 429}
		}
	}
	select {
	case f.slots <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("invoke %s: %w", f.Name, ctx.Err())
	case <-f.service.stop.Done():
		return errClosed
	}
	if f.Reserved == nil {
		f.mu.Lock()
		defer f.mu.Unlock()
	}
	f.running++
	return nil
}

// dispatch gives inv to an idle process, or to a new one.
func (f *function) dispatch(inv *invocation) {
	for {
		i := f.take()
		if i == nil {
			f.launch(inv)
			return
		}
		if i.give(inv) {
			return
		}
	}
}

func (f *function) take() *instance {
	f.mu.Lock()
	defer f.mu.Unlock()
	n := len(f.idle)
	if n == 0 {
		return nil
	}
	i := f.idle[n-1]
	f.idle = f.idle[:n-1]
	return i
}

// launch starts a process for inv. What goes wrong is the invocation's outcome, as on AWS.
func (f *function) launch(inv *invocation) {
	i := newInstance(f, inv)
	f.mu.Lock()
	closed := f.closed
	if !closed {
		f.instances[i] = true
	}
	f.mu.Unlock()
	if closed {
		f.finish(inv, stopped(inv))
		return
	}
	if err := i.start(); err != nil {
		f.forget(i)
		close(i.gone)
		f.finish(inv, failed(inv, "Runtime.InvalidEntrypoint", err.Error()))
	}
}

// finish answers inv and gives its slot back.
func (f *function) finish(inv *invocation, out outcome) {
	f.mu.Lock()
	f.running--
	f.mu.Unlock()
	inv.done <- out
	<-f.slots
}

// rest puts a process that has answered among the idle ones. It need not have asked for its next invocation yet:
// the next one waits for it there.
func (f *function) rest(i *instance) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.instances[i] {
		f.idle = append(f.idle, i)
	}
}

// forget takes a process that has ended out of use.
func (f *function) forget(i *instance) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.instances, i)
	f.idle = slices.DeleteFunc(f.idle, func(o *instance) bool { return o == i })
}

func (f *function) close() {
	f.mu.Lock()
	f.closed = true
	all := make([]*instance, 0, len(f.instances))
	for i := range f.instances {
		all = append(all, i)
	}
	f.mu.Unlock()
	for _, i := range all {
		i.kill()
		<-i.gone
	}
}
