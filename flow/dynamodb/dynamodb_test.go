package dynamodb_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

type (
	Place struct {
		City string  `json:"city"`
		Lat  float64 `json:"lat,omitempty"`
	}
	Item struct {
		ID      string           `json:"id"`
		Name    string           `json:"name"` // a reserved word of DynamoDB
		Count   int              `json:"count"`
		Price   float64          `json:"price,omitempty"`
		OK      bool             `json:"ok"`
		At      time.Time        `json:"at,omitzero"`
		Bytes   []byte           `json:"bytes,omitempty"`
		Tags    []string         `json:"tags,omitempty"`
		Places  []Place          `json:"places,omitempty"`
		Matrix  [][]int          `json:"matrix,omitempty"`
		Home    Place            `json:"home"`
		Work    *Place           `json:"work,omitempty"`
		Scores  map[string]int   `json:"scores,omitempty"`
		Deep    map[string]Place `json:"deep,omitempty"`
		Exact   json.Number      `json:"exact,omitempty"`
		Dotted  string           `json:"a.b-c,omitempty"`
		private int              //nolint:unused // no attribute comes of it
	}
	EntryKey struct {
		Album string `json:"album"`
		No    int    `json:"no"`
	}
	Entry struct {
		EntryKey
		Title string `json:"title"`
	}
)

var (
	Items   = dynamodb.TableOf("Items", func(i *Item) *string { return &i.ID })
	Entries = dynamodb.TableOf("Entries", func(e *Entry) *EntryKey { return &e.EntryKey })
)

func build(t *testing.T, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range found {
		t.Errorf("unexpected: %s", x.Text())
	}
	return d
}

// full has something in every field; empty in none.
var (
	full = Item{
		ID: "i", Name: "n", Count: 3, Price: 1.5, OK: true, At: time.Unix(1e9, 0).UTC(), Bytes: []byte("b"), Tags: []string{"x"},
		Places: []Place{{City: "P", Lat: 1}, {City: "Q"}}, Matrix: [][]int{{1}}, Home: Place{City: "H"}, Work: &Place{City: "W"},
		Scores: map[string]int{"a": 1}, Deep: map[string]Place{"d": {City: "D"}}, Exact: "12.5", Dotted: "d",
	}
	empty = Item{ID: "e"}
)

const fullWire = `{"id":{"S":"i"},"name":{"S":"n"},"count":{"N":"3"},"price":{"N":"1.5"},"ok":{"BOOL":true},"at":{"S":"2001-09-09T01:46:40Z"},"bytes":{"B":"Yg=="},` +
	`"tags":{"L":[{"S":"x"}]},"places":{"L":[{"M":{"city":{"S":"P"},"lat":{"N":"1"}}},{"M":{"city":{"S":"Q"}}}]},"matrix":{"L":[{"L":[{"N":"1"}]}]},` +
	`"home":{"M":{"city":{"S":"H"}}},"work":{"M":{"city":{"S":"W"}}},"scores":{"M":{"a":{"N":"1"}}},"deep":{"M":{"d":{"M":{"city":{"S":"D"}}}}},"exact":{"N":"12.5"},"a.b-c":{"S":"d"}}`

const emptyWire = `{"id":{"S":"e"},"name":{"S":""},"count":{"N":"0"},"ok":{"BOOL":false},"home":{"M":{"city":{"S":""}}}}`

// TestEncode writes items as constants and as values of the workflow: the wire form is the same.
func TestEncode(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		item Item
		want string
	}{{full, fullWire}, {empty, emptyWire}} {
		w := flow.Standard("Put", func(f *flow.Flow, in *Item) *Item {
			dynamodb.Put(f, "Constant", Items, &c.item)
			dynamodb.Put(f, "Reference", Items, in)
			dynamodb.PutNew(f, "New", Items, in)
			return in
		})
		build(t, w)
		run := flowtest.Run(t, w, c.item, flowtest.State("Constant", map[string]any{}), flowtest.State("Reference", map[string]any{}), flowtest.State("New", map[string]any{}))
		for _, state := range []string{"Constant", "Reference", "New"} {
			got := run.Calls(state)[0]
			if want := value.MustParse(c.want); !value.Equal(want, got.Get("Item")) {
				t.Errorf("%s (-want +got):\n%s", state, cmp.Diff(want.Indent(), got.Get("Item").Indent()))
			}
			if name := got.Get("TableName").Str(); name != "${Items}" {
				t.Errorf("table %q", name)
			}
		}
		if got := run.Calls("New")[0]; got.Get("ConditionExpression").Str() != "attribute_not_exists(#key)" || got.Path("ExpressionAttributeNames", "#key").Str() != "id" {
			t.Errorf("PutNew: %s", got)
		}
	}
}

