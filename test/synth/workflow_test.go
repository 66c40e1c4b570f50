package synth

import (
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/test/synth/cfn"
)

func TestTrialTemplates(t *testing.T) {
	for name, template := range trial.templates {
		check(t, template)
		golden.Equal(t, filepath.Join("testdata", name+".template.golden"), canonical(template.Source))
		if len(template.Parameters)+len(template.Rules) > 0 {
			t.Errorf("%s has parameters or rules: %v %v", name, template.Parameters, template.Rules)
		}
	}
}

// hashes of assets differ from machine to machine when nothing is built.
var hashes = regexp.MustCompile(`[0-9a-f]{64}`)

func canonical(template []byte) []byte { return hashes.ReplaceAll(template, []byte("ASSET")) }

func TestSynthIsRepeatable(t *testing.T) {
	for name, template := range trial.templates {
		if d := cmp.Diff(string(template.Source), string(again.templates[name].Source)); d != "" {
			t.Errorf("%s differs (-first +second):\n%s", name, d)
		}
	}
	for _, name := range []string{"manifest.json", "Full.assets.json"} {
		first, err1 := os.ReadFile(filepath.Join(trial.dir, name))
		second, err2 := os.ReadFile(filepath.Join(again.dir, name))
		if err1 != nil || err2 != nil {
			t.Fatal(err1, err2)
		}
		if d := cmp.Diff(string(first), string(second)); d != "" {
			t.Errorf("%s differs (-first +second):\n%s", name, d)
		}
	}
}

func TestDefinitionIsTheDocument(t *testing.T) {
	m, problems := full.Build()
	if problems.HasErrors() {
		t.Fatal(problems.Err())
	}
	_, machine := one(t, trial.templates["Full"], "AWS::StepFunctions::StateMachine", "Full")
	if d := cmp.Diff(string(asl.Print(m)), machine.Properties["DefinitionString"]); d != "" {
		t.Errorf("(-printed +template):\n%s", d)
	}
}

func TestBindings(t *testing.T) {
	template := trial.templates["Full"]
	_, machine := one(t, template, "AWS::StepFunctions::StateMachine", "Full")
	resolved, err := template.Resolve(machine.Properties["DefinitionSubstitutions"])
	if err != nil {
		t.Fatal(err)
	}
	table, _ := one(t, template, "AWS::DynamoDB::Table", "Photos")
	queue, _ := one(t, template, "AWS::SQS::Queue", "Approvals")
	topic, _ := one(t, template, "AWS::SNS::Topic", "Failures")
	child, _ := one(t, template, "AWS::StepFunctions::StateMachine", "Child")
	label, _ := one(t, template, "AWS::Lambda::Function", "FullLabel")
	resize, _ := one(t, template, "AWS::Lambda::Function", "FullResize")
	const here = ":eu-west-1:123456789012:"
	want := map[string]any{
		"Photos":    table,
		"PhotosArn": "arn:aws:dynamodb" + here + "table/" + table,
		"Approvals": "https://sqs.eu-west-1.amazonaws.com/123456789012/" + queue,
		"Failures":  "arn:aws:sns" + here + topic,
		"Child":     "arn:aws:states" + here + "stateMachine:" + child,
		"Label":     "arn:aws:lambda" + here + "function:" + label,
		"Resize":    "arn:aws:lambda" + here + "function:" + resize,
		"Stage":     "prod",
	}
	if d := cmp.Diff(want, resolved); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

func TestOneAssetForAllHandlers(t *testing.T) {
	template := trial.templates["Full"]
	keys := map[any]bool{}
	for _, id := range template.IDs("AWS::Lambda::Function") {
		keys[cfn.At(template.Resources[id].Properties, "Code", "S3Key")] = true
		const main = "github.com/stepwright/stepwright/lambdas/imagetagging/main"
		if got := template.Resources[id].Metadata["stepwright:main"]; got != main {
			t.Errorf("%s: main is %v, want %s", id, got, main)
		}
	}
	if len(keys) != 1 {
		t.Errorf("the functions have %d assets, want 1: %v", len(keys), keys)
	}
}

func TestTagsReachRawResources(t *testing.T) {
	template := trial.templates["Full"]
	for _, kind := range []string{
		"AWS::StepFunctions::StateMachine", "AWS::Lambda::Function", "AWS::Logs::LogGroup", "AWS::Events::Rule", "AWS::CloudWatch::Alarm", "AWS::SQS::Queue",
	} {
		for _, id := range template.IDs(kind) {
			if d := cmp.Diff([]any{map[string]any{"Key": "team", "Value": "photos"}}, template.Resources[id].Properties["Tags"]); d != "" {
				t.Errorf("%s %s (-want +got):\n%s", kind, id, d)
			}
		}
	}
}
