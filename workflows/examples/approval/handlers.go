package approval

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/flow/run"
)

// An Expense is what a photographer has spent.
type Expense struct {
	ID           string  `json:"id"`
	Photographer string  `json:"photographer"`
	For          string  `json:"for"`
	Amount       float64 `json:"amount"`
}

// A Verdict is the answer of a manager or an auditor.
type Verdict struct {
	Approved bool   `json:"approved"`
	Reviewer string `json:"reviewer"`
}

// A Question is what the manager is asked. Whoever sends a Verdict to the token lets the execution go on.
type Question struct {
	Expense Expense            `json:"expense"`
	Token   run.Token[Verdict] `json:"token"`
}

// A Letter is what the manager reads.
type Letter struct {
	Subject string `json:"subject"`
	Text    string `json:"text"`
}

// A Transfer is money on its way.
type Transfer struct {
	ID string `json:"id"`
}

// A Decision is what ApproveExpense gives. There is a transfer if the expense was approved.
type Decision struct {
	Expense  string `json:"expense"`
	By       string `json:"by"`
	Transfer string `json:"transfer,omitempty"`
}

// WriteLetter writes to the manager. Here it only makes the letter; yours sends it. The links in it lead to a page that
// answers the token: with awsclient.Answer, which takes a Verdict and nothing else, and with awsclient.Heartbeat when
// the letter is opened.
func WriteLetter(_ context.Context, q Question) (Letter, error) {
	if q.Token == "" {
		return Letter{}, errors.New("there is nothing to answer to")
	}
	e := q.Expense
	return Letter{
		Subject: fmt.Sprintf("%s has spent %.2f on %s", e.Photographer, e.Amount, e.For),
		Text:    "To approve: https://office.example/approve?token=" + string(q.Token),
	}, nil
}

// Pay pays the photographer.
func Pay(_ context.Context, e Expense) (Transfer, error) {
	return Transfer{ID: "transfer-" + strings.ToLower(e.Photographer) + "-" + e.ID}, nil
}
