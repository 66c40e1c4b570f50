package cfn

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/policy"
)

func parse(t *testing.T, src string) *Template {
	t.Helper()
	tpl, err := Parse("S", []byte(src))
	if err != nil {
		t.Fatal(err)
	}
	return tpl
}

// spec is read once: it takes most of a second.
var spec = sync.OnceValues(func() (*Spec, error) { return ReadSpec(SpecFile("../../..")) })

func TestSpecCheck(t *testing.T) {
	t.Parallel()
	s, err := spec()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, resource, want string }{
		{"good", `{"Type": "AWS::SQS::Queue", "Properties": {"SqsManagedSseEnabled": true, "MessageRetentionPeriod": 60, "Tags": [{"Key": "a", "Value": "b"}]}}`, ""},
		{"intrinsic functions are any value", `{"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": {"Ref": "X"}, "Tags": {"Fn::If": []}}}`, ""},
		{"unknown type", `{"Type": "AWS::SQS::Qeue"}`, `A: resource type "AWS::SQS::Qeue" is unknown`},
		{"unknown property", `{"Type": "AWS::SQS::Queue", "Properties": {"SqsManagedSSEEnabled": true}}`, `there is no property "SqsManagedSSEEnabled"; did you mean "SqsManagedSseEnabled"?`},
		{"missing property", `{"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": []}}`, `property PolicyDocument is required`},
		{"missing inner property", `{"Type": "AWS::Events::Rule", "Properties": {"Targets": [{"Id": "a"}]}}`, `A.AWS::Events::Rule.Targets[0]: property Arn is required`},
		{"text for a number", `{"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": "60"}}`, `expected an integer, got "60"`},
		{"fraction for an integer", `{"Type": "AWS::SQS::Queue", "Properties": {"MessageRetentionPeriod": 1.5}}`, `expected an integer, got 1.5`},
		{"text for a boolean", `{"Type": "AWS::SQS::Queue", "Properties": {"SqsManagedSseEnabled": "true"}}`, `expected true or false, got "true"`},
		{"text for a list", `{"Type": "AWS::Lambda::Function", "Properties": {"Code": {}, "Role": "r", "Architectures": "arm64"}}`, `expected a list, got "arm64"`},
		{"value that is not allowed", `{"Type": "AWS::Lambda::Function", "Properties": {"Code": {}, "Role": "r", "TracingConfig": {"Mode": "On"}}}`, `TracingConfig.Mode: "On" is not allowed; expected one of`},
		{"bad tag", `{"Type": "AWS::SQS::Queue", "Properties": {"Tags": [{"key": "a", "value": "b"}]}}`, `a tag has no "key"`},
		{"map of the wrong thing", `{"Type": "AWS::Lambda::Function", "Properties": {"Code": {}, "Role": "r", "Environment": {"Variables": {"A": 1}}}}`, `Variables.A: expected a string, got 1`},
		{"unknown attribute", `{"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["A", "Arm"]}}}`, `AWS::SQS::Queue has no attribute "Arm"; did you mean "Arn"?`},
		{"attribute of nothing", `{"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["B", "Arn"]}}}`, `there is no resource "B"`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			problems := s.Check(parse(t, `{"Resources": {"A": `+tt.resource+`}}`))
			text := strings.Join(problems, "\n")
			if tt.want == "" && text != "" || !strings.Contains(text, tt.want) {
				t.Errorf("got:\n%s\nwant:\n%s", text, tt.want)
			}
		})
	}
}

