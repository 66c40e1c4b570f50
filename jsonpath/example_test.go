package jsonpath_test

import (
	"errors"
	"fmt"

	"github.com/stepwright/stepwright/jsonpath"
	"github.com/stepwright/stepwright/value"
)

var order = value.MustParse(`{"id": "o1", "lines": [{"sku": "a", "price": 3}, {"sku": "b", "price": 9.50}, {"sku": "c", "price": 7, "gift": true}]}`)

func ExampleCompile() {
	for _, src := range []string{"$.lines[0].sku", "$.lines[*].sku", "$.lines[?(@.price > 5 && !@.gift)]", "$.lines[0]['sku','price']", "$..none"} {
		path, err := jsonpath.Compile(src)
		if err != nil {
			fmt.Println(err)
			return
		}
		v, err := path.Eval(&jsonpath.Env{Input: order})
		fmt.Println(path.Definite(), v, err)
	}
	_, err := jsonpath.Compile("$.lines[?(@.price > $.limit)]")
	fmt.Println(err)
	// Output:
	// true "a" <nil>
	// false ["a","b","c"] <nil>
	// false [{"sku":"b","price":9.50}] <nil>
	// true {"sku":"a","price":3} <nil>
	// false [] <nil>
	// there is a path on the right, but Step Functions compares with literals only; expected '…', a number, true, false or null, at character 21 of "$.lines[?(@.price > $.limit)]"
}

// What a path does not find is told differently by different fields.
func ExamplePathError() {
	path, _ := jsonpath.Compile("$.customer.name")
	_, err := path.Eval(&jsonpath.Env{Input: value.MustParse(`{"id": "o1"}`)})
	fmt.Println(err) // InputPath, OutputPath, TimeoutSecondsPath, …

	var lost *jsonpath.PathError
	if errors.As(err, &lost) {
		fmt.Println(lost.In("name.$")) // "name.$": "$.customer.name"
	}
	// Output:
	// Invalid path '$.customer.name' : Missing property in path $['customer']
	// The JSONPath '$.customer.name' specified for the field 'name.$' could not be found in the input '{"id":"o1"}'
}

func ExampleReference_Set() {
	place, _ := jsonpath.ParseReference("$.payment.receipt")
	fmt.Println(place.Set(value.MustParse(`{"id": "o1"}`), value.String("r7")))
	_, err := place.Set(value.MustParse(`{"payment": "cash"}`), value.String("r7"))
	fmt.Println(err)
	// Output:
	// {"id":"o1","payment":{"receipt":"r7"}} <nil>
	// Unable to apply step "receipt" to input {"payment":"cash"}
}

func ExampleCompileTemplate() {
	template, errs := jsonpath.CompileTemplate(value.MustParse(`{
		"order.$": "$.id", "by.$": "$$.Execution.Name", "rate.$": "$rate", "kind": "$.order",
		"text.$": "States.Format('{} lines, {} of them a gift', States.ArrayLength($.lines), States.ArrayLength($.lines[?(@.gift)]))"}`))
	if errs != nil {
		fmt.Println(errs[0])
		return
	}
	v, err := template.Eval(&jsonpath.Env{
		Input:   order,
		Context: func() value.Value { return value.MustParse(`{"Execution": {"Name": "e1"}}`) },
		Var:     func(name string) (value.Value, bool) { return value.Float(1.5), name == "rate" },
	})
	fmt.Println(v, err)

	_, errs = jsonpath.CompileTemplate(value.MustParse(`{"text.$": "States.Formt('{}', $.id)"}`))
	fmt.Println(errs[0].Message)
	fmt.Println(errs[0].Hint)
	// Output:
	// {"order":"o1","by":"e1","rate":1.5,"kind":"$.order","text":"3 lines, 1 of them a gift"} <nil>
	// The value for the field 'text.$' must be a valid JSONPath or a valid intrinsic function call
	// there is no function "States.Formt"; did you mean "States.Format"?, at character 1 of "States.Formt('{}', $.id)"
}
