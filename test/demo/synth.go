package main

import (
	"context"
	"path/filepath"

	"github.com/stepwright/stepwright/test/internal/assembly"
)

// synthesize builds the CDK app of cdk.json and runs it.
func (d *demo) synthesize(ctx context.Context) (folder string, err error) {
	root, err := assembly.Root()
	if err != nil {
		return "", err
	}
	done := d.term.step("Build the CDK app")
	app := filepath.Join(root, ".cdk-app")
	if err := assembly.Build(ctx, root, app); err != nil {
		return "", err
	}
	done("./stacks/app")
	done = d.term.step("Synthesize the stack")
	if folder, err = filepath.Abs(filepath.Join(filepath.Dir(d.out), "assembly")); err != nil {
		return "", err
	}
	if err := assembly.Synthesize(ctx, root, app, folder); err != nil {
		return "", err
	}
	done("cloud assembly in %s", filepath.Join(filepath.Dir(d.out), "assembly"))
	return folder, nil
}
