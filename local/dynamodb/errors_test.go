package dynamodb_test

import (
	"fmt"
	"strings"
	"testing"
)

func TestErrorsOfItems(t *testing.T) {
	t.Parallel()
	d := filled(t)
	put := func(item, more string) string { return `{"TableName": "Photos", "Item": ` + item + more + `}` }
	update := func(more string) string { return `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, ` + more + `}` }
	const v, one = "ValidationException: ", `, "ExpressionAttributeValues": {":v": {"N": "1"}}`
	deep := strings.Repeat(`{"L": [`, 40) + strings.Repeat(`]}`, 40)
	for _, c := range []struct{ action, in, want string }{
		{"PutItem", `{}`, "SerializationException: an item is an object of attribute values, not absent"},
		{"PutItem", `{"Item": {"id": {"S": "x"}}}`, v + "The parameter 'TableName' is required but was not present in the request"},
		{"PutItem", `{"TableName": 5, "Item": {"id": {"S": "x"}}}`, "SerializationException: the parameter TableName of PutItem must be a string, not 5"},
		{"PutItem", `{"TableName": "Nothing", "Item": {"id": {"S": "x"}}}`, "ResourceNotFoundException: Requested resource not found"},
		{"PutItem", put(`{}`, ""), v + "One or more parameter values were invalid: Missing the key id in the item"},
		{"PutItem", put(`{"id": {"N": "1"}}`, ""), v + "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"},
		{"PutItem", put(`{"id": {"S": ""}}`, ""), v + "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"},
		{"PutItem", put(`{"id": {"S": "`+strings.Repeat("x", 2049)+`"}}`, ""), v + "One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes"},
		{"PutItem", put(`{"id": {"S": "x"}, "big": {"S": "`+strings.Repeat("x", 400<<10)+`"}}`, ""), v + "Item size has exceeded the maximum allowed size"},
		{"PutItem", put(`{"id": {"S": "x"}, "at": {"S": "now"}}`, ""), v + "One or more parameter values were invalid: Type mismatch for Index Key at Expected: N Actual: S IndexName: byAlbum"},
		{"PutItem", put(`{"id": {"S": "x"}, "state": {"S": ""}}`, ""), v + "One or more parameter values are not valid. A value specified for a secondary index key is not supported. The AttributeValue for a key attribute cannot contain an empty string value. IndexName: byState, IndexKey: state"},
		{"PutItem", put(`{"id": "x"}`, ""), `SerializationException: an attribute value is an object such as {"S": "text"}, not a string`},
		{"PutItem", put(`{"id": {"S": 1}}`, ""), "SerializationException: the member S of an attribute value is a string, not a number"},
		{"PutItem", put(`{"id": {}}`, ""), v + "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{"PutItem", put(`{"id": {"X": "y"}}`, ""), v + "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes"},
		{"PutItem", put(`{"id": {"S": "x", "N": "1"}}`, ""), v + "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes"},
		{"PutItem", put(`{"id": {"S": "x"}, "n": {"N": "1_000"}}`, ""), v + "The parameter cannot be converted to a numeric value: 1_000"},
		{"PutItem", put(`{"id": {"S": "x"}, "n": {"N": ""}}`, ""), v + "The parameter cannot be converted to a numeric value"},
		{"PutItem", put(`{"id": {"S": "x"}, "n": {"N": "NaN"}}`, ""), v + "The parameter cannot be converted to a numeric value: NaN"},
		{"PutItem", put(`{"id": {"S": "x"}, "n": {"N": "1e126"}}`, ""), v + "Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{"PutItem", put(`{"id": {"S": "x"}, "n": {"N": "1e-131"}}`, ""), v + "Number underflow. Attempting to store a number with magnitude smaller than supported range"},
		{"PutItem", put(`{"id": {"S": "x"}, "n": {"N": "1e99999999999999999999"}}`, ""), v + "Number overflow. Attempting to store a number with magnitude larger than supported range"},
		{"PutItem", put(`{"id": {"S": "x"}, "n": {"N": "`+strings.Repeat("1", 39)+`"}}`, ""), v + "Attempting to store more than 38 significant digits in a Number"},
		{"PutItem", put(`{"id": {"S": "x"}, "s": {"SS": []}}`, ""), v + "One or more parameter values were invalid: An string set  may not be empty"},
		{"PutItem", put(`{"id": {"S": "x"}, "s": {"SS": ["a", "a"]}}`, ""), v + "One or more parameter values were invalid: Input collection [a, a] contains duplicates."},
		{"PutItem", put(`{"id": {"S": "x"}, "s": {"NS": ["1", "1.0"]}}`, ""), v + "Input collection contains duplicates"},
		{"PutItem", put(`{"id": {"S": "x"}, "s": {"NULL": false}}`, ""), v + "One or more parameter values were invalid: Null attribute value types must have the value of true"},
		{"PutItem", put(`{"id": {"S": "x"}, "s": {"B": "é"}}`, ""), "SerializationException: 'é' can not be converted to a Blob: illegal base64 data at input byte 0"},
		{"PutItem", put(`{"id": {"S": "x"}, "s": `+deep+`}`, ""), v + "Nesting Levels have exceeded supported limits"},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "Expected": {}`), v + "the legacy parameter Expected is not supported by the local machine; use the expression that replaces it"},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "Shiny": 1`), v + "the parameter Shiny of PutItem is not supported yet by the local machine"},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "ReturnValues": "ALL_NEW"`), v + "Return values set to invalid value"},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "ReturnValues": "SOME"`), v + "1 validation error detected: Value 'SOME' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [ALL_NEW, UPDATED_OLD, ALL_OLD, NONE, UPDATED_NEW]"},
		{"PutItem", put(`{"id": {"S": "x"}}`, one), v + "ExpressionAttributeValues can only be specified when using expressions: ConditionExpression is null"},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "ExpressionAttributeNames": {"#a": "b"}`), v + "ExpressionAttributeNames can only be specified when using expressions"},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "ConditionExpression": "attribute_exists(id)"`+one), v + "Value provided in ExpressionAttributeValues unused in expressions: keys: {:v}"},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "ConditionExpression": "attribute_exists(id)", "ExpressionAttributeNames": {"#z": "z", "#b": "b"}`), v + "Value provided in ExpressionAttributeNames unused in expressions: keys: {#b, #z}"},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "ConditionExpression": "id = :v", "ExpressionAttributeValues": {}`), v + "ExpressionAttributeValues must not be empty"},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "ConditionExpression": "id = :v", "ExpressionAttributeValues": {"v": {"S": "x"}}`), v + `ExpressionAttributeValues contains invalid key: Syntax error; key: "v"`},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "ConditionExpression": "id = :v", "ExpressionAttributeValues": {":v": {"N": "x"}}`), v + "ExpressionAttributeValues contains invalid value: The parameter cannot be converted to a numeric value: x for key :v"},
		{"PutItem", put(`{"id": {"S": "x"}}`, `, "ConditionExpression": "#x = :v", "ExpressionAttributeNames": {"x": "y"}`+one), v + `ExpressionAttributeNames contains invalid key: Syntax error; key: "x"`},
		{"UpdateItem", update(`"UpdateExpression": "SET id = :v"` + one), v + "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key"},
		{"UpdateItem", update(`"UpdateExpression": ""`), v + "Invalid UpdateExpression: The expression can not be empty;"},
		{"UpdateItem", update(`"ConditionExpression": ""`), v + "Invalid ConditionExpression: The expression can not be empty;"},
		{"UpdateItem", update(`"UpdateExpression": "SET a = b"`), v + "The provided expression refers to an attribute that does not exist in the item"},
		{"UpdateItem", update(`"UpdateExpression": "SET #s = :v", "ExpressionAttributeNames": {"#s": "state"}` + one), v + "One or more parameter values were invalid: Type mismatch for Index Key state Expected: S Actual: N IndexName: byState"},
		{"UpdateItem", update(`"UpdateExpression": "SET big = :v", "ExpressionAttributeValues": {":v": {"S": "` + strings.Repeat("x", 400<<10) + `"}}`), v + "Item size to update has exceeded the maximum allowed size"},
		{"UpdateItem", `{"TableName": "Photos", "Key": {}}`, v + "The provided key element does not match the schema"},
		{"GetItem", `{"TableName": "Photos", "Key": {"id": {"N": "1"}}}`, v + "The provided key element does not match the schema"},
		{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "x"}, "more": {"S": "y"}}}`, v + "The provided key element does not match the schema"},
		{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": ""}}}`, v + "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"},
		{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "x"}}, "ProjectionExpression": "a, a.b"}`, v + "Invalid ProjectionExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a, b]"},
		{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "x"}}, "ProjectionExpression": "name"}`, v + "Invalid ProjectionExpression: Attribute name is a reserved keyword; reserved keyword: name"},
		{"GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "x"}}, "ProjectionExpression": "a,"}`, v + `Invalid ProjectionExpression: Syntax error; token: "<EOF>", near: ","`},
		{"ExecuteStatement", `{}`, "UnknownOperationException: ExecuteStatement of DynamoDB is not supported by the local machine"},
	} {
		refuse(t, d, c.action, c.in, c.want)
	}
}

