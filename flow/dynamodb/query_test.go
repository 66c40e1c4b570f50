package dynamodb_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	local "github.com/stepwright/stepwright/local/dynamodb"
	"github.com/stepwright/stepwright/value"
)

// Ask is what the tests query with.
type Ask struct {
	Album string              `json:"album"`
	From  int                 `json:"from"`
	To    int                 `json:"to"`
	Title string              `json:"title"`
	Limit *int                `json:"limit,omitempty"`
	Next  dynamodb.PageToken  `json:"next"`
	Maybe *dynamodb.PageToken `json:"maybe,omitempty"`
}

type entryPage = dynamodb.Page[Entry]

// entries fills the table: album a has 1 to 5, b has 1, c none.
func entries(t *testing.T) *local.DB {
	t.Helper()
	db := tables(t)
	for _, item := range []string{
		`{"album":{"S":"a"},"no":{"N":"1"},"title":{"S":"eins"}}`,
		`{"album":{"S":"a"},"no":{"N":"2"},"title":{"S":"zwei"}}`,
		`{"album":{"S":"a"},"no":{"N":"3"},"title":{"S":"drei"}}`,
		`{"album":{"S":"a"},"no":{"N":"4"},"title":{"S":"vier"}}`,
		`{"album":{"S":"a"},"no":{"N":"5"},"title":{"S":"elf"}}`,
		`{"album":{"S":"b"},"no":{"N":"1"},"title":{"S":"one"}}`,
	} {
		in := value.Object(value.M("TableName", value.String("Entries")), value.M("Item", value.MustParse(item)))
		if _, err := db.Call(t.Context(), "PutItem", in); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// query is a workflow of one Query.
func query(search func(in *Ask, e *Entry) dynamodb.Search) flow.Workflow {
	return flow.Standard("Query", func(f *flow.Flow, in *Ask) *entryPage {
		return dynamodb.Query(f, "Query", Entries, func(e *Entry) dynamodb.Search { return search(in, e) })
	})
}

// TestQuery asks the local DynamoDB everything that a Search can say.
func TestQuery(t *testing.T) {
	t.Parallel()
	db := entries(t)
	all := Ask{Album: "a", From: 2, To: 4, Title: "e"}
	for _, c := range []struct {
		name   string
		in     Ask
		search func(in *Ask, e *Entry) dynamodb.Search
		want   []int
	}{
		{"five", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Consistent: true}
		}, []int{1, 2, 3, 4, 5}},
		{"one", Ask{Album: "b"}, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album)}
		}, []int{1}},
		{"none", Ask{Album: "c"}, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album)}
		}, []int{}},
		{"a constant key", all, func(_ *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, new("b"))}
		}, []int{1}},
		{"is", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Sort: dynamodb.KeyIs(&e.No, &in.From)}
		}, []int{2}},
		{"between", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Sort: dynamodb.KeyBetween(&e.No, &in.From, &in.To)}
		}, []int{2, 3, 4}},
		{"below", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Sort: dynamodb.KeyBelow(&e.No, new(3))}
		}, []int{1, 2}},
		{"at most", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Sort: dynamodb.KeyAtMost(&e.No, new(3))}
		}, []int{1, 2, 3}},
		{"above", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Sort: dynamodb.KeyAbove(&e.No, new(3))}
		}, []int{4, 5}},
		{"at least, newest first", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Sort: dynamodb.KeyAtLeast(&e.No, new(3)), NewestFirst: true}
		}, []int{5, 4, 3}},
		{"begins with, in an index", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Sort: dynamodb.KeyBeginsWith(&e.Title, &in.Title), Index: "byTitle"}
		}, []int{1, 5}},
		{"where", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Where: dynamodb.WhenAny(
				dynamodb.WhenBeginsWith(&e.Title, &in.Title), dynamodb.WhenContains(&e.Title, new("rei")),
				dynamodb.WhenNot(dynamodb.WhenAll(dynamodb.WhenAtLeast(&e.Title, new("a")), dynamodb.WhenAtMost(&e.Title, new("z")))),
			)}
		}, []int{1, 2, 3, 5}},
		{"where, no limit", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Limit: in.Limit, From: in.Maybe, Where: dynamodb.WhenBetween(&e.Title, new("d"), new("f"))}
		}, []int{1, 3, 5}},
		{"limit", Ask{Album: "a", Limit: new(2)}, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Limit: in.Limit}
		}, []int{1, 2}},
		{"a token", Ask{Album: "a", Maybe: new(dynamodb.PageToken(`{"album":{"S":"a"},"no":{"N":"3"}}`))}, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), From: in.Maybe}
		}, []int{4, 5}},
		{"an empty token", Ask{Album: "a", Maybe: new(dynamodb.PageToken(""))}, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), From: in.Maybe}
		}, []int{1, 2, 3, 4, 5}},
		{"a constant token", all, func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), From: new(dynamodb.PageToken(""))}
		}, []int{1, 2, 3, 4, 5}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			page := gives[entryPage](t, db, query(c.search), c.in)
			got := []int{}
			for _, e := range page.Items {
				got = append(got, e.No)
				if e.Title == "" || e.Album == "" {
					t.Errorf("got %+v", e)
				}
			}
			if d := cmp.Diff(c.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if page.Count != len(c.want) || page.Next != "" && c.in.Limit == nil {
				t.Errorf("count %d, next %q", page.Count, page.Next)
			}
		})
	}
}

