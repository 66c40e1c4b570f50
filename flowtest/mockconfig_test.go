package flowtest_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/flowtest"
)

const mockConfig = `{
  "StateMachines": {"Refund": {"TestCases": {
    "HappyPath": {"Find charge": "FoundAtThird", "Pay back": "Paid"},
    "Partly": {"Find charge": "FoundAtThird"},
    "Short": {"Find charge": "Busy"},
    "Wrong": {"Sleep on it": "Paid"}
  }}},
  "MockedResponses": {
    "FoundAtThird": {"0-1": {"Throw": {"Error": "Busy", "Cause": "try later"}}, "2": {"Return": {"StatusCode": 200, "Payload": {"id": "c1", "ageDays": 3}}}},
    "Busy": {"0": {"Throw": {"Error": "Busy", "Cause": "try later"}}},
    "Paid": {"0": {"Return": {"StatusCode": 200, "Payload": {"number": "r1"}}}}
  }
}`

func mockFile(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "MockConfigFile.json")
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestMockConfig(t *testing.T) {
	t.Parallel()
	path := mockFile(t, mockConfig)
	run := flowtest.Run(t, Refund, Order{ID: "o1"}, flowtest.MockConfig(path, "Refund", "HappyPath"))
	var got Receipt
	run.Output(&got)
	if got.Number != "r1" || len(run.Calls("Find charge")) != 3 {
		t.Errorf("the receipt is %+v, after %d calls", got, len(run.Calls("Find charge")))
	}
	t.Run("beside stubs", func(t *testing.T) {
		t.Parallel()
		run := flowtest.Run(t, Refund, Order{ID: "o1"}, flowtest.Stub(PayBack, Receipt{Number: "r2"}), flowtest.MockConfig(path, "Refund", "Partly"))
		var got Receipt
		run.Output(&got)
		if got.Number != "r2" {
			t.Errorf("the receipt is %+v", got)
		}
	})
	t.Run("no answer left", func(t *testing.T) {
		t.Parallel()
		run := flowtest.Run(t, Refund, Order{ID: "o1"}, flowtest.MockConfig(path, "Refund", "Short"))
		if cause := run.FailsWith("States.Runtime"); !strings.Contains(cause, `invocation 1 of state "Find charge" has no answer`) {
			t.Errorf("the cause is %s", cause)
		}
	})
	t.Run("a stub behind it goes before", func(t *testing.T) {
		t.Parallel()
		run := flowtest.Run(t, Refund, Order{ID: "o1"}, flowtest.MockConfig(path, "Refund", "HappyPath"), flowtest.State("Pay back", Receipt{Number: "r3"}))
		var got Receipt
		if run.Output(&got); got.Number != "r3" {
			t.Errorf("the receipt is %+v", got)
		}
	})
}

func TestMockConfigRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ file, machine, test, want string }{
		{mockFile(t, "{"), "Refund", "HappyPath", "MockConfigFile.json:1:2: unexpected end of text"},
		{filepath.Join(t.TempDir(), "none.json"), "Refund", "HappyPath", "read the mock configuration: open "},
		{mockFile(t, mockConfig), "Refund", "Happy", `state machine "Refund" has no test case "Happy"`},
		{mockFile(t, mockConfig), "Refund", "Wrong", `state "Sleep on it" is a Wait; only Tasks are mocked`},
	} {
		said := outcomeOf(func(t testing.TB) {
			flowtest.Run(t, Refund, Order{ID: "o1"}, flowtest.MockConfig(c.file, c.machine, c.test))
		})
		if !strings.Contains(said, c.want) {
			t.Errorf("%q\nwant %s", said, c.want)
		}
	}
}
