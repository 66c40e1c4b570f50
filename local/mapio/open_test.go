package mapio_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/klauspost/compress/zstd"
	"github.com/parquet-go/parquet-go"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/items"
	"github.com/stepwright/stepwright/local/mapio"
	"github.com/stepwright/stepwright/value"
)

// A bucket is buckets in memory, by bucket/key. It counts the objects that are open.
type bucket struct {
	objects map[string]string
	open    atomic.Int64
	created []string
}

type object struct {
	*bytes.Reader
	of *bucket
}

func (o object) Close() error {
	o.of.open.Add(-1)
	return nil
}

func (b *bucket) Open(_ context.Context, name, key string, _ value.Value) (mapio.Object, error) {
	content, ok := b.objects[name+"/"+key]
	if !ok {
		return nil, errors.New("no " + name + "/" + key)
	}
	b.open.Add(1)
	return object{bytes.NewReader([]byte(content)), b}, nil
}

// List gives two objects a page.
func (b *bucket) List(_ context.Context, args value.Value) (value.Value, error) {
	prefix := args.Get("Bucket").Str() + "/" + args.Get("Prefix").Str()
	var keys []string
	for _, k := range slices.Sorted(maps.Keys(b.objects)) {
		if strings.HasPrefix(k, prefix) && k > args.Get("Bucket").Str()+"/"+args.Get("ContinuationToken").Str() {
			keys = append(keys, k)
		}
	}
	more := len(keys) > 2
	keys = keys[:min(2, len(keys))]
	var contents []value.Value
	for _, k := range keys {
		_, key, _ := strings.Cut(k, "/")
		contents = append(contents, value.Object(value.M("Key", value.String(key)), value.M("Size", value.Int(len(b.objects[k]))),
			value.M("ETag", value.String(`"e"`)), value.M("LastModified", value.String("2026-01-02T03:04:05Z")), value.M("StorageClass", value.String("STANDARD"))))
	}
	out := value.Object(value.M("Contents", value.Array(contents...)))
	if more {
		_, key, _ := strings.Cut(keys[1], "/")
		out = out.With("NextContinuationToken", value.String(key))
	}
	return out, nil
}

