// Package wiretest helps tests of the local machine's services: it serves them on a real loopback port, behind the
// machine's own door, and points AWS SDK clients at it.
//
//	m := wiretest.Start(t, sqs.New(…))
//	client := awssqs.NewFromConfig(m.Config())
package wiretest

import (
	"context"
	"net/http"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/stepwright/stepwright/local/wire"
)

// Account is the account of all tests.
var Account = wire.Account{Partition: "aws", Region: "eu-north-1", ID: "111122223333"}

// A Machine is a dispatcher with some services on a loopback port.
type Machine struct {
	*wire.Dispatcher
	URL string
}

// Start serves the services until the test ends. A panic in a service is written to the test's log.
func Start(t testing.TB, services ...wire.Service) *Machine {
	t.Helper()
	m := &Machine{Dispatcher: &wire.Dispatcher{Keys: wire.NewKeys(), Log: t.Output()}}
	m.Handle(services...)
	server, err := wire.Listen(0, m.Dispatcher)
	if err != nil {
		t.Fatalf("start a local machine: %v", err)
	}
	m.URL = server.URL()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close the local machine: %v", err)
		}
	})
	return m
}

// Config points AWS SDK clients at the machine. They do not try again, so that errors are seen as they come, and
// they share no connections with other tests.
func (m *Machine) Config() aws.Config { return Config(m.URL, m.Keys) }

// Config points AWS SDK clients at any local machine.
func Config(url string, keys wire.Keys) aws.Config {
	return aws.Config{
		Region:       Account.Region,
		BaseEndpoint: &url,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: keys.AccessKeyID, SecretAccessKey: keys.SecretAccessKey}, nil
		}),
		Retryer:    func() aws.Retryer { return aws.NopRetryer{} },
		HTTPClient: &http.Client{Transport: &http.Transport{DisableKeepAlives: false, MaxIdleConnsPerHost: 64}},
		APIOptions: []func(*middleware.Stack) error{plainHost},
	}
}

// plainHost keeps the SDK from putting a prefix such as "sync-" before the loopback address.
func plainHost(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("PlainHost",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			return next.HandleInitialize(smithyhttp.DisableEndpointHostPrefix(ctx, true), in)
		}), middleware.Before)
}
