package local_test

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestMain lets the test binary be the Lambda program of testdata/tagging as well.
func TestMain(m *testing.M) {
	if os.Getenv("AWS_LAMBDA_RUNTIME_API") != "" {
		lambda.Start(describe)
	}
	os.Exit(m.Run())
}

type picture struct {
	Bucket string `json:"bucket"`
	Key    string `json:"key"`
}

type description struct {
	Text string `json:"text"`
}

// describe reads the object with nothing but its environment, as a handler on AWS does.
func describe(ctx context.Context, p picture) (*description, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("configure: %w", err)
	}
	out, err := s3.NewFromConfig(cfg, func(o *s3.Options) { o.UsePathStyle = true }).GetObject(ctx, &s3.GetObjectInput{Bucket: &p.Bucket, Key: &p.Key})
	if err != nil {
		return nil, fmt.Errorf("get: %w", err)
	}
	defer out.Body.Close()
	b, err := io.ReadAll(out.Body)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return &description{Text: string(b) + " for " + os.Getenv("ITEMS")}, nil
}

// tagging copies testdata/tagging and adds the program, which is this test.
func tagging(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "cdk.out")
	if err := os.CopyFS(dir, os.DirFS("testdata/tagging")); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(dir, "asset.f00d"), 0o755); err != nil {
		t.Fatal(err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "asset.f00d", "bootstrap"), []byte("#!/bin/sh\nexec '"+self+"'\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}
