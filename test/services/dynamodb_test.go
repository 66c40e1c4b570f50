package services_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/stepwright/stepwright/local"
)

// The pages that DynamoDB's probes stand on.
const (
	guide = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
	api   = "https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/"
)

// Two tables: Tab has the key id, Rows has pk and sk, a global index over g and h, and a local one over l.
const (
	createT = `{"TableName": "Tab", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}`
	createR = `{"TableName": "Rows", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
		"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "h", "AttributeType": "N"}, {"AttributeName": "l", "AttributeType": "N"}],
		"GlobalSecondaryIndexes": [{"IndexName": "byG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "h", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["name"]}}],
		"LocalSecondaryIndexes": [{"IndexName": "byL", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}`
)

// put stores an item in Tab under the id a; update changes it, get reads it.
func put(attributes string) turn {
	return turn{"PutItem", `{"TableName": "Tab", "Item": {"id": {"S": "a"}` + attributes + `}}`, `{}`}
}

func refused(attributes, want string) turn {
	s := put(attributes)
	s.want = want
	return s
}

func update(expression, values, want string) turn {
	if values != "" {
		values = `, "ExpressionAttributeValues": {` + values + `}`
	}
	return turn{"UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ReturnValues": "UPDATED_NEW", "UpdateExpression": "` + expression + `"` + values + `}`, want}
}

func get(want string) turn {
	return turn{"GetItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ConsistentRead": true}`, want}
}

