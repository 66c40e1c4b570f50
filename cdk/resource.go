package cdk

import (
	"maps"
	"slices"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"

	"github.com/stepwright/stepwright/cdk/internal/shape"
)

// logDays is how long logs are kept.
const logDays = 30

// resource makes a raw resource. Raw ones keep whole service packages, and with them
// minutes of compiling, out of everybody's program.
func resource(scope constructs.Construct, id, kind string, properties shape.Properties) awscdk.CfnResource {
	return awscdk.NewCfnResource(scope, &id, &awscdk.CfnResourceProps{Type: &kind, Properties: &properties})
}

// attribute is the token of a resource's attribute, as text.
func attribute(r awscdk.CfnResource, name string) string {
	return *r.GetAtt(&name, awscdk.ResolutionTypeHint_STRING).ToString()
}

// logGroup makes a log group that goes with its stack.
func logGroup(scope constructs.Construct, name string, tags awscdk.IResolvable) awscdk.CfnResource {
	logs := resource(scope, "Logs", "AWS::Logs::LogGroup", shape.LogGroup(name, logDays, tags))
	logs.ApplyRemovalPolicy(awscdk.RemovalPolicy_DESTROY, nil)
	return logs
}

// newTags makes what turns a Go construct into a taggable one: awscdk.Tags_Of(…).Add
// passes raw resources by, so they take the tags of their construct.
func newTags(kind string) (awscdk.TagManager, awscdk.IResolvable) {
	manager := awscdk.NewTagManager(awscdk.TagType_STANDARD, &kind, nil, nil)
	return manager, awscdk.Lazy_UncachedAny(&tagList{manager}, nil)
}

// A tagList writes a manager's tags as CloudFormation takes them, when the template is
// written. Without tags the property vanishes.
type tagList struct{ manager awscdk.TagManager }

// Produce makes tagList an awscdk.IAnyProducer.
func (t *tagList) Produce(awscdk.IResolveContext) any {
	values := *t.manager.TagValues()
	if len(values) == 0 {
		return nil
	}
	list := make([]map[string]any, 0, len(values))
	for _, key := range slices.Sorted(maps.Keys(values)) {
		list = append(list, map[string]any{"Key": key, "Value": *values[key]})
	}
	return list
}
