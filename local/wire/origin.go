package wire

import (
	"net"
	"net/http"
	"net/url"
	"strings"
)

// foreign says why a request does not come from this machine's own user, or "" if it may. A page of the World Wide
// Web can make a browser send requests to loopback, by a form or by rebinding its own name; Host and Origin betray
// it.
func foreign(r *http.Request) string {
	if !loopbackHost(r.Host) {
		return "the Host header names another machine; the local machine answers only to localhost and 127.0.0.1"
	}
	for _, origin := range r.Header.Values("Origin") {
		if !loopbackOrigin(origin) {
			return "the Origin header names a web page of another machine; the local machine answers only to pages of localhost and 127.0.0.1"
		}
	}
	return ""
}

// loopbackHost tells whether a Host header, with or without port, names this machine.
func loopbackHost(hostport string) bool {
	host := hostport
	if h, port, err := net.SplitHostPort(hostport); err == nil {
		if !isDigits(port) {
			return false
		}
		host = h
	} else {
		host = strings.TrimSuffix(strings.TrimPrefix(host, "["), "]")
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

func loopbackOrigin(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && (u.Scheme == "http" || u.Scheme == "https") && loopbackHost(u.Host)
}
