package wire_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
)

func sha256Hex(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// A chunker signs an upload in chunks, as "Signature calculations: transferring a payload in multiple chunks" of
// the S3 API reference says.
type chunker struct {
	keys     wire.Keys
	at       time.Time
	previous string
}

func (c *chunker) scope() string { return c.at.Format("20060102") + "/eu-north-1/s3/aws4_request" }

func (c *chunker) sign(kind, data string) string {
	key := []byte("AWS4" + c.keys.SecretAccessKey)
	for _, part := range []string{c.at.Format("20060102"), "eu-north-1", "s3", "aws4_request"} {
		key = mac(key, part)
	}
	c.previous = hex.EncodeToString(mac(key, "AWS4-HMAC-SHA256-"+kind+"\n"+c.at.Format("20060102T150405Z")+"\n"+c.scope()+"\n"+c.previous+"\n"+data))
	return c.previous
}

func mac(key []byte, s string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(s))
	return h.Sum(nil)
}

func (c *chunker) chunk(data string) string {
	signature := c.sign("PAYLOAD", sha256Hex(nil)+"\n"+sha256Hex([]byte(data)))
	return fmt.Sprintf("%x;chunk-signature=%s\r\n%s\r\n", len(data), signature, data)
}

// last is the empty chunk, with a trailer if there is one.
func (c *chunker) last(trailer string) string {
	head := strings.TrimSuffix(c.chunk(""), "\r\n")
	if trailer == "" {
		return head + "\r\n"
	}
	return head + trailer + "\r\nx-amz-trailer-signature:" + c.sign("TRAILER", sha256Hex([]byte(trailer+"\n"))) + "\r\n\r\n"
}

// upload sends an encoded body to /b/k and gives status and text of the answer.
func upload(t *testing.T, m *wiretest.Machine, kind string, length int, encode func(c *chunker) string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPut, m.URL+"/b/k", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Amz-Content-Sha256", kind)
	r.Header.Set("X-Amz-Decoded-Content-Length", strconv.Itoa(length))
	r.Header.Set("Content-Encoding", "aws-chunked,gzip")
	at := time.Now().UTC()
	creds := aws.Credentials{AccessKeyID: m.Keys.AccessKeyID, SecretAccessKey: m.Keys.SecretAccessKey}
	signer := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true })
	if err := signer.SignHTTP(t.Context(), creds, r, kind, "s3", "eu-north-1", at); err != nil {
		t.Fatal(err)
	}
	_, seed, _ := strings.Cut(r.Header.Get("Authorization"), "Signature=")
	setBody(r, []byte(encode(&chunker{m.Keys, at, seed})))
	out, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Body.Close()
	var text bytes.Buffer
	_, _ = text.ReadFrom(out.Body)
	return out.StatusCode, out.Header.Get("ETag") + out.Header.Get("X-Amz-Meta-Encoding") + out.Header.Get("X-Amz-Meta-Sum") + text.String()
}

func TestChunks(t *testing.T) {
	t.Parallel()
	m := wiretest.Start(t, wire.NewService("s3", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		echo(w, r)
		w.Header().Set("X-Amz-Meta-Sum", r.Header.Get("X-Amz-Checksum-Crc32"))
	})))
	const plain, trailing, unsigned = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
	for _, c := range []struct {
		name, kind string
		length     int
		encode     func(c *chunker) string
		status     int
		want       string
	}{
		{"two chunks", plain, 7, func(c *chunker) string { return c.chunk("hello") + c.chunk("!!") + c.last("") }, 200, `"hello!!"gzip`},
		{"no chunk", plain, 0, func(c *chunker) string { return c.last("") }, 200, `""gzip`},
		{"a trailer", trailing, 5, func(c *chunker) string { return c.chunk("hello") + c.last("x-amz-checksum-crc32:NhCmhg==") }, 200, `"hello"gzipNhCmhg==`},
		{"unsigned", unsigned, 5, func(*chunker) string { return "5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n" }, 200, `"hello"gzipNhCmhg==`},
		{"changed content", plain, 5, func(c *chunker) string { return strings.Replace(c.chunk("hello"), "hello", "jello", 1) + c.last("") }, 403, "the signature of a chunk does not fit its content"},
		{"chunks exchanged", plain, 2, func(c *chunker) string { a := c.chunk("a"); return c.chunk("b") + a + c.last("") }, 403, "SignatureDoesNotMatch"},
		{"changed trailer", trailing, 5, func(c *chunker) string {
			return c.chunk("hello") + strings.Replace(c.last("x-amz-checksum-crc32:NhCmhg=="), "crc32:N", "crc32:M", 1)
		}, 403, "SignatureDoesNotMatch"},
		{"unsigned trailer", trailing, 5, func(c *chunker) string {
			return c.chunk("hello") + strings.Replace(c.last("x-amz-checksum-crc32:NhCmhg=="), "x-amz-trailer-signature:", "x-other:", 1)
		}, 400, "the trailers are not signed"},
		{"an end that is missing", plain, 5, func(c *chunker) string { return c.chunk("hello") }, 400, "the body ends before its last chunk"},
		{"a chunk cut", plain, 5, func(c *chunker) string { return c.chunk("hello")[:86] }, 400, "the body ends inside a chunk"},
		{"too long", plain, 4, func(c *chunker) string { return c.chunk("hello") + c.last("") }, 400, `length is &#34;5&#34;`},
		{"too short", plain, 6, func(c *chunker) string { return c.chunk("hello") + c.last("") }, 400, "the body is shorter than X-Amz-Decoded-Content-Length says"},
		{"no length", unsigned, 5, func(*chunker) string { return "x\r\n" }, 400, `length is &#34;x&#34;`},
		{"a negative length", unsigned, 5, func(*chunker) string { return "-1\r\n" }, 400, `length is &#34;-1&#34;`},
		{"a long line", unsigned, 5, func(*chunker) string { return strings.Repeat("0", 8000) + "\r\n" }, 400, "a line is cut or too long"},
		{"another kind", "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", 5, func(*chunker) string { return "" }, 400, "X-Amz-Content-Sha256 must be"},
		{"another hash", strings.Repeat("0", 64), 5, func(*chunker) string { return "hello" }, 400, "XAmzContentSHA256Mismatch"},
	} {
		status, text := upload(t, m, c.kind, c.length, c.encode)
		if status != c.status || !strings.Contains(text, c.want) {
			t.Errorf("%s: %d %s", c.name, status, text)
		}
	}
}

func BenchmarkJSONFront(b *testing.B) {
	var calls []string
	m := wiretest.Start(b, wire.NewService("dynamodb", wire.JSONFront("DynamoDB_20120810", "1.0", seen(&calls, `{}`))))
	client := dynamoClient(m)
	b.ReportAllocs()
	for b.Loop() {
		if err := client(context.Background()); err != nil {
			b.Fatal(err)
		}
	}
}
