// Package local is a small AWS on this machine. It brings up a synthesized stack, the same bytes that go to AWS, and
// serves every service on one loopback listener.
//
//	m, err := local.Start(ctx, local.Options{Assembly: "cdk.out", Out: os.Stderr})
//	if err != nil {
//		return err
//	}
//	defer m.Close()
//	cmd.Env = append(os.Environ(), m.Env()...)
//
// Requests must come from this machine and be signed with the keys that Start makes. Whatever the machine only
// imitates says so in its answers.
package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/local/cloudwatch"
	"github.com/stepwright/stepwright/local/dynamodb"
	"github.com/stepwright/stepwright/local/events"
	"github.com/stepwright/stepwright/local/iam"
	"github.com/stepwright/stepwright/local/kms"
	"github.com/stepwright/stepwright/local/lambda"
	"github.com/stepwright/stepwright/local/logs"
	"github.com/stepwright/stepwright/local/mappings"
	"github.com/stepwright/stepwright/local/rekognition"
	"github.com/stepwright/stepwright/local/s3"
	"github.com/stepwright/stepwright/local/secretsmanager"
	"github.com/stepwright/stepwright/local/sns"
	"github.com/stepwright/stepwright/local/sqs"
	"github.com/stepwright/stepwright/local/ssm"
	"github.com/stepwright/stepwright/local/states"
	"github.com/stepwright/stepwright/local/sts"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/template"
)

// Options say what machine to start. The zero value is a machine with empty services.
type Options struct {
	// Assembly is the folder of a cloud assembly; empty for none. Stack is one of its stacks, by name; empty if it
	// has one only. Parameters are values for the template's parameters.
	Assembly   string
	Stack      string
	Parameters map[string]string

	// Account is where the machine pretends to be. What is empty is taken from the stack's environment, and else is
	// partition aws, region us-east-1, account 000000000000, which is nobody's.
	Account wire.Account

	// Port is where the machine listens, on 127.0.0.1; 0 is one that is free.
	Port int

	// Clock is the time of services and executions; nil is the real one. Lambda functions, being processes, always
	// live in real time.
	Clock clock.Clock

	// Virtual gives the machine a time of its own that begins now: see clock.Shared. Time passes by itself only while
	// no request, process or call is at work, and for what is certain to happen (a Wait, a retry, a delay), and on
	// Advance. With it, Clock must be nil.
	Virtual bool

	// Out is told about progress, line by line; nil for nobody.
	Out io.Writer

	// AllowMissing goes on without the resources whose type is not supported.
	AllowMissing bool

	// SourceDir and CacheDir are where handlers are built that do not fit this machine's processor, as
	// lambda.Config has them.
	SourceDir, CacheDir string

	// Rekognition are options of the simulated Rekognition: fixtures, faults.
	Rekognition []rekognition.Option

	// Mailbox is where e-mail of topics is written to, as text, with the links that confirm subscriptions; nil for
	// nowhere. Machine.SNS.Mails has it too.
	Mailbox io.Writer

	// Wrap puts something around each service before it is mounted, such as one that fails on purpose; nil leaves
	// them as they are. Where the service is a wire.API, calls from inside the machine reach what Wrap gives only if
	// that is one too. Resources of the stack are made by the service itself.
	Wrap func(wire.Service) wire.Service
}

// A Machine is a local machine that listens. Close ends it.
type Machine struct {
	// The services, for what their APIs do not offer. They are there whether a stack uses them or not.
	S3          *s3.Service
	DynamoDB    *dynamodb.DB
	SQS         *sqs.Broker
	SNS         *sns.Hub
	Lambda      *lambda.Service
	Mappings    *mappings.Service
	Events      *events.Service
	States      *states.Service
	Logs        *logs.Store
	Rekognition *rekognition.Service
	SSM         *ssm.Store
	Secrets     *secretsmanager.Store
	KMS         *kms.Service
	IAM         *iam.Service
	CloudWatch  *cloudwatch.Service

	// Directory calls the services' actions without HTTP.
	Directory *wire.Directory

	account wire.Account
	keys    wire.Keys
	server  atomic.Pointer[wire.Server] // nil until it listens
	stack   *template.Stack             // nil without an assembly
	clock   clock.Clock
	control *control // nil in real time
	out     progress

	close  sync.Once
	closed error
}

// Start starts a machine and brings up the stack. If it fails, nothing is left.
func Start(ctx context.Context, o Options) (*Machine, error) {
	var a *assembly
	if o.Assembly != "" {
		var err error
		if a, err = readAssembly(o.Assembly, o.Stack); err != nil {
			return nil, err
		}
		o.Account = a.account(o.Account)
	}
	o.Account = orDefault(o.Account)
	if o.Virtual && o.Clock != nil {
		return nil, errors.New("local.Options has Virtual and Clock; a virtual machine makes its own clock, set one of them only")
	}
	if o.Virtual {
		o.Clock = clock.NewShared(time.Now())
	}
	if o.Clock == nil {
		o.Clock = clock.Real()
	}
	m := &Machine{account: o.Account, keys: wire.NewKeys(), Directory: &wire.Directory{}, clock: o.Clock, out: progress{w: o.Out}}
	if err := m.listen(o, a); err != nil {
		return nil, err
	}
	if a == nil {
		return m, nil
	}
	if err := m.bringUp(ctx, o, a); err != nil {
		return nil, errors.Join(err, m.Close())
	}
	return m, nil
}

func orDefault(a wire.Account) wire.Account {
	for _, d := range []struct {
		field *string
		text  string
	}{{&a.Partition, "aws"}, {&a.Region, "us-east-1"}, {&a.ID, "000000000000"}} {
		if *d.field == "" {
			*d.field = d.text
		}
	}
	return a
}

