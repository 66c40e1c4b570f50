// Package shapes holds the expressions by which the speed of package jsonata is judged: eleven that workflows are
// full of, and those of the JSONata workloads that engines are compared with.
package shapes

import (
	"encoding/json"
	"fmt"
	"strings"
)

// A Shape is an expression with what it is evaluated over.
type Shape struct {
	Name  string
	Expr  string
	Input string            // JSON text; empty for none
	Vars  map[string]string // JSON texts by name without $
	// Workload is set on expressions of the workloads; they do not count in the geometric mean of the eleven.
	Workload bool
}

// Service tells whether the expression is one of the language of Step Functions, which has no input but variables.
func (s Shape) Service() bool { return s.Input == "" }

// All are the eleven shapes, and then the expressions of the workloads.
func All() []Shape {
	order := `{"order":{"id":"o-1001","kind":"retail","customer":{"name":"Ada","city":"London"}},"rows":[{"n":1},{"n":2},{"n":3}]}`
	states := map[string]string{"states": fmt.Sprintf(
		`{"input":%s,"context":{"Execution":{"Id":"arn:aws:states:eu-west-1:123456789012:execution:Pay:1","Input":%s},"Map":{"Item":{"Index":7,"Value":{"sku":"a","qty":3}}}}}`, order, order)}
	with := func(name, text string) map[string]string { return map[string]string{name: text} }
	lines := with("lines", rows(20, func(i int) string { return fmt.Sprintf(`{"sku":"s%d","line":%d}`, i, i%17) }))
	item := with("states", `{"input":{"v":{"sku":"a","qty":3},"ix":4,"i":41,"limit":1000,"id":12}}`)
	kept := map[string]string{"order": `{"id":"o-1001","kind":"retail"}`, "n": "5", "i": "41", "limit": "1000"}
	return []Shape{
		{Name: "field path", Expr: "order.customer.city", Input: order},
		{Name: "object construction", Expr: "{'id': order.id, 'who': order.customer.name, 'city': order.customer.city, 'rows': $count(rows)}", Input: order},
		{Name: "$merge", Expr: "$merge([order, order.customer, {'status': 'paid', 'total': 12.5}])", Input: order},
		{Name: "filter and map, 1000 items", Expr: "items[price > 50].{'id': id, 'gross': price * 1.2}", Input: items(1000)},
		{Name: "$sum", Expr: "$sum(items.price)", Input: items(100)},
		{Name: "string concatenation", Expr: "'order ' & order.id & ' of ' & order.customer.name & ' (' & $string($count(rows)) & ' rows)'", Input: order},
		{Name: "$states field join", Expr: "$states.input.order.id & '/' & $states.context.Execution.Id & '/' & $states.context.Map.Item.Value.sku", Vars: states},
		{Name: "$partition", Expr: "$partition($rows, 10)", Vars: with("rows", rows(100, func(i int) string { return fmt.Sprintf(`{"n":%d}`, i) }))},
		{Name: "higher-order function", Expr: "$map($filter(items, function($v){$v.price > 50}), function($v, $i){$i & ':' & $v.id})", Input: items(100)},
		{Name: "sort", Expr: "items^(>price, id).id", Input: items(100)},
		{Name: "choice condition", Expr: "$n > 2 and $order.kind = 'retail' or $exists($order.urgent)", Vars: kept},

		{Name: "loop: counter", Expr: "$states.input.i + 1", Vars: item, Workload: true},
		{Name: "loop: limit", Expr: "$states.input.i < $states.input.limit", Vars: item, Workload: true},
		{Name: "loop: variables", Expr: "$i < $limit", Vars: kept, Workload: true},
		{Name: "map: item", Expr: "$states.input.id + 1", Vars: item, Workload: true},
		{Name: "mix: line", Expr: "$states.input.v.qty + $states.input.ix", Vars: item, Workload: true},
		{Name: "mix: label", Expr: "'order ' & $order.id & ' has ' & $string($n) & ' items'", Vars: kept, Workload: true},
		{Name: "mix: total", Expr: "$sum($lines.line)", Vars: lines, Workload: true},
		{Name: "mix: $uppercase", Expr: "$uppercase($order.id)", Vars: kept, Workload: true},
		{Name: "mix: big order", Expr: "$n > 2 and $order.kind = 'retail'", Vars: kept, Workload: true},
	}
}

// Bindings are all variables as one JSON object.
func (s Shape) Bindings() string {
	raw := map[string]json.RawMessage{}
	for name, text := range s.Vars {
		raw[name] = json.RawMessage(text)
	}
	text, err := json.Marshal(raw)
	if err != nil {
		panic(err)
	}
	return string(text)
}

func items(n int) string {
	return `{"items":` + rows(n, func(i int) string {
		return fmt.Sprintf(`{"id":"i%d","price":%d.5,"tags":["a","b"]}`, i, i*37%101)
	}) + `}`
}

func rows(n int, f func(i int) string) string {
	all := make([]string, n)
	for i := range all {
		all[i] = f(i)
	}
	return "[" + strings.Join(all, ",") + "]"
}
