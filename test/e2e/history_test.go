package e2e

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
)

// A ran is an execution with its history.
type ran struct {
	arn    string
	status types.ExecutionStatus
	input  string
	output string
	error  string
	cause  string
	events []types.HistoryEvent
}

// wait waits until an execution is over.
func (p *pipeline) wait(t *testing.T, arn string) *ran {
	t.Helper()
	r := &ran{}
	eventually(t, "the end of "+arn, func(ctx context.Context) (_ bool, err error) {
		out, err := p.sfn.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
		if err != nil {
			return false, err
		}
		return out.Status != types.ExecutionStatusRunning, nil
	}, func() string { return p.read(context.WithoutCancel(t.Context()), t, arn).String() })
	*r = *p.read(t.Context(), t, arn)
	return r
}

// read describes an execution as it is now.
func (p *pipeline) read(ctx context.Context, t *testing.T, arn string) *ran {
	t.Helper()
	out, err := p.sfn.DescribeExecution(ctx, &sfn.DescribeExecutionInput{ExecutionArn: &arn})
	if err != nil {
		t.Fatalf("describe %s: %v", arn, err)
	}
	r := &ran{
		arn: arn, status: out.Status, input: aws.ToString(out.Input), output: aws.ToString(out.Output),
		error: aws.ToString(out.Error), cause: aws.ToString(out.Cause),
	}
	for pages := sfn.NewGetExecutionHistoryPaginator(p.sfn, &sfn.GetExecutionHistoryInput{ExecutionArn: &arn}); pages.HasMorePages(); {
		page, err := pages.NextPage(ctx)
		if err != nil {
			t.Fatalf("read the history of %s: %v", arn, err)
		}
		r.events = append(r.events, page.Events...)
	}
	return r
}

// visited are the states in the order in which they were entered. The states of a Parallel's branches follow it
// branch by branch, whichever was quicker.
func (r *ran) visited() []string {
	var names []string
	var branches []branch
	flush := func() {
		slices.SortStableFunc(branches, func(a, b branch) int { return cmp.Compare(a.first, b.first) })
		for _, b := range branches {
			names = append(names, b.name)
		}
		branches = nil
	}
	for _, e := range r.events {
		entered := e.StateEnteredEventDetails
		if e.Type == types.HistoryEventTypeParallelStateExited {
			flush()
		}
		if entered == nil {
			continue
		}
		if first := r.branch(e); first != 0 {
			branches = append(branches, branch{first, *entered.Name})
			continue
		}
		flush()
		names = append(names, *entered.Name)
	}
	flush()
	return names
}

// A branch is a state that was entered in the branch whose first event has that id.
type branch struct {
	first int64
	name  string
}

// branch is the id of the first event of the branch that an event is in, 0 outside.
func (r *ran) branch(e types.HistoryEvent) int64 {
	for e.PreviousEventId != 0 {
		before := r.events[e.PreviousEventId-1]
		if before.Type == types.HistoryEventTypeParallelStateStarted {
			return e.Id
		}
		if before.Type == types.HistoryEventTypeParallelStateSucceeded || before.Type == types.HistoryEventTypeParallelStateExited {
			return 0
		}
		e = before
	}
	return 0
}

// state is the state that an event belongs to.
func (r *ran) state(e types.HistoryEvent) string {
	for {
		if d := e.StateEnteredEventDetails; d != nil {
			return *d.Name
		}
		if e.PreviousEventId == 0 {
			return ""
		}
		e = r.events[e.PreviousEventId-1]
	}
}

// of are the events of a type in a state.
func (r *ran) of(state string, kind types.HistoryEventType) []types.HistoryEvent {
	var found []types.HistoryEvent
	for _, e := range r.events {
		if e.Type == kind && r.state(e) == state {
			found = append(found, e)
		}
	}
	return found
}

// calls counts how often a Task has called its service.
func (r *ran) calls(state string) int { return len(r.of(state, types.HistoryEventTypeTaskScheduled)) }

// String is the history for people.
func (r *ran) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s is %s %s %s\n", r.arn, r.status, r.error, r.cause)
	fmt.Fprintf(&b, "  input  %s\n", r.input)
	if r.output != "" {
		fmt.Fprintf(&b, "  output %s\n", r.output)
	}
	for _, e := range r.events {
		fmt.Fprintf(&b, "  %3d %7.3fs %-24s %s\n", e.Id, e.Timestamp.Sub(*r.events[0].Timestamp).Seconds(), e.Type, told(e))
	}
	return b.String()
}

// told is what matters of an event.
func told(e types.HistoryEvent) string {
	switch {
	case e.StateEnteredEventDetails != nil:
		return aws.ToString(e.StateEnteredEventDetails.Name)
	case e.TaskScheduledEventDetails != nil:
		d := e.TaskScheduledEventDetails
		return aws.ToString(d.ResourceType) + ":" + aws.ToString(d.Resource) + " " + aws.ToString(d.Parameters)
	case e.TaskFailedEventDetails != nil:
		return aws.ToString(e.TaskFailedEventDetails.Error) + ": " + aws.ToString(e.TaskFailedEventDetails.Cause)
	case e.TaskTimedOutEventDetails != nil:
		return aws.ToString(e.TaskTimedOutEventDetails.Error) + ": " + aws.ToString(e.TaskTimedOutEventDetails.Cause)
	case e.EvaluationFailedEventDetails != nil:
		return aws.ToString(e.EvaluationFailedEventDetails.State) + ": " + aws.ToString(e.EvaluationFailedEventDetails.Cause)
	case e.ExecutionFailedEventDetails != nil:
		return aws.ToString(e.ExecutionFailedEventDetails.Error) + ": " + aws.ToString(e.ExecutionFailedEventDetails.Cause)
	case e.ExecutionAbortedEventDetails != nil:
		return aws.ToString(e.ExecutionAbortedEventDetails.Error) + ": " + aws.ToString(e.ExecutionAbortedEventDetails.Cause)
	}
	return ""
}
