// Package awsclient configures the AWS SDK for handlers, so that the same
// binary talks to AWS in the cloud and to the local machine on a laptop.
//
// What differs is only the endpoint, which AWS_ENDPOINT_URL names. A loopback
// address has no subdomains: the SDK's host prefixes (sync-states.…) are
// switched off for it, and S3 clients ask [IsLocal] whether to use paths
// instead of bucket hosts:
//
//	cfg, err := awsclient.Config(ctx)
//	…
//	client := s3.NewFromConfig(cfg, func(o *s3.Options) {
//		o.UsePathStyle = awsclient.IsLocal(o.BaseEndpoint)
//	})
package awsclient

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Config reads the SDK's configuration from the environment: region, keys,
// AWS_ENDPOINT_URL, AWS_CA_BUNDLE and the rest of what [config.LoadDefaultConfig]
// knows. It fails if a setting cannot be read, naming it.
//
// The SDK's own HTTP client is kept, because AWS_CA_BUNDLE can only be added to
// that one; a caller that must change the transport passes
// config.WithHTTPClient with a client of awshttp.NewBuildableClient.
func Config(ctx context.Context, options ...func(*config.LoadOptions) error) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx, options...)
	if err != nil {
		return aws.Config{}, fmt.Errorf("load AWS configuration: %w", err)
	}
	cfg.APIOptions = append(cfg.APIOptions, plainLocalHost)
	return cfg, nil
}

// IsLocal reports whether an endpoint, as the options of an SDK client hold it,
// is on this machine: localhost, a name below it, or a loopback address. Nil
// is AWS itself.
func IsLocal(endpoint *string) bool {
	if endpoint == nil {
		return false
	}
	u, err := url.Parse(*endpoint)
	return err == nil && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	ip := net.ParseIP(host)
	return ip != nil && ip.IsLoopback()
}

// plainLocalHost switches the host prefix off once the endpoint is known, which
// is after its resolution and before the step that would add the prefix.
func plainLocalHost(stack *middleware.Stack) error {
	step := middleware.FinalizeMiddlewareFunc("PlainLocalHost",
		func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
			if request, ok := in.Request.(*smithyhttp.Request); ok && isLoopback(request.URL.Hostname()) {
				ctx = smithyhttp.DisableEndpointHostPrefix(ctx, true)
			}
			return next.HandleFinalize(ctx, in)
		})
	return stack.Finalize.Insert(step, "ResolveEndpointV2", middleware.After)
}
