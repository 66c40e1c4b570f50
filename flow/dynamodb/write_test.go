package dynamodb_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

// TestItems puts, changes and deletes an item of the local DynamoDB, with conditions that hold and that do not.
func TestItems(t *testing.T) {
	t.Parallel()
	db := tables(t)
	type step = func(f *flow.Flow, in *Item) *Item
	name := func(f *flow.Flow, i *Item) *string { return flow.OrElse(f, &i.Name, new("")) }
	isNamed := func(name string) func(*Item) dynamodb.Condition {
		return func(i *Item) dynamodb.Condition { return dynamodb.WhenIs(&i.Name, &name) }
	}
	for _, c := range []struct {
		name string
		body step
		want string // the name of the item that comes of it, or an error
	}{
		{"none is there", func(f *flow.Flow, in *Item) *Item { return dynamodb.DeleteAndGet(f, "S", Items, &in.ID) }, ""},
		{"put", func(f *flow.Flow, in *Item) *Item {
			dynamodb.Put(f, "S", Items, in)
			return dynamodb.Get(f, "G", Items, &in.ID)
		}, "n"},
		{"put again", func(f *flow.Flow, in *Item) *Item { dynamodb.PutNew(f, "S", Items, in); return in }, "DynamoDB.ConditionalCheckFailedException"},
		{"put if it is another", func(f *flow.Flow, in *Item) *Item { dynamodb.PutIf(f, "S", Items, in, isNamed("x")); return in }, "DynamoDB.ConditionalCheckFailedException"},
		{"put if", func(f *flow.Flow, in *Item) *Item { dynamodb.PutIf(f, "S", Items, in, isNamed("n")); return in }, "n"},
		{"update and get", func(f *flow.Flow, in *Item) *Item {
			return dynamodb.UpdateAndGet(f, "S", Items, &in.ID, func(i *Item) []dynamodb.Change {
				return []dynamodb.Change{dynamodb.Set(&i.Name, flow.Text(f, &in.Name, "!")), dynamodb.AddTo(&i.Count, new(1)), dynamodb.WhenHas(&i.Tags, new("x"))}
			})
		}, "n!"},
		{"update of another", func(f *flow.Flow, in *Item) *Item {
			return dynamodb.UpdateAndGet(f, "S", Items, &in.ID, func(i *Item) []dynamodb.Change {
				return []dynamodb.Change{dynamodb.Set(&i.Name, &in.Name), dynamodb.WhenHas(&i.Tags, new("y"))}
			})
		}, "DynamoDB.ConditionalCheckFailedException"},
		{"delete if it is another", func(f *flow.Flow, in *Item) *Item { dynamodb.DeleteIf(f, "S", Items, &in.ID, isNamed("n")); return in }, "DynamoDB.ConditionalCheckFailedException"},
		{"delete if", func(f *flow.Flow, in *Item) *Item {
			dynamodb.DeleteIf(f, "S", Items, &in.ID, func(i *Item) dynamodb.Condition {
				return dynamodb.WhenNot(dynamodb.WhenAny(dynamodb.WhenAbove(&i.Count, new(4)), dynamodb.WhenBelow(&i.Count, new(4))))
			})
			return in
		}, "n"},
		{"put without everything", func(f *flow.Flow, in *Item) *Item {
			i := &Item{Name: "bare"}
			dynamodb.PutNew(f, "S", Items, flow.Fill(f, i, flow.Set(&i.ID, &in.ID)))
			return in
		}, "n"},
		{"delete and get", func(f *flow.Flow, in *Item) *Item { return dynamodb.DeleteAndGet(f, "S", Items, &in.ID) }, "bare"},
		{"delete what is not there", func(f *flow.Flow, in *Item) *Item {
			dynamodb.Delete(f, "S", Items, &in.ID)
			return dynamodb.Get(f, "G", Items, &in.ID)
		}, ""},
	} {
		w := flow.Standard(c.name, func(f *flow.Flow, in *Item) *string { return name(f, c.body(f, in)) })
		outcome := live(t, db, w, full)
		got := outcome.Output.Str()
		if outcome.Error != nil {
			got = *outcome.Error
		}
		if got != c.want {
			t.Errorf("%s: got %q, want %q: %v", c.name, got, c.want, outcome)
		}
	}
}

// TestUpdatedItem compares what UpdateAndGet gives with what encoding/json would.
func TestUpdatedItem(t *testing.T) {
	t.Parallel()
	db := tables(t)
	w := flow.Standard("Update", func(f *flow.Flow, in *Item) *Item {
		dynamodb.Put(f, "Put", Items, in)
		return dynamodb.UpdateAndGet(f, "Update", Items, &in.ID, func(i *Item) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.AddTo(&i.Count, new(2)), dynamodb.Set(&i.Home.City, new("M")), dynamodb.Remove(&i.Dotted)}
		})
	})
	want := full
	want.Count, want.Home.City, want.Dotted = 5, "M", ""
	if d := cmp.Diff(want, gives[Item](t, db, w, full), cmp.AllowUnexported(Item{})); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestBatches writes, reads and deletes 0, 1 and 2 items at a time.
