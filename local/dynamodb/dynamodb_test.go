package dynamodb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/dynamodb"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

var start = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

func newDB() *dynamodb.DB { return dynamodb.New(wiretest.Account, clock.NewVirtual(start)) }

// call runs an action in process, members and answer as JSON.
func call(t testing.TB, d *dynamodb.DB, action, in string) (string, error) {
	t.Helper()
	v, err := value.ParseString(in)
	if err != nil {
		t.Fatalf("test data %s: %v", in, err)
	}
	out, err := d.Call(context.Background(), action, v)
	if err != nil {
		var e *wire.Error
		if !errors.As(err, &e) {
			t.Fatalf("%s: the error is a %T, not a *wire.Error: %v", action, err, err)
		}
		return "", err
	}
	return out.String(), nil
}

// do is call for an action that must succeed.
func do(t testing.TB, d *dynamodb.DB, action, in string) string {
	t.Helper()
	out, err := call(t, d, action, in)
	if err != nil {
		t.Fatalf("%s %s: %v", action, in, err)
	}
	return out
}

// refuse is call for an action that must fail with code and message.
func refuse(t testing.TB, d *dynamodb.DB, action, in, want string) {
	t.Helper()
	_, err := call(t, d, action, in)
	if err == nil {
		t.Errorf("%s %s: no error, want %s", action, in, want)
		return
	}
	if diff := cmp.Diff(want, err.Error()); diff != "" {
		t.Errorf("%s %s (-want +got):\n%s", action, in, diff)
	}
}

// photos is a database with a table of photos, with an index over all attributes, one over keys and one over some.
func photos(t testing.TB) *dynamodb.DB {
	t.Helper()
	d := newDB()
	do(t, d, "CreateTable", `{"TableName": "Photos", "BillingMode": "PAY_PER_REQUEST",
		"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "album", "AttributeType": "S"},
			{"AttributeName": "at", "AttributeType": "N"}, {"AttributeName": "state", "AttributeType": "S"}],
		"GlobalSecondaryIndexes": [
			{"IndexName": "byAlbum", "KeySchema": [{"AttributeName": "album", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}},
			{"IndexName": "byState", "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}], "Projection": {"ProjectionType": "KEYS_ONLY"}},
			{"IndexName": "byStateAt", "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["title"]}}]}`)
	return d
}

func client(t *testing.T, d *dynamodb.DB) *sdk.Client {
	t.Helper()
	return sdk.NewFromConfig(wiretest.Start(t, d).Config())
}

