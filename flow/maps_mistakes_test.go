package flow_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/states"
)

func callOne(f *flow.Flow, target *string) *Answer { return flow.Task(f, "Call", Call, target) }

// mapMistakes are those that can be made with Each and Batch.
var mapMistakes = map[string]mistake[Shop]{
	"an index without items": {"no-index", func(f *flow.Flow, s *Shop) *Shop {
		flow.WaitSeconds(f, "Rest", flow.Index(f))
		return s
	}},
	"fewer than no items at a time": {"concurrency", func(f *flow.Flow, s *Shop) *Shop {
		flow.Each(f, "Call all", &s.Targets, callOne, flow.Concurrency(-1))
		return s
	}},
	"more items at a time than there can be": {"concurrency", func(f *flow.Flow, s *Shop) *Shop {
		flow.Each(f, "Call all", &s.Targets, callOne, flow.Concurrency(41))
		return s
	}},
	"an outer variable is assigned in an iteration": {"assign-outer", func(f *flow.Flow, s *Shop) *Shop {
		n := flow.Var(f, "n", 0)
		flow.Each(f, "Count", &s.Targets, func(f *flow.Flow, _ *string) *int {
			flow.Assign(f, "Count one", flow.Set(n, flow.Add(f, n, new(1))))
			return n
		})
		return s
	}},
	"an item leaks out of its iteration": {"out-of-scope", func(f *flow.Flow, s *Shop) *Shop {
		var leak *string
		flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
			leak = target
			return callOne(f, target)
		})
		flow.Task(f, "Call the last", Call, leak)
		return s
	}},
	"an index leaks out of its iteration": {"out-of-scope", func(f *flow.Flow, s *Shop) *Shop {
		var leak *int
		flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
			leak = flow.Index(f)
			return callOne(f, target)
		})
		flow.WaitSeconds(f, "Rest", leak)
		return s
	}},
	"the outer flow in an iteration": {"outer-flow", func(g *flow.Flow, s *Shop) *Shop {
		flow.Each(g, "Rest for each", &s.Targets, func(_ *flow.Flow, target *string) *string {
			flow.Wait(g, "Rest", time.Second)
			return target
		})
		return s
	}},
	"a jump out of an iteration": {"jump-out", func(f *flow.Flow, s *Shop) *Shop {
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) { flow.Rethrow(f, "Failed", e) })
		flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
			return flow.Task(f, "Call", Call, target, flow.Catch(flow.AnyError, failed.Go))
		}, flow.Catch(flow.AnyError, failed.Go))
		return s
	}},
	"an item is read": {"value-read", func(f *flow.Flow, s *Shop) *Shop {
		flow.Each(f, "Pay all", &s.Orders, func(f *flow.Flow, o *Order) *Receipt {
			if o.Express {
				flow.Wait(f, "Rest", time.Second)
			}
			return flow.Task(f, "Pay", Pay, o)
		})
		return s
	}},
	"whether an index is asked for depends on a value": {"value-read", func(f *flow.Flow, s *Shop) *Shop {
		flow.Each(f, "Call all", &s.Targets, func(f *flow.Flow, target *string) *Answer {
			if s.Limit > 0 {
				flow.Index(f)
			}
			return callOne(f, target)
		})
		return s
	}},
	"a result of an iteration that gives none": {"no-value", func(f *flow.Flow, s *Shop) *Shop {
		rests := flow.Each(f, "Rest for each", &s.Targets, func(f *flow.Flow, _ *string) *string {
			flow.Wait(f, "Rest", time.Second)
			return nil
		})
		flow.Each(f, "Call all", rests, callOne)
		return s
	}},
	"a result after a catch that goes on": {"maybe-unset", func(f *flow.Flow, s *Shop) *Shop {
		all := flow.Each(f, "Call all", &s.Targets, callOne, flow.Catch(flow.AnyError, func(*flow.Caught) {}))
		flow.WaitSeconds(f, "Rest", flow.Count(f, all))
		return s
	}},
	"an item that may be null": {"may-be-absent", func(f *flow.Flow, s *Shop) *Shop {
		flow.Each(f, "Pack all", &s.Found, func(f *flow.Flow, l **Line) *Receipt { return flow.Task(f, "Pack", Pack, *l) })
		return s
	}},
	"an early return of another type than the iteration's": {"return-type", func(f *flow.Flow, s *Shop) *Shop {
		flow.Each(f, "Pay all", &s.Orders, func(f *flow.Flow, o *Order) *Receipt {
			flow.Choice(f, "Express?").When(flow.True(&o.Express), func() { flow.Return(f, "At once", &o.ID) })
			return flow.Task(f, "Pay", Pay, o)
		})
		return s
	}},
	"a Batch in an Express execution": {"express-distributed-map", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every order", flow.Items(&s.Orders), func(f *flow.Flow, o *Order) *[]Receipt {
			return flow.Batch(f, "Every line", flow.Items(&o.Lines), packOne)
		}, flow.ExpressItems())
		return s
	}},
	"a job in an Express execution": {"express-job", func(f *flow.Flow, s *Shop) *Shop {
		const resource = "arn:aws:states:::batch:submitJob.sync"
		flow.Do[Answer](f, "Submit", flow.Call{Resource: resource, Args: s})
		flow.Batch(f, "Every order", flow.Items(&s.Orders), func(f *flow.Flow, o *Order) *Answer {
			p := flow.Parallel(f, "P")
			return flow.Branch(p, func(f *flow.Flow) *Answer {
				return flow.Do[Answer](f, "Submit inside", flow.Call{Resource: resource, Args: o})
			})
		}, flow.ExpressItems())
		return s
	}},
	"a callback in an Express execution": {"express-callback", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every order", flow.Items(&s.Orders), func(f *flow.Flow, o *Order) *Answer {
			return flow.Do[Answer](f, "Ask", flow.Call{Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken", Args: o})
		}, flow.ExpressItems())
		return s
	}},
	"an activity in an Express execution": {"express-activity", func(f *flow.Flow, s *Shop) *Shop {
		inspect := states.ActivityOf[string, Answer]("Inspection")
		flow.Batch(f, "Call all", flow.Items(&s.Targets), func(f *flow.Flow, t *string) *Answer {
			return states.Ask(f, "Inspect", inspect, t)
		}, flow.ExpressItems())
		return s
	}},
	"a column that is no text": {"csv-row", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every line", flow.CSV(Lake, &s.Name, Line{}), packOne)
		return s
	}},
	"a row that is no struct": {"csv-row", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.Inventory(Lake, &s.Name, ""), callOne)
		return s
	}},
	"a header without a column": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.CSV(Lake, &s.Name, Row{}, flow.Header("sensor", "valve", "count", "count")), loadRow)
		return s
	}},
	"no header": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.CSV(Lake, &s.Name, map[string]string{}, flow.Header()), func(*flow.Flow, *map[string]string) *int { return new(1) })
		return s
	}},
	"an unknown delimiter": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.CSV(Lake, &s.Name, Row{}, flow.Delimiter(";")), loadRow)
		return s
	}},
	"a pointer without a slash": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.JSONFile(Lake, &s.Name, Row{}, flow.ItemsAt("data.rows")), loadRow)
		return s
	}},
	"a version of a listing": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every object", flow.Listing(Lake, nil, flow.Version(&s.Name)), func(_ *flow.Flow, o *flow.Object) *string { return &o.Key })
		return s
	}},
	"a version of a Parquet file": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.Parquet(Lake, &s.Name, Row{}, flow.Version(&s.Name)), loadRow)
		return s
	}},
	"a version of many files": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.AllFiles(flow.JSONLines(Lake, &s.Name, Row{}, flow.Version(&s.Name))), loadRow)
		return s
	}},
	"all files of a list": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Call all", flow.AllFiles(flow.Items(&s.Targets)), callOne)
		return s
	}},
	"all files without a prefix": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.AllFiles(flow.JSONLines(Lake, nil, Row{})), loadRow)
		return s
	}},
	"no file": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.JSONLines(Lake, nil, Row{}), loadRow)
		return s
	}},
	"a manifest of Athena for JSON": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.AthenaManifest(flow.JSONFile(Lake, &s.Name, Row{})), loadRow)
		return s
	}},
	"a manifest of Athena without a header": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.AthenaManifest(flow.CSV(Lake, &s.Name, Row{})), loadRow)
		return s
	}},
	"no items at most": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.MaxItems(0, flow.CSV(Lake, &s.Name, Row{})), loadRow)
		return s
	}},
	"some items of a list": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Call all", flow.MaxItems(1, flow.Items(&s.Targets)), callOne)
		return s
	}},
	"some batches": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.MaxItems(5, flow.InBatches(2, flow.CSV(Lake, &s.Name, Row{}))), countRows)
		return s
	}},
	"batches of nothing": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.InBatches(0, flow.CSV(Lake, &s.Name, Row{})), countRows)
		return s
	}},
	"batches without a limit": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.InBatchesOf(flow.BatchSize{}, flow.CSV(Lake, &s.Name, Row{})), countRows)
		return s
	}},
	"batches that are too large": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.InBatchesOf(flow.BatchSize{Bytes: 262145}, flow.CSV(Lake, &s.Name, Row{})), countRows)
		return s
	}},
	"batches with two limits": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.InBatchesOf(flow.BatchSize{Items: 1, ItemsFrom: &s.Limit}, flow.CSV(Lake, &s.Name, Row{})), countRows)
		return s
	}},
	"batches of batches": {"batch-source", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.InBatches(2, flow.InBatches(2, flow.CSV(Lake, &s.Name, Row{}))), func(f *flow.Flow, r *[][]Row) *int { return flow.Count(f, r) })
		return s
	}},
	"an unknown form of results": {"batch-results", func(f *flow.Flow, s *Shop) *Shop {
		flow.BatchTo(f, "Call all", flow.Folder{Bucket: Lake, Form: "compact"}, flow.Items(&s.Targets), callOne)
		return s
	}},
	"an index of a batch": {"no-index", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.InBatches(2, flow.CSV(Lake, &s.Name, Row{})), func(f *flow.Flow, _ *[]Row) *int { return flow.Index(f) })
		return s
	}},
	"more than all failures are tolerated": {"tolerance", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Call all", flow.Items(&s.Targets), callOne, flow.Tolerate(101))
		return s
	}},
	"fewer than no failures are tolerated": {"tolerance", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Call all", flow.Items(&s.Targets), callOne, flow.TolerateCount(-1), flow.Tolerate(-0.5))
		return s
	}},
	"more executions at a time than there can be": {"concurrency", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Call all", flow.Items(&s.Targets), callOne, flow.Concurrency(10_001))
		return s
	}},
	"a label with a blank": {"label", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Call all", flow.Items(&s.Targets), callOne, flow.Label("call all"))
		return s
	}},
	"a long label": {"label", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Call all", flow.Items(&s.Targets), callOne, flow.Label(strings.Repeat("x", 41)))
		return s
	}},
	"one label for two": {"label", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Call all", flow.Items(&s.Targets), callOne, flow.Label("all"))
		flow.Batch(f, "Every line", flow.JSONLines(Lake, &s.Name, Line{}), packOne, flow.Label("all"))
		return s
	}},
	"a handler outside catches for a state inside": {"jump-out", func(f *flow.Flow, s *Shop) *Shop {
		failed := flow.NewTail(f, "failure", func(e *flow.Caught) { flow.Rethrow(f, "Failed", e) })
		flow.Batch(f, "Call all", flow.Items(&s.Targets), func(f *flow.Flow, target *string) *Answer {
			return flow.Task(f, "Call", Call, target, flow.Catch(flow.AnyError, failed.Go))
		}, flow.Catch(flow.AnyError, failed.Go))
		return s
	}},
	"a list is carried": {"carried-size", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Look up", flow.Items(&s.Targets), func(f *flow.Flow, target *string) *bool {
			return flow.If(f, flow.Contains(&s.Targets, target), new(true), new(false))
		})
		return s
	}},
	"a value with lists is carried": {"carried-size", func(f *flow.Flow, s *Shop) *Shop {
		o := flow.Parse(f, &s.Name, Order{})
		kept := flow.Let(f, "kept", o)
		flow.Batch(f, "Pay again", flow.Items(&s.Targets), func(f *flow.Flow, _ *string) *Receipt { return flow.Task(f, "Pay", Pay, kept) })
		return s
	}},
	"an outer variable is assigned in a Batch": {"assign-outer", func(f *flow.Flow, s *Shop) *Shop {
		n := flow.Var(f, "n", 0)
		flow.Batch(f, "Count", flow.Items(&s.Targets), func(f *flow.Flow, _ *string) *int {
			flow.Assign(f, "Count one", flow.Set(n, flow.Add(f, n, new(1))))
			return n
		})
		return s
	}},
	"a carried value that is not set on all ways": {"maybe-unset", func(f *flow.Flow, s *Shop) *Shop {
		var r *Receipt
		flow.Choice(f, "C").When(flow.Above(&s.Limit, 1), func() { r = flow.Task(f, "Pack", Pack, &Line{}) })
		flow.Batch(f, "Say it", flow.Items(&s.Targets), func(f *flow.Flow, t *string) *string { return flow.Text(f, t, &r.OrderID) })
		return s
	}},
	"a carried value that may be absent": {"may-be-absent", func(f *flow.Flow, s *Shop) *Shop {
		o := flow.Parse(f, &s.Name, Order{})
		flow.Batch(f, "Call all", flow.Items(&s.Targets), func(f *flow.Flow, _ *string) *Answer { return callOne(f, &o.Coupon) })
		return s
	}},
	"a recipe that was carried too late": {"stale-value", func(f *flow.Flow, s *Shop) *Shop {
		n := flow.Var(f, "n", 1)
		twice := flow.Mul(f, n, new(2))
		flow.Assign(f, "Count", flow.Set(n, flow.Add(f, n, new(1))))
		flow.Batch(f, "Rest for each", flow.Items(&s.Targets), func(f *flow.Flow, t *string) *string {
			flow.WaitSeconds(f, "Rest", twice)
			return t
		})
		return s
	}},
	"whether items are Express depends on a value": {"value-read", func(f *flow.Flow, s *Shop) *Shop {
		var opts []flow.BatchOption
		if s.Limit > 0 {
			opts = append(opts, flow.ExpressItems())
		}
		flow.Batch(f, "Call all", flow.Items(&s.Targets), callOne, opts...)
		return s
	}},
	"the label depends on a value": {"value-read", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Call all", flow.Items(&s.Targets), callOne, flow.Label("x"+s.Name))
		return s
	}},
	"the size of a batch depends on a value": {"value-read", func(f *flow.Flow, s *Shop) *Shop {
		flow.Batch(f, "Every row", flow.InBatches(s.Limit+1, flow.CSV(Lake, &s.Name, Row{})), countRows)
		return s
	}},
}

func packOne(f *flow.Flow, l *Line) *Receipt { return flow.Task(f, "Pack", Pack, l) }

func countRows(f *flow.Flow, r *[]Row) *int { return flow.Count(f, r) }

func TestMapMistakes(t *testing.T) {
	t.Parallel()
	testMistakes(t, mapMistakes, "flow/maps_mistakes_test.go", "testdata/maps_mistakes.golden", func(body func(*flow.Flow, *Shop) *Shop) (*asl.Machine, diag.List) {
		return flow.Standard("Mistake", body).Build()
	})
}
