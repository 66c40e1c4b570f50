package diag_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/diag"
)

func ExampleList_Write() {
	l := diag.List{{
		Code: "unknown-state", State: "Still refundable?", Path: diag.Pointer("").Child("States").Child("Still refundable?").Child("Choices").Index(0).Child("Next"),
		Source: "workflows/refund.go:14", Message: `next state "Pay bck" does not exist`, Hint: `did you mean "Pay back"?`,
	}}
	_ = l.Write(os.Stdout)
	// Output:
	// workflows/refund.go:14: state "Still refundable?": next state "Pay bck" does not exist [unknown-state]
	//     at /States/Still refundable?/Choices/0/Next
	//     hint: did you mean "Pay back"?
}

func TestPointerRoundTrip(t *testing.T) {
	t.Parallel()
	want := []string{"a/b", "m~n", "", "ü"}
	p := diag.Pointer("")
	for _, s := range want {
		p = p.Child(s)
	}
	if d := cmp.Diff(want, p.Split()); d != "" {
		t.Errorf("%s (-want +got):\n%s", p, d)
	}
}

func TestListErr(t *testing.T) {
	t.Parallel()
	warn := diag.List{{Severity: diag.Warning, Code: "x", Message: "odd"}}
	if err := warn.Err(); err != nil {
		t.Errorf("a warning became an error: %v", err)
	}
	bad := append(warn, diag.Diagnostic{Message: "wrong", Hint: "mend it"})
	if got, want := bad.Err().Error(), "warning: odd [x]\nwrong\n    hint: mend it"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	in := diag.Diagnostic{Severity: diag.Warning, Code: "c", Path: "/a", Message: "m"}
	b, err := json.Marshal(in)
	if err != nil {
		t.Fatal(err)
	}
	if want := `{"severity":"warning","code":"c","path":"/a","message":"m"}`; string(b) != want {
		t.Errorf("got %s, want %s", b, want)
	}
	var out diag.Diagnostic
	if err := json.Unmarshal(b, &out); err != nil || out != in {
		t.Errorf("got %+v, %v", out, err)
	}
	if err := json.Unmarshal([]byte(`{"severity":"bad"}`), &out); err == nil {
		t.Error("an unknown severity was accepted")
	}
}
