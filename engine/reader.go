package engine

import (
	"bytes"
	"errors"

	"github.com/stepwright/stepwright/items"
	"github.com/stepwright/stepwright/value"
)

// Items makes the items of a Distributed Map of an object's content, as a Call's ReaderConfig says: CSV, JSON or
// JSONL. It is for environments that hold objects in memory; see ItemOpener for those that read them. The failure's
// cause is the service's where it is known.
func Items(config value.Value, content []byte) Result {
	r, err := items.New(config, bytes.NewReader(content))
	if err != nil {
		return unreadable(err.Error())
	}
	all, err := items.All(r)
	switch {
	case errors.Is(err, items.ErrNotIterable):
		return Succeed(value.Null)
	case err != nil:
		return unreadable(err.Error())
	}
	return Succeed(all)
}

func unreadable(cause string) Result { return Failed(errItemReader, cause) }
