package sqs

import (
	"net/http"
	"strings"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

const namespace = "http://queue.amazonaws.com/doc/2012-11-05/"

// A front answers in the JSON protocol and, when the request is a form, in the Query protocol that SDKs of before
// 2023 speak. There lists have no "member" and are named in the singular.
type front struct {
	json   http.Handler
	broker *Broker
}

func (f *front) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("X-Amz-Target") != "" || !isForm(r) {
		f.json.ServeHTTP(w, r)
		return
	}
	action, in, err := wire.ReadQuery(r)
	if err != nil {
		wire.WriteQueryError(w, namespace, err)
		return
	}
	if _, ok := operations[action]; !ok {
		wire.WriteQueryError(w, namespace, wire.Errorf("InvalidAction", "The action %s is not valid for this endpoint.", action))
		return
	}
	if !in.Get("QueueUrl").Exists() && strings.Count(r.URL.Path, "/") == 2 {
		in = in.With("QueueUrl", value.String(f.broker.endpoint()+r.URL.Path)) // a request may go to the queue itself
	}
	out, failure := f.broker.Call(r.Context(), action, fromQuery(in))
	if failure != nil {
		wire.WriteQueryError(w, namespace, wire.AsError(failure, "InternalFailure"))
		return
	}
	wire.WriteQuery(w, namespace, action, appendQuery(nil, action, out))
}

func isForm(r *http.Request) bool {
	return strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded") || r.Method == http.MethodGet && r.URL.Query().Has("Action")
}

// A flat is a list or map as the Query protocol spells it.
type flat struct {
	member     string // its name in the JSON protocol
	key, value string // the names of an entry's parts if it is a map
}

// flats are the lists and maps by their singular names.
var flats = map[string]flat{
	"Attribute":                      {"Attributes", "Name", "Value"},
	"AttributeName":                  {member: "AttributeNames"},
	"Tag":                            {"Tags", "Key", "Value"},
	"TagKey":                         {member: "TagKeys"},
	"MessageAttribute":               {"MessageAttributes", "Name", "Value"},
	"MessageAttributeName":           {member: "MessageAttributeNames"},
	"MessageSystemAttribute":         {"MessageSystemAttributes", "Name", "Value"},
	"MessageSystemAttributeName":     {member: "MessageSystemAttributeNames"},
	"SendMessageBatchRequestEntry":   {member: "Entries"},
	"DeleteMessageBatchRequestEntry": {member: "Entries"},
	"ChangeMessageVisibilityBatchRequestEntry": {member: "Entries"},
	"AWSAccountId": {member: "AWSAccountIds"},
	"ActionName":   {member: "Actions"},
}

// fromQuery gives a form's parameters the shape of the JSON protocol.
func fromQuery(in value.Value) value.Value {
	var out value.Builder
	for name, v := range in.Members() {
		f, ok := flats[name]
		switch {
		case !ok:
			out.Set(name, v)
		case name == "Tag" && in.Get("QueueName").Exists():
			out.Set("tags", f.read(v)) // CreateQueue spells them so
		default:
			out.Set(f.member, f.read(v))
		}
	}
	return out.Object()
}

func (f flat) read(v value.Value) value.Value {
	if !v.IsObject() {
		return v // a wrong form; the action says so
	}
	var list []value.Value
	var texts value.Builder
	for _, entry := range v.Members() { // in the order of their numbers
		if f.key != "" {
			texts.Set(entry.Get(f.key).Str(), entry.Get(f.value))
			continue
		}
		if entry.IsObject() {
			entry = fromQuery(entry)
		}
		list = append(list, entry)
	}
	if f.key != "" {
		return texts.Object()
	}
	return value.Array(list...)
}

// singular is what the Query protocol calls an item of a list or map in an answer.
var singular = map[string]flat{
	"QueueUrls": {member: "QueueUrl"}, "queueUrls": {member: "QueueUrl"}, "Messages": {member: "Message"}, "Results": {member: "ListMessageMoveTasksResultEntry"},
	"Failed": {member: "BatchResultErrorEntry"}, "Attributes": {"Attribute", "Name", "Value"},
	"MessageAttributes": {"MessageAttribute", "Name", "Value"}, "Tags": {"Tag", "Key", "Value"},
}

func appendQuery(b []byte, action string, v value.Value) []byte {
	for name, m := range v.Members() {
		f, ok := singular[name]
		if name == "Successful" {
			f, ok = flat{member: action + "ResultEntry"}, true
		}
		switch {
		case ok && m.IsArray():
			for _, item := range m.Elements() {
				b = appendElement(b, f.member, item)
			}
		case ok && f.key != "":
			for key, item := range m.Members() {
				b = appendElement(b, f.member, value.Object(value.M(f.key, value.String(key)), value.M(f.value, item)))
			}
		default:
			b = appendElement(b, name, m)
		}
	}
	return b
}

func appendElement(b []byte, name string, v value.Value) []byte {
	b = append(b, "<"+name+">"...)
	switch {
	case v.IsObject():
		b = appendQuery(b, "", v)
	case v.IsString():
		b = append(b, wire.XMLText(v.Str())...)
	default:
		b = v.AppendJSON(b)
	}
	return append(b, "</"+name+">"...)
}