// holds tells whether a condition is true for the item a of Tab.
func holds(condition, values string, is bool) turn {
	if values != "" {
		values = `, "ExpressionAttributeValues": {` + values + `}`
	}
	want := "ConditionalCheckFailedException: The conditional request failed"
	if is {
		want = `{}`
	}
	return turn{"UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ConditionExpression": "` + condition + `"` + values + `}`, want}
}

// rows fills Rows with ten items of one partition: sk 0 … 9, l falling, every second one with g.
func rows() []turn {
	all := []turn{{"CreateTable", createR, `{}`}}
	for i := range 10 {
		g := ""
		if i%2 == 0 {
			g = fmt.Sprintf(`, "g": {"S": "x"}, "h": {"N": "%d"}`, -i)
		}
		all = append(all, turn{"PutItem", fmt.Sprintf(`{"TableName": "Rows", "Item": {"pk": {"S": "p"}, "sk": {"N": "%d"}, "l": {"N": "%d"}, "name": {"S": "n%d"}, "more": {"S": "m"}%s}}`, i, 100-i, i, g), `{}`})
	}
	return all
}

// query reads Rows; more are members of the request.
func query(condition, values, more, want string) turn {
	return turn{"Query", `{"TableName": "Rows", "KeyConditionExpression": "` + condition + `", "ExpressionAttributeValues": {` + values + `}` + more + `}`, want}
}

// found is an answer of items with these sort keys.
func found(keys ...int) string {
	items := make([]string, len(keys))
	for i, k := range keys {
		items[i] = fmt.Sprintf(`{"sk": {"N": "%d"}}`, k)
	}
	return fmt.Sprintf(`{"Count": %d, "Items": [%s]}`, len(keys), strings.Join(items, ", "))
}

const (
	one     = `":v": {"N": "1"}`
	invalid = "ValidationException: "
)

func onT(turns ...turn) []turn { return append([]turn{{"CreateTable", createT, `{}`}}, turns...) }

func onR(turns ...turn) []turn { return append(rows(), turns...) }

func TestDynamoDB(t *testing.T) {
	t.Parallel()
	for _, list := range [][]probe{dynamoTables(), dynamoItems(), dynamoConditions(), dynamoUpdates(), dynamoReads(), dynamoMany()} {
		for _, p := range list {
			t.Run(p.name, func(t *testing.T) {
				t.Parallel()
				_, cfg := machine(t, local.Options{})
				p.run(t, dynamodb.NewFromConfig(cfg))
			})
		}
	}
}

func dynamoTables() []probe {
	const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Tab"
	const createTab = createT
	return []probe{
		{"a new table is being created, then active", api + "API_CreateTable.html", []turn{
			{"CreateTable", createTab, `{"TableDescription": {"TableName": "Tab", "TableStatus": "CREATING", "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}, "TableArn": "` + arn + `"}}`},
			{"DescribeTable", `{"TableName": "Tab"}`, `{"Table": {"TableStatus": "ACTIVE", "ItemCount": 0, "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]}}`},
		}},
		{"a table is made once", api + "API_CreateTable.html", []turn{{"CreateTable", createTab, `{}`}, {"CreateTable", createTab, "ResourceInUseException: Table already exists: Tab"}}},
		{"names have three to 255 characters", guide + "HowItWorks.NamingRulesDataTypes.html", []turn{
			{"CreateTable", strings.Replace(createT, `"Tab"`, `"T."`, 1), invalid + "at least 3 characters long and at most 255 characters long"},
			{"CreateTable", strings.Replace(createT, `"Tab"`, `"T b/c"`, 1), invalid + "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
		}},
		{"key attributes are defined, and all that is defined is a key", api + "API_CreateTable.html", []turn{
			{"CreateTable", `{"TableName": "Tab", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "x", "AttributeType": "S"}]}`, invalid + "Some index key attributes are not defined in AttributeDefinitions. Keys: [id], AttributeDefinitions: [x]"},
			{"CreateTable", `{"TableName": "Tab", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "x", "AttributeType": "S"}]}`, invalid + "Some AttributeDefinitions are not used"},
		}},
		{"throughput belongs to the billing mode", guide + "HowItWorks.ReadWriteCapacityMode.html", []turn{
			{"CreateTable", strings.Replace(createTab, "PAY_PER_REQUEST", "PROVISIONED", 1), invalid + "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
			{"CreateTable", strings.Replace(createTab, `"PAY_PER_REQUEST"`, `"PROVISIONED", "ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}`, 1), `{"TableDescription": {"ProvisionedThroughput": {"ReadCapacityUnits": 2, "WriteCapacityUnits": 3}}}`},
			{"UpdateTable", `{"TableName": "Tab", "BillingMode": "PAY_PER_REQUEST"}`, `{"TableDescription": {"TableStatus": "UPDATING", "BillingModeSummary": {"BillingMode": "PAY_PER_REQUEST"}}}`},
		}},
		{"a protected table stays", guide + "WorkingWithTables.Basics.html#WorkingWithTables.Basics.DeletionProtection", []turn{
			{"CreateTable", strings.Replace(createTab, `"KeySchema"`, `"DeletionProtectionEnabled": true, "KeySchema"`, 1), `{}`},
			{"DeleteTable", `{"TableName": "Tab"}`, invalid + "Resource cannot be deleted as it is currently protected against deletion"},
			{"UpdateTable", `{"TableName": "Tab", "DeletionProtectionEnabled": false}`, `{}`},
			{"DeleteTable", `{"TableName": "Tab"}`, `{"TableDescription": {"TableStatus": "DELETING"}}`},
			{"DescribeTable", `{"TableName": "Tab"}`, "ResourceNotFoundException: Requested resource not found: Table: Tab not found"},
		}},
		{"tables are listed in pages", api + "API_ListTables.html", []turn{
			{"CreateTable", createTab, `{}`},
			{"CreateTable", strings.Replace(createT, `"Tab"`, `"Other"`, 1), `{}`},
			{"ListTables", `{"Limit": 1}`, `={"TableNames": ["Other"], "LastEvaluatedTableName": "Other"}`},
			{"ListTables", `{"Limit": 1, "ExclusiveStartTableName": "Other"}`, `{"TableNames": ["Tab"]}`},
			{"ListTables", `{"Limit": 101}`, invalid + "Member must have value less than or equal to 100"},
		}},
		{"an index that is added has the items that were there", guide + "GSI.OnlineOps.html", onT(
			put(`, "x": {"S": "y"}`),
			turn{"UpdateTable", `{"TableName": "Tab", "AttributeDefinitions": [{"AttributeName": "x", "AttributeType": "S"}], "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "byX", "KeySchema": [{"AttributeName": "x", "KeyType": "HASH"}], "Projection": {"ProjectionType": "ALL"}}}]}`, `{"TableDescription": {"TableStatus": "UPDATING"}}`},
			turn{"Query", `{"TableName": "Tab", "IndexName": "byX", "KeyConditionExpression": "x = :x", "ExpressionAttributeValues": {":x": {"S": "y"}}}`, `{"Count": 1}`},
			turn{"UpdateTable", `{"TableName": "Tab", "GlobalSecondaryIndexUpdates": [{"Delete": {"IndexName": "byX"}}]}`, `{}`},
			turn{"Query", `{"TableName": "Tab", "IndexName": "byX", "KeyConditionExpression": "x = :x", "ExpressionAttributeValues": {":x": {"S": "y"}}}`, invalid + "The table does not have the specified index: byX"},
		)},
		{"tags", api + "API_TagResource.html", []turn{
			{"CreateTable", createTab, `{}`},
			{"TagResource", `{"ResourceArn": "` + arn + `", "Tags": [{"Key": "a", "Value": "b"}, {"Key": "c", "Value": "d"}]}`, `{}`},
			{"UntagResource", `{"ResourceArn": "` + arn + `", "TagKeys": ["a"]}`, `{}`},
			{"ListTagsOfResource", `{"ResourceArn": "` + arn + `"}`, `={"Tags": [{"Key": "c", "Value": "d"}]}`},
			{"ListTagsOfResource", `{"ResourceArn": "` + arn + `x"}`, "ResourceNotFoundException: Requested resource not found"},
		}},
		{"what has expired is gone", guide + "TTL.html", onT(
			turn{"UpdateTimeToLive", `{"TableName": "Tab", "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": true}}`, `{"TimeToLiveSpecification": {"AttributeName": "until", "Enabled": true}}`},
			turn{"DescribeTimeToLive", `{"TableName": "Tab"}`, `={"TimeToLiveDescription": {"AttributeName": "until", "TimeToLiveStatus": "ENABLED"}}`},
			put(`, "until": {"N": "1700000000"}`), get(`={}`),
			put(`, "until": {"N": "99999999999"}`), get(`{"Item": {"id": {"S": "a"}}}`),
			put(`, "until": {"S": "1700000000"}`), get(`{"Item": {"id": {"S": "a"}}}`),
		)},
		{"indexes are described", api + "API_DescribeTable.html", []turn{
			{"CreateTable", createR, `{"TableDescription": {"GlobalSecondaryIndexes": [{"IndexName": "byG", "IndexStatus": "CREATING"}]}}`},
			{"DescribeTable", `{"TableName": "Rows"}`, `{"Table": {"GlobalSecondaryIndexes": [{"IndexName": "byG", "IndexStatus": "ACTIVE", "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["name"]}}], "LocalSecondaryIndexes": [{"IndexName": "byL", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l", "KeyType": "RANGE"}]}]}}`},
		}},
		{"a local index has the table's hash key", guide + "LSI.html", []turn{
			{"CreateTable", strings.Replace(createR, `[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "l"`, `[{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "l"`, 1), invalid + "Index KeySchema does not have the same leading hash key as table KeySchema for index: byL. index hash key: g, table hash key: pk"},
		}},
		{"a stream is described", api + "API_StreamSpecification.html", onT(
			turn{"UpdateTable", `{"TableName": "Tab", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}`, `{"TableDescription": {"StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"}}}`},
			turn{"UpdateTable", `{"TableName": "Tab", "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "OLD_IMAGE"}}`, invalid + "Table already has an enabled stream: TableName: Tab"},
		)},
		{"what the machine has not is refused by name", "docs/local.md", []turn{{"ListBackups", `{}`, "UnknownOperationException: ListBackups of DynamoDB is not supported by the local machine"}}},
	}
}

func dynamoItems() []probe {
	types := `{"s": {"S": ""}, "n": {"N": "-1.5"}, "b": {"B": "AAEC"}, "t": {"BOOL": true}, "f": {"BOOL": false}, "u": {"NULL": true}, "ss": {"SS": ["a", "b"]}, "ns": {"NS": ["1", "2"]}, "bs": {"BS": ["AA==", "AQ=="]}, "l": {"L": [{"S": "x"}, {"L": []}]}, "m": {"M": {"k": {"M": {}}}}}`
	big := strings.Repeat("x", 400<<10)
	return []probe{
		{"every type comes back", guide + "HowItWorks.NamingRulesDataTypes.html", onT(put(", "+types[1:len(types)-1]), get(`={"Item": {"id": {"S": "a"}, `+types[1:]+`}`))},
		{"an item that is not there", api + "API_GetItem.html", onT(get(`={}`))},
		{"numbers of 38 digits are exact", guide + "HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number", onT(
			put(`, "n": {"N": "12345678901234567890123456789012345678"}`), get(`{"Item": {"n": {"N": "12345678901234567890123456789012345678"}}}`),
			update("SET n = n + :v", one, `{"Attributes": {"n": {"N": "12345678901234567890123456789012345679"}}}`),
			put(`, "n": {"N": "0.10"}`), update("SET n = n + :v", `":v": {"N": "0.2"}`, `{"Attributes": {"n": {"N": "0.3"}}}`),
			refused(`, "n": {"N": "123456789012345678901234567890123456789"}`, invalid+"Attempting to store more than 38 significant digits in a Number"),
		)},
		{"numbers have a range", guide + "HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number", onT(
			put(`, "n": {"N": "9.9999999999999999999999999999999999999E+125"}, "m": {"N": "1E-130"}`),
			refused(`, "n": {"N": "1E126"}`, invalid+"Number overflow. Attempting to store a number with magnitude larger than supported range"),
			refused(`, "n": {"N": "1E-131"}`, invalid+"Number underflow. Attempting to store a number with magnitude smaller than supported range"),
			refused(`, "n": {"N": "one"}`, invalid+"The parameter cannot be converted to a numeric value: one"),
		)},
		{"numbers lose needless zeros", guide + "HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number", onT(put(`, "n": {"N": "007.500"}, "z": {"N": "-0.0"}, "e": {"N": "1e3"}`), get(`{"Item": {"n": {"N": "7.5"}, "z": {"N": "0"}, "e": {"N": "1000"}}}`))},
		{"sets are neither empty nor have they one thing twice", guide + "HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.SetTypes", onT(
			refused(`, "s": {"SS": []}`, invalid+"An string set  may not be empty"),
			refused(`, "s": {"SS": ["a", "a"]}`, invalid+"Input collection [a, a] contains duplicates."),
			refused(`, "s": {"NS": ["1", "1.0"]}`, invalid+"Input collection contains duplicates"),
		)},
		{"keys are not empty, other texts may be", guide + "HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.String", onT(
			put(`, "x": {"S": ""}, "b": {"B": ""}`),
			turn{"PutItem", `{"TableName": "Tab", "Item": {"id": {"S": ""}}}`, invalid + "The AttributeValue for a key attribute cannot contain an empty string value. Key: id"},
		)},
		{"keys have their types", api + "API_PutItem.html", onT(
			turn{"PutItem", `{"TableName": "Tab", "Item": {"id": {"N": "1"}}}`, invalid + "Type mismatch for key id expected: S actual: N"},
			turn{"PutItem", `{"TableName": "Tab", "Item": {"x": {"N": "1"}}}`, invalid + "Missing the key id in the item"},
			turn{"GetItem", `{"TableName": "Tab", "Key": {"id": {"N": "1"}}}`, invalid + "The provided key element does not match the schema"},
			turn{"GetItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}, "x": {"S": "a"}}}`, invalid + "The provided key element does not match the schema"},
		)},
		{"keys have a longest length", guide + "ServiceQuotas.html#limits-partition-sort-keys", onT(
			turn{"GetItem", `{"TableName": "Tab", "Key": {"id": {"S": "` + big[:2048] + `"}}}`, `={}`},
			turn{"GetItem", `{"TableName": "Tab", "Key": {"id": {"S": "` + big[:2049] + `"}}}`, invalid + "Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		)},
		{"an item has at most 400 KB", guide + "ServiceQuotas.html#limits-items", onT(
			put(`, "x": {"S": "`+big[:400<<10-len("ida"+"x")]+`"}`),
			refused(`, "x": {"S": "`+big[:400<<10-len("ida"+"x")+1]+`"}`, invalid+"Item size has exceeded the maximum allowed size"),
			update("SET y = :v", one, invalid+"Item size to update has exceeded the maximum allowed size"),
		)},
		{"lists and maps nest 32 levels", guide + "ServiceQuotas.html#limits-attributes", onT(
			put(`, "x": `+strings.Repeat(`{"L": [`, 32)+`{"S": "x"}`+strings.Repeat(`]}`, 32)),
			refused(`, "x": `+strings.Repeat(`{"L": [`, 33)+`{"S": "x"}`+strings.Repeat(`]}`, 33), invalid+"Nesting Levels have exceeded supported limits"),
		)},
		{"put gives the item that was there", api + "API_PutItem.html", onT(
			put(`, "n": {"N": "1"}`),
			turn{"PutItem", `{"TableName": "Tab", "Item": {"id": {"S": "a"}}, "ReturnValues": "ALL_OLD"}`, `={"Attributes": {"id": {"S": "a"}, "n": {"N": "1"}}}`},
			turn{"PutItem", `{"TableName": "Tab", "Item": {"id": {"S": "a"}}, "ReturnValues": "ALL_NEW"}`, invalid + "Return values set to invalid value"},
		)},
		{"delete gives the item that was there", api + "API_DeleteItem.html", onT(
			put(`, "n": {"N": "1"}`),
			turn{"DeleteItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ReturnValues": "ALL_OLD"}`, `={"Attributes": {"id": {"S": "a"}, "n": {"N": "1"}}}`},
			turn{"DeleteItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ReturnValues": "ALL_OLD"}`, `={}`},
		)},
		{"capacity of reads and writes", guide + "read-write-operations.html", onT(
			turn{"PutItem", `{"TableName": "Tab", "ReturnConsumedCapacity": "TOTAL", "Item": {"id": {"S": "a"}, "x": {"S": "` + big[:5000] + `"}}}`, `={"ConsumedCapacity": {"TableName": "Tab", "CapacityUnits": 5}}`},
			turn{"GetItem", `{"TableName": "Tab", "ReturnConsumedCapacity": "TOTAL", "Key": {"id": {"S": "a"}}}`, `{"ConsumedCapacity": {"CapacityUnits": 1}}`},
			turn{"GetItem", `{"TableName": "Tab", "ReturnConsumedCapacity": "INDEXES", "ConsistentRead": true, "Key": {"id": {"S": "a"}}}`, `{"ConsumedCapacity": {"CapacityUnits": 2, "Table": {"CapacityUnits": 2}}}`},
			turn{"GetItem", `{"TableName": "Tab", "ReturnConsumedCapacity": "TOTAL", "Key": {"id": {"S": "nobody"}}}`, `{"ConsumedCapacity": {"CapacityUnits": 0.5}}`},
		)},
		{"a table that is not there", api + "API_PutItem.html#API_PutItem_Errors", []turn{refused("", "ResourceNotFoundException: Requested resource not found")}},
		{"legacy parameters are refused", "docs/local.md", onT(turn{"GetItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "AttributesToGet": ["id"]}`, invalid + "the legacy parameter AttributesToGet is not supported by the local machine; use the expression that replaces it"})},
		{"put and get as Step Functions was recorded to do it", "conformance/services/dynamodb-task-service-base-integrations-dynamodb-put-get-item.json", onT(
			turn{"PutItem", `{"TableName": "Tab", "Item": {"id": {"S": "id1"}, "data": {"S": "HelloWorld"}}}`, `={}`},
			turn{"GetItem", `{"TableName": "Tab", "Key": {"id": {"S": "id1"}}}`, `={"Item": {"data": {"S": "HelloWorld"}, "id": {"S": "id1"}}}`},
		)},
	}
}

func dynamoConditions() []probe {
	const page = guide + "Expressions.OperatorsAndFunctions.html"
	item := put(`, "n": {"N": "5"}, "s": {"S": "hello"}, "b": {"B": "AAEC"}, "l": {"L": [{"N": "1"}, {"S": "x"}]}, "m": {"M": {"k": {"S": "v"}}}, "ss": {"SS": ["a", "b"]}, "t": {"BOOL": true}`)
	bad := func(condition, values, want string) turn {
		s := holds(condition, values, true)
		s.want = invalid + "Invalid ConditionExpression: " + want
		return s
	}
	return []probe{
		{"comparisons", page, onT(item, holds("n = :v", `":v": {"N": "5.0"}`, true), holds("n <> :v", one, true), holds("n < :v", `":v": {"N": "10"}`, true), holds("n <= :v", `":v": {"N": "5"}`, true), holds("n > :v", one, true), holds("n >= :v", `":v": {"N": "6"}`, false))},
		{"values of other types are unequal and in no order", page, onT(item, holds("n = :v", `":v": {"S": "5"}`, false), holds("n <> :v", `":v": {"S": "5"}`, true), holds("n < :v", `":v": {"S": "9"}`, false), holds("nothing <> :v", one, true), holds("nothing < :v", one, false))},
		{"between", page, onT(
			item, holds("n BETWEEN :a AND :b", `":a": {"N": "5"}, ":b": {"N": "6"}`, true), holds("n BETWEEN :a AND :b", `":a": {"N": "6"}, ":b": {"N": "7"}`, false),
			bad("n BETWEEN :a AND :b", `":a": {"N": "7"}, ":b": {"N": "6"}`, "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: AttributeValue: {N:7}, upper bound operand: AttributeValue: {N:6}"),
		)},
		{"in", page, onT(item, holds("s IN (:a, :b)", `":a": {"S": "x"}, ":b": {"S": "hello"}`, true), holds("n IN (:a)", `":a": {"S": "5"}`, false))},
		{"and, or, not", page, onT(
			item, holds("n = :v OR n > :v AND NOT s = :s", one+`, ":s": {"S": "x"}`, true), holds("NOT (n > :v)", one, false), holds("(n = :v OR n > :v) AND s = :s", one+`, ":s": {"S": "x"}`, false),
		)},
		{"attribute_exists and attribute_not_exists", page, onT(item, holds("attribute_exists(n)", "", true), holds("attribute_exists(m.k)", "", true), holds("attribute_exists(m.x)", "", false), holds("attribute_not_exists(l[1])", "", false), holds("attribute_not_exists(l[2])", "", true))},
		{"attribute_type", page, onT(
			item, holds("attribute_type(n, :t)", `":t": {"S": "N"}`, true), holds("attribute_type(l, :t)", `":t": {"S": "M"}`, false),
			bad("attribute_type(n, :t)", `":t": {"S": "X"}`, "Invalid attribute type name found; type: X, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"),
		)},
		{"begins_with", page, onT(item, holds("begins_with(s, :v)", `":v": {"S": "he"}`, true), holds("begins_with(b, :v)", `":v": {"B": "AAE="}`, true), holds("begins_with(n, :v)", `":v": {"S": "5"}`, false))},
		{"contains", page, onT(
			item, holds("contains(s, :v)", `":v": {"S": "ell"}`, true), holds("contains(ss, :v)", `":v": {"S": "b"}`, true), holds("contains(l, :v)", one, true), holds("contains(l, :v)", `":v": {"N": "2"}`, false),
		)},
		{"size", page, onT(item, holds("size(s) = :v", `":v": {"N": "5"}`, true), holds("size(b) = :v", `":v": {"N": "3"}`, true), holds("size(l) = :v", `":v": {"N": "2"}`, true), holds("size(m) = :v", one, true), holds("size(ss) > :v", one, true), holds("size(n) > :v", one, false))},
		{"paths through maps and lists", guide + "Expressions.Attributes.html", onT(item, holds("m.k = :v", `":v": {"S": "v"}`, true), holds("l[0] = :v", one, true))},
		{"names with placeholders", guide + "Expressions.ExpressionAttributeNames.html", onT(
			put(`, "a.b": {"N": "1"}, "size": {"N": "2"}`),
			turn{"UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ConditionExpression": "#x = :v AND #s > :v", "ExpressionAttributeNames": {"#x": "a.b", "#s": "size"}, "ExpressionAttributeValues": {` + one + `}}`, `{}`},
		)},
		{"reserved words", guide + "ReservedWords.html", onT(bad("size = :v", one, "Attribute name is a reserved keyword; reserved keyword: size"), bad("Status = :v", one, "Attribute name is a reserved keyword; reserved keyword: Status"))},
		{"placeholders that are missing", guide + "Expressions.ExpressionAttributeValues.html", onT(
			bad("n = :w", one, "An expression attribute value used in expression is not defined; attribute value: :w"),
			bad("#n = :v", one, "An expression attribute name used in the document path is not defined; attribute name: #n"),
		)},
		{"placeholders that are not used", guide + "Expressions.ExpressionAttributeValues.html", onT(
			turn{"UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ConditionExpression": "n = :v", "ExpressionAttributeValues": {` + one + `, ":w": {"N": "1"}}}`, invalid + "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"},
			turn{"UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ConditionExpression": "attribute_exists(n)", "ExpressionAttributeNames": {"#w": "x"}}`, invalid + "Value provided in ExpressionAttributeNames unused in expressions: keys: {#w}"},
		)},
		{"syntax errors", page, onT(
			bad("n = ", "", `Syntax error; token: "<EOF>", near: "="`), bad("n == :v", one, `Syntax error; token: "=", near: "== :v"`), bad("((n = :v))", one, "The expression has redundant parentheses;"),
			bad("foo(n)", "", "Invalid function name; function: foo"), bad("size(n)", "", "The function is not allowed to be used this way in an expression; function: size"),
			bad("attribute_exists(n, s)", "", "Incorrect number of operands for operator or function; operator or function: attribute_exists, number of operands: 2"),
		)},
		{"the item of a condition that failed", api + "API_PutItem.html#DDB-PutItem-request-ReturnValuesOnConditionCheckFailure", onT(
			item,
			turn{"PutItem", `{"TableName": "Tab", "Item": {"id": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}`, "ConditionalCheckFailedException: The conditional request failed"},
		)},
	}
}

func dynamoUpdates() []probe {
	const page = guide + "Expressions.UpdateExpressions.html"
	bad := func(expression, values, want string) turn { return update(expression, values, invalid+want) }
	return []probe{
		{"set makes the item", page, onT(update("SET n = :v", one, `={"Attributes": {"n": {"N": "1"}}}`), get(`={"Item": {"id": {"S": "a"}, "n": {"N": "1"}}}`))},
		{"set with arithmetic", page, onT(put(`, "n": {"N": "5"}`), update("SET n = n - :v, m = :v + n", one, `={"Attributes": {"n": {"N": "4"}, "m": {"N": "6"}}}`))},
		{"if_not_exists", page, onT(update("SET n = if_not_exists(n, :z) + :v", one+`, ":z": {"N": "10"}`, `={"Attributes": {"n": {"N": "11"}}}`), update("SET n = if_not_exists(n, :z) + :v", one+`, ":z": {"N": "10"}`, `={"Attributes": {"n": {"N": "12"}}}`))},
		{"list_append", page, onT(
			put(`, "l": {"L": [{"N": "1"}]}`), update("SET l = list_append(l, :v)", `":v": {"L": [{"N": "2"}]}`, `={"Attributes": {"l": {"L": [{"N": "1"}, {"N": "2"}]}}}`),
			update("SET l = list_append(:v, l)", `":v": {"L": [{"N": "0"}]}`, `={"Attributes": {"l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}}}`),
			update("SET k = list_append(if_not_exists(k, :e), :v)", `":v": {"L": [{"N": "2"}]}, ":e": {"L": []}`, `={"Attributes": {"k": {"L": [{"N": "2"}]}}}`),
		)},
		{"elements of lists and members of maps", page, onT(
			put(`, "l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}, "m": {"M": {"a": {"N": "1"}, "b": {"N": "2"}}}`),
			update("SET l[1] = :v, l[9] = :v, m.c = :v REMOVE l[0], m.a", `":v": {"S": "x"}`, `{}`),
			get(`={"Item": {"id": {"S": "a"}, "l": {"L": [{"S": "x"}, {"N": "2"}, {"S": "x"}]}, "m": {"M": {"b": {"N": "2"}, "c": {"S": "x"}}}}}`),
			bad("SET x.y = :v", one, "The document path provided in the update expression is invalid for update"),
			bad("SET l.y = :v", one, "The document path provided in the update expression is invalid for update"),
		)},
		{"add", page, onT(
			update("ADD n :v, s :s", one+`, ":s": {"SS": ["a"]}`, `={"Attributes": {"n": {"N": "1"}, "s": {"SS": ["a"]}}}`),
			update("ADD n :v, s :s", one+`, ":s": {"SS": ["b", "a"]}`, `={"Attributes": {"n": {"N": "2"}, "s": {"SS": ["a", "b"]}}}`),
			bad("ADD s :v", one, "An operand in the update expression has an incorrect data type"),
			bad("ADD n :v", `":v": {"S": "x"}`, "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING"),
		)},
		{"delete from sets", page, onT(
			put(`, "s": {"NS": ["1", "2"]}`), update("DELETE s :s", `":s": {"NS": ["2", "7"]}`, `={"Attributes": {"s": {"NS": ["1"]}}}`), update("DELETE s :s", `":s": {"NS": ["1.0"]}`, `={}`), get(`={"Item": {"id": {"S": "a"}}}`),
		)},
		{"operands are read before anything is written", page, onT(put(`, "x": {"N": "1"}, "y": {"N": "2"}`), update("SET x = y, y = x", "", `={"Attributes": {"x": {"N": "2"}, "y": {"N": "1"}}}`))},
		{"the key stays", page, onT(bad("SET id = :v", `":v": {"S": "b"}`, "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key"))},
		{"paths that overlap", page, onT(
			bad("SET a = :v, a.b = :v", one, "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]"),
			bad("SET a.b = :v, a[1] = :v", one, "Invalid UpdateExpression: Two document paths conflict with each other"),
		)},
		{"sections stand once", page, onT(bad("SET a = :v SET b = :v", one, `Invalid UpdateExpression: The "SET" section can only be used once in an update expression;`))},
		{"operands that are not there", page, onT(put(""), bad("SET a = b", "", "The provided expression refers to an attribute that does not exist in the item"), bad("SET a = b + :v", one, "The provided expression refers to an attribute that does not exist in the item"))},
		{"what an update gives back", api + "API_UpdateItem.html#DDB-UpdateItem-request-ReturnValues", onT(
			put(`, "n": {"N": "1"}, "m": {"N": "1"}`),
			turn{"UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET n = :v", "ExpressionAttributeValues": {":v": {"N": "2"}}, "ReturnValues": "UPDATED_OLD"}`, `={"Attributes": {"n": {"N": "1"}}}`},
			turn{"UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET n = :v", "ExpressionAttributeValues": {":v": {"N": "3"}}, "ReturnValues": "ALL_OLD"}`, `={"Attributes": {"id": {"S": "a"}, "n": {"N": "2"}, "m": {"N": "1"}}}`},
			turn{"UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET n = :v", "ExpressionAttributeValues": {":v": {"N": "4"}}, "ReturnValues": "ALL_NEW"}`, `={"Attributes": {"id": {"S": "a"}, "n": {"N": "4"}, "m": {"N": "1"}}}`},
			turn{"UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "UpdateExpression": "SET n = :v", "ExpressionAttributeValues": {":v": {"N": "5"}}}`, `={}`},
		)},
		{"an update without an expression makes the item", api + "API_UpdateItem.html", onT(turn{"UpdateItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}}`, `={}`}, get(`={"Item": {"id": {"S": "a"}}}`))},
		{"removing from an item that is not there makes none", page, onT(update("REMOVE x", "", `={}`), get(`={}`))},
	}
}

func dynamoReads() []probe {
	const page, p = guide + "Query.KeyConditionExpressions.html", `":p": {"S": "p"}`
	seven := p + `, ":n": {"N": "7"}`
	bad := func(condition, values, more, want string) turn { return query(condition, values, more, invalid+want) }
	big := strings.Repeat("x", 300<<10)
	var wide []turn
	for i := range 5 {
		wide = append(wide, turn{"PutItem", fmt.Sprintf(`{"TableName": "Rows", "Item": {"pk": {"S": "wide"}, "sk": {"N": "%d"}, "x": {"S": "%s"}}}`, i, big), `{}`})
	}
	return []probe{
		{"sort keys", page, onR(
			query("pk = :p AND sk > :n", seven, "", found(8, 9)), query("pk = :p AND sk >= :n", seven, "", found(7, 8, 9)), query("pk = :p AND sk = :n", seven, "", found(7)),
			query("pk = :p AND sk < :n", p+`, ":n": {"N": "2"}`, "", found(0, 1)), query("sk <= :n AND pk = :p", p+`, ":n": {"N": "1"}`, "", found(0, 1)), query("pk = :p AND sk BETWEEN :m AND :n", seven+`, ":m": {"N": "5.5"}`, "", found(6, 7)),
		)},
		{"backwards, and so many", api + "API_Query.html", onR(query("pk = :p", p, `, "ScanIndexForward": false, "Limit": 3`, `{"Count": 3, "ScannedCount": 3, "Items": [{"sk": {"N": "9"}}, {"sk": {"N": "8"}}, {"sk": {"N": "7"}}], "LastEvaluatedKey": {"pk": {"S": "p"}, "sk": {"N": "7"}}}`))},
		{"pages go on after the last key", guide + "Query.Pagination.html", onR(
			query("pk = :p", p, `, "Limit": 8`, `{"Count": 8, "LastEvaluatedKey": {"pk": {"S": "p"}, "sk": {"N": "7"}}}`),
			query("pk = :p", p, `, "ExclusiveStartKey": {"pk": {"S": "p"}, "sk": {"N": "7"}}`, `{"Count": 2, "LastEvaluatedKey": null}`),
			query("pk = :p", p, `, "Limit": 2, "ExclusiveStartKey": {"pk": {"S": "p"}, "sk": {"N": "7"}}`, `{"Count": 2, "LastEvaluatedKey": {"sk": {"N": "9"}}}`),
			query("pk = :p", p, `, "ExclusiveStartKey": {"pk": {"S": "p"}, "sk": {"N": "9"}}`, `{"LastEvaluatedKey": null}`),
		)},
		{"a page has a megabyte", guide + "Query.Pagination.html", append([]turn{{"CreateTable", createR, `{}`}}, append(wide,
			query("pk = :p", `":p": {"S": "wide"}`, "", `{"Count": 4, "LastEvaluatedKey": {"pk": {"S": "wide"}, "sk": {"N": "3"}}}`),
			turn{"Scan", `{"TableName": "Rows", "Select": "COUNT"}`, `{"Count": 4, "LastEvaluatedKey": {"sk": {"N": "3"}}}`})...)},
		{"filters come after the limit", guide + "Query.FilterExpression.html", onR(
			query("pk = :p", p+`, ":n": {"N": "97"}`, `, "FilterExpression": "l < :n", "Limit": 5`, `{"Count": 1, "ScannedCount": 5}`),
			bad("pk = :p", seven, `, "FilterExpression": "sk < :n"`, "Filter Expression can only contain non-primary key attributes: Primary key attribute: sk"),
		)},
		{"a projection", guide + "Expressions.ProjectionExpressions.html", onT(
			put(`, "m": {"M": {"a": {"N": "1"}, "b": {"N": "2"}}}, "l": {"L": [{"N": "0"}, {"N": "1"}, {"N": "2"}]}`),
			turn{"GetItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ProjectionExpression": "m.a, l[2], l[0], #i", "ExpressionAttributeNames": {"#i": "id"}}`, `={"Item": {"id": {"S": "a"}, "m": {"M": {"a": {"N": "1"}}}, "l": {"L": [{"N": "0"}, {"N": "2"}]}}}`},
			turn{"GetItem", `{"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ProjectionExpression": "m, m.a"}`, invalid + "Invalid ProjectionExpression: Two document paths overlap with each other"},
		)},
		{"a global index is sparse and has what is projected", guide + "GSI.html", onR(
			turn{"Query", `{"TableName": "Rows", "IndexName": "byG", "KeyConditionExpression": "g = :g AND h > :h", "ExpressionAttributeValues": {":g": {"S": "x"}, ":h": {"N": "-4"}}}`, `={"Count": 2, "ScannedCount": 2, "Items": [{"pk": {"S": "p"}, "sk": {"N": "2"}, "g": {"S": "x"}, "h": {"N": "-2"}, "name": {"S": "n2"}}, {"pk": {"S": "p"}, "sk": {"N": "0"}, "g": {"S": "x"}, "h": {"N": "0"}, "name": {"S": "n0"}}]}`},
			turn{"Scan", `{"TableName": "Rows", "IndexName": "byG", "Select": "COUNT"}`, `{"Count": 5}`},
			turn{"Query", `{"TableName": "Rows", "IndexName": "byG", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "x"}}, "ConsistentRead": true}`, invalid + "Consistent reads are not supported on global secondary indexes"},
			turn{"Query", `{"TableName": "Rows", "IndexName": "byG", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "x"}}, "Limit": 1}`, `{"LastEvaluatedKey": {"pk": {"S": "p"}, "sk": {"N": "8"}, "g": {"S": "x"}, "h": {"N": "-8"}}}`},
		)},
		{"a local index fetches what it has not", guide + "LSI.html", onR(
			query("pk = :p AND l < :n", p+`, ":n": {"N": "93"}`, `, "IndexName": "byL", "ConsistentRead": true`, `{"Count": 2, "Items": [{"sk": {"N": "9"}, "l": {"N": "91"}, "more": null}, {"sk": {"N": "8"}}]}`),
			query("pk = :p AND l < :n", p+`, ":n": {"N": "92"}`, `, "IndexName": "byL", "Select": "ALL_ATTRIBUTES"`, `{"Items": [{"more": {"S": "m"}}]}`),
		)},
		{"an index is scanned in pages", api + "API_Scan.html", onR(
			turn{"Scan", `{"TableName": "Rows", "IndexName": "byG", "Limit": 3}`, `{"Count": 3, "LastEvaluatedKey": {"sk": {"N": "4"}, "h": {"N": "-4"}}}`},
			turn{"Scan", `{"TableName": "Rows", "IndexName": "byG", "ExclusiveStartKey": {"pk": {"S": "p"}, "sk": {"N": "4"}, "g": {"S": "x"}, "h": {"N": "-4"}}}`, `{"Count": 2}`},
		)},
		{"a scan with segments", guide + "Scan.html#Scan.ParallelScan", onR(
			turn{"Scan", `{"TableName": "Rows", "TotalSegments": 1, "Segment": 0}`, `{"Count": 10}`},
			turn{"Scan", `{"TableName": "Rows", "TotalSegments": 2}`, invalid + "The TotalSegments and Segment parameters must both be present or both be absent"},
			turn{"Scan", `{"TableName": "Rows", "TotalSegments": 2, "Segment": 2}`, invalid + "The Segment parameter is zero-based and must be less than parameter TotalSegments"},
		)},
		{"a scan with a filter", guide + "Scan.html", onR(turn{"Scan", `{"TableName": "Rows", "FilterExpression": "#n IN (:a, :b)", "ExpressionAttributeNames": {"#n": "name"}, "ExpressionAttributeValues": {":a": {"S": "n1"}, ":b": {"S": "n2"}}}`, `{"Count": 2, "ScannedCount": 10}`})},
		{"key conditions that cannot be", page, onR(
			bad("sk = :n", `":n": {"N": "1"}`, "", "Query condition missed key schema element: pk"),
			bad("pk > :p", p, "", "Query key condition not supported"),
			bad("pk = :p OR sk = :n", seven, "", "Invalid operator used in KeyConditionExpression: OR"),
			bad("pk = :p AND pk = :p", p, "", "KeyConditionExpressions must only contain one condition per key"),
			bad("pk = :p AND name = :p", p, "", "Invalid KeyConditionExpression: Attribute name is a reserved keyword; reserved keyword: name"),
			bad("pk = :p AND l = :n", seven, "", "Query condition missed key schema element: sk"),
			bad("pk = :p", `":p": {"N": "1"}`, "", "Condition parameter type does not match schema type"),
			bad("begins_with(pk, :p)", p, "", "Query key condition not supported"),
		)},
		{"starting keys that cannot be", api + "API_Query.html", onR(
			bad("pk = :p", p, `, "ExclusiveStartKey": {"pk": {"S": "p"}}`, "The provided starting key is invalid"),
			bad("pk = :p", p, `, "ExclusiveStartKey": {"pk": {"S": "other"}, "sk": {"N": "1"}}`, "The provided starting key is outside query boundaries based on provided conditions"),
		)},
		{"what is selected", api + "API_Query.html#DDB-Query-request-Select", onR(
			query("pk = :p", p, `, "Select": "COUNT"`, `{"Count": 10, "Items": null}`),
			bad("pk = :p", p, `, "Select": "SPECIFIC_ATTRIBUTES"`, "Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"),
			bad("pk = :p", p, `, "Select": "ALL_PROJECTED_ATTRIBUTES"`, "ALL_PROJECTED_ATTRIBUTES can be used only when Querying using an IndexName"),
			bad("pk = :p", p, `, "Limit": 0`, "Member must have value greater than or equal to 1"),
		)},
		{"capacity by index", api + "API_ConsumedCapacity.html", onR(
			query("pk = :p", p, `, "ReturnConsumedCapacity": "INDEXES"`, `{"ConsumedCapacity": {"TableName": "Rows", "CapacityUnits": 0.5, "Table": {"CapacityUnits": 0.5}}}`),
			turn{"Query", `{"TableName": "Rows", "IndexName": "byG", "KeyConditionExpression": "g = :g", "ExpressionAttributeValues": {":g": {"S": "x"}}, "ReturnConsumedCapacity": "INDEXES"}`, `{"ConsumedCapacity": {"CapacityUnits": 0.5, "GlobalSecondaryIndexes": {"byG": {"CapacityUnits": 0.5}}}}`},
			turn{"PutItem", `{"TableName": "Rows", "Item": {"pk": {"S": "q"}, "sk": {"N": "1"}, "g": {"S": "x"}, "h": {"N": "1"}, "l": {"N": "1"}}, "ReturnConsumedCapacity": "INDEXES"}`, `{"ConsumedCapacity": {"CapacityUnits": 3, "Table": {"CapacityUnits": 1}, "GlobalSecondaryIndexes": {"byG": {"CapacityUnits": 1}}, "LocalSecondaryIndexes": {"byL": {"CapacityUnits": 1}}}}`},
		)},
	}
}

func dynamoMany() []probe {
	const write, read = guide + "transaction-apis.html", api + "API_TransactGetItems.html"
	part := func(kind, members string) string { return `{"` + kind + `": {"TableName": "Tab", ` + members + `}}` }
	act := func(want string, parts ...string) turn {
		return turn{"TransactWriteItems", `{"TransactItems": [` + strings.Join(parts, ", ") + `]}`, want}
	}
	const cancelled = "TransactionCanceledException: Transaction cancelled, please refer cancellation reasons for specific reasons "
	key := func(id string) string { return `{"id": {"S": "` + id + `"}}` }
	add := part("Update", `"Key": `+key("a")+`, "UpdateExpression": "ADD n :v", "ExpressionAttributeValues": {`+one+`}`)
	token := turn{"TransactWriteItems", `{"ClientRequestToken": "t1", "TransactItems": [` + add + `]}`, `{}`}
	other := turn{"TransactWriteItems", `{"ClientRequestToken": "t1", "TransactItems": [` + part("Delete", `"Key": `+key("a")) + `]}`, "IdempotentParameterMismatchException: "}
	var keys, writes []string
	for i := range 101 {
		keys = append(keys, key(fmt.Sprint(i)))
		writes = append(writes, `{"PutRequest": {"Item": `+key(fmt.Sprint(i))+`}}`)
	}
	return []probe{
		{"a batch writes and reads", api + "API_BatchWriteItem.html", onT(
			put(""),
			turn{"BatchWriteItem", `{"RequestItems": {"Tab": [{"PutRequest": {"Item": ` + key("b") + `}}, {"DeleteRequest": {"Key": ` + key("a") + `}}]}}`, `={"UnprocessedItems": {}}`},
			turn{"BatchGetItem", `{"RequestItems": {"Tab": {"Keys": [` + key("a") + `, ` + key("b") + `]}}}`, `={"Responses": {"Tab": [{"id": {"S": "b"}}]}, "UnprocessedKeys": {}}`},
		)},
		{"batches have limits", api + "API_BatchGetItem.html", onT(
			turn{"BatchWriteItem", `{"RequestItems": {"Tab": [` + strings.Join(writes[:26], ", ") + `]}}`, invalid + "Too many items requested for the BatchWriteItem call"},
			turn{"BatchGetItem", `{"RequestItems": {"Tab": {"Keys": [` + strings.Join(keys, ", ") + `]}}}`, invalid + "Too many items requested for the BatchGetItem call"},
			turn{"BatchGetItem", `{"RequestItems": {"Tab": {"Keys": [` + keys[0] + `, ` + keys[0] + `]}}}`, invalid + "Provided list of item keys contains duplicates"},
		)},
		{"a transaction does all", write, onT(
			act(`{}`, part("Put", `"Item": `+key("b")), add, part("ConditionCheck", `"Key": `+key("c")+`, "ConditionExpression": "attribute_not_exists(id)"`)),
			turn{"TransactGetItems", `{"TransactItems": [` + part("Get", `"Key": `+key("a")+`, "ProjectionExpression": "n"`) + `, ` + part("Get", `"Key": `+key("c")) + `]}`, `{"Responses": [{"Item": {"n": {"N": "1"}}}, {"Item": null}]}`},
		)},
		{"or nothing", write, onT(
			put(""),
			act(cancelled+"[None, ConditionalCheckFailed]", part("Put", `"Item": `+key("b")), part("Delete", `"Key": `+key("a")+`, "ConditionExpression": "attribute_not_exists(id)"`)),
			turn{"Scan", `{"TableName": "Tab"}`, `{"Count": 1}`},
			act(cancelled+"[ValidationError, None]", part("Update", `"Key": `+key("a")+`, "UpdateExpression": "SET x = y"`), part("Put", `"Item": `+key("b"))),
			turn{"Scan", `{"TableName": "Tab"}`, `{"Count": 1}`},
		)},
		{"one item once", write, onT(act(invalid+"Transaction request cannot include multiple operations on one item", add, add))},
		{"a token makes it once", write + "#transaction-apis-txwriteitems-idempotency", onT(token, token, get(`{"Item": {"n": {"N": "1"}}}`), other)},
		{"transactions read at once", read, onT(turn{"TransactGetItems", `{"TransactItems": [` + part("Get", `"Key": `+key("a")) + `, ` + part("Get", `"Key": `+key("a")) + `]}`, invalid + "Transaction request cannot include multiple operations on one item"})},
		{"transactions use twice the capacity", write + "#transaction-capacity-handling", onT(
			turn{"TransactWriteItems", `{"ReturnConsumedCapacity": "TOTAL", "TransactItems": [` + add + `]}`, `{"ConsumedCapacity": [{"TableName": "Tab", "CapacityUnits": 2, "WriteCapacityUnits": 2}]}`},
			turn{"TransactGetItems", `{"ReturnConsumedCapacity": "TOTAL", "TransactItems": [` + part("Get", `"Key": `+key("a")) + `]}`, `{"ConsumedCapacity": [{"TableName": "Tab", "CapacityUnits": 2, "ReadCapacityUnits": 2}]}`},
		)},
	}
}

// The reasons of a cancelled transaction come one for each part, with the item if it is asked for.
func TestDynamoDBReasons(t *testing.T) {
	t.Parallel()
	_, cfg := machine(t, local.Options{})
	client := dynamodb.NewFromConfig(cfg)
	for _, s := range onT(put(`, "n": {"N": "1"}`)) {
		if why := s.differs(invoke(t.Context(), client, s.action, s.in)); why != "" {
			t.Fatal(why)
		}
	}
	_, err := invoke(t.Context(), client, "TransactWriteItems", `{"TransactItems": [{"Put": {"TableName": "Tab", "Item": {"id": {"S": "b"}}}},
		{"Delete": {"TableName": "Tab", "Key": {"id": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}}]}`)
	cancelled, ok := errors.AsType[*types.TransactionCanceledException](err)
	if !ok || len(cancelled.CancellationReasons) != 2 {
		t.Fatalf("got %v", err)
	}
	none, failed := cancelled.CancellationReasons[0], cancelled.CancellationReasons[1]
	if *none.Code != "None" || none.Message != nil || *failed.Code != "ConditionalCheckFailed" || *failed.Message != "The conditional request failed" || len(failed.Item) != 2 {
		t.Errorf("got %+v and %+v", none, failed)
	}
	_, err = invoke(t.Context(), client, "PutItem", `{"TableName": "Tab", "Item": {"id": {"S": "a"}}, "ConditionExpression": "attribute_not_exists(id)", "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}`)
	if e, ok := errors.AsType[*types.ConditionalCheckFailedException](err); !ok || len(e.Item) != 2 {
		t.Errorf("got %v", err)
	}
}
