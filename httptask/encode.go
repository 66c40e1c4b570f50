package httptask

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// escape writes a text into a form or a query, with %20 for blanks.
func escape(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }

// A form is written pair by pair.
type form struct {
	lists string // how lists are written
	pairs []string
}

func (f *form) add(key, content string) { f.pairs = append(f.pairs, escape(key)+"="+content) }

// formOf writes a body as application/x-www-form-urlencoded.
func formOf(v value.Value, lists string) (string, error) {
	switch lists {
	case "":
		lists = "INDICES"
	case "INDICES", "REPEAT", "COMMAS", "BRACKETS":
	default:
		return "", fail(errRuntime, "ArrayFormat is %q; expected INDICES, REPEAT, COMMAS or BRACKETS", lists)
	}
	if v.IsString() {
		return v.Str(), nil
	}
	if !v.IsObject() {
		return "", fail(errRuntime, "RequestBody is %s; expected an object for a form", v.Kind())
	}
	f := &form{lists: lists}
	for name, x := range v.Members() {
		f.write(name, x)
	}
	return strings.Join(f.pairs, "&"), nil
}

func (f *form) write(key string, v value.Value) {
	switch {
	case v.IsObject():
		for name, x := range v.Members() {
			f.write(key+"["+name+"]", x)
		}
	case v.IsArray():
		f.list(key, v.Elements())
	default:
		f.add(key, escape(text(v)))
	}
}

func (f *form) list(key string, items []value.Value) {
	if f.lists == "COMMAS" {
		parts := make([]string, len(items))
		for i, x := range items {
			parts[i] = escape(text(x))
		}
		f.add(key, strings.Join(parts, ","))
		return
	}
	for i, x := range items {
		switch f.lists {
		case "REPEAT":
			f.write(key, x)
		case "BRACKETS":
			f.write(key+"[]", x)
		default:
			f.write(key+"["+strconv.Itoa(i)+"]", x)
		}
	}
}

// query is the query of a URL with the request's parameters and the connection's, which count where both have one. A
// list repeats its name.
func query(before string, v value.Value, connection map[string]string) (string, error) {
	f := &form{lists: "REPEAT"}
	if before != "" {
		f.pairs = append(f.pairs, before)
	}
	switch {
	case !v.Exists() || v.IsNull():
	case v.IsString():
		f.pairs = append(f.pairs, v.Str())
	case v.IsObject():
		for name, x := range v.Members() {
			if _, ok := connection[name]; !ok {
				f.write(name, x)
			}
		}
	default:
		return "", fail(errRuntime, "QueryParameters is %s; expected an object or a text", v.Kind())
	}
	for _, name := range slices.Sorted(maps.Keys(connection)) {
		f.add(name, escape(connection[name]))
	}
	return strings.Join(f.pairs, "&"), nil
}
