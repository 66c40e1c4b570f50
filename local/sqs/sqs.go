// Package sqs is SQS on the local machine: queues in memory, standard and FIFO, with visibility timeouts, long
// polling, dead-letter queues, message move tasks and the checksums that SDKs verify.
//
// It answers the 23 actions of the API, in the JSON protocol and in the older Query protocol. An action or a parameter
// that the API does not have is an error that names it. All times are the clock's, waiting too. A standard queue
// gives the oldest message first, and nothing twice unless its visibility timeout passes. Policies and encryption are
// kept, and not enforced.
package sqs

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A Broker is all queues of an account. It is safe for any number of goroutines.
type Broker struct {
	account  wire.Account
	clock    clock.Clock
	endpoint func() string
	front    http.Handler

	mu      sync.Mutex // over everything below, the queues' content included
	queues  map[string]*queue
	deleted map[string]time.Time // when queues were deleted whose names may not be given yet
	moves   []*move              // message move tasks, oldest first
	order   uint64               // counts messages
}

// New gives a broker without queues. The endpoint is the machine's URL without a slash at its end, such as
// "http://127.0.0.1:4566"; it is asked for whenever a queue's URL is told.
func New(account wire.Account, c clock.Clock, endpoint func() string) *Broker {
	b := &Broker{account: account, clock: c, endpoint: endpoint, queues: map[string]*queue{}, deleted: map[string]time.Time{}}
	b.front = &front{json: wire.JSONFront("AmazonSQS", "1.0", b), broker: b}
	return b
}

// Name is "sqs".
func (b *Broker) Name() string { return "sqs" }

// ServeHTTP answers in AWS's JSON protocol, or in the older Query protocol if the request is a form.
func (b *Broker) ServeHTTP(w http.ResponseWriter, r *http.Request) { b.front.ServeHTTP(w, r) }

type operation func(*Broker, context.Context, *members.Reader) (value.Value, error)

var operations = map[string]operation{
	"CreateQueue":                  (*Broker).createQueue,
	"GetQueueUrl":                  (*Broker).getQueueURL,
	"GetQueueAttributes":           (*Broker).getQueueAttributes,
	"SetQueueAttributes":           (*Broker).setQueueAttributes,
	"ListQueues":                   (*Broker).listQueues,
	"DeleteQueue":                  (*Broker).deleteQueue,
	"PurgeQueue":                   (*Broker).purgeQueue,
	"SendMessage":                  (*Broker).sendMessage,
	"SendMessageBatch":             (*Broker).sendMessageBatch,
	"ReceiveMessage":               (*Broker).receiveMessage,
	"DeleteMessage":                (*Broker).deleteMessage,
	"DeleteMessageBatch":           (*Broker).deleteMessageBatch,
	"ChangeMessageVisibility":      (*Broker).changeMessageVisibility,
	"ChangeMessageVisibilityBatch": (*Broker).changeMessageVisibilityBatch,
	"ListDeadLetterSourceQueues":   (*Broker).listDeadLetterSourceQueues,
	"StartMessageMoveTask":         (*Broker).startMessageMoveTask,
	"ListMessageMoveTasks":         (*Broker).listMessageMoveTasks,
	"CancelMessageMoveTask":        (*Broker).cancelMessageMoveTask,
	"TagQueue":                     (*Broker).tagQueue,
	"UntagQueue":                   (*Broker).untagQueue,
	"ListQueueTags":                (*Broker).listQueueTags,
	"AddPermission":                (*Broker).addPermission,
	"RemovePermission":             (*Broker).removePermission,
}

// Call runs one action, with the members of SQS's API. Errors are *wire.Error. ReceiveMessage ends early, with the
// context's error, when ctx ends.
func (b *Broker) Call(ctx context.Context, action string, in value.Value) (value.Value, error) {
	op, ok := operations[action]
	if !ok {
		return value.Value{}, wire.UnknownOperation("SQS", action)
	}
	r := members.Read(action, in)
	r.Unknown = "UnsupportedOperation"
	return op(b, ctx, r)
}

// legacyCode makes an error that clients of the older Query protocol know by another code.
func legacyCode(code, query, message string) *wire.Error {
	e := wire.Errorf(code, "%s", message)
	e.QueryCode = query
	return e
}

func noQueue() error {
	return legacyCode("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
}

func invalidValue(message string) *wire.Error {
	return legacyCode("InvalidParameterValueException", "InvalidParameterValue", message)
}

func missing(parameter string) error {
	return legacyCode("MissingRequiredParameterException", "MissingParameter", "The request must contain the parameter "+parameter+".")
}

// url is where a queue is, for clients.
func (b *Broker) url(name string) string { return b.endpoint() + "/" + b.account.ID + "/" + name }

func (b *Broker) arn(name string) string { return b.account.ARN("sqs", name) }

// found gives the queue of a URL; b.mu is held. Only the path counts, so that a machine that was started again on
// another port knows its old URLs.
func (b *Broker) found(url string) (*queue, error) {
	if url == "" {
		return nil, missing("QueueUrl")
	}
	rest, name := "", url
	if i := strings.LastIndexByte(url, '/'); i >= 0 {
		rest, name = url[:i], url[i+1:]
	}
	if !strings.HasSuffix(rest, "/"+b.account.ID) {
		return nil, legacyCode("InvalidAddress", "InvalidAddress", "The address "+url+" is not valid for this endpoint.")
	}
	if q := b.queues[name]; q != nil {
		return q, nil
	}
	return nil, noQueue()
}
