package engine_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

// TestScripts runs every archive of testdata: "definition" on "input" with the answers of "tasks" (state → a list of
// {"output"}, {"error","cause"}, {"after": seconds}, {"never"} or {"heartbeats": [seconds]}), and compares the history with "want", one event a
// line: id<previous, seconds since the start, type, and what is in its details. Run with -update to rewrite "want".
func TestScripts(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			a, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			part := func(name string) *[]byte {
				for i := range a.Files {
					if a.Files[i].Name == name {
						return &a.Files[i].Data
					}
				}
				return new([]byte)
			}
			input := strings.TrimSpace(string(*part("input")))
			if input == "" {
				input = "{}"
			}
			r := execute(t, string(*part("definition")), input, answers(t, scripted(t, *part("tasks"))))
			want := part("want")
			*want = rendered(r)
			golden.Equal(t, file, txtar.Format(a))
		})
	}
}

// scripted reads the answers of tasks.
func scripted(t *testing.T, text []byte) map[string][]engine.Result {
	t.Helper()
	by := map[string][]engine.Result{}
	if len(bytes.TrimSpace(text)) == 0 {
		return by
	}
	v, err := value.Parse(text)
	if err != nil {
		t.Fatalf("tasks: %v", err)
	}
	for state, list := range v.Members() {
		for _, x := range list.Elements() {
			r := engine.Succeed(x.Get("output"))
			if e := x.Get("error"); e.Exists() {
				r = engine.Failed(e.Str(), x.Get("cause").Str())
			}
			if s := x.Get("after"); s.Exists() {
				r.After = time.Duration(s.Float() * float64(time.Second))
			}
			r.Never = x.Get("never").Bool()
			for _, s := range x.Get("heartbeats").Elements() {
				r.Heartbeats = append(r.Heartbeats, time.Duration(s.Float()*float64(time.Second)))
			}
			by[state] = append(by[state], r)
		}
	}
	return by
}

// rendered is an execution as people read it.
func rendered(r result) []byte {
	var b bytes.Buffer
	for _, c := range r.all {
		e := &c.Event
		if c.Child.Name != "" {
			fmt.Fprintf(&b, "  [%s %d] ", c.Child.State, c.Child.Index)
		}
		fmt.Fprintf(&b, "%d<%d %s %s%s\n", e.ID, e.PreviousID, since(e), e.Type, details(e))
	}
	fmt.Fprintf(&b, "%s %s", r.Status, r.Output)
	for _, s := range []*string{r.Error, r.Cause} {
		if s != nil {
			fmt.Fprintf(&b, " %q", *s)
		}
	}
	b.WriteByte('\n')
	return b.Bytes()
}

func since(e *history.Event) string {
	return "+" + strings.TrimSuffix(strings.TrimSuffix(fmt.Sprintf("%.3f", e.Time.Sub(began).Seconds()), "000"), ".") + "s"
}

// details are an event's details without what is always the same.
func details(e *history.Event) string {
	var b strings.Builder
	for name, v := range e.Details(history.Options{}).Members() {
		switch {
		case strings.HasSuffix(name, "Details"), name == "roleArn":
		case name == "name":
			fmt.Fprintf(&b, " %s", v)
		case name == "input", name == "output", name == "parameters":
			fmt.Fprintf(&b, " %s=%s", name, v.Str())
		default:
			fmt.Fprintf(&b, " %s=%s", name, v)
		}
	}
	return b.String()
}
