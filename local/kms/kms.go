// Package kms is KMS on the local machine as identity: keys have ids and ARNs, but nothing is encrypted. A ciphertext is
// the plaintext behind a line that says so, with the key's ARN and the encryption context that must come back.
//
// It answers CreateKey, DescribeKey, ListKeys, Encrypt, Decrypt, GenerateDataKey and GenerateDataKeyWithoutPlaintext;
// any other action, and any parameter that none of them reads, is an error that names it.
package kms

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A Service holds the keys of an account. It is safe for any number of goroutines.
type Service struct {
	account wire.Account
	clock   clock.Clock
	front   http.Handler

	mu      sync.Mutex
	keys    []key             // oldest first
	aliases map[string]string // "alias/mine" to the id of a key
}

type key struct {
	id, description string
	made            time.Time
}

// New gives a service without keys.
func New(account wire.Account, c clock.Clock) *Service {
	s := &Service{account: account, clock: c, aliases: map[string]string{}}
	s.front = wire.JSONFront("TrentService", "1.1", s)
	return s
}

// Name is "kms".
func (s *Service) Name() string { return "kms" }

// ServeHTTP answers in AWS's JSON protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.front.ServeHTTP(w, r) }

var operations = map[string]func(*Service, *members.Reader) (value.Value, error){
	"CreateKey": (*Service).create, "DescribeKey": (*Service).describe, "ListKeys": (*Service).list, "Encrypt": (*Service).encrypt, "Decrypt": (*Service).decrypt,
	"GenerateDataKey": (*Service).dataKey, "GenerateDataKeyWithoutPlaintext": (*Service).dataKeyAlone,
}

// Call runs one action, with the members of KMS's API. Errors are *wire.Error.
func (s *Service) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	op, ok := operations[action]
	if !ok {
		return value.Value{}, wire.UnknownOperation("KMS", action)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return op(s, members.Read(action, in))
}

func (s *Service) arn(id string) string { return s.account.ARN("kms", "key/"+id) }

// add makes a key; s.mu is held.
func (s *Service) add(description string) key {
	k := key{id: wire.NewID(), description: description, made: s.clock.Now()}
	s.keys = append(s.keys, k)
	return k
}

// find gives the key that an id, an ARN or an alias means; s.mu is held.
func (s *Service) find(ref string) (key, error) {
	_, id, ok := strings.Cut(ref, ":key/")
	if !ok {
		id = ref
	}
	if i := strings.Index(id, "alias/"); i >= 0 {
		id = s.aliases[id[i:]]
	}
	for _, k := range s.keys {
		if k.id == id {
			return k, nil
		}
	}
	return key{}, wire.Errorf("NotFoundException", "Key '%s' does not exist", ref)
}

func (s *Service) show(k key) value.Value {
	return value.Object(value.M("KeyMetadata", value.Object(
		value.M("AWSAccountId", value.String(s.account.ID)), value.M("KeyId", value.String(k.id)), value.M("Arn", value.String(s.arn(k.id))),
		value.M("CreationDate", value.Float(float64(k.made.UnixMilli())/1000)), value.M("Enabled", value.Bool(true)), value.M("Description", value.String(k.description)),
		value.M("KeyUsage", value.String("ENCRYPT_DECRYPT")), value.M("KeyState", value.String("Enabled")), value.M("Origin", value.String("AWS_KMS")),
		value.M("KeyManager", value.String("CUSTOMER")), value.M("KeySpec", value.String("SYMMETRIC_DEFAULT")))))
}

func (s *Service) create(r *members.Reader) (value.Value, error) {
	description := r.String("Description")
	r.Ignore("Policy", "Tags", "BypassPolicyLockoutSafetyCheck")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	return s.show(s.add(description)), nil
}

func (s *Service) describe(r *members.Reader) (value.Value, error) {
	k, err := s.find(r.String("KeyId"))
	if r.Ignore("GrantTokens"); err == nil {
		err = r.Err()
	}
	if err != nil {
		return value.Value{}, err
	}
	return s.show(k), nil
}

func (s *Service) list(r *members.Reader) (value.Value, error) {
	r.Ignore("Limit")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	var all []value.Value
	for _, k := range s.keys {
		all = append(all, value.Object(value.M("KeyId", value.String(k.id)), value.M("KeyArn", value.String(s.arn(k.id)))))
	}
	return value.Object(value.M("Keys", value.Array(all...)), value.M("Truncated", value.Bool(false))), nil
}

// mark begins every ciphertext.
const mark = "stepwright: not encrypted\n"

// seal is the ciphertext of a plaintext.
func (s *Service) seal(k key, context value.Value, plain []byte) value.Value {
	head := mark + s.arn(k.id) + "\n" + ordered(context) + "\n"
	return value.String(base64.StdEncoding.EncodeToString(append([]byte(head), plain...)))
}

// ordered is an encryption context as text that does not depend on the order of its pairs.
func ordered(context value.Value) string {
	names := slices.Sorted(slices.Values(context.Names()))
	out := value.Object()
	for _, n := range names {
		out = out.With(n, context.Get(n))
	}
	return out.String()
}

