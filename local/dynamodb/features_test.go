package dynamodb_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/dynamodb"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

// code is the code of an error.
func code(err error) string {
	e, _ := errors.AsType[*wire.Error](err)
	if e == nil {
		return ""
	}
	return e.Code
}

// A step is an action and what it answers, an error included.
type step struct{ action, in, want string }

func steps(t *testing.T, d *dynamodb.DB, all ...step) {
	t.Helper()
	for _, s := range all {
		got, err := call(t, d, s.action, s.in)
		if err != nil {
			got = err.Error()
		}
		if diff := cmp.Diff(s.want, got); diff != "" {
			t.Fatalf("%s %s (-want +got):\n%s", s.action, s.in, diff)
		}
	}
}

func TestTransactions(t *testing.T) {
	t.Parallel()
	d := photos(t)
	const v = "ValidationException: "
	part := func(kind, in string) string { return `{"` + kind + `": {"TableName": "Photos", ` + in + `}}` }
	write := func(parts ...string) string { return `{"TransactItems": [` + strings.Join(parts, ",") + `]}` }
	put := part("Put", `"Item": {"id": {"S": "a"}, "n": {"N": "1"}}, "ConditionExpression": "attribute_not_exists(id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"`)
	add := part("Update", `"Key": {"id": {"S": "b"}}, "UpdateExpression": "ADD n :one", "ExpressionAttributeValues": {":one": {"N": "1"}}`)
	steps(
		t, d,
		step{"TransactWriteItems", write(put, add), `{}`},
		step{"TransactWriteItems", write(add, put), `TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]`},
		step{"TransactGetItems", write(part("Get", `"Key": {"id": {"S": "b"}}, "ProjectionExpression": "n"`), part("Get", `"Key": {"id": {"S": "nobody"}}`)), `{"Responses":[{"Item":{"n":{"N":"1"}}},{}]}`},
		step{"TransactWriteItems", write(part("ConditionCheck", `"Key": {"id": {"S": "a"}}, "ConditionExpression": "attribute_exists(id)"`), part("Delete", `"Key": {"id": {"S": "b"}}`)), `{}`},
		step{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "b"}}}`, `{}`},
		step{"TransactWriteItems", write(part("Update", `"Key": {"id": {"S": "a"}}, "UpdateExpression": "SET x = y"`)), `TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [ValidationError]`},
		step{"TransactWriteItems", write(part("Put", `"Item": {"x": {"S": "a"}}`)), `TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [ValidationError]`},
		step{"TransactWriteItems", write(add, add), v + "Transaction request cannot include multiple operations on one item"},
		step{"TransactGetItems", write(part("Get", `"Key": {"id": {"S": "b"}}`), part("Get", `"Key": {"id": {"S": "b"}}`)), v + "Transaction request cannot include multiple operations on one item"},
		step{"TransactWriteItems", write(`{}`), v + "TransactItems can only contain one of Check, Put, Update or Delete"},
		step{"TransactWriteItems", write(part("Update", `"Key": {"id": {"S": "a"}}`)), v + "1 validation error detected: Value null at 'transactItems.member.update.updateExpression' failed to satisfy constraint: Member must not be null"},
		step{"TransactWriteItems", write(part("ConditionCheck", `"Key": {"id": {"S": "a"}}`)), v + "1 validation error detected: Value null at 'transactItems.member.conditionCheck.conditionExpression' failed to satisfy constraint: Member must not be null"},
		step{"TransactWriteItems", write(strings.Split(strings.Repeat(add+"\n", 101)[:101*len(add)+100], "\n")...), v + "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: Member must have length less than or equal to 100"},
		step{"TransactWriteItems", `{"TransactItems": []}`, v + "1 validation error detected: Value '[]' at 'transactItems' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		step{"TransactWriteItems", write(strings.Replace(add, "Photos", "Nothing", 1)), "ResourceNotFoundException: Requested resource not found"},
		step{"TransactWriteItems", write(part("Put", `"Item": {"id": {"S": "a"}}, "Colour": 1`)), v + "the parameter Colour of Put of TransactWriteItems is not supported yet by the local machine"},
		step{"TransactGetItems", write(part("Get", `"Key": {"id": {"N": "1"}}`)), `TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons [ValidationError]`},
		step{
			"TransactWriteItems", strings.TrimSuffix(write(add), "}") + `, "ReturnConsumedCapacity": "TOTAL"}`,
			`{"ConsumedCapacity":[{"TableName":"Photos","CapacityUnits":2,"WriteCapacityUnits":2}]}`,
		},
	)
	_, err := call(t, d, "TransactWriteItems", write(put))
	e, _ := errors.AsType[*wire.Error](err)
	reasons := e.Fields.Get("CancellationReasons")
	if want := `[{"Code":"ConditionalCheckFailed","Message":"The conditional request failed","Item":{"id":{"S":"a"},"n":{"N":"1"}}}]`; reasons.String() != want {
		t.Errorf("got %v, want %s", reasons, want)
	}
}

// A transaction that comes again under its token within ten minutes is not done again.
func TestTokens(t *testing.T) {
	t.Parallel()
	now := clock.NewVirtual(start)
	d := dynamodb.New(wiretest.Account, now)
	do(t, d, "CreateTable", simple("Counters", ""))
	add := func(token, n string) string {
		return fmt.Sprintf(`{"ClientRequestToken": "%s", "ReturnConsumedCapacity": "TOTAL", "TransactItems": [{"Update": {"TableName": "Counters", "Key": {"id": {"S": "c"}},
			"UpdateExpression": "ADD n :n", "ExpressionAttributeValues": {":n": {"N": "%s"}}}}]}`, token, n)
	}
	const get = `{"TableName": "Counters", "Key": {"id": {"S": "c"}}, "ProjectionExpression": "n"}`
	const mismatch = "IdempotentParameterMismatchException: The parameters of the request do not match those of an earlier request with the ClientRequestToken one"
	const wrote = `{"ConsumedCapacity":[{"TableName":"Counters","CapacityUnits":2,"WriteCapacityUnits":2}]}`
	steps(
		t, d,
		step{"TransactWriteItems", add("one", "1"), wrote},
		step{"TransactWriteItems", add("one", "1"), `{"ConsumedCapacity":[{"TableName":"Counters","CapacityUnits":2,"ReadCapacityUnits":2}]}`},
		step{"TransactWriteItems", add("two", "1"), wrote},
		step{"TransactWriteItems", add("one", "5"), mismatch},
		step{"GetItem", get, `{"Item":{"n":{"N":"2"}}}`},
		step{"TransactWriteItems", add(strings.Repeat("x", 37), "5"), "ValidationException: 1 validation error detected: Value '" + strings.Repeat("x", 37) + "' at 'clientRequestToken' failed to satisfy constraint: Member must have length between 1 and 36"},
	)
	now.Advance(11 * time.Minute)
	steps(t, d, step{"TransactWriteItems", add("one", "5"), wrote}, step{"GetItem", get, `{"Item":{"n":{"N":"7"}}}`})
}

// simple is a CreateTable of a table with the key id and more members.
func simple(name, more string) string {
	return `{"TableName": "` + name + `", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
		"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]` + more + `}`
}

