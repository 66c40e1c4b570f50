// Package ssm is the Parameter Store of Systems Manager on the local machine: named values with versions, in memory.
//
// It answers PutParameter, GetParameter, GetParameters, GetParametersByPath, DescribeParameters, DeleteParameter and
// DeleteParameters; any other action, and any parameter that none of them reads, is an error that names it. A
// SecureString is kept as it is: without decryption its value is shown in base64.
package ssm

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/stepwright/stepwright/clock"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// A Store is all parameters of an account. It is safe for any number of goroutines.
type Store struct {
	account wire.Account
	clock   clock.Clock
	front   http.Handler

	mu         sync.Mutex
	parameters map[string][]parameter // versions by name, oldest first
}

type parameter struct {
	name, kind, value, description string
	version                        int
	modified                       time.Time
}

// New gives a store without parameters.
func New(account wire.Account, c clock.Clock) *Store {
	s := &Store{account: account, clock: c, parameters: map[string][]parameter{}}
	s.front = wire.JSONFront("AmazonSSM", "1.1", s)
	return s
}

// Name is "ssm".
func (s *Store) Name() string { return "ssm" }

// ServeHTTP answers in AWS's JSON protocol.
func (s *Store) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.front.ServeHTTP(w, r) }

var operations = map[string]func(*Store, *members.Reader) (value.Value, error){
	"PutParameter": (*Store).put, "GetParameter": (*Store).get, "GetParameters": (*Store).getSome, "GetParametersByPath": (*Store).byPath,
	"DescribeParameters": (*Store).describe, "DeleteParameter": (*Store).remove, "DeleteParameters": (*Store).removeSome,
}

