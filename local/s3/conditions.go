package s3

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/local/wire"
)

// conditions checks the If-… headers of a read, in the order of RFC 9110; the error's status is 304 when the client
// has what it asks for.
func conditions(h http.Header, v *version) *wire.Error {
	if want := h.Get("If-Match"); want != "" {
		if !matches(want, v.etag) {
			return preconditionFailed("If-Match")
		}
	} else if t, err := http.ParseTime(h.Get("If-Unmodified-Since")); err == nil && v.modified.After(t) {
		return preconditionFailed("If-Unmodified-Since")
	}
	if want := h.Get("If-None-Match"); want != "" {
		if matches(want, v.etag) {
			return fail(http.StatusNotModified, "NotModified", "Not Modified")
		}
	} else if t, err := http.ParseTime(h.Get("If-Modified-Since")); err == nil && !v.modified.After(t) {
		return fail(http.StatusNotModified, "NotModified", "Not Modified")
	}
	return nil
}

// sourceConditions checks the conditions of a copy. What is 304 for a read is 412 here.
func sourceConditions(h http.Header, v *version) *wire.Error {
	plain := http.Header{}
	for _, name := range []string{"If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since"} {
		setUnlessEmpty(plain, name, h.Get("X-Amz-Copy-Source-"+name))
	}
	err := conditions(plain, v)
	if err != nil && err.Status == http.StatusNotModified {
		which := "x-amz-copy-source-If-None-Match"
		if plain.Get("If-None-Match") == "" {
			which = "x-amz-copy-source-If-Modified-Since"
		}
		return preconditionFailed(which)
	}
	if err != nil {
		return preconditionFailed("x-amz-copy-source-" + err.Fields.Get("Condition").Str())
	}
	return nil
}

// matches tells whether a list of ETags, in quotes or not, or *, takes in one.
func matches(list, etag string) bool {
	for want := range strings.SplitSeq(list, ",") {
		want = strings.TrimPrefix(strings.TrimSpace(want), "W/")
		if want == "*" || strings.Trim(want, `"`) == etag {
			return true
		}
	}
	return false
}

// mayReplace checks If-Match and If-None-Match of a write.
func mayReplace(h http.Header, old *version) *wire.Error {
	none, want := h.Get("If-None-Match"), h.Get("If-Match")
	switch {
	case none != "" && none != "*", none != "" && want != "":
		return notImplemented("A header you provided implies functionality that is not implemented: If-None-Match of a write other than *")
	case none == "*" && old != nil:
		return preconditionFailed("If-None-Match")
	case want == "":
		return nil
	case old == nil:
		return noKey("")
	case !matches(want, old.etag):
		return preconditionFailed("If-Match")
	}
	return nil
}

// A span is a part of a body.
type span struct{ start, length int64 }

func (p span) header(size int64) string {
	return "bytes " + strconv.FormatInt(p.start, 10) + "-" + strconv.FormatInt(p.start+p.length-1, 10) + "/" + strconv.FormatInt(size, 10)
}

// readRange reads a Range header: bytes=1-5, bytes=5-, bytes=-5. As in S3, one that cannot be read, or that asks
// for several parts, is as none at all; one that lies outside is an error.
func readRange(h string, size int64) (part span, ranged bool, failure *wire.Error) {
	whole := span{0, size}
	spec, ok := strings.CutPrefix(h, "bytes=")
	from, to, dash := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok || !dash || strings.Contains(spec, ",") || !digits(from) || !digits(to) || from == "" && to == "" {
		return whole, false, nil
	}
	start, end := number(from), number(to)
	switch {
	case from == "" && end > 0 && size > 0:
		n := min(end, size)
		return span{size - n, n}, true, nil
	case from != "" && to != "" && end < start:
		return whole, false, nil
	case from == "" || start >= size:
		return whole, false, fail(http.StatusRequestedRangeNotSatisfiable, "InvalidRange", "The requested range is not satisfiable",
			"RangeRequested", h, "ActualObjectSize", strconv.FormatInt(size, 10))
	case to == "":
		end = size - 1
	}
	return span{start, min(end, size-1) - start + 1}, true, nil
}

func digits(s string) bool { return strings.Trim(s, "0123456789") == "" }

// number reads digits; what is too large is as large as can be.
func number(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil && s != "" {
		return 1<<63 - 1
	}
	return n
}

// httpTime is how headers write times.
func httpTime(t time.Time) string { return t.UTC().Format(http.TimeFormat) }