// TestPages turns pages of two until there is none left.
func TestPages(t *testing.T) {
	t.Parallel()
	db := entries(t)
	w := query(func(in *Ask, e *Entry) dynamodb.Search {
		return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Limit: new(2), From: &in.Next}
	})
	var got []int
	in := Ask{Album: "a"}
	for {
		page := gives[entryPage](t, db, w, in)
		for _, e := range page.Items {
			got = append(got, e.No)
		}
		if in.Next = page.Next; in.Next == "" || len(got) > 10 {
			break
		}
	}
	if d := cmp.Diff([]int{1, 2, 3, 4, 5}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestScan reads tables, their halves and pages.
func TestScan(t *testing.T) {
	t.Parallel()
	db := entries(t)
	scan := func(filter func(e *Entry) dynamodb.Filter) int {
		t.Helper()
		w := flow.Standard("Scan", func(f *flow.Flow, in *Ask) *entryPage { return dynamodb.Scan(f, "Scan", Entries, filter) })
		page := gives[entryPage](t, db, w, Ask{})
		if page.Count != len(page.Items) {
			t.Errorf("count %d of %d", page.Count, len(page.Items))
		}
		return page.Count
	}
	if n := scan(nil); n != 6 {
		t.Errorf("all: %d", n)
	}
	if n := scan(func(e *Entry) dynamodb.Filter {
		return dynamodb.Filter{Where: dynamodb.WhenIs(&e.No, new(1)), Consistent: true}
	}); n != 2 {
		t.Errorf("where: %d", n)
	}
	if n := scan(func(e *Entry) dynamodb.Filter { return dynamodb.Filter{Limit: new(4), Index: "byTitle"} }); n != 4 {
		t.Errorf("limit: %d", n)
	}
	part := func(i int) int {
		return scan(func(e *Entry) dynamodb.Filter { return dynamodb.Filter{Segment: &i, Segments: new(2)} })
	}
	if a, b := part(0), part(1); a+b != 6 {
		t.Errorf("segments: %d and %d", a, b)
	}
}

// TestPageDecodes runs a page of 0, 1 and 2 items, whole and by parts.
func TestPageDecodes(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Query", func(f *flow.Flow, in *Item) *[]string {
		page := dynamodb.Query(f, "Query", Items, func(i *Item) dynamodb.Search { return dynamodb.Search{Key: dynamodb.KeyIs(&i.ID, &in.ID)} })
		return flow.Map(f, &page.Items, func(i *Item) *string { return flow.Text(f, &i.ID, " ", flow.Count(f, &i.Tags)) })
	})
	whole := flow.Standard("Whole", func(f *flow.Flow, in *Item) *dynamodb.Page[Item] {
		return dynamodb.Query(f, "Query", Items, func(i *Item) dynamodb.Search { return dynamodb.Search{Key: dynamodb.KeyIs(&i.ID, &in.ID)} })
	})
	for _, c := range []struct {
		items string
		want  []string
		full  []Item
	}{
		{`[]`, []string{}, []Item{}},
		{`[` + fullWire + `]`, []string{"i 1"}, []Item{full}},
		{`[` + emptyWire + `]`, []string{"e 0"}, []Item{empty}},
		{`[` + fullWire + `,` + emptyWire + `]`, []string{"i 1", "e 0"}, []Item{full, empty}},
	} {
		answer := value.MustParse(`{"Items":` + c.items + `,"Count":7,"ScannedCount":9}`)
		var got []string
		flowtest.Run(t, w, full, flowtest.State("Query", answer)).Output(&got)
		if d := cmp.Diff(c.want, got); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		var page dynamodb.Page[Item]
		flowtest.Run(t, whole, full, flowtest.State("Query", answer)).Output(&page)
		if d := cmp.Diff(dynamodb.Page[Item]{Items: c.full, Count: 7}, page, cmp.AllowUnexported(Item{})); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
	}
}

