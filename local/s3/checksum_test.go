package s3

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestAlgorithms computes the check values of the catalogue of CRCs, and those of FIPS 180 for "123456789".
func TestAlgorithms(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"CRC32": "y/Q5Jg==", "CRC32C": "4waSgw==", "CRC64NVME": "rosUhgp5mIg=",
		"SHA1": "98O8HYCOBHMq32eZZczDTKeuNEE=", "SHA256": "FeKw08M4keuw8e9gnsQZQgwg4yDOlMZfvIwzEkSOsiU=",
	} {
		if got := sumOf(algorithmNamed(name), bytesContent([]byte("123456789"))).value; got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// A CRC that is joined from the parts' is that of the whole.
func TestJoinSums(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2))
	for _, a := range algorithms {
		for range 50 {
			var whole bytes.Buffer
			var parts []part
			for range 1 + random.IntN(5) {
				if a.poly == 0 {
					continue
				}
				b := make([]byte, random.IntN(3000))
				for i := range b {
					b[i] = byte(random.Uint32())
				}
				whole.Write(b)
				parts = append(parts, part{size: int64(len(b)), checksum: sumOf(a, bytesContent(b))})
			}
			if len(parts) == 0 {
				continue
			}
			if got, want := joinSums(a, parts), sumOf(a, bytesContent(whole.Bytes())); got != want {
				t.Fatalf("%s of %d parts: %s, want %s", a.name, len(parts), got.value, want.value)
			}
		}
	}
}
