package flow

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/stepwright/stepwright/flow/internal/shape"
	"github.com/stepwright/stepwright/value"
)

// A Source is where a Batch takes its items from: a list, or files and listings of Amazon S3. It carries the items'
// type. The bucket must be in the account and Region of the workflow.
type Source[T any] struct{ s origin }

// An origin is what all Sources have in common.
type origin struct {
	list any // *[]T; nil for what is read from S3

	listing bool   // the bucket's listing is read, not one file
	format  string // InputType: CSV, JSON, JSONL, PARQUET, or MANIFEST
	athena  bool   // the key is that of an Athena manifest
	every   bool   // every file of the listing is read
	bucket  Bucket
	key     *string // or the prefix of a listing; nil: none
	version *string
	owner   *string

	header    []string
	delimiter string
	pointer   string
	most      any // *int: how many items are read at most
	size      *BatchSize
	row       reflect.Type // of rows that are text
	problems  []problem
}

// A problem is one that is reported where the Source is used.
type problem struct{ message, hint string }

func (s *origin) bad(message, hint string) { s.problems = append(s.problems, problem{message, hint}) }

// Items are the elements of a list of the workflow. A list that is null has none.
func Items[T any](list *[]T) Source[T] { return Source[T]{origin{list: list}} }

// Object is an object of a bucket, as Listing gives it.
type Object struct {
	Key          string
	Size         int64
	ETag         string  `json:"Etag"` // with its quotes
	LastModified float64 // seconds since 1970
	StorageClass string
}

// Listing are the objects of a bucket whose keys begin with prefix; nil is the whole bucket. End the prefix with a
// slash: "photos" also finds "photos-old/…". Folders that the console made are objects too.
func Listing(bucket Bucket, prefix *string, opts ...FileOption) Source[Object] {
	s := origin{listing: true, bucket: bucket, key: prefix}
	for _, o := range opts {
		o.file(&s)
	}
	if s.version != nil {
		s.bad("a listing has no version", "leave flow.Version out")
	}
	return Source[Object]{s}
}

// JSONFile reads a file that is a JSON array of T, or has one at the place that ItemsAt names.
func JSONFile[T any](bucket Bucket, key *string, item T, opts ...JSONOption) Source[T] {
	_ = item
	s := origin{format: "JSON", bucket: bucket, key: key}
	for _, o := range opts {
		o.json(&s)
	}
	return Source[T]{s}
}

// JSONLines reads a file with one T as JSON per line. It may be compressed: .jsonl.gz, .jsonl.zstd.
func JSONLines[T any](bucket Bucket, key *string, item T, opts ...FileOption) Source[T] {
	_ = item
	s := origin{format: "JSONL", bucket: bucket, key: key}
	for _, o := range opts {
		o.file(&s)
	}
	return Source[T]{s}
}

// CSV reads the rows of a file. Its first line names the columns, unless Header gives their names. Every value is
// text, so every field of the row must be a string, or have `,string` in its tag. A row that is too short has empty
// texts at its end. The file may be compressed: .csv.gz, .csv.zstd.
func CSV[T any](bucket Bucket, key *string, row T, opts ...CSVOption) Source[T] {
	_ = row
	s := origin{format: "CSV", bucket: bucket, key: key, row: reflect.TypeFor[T]()}
	for _, o := range opts {
		o.csv(&s)
	}
	if s.header != nil {
		s.checkHeader()
	}
	return Source[T]{s}
}

// Inventory reads the rows of an S3 inventory by its manifest.json. Every value is text, as in CSV; the columns are
// those that the inventory was asked for, such as Bucket, Key and Size.
func Inventory[T any](bucket Bucket, manifest *string, row T, opts ...FileOption) Source[T] {
	_ = row
	s := origin{format: "MANIFEST", bucket: bucket, key: manifest, row: reflect.TypeFor[T]()}
	for _, o := range opts {
		o.file(&s)
	}
	return Source[T]{s}
}

