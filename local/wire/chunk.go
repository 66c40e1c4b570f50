package wire

import (
	"bufio"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// A chunkReader decodes a body in the encoding aws-chunked: chunks that carry their own signatures, and trailers
// such as checksums. It gives an error as soon as a signature does not fit.
type chunkReader struct {
	header   http.Header // trailers are added here at the end
	sign     func(kind, previous, data string) string
	previous string // the signature that the next chunk's covers

	body   io.Closer
	in     *bufio.Reader
	left   int64 // of the current chunk
	total  int64 // not yet read, of all chunks
	sum    hash.Hash
	signed string // the signature that the current chunk's head names
	inside bool   // a chunk's head has been read, its end has not
	err    error
}

const emptySHA256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

func (c *chunkReader) start(body io.ReadCloser, length int64) {
	c.body, c.in, c.total, c.sum = body, bufio.NewReader(body), length, sha256.New()
}

// Close closes the body below.
func (c *chunkReader) Close() error { return c.body.Close() }

// Read gives the chunks' content.
func (c *chunkReader) Read(p []byte) (int, error) {
	for c.err == nil && c.left == 0 {
		c.err = c.nextChunk()
	}
	if c.err != nil {
		return 0, c.err
	}
	n, err := c.in.Read(p[:min(int64(len(p)), c.left)])
	c.sum.Write(p[:n])
	c.left -= int64(n)
	c.total -= int64(n)
	if errors.Is(err, io.EOF) {
		err = badChunk("the body ends inside a chunk")
	}
	c.err = err
	return n, err
}

// nextChunk ends the chunk that has been read and begins the next one; io.EOF after the last.
func (c *chunkReader) nextChunk() error {
	if c.inside {
		if line, err := c.line(); err != nil || line != "" {
			return badChunk("a chunk does not end where its length says")
		}
		if err := c.check("-PAYLOAD", emptySHA256+"\n"+hex.EncodeToString(c.sum.Sum(nil)), c.signed); err != nil {
			return err
		}
	}
	line, err := c.line()
	if errors.Is(err, io.EOF) {
		return badChunk("the body ends before its last chunk")
	}
	if err != nil {
		return err
	}
	size, extension, _ := strings.Cut(line, ";")
	n, err := strconv.ParseInt(size, 16, 64)
	if err != nil || n < 0 || n > c.total {
		return badChunk("a chunk's length is " + strconv.Quote(size))
	}
	c.signed = strings.TrimPrefix(extension, "chunk-signature=")
	c.sum.Reset()
	c.left, c.inside = n, true
	if n > 0 {
		return nil
	}
	return c.finish()
}

// finish checks the empty last chunk and reads the trailers.
func (c *chunkReader) finish() error {
	if c.total != 0 {
		return badChunk("the body is shorter than X-Amz-Decoded-Content-Length says")
	}
	if err := c.check("-PAYLOAD", emptySHA256+"\n"+emptySHA256, c.signed); err != nil {
		return err
	}
	var trailers strings.Builder
	found := false
	for {
		line, err := c.line()
		if errors.Is(err, io.EOF) || err == nil && line == "" {
			break
		}
		if err != nil {
			return err
		}
		name, v, ok := strings.Cut(line, ":")
		name, v = strings.ToLower(strings.TrimSpace(name)), strings.TrimSpace(v)
		if !ok || trailers.Len() > 8<<10 {
			return badChunk("a trailer has no value, or the trailers are too long")
		}
		if name == "x-amz-trailer-signature" {
			sum := sha256.Sum256([]byte(trailers.String()))
			if err := c.check("-TRAILER", hex.EncodeToString(sum[:]), v); err != nil {
				return err
			}
			found = true
			continue
		}
		trailers.WriteString(name + ":" + v + "\n")
		if strings.HasPrefix(name, "x-amz-checksum-") {
			c.header.Set(name, v)
		}
	}
	if c.sign != nil && trailers.Len() > 0 && !found {
		return badChunk("the trailers are not signed")
	}
	return io.EOF
}

// check compares a chunk's signature with the one it should have and remembers it for the next.
func (c *chunkReader) check(kind, data, got string) error {
	if c.sign == nil {
		return nil
	}
	want := c.sign(kind, c.previous, data)
	if subtle.ConstantTimeCompare([]byte(want), []byte(got)) != 1 {
		return &Error{Code: "SignatureDoesNotMatch", Message: "the signature of a chunk does not fit its content", Status: http.StatusForbidden}
	}
	c.previous = want
	return nil
}

// line reads up to the next line end; io.EOF when there is nothing more.
func (c *chunkReader) line() (string, error) {
	b, err := c.in.ReadSlice('\n')
	if err != nil {
		if errors.Is(err, io.EOF) && len(b) == 0 {
			return "", io.EOF
		}
		return "", badChunk("a line is cut or too long")
	}
	return strings.TrimSuffix(strings.TrimSuffix(string(b), "\n"), "\r"), nil
}

func badChunk(why string) *Error {
	return Errorf("IncompleteBody", "the chunked body cannot be read: %s", why)
}
