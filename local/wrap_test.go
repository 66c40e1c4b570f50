package local_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stepwright/stepwright/local"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A silent queue service answers every call with an error.
type silent struct{ wire.Service }

func (silent) Call(context.Context, string, value.Value) (value.Value, error) {
	return value.Value{}, wire.Errorf("OutOfOrder", "closed today")
}

func TestWrapStandsBeforeTheService(t *testing.T) {
	t.Parallel()
	m, err := local.Start(t.Context(), local.Options{Wrap: func(s wire.Service) wire.Service {
		if s.Name() == "sqs" {
			return silent{s}
		}
		return s
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := m.Close(); err != nil {
			t.Error(err)
		}
	})
	_, err = m.Directory.Call(t.Context(), "sqs", "ListQueues", value.Object())
	if e, ok := errors.AsType[*wire.Error](err); !ok || e.Code != "OutOfOrder" {
		t.Errorf("sqs answered %v; expected what was put before it", err)
	}
	if _, err := m.Directory.Call(t.Context(), "dynamodb", "ListTables", value.Object()); err != nil {
		t.Errorf("dynamodb is not wrapped and answered %v", err)
	}
}
