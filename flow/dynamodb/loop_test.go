package dynamodb_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/value"
)

// TestAllPages reads a partition of the local DynamoDB page by page, in one workflow.
func TestAllPages(t *testing.T) {
	t.Parallel()
	db := entries(t)
	w := flow.Standard("All pages", func(f *flow.Flow, in *Ask) *[]int {
		next, all := flow.Var(f, "next", dynamodb.PageToken("")), flow.Var(f, "all", []int{})
		flow.Until(f, "Last page?", func() *dynamodb.Page[Entry] {
			page := dynamodb.Query(f, "Read a page", Entries, func(e *Entry) dynamodb.Search {
				return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Limit: new(2), From: next}
			})
			flow.Assign(f, "Turn the page", flow.Set(next, &page.Next),
				flow.Set(all, flow.Append(f, all, flow.Map(f, &page.Items, func(e *Entry) *int { return &e.No }))))
			return page
		}, func(p *dynamodb.Page[Entry]) flow.Condition { return flow.Is(&p.Next, "") })
		return all
	})
	for album, want := range map[string][]int{"a": {1, 2, 3, 4, 5}, "b": {1}, "c": {}} {
		if d := cmp.Diff(want, gives[[]int](t, db, w, Ask{Album: album})); d != "" {
			t.Errorf("%s (-want +got):\n%s", album, d)
		}
	}
}

// TestWriteAllThatIsLeft writes a batch again and again until nothing of it is left.
func TestWriteAllThatIsLeft(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Import", func(f *flow.Flow, in *[]Entry) *int {
		left, rounds := flow.Var(f, "left", []Entry{}), flow.Var(f, "rounds", 0)
		flow.Assign(f, "All", flow.Set(left, in))
		flow.While(f, "Any left?", flow.Above(flow.Count(f, left), 0), func() {
			rest := dynamodb.WriteAll(f, "Write", Entries, left)
			flow.Assign(f, "Rest", flow.Set(left, rest), flow.Set(rounds, flow.Add(f, rounds, new(1))))
			flow.Wait(f, "Breathe", time.Second)
		})
		return rounds
	})
	build(t, w)
	all := []Entry{{EntryKey{"a", 1}, "one"}, {EntryKey{"a", 2}, "two"}, {EntryKey{"b", 3}, "three"}}
	for n := range 4 {
		written := []string{}
		run := flowtest.Run(t, w, all[:n], flowtest.StateFunc("Write", func(in value.Value) (any, error) { // one at a time
			list := in.Path("RequestItems", "${Entries}")
			written = append(written, list.Index(0).Path("PutRequest", "Item", "title", "S").Str())
			rest := value.Object()
			if list.Len() > 1 {
				rest = value.Object(value.M("${Entries}", value.Array(list.Elements()[1:]...)))
			}
			return value.Object(value.M("UnprocessedItems", rest)), nil
		}))
		var rounds int
		if run.Output(&rounds); rounds != n {
			t.Errorf("%d rounds for %d items", rounds, n)
		}
		if d := cmp.Diff([]string{"one", "two", "three"}[:n], written); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

// TestKeyOf takes the key out of an item: of a table with one key attribute, with two, and out of a literal.
func TestKeyOf(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Keys", func(f *flow.Flow, in *Entry) *Entry {
		item := &Item{Name: "n"}
		flow.Fill(f, item, flow.Set(&item.ID, &in.Title))
		dynamodb.Delete(f, "Entry", Entries, dynamodb.KeyOf(f, Entries, in))
		dynamodb.Delete(f, "Item", Items, dynamodb.KeyOf(f, Items, item))
		dynamodb.Delete(f, "Constant", Entries, dynamodb.KeyOf(f, Entries, &Entry{EntryKey{"x", 9}, "y"}))
		return in
	})
	build(t, w)
	run := flowtest.Run(t, w, Entry{EntryKey{"a", 1}, "t"}, flowtest.State("Entry", map[string]any{}), flowtest.State("Item", map[string]any{}), flowtest.State("Constant", map[string]any{}))
	for state, want := range map[string]string{"Entry": `{"album":{"S":"a"},"no":{"N":"1"}}`, "Item": `{"id":{"S":"t"}}`, "Constant": `{"album":{"S":"x"},"no":{"N":"9"}}`} {
		if got := run.Calls(state)[0].Get("Key").String(); got != want {
			t.Errorf("%s: got %s, want %s", state, got, want)
		}
	}
}
