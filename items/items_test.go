package items_test

import (
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stepwright/stepwright/items"
	"github.com/stepwright/stepwright/value"
)

// read reads all items of a text, byte by byte.
func read(config, content string) (value.Value, error) {
	r, err := items.New(value.MustParse(config), iotest.OneByteReader(strings.NewReader(content)))
	if err != nil {
		return value.Value{}, err
	}
	return items.All(r)
}

func TestRead(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", 200_000)
	for name, c := range map[string]struct{ config, content, want string }{
		"long lines":          {`{"InputType":"JSONL"}`, `"` + long + "\"\n1", `["` + long + `",1]`},
		"long rows":           {`{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["a","b"]}`, long + ",1\n\"" + long + "\n\",2\n", `[{"a":"` + long + `","b":"1"},{"a":"` + long + `\n","b":"2"}]`},
		"open quotes":         {`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, "a\n\"1\n", `[{"a":"1\n"}]`},
		"quoted headers":      {`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, "\"a,b\",c\n1,2\n", `[{"a,b":"1","c":"2"}]`},
		"only a backslash":    {`{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["x"]}`, "\\\n1", `[{"x":""},{"x":"1"}]`},
		"many headers":        {`{"InputType":"CSV","CSVHeaderLocation":"GIVEN","CSVHeaders":["` + strings.Repeat("x", 11<<10) + `"]}`, "", `CSVHeaders has 11264 bytes; expected 10 KiB at most`},
		"blanks":              {`{"InputType":"JSON"}`, " [ 1 , \"a,]\\\"\" ,\n{ \"a\" : [ ] } , null ] \n", `[1,"a,]\"",{"a":[]},null]`},
		"empty":               {`{"InputType":"JSON"}`, "[ ]", `[]`},
		"empty object":        {`{"InputType":"JSON"}`, "{ }", `{}`},
		"object":              {`{"InputType":"JSON"}`, `{"a\"b": 1, "c": {"d": [2]}}`, `{"a\"b":1,"c":{"d":[2]}}`},
		"pointer past others": {`{"InputType":"JSON","ItemsPointer":"/data/1/items"}`, `{"x": {"data": [1]}, "data": ["}", {"no": 1, "items": [5, 6]}, 7], "rest": ` + `1}`, `[5,6]`},
		"pointer to a member": {`{"InputType":"JSON","ItemsPointer":"/a"}`, `{"b":"\\","a":{"x":1}}`, `{"x":1}`},
		"pointer to a number": {`{"InputType":"JSON","ItemsPointer":"/a"}`, `{"a":1}`, items.ErrNotIterable.Error()},
		"pointer into text":   {`{"InputType":"JSON","ItemsPointer":"/a/0"}`, `{"a":"x"}`, `The ItemsPointer "/a/0" leads to nothing.`},
		"pointer by name":     {`{"InputType":"JSON","ItemsPointer":"/a"}`, `[[1]]`, `The ItemsPointer "/a" leads to nothing.`},
		"a number":            {`{"InputType":"JSON"}`, `1`, items.ErrNotIterable.Error()},
		"a text":              {`{"InputType":"JSON"}`, `"x"`, items.ErrNotIterable.Error()},
		"nothing":             {`{"InputType":"JSON"}`, ``, `The content is no JSON: unexpected EOF`},
		"not closed":          {`{"InputType":"JSON"}`, `[1,`, `The content is no JSON: unexpected EOF`},
		"no comma":            {`{"InputType":"JSON"}`, `[1 2]`, `The content is no JSON: unexpected '2'; expected a comma or ']'`},
		"trailing comma":      {`{"InputType":"JSON"}`, `[1,]`, `The content is no JSON: unexpected ']' after a comma`},
		"no value":            {`{"InputType":"JSON"}`, `[,1]`, `The content is no JSON: a value is missing`},
		"no colon":            {`{"InputType":"JSON"}`, `{"a" 1}`, `The content is no JSON: unexpected '1'; expected a colon`},
		"no name":             {`{"InputType":"JSON"}`, `{1:1}`, `The content is no JSON: a member's name is 1; expected a string`},
		"more":                {`{"InputType":"JSON"}`, `[1] [2]`, `The content is no JSON: unexpected '[' after the end`},
		"wrong bracket":       {`{"InputType":"JSON"}`, `[[1}]`, `The content is no JSON: `},
	} {
		got, err := read(c.config, c.content)
		text := got.String()
		if err != nil {
			text = err.Error()
		}
		if text != c.want && (err == nil || !strings.HasPrefix(text, c.want)) {
			t.Errorf("%s: got %.300s, want %.300s", name, text, c.want)
		}
	}
}

// Whatever fails below is told.
func TestReadFails(t *testing.T) {
	t.Parallel()
	broken := errors.New("the disk is broken")
	for config, begin := range map[string]string{
		`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`: "a\n1\n", `{"InputType":"JSON"}`: "[1,", `{"InputType":"JSONL"}`: "1\n",
	} {
		r, err := items.New(value.MustParse(config), io.MultiReader(strings.NewReader(begin), iotest.ErrReader(broken)))
		if err != nil {
			t.Fatal(err)
		}
		if it, err := r.Next(); err != nil || !it.Value.Exists() {
			t.Errorf("%s: the first item is %v, %v", config, it, err)
		}
		if _, err := r.Next(); !errors.Is(err, broken) {
			t.Errorf("%s: got %v", config, err)
		}
	}
}

// FuzzJSON compares what is read piece by piece with what is read at once.
func FuzzJSON(f *testing.F) {
	for _, s := range []string{`[1,{"a":[]},"x\"]"]`, `{"a":1,"b":[{}]}`, `[[1}]`, `{"a" 1}`, `[1]2`, `["\u00e9\\"]`, `[-1e5,true,null]`, `[1,,2]`, ` [ ] `} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, err := read(`{"InputType":"JSON"}`, s)
		want, failed := value.ParseString(strings.TrimPrefix(s, "\uFEFF"))
		switch {
		case failed != nil && err == nil:
			t.Errorf("%q is no JSON, but was read: %s", s, got)
		case failed == nil && (want.IsArray() || want.IsObject()):
			if err != nil || !value.Equal(got, want) {
				t.Errorf("%q was read as %s, %v", s, got, err)
			}
		case failed == nil && !errors.Is(err, items.ErrNotIterable):
			t.Errorf("%q: got %s, %v", s, got, err)
		}
	})
}

func BenchmarkCSV(b *testing.B) {
	content := "id,name,amount\n" + strings.Repeat("123456,item-123456,some text that makes the line about one hundred bytes long as they are,12.34\n", 1000)
	config := value.MustParse(`{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		r, err := items.New(config, strings.NewReader(content))
		if err != nil {
			b.Fatal(err)
		}
		for {
			if _, err := r.Next(); err == io.EOF {
				break
			} else if err != nil {
				b.Fatal(err)
			}
		}
	}
}
