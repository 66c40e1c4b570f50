package jsonata_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/jsonata"
	"github.com/stepwright/stepwright/value"
)

func ExampleCompile() {
	e, err := jsonata.Compile(`$photos[size > 1000].name`)
	if err != nil {
		fmt.Println(err)
		return
	}
	photos := value.MustParse(`[{"name":"cat","size":5000},{"name":"icon","size":64},{"name":"sea","size":2000}]`)
	v, err := e.Eval(context.Background(), value.Value{}, map[string]value.Value{"photos": photos})
	fmt.Println(v, err)

	_, err = jsonata.Compile(`$photos[`)
	fmt.Println(err)
	// Output:
	// ["cat","sea"] <nil>
	// S0203: Expected "]" before end of expression
}

func ExampleExpression_Eval() {
	order := value.MustParse(`{"id":"o1","lines":[{"sku":"cat","price":2.5,"qty":2},{"sku":"sea","price":4,"qty":1}]}`)
	for _, src := range []string{
		`lines.sku`,
		`$sum(lines.(price * qty))`,
		`lines[price > 3].sku`,
		`lines^(>price)[0].sku`,
		`lines{sku: qty}`,
		`lines.discount`,
		`{"order": id, "skus": $join(lines.sku, "+")}`,
	} {
		e, err := jsonata.Compile(src)
		if err != nil {
			fmt.Println(err)
			continue
		}
		v, err := e.Eval(context.Background(), order, nil)
		switch {
		case err != nil:
			fmt.Println(err)
		case !v.Exists():
			fmt.Println("undefined")
		default:
			fmt.Println(v)
		}
	}
	// Output:
	// ["cat","sea"]
	// 9
	// "sea"
	// "sea"
	// {"cat":2,"sea":1}
	// undefined
	// {"order":"o1","skus":"cat+sea"}
}

// Variables, functions of one's own and the time come in with every evaluation, and belong to it alone.
func ExampleExpression_Evaluate() {
	e, err := jsonata.Compile(`$slug(title) & "-" & $suffix & " (" & $now("[Y0001]-[M01]-[D01]") & ")"`)
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := e.Evaluate(context.Background(), jsonata.Env{
		Input: value.MustParse(`{"title":"Cats at Sea"}`),
		Var: func(name string) value.Value {
			if name == "suffix" {
				return value.Int(7)
			}
			return value.Value{}
		},
		Functions: map[string]jsonata.Function{"slug": {
			Signature: "<s:s>",
			Call: func(_ context.Context, args []value.Value) (value.Value, error) {
				return value.String(strings.ReplaceAll(strings.ToLower(args[0].Str()), " ", "-")), nil
			},
		}},
		Now: time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC),
	})
	fmt.Println(v, err)
	// Output:
	// "cats-at-sea-7 (2026-03-14)" <nil>
}

// An error that a function returns ends the evaluation; one of this package keeps its code.
func ExampleFunction() {
	e, err := jsonata.Compile(`names.$find()`)
	if err != nil {
		fmt.Println(err)
		return
	}
	find := jsonata.Function{
		Signature: "<s-:o>", // takes the context item where it is called without an argument
		Call: func(_ context.Context, args []value.Value) (value.Value, error) {
			if args[0].Str() == "dog" {
				return value.Value{}, errors.New("there are no dogs")
			}
			return value.MustParse(`{"kind":"photo"}`), nil
		},
	}
	env := jsonata.Env{Functions: map[string]jsonata.Function{"find": find}}
	for _, input := range []string{`{"names":["cat"]}`, `{"names":["cat","dog"]}`, `{"names":[1]}`} {
		env.Input = value.MustParse(input)
		fmt.Println(e.Evaluate(context.Background(), env))
	}
	// Output:
	// {"kind":"photo"} <nil>
	// null D3137: there are no dogs
	// null T0411: Context value is not a compatible type with argument 1 of function "find"
}

// A compiled expression can be evaluated by any number of goroutines.
func ExampleExpression() {
	e, err := jsonata.Compile(`$sum([1..n])`)
	if err != nil {
		fmt.Println(err)
		return
	}
	results := make([]value.Value, 3)
	var all sync.WaitGroup
	for i := range results {
		all.Go(func() {
			input := value.Object(value.Member{Name: "n", Value: value.Int(int64(10 * (i + 1)))})
			results[i], _ = e.Eval(context.Background(), input, nil)
		})
	}
	all.Wait()
	fmt.Println(results)
	// Output:
	// [55 210 465]
}

// The option StepFunctions makes it the language of AWS Step Functions.
func ExampleStepFunctions() {
	for _, src := range []string{`$partition([1..5], 2)`, `$range(0, 10, 5)`, `$hash("cat", "MD5")`, `$parse('{"a":[1]}').a`, `$eval("1 + 1")`} {
		e, err := jsonata.Compile(src, jsonata.StepFunctions)
		if err != nil {
			fmt.Println(err)
			continue
		}
		v, err := e.Evaluate(context.Background(), jsonata.Env{})
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(v)
	}
	// Output:
	// [[1,2],[3,4],[5]]
	// [0,5,10]
	// "d077f244def8a70e5ea758bd8352fcd8"
	// [1]
	// T1006: Attempted to invoke a non-function
}

