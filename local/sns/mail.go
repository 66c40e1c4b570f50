package sns

import (
	"fmt"
	"net/url"
	"slices"
	"time"
)

// A Mail is what would have been sent by e-mail.
type Mail struct {
	To, Subject, Body string
	At                time.Time
}

// maxMails is how many are kept.
const maxMails = 1000

// Mails gives the last thousand, oldest first.
func (h *Hub) Mails() []Mail {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.mails)
}

// toMailbox writes a notification.
func (h *Hub) toMailbox(s *subscription, m Message) {
	mail := Mail{To: s.endpoint, Subject: m.Subject, Body: m.For(s.protocol), At: m.At}
	if mail.Subject == "" {
		mail.Subject = "AWS Notification Message"
	}
	if s.protocol == "email-json" {
		mail.Body = h.envelope(s, m, "URL").Indent()
	} else {
		mail.Body += "\n\n--\nTo stop these: " + h.unsubscribeURL(s)
	}
	h.post(mail)
}

// askToConfirm tells a new subscriber how to confirm the subscription.
func (h *Hub) askToConfirm(s *subscription) {
	if s.protocol == "http" || s.protocol == "https" {
		h.askWeb(s)
		return
	}
	h.post(Mail{
		To: s.endpoint, Subject: "AWS Notification - Subscription Confirmation", At: h.clock.Now(),
		Body: "You have chosen to subscribe to the topic:\n" + s.topic + "\n\nTo confirm this subscription, open:\n" + h.confirmURL(s) + "\n\nor call ConfirmSubscription with the token " + s.token,
	})
}

func (h *Hub) confirmURL(s *subscription) string {
	return h.link(url.Values{"Action": {"ConfirmSubscription"}, "TopicArn": {s.topic}, "Token": {s.token}})
}

// post keeps a mail and writes it to the mailbox, as text that people can read.
func (h *Hub) post(m Mail) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.mails = append(h.mails, m); len(h.mails) > maxMails {
		h.mails = slices.Delete(h.mails, 0, 1)
	}
	if h.mailbox != nil {
		fmt.Fprintf(h.mailbox, "From: AWS Notifications <no-reply@sns.simulated>\nTo: %s\nSubject: %s\nDate: %s\n\n%s\n\n",
			m.To, m.Subject, m.At.UTC().Format(time.RFC1123Z), m.Body)
	}
}
