package states_test

import (
	"errors"
	"testing"

	"github.com/stepwright/stepwright/local/states"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

var actions = []string{
	"CreateStateMachine", "DescribeStateMachine", "UpdateStateMachine", "DeleteStateMachine", "ListStateMachines", "ValidateStateMachineDefinition",
	"StartExecution", "StopExecution", "DescribeExecution", "DescribeStateMachineForExecution", "ListExecutions", "GetExecutionHistory", "ListTagsForResource",
	"StartSyncExecution", "TestState",
}

// FuzzCall feeds any JSON to every action: the answer is a result or an error in AWS's shape.
func FuzzCall(f *testing.F) {
	for _, seed := range []string{
		`{}`, `[]`, `null`, `{"name":1}`, `{"name":"x","definition":"{}","roleArn":"arn:x"}`,
		`{"stateMachineArn":"arn:aws:states:eu-north-1:111122223333:stateMachine:P","input":"{","name":"a"}`,
		`{"stateMachineArn":"arn:aws:states:eu-north-1:111122223333:stateMachine:P","maxResults":-1,"nextToken":"MSBtYWNoaW5lcw=="}`,
		`{"executionArn":"arn:aws:states:eu-north-1:111122223333:execution:P:n","reverseOrder":"yes"}`,
		`{"executionArn":"arn:::::::","maxResults":1e99}`, `{"nextToken":"LTEgbWFjaGluZXM="}`,
		`{"name":"L","definition":"{\"StartAt\":\"A\"}","roleArn":"arn:x","loggingConfiguration":{"level":"ALL","destinations":[1,2]}}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		in, err := value.ParseString(text)
		if err != nil {
			return
		}
		s := states.New(states.Config{Account: wiretest.Account})
		defer s.Close()
		for _, a := range actions {
			_, err := s.Call(t.Context(), a, in)
			if _, ok := errors.AsType[*wire.Error](err); err != nil && !ok {
				t.Errorf("%s: %v is no error of the API", a, err)
			}
		}
	})
}
