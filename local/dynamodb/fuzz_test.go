package dynamodb_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

var actions = []string{
	"PutItem", "GetItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem", "CreateTable", "DescribeTable", "ListTables", "DeleteTable",
	"UpdateTable", "TagResource", "UntagResource", "ListTagsOfResource", "UpdateTimeToLive", "DescribeTimeToLive", "TransactGetItems", "TransactWriteItems",
	"ListStreams", "DescribeStream", "GetShardIterator", "GetRecords",
}

// FuzzCall: no request makes the database panic, whatever its members are, and every error is one of the API.
func FuzzCall(f *testing.F) {
	for i, in := range []string{
		`{"TableName": "Photos", "Item": {"id": {"S": "p1"}}, "ConditionExpression": "attribute_not_exists(id)"}`,
		`{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "ProjectionExpression": "a.b"}`,
		`{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}`,
		`{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "ReturnValues": "ALL_OLD"}`,
		`{"TableName": "Photos", "IndexName": "byAlbum", "KeyConditionExpression": "album = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}, "ExclusiveStartKey": {"id": {"S": "x"}, "album": {"S": "a"}, "at": {"N": "1"}}}`,
		`{"TableName": "Photos", "Limit": 1, "Segment": 0, "TotalSegments": 2}`,
		`{"RequestItems": {"Photos": {"Keys": [{"id": {"S": "a"}}]}}}`,
		`{"RequestItems": {"Photos": [{"PutRequest": {"Item": {"id": {"S": "a"}}}}]}}`,
		`{"TableName": "Tmp", "KeySchema": [{}], "AttributeDefinitions": [null], "GlobalSecondaryIndexes": [{"Projection": 1}]}`,
		`{"TableName": "Photos", "GlobalSecondaryIndexUpdates": [{"Create": {"IndexName": "new", "KeySchema": [], "Projection": {}}}]}`,
		`{"ResourceArn": "arn:aws:dynamodb:eu-north-1:111122223333:table/Photos", "Tags": [{"Key": "a", "Value": "b"}], "TagKeys": ["a"]}`,
		`{"TableName": "Photos", "TimeToLiveSpecification": {"AttributeName": "x", "Enabled": true}}`,
		`{"TransactItems": [{"Get": {"TableName": "Photos", "Key": {"id": {"S": "p1"}}}}, {"Update": {"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "UpdateExpression": "SET a = :v", "ExpressionAttributeValues": {":v": {"N": "1"}}}}]}`,
		`{"StreamArn": "x", "ShardId": "y", "ShardIteratorType": "LATEST", "ShardIterator": "x|1|MSAy"}`,
		`{"TableName": "arn:aws:dynamodb:::table/"}`, `{"Limit": "9"}`, `{"TableName": null}`,
	} {
		f.Add(uint8(i), in)
	}
	f.Fuzz(func(t *testing.T, i uint8, src string) {
		in, err := value.ParseString(src)
		if err != nil {
			return
		}
		_, err = filled(t).Call(context.Background(), actions[int(i)%len(actions)], in)
		var e *wire.Error
		if err != nil && (!errors.As(err, &e) || e.Code == "" || e.Message == "") {
			t.Errorf("got a %T: %v", err, err)
		}
	})
}
