package flow_test

import (
	"context"
	"testing"
	"time"

	"github.com/stepwright/stepwright/flow"
)

type (
	Row struct {
		Sensor string `json:"sensor"`
		Value  string `json:"value"`
		Count  int    `json:"count,string"`
	}
	Load struct {
		Tenant string `json:"tenant"`
		Day    string `json:"day"`
		Rows   []Row  `json:"rows"`
	}
	Loaded struct{ Rows int }
	Import struct {
		Key, Tenant, Day string
		Note             string `json:",omitempty"`
		Most             int
		Limit            float64
		Columns          map[string]string
		Manifest         string
	}
)

func LoadRows(context.Context, Load) (Loaded, error)     { return Loaded{}, nil }
func LoadRow(context.Context, Row) (Loaded, error)       { return Loaded{}, nil }
func Thumb(context.Context, string) (Loaded, error)      { return Loaded{}, nil }
func LoadNote(context.Context, Question) (Loaded, error) { return Loaded{}, nil }

var Lake = flow.BucketOf("Lake")

func imported[Out any](body func(f *flow.Flow, in *Import) *Out) flow.Workflow {
	return flow.Standard("Import", body)
}

func loadRow(f *flow.Flow, r *Row) *Loaded { return flow.Task(f, "Load a row", LoadRow, r) }

// loadRows uses two fields of what is outside.
func loadRows(in *Import) func(f *flow.Flow, rows *[]Row) *Loaded {
	return func(f *flow.Flow, rows *[]Row) *Loaded {
		load := &Load{}
		return flow.Task(f, "Load rows", LoadRows, flow.Fill(f, load,
			flow.Set(&load.Tenant, &in.Tenant), flow.Set(&load.Day, &in.Day), flow.Set(&load.Rows, rows)), retried)
	}
}

