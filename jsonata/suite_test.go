package jsonata_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stepwright/stepwright/internal/oracle"
	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

var list = flag.String("list", "", "print the disagreements of groups that contain this text")

// A suiteCase is one line of the suite.
type suiteCase struct {
	value.Value
	id, expr string
}

// agrees works a case out and tells whether it is as recorded, and what was got.
func (c suiteCase) agrees(data value.Value) (ok bool, got string) {
	e, err := jsonata.Compile(c.expr)
	var v value.Value
	if err == nil {
		ctx := context.Background()
		env := jsonata.Env{
			Input: data, Random: func() uint64 { return 1 << 63 }, Now: time.UnixMilli(1_700_000_000_000),
			Var: func(name string) value.Value { return c.Get("bindings").Get(name) },
		}
		if ms, ok := c.Get("timelimit").Int(); ok {
			var cancel context.CancelFunc
			ctx, cancel = context.WithTimeout(ctx, time.Duration(ms)*time.Millisecond)
			defer cancel()
		}
		v, err = e.Evaluate(ctx, env)
	}
	var failed *jsonata.Error
	if errors.As(err, &failed) {
		got = failed.Error() + " token " + failed.Token
	} else {
		got = v.String()
		if !v.Exists() {
			got = "undefined"
		}
	}
	switch {
	case c.Get("undefinedResult").Exists():
		return err == nil && !v.Exists(), got
	case c.Get("result").Exists():
		return err == nil && v.Exists() && sameResult(v, c.Get("result"), c.Get("unordered").Bool()), got
	case c.Get("error").Exists():
		code := c.Get("error").Get("code")
		text := c.Get("error").Get("message")
		return err != nil && (!code.Exists() || failed.Code == code.Str()) && (!text.Exists() || failed.Message == text.Str()), got
	default:
		token := c.Get("token")
		return err != nil && failed.Code == c.Get("code").Str() && (!token.IsString() || failed.Token == token.Str()), got
	}
}

func sameResult(a, b value.Value, unordered bool) bool {
	if unordered && a.IsArray() && b.IsArray() {
		left, right := slices.Clone(a.Elements()), slices.Clone(b.Elements())
		for _, all := range [][]value.Value{left, right} {
			slices.SortFunc(all, func(x, y value.Value) int { return strings.Compare(x.String(), y.String()) })
		}
		a, b = value.Array(left...), value.Array(right...)
	}
	return sameDoubles(a, b)
}

// sameDoubles compares numbers as doubles, as the reference has them.
func sameDoubles(a, b value.Value) bool {
	if a.Kind() != b.Kind() || a.Len() != b.Len() {
		return false
	}
	switch {
	case a.IsNumber():
		return a.Float() == b.Float()
	case a.IsArray():
		for i := range a.Len() {
			if !sameDoubles(a.Index(i), b.Index(i)) {
				return false
			}
		}
		return true
	case a.IsObject():
		for _, name := range a.Names() {
			if !b.Get(name).Exists() || !sameDoubles(a.Get(name), b.Get(name)) {
				return false
			}
		}
		return true
	}
	return value.Equal(a, b)
}

func TestSuite(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(oracle.Dir(t), "jsonata-suite")
	files, err := filepath.Glob(filepath.Join(dir, "groups", "*.jsonl"))
	if err != nil || len(files) == 0 {
		t.Fatal("no groups in the suite")
	}
	datasets := map[string]value.Value{}
	agree, total := map[string]int{}, map[string]int{}
	for _, file := range files {
		group := strings.TrimSuffix(filepath.Base(file), ".jsonl")
		src, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(bytes.NewReader(src))
		lines.Buffer(nil, 16<<20)
		for lines.Scan() {
			c := suiteCase{Value: value.MustParse(lines.Text())}
			c.id, c.expr = c.Get("id").Str(), c.Get("expr").Str()
			if c.Get("suite").Str() != "2.0.6" {
				continue
			}
			data := c.Get("data")
			if name := c.Get("dataset").Str(); !data.Exists() && name != "" {
				if _, ok := datasets[name]; !ok {
					src, err := os.ReadFile(filepath.Join(dir, "datasets", name+".json"))
					if err != nil {
						t.Fatal(err)
					}
					if datasets[name], err = value.Parse(src); err != nil {
						t.Fatal(err)
					}
				}
				data = datasets[name]
			}
			total[group]++
			ok, got := c.agrees(data)
			if ok {
				agree[group]++
			} else if *list != "" && strings.Contains(group, *list) {
				t.Logf("%s: %s\n   got %.300s\n   want %.300s%s", c.id, c.expr, got, c.Get("result"), c.Get("code").Str()+c.Get("error").String())
			}
		}
	}
	floor(t, agree, total)
}

// floor compares with what agreed before: it may only become more.
func floor(t *testing.T, agree, total map[string]int) {
	t.Helper()
	var b strings.Builder
	a, n := 0, 0
	for _, g := range slices.Sorted(maps.Keys(total)) {
		fmt.Fprintf(&b, "%s %d %d\n", g, agree[g], total[g])
		a, n = a+agree[g], n+total[g]
	}
	fmt.Fprintf(&b, "total %d %d\n", a, n)
	t.Logf("total %d/%d", a, n)
	path := filepath.Join("testdata", "floor.txt")
	if flag.Lookup("update") != nil && flag.Lookup("update").Value.String() == "true" {
		if err := os.WriteFile(path, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	was, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(was)) {
		var g string
		var before, of int
		if _, err := fmt.Sscan(line, &g, &before, &of); err != nil {
			t.Fatal(err)
		}
		if g != "total" && agree[g] < before {
			t.Errorf("%s: %d of %d agree, %d did before", g, agree[g], total[g], before)
		}
	}
}

var _ = flag.Bool("update", false, "write the floor anew")
