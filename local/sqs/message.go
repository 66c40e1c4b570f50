package sqs

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/value"
)

// A message is in one queue.
type message struct {
	id         string
	body       string
	attributes value.Value // MessageAttributes, as they came; absent for none
	system     value.Value // MessageSystemAttributes
	bytes      int

	sent      time.Time
	visibleAt time.Time
	first     time.Time // when it was first received
	receives  int
	receipt   string // of the last receive

	group, dedup, sequence string // FIFO

	source string // the ARN of the queue that sent it here as a dead letter
}

// A state says where a message is in its life.
type state int

const (
	visible state = iota
	delayed
	inFlight
)

func (m *message) state(now time.Time) state {
	switch {
	case !m.visibleAt.After(now):
		return visible
	case m.receives == 0:
		return delayed
	}
	return inFlight
}

func sum(s string) string {
	h := md5.Sum([]byte(s)) // the protocol's checksum, not a secret
	return hex.EncodeToString(h[:])
}

// sumAttributes is the checksum of message attributes, as "Calculating the MD5 message digest for message
// attributes" in the SQS developer guide has it; empty for none.
func sumAttributes(attributes value.Value) string {
	if attributes.Len() == 0 {
		return ""
	}
	var b []byte
	put := func(s string) {
		b = binary.BigEndian.AppendUint32(b, uint32(len(s))) // a message is at most 1 MiB
		b = append(b, s...)
	}
	for _, name := range slices.Sorted(slices.Values(attributes.Names())) {
		a := attributes.Get(name)
		put(name)
		put(a.Get("DataType").Str())
		if raw := a.Get("BinaryValue"); raw.Exists() {
			b = append(b, 2)
			bytes, _ := base64.StdEncoding.DecodeString(raw.Str()) // was checked when it was sent
			put(string(bytes))
			continue
		}
		b = append(b, 1)
		put(a.Get("StringValue").Str())
	}
	return sum(string(b))
}

// checkAttributesOf checks MessageAttributes and gives their size in bytes.
func checkAttributesOf(attributes value.Value) (size int, err error) {
	if attributes.Len() > 10 {
		return 0, invalidValue("Number of message attributes [" + value.Int(attributes.Len()).Literal() + "] exceeds the allowed maximum [10].")
	}
	for name, a := range attributes.Members() {
		n, err := checkAttributeOf(name, a)
		if err != nil {
			return 0, err
		}
		size += len(name) + n
	}
	return size, nil
}

func checkAttributeOf(name string, a value.Value) (size int, err error) {
	if name == "" || len(name) > 256 {
		return 0, invalidValue("The message attribute name '" + name + "' must have between 1 and 256 characters.")
	}
	t := a.Get("DataType").Str()
	kind, _, _ := strings.Cut(t, ".")
	text, raw := a.Get("StringValue"), a.Get("BinaryValue")
	switch kind {
	case "String", "Number":
		if !text.IsString() || text.Str() == "" {
			return 0, invalidValue("The message attribute '" + name + "' must contain a non-empty message attribute value for message attribute type '" + kind + "'.")
		}
		return len(t) + len(text.Str()), nil
	case "Binary":
		b, err := base64.StdEncoding.DecodeString(raw.Str())
		if err != nil || len(b) == 0 {
			return 0, invalidValue("The message attribute '" + name + "' must contain a non-empty message attribute value for message attribute type 'Binary'.")
		}
		return len(t) + len(b), nil
	}
	return 0, invalidValue("The message attribute '" + name + "' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.")
}

// checkBody refuses characters that a message cannot carry.
func checkBody(body string) error {
	if body == "" {
		return missing("MessageBody")
	}
	for _, r := range body {
		ok := r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000
		if !ok {
			return legacyCode("InvalidMessageContents", "InvalidMessageContents",
				"Invalid binary character '#x"+hex.EncodeToString([]byte(string(r)))+"' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF")
		}
	}
	return nil
}

// chosen are the attributes whose names a receiver asked for: "All", ".*", a name, or a prefix as in "trace.*".
func chosen(attributes value.Value, names []string) value.Value {
	var out value.Builder
	for name, v := range attributes.Members() {
		if slices.ContainsFunc(names, func(n string) bool {
			prefix, ok := strings.CutSuffix(n, ".*")
			return n == "All" || n == name || ok && (prefix == "" || strings.HasPrefix(name, prefix))
		}) {
			out.Set(name, v)
		}
	}
	if out.Len() == 0 {
		return value.Value{}
	}
	return out.Object()
}

// object makes an object of strings, sorted by name.
func object(texts map[string]string) value.Value {
	var b value.Builder
	for _, k := range slices.Sorted(maps.Keys(texts)) {
		b.Set(k, value.String(texts[k]))
	}
	return b.Object()
}
