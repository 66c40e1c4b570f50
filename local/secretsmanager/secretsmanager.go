// Package secretsmanager is Secrets Manager on the local machine: secrets with staged versions, in memory, not
// encrypted.
//
// It answers CreateSecret, GetSecretValue, PutSecretValue, UpdateSecret, DescribeSecret, ListSecrets, DeleteSecret and
// RestoreSecret; any other action, and any parameter that none of them reads, is an error that names it. Rotation is
// refused.
package secretsmanager

import (
	"context"
	"crypto/rand"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A Store is all secrets of an account. It is safe for any number of goroutines.
type Store struct {
	account wire.Account
	clock   clock.Clock
	front   http.Handler

	mu      sync.Mutex
	secrets []*secret // oldest first
}

type secret struct {
	name, arn, description string
	made, changed          time.Time
	gone                   time.Time // when it is deleted for good; zero for a living one
	versions               []version // the current one is last
}

type version struct {
	id           string
	text, binary value.Value // one of them; binary is base64
	made         time.Time
}

// New gives a store without secrets.
func New(account wire.Account, c clock.Clock) *Store {
	s := &Store{account: account, clock: c}
	s.front = wire.JSONFront("secretsmanager", "1.1", s)
	return s
}

// Name is "secretsmanager".
func (s *Store) Name() string { return "secretsmanager" }

// ServeHTTP answers in AWS's JSON protocol.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.front.ServeHTTP(w, r) }

var operations = map[string]func(*Store, *members.Reader) (value.Value, error){
	"CreateSecret": (*Store).create, "GetSecretValue": (*Store).get, "PutSecretValue": (*Store).put, "UpdateSecret": (*Store).update,
	"DescribeSecret": (*Store).describe, "ListSecrets": (*Store).list, "DeleteSecret": (*Store).remove, "RestoreSecret": (*Store).restore,
}

// Call runs one action, with the members of Secrets Manager's API. Errors are *wire.Error.
func (s *Store) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	op, ok := operations[action]
	if !ok {
		return value.Value{}, wire.UnknownOperation("Secrets Manager", action)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.clock.Now()
	s.secrets = slices.DeleteFunc(s.secrets, func(x *secret) bool { return !x.gone.IsZero() && !now.Before(x.gone) })
	return op(s, members.Read(action, in))
}

var names = regexp.MustCompile(`^[a-zA-Z0-9/_+=.@-]+$`)

func (s *Store) create(r *members.Reader) (value.Value, error) {
	name, description, v := r.String("Name"), r.String("Description"), s.version(r)
	r.Ignore("KmsKeyId", "Tags")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	x, err := s.add(name, description)
	if err != nil {
		return value.Value{}, err
	}
	if v.held() {
		x.versions = append(x.versions, v)
	}
	return x.answer(), nil
}

// add makes a secret; s.mu is held.
func (s *Store) add(name, description string) (*secret, error) {
	if !names.MatchString(name) || len(name) > 512 {
		return nil, wire.Errorf("ValidationException", "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!")
	}
	for _, x := range s.secrets {
		switch {
		case x.name == name && !x.gone.IsZero():
			return nil, wire.Errorf("InvalidRequestException", "You can't create this secret because a secret with this name is already scheduled for deletion.")
		case x.name == name:
			return nil, wire.Errorf("ResourceExistsException", "The operation failed because the secret %s already exists.", name)
		}
	}
	now := s.clock.Now()
	x := &secret{name: name, description: description, arn: s.account.ARN("secretsmanager", "secret:"+name+"-"+rand.Text()[:6]), made: now, changed: now}
	s.secrets = append(s.secrets, x)
	return x, nil
}

// version reads the new value of a secret.
func (s *Store) version(r *members.Reader) version {
	v := version{id: r.String("ClientRequestToken"), text: r.Value("SecretString"), binary: r.Value("SecretBinary"), made: s.clock.Now()}
	if v.id == "" {
		v.id = wire.NewID()
	}
	return v
}

func (v version) held() bool { return v.text.Exists() || v.binary.Exists() }

func (x *secret) answer() value.Value {
	out := value.Object(value.M("ARN", value.String(x.arn)), value.M("Name", value.String(x.name)))
	if n := len(x.versions); n > 0 {
		out = out.With("VersionId", value.String(x.versions[n-1].id))
	}
	return out
}

// find gives the secret that SecretId means: a name, an ARN, or an ARN without its last six characters.
func (s *Store) find(r *members.Reader) (*secret, error) {
	id := r.String("SecretId")
	for _, x := range s.secrets {
		if x.name == id || x.arn == id || x.arn[:len(x.arn)-7] == id {
			return x, nil
		}
	}
	return nil, wire.Errorf("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

// living is find for what a deleted secret refuses.
func (s *Store) living(r *members.Reader) (*secret, error) {
	x, err := s.find(r)
	if err == nil && !x.gone.IsZero() {
		return nil, wire.Errorf("InvalidRequestException", "You can't perform this operation on the secret because it was marked for deletion.")
	}
	return x, err
}

func (s *Store) get(r *members.Reader) (value.Value, error) {
	x, err := s.living(r)
	id, stage := r.String("VersionId"), r.String("VersionStage")
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return value.Value{}, err
	}
	for i, v := range slices.Backward(x.versions) {
		stages := x.stages(i)
		if id != "" && v.id != id || stage != "" && !slices.Contains(stages, stage) || id == "" && stage == "" && i != len(x.versions)-1 {
			continue
		}
		out := x.answer().With("VersionId", value.String(v.id)).With("VersionStages", value.MustFrom(stages)).With("CreatedDate", seconds(v.made))
		if v.binary.Exists() {
			return out.With("SecretBinary", v.binary), nil
		}
		return out.With("SecretString", v.text), nil
	}
	if stage == "" {
		stage = "AWSCURRENT"
	}
	if id != "" {
		return value.Value{}, wire.Errorf("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for VersionId: %s", id)
	}
	return value.Value{}, wire.Errorf("ResourceNotFoundException", "Secrets Manager can't find the specified secret value for staging label: %s", stage)
}

// stages are the labels of a version: the last one is current, the one before it previous.
func (x *secret) stages(i int) []string {
	switch len(x.versions) - i {
	case 1:
		return []string{"AWSCURRENT"}
	case 2:
		return []string{"AWSPREVIOUS"}
	}
	return nil
}

func seconds(t time.Time) value.Value { return value.Float(float64(t.UnixMilli()) / 1000) }

func (s *Store) put(r *members.Reader) (value.Value, error) {
	x, err := s.living(r)
	v := s.version(r)
	if stages := r.Strings("VersionStages"); err == nil && len(stages) > 0 && !slices.Equal(stages, []string{"AWSCURRENT"}) {
		err = wire.Errorf("InvalidParameterException", "VersionStages is %v: the local machine knows AWSCURRENT only", stages)
	}
	if err == nil {
		err = r.Err()
	}
	switch {
	case err != nil:
		return value.Value{}, err
	case !v.held():
		return value.Value{}, wire.Errorf("InvalidParameterException", "You must provide either SecretString or SecretBinary.")
	}
	if err := x.store(v); err != nil {
		return value.Value{}, err
	}
	x.changed = v.made
	return x.answer().With("VersionStages", value.Array(value.String("AWSCURRENT"))), nil
}

// store appends a version; the same token with the same value again changes nothing.
func (x *secret) store(v version) error {
	for _, old := range x.versions {
		if old.id != v.id {
			continue
		}
		if old.text.String() == v.text.String() && old.binary.String() == v.binary.String() {
			return nil
		}
		return wire.Errorf("ResourceExistsException", "You can't use ClientRequestToken %s because that value is already in use for a version of secret %s.", v.id, x.arn)
	}
	x.versions = append(x.versions, v)
	return nil
}

func (s *Store) update(r *members.Reader) (value.Value, error) {
	x, err := s.living(r)
	v := s.version(r)
	description, described := r.String("Description"), r.Has("Description")
	r.Ignore("KmsKeyId")
	if err == nil {
		err = r.Err()
	}
	if err == nil && v.held() {
		err = x.store(v)
	}
	if err != nil {
		return value.Value{}, err
	}
	if described {
		x.description = description
	}
	x.changed = v.made
	return x.answer(), nil
}

func (x *secret) describe() value.Value {
	stages := value.Object()
	for i, v := range x.versions {
		if labels := x.stages(i); labels != nil {
			stages = stages.With(v.id, value.MustFrom(labels))
		}
	}
	out := value.Object(value.M("ARN", value.String(x.arn)), value.M("Name", value.String(x.name)), value.M("Description", value.String(x.description)),
		value.M("CreatedDate", seconds(x.made)), value.M("LastChangedDate", seconds(x.changed)), value.M("VersionIdsToStages", stages))
	if !x.gone.IsZero() {
		out = out.With("DeletedDate", seconds(x.gone))
	}
	return out
}

func (s *Store) describe(r *members.Reader) (value.Value, error) {
	x, err := s.find(r)
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return value.Value{}, err
	}
	return x.describe(), nil
}

// list gives all living secrets in one page.
func (s *Store) list(r *members.Reader) (value.Value, error) {
	r.Ignore("MaxResults")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	var all []value.Value
	for _, x := range s.secrets {
		if x.gone.IsZero() {
			all = append(all, x.describe())
		}
	}
	return value.Object(value.M("SecretList", value.Array(all...))), nil
}

// remove marks a secret for deletion after its window of recovery, 30 days unless the request says otherwise.
func (s *Store) remove(r *members.Reader) (value.Value, error) {
	x, err := s.living(r)
	days, force := r.Int("RecoveryWindowInDays", 30), r.Bool("ForceDeleteWithoutRecovery")
	if err == nil {
		err = r.Err()
	}
	switch {
	case err != nil:
		return value.Value{}, err
	case force && r.Has("RecoveryWindowInDays"):
		return value.Value{}, wire.Errorf("InvalidParameterException", "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.")
	case days < 7 || days > 30:
		return value.Value{}, wire.Errorf("InvalidParameterException", "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).")
	case force:
		days = 0
	}
	x.gone = s.clock.Now().AddDate(0, 0, days)
	return x.answer().With("DeletionDate", seconds(x.gone)), nil
}

func (s *Store) restore(r *members.Reader) (value.Value, error) {
	x, err := s.find(r)
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return value.Value{}, err
	}
	x.gone = time.Time{}
	return x.answer(), nil
}

