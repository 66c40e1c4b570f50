package asl

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/diag"
	"github.com/stepwright/stepwright/value"
)

// The codes of the diagnostics that Parse and ParseState give. Each has a section in docs/checks.md.
const (
	CodeMalformedJSON     = "malformed-json"
	CodeDuplicateKey      = "duplicate-key"
	CodeUnknownField      = "unknown-field"
	CodeFieldNotAllowed   = "field-not-allowed"
	CodeWrongLanguage     = "wrong-language"
	CodeWrongType         = "wrong-type"
	CodeWrongValue        = "wrong-value"
	CodeMissingField      = "missing-field"
	CodeConflictingFields = "conflicting-fields"
	CodeTooManyProblems   = "too-many-problems"
)

// A document with more problems, or with longer pointers in them, is reported up to here.
const (
	maxProblems     = 1000
	maxProblemBytes = 4 << 20
)

// A decoder turns the nodes of a text into the model and collects what is wrong.
type decoder struct {
	g      *grammar
	src    string
	file   string
	nodes  []node
	lines  lines
	path   []step
	state  string        // the innermost state's name
	whole  QueryLanguage // the machine's language
	lang   QueryLanguage // the language of the state at hand; empty outside states
	found  []finding
	bytes  int
	closed bool // there are too many findings
}

// A step is one part of the pointer to the place at hand.
type step struct {
	name  string
	index int // -1 for a name
}

// A finding is a diagnostic with its place in the text, so that findings can be told in document order.
type finding struct {
	off int32
	diag.Diagnostic
}

func (d *decoder) enter(name string) { d.path = append(d.path, step{name, -1}) }
func (d *decoder) item(i int)        { d.path = append(d.path, step{index: i}) }
func (d *decoder) leave()            { d.path = d.path[:len(d.path)-1] }

func (d *decoder) pointer() diag.Pointer {
	var p diag.Pointer
	for _, s := range d.path {
		if s.index >= 0 {
			p = p.Index(s.index)
		} else {
			p = p.Child(s.name)
		}
	}
	return p
}

// report adds a problem with the place at hand, which is at offset off.
func (d *decoder) report(off int32, code, hint, format string, args ...any) {
	if d.closed {
		return
	}
	p := d.pointer()
	d.bytes += len(p) + len(d.state)
	x := diag.Diagnostic{Code: code, State: d.state, Path: p, Source: d.position(off).String(), Message: fmt.Sprintf(format, args...), Hint: hint}
	if len(d.found) >= maxProblems || d.bytes > maxProblemBytes {
		d.closed = true
		x = diag.Diagnostic{
			Code: CodeTooManyProblems, Source: x.Source, Message: "there are more problems, which are not shown",
			Hint: "mend some of those above and check again",
		}
	}
	d.found = append(d.found, finding{off, x})
}

// reportField is report for the member name of the object at hand.
func (d *decoder) reportField(off int32, name, code, hint, format string, args ...any) {
	d.enter(name)
	d.report(off, code, hint, format, args...)
	d.leave()
}

// list gives the findings in document order.
func (d *decoder) list() diag.List {
	slices.SortStableFunc(d.found, func(a, b finding) int { return cmp.Compare(a.off, b.off) })
	var l diag.List
	for _, f := range d.found {
		l.Add(f.Diagnostic)
	}
	return l
}

func (d *decoder) position(off int32) diag.Position {
	line, col := d.lines.at(d.src, off)
	return diag.Position{File: d.file, Line: line, Col: col}
}

// text is the content of the string node n.
func (d *decoder) text(n int32) string {
	x := d.nodes[n]
	if x.plain {
		return d.src[x.off+1 : x.end-1]
	}
	v, _ := value.ParseString(d.src[x.off:x.end])
	return v.Str()
}

// literal is the number or boolean node n as it is written.
func (d *decoder) literal(n int32) string { return d.src[d.nodes[n].off:d.nodes[n].end] }

// value is node n as a value; absent if it is not whole. Members that appear twice are reported.
func (d *decoder) value(n int32) value.Value {
	x := d.nodes[n]
	switch x.kind {
	case value.StringKind:
		return value.String(d.text(n))
	case value.ArrayKind, value.ObjectKind:
		d.uniqueInside(n)
	default:
	}
	v, err := value.ParseString(d.src[x.off:x.end])
	if err != nil {
		return value.Value{}
	}
	return v
}

// members calls f with the name and value nodes of object n.
func (d *decoder) members(n int32, f func(name, val int32)) {
	for i := n + 1; i < d.nodes[n].next; i = d.nodes[i+1].next {
		f(i, i+1)
	}
}

// items calls f with the nodes of array n, the path being at the item.
func (d *decoder) items(n int32, f func(i int, item int32)) {
	i := 0
	for c := n + 1; c < d.nodes[n].next; c = d.nodes[c].next {
		d.item(i)
		f(i, c)
		d.leave()
		i++
	}
}

// member is the value node of the first member called name of object n.
func (d *decoder) member(n int32, name string) (int32, bool) {
	for i := n + 1; i < d.nodes[n].next; i = d.nodes[i+1].next {
		if d.text(i) == name {
			return i + 1, true
		}
	}
	return 0, false
}

