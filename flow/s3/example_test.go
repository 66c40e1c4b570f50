package s3_test

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/s3"
)

// show prints one state of a workflow.
func show(w flow.Workflow, state string) {
	d, found := w.Build()
	for _, x := range found {
		fmt.Println(x.Text())
	}
	fmt.Println(asl.StateValue(d.States.Get(state)).Indent())
}

func ExampleRead() {
	show(flow.Standard("Titles", func(f *flow.Flow, in *Job) *string {
		report := s3.Read[Report](f, "Read report", Lake, &in.Key)
		return &report.Title
	}), "Read report")
	// Output:
	// {
	//   "Type": "Task",
	//   "Resource": "arn:aws:states:::aws-sdk:s3:getObject",
	//   "Arguments": {
	//     "Bucket": "${Lake}",
	//     "Key": "{% $states.context.Execution.Input.key %}"
	//   },
	//   "Output": "{% $parse($states.result.Body).title %}",
	//   "End": true
	// }
}

func ExampleWrite() {
	show(flow.Standard("Keep", func(f *flow.Flow, in *Job) *string {
		return &s3.Write(f, "Keep report", Lake, flow.Text(f, "reports/", &in.Key), &in.Report).ETag
	}), "Keep report")
	// Output:
	// {
	//   "Type": "Task",
	//   "Resource": "arn:aws:states:::aws-sdk:s3:putObject",
	//   "Arguments": {
	//     "Bucket": "${Lake}",
	//     "Key": "{% \"reports/\" & $states.context.Execution.Input.key %}",
	//     "Body": "{% $states.context.Execution.Input.report %}"
	//   },
	//   "Output": "{% $states.result.ETag %}",
	//   "End": true
	// }
}

func ExampleCopy() {
	show(flow.Standard("Archive", func(f *flow.Flow, in *Job) *string {
		s3.Copy(f, "Copy", Lake, &in.Key, s3.BucketOf("Archive"), &in.Key, s3.StorageClass(new("DEEP_ARCHIVE")))
		return &in.Key
	}), "Copy")
	// Output:
	// {
	//   "Type": "Task",
	//   "Resource": "arn:aws:states:::aws-sdk:s3:copyObject",
	//   "Arguments": {
	//     "Bucket": "${Archive}",
	//     "Key": "{% $states.context.Execution.Input.key %}",
	//     "CopySource": "{% \"${Lake}\" & \"/\" & $replace($encodeUrlComponent($states.context.Execution.Input.key), \"%2F\", \"/\") %}",
	//     "StorageClass": "DEEP_ARCHIVE"
	//   },
	//   "Output": "{% $states.context.Execution.Input.key %}",
	//   "End": true
	// }
}

func ExampleList() {
	show(flow.Standard("Look", func(f *flow.Flow, in *Job) *int {
		page := s3.List(f, "List", Lake, &s3.ListInput{Prefix: flow.Text(f, &in.Key, "/"), MaxKeys: new(100)})
		return &page.KeyCount
	}), "List")
	// Output:
	// {
	//   "Type": "Task",
	//   "Resource": "arn:aws:states:::aws-sdk:s3:listObjectsV2",
	//   "Arguments": {
	//     "Bucket": "${Lake}",
	//     "Prefix": "{% $states.context.Execution.Input.key & \"/\" %}",
	//     "MaxKeys": 100
	//   },
	//   "Output": "{% $states.result.KeyCount %}",
	//   "End": true
	// }
}