// SecretType is the resource type of secrets.
const SecretType = "AWS::SecretsManager::Secret"

// Types are the resource types that the store provides.
func (s *Store) Types() []string { return []string{SecretType} }

// Create makes a secret. Ref is its ARN.
func (s *Store) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	in := members.Properties(r)
	name, description, text, generate := in.String("Name"), in.String("Description"), in.Value("SecretString"), in.Object("GenerateSecretString")
	in.Ignore("KmsKeyId", "Tags")
	if err := in.Err(); err != nil {
		return wire.Created{}, err
	}
	if name == "" {
		name = r.PhysicalName(512)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	x, err := s.add(name, description)
	if err != nil {
		return wire.Created{}, err
	}
	if generate.Exists() {
		text = generated(generate)
	}
	if text.Exists() {
		x.versions = append(x.versions, version{id: wire.NewID(), text: text, made: s.clock.Now()})
	}
	return wire.Created{Ref: x.arn, Attributes: map[string]value.Value{"Id": value.String(x.arn)}}, nil
}

// generated is a random password of letters and digits, alone or in the object of SecretStringTemplate.
func generated(g value.Value) value.Value {
	n := int64(32)
	if length, ok := g.Get("PasswordLength").Int(); ok {
		n = min(max(length, 1), 4096)
	}
	password := ""
	for int64(len(password)) < n {
		password += strings.ToLower(rand.Text()) + rand.Text()
	}
	text := value.String(password[:n])
	if key := g.Get("GenerateStringKey").Str(); key != "" {
		if v, err := value.ParseString(g.Get("SecretStringTemplate").Str()); err == nil && v.IsObject() {
			return value.String(v.With(key, text).String())
		}
	}
	return text
}

// Delete removes a secret that Create made; one that is gone is no error.
func (s *Store) Delete(_ context.Context, _ wire.Resource, c wire.Created) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.secrets = slices.DeleteFunc(s.secrets, func(x *secret) bool { return x.arn == c.Ref })
	return nil
}
