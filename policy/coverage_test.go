package policy

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/internal/oracle"
	"github.com/stepwright/stepwright/value"
)

// Every integration of the table gives statements or needs, whatever of its arguments is
// known, and never a "*" that could be narrower.
func TestEveryIntegration(t *testing.T) {
	t.Parallel()
	for i := range integration.All() {
		for _, p := range i.Patterns {
			for name, form := range map[string]string{"bound": `"${Thing}"`, "plain": `"thing"`, "dynamic": `"{% $x %}"`} {
				var args value.Builder
				for _, param := range i.Parameters {
					args.Set(param.Name, value.MustParse(form))
				}
				resource := sts + i.Service + ":" + i.Action + p.Suffix()
				m := machineOf(&asl.Task{Resource: resource, Arguments: args.Object()})
				narrow(t, resource+" "+name, m)
			}
		}
	}
}

// Every definition that AWS was seen to take is understood, and none is given a "*" that
// could be narrower.
func TestRecordedDefinitions(t *testing.T) {
	t.Parallel()
	n := 0
	for _, src := range recorded(t) {
		m, problems := asl.Parse(src)
		if m == nil || problems.HasErrors() {
			continue
		}
		n++
		narrow(t, string(src), m)
	}
	if n < 100 {
		t.Errorf("only %d definitions were read", n)
	}
}

func narrow(t *testing.T, name string, m *asl.Machine) {
	t.Helper()
	p := Derive(m, Options{})
	for _, s := range slices.Concat(p.Statements, p.Self) {
		if len(s.Actions) == 0 || len(s.Resources) == 0 {
			t.Errorf("%s: empty statement %v", name, s)
		}
		for _, r := range s.Resources {
			if strings.Contains(r, "%") || r == "" {
				t.Errorf("%s: resource %q", name, r)
			}
		}
		for _, a := range s.Actions {
			if slices.Contains(s.Resources, "*") && !Unscoped(a) {
				t.Errorf("%s: %s on everything", name, a)
			}
		}
	}
	for _, n := range p.Needs {
		if len(n.Actions) == 0 || n.Why == "" || n.Call == "" {
			t.Errorf("%s: need %+v says too little", name, n)
		}
	}
}

// What Derive gives allows exactly what the document does: asked with the evaluator.
func TestDerivedPolicyAllowsTheDocument(t *testing.T) {
	t.Parallel()
	m := machineOf(
		task(sts+"dynamodb:updateItem", `{"TableName": "photos", "Key": {}}`),
		task(sts+"lambda:invoke", `{"FunctionName": "extract"}`),
		task(sts+"aws-sdk:s3:headObject", `{"Bucket": "lake", "Key": "in/a.jpg"}`),
		task(sts+"aws-sdk:rekognition:detectLabels", `{"Image": {"S3Object": {"Bucket": "lake", "Name": "in/a.jpg"}}}`),
	)
	doc := written(t, Derive(m, Options{}).Statements)
	requirements, _ := Requirements(m)
	for _, r := range requirements {
		for _, a := range r.Actions {
			for _, res := range r.Resources {
				if got := Evaluate(Request{Action: a, Resource: strings.ReplaceAll(account.Replace(res), "*", "x")}, doc); got != Allowed {
					t.Errorf("%s: %s on %s: %v", r.State, a, res, got)
				}
			}
		}
	}
	for _, req := range []Request{
		{Action: "dynamodb:DeleteItem", Resource: "arn:aws:dynamodb:r:1:table/photos"},
		{Action: "dynamodb:UpdateItem", Resource: "arn:aws:dynamodb:r:1:table/albums"},
		{Action: "lambda:InvokeFunction", Resource: "arn:aws:lambda:r:1:function:extract2"},
		{Action: "s3:GetObject", Resource: "arn:aws:s3:::lake/in/b.jpg"},
		{Action: "s3:PutObject", Resource: "arn:aws:s3:::lake/in/a.jpg"},
		{Action: "rekognition:DeleteCollection", Resource: "*"},
	} {
		if got := Evaluate(req, doc); got != ImplicitDeny {
			t.Errorf("%s on %s: %v", req.Action, req.Resource, got)
		}
	}
}

var account = strings.NewReplacer("${AWS::Partition}", "aws", "${AWS::Region}", "r", "${AWS::AccountId}", "1")

// written is the policy document of statements without placeholders.
func written(t testing.TB, statements []Statement) *Document {
	t.Helper()
	var list []map[string]any
	for _, s := range statements {
		resources := make([]string, len(s.Resources))
		for i, r := range s.Resources {
			resources[i] = account.Replace(r)
		}
		list = append(list, map[string]any{"Effect": "Allow", "Action": s.Actions, "Resource": resources})
	}
	src, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": list})
	if err != nil {
		t.Fatal(err)
	}
	d, err := ParseDocument(value.MustParse(string(src)))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// FuzzDerive: no document that parses makes Derive panic, and what it gives is narrow.
func FuzzDerive(f *testing.F) {
	for _, seed := range []string{
		`{"Type": "Task", "Resource": "arn:aws:states:::sqs:sendMessage", "Arguments": {"QueueUrl": "https://sqs..//"}, "End": true}`,
		`{"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync:2", "Arguments": {"StateMachineArn": "arn:"}, "End": true}`,
		`{"Type": "Task", "Resource": "arn:aws:states:::events:putEvents", "Arguments": {"Entries": [1, "{% $x %}", {"EventBusName": "${"}]}, "End": true}`,
		`{"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:s3:getObject", "Arguments": {"Bucket": "${A}${B}", "Key": "${}"}, "Credentials": {"RoleArn.$": "$.r"}, "End": true}`,
		`{"Type": "Task", "Resource": "arn:aws:states:::http:invoke", "Arguments": {"ApiEndpoint": 1, "Method": null}, "End": true}`,
		`{"Type": "Map", "ItemProcessor": {"ProcessorConfig": {"Mode": "DISTRIBUTED"}, "StartAt": "a", "States": {"a": {"Type": "Succeed"}}}, "ItemReader": {"Resource": "arn:aws:states:::s3:listObjectsV2", "Arguments": "{% $r %}"}, "End": true}`,
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, state string) {
		m, _ := asl.Parse([]byte(`{"QueryLanguage": "JSONata", "StartAt": "s", "States": {"s": ` + state + `}}`))
		if m != nil {
			Derive(m, Options{Name: "Me"})
		}
	})
}

func BenchmarkDerive(b *testing.B) {
	var states []asl.State
	for range 25 {
		states = append(states,
			task(sts+"dynamodb:updateItem", `{"TableName": "${Photos}", "Key": {}}`),
			task(sts+"lambda:invoke", `{"FunctionName": "${Extract}", "Payload": {}}`))
	}
	m := machineOf(states...)
	b.ReportAllocs()
	for b.Loop() {
		if len(Derive(m, Options{}).Statements) != 2 {
			b.Fatal("wrong policy")
		}
	}
}

// recorded are the definitions of the conformance cases.
func recorded(t *testing.T) [][]byte {
	t.Helper()
	return definitionsIn(t, oracle.Dir(t))
}

func definitionsIn(t *testing.T, dir string) [][]byte {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "conformance", "*", "*.json"))
	if err != nil {
		t.Fatal(err)
	}
	var all [][]byte
	for _, f := range files {
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		c, err := value.Parse(src)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		if d := c.Get("definition"); d.IsObject() {
			all = append(all, []byte(d.String()))
		}
	}
	return all
}
