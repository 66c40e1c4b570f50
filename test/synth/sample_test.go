package synth

import (
	"debug/elf"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/cdk"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/test/synth/cfn"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

// definitions are the documents in a template. Their golden files are beside the
// workflows.
var definitions = regexp.MustCompile(`"DefinitionString": "(\\.|[^"\\])*"`)

func TestSampleTemplates(t *testing.T) {
	for name, template := range sample.templates {
		check(t, template)
		text := definitions.ReplaceAll(canonical(template.Source), []byte(`"DefinitionString": "DOCUMENT"`))
		golden.Equal(t, filepath.Join("testdata", name+".template.golden"), text)
	}
}

// Two runs give the same bytes: two in this process, or one here and one of the app.
func TestSampleIsRepeatable(t *testing.T) {
	for name, template := range sample.templates {
		other, ok := given.templates[name]
		if !ok {
			t.Errorf("%s has no stack %s", given.dir, name)
			continue
		}
		if d := cmp.Diff(string(template.Source), string(other.Source)); d != "" {
			t.Errorf("%s (-this run +the other):\n%s", name, d)
		}
	}
}

// The template holds the very document that stepwright asl prints.
func TestSampleDefinitions(t *testing.T) {
	for prefix, w := range map[string]cdk.Definition{"ImageTagging": imagetagging.ImageTagging, "FailureHandler": imagetagging.FailureHandler} {
		m, problems := w.Build()
		if problems.HasErrors() {
			t.Fatal(problems.Err())
		}
		_, machine := one(t, sample.templates["ImageTagging"], "AWS::StepFunctions::StateMachine", prefix)
		if d := cmp.Diff(string(asl.Print(m)), machine.Properties["DefinitionString"]); d != "" {
			t.Errorf("%s (-printed +template):\n%s", prefix, d)
		}
	}
}

// The functions' asset is one folder with a program for arm64 that may be executed.
func TestSampleAsset(t *testing.T) {
	src, err := os.ReadFile(filepath.Join(given.dir, "ImageTagging.assets.json"))
	if err != nil {
		t.Fatal(err)
	}
	var manifest struct {
		Files map[string]struct {
			Source struct{ Path, Packaging string }
		}
	}
	if err := json.Unmarshal(src, &manifest); err != nil {
		t.Fatal(err)
	}
	template := given.templates["ImageTagging"]
	for _, id := range template.IDs("AWS::Lambda::Function") {
		key, _ := cfn.At(template.Resources[id].Properties, "Code", "S3Key").(string)
		asset, ok := manifest.Files[strings.TrimSuffix(key, ".zip")]
		if !ok || asset.Source.Packaging != "zip" {
			t.Errorf("%s: the manifest has no asset %s to zip", id, key)
			continue
		}
		executable(t, filepath.Join(given.dir, asset.Source.Path, "bootstrap"))
	}
}

func executable(t *testing.T, file string) {
	t.Helper()
	info, err := os.Stat(file)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o755 {
		t.Errorf("%s has mode %v, want 0755", filepath.Base(file), info.Mode())
	}
	program, err := elf.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer program.Close()
	if program.Machine != elf.EM_AARCH64 {
		t.Errorf("%s is for %v, want EM_AARCH64", filepath.Base(file), program.Machine)
	}
	if libraries, _ := program.ImportedLibraries(); len(libraries) > 0 {
		t.Errorf("%s needs the libraries %v", filepath.Base(file), libraries)
	}
}
