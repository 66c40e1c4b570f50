package sns_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/sns"
	"github.com/stepwright/stepwright/local/sqs"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/wiretest"
	"github.com/stepwright/stepwright/value"
)

// A webhook is a server that answers as it is told, and tells what came.
type webhook struct {
	*httptest.Server
	mu     sync.Mutex
	status []int // of the next answers; 200 when there are no more
	came   chan *http.Request
}

func newWebhook(t *testing.T, status ...int) *webhook {
	w := &webhook{status: status, came: make(chan *http.Request, 16)}
	w.Server = httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		w.mu.Lock()
		defer w.mu.Unlock()
		if len(w.status) > 0 {
			answer.WriteHeader(w.status[0])
			w.status = w.status[1:]
		}
		w.came <- r
	}))
	t.Cleanup(w.Close)
	return w
}

// next is the next request, with its body.
func (w *webhook) next(t *testing.T) (r *http.Request, body string) {
	t.Helper()
	select {
	case r = <-w.came:
	case <-t.Context().Done():
		t.Fatal("nothing came")
	}
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(b)
}

// advanceWhen lets the clock reach the next timer as soon as there is one.
func advanceWhen(t *testing.T, c *clock.Virtual) time.Duration {
	t.Helper()
	before := c.Now()
	for {
		if at, ok := c.Next(); ok {
			c.AdvanceTo(at)
			return at.Sub(before)
		}
		if t.Context().Err() != nil {
			t.Fatal("no timer came")
		}
	}
}

func TestWeb(t *testing.T) {
	t.Parallel()
	c := clock.NewVirtual(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	directory := &wire.Directory{}
	machine := ""
	h := hub{sns.New(wiretest.Account, c, directory, sns.Endpoint(func() string { return machine })), t, sqs.New(wiretest.Account, c, func() string { return "http://127.0.0.1:1" }), nil}
	directory.Add("sqs", h.queues)
	links := httptest.NewServer(h.Links())
	defer links.Close()
	machine = links.URL
	hook := newWebhook(t, 200, 500, 429, 200, 404)
	topic := h.do("CreateTopic", `{"Name": "T"}`).Get("TopicArn").Str()
	on := `{"TopicArn": "` + topic + `", `
	h.queue("dead")
	h.do("Subscribe", on+`"Protocol": "http", "Endpoint": "`+hook.URL+`/hook", "Attributes": {"RedrivePolicy": "{\"deadLetterTargetArn\": \"arn:aws:sqs:eu-north-1:111122223333:dead\"}"}}`)
	r, body := hook.next(t)
	ask := value.MustParse(body)
	if r.Header.Get("X-Amz-Sns-Message-Type") != "SubscriptionConfirmation" || r.Header.Get("X-Amz-Sns-Topic-Arn") != topic || ask.Get("Token").Str() == "" {
		t.Errorf("asked with %v and %s", r.Header, body)
	}
	answer, err := http.Get(ask.Get("SubscribeURL").Str())
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("confirming: %v, %v", answer, err)
	}
	_ = answer.Body.Close()

	h.do("Publish", on+`"Message": "hello"}`)
	for _, delay := range []time.Duration{20 * time.Second, 20 * time.Second, 0} { // 500, 429, 200
		_, body := hook.next(t)
		if v := value.MustParse(body); v.Get("Message").Str() != "hello" || v.Get("Type").Str() != "Notification" {
			t.Errorf("got %s", body)
		}
		if delay > 0 {
			if got := advanceWhen(t, c); got != delay {
				t.Errorf("tried again after %v, want %v", got, delay)
			}
		}
	}
	h.do("Publish", on+`"Message": "refused"}`) // 404: no second try
	hook.next(t)
	if err := h.Close(); err != nil { // waits for what is under way
		t.Fatal(err)
	}
	http.DefaultClient.CloseIdleConnections()
}

func TestWebElsewhere(t *testing.T) {
	t.Parallel()
	c := clock.NewVirtual(time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC))
	h := sns.New(wiretest.Account, c, &wire.Directory{})
	topic, err := h.Call(t.Context(), "CreateTopic", value.MustParse(`{"Name": "T"}`))
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Call(t.Context(), "Subscribe", value.Object(value.M("TopicArn", topic.Get("TopicArn")), value.M("Protocol", value.String("http")), value.M("Endpoint", value.String("http://192.0.2.1/"))))
	if err != nil {
		t.Fatal(err)
	}
	advanceWhen(t, c) // it failed at once: a timer waits for the second try
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
}