func TestBatches(t *testing.T) {
	t.Parallel()
	type list struct {
		Items []Item   `json:"items"`
		Keys  []string `json:"keys"`
	}
	write := flow.Standard("Write", func(f *flow.Flow, in *list) *[]Item { return dynamodb.WriteAll(f, "Write", Items, &in.Items) })
	read := flow.Standard("Read", func(f *flow.Flow, in *list) *dynamodb.Batch[Item, string] {
		return dynamodb.GetAll(f, "Read", Items, &in.Keys)
	})
	remove := flow.Standard("Delete", func(f *flow.Flow, in *list) *[]string { return dynamodb.DeleteAll(f, "Delete", Items, &in.Keys) })
	for _, c := range []list{{[]Item{full}, []string{"i"}}, {[]Item{full, empty}, []string{"i", "e"}}} {
		db := tables(t)
		if left := gives[[]Item](t, db, write, c); left == nil || len(left) > 0 {
			t.Errorf("left %v", left)
		}
		got := gives[dynamodb.Batch[Item, string]](t, db, read, list{Keys: append(c.Keys, "nobody")})
		if d := cmp.Diff(dynamodb.Batch[Item, string]{Items: c.Items, Left: []string{}}, got, cmp.AllowUnexported(Item{})); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if left := gives[[]string](t, db, remove, c); left == nil || len(left) > 0 {
			t.Errorf("left %v", left)
		}
		if got := gives[dynamodb.Batch[Item, string]](t, db, read, c); got.Items == nil || len(got.Items) > 0 {
			t.Errorf("after all was deleted: %v", got)
		}
	}
	outcome := live(t, tables(t), write, list{Items: []Item{}}) // DynamoDB itself says so
	if outcome.Error == nil || !strings.HasPrefix(*outcome.Error, "DynamoDb.") {
		t.Errorf("nothing to write: %v", outcome)
	}
}

// TestBatchLeft decodes what DynamoDB had no time for: 0, 1 and 2 of them, under the table's placeholder.
func TestBatchLeft(t *testing.T) {
	t.Parallel()
	type list struct {
		Items []Entry    `json:"items"`
		Keys  []EntryKey `json:"keys"`
	}
	write := flow.Standard("Write", func(f *flow.Flow, in *list) *[]Entry { return dynamodb.WriteAll(f, "Call", Entries, &in.Items) })
	remove := flow.Standard("Delete", func(f *flow.Flow, in *list) *[]EntryKey { return dynamodb.DeleteAll(f, "Call", Entries, &in.Keys) })
	read := flow.Standard("Read", func(f *flow.Flow, in *list) *[]EntryKey { return &dynamodb.GetAll(f, "Call", Entries, &in.Keys).Left })
	item := func(no string) string { return `{"album":{"S":"a"},"no":{"N":"` + no + `"},"title":{"S":"t"}}` }
	key := func(no string) string { return `{"album":{"S":"a"},"no":{"N":"` + no + `"}}` }
	put := func(no string) string { return `{"PutRequest":{"Item":` + item(no) + `}}` }
	del := func(no string) string { return `{"DeleteRequest":{"Key":` + key(no) + `}}` }
	for _, c := range []struct {
		name   string
		w      flow.Workflow
		answer string
		want   []int
	}{
		{"all written", write, `{"UnprocessedItems":{}}`, []int{}},
		{"nothing said", write, `{}`, []int{}},
		{"one not written", write, `{"UnprocessedItems":{"${Entries}":[` + put("1") + `]}}`, []int{1}},
		{"two not written", write, `{"UnprocessedItems":{"${Entries}":[` + put("1") + `,` + put("2") + `]}}`, []int{1, 2}},
		{"one not deleted", remove, `{"UnprocessedItems":{"${Entries}":[` + del("3") + `]}}`, []int{3}},
		{"two not deleted", remove, `{"UnprocessedItems":{"${Entries}":[` + del("3") + `,` + del("4") + `]}}`, []int{3, 4}},
		{"all read", read, `{"UnprocessedKeys":{},"Responses":{"${Entries}":[` + item("1") + `]}}`, []int{}},
		{"one not read", read, `{"UnprocessedKeys":{"${Entries}":{"Keys":[` + key("5") + `]}}}`, []int{5}},
		{"two not read", read, `{"UnprocessedKeys":{"${Entries}":{"Keys":[` + key("5") + `,` + key("6") + `]}}}`, []int{5, 6}},
	} {
		build(t, c.w)
		var left []EntryKey
		run := flowtest.Run(t, c.w, list{Items: []Entry{{EntryKey{"a", 1}, "t"}}, Keys: []EntryKey{{"a", 1}}}, flowtest.State("Call", value.MustParse(c.answer)))
		run.Output(&left)
		got := []int{}
		for _, x := range left {
			got = append(got, x.No)
			if x.Album != "a" {
				t.Errorf("%s: %+v", c.name, x)
			}
		}
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, d)
		}
	}
}

