// Package assembly synthesizes the cloud assembly of this repository's sample stacks, as `cdk synth` would, without the
// command line: it builds the app of cdk.json and runs it.
package assembly

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Variable names the environment variable that holds the folder of an assembly made before.
const Variable = "STEPWRIGHT_ASSEMBLY"

// Build compiles the CDK app of the project in root into the program app. The first time takes a minute or two.
func Build(ctx context.Context, root, app string) error {
	if _, err := os.Stat(filepath.Join(root, "cdk.json")); err != nil {
		return fmt.Errorf("build the CDK app: %s is not the project's root: %w", root, err)
	}
	if err := run(ctx, root, nil, "go", "build", "-ldflags", "-s -w", "-o", app, "./stacks/app"); err != nil {
		return fmt.Errorf("build the CDK app: %w", err)
	}
	return nil
}

// Synthesize runs the program app in root; the assembly goes to the folder out, which is emptied first. The app finds
// the Node that package.json pins, and says what to do when there is none.
func Synthesize(ctx context.Context, root, app, out string) error {
	if err := os.RemoveAll(out); err != nil {
		return fmt.Errorf("empty the assembly's folder: %w", err)
	}
	if err := run(ctx, root, []string{"CDK_OUTDIR=" + out}, app); err != nil {
		return fmt.Errorf("synthesize: %w", err)
	}
	return nil
}

// Root is the project's root: the nearest folder at or above the working directory that holds cdk.json.
func Root() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", fmt.Errorf("find the project's root: %w", err)
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "cdk.json")); err == nil {
			return dir, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", errors.New("find the project's root: no folder from here upwards holds cdk.json; run this inside the project")
		}
		dir = up
	}
}

// run runs a program; what it printed becomes part of the error when it fails.
func run(ctx context.Context, dir string, env []string, name string, args ...string) error {
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("%s: %w\n%s", filepath.Base(name), err, bytes.TrimSpace(out.Bytes()))
	}
	return nil
}
