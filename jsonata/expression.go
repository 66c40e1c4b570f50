package jsonata

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// An Expression is a compiled expression. It can be evaluated many times, by any number of goroutines at once.
type Expression struct {
	src      string
	ast      *Node
	run      node
	plain    *plainPath // set for paths that only look things up
	scope    *scope
	globals  []string
	builtins []val // the functions of the language that globals name
	facts    *facts
	constant bool
	states   []string // the members of $states that it needs
	config
}

// A config is what options set.
type config struct {
	lib      *library
	limits   Limits
	unfolded bool // constant parts are worked out every time, for tests
	exact    bool // whole numbers are copied with all their digits
}

// An Option changes how an expression is compiled.
type Option func(*config)

// StepFunctions is the language as AWS Step Functions has it: without $eval, with $partition, $range, $hash, $random,
// $uuid and $parse, and with the service's bounds.
func StepFunctions(c *config) {
	c.lib, c.exact = stepFunctions(), true
	c.limits = Limits{Steps: 1_000_000, Bytes: 128 << 20, Result: 6_990_256}
}

// A library is the functions that an expression can call.
type library struct{ byName map[string]val }

// newLibrary joins tables of builtins; of two of one name the last one counts, and one without a function removes it.
func newLibrary(tables ...[]builtin) *library {
	l := &library{byName: map[string]val{}}
	for _, table := range tables {
		for _, b := range table {
			if b.call == nil {
				delete(l.byName, b.name)
				continue
			}
			f := &function{name: b.name, arity: b.arity, native: b.call}
			if b.signature != "" {
				f.signature, _ = parseSignature(b.signature)
			}
			l.byName[b.name] = functionVal(f)
		}
	}
	return l
}

func standardTables() [][]builtin {
	return [][]builtin{
		aggregates, numbers, textFunctions, arrays, objects, functional, types, clocks, evals, matching, encodings, dates, pictures,
	}
}

// standard is the functions of JSONata 2.0.6, stepFunctions those of Step Functions.
var (
	standard      = sync.OnceValue(func() *library { return newLibrary(standardTables()...) })
	stepFunctions = sync.OnceValue(func() *library { return newLibrary(append(standardTables(), serviceFunctions)...) })
)

// maxSource is how long an expression may be, in bytes.
const maxSource = 1 << 20

// Compile parses an expression of JSONata 2.0.6. The error is an *Error.
func Compile(src string, options ...Option) (*Expression, error) {
	e := &Expression{src: src, config: config{lib: standard()}}
	for _, o := range options {
		o(&e.config)
	}
	e.limits = e.limits.or(Limits{Steps: defaultSteps, Depth: defaultDepth, Bytes: defaultBytes})
	if err := e.compile(); err != nil {
		return nil, err.finish(src)
	}
	return e, nil
}

func (e *Expression) compile() *Error {
	if len(e.src) > maxSource {
		return failText(LimitMemory, "The expression is %d bytes long; expected at most %d", len(e.src), maxSource)
	}
	if !utf8.ValidString(e.src) {
		return notUTF8(e.src)
	}
	ast, err := Parse(e.src)
	if err != nil {
		var failed *Error
		if !errors.As(err, &failed) {
			failed = failText("S0201", "%v", err)
		}
		return failed
	}
	e.ast, e.scope = ast, &scope{}
	bindings(ast, e.scope)
	c := compiler{src: e.src, scope: e.scope, globals: &e.globals}
	if c.parts, e.constant = constantParts(ast); e.unfolded {
		c.parts = nil
	}
	e.run = c.compile(ast)
	if c.err != nil {
		return c.err
	}
	for _, name := range e.globals {
		e.builtins = append(e.builtins, e.lib.byName[name])
	}
	e.facts = factsOf(ast)
	e.plain = plainPathOf(ast, e.lib)
	e.states = stateMembers
	if members, whole := e.Members("states"); !whole {
		e.states = members
	}
	return nil
}

