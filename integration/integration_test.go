package integration

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, resource string
		want           Ref
	}{
		{"optimized", "arn:aws:states:::dynamodb:updateItem", Ref{Form: Optimized, Partition: "aws", Service: "dynamodb", Action: "updateItem"}},
		{"run a job", "arn:aws:states:::glue:startJobRun.sync", Ref{Form: Optimized, Partition: "aws", Service: "glue", Action: "startJobRun", Pattern: RunJob}},
		{"parsed job", "arn:aws:states:::states:startExecution.sync:2", Ref{Form: Optimized, Partition: "aws", Service: "states", Action: "startExecution", Pattern: RunJob2}},
		{"callback", "arn:aws-cn:states:::sqs:sendMessage.waitForTaskToken", Ref{Form: Optimized, Partition: "aws-cn", Service: "sqs", Action: "sendMessage", Pattern: WaitForTaskToken}},
		{"sdk", "arn:aws:states:::aws-sdk:s3:headObject", Ref{Form: SDK, Partition: "aws", Service: "s3", Action: "headObject"}},
		{"http", "arn:aws:states:::http:invoke", Ref{Form: HTTP, Partition: "aws", Service: "http", Action: "invoke"}},
		{"function", "arn:aws:lambda:eu-west-1:123456789012:function:resize", Ref{Form: Lambda, Partition: "aws", Region: "eu-west-1", Account: "123456789012", Name: "resize"}},
		{"function alias", "arn:aws:lambda:eu-west-1:123456789012:function:resize:live", Ref{Form: Lambda, Partition: "aws", Region: "eu-west-1", Account: "123456789012", Name: "resize", Qualifier: "live"}},
		{"activity", "arn:aws:states:eu-west-1:123456789012:activity:print", Ref{Form: Activity, Partition: "aws", Region: "eu-west-1", Account: "123456789012", Name: "print"}},
		{"placeholder", "${Resize}", Ref{Form: Placeholder, Name: "Resize"}},
		{"placeholder as partition", "arn:${AWS::Partition}:states:::sns:publish", Ref{Form: Optimized, Partition: "${AWS::Partition}", Service: "sns", Action: "publish"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := Parse(tt.resource)
			if err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(tt.want, got); d != "" {
				t.Errorf("Parse(%q) (-want +got):\n%s", tt.resource, d)
			}
			if s := got.String(); s != tt.resource {
				t.Errorf("String() = %q, want %q", s, tt.resource)
			}
		})
	}
}

