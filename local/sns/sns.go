// Package sns is SNS on the local machine: topics in memory that deliver to SQS queues and Lambda functions.
//
// It answers CreateTopic, DeleteTopic, ListTopics, GetTopicAttributes, SetTopicAttributes, Subscribe, Unsubscribe,
// ListSubscriptionsByTopic and Publish. FIFO topics, filter policies, and subscribers other than queues and functions
// are refused by name; so is any other action. Every topic keeps what was published to it, so that a test or a
// person can look: see [Hub.Published]. Signatures of deliveries are the word "simulated".
package sns

import (
	"context"
	"net/http"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

const namespace = "http://sns.amazonaws.com/doc/2010-03-31/"

// A Hub is all topics of an account. It is safe for any number of goroutines.
type Hub struct {
	account   wire.Account
	clock     clock.Clock
	directory *wire.Directory
	front     http.Handler

	mu            sync.Mutex
	topics        map[string]*topic        // by ARN
	subscriptions map[string]*subscription // by ARN
}

// A topic has subscriptions and remembers its messages.
type topic struct {
	arn        string
	attributes map[string]string // as set
	order      []*subscription   // in the order in which they were made
	published  []Message
}

// A subscription leads from a topic to a queue or function.
type subscription struct {
	arn, topic, protocol, endpoint string
	raw                            bool
	deadLetters                    string // the ARN of a queue, or empty
}

// New gives a hub without topics. Through the directory it reaches "sqs" and "lambda" when it delivers.
func New(account wire.Account, c clock.Clock, directory *wire.Directory) *Hub {
	h := &Hub{
		account: account, clock: c, directory: directory,
		topics: map[string]*topic{}, subscriptions: map[string]*subscription{},
	}
	h.front = wire.QueryFront(namespace, h, "Attributes")
	return h
}

// Name is "sns".
func (h *Hub) Name() string { return "sns" }

// ServeHTTP answers in AWS's Query protocol.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.front.ServeHTTP(w, r) }

type operation func(*Hub, context.Context, *members.Reader) (value.Value, error)

var operations = map[string]operation{
	"CreateTopic":              (*Hub).createTopic,
	"DeleteTopic":              (*Hub).deleteTopic,
	"ListTopics":               (*Hub).listTopics,
	"GetTopicAttributes":       (*Hub).getTopicAttributes,
	"SetTopicAttributes":       (*Hub).setTopicAttributes,
	"Subscribe":                (*Hub).subscribe,
	"Unsubscribe":              (*Hub).unsubscribe,
	"ListSubscriptionsByTopic": (*Hub).listSubscriptionsByTopic,
	"Publish":                  (*Hub).publish,
}

// Call runs one action, with the members of SNS's API. Errors are *wire.Error.
func (h *Hub) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	op, ok := operations[action]
	if !ok {
		return value.Value{}, wire.UnknownOperation("SNS", action)
	}
	r := members.Read(action, in)
	r.WrongType, r.Unknown = "InvalidParameterException", "InvalidParameterException"
	return op(h, ctx, r)
}

func invalid(why string) error {
	e := wire.Errorf("InvalidParameterException", "Invalid parameter: %s", why)
	e.QueryCode = "InvalidParameter"
	return e
}

func notFound(what string) error {
	return &wire.Error{Code: "NotFoundException", QueryCode: "NotFound", Message: what + " does not exist", Status: http.StatusNotFound}
}

// found gives a topic; h.mu is held.
func (h *Hub) found(arn string) (*topic, error) {
	parts := strings.Split(arn, ":")
	if len(parts) != 6 || parts[0] != "arn" || parts[2] != "sns" {
		return nil, invalid("TopicArn Reason: An ARN must have at least 6 elements, not " + quote(arn))
	}
	if t := h.topics[arn]; t != nil {
		return t, nil
	}
	return nil, notFound("Topic")
}

func quote(s string) string { return `"` + s + `"` }
