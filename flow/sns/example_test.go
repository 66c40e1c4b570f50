package sns_test

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/sns"
)

type Failed struct {
	Photo string `json:"photo"`
	Error string `json:"error"`
}

// Failures tells whoever subscribes which photos failed.
var Failures = sns.TopicOf[Failed]("Failures")

func ExamplePublish() {
	w := flow.Standard("Tell", func(f *flow.Flow, photo *string) *sns.Receipt {
		m := &Failed{Error: "too dark"}
		return sns.Publish(f, "Notify", Failures, flow.Fill(f, m, flow.Set(&m.Photo, photo)), sns.Subject(new("A photo failed")))
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Notify")))
	// Output:
	// {"Type":"Task","Resource":"arn:aws:states:::sns:publish","Arguments":{"TopicArn":"${Failures}","Message":{"photo":"{% $states.context.Execution.Input %}","error":"too dark"},"Subject":"A photo failed"},"Output":"{% $states.result %}","End":true}
}