// Parquet reads the rows of a Parquet file.
func Parquet[T any](bucket Bucket, key *string, row T, opts ...FileOption) Source[T] {
	_ = row
	s := origin{format: "PARQUET", bucket: bucket, key: key}
	for _, o := range opts {
		o.file(&s)
	}
	if s.version != nil {
		s.bad("a Parquet file is always read in its newest version", "leave flow.Version out")
	}
	return Source[T]{s}
}

// AthenaManifest reads all files that a manifest of Athena's UNLOAD lists. The source says where the manifest is and
// what the files are: CSV with a Header, because Athena writes none, JSONLines or Parquet.
//
//	flow.AthenaManifest(flow.Parquet(Lake, &query.Manifest, Row{}))
func AthenaManifest[T any](s Source[T]) Source[T] {
	switch {
	case s.s.format != "CSV" && s.s.format != "JSONL" && s.s.format != "PARQUET" || s.s.every:
		s.s.bad("Athena writes CSV, JSON Lines and Parquet files only", "give AthenaManifest a flow.CSV, flow.JSONLines or flow.Parquet")
	case s.s.format == "CSV" && s.s.header == nil:
		s.s.bad("the CSV files of Athena do not name their columns", "name them with flow.Header")
	}
	s.s.athena = true
	return s
}

// AllFiles reads every file whose key begins with the source's key, and takes their items together.
//
//	flow.AllFiles(flow.JSONLines(Lake, flow.Text(f, "events/", &in.Day, "/"), Event{}))
func AllFiles[T any](s Source[T]) Source[T] {
	if s.s.list != nil || s.s.listing || s.s.athena || s.s.format == "MANIFEST" {
		s.s.bad("AllFiles is about files: CSV, JSON, JSON Lines or Parquet", "give it one of flow.CSV, flow.JSONFile, flow.JSONLines and flow.Parquet")
	}
	if s.s.version != nil {
		s.s.bad("many files have no common version", "leave flow.Version out")
	}
	s.s.listing, s.s.every = true, true
	return s
}

// MaxItems takes the first n items of files and listings only: 1 to 100,000,000.
func MaxItems[T any](n int, s Source[T]) Source[T] {
	if n < 1 || n > 100_000_000 {
		s.s.bad(fmt.Sprintf("%d items at most", n), "MaxItems takes 1 to 100,000,000")
	}
	return MaxItemsFrom(&n, s)
}

// MaxItemsFrom is MaxItems with a number that is known when the workflow runs.
func MaxItemsFrom[T any](n *int, s Source[T]) Source[T] {
	switch {
	case s.s.list != nil:
		s.s.bad("MaxItems is for what is read from S3", "shorten the list itself")
	case s.s.size != nil:
		s.s.bad("MaxItems counts items, not batches", "write InBatches around it: flow.InBatches(100, flow.MaxItems(…))")
	}
	s.s.most = n
	return s
}

// BatchSize says how large a batch may be; the smaller limit wins. Fields that are zero or nil are no limit, but there
// must be one.
type BatchSize struct {
	Items     int  // how many items
	Bytes     int  // how many bytes of JSON, up to 262,144
	ItemsFrom *int // Items, when it is known only when the workflow runs
	BytesFrom *int // Bytes, when it is known only when the workflow runs
}

// InBatches gives n items at a time, so that body gets a list of them; the last list may be shorter.
func InBatches[T any](n int, s Source[T]) Source[[]T] {
	if n < 1 {
		s.s.bad(fmt.Sprintf("%d items in a batch", n), "a batch has at least one")
	}
	return InBatchesOf(BatchSize{Items: n}, s)
}

// maxBatchBytes is how large a batch can be: the input of an execution.
const maxBatchBytes = 262144

