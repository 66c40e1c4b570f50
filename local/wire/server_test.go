package wire_test

import (
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/local/wire"
)

// A connection on which nothing was sent must not hold Close up until its grace is over, which is an error.
func TestCloseEndsSilentConnections(t *testing.T) {
	t.Parallel()
	s, err := wire.Listen(0, http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	silent, err := net.Dial("tcp", strings.TrimPrefix(s.URL(), "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	resp, err := http.Get(s.URL()) // comes after the silent connection, which is accepted then
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
