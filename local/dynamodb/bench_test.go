package dynamodb_test

import (
	"fmt"
	"testing"

	"github.com/stepwright/stepwright/local/dynamodb"
	"github.com/stepwright/stepwright/value"
)

// stocked is photos with ten thousand items in a hundred albums.
func stocked(b *testing.B) *dynamodb.DB {
	b.Helper()
	d := photos(b)
	for i := range 10000 {
		do(b, d, "PutItem", fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "p%d"}, "album": {"S": "a%d"}, "at": {"N": "%d"}, "n": {"N": "0"},
			"fullsize": {"M": {"key": {"S": "private/demo/uploads/p%d.jpg"}, "width": {"N": "4032"}, "height": {"N": "3024"}}}}}`, i, i%100, i, i))
	}
	return d
}

func run(b *testing.B, action, in string) {
	d := stocked(b)
	v := value.MustParse(in)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := d.Call(b.Context(), action, v); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetItem(b *testing.B) {
	run(b, "GetItem", `{"TableName": "Photos", "Key": {"id": {"S": "p500"}}}`)
}

func BenchmarkPutItem(b *testing.B) {
	run(b, "PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p500"}, "album": {"S": "a1"}, "at": {"N": "7"}, "title": {"S": "a photo"}}}`)
}

func BenchmarkUpdateItem(b *testing.B) {
	run(b, "UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "p500"}}, "UpdateExpression": "SET n = n + :one, #s = :s, fullsize.width = :w",
		"ConditionExpression": "attribute_exists(id) AND (attribute_not_exists(#s) OR #s <> :x)", "ExpressionAttributeNames": {"#s": "state"},
		"ExpressionAttributeValues": {":one": {"N": "1"}, ":s": {"S": "RUNNING"}, ":w": {"N": "100"}, ":x": {"S": "SUCCEEDED"}}}`)
}

func BenchmarkQuery(b *testing.B) {
	run(b, "Query", `{"TableName": "Photos", "IndexName": "byAlbum", "KeyConditionExpression": "album = :a AND #at > :n", "Limit": 20, "ScanIndexForward": false,
		"ExpressionAttributeNames": {"#at": "at"}, "ExpressionAttributeValues": {":a": {"S": "a7"}, ":n": {"N": "100"}}}`)
}

func BenchmarkScan(b *testing.B) {
	run(b, "Scan", `{"TableName": "Photos", "FilterExpression": "n > :n", "ExpressionAttributeValues": {":n": {"N": "5"}}}`)
}
