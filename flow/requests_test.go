package flow_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/flow/batch"
	"github.com/stepwright/stepwright/flow/ecs"
	"github.com/stepwright/stepwright/flow/glue"
	"github.com/stepwright/stepwright/flow/mediaconvert"
	"github.com/stepwright/stepwright/flow/sagemaker"
	"github.com/stepwright/stepwright/integration"
)

// TestRequests compares request structs with the table of integrations: every member is one of the action's, and
// those that the action insists on say so.
func TestRequests(t *testing.T) {
	t.Parallel()
	for resource, request := range map[string]any{
		"batch:submitJob":                batch.SubmitJobInput{},
		"ecs:runTask":                    ecs.RunTaskInput{},
		"glue:startJobRun":               glue.StartJobRunInput{},
		"mediaconvert:createJob":         mediaconvert.CreateJobInput{},
		"sagemaker:createEndpoint":       sagemaker.CreateEndpointInput{},
		"sagemaker:createEndpointConfig": sagemaker.CreateEndpointConfigInput{},
		"sagemaker:createModel":          sagemaker.CreateModelInput{},
		"sagemaker:createTrainingJob":    sagemaker.CreateTrainingJobInput{},
		"sagemaker:createTransformJob":   sagemaker.CreateTransformJobInput{},
		"sagemaker:updateEndpoint":       sagemaker.UpdateEndpointInput{},
	} {
		ref, err := integration.Parse("arn:aws:states:::" + resource)
		if err != nil {
			t.Fatal(err)
		}
		action, ok := integration.Find(ref)
		if !ok {
			t.Fatalf("no integration %s", resource)
		}
		seen := map[string]bool{}
		typ := reflect.TypeOf(request)
		for i := range typ.NumField() {
			f := typ.Field(i)
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name == "" {
				name = f.Name
			}
			seen[name] = true
			p := action.Parameter(name)
			switch required := f.Tag.Get("flow") == "required"; {
			case p == nil:
				t.Errorf("%s has no parameter %s; it has %s", resource, name, parameters(action))
			case p.Required != required:
				t.Errorf("%s.%s: required is %v, want %v", typ, f.Name, required, p.Required)
			case !required && !strings.Contains(f.Tag.Get("json"), "omitempty"):
				t.Errorf("%s.%s is not required and has no omitempty", typ, f.Name)
			}
		}
		for i := range action.Parameters {
			if p := &action.Parameters[i]; p.Required && !seen[p.Name] {
				t.Errorf("%s has no member %s, which %s insists on", typ, p.Name, resource)
			}
		}
		if b, err := json.Marshal(request); err != nil || strings.Count(string(b), ":null") != required(action) {
			t.Errorf("an empty %s is %s, %v; want its required members only", typ, b, err)
		}
	}
}

func parameters(i *integration.Integration) (names []string) {
	for _, p := range i.Parameters {
		names = append(names, p.Name)
	}
	slices.Sort(names)
	return names
}

func required(i *integration.Integration) (n int) {
	for _, p := range i.Parameters {
		if p.Required {
			n++
		}
	}
	return n
}
