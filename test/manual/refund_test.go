package manual_test

import (
	"testing"
	"time"

	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/test/manual"
)

func TestRefundIsTooLate(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, manual.Refund, manual.Order{ID: "o1"},
		flowtest.Stub(manual.FindCharge, manual.Charge{ID: "c1", AgeDays: 120}))

	run.FailsWith("TooLate")
	run.Visits("Find charge", "Still refundable?", "Too late")
	run.Avoids("Pay back")
}

func TestRefundIsPaid(t *testing.T) {
	t.Parallel()
	run := flowtest.Run(t, manual.Refund, manual.Order{ID: "o1"},
		flowtest.Real(manual.FindCharge), // the function itself, in process
		flowtest.Stub(manual.PayBack, manual.Receipt{Number: "r1"}))

	var receipt manual.Receipt
	if run.Output(&receipt); receipt.Number != "r1" {
		t.Errorf("got %+v", receipt)
	}
	if run.Took() != 24*time.Hour { // in virtual time
		t.Errorf("it took %v", run.Took())
	}
}

func TestRefundDocument(t *testing.T) {
	t.Parallel()
	flowtest.Snapshot(t, manual.Refund) // testdata/Refund.asl.json; go test -update writes it
}
