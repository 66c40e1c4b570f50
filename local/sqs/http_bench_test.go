package sqs_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/sqs"
	"github.com/stepwright/stepwright/local/wire/wiretest"
)

// BenchmarkHTTP has two SDK clients, each with a queue of its own, that send, receive and delete over HTTP: one
// message at a time, and ten. An operation is one message's whole way.
func BenchmarkHTTP(b *testing.B) {
	for _, size := range []int{1, 10} {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			var m *wiretest.Machine
			m = wiretest.Start(b, sqs.New(wiretest.Account, clock.Real(), func() string { return m.URL }))
			rounds := make(chan struct{})
			var clients sync.WaitGroup
			for i := range 2 {
				c := sdk.NewFromConfig(m.Config())
				q, err := c.CreateQueue(b.Context(), &sdk.CreateQueueInput{QueueName: aws.String(fmt.Sprint("q", i))})
				if err != nil {
					b.Fatal(err)
				}
				clients.Go(func() {
					for range rounds {
						if err := round(b, c, q.QueueUrl, size); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.ReportAllocs()
			n := 0
			for b.Loop() {
				if n++; n%size == 0 {
					rounds <- struct{}{}
				}
			}
			close(rounds)
			clients.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "messages/s")
		})
	}
}

// round brings messages all the way through a queue.
func round(b *testing.B, c *sdk.Client, url *string, size int) error {
	ctx := b.Context()
	if size == 1 {
		if _, err := c.SendMessage(ctx, &sdk.SendMessageInput{QueueUrl: url, MessageBody: aws.String("hello")}); err != nil {
			return err
		}
	} else {
		var entries []types.SendMessageBatchRequestEntry
		for i := range size {
			entries = append(entries, types.SendMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), MessageBody: aws.String("hello")})
		}
		if _, err := c.SendMessageBatch(ctx, &sdk.SendMessageBatchInput{QueueUrl: url, Entries: entries}); err != nil {
			return err
		}
	}
	out, err := c.ReceiveMessage(ctx, &sdk.ReceiveMessageInput{QueueUrl: url, MaxNumberOfMessages: int32(size)})
	if err != nil {
		return err
	}
	if len(out.Messages) != size {
		return fmt.Errorf("received %d messages, want %d", len(out.Messages), size)
	}
	if size == 1 {
		_, err = c.DeleteMessage(ctx, &sdk.DeleteMessageInput{QueueUrl: url, ReceiptHandle: out.Messages[0].ReceiptHandle})
		return err
	}
	var entries []types.DeleteMessageBatchRequestEntry
	for i, m := range out.Messages {
		entries = append(entries, types.DeleteMessageBatchRequestEntry{Id: aws.String(fmt.Sprint(i)), ReceiptHandle: m.ReceiptHandle})
	}
	_, err = c.DeleteMessageBatch(ctx, &sdk.DeleteMessageBatchInput{QueueUrl: url, Entries: entries})
	return err
}