// listen makes the services and serves them.
func (m *Machine) listen(o Options, a *assembly) error {
	d := &wire.Dispatcher{Keys: m.keys, Log: &m.out, Clock: o.Clock}
	m.S3 = s3.New(s3.Options{Account: m.account, Clock: o.Clock, Directory: m.Directory})
	m.DynamoDB = dynamodb.New(m.account, o.Clock)
	m.SQS = sqs.New(m.account, o.Clock, m.URL)
	m.SNS = sns.New(m.account, o.Clock, m.Directory, sns.Endpoint(m.URL), sns.Mailbox(o.Mailbox))
	m.Logs = logs.New(m.account, o.Clock)
	m.SSM, m.Secrets, m.KMS = ssm.New(m.account, o.Clock), secretsmanager.New(m.account, o.Clock), kms.New(m.account, o.Clock)
	m.IAM, m.CloudWatch = iam.New(m.account, o.Clock), cloudwatch.New(m.account, o.Clock)
	m.Rekognition = rekognition.New(rekognition.S3(m.Directory), o.Rekognition...)
	m.Events = events.New(events.Options{Account: m.account, Clock: o.Clock, Directory: m.Directory})
	write := func(group, stream string, at time.Time, line string) { m.Logs.Append(group, stream, at, line) }
	m.States = states.New(states.Config{Account: m.account, Services: m.Directory, Clock: o.Clock, Log: write})
	var err error
	m.Lambda, err = lambda.New(lambda.Config{
		Account: m.account, Endpoint: m.URL, Keys: m.keys, Log: m.written(write), Say: m.out.say, SourceDir: o.SourceDir, CacheDir: o.CacheDir,
		Clock: o.Clock, Directory: m.Directory, Metric: m.functionMetric,
		AssetDir: func(bucket, key string) (string, bool) {
			if a == nil {
				return "", false
			}
			return a.asset(m.account, bucket, key)
		},
	})
	if err != nil {
		return errors.Join(err, m.Close())
	}
	m.Mappings = mappings.New(m.account, o.Clock, m.Directory, m.SQS)
	for _, s := range m.services() {
		if s == wire.Service(m.Lambda) {
			s = m.Mappings.Before(m.Lambda)
		}
		if o.Wrap != nil {
			s = o.Wrap(s)
		}
		d.Handle(s)
		if api, ok := s.(wire.API); ok {
			m.Directory.Add(s.Name(), api)
		}
	}
	d.HandlePrefix("/_runtime/", m.Lambda.Runtime())
	d.HandlePrefix(sns.LinkPrefix, m.SNS.Links())
	if o.Virtual {
		m.control = newControl(m)
		d.HandlePrefix(controlPrefix, m.control)
	}
	server, err := wire.Listen(o.Port, d)
	if err != nil {
		return errors.Join(err, m.Close())
	}
	m.server.Store(server)
	return nil
}

// written dates what processes log, which live in real time, as it is on the machine.
func (m *Machine) written(write func(group, stream string, at time.Time, line string)) func(group, stream string, at time.Time, line string) {
	if _, virtual := m.clock.(*clock.Shared); !virtual {
		return write
	}
	return func(group, stream string, _ time.Time, line string) { write(group, stream, m.clock.Now(), line) }
}

func (m *Machine) services() []wire.Service {
	return []wire.Service{m.S3, m.DynamoDB, m.SQS, m.SNS, m.Lambda, m.Events, m.States, m.Logs, m.Rekognition, m.SSM, m.Secrets, m.KMS, m.IAM, m.CloudWatch, sts.New(m.account, clock.Real(), m.keys)}
}

// bringUp makes the resources of the stack.
func (m *Machine) bringUp(ctx context.Context, o Options, a *assembly) error {
	t, problems := template.Parse(a.template, a.body, template.Settings{Account: m.account, Stack: a.stack, Parameters: o.Parameters})
	if t == nil {
		return fmt.Errorf("the stack %s cannot be brought up:\n%w", a.stack, problems.Err())
	}
	engine := &template.Engine{AllowMissing: o.AllowMissing, Progress: m.out.made, Providers: []wire.Provider{recorded{}, m.Mappings}}
	for _, s := range m.services() {
		if p, ok := s.(wire.Provider); ok {
			engine.Providers = append(engine.Providers, p)
		}
	}
	for _, d := range slices.Concat(problems, engine.Check(t)) {
		if d.Severity != diag.Error {
			m.out.say(d.Text())
		}
	}
	stack, err := engine.Create(ctx, a.stack, t)
	if err != nil {
		return fmt.Errorf("the stack %s cannot be brought up:\n%w", a.stack, err)
	}
	m.stack = stack
	return nil
}

// Close unmakes the stack, ends all that runs, and stops listening. It may be called more than once.
func (m *Machine) Close() error {
	m.close.Do(func() {
		failures := []error{m.S3.Close(), m.Events.Close(), m.States.Close()} // nothing new begins
		if m.stack != nil {
			failures = append(failures, m.stack.Delete(context.Background()))
		}
		if m.Mappings != nil {
			failures = append(failures, m.Mappings.Close())
		}
		if m.SNS != nil {
			failures = append(failures, m.SNS.Close())
		}
		if m.Lambda != nil {
			failures = append(failures, m.Lambda.Close())
		}
		if server := m.server.Load(); server != nil {
			failures = append(failures, server.Close())
		}
		if s, ok := m.clock.(*clock.Shared); ok {
			s.Close()
		}
		m.closed = errors.Join(failures...)
	})
	return m.closed
}
