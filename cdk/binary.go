package cdk

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/stepwright/stepwright/cdk/internal/shape"
)

// MainMetadata is the key in a function's Metadata under which the template names the
// import path of the program that serves it. The local machine builds the program for
// its own processor with it.
const MainMetadata = "stepwright:main"

// A binary is the program of the handlers, as an asset of the stack.
type binary struct {
	shape.Binary
	bucket, key string
}

// addBinary builds the program of package main and makes it a file asset: a folder with
// the one file bootstrap. Nothing is built where the CDK says that bundling is not
// wanted, as in tests with the context "aws:cdk:bundling-stacks" set to [].
func addBinary(p *problems, scope constructs.Construct, main string) *binary {
	dir, err := os.Getwd()
	if err != nil {
		p.add("find the working directory: %v", err)
		return nil
	}
	found, err := shape.FindBinary(dir, main)
	if err != nil {
		p.add("%v", err)
		return nil
	}
	builder := &builder{binary: found}
	staged := awscdk.NewAssetStaging(scope, new("Handlers"), &awscdk.AssetStagingProps{
		SourcePath:    &found.Dir,
		AssetHashType: awscdk.AssetHashType_OUTPUT,
		Bundling:      &awscdk.BundlingOptions{Image: awscdk.DockerImage_FromRegistry(new("none")), Local: builder},
	})
	if builder.err != nil {
		p.add("%v", builder.err)
		return nil
	}
	stack := awscdk.Stack_Of(scope)
	at := stack.Synthesizer().AddFileAsset(&awscdk.FileAssetSource{
		SourceHash: staged.AssetHash(), FileName: staged.RelativeStagedPath(stack), Packaging: awscdk.FileAssetPackaging_ZIP_DIRECTORY,
	})
	return &binary{Binary: found, bucket: *at.BucketName, key: *at.ObjectKey}
}

// A builder compiles the program when the CDK wants the asset.
type builder struct {
	binary shape.Binary
	err    error
}

// TryBundle makes builder an awscdk.ILocalBundling. It never panics, since the library
// could not go on then, and never says no, since the library would look for Docker: a
// failure is kept for the constructor.
func (b *builder) TryBundle(dir *string, _ *awscdk.BundlingOptions) *bool {
	b.err = b.build(filepath.Join(*dir, "bootstrap"))
	if b.err != nil { // the library wants to see a file
		b.err = errors.Join(b.err, os.WriteFile(filepath.Join(*dir, "failed"), []byte(b.err.Error()), 0o644))
	}
	return new(true)
}

func (b *builder) build(out string) error {
	cmd := exec.Command("go", b.binary.BuildArgs(out)...)
	cmd.Dir = b.binary.Dir
	cmd.Env = shape.BuildEnv(os.Environ())
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("build %s for Lambda: %w: %s", b.binary.ImportPath, err, strings.ReplaceAll(strings.TrimSpace(string(text)), "\n", " | "))
	}
	// The asset's hash does not see the mode, and Lambda wants to run the file.
	return os.Chmod(out, 0o755)
}
