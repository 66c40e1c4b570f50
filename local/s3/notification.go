package s3

import (
	"encoding/xml"
	"net/http"

	"github.com/stepwright/stepwright/local/wire"
)

// notification serves Get- and PutBucketNotificationConfiguration, of which we know EventBridge.
func (s *Service) notification(w http.ResponseWriter, r *http.Request, bucket string) *wire.Error {
	c, err := s.store.config(bucket)
	if err != nil {
		return err
	}
	switch r.Method {
	case http.MethodGet:
		inner := ""
		if c.events {
			inner = "<EventBridgeConfiguration/>"
		}
		writeXML(w, "<NotificationConfiguration"+xmlns+">"+inner+"</NotificationConfiguration>")
		return nil
	case http.MethodPut:
		return s.setNotification(r, bucket)
	}
	return &wire.Error{Code: "MethodNotAllowed", Message: "The specified method is not allowed against this resource.", Status: http.StatusMethodNotAllowed}
}

func (s *Service) setNotification(r *http.Request, bucket string) *wire.Error {
	body, err := readBody(r)
	if err != nil {
		return err
	}
	var in struct {
		EventBridge *struct{}  `xml:"EventBridgeConfiguration"`
		Other       []struct{} `xml:",any"`
	}
	if failure := xml.Unmarshal(body, &in); failure != nil {
		return wire.Errorf("MalformedXML", "the notification configuration is not XML: %v", failure)
	}
	if len(in.Other) > 0 {
		return &wire.Error{Code: "NotImplemented", Status: http.StatusNotImplemented, Message: "the local S3 sends events to EventBridge only; queues, topics and functions are targets of EventBridge rules"}
	}
	return s.store.configure(bucket, func(c *config) { c.events = in.EventBridge != nil })
}