// InBatchesOf is InBatches with limits of items, of bytes, or of both.
func InBatchesOf[T any](size BatchSize, s Source[T]) Source[[]T] {
	switch {
	case s.s.size != nil:
		s.s.bad("the items come in batches already", "use InBatches once")
	case size.Items != 0 && size.ItemsFrom != nil || size.Bytes != 0 && size.BytesFrom != nil:
		s.s.bad("a limit of a batch is given twice", "give a constant or a value of the workflow")
	case size == BatchSize{} && len(s.s.problems) == 0:
		s.s.bad("a batch without a limit", "say how many items or bytes it has at most")
	case size.Items < 0 || size.Bytes < 0 || size.Bytes > maxBatchBytes:
		s.s.bad(fmt.Sprintf("a batch of %d items and %d bytes", size.Items, size.Bytes), fmt.Sprintf("it has at least one item, and at most %d bytes", maxBatchBytes))
	}
	s.s.size = &size
	return Source[[]T](s)
}

type (
	// A FileOption says more about what is read from S3.
	FileOption interface {
		JSONOption
		CSVOption
		file(*origin)
	}
	// A JSONOption can be given to JSONFile.
	JSONOption interface{ json(*origin) }
	// A CSVOption can be given to CSV.
	CSVOption interface{ csv(*origin) }
)

type (
	fileOption func(*origin)
	jsonOption func(*origin)
	csvOption  func(*origin)
)

func (o fileOption) file(s *origin) { o(s) }
func (o fileOption) json(s *origin) { o(s) }
func (o fileOption) csv(s *origin)  { o(s) }
func (o jsonOption) json(s *origin) { o(s) }
func (o csvOption) csv(s *origin)   { o(s) }

// Version reads one version of a file.
func Version(id *string) FileOption { return fileOption(func(s *origin) { s.version = id }) }

// BucketOwner fails the Batch unless the bucket belongs to that account.
func BucketOwner(account *string) FileOption {
	return fileOption(func(s *origin) { s.owner = account })
}

// ItemsAt names the place of the items in a JSON file, as a JSON Pointer: "/data/items".
func ItemsAt(pointer string) JSONOption {
	return jsonOption(func(s *origin) {
		if !strings.HasPrefix(pointer, "/") {
			s.bad(fmt.Sprintf("%q is no JSON Pointer", pointer), `it begins with a slash: "/data/items"`)
		}
		s.pointer = pointer
	})
}

// Header names the columns of a CSV file whose first line is a row like the others.
func Header(columns ...string) CSVOption {
	return csvOption(func(s *origin) { s.header = append([]string{}, columns...) })
}

// A Delimiter is what stands between the columns of a CSV file. It is an option of CSV.
type Delimiter string

// The delimiters that there are. Comma is the default.
const (
	Comma     Delimiter = "COMMA"
	Pipe      Delimiter = "PIPE"
	Semicolon Delimiter = "SEMICOLON"
	Space     Delimiter = "SPACE"
	Tab       Delimiter = "TAB"
)

func (d Delimiter) csv(s *origin) {
	if !slices.Contains([]Delimiter{Comma, Pipe, Semicolon, Space, Tab}, d) {
		s.bad(fmt.Sprintf("there is no delimiter %q", string(d)), "use flow.Comma, flow.Pipe, flow.Semicolon, flow.Space or flow.Tab")
	}
	s.delimiter = string(d)
}

// maxHeader is how many bytes the names of the columns may have.
const maxHeader = 10 * 1024

func (s *origin) checkHeader() {
	size, seen := 0, map[string]bool{}
	for _, name := range s.header {
		size += len(name) + 1
		if seen[name] {
			s.bad(fmt.Sprintf("the column %q is named twice", name), "CSV headers have no duplicates")
		}
		seen[name] = true
	}
	if len(s.header) == 0 || size > maxHeader {
		s.bad(fmt.Sprintf("a header of %d columns and %d bytes", len(s.header), size), fmt.Sprintf("name the columns, in at most %d bytes", maxHeader))
	}
	for _, f := range shape.Of(s.row).Fields {
		if !seen[f.Name] && !f.Omits() {
			s.bad(fmt.Sprintf("the header has no column %q, which %s has", f.Name, s.row), "name it in the header, or let the field be left out with omitempty")
		}
	}
}

