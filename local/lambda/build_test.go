package lambda_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepwright/stepwright/local/lambda"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// foreign writes a bootstrap for a processor that this machine does not have.
func foreign(t *testing.T) string {
	t.Helper()
	header := make([]byte, 64)
	copy(header, "\x7fELF\x02\x01\x01")
	header[16], header[20], header[52] = 2, 1, 64
	header[18] = 0xb7 // EM_AARCH64
	if runtime.GOARCH == "arm64" {
		header[18] = 0x3e // EM_X86_64
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "bootstrap"), header, 0o755); err != nil {
		t.Fatal(err)
	}
	return dir
}

const builtPackage = "github.com/stepwright/stepwright/local/lambda/internal/sample"

func TestBuildsWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	cache := t.TempDir()
	m := newMachine(t, func(c *lambda.Config) { c.CacheDir = cache })
	dir := foreign(t)
	var all sync.WaitGroup
	for _, name := range []string{"One", "Two"} { // one build serves both
		all.Go(func() {
			f := lambda.Function{Name: name, Handler: name, Dir: dir, Package: builtPackage, Timeout: time.Minute}
			if err := m.Add(t.Context(), f); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	for _, name := range []string{"One", "Two"} {
		var got map[string]string
		if err := json.Unmarshal(m.invoke(t, name, `{"name":"chelsea"}`).Payload, &got); err != nil {
			t.Fatal(err)
		}
		if got["handler"] != name || got["name"] != "chelsea" {
			t.Errorf("%s answered %v", name, got)
		}
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.said) != 1 || !strings.HasPrefix(m.said[0], "building "+builtPackage+" for "+runtime.GOOS+"/"+runtime.GOARCH+": its bootstrap is for ") {
		t.Errorf("said %q", m.said)
	}
}

func TestBuildFailures(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	empty := t.TempDir()
	tests := []struct{ name, dir, pkg, want string }{
		{"no code, no package", "", "", "no Go package is named in its Metadata (stepwright:main)"},
		{"empty folder", empty, "", "its code has no file bootstrap"},
		{"other processor", foreign(t), "", "its bootstrap is for"},
		{"does not compile", empty, "./testdata/broken", "undefined: nothing"},
		{"no such package", empty, "github.com/stepwright/stepwright/local/lambda/nowhere", "nowhere"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			err := m.Add(t.Context(), lambda.Function{Name: "F", Handler: "F", Dir: tt.dir, Package: tt.pkg})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want …%s…", err, tt.want)
			}
		})
	}
}

func TestBuildWithoutGo(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	m := newMachine(t)
	err := m.Add(t.Context(), lambda.Function{Name: "F", Handler: "F", Dir: t.TempDir(), Package: builtPackage})
	if err == nil || !strings.Contains(err.Error(), "there is no go command in PATH; install Go") {
		t.Errorf("got %v", err)
	}
}

func TestProvider(t *testing.T) {
	t.Parallel()
	dir := code(t)
	m := newMachine(t, func(c *lambda.Config) {
		c.AssetDir = func(bucket, key string) (string, bool) { return dir, bucket == "assets" && key == "abc.zip" }
	})
	r := wire.Resource{
		Stack: "Photos", LogicalID: "Print", Type: "AWS::Lambda::Function",
		Properties: value.MustParse(`{
			"Runtime": "provided.al2023", "Handler": "Environment", "Architectures": ["arm64"],
			"Code": {"S3Bucket": "assets", "S3Key": "abc.zip"}, "MemorySize": 1024, "Timeout": "60",
			"Role": "arn:aws:iam::111122223333:role/r", "TracingConfig": {"Mode": "Active"},
			"Environment": {"Variables": {"TABLE": "Photos", "NN": 5}},
			"LoggingConfig": {"LogGroup": "Photos-PrintLogs", "LogFormat": "JSON"}}`),
	}
	c, err := m.Create(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	arn := c.Attributes["Arn"].Str()
	if !strings.HasPrefix(c.Ref, "Photos-Print-") || arn != "arn:aws:lambda:us-east-1:111122223333:function:"+c.Ref {
		t.Errorf("created %+v", c)
	}
	got := string(m.invoke(t, arn, `{}`).Payload)
	for _, want := range []string{"TABLE=Photos", "NN=5", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=1024", "AWS_LAMBDA_LOG_GROUP_NAME=Photos-PrintLogs", "AWS_LAMBDA_LOG_FORMAT=JSON"} {
		if !strings.Contains(got, `"`+want+`"`) {
			t.Errorf("the environment lacks %s: %s", want, got)
		}
	}
	if err := m.Delete(t.Context(), r, c); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Invoke(t.Context(), lambda.Request{Function: arn}); err == nil {
		t.Error("a deleted function answered")
	}
}

func TestProviderRefuses(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	tests := []struct{ name, properties, want string }{
		{"layers", `{"Layers": ["arn"]}`, "property Layers of a function is not supported"},
		{"image", `{"PackageType": "Image"}`, `PackageType is "Image"`},
		{"inline code", `{"Handler": "h", "Code": {"ZipFile": "x"}}`, "property Code must have S3Bucket and S3Key"},
		{"unknown asset", `{"Handler": "h", "Code": {"S3Bucket": "b", "S3Key": "k"}}`, "s3://b/k, which is no asset"},
		{"timeout", `{"Handler": "h", "Timeout": "soon", "Code": {}}`, `property Timeout is "soon": it must be a whole number`},
		{"variable", `{"Handler": "h", "Environment": {"Variables": {"A": ["x"]}}}`, "property Environment.Variables.A is array"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := m.Create(t.Context(), wire.Resource{Stack: "S", LogicalID: "F", Properties: value.MustParse(tt.properties)})
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want …%s…", err, tt.want)
			}
		})
	}
}

func TestAddRefuses(t *testing.T) {
	t.Parallel()
	m := newMachine(t)
	m.add(t, "Echo")
	tests := []struct {
		name string
		f    lambda.Function
		want string
	}{
		{"name", lambda.Function{Name: "a/b", Handler: "h"}, "FunctionName is"},
		{"runtime", lambda.Function{Name: "F", Handler: "h", Runtime: "nodejs22.x"}, `Runtime is "nodejs22.x": the local machine runs provided.al2023`},
		{"handler", lambda.Function{Name: "F"}, "Handler is missing"},
		{"timeout", lambda.Function{Name: "F", Handler: "h", Timeout: time.Hour}, "Timeout is 1h0m0s"},
		{"memory", lambda.Function{Name: "F", Handler: "h", MemorySize: 64}, "MemorySize is 64"},
		{"architecture", lambda.Function{Name: "F", Handler: "h", Architectures: []string{"mips"}}, `holds "mips"`},
		{"log format", lambda.Function{Name: "F", Handler: "h", LogFormat: "XML"}, `LogFormat is "XML"`},
		{"reserved keys", lambda.Function{Name: "F", Handler: "h", Environment: map[string]string{"AWS_REGION": "x", "_HANDLER": "y"}}, "Reserved keys used in this request: AWS_REGION, _HANDLER"},
		{"twice", lambda.Function{Name: "Echo", Handler: "h", Dir: code(t)}, "Function already exist: Echo"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if err := m.Add(t.Context(), tt.f); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want …%s…", err, tt.want)
			}
		})
	}
}
