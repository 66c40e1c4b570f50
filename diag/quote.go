package diag

import (
	"strconv"
	"strings"
)

// maxQuoted is how many bytes of a document's text a message repeats.
const maxQuoted = 80

// Quote is a name or text of a document as a message tells it: in quotes, escaped as Go does, and shortened to 80
// bytes if it is longer.
func Quote(s string) string { return strconv.Quote(Shorten(s, maxQuoted)) }

// Shorten is s if it has at most the given number of bytes; else so much of it, without half a character at the end,
// and "…".
func Shorten(s string, most int) string {
	if len(s) <= most {
		return s
	}
	return strings.ToValidUTF8(s[:most], "") + "…"
}