// batches are workflows with a Distributed Map.
var batches = map[string]flow.Workflow{
	"batch": shop(func(f *flow.Flow, s *Shop) *[]Answer {
		return flow.Batch(f, "Call all", flow.Items(&s.Targets), callOne, retried)
	}),
	"batch-to": imported(func(f *flow.Flow, in *Import) *flow.Written {
		return flow.BatchTo(f, "Load all rows", flow.Folder{Bucket: Lake, Prefix: flow.Text(f, "loaded/", &in.Day)},
			flow.InBatches(1000, flow.CSV(Lake, &in.Key, Row{})), loadRows(in),
			flow.Concurrency(200), flow.Tolerate(2), flow.ExpressItems(), flow.Label("rows"))
	}),
	"batch-carries": shop(func(f *flow.Flow, s *Shop) *[]string {
		id := flow.UUID(f, "campaign id")
		me := flow.Execution(f)
		greeting := flow.Text(f, "Dear customer of ", &s.Name, ", ")
		return flow.Batch(f, "Every order", flow.Items(&s.Orders), func(f *flow.Flow, o *Order) *string {
			child := flow.Execution(f)
			flow.Wait(f, "Rest", time.Second)
			return flow.Text(f, greeting, &o.ID, id, &me.Name, &child.Name, &s.Limit, flow.Index(f))
		}, flow.TolerateCount(100))
	}),
	"batch-carries-what-may-be-absent": imported(func(f *flow.Flow, in *Import) *[]Loaded {
		return flow.Batch(f, "Load", flow.JSONLines(Lake, &in.Key, Row{}), func(f *flow.Flow, r *Row) *Loaded {
			q := &Question{}
			return flow.Task(f, "Load a note", LoadNote, flow.Fill(f, q, flow.Set(&q.Kind, &r.Sensor),
				flow.Set(&q.OrderID, &in.Tenant), flow.Set(&q.Note, flow.Shape(f, &in.Note, new("")))))
		})
	}),
	"batch-in-batch": imported(func(f *flow.Flow, in *Import) *[][]string {
		return flow.Batch(f, "Files", flow.Listing(Lake, flow.Text(f, "in/", &in.Day, "/")), func(f *flow.Flow, o *flow.Object) *[]string {
			return flow.Batch(f, "Rows", flow.MaxItemsFrom(&in.Most, flow.CSV(Lake, &o.Key, Row{}, flow.Header("sensor", "value", "count"), flow.Tab)),
				func(f *flow.Flow, r *Row) *string { return flow.Text(f, &in.Tenant, &o.Key, &o.Size, &r.Count) })
		})
	}),
	"batch-in-each": shop(func(f *flow.Flow, s *Shop) *[][]string {
		return flow.Each(f, "Every order", &s.Orders, func(f *flow.Flow, o *Order) *[]string {
			return flow.Batch(f, "Every line", flow.Items(&o.Lines), func(f *flow.Flow, l *Line) *string {
				return flow.Text(f, &s.Name, &o.ID, &l.SKU)
			})
		})
	}),
	"each-in-batch": shop(func(f *flow.Flow, s *Shop) *[][]string {
		return flow.Batch(f, "Every order", flow.Items(&s.Orders), func(f *flow.Flow, o *Order) *[]string {
			return flow.Each(f, "Every line", &o.Lines, func(f *flow.Flow, l *Line) *string {
				flow.Task(f, "Pack", Pack, l)
				return flow.Text(f, &s.Name, &o.ID, &l.SKU)
			})
		})
	}),
	"batch-with-tail": shop(func(f *flow.Flow, s *Shop) *[]Answer {
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) { flow.Rethrow(f, "Failed", e) })
		return flow.Batch(f, "Call all", flow.Items(&s.Targets), func(f *flow.Flow, t *string) *Answer {
			no := flow.NewTail(f, "no answer", func(e *flow.Caught) {
				a := &Answer{}
				flow.Return(f, "Say so", flow.Fill(f, a, flow.Set(&a.Text, flow.Text(f, t, " of ", &s.Name, ": ", &e.Error))))
			})
			return flow.Task(f, "Call", Call, t, flow.Catch(flow.AnyError, no.Go))
		}, flow.Catch(flow.AnyError, failed.Go))
	}),
	"batch-sizes": imported(func(f *flow.Flow, in *Import) *[]Loaded {
		return flow.Batch(f, "Load", flow.InBatchesOf(flow.BatchSize{ItemsFrom: &in.Most, Bytes: 65536}, flow.MaxItems(10_000, flow.Parquet(Lake, &in.Key, Row{}))),
			loadRows(in), flow.ConcurrencyFrom(&in.Most), flow.TolerateFrom(&in.Limit), flow.TolerateCountFrom(&in.Most))
	}),
	"batch-json": imported(func(f *flow.Flow, in *Import) *flow.Written {
		return flow.BatchTo(f, "Load", flow.Folder{Bucket: flow.BucketNamed(&in.Tenant), Form: flow.Flattened, Lines: true},
			flow.JSONFile(flow.BucketNamed(&in.Tenant), &in.Key, Row{}, flow.ItemsAt("/data/rows"), flow.Version(&in.Day), flow.BucketOwner(new("123456789012"))), loadRow)
	}),
	"batch-inventory": imported(func(f *flow.Flow, in *Import) *flow.Written {
		type entry struct{ Bucket, Key, Size string }
		return flow.BatchTo(f, "Load", flow.Folder{Bucket: Lake, Lines: true}, flow.Inventory(Lake, &in.Manifest, entry{}),
			func(f *flow.Flow, e *entry) *Loaded { return flow.Task(f, "Thumb", Thumb, &e.Key) })
	}),
	"batch-athena": imported(func(f *flow.Flow, in *Import) *flow.Written {
		return flow.BatchTo(f, "Load", flow.Folder{Bucket: Lake, Form: flow.Outputs},
			flow.AthenaManifest(flow.CSV(Lake, &in.Manifest, Row{}, flow.Header("sensor", "value", "count"))), loadRow)
	}),
	"batch-all-files": imported(func(f *flow.Flow, in *Import) *[]Loaded {
		return flow.Batch(f, "Load", flow.AllFiles(flow.JSONLines(Lake, flow.Text(f, "in/", &in.Day, "/"), Row{})), loadRow)
	}),
	"batch-whole": flow.Standard("Copy", func(f *flow.Flow, in *Line) *[]Line {
		return flow.Batch(f, "Copy all", flow.JSONLines(Lake, &in.SKU, ""), func(f *flow.Flow, s *string) *Line {
			flow.Task(f, "Thumb", Thumb, flow.Text(f, s, &in.SKU))
			return in
		})
	}),
}

func TestBatches(t *testing.T) {
	t.Parallel()
	testDocuments(t, batches)
}
