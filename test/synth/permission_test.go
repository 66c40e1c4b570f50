package synth

import (
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/policy"
	"github.com/stepwright/stepwright/test/synth/cfn"
)

// A role is what one role of a template may do.
type role struct {
	template  *cfn.Template
	documents []*policy.Document
}

// roleOf reads the policies of the role that the resource id names in property.
func roleOf(t *testing.T, template *cfn.Template, id string, property ...any) role {
	t.Helper()
	name, _ := cfn.At(template.Resources[id].Properties, append(property, "Fn::GetAtt", 0)...).(string)
	documents, err := template.Policies(name)
	if err != nil {
		t.Fatal(err)
	}
	if len(documents) == 0 {
		t.Fatalf("%s: role %q has no policies", id, name)
	}
	return role{template, documents}
}

func (r role) may(action, resource string) bool { return r.mayWith(action, resource, nil) }

// mayWith is may for a request that has the keys of conditions.
func (r role) mayWith(action, resource string, conditions []integration.Condition) bool {
	keys := map[string][]string{}
	for _, c := range conditions {
		keys[c.Key] = []string{strings.ReplaceAll(c.Values[0], "*", "x")}
	}
	return policy.Evaluate(policy.Request{Action: action, Resource: resource, Context: keys}, r.documents...) == policy.Allowed
}

// requirements reads the deployed document of a machine, with its names replaced, and
// lists what it does.
func requirements(t *testing.T, template *cfn.Template, id string) []policy.Requirement {
	t.Helper()
	p := template.Resources[id].Properties
	text, _ := p["DefinitionString"].(string)
	values, _ := p["DefinitionSubstitutions"].(map[string]any)
	for name, v := range values {
		s, err := template.Text(v)
		if err != nil {
			t.Fatal(err)
		}
		text = strings.ReplaceAll(text, "${"+name+"}", s)
	}
	m, problems := asl.Parse([]byte(text))
	if problems.HasErrors() {
		t.Fatal(problems.Err())
	}
	list, problems := policy.Requirements(m)
	if problems.HasErrors() {
		t.Fatal(problems.Err())
	}
	for n, r := range list {
		for k, resource := range r.Resources {
			list[n].Resources[k] = deployed(id, resource)
		}
	}
	return list
}

// deployed fills the rest of a resource template in: the account, and the machine itself.
func deployed(machine, resource string) string {
	self := "arn:aws:states:" + cfn.Region + ":" + cfn.Account + ":stateMachine:" + machine
	return strings.NewReplacer(
		"${AWS::Partition}", cfn.Partition, "${AWS::Region}", cfn.Region, "${AWS::AccountId}", cfn.Account,
		"${@.Arn}", self, "${@.Name}", machine,
	).Replace(resource)
}

