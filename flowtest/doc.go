// Package flowtest tests workflows: the document they compile to, and what happens when they run.
//
// Snapshot compares a workflow's document with a golden file. Run executes the document in process and in virtual
// time: a day's wait takes none, and no account, network or container is needed. What a task answers is said by stubs,
// keyed by the handler that the task names or by the state; the compiler checks that a stub's answer is what the
// handler returns.
//
//	func TestRefundTooLate(t *testing.T) {
//		run := flowtest.Run(t, refunds.Refund, orders.Order{ID: "o1"},
//			flowtest.Stub(payments.FindCharge, payments.Charge{ID: "c1", AgeDays: 120}))
//
//		run.FailsWith("TooLate")
//		run.Visits("Find charge", "Still refundable?", "Too late")
//	}
//
// A task without a stub fails the test and says how to write one. Attempts are stubbed one after the other:
//
//	flowtest.Fails(payments.Pay, errBusy).ThenFails(errBusy).Then(receipt)
//
// States inside a Map are entered once for each item: Path, Calls and Visits see all of them, in the order of the run.
// A step that waits is stubbed with what it waits for: the answer to its token, the end of a job, what an activity's
// worker returns. Late answers and heartbeats are said in virtual time. A workflow that is started by a task is run
// too, with stubs of its own:
//
//	flowtest.State("Ask the manager", Verdict{Approved: true}).After(36 * time.Hour).Heartbeats(12 * time.Hour)
//	flowtest.Child(refunds.Refund, flowtest.Stub(payments.FindCharge, charge))
package flowtest
