package integration

import (
	"cmp"
	"iter"
	"slices"
	"strings"
)

// A Service is one AWS service as the SDK integrations know it.
type Service struct {
	Name      string // as in the ARN: "sfn", "cloudwatchlogs"
	Exception string // stands before the dot in error names: "Sfn", "DynamoDb"
	IAM       string // stands before the colon in IAM actions: "states", "logs"

	// Listed says that AWS documents the IAM prefix; otherwise it is derived from the
	// API model or guessed.
	Listed bool

	Model       string   // directory of the API model; empty where none is left
	Unsupported []string // operations the integration refuses, with their API names: "InvokeAsync"
	AddedOn     string   // yyyy-mm-dd, if later than 2025
	RemovedOn   string   // yyyy-mm-dd, if AWS dropped it
}

// SDKService returns the service called name in aws-sdk ARNs.
func SDKService(name string) (*Service, bool) {
	n, found := slices.BinarySearchFunc(services[:], name, func(s Service, name string) int {
		return cmp.Compare(s.Name, name)
	})
	if !found {
		return nil, false
	}
	return &services[n], true
}

// Services yields every service of the SDK integrations, ordered by name.
func Services() iter.Seq[*Service] {
	return func(yield func(*Service) bool) {
		for n := range services {
			if !yield(&services[n]) {
				return
			}
		}
	}
}

// Supports reports whether the integration offers action, written as in the ARN
// ("headObject"). Whether the API has such an operation at all is not known here.
func (s *Service) Supports(action string) bool {
	return !slices.Contains(s.Unsupported, Operation(action))
}

// ErrorName is the name under which a Retry or Catch meets the API error code, such as
// S3.NoSuchKeyException for NoSuchKey. An empty code is an error the API does not model:
// S3.S3Exception.
func (s *Service) ErrorName(code string) string {
	if code == "" {
		code = s.Exception
	}
	return s.Exception + "." + strings.TrimSuffix(code, "Exception") + "Exception"
}

// Operation is the API's name of an action: its first letter upper-cased.
func Operation(action string) string {
	if action == "" {
		return ""
	}
	return strings.ToUpper(action[:1]) + action[1:]
}
