package lambda

import (
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/stepwright/stepwright/value"
)

// An invocation is one call of a function on its way.
type invocation struct {
	id      string // the request id
	arn     string // of the function, as the caller named it
	trace   string // the caller's X-Ray header, if it sent one
	client  string // the caller's context, as JSON; told to the function
	taken   bool   // it has a slot, so that over will be called
	over    func(outcome)
	payload []byte
	done    chan outcome  // takes one outcome; the caller may have gone
	logged  chan struct{} // closed when the log has all lines of the invocation
	tail    []byte        // the end of the log; complete when logged is closed
	begun   time.Time     // when the function got it; set before done
	ended   time.Time
	cold    time.Duration // how long the process took to start, if it was started for this invocation
	status  string        // what the report says besides: "timeout", "error"
	note    string        // a line for the log, such as that time was over
}

func newInvocation(id, arn string, payload []byte) *invocation {
	return &invocation{id: id, arn: arn, payload: payload, over: func(outcome) {}, done: make(chan outcome, 1), logged: make(chan struct{})}
}

// An outcome is what an invocation gives: the function's answer, or the JSON object of an error.
type outcome struct {
	payload []byte
	failed  bool // X-Amz-Function-Error: Unhandled
}

// failed is the outcome of an invocation that the function did not answer itself.
func failed(inv *invocation, errorType, message string) outcome {
	return errorOutcome(errorType, "RequestId: "+inv.id+" Error: "+message)
}

func errorOutcome(errorType, message string) outcome {
	v := value.Object(value.M("errorType", value.String(errorType)), value.M("errorMessage", value.String(message)))
	return outcome{payload: v.AppendJSON(nil), failed: true}
}

func timedOut(inv *invocation, limit time.Duration) outcome {
	return failed(inv, "Sandbox.Timedout", fmt.Sprintf("Task timed out after %.2f seconds", limit.Seconds()))
}

// exited says that the process ended; how is what os.ProcessState prints.
func exited(inv *invocation, how string) outcome {
	message := "Runtime exited without providing a reason"
	if how != "exit status 0" {
		message = "Runtime exited with error: " + how
	}
	return failed(inv, "Runtime.ExitError", message)
}

func stopped(inv *invocation) outcome {
	return failed(inv, "Runtime.ExitError", "the local machine is stopping")
}

func newSecret() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return hex.EncodeToString(b[:])
}
