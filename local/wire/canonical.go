package wire

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// canonicalRequest is the text whose hash is signed, as "Create a signed AWS API request" of the IAM user guide
// defines it.
func canonicalRequest(r *http.Request, s *signature, path, payloadHash string) string {
	var b strings.Builder
	b.WriteString(r.Method + "\n" + path + "\n" + canonicalQuery(r.URL.RawQuery) + "\n")
	for _, name := range s.headers {
		b.WriteString(name + ":" + canonicalHeader(r, name) + "\n")
	}
	b.WriteString("\n" + strings.Join(s.headers, ";") + "\n" + payloadHash)
	return b.String()
}

// canonicalPaths are the spellings of the path that a client may have signed: S3's is encoded once, as it was sent
// or normalised; all others' is what was sent, encoded again.
func canonicalPaths(r *http.Request, service string) []string {
	raw, _, _ := strings.Cut(r.RequestURI, "?")
	if i := strings.Index(raw, "://"); i >= 0 { // the absolute form that proxies are sent
		_, raw, _ = strings.Cut(raw[i+3:], "/")
		raw = "/" + raw
	}
	if raw == "" {
		raw = "/"
	}
	if service != "s3" {
		return []string{escapeURI(raw, true)}
	}
	if plain := escapeURI(r.URL.Path, true); plain != raw {
		return []string{raw, plain}
	}
	return []string{raw}
}

func canonicalQuery(raw string) string {
	if raw == "" {
		return ""
	}
	var pairs []string
	for part := range strings.SplitSeq(raw, "&") {
		name, v, _ := strings.Cut(part, "=")
		name = unescapeQuery(name)
		if part == "" || name == "X-Amz-Signature" {
			continue
		}
		pairs = append(pairs, escapeURI(name, false)+"="+escapeURI(unescapeQuery(v), false))
	}
	slices.SortFunc(pairs, func(a, b string) int {
		an, av, _ := strings.Cut(a, "=")
		bn, bv, _ := strings.Cut(b, "=")
		if c := strings.Compare(an, bn); c != 0 {
			return c
		}
		return strings.Compare(av, bv)
	})
	return strings.Join(pairs, "&")
}

func unescapeQuery(s string) string {
	if u, err := url.QueryUnescape(s); err == nil {
		return u
	}
	return s
}

func canonicalHeader(r *http.Request, name string) string {
	switch name {
	case "host":
		return r.Host
	case "content-length":
		return strconv.FormatInt(r.ContentLength, 10)
	}
	values := r.Header.Values(name)
	trimmed := make([]string, len(values))
	for i, v := range values {
		trimmed[i] = collapse(v)
	}
	return strings.Join(trimmed, ",")
}

// collapse trims blanks and makes one of several.
func collapse(s string) string {
	s = strings.Trim(s, " ")
	if !strings.Contains(s, "  ") {
		return s
	}
	return strings.Join(slices.DeleteFunc(strings.Split(s, " "), func(p string) bool { return p == "" }), " ")
}

// escapeURI encodes all bytes but the unreserved ones (RFC 3986), and slashes if they are to be kept.
func escapeURI(s string, keepSlash bool) string {
	const upper = "0123456789ABCDEF"
	var b strings.Builder
	for i := range len(s) {
		c := s[i]
		if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
			c == '-' || c == '_' || c == '.' || c == '~' || c == '/' && keepSlash {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(upper[c>>4])
		b.WriteByte(upper[c&15])
	}
	return b.String()
}
