package mapio

import (
	"fmt"
	"io"
	"maps"
	"slices"

	"github.com/parquet-go/parquet-go"

	"github.com/stepwright/stepwright/items"
	"github.com/stepwright/stepwright/value"
)

// rows reads the rows of a Parquet file: objects with the columns in the schema's order. Times and dates are the numbers
// that are stored; the service does not say more.
type rows struct {
	in     *parquet.Reader
	schema parquet.Node
	left   int64
}

func newParquet(obj Object) (r items.Reader, err error) {
	defer notParquet(&err)
	f, err := parquet.OpenFile(obj, obj.Size(), parquet.SkipBloomFilters(true))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNotParquet, err)
	}
	return &rows{in: parquet.NewReader(f), schema: f.Schema(), left: f.NumRows()}, nil
}

// notParquet makes an error of what the reader cannot bear: it takes headers at their word.
func notParquet(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %v", errNotParquet, p)
	}
}

func (r *rows) Next() (it items.Item, err error) {
	defer notParquet(&err)
	if r.left <= 0 {
		return it, io.EOF
	}
	r.left--
	row := map[string]any{}
	if err := r.in.Read(&row); err != nil {
		return it, fmt.Errorf("%w: %w", errNotParquet, err)
	}
	it.Value, err = group(r.schema, row)
	return it, err
}

// group is a row, or a group of columns within it.
func group(n parquet.Node, row map[string]any) (value.Value, error) {
	var b value.Builder
	if n != nil {
		for _, f := range n.Fields() {
			x, ok := row[f.Name()]
			if !ok {
				continue
			}
			v, err := cell(f, x)
			if err != nil {
				return v, err
			}
			b.Set(f.Name(), v)
		}
	}
	if b.Len() == len(row) {
		return b.Object(), nil
	}
	for _, name := range slices.Sorted(maps.Keys(row)) { // of a map, whose names are data
		v, err := cell(nil, row[name])
		if err != nil {
			return v, err
		}
		b.Set(name, v)
	}
	return b.Object(), nil
}

func cell(n parquet.Node, x any) (value.Value, error) {
	switch x := x.(type) {
	case nil:
		return value.Null, nil
	case bool:
		return value.Bool(x), nil
	case string:
		return value.String(x), nil
	case []byte:
		return value.String(string(x)), nil
	case int32:
		return value.Int(x), nil
	case int64:
		return value.Int(x), nil
	case uint32:
		return value.Int(x), nil
	case []any:
		list := make([]value.Value, len(x))
		for i := range x {
			v, err := cell(n, x[i])
			if err != nil {
				return v, err
			}
			list[i] = v
		}
		return value.Array(list...), nil
	case map[string]any:
		if n != nil && n.Leaf() {
			n = nil
		}
		return group(n, x)
	}
	return value.From(x)
}
