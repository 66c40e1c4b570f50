package local

import (
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/template"
)

// URL is where the machine listens: "http://127.0.0.1:40123". Inside Start it is empty until it listens.
func (m *Machine) URL() string {
	if server := m.server.Load(); server != nil {
		return server.URL()
	}
	return ""
}

// Account is where the machine pretends to be.
func (m *Machine) Account() wire.Account { return m.account }

// Keys are the only keys that the machine accepts.
func (m *Machine) Keys() wire.Keys { return m.keys }

// Env are the variables that point AWS SDKs and tools at the machine, as NAME=VALUE. On a virtual machine
// STEPWRIGHT_CLOCK is the address of its clock: what is POSTed there is let pass, such as 36h.
func (m *Machine) Env() []string {
	env := []string{
		"AWS_ENDPOINT_URL=" + m.URL(),
		"AWS_REGION=" + m.account.Region,
		"AWS_DEFAULT_REGION=" + m.account.Region,
		"AWS_ACCESS_KEY_ID=" + m.keys.AccessKeyID,
		"AWS_SECRET_ACCESS_KEY=" + m.keys.SecretAccessKey,
	}
	if m.control != nil {
		env = append(env, "STEPWRIGHT_CLOCK="+m.URL()+m.control.path)
	}
	return env
}

// WriteEnv writes Env to a file that only its owner can read, a variable on each line. A file that is there is
// replaced at once, never seen half written.
func (m *Machine) WriteEnv(path string) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".env-*") // with mode 0600
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.WriteString(strings.Join(m.Env(), "\n") + "\n")
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return fmt.Errorf("write %s: %w", path, err)
	}
	return nil
}

// Stack is the name of the stack that was brought up; empty without one.
func (m *Machine) Stack() string {
	if m.stack == nil {
		return ""
	}
	return m.stack.Name
}

// Outputs are the outputs of the stack.
func (m *Machine) Outputs() map[string]string {
	if m.stack == nil {
		return map[string]string{}
	}
	return maps.Clone(m.stack.Outputs)
}

// Made are the resources of the stack, in the order in which they were made.
func (m *Machine) Made() []template.Made {
	if m.stack == nil {
		return nil
	}
	return slices.Clone(m.stack.Made)
}

// Resources are what the stack's resources are called: logical id to what Ref gives.
func (m *Machine) Resources() map[string]string {
	names := map[string]string{}
	for _, r := range m.Made() {
		names[r.LogicalID] = r.Ref
	}
	return names
}

// Find gives the resource of a type whose logical id is id, or id and the eight hexadecimal digits that the CDK
// appends to construct ids. ok is false when there is none.
func (m *Machine) Find(resourceType, id string) (made template.Made, ok bool) {
	for _, r := range m.Made() {
		rest, found := strings.CutPrefix(r.LogicalID, id)
		if found && r.Type == resourceType && (rest == "" || isHash(rest)) {
			return r, true
		}
	}
	return template.Made{}, false
}

func isHash(s string) bool { return len(s) == 8 && strings.Trim(s, "0123456789ABCDEF") == "" }

// progress writes whole lines, from any goroutine.
type progress struct {
	mu sync.Mutex
	w  io.Writer
}

func (p *progress) Write(b []byte) (int, error) {
	if p.w == nil {
		return len(b), nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.w.Write(b)
}

func (p *progress) say(line string) { fmt.Fprintln(p, line) }

// made says that a resource is there.
func (p *progress) made(m template.Made) {
	if m.Missing {
		fmt.Fprintf(p, "missing  %-40s %s\n", m.LogicalID, m.Type)
		return
	}
	fmt.Fprintf(p, "created  %-40s %s\n", m.LogicalID, m.Type)
}