// TestSearchMistakes compile; the build says something about each.
func TestSearchMistakes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, code string
		search     func(in *Ask, e *Entry) dynamodb.Search
	}{
		{"no key", "query-key", func(*Ask, *Entry) dynamodb.Search { return dynamodb.Search{} }},
		{"another attribute", "query-key", func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Title, &in.Title)}
		}},
		{"the sort key", "query-key", func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.No, &in.From)}
		}},
		{"no sort key", "query-key", func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Sort: dynamodb.KeyBeginsWith(&e.Title, &in.Title)}
		}},
		{"where the key is", "query-key", func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Where: dynamodb.WhenNot(dynamodb.WhenAbove(&e.No, &in.From))}
		}},
		{"where the index's key is", "query-key", func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Title, &in.Title), Index: "byTitle", Where: dynamodb.WhenMissing(&e.Title)}
		}},
		{"nothing of the row", "row-attribute", func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&in.Album, &e.Album)}
		}},
		{"a value that may be absent", "may-be-absent", func(in *Ask, e *Entry) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&e.Album, &in.Album), Sort: dynamodb.KeyBelow(&e.No, in.Limit)}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, found := query(c.search).Build()
			if len(found) == 0 || found[0].Code != c.code {
				t.Errorf("got %v, want %s", found, c.code)
			}
		})
	}
}

func TestQueryDocument(t *testing.T) {
	t.Parallel()
	w := flow.Standard("Documents", func(f *flow.Flow, in *Ask) *dynamodb.PageToken {
		first := dynamodb.Query(f, "Query", Entries, func(e *Entry) dynamodb.Search {
			return dynamodb.Search{
				Key: dynamodb.KeyIs(&e.Album, &in.Album), Sort: dynamodb.KeyBeginsWith(&e.Title, &in.Title), Index: "byTitle",
				Where: dynamodb.WhenAll(dynamodb.WhenExists(&e.No), dynamodb.WhenOneOf(&e.No, 1, 2)), Limit: in.Limit, NewestFirst: true, From: &in.Next,
			}
		}, flow.Retry(dynamodb.Throttled, flow.Backoff{Attempts: 3}), flow.Catch(dynamodb.NoTable, func(*flow.Caught) { flow.Fail(f, "No table", "NoTable") }))
		second := dynamodb.Scan(f, "Scan", Entries, func(e *Entry) dynamodb.Filter {
			return dynamodb.Filter{Where: dynamodb.WhenIsNot(&e.Title, flow.OrElse(f, &flow.Last(f, &first.Items).Title, new(""))), From: &first.Next}
		})
		return &second.Next
	})
	golden.Equal(t, "testdata/query.asl.json", asl.Print(build(t, w)))
}
