package jsonata

import (
	"bytes"
	"math"
	"strconv"

	"github.com/stepwright/stepwright/value"
)

// numeric tells whether x is a number that can be computed with. Infinities are errors.
func numeric(x val) (float64, bool, *Error) {
	if x.kind != number {
		return 0, false, nil
	}
	f := x.float()
	switch {
	case math.IsNaN(f):
		return f, false, nil
	case math.IsInf(f, 0):
		return 0, false, failWith("D1001", x)
	}
	return f, true, nil
}

// equal tells whether two values are the same all the way down.
func (ev *evaluation) equal(a, b val) (bool, *Error) {
	if same(a, b) {
		return true, nil
	}
	if a.kind == callable || b.kind == callable {
		return false, nil
	}
	if a.kind == list && b.kind == list {
		n := a.len()
		if n != b.len() {
			return false, nil
		}
		return ev.all(n, func(i int) (bool, *Error) { return ev.equal(a.at(i), b.at(i)) })
	}
	if a.kind != record || b.kind != record || a.len() != b.len() {
		return false, nil
	}
	if err := ev.enter(); err != nil {
		return false, err
	}
	defer ev.leave()
	yes, failed := true, (*Error)(nil)
	a.members(func(name string, x val) bool {
		y, ok := b.member(name)
		if !ok {
			yes = false
			return false
		}
		yes, failed = ev.equal(x, y)
		return yes && failed == nil
	})
	if failed == nil {
		failed = ev.step(1)
	}
	return yes, failed
}

// all tells whether f is true for 0 … n-1.
func (ev *evaluation) all(n int, f func(i int) (bool, *Error)) (bool, *Error) {
	if err := ev.enter(); err != nil {
		return false, err
	}
	defer ev.leave()
	if err := ev.step(n); err != nil {
		return false, err
	}
	for i := range n {
		if yes, err := f(i); !yes || err != nil {
			return false, err
		}
	}
	return true, nil
}

// member is get, which also tells a member that is undefined from none.
func (x val) member(name string) (val, bool) {
	if o := x.object(); o != nil {
		if i := o.find(name); i >= 0 {
			return o.vals[i], true
		}
		return val{}, false
	}
	v := x.json.Get(name)
	return of(v), v.Exists()
}

// truth is a value as a condition: what is empty, zero, null or a function is false.
func (ev *evaluation) truth(x val) (bool, *Error) {
	switch x.kind {
	case boolean:
		return x.bool(), nil
	case text:
		return x.str() != "", nil
	case number:
		f, ok, err := numeric(x)
		return ok && f != 0, err
	case record:
		return x.len() > 0, nil
	case list:
		if err := ev.enter(); err != nil {
			return false, err
		}
		defer ev.leave()
		any := false
		n := x.len()
		if err := ev.step(n); err != nil {
			return false, err
		}
		for i := range n {
			yes, err := ev.truth(x.at(i))
			if err != nil {
				return false, err
			}
			any = any || yes
		}
		return any, nil
	case callable:
		return !x.isArgument() && !x.function().script, nil
	case undefined, nothing, null:
	}
	return false, nil
}

// includes tells whether r, or one of its items, is l itself.
func (ev *evaluation) includes(l, r val) (bool, *Error) {
	if !l.exists() || !r.exists() {
		return false, nil
	}
	if r.kind != list {
		return same(l, r), nil
	}
	n := r.len()
	if err := ev.step(n); err != nil {
		return false, err
	}
	for i := range n {
		if same(r.at(i), l) {
			return true, nil
		}
	}
	return false, nil
}

// join puts two texts together; two halves of a surrogate pair become a character.
func join(a, b string) string {
	if n := len(a); n >= 3 && len(b) >= 3 && a[n-3] == 0xed && a[n-2] >= 0xa0 && a[n-2] < 0xb0 && b[0] == 0xed && b[1] >= 0xb0 {
		high, _ := nextRune(a[n-3:])
		low, _ := nextRune(b)
		return a[:n-3] + string((high-0xd800)<<10+(low-0xdc00)+0x10000) + b[3:]
	}
	return a + b
}

