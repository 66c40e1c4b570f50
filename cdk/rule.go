package cdk

import (
	"fmt"
	"time"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/aws-cdk-go/awscdk/v2/awsiam"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/stepwright/stepwright/cdk/internal/shape"
	"github.com/stepwright/stepwright/policy"
)

// An Event says which events start a workflow: see [ObjectCreated] and [Stopped].
type Event struct {
	pattern func() (shape.Properties, error)
}

// ObjectCreated is the creation of an object whose key matches one of the wildcards, such
// as "private/*/uploads/*"; of any object without one. The bucket must send its events to
// EventBridge.
func ObjectCreated(bucket any, keys ...string) Event {
	return Event{func() (shape.Properties, error) {
		found, err := shape.Recognise(bucket)
		if err != nil {
			return nil, fmt.Errorf("cannot use the bucket: %w", err)
		}
		return shape.ObjectCreated(found.Value, keys...), nil
	}}
}

// Stopped is the end of an execution of a workflow that did not succeed: FAILED,
// TIMED_OUT or ABORTED, or only the given statuses.
func Stopped(w *Workflow, statuses ...string) Event {
	return Event{func() (shape.Properties, error) {
		if len(statuses) == 0 {
			statuses = []string{"FAILED", "TIMED_OUT", "ABORTED"}
		}
		switch {
		case w == nil:
			return nil, fmt.Errorf("there is no workflow to watch")
		case w.machine == nil:
			return nil, nil // it has told why it was not made
		}
		return shape.ExecutionStatus(w.arn, statuses...), nil
	}}
}

// A Queue is a queue whose policy can be extended, as awssqs.Queue: undeliverable events
// are kept there.
type Queue interface {
	QueueArn() *string
	AddToResourcePolicy(statement awsiam.PolicyStatement) *awsiam.AddToResourcePolicyResult
}

// RuleProps say what NewRule makes.
type RuleProps struct {
	On    Event     // required
	Start *Workflow // required

	// DeadLetters keeps events that could not be delivered. Without it they are lost.
	DeadLetters Queue

	Attempts int           // how often delivery is tried again; 24 if zero
	Age      time.Duration // how long; an hour if zero
}

// A Rule starts a workflow on events. The event is the execution's input, as it comes.
type Rule struct {
	constructs.Construct
	tags awscdk.TagManager
	arn  string
}

// RuleArn is the rule's ARN.
func (r *Rule) RuleArn() *string { return &r.arn }

// Tags makes a Rule taggable.
func (r *Rule) Tags() awscdk.TagManager { return r.tags }

// NewRule makes a rule on the default event bus, with a role that may start the workflow
// and nothing else. Mistakes are told by Synth.
func NewRule(scope constructs.Construct, id string, props RuleProps) *Rule {
	r := &Rule{}
	construct(scope, id, r, func(p *problems) {
		if props.On.pattern == nil || props.Start == nil {
			p.add("rule %q needs both On and Start", id)
			return
		}
		if props.Start.machine == nil {
			return // the workflow has told why it was not made
		}
		pattern, err := props.On.pattern()
		if err != nil {
			p.add("rule %q: %v", id, err)
			return
		}
		if pattern == nil {
			return
		}
		r.make(p, props, pattern)
	})
	return r
}

func (r *Rule) make(p *problems, props RuleProps, pattern shape.Properties) {
	var tags awscdk.IResolvable
	r.tags, tags = newTags("AWS::Events::Rule")
	role := awsiam.NewRole(r, new("Role"), &awsiam.RoleProps{AssumedBy: awsiam.NewServicePrincipal(new("events.amazonaws.com"), nil)})
	bindings := shape.Bindings{"machine": {ARN: props.Start.arn}}
	start := policy.Statement{Actions: []string{"states:StartExecution"}, Resources: []string{"${machine.Arn}"}}
	allowed := addPolicy(p, r, "Policy", role, names(bindings), []policy.Statement{start})
	own := shape.Rule{
		Pattern: pattern, TargetID: *props.Start.Node().Id(), MachineARN: props.Start.arn, RoleARN: *role.RoleArn(),
		Attempts: props.Attempts, Age: int(props.Age / time.Second), Tags: tags,
	}
	if props.DeadLetters != nil {
		own.QueueARN = *props.DeadLetters.QueueArn()
	}
	rule := resource(r, "Resource", "AWS::Events::Rule", own.Properties())
	r.arn = attribute(rule, "Arn")
	for _, first := range append([]awscdk.CfnResource{allowed}, props.Start.started...) {
		if first != nil {
			rule.AddDependency(first)
		}
	}
	if props.DeadLetters != nil {
		props.DeadLetters.AddToResourcePolicy(r.mayFill(props.DeadLetters))
	}
}

// mayFill lets the rule, and no other, send to its dead-letter queue.
func (r *Rule) mayFill(queue Queue) awsiam.PolicyStatement {
	return awsiam.NewPolicyStatement(&awsiam.PolicyStatementProps{
		Principals: &[]awsiam.IPrincipal{awsiam.NewServicePrincipal(new("events.amazonaws.com"), nil)},
		Actions:    &[]*string{new("sqs:SendMessage")},
		Resources:  &[]*string{queue.QueueArn()},
		Conditions: &map[string]any{"ArnEquals": map[string]any{"aws:SourceArn": r.arn}},
	})
}
