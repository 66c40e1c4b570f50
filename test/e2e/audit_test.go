package e2e

import (
	"context"
	"errors"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// audit looks at the whole machine after all scenarios: nothing may have been started that nobody asked for, no event
// may have been lost, and nobody may have been told of a failure twice.
func (p *pipeline) audit(ctx context.Context) error {
	all, err := p.tagging.look(ctx, 0)
	if err != nil {
		return err
	}
	var problems []error
	if want := int(p.uploads.Load() + p.begun.Load()); len(all) != want {
		problems = append(problems, fmt.Errorf("there are %d executions; uploads and scenarios started %d:\n%s", len(all), want, p.tagging))
	}
	return errors.Join(append(problems, p.auditDelivery(ctx), p.auditNews(ctx, all))...)
}

// auditDelivery looks for events that could not be delivered.
func (p *pipeline) auditDelivery(ctx context.Context) error {
	out, err := p.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{
		QueueUrl: &p.deadLetters, MaxNumberOfMessages: 10, MessageAttributeNames: []string{"All"},
	})
	if err != nil {
		return fmt.Errorf("look into the dead-letter queue: %w", err)
	}
	var problems []error
	for _, m := range out.Messages {
		problems = append(problems, fmt.Errorf("an event could not be delivered: %s %s", describe(m.MessageAttributes), *m.Body))
	}
	return errors.Join(problems...)
}

func describe(attributes map[string]sqstypes.MessageAttributeValue) string {
	var told string
	for _, name := range []string{"ERROR_CODE", "ERROR_MESSAGE"} {
		if a, ok := attributes[name]; ok && a.StringValue != nil {
			told += *a.StringValue + " "
		}
	}
	return told
}

// auditNews compares the notifications with the executions that ended badly.
func (p *pipeline) auditNews(ctx context.Context, all []execution) error {
	if err := p.news.drain(ctx); err != nil {
		return err
	}
	ended, err := p.endedBadly(ctx)
	if err != nil {
		return err
	}
	bad := map[string]int{}
	for _, e := range all {
		if ended[e.arn] {
			bad[upload{bucket: e.bucket, key: e.key}.id()]++
		}
	}
	var problems []error
	p.news.mu.Lock()
	defer p.news.mu.Unlock()
	for photo, told := range p.news.read {
		if len(told) > bad[photo] {
			problems = append(problems, fmt.Errorf("%d notifications were sent about %s, which failed %d times: %v", len(told), photo, bad[photo], told))
		}
	}
	return errors.Join(problems...)
}

// endedBadly are the executions that failed or were stopped.
func (p *pipeline) endedBadly(ctx context.Context) (map[string]bool, error) {
	arns := map[string]bool{}
	for _, status := range []types.ExecutionStatus{types.ExecutionStatusFailed, types.ExecutionStatusAborted} {
		in := &sfn.ListExecutionsInput{StateMachineArn: &p.tagging.machine, StatusFilter: status}
		for pages := sfn.NewListExecutionsPaginator(p.sfn, in); pages.HasMorePages(); {
			page, err := pages.NextPage(ctx)
			if err != nil {
				return nil, fmt.Errorf("list the executions that are %s: %w", status, err)
			}
			for _, e := range page.Executions {
				arns[*e.ExecutionArn] = true
			}
		}
	}
	return arns, nil
}
