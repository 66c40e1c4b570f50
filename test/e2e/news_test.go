package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// A newsreader is somebody who listens to the topic of failures with a queue.
type newsreader struct {
	p     *pipeline
	queue string // URL

	mu   sync.Mutex
	read map[string][]notification // by photo
}

// A notification is what the topic tells about a photo.
type notification struct {
	Photo        string `json:"photo"`
	Bucket       string `json:"bucket"`
	Key          string `json:"key"`
	ErrorAt      string `json:"errorAt"`
	ErrorName    string `json:"errorName"`
	ErrorMessage string `json:"errorMessage"`
}

// listen makes a queue and subscribes it to a topic.
func (p *pipeline) listen(ctx context.Context, name string, attributes map[string]string) (url string, err error) {
	queue, err := p.sqs.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		return "", fmt.Errorf("make a queue: %w", err)
	}
	about, err := p.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: queue.QueueUrl, AttributeNames: []types.QueueAttributeName{"QueueArn"}})
	if err != nil {
		return "", fmt.Errorf("ask for the queue's ARN: %w", err)
	}
	_, err = p.sns.Subscribe(ctx, &sns.SubscribeInput{
		TopicArn: &p.topic, Protocol: new("sqs"), Endpoint: new(about.Attributes["QueueArn"]), Attributes: attributes,
	})
	if err != nil {
		return "", fmt.Errorf("subscribe the queue: %w", err)
	}
	return *queue.QueueUrl, nil
}

func subscribe(ctx context.Context, p *pipeline) (*newsreader, error) {
	url, err := p.listen(ctx, "failures-of-photos", map[string]string{"RawMessageDelivery": "true"})
	return &newsreader{p: p, queue: url, read: map[string][]notification{}}, err
}

// drain reads what is in the queue.
func (n *newsreader) drain(ctx context.Context) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	for {
		out, err := n.p.sqs.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: &n.queue, MaxNumberOfMessages: 10})
		if err != nil {
			return fmt.Errorf("receive notifications: %w", err)
		}
		if len(out.Messages) == 0 {
			return nil
		}
		for _, m := range out.Messages {
			var told notification
			if err := json.Unmarshal([]byte(*m.Body), &told); err != nil {
				return fmt.Errorf("read the notification %s: %w", *m.Body, err)
			}
			n.read[told.Photo] = append(n.read[told.Photo], told)
			if _, err := n.p.sqs.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: &n.queue, ReceiptHandle: m.ReceiptHandle}); err != nil {
				return fmt.Errorf("delete a notification: %w", err)
			}
		}
	}
}

// about are the notifications about a photo so far.
func (n *newsreader) about(ctx context.Context, photo string) ([]notification, error) {
	if err := n.drain(ctx); err != nil {
		return nil, err
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.read[photo], nil
}

// notified waits for the first notification about a photo.
func (p *pipeline) notified(t *testing.T, photo string) notification {
	t.Helper()
	var all []notification
	eventually(t, "a notification about "+photo, func(ctx context.Context) (_ bool, err error) {
		all, err = p.news.about(ctx, photo)
		return len(all) > 0, err
	}, func() string { return "there is none" })
	return all[0]
}
