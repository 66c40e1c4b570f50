package engine_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

func TestItems(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ config, content, want string }{
		"csv":            {`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, "a,b\r\n1,2\r\n3\n4,5,6\n", `[{"a":"1","b":"2"},{"a":"3","b":""},{"a":"4","b":"5"}]`},
		"byte order":     {`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, "\uFEFFa\n1", `[{"a":"1"}]`},
		"given headers":  {`{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["x"]}`, "a,b\n", `[{"x":"a"}]`},
		"quotes":         {`{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["x","y"]}`, "\"a,\"\"b\"\"\nc\",\"\"\n", `[{"x":"a,\"b\"\nc","y":""}]`},
		"backslashes":    {`{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["x","y"]}`, `a\,b\\,\"c\d`, `[{"x":"a,b\\","y":"\"cd"}]`},
		"tabs":           {`{"InputType":"CSV","CSVDelimiter":"TAB","CSVHeaderLocation":"FIRST_ROW"}`, "a\tb\n1,2\t3\n", `[{"a":"1,2","b":"3"}]`},
		"empty":          {`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, "", `[]`},
		"empty lines":    {`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, "a\n\n1\n\n", `[{"a":"1"}]`},
		"duplicates":     {`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, "a,a\n", "CSV headers cannot contain duplicates."},
		"no headers":     {`{"InputType":"CSV"}`, "a", `CSVHeaderLocation is ""; expected FIRST_ROW or GIVEN`},
		"bad delimiter":  {`{"InputType":"CSV","CSVDelimiter":"X"}`, "a", `CSVDelimiter is "X"; expected COMMA, PIPE, SEMICOLON, SPACE or TAB`},
		"json":           {`{"InputType":"JSON"}`, `[1,{"a":2.50}]`, `[1,{"a":2.50}]`},
		"json object":    {`{"InputType":"JSON"}`, `{"a":1}`, `{"a":1}`},
		"pointer":        {`{"InputType":"JSON","ItemsPointer":"/a~1b/1/c~0"}`, `{"a/b":[0,{"c~":[7]}]}`, `[7]`},
		"pointer astray": {`{"InputType":"JSON","ItemsPointer":"/a"}`, `{}`, `The ItemsPointer "/a" leads to nothing.`},
		"no json":        {`{"InputType":"JSON"}`, `[`, "The content is no JSON: "},
		"lines":          {`{"InputType":"JSONL"}`, "1\n\n{\"a\":2}\n", `[1,{"a":2}]`},
		"bad line":       {`{"InputType":"JSONL"}`, "1\n{\n", "Line 2 is no JSON: "},
		"parquet":        {`{"InputType":"PARQUET"}`, "PAR1", `InputType is "PARQUET"; expected CSV, JSON or JSONL`},
		"no type":        {`{}`, "", `InputType is ""; expected CSV, JSON or JSONL`},
	} {
		r := engine.Items(value.MustParse(c.config), []byte(c.content))
		got := r.Output.String()
		if r.Failure != nil {
			got = r.Failure.Cause
			if r.Failure.Error != "States.ItemReaderFailed" {
				t.Errorf("%s: the error is %s", name, r.Failure.Error)
			}
		}
		if got != c.want && (r.Failure == nil || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// FuzzItems reads any content: items or a failure, never a panic. Texts of CSV come back as they were.
func FuzzItems(f *testing.F) {
	for _, content := range []string{"a,b\n1,2\n", "\"a\"\"\",\\,\n\"\n\"", "[1]\n{}", `{"a":[1]}`, "\\", "\"", "\r\n", "\uFEFF"} {
		f.Add(content)
	}
	f.Fuzz(func(t *testing.T, content string) {
		for _, config := range []string{
			`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, `{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["x"],"CSVDelimiter":"SPACE"}`,
			`{"InputType":"JSON","ItemsPointer":"/a/0"}`, `{"InputType":"JSONL"}`,
		} {
			if r := engine.Items(value.MustParse(config), []byte(content)); r.Failure == nil && !r.Output.Exists() {
				t.Errorf("neither items nor a failure of %q as %s", content, config)
			}
		}
		text := "h\n\"" + strings.ReplaceAll(strings.ReplaceAll(content, `\`, `\\`), `"`, `""`) + "\"\n"
		r := engine.Items(value.MustParse(`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`), []byte(text))
		want := strings.ReplaceAll(content, "\r\n", "\n")
		if got := r.Output.Index(0).Get("h").Str(); got != want && got != content {
			t.Errorf("%q came back as %q", content, got)
		}
	})
}

func ExampleItems() {
	config := value.MustParse(`{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}`)
	fmt.Println(engine.Items(config, []byte("sku,count\nA1,2\nB7\n")).Output)
	// Output: [{"sku":"A1","count":"2"},{"sku":"B7","count":""}]
}
