package expr

import (
	"encoding/base64"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// The types of attribute values, as the API spells them.
const (
	S    = "S"
	N    = "N"
	B    = "B"
	SS   = "SS"
	NS   = "NS"
	BS   = "BS"
	L    = "L"
	M    = "M"
	BOOL = "BOOL"
	NULL = "NULL"
)

// maxDepth is how deep lists and maps may nest.
const maxDepth = 32

// Type is the type of the attribute value v, such as "S"; empty when v is absent.
func Type(v value.Value) string {
	if names := v.Names(); len(names) > 0 {
		return names[0]
	}
	return ""
}

// A TypeError says that a request has the wrong JSON type somewhere: a SerializationException.
type TypeError string

// Error gives the message.
func (e TypeError) Error() string { return string(e) }

// Check reads an attribute value as it came in a request and gives it as DynamoDB keeps it: numbers without needless
// zeros, sets without regard to order. The error is an Error, or a TypeError when the JSON has the wrong shape.
func Check(v value.Value) (value.Value, error) { return check(v, 0) }

func check(v value.Value, depth int) (value.Value, error) {
	if !v.IsObject() {
		return v, TypeError("an attribute value is an object such as {\"S\": \"text\"}, not " + article(v.Kind()))
	}
	if depth > maxDepth {
		return v, Error("Nesting Levels have exceeded supported limits")
	}
	switch v.Len() {
	case 0:
		return v, Error("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	case 1:
	default:
		return v, Error("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	t := v.Names()[0]
	return checkAs(t, v, v.Get(t), depth)
}

func checkAs(t string, v, in value.Value, depth int) (value.Value, error) {
	switch t {
	case S:
		return v, want(in.IsString(), t, "a string", in)
	case B:
		return v, checkBinary(in)
	case N:
		return checkNumber(v, in)
	case BOOL:
		return v, want(in.IsBool(), t, "true or false", in)
	case NULL:
		if in.IsBool() && !in.Bool() {
			return v, Error("One or more parameter values were invalid: Null attribute value types must have the value of true")
		}
		return v, want(in.IsBool(), t, "true", in)
	case SS, NS, BS:
		return checkSet(t, v, in)
	case L:
		return checkList(v, in, depth)
	case M:
		if err := want(in.IsObject(), t, "an object", in); err != nil {
			return v, err
		}
		m, err := checkMembers(in, depth+1)
		return wrap(M, v, in, m), err
	}
	return v, Error("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
}

func want(ok bool, t, what string, got value.Value) error {
	if ok {
		return nil
	}
	return TypeError("the member " + t + " of an attribute value is " + what + ", not " + article(got.Kind()))
}

func article(k value.Kind) string {
	switch k {
	case value.ArrayKind, value.ObjectKind:
		return "an " + k.String()
	case value.Absent, value.NullKind:
		return k.String()
	case value.BoolKind, value.NumberKind, value.StringKind:
	}
	return "a " + k.String()
}

// wrap gives {t: now}, or v itself when nothing changed from was to now.
func wrap(t string, v, was, now value.Value) value.Value {
	if sameNode(was, now) {
		return v
	}
	return value.Object(value.M(t, now))
}

// sameNode tells whether two values are one, cheaply; it may say no for equal ones.
func sameNode(a, b value.Value) bool { return a == b }

func checkBinary(in value.Value) error {
	if err := want(in.IsString(), B, "a string of base64", in); err != nil {
		return err
	}
	if _, err := base64.StdEncoding.DecodeString(in.Str()); err != nil {
		return TypeError("'" + in.Str() + "' can not be converted to a Blob: " + err.Error())
	}
	return nil
}

func checkNumber(v, in value.Value) (value.Value, error) {
	if err := want(in.IsString(), N, "a string", in); err != nil {
		return v, err
	}
	n, err := parseNumber(in.Str())
	if err != nil {
		return v, err
	}
	if s := n.String(); s != in.Str() {
		return value.Object(value.M(N, value.String(s))), nil
	}
	return v, nil
}

func checkList(v, in value.Value, depth int) (value.Value, error) {
	if err := want(in.IsArray(), L, "an array", in); err != nil {
		return v, err
	}
	var items []value.Value // nil as long as nothing differs
	for i, x := range in.Elements() {
		y, err := check(x, depth+1)
		if err != nil {
			return v, err
		}
		if items == nil && !sameNode(x, y) {
			items = slices.Clone(in.Elements())
		}
		if items != nil {
			items[i] = y
		}
	}
	if items == nil {
		return v, nil
	}
	return value.Object(value.M(L, value.Array(items...))), nil
}

// CheckItem is Check for a whole item or a map of attribute values.
func CheckItem(v value.Value) (value.Value, error) {
	if !v.IsObject() {
		return v, TypeError("an item is an object of attribute values, not " + article(v.Kind()))
	}
	return checkMembers(v, 0)
}

func checkMembers(v value.Value, depth int) (value.Value, error) {
	changed := false
	var b value.Builder
	for name, x := range v.Members() {
		y, err := check(x, depth)
		if err != nil {
			return v, err
		}
		changed = changed || !sameNode(x, y)
		b.Set(name, y)
	}
	if !changed {
		return v, nil
	}
	return b.Object(), nil
}

func checkSet(t string, v, in value.Value) (value.Value, error) {
	if err := want(in.IsArray(), t, "an array", in); err != nil {
		return v, err
	}
	const invalid = "One or more parameter values were invalid: "
	if in.Len() == 0 {
		return v, Error(invalid + map[string]string{
			SS: "An string set  may not be empty", NS: "An number set  may not be empty", BS: "Binary sets should not be empty",
		}[t])
	}
	items := make([]value.Value, in.Len())
	seen := make(map[string]bool, in.Len())
	changed := false
	for i, x := range in.Elements() {
		one, err := checkAs(t[:1], value.Object(value.M(t[:1], x)), x, 0)
		if err != nil {
			return v, err
		}
		items[i] = one.Get(t[:1])
		changed = changed || items[i] != x
		k := Key(one)
		if seen[k] {
			return v, duplicates(t, in)
		}
		seen[k] = true
	}
	if !changed {
		return v, nil
	}
	return value.Object(value.M(t, value.Array(items...))), nil
}

func duplicates(t string, in value.Value) error {
	if t == NS {
		return Error("Input collection contains duplicates")
	}
	all := make([]string, in.Len())
	for i, x := range in.Elements() {
		all[i] = x.Str()
	}
	of := " contains duplicates."
	if t == BS {
		of = "of type BS contains duplicates."
	}
	return Error("One or more parameter values were invalid: Input collection [" + strings.Join(all, ", ") + "]" + of)
}

// Key spells a string, number or binary value so that keys are equal as the values are, and order as DynamoDB orders
// sort keys: numbers by amount, the others by their bytes. It is empty for values of other types.
func Key(v value.Value) string {
	switch t := Type(v); t {
	case S:
		return v.Get(S).Str()
	case N:
		n, err := parseNumber(v.Get(N).Str())
		if err != nil {
			return ""
		}
		return n.key()
	case B:
		b, err := base64.StdEncoding.DecodeString(v.Get(B).Str())
		if err != nil {
			return ""
		}
		return string(b)
	}
	return ""
}

// Equal tells whether two attribute values are the same: numbers by amount, sets without regard to order.
func Equal(a, b value.Value) bool {
	t := Type(a)
	if t != Type(b) || t == "" {
		return false
	}
	x, y := a.Get(t), b.Get(t)
	switch t {
	case N, B:
		return Key(a) == Key(b)
	case SS, NS, BS:
		return sameSet(t, x, y)
	case L:
		return slices.EqualFunc(x.Elements(), y.Elements(), Equal)
	case M:
		if x.Len() != y.Len() {
			return false
		}
		for name, m := range x.Members() {
			if !Equal(m, y.Get(name)) {
				return false
			}
		}
		return true
	}
	return value.Equal(x, y)
}

func sameSet(t string, x, y value.Value) bool {
	if x.Len() != y.Len() {
		return false
	}
	have := setKeys(t, x)
	for _, e := range y.Elements() {
		if !have[elementKey(t, e)] {
			return false
		}
	}
	return true
}

func setKeys(t string, set value.Value) map[string]bool {
	keys := make(map[string]bool, set.Len())
	for _, e := range set.Elements() {
		keys[elementKey(t, e)] = true
	}
	return keys
}

// elementKey is the Key of an element of a set of type t.
func elementKey(t string, e value.Value) string { return Key(value.Object(value.M(t[:1], e))) }

// Size is how many bytes of the 400 KB an item has its attributes take: names and values, by the rules of the
// developer guide.
func Size(item value.Value) int {
	n := 0
	for name, v := range item.Members() {
		n += len(name) + sizeOf(v)
	}
	return n
}

func sizeOf(v value.Value) int {
	t := Type(v)
	x := v.Get(t)
	switch t {
	case S:
		return len(x.Str())
	case N:
		return numberSize(x.Str())
	case B:
		return binarySize(x.Str())
	case SS, NS, BS:
		n := 0
		for _, e := range x.Elements() {
			n += sizeOf(value.Object(value.M(t[:1], e)))
		}
		return n
	case L:
		n := 3
		for _, e := range x.Elements() {
			n += 1 + sizeOf(e)
		}
		return n
	case M:
		return 3 + x.Len() + Size(x)
	}
	return 1
}

func numberSize(s string) int {
	n, err := parseNumber(s)
	if err != nil {
		return len(s)
	}
	return n.size()
}

func binarySize(s string) int {
	return base64.StdEncoding.DecodedLen(len(s)) - strings.Count(s, "=")
}

// length is what the function size gives for v; ok is false for types that have no size.
func length(v value.Value) (n int, ok bool) {
	t := Type(v)
	x := v.Get(t)
	switch t {
	case S:
		return utf8.RuneCountInString(x.Str()), true
	case B:
		return binarySize(x.Str()), true
	case SS, NS, BS, L, M:
		return x.Len(), true
	}
	return 0, false
}
