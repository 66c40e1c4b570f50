package s3

import (
	"net"
	"net/http"
	"strings"
)

// reserved are beginnings and ends of bucket names that S3 keeps for itself: "General purpose bucket naming rules"
// of the user guide.
var (
	reservedPrefixes = []string{"xn--", "sthree-", "amzn-s3-demo-"}
	reservedSuffixes = []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"}
)

// badBucketName says what is wrong with a bucket's name, or "".
func badBucketName(name string) string {
	if len(name) < 3 || len(name) > 63 {
		return "a bucket's name has 3 to 63 characters"
	}
	for i, c := range []byte(name) {
		alnum := 'a' <= c && c <= 'z' || '0' <= c && c <= '9'
		switch {
		case !alnum && (i == 0 || i == len(name)-1):
			return "a bucket's name begins and ends with a lower-case letter or a digit"
		case !alnum && c != '.' && c != '-':
			return "a bucket's name has only lower-case letters, digits, dots and hyphens"
		}
	}
	if strings.Contains(name, "..") {
		return "a bucket's name has no two dots beside each other"
	}
	if net.ParseIP(name) != nil {
		return "a bucket's name must not look like an IP address"
	}
	for _, p := range reservedPrefixes {
		if strings.HasPrefix(name, p) {
			return "names that begin with " + p + " are reserved"
		}
	}
	for _, p := range reservedSuffixes {
		if strings.HasSuffix(name, p) {
			return "names that end with " + p + " are reserved"
		}
	}
	return ""
}

// place reads the bucket and the key of a request: from the path, or with the bucket in the host's name, as in
// photos.localhost and photos.s3.us-east-1.localhost.
func place(r *http.Request) (bucket, key string) {
	path := strings.TrimPrefix(r.URL.Path, "/")
	if host := virtualHost(r.Host); host != "" {
		return host, path
	}
	bucket, key, _ = strings.Cut(path, "/")
	return bucket, key
}

// virtualHost is the bucket that a Host header names, or "".
func virtualHost(host string) string {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	name, ok := strings.CutSuffix(strings.TrimSuffix(strings.ToLower(host), "."), ".localhost")
	if !ok || name == "s3" || strings.HasPrefix(name, "s3.") {
		return ""
	}
	if before, region, ok := cutLast(name, ".s3."); ok && !strings.Contains(region, ".") {
		return before
	}
	return strings.TrimSuffix(name, ".s3")
}

func cutLast(s, sep string) (before, after string, ok bool) {
	i := strings.LastIndex(s, sep)
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+len(sep):], true
}
