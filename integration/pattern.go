package integration

import "fmt"

// A Pattern is how a Task waits for the service it calls.
type Pattern uint8

const (
	RequestResponse  Pattern = iota // call, take the answer, go on
	RunJob                          // .sync: wait until the job has ended
	RunJob2                         // .sync:2: the same, with parsed output; nested executions only
	WaitForTaskToken                // .waitForTaskToken: wait until somebody returns the token
)

// Suffix is what the pattern adds to a Resource: "", ".sync", ".sync:2" or ".waitForTaskToken".
func (p Pattern) Suffix() string {
	switch p {
	case RequestResponse:
		return ""
	case RunJob:
		return ".sync"
	case RunJob2:
		return ".sync:2"
	case WaitForTaskToken:
		return ".waitForTaskToken"
	default:
		panic(fmt.Sprintf("integration: unknown pattern %d", p))
	}
}

// String is the pattern's name in the AWS documentation and the table: RUN_JOB.
func (p Pattern) String() string {
	switch p {
	case RequestResponse:
		return "REQUEST_RESPONSE"
	case RunJob:
		return "RUN_JOB"
	case RunJob2:
		return "RUN_JOB_2"
	case WaitForTaskToken:
		return "WAIT_FOR_TASK_TOKEN"
	default:
		return fmt.Sprintf("Pattern(%d)", uint8(p))
	}
}

// Express reports whether Express workflows may use the pattern: they can only call
// and go on.
func (p Pattern) Express() bool { return p == RequestResponse }

// patterns lists every pattern, in the table's order.
var patterns = [...]Pattern{RequestResponse, RunJob, RunJob2, WaitForTaskToken}
