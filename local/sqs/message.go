package sqs

import (
	"crypto/md5"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/stepwright/stepwright/value"
)

// A message is in one queue.
type message struct {
	id         string
	body       string
	attributes value.Value // MessageAttributes, as they came; absent for none
	system     value.Value // MessageSystemAttributes
	bytes      int
	md5        string // of the body
	md5s       string // of the attributes; empty for none

	order     uint64 // grows from message to message
	sent      time.Time
	visibleAt time.Time
	first     time.Time // when it was first received
	last      time.Time // when it was last received
	receives  int
	receipt   string // of the last receive

	group, dedup, sequence string // FIFO; the group of a standard queue's message only says who is to be fair to whom

	source string // the ARN of the queue that sent it here as a dead letter

	place place  // where it is in the queue's store
	index int    // in the pile it is in; -1 outside
	line  *group // FIFO: its group
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
	if why := badAttributeName(name); why != "" {
		return 0, invalidValue("The message attribute name '" + name + "' " + why)
	}
	t := a.Get("DataType").Str()
	kind, _, _ := strings.Cut(t, ".")
	text, raw := a.Get("StringValue"), a.Get("BinaryValue")
	empty := "The message attribute '" + name + "' must contain a non-empty message attribute value for message attribute type '" + kind + "'."
	if len(t) > 256 {
		return 0, invalidValue("The type of the message attribute '" + name + "' has more than 256 characters.")
	}
	switch kind {
	case "String", "Number":
		if !text.IsString() || text.Str() == "" {
			return 0, invalidValue(empty)
		}
		if kind == "Number" && !isNumber(text.Str()) {
			return 0, invalidValue("Can't cast the value of message (user) attribute '" + name + "' to a number.")
		}
		return len(t) + len(text.Str()), checkCharacters(text.Str())
	case "Binary":
		b, err := base64.StdEncoding.DecodeString(raw.Str())
		if err != nil || len(b) == 0 {
			return 0, invalidValue(empty)
		}
		return len(t) + len(b), nil
	}
	return 0, invalidValue("The message attribute '" + name + "' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.")
}

// badAttributeName says what is wrong with the name of a message attribute, by the SQS developer guide, "Message
// attribute components".
func badAttributeName(name string) string {
	lower := strings.ToLower(name)
	switch {
	case name == "" || len(name) > 256:
		return "must have between 1 and 256 characters."
	case strings.HasPrefix(lower, "aws.") || strings.HasPrefix(lower, "amazon."):
		return "starts with AWS. or Amazon., which are reserved."
	case strings.HasPrefix(name, ".") || strings.HasSuffix(name, ".") || strings.Contains(name, ".."):
		return "starts or ends with a period, or has two in a row."
	case strings.Trim(name, nameCharacters+".") != "":
		return "has a character that is no letter, digit, underscore, hyphen or period."
	}
	return ""
}

const nameCharacters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

// isNumber tells whether a text is a decimal number, with an exponent if it likes.
func isNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return (err == nil || errors.Is(err, strconv.ErrRange)) && strings.Trim(s, "+-.0123456789eE") == ""
}

// checkBody refuses characters that a message cannot carry.
func checkBody(body string) error {
	if body == "" {
		return missing("MessageBody")
	}
	return checkCharacters(body)
}

func checkCharacters(s string) error {
	for i, r := range s {
		ok := r == '\t' || r == '\n' || r == '\r' || r >= 0x20 && r <= 0xd7ff || r >= 0xe000 && r <= 0xfffd || r >= 0x10000
		if r == utf8.RuneError {
			_, n := utf8.DecodeRuneInString(s[i:])
			ok = n > 1
		}
		if !ok {
			return legacyCode("InvalidMessageContents", "InvalidMessageContents",
				"Invalid binary character '#x"+strconv.FormatInt(int64(r), 16)+"' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF")
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
