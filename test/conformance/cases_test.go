package conformance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stepwright/stepwright/internal/oracle"
	"github.com/stepwright/stepwright/value"
)

// A recording is one file of the corpus.
type recording struct {
	file string // "choice/base.json"
	area string
	kind string
	json value.Value
}

// recordings reads the corpus, or skips or fails the test as package oracle says.
func recordings(t *testing.T) []recording {
	t.Helper()
	dir := filepath.Join(oracle.Dir(t), "conformance")
	index, err := value.Parse(oracle.Read(t, "conformance", "index.json"))
	if err != nil {
		t.Fatalf("read index.json: %v", err)
	}
	var all []recording
	for _, entry := range index.Elements() {
		file := entry.Get("file").Str()
		text, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(file)))
		if err != nil {
			t.Fatalf("read recording: %v", err)
		}
		v, err := value.Parse(text)
		if err != nil {
			t.Fatalf("read recording %s: %v", file, err)
		}
		all = append(all, recording{file, v.Get("area").Str(), v.Get("kind").Str(), v})
	}
	if len(all) == 0 {
		t.Fatal("index.json lists no cases")
	}
	return all
}

// A definition is one document of a recording.
type definition struct {
	name string
	text []byte
	json value.Value // absent where the text is not JSON on purpose
}

// definitions are the documents of a recording: one, or one per row of a table.
func (r recording) definitions() []definition {
	var all []definition
	add := func(name string, at value.Value) {
		if d := at.Get("definition"); d.Exists() {
			all = append(all, definition{name, []byte(d.String()), d})
		}
		if d := at.Get("definition_text"); d.Exists() {
			v, err := value.ParseString(d.Str())
			if err != nil {
				v = value.Value{}
			}
			all = append(all, definition{name, []byte(d.Str()), v})
		}
	}
	add(r.file, r.json)
	for i, row := range r.json.Get("rows").Elements() {
		add(fmt.Sprintf("%s row %d", r.file, i), row)
	}
	return all
}
