package policy

import (
	"slices"
	"strings"
)

// unscoped are the actions that know no resource: a policy can only allow them on "*".
// The list follows the service authorization reference; every use of "*" in a derived
// policy or a template of ours is on it.
var unscoped = []string{
	"batch:DescribeJobs",
	"cloudwatch:PutMetricData",
	"comprehend:BatchDetectDominantLanguage",
	"comprehend:BatchDetectKeyPhrases",
	"comprehend:BatchDetectSentiment",
	"comprehend:BatchDetectSyntax",
	"comprehend:ContainsPiiEntities",
	"comprehend:DetectDominantLanguage",
	"comprehend:DetectKeyPhrases",
	"comprehend:DetectPiiEntities",
	"comprehend:DetectSentiment",
	"comprehend:DetectSyntax",
	"ec2:DescribeSubnets",
	"elasticmapreduce:RunJobFlow",
	"emr-containers:CreateVirtualCluster",
	"lakeformation:GetDataAccess",
	"logs:CreateLogDelivery",
	"logs:DeleteLogDelivery",
	"logs:DescribeLogGroups",
	"logs:DescribeResourcePolicies",
	"logs:GetLogDelivery",
	"logs:ListLogDeliveries",
	"logs:PutResourcePolicy",
	"logs:UpdateLogDelivery",
	"rekognition:CompareFaces",
	"rekognition:DetectFaces",
	"rekognition:DetectLabels",
	"rekognition:DetectModerationLabels",
	"rekognition:DetectProtectiveEquipment",
	"rekognition:DetectText",
	"rekognition:GetCelebrityRecognition",
	"rekognition:GetContentModeration",
	"rekognition:GetFaceDetection",
	"rekognition:GetFaceSearch",
	"rekognition:GetLabelDetection",
	"rekognition:GetSegmentDetection",
	"rekognition:GetTextDetection",
	"rekognition:RecognizeCelebrities",
	"rekognition:StartCelebrityRecognition",
	"rekognition:StartContentModeration",
	"rekognition:StartFaceDetection",
	"rekognition:StartLabelDetection",
	"rekognition:StartSegmentDetection",
	"rekognition:StartTextDetection",
	"textract:AnalyzeDocument",
	"textract:AnalyzeExpense",
	"textract:AnalyzeID",
	"textract:DetectDocumentText",
	"xray:GetSamplingRules",
	"xray:GetSamplingTargets",
	"xray:PutTelemetryRecords",
	"xray:PutTraceSegments",
}

// Unscoped reports whether action knows no resource, so that "*" is all a policy can say.
func Unscoped(action string) bool {
	_, found := slices.BinarySearchFunc(unscoped, action, func(a, b string) int {
		return strings.Compare(strings.ToLower(a), strings.ToLower(b))
	})
	return found
}

// LogDelivery is what the service needs to write a machine's log; it must be allowed
// before the machine is made.
func LogDelivery() Statement {
	return Statement{
		Actions: []string{
			"logs:CreateLogDelivery", "logs:DeleteLogDelivery", "logs:DescribeLogGroups", "logs:DescribeResourcePolicies",
			"logs:GetLogDelivery", "logs:ListLogDeliveries", "logs:PutResourcePolicy", "logs:UpdateLogDelivery",
		},
		Resources: []string{"*"},
	}
}

// Tracing is what a machine needs to send traces to X-Ray.
func Tracing() Statement {
	return Statement{
		Actions:   []string{"xray:GetSamplingRules", "xray:GetSamplingTargets", "xray:PutTelemetryRecords", "xray:PutTraceSegments"},
		Resources: []string{"*"},
	}
}

// FunctionTracing is what a Lambda function needs to send traces to X-Ray.
func FunctionTracing() Statement {
	return Statement{Actions: []string{"xray:PutTelemetryRecords", "xray:PutTraceSegments"}, Resources: []string{"*"}}
}
