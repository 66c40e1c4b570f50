package check_test

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/check"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/internal/golden"
)

func read(t testing.TB, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func document(t *testing.T, name string, src []byte) diag.List {
	t.Helper()
	m, l := asl.Parse(src, asl.File(name))
	if len(l) > 0 {
		t.Fatalf("%s has not the right form: %v", name, l)
	}
	return check.Document(m)
}

// TestOK runs the rules over documents that nothing is wrong with.
func TestOK(t *testing.T) {
	t.Parallel()
	files, _ := filepath.Glob("testdata/ok/*.asl.json")
	if len(files) == 0 {
		t.Fatal("no documents in testdata/ok")
	}
	for _, file := range files {
		if l := document(t, filepath.Base(file), read(t, file)); len(l) > 0 {
			t.Errorf("%v", l)
		}
	}
}

// TestErr compares what the rules say with what they must say. There is one archive per rule.
func TestErr(t *testing.T) {
	t.Parallel()
	for _, r := range check.Rules() {
		t.Run(r.Code, func(t *testing.T) {
			t.Parallel()
			file := "testdata/err/" + strings.ReplaceAll(r.Code, "-", "_") + ".txtar"
			ar := txtar.Parse(read(t, file))
			out := &txtar.Archive{Comment: ar.Comment}
			for _, f := range ar.Files {
				if strings.HasSuffix(f.Name, ".want") {
					continue
				}
				said := text(document(t, f.Name, f.Data))
				if !strings.Contains(said, "["+r.Code+"]") {
					t.Errorf("%s: the rule finds nothing:\n%s", f.Name, said)
				}
				out.Files = append(out.Files, f, txtar.File{Name: strings.TrimSuffix(f.Name, ".json") + ".want", Data: []byte(said)})
			}
			golden.Equal(t, file, txtar.Format(out))
		})
	}
}

func text(l diag.List) string {
	var b strings.Builder
	_ = l.Write(&b)
	return b.String()
}

// TestBuiltMachine checks a machine that was never text: positions are those of the builder.
func TestBuiltMachine(t *testing.T) {
	t.Parallel()
	at := func(file string, line int) asl.Common { return asl.Common{Pos: diag.Position{File: file, Line: line}} }
	m := &asl.Machine{}
	m.StartAt = "Pay"
	m.States.Add("Pay", &asl.Pass{Common: at("z.go", 9), Transition: asl.Transition{Next: "Dnoe"}})
	m.States.Add("Done", &asl.Pass{Common: at("a.go", 3)})
	want := `z.go:9: state "Pay": next state "Dnoe" does not exist [unknown-state]
    at /States/Pay/Next
    hint: did you mean "Done"?
a.go:3: state "Done": the state has neither Next nor End [next-or-end]
    at /States/Done
    hint: add "Next" with the state that follows, or "End": true
`
	if got := text(check.Document(m)); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestHostile gives the rules machines that are empty, broken or huge.
func TestHostile(t *testing.T) {
	t.Parallel()
	if l := check.Document(&asl.Machine{}); len(l) != 0 {
		t.Errorf("an empty machine: %v", l)
	}
	var b strings.Builder
	b.WriteString(`{"StartAt":"s0","States":{`)
	for i := range 20_000 {
		fmt.Fprintf(&b, `"s%[1]d":{"Type":"Pass","Next":"S %[1]d %[1]d"},`, i)
	}
	b.WriteString(`"e":{"Type":"Succeed"}}}`)
	m, _ := asl.Parse([]byte(b.String()))
	l := check.Document(m)
	if len(l) != 1001 || l[0].Code != asl.CodeTooManyProblems && l[1000].Code != asl.CodeTooManyProblems {
		t.Errorf("%d problems, the first %v, the last %v", len(l), l[0], l[len(l)-1])
	}
}

func FuzzDocument(f *testing.F) {
	files, _ := filepath.Glob("testdata/err/*.txtar")
	for _, file := range files {
		for _, doc := range txtar.Parse(read(f, file)).Files {
			f.Add(doc.Data)
		}
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		m, _ := asl.Parse(src)
		for _, d := range check.Document(m) {
			if d.Code == "" || d.Message == "" || d.Source == "" && len(bytes.TrimSpace(src)) > 0 && d.Path != "" {
				t.Errorf("incomplete diagnostic %+v", d)
			}
		}
	})
}

func BenchmarkDocument(b *testing.B) {
	var s strings.Builder
	s.WriteString(`{"StartAt":"s0","States":{`)
	for i := range 1000 {
		fmt.Fprintf(&s, `"s%d":{"Type":"Task","Resource":"r","Next":"s%d","Catch":[{"ErrorEquals":["States.ALL"],"Next":"e"}]},`, i, i+1)
	}
	s.WriteString(`"s1000":{"Type":"Pass","Next":"e"},"e":{"Type":"Succeed"}}}`)
	m, _ := asl.Parse([]byte(s.String()))
	b.ReportAllocs()
	for b.Loop() {
		if l := check.Document(m); len(l) > 0 {
			b.Fatal(l)
		}
	}
}

func ExampleDocument() {
	m, _ := asl.Parse([]byte(`{"StartAt": "Pay", "States": {"Pay": {"Type": "Pass", "Next": "Dnoe"}, "Done": {"Type": "Succeed"}}}`),
		asl.File("refund.asl.json"))
	_ = check.Document(m).Write(os.Stdout)
	// Output:
	// refund.asl.json:1:63: state "Pay": next state "Dnoe" does not exist [unknown-state]
	//     at /States/Pay/Next
	//     hint: did you mean "Done"?
}
