// Package members reads the members of a request, or the properties of a resource, and notices what nobody read.
//
//	r := members.Read("Publish", in)
//	topic, subject := r.String("TopicArn"), r.String("Subject")
//	if err := r.Err(); err != nil { … }
//
// A member of the wrong JSON type and a member that no line asked for are both errors that name it, so that nothing a
// caller says is ignored silently. Numbers and booleans may come as text, as the Query protocol and templates spell
// them.
package members

import (
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A Reader reads one object. It keeps the first error.
type Reader struct {
	// WrongType and Unknown are the codes of the two kinds of errors: "SerializationException" and
	// "ValidationException" if they are empty.
	WrongType, Unknown string

	what string
	in   value.Value
	read []string
	err  *wire.Error
}

// Read makes a Reader of the object in; what names it in errors: "Publish", "resource Topic (AWS::SNS::Topic)". An
// absent object has no members.
func Read(what string, in value.Value) *Reader {
	r := &Reader{what: what, in: in}
	if in.Exists() && !in.IsObject() {
		r.fail("", "an object", in)
	}
	return r
}

// Properties makes a Reader of a resource's properties.
func Properties(r wire.Resource) *Reader { return Read(r.String(), r.Properties) }

// Err is the first error: a member of a wrong type, else a member that was not read.
func (r *Reader) Err() error {
	if r.err != nil {
		return r.err
	}
	for _, name := range r.in.Names() {
		if !slices.Contains(r.read, name) {
			code := r.Unknown
			if code == "" {
				code = "ValidationException"
			}
			return wire.Errorf(code, "the parameter %s of %s is not supported yet by the local machine", name, r.what)
		}
	}
	return nil
}

// Wrong is the error for a member of a wrong type, if one was read; it says nothing of members that were not read.
func (r *Reader) Wrong() error {
	if r.err == nil {
		return nil
	}
	return r.err
}

// Ignore says that members may be there although they make no difference on the local machine.
func (r *Reader) Ignore(names ...string) { r.read = append(r.read, names...) }

// Has tells whether a member is there and not null.
func (r *Reader) Has(name string) bool { return r.Value(name).Exists() }

// Value is a member of any type; absent when it is missing or null.
func (r *Reader) Value(name string) value.Value {
	r.read = append(r.read, name)
	v := r.in.Get(name)
	if v.IsNull() {
		return value.Value{}
	}
	return v
}

// String is a text; empty when it is missing.
func (r *Reader) String(name string) string {
	v := r.Value(name)
	if v.Exists() && !v.IsString() {
		r.fail(name, "a string", v)
	}
	return v.Str()
}

// Int is an integer; absent gives what it is when the member is missing.
func (r *Reader) Int(name string, absent int) int {
	v := r.Value(name)
	if !v.Exists() {
		return absent
	}
	n, ok := v.Int()
	if v.IsString() {
		var err error
		n, err = strconv.ParseInt(strings.TrimSpace(v.Str()), 10, 64)
		ok = err == nil
	}
	if !ok || n != int64(int(n)) {
		r.fail(name, "an integer", v)
		return absent
	}
	return int(n)
}

// Bool is true or false; false when it is missing.
func (r *Reader) Bool(name string) bool {
	v := r.Value(name)
	switch {
	case v.IsBool(), !v.Exists():
		return v.Bool()
	case strings.EqualFold(v.Str(), "true"):
		return true
	case strings.EqualFold(v.Str(), "false"):
		return false
	}
	r.fail(name, "true or false", v)
	return false
}

// Float is a number; absent gives what it is when the member is missing.
func (r *Reader) Float(name string, absent float64) float64 {
	v := r.Value(name)
	if !v.Exists() {
		return absent
	}
	if v.IsNumber() {
		return v.Float()
	}
	f, err := strconv.ParseFloat(v.Str(), 64)
	if err != nil {
		r.fail(name, "a number", v)
	}
	return f
}

// Object is an object; absent when it is missing.
func (r *Reader) Object(name string) value.Value {
	v := r.Value(name)
	if v.Exists() && !v.IsObject() {
		r.fail(name, "an object", v)
		return value.Value{}
	}
	return v
}

// Array gives the items of an array; none when it is missing.
func (r *Reader) Array(name string) []value.Value {
	v := r.Value(name)
	if v.Exists() && !v.IsArray() {
		r.fail(name, "an array", v)
	}
	return v.Elements()
}

// Strings gives the items of an array of strings; none when it is missing.
func (r *Reader) Strings(name string) []string {
	var all []string
	for _, v := range r.Array(name) {
		if !v.IsString() {
			r.fail(name, "an array of strings", v)
			return nil
		}
		all = append(all, v.Str())
	}
	return all
}

func (r *Reader) fail(name, want string, got value.Value) {
	if r.err != nil {
		return
	}
	code := r.WrongType
	if code == "" {
		code = "SerializationException"
	}
	subject := "the parameter " + name + " of " + r.what
	if name == "" {
		subject = "the input of " + r.what
	}
	text := got.Kind().String()
	if got.IsString() || got.IsNumber() {
		text = got.String()
		if len(text) > 40 {
			text = text[:40] + "…"
		}
	}
	r.err = wire.Errorf(code, "%s must be %s, not %s", subject, want, text)
}
