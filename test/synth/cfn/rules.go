package cfn

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/policy"
	"github.com/stepwright/stepwright/value"
)

// The limits of CloudFormation and Step Functions.
const (
	maxTemplate   = 1_000_000
	maxDefinition = 1_048_576
	maxResources  = 500
)

// Rules says where a template is not as ours must be: no cycle; "*" as a resource only
// for actions that know no resource; data is kept, encrypted and never public; every name
// of a document is bound; no custom resources and no function but the handlers; within
// the limits.
func Rules(t *Template) []string {
	r := &rules{t: t}
	if cycle := t.Cycle(); cycle != nil {
		r.say("", "resources need each other: %s", strings.Join(cycle, " → "))
	}
	for _, id := range t.IDs("") {
		r.resource(id, t.Resources[id])
	}
	if n := len(t.Source); n > maxTemplate {
		r.say("", "the template has %d bytes, more than %d", n, maxTemplate)
	}
	if n := len(t.Resources); n > maxResources {
		r.say("", "the template has %d resources, more than %d", n, maxResources)
	}
	return r.problems
}

type rules struct {
	t        *Template
	problems []string
}

func (r *rules) say(id, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if id != "" {
		text = id + ": " + text
	}
	r.problems = append(r.problems, text)
}

// need notes a property that is not as it must be.
func (r *rules) need(id string, want any, path ...any) {
	if got := At(r.t.Resources[id].Properties, path...); fmt.Sprint(got) != fmt.Sprint(want) {
		r.say(id, "%v is %s, expected %v", path, shown(got), want)
	}
}

func (r *rules) resource(id string, res *Resource) {
	for _, d := range list(res.DependsOn) {
		if _, ok := r.t.Resources[fmt.Sprint(d)]; !ok {
			r.say(id, "it depends on %v, which does not exist", d)
		}
	}
	switch res.Type {
	case "AWS::S3::Bucket":
		r.bucket(id, res)
	case "AWS::DynamoDB::Table":
		r.kept(id, res)
		r.need(id, true, "SSESpecification", "SSEEnabled")
		r.need(id, true, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled")
	case "AWS::SQS::Queue":
		if At(res.Properties, "SqsManagedSseEnabled") != true && At(res.Properties, "KmsMasterKeyId") == nil {
			r.say(id, "the queue is not encrypted")
		}
	case "AWS::SNS::Topic":
		if At(res.Properties, "KmsMasterKeyId") == nil {
			r.say(id, "the topic is not encrypted")
		}
	case "AWS::Lambda::Function":
		if _, ours := res.Metadata["stepwright:main"].(string); !ours {
			r.say(id, "the function is no handler")
		}
	case "AWS::StepFunctions::StateMachine":
		r.machine(id, res)
	case "AWS::IAM::Policy":
		r.document(id, res.Properties["PolicyDocument"])
	case "AWS::IAM::Role":
		for _, p := range list(res.Properties["Policies"]) {
			r.document(id, At(p, "PolicyDocument"))
		}
		if arns := res.Properties["ManagedPolicyArns"]; arns != nil {
			r.say(id, "the role has managed policies: %s", shown(arns))
		}
	default:
		if strings.HasPrefix(res.Type, "Custom::") || res.Type == "AWS::CloudFormation::CustomResource" {
			r.say(id, "%s is a custom resource", res.Type)
		}
	}
}

func (r *rules) bucket(id string, res *Resource) {
	r.kept(id, res)
	for _, name := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
		r.need(id, true, "PublicAccessBlockConfiguration", name)
	}
	if At(res.Properties, "BucketEncryption", "ServerSideEncryptionConfiguration", 0) == nil {
		r.say(id, "the bucket is not encrypted")
	}
	if !r.enforcesTLS(id) {
		r.say(id, "no bucket policy denies requests without TLS")
	}
}

// enforcesTLS reports whether a policy of the bucket denies everything without TLS.
func (r *rules) enforcesTLS(bucket string) bool {
	for _, id := range r.t.IDs("AWS::S3::BucketPolicy") {
		p := r.t.Resources[id].Properties
		if At(p, "Bucket", "Ref") != bucket {
			continue
		}
		for _, s := range list(At(p, "PolicyDocument", "Statement")) {
			if At(s, "Effect") == "Deny" && At(s, "Action") == "s3:*" && fmt.Sprint(At(s, "Condition", "Bool", "aws:SecureTransport")) == "false" {
				return true
			}
		}
	}
	return false
}

func (r *rules) kept(id string, res *Resource) {
	if res.DeletionPolicy != "Retain" || res.UpdateReplacePolicy != "Retain" {
		r.say(id, "its data would be deleted (%s, %s); expected Retain", res.DeletionPolicy, res.UpdateReplacePolicy)
	}
}

// document looks for "*" in a policy.
func (r *rules) document(id string, document any) {
	for _, s := range list(At(document, "Statement")) {
		if At(s, "Effect") != "Allow" || !slices.Contains(list(At(s, "Resource")), any("*")) {
			continue
		}
		for _, a := range list(At(s, "Action")) {
			if action, _ := a.(string); !policy.Unscoped(action) {
				r.say(id, "%v is allowed on every resource", a)
			}
		}
	}
}

// machine compares the names in a document with its substitutions.
func (r *rules) machine(id string, res *Resource) {
	definition, ok := res.Properties["DefinitionString"].(string)
	if !ok {
		r.say(id, "DefinitionString is %s, expected a text", shown(res.Properties["DefinitionString"]))
		return
	}
	if len(definition) > maxDefinition {
		r.say(id, "the document has %d bytes, more than %d", len(definition), maxDefinition)
	}
	values, _ := res.Properties["DefinitionSubstitutions"].(map[string]any)
	names := variables(definition)
	for _, name := range names {
		if _, bound := values[name]; !bound {
			r.say(id, "nothing is bound to ${%s}", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !slices.Contains(names, name) {
			r.say(id, "%s is bound, but the document does not have it", name)
		}
	}
}

// Policies are the policies of a role, given by its logical id, with every intrinsic
// function resolved.
func (t *Template) Policies(role string) ([]*policy.Document, error) {
	var documents []*policy.Document
	for _, id := range t.IDs("AWS::IAM::Policy") {
		p := t.Resources[id].Properties
		for _, r := range list(p["Roles"]) {
			if At(r, "Ref") != role {
				continue
			}
			d, err := t.Document(p["PolicyDocument"])
			if err != nil {
				return nil, fmt.Errorf("%s: %w", id, err)
			}
			documents = append(documents, d)
		}
	}
	return documents, nil
}

// Document is a policy document of the template, resolved.
func (t *Template) Document(document any) (*policy.Document, error) {
	resolved, err := t.Resolve(document)
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(resolved)
	if err != nil {
		return nil, err
	}
	v, err := value.Parse(text)
	if err != nil {
		return nil, err
	}
	return policy.ParseDocument(v)
}
