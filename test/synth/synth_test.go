// Package synth tests what the CDK makes of our stacks. It is the one test binary that
// starts jsii: everything is synthesized in TestMain, in one goroutine, and the tests
// read the JSON. No test here is parallel, and the race detector is not for this package.
package synth

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stepwright/stepwright/cdk"
	"github.com/stepwright/stepwright/stacks"
	"github.com/stepwright/stepwright/test/synth/cfn"
)

// An assembly is a cloud assembly that was read.
type assembly struct {
	dir       string
	templates map[string]*cfn.Template
}

var (
	trial   assembly // the stacks of trial_test.go; no handlers are built for them
	again   assembly // the same, synthesized a second time
	mistake error    // what Synth says about the stacks of mistake_test.go
	unbuilt error    // what Synth says about handlers that do not build

	sample assembly // the stacks of stacks/app
	given  assembly // the same by another run: STEPWRIGHT_ASSEMBLY if it is set, else a second one
)

func TestMain(m *testing.M) {
	if body, ok := mains[os.Getenv("STEPWRIGHT_TEST_MAIN")]; ok {
		cdk.Main(body)
	}
	flag.Parse()
	code, err := synthesizeAndRun(m)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func synthesizeAndRun(m *testing.M) (code int, err error) {
	dir, err := os.MkdirTemp("", "synth")
	if err != nil {
		return 1, err
	}
	defer os.RemoveAll(dir)
	defer (&cdk.App{}).Close() // Node, whichever app started it
	unbundled := map[string]any{"aws:cdk:bundling-stacks": []string{}}
	if trial, err = synthesize(filepath.Join(dir, "trial"), unbundled, trialStacks); err != nil {
		return 1, err
	}
	if again, err = synthesize(filepath.Join(dir, "again"), unbundled, trialStacks); err != nil {
		return 1, err
	}
	_, mistake = synthesize(filepath.Join(dir, "mistakes"), unbundled, mistakenStacks)
	_, unbuilt = synthesize(filepath.Join(dir, "broken"), nil, brokenStack)
	if sample, err = synthesize(filepath.Join(dir, "sample"), nil, sampleStacks); err != nil {
		return 1, err
	}
	if named := os.Getenv("STEPWRIGHT_ASSEMBLY"); named != "" {
		given, err = read(named)
	} else {
		given, err = synthesize(filepath.Join(dir, "given"), nil, sampleStacks)
	}
	if err != nil {
		return 1, err
	}
	return m.Run(), nil
}

// sampleStacks are what stacks/app makes.
func sampleStacks(app *cdk.App) {
	stacks.ImageTagging(app.Stack("ImageTagging"), stacks.Settings{})
}

// synthesize writes stacks to dir and reads them.
func synthesize(dir string, context map[string]any, stacks func(*cdk.App)) (assembly, error) {
	app := cdk.NewApp(cdk.AppProps{Outdir: dir, Context: context})
	stacks(app)
	if _, err := app.Synth(); err != nil {
		return assembly{}, err
	}
	return read(dir)
}

func read(dir string) (assembly, error) {
	templates, err := cfn.ReadAssembly(dir)
	return assembly{dir, templates}, err
}

// spec is the database of resource types. It is read when the first test needs it.
var spec = sync.OnceValues(func() (*cfn.Spec, error) { return cfn.ReadSpec(cfn.SpecFile("../..")) })

// check applies what AWS and we ourselves demand of a template.
func check(t *testing.T, template *cfn.Template) {
	t.Helper()
	s, err := spec()
	if err != nil {
		t.Fatalf("%v; run npm ci", err)
	}
	for _, problem := range s.Check(template) {
		t.Errorf("%s: %s", template.Name, problem)
	}
	for _, problem := range cfn.Rules(template) {
		t.Errorf("%s: %s", template.Name, problem)
	}
}

// one is the resource of a type that the CDK made for a construct path, written without
// slashes.
func one(t *testing.T, template *cfn.Template, kind, prefix string) (string, *cfn.Resource) {
	t.Helper()
	id, err := template.Find(kind, prefix)
	if err != nil {
		t.Fatal(err)
	}
	return id, template.Resources[id]
}
