package cdk

import (
	"maps"
	"slices"
	"strconv"

	"github.com/aws/aws-cdk-go/awscdk/v2"

	"github.com/stepwright/stepwright/cdk/internal/shape"
	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/policy"
)

// Bind says what the names in a document stand for: "Photos" is ${Photos}. A value is any
// construct that has a name, URL or ARN (the author's own, the AWS library's, an imported
// one), or text. ${PhotosArn} needs no entry of its own.
type Bind map[string]any

// Grants answer what a document does not tell: on which objects a task works whose
// bucket or key is only known when the workflow runs.
type Grants []Grant

// A Grant allows actions on a resource. See [Read], [Write] and [Allow].
type Grant struct {
	resource any
	policies []policy.Grant // resources are templates with ${#.Arn} for the resource
}

// thing stands for a grant's resource in its templates.
const thing = "${#.Arn}"

// Read allows to read the objects of a bucket whose keys match one of the patterns, such
// as "private/*/uploads/*", and to list the bucket, so that a missing object is "not
// found" and not "forbidden". No pattern means every object.
func Read(bucket any, keys ...string) Grant {
	return Grant{bucket, []policy.Grant{
		{Actions: []string{"s3:GetObject", "s3:GetObjectVersion"}, Resources: objects(keys)},
		{Actions: []string{"s3:ListBucket"}, Resources: []string{thing}},
	}}
}

// ReadObjects is [Read] without listing the bucket: a missing object is "forbidden".
func ReadObjects(bucket any, keys ...string) Grant {
	g := Read(bucket, keys...)
	g.policies = g.policies[:1]
	return g
}

// Write allows to write objects whose keys match one of the patterns. No pattern means
// every object.
func Write(bucket any, keys ...string) Grant {
	return Grant{bucket, []policy.Grant{{Actions: []string{"s3:PutObject"}, Resources: objects(keys)}}}
}

// Allow allows actions, such as "dynamodb:Query", on a resource: a construct, or an ARN.
func Allow(resource any, actions ...string) Grant {
	return Grant{resource, []policy.Grant{{Actions: actions, Resources: []string{thing}}}}
}

func objects(keys []string) []string {
	if len(keys) == 0 {
		return []string{thing + "/*"}
	}
	resources := make([]string, len(keys))
	for i, k := range keys {
		resources[i] = thing + "/" + k
	}
	return resources
}

// recognise makes bindings of what the author bound.
func (b Bind) recognise(p *problems) shape.Bindings {
	bindings := shape.Bindings{}
	for _, name := range slices.Sorted(maps.Keys(b)) {
		found, err := shape.Recognise(b[name])
		if err != nil {
			p.add("cannot bind %q: %v", name, err)
			continue
		}
		if found.Kind == flow.KindWorkflow && found.Name == "" { // an imported one has its ARN only
			found.Name = *awscdk.Arn_ExtractResourceName(&found.ARN, new("stateMachine"))
		}
		bindings[name] = found
	}
	return bindings
}

// resourcesOf are the resources that a workflow has declared: none if it is a document only.
func resourcesOf(d Definition) []flow.Resource {
	if r, ok := d.(interface{ Resources() []flow.Resource }); ok {
		return r.Resources()
	}
	return nil
}

// sameWorkflows looks whether the constructs that children are bound to are of those children.
func (b Bind) sameWorkflows(p *problems, d Definition) {
	for _, r := range resourcesOf(d) {
		if bound, ok := b[r.Name].(*Workflow); ok && r.Kind == flow.KindWorkflow && !isNil(bound.definition) && bound.definition.Name() != r.Name {
			p.add("workflow %s: %q is bound to the construct of workflow %s; bind that of %s", d.Name(), r.Name, bound.definition.Name(), r.Name)
		}
	}
}

// resolve gives the grants' resources names of their own and adds them to bindings.
func (g Grants) resolve(p *problems, bindings shape.Bindings) []policy.Grant {
	var out []policy.Grant
	for n, grant := range g {
		found, err := shape.Recognise(grant.resource)
		switch {
		case err != nil:
			p.add("cannot grant anything on resource %d of Grants: %v", n+1, err)
			continue
		case found.ARN == "":
			p.add("cannot grant anything on resource %d of Grants: it has no ARN", n+1)
			continue
		}
		name := "#" + strconv.Itoa(n)
		bindings[name] = found
		for _, one := range grant.policies {
			out = append(out, policy.Grant{Actions: one.Actions, Resources: renamed(one.Resources, name)})
		}
	}
	return out
}

func renamed(templates []string, name string) []string {
	out := make([]string, len(templates))
	for i, t := range templates {
		out[i] = "${" + name + ".Arn}" + t[len(thing):]
	}
	return out
}

// names is what resource templates may refer to in this stack.
func names(bindings shape.Bindings) shape.Names {
	return shape.Names{
		Bindings: bindings, Partition: *awscdk.Aws_PARTITION(), Region: *awscdk.Aws_REGION(), Account: *awscdk.Aws_ACCOUNT_ID(),
	}
}
