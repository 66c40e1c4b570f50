package asl

import (
	"errors"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/internal/suggest"
	"github.com/stepwright/stepwright/value"
)

// An Option changes how Parse and ParseState read.
type Option func(*decoder)

// File names the file that the text is from. Positions and diagnostics carry it.
func File(name string) Option { return func(d *decoder) { d.file = name } }

// maxSource bounds what is read, far beyond the service's 1 MiB: offsets are 32 bits wide.
const maxSource = 1 << 30

// Parse reads a definition. It reports everything that is wrong with its form, in document order: text that is no
// JSON, members that are unknown, misplaced, of the other query language, of the wrong type, missing or given
// twice. The machine is as complete as what was understood; it is never nil. Whether the states fit together is a
// question for package check.
func Parse(src []byte, opts ...Option) (*Machine, diag.List) {
	d, ok := newDecoder(src, opts)
	m := &Machine{Branch: Branch{Pos: diag.Position{File: d.file, Line: 1, Col: 1}}, file: d.file, source: d.src}
	if len(d.nodes) > 0 {
		m.Pos = d.place(0)
		d.whole = d.languageOf(0, JSONPath)
		d.g.machine.decode(d, 0, m)
	}
	if !ok {
		d.malformed()
	}
	return m, d.list()
}

// ParseState reads a single state, as TestState takes it. Its query language is JSONPath unless it says otherwise.
// The state is nil only if the text does not even begin as an object.
func ParseState(src []byte, opts ...Option) (State, diag.List) {
	d, ok := newDecoder(src, opts)
	var s State
	if len(d.nodes) > 0 {
		d.whole = JSONPath
		s = d.one(0, 0)
	}
	if !ok {
		d.malformed()
	}
	return s, d.list()
}

func newDecoder(src []byte, opts []Option) (d *decoder, ok bool) {
	d = &decoder{g: language}
	for _, o := range opts {
		o(d)
	}
	if len(src) > maxSource {
		d.report(0, CodeMalformedJSON, "the service takes definitions up to 1 MiB", "the document has %d bytes; expected at most %d", len(src), maxSource)
		return d, true
	}
	d.src = string(src)
	d.nodes, ok = scan(d.src)
	return d, ok
}

// malformed reports where the text stops being JSON.
func (d *decoder) malformed() {
	d.path, d.state = nil, ""
	hint := ""
	switch {
	case strings.TrimSpace(d.src) == "":
		hint = "the document is empty; a definition is a JSON object with StartAt and States"
	case strings.HasPrefix(d.src, "\ufeff"):
		hint = "the file begins with a byte order mark; save it as UTF-8 without one"
	}
	off, message := len(d.src), "unexpected text"
	_, err := value.ParseString(d.src)
	if e := (*value.SyntaxError)(nil); errors.As(err, &e) {
		off, message = e.Offset, e.Message
	}
	d.report(int32(off), CodeMalformedJSON, hint, "the document is no JSON: %s", message)
}

// languageOf is the QueryLanguage of object n, or otherwise if it names none.
func (d *decoder) languageOf(n int32, otherwise QueryLanguage) QueryLanguage {
	if d.nodes[n].kind == value.ObjectKind {
		if at, ok := d.member(n, "QueryLanguage"); ok && d.nodes[at].kind == value.StringKind {
			if l := QueryLanguage(d.text(at)); l == JSONata || l == JSONPath {
				return l
			}
		}
	}
	return otherwise
}

// branch reads a branch or processor: inside it is no state of its own yet.
func (d *decoder) branch(read func() bool) bool {
	lang, state := d.lang, d.state
	d.lang = ""
	ok := read()
	d.lang, d.state = lang, state
	return ok
}

// states reads object n.
func (d *decoder) states(n int32, into *States) {
	if d.nodes[n].kind != value.ObjectKind {
		d.wrongType(n, "an object of states by name")
		return
	}
	if d.nodes[n].next == n+1 && !d.nodes[n].open {
		d.report(d.nodes[n].off, CodeMissingField, missing["States"], "there are no states; expected at least one")
	}
	outer, lang := d.state, d.lang
	count := 0
	d.members(n, func(_, _ int32) { count++ })
	*into = States{names: make([]string, 0, count), byName: make(map[string]State, count)}
	d.members(n, func(name, val int32) {
		key := d.text(name)
		if into.Get(key) != nil {
			d.duplicate(name, key)
			return
		}
		d.enter(key)
		d.state = key
		if s := d.one(name, val); s != nil {
			into.Add(key, s)
		}
		d.state, d.lang = outer, lang
		d.leave()
	})
}

// one reads node n as a state that stands at node at.
func (d *decoder) one(at, n int32) State {
	if d.nodes[n].kind != value.ObjectKind {
		d.wrongType(n, "an object with the fields of a state")
		return nil
	}
	d.lang = d.languageOf(n, d.whole)
	kind, known := d.kind(n)
	if d.whole == JSONata && d.lang == JSONPath {
		d.enter("QueryLanguage")
		off, _ := d.member(n, "QueryLanguage")
		d.report(d.nodes[off].off, CodeWrongValue, `write it in JSONata, or set "QueryLanguage" on the JSONata states instead of the whole machine`,
			"the state is written in JSONPath, but the whole machine in JSONata")
		d.leave()
	}
	var s State
	if known {
		s = d.g.decode(d, n, kind)
	} else {
		mark := len(d.found) // only the wrong Type is worth telling
		s = d.g.decode(d, n, kind)
		d.found = d.found[:mark]
	}
	s.common().Pos = d.place(at)
	return s
}

// kind is the Type of state n. If there is none that is known, it is reported, and kind is the likeliest.
func (d *decoder) kind(n int32) (kind Kind, known bool) {
	names := make([]string, 0, 8)
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	at, ok := d.member(n, "Type")
	if !ok {
		if !d.nodes[n].open {
			d.report(d.nodes[n].off, CodeMissingField, "its Type is one of "+alternatives(names), `a state needs the field "Type"`)
		}
		return d.likely(n), false
	}
	d.enter("Type")
	defer d.leave()
	if d.nodes[at].kind != value.StringKind {
		d.wrongType(at, "one of "+alternatives(names))
		return d.likely(n), false
	}
	s := d.text(at)
	for _, k := range Kinds() {
		if string(k) == s {
			return k, true
		}
	}
	hint := suggest.Hint(s, names)
	d.report(d.nodes[at].off, CodeWrongValue, hint, "%s is no type of state; expected %s", diag.Quote(s), alternatives(names))
	if near, ok := suggest.Name(s, names); ok {
		return Kind(near), false
	}
	return d.likely(n), false
}

// likely guesses the kind of a state by its fields, so that what leads to it and from it is still known.
func (d *decoder) likely(n int32) Kind {
	for _, guess := range []struct {
		field string
		kind  Kind
	}{
		{"Resource", KindTask},
		{"Choices", KindChoice},
		{"Branches", KindParallel},
		{"ItemProcessor", KindMap},
		{"Iterator", KindMap},
		{"Seconds", KindWait},
		{"SecondsPath", KindWait},
		{"Timestamp", KindWait},
		{"TimestampPath", KindWait},
		{"Cause", KindFail},
		{"Error", KindFail},
	} {
		if _, ok := d.member(n, guess.field); ok {
			return guess.kind
		}
	}
	return KindPass
}
