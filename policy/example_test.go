package policy_test

import (
	"fmt"

	"github.com/stepwright/stepwright/asl"
	"github.com/stepwright/stepwright/policy"
	"github.com/stepwright/stepwright/value"
)

func ExampleDerive() {
	m := &asl.Machine{QueryLanguage: asl.JSONata}
	m.States.Add("Claim", &asl.Task{
		Resource:  "arn:aws:states:::dynamodb:updateItem",
		Arguments: value.MustParse(`{"TableName": "${Photos}", "Key": {"id": {"S": "{% $job.id %}"}}}`),
	})
	m.States.Add("Check object", &asl.Task{
		Resource:  "arn:aws:states:::aws-sdk:s3:headObject",
		Arguments: value.MustParse(`{"Bucket": "{% $job.bucket %}", "Key": "{% $job.key %}"}`),
	})
	read := policy.Grant{Actions: []string{"s3:GetObject"}, Resources: []string{"${PhotoBucket.Arn}/private/*/uploads/*"}}

	p := policy.Derive(m, policy.Options{Grants: []policy.Grant{read}})
	for _, s := range p.Statements {
		fmt.Println(s.Actions, s.Resources)
	}
	for _, n := range p.Needs {
		fmt.Println(n.Diagnostic())
	}
	// Output:
	// [dynamodb:UpdateItem] [${Photos.Arn}]
	// [s3:GetObject] [${PhotoBucket.Arn}/private/*/uploads/*]
	// state "Check object": s3:headObject needs s3:ListBucket, but Bucket is only known when the workflow runs [needs-grant]
}

func ExampleEvaluate() {
	doc, err := policy.ParseDocument(value.MustParse(`{"Version": "2012-10-17", "Statement": [
		{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::photos/private/*/resized/*"}]}`))
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, key := range []string{"private/kim/resized/a.jpg", "private/kim/uploads/a.jpg"} {
		req := policy.Request{Action: "s3:PutObject", Resource: "arn:aws:s3:::photos/" + key}
		fmt.Println(key, policy.Evaluate(req, doc))
	}
	// Output:
	// private/kim/resized/a.jpg allowed
	// private/kim/uploads/a.jpg implicitDeny
}
