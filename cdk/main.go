package cdk

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
)

// Main is the body of a CDK app's main function: it makes an app, lets stacks fill it,
// writes the cloud assembly, and ends the program with 0. Whatever goes wrong is told in
// one message on standard error, with the author's own position, and the program ends
// with 1. Set CDK_OUTDIR to choose where the assembly goes.
//
//	func main() {
//		cdk.Main(func(app *cdk.App) {
//			photos(app.Stack("Photos"))
//		})
//	}
func Main(stacks func(*App)) {
	os.Exit(mainly(stacks))
}

func mainly(stacks func(*App)) (code int) {
	app := &App{}
	defer app.Close()
	err := guarded(func() error {
		app = NewApp()
		stacks(app)
		_, err := app.Synth()
		return err
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return 0
}

// guarded runs the author's code. The CDK library answers a wrong argument with a panic,
// which becomes an error at the author's line; a mistake in the program itself stays one.
func guarded(body func() error) (err error) {
	defer func() {
		cause := fromLibrary(recover())
		switch {
		case cause == nil:
		case errors.Is(cause, errNoNode):
			err = cause
		default:
			err = fmt.Errorf("%s: %s", thrower(), firstLine(cause.Error()))
		}
	}()
	return body()
}

// thrower is file:line of the author's call under which the library panicked.
func thrower() string {
	pcs := make([]uintptr, 64)
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs)])
	for {
		f, more := frames.Next()
		if !ofLibrary(f.Function) {
			return fmt.Sprintf("%s:%d", shortPath(f.File), f.Line)
		}
		if !more {
			return "cdk"
		}
	}
}

// ofLibrary reports whether a function belongs to Go, the CDK library or this package.
func ofLibrary(function string) bool {
	for _, prefix := range []string{"runtime.", "reflect.", "github.com/aws/", ownPrefix} {
		if strings.HasPrefix(function, prefix) {
			return true
		}
	}
	return false
}

// errNoNode says how to get what the CDK library runs in.
var errNoNode = errors.New("the CDK library runs in Node, which could not be started; run npm ci in the project's root, or set JSII_NODE to a Node 24")

// needNode makes the library's panic about Node one that says what to do.
func needNode() {
	if err := fromLibrary(recover()); err != nil {
		panic(fmt.Errorf("%w (%s)", errNoNode, firstLine(err.Error())))
	}
}
