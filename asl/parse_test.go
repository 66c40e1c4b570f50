package asl_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func parse(t testing.TB, path string) *asl.Machine {
	t.Helper()
	m, l := asl.Parse(read(t, path), asl.File(filepath.Base(path)))
	if len(l) > 0 {
		t.Fatalf("%s: %v", path, l)
	}
	return m
}

// TestOK parses documents that nothing is wrong with, and prints them.
func TestOK(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/ok/*.asl.json")
	if len(files) == 0 {
		t.Fatal("no documents in testdata/ok")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			m := parse(t, file)
			printed := asl.Print(m)
			golden.Equal(t, strings.TrimSuffix(file, ".asl.json")+".golden", printed)
			if want := value.MustParse(string(read(t, file))); !value.Equal(asl.Value(m), want) {
				t.Errorf("Value(Parse(x)) is not x (-want +got):\n%s", cmp.Diff(want.Any(), asl.Value(m).Any()))
			}
			again, l := asl.Parse(printed)
			if len(l) > 0 || !bytes.Equal(asl.Print(again), printed) {
				t.Errorf("print, parse, print changes the bytes; diagnostics %v", l)
			}
		})
	}
}

// TestErr compares what Parse says of documents with mistakes. In an archive, "x.json" is a document, or
// "x.state.json" a single state, and "x.want" what is said.
func TestErr(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/err/*.txtar")
	if len(files) == 0 {
		t.Fatal("no archives in testdata/err")
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			compareArchive(t, file)
		})
	}
}

func compareArchive(t *testing.T, file string) {
	t.Helper()
	ar := txtar.Parse(read(t, file))
	out := &txtar.Archive{Comment: ar.Comment}
	for _, f := range ar.Files {
		if strings.HasSuffix(f.Name, ".want") {
			continue
		}
		said := diagnose(t, f)
		if !strings.Contains(said, "[") {
			t.Errorf("%s: nothing is said about it", f.Name)
		}
		out.Files = append(out.Files, f, txtar.File{Name: strings.TrimSuffix(f.Name, ".json") + ".want", Data: []byte(said)})
	}
	golden.Equal(t, file, txtar.Format(out))
}

func diagnose(t *testing.T, f txtar.File) string {
	t.Helper()
	src := bytes.TrimSuffix(f.Data, []byte("\n"))
	src = []byte(strings.NewReplacer("<BOM>", "\ufeff", "<FF>", "\xff").Replace(string(src)))
	var l diag.List
	if strings.HasSuffix(f.Name, ".state.json") {
		_, l = asl.ParseState(src, asl.File(f.Name))
	} else {
		m, found := asl.Parse(src, asl.File(f.Name))
		l = found
		if printed := asl.Print(m); !bytes.Equal(asl.Print(reparse(printed)), printed) {
			t.Errorf("%s: print, parse, print changes the bytes", f.Name)
		}
	}
	var b strings.Builder
	_ = l.Write(&b)
	return b.String()
}

func reparse(printed []byte) *asl.Machine {
	m, _ := asl.Parse(printed)
	return m
}

// TestEveryFieldIsRead finds fields of the model that no document of testdata/ok sets: the tables do not know them.
func TestEveryFieldIsRead(t *testing.T) {
	t.Parallel()
	set := map[string]bool{}
	files, _ := filepath.Glob("testdata/ok/*.asl.json")
	for _, file := range files {
		m := parse(t, file)
		mark(reflect.ValueOf(m), set)
		asl.Walk(m, func(v asl.Visit) { mark(reflect.ValueOf(v.State), set) })
	}
	for name, ok := range set {
		if !ok {
			t.Errorf("%s is never set by Parse", name)
		}
	}
	if len(set) < 100 {
		t.Errorf("only %d fields looked at", len(set))
	}
}

func mark(v reflect.Value, set map[string]bool) {
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			mark(v.Elem(), set)
		}
	case reflect.Slice:
		for i := range v.Len() {
			mark(v.Index(i), set)
		}
	case reflect.Struct:
		if _, leaf := v.Interface().(value.Value); leaf {
			return
		}
		for f, x := range v.Fields() {
			if f.IsExported() {
				name := v.Type().Name() + "." + f.Name
				set[name] = set[name] || !x.IsZero()
				mark(x, set)
			}
		}
	}
}

func TestManyProblems(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString(`{"StartAt":"A","States":{`)
	for i := range 5000 {
		fmt.Fprintf(&b, `"%s%d":{"Type":"Pass","Endd":true},`, strings.Repeat("x", 100), i)
	}
	b.WriteString(`"A":{"Type":"Succeed"}}}`)
	_, l := asl.Parse([]byte(b.String()))
	if len(l) != 1001 || l[1000].Code != asl.CodeTooManyProblems {
		t.Errorf("%d diagnostics, the last %v; want 1000 and one that says so", len(l), l[len(l)-1])
	}
}

func TestHostile(t *testing.T) {
	t.Parallel()
	deep := func(open, shut string, n int) string { return strings.Repeat(open, n) + strings.Repeat(shut, n) }
	parallel := `{"StartAt":"A","States":{"A":{"Type":"Parallel","Branches":[`
	for name, src := range map[string]string{
		"nothing":            "",
		"blanks":             " \n\t",
		"no object":          `[1]`,
		"a number":           `1`,
		"zero bytes":         "\x00\x00",
		"deep arrays":        deep("[", "]", 100_000),
		"deep objects":       `{"States":{"A":{"Type":"Pass","Result":` + strings.Repeat(`{"a":`, 100_000),
		"deep branches":      strings.Repeat(parallel, 240) + strings.Repeat("]}}}", 240),
		"deeper branches":    strings.Repeat(parallel, 2000),
		"deep rules":         `{"States":{"A":{"Type":"Choice","Choices":[` + strings.Repeat(`{"Not":`, 5000),
		"a huge name":        `{"` + strings.Repeat("x", 1<<20) + `":1}`,
		"many keys":          `{` + strings.Repeat(`"x":1,`, 100_000) + `"x":1}`,
		"many long pointers": `{"States":{"` + strings.Repeat("y", 1<<18) + `":{"Type":"Pass",` + strings.Repeat(`"x":1,`, 50_000) + `"End":true}}}`,
		"null everywhere":    `{"StartAt":null,"States":{"A":null,"B":{"Type":null},"C":{"Type":"Task","Resource":null,"Retry":null,"Catch":[null],"Credentials":null,"TimeoutSeconds":null,"Next":null,"End":null},"D":{"Type":"Choice","Choices":[null,{"Not":null,"And":[null]}]},"E":{"Type":"Map","ItemProcessor":null,"ItemReader":null},"F":{"Type":"Parallel","Branches":[null]}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m, l := asl.Parse([]byte(src))
			if !l.HasErrors() {
				t.Error("no error")
			}
			if len(l) > 1001 {
				t.Errorf("%d diagnostics", len(l))
			}
			asl.Print(m)
			asl.ParseState([]byte(src))
		})
	}
}

func TestParseKeepsWhatItUnderstood(t *testing.T) {
	t.Parallel()
	m, l := asl.Parse([]byte(`{"StartAt": "A", "States": {"A": {"Type": "pass", "Next": "B"}, "B": {"Resource": "r", "End": true}, "C": {"Type": "Wait", "Seconds": 1, "Next": "A" oops`))
	if len(l) != 3 {
		t.Errorf("%d diagnostics, want 3: %v", len(l), l)
	}
	var got []string
	asl.Walk(m, func(v asl.Visit) {
		got = append(got, v.Name+" "+string(asl.KindOf(v.State))+" "+asl.TransitionOf(v.State).Next)
	})
	if diff := cmp.Diff([]string{"A Pass B", "B Task ", "C Wait A"}, got); diff != "" {
		t.Errorf("states (-want +got):\n%s", diff)
	}
}

func TestPositions(t *testing.T) {
	t.Parallel()
	m, _ := asl.Parse([]byte("{\"StartAt\": \"Ä\",\n \"States\": {\"Ä\": {\"Type\": \"Task\", \"Resource\": \"r\",\n  \"Retry\": [{\"ErrorEquals\": [\"a\"]}],\n  \"Catch\": [{\"ErrorEquals\": [\"a\"], \"Next\": \"Ä\"}], \"End\": true}}}"), asl.File("a.json"))
	task := m.States.Get("Ä").(*asl.Task)
	for _, c := range []struct {
		what string
		got  diag.Position
		want string
	}{
		{"machine", m.Pos, "a.json:1:1"},
		{"state", task.Pos, "a.json:2:13"},
		{"retrier", task.Retry[0].Pos, "a.json:3:13"},
		{"catcher", task.Catch[0].Pos, "a.json:4:13"},
		{"StartAt", m.Position("/StartAt"), "a.json:1:13"},
		{"pointer to a state", m.Position("/States/Ä"), "a.json:2:13"},
		{"pointer to a string", m.Position("/States/Ä/Catch/0/Next"), "a.json:4:44"},
		{"pointer to an item", m.Position("/States/Ä/Catch/0"), "a.json:4:13"},
		{"pointer into nothing", m.Position("/States/Ä/Catch/7/Next"), "a.json:4:3"},
		{"pointer beyond a string", m.Position("/StartAt/x"), "a.json:1:13"},
	} {
		if got := c.got.String(); got != c.want {
			t.Errorf("%s is at %s, want %s", c.what, got, c.want)
		}
	}
}

func TestPositionsOfBuiltMachines(t *testing.T) {
	t.Parallel()
	at := func(line int) diag.Position { return diag.Position{File: "flow.go", Line: line} }
	m := &asl.Machine{Branch: asl.Branch{StartAt: "P", Pos: at(1)}}
	inner := &asl.Branch{StartAt: "I", Pos: at(3)}
	inner.States.Add("I", &asl.Task{Common: asl.Common{Pos: at(4)}, Errors: asl.Errors{Catch: []asl.Catcher{{Pos: at(5)}, {}}}})
	inner.States.Add("C", &asl.Choice{Common: asl.Common{Pos: at(6)}, Choices: []*asl.Rule{{Pos: at(7)}}})
	m.States.Add("P", &asl.Parallel{Common: asl.Common{Pos: at(2)}, Branches: []*asl.Branch{inner}})
	for p, want := range map[diag.Pointer]string{
		"":                                             "flow.go:1",
		"/StartAt":                                     "flow.go:1",
		"/States/X":                                    "flow.go:1",
		"/States/P/Next":                               "flow.go:2",
		"/States/P/Branches/0/StartAt":                 "flow.go:3",
		"/States/P/Branches/1/StartAt":                 "flow.go:2",
		"/States/P/Branches/-1/StartAt":                "flow.go:2",
		"/States/P/Branches/0/States/I/Next":           "flow.go:4",
		"/States/P/Branches/0/States/I/Catch/0":        "flow.go:5",
		"/States/P/Branches/0/States/I/Catch/1":        "flow.go:4",
		"/States/P/Branches/0/States/I/Catch/9":        "flow.go:4",
		"/States/P/Branches/0/States/C/Choices/0/Next": "flow.go:7",
		"/States/P/ItemProcessor/States/C":             "flow.go:2",
	} {
		if got := m.Position(p).String(); got != want {
			t.Errorf("%q is at %s, want %s", p, got, want)
		}
	}
}

// TestDuplicatesInLargeObjects crosses the size from which members are no longer compared one by one.
func TestDuplicatesInLargeObjects(t *testing.T) {
	t.Parallel()
	for n := 1; n <= 30; n++ {
		var b strings.Builder
		b.WriteString(`{"Type":"Pass","End":true,"Result":{`)
		for i := range n {
			fmt.Fprintf(&b, `"k%d":%d,`, i, i)
		}
		for i := range n {
			_, l := asl.ParseState([]byte(fmt.Sprintf(`%s"k%d":0}}`, b.String(), i)))
			if len(l) != 1 || l[0].Code != asl.CodeDuplicateKey || l[0].Path != diag.Pointer(fmt.Sprintf("/Result/k%d", i)) {
				t.Errorf("the name of member %d of %d again: %v", i, n, l)
			}
		}
	}
}

func TestLocate(t *testing.T) {
	t.Parallel()
	m, _ := asl.Parse([]byte("{\"StartAt\": \"A\",\n\"States\": {\"A\": {\"Type\": \"Pass\",\n\"End\": true}}}"), asl.File("a.json"))
	l := diag.List{{Code: "c", Path: "/States/A/End"}, {Code: "kept", Path: "/States", Source: "flow.go:3"}, {Code: "a"}, {Code: "b", Path: "/States/A"}}
	m.Locate(l)
	var got []string
	for _, d := range l {
		got = append(got, d.Code+" "+d.Source)
	}
	if diff := cmp.Diff([]string{"a a.json:1:1", "kept flow.go:3", "b a.json:2:12", "c a.json:3:8"}, got); diff != "" {
		t.Errorf("located (-want +got):\n%s", diff)
	}
}
