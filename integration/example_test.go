package integration_test

import (
	"fmt"

	"github.com/stepwright/stepwright/integration"
)

func ExampleParse() {
	ref, err := integration.Parse("arn:aws:states:::sqs:sendMessage.waitForTaskToken")
	if err != nil {
		fmt.Println(err)
		return
	}
	i, _ := integration.Find(ref)
	fmt.Println(ref.Form, ref.Label(), ref.Pattern)
	fmt.Println(i.Title, i.Parameter("QueueUrl").Required, i.Base[0].Actions)
	// Output:
	// optimized integration sqs:sendMessage WAIT_FOR_TASK_TOKEN
	// SQS true [sqs:SendMessage]
}

func ExampleCheck() {
	ref, _ := integration.Parse("arn:aws:states:::dynamodb:updateitem")
	fmt.Println(integration.Check(ref))
	// Output:
	// dynamodb has no optimized action "updateitem" (did you mean updateItem?)
}

func ExampleSDKService() {
	s3, _ := integration.SDKService("s3")
	fmt.Println(s3.ErrorName("NoSuchKey"), s3.Supports("selectObjectContent"))
	// Output:
	// S3.NoSuchKeyException false
}
