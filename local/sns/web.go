package sns

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// webTimeout is how long a web server may take to answer.
const webTimeout = 15 * time.Second

// loopbackClient reaches servers on this machine and no others: a topic's subscribers of production must not hear of
// what is tried here. It does not follow redirections.
func loopbackClient() *http.Client {
	dialer := &net.Dialer{Timeout: webTimeout, Control: func(_, address string, _ syscall.RawConn) error {
		host, _, err := net.SplitHostPort(address)
		if ip := net.ParseIP(host); err != nil || !ip.IsLoopback() {
			return fmt.Errorf("%s is not this machine: the local machine delivers to loopback addresses only", address)
		}
		return nil
	}}
	return &http.Client{
		Transport:     &http.Transport{DialContext: dialer.DialContext, MaxIdleConnsPerHost: 4},
		Timeout:       webTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// A post is one request to a web server.
type post struct {
	kind, id string // the headers x-amz-sns-message-type and -id
	body     string
	raw      bool
}

// toWeb delivers beside the caller, and tries again as the delivery policy says.
func (h *Hub) toWeb(s *subscription, m Message) {
	p := post{kind: "Notification", id: m.ID, body: m.For(s.protocol), raw: s.raw}
	if !s.raw {
		p.body = h.envelope(s, m, "URL").Indent()
	}
	to := *s
	h.mu.Lock()
	plan := h.retriesOf(s)
	h.mu.Unlock()
	h.later(func() {
		if err := h.persist(&to, p, plan); err != nil {
			_ = h.bury(h.stop, &to, m, err) // there is nobody left to tell
		}
	})
}

// askWeb sends a server what it needs to confirm the subscription.
func (h *Hub) askWeb(s *subscription) {
	id := wire.NewID()
	body := value.Object(value.M("Type", value.String("SubscriptionConfirmation")), value.M("MessageId", value.String(id)),
		value.M("Token", value.String(s.token)), value.M("TopicArn", value.String(s.topic)),
		value.M("Message", value.String("You have chosen to subscribe to the topic "+s.topic+".\nTo confirm the subscription, visit the SubscribeURL included in this message.")),
		value.M("SubscribeURL", value.String(h.confirmURL(s))), value.M("Timestamp", value.String(h.clock.Now().UTC().Format(stamp))),
		value.M("SignatureVersion", value.String("1")), value.M("Signature", value.String(simulated)), value.M("SigningCertURL", value.String(simulated)))
	plan := newRetries()
	h.later(func() { _ = h.persist(s, post{kind: "SubscriptionConfirmation", id: id, body: body.Indent()}, plan) }) // unconfirmed is what it stays then
}

// errRefused is the answer of a server that wants no second try.
var errRefused = errors.New("refused")

// persist posts until the server takes it, refuses it for good, or the policy's tries are over.
func (h *Hub) persist(s *subscription, p post, plan *retries) error {
	for attempt := 0; ; attempt++ {
		err := h.try(s, p)
		if err == nil || errors.Is(err, errRefused) || attempt == plan.NumRetries {
			return err
		}
		timer := h.clock.NewTimer(h.clock.Now().Add(plan.delay(attempt)))
		select {
		case <-timer.C():
		case <-h.stop.Done():
			timer.Stop()
			return h.stop.Err()
		}
	}
}

func (h *Hub) try(s *subscription, p post) error {
	ctx, cancel := context.WithTimeout(h.stop, webTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.endpoint, strings.NewReader(p.body))
	if err != nil {
		return fmt.Errorf("%w: %w", errRefused, err)
	}
	r.Header.Set("Content-Type", "text/plain; charset=UTF-8")
	r.Header.Set("User-Agent", "Amazon Simple Notification Service Agent")
	r.Header.Set("X-Amz-Sns-Message-Type", p.kind)
	r.Header.Set("X-Amz-Sns-Message-Id", p.id)
	r.Header.Set("X-Amz-Sns-Topic-Arn", s.topic)
	if p.kind == "Notification" {
		r.Header.Set("X-Amz-Sns-Subscription-Arn", s.arn)
	}
	if p.raw {
		r.Header.Set("X-Amz-Sns-Rawdelivery", "true")
	}
	answer, err := h.client.Do(r)
	if err != nil {
		return err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, 1<<20))
	_ = answer.Body.Close()
	switch status := answer.StatusCode; {
	case status >= 200 && status < 300:
		return nil
	case status >= 400 && status < 500 && status != http.StatusTooManyRequests:
		return fmt.Errorf("%w: %s", errRefused, answer.Status)
	default:
		return errors.New(answer.Status)
	}
}
