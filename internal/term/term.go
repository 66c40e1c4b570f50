// Package term writes to a person's terminal: colours and a line that moves are for terminals only.
package term

import (
	"fmt"
	"io"
	"os"
	"strings"
	"sync"
)

// A Style is how text looks on a terminal that shows colours.
type Style string

// The styles.
const (
	Bold   Style = "1"
	Dim    Style = "2"
	Red    Style = "31"
	Green  Style = "32"
	Yellow Style = "33"
)

// A Terminal is where a command writes. It is safe for use by several goroutines.
type Terminal struct {
	w      io.Writer
	moving bool
	color  bool

	mu     sync.Mutex
	length int // of the moving line
}

// New looks at what w is. Colours need a terminal, and NO_COLOR to be unset (https://no-color.org).
func New(w io.Writer) *Terminal {
	f, ok := w.(*os.File)
	if !ok {
		return &Terminal{w: w}
	}
	i, err := f.Stat()
	tty := err == nil && i.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
	return &Terminal{w: w, moving: tty, color: tty && os.Getenv("NO_COLOR") == ""}
}

// Paint gives s the style, if there are colours.
func (t *Terminal) Paint(style Style, s string) string {
	if !t.color || s == "" {
		return s
	}
	return "\x1b[" + string(style) + "m" + s + "\x1b[0m"
}

// Progress replaces the moving line; an empty one takes it away. What is no terminal sees nothing of it.
func (t *Terminal) Progress(format string, args ...any) {
	if !t.moving {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	s := fmt.Sprintf(format, args...)
	fmt.Fprintf(t.w, "\r%s\r%s", strings.Repeat(" ", t.length), s)
	t.length = len([]rune(s))
}
