package states

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/items"
	"github.com/stepwright/stepwright/local/mapio"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// OpenItems opens what a Distributed Map reads, in this machine's S3.
func (w worker) OpenItems(ctx context.Context, c engine.Call) (items.Reader, *engine.Failure) {
	r, err := mapio.Open(ctx, buckets{w.Service, c}, c)
	if err != nil {
		return nil, &engine.Failure{Error: "States.ItemReaderFailed", Cause: err.Error()}
	}
	return r, nil
}

// export writes a part of the results of a Map Run to this machine's S3.
func (s *Service) export(ctx context.Context, c engine.Call) engine.Result {
	results := mapio.NewResults(buckets{s, c})
	if r := s.mapRun(c.Export.MapRunArn); r != nil {
		r.mu.Lock()
		if r.results == nil {
			r.results = results
		}
		results = r.results
		r.mu.Unlock()
	}
	if err := results.Write(ctx, c.Arguments.Get("Bucket").Str(), c.Export); err != nil {
		return engine.Failed("States.ResultWriterFailed", err.Error())
	}
	return engine.Succeed(value.Object())
}

// buckets are those of this machine's S3, for the call of a Distributed Map.
type buckets struct {
	s *Service
	c engine.Call
}

// A bodyKeeper is an S3 that gives and takes the content of objects as it is.
type bodyKeeper interface {
	Body(in value.Value) ([]byte, error)
	Store(ctx context.Context, in value.Value, body []byte) error
}

func (b buckets) call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	o := sdkServices["s3"]
	out, f := b.s.call(ctx, "s3", action, in, b.c, sdkDialect{name: "s3", service: o, action: action})
	if f != nil {
		return out, errors.New(f.Cause)
	}
	return out, nil
}

// told is an error of S3 as the service tells it.
func (b buckets) told(err error, action string) error {
	if err == nil {
		return nil
	}
	_, cause := sdkDialect{name: "s3", service: sdkServices["s3"], action: action}.failure(wire.AsError(err, ""))
	return errors.New(cause)
}

func (b buckets) keeper() (bodyKeeper, bool) {
	api, _ := b.s.config.Services.Lookup("s3")
	k, ok := api.(bodyKeeper)
	return k, ok
}

func (b buckets) Open(ctx context.Context, bucket, key string, arguments value.Value) (mapio.Object, error) {
	in := arguments.With("Bucket", value.String(bucket)).With("Key", value.String(key))
	if k, ok := b.keeper(); ok {
		body, err := k.Body(in)
		if err != nil {
			return nil, b.told(err, "GetObject")
		}
		return bytes.NewReader(body), nil
	}
	out, err := b.call(ctx, "GetObject", in)
	if err != nil {
		return nil, err
	}
	body, err := base64.StdEncoding.DecodeString(out.Get("Body").Str())
	if err != nil {
		return nil, err
	}
	return bytes.NewReader(body), nil
}

func (b buckets) List(ctx context.Context, arguments value.Value) (value.Value, error) {
	return b.call(ctx, "ListObjectsV2", arguments)
}

func (b buckets) Create(ctx context.Context, bucket, key string) (io.WriteCloser, error) {
	return &upload{b: b, ctx: ctx, in: value.Object(value.M("Bucket", value.String(bucket)), value.M("Key", value.String(key)))}, nil
}

// upload is an object that is put when it is closed.
type upload struct {
	bytes.Buffer
	b   buckets
	ctx context.Context //nolint:containedctx // of the call that writes it
	in  value.Value
}

func (u *upload) Close() error {
	ctx := context.WithoutCancel(u.ctx) // a later call may close what an earlier one has begun
	if k, ok := u.b.keeper(); ok {
		return u.b.told(k.Store(ctx, u.in, u.Bytes()), "PutObject")
	}
	_, err := u.b.call(ctx, "PutObject", u.in.With("Body", value.String(base64.StdEncoding.EncodeToString(u.Bytes()))))
	return err
}
