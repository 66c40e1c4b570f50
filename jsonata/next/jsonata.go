// Package jsonata is JSONata 2.0.6: it reads, analyses and works out expressions of the language as its reference
// implementation does.
package jsonata

import (
	"context"
	"errors"
	"math"
	"sync"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// An Expression is a compiled expression. It can be evaluated many times, by any number of goroutines at once.
type Expression struct {
	src     string
	ast     *Node
	run     node
	scope   *scope
	globals []string
	lib     *library
}

// A library is the functions that an expression can call.
type library struct{ byName map[string]val }

// newLibrary joins tables of builtins; of two of one name the last one counts.
func newLibrary(tables ...[]builtin) *library {
	l := &library{byName: map[string]val{}}
	for _, table := range tables {
		for _, b := range table {
			f := &function{arity: b.arity, native: b.call, name: b.name}
			if b.signature != "" {
				f.signature, _ = parseSignature(b.signature)
			}
			l.byName[b.name] = functionVal(f)
		}
	}
	return l
}

// standard is the functions of JSONata 2.0.6.
var standard = sync.OnceValue(func() *library {
	return newLibrary(aggregates, numbers, texts0, arrays, objects, functional, types, clocks, evals, matching, encodings, dates, pictures)
})

// maxSource is how long an expression may be, in bytes.
const maxSource = 1 << 20

// Compile parses an expression. The error is an *Error.
func Compile(src string) (*Expression, error) {
	e, err := compileWith(src, standard())
	if err != nil {
		return nil, err
	}
	return e, nil
}

func compileWith(src string, lib *library) (*Expression, *Error) {
	if len(src) > maxSource {
		return nil, failText(LimitMemory, "The expression is %d bytes long; expected at most %d", len(src), maxSource)
	}
	if !utf8.ValidString(src) {
		return nil, failText("S0201", "The expression is no valid UTF-8")
	}
	ast, err := Parse(src)
	if err != nil {
		var e *Error
		if !errors.As(err, &e) {
			e = failText("S0201", "%v", err)
		}
		return nil, e.finish()
	}
	e := &Expression{src: src, ast: ast, lib: lib, scope: &scope{}}
	bindings(ast, e.scope)
	c := compiler{src: src, scope: e.scope, globals: &e.globals}
	e.run = c.compile(ast)
	return e, nil
}

// String is the expression's source.
func (e *Expression) String() string { return e.src }

// AST is the expression's syntax tree. It must not be written to.
func (e *Expression) AST() *Node { return e.ast }

// Evaluate evaluates the expression in env. An absent result is JSONata's undefined. The error is an *Error.
func (e *Expression) Evaluate(ctx context.Context, env Env) (value.Value, error) {
	ev := &evaluation{ctx: ctx, env: &env, expr: e, root: of(env.Input)}
	ev.limit(env.Limits)
	v, err := ev.evaluate(e)
	var out value.Value
	if err == nil {
		out, err = ev.export(v)
	}
	if err != nil {
		if err.Position == 0 {
			err.Position = position(e.src, err.Offset)
		}
		return value.Value{}, err.finish()
	}
	return out, nil
}

func (ev *evaluation) limit(l Limits) {
	or := func(n, d int) int {
		if n > 0 {
			return n
		}
		return d
	}
	ev.steps, ev.bytes, ev.most = or(l.Steps, defaultSteps), or(l.Bytes, defaultBytes), or(l.Depth, defaultDepth)
}

func (ev *evaluation) evaluate(e *Expression) (val, *Error) {
	if err := ev.check(); err != nil {
		return val{}, err
	}
	ev.globals = make([]val, len(e.globals))
	in := ev.root
	if in.kind == list {
		in = listVal(&array{items: []val{in}, sequence: true, outer: true})
	}
	var f *frame
	f = newFrame(e.scope, nil)
	v, err := e.run(ev, in, f)
	if a := v.array(); err == nil && a != nil && a.outer {
		v = a.items[0]
	}
	return v, err
}

// global is a variable or a function that the expression does not bind itself.
func (ev *evaluation) global(i int) val {
	v := ev.globals[i]
	if !v.bound {
		v = ev.find(ev.expr.globals[i])
		v.bound = true
		ev.globals[i] = v
	}
	v.bound = false
	return v
}

var stateMembers = []string{"context", "errorOutput", "input", "result"}

// find looks a name up outside of the expression: variables come before functions.
func (ev *evaluation) find(name string) val {
	if isLabel(name) {
		return val{}
	}
	if name == "states" && ev.env.States != nil {
		var b value.Builder
		for _, m := range stateMembers {
			b.Set(m, ev.env.States(m))
		}
		return of(b.Object())
	}
	if ev.env.Var != nil {
		if v := ev.env.Var(name); v.Exists() {
			return of(v)
		}
	}
	if f, ok := ev.env.Functions[name]; ok {
		return f.val()
	}
	return ev.expr.lib.byName[name]
}

// val is a function of the caller's own as a value.
func (f Function) val() val {
	fn := &function{native: func(c *call, args []val) (val, *Error) {
		in := make([]value.Value, len(args))
		for i, x := range args {
			var err *Error
			if in[i], err = c.ev.export(x); err != nil {
				return val{}, err
			}
		}
		v, err := f.Call(c.ev.ctx, in)
		if err == nil {
			return of(v), nil
		}
		var e *Error
		if !errors.As(err, &e) {
			e = failText("D3137", "%v", err)
		}
		copied := *e
		return val{}, &copied
	}}
	if f.Signature != "" {
		s, err := parseSignature(f.Signature)
		if err != nil {
			return val{}
		}
		fn.signature, fn.arity = s, len(s.params)
	}
	return functionVal(fn)
}

// export gives a result as a value.
func (ev *evaluation) export(x val) (value.Value, *Error) {
	switch x.kind {
	case undefined, null, boolean, text:
		return x.json, nil
	case callable:
		return value.Value{}, fail(ResultType)
	case number:
		if x.json.Exists() {
			return x.json, nil
		}
		if math.IsNaN(x.num) || math.IsInf(x.num, 0) {
			return value.Value{}, failText("D1001", "Number out of range: %v", x.num)
		}
		return value.Float(x.num), nil
	case list, record:
	}
	if x.ref == nil {
		return x.json, nil
	}
	if err := ev.enter(); err != nil {
		return value.Value{}, err
	}
	defer ev.leave()
	n := x.len()
	if err := ev.step(1 + n); err != nil {
		return value.Value{}, err
	}
	if err := ev.charge(valBytes * (1 + n)); err != nil {
		return value.Value{}, err
	}
	if x.kind == list {
		out := make([]value.Value, n)
		for i := range n {
			v, err := ev.export(x.at(i))
			if err != nil {
				return value.Value{}, err
			}
			out[i] = v
		}
		return value.Array(out...), nil
	}
	var b value.Builder
	b.Grow(n)
	var failed *Error
	x.members(func(name string, m val) bool {
		var v value.Value
		v, failed = ev.export(m)
		b.Set(name, v)
		return failed == nil
	})
	return b.Object(), failed
}
