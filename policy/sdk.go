package policy

import (
	"strings"

	"github.com/stepwright/stepwright/integration"
	"github.com/stepwright/stepwright/value"
)

// A target says which argument of a service's operations names what they work on.
type target struct {
	service  string // as in aws-sdk ARNs
	argument string
	arn      string // by a plain name, which stands at %s; empty if the argument must be an ARN
}

const here = ":${AWS::Region}:${AWS::AccountId}:"

// targets are the services whose operations name their resource in one argument.
var targets = []target{
	{"dynamodb", "TableName", "arn:${AWS::Partition}:dynamodb" + here + "table/%s"},
	{"kinesis", "StreamName", "arn:${AWS::Partition}:kinesis" + here + "stream/%s"},
	{"kinesis", "StreamARN", "%s"},
	{"lambda", "FunctionName", "arn:${AWS::Partition}:lambda" + here + "function:%s"},
	{"secretsmanager", "SecretId", "arn:${AWS::Partition}:secretsmanager" + here + "secret:%s-??????"},
	{"sfn", "StateMachineArn", "%s"},
	{"sfn", "ExecutionArn", "%s"},
	{"sns", "TopicArn", "%s"},
	{"sns", "TargetArn", "%s"},
	{"sqs", "QueueUrl", "%s"},
	{"ssm", "Name", "arn:${AWS::Partition}:ssm" + here + "parameter/%s"},
}

// renamed are the operations whose IAM action is not called like them.
var renamed = map[string][]string{
	"lambda:invoke":                    {"lambda:InvokeFunction"},
	"s3:headObject":                    {"s3:GetObject"},
	"s3:headBucket":                    {"s3:ListBucket"},
	"s3:listObjects":                   {"s3:ListBucket"},
	"s3:listObjectsV2":                 {"s3:ListBucket"},
	"s3:listObjectVersions":            {"s3:ListBucketVersions"},
	"s3:listMultipartUploads":          {"s3:ListBucketMultipartUploads"},
	"s3:listParts":                     {"s3:ListMultipartUploadParts"},
	"s3:createMultipartUpload":         {"s3:PutObject"},
	"s3:uploadPart":                    {"s3:PutObject"},
	"s3:completeMultipartUpload":       {"s3:PutObject"},
	"s3:copyObject":                    {"s3:GetObject", "s3:PutObject"},
	"s3:uploadPartCopy":                {"s3:GetObject", "s3:PutObject"},
	"s3:deleteObjects":                 {"s3:DeleteObject"},
	"s3:getObjectAttributes":           {"s3:GetObject", "s3:GetObjectAttributes"},
	"s3:listBuckets":                   {"s3:ListAllMyBuckets"},
	"sns:publishBatch":                 {"sns:Publish"},
	"sqs:changeMessageVisibilityBatch": {"sqs:ChangeMessageVisibility"},
	"sqs:deleteMessageBatch":           {"sqs:DeleteMessage"},
	"sqs:sendMessageBatch":             {"sqs:SendMessage"},
	"dynamodb:batchExecuteStatement": {
		"dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate",
	},
	"dynamodb:executeStatement": {
		"dynamodb:PartiQLDelete", "dynamodb:PartiQLInsert", "dynamodb:PartiQLSelect", "dynamodb:PartiQLUpdate",
	},
	"dynamodb:transactGetItems":   {"dynamodb:GetItem"},
	"dynamodb:transactWriteItems": {"dynamodb:ConditionCheckItem", "dynamodb:DeleteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"},
}

// IAMActions are the IAM actions that an SDK integration's call is checked against; for
// most operations one, called like the operation.
func IAMActions(ref integration.Ref) []string {
	if a, ok := renamed[ref.Label()]; ok {
		return a
	}
	prefix := ref.Service
	if s, ok := integration.SDKService(ref.Service); ok {
		prefix = s.IAM
	}
	return []string{prefix + ":" + integration.Operation(ref.Action)}
}

// anyWaiting are the machines and activities of this account. Permission to answer a token
// is asked on the one that waits, which only the token knows; and who has the token, which
// nobody can guess, was meant to answer.
var anyWaiting = []string{
	"arn:${AWS::Partition}:states" + here + "stateMachine:*", "arn:${AWS::Partition}:states" + here + "activity:*",
}

// sdk notes what an SDK integration needs.
func (c *collector) sdk(call *call) {
	actions := IAMActions(call.ref)
	switch call.ref.Service {
	case "s3":
		c.bucket(call, actions)
		return
	case "rekognition":
		for _, name := range []string{"Image", "SourceImage", "TargetImage", "Video"} {
			c.image(call, name)
		}
		c.channel(call)
	case "dynamodb":
		if c.tables(call, actions) {
			return
		}
	case "sfn":
		if strings.HasPrefix(call.ref.Action, "sendTask") {
			c.allow(Statement{Actions: actions, Resources: anyWaiting})
			return
		}
	}
	if len(actions) == 1 && Unscoped(actions[0]) {
		c.allow(Statement{Actions: actions, Resources: []string{"*"}})
		return
	}
	for _, t := range targets {
		if a := call.arg(t.argument); t.service == call.ref.Service && a.from != missing {
			c.target(call, t, a, actions)
			return
		}
	}
	c.unknown("the table knows no resource for it", actions...)
}