// maxRange is how many numbers the range operator gives at most.
const maxRange = 10_000_000

func span(l, r val) (val, *Error) {
	whole := func(x val) bool {
		f := x.float()
		return x.kind == number && f == math.Trunc(f) && !math.IsInf(f, 0)
	}
	if l.exists() && !whole(l) {
		return val{}, failWith("T2003", l)
	}
	if r.exists() && !whole(r) {
		return val{}, failWith("T2004", r)
	}
	if !l.exists() || !r.exists() || l.float() > r.float() {
		return val{}, nil
	}
	size := r.float() - l.float() + 1
	if size > maxRange {
		return val{}, failWith("D2014", numberVal(size))
	}
	return listVal(&array{first: l.float(), span: int(size), sequence: true}), nil
}

// append is one list with another behind it. What is no list is one of one item.
func (ev *evaluation) append(a, b val) (val, *Error) {
	switch {
	case !a.exists():
		return b, nil
	case !b.exists():
		return a, nil
	}
	out := ev.arrays.one()
	for _, x := range [2]val{a, b} {
		if err := ev.add(out, x); err != nil {
			return val{}, err
		}
	}
	return listVal(out), nil
}

// lookup is the member of a record; of a list, the members of its records, poured together.
func (ev *evaluation) lookup(x val, name string) (val, *Error) {
	switch x.kind {
	case record:
		return x.get(name), nil
	case list:
		out := ev.sequence()
		if err := ev.lookupAll(out, x, name); err != nil {
			return val{}, err
		}
		return listVal(out), nil
	default:
		return val{}, nil
	}
}

