package dynamodb_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/run"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

// TestAbsentChanges runs changes that are left out when their value is absent: the names of the attributes are then
// left out too, as DynamoDB wants it, and an item that has the attributes keeps them.
func TestAbsentChanges(t *testing.T) {
	t.Parallel()
	only := flow.Standard("Only these", func(f *flow.Flow, in *Item) *Item {
		dynamodb.Update(f, "Update", Items, &in.ID, func(i *Item) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.SetMissing(&i.Dotted, &in.Dotted), dynamodb.SetOrLeave(&i.Price, &in.Price)}
		})
		return nil
	})
	mixed := flow.Standard("With others", func(f *flow.Flow, in *Item) *Item {
		dynamodb.Update(f, "Update", Items, &in.ID, func(i *Item) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&i.Name, new("x")), dynamodb.SetMissing(&i.Dotted, &in.Dotted), dynamodb.SetOrLeave(&i.Price, &in.Price)}
		})
		return nil
	})
	for _, c := range []struct {
		name string
		w    flow.Workflow
		in   Item
		want string
	}{
		{"only these, there", only, full, "SET #abc = if_not_exists(#abc, :abc), #price = :price"},
		{"only these, absent", only, empty, ""},
		{"with others, there", mixed, full, "SET #name = :name, #abc = if_not_exists(#abc, :abc), #price = :price"},
		{"with others, absent", mixed, empty, "SET #name = :name"},
	} {
		got := flowtest.Run(t, c.w, c.in, flowtest.State("Update", map[string]any{})).Calls("Update")[0]
		if d := cmp.Diff(c.want, got.Get("UpdateExpression").Str()); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
		used(t, c.name, got)
		if outcome := live(t, tables(t), c.w, c.in); outcome.Error != nil {
			t.Errorf("%s: the local DynamoDB says %s", c.name, *outcome.Cause)
		}
	}
}

// TestLeave leaves an attribute as it is, and gives it another value.
func TestLeave(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Leave", func(f *flow.Flow, in *Item) *Item {
		dynamodb.Put(f, "Put", Items, &Item{ID: "i", Price: 7.5})
		return dynamodb.UpdateAndGet(f, "Update", Items, new("i"), func(i *Item) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.SetOrLeave(&i.Price, &in.Price)}
		})
	})
	for _, c := range []struct{ in, want float64 }{{0, 7.5}, {8, 8}} {
		if got := gives[Item](t, tables(t), w, Item{Price: c.in}); got.Price != c.want {
			t.Errorf("got %v, want %v", got.Price, c.want)
		}
	}
}

// TestUpdateAwait stores a token, and takes what it is answered with.
func TestUpdateAwait(t *testing.T) {
	t.Parallel()
	type done struct{ Status string }
	type waiting struct {
		ID    string          `json:"id"`
		Token run.Token[done] `json:"token,omitempty"`
	}
	waits := dynamodb.TableOf("Waiting", func(w *waiting) *string { return &w.ID })
	w := flow.Standard("Wait", func(f *flow.Flow, in *waiting) *done {
		return dynamodb.UpdateAwait(f, "Await", waits, &in.ID, func(row *waiting, token *run.Token[done]) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&row.Token, token), dynamodb.WhenExists(&row.ID)}
		}, flow.Timeout(time.Hour))
	})
	run := flowtest.Run(t, w, waiting{ID: "w"}, flowtest.State("Await", done{"COMPLETE"}).After(time.Minute))
	var got done
	run.Output(&got)
	if got.Status != "COMPLETE" || run.Took() != time.Minute {
		t.Errorf("got %+v after %s", got, run.Took())
	}
	call := run.Calls("Await")[0]
	used(t, "Await", call)
	if e := call.Get("UpdateExpression").Str() + " IF " + call.Get("ConditionExpression").Str(); e != "SET #token = :token IF attribute_exists(#id)" {
		t.Errorf("the expression is %s", e)
	}
	if key := call.Get("Key"); !value.Equal(key, value.MustParse(`{"id": {"S": "w"}}`)) || call.Path("ExpressionAttributeValues", ":token", "S").Str() == "" {
		t.Errorf("called with %s", call)
	}
	d := build(t, w)
	if s := d.States.Get("Await").(*asl.Task); s.Resource != "arn:aws:states:::aws-sdk:dynamodb:updateItem.waitForTaskToken" {
		t.Errorf("the resource is %s", s.Resource)
	}
	late := flowtest.Run(t, w, waiting{ID: "w"}, flowtest.StateNever("Await"))
	late.FailsWith("States.Timeout")
}
