package dynamodb_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/stepwright/stepwright/local/wire/wiretest"
)

// BenchmarkHTTP measures signed requests over loopback, two clients at once. The clients sign once and read the answers
// without looking into them, so that most of the time is the machine's.
func BenchmarkHTTP(b *testing.B) {
	d := stocked(b)
	m := wiretest.Start(b, d)
	for name, in := range map[string]string{
		"GetItem": `{"TableName": "Photos", "Key": {"id": {"S": "p500"}}}`,
		"PutItem": `{"TableName": "Photos", "Item": {"id": {"S": "p500"}, "album": {"S": "a1"}, "at": {"N": "7"}, "title": {"S": "a photo"}}}`,
		"Query":   `{"TableName": "Photos", "IndexName": "byAlbum", "KeyConditionExpression": "album = :a AND #at > :n", "Limit": 10, "ExpressionAttributeNames": {"#at": "at"}, "ExpressionAttributeValues": {":a": {"S": "a7"}, ":n": {"N": "100"}}}`,
	} {
		b.Run(name, func(b *testing.B) {
			b.SetParallelism(1)
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				client := &http.Client{Transport: &http.Transport{}}
				signed := sign(b, m, "DynamoDB_20120810."+name, in)
				for pb.Next() {
					r := signed.Clone(b.Context())
					r.Body = io.NopCloser(strings.NewReader(in))
					out, err := client.Do(r)
					if err != nil {
						b.Error(err)
						return
					}
					_, _ = io.Copy(io.Discard, out.Body)
					out.Body.Close()
					if out.StatusCode != http.StatusOK {
						b.Errorf("status %d", out.StatusCode)
						return
					}
				}
			})
		})
	}
}

// sign makes a signed request.
func sign(t testing.TB, m *wiretest.Machine, target, in string) *http.Request {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, m.URL+"/", strings.NewReader(in))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	r.Header.Set("X-Amz-Target", target)
	sum := sha256.Sum256([]byte(in))
	keys := aws.Credentials{AccessKeyID: m.Keys.AccessKeyID, SecretAccessKey: m.Keys.SecretAccessKey}
	if err := v4.NewSigner().SignHTTP(t.Context(), keys, r, hex.EncodeToString(sum[:]), "dynamodb", "us-east-1", time.Now()); err != nil {
		t.Fatal(err)
	}
	return r
}

// Requests of a bad shape are answered in the service's shape, and clients of DynamoDB Streams reach the same database.
func TestHTTP(t *testing.T) {
	t.Parallel()
	d := newDB()
	do(t, d, "CreateTable", simple("Photos", `, "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "KEYS_ONLY"}`))
	deep := strings.Repeat(`{"L":[`, 100000) + strings.Repeat(`]}`, 100000)
	for _, c := range []struct{ target, body, want string }{
		{"DynamoDBStreams_20120810.ListStreams", `{"TableName": "Photos"}`, `{"Streams":[{"StreamArn":"arn:aws:dynamodb:eu-north-1:111122223333:table/Photos/stream/2026-11-01T12:00:00.000"`},
		{"DynamoDBStreams_20120810.DescribeStream", `{"StreamArn": "x"}`, `{"__type":"ResourceNotFoundException"`},
		{"DynamoDB_20120810.PutItem", `{"TableName": "Photos", "Item": `, `{"__type":"SerializationException"`},
		{"DynamoDB_20120810.PutItem", `[]`, `{"__type":"SerializationException"`},
		{"DynamoDB_20120810.PutItem", `{"TableName": "Photos", "Item": [1]}`, `{"__type":"SerializationException"`},
		{"DynamoDB_20120810.PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "x"}, "x": ` + deep + `}}`, `{"__type":"`},
		{"DynamoDB_20120810.PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "x"}}, "Colour": "red"}`, `{"__type":"ValidationException","message":"the parameter Colour of PutItem`},
		{"DynamoDB_20120810.PutItem", `{"TableName": "Photos", "Item": {"id": {"S": "` + strings.Repeat("x", 33<<20) + `"}}}`, `{"__type":"RequestEntityTooLargeException"`},
		{"DynamoDB_20120810.Nothing", `{}`, `{"__type":"UnknownOperationException"`},
		{"DynamoDB_20111205.PutItem", `{}`, `{"__type":"UnknownOperationException"`},
		{"DynamoDB_20120810.Query", `{"TableName": "Photos", "KeyConditionExpression": "` + strings.Repeat("(", 4000) + `"}`, `{"__type":"ValidationException"`},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", bytes.NewReader([]byte(c.body)))
		r.Header.Set("X-Amz-Target", c.target)
		w := httptest.NewRecorder()
		d.ServeHTTP(w, r)
		if got := w.Body.String(); !strings.HasPrefix(got, c.want) {
			t.Errorf("%s %.80s: %.200s, want %s", c.target, c.body, got, c.want)
		}
		if want := map[bool]int{true: 200, false: 400}[!strings.Contains(c.want, "__type")]; w.Code/100 != want/100 {
			t.Error(fmt.Sprint(c.target, ": status ", w.Code))
		}
	}
}
