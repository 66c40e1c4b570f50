package dynamodb_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local/dynamodb"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

func ExampleDB_Call() {
	d := newDB()
	for _, call := range []struct{ action, in string }{
		{"CreateTable", `{"TableName": "Photos", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
			"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}`},
		{"PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "chelsea"}, "views": {"N": "1"}}}`},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "chelsea"}}, "UpdateExpression": "ADD #v :one", "ExpressionAttributeNames": {"#v": "views"},
			"ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValues": "ALL_NEW"}`},
		{"PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "chelsea"}}, "ConditionExpression": "attribute_not_exists(id)"}`},
	} {
		out, err := d.Call(context.Background(), call.action, value.MustParse(call.in))
		if err != nil {
			fmt.Println(err)
		} else if call.action != "CreateTable" {
			fmt.Println(out)
		}
	}
	// Output:
	// {}
	// {"Attributes":{"id":{"S":"chelsea"},"views":{"N":"2"}}}
	// ConditionalCheckFailedException: The conditional request failed
}

func TestTables(t *testing.T) {
	t.Parallel()
	d := photos(t)
	about := value.MustParse(do(t, d, "DescribeTable", `{"TableName": "Photos"}`)).Get("Table")
	about = about.Without("TableId").Without("GlobalSecondaryIndexes").Without("AttributeDefinitions")
	want := value.MustParse(`{"TableName": "Photos", "TableArn": "arn:aws:dynamodb:eu-north-1:111122223333:table/Photos", "CreationDateTime": 1793534400,
		"DeletionProtectionEnabled": false, "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": 1793534400},
		"ProvisionedThroughput": {"NumberOfDecreasesToday": 0, "ReadCapacityUnits": 0, "WriteCapacityUnits": 0},
		"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "TableStatus": "ACTIVE", "ItemCount": 0, "TableSizeBytes": 0}`)
	if !value.Equal(want, about) {
		t.Errorf("(-want +got):\n%s", cmp.Diff(want.Indent(), about.Indent()))
	}
	for _, name := range []string{"Albums", "People"} {
		do(t, d, "CreateTable", `{"TableName": "`+name+`", "DeletionProtectionEnabled": true, "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
			"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}`)
	}
	if got := do(t, d, "ListTables", `{"Limit": 2}`); got != `{"TableNames":["Albums","People"],"LastEvaluatedTableName":"People"}` {
		t.Errorf("got %s", got)
	}
	if got := do(t, d, "ListTables", `{"Limit": 2, "ExclusiveStartTableName": "People"}`); got != `{"TableNames":["Photos"]}` {
		t.Errorf("got %s", got)
	}
	refuse(t, d, "DeleteTable", `{"TableName": "Albums"}`, "ValidationException: Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.")
	do(t, d, "DeleteTable", `{"TableName": "Photos"}`)
	if got := do(t, d, "ListTables", `{}`); got != `{"TableNames":["Albums","People"]}` {
		t.Errorf("got %s", got)
	}
}

