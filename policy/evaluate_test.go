package policy

import (
	"strings"
	"testing"

	"github.com/stepwright/stepwright/value"
)

func TestEvaluate(t *testing.T) {
	t.Parallel()
	const object = "arn:aws:s3:::lake/private/kim/uploads/a.jpg"
	tests := []struct {
		name, statement string
		req             Request
		want            Decision
	}{
		{"allowed", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/private/*/uploads/*"}`, Request{Action: "s3:GetObject", Resource: object}, Allowed},
		{"other resource", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/private/*/resized/*"}`, Request{Action: "s3:GetObject", Resource: object}, ImplicitDeny},
		{"other action", `{"Effect": "Allow", "Action": "s3:PutObject", "Resource": "*"}`, Request{Action: "s3:GetObject", Resource: object}, ImplicitDeny},
		{"actions know no case", `{"Effect": "Allow", "Action": "S3:getobject", "Resource": "*"}`, Request{Action: "s3:GetObject", Resource: object}, Allowed},
		{"resources know case", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::LAKE/*"}`, Request{Action: "s3:GetObject", Resource: object}, ImplicitDeny},
		{"action wildcard", `{"Effect": "Allow", "Action": ["s3:Put*", "s3:G?tObject"], "Resource": "*"}`, Request{Action: "s3:GetObject", Resource: object}, Allowed},
		{"everything", `{"Effect": "Allow", "Action": "*", "Resource": "*"}`, Request{Action: "s3:GetObject", Resource: object}, Allowed},
		{"wildcards stay within the first parts", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:*:lake/*"}`, Request{Action: "s3:GetObject", Resource: object}, ImplicitDeny},
		{"wildcards reach over colons at the end", `{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "arn:aws:lambda:r:a:function:*"}`, Request{Action: "lambda:InvokeFunction", Resource: "arn:aws:lambda:r:a:function:f:live"}, Allowed},
		{"not action", `{"Effect": "Allow", "NotAction": "s3:Delete*", "Resource": "*"}`, Request{Action: "s3:GetObject", Resource: object}, Allowed},
		{"not action, this one", `{"Effect": "Allow", "NotAction": "s3:Get*", "Resource": "*"}`, Request{Action: "s3:GetObject", Resource: object}, ImplicitDeny},
		{"not resource", `{"Effect": "Allow", "Action": "s3:*", "NotResource": "arn:aws:s3:::lake/*"}`, Request{Action: "s3:GetObject", Resource: object}, ImplicitDeny},
		{"principal", `{"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*"}`, Request{Action: "sqs:SendMessage", Resource: "arn:aws:sqs:r:a:q", Principal: "Service:events.amazonaws.com"}, Allowed},
		{"other principal", `{"Effect": "Allow", "Principal": {"Service": ["events.amazonaws.com"]}, "Action": "sqs:SendMessage", "Resource": "*"}`, Request{Action: "sqs:SendMessage", Resource: "arn:aws:sqs:r:a:q", Principal: "Service:sns.amazonaws.com"}, ImplicitDeny},
		{"anybody", `{"Effect": "Deny", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": "*"}`, Request{Action: "s3:GetObject", Resource: object, Principal: "AWS:arn:aws:iam::1:role/r"}, ExplicitDeny},
		{"policy variable", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/private/${aws:username}/*"}`, Request{Action: "s3:GetObject", Resource: object, Context: map[string][]string{"AWS:UserName": {"kim"}}}, Allowed},
		{"policy variable without a value", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/private/${aws:username}/*"}`, Request{Action: "s3:GetObject", Resource: object}, ImplicitDeny},
		{"policy variable holds no wildcard", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/private/${aws:username}/*"}`, Request{Action: "s3:GetObject", Resource: object, Context: map[string][]string{"aws:username": {"*"}}}, ImplicitDeny},
		{"policy variable with a default", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/private/${aws:username, 'kim'}/*"}`, Request{Action: "s3:GetObject", Resource: object}, Allowed},
		{"literal star", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/${*}"}`, Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::lake/x"}, ImplicitDeny},
		{"literal star itself", `{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::lake/${*}"}`, Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::lake/*"}, Allowed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := Evaluate(tt.req, document(t, tt.statement)); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestDenyWins(t *testing.T) {
	t.Parallel()
	allow := document(t, `{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}`)
	deny := document(t, `{"Effect": "Deny", "Action": "s3:DeleteObject", "Resource": "*"}`)
	for _, docs := range [][]*Document{{allow, deny}, {deny, allow}} {
		if got := Evaluate(Request{Action: "s3:DeleteObject", Resource: "arn:aws:s3:::b/k"}, docs...); got != ExplicitDeny {
			t.Errorf("delete: %v", got)
		}
		if got := Evaluate(Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}, docs...); got != Allowed {
			t.Errorf("get: %v", got)
		}
	}
	if got := Evaluate(Request{Action: "s3:GetObject", Resource: "arn:aws:s3:::b/k"}); got != ImplicitDeny {
		t.Errorf("no policy: %v", got)
	}
}

func TestConditions(t *testing.T) {
	t.Parallel()
	key := func(values ...string) map[string][]string { return map[string][]string{"k": values} }
	tests := []struct {
		name, condition string
		context         map[string][]string
		want            bool
	}{
		{"equals", `{"StringEquals": {"k": "a"}}`, key("a"), true},
		{"equals one of", `{"StringEquals": {"k": ["b", "a"]}}`, key("a"), true},
		{"equals has no wildcards", `{"StringEquals": {"k": "a*"}}`, key("ab"), false},
		{"equals, missing", `{"StringEquals": {"k": "a"}}`, nil, false},
		{"equals if exists, missing", `{"StringEqualsIfExists": {"k": "a"}}`, nil, true},
		{"equals if exists, other", `{"StringEqualsIfExists": {"k": "a"}}`, key("b"), false},
		{"keys know no case", `{"StringEquals": {"K": "a"}}`, key("a"), true},
		{"ignore case", `{"StringEqualsIgnoreCase": {"k": "A"}}`, key("a"), true},
		{"not equals", `{"StringNotEquals": {"k": ["b", "c"]}}`, key("a"), true},
		{"not equals, one of them", `{"StringNotEquals": {"k": ["b", "a"]}}`, key("a"), false},
		{"not equals, missing", `{"StringNotEquals": {"k": "a"}}`, nil, true},
		{"like", `{"StringLike": {"k": "private/*/x?"}}`, key("private/kim/x1"), true},
		{"not like", `{"StringNotLike": {"k": "a*"}}`, key("ab"), false},
		{"both", `{"StringEquals": {"k": "a"}, "Bool": {"s": "true"}}`, map[string][]string{"k": {"a"}, "s": {"true"}}, true},
		{"only one of both", `{"StringEquals": {"k": "a"}, "Bool": {"s": true}}`, map[string][]string{"k": {"a"}, "s": {"false"}}, false},
		{"arn", `{"ArnEquals": {"k": "arn:aws:events:*:1:rule/*"}}`, key("arn:aws:events:r:1:rule/x"), true},
		{"arn of another service", `{"ArnLike": {"k": "arn:aws:events:*:1:rule/*"}}`, key("arn:aws:sns:r:1:rule/x"), false},
		{"any value", `{"ForAnyValue:StringEquals": {"k": ["a", "b"]}}`, key("x", "b"), true},
		{"any value, none", `{"ForAnyValue:StringEquals": {"k": ["a"]}}`, key("x"), false},
		{"any value, missing", `{"ForAnyValue:StringNotEquals": {"k": ["a"]}}`, nil, false},
		{"all values", `{"ForAllValues:StringLike": {"k": ["a*"]}}`, key("a1", "a2"), true},
		{"all values, one not", `{"ForAllValues:StringLike": {"k": ["a*"]}}`, key("a1", "b"), false},
		{"all values, missing", `{"ForAllValues:StringLike": {"k": ["a*"]}}`, nil, true},
		{"several values without a quantity", `{"StringEquals": {"k": "a"}}`, key("a", "a"), false},
		{"null", `{"Null": {"k": "true"}}`, nil, true},
		{"not null", `{"Null": {"k": false}}`, key("a"), true},
		{"less", `{"NumericLessThan": {"k": 10}}`, key("9.5"), true},
		{"not less", `{"NumericLessThan": {"k": "10"}}`, key("10"), false},
		{"at most", `{"NumericLessThanEquals": {"k": "10"}}`, key("10"), true},
		{"no number", `{"NumericEquals": {"k": "10"}}`, key("ten"), false},
		{"before", `{"DateLessThan": {"k": "2026-01-01T00:00:00Z"}}`, key("2025-12-31T23:59:59Z"), true},
		{"after, in seconds", `{"DateGreaterThan": {"k": "0"}}`, key("2025-12-31"), true},
		{"network", `{"IpAddress": {"k": "10.0.0.0/8"}}`, key("10.1.2.3"), true},
		{"other network", `{"NotIpAddress": {"k": ["10.0.0.0/8", "192.0.2.1"]}}`, key("192.0.2.1"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := document(t, `{"Effect": "Allow", "Action": "x:Y", "Resource": "*", "Condition": `+tt.condition+`}`)
			got := Evaluate(Request{Action: "x:Y", Resource: "*", Context: tt.context}, d) == Allowed
			if got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestParseDocumentErrors(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, doc, want string }{
		{"no object", `[]`, "policy document is array"},
		{"unknown element", `{"Statements": []}`, `unknown element "Statements"`},
		{"version", `{"Version": "2026-01-01", "Statement": {}}`, "policy version"},
		{"no statement", `{"Version": "2012-10-17"}`, "no Statement"},
		{"no effect", `{"Statement": [{"Action": "a:B", "Resource": "*"}]}`, `statement 0: effect is missing`},
		{"effect", `{"Statement": [{"Effect": "allow", "Action": "a:B"}]}`, `effect is "allow"`},
		{"no action", `{"Statement": [{"Effect": "Allow", "Resource": "*"}]}`, "either Action or NotAction"},
		{"both resources", `{"Statement": [{"Effect": "Allow", "Action": "a:B", "Resource": "*", "NotResource": "*"}]}`, "not both"},
		{"action without a service", `{"Statement": [{"Effect": "Allow", "Action": "GetObject"}]}`, `Action: action "GetObject" has no service`},
		{"intrinsic function", `{"Statement": [{"Effect": "Allow", "Action": "a:B", "Resource": {"Ref": "X"}}]}`, `Resource: {"Ref":"X"} is not a string`},
		{"operator", `{"Statement": [{"Effect": "Allow", "Action": "a:B", "Resource": "*", "Condition": {"StringIs": {"k": "v"}}}]}`, "StringIs k: no such condition operator"},
		{"element", `{"Statement": [{"Effect": "Allow", "Action": "a:B", "Resources": "*"}]}`, "Resources: no such element"},
		{"statement", `{"Statement": ["x"]}`, "it is string"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := ParseDocument(value.MustParse(tt.doc))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %v, want it to contain %q", err, tt.want)
			}
		})
	}
}

// FuzzEvaluate: no policy makes the parser or the evaluator panic or hang.
func FuzzEvaluate(f *testing.F) {
	f.Add(`{"Statement": {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:x}/*", "Condition": {"ForAllValues:StringLike": {"k": ["*?"]}}}}`, "s3:GetObject", "arn:aws:s3:::a/b", "v")
	f.Add(`{"Statement": [{"Effect": "Deny", "NotAction": "*", "NotResource": "${", "NotPrincipal": {"AWS": "*"}}]}`, "", "", "")
	f.Add(`{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "`+strings.Repeat("*a", 100)+`"}]}`, "a:b", strings.Repeat("a", 300), "")
	f.Add(`{"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"DateEquals": {"k": [null, 1e999]}, "IpAddress": {"k": "::/200"}}}]}`, "a:b", "\xff", "é")
	f.Fuzz(func(t *testing.T, doc, action, resource, v string) {
		parsed, err := value.ParseString(doc)
		if err != nil {
			return
		}
		d, err := ParseDocument(parsed)
		if err != nil {
			return
		}
		Evaluate(Request{Action: action, Resource: resource, Context: map[string][]string{"k": {v}, "aws:x": {v}}}, d)
	})
}

func BenchmarkEvaluate(b *testing.B) {
	d := document(b, `{"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": ["arn:aws:s3:::lake/private/*/uploads/*", "arn:aws:s3:::lake/private/*/resized/*"], "Condition": {"StringEquals": {"aws:SourceAccount": "1"}}}`)
	req := Request{Action: "s3:PutObject", Resource: "arn:aws:s3:::lake/private/kim/resized/a.jpg", Context: map[string][]string{"aws:SourceAccount": {"1"}}}
	b.ReportAllocs()
	for b.Loop() {
		if Evaluate(req, d) != Allowed {
			b.Fatal("not allowed")
		}
	}
}

func document(t testing.TB, statement string) *Document {
	t.Helper()
	d, err := ParseDocument(value.MustParse(`{"Version": "2012-10-17", "Statement": [` + statement + `]}`))
	if err != nil {
		t.Fatal(err)
	}
	return d
}