// TestDecode reads what TestEncode wrote.
func TestDecode(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Get", func(f *flow.Flow, in *Item) *Item {
		i := dynamodb.Get(f, "Get", Items, &in.ID)
		flow.Wait(f, "Rest", 0)
		flow.Choice(f, "There?").When(flow.Exists(&i.ID), func() { flow.Return(f, "Found", i) })
		return &Item{Name: "nothing"}
	})
	build(t, w)
	for _, c := range []struct{ name, answer, want string }{
		{"full", `{"Item":` + fullWire + `}`, string(must(json.Marshal(full)))},
		{"empty", `{"Item":` + emptyWire + `}`, string(must(json.Marshal(empty)))},
		{"not there", `{}`, string(must(json.Marshal(Item{Name: "nothing"})))},
		{"an attribute that is null", `{"Item":{"id":{"S":"i"},"name":{"NULL":true}}}`, `{"id":"i"}`},
	} {
		run := flowtest.Run(t, w, Item{ID: "i"}, flowtest.State("Get", value.MustParse(c.answer)))
		var got value.Value
		run.Output(&got)
		if want := value.MustParse(c.want); !value.Equal(want, got) {
			t.Errorf("%s (-want +got):\n%s", c.name, cmp.Diff(want.Indent(), got.Indent()))
		}
		if key := run.Calls("Get")[0].Get("Key").String(); key != `{"id":{"S":"i"}}` {
			t.Errorf("key %s", key)
		}
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestOnlyWhatIsReadIsDecoded looks at the assignment of a Get of which two attributes are used.
func TestOnlyWhatIsReadIsDecoded(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Get", func(f *flow.Flow, in *Item) *Place {
		i := dynamodb.Get(f, "Get", Items, &in.ID)
		flow.Choice(f, "Many?").When(flow.Above(&i.Count, 3), func() { flow.Return(f, "Home", flow.OrElse(f, &i.Home, &Place{})) })
		return &Place{}
	})
	d := build(t, w)
	got := d.States.Get("Get").(*asl.Task).Assign.Get("get").Str()
	want := `{% {"count": $number($states.result.Item.count.N), "home": $states.result.Item.home.M != null ? {"city": $states.result.Item.home.M.city.S, "lat": $number($states.result.Item.home.M.lat.N)}} %}`
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestCompositeKey(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Keys", func(f *flow.Flow, in *Entry) *Entry {
		key := &EntryKey{No: 7}
		flow.Fill(f, key, flow.Set(&key.Album, &in.Title))
		e := dynamodb.Get(f, "Get", Entries, key)
		dynamodb.PutNew(f, "New", Entries, in)
		dynamodb.Update(f, "Update", Entries, key, func(e *Entry) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&e.Title, new("t"))}
		})
		out := &Entry{}
		return flow.Fill(f, out, flow.Set(&out.Title, flow.OrElse(f, &e.Title, new(""))), flow.Set(&out.No, flow.OrElse(f, &e.No, new(0))))
	})
	build(t, w)
	run := flowtest.Run(t, w, Entry{EntryKey{"a", 1}, "T"}, flowtest.State("Get", value.MustParse(`{"Item":{"no":{"N":"9"},"title":{"S":"x"}}}`)),
		flowtest.State("New", map[string]any{}), flowtest.State("Update", map[string]any{}))
	const key = `{"album":{"S":"T"},"no":{"N":"7"}}`
	if got := run.Calls("Get")[0].Get("Key").String() + run.Calls("Update")[0].Get("Key").String(); got != key+key {
		t.Errorf("keys %s", got)
	}
	if got := run.Calls("New")[0]; got.Get("Item").String() != `{"album":{"S":"a"},"no":{"N":"1"},"title":{"S":"T"}}` || got.Path("ExpressionAttributeNames", "#key").Str() != "album" {
		t.Errorf("new %s", got)
	}
	var out Entry
	run.Output(&out)
	if out.No != 9 || out.Title != "x" {
		t.Errorf("got %+v", out)
	}
}

