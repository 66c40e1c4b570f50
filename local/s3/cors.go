package s3

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A corsRule lets pages of some origins read a bucket.
type corsRule struct {
	methods, origins, headers, expose []string
	maxAge                            int64 // seconds; 0 for none
}

// readCors reads the property CorsConfiguration of a bucket.
func readCors(v value.Value) ([]corsRule, error) {
	var rules []corsRule
	for i, r := range v.Get("CorsRules").Elements() {
		rule := corsRule{methods: texts(r.Get("AllowedMethods")), origins: texts(r.Get("AllowedOrigins")), headers: texts(r.Get("AllowedHeaders")), expose: texts(r.Get("ExposedHeaders"))}
		if err := rule.check(i + 1); err != nil {
			return nil, err
		}
		rule.maxAge, _ = r.Get("MaxAge").Int()
		rules = append(rules, rule)
	}
	return rules, nil
}

// corsXML is what GetBucketCors shows of rules that a template gave.
func corsXML(rules []corsRule) string {
	var d document
	for _, r := range rules {
		d.open("CORSRule")
		for _, e := range []struct {
			name  string
			texts []string
		}{{"AllowedHeader", r.headers}, {"AllowedMethod", r.methods}, {"AllowedOrigin", r.origins}, {"ExposeHeader", r.expose}} {
			for _, t := range e.texts {
				d.text(e.name, t)
			}
		}
		if r.maxAge > 0 {
			d.number("MaxAgeSeconds", r.maxAge)
		}
		d.close("CORSRule")
	}
	return "<CORSConfiguration" + xmlns + ">" + d.String() + "</CORSConfiguration>"
}

// corsOf reads the document of PutBucketCors; the empty one has no rules.
func corsOf(n xmlNode) ([]corsRule, error) {
	var rules []corsRule
	for i, r := range n.all("CORSRule") {
		rule := corsRule{methods: r.texts("AllowedMethod"), origins: r.texts("AllowedOrigin"), headers: r.texts("AllowedHeader"), expose: r.texts("ExposeHeader")}
		rule.maxAge = number(r.text("MaxAgeSeconds"))
		if err := rule.check(i + 1); err != nil {
			return nil, err
		}
		rules = append(rules, rule)
	}
	if n.XMLName.Local != "" && (len(rules) == 0 || len(rules) > 100) {
		return nil, fmt.Errorf("there are %d elements CORSRule; there must be 1 to 100", len(rules))
	}
	return rules, nil
}

// check checks the rule of a number.
func (r corsRule) check(number int) error {
	if len(r.methods) == 0 || len(r.origins) == 0 {
		return fmt.Errorf("CorsConfiguration: rule %d needs AllowedMethods and AllowedOrigins", number)
	}
	for _, m := range r.methods {
		if !slices.Contains([]string{"GET", "PUT", "HEAD", "POST", "DELETE"}, m) {
			return fmt.Errorf("CorsConfiguration: rule %d allows the method %q; S3 knows GET, PUT, HEAD, POST and DELETE", number, m)
		}
	}
	for _, p := range slices.Concat(r.origins, r.headers) {
		if strings.Count(p, "*") > 1 {
			return fmt.Errorf("CorsConfiguration: rule %d: %q can not have more than one wildcard", number, p)
		}
	}
	return nil
}

func texts(v value.Value) []string {
	var out []string
	for _, e := range v.Elements() {
		out = append(out, e.Str())
	}
	return out
}

// matchCors gives the first rule that allows what a page asks for.
func matchCors(rules []corsRule, origin, method string, headers []string) *corsRule {
	for i, r := range rules {
		if !slices.Contains(r.methods, method) || !anyStar(r.origins, origin) {
			continue
		}
		if !slices.ContainsFunc(headers, func(h string) bool { return !anyStar(r.headers, h) }) {
			return &rules[i]
		}
	}
	return nil
}

// anyStar tells whether one of the patterns, with at most one *, fits s. Case does not matter.
func anyStar(patterns []string, s string) bool {
	s = strings.ToLower(s)
	return slices.ContainsFunc(patterns, func(p string) bool {
		before, after, star := strings.Cut(strings.ToLower(p), "*")
		if !star {
			return before == s
		}
		return len(s) >= len(before)+len(after) && strings.HasPrefix(s, before) && strings.HasSuffix(s, after)
	})
}

// allowOrigin adds to an answer what lets a page read it, if the bucket's rules allow that page.
func (s *Service) allowOrigin(w http.ResponseWriter, r *http.Request, bucket string) {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return
	}
	c, err := s.store.config(bucket)
	if err != nil {
		return
	}
	if rule := matchCors(c.cors, origin, r.Method, nil); rule != nil {
		rule.write(w.Header(), origin)
	}
}

func (r *corsRule) write(h http.Header, origin string) {
	h.Add("Vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method")
	if slices.Contains(r.origins, "*") {
		origin = "*"
	} else {
		h.Set("Access-Control-Allow-Credentials", "true")
	}
	h.Set("Access-Control-Allow-Origin", origin)
	h.Set("Access-Control-Allow-Methods", strings.Join(r.methods, ", "))
	setUnlessEmpty(h, "Access-Control-Expose-Headers", strings.Join(r.expose, ", "))
	if r.maxAge > 0 {
		h.Set("Access-Control-Max-Age", strconv.FormatInt(r.maxAge, 10))
	}
}

// Preflight answers a browser that asks what a page may do with a presigned URL.
func (s *Service) Preflight(w http.ResponseWriter, r *http.Request) {
	bucket, _ := place(r)
	c, err := s.store.config(bucket)
	if err != nil {
		wire.WriteS3Error(w, r, err)
		return
	}
	var headers []string
	for h := range strings.SplitSeq(r.Header.Get("Access-Control-Request-Headers"), ",") {
		if h = strings.TrimSpace(h); h != "" {
			headers = append(headers, h)
		}
	}
	origin := r.Header.Get("Origin")
	rule := matchCors(c.cors, origin, r.Header.Get("Access-Control-Request-Method"), headers)
	if origin == "" || rule == nil {
		wire.WriteS3Error(w, r, &wire.Error{Code: "AccessForbidden", Message: "CORSResponse: This CORS request is not allowed; the bucket's CorsConfiguration has no rule for this origin, method and headers", Status: http.StatusForbidden})
		return
	}
	rule.write(w.Header(), origin)
	setUnlessEmpty(w.Header(), "Access-Control-Allow-Headers", strings.Join(headers, ", "))
	w.WriteHeader(http.StatusOK)
}