func TestBatches(t *testing.T) {
	t.Parallel()
	d := photos(t)
	got := do(t, d, "BatchWriteItem", `{"ReturnConsumedCapacity": "TOTAL", "RequestItems": {"Photos": [{"PutRequest": {"Item": {"id": {"S": "a"}, "n": {"N": "1"}}}},
		{"PutRequest": {"Item": {"id": {"S": "b"}}}}, {"DeleteRequest": {"Key": {"id": {"S": "c"}}}}]}}`)
	if want := `{"UnprocessedItems":{},"ConsumedCapacity":[{"TableName":"Photos","CapacityUnits":3}]}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	got = do(t, d, "BatchGetItem", `{"RequestItems": {"Photos": {"Keys": [{"id": {"S": "b"}}, {"id": {"S": "nobody"}}, {"id": {"S": "a"}}], "ProjectionExpression": "n, id"}}}`)
	if want := `{"Responses":{"Photos":[{"id":{"S":"b"}},{"id":{"S":"a"},"n":{"N":"1"}}]},"UnprocessedKeys":{}}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	big := strings.Repeat("x", 390<<10)
	var keys []string
	for i := range 50 {
		do(t, d, "PutItem", fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "big%d"}, "x": {"S": "%s"}}}`, i, big))
		keys = append(keys, fmt.Sprintf(`{"id": {"S": "big%d"}}`, i))
	}
	out := value.MustParse(do(t, d, "BatchGetItem", `{"RequestItems": {"Photos": {"Keys": [`+strings.Join(keys, ",")+`]}}}`))
	read, left := out.Path("Responses", "Photos").Len(), out.Path("UnprocessedKeys", "Photos", "Keys").Len()
	if read != 42 || left != 8 {
		t.Errorf("%d items and %d unprocessed keys, want 42 and 8: 16 MB", read, left)
	}
}

func TestProvider(t *testing.T) {
	t.Parallel()
	d, ctx := newDB(), t.Context()
	r := wire.Resource{
		Stack: "Demo", LogicalID: "Photos1A2B", Type: dynamodb.TableType,
		Properties: value.MustParse(`{"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
			"BillingMode": "PAY_PER_REQUEST", "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": true}, "SSESpecification": {"SSEEnabled": true}, "DeletionProtectionEnabled": true}`),
	}
	c, err := d.Create(ctx, r)
	if err != nil {
		t.Fatal(err)
	}
	if want := wiretest.Account.ARN("dynamodb", "table/"+c.Ref); c.Attributes["Arn"].Str() != want || !strings.HasPrefix(c.Ref, "Demo-Photos1A2B-") {
		t.Errorf("got %+v", c)
	}
	do(t, d, "PutItem", `{"TableName": "`+c.Ref+`", "Item": {"id": {"S": "x"}}}`)
	if _, err := d.Create(ctx, r); err == nil || err.Error() != "ResourceInUseException: Table already exists: "+c.Ref {
		t.Errorf("a second table of the name gave %v", err)
	}
	if err := d.Delete(ctx, r, c); err != nil {
		t.Fatal(err)
	}
	if got := do(t, d, "ListTables", `{}`); got != `{"TableNames":[]}` {
		t.Errorf("the table is still there: %s", got)
	}
	r.Properties = r.Properties.With("StreamSpecification", value.Object())
	if _, err := d.Create(ctx, r); err == nil || err.Error() != "ValidationException: One or more parameter values were invalid: StreamViewType must be specified when StreamEnabled is true" {
		t.Errorf("a stream without a view gave %v", err)
	}
	r.Properties = r.Properties.With("StreamSpecification", value.MustParse(`{"StreamViewType": "KEYS_ONLY"}`)).With("TableName", value.String("Streamed")).
		With("TimeToLiveSpecification", value.MustParse(`{"AttributeName": "gone", "Enabled": true}`)).With("Tags", value.MustParse(`[{"Key": "team", "Value": "photos"}]`))
	if c, err = d.Create(ctx, r); err != nil {
		t.Fatal(err)
	}
	if want := wiretest.Account.ARN("dynamodb", "table/Streamed/stream/2026-11-01T12:00:00.000"); c.Attributes["StreamArn"].Str() != want {
		t.Errorf("got %+v", c)
	}
	if got := do(t, d, "DescribeTimeToLive", `{"TableName": "Streamed"}`); got != `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"gone"}}` {
		t.Errorf("got %s", got)
	}
	if got := do(t, d, "ListTagsOfResource", `{"ResourceArn": "`+c.Attributes["Arn"].Str()+`"}`); got != `{"Tags":[{"Key":"team","Value":"photos"}]}` {
		t.Errorf("got %s", got)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	d := photos(t)
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for range 50 {
				do(t, d, "UpdateItem", fmt.Sprintf(`{"TableName": "Photos", "Key": {"id": {"S": "counter"}}, "UpdateExpression": "ADD n :one SET #s = :s", "ExpressionAttributeNames": {"#s": "state"}, "ExpressionAttributeValues": {":one": {"N": "1"}, ":s": {"S": "s%d"}}}`, i))
				do(t, d, "Scan", `{"TableName": "Photos", "IndexName": "byState"}`)
			}
		})
	}
	wg.Wait()
	if got := do(t, d, "GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "counter"}}, "ProjectionExpression": "n"}`); got != `{"Item":{"n":{"N":"400"}}}` {
		t.Errorf("got %s", got)
	}
}
