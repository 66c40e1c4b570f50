package dynamodb

import "github.com/stepwright/stepwright/flow"

// The two integrations spell the same errors differently: steps on one item use the optimized one (DynamoDB.…), all
// others the AWS SDK's (DynamoDb.…). The sets have both, so that they fit every step.
var (
	// ConditionFailed: the item is not as a condition demands.
	ConditionFailed = both("ConditionalCheckFailedException")
	// Canceled: a transaction was not made: a condition does not hold, or another write was in the way. The cause says
	// of each part why.
	Canceled = both("TransactionCanceledException")
	// Conflict: another transaction has the item in its hands; trying again later helps.
	Conflict = both("TransactionConflictException", "TransactionInProgressException")
	// NoTable: there is no such table or index.
	NoTable = both("ResourceNotFoundException")
	// Throttled: the table is busy; trying again later helps. Two of these the API calls RequestLimitExceeded and
	// InternalServerError; integrations name errors by the class in the SDK, which ends in Exception. That no
	// integration uses the shorter names is unverified, so they are here as well.
	Throttled = append(both("ProvisionedThroughputExceededException", "RequestLimitExceededException", "ThrottlingException", "InternalServerErrorException"),
		"DynamoDB.RequestLimitExceeded", "DynamoDB.InternalServerError")
)

const (
	optimized = "arn:aws:states:::dynamodb:"
	sdk       = "arn:aws:states:::aws-sdk:dynamodb:"
)

// both spells errors as both integrations do.
func both(names ...string) flow.Errors {
	out := make(flow.Errors, 0, 2*len(names))
	for _, n := range names {
		out = append(out, "DynamoDB."+n, "DynamoDb."+n)
	}
	return out
}
