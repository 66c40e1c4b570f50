package flow_test

import (
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
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
}

func TestMapMistakes(t *testing.T) {
	t.Parallel()
	testMistakes(t, mapMistakes, "flow/maps_mistakes_test.go", "testdata/maps_mistakes.golden", func(body func(*flow.Flow, *Shop) *Shop) (*asl.Machine, diag.List) {
		return flow.Standard("Mistake", body).Build()
	})
}
