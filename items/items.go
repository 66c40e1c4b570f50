// Package items reads the items of a Distributed Map, one after the other, from the formats that the service reads:
// CSV, JSON and JSONL (developer guide, "ItemReader"; Amazon States Language reference, section 12.3).
//
// A Reader holds one item at a time, so that a file may be larger than memory:
//
//	config := value.MustParse(`{"InputType": "CSV", "CSVHeaderLocation": "FIRST_ROW"}`)
//	r, err := items.New(config, file)
//	for {
//		item, err := r.Next()
//		if err == io.EOF {
//			break
//		}
//		…
//	}
//
// What a message says is the cause of States.ItemReaderFailed, in the service's words where they are known.
package items

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"

	"github.com/stepwright/stepwright/value"
)

// An Item is what a Distributed Map starts a child for, alone or in a batch.
type Item struct {
	Key    value.Value // the name, when the items are the members of an object; else absent
	Value  value.Value
	Source string // where it was read, as Map.Item.Source has it; empty when nobody said
}

// A Reader gives items one after the other. Next gives io.EOF after the last one; after any error it is not called
// again. Readers that hold something open are io.Closers as well.
type Reader interface {
	Next() (Item, error)
}

// ErrNotIterable is the failure of JSON that is neither an array nor an object (recorded:
// distributed-map/base-scenarios-map-item-reader-json-no-json-list-object).
var ErrNotIterable = errors.New("Attempting to map over non-iterable node.") //nolint:revive,staticcheck // the service's words

// New reads items from r as a ReaderConfig says. Its InputType must be CSV, JSON or JSONL.
func New(config value.Value, r io.Reader) (Reader, error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if mark, _ := in.Peek(3); string(mark) == "\uFEFF" {
		_, _ = in.Discard(3) // what was peeked is there
	}
	switch t := config.Get("InputType").Str(); t {
	case "CSV":
		return newCSV(config, in)
	case "JSON":
		return newJSON(config, in)
	case "JSONL":
		return &lines{in: in}, nil
	default:
		return nil, fmt.Errorf("InputType is %s; expected CSV, JSON or JSONL", strconv.Quote(t))
	}
}

// All reads all items: an array of them, or an object when they have keys.
func All(r Reader) (value.Value, error) {
	all := []value.Value{}
	var members value.Builder
	for {
		item, err := r.Next()
		switch {
		case err == io.EOF && (members.Len() > 0 || isObject(r)):
			return members.Object(), nil
		case err == io.EOF:
			return value.Array(all...), nil
		case err != nil:
			return value.Value{}, err
		case item.Key.Exists():
			members.Set(item.Key.Str(), item.Value)
		default:
			all = append(all, item.Value)
		}
	}
}

// isObject tells whether what r reads has been found to be an object.
func isObject(r Reader) bool {
	j, ok := r.(*document)
	return ok && j.end == '}'
}

// Close closes a reader that can be closed.
func Close(r Reader) error {
	if c, ok := r.(io.Closer); ok {
		return c.Close()
	}
	return nil
}

// Of gives the elements of an array, or the members of an object, that is in memory; ok is false if v is neither.
func Of(v value.Value) (items []Item, ok bool) {
	items = make([]Item, 0, v.Len())
	switch {
	case v.IsArray():
		for _, e := range v.Elements() {
			items = append(items, Item{Value: e})
		}
	case v.IsObject():
		for name, m := range v.Members() {
			items = append(items, Item{Key: value.String(name), Value: m})
		}
	default:
		return nil, false
	}
	return items, true
}
