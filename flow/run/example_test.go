package run_test

import (
	"encoding/json"
	"fmt"

	"github.com/stepwright/stepwright/flow/run"
)

type (
	Verdict  struct{ Approved bool }
	Question struct {
		PhotoID string             `json:"photoId"`
		Token   run.Token[Verdict] `json:"taskToken"`
	}
)

// A token is plain text on the wire.
func ExampleToken() {
	var q Question
	err := json.Unmarshal([]byte(`{"photoId": "p1", "taskToken": "AQC8A…"}`), &q)
	fmt.Println(string(q.Token), err)

	none, err := json.Marshal(run.None{})
	fmt.Println(string(none), err)
	// Output:
	// AQC8A… <nil>
	// {} <nil>
}