func TestTimeToLive(t *testing.T) {
	t.Parallel()
	now := clock.NewVirtual(start)
	d := dynamodb.New(wiretest.Account, now)
	do(t, d, "CreateTable", simple("Sessions", `, "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}`))
	put := func(id, until string) string {
		return `{"TableName": "Sessions", "Item": {"id": {"S": "` + id + `"}, "until": ` + until + `}}`
	}
	at := func(d time.Duration) string { return fmt.Sprintf(`{"N": "%d"}`, start.Add(d).Unix()) }
	do(t, d, "PutItem", put("before", at(time.Minute)))
	const scan = `{"TableName": "Sessions", "Select": "COUNT"}`
	spec := func(name string, on bool) string {
		return fmt.Sprintf(`{"TableName": "Sessions", "TimeToLiveSpecification": {"AttributeName": "%s", "Enabled": %v}}`, name, on)
	}
	steps(
		t, d,
		step{"DescribeTimeToLive", `{"TableName": "Sessions"}`, `{"TimeToLiveDescription":{"TimeToLiveStatus":"DISABLED"}}`},
		step{"UpdateTimeToLive", spec("until", false), "ValidationException: TimeToLive is already disabled"},
		step{"UpdateTimeToLive", spec("until", true), `{"TimeToLiveSpecification":{"AttributeName":"until","Enabled":true}}`},
		step{"UpdateTimeToLive", spec("until", true), "ValidationException: TimeToLive is already enabled"},
		step{"UpdateTimeToLive", spec("other", true), "ValidationException: TimeToLive is active on a different AttributeName: current AttributeName is until"},
		step{"UpdateTimeToLive", spec("", true), "ValidationException: 1 validation error detected: Value '' at 'timeToLiveSpecification.attributeName' failed to satisfy constraint: Member must have length between 1 and 255"},
		step{"DescribeTimeToLive", `{"TableName": "Sessions"}`, `{"TimeToLiveDescription":{"TimeToLiveStatus":"ENABLED","AttributeName":"until"}}`},
		step{"PutItem", put("later", at(time.Hour)), `{}`},
		step{"PutItem", put("text", `{"S": "1"}`), `{}`},
		step{"PutItem", put("ancient", `{"N": "5"}`), `{}`},
		step{"PutItem", put("moved", at(time.Minute)), `{}`},
		step{"PutItem", put("moved", at(time.Hour)), `{}`},
		step{"Scan", scan, `{"Count":5,"ScannedCount":5}`},
	)
	now.Advance(2 * time.Minute)
	steps(t, d, step{"Scan", scan, `{"Count":4,"ScannedCount":4}`}, step{"GetItem", `{"TableName": "Sessions", "Key": {"id": {"S": "before"}}}`, `{}`})
	now.Advance(2 * time.Hour)
	steps(t, d, step{"Scan", scan, `{"Count":2,"ScannedCount":2}`}, step{"UpdateTimeToLive", spec("until", false), `{"TimeToLiveSpecification":{"AttributeName":"until","Enabled":false}}`})
	var gone []string
	for _, r := range streamed(t, d, "Sessions") {
		if r.Get("eventName").Str() == "REMOVE" && r.Path("userIdentity", "PrincipalId").Str() == "dynamodb.amazonaws.com" {
			gone = append(gone, r.Path("dynamodb", "Keys", "id", "S").Str())
		}
	}
	if got := strings.Join(gone, " "); got != "before later moved" {
		t.Errorf("the stream says that %q are gone", got)
	}
}

