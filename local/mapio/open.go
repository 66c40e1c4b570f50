package mapio

import (
	"bufio"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/klauspost/compress/zstd"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/items"
	"github.com/stepwright/stepwright/value"
)

// Open gives the items that an ItemReader names. The reader is an io.Closer.
func Open(ctx context.Context, src Source, c engine.Call) (items.Reader, error) {
	o := opener{ctx: ctx, src: src, arguments: c.Arguments, config: c.ReaderConfig, bucket: c.Arguments.Get("Bucket").Str()}
	switch c.Action {
	case "getObject":
		return o.object()
	case "listObjectsV2":
		return o.listing()
	}
	return nil, fmt.Errorf("a Distributed Map reads with s3:getObject and s3:listObjectsV2, not with %s", c.Action)
}

// An opener is one that opens the objects of an ItemReader.
type opener struct {
	ctx       context.Context //nolint:containedctx // for as long as something is read
	src       Source
	arguments value.Value
	config    value.Value
	bucket    string
}

func (o *opener) object() (items.Reader, error) {
	key := o.arguments.Get("Key").Str()
	manifest := o.config.Get("ManifestType").Str()
	switch {
	case manifest == "ATHENA_DATA":
		return o.athena(key)
	case manifest == "S3_INVENTORY" || o.config.Get("InputType").Str() == "MANIFEST" && manifest == "":
		return o.inventory(key)
	case manifest != "":
		return nil, fmt.Errorf("ManifestType is %s; expected ATHENA_DATA or S3_INVENTORY", strconv.Quote(manifest))
	}
	return o.data(o.bucket, key, o.config, o.arguments)
}

// data reads the items of one object.
func (o *opener) data(bucket, key string, config, arguments value.Value) (items.Reader, error) {
	obj, err := o.src.Open(o.ctx, bucket, key, arguments)
	if err != nil {
		return nil, err
	}
	r, err := o.content(obj, key, config)
	if err != nil {
		closeObject(obj)
		return nil, err
	}
	return &closing{r, obj}, nil
}

func (o *opener) content(obj Object, key string, config value.Value) (items.Reader, error) {
	if config.Get("InputType").Str() == "PARQUET" {
		return newParquet(obj)
	}
	in, err := plain(obj, key)
	if err != nil {
		return nil, err
	}
	return items.New(config, in)
}

// plain is what an object holds, unpacked if its name says that it is packed.
func plain(obj Object, key string) (io.Reader, error) {
	switch {
	case strings.HasSuffix(key, ".gz"):
		return gzip.NewReader(bufio.NewReader(obj))
	case strings.HasSuffix(key, ".zst"), strings.HasSuffix(key, ".zstd"):
		return zstd.NewReader(obj, zstd.WithDecoderConcurrency(1), zstd.WithDecoderMaxMemory(256<<20))
	}
	return obj, nil
}

// closing is a reader and what it reads from.
type closing struct {
	items.Reader
	obj Object
}

func (c *closing) Close() error {
	closeObject(c.obj)
	return nil
}

func closeObject(obj Object) {
	if c, ok := obj.(io.Closer); ok {
		_ = c.Close() // it was only read
	}
}

// whole reads a manifest.
func (o *opener) whole(key string) ([]byte, error) {
	obj, err := o.src.Open(o.ctx, o.bucket, key, o.arguments)
	if err != nil {
		return nil, err
	}
	defer closeObject(obj)
	return io.ReadAll(io.LimitReader(obj, 64<<20))
}

// A part is an object that has some of the items.
type part struct {
	bucket, key string
	config      value.Value
}

// parts reads the items of one object after the other.
type parts struct {
	o    *opener
	next func() (part, error) // io.EOF after the last one
	cur  items.Reader
	from string
}

func (p *parts) Next() (items.Item, error) {
	for {
		if p.cur == nil {
			next, err := p.next()
			if err != nil {
				return items.Item{}, err
			}
			if p.cur, err = p.o.data(next.bucket, next.key, next.config, value.Object()); err != nil {
				return items.Item{}, err
			}
			p.from = "S3://" + next.bucket + "/" + next.key
		}
		it, err := p.cur.Next()
		if err == nil {
			it.Source = p.from
			return it, nil
		}
		_ = p.Close() // what was read is read
		if err != io.EOF {
			return it, err
		}
	}
}

func (p *parts) Close() error {
	cur := p.cur
	p.cur = nil
	if cur == nil {
		return nil
	}
	return items.Close(cur)
}

// listOf gives one part after the other.
func listOf(all []part) func() (part, error) {
	return func() (part, error) {
		if len(all) == 0 {
			return part{}, io.EOF
		}
		p := all[0]
		all = all[1:]
		return p, nil
	}
}

