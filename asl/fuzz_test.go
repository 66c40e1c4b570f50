package asl_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// seed adds the documents of testdata whose name ends as given.
func seed(f *testing.F, machines bool) {
	f.Helper()
	ok, _ := filepath.Glob("testdata/ok/*.asl.json")
	for _, file := range ok {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		m, _ := asl.Parse(src)
		if machines {
			f.Add(src)
			continue
		}
		asl.Walk(m, func(v asl.Visit) { f.Add(asl.PrintState(v.State)) })
	}
	archives, _ := filepath.Glob("testdata/err/*.txtar")
	for _, file := range archives {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		for _, doc := range ar.Files {
			if strings.HasSuffix(doc.Name, ".json") && strings.HasSuffix(doc.Name, ".state.json") != machines {
				f.Add(doc.Data)
			}
		}
	}
}

// sound finds fault with diagnostics that say too little.
func sound(t *testing.T, l diag.List) {
	t.Helper()
	for _, d := range l {
		if d.Code == "" || d.Source == "" || d.Message == "" {
			t.Errorf("incomplete diagnostic %+v", d)
		}
	}
}

// FuzzParse: Parse never panics; what it accepts comes back as the same value; printing is stable.
func FuzzParse(f *testing.F) {
	seed(f, true)
	f.Fuzz(func(t *testing.T, src []byte) {
		m, l := asl.Parse(src)
		sound(t, l)
		printed := asl.Print(m)
		again, l2 := asl.Parse(printed)
		if !bytes.Equal(asl.Print(again), printed) {
			t.Fatalf("print, parse, print changes the bytes:\n%s\n%s", printed, asl.Print(again))
		}
		if l.HasErrors() {
			return
		}
		if v, err := value.Parse(src); err != nil || !value.Equal(v, asl.Value(m)) {
			t.Fatalf("accepted, but not the same value: %v\n%s", err, printed)
		}
		if len(l2) > 0 {
			t.Fatalf("accepted, but not when printed: %v", l2)
		}
		asl.Walk(m, func(v asl.Visit) {
			for at, e := range asl.Expressions(v.State, m.Language(v.State)) {
				if at == "" || m.Position(v.Path+at).IsZero() {
					t.Errorf("expression %q at %q", e, v.Path+at)
				}
			}
		})
	})
}

// FuzzParseState is FuzzParse for single states.
func FuzzParseState(f *testing.F) {
	seed(f, false)
	f.Fuzz(func(t *testing.T, src []byte) {
		s, l := asl.ParseState(src)
		sound(t, l)
		if s == nil {
			if !l.HasErrors() {
				t.Fatal("no state and no error")
			}
			return
		}
		printed := asl.PrintState(s)
		again, _ := asl.ParseState(printed)
		if !bytes.Equal(asl.PrintState(again), printed) {
			t.Fatalf("print, parse, print changes the bytes:\n%s", printed)
		}
		if v, err := value.Parse(src); !l.HasErrors() && (err != nil || !value.Equal(v, asl.StateValue(s))) {
			t.Fatalf("accepted, but not the same value: %v\n%s", err, printed)
		}
	})
}
