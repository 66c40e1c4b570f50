package wire

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"strconv"
	"sync"
	"syscall"
	"time"
)

// A Server listens on this machine's loopback address and nowhere else.
type Server struct {
	url    string
	http   *http.Server
	cancel context.CancelFunc
	served chan error
	silent silence
}

// Listen serves h on the port, or on one that the kernel chooses if it is 0. Requests under way see their context
// end when the server is closed.
func Listen(port int, h http.Handler) (*Server, error) {
	l, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %d is used by another program; choose another port, or none to be given a free one", port)
	case err != nil:
		return nil, fmt.Errorf("listen on port %d of this machine: %w", port, err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	s := &Server{
		url:    "http://" + l.Addr().String(),
		cancel: cancel,
		served: make(chan error, 1),
		http: &http.Server{
			Handler:           h,
			ReadHeaderTimeout: 10 * time.Second,
			ErrorLog:          log.New(io.Discard, "", 0),
			BaseContext:       func(net.Listener) context.Context { return ctx },
		},
	}
	s.http.ConnState = s.silent.watch
	s.http.RegisterOnShutdown(s.silent.end)
	go func() { s.served <- s.http.Serve(l) }()
	return s, nil
}

// URL is where the server listens: "http://127.0.0.1:40123".
func (s *Server) URL() string { return s.url }

// closeGrace is how long requests under way may take to notice that their context has ended.
const closeGrace = 5 * time.Second

// Close stops listening, ends the contexts of requests under way and waits for their answers.
func (s *Server) Close() error {
	s.cancel()
	ctx, cancel := context.WithTimeout(context.Background(), closeGrace)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(fmt.Errorf("requests were still under way after %v: %w", closeGrace, err), s.http.Close())
	}
	if served := <-s.served; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}

// A silence knows the connections that have not sent anything yet. Clients dial some in advance; Shutdown would wait
// five seconds for a request on them.
type silence struct {
	mu    sync.Mutex
	ended bool
	conns map[net.Conn]bool
}

func (s *silence) watch(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case state != http.StateNew:
		delete(s.conns, c)
	case s.ended:
		_ = c.Close()
	default:
		if s.conns == nil {
			s.conns = map[net.Conn]bool{}
		}
		s.conns[c] = true
	}
}

func (s *silence) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended = true
	for c := range s.conns {
		_ = c.Close()
	}
}
