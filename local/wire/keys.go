package wire

import (
	"crypto/rand"
	"strings"
)

// Keys are the only keys that a local machine accepts. They are made anew at every start, so that no web page and
// no other process can guess them.
type Keys struct {
	AccessKeyID     string
	SecretAccessKey string
}

// NewKeys makes random keys, of the lengths that AWS's have.
func NewKeys() Keys {
	return Keys{
		AccessKeyID:     "SWKI" + rand.Text()[:16],
		SecretAccessKey: (strings.ToLower(rand.Text()) + rand.Text())[:40],
	}
}

// NewID gives a random UUID, for request, message and event ids.
func NewID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	const hex = "0123456789abcdef"
	out := make([]byte, 0, 36)
	for i, c := range b {
		if i == 4 || i == 6 || i == 8 || i == 10 {
			out = append(out, '-')
		}
		out = append(out, hex[c>>4], hex[c&15])
	}
	return string(out)
}
