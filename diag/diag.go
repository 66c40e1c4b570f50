// Package diag holds diagnostics: problems of a workflow, told to the person who can fix them.
//
// A diagnostic is data until the last moment. It says what is wrong, where, and what to do; List renders for people
// (Write) and for programs (encoding/json).
package diag

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// A Severity says how bad a problem is.
type Severity uint8

// The severities. A document with an Error cannot be deployed or run; a Warning is likely a mistake.
const (
	Error Severity = iota
	Warning
	Info
)

var severityNames = [...]string{"error", "warning", "info"}

// String gives "error", "warning" or "info".
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return "severity(" + strconv.Itoa(int(s)) + ")"
}

// MarshalText gives the severity's name.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText reads a severity's name.
func (s *Severity) UnmarshalText(b []byte) error {
	for i, n := range severityNames {
		if n == string(b) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("unknown severity %q; expected one of %s", b, strings.Join(severityNames[:], ", "))
}

// A Position is a place in a source: the Go file and line that wrote a state, or line and column of a document.
// The zero Position is unknown.
type Position struct {
	File string
	Line int // from 1; 0 when unknown
	Col  int // from 1, in bytes; 0 when unknown
}

// IsZero tells whether the position is unknown.
func (p Position) IsZero() bool { return p == Position{} }

// String gives "file:line:col", as far as it is known.
func (p Position) String() string {
	if p.IsZero() {
		return ""
	}
	parts := make([]string, 0, 3)
	if p.File != "" {
		parts = append(parts, p.File)
	}
	if p.Line > 0 {
		parts = append(parts, strconv.Itoa(p.Line))
		if p.Col > 0 {
			parts = append(parts, strconv.Itoa(p.Col))
		}
	}
	return strings.Join(parts, ":")
}

// A Pointer is a JSON Pointer (RFC 6901), such as "/States/Pay/Next". The empty Pointer is the whole document.
type Pointer string

var escaper = strings.NewReplacer("~", "~0", "/", "~1")

// Child points to the member name of what p points to.
func (p Pointer) Child(name string) Pointer { return p + "/" + Pointer(escaper.Replace(name)) }

// Index points to the item i of what p points to.
func (p Pointer) Index(i int) Pointer { return p + "/" + Pointer(strconv.Itoa(i)) }

// Split gives the unescaped parts of p.
func (p Pointer) Split() []string {
	if p == "" {
		return nil
	}
	parts := strings.Split(strings.TrimPrefix(string(p), "/"), "/")
	for i, s := range parts {
		parts[i] = strings.ReplaceAll(strings.ReplaceAll(s, "~1", "/"), "~0", "~")
	}
	return parts
}

// A Diagnostic is one problem in a document, told to the person who can fix it.
type Diagnostic struct {
	Severity Severity `json:"severity"`
	Code     string   `json:"code"`             // stable, kebab-case
	State    string   `json:"state,omitempty"`  // the state's name; empty for the whole machine
	Path     Pointer  `json:"path,omitempty"`   // where in the document
	Source   string   `json:"source,omitempty"` // file:line of the builder call, or file:line:col of the JSON
	Message  string   `json:"message"`          // what is wrong: one clause, no full stop
	Hint     string   `json:"hint,omitempty"`   // what to do, if we know
}

// Error is the diagnostic's first line, as Write gives it.
func (d Diagnostic) Error() string {
	var b strings.Builder
	if d.Source != "" {
		b.WriteString(d.Source + ": ")
	}
	if d.Severity != Error {
		b.WriteString(d.Severity.String() + ": ")
	}
	if d.State != "" {
		b.WriteString("state " + strconv.Quote(d.State) + ": ")
	}
	b.WriteString(d.Message)
	if d.Code != "" {
		b.WriteString(" [" + d.Code + "]")
	}
	return b.String()
}

// Text is the whole diagnostic as people read it, one to three lines.
func (d Diagnostic) Text() string {
	s := d.Error()
	if d.Path != "" {
		s += "\n    at " + string(d.Path)
	}
	if d.Hint != "" {
		s += "\n    hint: " + strings.ReplaceAll(d.Hint, "\n", "\n          ")
	}
	return s
}

// A List is a list of diagnostics, in document order.
type List []Diagnostic

// Add appends a diagnostic that is an error unless it says otherwise.
func (l *List) Add(d Diagnostic) { *l = append(*l, d) }

// HasErrors tells whether one of them is an error.
func (l List) HasErrors() bool {
	for _, d := range l {
		if d.Severity == Error {
			return true
		}
	}
	return false
}

// Err is nil when no diagnostic is an error; else an error whose text is all of them, for people.
func (l List) Err() error {
	if !l.HasErrors() {
		return nil
	}
	return listError(l)
}

type listError List

func (l listError) Error() string {
	var b strings.Builder
	_ = List(l).Write(&b)
	return strings.TrimSuffix(b.String(), "\n")
}

// Write gives the list to people: each diagnostic in one to three lines.
func (l List) Write(w io.Writer) error {
	for _, d := range l {
		if _, err := fmt.Fprintln(w, d.Text()); err != nil {
			return fmt.Errorf("write diagnostics: %w", err)
		}
	}
	return nil
}