// Every task of every machine is allowed what it does. The document is read as deployed,
// so that this does not lean on how the policy was made.
func TestEveryTaskIsAllowed(t *testing.T) {
	checked := 0
	for _, a := range []assembly{trial, sample} {
		for _, template := range a.templates {
			for _, id := range template.IDs("AWS::StepFunctions::StateMachine") {
				r := roleOf(t, template, id, "RoleArn")
				for _, need := range requirements(t, template, id) {
					for _, action := range need.Actions {
						for _, resource := range need.Resources {
							checked++
							if !r.mayWith(action, strings.ReplaceAll(resource, "*", "x"), need.Condition) {
								t.Errorf("%s: state %q may not %s on %s", id, need.State, action, resource)
							}
						}
						if need.Unknown != "" && !mentions(r, action) {
							t.Errorf("%s: state %q may not %s on anything", id, need.State, action)
						}
					}
				}
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d permissions were checked", checked)
	}
}

func mentions(r role, action string) bool {
	return slices.ContainsFunc(r.documents, func(d *policy.Document) bool {
		return slices.ContainsFunc(d.Statements, func(s policy.Rule) bool { return slices.Contains(s.Actions, action) })
	})
}

// The machines of the sample may do nothing that their documents do not.
func TestNothingElseIsAllowed(t *testing.T) {
	template := sample.templates["ImageTagging"]
	for _, id := range template.IDs("AWS::StepFunctions::StateMachine") {
		needs := requirements(t, template, id)
		for _, d := range roleOf(t, template, id, "RoleArn").documents {
			for _, s := range d.Statements {
				for _, action := range s.Actions {
					for _, resource := range s.Resources {
						if !wanted(needs, action, resource) {
							t.Errorf("%s may %s on %s, which no state does", id, action, resource)
						}
					}
				}
			}
		}
	}
}

func wanted(needs []policy.Requirement, action, resource string) bool {
	service := policy.Merge([]policy.Statement{policy.LogDelivery(), policy.Tracing()})[0]
	if resource == "*" && slices.Contains(service.Actions, action) {
		return true
	}
	return slices.ContainsFunc(needs, func(r policy.Requirement) bool {
		return slices.Contains(r.Actions, action) && (r.Unknown != "" && resource != "*" || slices.Contains(r.Resources, resource))
	})
}

// Who may do what, as section 11 of the pipeline's description demands.
func TestSamplePermissions(t *testing.T) {
	template := sample.templates["ImageTagging"]
	machine, _ := one(t, template, "AWS::StepFunctions::StateMachine", "ImageTagging")
	handler, _ := one(t, template, "AWS::StepFunctions::StateMachine", "FailureHandler")
	extract, _ := one(t, template, "AWS::Lambda::Function", "ImageTaggingExtract")
	thumbnail, _ := one(t, template, "AWS::Lambda::Function", "ImageTaggingThumbnail")
	uploaded, _ := one(t, template, "AWS::Events::Rule", "Uploaded")
	stopped, _ := one(t, template, "AWS::Events::Rule", "Stopped")
	bucketID, _ := one(t, template, "AWS::S3::Bucket", "PhotoBucket")
	table, _ := one(t, template, "AWS::DynamoDB::Table", "Photos")

	const here = ":" + cfn.Region + ":" + cfn.Account + ":"
	bucket := "arn:aws:s3:::" + strings.ToLower(bucketID)
	photos := "arn:aws:dynamodb" + here + "table/" + table
	upload, preview, copied := bucket+"/private/kim/uploads/a b.jpg", bucket+"/private/kim/resized/a.jpg", bucket+"/private/kim/analysis/a.jpg"
	tagging, failing := "arn:aws:states"+here+"stateMachine:"+machine, "arn:aws:states"+here+"stateMachine:"+handler
	roles := map[string]role{
		"ImageTagging":   roleOf(t, template, machine, "RoleArn"),
		"FailureHandler": roleOf(t, template, handler, "RoleArn"),
		"Extract":        roleOf(t, template, extract, "Role"),
		"Thumbnail":      roleOf(t, template, thumbnail, "Role"),
		"Uploaded":       roleOf(t, template, uploaded, "Targets", 0, "RoleArn"),
		"Stopped":        roleOf(t, template, stopped, "Targets", 0, "RoleArn"),
	}
	for _, tt := range []struct {
		role, action, resource string
		want                   bool
	}{
		{"ImageTagging", "s3:GetObject", upload, true},
		{"ImageTagging", "s3:GetObjectVersion", upload, true},
		{"ImageTagging", "s3:GetObject", copied, true},
		{"ImageTagging", "s3:GetObject", preview, false},
		{"ImageTagging", "s3:PutObject", upload, false},
		{"ImageTagging", "s3:ListBucket", bucket, true},
		{"ImageTagging", "dynamodb:UpdateItem", photos, true},
		{"ImageTagging", "dynamodb:DeleteItem", photos, false},
		{"ImageTagging", "rekognition:DetectLabels", "*", true},
		{"ImageTagging", "rekognition:DeleteCollection", "*", false},
		{"ImageTagging", "states:StartExecution", tagging, false},
		{"FailureHandler", "dynamodb:UpdateItem", photos, true},
		{"FailureHandler", "s3:GetObject", upload, false},
		{"FailureHandler", "lambda:InvokeFunction", "arn:aws:lambda" + here + "function:" + extract, false},
		{"Extract", "s3:GetObject", upload, true},
		{"Extract", "s3:GetObjectVersion", upload, true},
		{"Extract", "s3:GetObject", preview, false},
		{"Extract", "s3:PutObject", upload, false},
		{"Extract", "s3:ListBucket", bucket, false},
		{"Thumbnail", "s3:GetObject", upload, true},
		{"Thumbnail", "s3:PutObject", preview, true},
		{"Thumbnail", "s3:PutObject", copied, true},
		{"Thumbnail", "s3:PutObject", upload, false},
		{"Thumbnail", "s3:PutObject", bucket + "/other/a.jpg", false},
		{"Thumbnail", "dynamodb:UpdateItem", photos, false},
		{"Uploaded", "states:StartExecution", tagging, true},
		{"Uploaded", "states:StartExecution", failing, false},
		{"Stopped", "states:StartExecution", failing, true},
		{"Stopped", "states:StartExecution", tagging, false},
	} {
		if got := roles[tt.role].may(tt.action, tt.resource); got != tt.want {
			t.Errorf("%s, %s on %s: %v, want %v", tt.role, tt.action, tt.resource, got, tt.want)
		}
	}
}

// Only the two rules may fill the dead-letter queue, and nobody reads the bucket without
// TLS.
func TestSampleResourcePolicies(t *testing.T) {
	template := sample.templates["ImageTagging"]
	queue, _ := one(t, template, "AWS::SQS::Queue", "StartDLQ")
	queuePolicy, _ := one(t, template, "AWS::SQS::QueuePolicy", "StartDLQPolicy")
	bucketPolicy, _ := one(t, template, "AWS::S3::BucketPolicy", "PhotoBucketPolicy")
	document := func(id string) *policy.Document {
		d, err := template.Document(template.Resources[id].Properties["PolicyDocument"])
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	send := func(rule, principal, secure string) policy.Decision {
		return policy.Evaluate(policy.Request{
			Action: "sqs:SendMessage", Resource: "arn:aws:sqs:" + cfn.Region + ":" + cfn.Account + ":" + queue, Principal: principal,
			Context: map[string][]string{"aws:SourceArn": {"arn:aws:events:" + cfn.Region + ":" + cfn.Account + ":rule/" + rule}, "aws:SecureTransport": {secure}},
		}, document(queuePolicy))
	}
	const events = "Service:events.amazonaws.com"
	for _, prefix := range []string{"Uploaded", "Stopped"} {
		rule, _ := one(t, template, "AWS::Events::Rule", prefix)
		if got := send(rule, events, "true"); got != policy.Allowed {
			t.Errorf("rule %s: %v", prefix, got)
		}
		if got := send(rule, events, "false"); got != policy.ExplicitDeny {
			t.Errorf("rule %s without TLS: %v", prefix, got)
		}
		if got := send(rule, "Service:sns.amazonaws.com", "true"); got != policy.ImplicitDeny {
			t.Errorf("another service: %v", got)
		}
	}
	if got := send("other", events, "true"); got != policy.ImplicitDeny {
		t.Errorf("another rule: %v", got)
	}
	bucket, _ := one(t, template, "AWS::S3::Bucket", "PhotoBucket")
	get := policy.Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::" + strings.ToLower(bucket) + "/k", Principal: "AWS:x", Context: map[string][]string{"aws:SecureTransport": {"false"}}}
	if got := policy.Evaluate(get, document(bucketPolicy)); got != policy.ExplicitDeny {
		t.Errorf("bucket without TLS: %v", got)
	}
}