// uniqueInside reports members that appear twice in one object, anywhere inside n.
func (d *decoder) uniqueInside(n int32) {
	switch d.nodes[n].kind {
	case value.ArrayKind:
		d.items(n, func(_ int, item int32) { d.uniqueInside(item) })
	case value.ObjectKind:
		var seen names
		count := 0
		d.members(n, func(name, val int32) {
			key := d.text(name)
			if count++; count <= maxCompared && d.before(n, name, key) || count > maxCompared && !seen.add(key) {
				d.duplicate(name, key)
			}
			if count == maxCompared {
				d.members(n, func(earlier, _ int32) {
					if earlier <= name {
						seen.add(d.text(earlier))
					}
				})
			}
			if d.nodes[val].kind >= value.ArrayKind {
				d.enter(key)
				d.uniqueInside(val)
				d.leave()
			}
		})
	default:
	}
}

// maxCompared is the number of members up to which names are compared one by one, which costs no memory.
const maxCompared = 12

// before tells whether object n has a member called key before the one at name.
func (d *decoder) before(n, name int32, key string) bool {
	for i := n + 1; i < name; i = d.nodes[i+1].next {
		if d.text(i) == key {
			return true
		}
	}
	return false
}

func (d *decoder) duplicate(name int32, key string) {
	d.reportField(d.nodes[name].off, key, CodeDuplicateKey, "keep one of the two", "the key %s appears twice in the same object", diag.Quote(key))
}

// names is a set of strings.
type names map[string]struct{}

// add tells whether name is new.
func (s *names) add(name string) bool {
	if _, there := (*s)[name]; there {
		return false
	}
	if *s == nil {
		*s = names{}
	}
	(*s)[name] = struct{}{}
	return true
}

// wrongType reports that the value n of the field at hand should have been something else.
func (d *decoder) wrongType(n int32, expected string) { d.mistyped(n, expected, "") }

func (d *decoder) mistyped(n int32, expected, hint string) {
	if hint == "" {
		hint = d.retyped(n, expected)
	}
	d.report(d.nodes[n].off, CodeWrongType, hint, "%s is %s; expected %s", d.here(), d.describe(n), expected)
}

// retyped is how node n could be written to be what is expected, where that is plain.
func (d *decoder) retyped(n int32, expected string) string {
	kind := d.nodes[n].kind
	if kind != value.StringKind {
		switch {
		case strings.HasPrefix(expected, "a string") && kind <= value.NumberKind && kind != value.NullKind:
			return `write it in quotes: "` + d.literal(n) + `"`
		case strings.HasPrefix(expected, "an array of") && kind == value.ObjectKind:
			return "put it into brackets: [{…}]"
		}
		return ""
	}
	s := d.text(n)
	v, err := value.ParseString(s)
	_, isInt := v.Int()
	switch {
	case strings.HasPrefix(expected, "an array of strings"):
		return "put it into brackets: [" + diag.Quote(s) + "]"
	case err != nil:
	case strings.HasPrefix(expected, "a whole number") && isInt,
		strings.HasPrefix(expected, "a number") && v.IsNumber(),
		strings.HasPrefix(expected, "true or false") && v.IsBool():
		return "write it without quotes: " + diag.Shorten(s, 80)
	}
	return ""
}

// here names the place at hand for messages: the field, or the field and the item in it.
func (d *decoder) here() string {
	if len(d.path) == 0 {
		return "the document"
	}
	last := d.path[len(d.path)-1]
	if last.index < 0 {
		return "field " + diag.Quote(last.name)
	}
	return fmt.Sprintf("item %d of %s", last.index, (&decoder{path: d.path[:len(d.path)-1]}).here())
}

// describe says what node n is.
func (d *decoder) describe(n int32) string {
	switch x := d.nodes[n]; x.kind {
	case value.StringKind:
		if d.text(n) == "" {
			return "an empty string"
		}
		return "the string " + diag.Quote(d.text(n))
	case value.NumberKind:
		return "the number " + diag.Shorten(d.literal(n), 80)
	case value.ArrayKind:
		if x.next == n+1 {
			return "an empty array"
		}
		return "an array"
	case value.ObjectKind:
		if x.next == n+1 {
			return "an empty object"
		}
		return "an object"
	default:
		return d.literal(n)
	}
}

// lines are the offsets at which the lines of a text begin, but for the first; made when first asked for.
type lines struct {
	starts []int32
	known  bool
}

// at is the line and column of offset off of src, from 1, the column in bytes.
func (l *lines) at(src string, off int32) (line, col int) {
	if !l.known {
		l.known = true
		l.starts = make([]int32, 0, strings.Count(src, "\n"))
		for i := 0; len(l.starts) < cap(l.starts); {
			i += strings.IndexByte(src[i:], '\n') + 1
			l.starts = append(l.starts, int32(i))
		}
	}
	n, found := slices.BinarySearch(l.starts, off)
	if found {
		n++
	}
	if n == 0 {
		return 1, int(off) + 1
	}
	return n + 1, int(off-l.starts[n-1]) + 1
}
