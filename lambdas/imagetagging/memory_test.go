package imagetagging

import (
	"context"
	"fmt"
)

// memory is an S3 for tests.
type memory struct {
	content map[string][]byte // by bucket/key, or bucket/key@version
	written map[string]picture
	reads   []string // offset+length
	denied  error    // what every write answers
}

func (m *memory) read(_ context.Context, job Job, offset, length int64) ([]byte, int64, error) {
	m.reads = append(m.reads, fmt.Sprint(offset, "+", length))
	name := job.S3Bucket + "/" + job.S3Key
	if job.VersionID != "" {
		name += "@" + job.VersionID
	}
	data, ok := m.content[name]
	if !ok {
		return nil, 0, ObjectNotFound{"no " + name}
	}
	size := int64(len(data))
	from, to := min(offset, size), min(offset+length, size)
	return data[from:to], size, nil
}

func (m *memory) write(_ context.Context, bucket, key string, p picture) error {
	if m.denied != nil {
		return m.denied
	}
	if m.written == nil {
		m.written = map[string]picture{}
	}
	m.written[bucket+"/"+key] = p
	return nil
}

// holding is a memory with one upload, and the job about it.
func holding(data []byte) (*memory, Job) {
	job := Job{S3Bucket: "photos", S3Key: "private/kim/uploads/1.jpg"}
	return &memory{content: map[string][]byte{job.S3Bucket + "/" + job.S3Key: data}}, job
}