func TestParseProblems(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, resource, want string }{
		{"empty", "", `resource "" is not recognized`},
		{"no arn", "lambda", `resource "lambda" is not recognized`},
		{"short arn", "arn:aws:states", `resource "arn:aws:states" is not recognized`},
		{"no action", "arn:aws:states:::sqs", `SERVICE:ACTION`},
		{"other service", "arn:aws:sqs:eu-west-1:123456789012:jobs", `call sqs through an integration`},
		{"machine", "arn:aws:states:eu-west-1:123456789012:stateMachine:m", `start a machine with arn:aws:states:::states:startExecution`},
		{"unknown suffix", "arn:aws:states:::sqs:sendMessage.wait", `a pattern is .sync, .sync:2 or .waitForTaskToken, not .wait`},
		{"layer", "arn:aws:lambda:eu-west-1:123456789012:layer:x", `a function is arn:aws:lambda`},
		{"unclosed partition", "arn:${AWS::Partition:states:::sns:publish", `is not recognized`},
		{"two placeholders", "${A}${B}", `is not recognized`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(tt.resource)
			var p *Problem
			if !errors.As(err, &p) {
				t.Fatalf("Parse(%q) = %v, want a *Problem", tt.resource, err)
			}
			if !strings.Contains(p.Error(), tt.want) {
				t.Errorf("got %q, want it to contain %q", p.Error(), tt.want)
			}
		})
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := []struct {
		resource, want string
		warning        bool
	}{
		{"arn:aws:states:::lambda:invoke", "", false},
		{"arn:aws:states:::lambda:invoke.waitForTaskToken", "", false},
		{"arn:aws:states:::aws-sdk:rekognition:detectLabels", "", false},
		{"arn:aws:states:::http:invoke", "", false},
		{"${Any}", "", false},
		{"arn:aws:states:::lambda:invoke.sync", "lambda:invoke does not offer .sync (it offers the plain call, .waitForTaskToken)", false},
		{"arn:aws:states:::http:invoke.waitForTaskToken", "http:invoke does not offer .waitForTaskToken (it offers the plain call)", false},
		{"arn:aws:states:::dynamodb:updateitem", `dynamodb has no optimized action "updateitem" (did you mean updateItem?)`, false},
		{"arn:aws:states:::dynamodb:query", "or call the API with aws-sdk:dynamodb:query", false},
		{"arn:aws:states:::states:describeExecution", "aws-sdk:sfn:describeExecution", false},
		{"arn:aws:states:::s3:headObject", "write aws-sdk:s3:headObject", false},
		{"arn:aws:states:::rekognition:detectLabels", "rekognition has no optimized integration (write aws-sdk:rekognition:detectLabels)", false},
		{"arn:aws:states:::lamdba:invoke", `there is no integration for service "lamdba" (did you mean lambda?)`, false},
		{"arn:aws:states:::aws-sdk:rekognitoin:detectLabels", "did you mean rekognition?", true},
		{"arn:aws:states:::aws-sdk:s3:HeadObject", "write aws-sdk:s3:headObject", false},
		{"arn:aws:states:::aws-sdk:s3:selectObjectContent", "does not support selectObjectContent", false},
		{"arn:aws:states:::aws-sdk:glue:startJobRun.sync", "does not offer .sync", false},
		{"arn:aws:states:::aws-sdk:qldb:listLedgers", "AWS removed the SDK integration of qldb on 2026-03-12", true},
	}
	for _, tt := range tests {
		t.Run(tt.resource, func(t *testing.T) {
			t.Parallel()
			ref, err := Parse(tt.resource)
			if err != nil {
				t.Fatal(err)
			}
			p := Check(ref)
			switch {
			case tt.want == "" && p != nil:
				t.Errorf("got %q, want nothing", p.Error())
			case tt.want == "":
			case p == nil:
				t.Errorf("got nothing, want %q", tt.want)
			case !strings.Contains(p.Error(), tt.want) || p.Warning != tt.warning:
				t.Errorf("got %q (warning %v), want it to contain %q (warning %v)", p.Error(), p.Warning, tt.want, tt.warning)
			}
		})
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	i := find(t, "arn:aws:states:::dynamodb:updateItem")
	if !i.Parameter("TableName").Required || i.Parameter("UpdateExpression").Required || i.Parameter("Tablename") != nil {
		t.Error("parameters of dynamodb:updateItem are wrong")
	}
	if got := i.Parameter("ReturnValues").Enum; !slices.Contains(got, "ALL_NEW") {
		t.Errorf("ReturnValues = %v", got)
	}
	if i.ErrorPrefix != "DynamoDB" || !slices.Contains(i.Results, "Attributes") {
		t.Errorf("prefix %q, results %v", i.ErrorPrefix, i.Results)
	}
	if ref, _ := Parse("arn:aws:states:::aws-sdk:dynamodb:updateItem"); ref.Form == SDK {
		if _, found := Find(ref); found {
			t.Error("Find took an SDK integration for an optimized one")
		}
	}
}

func TestStatements(t *testing.T) {
	t.Parallel()
	i := find(t, "arn:aws:states:::states:startExecution.sync:2")
	if got := len(i.Statements(RequestResponse)); got != 1 {
		t.Errorf("plain call: %d statements, want 1", got)
	}
	for _, p := range []Pattern{RunJob, RunJob2} {
		if got := len(i.Statements(p)); got != 3 {
			t.Errorf("%v: %d statements, want 3", p, got)
		}
	}
	if len(i.Base) != 1 {
		t.Error("Statements wrote into the table")
	}
}

