package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
)

// A ledger knows the executions of a state machine and what each was started for. The scenarios share its looks at
// the service.
type ledger struct {
	p       *pipeline
	machine string // ARN

	mu     sync.Mutex
	looked time.Time
	all    []execution // the newest first
	known  map[string]bool
}

// An execution is one line of the ledger.
type execution struct {
	arn string
	subject
}

// A subject is what an execution is about: an object, or, for FailureHandler, an execution.
type subject struct{ bucket, key, version, execution string }

// owner is the user in the key; empty if there is none.
func (s subject) owner() string {
	parts := strings.Split(s.key, "/")
	return parts[min(1, len(parts)-1)]
}

func newLedger(p *pipeline, machine string) *ledger {
	return &ledger{p: p, machine: machine, known: map[string]bool{}}
}

// recent are the executions, the newest first, as of a moment ago.
func (l *ledger) recent(ctx context.Context) ([]execution, error) { return l.look(ctx, interval) }

// look reads the executions that are new, unless that was done within age.
func (l *ledger) look(ctx context.Context, age time.Duration) ([]execution, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if time.Since(l.looked) < age {
		return l.all, nil
	}
	now := time.Now()
	newer, err := l.newer(ctx)
	if err != nil {
		return nil, err
	}
	l.all, l.looked = slices.Concat(newer, l.all), now
	for _, e := range newer {
		l.known[e.arn] = true
	}
	return l.all, nil
}

// newer reads executions, the newest first, until there is one that is known. Those that start meanwhile may push
// one from a page to the next, which then has it again.
func (l *ledger) newer(ctx context.Context) (found []execution, err error) {
	in := &sfn.ListExecutionsInput{StateMachineArn: &l.machine, MaxResults: 10}
	seen := map[string]bool{}
	for pages := sfn.NewListExecutionsPaginator(l.p.sfn, in); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, fmt.Errorf("list the executions: %w", err)
		}
		for _, e := range page.Executions {
			if l.known[*e.ExecutionArn] {
				return found, nil
			}
			if seen[*e.ExecutionArn] {
				continue
			}
			seen[*e.ExecutionArn] = true
			s, err := l.subject(ctx, *e.ExecutionArn)
			if err != nil {
				return nil, err
			}
			found = append(found, execution{*e.ExecutionArn, s})
		}
	}
	return found, nil
}

// subject reads what an execution is about from its input.
func (l *ledger) subject(ctx context.Context, arn string) (subject, error) {
	out, err := l.p.sfn.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		return subject{}, fmt.Errorf("describe %s: %w", arn, err)
	}
	var in struct {
		S3Bucket string `json:"s3Bucket"`
		S3Key    string `json:"s3Key"`
		Detail   struct {
			ExecutionArn string `json:"executionArn"`
			Bucket       struct {
				Name string `json:"name"`
			} `json:"bucket"`
			Object struct {
				Key       string `json:"key"`
				VersionID string `json:"version-id"`
			} `json:"object"`
		} `json:"detail"`
	}
	_ = json.Unmarshal([]byte(aws.ToString(out.Input)), &in) // an input of another shape is about nothing
	d := in.Detail                                           // the event's form has this, the compact form the rest
	return subject{in.S3Bucket + d.Bucket.Name, in.S3Key + d.Object.Key, d.Object.VersionID, d.ExecutionArn}, nil
}

// of are the executions that an object has started, the oldest first, as of now.
func (l *ledger) of(t *testing.T, wanted func(subject) bool) []execution {
	t.Helper()
	all, err := l.look(t.Context(), 0)
	if err != nil {
		t.Fatal(err)
	}
	var found []execution
	for _, e := range slices.Backward(all) {
		if wanted(e.subject) {
			found = append(found, e)
		}
	}
	return found
}

// started waits for the first execution that is about what is wanted, and gives its ARN.
func (l *ledger) started(t *testing.T, what string, wanted func(subject) bool) (arn string) {
	t.Helper()
	eventually(t, "an execution for "+what, func(ctx context.Context) (bool, error) {
		all, err := l.recent(ctx)
		for _, e := range all {
			if wanted(e.subject) {
				arn = e.arn
			}
		}
		return arn != "", err
	}, func() string { return l.String() })
	return arn
}

// String lists what is known.
func (l *ledger) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var b strings.Builder
	fmt.Fprintf(&b, "executions of %s, newest first:\n", l.machine)
	for _, e := range l.all {
		fmt.Fprintf(&b, "  %s %s %s%s\n", e.arn[strings.LastIndexByte(e.arn, ':')+1:], e.key, e.version, e.execution)
	}
	return b.String()
}

// is tells whether an execution is about an upload.
func (u upload) is(s subject) bool { return s.key == u.key && s.version == u.version }

// ended waits until the execution that an upload has started is over.
func (p *pipeline) ended(t *testing.T, u upload) *ran {
	t.Helper()
	return p.wait(t, p.tagging.started(t, u.key, u.is))
}

// begin starts an execution of ImageTagging by hand.
func (p *pipeline) begin(t *testing.T, input string) (arn string) {
	t.Helper()
	p.begun.Add(1)
	out, err := p.sfn.StartExecution(t.Context(), &sfn.StartExecutionInput{StateMachineArn: &p.tagging.machine, Input: &input})
	if err != nil {
		t.Fatalf("start an execution with %s: %v", input, err)
	}
	return *out.ExecutionArn
}

// again starts an execution of ImageTagging by hand and waits until it is over.
func (p *pipeline) again(t *testing.T, input string) *ran {
	t.Helper()
	return p.wait(t, p.begin(t, input))
}
