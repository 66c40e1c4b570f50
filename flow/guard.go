package flow

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/stepwright/stepwright/flow/internal/shape"
)

// A guard makes the second run differ from the first in every value that can be read. Leaves are counted, so that
// one of them can be changed alone.
type guard struct {
	from, to int // the leaves to change
	n        int
	named    string // the leaf changed, when it is one alone
	filled   *setting
	shared   []uintptr // what the first run has filled: literals of this address belong to both runs
}

// alone tells whether one leaf only is changed: then it is named.
func (g *guard) alone() bool { return g.to-g.from == 1 }

// names tells whether other has found the same.
func (g guard) names(other guard) bool {
	return g.named == other.named && (g.filled == nil) == (other.filled == nil) && (g.filled == nil || g.filled.pos.find() == other.filled.pos.find())
}

// hit counts a leaf and tells whether it is one to change.
func (g *guard) hit(r *root, at []shape.Seg, path string) bool {
	n := g.n
	g.n++
	if n < g.from || n >= g.to {
		return false
	}
	if g.alone() && r != nil {
		g.named = r.title() + pathText(at) + path
	}
	return true
}

// spoil gives a place that Set has filled another value than the literal had, so that a copy of the literal makes a
// difference. What is shared between runs, such as a literal in a variable of the package, is left alone.
func (g *guard) spoil(s *setting, place reflect.Value, i int) {
	if g.to == 0 || i < len(g.shared) && g.shared[i] == s.start || !g.hit(nil, nil, "") {
		return
	}
	if g.alone() {
		g.filled = s
	}
	spoil(place)
}

func spoil(v reflect.Value) {
	switch t := v.Type(); {
	case !v.CanSet():
	case t == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Unix(7e9, 0)))
	case t.Kind() == reflect.Struct:
		for _, f := range v.Fields() {
			spoil(f)
		}
	case t.Kind() == reflect.Array:
		for i := range min(t.Len(), 8) {
			spoil(v.Index(i))
		}
	case t.Kind() == reflect.Pointer:
		v.Set(reflect.New(t.Elem()))
	case changeable(t):
		changeLeaf(v, t)
	case t.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(t, 3, 3))
	}
}

// change gives every leaf in v's own memory another value.
func (s *shadow) change(v reflect.Value, t reflect.Type, at []shape.Seg) {
	if s.m.guard.to > 0 && !s.mute {
		s.m.guard.walk(v, t, s.r, at, "")
	}
}

func (g *guard) walk(v reflect.Value, t reflect.Type, r *root, at []shape.Seg, path string) {
	if !v.CanSet() {
		return
	}
	if t == reflect.TypeFor[time.Time]() {
		if g.hit(r, at, path) {
			v.Set(reflect.ValueOf(time.Unix(7e9, 0)))
		}
		return
	}
	switch t.Kind() {
	case reflect.Struct:
		for i := range t.NumField() {
			f, sub := v.Field(i), path
			if g.alone() {
				sub += "." + jsonName(t.Field(i))
			}
			g.walk(f, f.Type(), r, at, sub)
		}
	case reflect.Array:
		for i := range min(t.Len(), 8) {
			sub := path
			if g.alone() {
				sub += "[" + strconv.Itoa(i) + "]"
			}
			g.walk(v.Index(i), t.Elem(), r, at, sub)
		}
	default:
		if changeable(t) && g.hit(r, at, path) {
			changeLeaf(v, t)
		}
	}
}

func changeable(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Chan, reflect.Func, reflect.UnsafePointer, reflect.Complex64, reflect.Complex128, reflect.Invalid:
		return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
	case reflect.Interface:
		return t.NumMethod() == 0
	case reflect.Map:
		return t.Key().Kind() == reflect.String
	default:
		return true
	}
}

func changeLeaf(v reflect.Value, t reflect.Type) {
	switch t.Kind() {
	case reflect.String:
		v.SetString("\u2620")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float32, reflect.Float64:
		v.SetFloat(1e12 + 0.5)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64, reflect.Uintptr:
		v.SetUint(1<<min(t.Bits()-1, 40) + 1)
	case reflect.Interface:
		v.Set(reflect.ValueOf("\u2620"))
	case reflect.Map:
		e := reflect.MakeMap(t)
		e.SetMapIndex(reflect.ValueOf("\u2620").Convert(t.Key()), reflect.Zero(t.Elem()))
		v.Set(e)
	case reflect.Slice:
		v.SetBytes([]byte("\u2620"))
	default:
		v.SetInt(1<<min(t.Bits()-2, 40) + 1)
	}
}

func jsonName(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
		return name
	}
	return f.Name
}

// pathText spells a path for messages.
func pathText(path []shape.Seg) string {
	var b strings.Builder
	for _, s := range path {
		if s.Elem {
			b.WriteString("[" + strconv.Itoa(s.Index) + "]")
		} else {
			b.WriteString("." + s.Name)
		}
	}
	return b.String()
}
