package mapio

import (
	"bufio"
	"context"
	"io"
	"strconv"
	"strings"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/value"
)

// maxFile is how large a result file may become (developer guide, "ResultWriter").
const maxFile = 5 << 30

// Results writes the results of one Map Run: files for children that succeeded, that failed, timed out or were
// aborted, and that never began; and the manifest that lists them.
type Results struct {
	sink  Sink
	limit int64 // of a file
	sets  [3]set
}

// NewResults makes a writer for a Map Run.
func NewResults(sink Sink) *Results {
	return &Results{sink: sink, limit: maxFile, sets: [3]set{{name: "FAILED"}, {name: "PENDING"}, {name: "SUCCEEDED"}}}
}

// A set are the files of one kind of children.
type set struct {
	name  string
	files []file

	out  *bufio.Writer // nil when no file is open
	into io.WriteCloser
	line []byte
}

// A file is one that is written, or being written.
type file struct {
	key  string
	size int64
}

// Write writes a part of the results, and the manifest if it is the last one. Parts come in order.
func (r *Results) Write(ctx context.Context, bucket string, part *engine.Export) error {
	folder := strings.TrimSuffix(part.Key, "manifest.json")
	jsonl := part.Config.Get("OutputType").Str() == "JSONL"
	how := part.Config.Get("Transformation").Str()
	for _, child := range part.Children {
		s, records := &r.sets[0], []value.Value{child}
		switch child.Get("Status").Str() {
		case "PENDING":
			s = &r.sets[1]
		case "SUCCEEDED":
			s, records = &r.sets[2], transformed(child, how)
		}
		for _, record := range records {
			if err := r.record(ctx, s, bucket, folder, record, jsonl); err != nil {
				return err
			}
		}
	}
	if !part.Last {
		return nil
	}
	return r.finish(ctx, bucket, part, jsonl)
}

// transformed is what a file has of a child that succeeded.
func transformed(child value.Value, how string) []value.Value {
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

// record writes a record at the end of a set; a file that would become too large ends before.
func (r *Results) record(ctx context.Context, s *set, bucket, folder string, record value.Value, jsonl bool) error {
	s.line = record.AppendJSON(s.line[:0])
	if s.out != nil && s.files[len(s.files)-1].size+int64(len(s.line))+2 > r.limit {
		if err := s.close(jsonl); err != nil {
			return err
		}
	}
	before := ","
	if s.out == nil {
		key := folder + s.name + "_" + strconv.Itoa(len(s.files)) + ".json"
		into, err := r.sink.Create(ctx, bucket, key)
		if err != nil {
			return err
		}
		s.into, s.out = into, bufio.NewWriterSize(into, 64<<10)
		s.files = append(s.files, file{key: key})
		before = "["
	}
	if jsonl {
		s.line = append(s.line, '\n')
	} else if err := s.write([]byte(before)); err != nil {
		return err
	}
	return s.write(s.line)
}

func (s *set) write(b []byte) error {
	s.files[len(s.files)-1].size += int64(len(b))
	_, err := s.out.Write(b)
	return err
}

// close ends the open file of a set, if there is one.
func (s *set) close(jsonl bool) error {
	if s.out == nil {
		return nil
	}
	if !jsonl {
		if err := s.write([]byte("]")); err != nil {
			return err
		}
	}
	err := s.out.Flush()
	if failed := s.into.Close(); err == nil {
		err = failed
	}
	s.out, s.into = nil, nil
	return err
}

// finish ends all files and writes the manifest.
func (r *Results) finish(ctx context.Context, bucket string, part *engine.Export, jsonl bool) error {
	var files value.Builder
	for i := range r.sets {
		s := &r.sets[i]
		if err := s.close(jsonl); err != nil {
			return err
		}
		list := make([]value.Value, len(s.files))
		for j, f := range s.files {
			list[j] = value.Object(value.M("Key", value.String(f.key)), value.M("Size", value.Int(f.size)))
		}
		files.Set(s.name, value.Array(list...))
	}
	manifest := value.Object(
		value.M("DestinationBucket", value.String(bucket)), value.M("MapRunArn", value.String(part.MapRunArn)), value.M("ResultFiles", files.Object()),
	)
	out, err := r.sink.Create(ctx, bucket, part.Key)
	if err != nil {
		return err
	}
	_, err = out.Write(manifest.AppendJSON(nil))
	if failed := out.Close(); err == nil {
		err = failed
	}
	return err
}
