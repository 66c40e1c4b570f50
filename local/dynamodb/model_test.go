package dynamodb_test

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/local/dynamodb"
	"github.com/stepwright/stepwright/value"
)

// A thing is an item of the model: pk and sk are its key, n is a number, g may be empty and then is not there.
type thing struct {
	pk, sk, n int
	g         string
}

func (x thing) key() string {
	return fmt.Sprintf(`{"pk": {"S": "p%d"}, "sk": {"N": "%d"}}`, x.pk, x.sk)
}

func (x thing) item() string {
	g := ""
	if x.g != "" {
		g = `, "g": {"S": "` + x.g + `"}`
	}
	return strings.TrimSuffix(x.key(), "}") + fmt.Sprintf(`, "n": {"N": "%d"}%s}`, x.n, g)
}

// A model is the table as a plain map.
type model map[[2]int]thing

// TestModel does random operations on a table and on a map, and compares every answer.
func TestModel(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			d := newDB()
			do(t, d, "CreateTable", `{"TableName": "Things", "BillingMode": "PAY_PER_REQUEST", "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
				"AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}, {"AttributeName": "sk", "AttributeType": "N"}, {"AttributeName": "g", "AttributeType": "S"}, {"AttributeName": "n", "AttributeType": "N"}],
				"GlobalSecondaryIndexes": [{"IndexName": "byG", "KeySchema": [{"AttributeName": "g", "KeyType": "HASH"}, {"AttributeName": "n", "KeyType": "RANGE"}], "Projection": {"ProjectionType": "KEYS_ONLY"}}]}`)
			r, m := rand.New(rand.NewPCG(seed, 7)), model{}
			for i := range 600 {
				x := thing{r.IntN(4), r.IntN(40) - 20, r.IntN(30) - 10, []string{"", "a", "b"}[r.IntN(3)]}
				switch r.IntN(7) {
				case 0, 1:
					m.put(t, d, x)
				case 2:
					m.update(t, d, x, r.IntN(2) == 0)
				case 3:
					m.delete(t, d, x)
				case 4:
					m.transact(t, d, x, thing{r.IntN(4), 30 + r.IntN(5), 1, "a"})
				case 5:
					m.query(t, d, r)
				default:
					m.get(t, d, x)
				}
				if i%50 == 0 {
					m.scan(t, d, 1+r.IntN(4), 1+r.IntN(9))
					m.queryIndex(t, d, r)
				}
			}
			m.scan(t, d, 1, 1000)
		})
	}
}

// expect compares an answer's attributes with a thing, or with none.
func expect(t *testing.T, what string, got value.Value, want thing, there bool) {
	t.Helper()
	if !there {
		if got.Exists() {
			t.Fatalf("%s: got %v, want nothing", what, got)
		}
		return
	}
	if w := value.MustParse(want.item()); !value.Equal(w, got) {
		t.Fatalf("%s: got %v, want %v", what, got, w)
	}
}

func (m model) put(t *testing.T, d *dynamodb.DB, x thing) {
	old, there := m[[2]int{x.pk, x.sk}]
	allowed := !there || old.n <= x.n
	out, err := call(t, d, "PutItem", `{"TableName": "Things", "Item": `+x.item()+`, "ReturnValues": "ALL_OLD", "ConditionExpression": "attribute_not_exists(pk) OR n <= :n",
		"ExpressionAttributeValues": {":n": {"N": "`+fmt.Sprint(x.n)+`"}}}`)
	if (err == nil) != allowed {
		t.Fatalf("put %v over %v: %v", x, old, err)
	}
	if allowed {
		expect(t, "put", value.MustParse(out).Get("Attributes"), old, there)
		m[[2]int{x.pk, x.sk}] = x
	}
}

func (m model) update(t *testing.T, d *dynamodb.DB, x thing, drop bool) {
	k := [2]int{x.pk, x.sk}
	now := m[k]
	now.pk, now.sk, now.n = x.pk, x.sk, now.n+x.n
	expression, values := "SET n = if_not_exists(n, :zero) + :n", fmt.Sprintf(`":zero": {"N": "0"}, ":n": {"N": "%d"}`, x.n)
	switch {
	case drop:
		expression += " REMOVE g"
		now.g = ""
	case x.g != "":
		expression += ", g = :g"
		values += `, ":g": {"S": "` + x.g + `"}`
		now.g = x.g
	}
	out := do(t, d, "UpdateItem", `{"TableName": "Things", "Key": `+x.key()+`, "UpdateExpression": "`+expression+`", "ExpressionAttributeValues": {`+values+`}, "ReturnValues": "ALL_NEW"}`)
	expect(t, "update", value.MustParse(out).Get("Attributes"), now, true)
	m[k] = now
}

func (m model) delete(t *testing.T, d *dynamodb.DB, x thing) {
	k := [2]int{x.pk, x.sk}
	old, there := m[k]
	out := do(t, d, "DeleteItem", `{"TableName": "Things", "Key": `+x.key()+`, "ReturnValues": "ALL_OLD"}`)
	expect(t, "delete", value.MustParse(out).Get("Attributes"), old, there)
	delete(m, k)
}