// TestUpdate runs one Update with everything, on values that are there and on values that are not.
func TestUpdate(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Update", func(f *flow.Flow, in *Item) *Item {
		dynamodb.Update(f, "Update", Items, &in.ID, func(i *Item) []dynamodb.Change {
			return []dynamodb.Change{
				dynamodb.Set(&i.Name, &in.Name),
				dynamodb.Set(&i.Price, &in.Price), // may be absent
				dynamodb.Set(i.Work, in.Work),     // may be absent
				dynamodb.Set(&i.Home.City, new("home")),
				dynamodb.SetMissing(&i.Dotted, &in.Dotted), // may be absent
				dynamodb.Set(&i.Tags, &[]string{"a"}),
				dynamodb.Remove(&i.OK),
				dynamodb.AddTo(&i.Count, new(2)),
				dynamodb.WhenIs(&i.Name, &in.Name),
				dynamodb.WhenIsNot(&i.Name, new("z")),
				dynamodb.WhenAny(
					dynamodb.WhenMissing(&i.Count),
					dynamodb.WhenAll(dynamodb.WhenExists(&i.Count), dynamodb.WhenAbove(&i.Count, new(1)), dynamodb.WhenBelow(&i.Count, &in.Count)),
					dynamodb.WhenOneOf(&i.Dotted, "p", "q"),
				),
			}
		}, flow.Retry(dynamodb.Throttled, flow.Backoff{Attempts: 1}), flow.Catch(dynamodb.ConditionFailed, func(*flow.Caught) {}))
		dynamodb.Update(f, "Optional only", Items, &in.ID, func(i *Item) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&i.Price, &in.Price), dynamodb.Set(i.Work, in.Work)}
		})
		dynamodb.Update(f, "Plain", Items, &in.ID, func(i *Item) []dynamodb.Change {
			return []dynamodb.Change{dynamodb.Set(&i.Home, &in.Home), dynamodb.WhenAny(dynamodb.WhenMissing(&i.ID), dynamodb.WhenIs(&i.OK, new(false)))}
		})
		dynamodb.Update(f, "Touch", Items, &in.ID, func(*Item) []dynamodb.Change { return nil })
		return nil
	})
	d := build(t, w)
	golden.Equal(t, "testdata/update.asl.json", asl.Print(d))

	states := []string{"Update", "Optional only", "Plain", "Touch"}
	for _, c := range []struct {
		name string
		in   Item
		want []string
	}{
		{"there", full, []string{
			"SET #name = :name, #price = :price, #work = :work, #home.#city = :city, #abc = if_not_exists(#abc, :abc), #tags = :tags REMOVE #ok ADD #count :count",
			"SET #price = :price, #work = :work", "SET #home = :home", "",
		}},
		{"absent", empty, []string{
			"SET #name = :name, #home.#city = :city, #tags = :tags REMOVE #price, #work, #ok ADD #count :count",
			"REMOVE #price, #work", "SET #home = :home", "",
		}},
	} {
		var stubs []flowtest.Option
		for _, s := range states {
			stubs = append(stubs, flowtest.State(s, map[string]any{}))
		}
		run := flowtest.Run(t, w, c.in, stubs...)
		for i, s := range states {
			got := run.Calls(s)[0]
			if d := cmp.Diff(c.want[i], got.Get("UpdateExpression").Str()); d != "" {
				t.Errorf("%s, %s (-want +got):\n%s", c.name, s, d)
			}
			used(t, c.name+", "+s, got)
		}
	}
}

// used checks what DynamoDB checks: every placeholder in an expression is defined, and every defined one is used.
func used(t *testing.T, what string, args value.Value) {
	t.Helper()
	text := args.Get("UpdateExpression").Str() + " " + args.Get("ConditionExpression").Str()
	for _, name := range []string{"ExpressionAttributeNames", "ExpressionAttributeValues"} {
		if x := args.Get(name); x.Exists() && x.Len() == 0 {
			t.Errorf("%s: %s is empty", what, name)
		}
	}
	var found []string
	for i := 0; i < len(text); i++ {
		if text[i] != '#' && text[i] != ':' {
			continue
		}
		j := i + 1
		for j < len(text) && (text[j] == '_' || text[j] >= '0' && text[j] <= '9' || text[j]|0x20 >= 'a' && text[j]|0x20 <= 'z') {
			j++
		}
		found = append(found, text[i:j])
	}
	defined := append(slices.Clone(args.Get("ExpressionAttributeNames").Names()), args.Get("ExpressionAttributeValues").Names()...)
	slices.Sort(found)
	slices.Sort(defined)
	if d := cmp.Diff(slices.Compact(found), defined); d != "" {
		t.Errorf("%s: placeholders (-used +defined):\n%s", what, d)
	}
}
