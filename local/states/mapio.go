package states

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

// readItems reads the items of a Distributed Map from this machine's S3.
func (s *Service) readItems(ctx context.Context, c engine.Call) engine.Result {
	switch c.Action {
	case "getObject":
		out, f := s.s3(ctx, c, "GetObject", c.Arguments)
		if f != nil {
			return failed(f)
		}
		body, err := base64.StdEncoding.DecodeString(out.Get("Body").Str())
		if err != nil {
			return engine.Failed("", err.Error())
		}
		return engine.Items(c.ReaderConfig, body)
	case "listObjectsV2":
		if t := c.ReaderConfig.Get("Transformation"); t.Exists() && t.Str() != "NONE" {
			return failed(missing(c, "Transformation "+t.String()+" of a listing"))
		}
		return s.listItems(ctx, c)
	}
	return failed(missing(c, "a Distributed Map reads with s3:getObject and s3:listObjectsV2"))
}

// s3 calls this machine's S3 for a Distributed Map.
func (s *Service) s3(ctx context.Context, c engine.Call, action string, in value.Value) (value.Value, *engine.Failure) {
	o := sdkServices["s3"]
	return s.call(ctx, "s3", action, in, c, sdkDialect{name: "s3", service: o, action: action})
}

// listItems are the objects of a bucket, all pages of them, as the service describes them to children (recorded:
// distributed-map/base-scenarios-map-item-reader-base-list-objects-v2).
func (s *Service) listItems(ctx context.Context, c engine.Call) engine.Result {
	var items []value.Value
	in := c.Arguments
	for {
		out, f := s.s3(ctx, c, "ListObjectsV2", in)
		if f != nil {
			return failed(f)
		}
		for _, o := range out.Get("Contents").Elements() {
			modified, _ := time.Parse(time.RFC3339, o.Get("LastModified").Str())
			items = append(items, value.Object(
				value.M("Etag", o.Get("ETag")), value.M("Key", o.Get("Key")), value.M("LastModified", value.Int(modified.Unix())),
				value.M("Size", o.Get("Size")), value.M("StorageClass", o.Get("StorageClass")),
			))
		}
		next := out.Get("NextContinuationToken")
		if next.Str() == "" {
			return engine.Succeed(value.Array(items...))
		}
		in = in.With("ContinuationToken", next)
	}
}

// export writes the results of a Map Run to this machine's S3: one file each for the children that succeeded and that
// failed, and a manifest that lists them (developer guide, "ResultWriter").
func (s *Service) export(ctx context.Context, c engine.Call) engine.Result {
	folder := strings.TrimSuffix(c.Export.Key, "manifest.json")
	var succeeded, others []value.Value
	for _, child := range c.Export.Children {
		if child.Get("Status").Str() == "SUCCEEDED" {
			succeeded = append(succeeded, exported(child, c.Export.Config)...)
		} else {
			others = append(others, child)
		}
	}
	files := value.Object(value.M("FAILED", value.Array()), value.M("PENDING", value.Array()), value.M("SUCCEEDED", value.Array()))
	for _, file := range []struct {
		name    string
		records []value.Value
	}{{"SUCCEEDED", succeeded}, {"FAILED", others}} {
		if len(file.records) == 0 {
			continue
		}
		key, content := folder+file.name+"_0.json", lines(file.records, c.Export.Config)
		if f := s.put(ctx, c, key, content); f != nil {
			return failed(f)
		}
		files = files.With(file.name, value.Array(value.Object(value.M("Key", value.String(key)), value.M("Size", value.Int(len(content))))))
	}
	manifest := value.Object(
		value.M("DestinationBucket", c.Arguments.Get("Bucket")), value.M("MapRunArn", value.String(c.Export.MapRunArn)), value.M("ResultFiles", files),
	)
	if f := s.put(ctx, c, c.Export.Key, manifest.String()); f != nil {
		return failed(f)
	}
	return engine.Succeed(value.Object())
}

// exported is what a file has of a child that succeeded.
func exported(child, config value.Value) []value.Value {
	how := config.Get("Transformation").Str()
	if how != "COMPACT" && how != "FLATTEN" {
		return []value.Value{child}
	}
	output, err := value.ParseString(child.Get("Output").Str())
	if err != nil {
		output = child.Get("Output")
	}
	if how == "FLATTEN" && output.IsArray() {
		return output.Elements()
	}
	return []value.Value{output}
}

// lines are the records as a JSON array, or one a line.
func lines(records []value.Value, config value.Value) string {
	if config.Get("OutputType").Str() != "JSONL" {
		return value.Array(records...).String()
	}
	var b strings.Builder
	for _, r := range records {
		b.WriteString(r.String() + "\n")
	}
	return b.String()
}

func (s *Service) put(ctx context.Context, c engine.Call, key, content string) *engine.Failure {
	_, f := s.s3(ctx, c, "PutObject", value.Object(
		value.M("Bucket", c.Arguments.Get("Bucket")), value.M("Key", value.String(key)),
		value.M("Body", value.String(base64.StdEncoding.EncodeToString([]byte(content)))),
	))
	return f
}
