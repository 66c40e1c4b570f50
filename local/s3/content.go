package s3

import (
	"errors"
	"io"
	"net/http"

	"github.com/stepwright/stepwright/local/wire"
)

// A content is the bytes of an object or of a part, in pieces. It is never written to once it is stored, so that
// versions, copies and the objects made of parts share their pieces.
type content struct {
	pieces [][]byte
	size   int64
}

// pieceSize is the most that one piece of a body that is being read takes. A client that announces much and sends
// little costs no more than this.
const pieceSize = 1 << 20

// bytesContent is a content that somebody else has made; it must not be written to any more.
func bytesContent(b []byte) content {
	if len(b) == 0 {
		return content{}
	}
	return content{pieces: [][]byte{b}, size: int64(len(b))}
}

// add puts another content behind this one.
func (c *content) add(more content) {
	c.pieces = append(c.pieces, more.pieces...)
	c.size += more.size
}

// each gives the pieces of a part of the content, in order, until f fails.
func (c content) each(p span, f func([]byte) error) error {
	from, left := p.start, p.length
	for _, piece := range c.pieces {
		if left == 0 {
			return nil
		}
		if from >= int64(len(piece)) {
			from -= int64(len(piece))
			continue
		}
		b := piece[from:min(int64(len(piece)), from+left)]
		if err := f(b); err != nil {
			return err
		}
		from, left = 0, left-int64(len(b))
	}
	return nil
}

// part is a part of the content, which shares its bytes.
func (c content) part(p span) content {
	out := content{size: p.length}
	_ = c.each(p, func(b []byte) error { // which never fails
		out.pieces = append(out.pieces, b)
		return nil
	})
	return out
}

// join gives the content in one piece, which must not be written to.
func (c content) join() []byte {
	if len(c.pieces) == 1 {
		return c.pieces[0]
	}
	b := make([]byte, 0, c.size)
	for _, piece := range c.pieces {
		b = append(b, piece...)
	}
	return b
}

// readContent reads the body of a request and shows each stretch of it to the digest while it is still warm.
// Dispatch has bounded the body and checks it against the signature on the way.
func readContent(r *http.Request, d *digest) (content, *wire.Error) {
	var c content
	var piece []byte // what is being filled
	for {
		if len(piece) == cap(piece) {
			c.pieces = keep(c.pieces, piece)
			piece = make([]byte, 0, nextPiece(r.ContentLength, c.size))
		}
		n, err := r.Body.Read(piece[len(piece):min(cap(piece), len(piece)+64<<10)])
		d.write(piece[len(piece) : len(piece)+n])
		piece = piece[:len(piece)+n]
		c.size += int64(n)
		if errors.Is(err, io.EOF) {
			break
		}
		if failure, ok := errors.AsType[*wire.Error](err); ok {
			return content{}, failure
		}
		if err != nil {
			return content{}, incompleteBody()
		}
	}
	c.pieces = keep(c.pieces, piece)
	if r.ContentLength >= 0 && c.size != r.ContentLength {
		return content{}, incompleteBody()
	}
	return c, nil
}

func keep(pieces [][]byte, piece []byte) [][]byte {
	if len(piece) == 0 {
		return pieces
	}
	return append(pieces, piece)
}

// nextPiece is how much room to make when so much of a body has been read: for all of it if that is little, and
// always for a byte, so that the body's end is seen.
func nextPiece(announced, read int64) int64 {
	if announced < 0 {
		return 32 << 10
	}
	return min(max(announced-read, 1), pieceSize)
}

func incompleteBody() *wire.Error {
	return wire.Errorf("IncompleteBody", "You did not provide the number of bytes specified by the Content-Length HTTP header")
}

// maxDocument is the most that a body of XML or JSON has: 1,000 keys of 1,024 bytes, each escaped, and then some.
const maxDocument = 8 << 20

// readDocument reads a body that is not an object, and checks what checksums came with it.
func readDocument(r *http.Request) ([]byte, *wire.Error) {
	if r.ContentLength > maxDocument {
		return nil, wire.Errorf("MaxMessageLengthExceeded", "Your request was too big: it has %d bytes, at most %d are allowed", r.ContentLength, maxDocument)
	}
	if r.ContentLength < 0 {
		r.Body = http.MaxBytesReader(nil, r.Body, maxDocument)
	}
	d, err := newDigest(r.Header)
	if err != nil {
		return nil, err
	}
	c, err := readContent(r, d)
	if err != nil {
		return nil, err
	}
	if _, err := d.check(r.Header); err != nil {
		return nil, err
	}
	return c.join(), nil
}