// Call runs one action, with the members of Systems Manager's API. Errors are *wire.Error.
func (s *Store) Call(_ context.Context, action string, in value.Value) (value.Value, error) {
	op, ok := operations[action]
	if !ok {
		return value.Value{}, wire.UnknownOperation("SSM", action)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return op(s, members.Read(action, in))
}

func (s *Store) arn(name string) string {
	return s.account.ARN("ssm", "parameter/"+strings.TrimPrefix(name, "/"))
}

func (s *Store) put(r *members.Reader) (value.Value, error) {
	p := parameter{name: r.String("Name"), kind: r.String("Type"), value: r.String("Value"), description: r.String("Description")}
	overwrite := r.Bool("Overwrite")
	r.Ignore("KeyId", "Tier", "Tags", "Policies", "AllowedPattern")
	if dt := r.String("DataType"); dt != "" && dt != "text" {
		return value.Value{}, wire.Errorf("ValidationException", "DataType is %q: the local machine knows text only", dt)
	}
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	n, err := s.set(p, overwrite)
	if err != nil {
		return value.Value{}, err
	}
	return value.Object(value.M("Version", value.Int(n)), value.M("Tier", value.String("Standard"))), nil
}

var (
	names  = regexp.MustCompile(`^[a-zA-Z0-9_.\-/]+$`)
	sealed = regexp.MustCompile(`(?i)^/?(aws|ssm)`)
)

// maxValue is how many bytes a parameter of the standard tier has at most.
const maxValue = 4096

// set makes a version of a parameter; s.mu is held.
func (s *Store) set(p parameter, overwrite bool) (version int, err error) {
	old := s.parameters[p.name]
	if p.kind == "" && len(old) > 0 {
		p.kind = old[len(old)-1].kind
	}
	switch {
	case !names.MatchString(p.name) || len(p.name) > 1011 || strings.Contains(p.name, "//"):
		return 0, wire.Errorf("ValidationException", "Parameter name %q must have letters, digits and _.-/ only", p.name)
	case sealed.MatchString(p.name):
		return 0, wire.Errorf("ValidationException", "Parameter name: can't be prefixed with \"aws\" or \"ssm\" (case-insensitive).")
	case p.kind != "String" && p.kind != "StringList" && p.kind != "SecureString":
		return 0, wire.Errorf("ValidationException", "1 validation error detected: Value '%s' at 'type' failed to satisfy constraint: Member must satisfy enum value set: [SecureString, StringList, String]", p.kind)
	case p.value == "":
		return 0, wire.Errorf("ValidationException", "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member must have length greater than or equal to 1.")
	case len(p.value) > maxValue:
		return 0, wire.Errorf("ValidationException", "Standard tier parameters support a maximum parameter value of %d characters.", maxValue)
	case len(old) > 0 && !overwrite:
		return 0, wire.Errorf("ParameterAlreadyExists", "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.")
	}
	p.version, p.modified = 1, s.clock.Now()
	if len(old) > 0 {
		p.version = old[len(old)-1].version + 1
	}
	s.parameters[p.name] = append(old, p)
	return p.version, nil
}

// find gives the version that a name, an ARN, or one with ":3" behind it means.
func (s *Store) find(name string) (p parameter, selector string, ok bool) {
	if _, rest, is := strings.Cut(name, ":parameter/"); is {
		name = rest
		if _, bare := s.parameters[strings.SplitN(name, ":", 2)[0]]; !bare {
			name = "/" + rest
		}
	}
	name, version, has := strings.Cut(name, ":")
	all := s.parameters[name]
	if len(all) == 0 {
		return parameter{}, "", false
	}
	if !has {
		return all[len(all)-1], "", true
	}
	n, err := strconv.Atoi(version)
	i := slices.IndexFunc(all, func(p parameter) bool { return p.version == n })
	if err != nil || i < 0 {
		return parameter{}, "", false
	}
	return all[i], ":" + version, true
}

func (s *Store) show(p parameter, selector string, decrypt bool) value.Value {
	text := p.value
	if p.kind == "SecureString" && !decrypt {
		text = base64.StdEncoding.EncodeToString([]byte(text))
	}
	v := value.Object(value.M("Name", value.String(p.name)), value.M("Type", value.String(p.kind)), value.M("Value", value.String(text)), value.M("Version", value.Int(p.version)),
		value.M("LastModifiedDate", value.Float(float64(p.modified.UnixMilli())/1000)), value.M("ARN", value.String(s.arn(p.name))), value.M("DataType", value.String("text")))
	if selector != "" {
		v = v.With("Selector", value.String(selector))
	}
	return v
}

func (s *Store) get(r *members.Reader) (value.Value, error) {
	name, decrypt := r.String("Name"), r.Bool("WithDecryption")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	p, selector, ok := s.find(name)
	switch {
	case !ok && strings.Contains(name, ":") && len(s.parameters[strings.SplitN(name, ":", 2)[0]]) > 0:
		return value.Value{}, wire.Errorf("ParameterVersionNotFound", "Systems Manager could not find version %s of %s. Verify the version and try again.", name[strings.LastIndexByte(name, ':')+1:], name)
	case !ok:
		return value.Value{}, wire.Errorf("ParameterNotFound", "Parameter %s not found.", name)
	}
	return value.Object(value.M("Parameter", s.show(p, selector, decrypt))), nil
}

func (s *Store) getSome(r *members.Reader) (value.Value, error) {
	wanted, decrypt := r.Strings("Names"), r.Bool("WithDecryption")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if len(wanted) == 0 || len(wanted) > 10 {
		return value.Value{}, wire.Errorf("ValidationException", "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length between 1 and 10, not %d", len(wanted))
	}
	var found, missing []value.Value
	for _, name := range wanted {
		if p, selector, ok := s.find(name); ok {
			found = append(found, s.show(p, selector, decrypt))
		} else {
			missing = append(missing, value.String(name))
		}
	}
	return value.Object(value.M("Parameters", value.Array(found...)), value.M("InvalidParameters", value.Array(missing...))), nil
}

func (s *Store) byPath(r *members.Reader) (value.Value, error) {
	path, recursive, decrypt := r.String("Path"), r.Bool("Recursive"), r.Bool("WithDecryption")
	if !strings.HasPrefix(path, "/") {
		return value.Value{}, wire.Errorf("ValidationException", "The parameter path %q must begin with a slash", path)
	}
	prefix := strings.TrimSuffix(path, "/") + "/"
	return s.page(r, "Parameters", func(p parameter) (value.Value, bool) {
		rest, ok := strings.CutPrefix(p.name, prefix)
		return s.show(p, "", decrypt), ok && (recursive || !strings.Contains(rest, "/"))
	})
}

func (s *Store) describe(r *members.Reader) (value.Value, error) {
	return s.page(r, "Parameters", func(p parameter) (value.Value, bool) {
		v := value.Object(value.M("Name", value.String(p.name)), value.M("Type", value.String(p.kind)), value.M("Version", value.Int(p.version)),
			value.M("LastModifiedDate", value.Float(float64(p.modified.UnixMilli())/1000)), value.M("Tier", value.String("Standard")),
			value.M("ARN", value.String(s.arn(p.name))), value.M("DataType", value.String("text")))
		if p.description != "" {
			v = v.With("Description", value.String(p.description))
		}
		return v, true
	})
}

// page lists the newest versions, sorted by name. The token is the last name of the page before.
func (s *Store) page(r *members.Reader, name string, show func(parameter) (value.Value, bool)) (value.Value, error) {
	token, most := r.String("NextToken"), r.Int("MaxResults", 10)
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if most < 1 || most > 50 {
		return value.Value{}, wire.Errorf("ValidationException", "MaxResults is %d: it must be from 1 to 50", most)
	}
	var all []value.Value
	last := ""
	keys := make([]string, 0, len(s.parameters))
	for key := range s.parameters {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	for _, key := range keys {
		versions := s.parameters[key]
		v, ok := show(versions[len(versions)-1])
		if !ok || key <= token {
			continue
		}
		if len(all) == most {
			return value.Object(value.M(name, value.Array(all...)), value.M("NextToken", value.String(last))), nil
		}
		all, last = append(all, v), key
	}
	return value.Object(value.M(name, value.Array(all...))), nil
}

func (s *Store) remove(r *members.Reader) (value.Value, error) {
	name := r.String("Name")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	if _, ok := s.parameters[name]; !ok {
		return value.Value{}, wire.Errorf("ParameterNotFound", "Parameter %s not found.", name)
	}
	delete(s.parameters, name)
	return value.Value{}, nil
}

func (s *Store) removeSome(r *members.Reader) (value.Value, error) {
	var gone, missing []value.Value
	all := r.Strings("Names")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	for _, name := range all {
		if _, ok := s.parameters[name]; !ok {
			missing = append(missing, value.String(name))
			continue
		}
		delete(s.parameters, name)
		gone = append(gone, value.String(name))
	}
	return value.Object(value.M("DeletedParameters", value.Array(gone...)), value.M("InvalidParameters", value.Array(missing...))), nil
}

// ParameterType is the resource type of parameters.
const ParameterType = "AWS::SSM::Parameter"

// Types are the resource types that the store provides.
func (s *Store) Types() []string { return []string{ParameterType} }

// Create makes a parameter. Ref is its name; Fn::GetAtt gives Type and Value.
func (s *Store) Create(_ context.Context, r wire.Resource) (wire.Created, error) {
	in := members.Properties(r)
	p := parameter{name: in.String("Name"), kind: in.String("Type"), value: in.String("Value"), description: in.String("Description")}
	in.Ignore("Tier", "Tags", "Policies", "AllowedPattern", "DataType")
	if err := in.Err(); err != nil {
		return wire.Created{}, err
	}
	if p.name == "" {
		p.name = r.PhysicalName(255)
	}
	if p.kind == "SecureString" {
		return wire.Created{}, fmt.Errorf("property Type is SecureString, which CloudFormation cannot make; use String or StringList")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := s.set(p, false); err != nil {
		return wire.Created{}, err
	}
	return wire.Created{Ref: p.name, Attributes: map[string]value.Value{"Type": value.String(p.kind), "Value": value.String(p.value)}}, nil
}

// Delete removes a parameter that Create made; one that is gone is no error.
func (s *Store) Delete(_ context.Context, _ wire.Resource, c wire.Created) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.parameters, c.Ref)
	return nil
}
