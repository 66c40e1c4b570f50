package shape

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/policy"
)

// Stand-ins for constructs: the methods are all that counts.
type (
	table   struct{}
	queue   struct{}
	bucket  struct{}
	topic   struct{}
	fn      struct{}
	machine struct{}
)

func (table) TableName() *string          { return new("photos") }
func (table) TableArn() *string           { return new("arn:table") }
func (table) TableStreamArn() *string     { return nil }
func (queue) QueueUrl() *string           { return new("https://queue") }
func (queue) QueueArn() *string           { return new("arn:queue") }
func (bucket) BucketName() *string        { return new("lake") }
func (bucket) BucketArn() *string         { return new("arn:bucket") }
func (topic) TopicArn() *string           { return new("arn:topic") }
func (topic) TopicName() *string          { return new("topic") }
func (*fn) FunctionArn() *string          { return new("arn:fn") }
func (*fn) FunctionName() *string         { return new("fn") }
func (machine) StateMachineArn() *string  { return new("arn:machine") }
func (machine) StateMachineName() *string { return new("machine") }

func TestRecognise(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name     string
		resource any
		want     Binding
	}{
		{"table", table{}, Binding{Value: "photos", ARN: "arn:table", Name: "photos", Kind: "table"}},
		{"queue", queue{}, Binding{Value: "https://queue", ARN: "arn:queue", Name: "https://queue", Kind: "queue"}},
		{"bucket", bucket{}, Binding{Value: "lake", ARN: "arn:bucket", Name: "lake", Kind: "bucket"}},
		{"topic", topic{}, Binding{Value: "arn:topic", ARN: "arn:topic", Kind: "topic"}},
		{"function", &fn{}, Binding{Value: "arn:fn", ARN: "arn:fn", Kind: "function"}},
		{"machine", machine{}, Binding{Value: "arn:machine", ARN: "arn:machine", Name: "machine", Kind: "workflow"}},
		{"text", "prod", Binding{Value: "prod"}},
		{"pointer to text", new("prod"), Binding{Value: "prod"}},
		{"ARN", "arn:aws:sns:r:a:t", Binding{Value: "arn:aws:sns:r:a:t", ARN: "arn:aws:sns:r:a:t"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Recognise(tt.resource)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
	for _, bad := range []any{nil, (*string)(nil), 7, struct{}{}} {
		if got, err := Recognise(bad); err == nil {
			t.Errorf("Recognise(%v) = %v, want an error", bad, got)
		}
	}
}

func TestSubstitutions(t *testing.T) {
	t.Parallel()
	bindings := Bindings{"Photos": {Value: "photos", ARN: "arn:table"}, "Stage": {Value: "prod"}}
	for _, tt := range []struct {
		name, document string
		values         map[string]string
		problems       []string
	}{
		{"all", "${Photos} ${PhotosArn} ${Stage} ${Photos}", map[string]string{"Photos": "photos", "PhotosArn": "arn:table", "Stage": "prod"}, nil},
		{"ARN only", "${PhotosArn} ${Stage}", map[string]string{"PhotosArn": "arn:table", "Stage": "prod"}, nil},
		{"unbound", "${Photos} ${Stage} ${Photo}", map[string]string{"Photos": "photos", "Stage": "prod"}, []string{`nothing is bound to ${Photo}; did you mean "Photos"?`}},
		{"unused", "${Photos}", map[string]string{"Photos": "photos"}, []string{`"Stage" is bound, but the document has no ${Stage}; remove it from Bind`}},
		{"ARN of text", "${Photos} ${Stage} ${StageArn}", map[string]string{"Photos": "photos", "Stage": "prod"}, []string{`nothing is bound to ${StageArn}; add "StageArn" to Bind`}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			values, problems := bindings.Substitutions(tt.document)
			if d := cmp.Diff(tt.values, values); d != "" {
				t.Errorf("values (-want +got):\n%s", d)
			}
			if d := cmp.Diff(tt.problems, problems); d != "" {
				t.Errorf("problems (-want +got):\n%s", d)
			}
		})
	}
}

func TestPlaceholders(t *testing.T) {
	t.Parallel()
	got := Placeholders("${B}x${A1} ${A1} ${a b} ${} ${unclosed ${C} {% $x %} $D ${E")
	if d := cmp.Diff([]string{"A1", "B", "C"}, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// FuzzPlaceholders: no document makes it panic, and what it finds is in the document.
func FuzzPlaceholders(f *testing.F) {
	for _, seed := range []string{"", "${", "${}", "${A}${A", "${${B}}", "\x00${é}", strings.Repeat("${A", 1000)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, document string) {
		for _, name := range Placeholders(document) {
			if !strings.Contains(document, "${"+name+"}") {
				t.Errorf("%q is not in %q", name, document)
			}
		}
	})
}

func TestPolicyDocument(t *testing.T) {
	t.Parallel()
	n := Names{
		Bindings:  Bindings{"Photos": {Value: "photos", ARN: "arn:table"}, "Child": {ARN: "arn:child", Name: "child"}},
		Partition: "aws", Region: "r", Account: "1", Self: Binding{ARN: "arn:self", Name: "self"},
	}
	got, err := n.PolicyDocument([]policy.Statement{
		{Actions: []string{"dynamodb:GetItem"}, Resources: []string{"${Photos.Arn}", "${PhotosArn.Arn}"}},
		{Actions: []string{"a:B", "a:C"}, Resources: []string{"arn:${AWS::Partition}:x:${AWS::Region}:${AWS::AccountId}:${Child.Name}:*", "${@.Arn}/${aws:username}"}, Condition: []integration.Condition{
			{Operator: "StringEquals", Key: "k", Values: []string{"v"}},
			{Operator: "StringEquals", Key: "l", Values: []string{"v", "${Photos}"}},
		}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"Version": "2012-10-17", "Statement": []any{
		map[string]any{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "arn:table"},
		map[string]any{
			"Effect": "Allow", "Action": []string{"a:B", "a:C"}, "Resource": []string{"arn:aws:x:r:1:child:*", "arn:self/${aws:username}"},
			"Condition": map[string]any{"StringEquals": map[string]any{"k": "v", "l": []string{"v", "photos"}}},
		},
	}}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	for _, bad := range []string{"${Albums.Arn}", "${Child}", "${@}"} {
		if _, err := n.PolicyDocument([]policy.Statement{{Actions: []string{"a:B"}, Resources: []string{bad}}}); err == nil {
			t.Errorf("%s: no error", bad)
		}
	}
}

func TestProperties(t *testing.T) {
	t.Parallel()
	all := map[string]Properties{
		"machine": Machine{Type: "STANDARD", RoleARN: "arn:role", Definition: "{}", Substitutions: map[string]string{"B": "2", "A": "1"}, Level: "ALL", LogGroupARN: "arn:logs:*"}.Properties(),
		"silent":  Machine{Type: "EXPRESS", RoleARN: "arn:role", Definition: "{}", Level: "OFF"}.Properties(),
		"function": Function{
			Handler: "Extract", Bucket: "b", Key: "k", RoleARN: "arn:role", LogGroup: "logs", Memory: 1024, Timeout: 60, Environment: map[string]string{"A": "1"},
		}.Properties(),
		"plain function": Function{Handler: "Extract", Bucket: "b", Key: "k", RoleARN: "arn:role", LogGroup: "logs"}.Properties(),
		"log group":      LogGroup("/aws/vendedlogs/states/x", 30, nil),
		"policy":         Policy("P", "role", map[string]any{}),
		"rule":           Rule{Pattern: ObjectCreated("lake", "in/*"), TargetID: "M", MachineARN: "arn:machine", RoleARN: "arn:role", QueueARN: "arn:queue"}.Properties(),
		"status rule":    Rule{Pattern: ExecutionStatus("arn:machine", "FAILED"), TargetID: "M", MachineARN: "arn:machine", RoleARN: "arn:role", Attempts: 3, Age: 60}.Properties(),
		"not empty":      NotEmpty("queue", []string{"arn:topic"}, nil),
		"failures":       TooManyFailures("arn:machine", 5, nil, nil),
	}
	got, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	golden.Equal(t, "testdata/properties.golden", append(got, '\n'))
}

func TestFindBinary(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write(t, dir, "go.mod", "// a module\nmodule example.com/photos // here\n\ngo 1.26\n")
	write(t, dir, "lambdas/main/main.go", "package main\n")
	write(t, dir, "empty/readme.md", "")
	deep := filepath.Join(dir, "a", "b")
	if err := os.MkdirAll(deep, 0o755); err != nil {
		t.Fatal(err)
	}
	want := Binary{ImportPath: "example.com/photos/lambdas/main", Dir: filepath.Join(dir, "lambdas", "main")}
	for _, main := range []string{"./lambdas/main", "example.com/photos/lambdas/main"} {
		got, err := FindBinary(deep, main)
		if err != nil || got != want {
			t.Errorf("%s: got %v, %v; want %v", main, got, err, want)
		}
	}
	for main, problem := range map[string]string{
		"":                       "handlers have no Main",
		"lambdas/main":           "is not in module example.com/photos",
		"./lambdas/mian":         "has no Go files",
		"./empty":                "has no Go files",
		"example.com/other/main": "is not in module",
	} {
		if _, err := FindBinary(deep, main); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%q: got %v, want it to contain %q", main, err, problem)
		}
	}
	if _, err := FindBinary(string(filepath.Separator), "./x"); err == nil || !strings.Contains(err.Error(), "no go.mod") {
		t.Errorf("outside of a module: got %v", err)
	}
	write(t, dir, "nameless/go.mod", "go 1.26\n")
	if _, err := FindBinary(filepath.Join(dir, "nameless"), "./x"); err == nil || !strings.Contains(err.Error(), "names no module") {
		t.Errorf("nameless module: got %v", err)
	}
}

func TestFindNode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if got := FindNode(dir); got != "" {
		t.Errorf("got %q, want none", got)
	}
	arch := map[string]string{"amd64": "x64"}[runtime.GOARCH]
	if arch == "" {
		arch = runtime.GOARCH
	}
	name := "node_modules/node-" + runtime.GOOS + "-" + arch + "/bin/node"
	write(t, dir, name, "")
	for from, want := range map[string]string{".": "./" + name, "a/b": "./../../" + name} {
		if got := filepath.ToSlash(FindNode(filepath.Join(dir, from))); got != want {
			t.Errorf("from %s: got %q, want %q", from, got, want)
		}
	}
}

func TestBuild(t *testing.T) {
	t.Parallel()
	got := Binary{ImportPath: "example.com/m"}.BuildArgs("out/bootstrap")
	want := []string{"build", "-trimpath", "-buildvcs=false", "-tags", "lambda.norpc", "-ldflags", "-s -w -buildid=", "-o", "out/bootstrap", "example.com/m"}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	env := BuildEnv([]string{"HOME=/h", "GOARCH=amd64", "GOFLAGS=-race", "GOOSE=x"})
	if d := cmp.Diff([]string{"HOME=/h", "GOOSE=x", "GOOS=linux", "GOARCH=arm64", "GOARM64=v8.0", "CGO_ENABLED=0", "GOFLAGS="}, env); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestFeatureFlags(t *testing.T) {
	t.Parallel()
	flags := FeatureFlags()
	if len(flags) != 82 || flags["@aws-cdk/aws-iam:minimizePolicies"] != true {
		t.Errorf("%d flags, minimizePolicies %v", len(flags), flags["@aws-cdk/aws-iam:minimizePolicies"])
	}
	flags["mine"] = true
	if _, leaked := FeatureFlags()["mine"]; leaked {
		t.Error("FeatureFlags hands out the table itself")
	}
	if !slices.Contains(flags["@aws-cdk/core:target-partitions"].([]any), any("aws-cn")) {
		t.Error("target-partitions lacks aws-cn")
	}
}

func write(t *testing.T, dir, name, text string) {
	t.Helper()
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}
