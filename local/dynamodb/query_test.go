package dynamodb_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local/dynamodb"
	"github.com/stepwright/stepwright/value"
)

// filled is photos with 25 items: p00 … p24, in albums a and b, times falling from 24 to 0, every third one done.
func filled(t testing.TB) *dynamodb.DB {
	t.Helper()
	d := photos(t)
	for i := range 25 {
		state := ""
		if i%3 == 0 {
			state = `, "state": {"S": "DONE"}`
		}
		do(t, d, "PutItem", fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "p%02d"}, "album": {"S": "%c"}, "at": {"N": "%d"}, "title": {"S": "t%d"}, "size": {"N": "%d"}%s}}`,
			i, 'a'+i%2, 24-i, i, i, state))
	}
	return d
}

// ids gives the ids of an answer's items.
func ids(t testing.TB, answer string) string {
	t.Helper()
	var all []string
	for _, item := range value.MustParse(answer).Get("Items").Elements() {
		all = append(all, item.Path("id", "S").Str())
	}
	return strings.Join(all, " ")
}

func TestQuery(t *testing.T) {
	t.Parallel()
	d := filled(t)
	const album = `"TableName": "Photos", "IndexName": "byAlbum", "ExpressionAttributeValues": `
	for in, want := range map[string]string{
		`{"TableName": "Photos", "KeyConditionExpression": "id = :i", "ExpressionAttributeValues": {":i": {"S": "p07"}}}`:                                                                                    "p07",
		`{"TableName": "Photos", "KeyConditionExpression": "id = :i", "ExpressionAttributeValues": {":i": {"S": "nobody"}}}`:                                                                                 "",
		`{` + album + `{":a": {"S": "b"}}, "KeyConditionExpression": "album = :a"}`:                                                                                                                          "p23 p21 p19 p17 p15 p13 p11 p09 p07 p05 p03 p01",
		`{` + album + `{":a": {"S": "b"}}, "KeyConditionExpression": "album = :a", "ScanIndexForward": false}`:                                                                                               "p01 p03 p05 p07 p09 p11 p13 p15 p17 p19 p21 p23",
		`{` + album + `{":a": {"S": "b"}, ":n": {"N": "5"}}, "KeyConditionExpression": "album = :a AND #at < :n", "ExpressionAttributeNames": {"#at": "at"}}`:                                                "p23 p21",
		`{` + album + `{":a": {"S": "b"}, ":n": {"N": "5"}}, "KeyConditionExpression": "album = :a AND #at <= :n", "ExpressionAttributeNames": {"#at": "at"}}`:                                               "p23 p21 p19",
		`{` + album + `{":a": {"S": "b"}, ":n": {"N": "21"}}, "KeyConditionExpression": "#at > :n AND album = :a", "ExpressionAttributeNames": {"#at": "at"}}`:                                               "p01",
		`{` + album + `{":a": {"S": "b"}, ":n": {"N": "21"}}, "KeyConditionExpression": "album = :a AND :n <= #at", "ExpressionAttributeNames": {"#at": "at"}}`:                                              "p03 p01",
		`{` + album + `{":a": {"S": "b"}, ":n": {"N": "21.0"}}, "KeyConditionExpression": "(album = :a) AND (#at = :n)", "ExpressionAttributeNames": {"#at": "at"}}`:                                         "p03",
		`{` + album + `{":a": {"S": "b"}, ":n": {"N": "3"}, ":m": {"N": "7"}}, "KeyConditionExpression": "album = :a AND #at BETWEEN :n AND :m", "ExpressionAttributeNames": {"#at": "at"}}`:                 "p21 p19 p17",
		`{` + album + `{":a": {"S": "b"}, ":n": {"N": "15"}}, "KeyConditionExpression": "album = :a", "FilterExpression": "#s > :n", "ExpressionAttributeNames": {"#s": "size"}, "ScanIndexForward": false}`: "p17 p19 p21 p23",
		`{"TableName": "Photos", "IndexName": "byState", "KeyConditionExpression": "#s = :s", "ExpressionAttributeNames": {"#s": "state"}, "ExpressionAttributeValues": {":s": {"S": "DONE"}}}`:              "p00 p03 p06 p09 p12 p15 p18 p21 p24",
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, ids(t, do(t, d, "Query", in))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestProjectionsOfIndexes(t *testing.T) {
	t.Parallel()
	d := filled(t)
	const done = `, "ExpressionAttributeNames": {"#s": "state"}, "ExpressionAttributeValues": {":s": {"S": "DONE"}}, "KeyConditionExpression": "#s = :s", "Limit": 1}`
	for in, want := range map[string]string{
		`{"TableName": "Photos", "IndexName": "byState"` + done:                                                           `{"Items":[{"id":{"S":"p00"},"state":{"S":"DONE"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"id":{"S":"p00"},"state":{"S":"DONE"}}}`,
		`{"TableName": "Photos", "IndexName": "byStateAt"` + done:                                                         `{"Items":[{"id":{"S":"p24"},"at":{"N":"0"},"title":{"S":"t24"},"state":{"S":"DONE"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"id":{"S":"p24"},"state":{"S":"DONE"},"at":{"N":"0"}}}`,
		`{"TableName": "Photos", "IndexName": "byStateAt", "ProjectionExpression": "title"` + done:                        `{"Items":[{"title":{"S":"t24"}}],"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"id":{"S":"p24"},"state":{"S":"DONE"},"at":{"N":"0"}}}`,
		`{"TableName": "Photos", "IndexName": "byStateAt", "Select": "COUNT"` + done:                                      `{"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"id":{"S":"p24"},"state":{"S":"DONE"},"at":{"N":"0"}}}`,
		`{"TableName": "Photos", "IndexName": "byStateAt", "ReturnConsumedCapacity": "INDEXES", "Select": "COUNT"` + done: `{"Count":1,"ScannedCount":1,"LastEvaluatedKey":{"id":{"S":"p24"},"state":{"S":"DONE"},"at":{"N":"0"}},"ConsumedCapacity":{"TableName":"Photos","CapacityUnits":0.5,"Table":{"CapacityUnits":0},"GlobalSecondaryIndexes":{"byStateAt":{"CapacityUnits":0.5}}}}`,
	} {
		if diff := cmp.Diff(want, do(t, d, "Query", in)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", in, diff)
		}
	}
}

// pages collects the ids of all pages of a Query or Scan.
func pages(t *testing.T, d *dynamodb.DB, action, in string) (all []string, count int) {
	t.Helper()
	v := value.MustParse(in)
	for range 100 {
		out := value.MustParse(do(t, d, action, v.String()))
		all = append(all, strings.Fields(ids(t, out.String()))...)
		count++
		last := out.Get("LastEvaluatedKey")
		if !last.Exists() {
			return all, count
		}
		v = v.With("ExclusiveStartKey", last)
	}
	t.Fatal("the pages do not end")
	return nil, 0
}

func TestPages(t *testing.T) {
	t.Parallel()
	d := filled(t)
	whole, one := pages(t, d, "Scan", `{"TableName": "Photos"}`)
	if one != 1 || len(whole) != 25 {
		t.Fatalf("a scan gave %d items on %d pages", len(whole), one)
	}
	for _, in := range []string{
		`{"TableName": "Photos", "IndexName": "byAlbum", "KeyConditionExpression": "album = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}}`,
		`{"TableName": "Photos", "IndexName": "byAlbum", "KeyConditionExpression": "album = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}, "ScanIndexForward": false}`,
		`{"TableName": "Photos", "IndexName": "byAlbum", "KeyConditionExpression": "album = :a AND #at > :n", "ExpressionAttributeNames": {"#at": "at"}, "ExpressionAttributeValues": {":a": {"S": "a"}, ":n": {"N": "4"}}}`,
		`{"TableName": "Photos"}`,
		`{"TableName": "Photos", "IndexName": "byAlbum"}`,
		`{"TableName": "Photos", "FilterExpression": "#s > :n", "ExpressionAttributeNames": {"#s": "size"}, "ExpressionAttributeValues": {":n": {"N": "10"}}}`,
	} {
		action := "Scan"
		if strings.Contains(in, "KeyCond") {
			action = "Query"
		}
		want, _ := pages(t, d, action, in)
		for limit := 1; limit <= 7; limit += 2 {
			got, count := pages(t, d, action, value.MustParse(in).With("Limit", value.Int(limit)).String())
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s %s, pages of %d (-want +got):\n%s", action, in, limit, diff)
			}
			if count < len(want)/limit {
				t.Errorf("%s %s: %d pages of %d", action, in, count, limit)
			}
		}
	}
	var parts []string
	for segment := range 3 {
		part, _ := pages(t, d, "Scan", fmt.Sprintf(`{"TableName": "Photos", "TotalSegments": 3, "Segment": %d, "Limit": 2}`, segment))
		parts = append(parts, part...)
	}
	slices.Sort(parts)
	if diff := cmp.Diff(slices.Sorted(slices.Values(whole)), parts); diff != "" {
		t.Errorf("three segments (-want +got):\n%s", diff)
	}
}

func TestStartKeyOfDeletedItem(t *testing.T) {
	t.Parallel()
	d := filled(t)
	do(t, d, "DeleteItem", `{"TableName": "Photos", "Key": {"id": {"S": "p05"}}}`)
	const in = `{"TableName": "Photos", "IndexName": "byAlbum", "KeyConditionExpression": "album = :a", "ExpressionAttributeValues": {":a": {"S": "b"}}, "Limit": 2,
		"ExclusiveStartKey": {"id": {"S": "p05"}, "album": {"S": "b"}, "at": {"N": "19"}}`
	if got := ids(t, do(t, d, "Query", in+`}`)); got != "p03 p01" {
		t.Errorf("forwards: %s", got)
	}
	if got := ids(t, do(t, d, "Query", in+`, "ScanIndexForward": false}`)); got != "p07 p09" {
		t.Errorf("backwards: %s", got)
	}
}

func TestSortKeys(t *testing.T) {
	t.Parallel()
	d := newDB()
	do(t, d, "CreateTable", `{"TableName": "Events", "BillingMode": "PAY_PER_REQUEST",
		"KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "s", "KeyType": "RANGE"}],
		"AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "N"}, {"AttributeName": "s", "AttributeType": "B"}, {"AttributeName": "n", "AttributeType": "N"}],
		"LocalSecondaryIndexes": [{"IndexName": "byN", "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}`)
	numbers := []string{"-1e125", "-10", "-9.5", "-0.001", "0", "1e-130", "0.5", "9", "10", "10.000000000000000000000000000000000001", "1e125"}
	for i, n := range numbers {
		do(t, d, "PutItem", fmt.Sprintf(`{"TableName": "Events", "Item": {"k": {"N": "7"}, "s": {"B": "%s"}, "n": {"N": "%s"}, "x": {"S": "%d"}}}`,
			[]string{"AA==", "AAE=", "AQ==", "AQA=", "/w==", "gA==", "Ag==", "fw==", "AAAA", "AP8=", "//8="}[i], n, i))
	}
	got := value.MustParse(do(t, d, "Query", `{"TableName": "Events", "IndexName": "byN", "KeyConditionExpression": "k = :k", "ExpressionAttributeValues": {":k": {"N": "7.0"}}, "Select": "ALL_ATTRIBUTES", "ConsistentRead": true}`))
	for i, item := range got.Get("Items").Elements() {
		if item.Path("x", "S").Str() != fmt.Sprint(i) {
			t.Errorf("place %d has %v", i, item)
		}
	}
	if got.Get("Count").Literal() != "11" {
		t.Errorf("got %v items", got.Get("Count"))
	}
	prefix := do(t, d, "Query", `{"TableName": "Events", "KeyConditionExpression": "k = :k AND begins_with(s, :p)", "ExpressionAttributeValues": {":k": {"N": "7"}, ":p": {"B": "AA=="}}, "ProjectionExpression": "s"}`)
	if want := `{"Items":[{"s":{"B":"AA=="}},{"s":{"B":"AAAA"}},{"s":{"B":"AAE="}},{"s":{"B":"AP8="}}],"Count":4,"ScannedCount":4}`; prefix != want {
		t.Errorf("got %s\nwant %s", prefix, want)
	}
}

func TestPageOfOneMegabyte(t *testing.T) {
	t.Parallel()
	d := photos(t)
	big := strings.Repeat("x", 300<<10)
	for i := range 8 {
		do(t, d, "PutItem", fmt.Sprintf(`{"TableName": "Photos", "Item": {"id": {"S": "p%d"}, "album": {"S": "a"}, "at": {"N": "%d"}, "big": {"S": "%s"}}}`, i, i, big))
	}
	in := `{"TableName": "Photos", "IndexName": "byAlbum", "KeyConditionExpression": "album = :a", "ExpressionAttributeValues": {":a": {"S": "a"}}, "ProjectionExpression": "id"}`
	all, count := pages(t, d, "Query", in)
	if len(all) != 8 || count != 3 {
		t.Errorf("%d items on %d pages, want 8 on 3", len(all), count)
	}
}

func TestIndexFollowsItems(t *testing.T) {
	t.Parallel()
	d := photos(t)
	const done = `{"TableName": "Photos", "IndexName": "byState", "KeyConditionExpression": "#s = :s", "ExpressionAttributeNames": {"#s": "state"}, "ExpressionAttributeValues": {":s": {"S": "DONE"}}}`
	for _, step := range []struct{ action, in, want string }{
		{"PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p1"}, "state": {"S": "NEW"}}}`, ""},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "UpdateExpression": "SET #s = :s", "ExpressionAttributeNames": {"#s": "state"}, "ExpressionAttributeValues": {":s": {"S": "DONE"}}}`, "p1"},
		{"PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "p2"}, "state": {"S": "DONE"}}}`, "p1 p2"},
		{"UpdateItem", `{"TableName": "Photos", "Key": {"id": {"S": "p1"}}, "UpdateExpression": "REMOVE #s", "ExpressionAttributeNames": {"#s": "state"}}`, "p2"},
		{"DeleteItem", `{"TableName": "Photos", "Key": {"id": {"S": "p2"}}}`, ""},
	} {
		do(t, d, step.action, step.in)
		if got := ids(t, do(t, d, "Query", done)); got != step.want {
			t.Errorf("after %s %s: %q, want %q", step.action, step.in, got, step.want)
		}
	}
	about := value.MustParse(do(t, d, "DescribeTable", `{"TableName": "Photos"}`)).Get("Table")
	if about.Get("ItemCount").Literal() != "1" || about.Get("GlobalSecondaryIndexes").Index(1).Get("ItemCount").Literal() != "0" {
		t.Errorf("counts are wrong: %s", about.Indent())
	}
}
