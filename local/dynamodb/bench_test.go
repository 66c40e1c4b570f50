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

// million is a table of a million items: 1,000 partitions of 1,000, and a global index with one partition of all.
func million(b *testing.B) *dynamodb.DB {
	b.Helper()
	d := newDB()
	do(b, d, "CreateTable", `{"TableName": "Events", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
		"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "kind", "AttributeType": "S"}],
		"GlobalSecondaryIndexes": [{"IndexName": "byKind", "KeySchema": [{"AttributeName": "kind", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "ALL"}}]}`)
	kind := value.MustParse(`{"S": "upload"}`)
	for i := range 1_000_000 {
		item := value.Object(value.M("pk", value.Object(value.M("S", value.String(fmt.Sprint("p", i%1000))))),
			value.M("sk", value.Object(value.M("N", value.String(fmt.Sprint(i))))), value.M("kind", kind))
		in := value.Object(value.M("TableName", value.String("Events")), value.M("Item", item))
		if _, err := d.Call(b.Context(), "PutItem", in); err != nil {
			b.Fatal(err)
		}
	}
	return d
}

// A query of 10 items costs the same out of a million, in a partition of a thousand and in one of a million.
func BenchmarkMillion(b *testing.B) {
	d := million(b)
	for name, in := range map[string]string{
		"query-10-of-partition": `{"TableName": "Events", "KeyConditionExpression": "pk = :p AND sk > :n", "Limit": 10, "ExpressionAttributeValues": {":p": {"S": "p7"}, ":n": {"N": "500000"}}}`,
		"query-10-of-index":     `{"TableName": "Events", "IndexName": "byKind", "KeyConditionExpression": "kind = :k AND sk < :n", "Limit": 10, "ScanIndexForward": false, "ExpressionAttributeValues": {":k": {"S": "upload"}, ":n": {"N": "500000"}}}`,
		"get":                   `{"TableName": "Events", "Key": {"pk": {"S": "p7"}, "sk": {"N": "500007"}}}`,
		"put":                   `{"TableName": "Events", "Item": {"pk": {"S": "p7"}, "sk": {"N": "500007"}, "kind": {"S": "upload"}}}`,
		"scan-10":               `{"TableName": "Events", "Limit": 10, "TotalSegments": 1000, "Segment": 900}`,
	} {
		b.Run(name, func(b *testing.B) {
			v, action := value.MustParse(in), map[byte]string{'q': "Query", 'g': "GetItem", 'p': "PutItem", 's': "Scan"}[name[0]]
			b.ReportAllocs()
			for b.Loop() {
				if _, err := d.Call(b.Context(), action, v); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
