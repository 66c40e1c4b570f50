package s3

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"net/http"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
)

// An algorithm is one of S3's checksums.
type algorithm struct {
	name   string // "CRC32", as members and elements spell it
	header string // "X-Amz-Checksum-Crc32"
	bits   int
	poly   uint64 // of a CRC, reflected; 0 for others
	make   func() hash.Hash
}

// element is the XML element, and the member of the API, that carries the checksum: "ChecksumCRC32".
func (a *algorithm) element() string { return "Checksum" + a.name }

var (
	castagnoli = crc32.MakeTable(crc32.Castagnoli)
	nvme       = crc64.MakeTable(nvmePoly)
)

// nvmePoly is the polynomial of CRC-64/NVME, reflected.
const nvmePoly = 0x9a6c9329ac4bc9b5

// algorithms are those of "Checking object integrity" in the S3 user guide.
var algorithms = []*algorithm{
	{"CRC64NVME", "X-Amz-Checksum-Crc64nvme", 64, nvmePoly, func() hash.Hash { return crc64.New(nvme) }},
	{"CRC32", "X-Amz-Checksum-Crc32", 32, crc32.IEEE, func() hash.Hash { return crc32.NewIEEE() }},
	{"CRC32C", "X-Amz-Checksum-Crc32c", 32, crc32.Castagnoli, func() hash.Hash { return crc32.New(castagnoli) }},
	{"SHA1", "X-Amz-Checksum-Sha1", 160, 0, sha1.New},
	{"SHA256", "X-Amz-Checksum-Sha256", 256, 0, sha256.New},
}

// standard is the checksum of objects for which the client chose none.
var standard = algorithms[0]

func algorithmNamed(name string) *algorithm {
	for _, a := range algorithms {
		if strings.EqualFold(a.name, name) {
			return a
		}
	}
	return nil
}

// A checksum is what an object is stored with, so that readers can check what they got.
type checksum struct {
	*algorithm
	value     string // base64; of several parts' checksums with "-" and their number behind
	composite bool   // made of the parts' checksums, not of the content
}

// kind is the checksum's type as S3 calls it.
func (c checksum) kind() string {
	if c.composite {
		return "COMPOSITE"
	}
	return "FULL_OBJECT"
}

// A digest computes what an ETag and a checksum are made of, while a body goes by.
type digest struct {
	*algorithm
	chosen bool // by the client, not by us
	md5    hash.Hash
	sum    hash.Hash
}

// newDigest chooses the checksum that the headers of a request name: by its value, by the trailer that will bring
// it, or by name.
func newDigest(h http.Header) (*digest, *wire.Error) {
	var found *algorithm
	for _, a := range algorithms {
		if _, ok := h[a.header]; !ok && !trailer(h, a) {
			continue
		}
		if found != nil {
			return nil, wire.Errorf("InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.")
		}
		found = a
	}
	name := h.Get("X-Amz-Sdk-Checksum-Algorithm")
	if found == nil && name != "" {
		if found = algorithmNamed(name); found == nil {
			return nil, unknownAlgorithm()
		}
	}
	if found == nil {
		return digestOf(standard), nil
	}
	d := digestOf(found)
	d.chosen = true
	return d, nil
}

func unknownAlgorithm() *wire.Error {
	return wire.Errorf("InvalidRequest", "Checksum algorithm provided is unsupported. Please try again with any of the valid types: [CRC32, CRC32C, CRC64NVME, SHA1, SHA256]")
}

func trailer(h http.Header, a *algorithm) bool {
	for t := range strings.SplitSeq(h.Get("X-Amz-Trailer"), ",") {
		if strings.EqualFold(strings.TrimSpace(t), a.header) {
			return true
		}
	}
	return false
}

func digestOf(a *algorithm) *digest {
	return &digest{algorithm: a, md5: md5.New(), sum: a.make()}
}

func (d *digest) write(b []byte) {
	d.md5.Write(b)
	d.sum.Write(b)
}