func TestSDK(t *testing.T) {
	t.Parallel()
	c, ctx := client(t, newDB()), t.Context()
	_, err := c.CreateTable(ctx, &sdk.CreateTableInput{
		TableName: aws.String("Photos"), BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: aws.String("id"), KeyType: types.KeyTypeHash}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: aws.String("id"), AttributeType: types.ScalarAttributeTypeS}},
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := sdk.NewTableExistsWaiter(c).Wait(ctx, &sdk.DescribeTableInput{TableName: aws.String("Photos")}, time.Minute); err != nil {
		t.Fatal(err)
	}
	item := map[string]types.AttributeValue{
		"id": &types.AttributeValueMemberS{Value: "p1"}, "n": &types.AttributeValueMemberN{Value: "1"},
		"b": &types.AttributeValueMemberB{Value: []byte{0, 1, 2}}, "ss": &types.AttributeValueMemberSS{Value: []string{"a"}},
		"m": &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"l": &types.AttributeValueMemberL{
			Value: []types.AttributeValue{&types.AttributeValueMemberBOOL{Value: true}, &types.AttributeValueMemberNULL{Value: true}},
		}}},
	}
	if _, err := c.PutItem(ctx, &sdk.PutItemInput{TableName: aws.String("Photos"), Item: item}); err != nil {
		t.Fatal(err)
	}
	key := map[string]types.AttributeValue{"id": &types.AttributeValueMemberS{Value: "p1"}}
	got, err := c.GetItem(ctx, &sdk.GetItemInput{TableName: aws.String("Photos"), Key: key})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(item, got.Item, cmp.AllowUnexported(
		types.AttributeValueMemberS{}, types.AttributeValueMemberN{}, types.AttributeValueMemberB{}, types.AttributeValueMemberSS{},
		types.AttributeValueMemberM{}, types.AttributeValueMemberL{}, types.AttributeValueMemberBOOL{}, types.AttributeValueMemberNULL{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	_, err = c.UpdateItem(ctx, &sdk.UpdateItemInput{
		TableName: aws.String("Photos"), Key: key, UpdateExpression: aws.String("SET n = n + :one"),
		ConditionExpression:                 aws.String("n > :one"),
		ExpressionAttributeValues:           map[string]types.AttributeValue{":one": &types.AttributeValueMemberN{Value: "1"}},
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	var failed *types.ConditionalCheckFailedException
	if !errors.As(err, &failed) || failed.ErrorMessage() != "The conditional request failed" || len(failed.Item) != len(item) {
		t.Errorf("got %v with item %v, want a failed condition with the item", err, failed)
	}
	scan, err := c.Scan(ctx, &sdk.ScanInput{TableName: aws.String("Photos")})
	if err != nil || scan.Count != 1 {
		t.Errorf("scan: %v, %v", scan, err)
	}
	if _, err = c.ListBackups(ctx, &sdk.ListBackupsInput{}); wiretest.Code(err) != "UnknownOperationException" {
		t.Errorf("an action that is not supported gave %v", err)
	}
	if _, err = c.DeleteTable(ctx, &sdk.DeleteTableInput{TableName: aws.String("Photos")}); err != nil {
		t.Fatal(err)
	}
	var gone *types.ResourceNotFoundException
	if _, err = c.GetItem(ctx, &sdk.GetItemInput{TableName: aws.String("Photos"), Key: key}); !errors.As(err, &gone) {
		t.Errorf("got %v, want ResourceNotFoundException", err)
	}
}

func TestItems(t *testing.T) {
	t.Parallel()
	d := photos(t)
	for _, step := range []struct{ action, in, want string }{
		{"PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p1"}, "n": {"N": "1.50"}}}`, `{}`},
		{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}}`, `{"Item":{"id":{"S":"p1"},"n":{"N":"1.5"}}}`},
		{"GetItem", `{"TableName": "arn:aws:dynamodb:eu-north-1:111122223333:table/Photos", "Key": {"id": {"S": "p1"}}, "ProjectionExpression": "n, gone", "ConsistentRead": true}`, `{"Item":{"n":{"N":"1.5"}}}`},
		{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "nobody"}}}`, `{}`},
		{"PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p1"}, "n": {"N": "2"}}, "ReturnValues": "ALL_OLD"}`, `{"Attributes":{"id":{"S":"p1"},"n":{"N":"1.5"}}}`},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "UpdateExpression": "SET a.b = :v", "ExpressionAttributeValues": {":v": {"S": "x"}}}`, `ValidationException: The document path provided in the update expression is invalid for update`},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"M": {"b": {"S": "x"}, "c": {"S": "y"}}}}, "ReturnValues": "UPDATED_NEW"}`, `{"Attributes":{"a":{"M":{"b":{"S":"x"},"c":{"S":"y"}}}}}`},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "UpdateExpression": "SET a.b = :v REMOVE n", "ExpressionAttributeValues": {":v": {"S": "z"}}, "ReturnValues": "UPDATED_OLD"}`, `{"Attributes":{"n":{"N":"2"},"a":{"M":{"b":{"S":"x"}}}}}`},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValues": "ALL_NEW"}`, `{"Attributes":{"id":{"S":"p1"},"a":{"M":{"b":{"S":"z"},"c":{"S":"y"}}},"n":{"N":"1"}}}`},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "UpdateExpression": "REMOVE a", "ReturnValues": "UPDATED_NEW"}`, `{}`},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "fresh"}}, "UpdateExpression": "REMOVE x", "ReturnValues": "ALL_NEW"}`, `{}`},
		{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "fresh"}}}`, `{}`},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "fresh"}}, "ReturnValues": "ALL_NEW"}`, `{"Attributes":{"id":{"S":"fresh"}}}`},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "fresh"}}, "UpdateExpression": "SET x = :v", "ConditionExpression": "attribute_not_exists(id)", "ExpressionAttributeValues": {":v": {"S": "z"}}}`, `ConditionalCheckFailedException: The conditional request failed`},
		{"PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p1"}}, "ConditionExpression": "attribute_not_exists(id)"}`, `ConditionalCheckFailedException: The conditional request failed`},
		{"DeleteItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "ConditionExpression": "n = :two", "ExpressionAttributeValues": {":two": {"N": "2"}}}`, `ConditionalCheckFailedException: The conditional request failed`},
		{"DeleteItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "ReturnValues": "ALL_OLD", "ReturnConsumedCapacity": "TOTAL"}`, `{"Attributes":{"id":{"S":"p1"},"n":{"N":"1"}},"ConsumedCapacity":{"TableName":"Photos","CapacityUnits":1}}`},
		{"DeleteItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "ReturnValues": "ALL_OLD"}`, `{}`},
		{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "ReturnConsumedCapacity": "INDEXES"}`, `{"ConsumedCapacity":{"TableName":"Photos","CapacityUnits":0.5,"Table":{"CapacityUnits":0.5}}}`},
	} {
		got, err := call(t, d, step.action, step.in)
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(step.want, got); diff != "" {
			t.Fatalf("%s %s (-want +got):\n%s", step.action, step.in, diff)
		}
	}
}
