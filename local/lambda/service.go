// Package lambda is AWS Lambda on this machine: functions are child processes that ask for their work at the Lambda
// Runtime API (2018-06-01), as they do on AWS.
//
// A process is kept warm between invocations, several run when invocations come at the same time, and a process is
// killed with everything it started when its time is over. Children get a clean environment: the function's own
// variables, the machine's endpoint and keys, and nothing of the person who started the machine.
//
// Versions, aliases with weights, concurrency limits, and asynchronous invocations with retries, destinations and dead
// letters are as on AWS. Not supported, and refused by name: container images, layers, VPCs, file systems, response
// streaming, and runtimes other than provided.al2 and provided.al2023.
package lambda

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
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

	// Clock is the time of the machine: of retries, ages of events, and dates. The timeouts of processes are always
	// in real time. Nil is the real clock.
	Clock clock.Clock

	// Directory reaches the services that events and their results go to, and S3 for code. Nil reaches none.
	Directory *wire.Directory

	// Metric receives the figures of the namespace AWS/Lambda; function and resource are its dimensions, the second
	// empty for none. Nil drops them.
	Metric func(function, resource, name string, v float64, unit string, at time.Time)

	// MaxInstances is how many processes one version of a function may have; further invocations wait.
	// Zero is twice the number of processors, at least four.
	MaxInstances int

	// Concurrency is how many invocations the account may have at the same time before others are refused. Zero is
	// 1000, as an account on AWS begins with.
	Concurrency int

	// IdleTimeout is how long a process waits for its next invocation before it ends. Zero is ten minutes.
	IdleTimeout time.Duration

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
	ending    []*pool // replaced, perhaps with processes that still work
	inFlight  int     // invocations that wait for a process or have one
	delayed   int     // events that wait for their next try
	instances map[string]*instance

	updates sync.Mutex // held while $LATEST of a function changes

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
	if c.Clock == nil {
		c.Clock = clock.Real()
	}
	if c.Directory == nil {
		c.Directory = &wire.Directory{}
	}
	if c.Concurrency <= 0 {
		c.Concurrency = 1000
	}
	if c.IdleTimeout <= 0 {
		c.IdleTimeout = 10 * time.Minute
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

var errClosed = &wire.Error{Code: "ServiceException", Message: "the local machine is stopping", Status: 503}

// Close ends all processes, waits until they are gone, and removes temporary files. Invocations that still run fail.
func (s *Service) Close() error {
	s.mu.Lock()
	s.closed = true
	all := s.ending
	for _, name := range s.order {
		all = append(all, s.functions[name].pools()...)
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
