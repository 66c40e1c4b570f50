package jsonpath

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// FuzzFunctions gives every function arguments of every kind. It may refuse them, in words and by the right name; what it
// gives is a JSON value that is no larger than what the arguments can make.
func FuzzFunctions(f *testing.F) {
	for _, args := range []string{
		`[]`, `["{}", {"a":[1,null]}]`, `["a,b;c", ",;"]`, `[[1,2,2.0,{"a":1}], 2]`, `[1, 9, 2]`, `[{"a":1}, {"a":2}, false]`,
		`["aGVsbG8="]`, `["{\"a\":[1e400]}"]`, `["text", "SHA-256"]`, `[-1.5, 1e99]`, `[-2147483648, 2147483647, 42]`, `["\\{{}\\}", "x"]`,
	} {
		f.Add(args)
	}
	names := make([]string, 0, len(functions))
	for name := range functions {
		names = append(names, name)
	}
	slices.Sort(names)
	f.Fuzz(func(t *testing.T, text string) {
		all, err := value.ParseString(text)
		if err != nil || !all.IsArray() {
			t.Skip("no arguments")
		}
		for _, name := range names {
			fn := functions[name]
			args := all.Elements()
			if fn.most >= 0 {
				args = args[:min(len(args), fn.most)]
			}
			if len(args) < fn.least {
				continue
			}
			v, err := fn.call(dice(), args)
			var failed *Error
			switch {
			case err != nil && (!errors.As(err, &failed) || failed.Name != Runtime || !strings.HasPrefix(failed.Cause, "Invalid arguments in "+name+": ")):
				t.Errorf("%s of %s: error %v", name, text, err)
			case err != nil && !utf8.ValidString(failed.Cause):
				t.Errorf("%s of %s: the cause %q is no text", name, text, failed.Cause)
			case err == nil:
				wellFormed(t, name, text, v)
			}
		}
	})
}

// wellFormed tells whether a value can be written, read back, and is in proportion to what it was made of.
func wellFormed(t *testing.T, name, args string, v value.Value) {
	t.Helper()
	if !v.Exists() {
		t.Fatalf("%s of %s gives nothing", name, args)
	}
	written := v.String()
	if len(written) > 8*len(args)+20*maxRangeItems {
		t.Errorf("%s of %d bytes gives %d", name, len(args), len(written))
	}
	if back, err := value.ParseString(written); err != nil || back.String() != written {
		t.Errorf("%s of %s gives %s, error %v", name, args, written, err)
	}
}

// States.ArrayUnique and States.ArrayContains have one notion of equality.
func FuzzUnique(f *testing.F) {
	f.Add(`[1, 1.0, 10e-1, -0, 0.0e9]`)
	f.Add(`[{"a":1,"b":[]},{"b":[],"a":1e0}, "x", null]`)
	f.Fuzz(func(t *testing.T, text string) {
		all, err := value.ParseString(text)
		if err != nil || !all.IsArray() || all.Len() > 100 {
			t.Skip("no short array")
		}
		var few []value.Value
		for _, v := range all.Elements() {
			if !slices.ContainsFunc(few, func(x value.Value) bool { return value.Equal(x, v) }) {
				few = append(few, v)
			}
		}
		got, err := arrayUnique(nil, []value.Value{all})
		if want := value.Array(few...).String(); err != nil || got.String() != want {
			t.Errorf("the different ones of %s are %s, error %v; want %s", text, got, err, want)
		}
	})
}

// FuzzProblem makes calls: one that succeeds has no problem that is known from its literals.
func FuzzProblem(f *testing.F) {
	for _, call := range []string{
		`States.Format('{} \{', $.a)`, `States.ArrayRange($.n, 5, -1)`, `States.Array(States.Hash($, 'MD5'), States.MathRandom($.n, 7, 1))`,
		`States.ArrayGetItem($.list, 1.5)`, `States.JsonMerge($.o, States.StringToJson('{}'), false)`, `States.StringSplit($.a, '')`,
		`States.ArrayPartition($.list, $.n)`, `States.MathAdd($.n, -0.5)`, `States.ArrayContains($.list, null)`,
	} {
		f.Add(call)
	}
	input := value.MustParse(`{"a": "x", "n": 3, "list": [1, "b", null], "o": {"k": 1}}`)
	f.Fuzz(func(t *testing.T, text string) {
		e, err := CompileExpr(text)
		if err != nil {
			t.Skip("no expression")
		}
		env := dice()
		env.Input = input
		v, err := e.Eval(env)
		for _, c := range e.Calls() {
			if problem := c.Problem(); err == nil && problem != "" {
				t.Errorf("%s gives %s, though %s: %s", text, v, c.Name, problem)
			}
		}
	})
}