func TestErrorsOfReads(t *testing.T) {
	t.Parallel()
	d := filled(t)
	const v = "ValidationException: "
	query := func(condition, values, more string) string {
		return fmt.Sprintf(`{"TableName": "Photos", "KeyConditionExpression": "%s", "ExpressionAttributeValues": {%s}%s}`, condition, values, more)
	}
	const s, n, album = `":s": {"S": "x"}`, `":n": {"N": "1"}`, `, "IndexName": "byAlbum"`
	const at = `, "ExpressionAttributeNames": {"#at": "at"}`
	for _, c := range []struct{ action, in, want string }{
		{"Query", `{"TableName": "Photos"}`, v + "Either the KeyConditions or KeyConditionExpression parameter must be specified in the request."},
		{"Query", query("title = :s", s, ""), v + "Query condition missed key schema element: id"},
		{"Query", query("id > :s", s, ""), v + "Query key condition not supported"},
		{"Query", query("begins_with(id, :s)", s, ""), v + "Query key condition not supported"},
		{"Query", query("id = :s AND title = :s", s, ""), v + "Query key condition not supported"},
		{"Query", query("album = :s AND title = :s", s, album), v + "Query condition missed key schema element: at"},
		{"Query", query("album = :s AND #at = :n AND id = :s", s+","+n, album+at), v + "Conditions can be of length 1 or 2 only"},
		{"Query", query("album = :s AND album = :s", s, album), v + "KeyConditionExpressions must only contain one condition per key"},
		{"Query", query("id = :s OR id = :s", s, ""), v + "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: OR"},
		{"Query", query("NOT id = :s", s, ""), v + "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: NOT"},
		{"Query", query("id IN (:s)", s, ""), v + "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: IN"},
		{"Query", query("id <> :s", s, ""), v + "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: <>"},
		{"Query", query("attribute_exists(id) AND id = :s", s, ""), v + "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: attribute_exists"},
		{"Query", query("id.x = :s", s, ""), v + "Invalid KeyConditionExpression: KeyConditionExpressions cannot have conditions on nested attributes"},
		{"Query", query("id = title AND id = :s", s, ""), v + "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition"},
		{"Query", query(":s = :s", s, ""), v + "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression: No key attribute specified"},
		{"Query", query("id = size(title) AND id = :s", s, ""), v + "Invalid KeyConditionExpression: KeyConditionExpressions cannot contain nested operations"},
		{"Query", query("id = :n", n, ""), v + "One or more parameter values were invalid: Condition parameter type does not match schema type"},
		{"Query", query("id = :e", `":e": {"S": ""}`, ""), v + "One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id"},
		{"Query", query("id = :s", s, `, "FilterExpression": "id = :s"`), v + "Filter Expression can only contain non-primary key attributes: Primary key attribute: id"},
		{"Query", query("id = :s", s, `, "IndexName": "byNothing"`), v + "The table does not have the specified index: byNothing"},
		{"Query", query("id = :s", s, `, "Limit": 0`), v + "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or equal to 1"},
		{"Query", query("album = :s", s, album+`, "ConsistentRead": true`), v + "Consistent reads are not supported on global secondary indexes"},
		{"Query", query("#s = :s", s, `, "IndexName": "byState", "Select": "ALL_ATTRIBUTES", "ExpressionAttributeNames": {"#s": "state"}`), v + "One or more parameter values were invalid: Select type ALL_ATTRIBUTES is not supported for global secondary index byState because its projection type is not ALL"},
		{"Query", query("#s = :s", s, `, "IndexName": "byState", "ProjectionExpression": "title", "ExpressionAttributeNames": {"#s": "state"}`), v + "One or more parameter values were invalid: Global secondary index byState does not project [title]"},
		{"Query", query("id = :s", s, `, "Select": "SPECIFIC_ATTRIBUTES"`), v + "One or more parameter values were invalid: Must specify the AttributesToGet or ProjectionExpression when choosing to get SPECIFIC_ATTRIBUTES"},
		{"Query", query("id = :s", s, `, "Select": "COUNT", "ProjectionExpression": "title"`), v + "Cannot specify the ProjectionExpression when choosing to get COUNT"},
		{"Query", query("id = :s", s, `, "ExclusiveStartKey": {"x": {"S": "y"}}`), v + "The provided starting key is invalid: The provided key element does not match the schema"},
		{"Query", query("id = :s", s, `, "ExclusiveStartKey": {"id": {"S": "y"}}`), v + "The provided starting key is outside query boundaries based on provided conditions"},
		{"Query", query("id = :s", s, `, "KeyConditions": {}`), v + "the legacy parameter KeyConditions is not supported by the local machine; use the expression that replaces it"},
		{"Scan", `{"TableName": "Photos", "Segment": 0}`, v + "The TotalSegments and Segment parameters must both be present or both be absent"},
		{"Scan", `{"TableName": "Photos", "Segment": 3, "TotalSegments": 3}`, v + "The Segment parameter is zero-based and must be less than parameter TotalSegments"},
		{"Scan", `{"TableName": "Photos", "ExpressionAttributeValues": {":s": {"S": "x"}}}`, v + "ExpressionAttributeValues can only be specified when using expressions: FilterExpression is null"},
	} {
		refuse(t, d, c.action, c.in, c.want)
	}
}

