package dynamodb_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/flow"
	local "github.com/stepwright/stepwright/local/dynamodb"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

var noon = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// tables has the tables that the tests need, under the names of their placeholders.
func tables(t *testing.T) *local.DB {
	t.Helper()
	db := local.New(wire.Account{Partition: "aws", Region: "us-east-1", ID: "123456789012"}, clock.NewVirtual(noon))
	for _, in := range []string{
		`{"TableName": "Items", "BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}], "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}`,
		`{"TableName": "Entries", "BillingMode": "PAY_PER_REQUEST",
			"AttributeDefinitions": [{"AttributeName": "album", "AttributeType": "S"}, {"AttributeName": "no", "AttributeType": "N"}, {"AttributeName": "title", "AttributeType": "S"}],
			"KeySchema": [{"AttributeName": "album", "KeyType": "HASH"}, {"AttributeName": "no", "KeyType": "RANGE"}],
			"GlobalSecondaryIndexes": [{"IndexName": "byTitle", "KeySchema": [{"AttributeName": "album", "KeyType": "HASH"}, {"AttributeName": "title", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}`,
	} {
		if _, err := db.Call(t.Context(), "CreateTable", value.MustParse(in)); err != nil {
			t.Fatal(err)
		}
	}
	return db
}

// live runs w with every task answered by db. Placeholders are filled in with the names that they have.
func live(t *testing.T, db *local.DB, w flow.Workflow, input any) engine.Outcome {
	t.Helper()
	d, found := w.Build()
	for _, x := range found {
		if x.Code != "growing-list" { // the tests' lists are short
			t.Errorf("unexpected: %s", x.Text())
		}
	}
	text := string(asl.Print(d))
	for _, r := range w.Resources() {
		text = strings.ReplaceAll(text, "${"+r.Placeholder()+"}", r.Name)
	}
	m, problems := asl.Parse([]byte(text))
	if problems.HasErrors() {
		t.Fatal(problems.Err())
	}
	plan, problems := engine.NewPlan(m, engine.Options{})
	if problems.HasErrors() {
		t.Fatal(problems.Err())
	}
	in, err := value.From(input)
	if err != nil {
		t.Fatal(err)
	}
	tasks := engine.TasksFunc(func(ctx context.Context, c engine.Call) engine.Result {
		prefix := "DynamoDB."
		if strings.HasPrefix(c.ResourceType, "aws-sdk:") {
			prefix = "DynamoDb."
		}
		out, err := db.Call(ctx, strings.ToUpper(c.Action[:1])+c.Action[1:], c.Arguments)
		if err != nil {
			return engine.Failed(prefix+wire.AsError(err, "Unknown").Code, err.Error()+"\nfor "+c.Arguments.String())
		}
		return engine.Succeed(out)
	})
	return engine.Execute(t.Context(), plan.Start(engine.Start{Name: "live", Input: in, Region: "us-east-1", Time: noon}), clock.NewVirtual(noon), tasks)
}

// gives runs w and decodes what it gives.
func gives[Out any](t *testing.T, db *local.DB, w flow.Workflow, input any) Out {
	t.Helper()
	outcome := live(t, db, w, input)
	if outcome.Error != nil {
		t.Fatalf("%s: %s", *outcome.Error, *outcome.Cause)
	}
	var out Out
	if err := outcome.Output.Decode(&out); err != nil {
		t.Fatal(err)
	}
	return out
}
