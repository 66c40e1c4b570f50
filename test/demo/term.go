package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/stepwright/stepwright/test/photos"
)

// A term is the person's terminal. Colour and the moving line are for terminals only.
type term struct {
	w     io.Writer
	tty   bool
	color bool
	moved int // length of the moving line
}

func newTerm(f *os.File) *term {
	i, err := f.Stat()
	tty := err == nil && i.Mode()&os.ModeCharDevice != 0
	return &term{w: f, tty: tty, color: tty && os.Getenv("NO_COLOR") == ""}
}

func (t *term) paint(code, s string) string {
	if !t.color {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (t *term) say(format string, args ...any) {
	t.progress("")
	fmt.Fprintf(t.w, format+"\n", args...)
}

// step announces a part of the demo; the function it gives reports its end and how long it took.
func (t *term) step(name string) (done func(format string, args ...any)) {
	start := time.Now()
	t.progress("%s …", name)
	return func(format string, args ...any) {
		t.say("%s %-45s %6.2f s  %s", t.paint("32", "✓"), name, time.Since(start).Seconds(), fmt.Sprintf(format, args...))
	}
}

// progress rewrites the moving line.
func (t *term) progress(format string, args ...any) {
	if !t.tty {
		return
	}
	s := fmt.Sprintf(format, args...)
	fmt.Fprintf(t.w, "\r%s\r%s", strings.Repeat(" ", t.moved), s)
	t.moved = len([]rune(s))
}

// ended tells of one execution.
func (t *term) ended(r photoRun) {
	switch {
	case r.Status == types.ExecutionStatusSucceeded:
		t.say("    %s %-22s tagged in %.2f s", t.paint("32", "✓"), r.Photo, r.Took.Seconds())
	case photos.Fails(r.Photo) != "":
		t.say("    %s %-22s refused in %.2f s, as expected: %s", t.paint("33", "•"), r.Photo, r.Took.Seconds(), r.Error)
	default:
		t.say("    %s %-22s %s in %.2f s: %s", t.paint("31", "✗"), r.Photo, r.Status, r.Took.Seconds(), r.Error)
	}
}

// detail takes the machine's own report, line by line.
func (t *term) detail() io.Writer { return lines{t} }

type lines struct{ t *term }

func (l lines) Write(b []byte) (int, error) {
	for s := range strings.Lines(string(b)) {
		if s = strings.TrimRight(s, "\r\n"); s != "" {
			l.t.say("    %s", l.t.paint("2", s))
		}
	}
	return len(b), nil
}

// table shows what is in the Photos table now.
func (t *term) table(r *result) {
	t.say("")
	t.say("%-22s %-10s %-6s %-10s %s", "photograph", "status", "format", "size", "labels (simulated: image statistics), or the error")
	for _, x := range r.Rows {
		last := strings.Join(x.Labels, ", ")
		if x.ErrorName != "" {
			last = x.ErrorName + " at " + x.ErrorAt
		}
		if x.Place != "" {
			last += "  [" + x.Place + "]"
		}
		t.say("%-22s %-10s %-6s %-10s %s", x.Photo, x.Status, x.Format, x.Size, last)
	}
	t.say("")
	t.say("%d notifications of failures arrived through the topic Failures.", len(r.Failures))
}
