package jsonpath

import (
	"crypto/md5"  //nolint:gosec // the service offers it
	"crypto/sha1" //nolint:gosec // the service offers it
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"fmt"
	"strings"

	"github.com/stepwright/stepwright/value"
)

// stringToJSON is States.StringToJson: the value that a JSON text stands for; null for a text of blanks only.
func stringToJSON(_ *Env, args []value.Value) (value.Value, error) {
	s, err := textOf(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	if strings.TrimSpace(s) == "" {
		return value.Null, nil
	}
	v, err := value.ParseString(s)
	if err != nil {
		return value.Value{}, fmt.Errorf("argument 1 is no JSON text: %w", err)
	}
	return v, nil
}

// jsonToString is States.JsonToString: the JSON text of a value, without blanks.
func jsonToString(_ *Env, args []value.Value) (value.Value, error) {
	if args[0].Size() > maxText {
		return value.Value{}, tooLong()
	}
	return value.String(args[0].String()), nil
}

// jsonMerge is States.JsonMerge: the members of two objects, where the second one's win. The service cannot merge the
// objects in them, so that the third argument must be false.
func jsonMerge(_ *Env, args []value.Value) (value.Value, error) {
	first, err := objectOf(args, 0)
	if err != nil {
		return value.Value{}, err
	}
	second, err := objectOf(args, 1)
	if err != nil {
		return value.Value{}, err
	}
	if !args[2].IsBool() || args[2].Bool() {
		return value.Value{}, wrong(args, 2, "false, because the service does not merge the objects inside of objects")
	}
	switch {
	case second.Len() == 0:
		return first, nil
	case first.Len() == 0:
		return second, nil
	}
	var b value.Builder
	b.Grow(first.Len() + second.Len())
	for name, v := range first.Members() {
		b.Set(name, v)
	}
	for name, v := range second.Members() {
		b.Set(name, v)
	}
	return b.Object(), nil
}

// hashOf is States.Hash: a digest in lower-case hexadecimal. What is no string is hashed as JSON text.
func hashOf(_ *Env, args []value.Value) (value.Value, error) {
	if args[0].Size() > maxText {
		return value.Value{}, fmt.Errorf("argument 1 is too long; expected at most %d characters", maxCharacters)
	}
	s := args[0].Str()
	if !args[0].IsString() {
		s = args[0].String()
	}
	if err := checkLength(s, 0); err != nil {
		return value.Value{}, err
	}
	algorithm, err := textOf(args, 1)
	if err != nil {
		return value.Value{}, err
	}
	sum := digest(algorithm, []byte(s))
	if sum == nil {
		return value.Value{}, wrong(args, 1, `"MD5", "SHA-1", "SHA-256", "SHA-384" or "SHA-512"`)
	}
	return value.String(hex.EncodeToString(sum)), nil
}

// digest is the digest of data; nil when there is no such algorithm.
func digest(algorithm string, data []byte) []byte {
	switch algorithm {
	case "MD5":
		sum := md5.Sum(data) //nolint:gosec // the service offers it
		return sum[:]
	case "SHA-1":
		sum := sha1.Sum(data) //nolint:gosec // the service offers it
		return sum[:]
	case "SHA-256":
		sum := sha256.Sum256(data)
		return sum[:]
	case "SHA-384":
		sum := sha512.Sum384(data)
		return sum[:]
	case "SHA-512":
		sum := sha512.Sum512(data)
		return sum[:]
	}
	return nil
}