func TestReadSpecErrors(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	plain := filepath.Join(dir, "plain.json.gz")
	if err := os.WriteFile(plain, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{filepath.Join(dir, "none.json.gz"), plain} {
		if _, err := ReadSpec(file); err == nil {
			t.Errorf("ReadSpec(%s) found no fault", filepath.Base(file))
		}
	}
}

func TestCycle(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, src string
		want      []string
	}{
		{"none", `{"A": {"Properties": {"x": {"Ref": "B"}}}, "B": {"DependsOn": ["C"]}, "C": {}}`, nil},
		{"Ref and GetAtt", `{"A": {"Properties": {"x": [{"Ref": "B"}]}}, "B": {"Properties": {"y": {"Fn::GetAtt": ["A", "Arn"]}}}}`, []string{"A", "B", "A"}},
		{"DependsOn", `{"A": {"DependsOn": "B"}, "B": {"Properties": {"y": {"Fn::GetAtt": "A.Arn"}}}}`, []string{"A", "B", "A"}},
		{"Sub", `{"A": {"Properties": {"x": {"Fn::Sub": "${AWS::Region}-${B.Arn}"}}}, "B": {"Properties": {"y": {"Fn::Sub": ["${v}${A}", {"v": 1}]}}}}`, []string{"A", "B", "A"}},
		{"itself, inside Join", `{"A": {"Properties": {"x": {"Fn::Join": ["", ["a", {"Ref": "A"}]]}}}}`, []string{"A", "A"}},
		{"literal in Sub", `{"A": {"Properties": {"x": {"Fn::Sub": "${!A}"}}}}`, nil},
		{"behind a chain", `{"A": {"DependsOn": "B"}, "B": {"DependsOn": "C"}, "C": {"DependsOn": "B"}}`, []string{"B", "C", "B"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if d := cmp.Diff(tt.want, parse(t, `{"Resources": `+tt.src+`}`).Cycle()); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	t.Parallel()
	tpl := parse(t, `{"Resources": {"T": {"Type": "AWS::DynamoDB::Table"}, "Q": {"Type": "AWS::SQS::Queue"}, "B": {"Type": "AWS::S3::Bucket"}, "M": {"Type": "AWS::StepFunctions::StateMachine"}}}`)
	get := func(id, attr string) any { return map[string]any{"Fn::GetAtt": []any{id, attr}} }
	ref := func(id string) any { return map[string]any{"Ref": id} }
	for _, tt := range []struct {
		in   any
		want string
	}{
		{"plain", "plain"},
		{ref("T"), "T"},
		{get("T", "Arn"), "arn:aws:dynamodb:eu-west-1:123456789012:table/T"},
		{ref("Q"), "https://sqs.eu-west-1.amazonaws.com/123456789012/Q"},
		{ref("M"), "arn:aws:states:eu-west-1:123456789012:stateMachine:M"},
		{get("M", "Name"), "M"},
		{map[string]any{"Fn::Join": []any{"", []any{get("B", "Arn"), "/in/*"}}}, "arn:aws:s3:::b/in/*"},
		{map[string]any{"Fn::Sub": "${AWS::Partition}-${T.Arn}-${!x}"}, "aws-arn:aws:dynamodb:eu-west-1:123456789012:table/T-${x}"},
		{ref("AWS::StackName"), "S"},
	} {
		if got, err := tpl.Text(tt.in); err != nil || got != tt.want {
			t.Errorf("%v: got %q, %v; want %q", tt.in, got, err, tt.want)
		}
	}
	for _, bad := range []any{ref("X"), get("T", "Colour"), get("X", "Arn"), map[string]any{"Fn::Select": []any{}}, map[string]any{"Fn::Join": "x"}, 1} {
		if got, err := tpl.Text(bad); err == nil {
			t.Errorf("%v: got %q, want an error", bad, got)
		}
	}
}

func TestRules(t *testing.T) {
	t.Parallel()
	const bucket = `"B": {"Type": "AWS::S3::Bucket", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain", "Properties": {
		"BucketEncryption": {"ServerSideEncryptionConfiguration": [{}]},
		"PublicAccessBlockConfiguration": {"BlockPublicAcls": true, "BlockPublicPolicy": true, "IgnorePublicAcls": true, "RestrictPublicBuckets": true}}}`
	const tls = `"P": {"Type": "AWS::S3::BucketPolicy", "Properties": {"Bucket": {"Ref": "B"}, "PolicyDocument": {"Statement": [
		{"Effect": "Deny", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}}}`
	for _, tt := range []struct{ name, resources, want string }{
		{"good bucket", bucket + "," + tls, ""},
		{"bucket without TLS", bucket, "B: no bucket policy denies requests without TLS"},
		{"bucket that goes", `"B": {"Type": "AWS::S3::Bucket"}`, "B: its data would be deleted"},
		{"public bucket", `"B": {"Type": "AWS::S3::Bucket"}`, "B: [PublicAccessBlockConfiguration BlockPublicAcls] is null, expected true"},
		{"plain table", `"T": {"Type": "AWS::DynamoDB::Table", "DeletionPolicy": "Retain", "UpdateReplacePolicy": "Retain"}`, "T: [SSESpecification SSEEnabled] is null"},
		{"plain queue", `"Q": {"Type": "AWS::SQS::Queue"}`, "Q: the queue is not encrypted"},
		{"plain topic", `"T": {"Type": "AWS::SNS::Topic"}`, "T: the topic is not encrypted"},
		{"function of a custom resource", `"F": {"Type": "AWS::Lambda::Function"}`, "F: the function is no handler"},
		{"custom resource", `"C": {"Type": "Custom::S3BucketNotifications"}`, "C: Custom::S3BucketNotifications is a custom resource"},
		{"managed policies", `"R": {"Type": "AWS::IAM::Role", "Properties": {"ManagedPolicyArns": ["x"]}}`, "R: the role has managed policies"},
		{"star", `"P": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": {"Statement": {"Effect": "Allow", "Action": ["s3:GetObject", "rekognition:DetectLabels"], "Resource": "*"}}}}`, "P: s3:GetObject is allowed on every resource"},
		{"star in a role", `"R": {"Type": "AWS::IAM::Role", "Properties": {"Policies": [{"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "sqs:*", "Resource": ["*"]}]}}]}}`, "R: sqs:* is allowed on every resource"},
		{"star that must be", `"P": {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": {"Statement": [{"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"}]}}}`, ""},
		{"unbound", `"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": "${A} ${B}", "DefinitionSubstitutions": {"A": "x", "C": "y"}}}`, "M: nothing is bound to ${B}\nM: C is bound, but the document does not have it"},
		{"document that is no text", `"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": {"Fn::Join": []}}}`, "M: DefinitionString is"},
		{"dangling DependsOn", `"Q": {"Type": "X", "DependsOn": ["Z"]}`, "Q: it depends on Z, which does not exist"},
		{"cycle", `"A": {"Type": "X", "DependsOn": "A"}`, "resources need each other: A → A"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(Rules(parse(t, `{"Resources": {`+tt.resources+`}}`)), "\n")
			if tt.want == "" && got != "" || !strings.Contains(got, tt.want) {
				t.Errorf("got:\n%s\nwant:\n%s", got, tt.want)
			}
		})
	}
}

func TestRulesLimits(t *testing.T) {
	t.Parallel()
	many := make([]string, maxResources+1)
	for i := range many {
		many[i] = `"R` + strings.Repeat("x", i) + `": {"Type": "X"}`
	}
	got := strings.Join(Rules(parse(t, `{"Resources": {`+strings.Join(many, ",")+`}}`)), "\n")
	if !strings.Contains(got, "501 resources") {
		t.Errorf("got %q", got)
	}
	big := `{"Resources": {"M": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"DefinitionString": "` + strings.Repeat("x", maxDefinition+1) + `"}}}}`
	got = strings.Join(Rules(parse(t, big)), "\n")
	if !strings.Contains(got, "the document has 1048577 bytes") || !strings.Contains(got, "the template has") {
		t.Errorf("got %q", got)
	}
}

func TestPolicies(t *testing.T) {
	t.Parallel()
	tpl := parse(t, `{"Resources": {
		"T": {"Type": "AWS::DynamoDB::Table"}, "R": {"Type": "AWS::IAM::Role"},
		"P": {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "R"}], "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": {"Fn::GetAtt": ["T", "Arn"]}}}}},
		"O": {"Type": "AWS::IAM::Policy", "Properties": {"Roles": [{"Ref": "Q"}], "PolicyDocument": {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}}}}}`)
	documents, err := tpl.Policies("R")
	if err != nil || len(documents) != 1 {
		t.Fatalf("%d policies, %v", len(documents), err)
	}
	req := policy.Request{Action: "dynamodb:GetItem", Resource: "arn:aws:dynamodb:eu-west-1:123456789012:table/T"}
	if got := policy.Evaluate(req, documents...); got != policy.Allowed {
		t.Errorf("got %v", got)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	tpl := parse(t, `{"Resources": {"Photos01234567": {"Type": "T"}, "PhotosOld01234567": {"Type": "T"}}}`)
	if id, err := tpl.Find("T", "Photos"); err != nil || id != "Photos01234567" {
		t.Errorf("got %q, %v", id, err)
	}
	if _, err := tpl.Find("T", "Albums"); err == nil || !strings.Contains(err.Error(), "there are Photos01234567, PhotosOld01234567") {
		t.Errorf("got %v", err)
	}
}