// etag is the MD5 in hexadecimal digits.
func (d *digest) etag() string { return hex.EncodeToString(d.md5.Sum(nil)) }

// check compares what went by with the checksums that came with it, and gives the one to store. A trailer is among
// the headers once the body has been read.
func (d *digest) check(h http.Header) (checksum, *wire.Error) {
	if want, ok := h["Content-Md5"]; ok {
		raw, err := base64.StdEncoding.DecodeString(want[0])
		if err != nil || len(raw) != md5.Size {
			return checksum{}, wire.Errorf("InvalidDigest", "The Content-MD5 you specified was invalid.")
		}
		if subtle.ConstantTimeCompare(raw, d.md5.Sum(nil)) != 1 {
			return checksum{}, wire.Errorf("BadDigest", "The Content-MD5 you specified did not match what we received.")
		}
	}
	got := d.sum.Sum(nil)
	out := checksum{algorithm: d.algorithm, value: base64.StdEncoding.EncodeToString(got)}
	want, ok := h[d.header]
	if !ok && trailer(h, d.algorithm) {
		return checksum{}, wire.Errorf("MalformedTrailerError", "The request contained trailing data that was not well-formed or did not conform to our published schema: the trailer %s is missing", strings.ToLower(d.header))
	}
	if !ok {
		return out, nil
	}
	raw, err := base64.StdEncoding.DecodeString(want[0])
	if err != nil || len(raw) != d.bits/8 {
		return checksum{}, wire.Errorf("InvalidRequest", "Value for %s header is invalid.", strings.ToLower(d.header))
	}
	if subtle.ConstantTimeCompare(raw, got) != 1 {
		return checksum{}, wire.Errorf("BadDigest", "The %s you specified did not match the calculated checksum.", d.name)
	}
	return out, nil
}

// sumOf is a content's checksum.
func sumOf(a *algorithm, c content) checksum {
	d := a.make()
	for _, piece := range c.pieces {
		d.Write(piece)
	}
	return checksum{algorithm: a, value: base64.StdEncoding.EncodeToString(d.Sum(nil))}
}

// joinSums is the checksum of the content that parts make together, from the parts' own: CRCs can be joined without
// reading the content again. All parts' checksums are of the algorithm a, which is a CRC.
func joinSums(a *algorithm, parts []part) checksum {
	var crc uint64
	for i, p := range parts {
		next := p.crc()
		if i == 0 {
			crc = next
			continue
		}
		crc = shiftCRC(a, crc, p.size) ^ next
	}
	raw := make([]byte, a.bits/8)
	for i := range raw {
		raw[i] = byte(crc >> (8 * (len(raw) - 1 - i)))
	}
	return checksum{algorithm: a, value: base64.StdEncoding.EncodeToString(raw)}
}

// crc is a part's checksum as a number.
func (p part) crc() uint64 {
	raw, _ := base64.StdEncoding.DecodeString(p.checksum.value) // we made it
	var n uint64
	for _, b := range raw {
		n = n<<8 | uint64(b)
	}
	return n
}

// shiftCRC is what a CRC becomes when n bytes of zeros follow. A step by one zero bit is linear over GF(2); the
// matrix of that step is squared again and again.
func shiftCRC(a *algorithm, crc uint64, n int64) uint64 {
	step := make([]uint64, a.bits) // the image of each single bit
	step[0] = a.poly
	for i := 1; i < a.bits; i++ {
		step[i] = 1 << (i - 1)
	}
	for range 3 { // from a bit to a byte
		step = square(step)
	}
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			crc = apply(step, crc)
		}
		step = square(step)
	}
	return crc
}

func apply(matrix []uint64, v uint64) uint64 {
	var out uint64
	for i := 0; v != 0; i, v = i+1, v>>1 {
		if v&1 == 1 {
			out ^= matrix[i]
		}
	}
	return out
}

func square(matrix []uint64) []uint64 {
	out := make([]uint64, len(matrix))
	for i, v := range matrix {
		out[i] = apply(matrix, v)
	}
	return out
}