// checkRow reports columns that are no text.
func (f *Flow) checkRow(s *step, t reflect.Type) {
	bad := func(what, hint string) {
		f.m.report(diagnosis{step: s, code: "csv-row", message: what + ": every column is text", hint: hint})
	}
	if t.Kind() == reflect.Map && t.Elem().Kind() == reflect.String {
		return
	}
	info := shape.Of(t)
	if t.Kind() != reflect.Struct || info.Marshals {
		bad(fmt.Sprintf("a row cannot be a %s", t), "use a struct of strings")
		return
	}
	for i := range info.Fields {
		if c := &info.Fields[i]; c.Type.Kind() != reflect.String && !c.Quoted {
			bad(fmt.Sprintf("the column %q of %s is a %s", c.Name, t, c.Type), fmt.Sprintf("make it a string, or tag a number with `json:\"%s,string\"`", c.Name))
		}
	}
}

// read captures a source: what the reader is called with, and its settings.
func (f *Flow) read(s *origin, at *step) {
	e := at.each
	for _, p := range s.problems {
		f.m.report(diagnosis{step: at, code: "batch-source", message: p.message, hint: p.hint})
	}
	if s.row != nil {
		f.checkRow(at, s.row)
	}
	if s.size != nil {
		e.batched = true
		e.batchItems, e.batchBytes = f.limit(s.size.Items, s.size.ItemsFrom, "the size of a batch"), f.limit(s.size.Bytes, s.size.BytesFrom, "the size of a batch")
	}
	if s.list != nil {
		e.items = itemsOf(f.operand(s.list))
		return
	}
	e.resource, e.settings = "arn:aws:states:::s3:getObject", f.readerConfig(s)
	name := "Key"
	if s.listing {
		e.resource, name = "arn:aws:states:::s3:listObjectsV2", "Prefix"
	}
	args := &node{kind: objectNode, prec: tight, parts: &parts{}}
	args.add("Bucket", f.needed(s.bucket, "the bucket"))
	for _, a := range []struct {
		name  string
		v     *string
		needs bool
	}{{name, s.key, !s.listing || s.every}, {"VersionId", s.version, false}, {"ExpectedBucketOwner", s.owner, false}} {
		switch {
		case a.v != nil:
			args.add(a.name, f.needed(a.v, "the "+a.name))
		case a.needs:
			f.m.report(diagnosis{step: at, code: "batch-source", message: "the " + a.name + " is nil", hint: "say which file to read"})
		}
	}
	e.readArgs = args
}

func (n *node) add(name string, v *node) { n.names, n.kids = append(n.names, name), append(n.kids, v) }

// limit is a number that is a constant or known only at run time; nil when it is neither.
func (f *Flow) limit(n int, from *int, what string) *node {
	switch {
	case from != nil:
		return f.needed(from, what)
	case n != 0:
		return constant(value.Int(n))
	default:
		return nil
	}
}

// readerConfig are the settings of the reader; nil when there are none.
func (f *Flow) readerConfig(s *origin) *node {
	o := &node{kind: objectNode, prec: tight, parts: &parts{}}
	if s.every {
		o.add("Transformation", text("LOAD_AND_FLATTEN"))
	}
	switch {
	case s.athena:
		o.add("InputType", text(s.format))
		o.add("ManifestType", text("ATHENA_DATA"))
	case s.format != "":
		o.add("InputType", text(s.format))
	}
	if s.format == "CSV" {
		o.csv(f, s)
	}
	if s.pointer != "" {
		o.add("ItemsPointer", f.node(s.pointer))
	}
	if s.most != nil {
		o.add("MaxItems", f.needed(s.most, "the number of items"))
	}
	if len(o.names) == 0 {
		return nil
	}
	return o
}

func (n *node) csv(f *Flow, s *origin) {
	if s.delimiter != "" {
		n.add("CSVDelimiter", text(s.delimiter))
	}
	if s.header == nil {
		n.add("CSVHeaderLocation", text("FIRST_ROW"))
		return
	}
	n.add("CSVHeaderLocation", text("GIVEN"))
	n.add("CSVHeaders", f.node(s.header))
}
