package sagemaker_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/sagemaker"
	"github.com/stepwright/stepwright/flowtest"
	"github.com/stepwright/stepwright/internal/golden"
	"github.com/stepwright/stepwright/value"
)

type Learn struct{ Name, Data, Rate string }

var (
	role  = flow.Role("TrainingRole")
	image = flow.Parameter("TrainingImage")
)

var all = flow.Standard("Train", func(f *flow.Flow, in *Learn) *string {
	models := flow.Text(f, "s3://models/", &in.Name)
	training := &sagemaker.CreateTrainingJobInput{
		TrainingJobName: &in.Name, RoleArn: role.Ref(), OutputDataConfig: &sagemaker.OutputDataConfig{S3OutputPath: models},
		AlgorithmSpecification: &sagemaker.AlgorithmSpecification{TrainingImage: image.Ref(), TrainingInputMode: new("File")},
		InputDataConfig:        []sagemaker.Channel{{ChannelName: new("train"), DataSource: sagemaker.Prefix(&in.Data)}},
		ResourceConfig:         &sagemaker.ResourceConfig{InstanceType: new("ml.m5.large"), InstanceCount: new(1), VolumeSizeInGB: new(10)},
		StoppingCondition:      &sagemaker.StoppingCondition{MaxRuntimeInSeconds: new(3600)},
		HyperParameters:        map[string]*string{"rate": &in.Rate},
	}
	trained := sagemaker.CreateTrainingJobSync(f, "Train", training, flow.Timeout(2*time.Hour), flow.Retry(sagemaker.Busy, flow.Backoff{Attempts: 3}))
	sagemaker.CreateTrainingJob(f, "Train another", training)
	sagemaker.CreateModel(f, "Make model", &sagemaker.CreateModelInput{
		ModelName: &in.Name, ExecutionRoleArn: role.Ref(),
		PrimaryContainer: &sagemaker.ContainerDefinition{Image: image.Ref(), ModelDataURL: &trained.ModelArtifacts.S3ModelArtifacts},
	}, flow.Catch(sagemaker.Taken, func(*flow.Caught) {}))
	transform := &sagemaker.CreateTransformJobInput{
		TransformJobName: &in.Name, ModelName: &in.Name, BatchStrategy: new("MultiRecord"),
		TransformInput:     &sagemaker.TransformInput{DataSource: sagemaker.TransformPrefix(&in.Data), SplitType: new("Line")},
		TransformOutput:    &sagemaker.TransformOutput{S3OutputPath: models},
		TransformResources: &sagemaker.TransformResources{InstanceType: new("ml.m5.large"), InstanceCount: new(1)},
	}
	sagemaker.CreateTransformJob(f, "Try", transform)
	tried := sagemaker.CreateTransformJobSync(f, "Try and wait", transform)
	sagemaker.CreateEndpointConfig(f, "Configure", &sagemaker.CreateEndpointConfigInput{
		EndpointConfigName: &in.Name, ProductionVariants: []sagemaker.ProductionVariant{{
			VariantName: new("all"), ModelName: &in.Name, ServerlessConfig: &sagemaker.ServerlessConfig{MemorySizeInMB: new(2048), MaxConcurrency: new(5)},
		}},
	})
	sagemaker.UpdateEndpoint(f, "Update", &sagemaker.UpdateEndpointInput{EndpointName: new("photos"), EndpointConfigName: &in.Name},
		flow.Catch(sagemaker.NotFound, func(*flow.Caught) {
			sagemaker.CreateEndpoint(f, "Create", &sagemaker.CreateEndpointInput{EndpointName: new("photos"), EndpointConfigName: &in.Name})
		}))
	return &tried.TransformJobStatus
})

func TestDocument(t *testing.T) {
	t.Parallel()
	d, found := all.Build()
	for _, x := range found {
		t.Errorf("unexpected: %s", x.Text())
	}
	golden.Equal(t, "testdata/train.asl.json", asl.Print(d))
}

func TestRun(t *testing.T) {
	t.Parallel()
	none := map[string]any{}
	run := flowtest.Run(t, all, Learn{"cats", "s3://photos/cats/", "0.1"},
		flowtest.State("Train", value.MustParse(`{"TrainingJobStatus": "Completed", "ModelArtifacts": {"S3ModelArtifacts": "s3://models/cats/model.tar.gz"}}`)),
		flowtest.State("Train another", none), flowtest.State("Make model", none), flowtest.State("Try", none),
		flowtest.State("Try and wait", value.MustParse(`{"TransformJobStatus": "Completed"}`)), flowtest.State("Configure", none),
		flowtest.StateFails("Update", flowtest.Error{Name: "SageMaker.ResourceNotFoundException"}), flowtest.State("Create", none))
	var status string
	if run.Output(&status); status != "Completed" {
		t.Errorf("got %q", status)
	}
	for state, want := range map[string]string{
		"Train": `{"TrainingJobName":"cats","RoleArn":"${TrainingRole}","OutputDataConfig":{"S3OutputPath":"s3://models/cats"},` +
			`"AlgorithmSpecification":{"TrainingImage":"${TrainingImage}","TrainingInputMode":"File"},` +
			`"InputDataConfig":[{"ChannelName":"train","DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"s3://photos/cats/"}}}],` +
			`"ResourceConfig":{"InstanceType":"ml.m5.large","InstanceCount":1,"VolumeSizeInGB":10},"StoppingCondition":{"MaxRuntimeInSeconds":3600},"HyperParameters":{"rate":"0.1"}}`,
		"Make model": `{"ModelName":"cats","PrimaryContainer":{"Image":"${TrainingImage}","ModelDataUrl":"s3://models/cats/model.tar.gz"},"ExecutionRoleArn":"${TrainingRole}"}`,
		"Create":     `{"EndpointName":"photos","EndpointConfigName":"cats"}`,
	} {
		if got := run.Calls(state)[0].String(); got != want {
			t.Errorf("%s: called with\n%s, want\n%s", state, got, want)
		}
	}
}

func ExampleCreateTransformJobSync() {
	w := flow.Standard("Apply", func(f *flow.Flow, in *Learn) *string {
		job := sagemaker.CreateTransformJobSync(f, "Apply", &sagemaker.CreateTransformJobInput{
			TransformJobName: &flow.Execution(f).Name, ModelName: &in.Name,
			TransformInput:     &sagemaker.TransformInput{DataSource: sagemaker.TransformPrefix(&in.Data)},
			TransformOutput:    &sagemaker.TransformOutput{S3OutputPath: new("s3://answers/")},
			TransformResources: &sagemaker.TransformResources{InstanceType: new("ml.m5.large"), InstanceCount: new(1)},
		})
		return &job.TransformJobStatus
	})
	d, _ := w.Build()
	fmt.Println(asl.StateValue(d.States.Get("Apply")).Get("Arguments"))
	// Output:
	// {"TransformJobName":"{% $states.context.Execution.Name %}","ModelName":"{% $states.context.Execution.Input.Name %}","TransformInput":{"DataSource":{"S3DataSource":{"S3DataType":"S3Prefix","S3Uri":"{% $states.context.Execution.Input.Data %}"}}},"TransformOutput":{"S3OutputPath":"s3://answers/"},"TransformResources":{"InstanceType":"ml.m5.large","InstanceCount":1}}
}
