package jsonpath_test

import (
	"strings"
	"testing"

	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

// photos is an input with a hundred photos.
var photos = value.MustParse(`{"album":{"id":"a1","owner":{"name":"Ada","mail":"ada@example.com"}},"photos":[` +
	strings.TrimSuffix(strings.Repeat(`{"id":"p","width":640,"height":480,"tags":["sea","sun"]},{"id":"q","width":64,"height":48},`, 50), ",") + `]}`)

func BenchmarkEval(b *testing.B) {
	env := &jsonpath.Env{Input: photos}
	for name, src := range map[string]string{
		"definite": "$.album.owner.name",
		"index":    "$.photos[7]['width']",
		"wildcard": "$.photos[*].id",
		"slice":    "$.photos[10:20]",
		"filter":   "$.photos[?(@.width >= 640 && @.tags)]",
		"descent":  "$..width",
	} {
		b.Run(name, func(b *testing.B) {
			p, err := jsonpath.Compile(src)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if _, err := p.Eval(env); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkTemplate evaluates a template of five fields, two of them constant.
func BenchmarkTemplate(b *testing.B) {
	t, errs := jsonpath.CompileTemplate(value.MustParse(
		`{"id.$":"$.album.id","owner":{"name.$":"$.album.owner.name"},"first.$":"$.photos[0]","kind":"album","more":{"a":[1,2,3]}}`))
	if errs != nil {
		b.Fatal(errs[0])
	}
	env := &jsonpath.Env{Input: photos}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := t.Eval(env); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCall(b *testing.B) {
	e, err := jsonpath.CompileExpr(`States.Format('{} has {} photos', $.album.owner.name, States.ArrayLength($.photos))`)
	if err != nil {
		b.Fatal(err)
	}
	env := &jsonpath.Env{Input: photos}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := e.Eval(env); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSet(b *testing.B) {
	r, err := jsonpath.ParseReference("$.album.owner.seen")
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := r.Set(photos, value.True); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkCompile(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := jsonpath.Compile("$.photos[?(@.width >= 640 && @.tags)]['id']"); err != nil {
			b.Fatal(err)
		}
	}
}
