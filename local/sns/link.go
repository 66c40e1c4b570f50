package sns

import (
	"io"
	"net/http"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// LinkPrefix is where the links lead that confirm and end subscriptions. They carry a secret token instead of a
// signature.
const LinkPrefix = "/_sns/"

// Links answers the links; to be mounted under [LinkPrefix].
func (h *Hub) Links() http.Handler { return http.HandlerFunc(h.follow) }

func (h *Hub) follow(w http.ResponseWriter, r *http.Request) {
	action, in, failure := wire.ReadQuery(r)
	if failure != nil {
		wire.WriteQueryError(w, namespace, failure)
		return
	}
	var err error
	var out value.Value
	switch action {
	case "ConfirmSubscription":
		var arn string
		arn, err = h.confirm(in.Get("TopicArn").Str(), in.Get("Token").Str())
		out = value.Object(value.M("SubscriptionArn", value.String(arn)))
	case "Unsubscribe":
		err = h.leave(in.Get("SubscriptionArn").Str(), in.Get("Token").Str())
	default:
		err = wire.Errorf("InvalidAction", "a link is for ConfirmSubscription or Unsubscribe, not for %.40q; other requests must be signed", action)
	}
	if err != nil {
		wire.WriteQueryError(w, namespace, wire.AsError(err, "InternalError"))
		return
	}
	var result []byte
	if arn := out.Get("SubscriptionArn").Str(); arn != "" {
		result = []byte("<SubscriptionArn>" + wire.XMLText(arn) + "</SubscriptionArn>")
	}
	wire.WriteQuery(w, namespace, action, result)
	_, _ = io.Copy(io.Discard, r.Body) // so that the connection may be used again
}

// leave ends the subscription whose token it is.
func (h *Hub) leave(arn, token string) error {
	h.mu.Lock()
	s, err := h.subscribed(arn)
	if err == nil && (s.token == "" || s.token != token) {
		err = invalid("Token")
	}
	h.mu.Unlock()
	if err == nil {
		h.detach(arn)
	}
	return err
}
