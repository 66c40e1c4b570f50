package cdk

import (
	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/stepwright/stepwright/cdk/internal/shape"
)

// An Alarm is an alarm of CloudWatch.
type Alarm struct {
	constructs.Construct
	tags awscdk.TagManager
	arn  string
}

// AlarmArn is the alarm's ARN.
func (a *Alarm) AlarmArn() *string { return &a.arn }

// Tags makes an Alarm taggable.
func (a *Alarm) Tags() awscdk.TagManager { return a.tags }

// A NamedQueue is any queue with a name.
type NamedQueue interface{ QueueName() *string }

// A Topic is any topic that an alarm can tell. CloudWatch cannot use topics that are
// encrypted with the key alias/aws/sns.
type Topic interface{ TopicArn() *string }

// NewNotEmptyAlarm makes an alarm that rings when a dead-letter queue holds a message.
func NewNotEmptyAlarm(scope constructs.Construct, id string, queue NamedQueue, tell ...Topic) *Alarm {
	return newAlarm(scope, id, func(p *problems, tags any) shape.Properties {
		if queue == nil {
			p.add("alarm %q has no queue", id)
			return nil
		}
		return shape.NotEmpty(*queue.QueueName(), arns(tell), tags)
	})
}

// NewFailuresAlarm makes an alarm that rings when more than percent of a workflow's
// executions failed, timed out or were aborted within 15 minutes.
func NewFailuresAlarm(scope constructs.Construct, id string, w *Workflow, percent float64, tell ...Topic) *Alarm {
	return newAlarm(scope, id, func(p *problems, tags any) shape.Properties {
		switch {
		case w == nil:
			p.add("alarm %q has no workflow", id)
			return nil
		case percent < 0 || percent >= 100:
			p.add("alarm %q rings at more than %v percent; give a number from 0 up to below 100", id, percent)
			return nil
		case w.machine == nil:
			return nil // the workflow has told why it was not made
		}
		return shape.TooManyFailures(w.arn, percent, arns(tell), tags)
	})
}

func newAlarm(scope constructs.Construct, id string, properties func(*problems, any) shape.Properties) *Alarm {
	a := &Alarm{}
	construct(scope, id, a, func(p *problems) {
		var tags awscdk.IResolvable
		a.tags, tags = newTags("AWS::CloudWatch::Alarm")
		if own := properties(p, tags); own != nil {
			a.arn = attribute(resource(a, "Resource", "AWS::CloudWatch::Alarm", own), "Arn")
		}
	})
	return a
}

func arns(topics []Topic) []string {
	list := make([]string, len(topics))
	for i, t := range topics {
		list[i] = *t.TopicArn()
	}
	return list
}
