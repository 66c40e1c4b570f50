// Package bedrock asks foundation models through Amazon Bedrock's optimized integration.
//
//	answer := bedrock.Invoke(f, "Describe", new("anthropic.claude-3-haiku-20240307-v1:0"), prompt, Answer{},
//		flow.Retry(bedrock.Busy, patiently))
//
// What a model takes and gives is its own affair: body and answer are the author's types, as the model's documentation
// describes them. Both must fit into 256 KiB; InvokeTo writes larger answers into S3.
package bedrock

import "github.com/stepwright/stepwright/flow"

// The errors of Bedrock, by what to do about them. (The prefix of the optimized integration is Bedrock, that of the
// AWS SDK integration BedrockRuntime; the sets have both.)
var (
	// Busy: too many requests, or the model is not ready; trying again later helps.
	Busy = both("ThrottlingException", "ServiceUnavailableException", "InternalServerException", "ModelNotReadyException", "ModelTimeoutException")
	// Refused: the request itself is wrong or not allowed; trying again does not help.
	Refused = both("ValidationException", "AccessDeniedException", "ResourceNotFoundException", "ServiceQuotaExceededException")
	// ModelFailed: the model could not deal with the body.
	ModelFailed = both("ModelErrorException")
)

func both(names ...string) flow.Errors {
	out := make(flow.Errors, 0, 2*len(names))
	for _, n := range names {
		out = append(out, "Bedrock."+n, "BedrockRuntime."+n)
	}
	return out
}

// Invoke asks a model, which is named by its id, its ARN or that of an inference profile. body and answer are JSON;
// as says what the answer looks like.
func Invoke[In, Out any](f *flow.Flow, name string, model *string, body *In, as Out, opts ...flow.TaskOption) *Out {
	args := struct {
		ModelID *string `json:"ModelId" flow:"required"`
		Body    *In     `flow:"required"`
	}{model, body}
	return flow.Do[Out](f, name, flow.Call{Resource: resource, Args: args, Result: bodyOf}, opts...)
}

// InvokeTo asks a model and has its answer written into S3, as the object that uri names: "s3://bucket/key". For
// answers that are too large for a workflow. (What the step's result has in place of the answer is unverified, so it
// gives none.)
func InvokeTo[In any](f *flow.Flow, name string, model *string, body *In, uri *string, opts ...flow.TaskOption) {
	type object struct {
		S3URI *string `json:"S3Uri" flow:"required"`
	}
	args := struct {
		ModelID *string `json:"ModelId" flow:"required"`
		Body    *In     `flow:"required"`
		Output  object
	}{model, body, object{uri}}
	flow.Do[map[string]any](f, name, flow.Call{Resource: resource, Args: args}, opts...)
}

const resource = "arn:aws:states:::bedrock:invokeModel"

func bodyOf(answer flow.Expr, _ func(string) bool) flow.Expr { return answer.Member("Body") }

// GuardrailIdentifier names the guardrail that looks at question and answer; it needs a GuardrailVersion too.
func GuardrailIdentifier(id *string) flow.TaskOption { return flow.Argument("GuardrailIdentifier", id) }

// GuardrailVersion is the guardrail's version: a number, or DRAFT.
func GuardrailVersion(version *string) flow.TaskOption {
	return flow.Argument("GuardrailVersion", version)
}

// Trace is ENABLED, ENABLED_FULL or DISABLED: whether the answer says what the guardrail did.
func Trace(trace *string) flow.TaskOption { return flow.Argument("Trace", trace) }
