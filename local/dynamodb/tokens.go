package dynamodb

import (
	"sync"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// tokenLives is how long a transaction's token is remembered.
const tokenLives = 10 * time.Minute

// A tokens holds the ClientRequestTokens of transactions. The zero value is empty and ready to use.
type tokens struct {
	mu    sync.Mutex
	seen  map[string]*seen
	order []*seen // the oldest first
}

// A seen is a transaction that came with a token.
type seen struct {
	token string
	items value.Value
	at    time.Time
	done  bool
}

// begin says whether the transaction was done before under its token; one under the same token that differs, or has
// not ended, is an error. The transaction's end is told to done.
func (t *tokens) begin(token string, items value.Value, now time.Time) (again bool, done func(ok bool), err error) {
	if token == "" {
		return false, func(bool) {}, nil
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.forget(now)
	s := t.seen[token]
	switch {
	case s == nil:
	case !value.Equal(s.items, items):
		return false, nil, wire.Errorf("IdempotentParameterMismatchException", "The parameters of the request do not match those of an earlier request with the ClientRequestToken %s", token)
	case !s.done:
		return false, nil, wire.Errorf("TransactionInProgressException", "The transaction with the ClientRequestToken %s is in progress", token)
	default:
		return true, func(bool) {}, nil
	}
	s = &seen{token: token, items: items, at: now}
	t.order = append(t.order, s)
	if t.seen == nil {
		t.seen = map[string]*seen{}
	}
	t.seen[token] = s
	return false, func(ok bool) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if s.done = ok; !ok && t.seen[token] == s {
			delete(t.seen, token)
		}
	}, nil
}

// forget drops what is too old.
func (t *tokens) forget(now time.Time) {
	for len(t.order) > 0 && now.Sub(t.order[0].at) > tokenLives {
		if old := t.order[0]; t.seen[old.token] == old {
			delete(t.seen, old.token)
		}
		t.order = t.order[1:]
	}
}
