package services_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A step is one call of an action, and what its answer must contain; a want that begins with "!" is the error's code.
type step struct{ action, in, want string }

// smallProbes are conversations with the small services, through the directory that the engine's integrations use.
// Pages are of docs.aws.amazon.com. IDs and ARNs of answers can be used later as
// $Name.
var smallProbes = []struct {
	service, page string
	steps         []step
}{
	{"ssm", "systems-manager/latest/APIReference/API_PutParameter.html", []step{
		{"PutParameter", `{"Name":"/a/b","Type":"String","Value":"1"}`, `"Version":1`},
		{"PutParameter", `{"Name":"/a/b","Value":"2","Overwrite":true}`, `"Version":2`},
		{"PutParameter", `{"Name":"/a/b","Type":"String","Value":"3"}`, "!ParameterAlreadyExists"},
		{"PutParameter", `{"Name":"awsome","Type":"String","Value":"3"}`, "!ValidationException"},
		{"PutParameter", `{"Name":"/a","Type":"Number","Value":"3"}`, "!ValidationException"},
		{"GetParameter", `{"Name":"/a/b"}`, `"Value":"2"`},
		{"GetParameter", `{"Name":"/a/b:1"}`, `"Selector":":1"`},
		{"GetParameter", `{"Name":"/a/b:9"}`, "!ParameterVersionNotFound"},
		{"GetParameter", `{"Name":"/nothing"}`, "!ParameterNotFound"},
		{"GetParameter", `{"Name":"arn:aws:ssm:us-east-1:000000000000:parameter/a/b"}`, `"Value":"2"`},
		{"PutParameter", `{"Name":"/a/secret","Type":"SecureString","Value":"x"}`, `"Version":1`},
		{"GetParameter", `{"Name":"/a/secret"}`, `"Value":"eA=="`},
		{"GetParameter", `{"Name":"/a/secret","WithDecryption":true}`, `"Value":"x"`},
		{"GetParametersByPath", `{"Path":"/a","MaxResults":1}`, `"NextToken":"/a/b"`},
		{"GetParametersByPath", `{"Path":"/a","NextToken":"/a/b"}`, `"Name":"/a/secret"`},
		{"GetParameters", `{"Names":["/a/b","/c"]}`, `"InvalidParameters":["/c"]`},
		{"DeleteParameter", `{"Name":"/a/b"}`, ``},
		{"DeleteParameter", `{"Name":"/a/b"}`, "!ParameterNotFound"},
		{"StartAutomationExecution", `{}`, "!UnknownOperationException"},
	}},
	{"secretsmanager", "secretsmanager/latest/apireference/API_GetSecretValue.html", []step{
		{"CreateSecret", `{"Name":"s","SecretString":"one"}`, `"Name":"s"`},
		{"CreateSecret", `{"Name":"s","SecretString":"one"}`, "!ResourceExistsException"},
		{"PutSecretValue", `{"SecretId":"s","SecretString":"two"}`, `"AWSCURRENT"`},
		{"GetSecretValue", `{"SecretId":"$ARN"}`, `"SecretString":"two"`},
		{"GetSecretValue", `{"SecretId":"s","VersionStage":"AWSPREVIOUS"}`, `"SecretString":"one"`},
		{"GetSecretValue", `{"SecretId":"s","VersionId":"none"}`, "!ResourceNotFoundException"},
		{"GetSecretValue", `{"SecretId":"nothing"}`, "!ResourceNotFoundException"},
		{"PutSecretValue", `{"SecretId":"s"}`, "!InvalidParameterException"},
		{"DeleteSecret", `{"SecretId":"s","RecoveryWindowInDays":3}`, "!InvalidParameterException"},
		{"DeleteSecret", `{"SecretId":"s"}`, `"DeletionDate"`},
		{"GetSecretValue", `{"SecretId":"s"}`, "!InvalidRequestException"},
		{"RestoreSecret", `{"SecretId":"s"}`, `"Name":"s"`},
		{"RotateSecret", `{"SecretId":"s"}`, "!UnknownOperationException"},
	}},
	{"kms", "kms/latest/APIReference/API_Encrypt.html", []step{
		{"CreateKey", `{}`, `"KeyState":"Enabled"`},
		{"GenerateDataKey", `{"KeyId":"$KeyId","KeySpec":"AES_256"}`, `"Plaintext"`},
		{"Encrypt", `{"KeyId":"$KeyId","Plaintext":"aGVsbG8=","EncryptionContext":{"a":"b"}}`, `"CiphertextBlob"`},
		{"Decrypt", `{"CiphertextBlob":"$CiphertextBlob","EncryptionContext":{"a":"b"}}`, `"Plaintext":"aGVsbG8="`},
		{"Decrypt", `{"CiphertextBlob":"$CiphertextBlob"}`, "!InvalidCiphertextException"},
		{"Decrypt", `{"CiphertextBlob":"aGVsbG8="}`, "!InvalidCiphertextException"},
		{"Encrypt", `{"KeyId":"nothing","Plaintext":"aGVsbG8="}`, "!NotFoundException"},
		{"Sign", `{}`, "!UnknownOperationException"},
	}},
	{"iam", "IAM/latest/APIReference/API_CreateRole.html", []step{
		{"CreateRole", `{"RoleName":"r","AssumeRolePolicyDocument":"{}"}`, `"Arn":"arn:aws:iam::000000000000:role/r"`},
		{"CreateRole", `{"RoleName":"r","AssumeRolePolicyDocument":"{}"}`, "!EntityAlreadyExists"},
		{"CreateRole", `{"RoleName":"q","AssumeRolePolicyDocument":"{"}`, "!MalformedPolicyDocument"},
		{"PutRolePolicy", `{"RoleName":"r","PolicyName":"p","PolicyDocument":"{}"}`, ``},
		{"GetRolePolicy", `{"RoleName":"r","PolicyName":"p"}`, `"PolicyDocument":"%7B%7D"`},
		{"DeleteRole", `{"RoleName":"r"}`, "!DeleteConflict"},
		{"DeleteRolePolicy", `{"RoleName":"r","PolicyName":"p"}`, ``},
		{"DeleteRole", `{"RoleName":"r"}`, ``},
		{"GetRole", `{"RoleName":"r"}`, "!NoSuchEntity"},
		{"CreateUser", `{}`, "!UnknownOperationException"},
	}},
	{"sts", "STS/latest/APIReference/API_AssumeRole.html", []step{
		{"GetCallerIdentity", `{}`, `"Account":"000000000000"`},
		{"AssumeRole", `{"RoleArn":"arn:aws:iam::000000000000:role/r","RoleSessionName":"me"}`, `assumed-role/r/me`},
		{"AssumeRole", `{"RoleArn":"r","RoleSessionName":"me"}`, "!ValidationError"},
		{"GetFederationToken", `{}`, "!UnknownOperationException"},
	}},
	{"logs", "AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html", []step{
		{"CreateLogGroup", `{"logGroupName":"g"}`, ``},
		{"CreateLogGroup", `{"logGroupName":"g"}`, "!ResourceAlreadyExistsException"},
		{"CreateLogStream", `{"logGroupName":"g","logStreamName":"s"}`, ``},
		{"PutLogEvents", `{"logGroupName":"g","logStreamName":"s","logEvents":[{"timestamp":1,"message":"old"}]}`, `"tooOldLogEventEndIndex":1`},
		{"GetLogEvents", `{"logGroupName":"g","logStreamName":"x"}`, "!ResourceNotFoundException"},
		{"StartQuery", `{}`, "!UnknownOperationException"},
	}},
}

func TestSmallServices(t *testing.T) {
	t.Parallel()
	for _, tt := range smallProbes {
		t.Run(tt.service, func(t *testing.T) {
			t.Parallel()
			m, _ := machine(t, local.Options{})
			known := map[string]string{}
			for _, st := range tt.steps {
				in := named.ReplaceAllStringFunc(st.in, func(name string) string { return known[name[1:]] })
				out, err := m.Directory.Call(t.Context(), tt.service, st.action, value.MustParse(in))
				remember(known, out)
				got := out.String()
				if e := wire.AsError(err, "other"); e != nil {
					got = "!" + e.Code
				}
				if !strings.Contains(got, st.want) || strings.HasPrefix(got, "!") && got != st.want {
					t.Errorf("%s %s\ngot  %s\nwant %s\nsee https://docs.aws.amazon.com/%s", st.action, in, got, st.want, tt.page)
				}
			}
		})
	}
}

var named = regexp.MustCompile(`\$[A-Za-z]+`)

// remember keeps the texts of an answer by their names.
func remember(known map[string]string, v value.Value) {
	for name, x := range v.Members() {
		if x.IsString() {
			known[name] = x.Str()
		}
		remember(known, x)
	}
}
