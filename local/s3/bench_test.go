package s3_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	awss3 "github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/stepwright/stepwright/local/s3"
	"github.com/stepwright/stepwright/local/wire/wiretest"
)

// BenchmarkHTTP puts and gets objects through SDK clients, two at a time, over loopback.
func BenchmarkHTTP(b *testing.B) {
	for _, c := range []struct {
		name string
		size int
	}{{"4KiB", 4 << 10}, {"8MiB", 8 << 20}} {
		body := bytes.Repeat([]byte("stepwright bytes"), c.size/16)
		b.Run("put/"+c.name, func(b *testing.B) {
			overHTTP(b, body, func(ctx context.Context, client *awss3.Client, key string) error {
				_, err := client.PutObject(ctx, &awss3.PutObjectInput{Bucket: aws.String("photos"), Key: &key, Body: bytes.NewReader(body)})
				return err
			})
		})
		b.Run("get/"+c.name, func(b *testing.B) {
			overHTTP(b, body, func(ctx context.Context, client *awss3.Client, key string) error {
				out, err := client.GetObject(ctx, &awss3.GetObjectInput{Bucket: aws.String("photos"), Key: &key})
				if err != nil {
					return err
				}
				defer out.Body.Close()
				_, err = io.Copy(io.Discard, out.Body)
				return err
			})
		})
	}
}

func overHTTP(b *testing.B, body []byte, do func(ctx context.Context, client *awss3.Client, key string) error) {
	b.Helper()
	service := s3.New(s3.Options{Account: wiretest.Account})
	m := wiretest.Start(b, service)
	if _, err := service.Create(b.Context(), bucketResource(plain)); err != nil {
		b.Fatal(err)
	}
	cfg := m.Config()
	cfg.HTTPClient = &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 8, WriteBufferSize: 256 << 10, ReadBufferSize: 256 << 10}}
	client := awss3.NewFromConfig(cfg, func(o *awss3.Options) { o.UsePathStyle = true })
	for _, key := range []string{"k0", "k1"} {
		if _, err := client.PutObject(b.Context(), &awss3.PutObjectInput{Bucket: aws.String("photos"), Key: &key, Body: bytes.NewReader(body)}); err != nil {
			b.Fatal(err)
		}
	}
	var clients atomic.Int32
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	b.SetParallelism(1)
	b.ResetTimer()
	b.RunParallel(func(p *testing.PB) {
		key := []string{"k0", "k1"}[clients.Add(1)%2]
		for p.Next() {
			if err := do(context.Background(), client, key); err != nil {
				b.Error(err)
				return
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s")
}
