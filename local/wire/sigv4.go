package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// A signature is what a request carries to prove that its sender knows the secret key: Signature Version 4, in the
// Authorization header or in the query of a presigned URL.
type signature struct {
	accessKeyID string
	date        string // YYYYMMDD
	region      string
	service     string
	time        string // 20060102T150405Z
	headers     []string
	hex         string
	presigned   bool
	expires     time.Duration // presigned only
}

const (
	sigAlgorithm  = "AWS4-HMAC-SHA256"
	sigTimeFormat = "20060102T150405Z"
	maxPresigned  = 7 * 24 * time.Hour
	maxSkew       = 15 * time.Minute
)

// readSignature takes the signature of a request apart. It gives nil, nil for a request without any.
func readSignature(r *http.Request) (*signature, *Error) {
	if h := r.Header.Get("Authorization"); h != "" {
		return headerSignature(r, h)
	}
	q := r.URL.Query()
	switch {
	case q.Get("X-Amz-Credential") != "":
		return querySignature(q)
	case q.Get("AWSAccessKeyId") != "":
		return nil, incomplete("it is of version 2, which AWS has retired; make the URL with version 4 (for the AWS CLI: aws configure set default.s3.signature_version s3v4)")
	}
	return nil, nil
}

func headerSignature(r *http.Request, h string) (*signature, *Error) {
	rest, ok := strings.CutPrefix(h, sigAlgorithm)
	if !ok {
		return nil, incomplete("the Authorization header must begin with " + sigAlgorithm)
	}
	s := &signature{time: r.Header.Get("X-Amz-Date")}
	if s.time == "" {
		if t, err := http.ParseTime(r.Header.Get("Date")); err == nil {
			s.time = t.UTC().Format(sigTimeFormat)
		}
	}
	for part := range strings.SplitSeq(rest, ",") {
		name, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch name {
		case "Credential":
			if err := s.credential(v); err != nil {
				return nil, err
			}
		case "SignedHeaders":
			s.headers = strings.Split(v, ";")
		case "Signature":
			s.hex = v
		}
	}
	return s, s.complete()
}

func querySignature(q url.Values) (*signature, *Error) {
	if q.Get("X-Amz-Algorithm") != sigAlgorithm {
		return nil, incomplete("X-Amz-Algorithm must be " + sigAlgorithm)
	}
	s := &signature{presigned: true, time: q.Get("X-Amz-Date"), hex: q.Get("X-Amz-Signature")}
	if err := s.credential(q.Get("X-Amz-Credential")); err != nil {
		return nil, err
	}
	s.headers = strings.Split(q.Get("X-Amz-SignedHeaders"), ";")
	n, err := strconv.Atoi(q.Get("X-Amz-Expires"))
	if s.expires = time.Duration(n) * time.Second; err != nil || n < 1 || n > int(maxPresigned/time.Second) {
		return nil, incomplete("X-Amz-Expires must be a number of seconds from 1 to 604800")
	}
	return s, s.complete()
}

// credential reads AKID/20260101/us-east-1/s3/aws4_request.
func (s *signature) credential(v string) *Error {
	parts := strings.Split(v, "/")
	if len(parts) != 5 || parts[4] != "aws4_request" {
		return incomplete("the credential must have the form KEY/DATE/REGION/SERVICE/aws4_request")
	}
	s.accessKeyID, s.date, s.region, s.service = parts[0], parts[1], parts[2], parts[3]
	return nil
}

func (s *signature) complete() *Error {
	switch {
	case s.service == "":
		return incomplete("the credential is missing")
	case s.hex == "":
		return incomplete("the signature is missing")
	case !slices.Contains(s.headers, "host"):
		return incomplete("the Host header must be signed")
	case !strings.HasPrefix(s.time, s.date) || s.date == "":
		return incomplete("X-Amz-Date is missing, or its day differs from the credential's")
	}
	return nil
}

func incomplete(why string) *Error {
	return &Error{Code: "IncompleteSignatureException", Message: "the request's signature cannot be read: " + why, Status: http.StatusForbidden}
}

// verify checks the signature of everything but the body, whose hash it takes as given. It fails for a key other
// than the machine's, for one that is too old, and for a request that was changed after it was signed.
func (s *signature) verify(r *http.Request, keys Keys, payloadHash string, now time.Time) *Error {
	if subtle.ConstantTimeCompare([]byte(s.accessKeyID), []byte(keys.AccessKeyID)) != 1 {
		return &Error{Code: "UnrecognizedClientException", Status: http.StatusForbidden, Message: "the access key is not the one of this local machine; " +
			"its keys are made anew at every start, and the file written by `stepwright up -env FILE` has them"}
	}
	if err := s.fresh(now); err != nil {
		return err
	}
	key := signingKey(keys.SecretAccessKey, s.date, s.region, s.service)
	for _, path := range canonicalPaths(r, s.service) {
		want := hmacHex(key, s.stringToSign(canonicalRequest(r, s, path, payloadHash)))
		if subtle.ConstantTimeCompare([]byte(want), []byte(s.hex)) == 1 {
			return nil
		}
	}
	return &Error{Code: "SignatureDoesNotMatch", Status: http.StatusForbidden, Message: "the signature does not fit the request; " +
		"the secret access key is not the one of this local machine, or the request was changed after it was signed"}
}

func (s *signature) fresh(now time.Time) *Error {
	t, err := time.Parse(sigTimeFormat, s.time)
	if err != nil {
		return incomplete("X-Amz-Date must have the form " + sigTimeFormat)
	}
	late := now.Sub(t)
	switch {
	case late < -maxSkew, !s.presigned && late > maxSkew:
		return &Error{Code: "RequestTimeTooSkewed", Message: "the request was signed at " + s.time + ", more than 15 minutes away from this machine's time", Status: http.StatusForbidden}
	}
	return nil
}

// expired refuses a presigned URL whose time is over.
func (s *signature) expired(now time.Time) *Error {
	t, err := time.Parse(sigTimeFormat, s.time)
	if err != nil || !s.presigned || now.Sub(t) <= s.expires {
		return nil
	}
	return &Error{Code: "AccessDenied", Message: "Request has expired: the presigned URL was good until " + t.Add(s.expires).Format(time.RFC3339), Status: http.StatusForbidden}
}

func (s *signature) scope() string {
	return s.date + "/" + s.region + "/" + s.service + "/aws4_request"
}

func (s *signature) stringToSign(canonical string) string {
	sum := sha256.Sum256([]byte(canonical))
	return sigAlgorithm + "\n" + s.time + "\n" + s.scope() + "\n" + hex.EncodeToString(sum[:])
}

func signingKey(secret, date, region, service string) []byte {
	key := []byte("AWS4" + secret)
	for _, part := range []string{date, region, service, "aws4_request"} {
		key = hmacSum(key, part)
	}
	return key
}

func hmacSum(key []byte, s string) []byte {
	h := hmac.New(sha256.New, key)
	h.Write([]byte(s))
	return h.Sum(nil)
}

func hmacHex(key []byte, s string) string { return hex.EncodeToString(hmacSum(key, s)) }