// streamed gives all records of a table's stream.
func streamed(t *testing.T, d *dynamodb.DB, table string) []value.Value {
	t.Helper()
	arn := value.MustParse(do(t, d, "DescribeTable", `{"TableName": "`+table+`"}`)).Path("Table", "LatestStreamArn").Str()
	about := value.MustParse(do(t, d, "DescribeStream", `{"StreamArn": "`+arn+`"}`))
	shard := about.Path("StreamDescription", "Shards").Index(0).Get("ShardId").Str()
	iterator := value.MustParse(do(t, d, "GetShardIterator", `{"StreamArn": "`+arn+`", "ShardId": "`+shard+`", "ShardIteratorType": "TRIM_HORIZON"}`)).Get("ShardIterator").Str()
	var all []value.Value
	for range 1000 {
		out := value.MustParse(do(t, d, "GetRecords", `{"Limit": 2, "ShardIterator": "`+iterator+`"}`))
		all = append(all, out.Get("Records").Elements()...)
		if iterator = out.Get("NextShardIterator").Str(); iterator == "" || out.Get("Records").Len() == 0 {
			return all
		}
	}
	t.Fatal("the stream does not end")
	return nil
}

func TestStreams(t *testing.T) {
	t.Parallel()
	for view, want := range map[string]string{
		"KEYS_ONLY":          `INSERT {"id":{"S":"a"}}; MODIFY {"id":{"S":"a"}}; REMOVE {"id":{"S":"a"}}`,
		"NEW_IMAGE":          `INSERT {"id":{"S":"a"}} new 1; MODIFY {"id":{"S":"a"}} new 2; REMOVE {"id":{"S":"a"}}`,
		"OLD_IMAGE":          `INSERT {"id":{"S":"a"}}; MODIFY {"id":{"S":"a"}} old 1; REMOVE {"id":{"S":"a"}} old 2`,
		"NEW_AND_OLD_IMAGES": `INSERT {"id":{"S":"a"}} new 1; MODIFY {"id":{"S":"a"}} new 2 old 1; REMOVE {"id":{"S":"a"}} old 2`,
	} {
		t.Run(view, func(t *testing.T) {
			t.Parallel()
			d := newDB()
			do(t, d, "CreateTable", simple("Photos", `, "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "`+view+`"}`))
			for _, n := range []string{"1", "2", "2"} { // the last changes nothing
				do(t, d, "PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "a"}, "n": {"N": "`+n+`"}}}`)
			}
			do(t, d, "DeleteItem", `{"TableName": "Photos", "Key": {"id": {"S": "a"}}}`)
			do(t, d, "DeleteItem", `{"TableName": "Photos", "Key": {"id": {"S": "a"}}}`)
			var got []string
			for _, r := range streamed(t, d, "Photos") {
				text := r.Get("eventName").Str() + " " + r.Path("dynamodb", "Keys").String()
				if v := r.Path("dynamodb", "NewImage"); v.Exists() {
					text += " new " + v.Path("n", "N").Str()
				}
				if v := r.Path("dynamodb", "OldImage"); v.Exists() {
					text += " old " + v.Path("n", "N").Str()
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(want, strings.Join(got, "; ")); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestStreamsEnd(t *testing.T) {
	t.Parallel()
	now := clock.NewVirtual(start)
	d := dynamodb.New(wiretest.Account, now)
	do(t, d, "CreateTable", simple("Photos", ""))
	steps(t, d, step{"UpdateTable", `{"TableName": "Photos", "StreamSpecification": {"StreamEnabled": false}}`, "ValidationException: Table has no enabled stream to disable: TableName: Photos"})
	do(t, d, "UpdateTable", `{"TableName": "Photos", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}}`)
	steps(t, d, step{"UpdateTable", `{"TableName": "Photos", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}`, "ValidationException: Table already has an enabled stream: TableName: Photos"})
	for i := range 3 {
		do(t, d, "PutItem", fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "%d"}}}`, i))
	}
	arn := value.MustParse(do(t, d, "ListStreams", `{"TableName": "Photos"}`)).Get("Streams").Index(0).Get("StreamArn").Str()
	shard := value.MustParse(do(t, d, "DescribeStream", `{"StreamArn": "`+arn+`"}`)).Path("StreamDescription", "Shards").Index(0).Get("ShardId").Str()
	iterator := func(kind string) string {
		return value.MustParse(do(t, d, "GetShardIterator", `{"StreamArn": "`+arn+`", "ShardId": "`+shard+`", `+kind+`}`)).Get("ShardIterator").Str()
	}
	read := func(iterator string) string {
		out := value.MustParse(do(t, d, "GetRecords", `{"ShardIterator": "`+iterator+`"}`))
		ids := []string{}
		for _, r := range out.Get("Records").Elements() {
			ids = append(ids, r.Path("dynamodb", "Keys", "id", "S").Str())
		}
		if !out.Get("NextShardIterator").Exists() {
			ids = append(ids, "end")
		}
		return strings.Join(ids, " ")
	}
	latest := iterator(`"ShardIteratorType": "LATEST"`)
	for kind, want := range map[string]string{
		`"ShardIteratorType": "TRIM_HORIZON"`: "0 1 2",
		`"ShardIteratorType": "LATEST"`:       "",
		`"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "100000000000000000002"`:    "1 2",
		`"ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": "100000000000000000002"`: "2",
	} {
		if got := read(iterator(kind)); got != want {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
	do(t, d, "DeleteTable", `{"TableName": "Photos"}`)
	if got := read(latest); got != "end" {
		t.Errorf("after the table's end: %q", got)
	}
	if got := value.MustParse(do(t, d, "DescribeStream", `{"StreamArn": "`+arn+`"}`)).Path("StreamDescription", "StreamStatus").Str(); got != "DISABLED" {
		t.Errorf("the stream is %s", got)
	}
	now.Advance(16 * time.Minute)
	if _, err := call(t, d, "GetRecords", `{"ShardIterator": "`+latest+`"}`); code(err) != "ExpiredIteratorException" {
		t.Errorf("an old iterator gave %v", err)
	}
	horizon := iterator(`"ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "100000000000000000001"`)
	now.Advance(25 * time.Hour)
	if _, err := call(t, d, "GetShardIterator", `{"StreamArn": "`+arn+`", "ShardId": "`+shard+`", "ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "100000000000000000001"}`); code(err) != "TrimmedDataAccessException" {
		t.Errorf("records of yesterday gave %v", err)
	}
	refuse(t, d, "GetRecords", `{"ShardIterator": "nonsense"}`, "ValidationException: Invalid ShardIterator: it is not one that GetShardIterator or GetRecords gave")
	if _, err := call(t, d, "GetRecords", `{"ShardIterator": "`+horizon+`"}`); code(err) != "ExpiredIteratorException" {
		t.Errorf("yesterday's iterator gave %v", err)
	}
}

func TestUpdateTable(t *testing.T) {
	t.Parallel()
	d := newDB()
	do(t, d, "CreateTable", simple("Photos", ""))
	for i := range 5 {
		do(t, d, "PutItem", fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "p%d"}, "album": {"S": "a"}, "at": {"N": "%d"}}}`, i, -i))
	}
	do(t, d, "PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "odd"}, "album": {"N": "1"}, "at": {"S": "x"}}}`)
	const index = `{"Create": {"IndexName": "byAlbum", "KeySchema": [{"AttributeName": "album", "KeyType": "HASH"}, {"AttributeName": "at", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}}`
	const definitions = `"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "album", "AttributeType": "S"}, {"AttributeName": "at", "AttributeType": "N"}]`
	const query = `{"TableName": "Photos", "IndexName": "byAlbum", "KeyConditionExpression": "album = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}`
	const v = "ValidationException: "
	steps(
		t, d,
		step{"UpdateTable", `{"TableName": "Photos"}`, v + "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required"},
		step{"UpdateTable", `{"TableName": "Nothing"}`, "ResourceNotFoundException: Requested resource not found: Table: Nothing not found"},
		step{"UpdateTable", `{"TableName": "Photos", "GlobalSecondaryIndexUpdates": [` + index + `]}`, v + "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [album], AttributeDefinitions: [id]"},
		step{"Query", query, v + "The table does not have the specified index: byAlbum"},
	)
	about := value.MustParse(do(t, d, "UpdateTable", `{"TableName": "Photos", `+definitions+`, "GlobalSecondaryIndexUpdates": [`+index+`]}`)).Get("TableDescription")
	if got := about.Get("TableStatus").Str() + " " + about.Get("GlobalSecondaryIndexes").Index(0).Get("IndexStatus").Str(); got != "UPDATING CREATING" {
		t.Errorf("got %s", got)
	}
	if got := ids(t, do(t, d, "Query", query)); got != "p4 p3 p2 p1 p0" {
		t.Errorf("the new index has %s", got)
	}
	about = value.MustParse(do(t, d, "DescribeTable", `{"TableName": "Photos"}`)).Get("Table")
	if got := about.Get("TableStatus").Str() + " " + about.Get("GlobalSecondaryIndexes").Index(0).Get("IndexStatus").Str(); got != "ACTIVE ACTIVE" {
		t.Errorf("got %s", got)
	}
	steps(
		t, d,
		step{"UpdateTable", `{"TableName": "Photos", ` + definitions + `, "GlobalSecondaryIndexUpdates": [` + index + `]}`, v + "One or more parameter values were invalid: Duplicate index name: byAlbum"},
		step{"PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "odd"}, "album": {"N": "1"}}}`, v + "One or more parameter values were invalid: Type mismatch for Index Key album Expected: S Actual: N IndexName: byAlbum"},
		step{"UpdateTable", `{"TableName": "Photos", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "byNothing"}}]}`, "ResourceNotFoundException: Requested resource not found"},
		step{"UpdateTable", `{"TableName": "Photos", "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1}}`, v + "One or more parameter values were invalid: Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST"},
		step{"UpdateTable", `{"TableName": "Photos", "BillingMode": "PROVISIONED"}`, v + "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
	)
	do(t, d, "UpdateTable", `{"TableName": "Photos", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "byAlbum"}}]}`)
	do(t, d, "UpdateTable", `{"TableName": "Photos", "BillingMode": "PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}, "DeletionProtectionEnabled": true}`)
	about = value.MustParse(do(t, d, "DescribeTable", `{"TableName": "Photos"}`)).Get("Table")
	if about.Get("GlobalSecondaryIndexes").Exists() || about.Path("ProvisionedThroughput", "WriteCapacityUnits").Literal() != "4" ||
		about.Path("BillingModeSummary", "BillingMode").Str() != "PROVISIONED" || !about.Get("DeletionProtectionEnabled").Bool() || about.Get("AttributeDefinitions").Len() != 1 {
		t.Errorf("the table is %s", about.Indent())
	}
	if _, err := call(t, d, "UpdateTable", `{"TableName": "Photos", "ProvisionedThroughput": {"ReadCapacityUnits": 3, "WriteCapacityUnits": 4}}`); err == nil || !strings.HasPrefix(err.Error(), v+"The provisioned throughput for the table will not change.") {
		t.Errorf("the same throughput gave %v", err)
	}
	do(t, d, "PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "odd"}, "album": {"N": "1"}}}`)
}

func TestTags(t *testing.T) {
	t.Parallel()
	d := newDB()
	do(t, d, "CreateTable", simple("Photos", `, "Tags": [{"Key": "team", "Value": "a"}, {"Key": "cost", "Value": ""}]`))
	arn := wiretest.Account.ARN("dynamodb", "table/Photos")
	in := func(more string) string { return `{"ResourceArn": "` + arn + `"` + more + `}` }
	steps(
		t, d,
		step{"TagResource", in(`, "Tags": [{"Key": "team", "Value": "b"}, {"Key": "stage", "Value": "test"}]`), `{}`},
		step{"UntagResource", in(`, "TagKeys": ["cost", "nothing"]`), `{}`},
		step{"ListTagsOfResource", in(""), `{"Tags":[{"Key":"team","Value":"b"},{"Key":"stage","Value":"test"}]}`},
		step{"TagResource", in(`, "Tags": [{"Key": "aws:x", "Value": "b"}]`), "ValidationException: One or more parameter values are not valid. Tag keys must not begin with aws:. Key: aws:x"},
		step{"ListTagsOfResource", `{"ResourceArn": "x"}`, "ValidationException: Invalid TableArn: Invalid ResourceArn provided as input x"},
		step{"ListTagsOfResource", `{"ResourceArn": "` + arn + `2"}`, "ResourceNotFoundException: Requested resource not found: ResourcArn: " + arn + "2 not found"},
	)
}

func TestCapacityOfIndexes(t *testing.T) {
	t.Parallel()
	d := photos(t)
	put := func(item string) string {
		return `{"TableName": "Photos", "ReturnConsumedCapacity": "INDEXES", "Item": {"id": {"S": "a"}` + item + `}}`
	}
	units := func(table, all string) string {
		return `{"ConsumedCapacity":{"TableName":"Photos","CapacityUnits":` + all + `,"Table":{"CapacityUnits":1}` + table + `}}`
	}
	steps(
		t, d,
		step{"PutItem", put(``), units("", "1")},
		step{"PutItem", put(`, "state": {"S": "NEW"}`), units(`,"GlobalSecondaryIndexes":{"byState":{"CapacityUnits":1}}`, "2")},
		step{"PutItem", put(`, "state": {"S": "NEW"}, "title": {"S": "x"}`), units("", "1")},
		step{"PutItem", put(`, "state": {"S": "DONE"}, "title": {"S": "x"}, "at": {"N": "1"}`), units(`,"GlobalSecondaryIndexes":{"byState":{"CapacityUnits":2},"byStateAt":{"CapacityUnits":1}}`, "4")},
		step{"PutItem", put(`, "state": {"S": "DONE"}, "title": {"S": "y"}, "at": {"N": "1"}`), units(`,"GlobalSecondaryIndexes":{"byStateAt":{"CapacityUnits":1}}`, "2")},
		step{"DeleteItem", `{"TableName": "Photos", "ReturnConsumedCapacity": "INDEXES", "Key": {"id": {"S": "a"}}}`, units(`,"GlobalSecondaryIndexes":{"byState":{"CapacityUnits":1},"byStateAt":{"CapacityUnits":1}}`, "3")},
	)
}

func TestItemCollections(t *testing.T) {
	t.Parallel()
	d := newDB()
	do(t, d, "CreateTable", `{"TableName": "Events", "BillingMode": "PAY_PER_REQUEST",
		"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
		"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}, {"AttributeName": "s", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
		"LocalSecondaryIndexes": [{"IndexName": "byN", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}`)
	const item = `{"k": {"S": "a"}, "s": {"S": "1"}, "n": {"N": "1"}, "x": {"S": "y"}}`
	const metrics = `{"ItemCollectionKey":{"k":{"S":"a"}},"SizeEstimateRangeGB":[0,1]}`
	steps(
		t, d,
		step{"PutItem", `{"TableName": "Events", "ReturnItemCollectionMetrics": "SIZE", "Item": ` + item + `}`, `{"ItemCollectionMetrics":` + metrics + `}`},
		step{"BatchWriteItem", `{"ReturnItemCollectionMetrics": "SIZE", "RequestItems": {"Events": [{"PutRequest": {"Item": ` + item + `}}]}}`, `{"UnprocessedItems":{},"ItemCollectionMetrics":{"Events":[` + metrics + `]}}`},
		step{
			"Query", `{"TableName": "Events", "IndexName": "byN", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"S": "a"}}, "ProjectionExpression": "x", "ReturnConsumedCapacity": "INDEXES"}`,
			`{"Items":[{"x":{"S":"y"}}],"Count":1,"ScannedCount":1,"ConsumedCapacity":{"TableName":"Events","CapacityUnits":1,"Table":{"CapacityUnits":0.5},"LocalSecondaryIndexes":{"byN":{"CapacityUnits":0.5}}}}`,
		},
	)
}
