package cdk

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/aws/jsii-runtime-go"

	"github.com/stepwright/stepwright/cdk/internal/shape"
)

// An App is the library's app with the recommended feature flags set, no usage reports,
// and errors as values. Its templates have no parameter and no rule about the bootstrap
// version, so that they depend on nothing but themselves. Make it before anything else of
// the library, in one goroutine, and close it.
type App struct {
	awscdk.App
	problems problems
}

// AppProps are what may be set of an app. The zero value is what one wants.
type AppProps struct {
	Outdir  string         // of the cloud assembly; the environment's CDK_OUTDIR if empty
	Context map[string]any // added to the feature flags
}

// NewApp starts Node, if it is not running, and makes an app. It takes the Node that
// node_modules holds, in the working directory or above it, unless JSII_NODE names one.
// It panics if there is no Node; see [Main].
func NewApp(props ...AppProps) *App {
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	defer needNode()
	prepare()
	context := shape.FeatureFlags()
	own := &awscdk.AppProps{AnalyticsReporting: new(false), TreeMetadata: new(false), Context: &context}
	for _, p := range props {
		maps.Copy(context, p.Context)
		if p.Outdir != "" {
			own.Outdir = &p.Outdir
		}
	}
	return &App{App: awscdk.NewApp(own)}
}

// Stack makes a stack. If it cannot, as when the name is taken, Synth tells why, and the
// stack that is returned is only there to go on with.
func (a *App) Stack(id string) awscdk.Stack {
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	var stack awscdk.Stack
	a.problems.at = caller()
	before := len(a.problems.list)
	a.problems.catch(func() { stack = newStack(a.App, id) })
	if n := len(a.problems.list); n > before {
		stack = newStack(a.App, fmt.Sprintf("Mistake%d", n))
	}
	return stack
}

func newStack(app awscdk.App, id string) awscdk.Stack {
	stack := awscdk.NewStack(app, &id, nil)
	// The library adds its parameter and rule unless there is a child of this name. (A
	// synthesizer of our own, told not to, is copied when the stack takes it, and then
	// jsii warns about every use of the copy.)
	constructs.NewConstruct(stack, new("BootstrapVersion"))
	return stack
}

// Synth writes the cloud assembly and returns its folder. The error holds every mistake
// of every stack, one per line.
func (a *App) Synth() (dir string, err error) {
	oneAtATime.Lock()
	defer oneAtATime.Unlock()
	defer func() {
		if cause := fromLibrary(recover()); cause != nil {
			err = fmt.Errorf("synthesize: %s", strings.TrimSpace(cause.Error()))
		}
	}()
	if len(a.problems.list) > 0 {
		a.App.Node().AddValidation(&a.problems)
	}
	assembly := a.App.Synth(nil)
	var wrong []error
	for _, stack := range *assembly.Stacks() {
		for _, m := range *stack.Messages() {
			//nolint:staticcheck // SA1019: what the types have moved to is not published for Go
			if m.Level == "ERROR" { // an annotation: the library alone goes on
				wrong = append(wrong, fmt.Errorf("%s: %v", *m.Id, m.Entry.Data))
			}
		}
	}
	return *assembly.Directory(), errors.Join(wrong...)
}

// Close ends the Node process. Call it before the program ends.
func (a *App) Close() { jsii.Close() }

// prepare sets what jsii reads from the environment when it prepares to start Node, as far
// as the author did not. It has prepared already, when the program began; closing it,
// before it was used, makes it do so again.
func prepare() {
	changed := unlessSet("JSII_DEPRECATED", "quiet")
	changed = unlessSet("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "true") || changed
	if dir, err := os.Getwd(); err == nil {
		changed = unlessSet("JSII_NODE", shape.FindNode(dir)) || changed
	}
	if changed {
		jsii.Close()
	}
}

// unlessSet sets a variable of the environment, unless it is set or there is no value,
// and reports whether it did.
func unlessSet(name, value string) bool {
	if os.Getenv(name) != "" || value == "" {
		return false
	}
	return os.Setenv(name, value) == nil
}
