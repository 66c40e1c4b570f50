package s3

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"hash"
	"hash/crc32"
	"hash/crc64"
	"net/http"

	"github.com/stepwright/stepwright/local/wire"
)

// A checksum is what an object is stored with, so that readers can check what they got.
type checksum struct {
	header string // "X-Amz-Checksum-Crc32"
	value  string // base64
}

// nvme is the polynomial of CRC-64/NVME, reflected.
const nvme = 0x9a6c9329ac4bc9b5

// algorithms are the checksums of S3 by the header that carries them.
var algorithms = map[string]func() hash.Hash{
	"X-Amz-Checksum-Crc32":     func() hash.Hash { return crc32.NewIEEE() },
	"X-Amz-Checksum-Crc32c":    func() hash.Hash { return crc32.New(crc32.MakeTable(crc32.Castagnoli)) },
	"X-Amz-Checksum-Crc64nvme": func() hash.Hash { return crc64.New(crc64.MakeTable(nvme)) },
	"X-Amz-Checksum-Sha1":      sha1.New,
	"X-Amz-Checksum-Sha256":    sha256.New,
}

// check compares a body with the checksums that came with it, and gives the one to store it with: the client's, or
// a CRC-32.
func check(h http.Header, body []byte) (checksum, *wire.Error) {
	if sum := h.Get("Content-Md5"); sum != "" {
		if got := encoded(md5.New(), body); !same(got, sum) {
			return checksum{}, wire.Errorf("BadDigest", "The Content-MD5 you specified did not match what we received: %s is not %s", sum, got)
		}
	}
	kept := checksum{}
	for name, algorithm := range algorithms {
		want := h.Get(name)
		if want == "" {
			continue
		}
		kept = checksum{name, encoded(algorithm(), body)}
		if !same(kept.value, want) {
			return checksum{}, wire.Errorf("BadDigest", "The %s you specified did not match what we received: %s is not %s", name, want, kept.value)
		}
	}
	if kept.header == "" {
		kept = checksum{"X-Amz-Checksum-Crc32", encoded(crc32.NewIEEE(), body)}
	}
	return kept, nil
}

func encoded(h hash.Hash, body []byte) string {
	h.Write(body)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }
