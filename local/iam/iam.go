// Package iam is IAM on the local machine: roles and policies that can be made and read, and change nothing. The
// machine has one pair of keys, and who holds it may do everything.
//
// It answers CreateRole, GetRole, ListRoles, DeleteRole, PutRolePolicy, GetRolePolicy, ListRolePolicies and
// DeleteRolePolicy; any other action, and any parameter that none of them reads, is an error that names it.
package iam

import (
	"context"
	"crypto/rand"
	"maps"
	"net/http"
	"net/url"
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

// A Service holds the roles of an account. It is safe for any number of goroutines.
type Service struct {
	account wire.Account
	clock   clock.Clock
	front   http.Handler

	mu    sync.Mutex
	roles map[string]*role
}

type role struct {
	name, path, id, trust, description string

	made     time.Time
	policies map[string]string // inline ones: documents by name
}

// New gives a service without roles.
func New(account wire.Account, c clock.Clock) *Service {
	s := &Service{account: account, clock: c, roles: map[string]*role{}}
	s.front = wire.QueryFront("https://iam.amazonaws.com/doc/2010-05-08/", s)
	return s
}

// Name is "iam".
func (s *Service) Name() string { return "iam" }

// ServeHTTP answers in AWS's Query protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.front.ServeHTTP(w, r) }

var operations = map[string]func(*Service, *members.Reader) (value.Value, error){
	"CreateRole": (*Service).create, "GetRole": (*Service).get, "ListRoles": (*Service).list, "DeleteRole": (*Service).remove,
	"PutRolePolicy": (*Service).putPolicy, "GetRolePolicy": (*Service).getPolicy, "ListRolePolicies": (*Service).listPolicies, "DeleteRolePolicy": (*Service).removePolicy,
}

// Call runs one action, with the members of IAM's API. Errors are *wire.Error.
func (s *Service) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	op, ok := operations[action]
	if !ok {
		return value.Value{}, wire.UnknownOperation("IAM", action)
	}
	r := members.Read(action, in)
	r.WrongType, r.Unknown = "ValidationError", "ValidationError"
	s.mu.Lock()
	defer s.mu.Unlock()
	return op(s, r)
}

// arn is the name of something of the account, which IAM has no regions for.
func (s *Service) arn(rest string) string {
	return "arn:" + s.account.Partition + ":iam::" + s.account.ID + ":" + rest
}

var names = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

// add makes a role; s.mu is held.
func (s *Service) add(name, path, trust, description string) (*role, error) {
	if path == "" {
		path = "/"
	}
	_, err := value.ParseString(trust)
	switch {
	case !names.MatchString(name):
		return nil, wire.Errorf("ValidationError", "The specified value for roleName is invalid: %q must have 1 to 64 letters, digits and +=,.@_-", name)
	case !strings.HasPrefix(path, "/") || !strings.HasSuffix(path, "/"):
		return nil, wire.Errorf("ValidationError", "The specified value for path is invalid: %q must begin and end with /", path)
	case err != nil:
		return nil, wire.Errorf("MalformedPolicyDocument", "AssumeRolePolicyDocument is not JSON: %v", err)
	case s.roles[name] != nil:
		return nil, &wire.Error{Code: "EntityAlreadyExists", Message: "Role with name " + name + " already exists.", Status: 409}
	}
	x := &role{name: name, path: path, id: "AROA" + rand.Text()[:17], trust: trust, description: description, made: s.clock.Now(), policies: map[string]string{}}
	s.roles[name] = x
	return x, nil
}

func (s *Service) show(x *role) value.Value {
	return value.Object(value.M("Path", value.String(x.path)), value.M("RoleName", value.String(x.name)), value.M("RoleId", value.String(x.id)),
		value.M("Arn", value.String(s.arn("role"+x.path+x.name))), value.M("CreateDate", value.String(x.made.UTC().Format(time.RFC3339))),
		value.M("AssumeRolePolicyDocument", value.String(url.PathEscape(x.trust))), value.M("Description", value.String(x.description)),
		value.M("MaxSessionDuration", value.Int(3600)))
}

func (s *Service) create(r *members.Reader) (value.Value, error) {
	name, path, trust, description := r.String("RoleName"), r.String("Path"), r.String("AssumeRolePolicyDocument"), r.String("Description")
	r.Ignore("MaxSessionDuration", "PermissionsBoundary", "Tags")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	x, err := s.add(name, path, trust, description)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("Role", s.show(x))), nil
}

// find gives the role that a request names, and checks that the request says nothing else.
func (s *Service) find(r *members.Reader) (*role, error) {
	name := r.String("RoleName")
	if err := r.Err(); err != nil {
		return nil, err
	}
	if x := s.roles[name]; x != nil {
		return x, nil
	}
	return nil, &wire.Error{Code: "NoSuchEntity", Message: "The role with name " + name + " cannot be found.", Status: 404}
}

