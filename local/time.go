package local

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// Now is the time of the machine.
func (m *Machine) Now() time.Time { return m.clock.Now() }

// Clock is the clock that everything on the machine lives by.
func (m *Machine) Clock() clock.Clock { return m.clock }

// Hold keeps the time of a virtual machine from passing by itself until release is called. Time that is not virtual
// does not mind.
func (m *Machine) Hold() (release func()) { return clock.Hold(m.clock) }

// Advance lets time pass on a virtual machine, at once: everything that is to happen meanwhile happens, in its order,
// and when Advance comes back it has been dealt with. What was at work before is not waited for. It fails when ctx
// ends before, and on a machine whose time is not virtual.
func (m *Machine) Advance(ctx context.Context, d time.Duration) error {
	s, ok := m.clock.(*clock.Shared)
	switch {
	case !ok:
		return errors.New("time cannot be advanced: the machine lives in real time; start it with -virtual, or local.Virtual() in a test")
	case d < 0:
		return fmt.Errorf("time cannot be advanced by %v: it never goes back", d)
	}
	return s.Advance(ctx, d)
}

// A control is how programs move the time of a virtual machine: below a path that only they know who have read the
// machine's variables.
type control struct {
	m    *Machine
	path string

	release func() // of the hold that "hold" began; nil for none
	busy    chan struct{}
}

// controlPrefix is where the clock is, followed by a secret.
const controlPrefix = "/_clock/"

func newControl(m *Machine) *control {
	return &control{m: m, path: controlPrefix + wire.NewKeys().SecretAccessKey, busy: make(chan struct{}, 1)}
}

// ServeHTTP tells the time on GET. On POST it does what the body says: a duration is let pass, "hold" keeps time from
// passing by itself, and "go" ends that. The answer tells the time then.
func (c *control) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != c.path {
		c.answer(w, http.StatusForbidden, "nobody knows this path; the address of the clock is STEPWRIGHT_CLOCK of the machine's variables")
		return
	}
	var err error
	switch r.Method {
	case http.MethodGet:
	case http.MethodPost:
		err = c.do(w, r)
	default:
		c.answer(w, http.StatusMethodNotAllowed, "the clock knows GET and POST, not "+r.Method)
		return
	}
	if err != nil {
		c.answer(w, http.StatusBadRequest, err.Error())
		return
	}
	c.answer(w, http.StatusOK, "")
}

func (c *control) do(w http.ResponseWriter, r *http.Request) error {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64))
	if err != nil {
		return fmt.Errorf("the clock could not read what to do: %w", err)
	}
	text := strings.TrimSpace(string(body))
	switch text {
	case "hold", "go":
		c.busy <- struct{}{}
		defer func() { <-c.busy }()
		switch {
		case text == "hold" && c.release == nil:
			c.release = c.m.Hold()
		case text == "go" && c.release != nil:
			c.release()
			c.release = nil
		}
		return nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return fmt.Errorf("the clock does not know %q; it expects a duration such as 36h, 5m or 1h30m, or hold, or go", text)
	}
	return c.m.Advance(r.Context(), d)
}

func (c *control) answer(w http.ResponseWriter, status int, problem string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	out := value.Object(value.M("now", value.String(c.m.Now().UTC().Format(time.RFC3339Nano))))
	if problem != "" {
		out = value.Object(value.M("error", value.String(problem)))
	}
	_, _ = w.Write(append(out.AppendJSON(nil), '\n'))
}
