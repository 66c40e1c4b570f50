package wire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// Limits of what the machine reads of one request.
const (
	maxBody   = 32 << 20 // of services whose whole body is signed; DynamoDB's and Rekognition's largest are 16 MB
	maxObject = 5 << 30  // of S3, as S3 itself
)

const (
	unsignedPayload = "UNSIGNED-PAYLOAD"
	signedChunks    = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
	trailerSuffix   = "-TRAILER"
	unsignedChunks  = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
)

// payloadHash gives what stands for the body in the canonical request. Where only the body itself can tell, it is
// read whole and replaced.
func payloadHash(r *http.Request, s *signature) (string, *Error) {
	switch claimed := r.Header.Get("X-Amz-Content-Sha256"); {
	case claimed != "":
		return claimed, nil
	case s.presigned && s.service == "s3":
		return unsignedPayload, nil
	}
	body, err := readAll(r.Body, maxBody)
	if err != nil {
		return "", err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	r.ContentLength = int64(len(body))
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:]), nil
}

// readAll reads a body of at most limit bytes.
func readAll(body io.Reader, limit int64) ([]byte, *Error) {
	b, err := io.ReadAll(io.LimitReader(body, limit+1))
	if e, ok := errors.AsType[*Error](err); ok {
		return nil, e
	}
	if err != nil {
		return nil, Errorf("RequestTimeout", "the request's body ended early: %v", err)
	}
	if int64(len(b)) > limit {
		return nil, tooLarge(limit)
	}
	return b, nil
}

func tooLarge(limit int64) *Error {
	return &Error{
		Code: "RequestEntityTooLargeException", Status: http.StatusRequestEntityTooLarge,
		Message: fmt.Sprintf("the request's body is larger than %d MiB, the most that this service takes", limit>>20),
	}
}

// guardBody makes the body of a request whose signature fits give an error, instead of its end, when it is not what
// was signed. Chunked bodies are decoded on the way, and their trailers become headers once the end is read.
func guardBody(r *http.Request, s *signature, keys Keys, payload string) *Error {
	switch {
	case payload == unsignedPayload:
		return nil
	case payload == unsignedChunks:
		return dechunk(r, &chunkReader{header: r.Header})
	case payload == signedChunks || payload == signedChunks+trailerSuffix:
		key := signingKey(keys.SecretAccessKey, s.date, s.region, s.service)
		sign := func(kind string, previous, data string) string {
			return hmacHex(key, sigAlgorithm+kind+"\n"+s.time+"\n"+s.scope()+"\n"+previous+"\n"+data)
		}
		return dechunk(r, &chunkReader{header: r.Header, sign: sign, previous: s.hex})
	case len(payload) == 2*sha256.Size:
		r.Body = &hashedBody{ReadCloser: r.Body, want: payload, sum: sha256.New()}
		return nil
	}
	return Errorf("InvalidArgument", "X-Amz-Content-Sha256 must be a SHA-256, %s, %s, %s or %s, not %q",
		unsignedPayload, signedChunks, signedChunks+trailerSuffix, unsignedChunks, payload)
}

// dechunk puts c in the place of the body.
func dechunk(r *http.Request, c *chunkReader) *Error {
	n, err := strconv.ParseInt(r.Header.Get("X-Amz-Decoded-Content-Length"), 10, 64)
	if err != nil || n < 0 {
		return &Error{Code: "MissingContentLength", Message: "a chunked body needs the header X-Amz-Decoded-Content-Length", Status: http.StatusLengthRequired}
	}
	c.start(r.Body, n)
	r.Body, r.ContentLength = c, n
	r.Header.Set("Content-Length", strconv.FormatInt(n, 10))
	dropEncoding(r.Header, "aws-chunked")
	return nil
}

// dropEncoding takes one encoding out of Content-Encoding.
func dropEncoding(h http.Header, name string) {
	var rest []string
	for e := range strings.SplitSeq(h.Get("Content-Encoding"), ",") {
		if e = strings.TrimSpace(e); e != "" && e != name {
			rest = append(rest, e)
		}
	}
	if h.Del("Content-Encoding"); len(rest) > 0 {
		h.Set("Content-Encoding", strings.Join(rest, ","))
	}
}

// A hashedBody fails at its end if it is not what was signed.
type hashedBody struct {
	io.ReadCloser
	want string
	sum  hash.Hash
}

func (b *hashedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.sum.Write(p[:n])
	if errors.Is(err, io.EOF) && hex.EncodeToString(b.sum.Sum(nil)) != b.want {
		return n, &Error{Code: "XAmzContentSHA256Mismatch", Message: "the request's body does not have the SHA-256 that X-Amz-Content-Sha256 names", Status: http.StatusBadRequest}
	}
	return n, err
}
