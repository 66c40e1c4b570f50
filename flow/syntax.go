package flow

import "github.com/stepwright/stepwright/jsonata"

// compileJSONata says what is wrong with an expression.
func compileJSONata(src string) error {
	_, err := jsonata.Compile(src)
	return err
}
