package local_test

import (
	"context"
	"fmt"

	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/value"
)

func ExampleStart() {
	ctx := context.Background()
	m, err := local.Start(ctx, local.Options{}) // no assembly: empty services
	if err != nil {
		fmt.Println(err)
		return
	}
	defer m.Close()
	out, err := m.Directory.Call(ctx, "sqs", "CreateQueue", value.MustParse(`{"QueueName": "photos"}`))
	fmt.Println(out.Get("QueueUrl").Str() == m.URL()+"/000000000000/photos", err)
	fmt.Println(m.Directory.Services())
	// Output:
	// true <nil>
	// [dynamodb events iam kms lambda logs monitoring rekognition s3 secretsmanager sns sqs ssm states sts]
}
