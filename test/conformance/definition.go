package main

import (
	"fmt"

	"github.com/stepwright/stepwright/value"
)

// A definition is one document of a recording.
type definition struct {
	name string
	text []byte
	json value.Value // absent where the text is not JSON on purpose
}

// definitions are the documents of a recording: one, or one per row of a table.
func (r *recording) definitions() []definition {
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
