package asl

import (
	"iter"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// A visitor is called with the place and value of a field that is evaluated, and tells whether to go on.
type visitor = func(diag.Pointer, value.Value) bool

// An evaluation is what is handed down while a value is searched for what is evaluated in it.
type evaluation struct {
	lang  QueryLanguage
	at    diag.Pointer
	yield visitor
}

func (e evaluation) child(name string) evaluation { e.at = e.at.Child(name); return e }
func (e evaluation) item(i int) evaluation        { e.at = e.at.Index(i); return e }

// evaluated yields the parts of v that are evaluated. It tells whether to go on.
type evaluated = func(v value.Value, e evaluation) bool

// evalPath is a field that is a JSONPath path or nothing.
func evalPath(v value.Value, e evaluation) bool {
	return e.lang == JSONata || !v.IsString() || e.yield(e.at, v)
}

// evalTemplate is a field that is a payload template in JSONPath, and in JSONata a value with expressions.
func evalTemplate(v value.Value, e evaluation) bool { return e.yield(e.at, v) }

// evalFormula is a field that may hold an expression in JSONata and is a constant in JSONPath.
func evalFormula(v value.Value, e evaluation) bool { return e.lang != JSONata || e.yield(e.at, v) }

// evalReaderConfig is ReaderConfig, of which in JSONPath only MaxItemsPath is a path.
func evalReaderConfig(v value.Value, e evaluation) bool {
	if e.lang == JSONata {
		return evalTemplate(v, e)
	}
	return evalPath(v.Get("MaxItemsPath"), e.child("MaxItemsPath"))
}

func evalTable[U any](t *table[U]) evaluated { return t.evaluate }

func evalList(item evaluated) evaluated {
	return func(v value.Value, e evaluation) bool {
		if v.IsObject() { // And and Or with a single rule
			return item(v, e)
		}
		for i, x := range v.Elements() {
			if !item(x, e.item(i)) {
				return false
			}
		}
		return true
	}
}

// evaluate is what is evaluated in v, the value of a T.
func (t *table[T]) evaluate(v value.Value, e evaluation) bool {
	for i := range t.fields {
		f := &t.fields[i]
		if f.eval == nil || f.lang != "" && f.lang != e.lang {
			continue
		}
		if x := v.Get(f.name); x.Exists() && !f.eval(x, e.child(f.name)) {
			return false
		}
	}
	return true
}

// templates is what x evaluates in language l.
func (t *table[T]) templates(x *T, l QueryLanguage, yield visitor) bool {
	for i := range t.fields {
		f := &t.fields[i]
		if f.eval == nil || f.lang != "" && f.lang != l {
			continue
		}
		if v := f.get(x); v.Exists() && !f.eval(v, evaluation{l, diag.Pointer("").Child(f.name), yield}) {
			return false
		}
	}
	return true
}

// Templates are the values in state s that are evaluated when it runs in language l, with their place in the state
// ("/Arguments", "/Catch/0/Assign"): payload templates and paths in JSONPath; in JSONata what may hold expressions.
// The states of branches are not looked into.
func Templates(s State, l QueryLanguage) iter.Seq2[diag.Pointer, value.Value] {
	return func(yield func(diag.Pointer, value.Value) bool) { language.templates(s, l, yield) }
}

// Expressions are the strings in state s that are evaluated when it runs in language l, as they are written, with
// their place in the state ("/Output/total", "/Parameters/id.$"): in JSONata those from "{%" to "%}"; in JSONPath
// paths, and the values of template members whose name ends in ".$".
func Expressions(s State, l QueryLanguage) iter.Seq2[diag.Pointer, string] {
	return func(yield func(diag.Pointer, string) bool) {
		for at, v := range Templates(s, l) {
			var ok bool
			switch {
			case l == JSONata:
				ok = jsonataIn(at, v, yield)
			case v.IsString():
				ok = yield(at, v.Str())
			default:
				ok = pathsIn(at, v, yield)
			}
			if !ok {
				return
			}
		}
	}
}

func jsonataIn(at diag.Pointer, v value.Value, yield func(diag.Pointer, string) bool) bool {
	if v.IsString() {
		return !IsExpression(v.Str()) || yield(at, v.Str())
	}
	for i, x := range v.Elements() {
		if !jsonataIn(at.Index(i), x, yield) {
			return false
		}
	}
	for name, x := range v.Members() {
		if !jsonataIn(at.Child(name), x, yield) {
			return false
		}
	}
	return true
}

func pathsIn(at diag.Pointer, v value.Value, yield func(diag.Pointer, string) bool) bool {
	for i, x := range v.Elements() {
		if !pathsIn(at.Index(i), x, yield) {
			return false
		}
	}
	for name, x := range v.Members() {
		if strings.HasSuffix(name, ".$") && x.IsString() {
			if !yield(at.Child(name), x.Str()) {
				return false
			}
			continue
		}
		if !pathsIn(at.Child(name), x, yield) {
			return false
		}
	}
	return true
}
