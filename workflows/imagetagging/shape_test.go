package imagetagging_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/value"
	"github.com/stepwright/stepwright/workflows/imagetagging"
)

func document(t *testing.T, w flow.Workflow) *asl.Machine {
	t.Helper()
	d, found := w.Build()
	for _, x := range found {
		t.Errorf("%s: %s", w.Title(), x.Text())
	}
	return d
}

// short is a state as the checklist of section 15 writes it.
func short(s asl.State) string {
	switch s := s.(type) {
	case *asl.Task:
		return "T(" + s.Resource[strings.LastIndex(s.Resource, ":::")+3:] + ")"
	case *asl.Parallel:
		var branches []string
		for _, b := range s.Branches {
			branches = append(branches, line(b))
		}
		return "PL{" + strings.Join(branches, ", ") + "}"
	default:
		return string(asl.KindOf(s)[0])
	}
}

func line(b *asl.Branch) string {
	var out []string
	for _, s := range b.States.All() {
		out = append(out, short(s))
	}
	return strings.Join(out, " ")
}

// TestShape is the checklist of section 15 of the specification, as far as this sample goes.
func TestShape(t *testing.T) {
	t.Parallel()
	d := document(t, imagetagging.ImageTagging)
	const update, call = "T(dynamodb:updateItem)", "T(lambda:invoke)"
	want := strings.Join([]string{
		"P", update, "S", "T(aws-sdk:s3:headObject)", "C", call, "C", update, "C", call,
		"PL{C T(aws-sdk:rekognition:detectLabels) S S, " + call + " S}", "C", update,
		"S", update, "T(sns:publish)", "F", update, "T(sns:publish)", "F",
	}, " ")
	if d := cmp.Diff(want, line(&d.Branch)); d != "" {
		t.Errorf("states (-want +got):\n%s", d)
	}
	if d := cmp.Diff("P C F "+update+" S F T(sns:publish) S", line(&document(t, imagetagging.FailureHandler).Branch)); d != "" {
		t.Errorf("failure handler (-want +got):\n%s", d)
	}

	check := d.States.Get("Supported format?").(*asl.Choice)
	if len(check.Choices) != 1 || check.Choices[0].Condition.Str() != `{% $extractMetadata.format in ["JPEG", "PNG"] %}` || check.Default != "Mark unsupported" {
		t.Errorf("Supported format? asks %+v", check.Choices[0])
	}
	extract := d.States.Get("Extract metadata").(*asl.Task).Retry
	if !slices.Equal(extract[0].ErrorEquals, []string{"ImageIdentifyError"}) || *extract[0].MaxAttempts != 0 {
		t.Errorf("ImageIdentifyError is retried: %+v", extract[0])
	}
	detect := d.States.Get("Process in parallel").(*asl.Parallel).Branches[0].States.Get("Detect labels").(*asl.Task).Arguments
	if n, _ := detect.Get("MaxLabels").Int(); n != 10 || !value.Equal(detect.Get("MinConfidence"), value.Int(60)) {
		t.Errorf("detectLabels gets %s", detect)
	}
	if code := d.States.Get("Unsupported image type").(*asl.Fail).Error.Str(); code != "FileTypeNotSupported" {
		t.Errorf("unsupported images fail with %s", code)
	}
}

// TestEveryState checks what every state must have: no unreachable one, a Default, and for tasks a timeout, retries and
// catchers, with States.ALL alone and last.
func TestEveryState(t *testing.T) {
	t.Parallel()
	for _, w := range []flow.Workflow{imagetagging.ImageTagging, imagetagging.FailureHandler} {
		d := document(t, w)
		names := map[string]bool{}
		for s := range asl.Scopes(d) {
			seen := s.Branch.Reachable()
			for name, state := range s.Branch.States.All() {
				if names[name] || !seen[name] {
					t.Errorf("%s is there twice, or unreachable", name)
				}
				names[name] = true
				if c, ok := state.(*asl.Choice); ok && c.Default == "" {
					t.Errorf("%s has no Default", name)
				}
				if task, ok := state.(*asl.Task); ok {
					checkTask(t, name, task)
				}
			}
		}
	}
}

func checkTask(t *testing.T, name string, task *asl.Task) {
	t.Helper()
	if !task.TimeoutSeconds.Exists() || len(task.Retry) == 0 || len(task.Catch) == 0 {
		t.Errorf("%s lacks a timeout, a retry or a catch", name)
	}
	for i, r := range task.Retry {
		if slices.Contains(r.ErrorEquals, "States.ALL") && (len(r.ErrorEquals) > 1 || i < len(task.Retry)-1) {
			t.Errorf("%s: States.ALL is not alone and last in Retry", name)
		}
	}
	for i, c := range task.Catch {
		if slices.Contains(c.ErrorEquals, "States.ALL") && (len(c.ErrorEquals) > 1 || i < len(task.Catch)-1) {
			t.Errorf("%s: States.ALL is not alone and last in Catch", name)
		}
	}
}

// TestNames looks at what a stack has to bind.
func TestNames(t *testing.T) {
	t.Parallel()
	w := imagetagging.ImageTagging
	var got []string
	for _, h := range w.Handlers() {
		got = append(got, "function "+h.Name)
	}
	for _, r := range w.Resources() {
		got = append(got, r.Kind+" "+r.Placeholder())
	}
	if d := cmp.Diff([]string{"function Extract", "function Thumbnail", "table Photos", "topic Failures"}, slices.Sorted(slices.Values(got))); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
	if w.Name() != "ImageTagging" || imagetagging.FailureHandler.Name() != "FailureHandler" || w.Type() != "STANDARD" {
		t.Errorf("%s, %s, %s", w.Name(), imagetagging.FailureHandler.Name(), w.Type())
	}
}