func packed(w io.WriteCloser, b *bytes.Buffer, text string) string {
	if _, err := io.WriteString(w, text); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func gzipped(text string) string {
	var b bytes.Buffer
	return packed(gzip.NewWriter(&b), &b, text)
}

func zstandard(text string) string {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	if err != nil {
		panic(err)
	}
	return packed(w, &b, text)
}

// A measure is a row of Parquet.
type measure struct {
	Sensor string            `parquet:"sensor,zstd,dict"`
	Value  float64           `parquet:"value,snappy"`
	Count  int64             `parquet:"count,gzip"`
	Small  int32             `parquet:"small"`
	OK     bool              `parquet:"ok"`
	Note   *string           `parquet:"note,optional"`
	Tags   []string          `parquet:"tags"`
	Where  struct{ X int64 } `parquet:"where"`
	Labels map[string]string `parquet:"labels"`
}

func parquetOf(rows ...measure) string {
	var b bytes.Buffer
	w := parquet.NewGenericWriter[measure](&b)
	if _, err := w.Write(rows); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

func world() *bucket {
	return &bucket{objects: map[string]string{
		"b/rows.csv":            "a\n1\n2\n",
		"b/rows.csv.gz":         gzipped("a\n1\n2\n"),
		"b/rows.jsonl.zst":      zstandard("1\n2\n"),
		"b/broken.csv.gz":       "a\n1\n2\n3\n4\n5\n6\n",
		"b/in/":                 "",
		"b/in/1.json":           "[1,2]",
		"b/in/2.json":           `{"k":3}`,
		"b/in/3.json":           "[]",
		"b/in/4.json":           "[4]",
		"b/rows.parquet":        parquetOf(measure{"s", 1.5, 1 << 60, -3, true, new("n"), []string{"x", "y"}, struct{ X int64 }{7}, map[string]string{"b": "2", "a": "1"}}, measure{Sensor: "t"}),
		"b/inventory.json":      `{"sourceBucket":"src","destinationBucket":"arn:aws:s3:::inv","fileFormat":"CSV","fileSchema":"Bucket, Key, Size","files":[{"key":"d/1.csv.gz"},{"key":"d/2.csv.gz"}]}`,
		"inv/d/1.csv.gz":        gzipped("\"src\",\"a.txt\",\"12\"\n\"src\",\"b.txt\",\"13\"\n"),
		"inv/d/2.csv.gz":        gzipped("\"src\",\"c.txt\",\"14\"\n"),
		"b/orc.json":            `{"fileFormat":"ORC"}`,
		"b/unload-manifest.csv": "s3://out/q/1\ns3://out/q/2.gz\n",
		"out/q/1":               `{"n":1}` + "\n",
		"out/q/2.gz":            gzipped(`{"n":2}` + "\n" + `{"n":3}`),
		"b/pages-manifest.csv":  "\"s3://b/rows.parquet\"\n",
		"b/wrong-manifest.csv":  "https://x\n",
	}}
}

func TestOpen(t *testing.T) {
	t.Parallel()
	const rows = `[{"a":"1"},{"a":"2"}]`
	const measured = `[{"sensor":"s","value":1.5,"count":1152921504606846976,"small":-3,"ok":true,"note":"n","tags":["x","y"],"where":{"X":7},"labels":{"a":"1","b":"2"}},` +
		`{"sensor":"t","value":0,"count":0,"small":0,"ok":false,"note":null,"tags":[],"where":{"X":0},"labels":{}}]`
	for name, c := range map[string]struct{ action, args, config, want string }{
		"csv":            {"getObject", `{"Bucket":"b","Key":"rows.csv"}`, `{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, rows},
		"gzip":           {"getObject", `{"Bucket":"b","Key":"rows.csv.gz"}`, `{"InputType":"CSV","CSVHeaderLocation":"FIRST_ROW"}`, rows},
		"zstandard":      {"getObject", `{"Bucket":"b","Key":"rows.jsonl.zst"}`, `{"InputType":"JSONL"}`, `[1,2]`},
		"not packed":     {"getObject", `{"Bucket":"b","Key":"broken.csv.gz"}`, `{"InputType":"CSV"}`, `gzip: invalid header`},
		"parquet":        {"getObject", `{"Bucket":"b","Key":"rows.parquet"}`, `{"InputType":"PARQUET"}`, measured},
		"no parquet":     {"getObject", `{"Bucket":"b","Key":"rows.csv"}`, `{"InputType":"PARQUET"}`, `the content is no Parquet: `},
		"gone":           {"getObject", `{"Bucket":"b","Key":"x"}`, `{"InputType":"JSON"}`, `no b/x`},
		"type":           {"getObject", `{"Bucket":"b","Key":"rows.csv"}`, `{"InputType":"XML"}`, `InputType is "XML"; expected CSV, JSON or JSONL`},
		"inventory":      {"getObject", `{"Bucket":"b","Key":"inventory.json"}`, `{"InputType":"MANIFEST"}`, `[{"Bucket":"src","Key":"a.txt","Size":"12"},{"Bucket":"src","Key":"b.txt","Size":"13"},{"Bucket":"src","Key":"c.txt","Size":"14"}]`},
		"orc":            {"getObject", `{"Bucket":"b","Key":"orc.json"}`, `{"InputType":"MANIFEST","ManifestType":"S3_INVENTORY"}`, `the inventory's fileFormat is "ORC"; expected CSV`},
		"no inventory":   {"getObject", `{"Bucket":"b","Key":"rows.csv"}`, `{"InputType":"MANIFEST"}`, `The manifest is no JSON: `},
		"athena":         {"getObject", `{"Bucket":"b","Key":"unload-manifest.csv"}`, `{"InputType":"JSONL","ManifestType":"ATHENA_DATA"}`, `[{"n":1},{"n":2},{"n":3}]`},
		"athena parquet": {"getObject", `{"Bucket":"b","Key":"pages-manifest.csv"}`, `{"InputType":"PARQUET","ManifestType":"ATHENA_DATA"}`, measured},
		"athena json":    {"getObject", `{"Bucket":"b","Key":"unload-manifest.csv"}`, `{"InputType":"JSON","ManifestType":"ATHENA_DATA"}`, `InputType is "JSON"; data of Athena is CSV, JSONL or PARQUET`},
		"athena url":     {"getObject", `{"Bucket":"b","Key":"wrong-manifest.csv"}`, `{"InputType":"CSV","ManifestType":"ATHENA_DATA"}`, `the manifest names "https://x"; expected s3://bucket/key`},
		"manifest type":  {"getObject", `{"Bucket":"b","Key":"x"}`, `{"ManifestType":"X"}`, `ManifestType is "X"; expected ATHENA_DATA or S3_INVENTORY`},
		"list":           {"listObjectsV2", `{"Bucket":"b","Prefix":"in/4"}`, `{}`, `[{"Etag":"\"e\"","Key":"in/4.json","LastModified":1767323045,"Size":3,"StorageClass":"STANDARD"}]`},
		"list nothing":   {"listObjectsV2", `{"Bucket":"b","Prefix":"none"}`, `{"Transformation":"NONE"}`, `[]`},
		"load":           {"listObjectsV2", `{"Bucket":"b","Prefix":"in/"}`, `{"Transformation":"LOAD_AND_FLATTEN","InputType":"JSON"}`, `S3://b/in/1.json 1,S3://b/in/1.json 2,S3://b/in/2.json k:3,S3://b/in/4.json 4`},
		"load and fail":  {"listObjectsV2", `{"Bucket":"b","Prefix":"rows"}`, `{"Transformation":"LOAD_AND_FLATTEN","InputType":"JSON"}`, `The content is no JSON: `},
		"transformation": {"listObjectsV2", `{"Bucket":"b"}`, `{"Transformation":"X"}`, `Transformation is "X"; expected NONE or LOAD_AND_FLATTEN`},
		"action":         {"putObject", `{}`, `{}`, `a Distributed Map reads with s3:getObject and s3:listObjectsV2, not with putObject`},
	} {
		b := world()
		got := read(t, b, engine.Call{Action: c.action, Arguments: value.MustParse(c.args), ReaderConfig: value.MustParse(c.config)}, strings.HasPrefix(c.want, "S3:"))
		if got != c.want && (strings.HasPrefix(c.want, "[") || !strings.HasPrefix(got, c.want)) {
			t.Errorf("%s: got %s\nwant %s", name, got, c.want)
		}
		if n := b.open.Load(); n != 0 {
			t.Errorf("%s: %d objects are still open", name, n)
		}
	}
}

// read reads everything: as one value, or with where each item is from.
func read(t *testing.T, b *bucket, c engine.Call, sources bool) string {
	t.Helper()
	r, err := mapio.Open(t.Context(), b, c)
	if err != nil {
		return err.Error()
	}
	defer items.Close(r) //nolint:errcheck // in memory
	if !sources {
		all, err := items.All(r)
		if err != nil {
			return err.Error()
		}
		return all.String()
	}
	var all []string
	for {
		it, err := r.Next()
		if err == io.EOF {
			return strings.Join(all, ",")
		} else if err != nil {
			return err.Error()
		}
		text := it.Source + " "
		if it.Key.Exists() {
			text += it.Key.Str() + ":"
		}
		all = append(all, text+it.Value.String())
	}
}

// FuzzParquet reads damaged files: rows or a failure, never a panic.
func FuzzParquet(f *testing.F) {
	whole := parquetOf(measure{Sensor: "s", Tags: []string{"x"}}, measure{Sensor: "t"})
	f.Add(0, byte(0))
	f.Add(len(whole)-9, byte(7))
	f.Fuzz(func(t *testing.T, at int, to byte) {
		b := []byte(whole)
		if at < 0 || at >= len(b) {
			return
		}
		b[at] = to
		w := &bucket{objects: map[string]string{"b/k": string(b)}}
		c := engine.Call{Action: "getObject", Arguments: value.MustParse(`{"Bucket":"b","Key":"k"}`), ReaderConfig: value.MustParse(`{"InputType":"PARQUET"}`)}
		if got := read(t, w, c, false); got == "" {
			t.Error("neither rows nor a failure")
		}
	})
}

type created struct {
	bytes.Buffer
	of  *bucket
	key string
}

func (c *created) Close() error {
	if _, ok := c.of.objects[c.key]; ok {
		return fmt.Errorf("%s is written twice", c.key)
	}
	c.of.objects[c.key] = c.String()
	return nil
}

func (b *bucket) Create(_ context.Context, name, key string) (io.WriteCloser, error) {
	if name != "b" {
		return nil, errors.New("no bucket " + name)
	}
	b.created = append(b.created, key)
	return &created{of: b, key: name + "/" + key}, nil
}