func TestErrorsOfTables(t *testing.T) {
	t.Parallel()
	d := photos(t)
	const v = "ValidationException: "
	create := func(more string) string { return `{"TableName": "New", ` + more + `}` }
	const key = `"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}]`
	const id = `"AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]`
	const pay = `, "BillingMode": "PAY_PER_REQUEST"`
	index := func(projection string) string {
		return `, "GlobalSecondaryIndexes": [{"IndexName": "byID", "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "Projection": ` + projection + `}]`
	}
	for _, c := range []struct{ action, in, want string }{
		{"CreateTable", `{"TableName": "Photos", ` + key + `, ` + id + pay + `}`, "ResourceInUseException: Table already exists: Photos"},
		{"CreateTable", `{"TableName": "x"}`, v + "TableName must be at least 3 characters long and at most 255 characters long"},
		{"CreateTable", `{"TableName": "a/../b"}`, v + "1 validation error detected: Value 'a/../b' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"},
		{"CreateTable", create(key + `, ` + id), v + "One or more parameter values were invalid: ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is PROVISIONED"},
		{"CreateTable", create(id + pay), v + "1 validation error detected: Value at 'keySchema' failed to satisfy constraint: Member must have length between 1 and 2, not 0"},
		{"CreateTable", create(key + pay), v + "One or more parameter values were invalid: Some index key attributes are not defined in AttributeDefinitions. Keys: [id], AttributeDefinitions: []"},
		{"CreateTable", create(`"KeySchema": [{"AttributeName": "id", "KeyType": "RANGE"}], ` + id + pay), v + "Invalid KeySchema: The first KeySchemaElement is not a HASH key type"},
		{"CreateTable", create(`"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}, {"AttributeName": "id", "KeyType": "RANGE"}], ` + id + pay), v + "Both the Hash Key and the Range Key element in the KeySchema have the same name"},
		{"CreateTable", create(key + `, "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}, {"AttributeName": "x", "AttributeType": "S"}]` + pay), v + "One or more parameter values were invalid: Some AttributeDefinitions are not used. AttributeDefinitions: [id, x], keys used: [id]"},
		{"CreateTable", create(key + `, "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "L"}]` + pay), v + "1 validation error detected: Value 'L' at 'attributeDefinitions.id.attributeType' failed to satisfy constraint: Member must satisfy enum value set: [B, N, S]"},
		{"CreateTable", create(key + `, ` + id + pay + index(`{}`)), v + "One or more parameter values were invalid: Unknown ProjectionType: null"},
		{"CreateTable", create(key + `, ` + id + pay + index(`{"ProjectionType": "INCLUDE"}`)), v + "One or more parameter values were invalid: ProjectionType is INCLUDE, but NonKeyAttributes is not specified"},
		{"CreateTable", create(key + `, ` + id + pay + index(`{"ProjectionType": "ALL", "NonKeyAttributes": ["x"]}`)), v + "One or more parameter values were invalid: ProjectionType is ALL, but NonKeyAttributes is specified"},
		{"CreateTable", create(key + `, ` + id + pay + `, "StreamSpecification": {}`), v + "1 validation error detected: Value null at 'streamSpecification.streamEnabled' failed to satisfy constraint: Member must not be null"},
		{"DescribeTable", `{"TableName": "Nothing"}`, "ResourceNotFoundException: Requested resource not found: Table: Nothing not found"},
		{"DeleteTable", `{"TableName": "Nothing"}`, "ResourceNotFoundException: Requested resource not found: Table: Nothing not found"},
		{"ListTables", `{"Limit": 101}`, v + "1 validation error detected: Value '101' at 'limit' failed to satisfy constraint: Member must have value less than or equal to 100"},
		{"BatchGetItem", `{}`, v + "The requestItems parameter is required for BatchGetItem"},
		{"BatchGetItem", `{"RequestItems": {"Photos": {"Keys": []}}}`, v + "1 validation error detected: Value '[]' at 'requestItems.Photos.member.keys' failed to satisfy constraint: Member must have length greater than or equal to 1"},
		{"BatchGetItem", `{"RequestItems": {"Photos": {"Keys": [{"id": {"S": "a"}}, {"id": {"S": "a"}}]}}}`, v + "Provided list of item keys contains duplicates"},
		{"BatchGetItem", `{"RequestItems": {"Nothing": {"Keys": [{"id": {"S": "a"}}]}}}`, "ResourceNotFoundException: Requested resource not found"},
		{"BatchWriteItem", `{"RequestItems": {"Photos": []}}`, v + "the write requests of table Photos must be an array of at least one request"},
		{"BatchWriteItem", `{"RequestItems": {"Photos": [{}]}}`, v + "a write request must have exactly one of PutRequest and DeleteRequest"},
		{"BatchWriteItem", `{"RequestItems": {"Photos": [{"PutRequest": {"Item": {"id": {"S": "a"}}}}, {"DeleteRequest": {"Key": {"id": {"S": "a"}}}}]}}`, v + "Provided list of item keys contains duplicates"},
		{"BatchWriteItem", `{"RequestItems": {"Photos": [{"PutRequest": {"Item": {"id": {"N": "1"}}}}]}}`, v + "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N"},
	} {
		refuse(t, d, c.action, c.in, c.want)
	}
	var keys, writes []string
	for i := range 101 {
		keys = append(keys, fmt.Sprintf(`{"id": {"S": "k%d"}}`, i))
		writes = append(writes, fmt.Sprintf(`{"DeleteRequest": {"Key": {"id": {"S": "k%d"}}}}`, i))
	}
	refuse(t, d, "BatchGetItem", `{"RequestItems": {"Photos": {"Keys": [`+strings.Join(keys, ",")+`]}}}`, v+"Too many items requested for the BatchGetItem call")
	refuse(t, d, "BatchWriteItem", `{"RequestItems": {"Photos": [`+strings.Join(writes[:26], ",")+`]}}`, v+"Too many items requested for the BatchWriteItem call")
}