const maxPlain = 4096

func (s *Service) encrypt(r *members.Reader) (value.Value, error) {
	k, err := s.find(r.String("KeyId"))
	plain, bad := base64.StdEncoding.DecodeString(r.String("Plaintext"))
	seal := s.seal(k, r.Object("EncryptionContext"), plain)
	r.Ignore("GrantTokens")
	if err == nil {
		err = r.Err()
	}
	switch {
	case err != nil:
		return value.Value{}, err
	case bad != nil:
		return value.Value{}, wire.Errorf("SerializationException", "Plaintext is not base64: %v", bad)
	case len(plain) == 0 || len(plain) > maxPlain:
		return value.Value{}, wire.Errorf("ValidationException", "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length between 1 and %d, not %d", maxPlain, len(plain))
	}
	return value.Object(value.M("CiphertextBlob", seal), value.M("KeyId", value.String(s.arn(k.id))), value.M("EncryptionAlgorithm", value.String("SYMMETRIC_DEFAULT"))), nil
}

func (s *Service) decrypt(r *members.Reader) (value.Value, error) {
	blob, bad := base64.StdEncoding.DecodeString(r.String("CiphertextBlob"))
	context, want := r.Object("EncryptionContext"), r.String("KeyId")
	r.Ignore("GrantTokens")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	parts := bytes.SplitN(blob, []byte("\n"), 4)
	if bad != nil || len(parts) < 4 || string(parts[0])+"\n" != mark || string(parts[2]) != ordered(context) {
		return value.Value{}, wire.Errorf("InvalidCiphertextException", "the ciphertext is none of this machine's, or its encryption context is another")
	}
	arn := string(parts[1])
	if want != "" {
		k, err := s.find(want)
		if err != nil {
			return value.Value{}, err
		}
		if s.arn(k.id) != arn {
			return value.Value{}, wire.Errorf("IncorrectKeyException", "The key ID in the request does not identify a CMK that can perform this operation.")
		}
	}
	return value.Object(value.M("KeyId", value.String(arn)), value.M("Plaintext", value.String(base64.StdEncoding.EncodeToString(parts[3]))),
		value.M("EncryptionAlgorithm", value.String("SYMMETRIC_DEFAULT"))), nil
}

func (s *Service) dataKey(r *members.Reader) (value.Value, error) {
	k, err := s.find(r.String("KeyId"))
	spec, n, context := r.String("KeySpec"), r.Int("NumberOfBytes", 0), r.Object("EncryptionContext")
	r.Ignore("GrantTokens")
	if err == nil {
		err = r.Err()
	}
	switch {
	case err != nil:
		return value.Value{}, err
	case spec == "AES_256" && n == 0:
		n = 32
	case spec == "AES_128" && n == 0:
		n = 16
	case spec != "" || n < 1 || n > 1024:
		return value.Value{}, wire.Errorf("ValidationException", "Please specify either number of bytes (1 to 1024) or key spec (AES_256 or AES_128).")
	}
	plain := make([]byte, n)
	_, _ = rand.Read(plain) // never fails
	return value.Object(value.M("CiphertextBlob", s.seal(k, context, plain)), value.M("Plaintext", value.String(base64.StdEncoding.EncodeToString(plain))),
		value.M("KeyId", value.String(s.arn(k.id)))), nil
}

func (s *Service) dataKeyAlone(r *members.Reader) (value.Value, error) {
	out, err := s.dataKey(r)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("CiphertextBlob", out.Get("CiphertextBlob")), value.M("KeyId", out.Get("KeyId"))), nil
}

// The resource types of keys and their names.
const (
	KeyType   = "AWS::KMS::Key"
	AliasType = "AWS::KMS::Alias"
)

// Types are the resource types that the service provides.
func (s *Service) Types() []string { return []string{KeyType, AliasType} }

// Create makes a key, whose Ref is its id, or an alias, whose Ref is its name.
func (s *Service) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in := members.Properties(r)
	if r.Type == AliasType {
		name, to := in.String("AliasName"), in.String("TargetKeyId")
		if err := in.Err(); err != nil {
			return wire.Created{}, err
		}
		k, err := s.find(to)
		if err != nil {
			return wire.Created{}, err
		}
		s.aliases[name] = k.id
		return wire.Created{Ref: name}, nil
	}
	description := in.String("Description")
	in.Ignore("KeyPolicy", "EnableKeyRotation", "PendingWindowInDays", "Tags", "Enabled", "KeySpec", "KeyUsage", "RotationPeriodInDays")
	if err := in.Err(); err != nil {
		return wire.Created{}, err
	}
	k := s.add(description)
	return wire.Created{Ref: k.id, Attributes: map[string]value.Value{"Arn": value.String(s.arn(k.id)), "KeyId": value.String(k.id)}}, nil
}

// Delete removes what Create made.
func (s *Service) Delete(_ context.Context, _ wire.Resource, c wire.Created) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.aliases, c.Ref)
	s.keys = slices.DeleteFunc(s.keys, func(k key) bool { return k.id == c.Ref })
	return nil
}
