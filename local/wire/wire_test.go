package wire_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

func TestAsError(t *testing.T) {
	t.Parallel()
	own := wire.Errorf("QueueDoesNotExist", "no such queue")
	equal := cmp.Comparer(value.Equal)
	for name, c := range map[string]struct {
		err  error
		want *wire.Error
	}{
		"nil":     {nil, nil},
		"its own": {own, own},
		"wrapped": {fmt.Errorf("send: %w", own), own},
		"foreign": {errors.New("disk full"), &wire.Error{Code: "InternalFailure", Message: "disk full", Status: 500}},
	} {
		if d := cmp.Diff(c.want, wire.AsError(c.err, "InternalFailure"), equal); d != "" {
			t.Errorf("%s (-want +got):\n%s", name, d)
		}
	}
}