func TestTablesAreOrdered(t *testing.T) {
	t.Parallel()
	n := 0
	for i := range All() {
		ref := Ref{Form: Optimized, Partition: "aws", Service: i.Service, Action: i.Action}
		if got, found := Find(ref); !found || got != i {
			t.Errorf("Find(%s) does not find it", ref)
		}
		if !slices.IsSorted(i.Patterns) || len(i.Patterns) == 0 {
			t.Errorf("%s: patterns %v", ref, i.Patterns)
		}
		for _, p := range i.Patterns {
			ref.Pattern = p
			back, err := Parse(ref.String())
			if err != nil || Check(back) != nil {
				t.Errorf("%s is in the table but not accepted", ref)
			}
		}
		n++
	}
	if n != 64 {
		t.Errorf("%d optimized integrations, want 64", n)
	}
	n = 0
	for s := range Services() {
		if got, found := SDKService(s.Name); !found || got != s {
			t.Errorf("SDKService(%s) does not find it", s.Name)
		}
		n++
	}
	if n != 431 {
		t.Errorf("%d services, want 431", n)
	}
}

func TestErrorName(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ service, code, want string }{
		{"s3", "NoSuchKey", "S3.NoSuchKeyException"},
		{"sfn", "InvalidToken", "Sfn.InvalidTokenException"},
		{"dynamodb", "ResourceNotFoundException", "DynamoDb.ResourceNotFoundException"},
		{"s3", "", "S3.S3Exception"},
	} {
		s, _ := SDKService(tt.service)
		if got := s.ErrorName(tt.code); got != tt.want {
			t.Errorf("%s %q: %s, want %s", tt.service, tt.code, got, tt.want)
		}
	}
}

func TestMapIO(t *testing.T) {
	t.Parallel()
	ref, _ := Parse("arn:aws:states:::s3:listObjectsV2")
	m, found := FindMapIO(ref, "ItemReader")
	if !found || !m.Parameters[0].Required || m.Statements[0].Condition[0].Key != "s3:prefix" {
		t.Errorf("listObjectsV2 = %+v, %v", m, found)
	}
	if _, found := FindMapIO(ref, "ResultWriter"); found {
		t.Error("listObjectsV2 writes results")
	}
	if len(DistributedMap()) != 3 {
		t.Error("a distributed map needs three statements")
	}
}

// FuzzParse: no text makes Parse or Check panic, and what Parse takes it writes back.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "arn:", "arn:aws:states:::", "arn:aws:states:::aws-sdk:s3:headObject", "arn:aws:states:::sqs:sendMessage.sync:2",
		"${X}", "arn:${AWS::Partition}:lambda:${AWS::Region}:1:function:f", "arn:aws:lambda:r:a:function:n:q:z", "arn:aws:states:::aws-sdk::", "arn:aws:states:::x:é.sync", "arn:aws:states:r:a:activity:",
		"arn:aws:states:::" + strings.Repeat("a", 10000) + ":b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, resource string) {
		ref, err := Parse(resource)
		if err != nil {
			_ = err.Error()
			return
		}
		if ref.String() != resource {
			t.Errorf("Parse(%q) writes %q", resource, ref.String())
		}
		if p := Check(ref); p != nil && p.What == "" {
			t.Errorf("Check(%q) reports a problem without words", resource)
		}
	})
}

func find(t *testing.T, resource string) *Integration {
	t.Helper()
	ref, err := Parse(resource)
	if err != nil {
		t.Fatal(err)
	}
	i, found := Find(ref)
	if !found {
		t.Fatalf("%s is not in the table", resource)
	}
	return i
}

func BenchmarkParseAndCheck(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		ref, err := Parse("arn:aws:states:::aws-sdk:rekognition:detectLabels")
		if err != nil || Check(ref) != nil {
			b.Fatal(err)
		}
	}
}
