package asl

import (
	"math/bits"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/value"
)

// A field is one member of a T: how it is read, printed, and found by those who look for expressions. The tables
// of fields are the only place that knows the members of the language; their order is that of Print.
type field[T any] struct {
	name     string
	lang     QueryLanguage // the only language that has it; empty for both
	required bool
	get      func(*T) value.Value
	set      func(*decoder, int32, *T)
	eval     evaluated // nil when nothing in it is ever evaluated
}

func (f field[T]) must() field[T]              { f.required = true; return f }
func (f field[T]) in(l QueryLanguage) field[T] { f.lang = l; return f }
func (f field[T]) is(e evaluated) field[T]     { f.eval = e; return f }

// A table is the fields of a T.
type table[T any] struct {
	what   string // "a Task"
	fields []field[T]
	index  map[string]int
	needed uint64   // the required fields, as bits
	rivals []uint64 // of each group at most one may be given
	either []uint64 // of each group one must be given
	more   func(d *decoder, n int32, seen uint64)
}

func newTable[T any](what string, fields ...[]field[T]) *table[T] {
	t := &table[T]{what: what, fields: slices.Concat(fields...)}
	t.index = make(map[string]int, len(t.fields))
	for i, f := range t.fields {
		t.index[f.name] = i
		if f.required {
			t.needed |= 1 << i
		}
	}
	return t
}

// atMostOne forbids two of the named fields beside each other.
func (t *table[T]) atMostOne(names ...string) *table[T] {
	t.rivals = append(t.rivals, t.bits(names))
	return t
}

// exactlyOne asks for one of the named fields.
func (t *table[T]) exactlyOne(names ...string) *table[T] {
	t.either = append(t.either, t.bits(names))
	return t.atMostOne(names...)
}

func (t *table[T]) bits(names []string) (set uint64) {
	for _, n := range names {
		set |= 1 << t.index[n]
	}
	return set
}

// spoken are the fields that language l has.
func (t *table[T]) spoken(l QueryLanguage) (set uint64) {
	for i, f := range t.fields {
		if f.lang == "" || l == "" || f.lang == l {
			set |= 1 << i
		}
	}
	return set
}

// named are the names of the fields in set.
func (t *table[T]) named(set uint64) []string {
	var all []string
	for i, f := range t.fields {
		if set&(1<<i) != 0 {
			all = append(all, f.name)
		}
	}
	return all
}

func (t *table[T]) names() []string {
	all := make([]string, len(t.fields))
	for i, f := range t.fields {
		all[i] = f.name
	}
	return all
}

// value is x with its fields in the table's order.
func (t *table[T]) value(x *T) value.Value {
	var b value.Builder
	for i := range t.fields {
		b.Set(t.fields[i].name, t.fields[i].get(x))
	}
	return b.Object()
}

// decode reads object n into dst, reporting what is wrong. It tells whether n is an object.
func (t *table[T]) decode(d *decoder, n int32, dst *T) bool {
	if d.nodes[n].kind != value.ObjectKind {
		d.wrongType(n, "an object with the fields of "+t.what)
		return false
	}
	var seen uint64
	var others names
	d.members(n, func(name, val int32) {
		key := d.text(name)
		i, known := t.index[key]
		switch {
		case !known:
			if others.add(key) {
				t.unknown(d, name, val, key)
			} else {
				d.duplicate(name, key)
			}
			return
		case seen&(1<<i) != 0:
			d.duplicate(name, key)
			return
		}
		seen |= 1 << i
		f := &t.fields[i]
		d.enter(key)
		mine := d.lang
		if f.lang != "" && mine != "" && f.lang != mine {
			d.wrongLanguage(name, key, f.lang)
			d.lang = f.lang // one complaint is enough
		}
		f.set(d, val, dst)
		d.lang = mine
		d.leave()
	})
	t.complete(d, n, seen)
	return true
}

// complete reports fields that are missing or exclude each other.
func (t *table[T]) complete(d *decoder, n int32, seen uint64) {
	off := d.nodes[n].off
	if !d.nodes[n].open {
		for _, name := range t.named(t.needed &^ seen) {
			d.report(off, CodeMissingField, missing[name], "%s needs the field %q", t.what, name)
		}
		for _, group := range t.either {
			if seen&group == 0 {
				d.report(off, CodeMissingField, "add one of them", "%s needs %s", t.what, alternatives(t.named(group&t.spoken(d.lang))))
			}
		}
		if t.more != nil {
			t.more(d, n, seen)
		}
	}
	for _, group := range t.rivals {
		if both := seen & group; bits.OnesCount64(both) > 1 {
			d.report(off, CodeConflictingFields, "keep one of them", "%s exclude each other in %s", listed(t.named(both)), t.what)
		}
	}
}

