// Package approval pays the expenses of photographers, if somebody allows it.
//
// Small expenses pass by a rule. For others a manager is asked by letter and has two days to answer: the execution
// waits for the token in that letter, and costs nothing while it does. A manager who starts to read sends signs of
// life; one who does not for half a day is taken to be away, and so is one who is late. Then an auditor decides, whose
// desk fetches its work as an activity. Nobody's answer is a no.
package approval

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/lambda"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flow/states"
)

// ApproveExpense decides about an expense, and pays it.
var ApproveExpense = flow.Standard("Approve expense", approveExpense)

// AuditorsDesk is the activity that auditors fetch their work from; a stack binds the name.
var AuditorsDesk = states.ActivityOf[Expense, Verdict]("AuditorsDesk")

var gently = flow.Retry(lambda.Retryable, flow.Backoff{Attempts: 3, First: 2 * time.Second, Rate: 2})

// approveExpense asks whoever has to be asked.
func approveExpense(f *flow.Flow, expense *Expense) *Decision {
	verdict := flow.Choose[Verdict](f, "Who decides?").
		When(flow.Below(&expense.Amount, 100), func() *Verdict { return &Verdict{Approved: true, Reviewer: "the rule"} }).
		Otherwise(func() *Verdict { return askManager(f, expense) })

	decision := &Decision{}
	flow.Fill(f, decision, flow.Set(&decision.Expense, &expense.ID), flow.Set(&decision.By, &verdict.Reviewer))
	flow.Choice(f, "Approved?").
		When(flow.True(&verdict.Approved), flow.Continue).
		Otherwise(func() { flow.Return(f, "Refused", decision) })

	transfer := flow.Task(f, "Pay", Pay, expense, gently)
	paid := &Decision{}
	return flow.Fill(f, paid,
		flow.Set(&paid.Expense, &expense.ID), flow.Set(&paid.By, &verdict.Reviewer), flow.Set(&paid.Transfer, &transfer.ID))
}

// askManager waits for the manager, and turns to the auditor when there is no answer.
func askManager(f *flow.Flow, expense *Expense) *Verdict {
	verdict := flow.TaskAwait(f, "Ask the manager", WriteLetter, func(token *run.Token[Verdict]) *Question {
		question := &Question{}
		return flow.Fill(f, question, flow.Set(&question.Expense, expense), flow.Set(&question.Token, token))
	}, flow.Timeout(48*time.Hour), flow.Heartbeat(12*time.Hour), gently)
	flow.Rescue(f, verdict, flow.TimedOut, func(*flow.Caught) *Verdict { return askAuditor(f, expense) })
	return verdict
}

func askAuditor(f *flow.Flow, expense *Expense) *Verdict {
	verdict := states.Ask(f, "Ask the auditor", AuditorsDesk, expense, flow.Timeout(24*time.Hour))
	flow.Rescue(f, verdict, flow.TimedOut, func(*flow.Caught) *Verdict { return &Verdict{Reviewer: "nobody"} })
	return verdict
}
