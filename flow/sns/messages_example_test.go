package sns_test

import (
	"fmt"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/sns"
)

type (
	Verdict  struct{ Approved bool }
	Question struct {
		Photo string             `json:"photo"`
		Token run.Token[Verdict] `json:"token"`
	}
)

var (
	Questions = sns.TopicOf[Question]("Questions")
	Orders    = sns.TopicOf[string]("Orders")
)

// show prints the state of a workflow.
func show(w flow.Workflow, state string) {
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get(state)))
}

func ExamplePublishAwait() {
	show(flow.Standard("Example", func(f *flow.Flow, photo *string) *Verdict {
		return sns.PublishAwait(f, "Ask everybody", Questions, func(token *run.Token[Verdict]) *Question {
			q := &Question{}
			return flow.Fill(f, q, flow.Set(&q.Photo, photo), flow.Set(&q.Token, token))
		}, sns.Subject(new("Is this one good?")), flow.Timeout(72*time.Hour))
	}), "Ask everybody")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::sns:publish.waitForTaskToken","Arguments":{"TopicArn":"${Questions}","Message":{"photo":"{% $states.context.Execution.Input %}","token":"{% $states.context.Task.Token %}"},"Subject":"Is this one good?"},"TimeoutSeconds":259200,"Output":"{% $states.result %}","End":true}
}

func ExampleAttribute() {
	show(flow.Standard("Example", func(f *flow.Flow, order *string) *run.None {
		sns.Publish(f, "Tell all", Orders, order, sns.Group(order), sns.Deduplication(order),
			sns.Attribute("kind", new("paid")), sns.NumberAttribute("total", new(9.5)), sns.ListAttribute("shops", &[]string{"Paris", "Rome"}))
		return nil
	}), "Tell all")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::sns:publish","Arguments":{"TopicArn":"${Orders}","Message":"{% $states.context.Execution.Input %}","MessageGroupId":"{% $states.context.Execution.Input %}","MessageDeduplicationId":"{% $states.context.Execution.Input %}","MessageAttributes":{"kind":{"DataType":"String","StringValue":"paid"},"total":{"DataType":"Number","StringValue":"9.5"},"shops":{"DataType":"String.Array","StringValue":"[\"Paris\",\"Rome\"]"}}},"End":true}
}

func ExamplePublishBatch() {
	type many struct {
		Failures []Failed `json:"failures"`
	}
	show(flow.Standard("Example", func(f *flow.Flow, in *many) *int {
		return flow.Count(f, &sns.PublishBatch(f, "Tell of all", Failures, &in.Failures).Failed)
	}), "Tell of all")
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::aws-sdk:sns:publishBatch","Arguments":{"TopicArn":"${Failures}","PublishBatchRequestEntries":"{% [$map([$map($type($states.context.Execution.Input.failures) = \"array\" ? $states.context.Execution.Input.failures : [], function($e1){$string($e1)})], function($m, $i){{\"Id\": $string($i), \"Message\": $m}})] %}"},"Output":"{% $count($type($states.result.Failed) = \"array\" ? $states.result.Failed : []) %}","End":true}
}
