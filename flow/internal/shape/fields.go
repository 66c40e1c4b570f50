package shape

import (
	"cmp"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// fieldsOf lists the members of struct type t as encoding/json sees them: embedding by levels, tags, and the rules
// by which one of several fields of a name wins or all of them hide each other.
func fieldsOf(t reflect.Type) []Field {
	type level struct {
		typ             reflect.Type
		index           []int
		pointer, hidden bool
	}
	var current []level
	next := []level{{typ: t}}
	var count, nextCount map[reflect.Type]int
	visited := map[reflect.Type]bool{}
	var fields []Field
	for len(next) > 0 {
		current, next = next, current[:0:0]
		count, nextCount = nextCount, map[reflect.Type]int{}
		for _, l := range current {
			if visited[l.typ] {
				continue
			}
			visited[l.typ] = true
			for i := range l.typ.NumField() {
				sf := l.typ.Field(i)
				f, embedded, ok := fieldOf(sf, l.index, i)
				if !ok {
					continue
				}
				f.Pointer, f.Hidden = l.pointer, l.hidden
				if embedded == nil {
					fields = append(fields, f)
					if count[l.typ] > 1 { // the type is embedded twice at this level: its fields hide each other
						fields = append(fields, f)
					}
					continue
				}
				if nextCount[embedded]++; nextCount[embedded] == 1 {
					isPtr := sf.Type.Kind() == reflect.Pointer
					next = append(next, level{embedded, f.Index, l.pointer || isPtr, l.hidden || isPtr && !sf.IsExported()})
				}
			}
		}
	}
	return dominant(fields)
}

// fieldOf looks at one Go field. embedded is its struct type when its members belong to the outer struct.
func fieldOf(sf reflect.StructField, at []int, i int) (f Field, embedded reflect.Type, ok bool) {
	if sf.Anonymous {
		t := sf.Type
		if t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		if !sf.IsExported() && t.Kind() != reflect.Struct {
			return f, nil, false
		}
	} else if !sf.IsExported() {
		return f, nil, false
	}
	tag := sf.Tag.Get("json")
	if tag == "-" {
		return f, nil, false
	}
	name, opts, _ := strings.Cut(tag, ",")
	if !validName(name) {
		name = ""
	}
	ft := sf.Type
	if ft.Name() == "" && ft.Kind() == reflect.Pointer {
		ft = ft.Elem()
	}
	f = Field{Name: name, Index: append(slices.Clone(at), i), Type: sf.Type, tagged: name != "", Required: sf.Tag.Get("flow") == "required"}
	for o := range strings.SplitSeq(opts, ",") {
		switch o {
		case "omitempty":
			f.OmitEmpty = true
		case "omitzero":
			f.OmitZero = true
		case "string":
			k := ft.Kind()
			f.Quoted = isInt(k) || k == reflect.Bool || k == reflect.String || k == reflect.Float32 || k == reflect.Float64
		}
	}
	if name == "" && sf.Anonymous && ft.Kind() == reflect.Struct {
		return f, ft, true
	}
	if name == "" {
		f.Name = sf.Name
	}
	return f, nil, true
}

func validName(s string) bool {
	for _, c := range s {
		if !strings.ContainsRune("!#$%&()*+-./:;<=>?@[]^_{|}~ ", c) && !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			return false
		}
	}
	return s != ""
}

// dominant keeps, of the fields of one name, the one that wins: the shallowest, then the tagged one; equals hide
// each other.
func dominant(fields []Field) []Field {
	slices.SortStableFunc(fields, func(a, b Field) int {
		if c := strings.Compare(a.Name, b.Name); c != 0 {
			return c
		}
		if c := cmp.Compare(len(a.Index), len(b.Index)); c != 0 {
			return c
		}
		if a.tagged != b.tagged {
			if a.tagged {
				return -1
			}
			return 1
		}
		return slices.Compare(a.Index, b.Index)
	})
	out := fields[:0]
	for i := 0; i < len(fields); {
		j := i + 1
		for j < len(fields) && fields[j].Name == fields[i].Name {
			j++
		}
		if j == i+1 || len(fields[i].Index) != len(fields[i+1].Index) || fields[i].tagged != fields[i+1].tagged {
			out = append(out, fields[i])
		}
		i = j
	}
	slices.SortFunc(out, func(a, b Field) int { return slices.Compare(a.Index, b.Index) })
	return slices.Clip(out)
}