// notUTF8 is the error for a source that is no text, with the place of the first byte that is none.
func notUTF8(src string) *Error {
	at := 0
	for at < len(src) {
		r, size := utf8.DecodeRuneInString(src[at:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		at += size
	}
	err := failText("S0201", "The expression is no valid UTF-8: it has the byte %#x", src[at])
	err.Offset = at
	return err
}

// String is the expression's source.
func (e *Expression) String() string { return e.src }

// AST is the expression's syntax tree. It must not be written to.
func (e *Expression) AST() *Node { return e.ast }

// Eval evaluates the expression with input as the context item and variables by name. An absent result is JSONata's
// undefined. The error is an *Error. $random, $uuid and $shuffle fail here; see Evaluate.
func (e *Expression) Eval(ctx context.Context, input value.Value, vars map[string]value.Value) (value.Value, error) {
	return e.Evaluate(ctx, Env{Input: input, Var: func(name string) value.Value { return vars[name] }})
}

// Evaluate evaluates the expression in env. An absent result is JSONata's undefined. The error is an *Error.
func (e *Expression) Evaluate(ctx context.Context, env Env) (value.Value, error) {
	if e.plain != nil && e.plain.fits(&env) {
		return e.plain.evaluate(&env), nil
	}
	v, err := e.evaluate(ctx, &env)
	if err != nil {
		return value.Value{}, err.bounded(env.Limits.positive().or(e.limits), e.ast).finish(e.src)
	}
	return v, nil
}

func (e *Expression) evaluate(ctx context.Context, env *Env) (value.Value, *Error) {
	ev := begin(ctx, env, e)
	defer ev.end()
	if err := ev.check(); err != nil {
		return value.Value{}, err
	}
	v, err := ev.evaluate(e)
	if err != nil {
		return value.Value{}, err
	}
	if v.kind == number && !v.json.Exists() && v.num-v.num == 0 { // finite
		return value.Float(v.num), nil
	}
	out, err := ev.export(v)
	if err == nil && ev.most.Result > 0 && out.Size() > ev.most.Result {
		err = fail(LimitMemory)
		err.bound("more than %d bytes of JSON", ev.most.Result)
		return value.Value{}, err
	}
	return out, err
}

// or takes the bounds that are set, and those of other where they are not.
func (l Limits) or(other Limits) Limits {
	return Limits{
		Steps: cmp.Or(l.Steps, other.Steps), Depth: cmp.Or(l.Depth, other.Depth),
		Bytes: cmp.Or(l.Bytes, other.Bytes), Result: cmp.Or(l.Result, other.Result),
	}
}

func (ev *evaluation) evaluate(e *Expression) (val, *Error) {
	ev.globals = ev.vals.some(len(e.globals))
	clear(ev.globals)
	in := ev.root
	if in.kind == list {
		in = ev.whole(in)
	}
	var f *frame
	if len(e.scope.names) > 0 {
		f = ev.frame(e.scope, nil)
	}
	v, err := e.run(ev, in, f)
	if a := v.array(); err == nil && a != nil && a.outer {
		v = a.items[0]
	}
	return v, err
}

// global is a variable or a function that the expression does not bind itself.
func (ev *evaluation) global(i int) val {
	v := &ev.globals[i]
	if v.kind == undefined {
		*v = bound(ev.find(i))
	}
	if v.kind == nothing {
		return val{}
	}
	return *v
}

var stateMembers = []string{"context", "errorOutput", "input", "result"}

// lookup is a variable's value.
func (env *Env) lookup(name string, members []string) value.Value {
	if name == "states" && env.States != nil {
		var b value.Builder
		for _, m := range members {
			b.Set(m, env.States(m))
		}
		return b.Object()
	}
	if env.Var == nil {
		return value.Value{}
	}
	return env.Var(name)
}

// builtin is the function of the language that the global i names.
func (e *Expression) builtin(i int) val {
	if i < len(e.builtins) {
		return e.builtins[i]
	}
	return e.lib.byName[e.globals[i]]
}

// find looks a name up outside of the expression: variables come before functions.
func (ev *evaluation) find(i int) val {
	name := ev.expr.globals[i]
	if v := ev.env.lookup(name, ev.expr.states); v.Exists() {
		return of(v)
	}
	if len(ev.env.Functions) > 0 {
		if f, ok := ev.env.Functions[name]; ok {
			return f.val()
		}
	}
	return ev.expr.builtin(i)
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
			message := err.finish(f.Signature).Message
			native := func(*call, []val) (val, *Error) {
				return val{}, failText(err.Code, "The signature %s cannot be read: %s", f.Signature, message)
			}
			return functionVal(&function{native: native})
		}
		fn.signature, fn.arity = s, len(s.params)
	}
	return functionVal(fn)
}

// export gives a result as a value.
func (ev *evaluation) export(x val) (value.Value, *Error) {
	switch x.kind {
	case undefined, nothing, null, boolean:
		return x.json, nil
	case text:
		if hasSurrogate(x.str()) {
			return value.String(withoutSurrogates(x.str())), nil
		}
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
		return ev.batch.Float(x.num), nil
	case list, record:
	}
	if x.ref == nil {
		return x.json, nil
	}
	if err := ev.enter(); err != nil {
		return value.Value{}, err
	}
	defer ev.leave()
	if ev.depth > value.MaxDepth {
		return value.Value{}, failText(LimitDepth, "The result is nested deeper than %d levels", value.MaxDepth)
	}
	n := x.len()
	if err := ev.step(1 + n); err != nil {
		return value.Value{}, err
	}
	if err := ev.charge(valBytes * (1 + n)); err != nil {
		return value.Value{}, err
	}
	if x.kind == list {
		out := ev.batch.Items(n)
		for i := range n {
			v, err := ev.export(x.at(i))
			if err != nil {
				return value.Value{}, err
			}
			out[i] = v
		}
		return ev.batch.Array(out), nil
	}
	return ev.exportRecord(x)
}

func (ev *evaluation) exportRecord(x val) (value.Value, *Error) {
	if o := x.object(); o.plain || x.numbered() == nil && !slices.ContainsFunc(o.names, hasSurrogate) {
		out := ev.batch.Items(len(o.vals))
		for i := range o.vals {
			v, err := ev.export(o.vals[i])
			if err != nil {
				return value.Value{}, err
			}
			out[i] = v
		}
		if o.shared {
			return ev.batch.Object(o.names, out), nil
		}
		return ev.batch.ObjectLike(o.names, out), nil // the names are the evaluation's
	}
	var b value.Builder
	b.Grow(x.len())
	var failed *Error
	x.members(func(name string, m val) bool {
		var v value.Value
		v, failed = ev.export(m)
		if hasSurrogate(name) {
			name = withoutSurrogates(name)
		}
		b.Set(name, v)
		return failed == nil
	})
	return b.Object(), failed
}
