package services_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/local/wire/wiretest"
)

// machine starts a local machine, with empty services unless the options say more, and gives what clients need.
func machine(t testing.TB, o local.Options) (*local.Machine, aws.Config) {
	t.Helper()
	m, err := local.Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Errorf("close the machine: %v", err)
		}
	})
	cfg := wiretest.Config(m.URL(), m.Keys())
	cfg.Region = m.Account().Region
	return m, cfg
}
