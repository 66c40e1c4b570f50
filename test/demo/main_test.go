package main

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/test/internal/assembly"
	"github.com/stepwright/stepwright/test/photos"
	"github.com/stepwright/stepwright/value"
)

// TestDemo runs the demo as `make demo` does, and looks at what it leaves.
func TestDemo(t *testing.T) {
	t.Parallel()
	out := filepath.Join(t.TempDir(), "demo")
	var said bytes.Buffer
	d := &demo{out: out, assembly: os.Getenv(assembly.Variable), term: &term{w: &said}}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	if err := d.run(ctx, ctx); err != nil {
		t.Fatalf("%v\n%s", err, said.String())
	}
	for _, want := range []string{"astronaut.jpg", "refused", "simulated", "3 notifications", "59°19'N"} {
		if !strings.Contains(said.String(), want) {
			t.Errorf("the demo does not say %q:\n%s", want, said.String())
		}
	}
	lookAtDocument(t, filepath.Join(out, "image-tagging.asl.json"))
	lookAtItems(t, filepath.Join(out, "items.json"))
	for _, name := range photos.Names() {
		lookAtHistory(t, filepath.Join(out, stem(name)+".history.json"), photos.Fails(name))
		lookAtDrawing(t, filepath.Join(out, stem(name)+".svg"))
		if photos.Fails(name) == "" {
			lookAtThumbnail(t, filepath.Join(out, name))
		}
	}
	page := string(read(t, filepath.Join(out, "index.html")))
	if !strings.Contains(page, `src="./a&#43;b%20%2520%20%C3%A9.jpg"`) && !strings.Contains(page, `src="./a+b%20%2520%20%C3%A9.jpg"`) {
		t.Error("the page does not show the picture with the awkward name")
	}
}

func read(t *testing.T, file string) []byte {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func lookAtDocument(t *testing.T, file string) {
	t.Helper()
	src := read(t, file)
	m, problems := asl.Parse(src)
	if err := problems.Err(); err != nil {
		t.Error(err)
	}
	if !bytes.Equal(asl.Print(m), src) {
		t.Error("the document is not in canonical form")
	}
}

func lookAtItems(t *testing.T, file string) {
	t.Helper()
	v, err := value.Parse(read(t, file))
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := v.Get("Count").Int(); int(n) != len(photos.Names()) || v.Get("Items").Len() != int(n) {
		t.Errorf("there are %d items; expected one per photograph, %d", n, len(photos.Names()))
	}
}

func lookAtHistory(t *testing.T, file, failure string) {
	t.Helper()
	var h struct {
		Events []struct {
			Type   string `json:"type"`
			Failed struct {
				Error string `json:"error"`
			} `json:"executionFailedEventDetails"`
		} `json:"events"`
	}
	if err := json.Unmarshal(read(t, file), &h); err != nil {
		t.Fatal(err)
	}
	last := h.Events[len(h.Events)-1]
	want := "ExecutionSucceeded"
	if failure != "" {
		want = "ExecutionFailed"
	}
	if h.Events[0].Type != "ExecutionStarted" || last.Type != want || last.Failed.Error != failure {
		t.Errorf("%s begins with %s and ends with %s %q; expected ExecutionStarted and %s %q", file, h.Events[0].Type, last.Type, last.Failed.Error, want, failure)
	}
}

func lookAtDrawing(t *testing.T, file string) {
	t.Helper()
	for d := xml.NewDecoder(bytes.NewReader(read(t, file))); ; {
		if _, err := d.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Errorf("%s is no XML: %v", file, err)
			return
		}
	}
}

func lookAtThumbnail(t *testing.T, file string) {
	t.Helper()
	c, _, err := image.DecodeConfig(bytes.NewReader(read(t, file)))
	if err != nil || max(c.Width, c.Height) > 250 {
		t.Errorf("%s is %d×%d, %v; expected a picture within 250×250", file, c.Width, c.Height, err)
	}
}

func TestVerdict(t *testing.T) {
	t.Parallel()
	fine := row{photoRun: photoRun{Photo: "rocket.jpg"}, Status: "SUCCEEDED", Thumbnail: "rocket.jpg"}
	refused := row{photoRun: photoRun{Photo: "coffee.gif"}, Status: "FAILED", ErrorName: "FileTypeNotSupported"}
	told := []string{`{"errorName": "FileTypeNotSupported"}`}
	for name, c := range map[string]struct {
		result result
		want   string
	}{
		"as it should be":    {result{Rows: []row{fine, refused}, Failures: told}, ""},
		"nobody was told":    {result{Rows: []row{refused}}, "nobody was told that coffee.gif failed"},
		"no thumbnail":       {result{Rows: []row{{photoRun: fine.photoRun, Status: "SUCCEEDED"}}}, "rocket.jpg has no thumbnail"},
		"failed by mistake":  {result{Rows: []row{{photoRun: fine.photoRun, Status: "FAILED", ErrorName: "Odd"}}}, "rocket.jpg is FAILED (Odd"},
		"tagged by mistake":  {result{Rows: []row{{photoRun: refused.photoRun, Status: "SUCCEEDED"}}, Failures: told}, "expected FileTypeNotSupported"},
		"fails another way":  {result{Rows: []row{{photoRun: refused.photoRun, Status: "FAILED", ErrorName: "Odd"}}, Failures: told}, `error "Odd"`},
		"two things at once": {result{Rows: []row{refused, {photoRun: fine.photoRun}}}, "rocket.jpg is"},
	} {
		err := c.result.verdict()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

func TestNamesOfFiles(t *testing.T) {
	t.Parallel()
	if got := stem("rocket.jpg"); got != "rocket" {
		t.Errorf("the stem of rocket.jpg is %q", got)
	}
	for _, in := range []string{"../../etc/passwd", "..jpg", "a\x00b.jpg", `c:\x`} {
		if got := safe(in); strings.ContainsAny(got, "/\\\x00") || strings.HasPrefix(got, ".") {
			t.Errorf("%q became the path %q", in, got)
		}
	}
}

func TestProgressIsForTerminals(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	plain := &term{w: &b}
	plain.step("Work")("done")
	if got := b.String(); strings.ContainsAny(got, "\r\x1b") || !strings.Contains(got, "✓ Work") {
		t.Errorf("got %q; expected one plain line", got)
	}
	b.Reset()
	tty := &term{w: &b, tty: true, color: true}
	tty.step("Work")("done")
	if got := b.String(); !strings.Contains(got, "\rWork …") || !strings.Contains(got, "\x1b[32m✓") {
		t.Errorf("got %q; expected a moving line and colour", got)
	}
}
