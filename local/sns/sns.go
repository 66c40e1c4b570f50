// Package sns is SNS on the local machine: topics in memory, standard and FIFO, that deliver to SQS queues, Lambda
// functions, web servers on this machine, and a mailbox.
//
// It answers the API's actions for topics, subscriptions, publishing and tags. Text messages, mobile devices, message
// archives and data protection policies are refused by name. Every topic keeps what was published to it, so that a
// test or a person can look: see [Hub.Published]; what would be sent by e-mail is in [Hub.Mails]. Signatures of
// deliveries are the word "simulated".
package sns

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

const namespace = "http://sns.amazonaws.com/doc/2010-03-31/"

// A Hub is all topics of an account. It is safe for any number of goroutines. End it with [Hub.Close].
type Hub struct {
	account   wire.Account
	clock     clock.Clock
	directory *wire.Directory
	front     http.Handler
	endpoint  func() string
	client    *http.Client
	mailbox   io.Writer

	background sync.WaitGroup // deliveries to web servers
	stop       context.Context
	cancel     context.CancelFunc

	mu            sync.Mutex
	closed        bool
	topics        map[string]*topic        // by ARN
	subscriptions map[string]*subscription // by ARN
	mails         []Mail
}

// An Option says something about a hub.
type Option func(*Hub)

// Endpoint tells the machine's URL, without a slash at its end. It stands in links that confirm and end
// subscriptions; without it they have none.
func Endpoint(url func() string) Option { return func(h *Hub) { h.endpoint = url } }

// Mailbox is where e-mail is written to, as it comes.
func Mailbox(w io.Writer) Option { return func(h *Hub) { h.mailbox = w } }

// Client is how web servers are reached. Without it the hub reaches loopback addresses only.
func Client(c *http.Client) Option { return func(h *Hub) { h.client = c } }

// New gives a hub without topics. Through the directory it reaches "sqs" and "lambda" when it delivers.
func New(account wire.Account, c clock.Clock, directory *wire.Directory, options ...Option) *Hub {
	h := &Hub{
		account: account, clock: c, directory: directory, endpoint: func() string { return "" }, client: loopbackClient(),
		topics: map[string]*topic{}, subscriptions: map[string]*subscription{},
	}
	for _, o := range options {
		o(h)
	}
	h.stop, h.cancel = context.WithCancel(context.Background())
	h.front = wire.QueryFront(namespace, h, "Attributes")
	return h
}

// Close gives up deliveries to web servers that have not succeeded, and waits until nothing runs.
func (h *Hub) Close() error {
	h.mu.Lock()
	h.closed = true
	h.mu.Unlock()
	h.cancel()
	h.background.Wait()
	h.client.CloseIdleConnections()
	return nil
}

// later runs do beside the caller, unless the hub is closed.
func (h *Hub) later(do func()) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.closed {
		h.background.Go(do)
	}
}

// Name is "sns".
func (h *Hub) Name() string { return "sns" }

// ServeHTTP answers in AWS's Query protocol.
func (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) { h.front.ServeHTTP(w, r) }

type operation func(*Hub, context.Context, *members.Reader) (value.Value, error)

var operations = map[string]operation{
	"CreateTopic":               (*Hub).createTopic,
	"DeleteTopic":               (*Hub).deleteTopic,
	"ListTopics":                (*Hub).listTopics,
	"GetTopicAttributes":        (*Hub).getTopicAttributes,
	"SetTopicAttributes":        (*Hub).setTopicAttributes,
	"AddPermission":             (*Hub).addPermission,
	"RemovePermission":          (*Hub).removePermission,
	"Subscribe":                 (*Hub).subscribe,
	"ConfirmSubscription":       (*Hub).confirmSubscription,
	"Unsubscribe":               (*Hub).unsubscribe,
	"ListSubscriptions":         (*Hub).listSubscriptions,
	"ListSubscriptionsByTopic":  (*Hub).listSubscriptionsByTopic,
	"GetSubscriptionAttributes": (*Hub).getSubscriptionAttributes,
	"SetSubscriptionAttributes": (*Hub).setSubscriptionAttributes,
	"Publish":                   (*Hub).publish,
	"PublishBatch":              (*Hub).publishBatch,
	"TagResource":               (*Hub).tagResource,
	"UntagResource":             (*Hub).untagResource,
	"ListTagsForResource":       (*Hub).listTagsForResource,
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

func legacyCode(code, query, message string) *wire.Error {
	e := wire.Errorf(code, "%s", message)
	e.QueryCode = query
	return e
}

func invalid(why string) error {
	return legacyCode("InvalidParameterException", "InvalidParameter", "Invalid parameter: "+why)
}

// invalidValue is the error for what is wrong with a message's attributes.
func invalidValue(why string) error {
	return legacyCode("InvalidParameterValueException", "ParameterValueInvalid", why)
}

func notFound(what string) error {
	return &wire.Error{Code: "NotFoundException", QueryCode: "NotFound", Message: what + " does not exist", Status: http.StatusNotFound}
}

// checkARN checks that a parameter is the ARN of something of SNS.
func checkARN(parameter, arn string) error {
	parts := strings.Split(arn, ":")
	if arn == "" {
		return invalid(parameter + " Reason: no value for required parameter")
	}
	if len(parts) < 6 {
		return invalid(parameter + " Reason: An ARN must have at least 6 elements, not " + strconv.Itoa(len(parts)))
	}
	if parts[0] != "arn" || parts[2] != "sns" {
		return invalid(parameter)
	}
	return nil
}

// found gives a topic; h.mu is held.
func (h *Hub) found(arn string) (*topic, error) {
	if err := checkARN("TopicArn", arn); err != nil {
		return nil, err
	}
	if t := h.topics[arn]; t != nil {
		return t, nil
	}
	return nil, notFound("Topic")
}

func quote(s string) string { return `"` + s + `"` }