func (s *Service) get(r *members.Reader) (value.Value, error) {
	x, err := s.find(r)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("Role", s.show(x))), nil
}

func (s *Service) list(r *members.Reader) (value.Value, error) {
	prefix := r.String("PathPrefix")
	r.Ignore("MaxItems")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	var all []value.Value
	for _, name := range slices.Sorted(maps.Keys(s.roles)) {
		if x := s.roles[name]; strings.HasPrefix(x.path, prefix) {
			all = append(all, s.show(x))
		}
	}
	return value.Object(value.M("IsTruncated", value.Bool(false)), value.M("Roles", value.Array(all...))), nil
}

func (s *Service) remove(r *members.Reader) (value.Value, error) {
	x, err := s.find(r)
	if err != nil {
		return value.Value{}, err
	}
	if len(x.policies) > 0 {
		return value.Value{}, &wire.Error{Code: "DeleteConflict", Message: "Cannot delete entity, must delete policies first.", Status: 409}
	}
	delete(s.roles, x.name)
	return value.Value{}, nil
}

func (s *Service) putPolicy(r *members.Reader) (value.Value, error) {
	name, document := r.String("PolicyName"), r.String("PolicyDocument")
	x, err := s.find(r)
	if err != nil {
		return value.Value{}, err
	}
	if _, err := value.ParseString(document); err != nil {
		return value.Value{}, wire.Errorf("MalformedPolicyDocument", "PolicyDocument is not JSON: %v", err)
	}
	x.policies[name] = document
	return value.Value{}, nil
}

func (x *role) policy(name string) (string, error) {
	if document, ok := x.policies[name]; ok {
		return document, nil
	}
	return "", &wire.Error{Code: "NoSuchEntity", Message: "The role policy with name " + name + " cannot be found.", Status: 404}
}

func (s *Service) getPolicy(r *members.Reader) (value.Value, error) {
	name := r.String("PolicyName")
	x, err := s.find(r)
	if err != nil {
		return value.Value{}, err
	}
	document, err := x.policy(name)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("RoleName", value.String(x.name)), value.M("PolicyName", value.String(name)), value.M("PolicyDocument", value.String(url.PathEscape(document)))), nil
}

func (s *Service) listPolicies(r *members.Reader) (value.Value, error) {
	r.Ignore("MaxItems")
	x, err := s.find(r)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("IsTruncated", value.Bool(false)), value.M("PolicyNames", value.MustFrom(slices.Sorted(maps.Keys(x.policies))))), nil
}

func (s *Service) removePolicy(r *members.Reader) (value.Value, error) {
	name := r.String("PolicyName")
	x, err := s.find(r)
	if err != nil {
		return value.Value{}, err
	}
	if _, err := x.policy(name); err != nil {
		return value.Value{}, err
	}
	delete(x.policies, name)
	return value.Value{}, nil
}

// The resource types of permissions.
const (
	RoleType          = "AWS::IAM::Role"
	PolicyType        = "AWS::IAM::Policy"
	ManagedPolicyType = "AWS::IAM::ManagedPolicy"
)

// Types are the resource types that the service provides.
func (s *Service) Types() []string { return []string{RoleType, PolicyType, ManagedPolicyType} }

// Create makes a role with its policies, or adds a policy to the roles that it names. A managed policy is a name only.
func (s *Service) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := r.Properties
	switch r.Type {
	case PolicyType:
		for _, name := range p.Get("Roles").Elements() {
			if x := s.roles[name.Str()]; x != nil {
				x.policies[p.Get("PolicyName").Str()] = p.Get("PolicyDocument").String()
			}
		}
		return wire.Created{Ref: r.LogicalID}, nil
	case ManagedPolicyType:
		name := p.Get("ManagedPolicyName").Str()
		if name == "" {
			name = r.PhysicalName(128)
		}
		path := p.Get("Path").Str()
		if path == "" {
			path = "/"
		}
		arn := s.arn("policy" + path + name)
		return wire.Created{Ref: arn, Attributes: map[string]value.Value{"Arn": value.String(arn), "PolicyArn": value.String(arn)}}, nil
	}
	name := p.Get("RoleName").Str()
	if name == "" {
		name = r.PhysicalName(64)
	}
	x, err := s.add(name, p.Get("Path").Str(), p.Get("AssumeRolePolicyDocument").String(), p.Get("Description").Str())
	if err != nil {
		return wire.Created{}, err
	}
	for _, policy := range p.Get("Policies").Elements() {
		x.policies[policy.Get("PolicyName").Str()] = policy.Get("PolicyDocument").String()
	}
	return wire.Created{Ref: name, Attributes: map[string]value.Value{"Arn": value.String(s.arn("role" + x.path + name)), "RoleId": value.String(x.id)}}, nil
}

// Delete removes a role that Create made.
func (s *Service) Delete(_ context.Context, r wire.Resource, c wire.Created) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.Type == RoleType {
		delete(s.roles, c.Ref)
	}
	return nil
}
