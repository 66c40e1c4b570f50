package sqs_test

import (
	"fmt"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sqs"
)

type (
	Job struct {
		ID   string   `json:"id"`
		Tags []string `json:"tags"`
	}
	Verdict  struct{ Approved bool }
	Question struct {
		Photo string             `json:"photo"`
		Token run.Token[Verdict] `json:"token"`
	}
)

var (
	Jobs      = sqs.QueueOf[Job]("Jobs")
	Notes     = sqs.QueueOf[string]("Notes")
	Approvals = sqs.QueueOf[Question]("Approvals")
)

// show prints the state of a workflow.
func show(w flow.Workflow, state string) {
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get(state)))
}

func ExampleSend() {
	show(flow.Standard("Example", func(f *flow.Flow, job *Job) *string {
		sent := sqs.Send(f, "Queue it", Jobs, job,
			sqs.Group(&job.ID), sqs.Deduplication(&job.ID), sqs.Attribute("kind", new("photo")), sqs.NumberAttribute("tries", new(1)),
			flow.Retry(sqs.Throttled, flow.Backoff{Attempts: 3}))
		return &sent.MessageID
	}), "Queue it")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Arguments":{"QueueUrl":"${Jobs}","MessageBody":"{% $states.context.Execution.Input %}","MessageGroupId":"{% $states.context.Execution.Input.id %}","MessageDeduplicationId":"{% $states.context.Execution.Input.id %}","MessageAttributes":{"kind":{"DataType":"String","StringValue":"photo"},"tries":{"DataType":"Number","StringValue":"1"}}},"Retry":[{"ErrorEquals":["SQS.AmazonSQSException","SQS.SdkClientException","Sqs.RequestThrottledException","Sqs.SqsException","Sqs.SdkClientException"],"MaxAttempts":3}],"Output":"{% $states.result.MessageId %}","End":true}
}

func ExampleSend_text() {
	show(flow.Standard("Example", func(f *flow.Flow, job *Job) *run.None {
		sqs.Send(f, "Note it", Notes, flow.Text(f, "got ", &job.ID), sqs.Delay(5*time.Minute))
		return nil
	}), "Note it")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage","Arguments":{"QueueUrl":"${Notes}","MessageBody":"{% \"got \" & $states.context.Execution.Input.id %}","DelaySeconds":300},"End":true}
}

func ExampleSendAwait() {
	show(flow.Standard("Example", func(f *flow.Flow, job *Job) *Verdict {
		return sqs.SendAwait(f, "Ask a person", Approvals, func(token *run.Token[Verdict]) *Question {
			q := &Question{}
			return flow.Fill(f, q, flow.Set(&q.Photo, &job.ID), flow.Set(&q.Token, token))
		}, flow.Timeout(72*time.Hour))
	}), "Ask a person")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Arguments":{"QueueUrl":"${Approvals}","MessageBody":{"photo":"{% $states.context.Execution.Input.id %}","token":"{% $states.context.Task.Token %}"}},"TimeoutSeconds":259200,"Output":"{% $states.result %}","End":true}
}

func ExampleSendBatch() {
	show(flow.Standard("Example", func(f *flow.Flow, job *Job) *int {
		return flow.Count(f, &sqs.SendBatch(f, "Note the tags", Notes, &job.Tags).Failed)
	}), "Note the tags")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sqs:sendMessageBatch","Arguments":{"QueueUrl":"${Notes}","Entries":"{% [$map($type($states.context.Execution.Input.tags) = \"array\" ? $states.context.Execution.Input.tags : [], function($m, $i){{\"Id\": $string($i), \"MessageBody\": $m}})] %}"},"Output":"{% $count($type($states.result.Failed) = \"array\" ? $states.result.Failed : []) %}","End":true}
}
