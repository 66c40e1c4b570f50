package video

import "github.com/stepwright/stepwright/flow"

// Names of errors that no package of flow has. Those of services are as their models spell them; that Step Functions
// does so too is unverified.
var (
	lambdaBusy = flow.Errors{
		"Lambda.ClientExecutionTimeoutException", "Lambda.ServiceException", "Lambda.AWSLambdaException",
		"Lambda.SdkClientException", "Lambda.TooManyRequestsException",
	}
	mediaPackageBusy = flow.Errors{
		"MediaPackageVod.TooManyRequestsException", "MediaPackageVod.InternalServerErrorException", "MediaPackageVod.ServiceUnavailableException",
	}
	// assetExists: there is an asset of that id already.
	assetExists = flow.Errors{"MediaPackageVod.UnprocessableEntityException"}

	// What EncodeEvents answers to a waiting Process when MediaConvert has given up.
	encodeError    = "EncodeError"
	encodeCanceled = "EncodeCanceled"
	encodeFailed   = flow.Errors{encodeError, encodeCanceled}
)