// inventory reads the rows of an S3 inventory: its manifest names the columns and the files, which are CSV.
func (o *opener) inventory(key string) (items.Reader, error) {
	text, err := o.whole(key)
	if err != nil {
		return nil, err
	}
	manifest, err := value.Parse(text)
	if err != nil {
		return nil, fmt.Errorf("The manifest is no JSON: %w", err) //nolint:staticcheck // the cause of a failure, a sentence
	}
	if f := manifest.Get("fileFormat").Str(); f != "CSV" {
		return nil, fmt.Errorf("the inventory's fileFormat is %s; expected CSV", strconv.Quote(f))
	}
	bucket := manifest.Get("destinationBucket").Str()
	if bucket = bucket[strings.LastIndexByte(bucket, ':')+1:]; bucket == "" {
		bucket = o.bucket
	}
	var headers []value.Value
	for column := range strings.SplitSeq(manifest.Get("fileSchema").Str(), ",") {
		headers = append(headers, value.String(strings.TrimSpace(column)))
	}
	config := value.Object(
		value.M("InputType", value.String("CSV")), value.M("CSVHeaderLocation", value.String("GIVEN")), value.M("CSVHeaders", value.Array(headers...)))
	var all []part
	for _, f := range manifest.Get("files").Elements() {
		all = append(all, part{bucket, f.Get("key").Str(), config})
	}
	return &parts{o: o, next: listOf(all)}, nil
}

// athena reads what an UNLOAD of Athena has written: its manifest is the URLs of the files, one a line.
func (o *opener) athena(key string) (items.Reader, error) {
	text, err := o.whole(key)
	if err != nil {
		return nil, err
	}
	switch t := o.config.Get("InputType").Str(); t {
	case "CSV", "JSONL", "PARQUET":
	default:
		return nil, fmt.Errorf("InputType is %s; data of Athena is CSV, JSONL or PARQUET", strconv.Quote(t))
	}
	var all []part
	for line := range strings.Lines(string(text)) {
		url := strings.Trim(strings.TrimSpace(line), `"`)
		if url == "" {
			continue
		}
		bucket, file, ok := strings.Cut(strings.TrimPrefix(url, "s3://"), "/")
		if !strings.HasPrefix(url, "s3://") || !ok {
			return nil, fmt.Errorf("the manifest names %s; expected s3://bucket/key", strconv.Quote(url))
		}
		all = append(all, part{bucket, file, o.config})
	}
	return &parts{o: o, next: listOf(all)}, nil
}

// listing reads what a bucket holds: a description of every object, or the items of all objects.
func (o *opener) listing() (items.Reader, error) {
	l := &listing{o: o, arguments: o.arguments}
	switch t := o.config.Get("Transformation").Str(); t {
	case "", "NONE":
		return l, nil
	case "LOAD_AND_FLATTEN":
		return &parts{o: o, next: l.part}, nil
	default:
		return nil, fmt.Errorf("Transformation is %s; expected NONE or LOAD_AND_FLATTEN", strconv.Quote(t)) //nolint:staticcheck // a field's name
	}
}

// listing reads the objects of a bucket, page after page, as the service describes them to children (recorded:
// distributed-map/base-scenarios-map-item-reader-base-list-objects-v2).
type listing struct {
	o         *opener
	arguments value.Value
	page      []value.Value
	last      bool
}

// object is the next object, as ListObjectsV2 has it.
func (l *listing) object() (value.Value, error) {
	for len(l.page) == 0 {
		if l.last {
			return value.Value{}, io.EOF
		}
		out, err := l.o.src.List(l.o.ctx, l.arguments)
		if err != nil {
			return value.Value{}, err
		}
		l.page = out.Get("Contents").Elements()
		next := out.Get("NextContinuationToken")
		if l.last = next.Str() == ""; !l.last {
			l.arguments = l.arguments.With("ContinuationToken", next)
		}
	}
	o := l.page[0]
	l.page = l.page[1:]
	return o, nil
}

func (l *listing) Next() (items.Item, error) {
	o, err := l.object()
	if err != nil {
		return items.Item{}, err
	}
	modified, _ := time.Parse(time.RFC3339, o.Get("LastModified").Str())
	return items.Item{Value: value.Object(
		value.M("Etag", o.Get("ETag")), value.M("Key", o.Get("Key")), value.M("LastModified", value.Int(modified.Unix())),
		value.M("Size", o.Get("Size")), value.M("StorageClass", o.Get("StorageClass")),
	)}, nil
}

// part is the next object whose items are wanted. Folders that the console made are empty and have none.
func (l *listing) part() (part, error) {
	for {
		o, err := l.object()
		if err != nil {
			return part{}, err
		}
		if size, _ := o.Get("Size").Int(); size > 0 || !strings.HasSuffix(o.Get("Key").Str(), "/") {
			return part{l.o.bucket, o.Get("Key").Str(), l.o.config}, nil
		}
	}
}

// errNotParquet is the failure of an object that is no Parquet.
var errNotParquet = errors.New("the content is no Parquet")
