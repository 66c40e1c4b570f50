package flow_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flowtest"
)

func echoText(_ context.Context, s string) (string, error)       { return s, nil }
func echoOpen(_ context.Context, v any) (string, error)          { return fmt.Sprint(v), nil }
func echoTime(_ context.Context, t time.Time) (time.Time, error) { return t, nil }

// TestTextPayload hands texts of all kinds to functions. They arrive as they are: in the document they are JSON text,
// which is what the service takes a text for (recorded).
func TestTextPayload(t *testing.T) {
	t.Parallel()
	type input struct {
		Text string    `json:"text"`
		List []int     `json:"list"`
		At   time.Time `json:"at"`
	}
	type output struct {
		Value, Constant, Open, OpenList string
		Time                            time.Time
		JSON, JSONOpen                  string
	}
	w := flow.Standard("Echo", func(f *flow.Flow, in *input) *output {
		open := flow.Shape(f, &in.Text, any(nil))
		out := &output{}
		return flow.Fill(f, out,
			flow.Set(&out.Value, flow.Task(f, "Value", echoText, &in.Text)),
			flow.Set(&out.Constant, flow.Task(f, "Constant", echoText, new("a \"constant\" {%\n"))),
			flow.Set(&out.Open, flow.Task(f, "Open", echoOpen, open)),
			flow.Set(&out.OpenList, flow.Task(f, "Open list", echoOpen, flow.Shape(f, &in.List, any(nil)))),
			flow.Set(&out.Time, flow.Task(f, "Time", echoTime, &in.At)),
			flow.Set(&out.JSON, flow.JSON(f, &in.Text)), flow.Set(&out.JSONOpen, flow.JSON(f, open)))
	})
	build(t, w)
	now := time.Date(2026, 11, 22, 1, 2, 3, 0, time.UTC)
	for _, s := range []string{"", "x", `"`, "a\nb", `{"a":1}`, "true", "[", "\u2620\\"} {
		run := flowtest.Run(t, w, input{Text: s, List: []int{1}, At: now}, flowtest.Real(echoText), flowtest.Real(echoOpen), flowtest.Real(echoTime))
		var got output
		run.Output(&got)
		quoted := toJSON(t, s)
		want := output{Value: s, Constant: "a \"constant\" {%\n", Open: s, OpenList: "[1]", Time: now, JSON: quoted, JSONOpen: quoted}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("%q (-want +got):\n%s", s, d)
		}
	}
}
