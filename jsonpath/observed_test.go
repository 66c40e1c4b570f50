package jsonpath_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/internal/oracle"
	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// lines reads a file of JSON values, one a line.
func lines[T any](t *testing.T, name string) []T {
	t.Helper()
	var all []T
	for line := range bytes.Lines(oracle.Read(t, "jsonpath", name)) {
		var c T
		if err := json.Unmarshal(line, &c); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// A serviceCase is a path or call that the service was seen to take.
type serviceCase struct {
	ID, Where, Path, Outcome, Error, Cause string
	Input, Output                          value.Value
}

// TestService runs what the service itself was seen to do.
func TestService(t *testing.T) {
	t.Parallel()
	cases := lines[serviceCase](t, "stepfunctions-cases.jsonl")
	for _, c := range cases {
		t.Run(c.ID, func(t *testing.T) { t.Parallel(); c.run(t) })
	}
	if len(cases) < 40 {
		t.Errorf("there are %d cases; expected 40", len(cases))
	}
}

func (c *serviceCase) run(t *testing.T) {
	e, err := jsonpath.CompileExpr(c.Path)
	if c.Outcome == "definition-rejected" {
		if err == nil {
			t.Errorf("%s is taken; the service refuses it", c.Path)
		}
		return
	}
	if err != nil {
		t.Fatal(err)
	}
	env := &jsonpath.Env{Input: c.Input, Context: func() value.Value {
		return value.Object(value.M("Execution", value.Object(value.M("Input", c.Input))))
	}}
	got, err := e.Eval(env)
	if c.Outcome == "ok" {
		if err != nil || !value.Equal(got, c.Output) {
			t.Errorf("%s gives %s, error %v; the service gives %s", c.Path, got, err, c.Output)
		}
		return
	}
	cause := c.cause(err)
	_, want, prefixed := strings.Cut(c.Cause, "). ")
	if !prefixed {
		want = c.Cause
	}
	searched := c.Input
	if strings.HasPrefix(c.Path, "$$") {
		searched = env.Context()
	}
	want = strings.ReplaceAll(want, "<json-input:1>", searched.String())
	if diff := cmp.Diff(want, cause); diff != "" {
		t.Errorf("%s: cause (-want +got):\n%s", c.Path, diff)
	}
}

// cause is an error in the words of the field that the case is about.
func (c *serviceCase) cause(err error) string {
	var lost *jsonpath.PathError
	switch {
	case err == nil:
		return "no error"
	case !errors.As(err, &lost):
		return err.Error()
	case strings.HasPrefix(c.Where, "Parameters."):
		return lost.In(strings.TrimPrefix(c.Where, "Parameters.")).Cause
	case strings.HasPrefix(c.Where, "Fail."):
		return lost.In(strings.TrimPrefix(c.Where, "Fail.")).Cause
	}
	return lost.Error()
}

// A libraryCase is what Jayway JsonPath 2.0.0, of which the service shows the words and the behaviour, gave for a path.
type libraryCase struct {
	ID, Path, Status, Error string
	Definite                *bool
	Output                  value.Value
}

// differences are the observed cases in which this package does not do as the library does, by the reason.
var differences = map[string][]string{
	"the developer guide says that a filter compares with literals only": {
		"$.store.book[?(@.price < $.expensive)]", "$.store.book[?(@.price <= $['expensive'])]",
	},
	"the developer guide says that there are no regular expressions": {
		"$.store.book[?(@.author =~ /A[12]/)]", "$.store.book[?(@.author =~ /a1/i)]",
	},
	"the developer guide says that @ matches objects only": {
		"$.t[?(@ == true)]", "$.nest[0][?(@ > 1)]",
	},
	"a comparison that cannot be read is refused when it is compiled, not when it runs": {
		"$.store.book[?(@.price >)]", "$.store.book[?(@.price === 8.95)]",
	},
	"a name behind the dollar sign is a variable, which the service has had since 2024": {"$store"},
	"what the library reads by accident is refused: blanks around a path":               {" $.store", "$.store "},
	"what the library reads by accident is refused: a path without $":                   {"store.book"},
	"what the library reads by accident is refused: quotes in a name":                   {"$.'store'", "$.concat('a','b')"},
	"what the library reads by accident is refused: odd indexes":                        {"$.store.book[1,]", "$.store.book[+1]", "$.store.book[1.0]"},
}

// TestLibrary runs what the library was seen to do. Every difference has its reason in the table.
func TestLibrary(t *testing.T) {
	t.Parallel()
	document := value.MustParse(string(oracle.Read(t, "jsonpath", "jayway-document.json")))
	reasons := map[string]string{}
	for reason, paths := range differences {
		for _, path := range paths {
			reasons[path] = reason
		}
	}
	cases := lines[libraryCase](t, "jayway-observed.jsonl")
	for _, c := range cases {
		problem := c.differs(document)
		switch reason, known := reasons[c.Path]; {
		case known && problem == "":
			t.Errorf("%s agrees, though the table says that %s", c.Path, reason)
		case !known && problem != "":
			t.Errorf("%s: %s", c.ID, problem)
		}
		delete(reasons, c.Path)
	}
	if len(cases) < 140 || len(reasons) > 0 {
		t.Errorf("there are %d cases; not among them: %v", len(cases), slices.Sorted(maps.Keys(reasons)))
	}
}

// differs says how this package differs from the library; empty when it does not.
func (c *libraryCase) differs(document value.Value) string {
	p, err := jsonpath.Compile(c.Path)
	if c.Status == "compile-error" || err != nil {
		if (c.Status == "compile-error") != (err != nil) {
			return c.Path + ": compiling gives " + errorText(err) + "; the library: " + c.Status + " " + c.Error
		}
		return ""
	}
	got, err := p.Eval(&jsonpath.Env{Input: document})
	if c.Status == "eval-error" || err != nil {
		return c.otherError(document, err)
	}
	if p.Definite() != *c.Definite {
		return c.Path + ": it is definite or not, unlike in the library"
	}
	// Members have no order in the library, so what * finds in an object and .. anywhere has none either.
	if !value.Equal(got, c.Output) && (p.Definite() || !slices.Equal(sorted(got), sorted(c.Output))) {
		return c.Path + ": got " + got.String() + "; the library gives " + c.Output.String()
	}
	return ""
}

// otherError compares the words of an evaluation that failed.
func (c *libraryCase) otherError(document value.Value, err error) string {
	var lost *jsonpath.PathError
	_, want, _ := strings.Cut(c.Error, ": ")
	if before, after, ok := strings.Cut(want, "Current context is: {"); ok { // the library prints members in its own order
		if v, parseErr := value.ParseString("{" + after); parseErr == nil {
			context := document
			if v.Get("author").Exists() {
				context = document.Path("store", "book").Index(0)
			}
			want = before + "Current context is: " + context.String()
		}
	}
	if !errors.As(err, &lost) || lost.Reason != want {
		return c.Path + ": got " + errorText(err) + "; the library says " + want
	}
	return ""
}

func sorted(v value.Value) []string {
	texts := make([]string, 0, v.Len())
	for _, x := range v.Elements() {
		texts = append(texts, canonical(x).String())
	}
	slices.Sort(texts)
	return texts
}

// canonical is v with the members of objects sorted by name.
func canonical(v value.Value) value.Value {
	switch {
	case v.IsObject():
		var b value.Builder
		for _, name := range slices.Sorted(slices.Values(v.Names())) {
			b.Set(name, canonical(v.Get(name)))
		}
		return b.Object()
	case v.IsArray():
		items := make([]value.Value, v.Len())
		for i, x := range v.Elements() {
			items[i] = canonical(x)
		}
		return value.Array(items...)
	}
	return v
}

func errorText(err error) string {
	if err == nil {
		return "no error"
	}
	return err.Error()
}

// TestCompliance runs the tests of RFC 9535, which the service does not follow: whatever their paths are, they are
// read or refused, and what is read ends.
func TestCompliance(t *testing.T) {
	t.Parallel()
	var suite struct {
		Tests []struct {
			Name, Selector string
			Document       value.Value
			Result         value.Value
			Results        []value.Value
			Invalid        bool `json:"invalid_selector"`
		}
	}
	if err := json.Unmarshal(oracle.Read(t, "jsonpath", "cts.json"), &suite); err != nil {
		t.Fatal(err)
	}
	count := map[string]int{}
	for _, c := range suite.Tests {
		p, err := jsonpath.Compile(c.Selector)
		switch {
		case err != nil && c.Invalid:
			count["invalid, refused"]++
			continue
		case c.Invalid:
			count["invalid, read"]++
		case err != nil:
			count["valid, refused"]++
			continue
		}
		got, err := p.Eval(&jsonpath.Env{Input: c.Document})
		if c.Invalid {
			continue
		}
		if p.Definite() {
			got = value.Array(got)
		}
		results := append(c.Results, c.Result)
		switch {
		case err != nil:
			count["valid, failed"]++
		case slices.ContainsFunc(results, func(want value.Value) bool { return value.Equal(got, want) }):
			count["valid, as the RFC has it"]++
		default:
			count["valid, otherwise"]++
		}
	}
	for _, kind := range slices.Sorted(maps.Keys(count)) {
		t.Logf("%-26s %d", kind, count[kind])
	}
	if len(suite.Tests) < 703 {
		t.Errorf("there are %d tests; expected 703", len(suite.Tests))
	}
}