func (c *collector) target(call *call, t target, a argument, actions []string) {
	switch {
	case t.argument == "QueueUrl":
		a = queue(a)
	case call.ref.Service == "lambda" && call.ref.Action == "invoke" && a.known():
		c.function(a.arn(t.arn), strings.Count(a.text, ":") > 6)
		return
	case t.argument == "StateMachineArn" && a.known():
		a.text = machineArgument(a)
	case t.service == "ssm" && a.from == plainly:
		a.text = strings.TrimPrefix(a.text, "/")
	}
	if index := call.arg("IndexName"); call.ref.Service == "dynamodb" && index.from != missing && a.known() {
		name := "*"
		if index.known() {
			name, _ = call.text(index, "IndexName")
		}
		c.allow(Statement{Actions: actions, Resources: []string{a.arn(t.arn) + "/index/" + name}})
		return
	}
	c.either(a, t.argument, t.arn, actions...)
}

// machineArgument drops the version or alias of a machine's ARN: permission is on the
// machine.
func machineArgument(a argument) string {
	if a.from == bound {
		return a.text
	}
	return machine(a, "", "")
}

// bucket notes what a call of S3 needs: its actions on the object or the bucket, and to
// list the bucket when it reads an object, so that a missing key is "not found" and not
// "forbidden".
func (c *collector) bucket(call *call, actions []string) {
	bucket := call.arg("Bucket")
	const arn = "arn:${AWS::Partition}:s3:::%s"
	switch {
	case bucket.from == missing:
		c.unknown("the table knows no resource for it", actions...)
		return
	case strings.HasSuffix(call.ref.Action, "opyObject") || strings.HasSuffix(call.ref.Action, "PartCopy"):
		c.unknown("CopySource is not understood", actions...)
		return
	case call.ref.Action == "deleteObjects":
		c.unknown("the keys are only known when the workflow runs", actions...)
		return
	}
	key := call.arg("Key")
	if key.from == missing {
		c.either(bucket, "Bucket", arn, actions...)
		return
	}
	if call.arg("VersionId").from != missing {
		actions = append(actions, versioned(actions)...)
	}
	c.object(bucket, key, actions)
	if actions[0] == "s3:GetObject" {
		c.either(bucket, "Bucket", arn, "s3:ListBucket")
	}
}

// object notes actions on one object.
func (c *collector) object(bucket, key argument, actions []string) {
	switch {
	case !bucket.known():
		c.unknown(bucket.why("Bucket"), actions...)
	case !key.known():
		c.unknown(key.why("Key"), actions...)
	default:
		text := key.text
		if key.from == bound {
			text = "${" + key.text + "}"
		}
		c.allow(Statement{Actions: actions, Resources: []string{bucket.arn("arn:${AWS::Partition}:s3:::%s") + "/" + text}})
	}
}

// versioned are the actions that a call with a VersionId needs besides.
func versioned(actions []string) []string {
	switch actions[0] {
	case "s3:GetObject", "s3:DeleteObject", "s3:GetObjectTagging", "s3:PutObjectTagging", "s3:GetObjectAcl", "s3:PutObjectAcl":
		return []string{strings.Replace(actions[0], "Object", "ObjectVersion", 1)}
	default:
		return nil
	}
}

// image notes that Rekognition reads a picture or a video in S3 with the caller's permissions.
func (c *collector) image(call *call, name string) {
	if a := call.arg(name, "S3Object"); a.from == missing {
		return
	}
	bucket, key := call.arg(name, "S3Object", "Bucket"), call.arg(name, "S3Object", "Name")
	actions := []string{"s3:GetObject"}
	if call.arg(name, "S3Object", "Version").from != missing {
		actions = append(actions, "s3:GetObjectVersion")
	}
	c.object(bucket, key, actions)
}

// channel notes that Rekognition is handed a role, to tell a topic that a video was looked at.
func (c *collector) channel(call *call) {
	role := call.arg("NotificationChannel", "RoleArn")
	switch {
	case role.known():
		c.allow(Statement{
			Actions: []string{"iam:PassRole"}, Resources: []string{role.arn("%s")},
			Condition: []integration.Condition{{Operator: "StringEquals", Key: "iam:PassedToService", Values: []string{"rekognition.amazonaws.com"}}},
		})
	case role.from != missing:
		c.unknown(role.why("RoleArn"), "iam:PassRole")
	}
}

// transacted are the parts of DynamoDB's transactions and what they need.
var transacted = map[string]string{
	"ConditionCheck": "dynamodb:ConditionCheckItem", "Delete": "dynamodb:DeleteItem", "Get": "dynamodb:GetItem", "Put": "dynamodb:PutItem", "Update": "dynamodb:UpdateItem",
}

// tables notes what batches and transactions of DynamoDB need: their tables stand further down in the arguments. It
// tells whether the call is one and its tables are known.
func (c *collector) tables(call *call, actions []string) bool {
	args := opened(call.args)
	arn := targets[0].arn
	if items := opened(args.Get("RequestItems")); items.IsObject() {
		for name := range items.Members() {
			c.either(classify(value.String(name)), "TableName", arn, actions...)
		}
		return true
	}
	items := opened(args.Get("TransactItems"))
	if !items.IsArray() {
		return false
	}
	for _, item := range items.Elements() {
		for kind, part := range opened(item).Members() {
			if action := transacted[kind]; action != "" {
				c.either(follow(part, []string{"TableName"}), "TableName", arn, action)
			}
		}
	}
	return true
}
