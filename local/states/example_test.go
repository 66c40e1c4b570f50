package states_test

import (
	"context"
	"fmt"
	"log"

	"github.com/stepwright/stepwright/local/states"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A machine whose task calls a service of this machine, watched while it runs.
func Example() {
	ctx := context.Background()
	services := &wire.Directory{}
	services.Add("lambda", api(func(context.Context, string, value.Value) (value.Value, error) {
		return value.MustParse(`{"StatusCode": 200, "Payload": {"width": 640}}`), nil
	}))
	s := states.New(states.Config{
		Account:  wire.Account{Partition: "aws", Region: "us-east-1", ID: "111122223333"},
		Services: services,
	})
	defer s.Close()

	created, err := s.Call(ctx, "CreateStateMachine", value.MustParse(`{
		"name": "Measure", "roleArn": "arn:aws:iam::111122223333:role/r",
		"definition": "{\"StartAt\":\"Measure it\",\"States\":{\"Measure it\":{\"Type\":\"Task\",\"Resource\":\"arn:aws:lambda:us-east-1:111122223333:function:Measure\",\"End\":true}}}"
	}`))
	if err != nil {
		log.Fatal(err)
	}
	updates := s.Watch(ctx)
	_, err = s.Call(ctx, "StartExecution", value.Object(
		value.M("stateMachineArn", created.Get("stateMachineArn")),
		value.M("input", value.String(`{"key": "cat.jpg"}`))))
	if err != nil {
		log.Fatal(err)
	}
	for u := range updates {
		if u.Event == nil {
			fmt.Println(u.Execution.Status, u.Execution.Output)
			break
		}
		fmt.Println(u.Event.ID, u.Event.Type)
	}
	// Output:
	// 1 ExecutionStarted
	// 2 TaskStateEntered
	// 3 LambdaFunctionScheduled
	// 4 LambdaFunctionStarted
	// 5 LambdaFunctionSucceeded
	// 6 TaskStateExited
	// 7 ExecutionSucceeded
	// SUCCEEDED {"width":640}
}
