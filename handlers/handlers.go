// Package handlers serves the Lambda functions of workflows from one binary.
//
// A pipeline's main is one line:
//
//	func main() { handlers.Serve(imagetagging.ImageTagging) }
//
// AWS Lambda starts the binary once for each function and says in _HANDLER
// which one it is to be: the handler's name, as the workflow's document has it
// in ${…}.
package handlers

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/stepwright/stepwright/flow/run"
)

// A Source knows the handlers that it calls. Every workflow is one.
type Source interface {
	// Handlers are the functions that it calls, by the names that _HANDLER may have.
	Handlers() []run.Handler
}

// Serve answers invocations of the handler that _HANDLER names, and does not
// return. It prints one line and exits with status 2 if no source has it.
//
// Errors and panics of a handler are reported as aws-lambda-go does: the name
// is the Go type's, and a panic ends the process after it has been reported.
func Serve(sources ...Source) {
	handler, err := Find(os.Getenv("_HANDLER"), sources...)
	if err == nil && os.Getenv("AWS_LAMBDA_RUNTIME_API") == "" {
		err = fmt.Errorf("AWS_LAMBDA_RUNTIME_API is not set: this program is started by AWS Lambda or by stepwright up")
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "handlers: %v\n", err)
		os.Exit(2)
	}
	lambda.Start(handler.Func)
}

// Find returns the handler with a name. It fails if there is none, if two
// sources give the name to different functions, and if what has the name is
// not a func(context.Context, In) (Out, error); each error says what to do.
func Find(name string, sources ...Source) (run.Handler, error) {
	known, err := collect(sources)
	if err != nil {
		return run.Handler{}, err
	}
	names := strings.Join(namesOf(known), ", ")
	switch handler, ok := known[name]; {
	case len(known) == 0:
		return run.Handler{}, fmt.Errorf("no handlers: the workflows given to Serve call none")
	case name == "":
		return run.Handler{}, fmt.Errorf("_HANDLER is not set: it must be one of %s", names)
	case !ok:
		return run.Handler{}, fmt.Errorf("_HANDLER is %q: it must be one of %s", name, names)
	default:
		return handler, checkSignature(handler)
	}
}

func collect(sources []Source) (map[string]run.Handler, error) {
	known := map[string]run.Handler{}
	for _, source := range sources {
		for _, handler := range source.Handlers() {
			if other, ok := known[handler.Name]; ok && !sameFunc(other.Func, handler.Func) {
				return nil, fmt.Errorf("two different functions are called %s: rename one, or serve their workflows from two binaries", handler.Name)
			}
			known[handler.Name] = handler
		}
	}
	return known, nil
}

// sameFunc compares code, which is exact for what a handler may be: a top-level
// function.
func sameFunc(a, b any) bool {
	x, y := reflect.ValueOf(a), reflect.ValueOf(b)
	return x.Kind() == reflect.Func && y.Kind() == reflect.Func && x.Pointer() == y.Pointer()
}

func namesOf(known map[string]run.Handler) []string {
	names := make([]string, 0, len(known))
	for name := range known {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

func checkSignature(handler run.Handler) error {
	t := reflect.TypeOf(handler.Func)
	ok := t != nil && t.Kind() == reflect.Func && !t.IsVariadic() &&
		t.NumIn() == 2 && t.In(0) == reflect.TypeFor[context.Context]() &&
		t.NumOut() == 2 && t.Out(1) == reflect.TypeFor[error]() &&
		!reflect.ValueOf(handler.Func).IsNil()
	if !ok {
		return fmt.Errorf("handler %s is a %T: it must be a func(context.Context, In) (Out, error)", handler.Name, handler.Func)
	}
	return nil
}
