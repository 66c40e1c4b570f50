package video

import (
	"time"

	"github.com/stepwright/stepwright/flow"
	"github.com/stepwright/stepwright/flow/dynamodb"
	"github.com/stepwright/stepwright/flow/mediaconvert"
	"github.com/stepwright/stepwright/flow/s3"
	"github.com/stepwright/stepwright/flow/sns"
	"github.com/stepwright/stepwright/flow/sqs"
	"github.com/stepwright/stepwright/flow/states"
)

// How patient the workflows are: R-lambda for handlers; R-aws for services, each with its own errors that go away. Every
// task has a timeout as well.
var (
	rLambda = flow.Retry(lambdaBusy, flow.Backoff{Attempts: 6, First: 2 * time.Second, Rate: 2, Jitter: true})

	rDynamoDB     = rAWS(dynamodb.Throttled)
	rMediaConvert = rAWS(mediaconvert.Busy)
	rMediaPackage = rAWS(mediaPackageBusy)
	rS3           = rAWS(s3.Failed)
	rSNS          = rAWS(sns.Throttled)
	rSQS          = rAWS(sqs.Throttled)
	rStates       = rAWS(states.Throttled)

	quickly = flow.Timeout(30 * time.Second)
	inTime  = flow.Timeout(2 * time.Minute) // for handlers

	encodeTimeout   = flow.Timeout(49 * time.Hour) // MediaConvert itself gives up after 48
	approvalTimeout = flow.Timeout(7 * 24 * time.Hour)
)

func rAWS(busy flow.Errors) flow.Option {
	return flow.Retry(busy, flow.Backoff{Attempts: 5, First: time.Second, Rate: 2, Max: 30 * time.Second, Jitter: true})
}