func TestBatchDocument(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Batches", func(f *flow.Flow, in *[]Entry) *[]EntryKey {
		dynamodb.WriteAll(f, "Write", Entries, in)
		dynamodb.WriteAll(f, "Write two", Entries, &[]Entry{{EntryKey{"a", 1}, "one"}, {EntryKey{"a", 2}, "two"}})
		got := dynamodb.GetAll(f, "Read", Entries, &[]EntryKey{{"a", 1}, {"a", 2}})
		return dynamodb.DeleteAll(f, "Delete", Entries, &got.Left)
	})
	golden.Equal(t, "testdata/batch.asl.json", asl.Print(build(t, w)))
}

func TestTransact(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Transact", func(f *flow.Flow, in *Entry) *Entry {
		dynamodb.Transact(f, "All or nothing", []dynamodb.Part{
			dynamodb.PutIn(Entries, in),
			dynamodb.PutIn(Entries, &Entry{EntryKey{"b", 1}, "x"}).If(func(e *Entry) dynamodb.Condition { return dynamodb.WhenIs(&e.Title, &in.Title) }),
			dynamodb.PutNewIn(Entries, &Entry{EntryKey{"b", 2}, "y"}),
			dynamodb.DeleteIn(Entries, dynamodb.KeyOf(f, Entries, in)),
			dynamodb.DeleteIn(Items, &in.Album).If(func(i *Item) dynamodb.Condition { return dynamodb.WhenExists(&i.ID) }),
			dynamodb.UpdateIn(Items, new("z"), func(i *Item) []dynamodb.Change {
				return []dynamodb.Change{dynamodb.Set(&i.Name, &in.Title), dynamodb.WhenBelow(&i.Count, &in.No)}
			}),
			dynamodb.Check(Items, new("y"), func(i *Item) dynamodb.Condition {
				return dynamodb.WhenAny(dynamodb.WhenMissing(&i.OK), dynamodb.WhenIs(&i.OK, new(true)))
			}),
		}, dynamodb.Idempotent(&in.Title), flow.Catch(dynamodb.Canceled, func(*flow.Caught) { flow.Fail(f, "Too late", "TooLate") }))
		return in
	})
	golden.Equal(t, "testdata/transact.asl.json", asl.Print(build(t, w)))
	run := flowtest.Run(t, w, Entry{EntryKey{"a", 7}, "T"}, flowtest.State("All or nothing", map[string]any{}))
	parts := run.Calls("All or nothing")[0].Get("TransactItems")
	for i, kind := range []string{"Put", "Put", "Put", "Delete", "Delete", "Update", "ConditionCheck"} {
		part := parts.Index(i)
		if names := part.Names(); len(names) != 1 || names[0] != kind {
			t.Fatalf("part %d: %s, want a %s", i, part, kind)
		}
		used(t, kind, part.Get(kind))
	}
	if got := run.Calls("All or nothing")[0].Get("ClientRequestToken").Str(); got != "T" {
		t.Errorf("token %q", got)
	}
}

func TestTransactionSize(t *testing.T) {
	t.Parallel()
	for _, n := range []int{0, 101} {
		w := flow.Standard("Transact", func(f *flow.Flow, in *Entry) *Entry {
			dynamodb.Transact(f, "T", make101(f, in)[:n])
			return in
		})
		if _, found := w.Build(); len(found) != 1 || found[0].Code != "transaction-size" {
			t.Errorf("%d parts: %v", n, found)
		}
	}
}

func make101(f *flow.Flow, in *Entry) (parts []dynamodb.Part) {
	for range 101 {
		parts = append(parts, dynamodb.DeleteIn(Entries, dynamodb.KeyOf(f, Entries, in)))
	}
	return parts
}

// TestErrorSets: every set has both spellings of every error.
func TestErrorSets(t *testing.T) {
	t.Parallel()
	for _, set := range []flow.Errors{dynamodb.ConditionFailed, dynamodb.Canceled, dynamodb.Conflict, dynamodb.NoTable, dynamodb.Throttled} {
		var old, sdk []string
		for _, name := range set {
			if rest, ok := strings.CutPrefix(name, "DynamoDB."); ok && strings.HasSuffix(name, "Exception") {
				old = append(old, rest)
			} else if rest, ok := strings.CutPrefix(name, "DynamoDb."); ok {
				sdk = append(sdk, rest)
			}
		}
		if d := cmp.Diff(old, sdk); d != "" || len(sdk) == 0 {
			t.Errorf("%v (-optimized +SDK):\n%s", set, d)
		}
	}
}
