// Package lambda is AWS Lambda on this machine: functions are child processes that ask for their work at the Lambda
// Runtime API (2018-06-01), as they do on AWS.
//
// A process is kept warm between invocations, several run when invocations come at the same time, and a process is
// killed with everything it started when its time is over. Children get a clean environment: the function's own
// variables, the machine's endpoint and keys, and nothing of the person who started the machine.
//
// Not supported, and refused by name: container images, layers, versions and aliases, response streaming,
// destinations, and runtimes other than provided.al2 and provided.al2023.
package lambda

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/local/wire"
)

// A Config is what a Service needs to know of the machine it is on. Account and Endpoint are required.
type Config struct {
	Account wire.Account

	// Endpoint is the machine's base URL, such as "http://127.0.0.1:4566". It is asked when the first
	// process starts, by which time the machine listens.
	Endpoint func() string

	// Keys are the machine's keys, which children sign their calls with.
	Keys wire.Keys

	// AssetDir gives the folder of an unpacked code asset; false when there is none.
	AssetDir func(bucket, key string) (dir string, ok bool)

	// Log receives every line of a function's log. Nil drops them.
	Log func(group, stream string, at time.Time, line string)

	// Say receives one line for people, such as that a handler is being built for this machine. Nil is silent.
	Say func(line string)

	// SourceDir is where packages are built from: a folder inside the Go module that has them. Empty is the
	// working directory. CacheDir keeps what was built; empty keeps it until Close.
	SourceDir, CacheDir string

	// MaxInstances is how many processes one function may have; further invocations wait.
	// Zero is twice the number of processors, at least four.
	MaxInstances int

	// InitTimeout is how long a process may take until it asks for its first invocation. Zero is 10 s, as on AWS.
	InitTimeout time.Duration

	// MaxLogBytes is how much one invocation may print before the rest is dropped. Zero is 1 MiB.
	MaxLogBytes int
}

// A Service holds the functions. It is a wire.Service, a wire.API and a wire.Provider; [Service.Runtime] is the
// Runtime API to be mounted under /_runtime/. Make it with [New], end it with [Service.Close].
type Service struct {
	config Config
	temp   string // everything the service writes but for CacheDir
	builds builds

	mu        sync.Mutex
	closed    bool
	functions map[string]*function
	order     []string
	instances map[string]*instance

	background sync.WaitGroup // invocations of type Event, and what watches processes
	stop       context.Context
	cancel     context.CancelFunc
}

// New makes a service without functions. It fails if it cannot make a folder for temporary files.
func New(c Config) (*Service, error) {
	if c.Endpoint == nil {
		return nil, errors.New("lambda: Config.Endpoint is missing: functions must know where the machine is")
	}
	if c.MaxInstances <= 0 {
		c.MaxInstances = max(4, 2*runtime.NumCPU())
	}
	if c.InitTimeout <= 0 {
		c.InitTimeout = 10 * time.Second
	}
	if c.MaxLogBytes <= 0 {
		c.MaxLogBytes = 1 << 20
	}
	temp, err := os.MkdirTemp("", "stepwright-lambda-")
	if err != nil {
		return nil, fmt.Errorf("lambda: make a temporary folder: %w", err)
	}
	s := &Service{config: c, temp: temp, functions: map[string]*function{}, instances: map[string]*instance{}}
	s.stop, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// Name is the service's name in a signature's scope.
func (s *Service) Name() string { return "lambda" }

// Add makes a function. It fails if a field has a value that AWS refuses or this machine does not support, if there
// is a function of that name, and if its program can be neither run nor built here.
func (s *Service) Add(ctx context.Context, f Function) error {
	f = f.withDefaults()
	if err := f.check(); err != nil {
		return err
	}
	program, err := s.program(ctx, f)
	if err != nil {
		return fmt.Errorf("function %s: %w", f.Name, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return errClosed
	case s.functions[f.Name] != nil:
		return &wire.Error{Code: "ResourceConflictException", Message: "Function already exist: " + f.Name, Status: 409}
	}
	s.functions[f.Name] = newFunction(s, f, program)
	s.order = append(s.order, f.Name)
	return nil
}

var errClosed = &wire.Error{Code: "ServiceException", Message: "the local machine is stopping", Status: 503}

// Remove unmakes a function and ends its processes. An unknown name is no error.
func (s *Service) Remove(name string) {
	s.mu.Lock()
	f := s.functions[name]
	delete(s.functions, name)
	s.order = slices.DeleteFunc(s.order, func(n string) bool { return n == name })
	s.mu.Unlock()
	if f != nil {
		f.close()
	}
}

// Functions are the functions, in the order they were made.
func (s *Service) Functions() []Function {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := make([]Function, 0, len(s.order))
	for _, name := range s.order {
		all = append(all, s.functions[name].Function)
	}
	return all
}

// Close ends all processes, waits until they are gone, and removes temporary files. Invocations that still run fail.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	var all []*function
	for _, name := range s.order {
		all = append(all, s.functions[name])
	}
	s.mu.Unlock()
	s.cancel()
	for _, f := range all {
		f.close()
	}
	s.mu.Lock()
	for _, i := range s.instances { // of functions that were removed before
		i.kill()
	}
	s.mu.Unlock()
	s.background.Wait()
	if err := os.RemoveAll(s.temp); err != nil {
		return fmt.Errorf("lambda: remove temporary files: %w", err)
	}
	return nil
}

// goBackground runs do unless the service is closed.
func (s *Service) goBackground(do func()) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false
	}
	s.background.Go(do)
	return true
}

func (s *Service) log(group, stream string, at time.Time, line string) {
	if s.config.Log != nil {
		s.config.Log(group, stream, at, line)
	}
}

func (s *Service) say(format string, args ...any) {
	if s.config.Say != nil {
		s.config.Say(fmt.Sprintf(format, args...))
	}
}

// find is the function that a name, a partial ARN or an ARN means, with or without a qualifier. Only $LATEST exists.
func (s *Service) find(ref, qualifier string) (*function, error) {
	name := ref
	if i := strings.Index(ref, ":function:"); i >= 0 {
		name = ref[i+len(":function:"):]
	} else if account, rest, ok := strings.Cut(ref, ":"); ok && account == s.config.Account.ID {
		name = rest
	}
	name, q, _ := strings.Cut(name, ":")
	if qualifier == "" {
		qualifier = q
	}
	s.mu.Lock()
	f := s.functions[name]
	s.mu.Unlock()
	if f != nil && (qualifier == "" || qualifier == latest) {
		return f, nil
	}
	arn := s.arn(name)
	if qualifier != "" {
		arn += ":" + qualifier
	}
	return nil, &wire.Error{Code: "ResourceNotFoundException", Message: "Function not found: " + arn, Status: 404}
}

func (s *Service) arn(name string) string { return s.config.Account.ARN("lambda", "function:"+name) }

const latest = "$LATEST"
