package sns

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"
)

// A retries is the part of a delivery policy that says when a web server is tried again, in seconds. Its phases
// follow each other: without delay, with the least delay, growing, with the largest.
type retries struct {
	MinDelayTarget     int    `json:"minDelayTarget"`
	MaxDelayTarget     int    `json:"maxDelayTarget"`
	NumRetries         int    `json:"numRetries"`
	NumMaxDelayRetries int    `json:"numMaxDelayRetries"`
	NumNoDelayRetries  int    `json:"numNoDelayRetries"`
	NumMinDelayRetries int    `json:"numMinDelayRetries"`
	BackoffFunction    string `json:"backoffFunction"`
}

// newRetries is the service's default: three more tries, twenty seconds apart.
func newRetries() *retries {
	return &retries{MinDelayTarget: 20, MaxDelayTarget: 20, NumRetries: 3, BackoffFunction: "linear"}
}

const defaultDelivery = `{"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,"numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,"backoffFunction":"linear"},"disableSubscriptionOverrides":false,"defaultRequestPolicy":{"headerContentType":"text/plain; charset=UTF-8"}}}`

// parseRetries reads the retries of a delivery policy, which are at path; nil when there are none.
func parseRetries(policy string, path ...string) (*retries, error) {
	raw := json.RawMessage(policy)
	for _, name := range path {
		var members map[string]json.RawMessage
		if err := json.Unmarshal(raw, &members); err != nil {
			return nil, errors.New("it is not a JSON object")
		}
		if raw = members[name]; raw == nil {
			return nil, nil
		}
	}
	r := newRetries()
	if err := json.Unmarshal(raw, r); err != nil {
		return nil, fmt.Errorf("%s: %w", path[len(path)-1], err)
	}
	return r, r.check()
}

func (r *retries) check() error {
	phases := r.NumMaxDelayRetries + r.NumNoDelayRetries + r.NumMinDelayRetries
	switch {
	case r.MinDelayTarget < 1 || r.MinDelayTarget > r.MaxDelayTarget:
		return errors.New("minDelayTarget must be from 1 to maxDelayTarget")
	case r.MaxDelayTarget > 3600:
		return errors.New("maxDelayTarget must be at most 3600")
	case r.NumRetries < 0 || r.NumRetries > 100:
		return errors.New("numRetries must be from 0 to 100")
	case r.NumMaxDelayRetries < 0 || r.NumNoDelayRetries < 0 || r.NumMinDelayRetries < 0 || phases > r.NumRetries:
		return errors.New("numNoDelayRetries, numMinDelayRetries and numMaxDelayRetries must not be negative, nor more than numRetries together")
	}
	switch r.BackoffFunction {
	case "linear", "arithmetic", "geometric", "exponential":
		return nil
	}
	return errors.New("backoffFunction must be linear, arithmetic, geometric or exponential")
}

// delay is how long to wait after an attempt, counted from 0, has failed.
func (r *retries) delay(attempt int) time.Duration {
	least, most := float64(r.MinDelayTarget), float64(r.MaxDelayTarget)
	growing := r.NumRetries - r.NumNoDelayRetries - r.NumMinDelayRetries - r.NumMaxDelayRetries
	i := attempt - r.NumNoDelayRetries - r.NumMinDelayRetries
	switch {
	case attempt < r.NumNoDelayRetries:
		return 0
	case i < 0:
		return time.Duration(r.MinDelayTarget) * time.Second
	case i >= growing:
		return time.Duration(r.MaxDelayTarget) * time.Second
	}
	part := float64(i+1) / float64(growing)
	seconds := least + (most-least)*part
	switch r.BackoffFunction {
	case "arithmetic":
		seconds = least + (most-least)*part*part
	case "geometric", "exponential":
		seconds = least * math.Pow(most/least, part)
	}
	return time.Duration(seconds * float64(time.Second))
}

func (r *retries) describe() string {
	b, err := json.Marshal(map[string]any{"healthyRetryPolicy": r})
	if err != nil {
		return ""
	}
	return string(b)
}

// retriesOf is what holds for a subscription: its own, the topic's, or the service's. h.mu is held.
func (h *Hub) retriesOf(s *subscription) *retries {
	if s.retries != nil {
		return s.retries
	}
	if t := h.topics[s.topic]; t != nil && t.attributes["DeliveryPolicy"] != "" {
		if r, err := parseRetries(t.attributes["DeliveryPolicy"], "http", "defaultHealthyRetryPolicy"); err == nil && r != nil {
			return r
		}
	}
	return newRetries()
}