// unknown reports a member that t does not have.
func (t *table[T]) unknown(d *decoder, name, val int32, key string) {
	if d.nodes[val].kind >= value.ArrayKind {
		d.enter(key)
		d.uniqueInside(val)
		d.leave()
	}
	if kinds := d.kindsWith(key); len(kinds) > 0 && t.state() {
		d.reportField(d.nodes[name].off, key, CodeFieldNotAllowed, "only "+sentence(kinds, " and ")+" can have it",
			"%s cannot have the field %s", t.what, diag.Quote(key))
		return
	}
	d.reportField(d.nodes[name].off, key, CodeUnknownField, t.instead(key, d.lang), "%s has no field %s", t.what, diag.Quote(key))
}

// instead is what to do about an unknown member.
func (t *table[T]) instead(key string, l QueryLanguage) string {
	mine := t.named(t.spoken(l))
	for _, names := range [][]string{mine, t.names()} {
		if hint := suggest.Hint(key, names); hint != "" {
			return hint
		}
	}
	_, branch := t.index["StartAt"]
	switch {
	case key == "QueryLanguage" && branch:
		return "set it on the states inside, or on the whole machine"
	case t.what == nestedRule && (key == "Next" || key == "Assign" || key == "Output"):
		return "only the outermost rule can have it"
	case len(mine) <= 12:
		return "it can have " + listed(mine)
	}
	return "remove it"
}

// missing says how to add a field.
var missing = map[string]string{
	"StartAt":     "name the state that the flow begins with",
	"States":      "describe at least one state, by its name",
	"Resource":    `name what it calls, such as "arn:aws:states:::lambda:invoke"`,
	"ErrorEquals": `list the names of the errors, or write ["States.ALL"]`,
	"Next":        "name the state that follows",
	"Branches":    "list at least one branch, each with StartAt and States",
	"Choices":     "list at least one rule, each with a test and Next",
}

// state tells whether t is the table of a kind of states.
func (t *table[T]) state() bool { _, ok := t.index["Type"]; return ok }

// listed is names in quotes: "A", "B" and "C".
func listed(names []string) string { return sentence(quoted(names), " and ") }

// alternatives is names in quotes: "A", "B" or "C".
func alternatives(names []string) string { return sentence(quoted(names), " or ") }

func quoted(names []string) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = diag.Quote(n)
	}
	return all
}

func sentence(words []string, last string) string {
	if n := len(words); n > 1 {
		return strings.Join(words[:n-1], ", ") + last + words[n-1]
	}
	return strings.Join(words, "")
}

// counterparts say what the other language has instead of a field.
var counterparts = map[string]string{
	"InputPath":          `refer to the part you need with an expression such as "{% $states.input.order %}"`,
	"OutputPath":         `use "Output"`,
	"Parameters":         `use "Arguments" (in a Map "ItemSelector", in a Pass "Output")`,
	"ResultSelector":     `use "Output" with $states.result`,
	"ResultPath":         `use "Output", or keep the result in a variable with "Assign"`,
	"Result":             `use "Output"`,
	"ItemsPath":          `use "Items"`,
	"Variable":           `use "Condition"`,
	"Arguments":          `use "Parameters"`,
	"Output":             `use "ResultSelector", "ResultPath" and "OutputPath"`,
	"Items":              `use "ItemsPath"`,
	"Condition":          `use "Variable" with a comparison such as "NumericEquals"`,
	"TimeoutSecondsPath": `use "TimeoutSeconds" with an expression`,
}

func (d *decoder) wrongLanguage(name int32, key string, has QueryLanguage) {
	hint, ok := counterparts[key]
	if !ok && strings.HasSuffix(key, "Path") {
		hint = `use "` + strings.TrimSuffix(key, "Path") + `" with an expression`
	}
	if has == JSONata {
		if hint != "" {
			hint += ", or "
		}
		hint += `set "QueryLanguage": "JSONata"`
	}
	d.report(d.nodes[name].off, CodeWrongLanguage, hint, "field %q is only known in %s, but this state is written in %s", key, has, d.lang)
}
