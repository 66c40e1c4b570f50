// Package test holds tests across packages. This one keeps the rooms of docs/architecture.md apart.
package test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/stepwright/stepwright"

// rooms is the table of docs/architecture.md, top to bottom: a package imports only packages of the lines above its
// own. Packages of one line may import each other where the line says so. A trailing "/..." takes in what is below.
var rooms = [][]string{
	{"internal/golden", "internal/term", "internal/suggest", "internal/oracle"}, // helpers any room may use
	{"diag"},
	{"clock"},
	{"value"},
	{"asl"},
	{"jsonata"},
	{"jsonpath"},
	{"history"},
	{"integration"},
	{"policy"},
	{"flow/run"},
	{"flow"},
	{"flow/awssdk"},
	{"flow/batch"},
	{"flow/bedrock"},
	{"flow/dynamodb"},
	{"flow/ecs"},
	{"flow/events"},
	{"flow/glue"},
	{"flow/lambda"},
	{"flow/mediaconvert"},
	{"flow/rekognition"},
	{"flow/s3"},
	{"flow/sagemaker"},
	{"flow/sns"},
	{"flow/sqs"},
	{"flow/states"},
	{"flow/web"},
	{"flowvet"},
	{"check"},
	{"items"},
	{"engine"},
	{"mockconfig"},
	{"httptask"},
	{"draw"},
	{"flowtest"},
	{"stubs"},
	{"program/serve"},
	{"program"},
	{"local/wire/..."},
	{"local/s3"},
	{"local/dynamodb"},
	{"local/sqs"},
	{"local/sns"},
	{"local/sts"},
	{"local/ssm"},
	{"local/secretsmanager"},
	{"local/kms"},
	{"local/iam"},
	{"local/cloudwatch"},
	{"local/logs"},
	{"local/rekognition"},
	{"local/lambda"},
	{"local/events"},
	{"local/mappings"},
	{"local/spill"},
	{"local/mapio"},
	{"local/states"},
	{"local"},
	{"console"},
	{"awsclient"},
	{"handlers"},
	{"lambdas/imagetagging"},
	{"workflows/imagetagging"},
	{"workflows/examples/..."},
	{"lambdas/imagetagging/main"},
	{"cdk/..."},
	{"stacks"},
	{"stacks/app"},
	{"cmd/flowvet"},
	{"cmd/stepwright/..."},
	{"test/..."},
}

// mayStart lists what only some rooms may import.
var mayStart = map[string][]string{
	"github.com/aws/aws-cdk-go":      {"cdk", "stacks", "test/synth"},
	"github.com/aws/constructs-go":   {"cdk", "stacks", "test/synth"},
	"github.com/aws/jsii-runtime-go": {"cdk", "stacks", "test/synth"},
}

// cdkImports bounds what cdk pulls in of the CDK: each further package costs seconds of everybody's first compile.
var cdkImports = []string{
	"github.com/aws/aws-cdk-go/awscdk/v2", "github.com/aws/aws-cdk-go/awscdk/v2/awsiam",
	"github.com/aws/constructs-go/constructs/v10", "github.com/aws/jsii-runtime-go",
}

type listed struct {
	ImportPath string
	Imports    []string
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports", module+"/...")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var all []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return all
		} else if err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
}

// floor is the line of the table that pkg is on, or -1.
func floor(pkg string) int {
	best, at := -1, -1
	for i, line := range rooms {
		for _, r := range line {
			if sub, ok := strings.CutSuffix(r, "/..."); ok {
				if (pkg == sub || strings.HasPrefix(pkg, sub+"/")) && len(sub) > best {
					best, at = len(sub), i
				}
			} else if pkg == r || strings.HasPrefix(pkg, r+"/internal/") {
				if len(r) >= best {
					best, at = len(r), i
				}
			}
		}
	}
	return at
}

func TestLayers(t *testing.T) {
	t.Parallel()
	all := packages(t)
	if len(all) < 20 {
		t.Fatalf("go list found %d packages only", len(all))
	}
	for _, p := range all {
		room := strings.TrimPrefix(p.ImportPath, module+"/")
		at := floor(room)
		if at < 0 {
			t.Errorf("%s is in no room: give it a line in the table here and in docs/architecture.md", room)
			continue
		}
		for _, imp := range p.Imports {
			if !strings.HasPrefix(imp, module+"/") {
				checkForeign(t, room, imp)
				continue
			}
			to := strings.TrimPrefix(imp, module+"/")
			if floor(to) > at {
				t.Errorf("%s imports %s, which is below it in the table: imports point upwards only", room, to)
			}
		}
	}
}

func checkForeign(t *testing.T, room, imp string) {
	t.Helper()
	for prefix, allowed := range mayStart {
		if !strings.HasPrefix(imp, prefix) {
			continue
		}
		if !slices.ContainsFunc(allowed, func(a string) bool { return room == a || strings.HasPrefix(room, a+"/") }) {
			t.Errorf("%s imports %s: jsii is for %s only", room, imp, strings.Join(allowed, ", "))
		}
		if path.Dir(room+"/x") == "cdk" && !slices.Contains(cdkImports, imp) {
			t.Errorf("cdk imports %s: it may see only %s", imp, strings.Join(cdkImports, ", "))
		}
	}
	if strings.HasPrefix(room, "cmd/") && (strings.HasSuffix(imp, "/cdk") || strings.Contains(imp, "/stacks")) {
		t.Errorf("%s imports %s: the command line knows neither cdk nor stacks", room, imp)
	}
}