func (ev *evaluation) lookupAll(out *array, x val, name string) *Error {
	if err := ev.enter(); err != nil {
		return err
	}
	defer ev.leave()
	n := x.len()
	if err := ev.step(n); err != nil {
		return err
	}
	for i := range n {
		item := x.at(i)
		if item.kind == list {
			if err := ev.lookupAll(out, item, name); err != nil {
				return err
			}
			continue
		}
		if item.kind != record {
			continue
		}
		m := item.get(name)
		var err *Error
		switch m.kind {
		case undefined:
		case list:
			err = ev.pour(out, m)
		default:
			err = ev.push(out, m)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// text is a value as $string gives it; undefined is empty.
func (ev *evaluation) text(x val) (string, *Error) {
	switch x.kind {
	case undefined, nothing, callable:
		return "", nil
	case text:
		return x.str(), nil
	case boolean:
		if x.bool() {
			return "true", nil
		}
		return "false", nil
	case null:
		return "null", nil
	case number:
		f := x.float()
		if math.IsInf(f, 0) || math.IsNaN(f) {
			return "", failWith("D3001", x)
		}
		return spell(f), nil
	case list, record:
	}
	w := writer{ev: ev}
	if a := x.array(); a != nil && a.outer {
		x = a.at(0)
	}
	w.json(x, 0)
	return string(w.out), w.err
}

// spell writes a number with 15 digits at most, as the reference does.
func spell(f float64) string {
	if f == math.Trunc(f) && math.Abs(f) < 1e15 {
		return strconv.FormatInt(int64(f), 10)
	}
	return value.FormatFloat(precise15(f))
}

// precise15 rounds to 15 digits as JavaScript's toPrecision does: a half is rounded away from zero.
func precise15(f float64) float64 {
	var buffer [48]byte
	digits := len("1.23456789012345")
	if f < 0 {
		digits++
	}
	b := strconv.AppendFloat(buffer[:0], f, 'e', -1, 64)
	if bytes.IndexByte(b, 'e') <= digits {
		return f
	}
	b = strconv.AppendFloat(buffer[:0], f, 'e', 30, 64)
	if string(b[digits:bytes.IndexByte(b, 'e')]) == "5000000000000000" {
		f = math.Nextafter(f, 2*f) // a half is rounded up
	}
	short, err := strconv.ParseFloat(strconv.FormatFloat(f, 'e', 14, 64), 64)
	if err != nil {
		return f
	}
	return short
}

// A writer writes JSON text as the reference's $string.
type writer struct {
	ev     *evaluation // nil when nothing is counted
	out    []byte
	most   int  // stop after so many bytes, when not 0
	indent int  // blanks per level; 0 for one line
	exact  bool // numbers have all their digits, and those that are not finite are null
	err    *Error
}

func (w *writer) newline(level int) {
	if w.indent == 0 {
		return
	}
	w.out = append(w.out, '\n')
	for range level * w.indent {
		w.out = append(w.out, ' ')
	}
}

func (w *writer) json(x val, level int) {
	if w.err != nil || w.most > 0 && len(w.out) > w.most {
		return
	}
	if level > mostNested {
		w.err = failText(LimitDepth, "A value is nested deeper than %d levels", mostNested)
		return
	}
	switch x.kind {
	case undefined, nothing, null:
		w.out = append(w.out, "null"...)
	case callable:
		w.out = append(w.out, `""`...)
	case boolean:
		w.out = x.json.AppendJSON(w.out)
	case text:
		w.out = quote(w.out, x.str())
	case number:
		w.number(x)
	case list:
		w.list(x, level)
	case record:
		w.record(x, level)
	}
	if w.ev != nil && w.err == nil && x.kind >= list {
		if w.err = w.ev.step(1); len(w.out) > w.ev.bytes {
			w.err = fail(LimitMemory)
		}
	}
}

func (w *writer) number(x val) {
	f := x.float()
	switch {
	case w.exact && !math.IsInf(f, 0) && !math.IsNaN(f):
		w.out = append(w.out, value.FormatFloat(f)...)
	case w.exact:
		w.out = append(w.out, "null"...)
	case math.IsInf(f, 0):
		w.err = failWith("D1001", val{kind: text, json: value.String(value.FormatFloat(f))})
	case math.IsNaN(f):
		w.out = append(w.out, "null"...)
	default:
		w.out = append(w.out, spell(f)...)
	}
}

func (w *writer) list(x val, level int) {
	n := x.len()
	w.out = append(w.out, '[')
	for i := range n {
		if i > 0 {
			w.out = append(w.out, ',')
		}
		w.newline(level + 1)
		w.json(x.at(i), level+1)
		if w.err != nil {
			return
		}
	}
	if n > 0 {
		w.newline(level)
	}
	w.out = append(w.out, ']')
}

func (w *writer) record(x val, level int) {
	w.out = append(w.out, '{')
	first := true
	x.members(func(name string, v val) bool {
		if !v.exists() {
			return true
		}
		if !first {
			w.out = append(w.out, ',')
		}
		first = false
		w.newline(level + 1)
		w.out = append(quote(w.out, name), ':')
		if w.indent > 0 {
			w.out = append(w.out, ' ')
		}
		w.json(v, level+1)
		return w.err == nil
	})
	if !first {
		w.newline(level)
	}
	w.out = append(w.out, '}')
}

// quote appends a text as JSON; lone surrogates are escaped.
func quote(dst []byte, s string) []byte {
	if !hasSurrogate(s) {
		return value.AppendQuoted(dst, s)
	}
	dst = append(dst, '"')
	plain := 0
	for i := 0; i < len(s); {
		r, size := nextRune(s[i:])
		if r >= 0xd800 && r <= 0xdfff {
			part := value.AppendQuoted(nil, s[plain:i])
			dst = append(append(dst, part[1:len(part)-1]...), '\\', 'u')
			dst = strconv.AppendInt(dst, int64(r), 16)
			plain = i + size
		}
		i += size
	}
	part := value.AppendQuoted(nil, s[plain:])
	return append(append(dst, part[1:len(part)-1]...), '"')
}