// $states is made member by member: only what an expression names is asked for.
func ExampleEnv_states() {
	e, err := jsonata.Compile(`$states.input.id & " of " & $states.context.Execution.Name`, jsonata.StepFunctions)
	if err != nil {
		fmt.Println(err)
		return
	}
	v, err := e.Evaluate(context.Background(), jsonata.Env{States: func(member string) value.Value {
		fmt.Println("asked for", member)
		if member == "input" {
			return value.MustParse(`{"id":"p1"}`)
		}
		return value.MustParse(`{"Execution":{"Name":"run-1"}}`)
	}})
	fmt.Println(v, err)
	// Output:
	// asked for input
	// asked for context
	// "p1 of run-1" <nil>
}

func ExampleCompileTemplate() {
	t, errs := jsonata.CompileTemplate("Output", value.MustParse(`{
		"id": "{% $states.input.id %}",
		"kind": "photo",
		"size": ["{% $states.input.width * $states.input.height %}", "pixels"]
	}`))
	if len(errs) > 0 {
		fmt.Println(errs[0])
		return
	}
	for _, input := range []string{`{"id":"p1","width":4,"height":3}`, `{"id":"p2","width":4}`, `{"id":"p3","width":"x","height":3}`} {
		states := value.Object(value.Member{Name: "input", Value: value.MustParse(input)})
		v, err := t.Evaluate(context.Background(), jsonata.Env{Var: func(string) value.Value { return states }})
		if err != nil {
			fmt.Println(err)
			continue
		}
		fmt.Println(v)
	}
	// Output:
	// {"id":"p1","kind":"photo","size":[12,"pixels"]}
	// The JSONata expression '$states.input.width * $states.input.height' specified for the field 'Output/size[0]' returned nothing (undefined).
	// The JSONata expression '$states.input.width * $states.input.height' specified for the field 'Output/size[0]' threw an error during evaluation. T2001: The left side of the "*" operator must evaluate to a number
}

// Walk visits every node of a syntax tree; nodes know their places in the source.
func ExampleWalk() {
	const src = `$sum(lines.(price * qty)) & " €"`
	n, err := jsonata.Parse(src)
	if err != nil {
		fmt.Println(err)
		return
	}
	jsonata.Walk(n, func(n *jsonata.Node) bool {
		switch n.Kind {
		case jsonata.BinaryNode:
			fmt.Printf("operator %s at %d\n", n.Operator, n.Start)
		case jsonata.NameNode, jsonata.VariableNode, jsonata.StringNode:
			fmt.Printf("%s at %d\n", src[n.Start:n.End], n.Start)
		default:
		}
		return true
	})
	// Output:
	// operator & at 26
	// $sum at 0
	// lines at 5
	// operator * at 18
	// price at 12
	// qty at 20
	// " €" at 28
}

// What an expression takes from outside, and what it reads of it, is told without evaluating it.
func ExampleExpression_Paths() {
	e, err := jsonata.Compile(`($rate := $rates[currency = $$.currency].value; $map(order.lines, function($l){$l.price * $rate}) ~> $sum())`)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("free:", e.Free())
	for _, p := range e.Paths() {
		fmt.Println("reads", p)
	}
	// Output:
	// free: [rates]
	// reads $rates.currency
	// reads $rates.value
	// reads $$.currency
	// reads order.lines
}

func ExampleExpression_Constant() {
	for _, src := range []string{`60 * 60 * 24`, `{"kind": "photo", "sizes": [64, 64 * 2]}`, `$states.input`, `1 + "a"`} {
		e, err := jsonata.Compile(src)
		if err != nil {
			fmt.Println(err)
			continue
		}
		if v, ok := e.Constant(); ok {
			fmt.Println(v)
		} else {
			fmt.Println("not constant:", src)
		}
	}
	// Output:
	// 86400
	// {"kind":"photo","sizes":[64,128]}
	// not constant: $states.input
	// not constant: 1 + "a"
}

// Step Functions has no input to refer to outside of a path.
func ExampleExpression_Outside() {
	e, err := jsonata.Compile(`$states.input.photos[size > 10].name & title`, jsonata.StepFunctions)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(e.Outside())
	// Output:
	// title 39 true
}

// An Error says what is wrong and where.
func ExampleError() {
	const src = `"día " & (1 + day)`
	e, err := jsonata.Compile(src)
	if err != nil {
		fmt.Println(err)
		return
	}
	_, err = e.Eval(context.Background(), value.MustParse(`{"day":"one"}`), nil)
	var failed *jsonata.Error
	if errors.As(err, &failed) {
		fmt.Println(failed.Code, failed.Token, failed.Position, failed.Offset)
		fmt.Println(failed.Message)
		fmt.Println(src)
		fmt.Println(strings.Repeat(" ", failed.Position-1) + "^")
	}
	// Output:
	// T2002 + 13 14
	// The right side of the "+" operator must evaluate to a number
	// "día " & (1 + day)
	//             ^
}

// An evaluation that would not end is ended, with an error that names the bound.
func ExampleLimits() {
	for _, src := range []string{
		`($loop := function($n){$loop($n + 1)}; $loop(0))`,
		`($deep := function($n){1 + $deep($n + 1)}; $deep(0))`,
		`$pad("x", 1e9)`,
	} {
		e, err := jsonata.Compile(src)
		if err != nil {
			fmt.Println(err)
			continue
		}
		_, err = e.Evaluate(context.Background(), jsonata.Env{Limits: jsonata.Limits{Steps: 10_000, Depth: 50, Bytes: 64 << 20}})
		fmt.Println(err)
	}
	// Output:
	// U1002: Expression evaluation timeout: Check for infinite loop (more than 10000 steps)
	// U1001: Stack overflow error: Check for non-terminating recursive function. Consider rewriting as tail-recursive. (more than 50 calls within each other)
	// U1003: Expression evaluation memory limit exceeded: Check for excessive memory usage (more than 67108864 bytes)
}
