// Package sts is STS on the local machine: it says who the caller is, and lends roles that change nothing.
//
// It answers GetCallerIdentity and AssumeRole; any other action is an error that names it. The machine knows one
// pair of keys, and a role's credentials are that same pair with a session token: the machine does not enforce
// policies, so a role grants exactly what its caller had.
package sts

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A Service tells who is who. It is safe for any number of goroutines.
type Service struct {
	account wire.Account
	clock   clock.Clock
	keys    wire.Keys
	front   http.Handler
}

// New gives the service; keys are the machine's.
func New(account wire.Account, c clock.Clock, keys wire.Keys) *Service {
	s := &Service{account: account, clock: c, keys: keys}
	s.front = wire.QueryFront("https://sts.amazonaws.com/doc/2011-06-15/", s)
	return s
}

// Name is "sts".
func (s *Service) Name() string { return "sts" }

// ServeHTTP answers in AWS's Query protocol.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.front.ServeHTTP(w, r) }

// Call runs one action, with the members of STS's API. Errors are *wire.Error.
func (s *Service) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	r := members.Read(action, in)
	r.WrongType, r.Unknown = "ValidationError", "ValidationError"
	switch action {
	case "GetCallerIdentity":
		if err := r.Err(); err != nil {
			return value.Value{}, err
		}
		return s.identity(), nil
	case "AssumeRole":
		return s.assumeRole(r)
	}
	return value.Value{}, wire.UnknownOperation("STS", action)
}

func (s *Service) identity() value.Value {
	return value.Object(value.M("UserId", value.String(s.account.ID)), value.M("Account", value.String(s.account.ID)),
		value.M("Arn", value.String("arn:"+s.account.Partition+":iam::"+s.account.ID+":root")))
}

var (
	roleARN     = regexp.MustCompile(`^arn:[^:]+:iam::[0-9]{12}:role/([\w+=,.@/-]+)$`)
	sessionName = regexp.MustCompile(`^[\w+=,.@-]{2,64}$`)
)

func (s *Service) assumeRole(r *members.Reader) (value.Value, error) {
	arn, session, seconds := r.String("RoleArn"), r.String("RoleSessionName"), r.Int("DurationSeconds", 3600)
	r.Ignore("Policy", "PolicyArns", "Tags", "TransitiveTagKeys", "ExternalId", "SourceIdentity")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	role := roleARN.FindStringSubmatch(arn)
	switch {
	case role == nil:
		return value.Value{}, wire.Errorf("ValidationError", "%s is invalid: RoleArn must be the ARN of a role, such as arn:aws:iam::123456789012:role/Name", arn)
	case !sessionName.MatchString(session):
		return value.Value{}, wire.Errorf("ValidationError", "1 validation error detected: Value '%s' at 'roleSessionName' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern: [\\w+=,.@-]* with 2 to 64 characters", session)
	case seconds < 900 || seconds > 43200:
		return value.Value{}, wire.Errorf("ValidationError", "1 validation error detected: Value '%d' at 'durationSeconds' failed to satisfy constraint: "+
			"Member must have value between 900 and 43200", seconds)
	}
	name := role[1][strings.LastIndexByte(role[1], '/')+1:]
	account := strings.Split(arn, ":")[4]
	until := s.clock.Now().Add(time.Duration(seconds) * time.Second).UTC().Format(time.RFC3339)
	return value.Object(
		value.M("Credentials", value.Object(value.M("AccessKeyId", value.String(s.keys.AccessKeyID)),
			value.M("SecretAccessKey", value.String(s.keys.SecretAccessKey)), value.M("SessionToken", value.String("local/"+wire.NewID())),
			value.M("Expiration", value.String(until)))),
		value.M("AssumedRoleUser", value.Object(value.M("AssumedRoleId", value.String("AROALOCALMACHINE:"+session)),
			value.M("Arn", value.String("arn:"+s.account.Partition+":sts::"+account+":assumed-role/"+name+"/"+session))))), nil
}
