package flow_test

import (
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/rekognition"
)

// serviceMistakes are those that can be made with the packages of services.
var serviceMistakes = map[string]mistake[Order]{
	"a request without what it is about": {"missing-argument", func(f *flow.Flow, o *Order) *Order {
		rekognition.DetectLabels(f, "Detect", &rekognition.DetectLabelsInput{MaxLabels: new(10)})
		return o
	}},
	"a query without a key": {"query-key", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Query(f, "Q", Counters, func(c *Counter) dynamodb.Search {
			return dynamodb.Search{Where: dynamodb.WhenAbove(&c.Count, new(1))}
		})
		return o
	}},
	"a query by another attribute": {"query-key", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Query(f, "Q", Counters, func(c *Counter) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&c.Count, &o.Items)}
		})
		return o
	}},
	"a query by a sort key of a table that has none": {"query-key", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Query(f, "Q", Counters, func(c *Counter) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&c.ID, &o.ID), Sort: dynamodb.KeyAbove(&c.Count, new(1))}
		})
		return o
	}},
	"a filter about the key": {"query-key", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Query(f, "Q", Counters, func(c *Counter) dynamodb.Search {
			return dynamodb.Search{Key: dynamodb.KeyIs(&c.ID, &o.ID), Where: dynamodb.WhenIsNot(&c.ID, new("x"))}
		})
		return o
	}},
	"a condition on nothing": {"empty-condition", func(f *flow.Flow, o *Order) *Order {
		dynamodb.DeleteIf(f, "D", Counters, &o.ID, func(*Counter) dynamodb.Condition { return dynamodb.Condition{} })
		return o
	}},
	"a condition about a value of the workflow": {"row-attribute", func(f *flow.Flow, o *Order) *Order {
		dynamodb.DeleteIf(f, "D", Counters, &o.ID, func(*Counter) dynamodb.Condition { return dynamodb.WhenIs(&o.Items, new(1)) })
		return o
	}},
	"a transaction of nothing": {"transaction-size", func(f *flow.Flow, o *Order) *Order {
		dynamodb.Transact(f, "T", []dynamodb.Part{})
		return o
	}},
}

func TestServiceMistakes(t *testing.T) {
	t.Parallel()
	testMistakes(t, serviceMistakes, "flow/services_mistakes_test.go", "testdata/services_mistakes.golden",
		func(body func(*flow.Flow, *Order) *Order) (*asl.Machine, diag.List) {
			return flow.Standard("Mistake", body).Build()
		})
}