// transact deletes x if it is there and puts y, or does neither.
func (m model) transact(t *testing.T, d *dynamodb.DB, x, y thing) {
	k := [2]int{x.pk, x.sk}
	_, there := m[k]
	_, err := call(t, d, "TransactWriteItems", `{"TransactItems": [{"Put": {"TableName": "Things", "Item": `+y.item()+`}},
		{"Delete": {"TableName": "Things", "Key": `+x.key()+`, "ConditionExpression": "attribute_exists(pk)"}}]}`)
	if (err == nil) != there {
		t.Fatalf("a transaction that deletes %v: %v", x, err)
	}
	if there {
		delete(m, k)
		m[[2]int{y.pk, y.sk}] = y
	}
}

func (m model) get(t *testing.T, d *dynamodb.DB, x thing) {
	want, there := m[[2]int{x.pk, x.sk}]
	expect(t, "get", value.MustParse(do(t, d, "GetItem", `{"TableName": "Things", "Key": `+x.key()+`}`)).Get("Item"), want, there)
}

// sorted gives the things for which in is true, in an order.
func (m model) sorted(in func(thing) bool, order func(a, b thing) int) []thing {
	var all []thing
	for _, x := range m {
		if in(x) {
			all = append(all, x)
		}
	}
	slices.SortFunc(all, order)
	return all
}

// compare reads all pages and compares their items with things: only keys are compared.
func compare(t *testing.T, d *dynamodb.DB, action, in string, want []thing) {
	t.Helper()
	v := value.MustParse(in)
	var got []string
	for {
		out := value.MustParse(do(t, d, action, v.String()))
		for _, item := range out.Get("Items").Elements() {
			got = append(got, item.Path("pk", "S").Str()+" "+item.Path("sk", "N").Str())
		}
		last := out.Get("LastEvaluatedKey")
		if !last.Exists() {
			break
		}
		v = v.With("ExclusiveStartKey", last)
	}
	var all []string
	for _, x := range want {
		all = append(all, fmt.Sprintf("p%d %d", x.pk, x.sk))
	}
	if !slices.Equal(got, all) {
		t.Fatalf("%s %s:\ngot  %v\nwant %v", action, in, got, all)
	}
}

func (m model) query(t *testing.T, d *dynamodb.DB, r *rand.Rand) {
	pk, a, b := r.IntN(4), r.IntN(40)-20, r.IntN(40)-20
	op := []string{"=", "<", "<=", ">", ">=", "BETWEEN"}[r.IntN(6)]
	values, test := fmt.Sprintf(`":p": {"S": "p%d"}, ":a": {"N": "%d"}, ":n": {"N": "%d"}`, pk, a, b), op+" :a"
	if op == "BETWEEN" {
		test = "BETWEEN :a AND :b"
		values += fmt.Sprintf(`, ":b": {"N": "%d"}`, a+5)
	}
	in := func(x thing) bool {
		c := x.sk - a
		fits := map[string]bool{"=": c == 0, "<": c < 0, "<=": c <= 0, ">": c > 0, ">=": c >= 0, "BETWEEN": c >= 0 && c <= 5}[op]
		return x.pk == pk && fits && (x.n > b || x.g == "a")
	}
	sign := 1 - 2*r.IntN(2)
	want := m.sorted(in, func(x, y thing) int { return sign * (x.sk - y.sk) })
	compare(t, d, "Query", fmt.Sprintf(`{"TableName": "Things", "KeyConditionExpression": "pk = :p AND sk %s", "FilterExpression": "n > :n OR g = :g", "Limit": %d, "ScanIndexForward": %v,
		"ExpressionAttributeValues": {%s, ":g": {"S": "a"}}}`, test, 1+r.IntN(12), sign > 0, values), want)
}

func (m model) queryIndex(t *testing.T, d *dynamodb.DB, r *rand.Rand) {
	sign := 1 - 2*r.IntN(2)
	low := r.IntN(20) - 10
	want := m.sorted(func(x thing) bool { return x.g == "a" && x.n >= low }, func(x, y thing) int {
		return sign * cmp.Or(x.n-y.n, x.pk-y.pk, x.sk-y.sk)
	})
	compare(t, d, "Query", fmt.Sprintf(`{"TableName": "Things", "IndexName": "byG", "KeyConditionExpression": "g = :g AND n >= :n", "Limit": %d, "ScanIndexForward": %v,
		"ExpressionAttributeValues": {":g": {"S": "a"}, ":n": {"N": "%d"}}}`, 1+r.IntN(5), sign > 0, low), want)
}

// scan reads all segments, in pages, and compares with everything.
func (m model) scan(t *testing.T, d *dynamodb.DB, segments, limit int) {
	t.Helper()
	seen := map[string]bool{}
	for s := range segments {
		v := value.MustParse(fmt.Sprintf(`{"TableName": "Things", "TotalSegments": %d, "Segment": %d, "Limit": %d}`, segments, s, limit))
		for {
			out := value.MustParse(do(t, d, "Scan", v.String()))
			for _, item := range out.Get("Items").Elements() {
				id := item.Path("pk", "S").Str() + " " + item.Path("sk", "N").Str()
				if seen[id] {
					t.Fatalf("%s was seen twice", id)
				}
				seen[id] = true
			}
			last := out.Get("LastEvaluatedKey")
			if !last.Exists() {
				break
			}
			v = v.With("ExclusiveStartKey", last)
		}
	}
	if len(seen) != len(m) {
		t.Fatalf("scans in %d segments saw %d items, want %d", segments, len(seen), len(m))
	}
	for _, x := range m {
		if !seen[fmt.Sprintf("p%d %d", x.pk, x.sk)] {
			t.Fatalf("scans did not see %v", x)
		}
	}
}
