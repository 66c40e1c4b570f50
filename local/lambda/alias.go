package lambda

import (
	"cmp"
	"maps"
	"regexp"
	"slices"

	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/local/wire/members"
	"github.com/stepwright/stepwright/value"
)

// An alias is a name for a version, or for two of them by weight. Service.mu is over it.
type alias struct {
	name, version, description, revision string

	other  string  // a second version, empty for none
	weight float64 // how often that is meant, from 0 to 1
}

// draw gives the version that random, from 0 to just below 1, falls on.
func (a *alias) draw(random float64) string {
	if a.other != "" && random < a.weight {
		return a.other
	}
	return a.version
}

func (f *function) sortedAliases() []*alias {
	return slices.SortedFunc(maps.Values(f.aliases), func(a, b *alias) int { return cmp.Compare(a.name, b.name) })
}

// An alias's name has a letter somewhere, so that it is no version's number.
var (
	aliasName  = regexp.MustCompile(`^[a-zA-Z0-9-_]{1,128}$`)
	onlyDigits = regexp.MustCompile(`^[0-9]+$`)
)

func (s *Service) aliasARN(f *function, a *alias) string { return s.qualified(f.name, a.name) }

func (s *Service) describeAlias(f *function, a *alias) value.Value {
	var routing value.Value
	if a.other != "" {
		routing = value.Object(value.M("AdditionalVersionWeights", value.Object(value.M(a.other, value.Float(a.weight)))))
	}
	return value.Object(value.M("AliasArn", value.String(s.aliasARN(f, a))), value.M("Name", value.String(a.name)),
		value.M("FunctionVersion", value.String(a.version)), value.M("Description", value.String(a.description)),
		value.M("RoutingConfig", routing), value.M("RevisionId", value.String(a.revision)))
}

func (s *Service) createAlias(r *members.Reader) (value.Value, error) {
	f, unlock, err := s.lock(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	a := &alias{name: r.String("Name"), revision: newRevision()}
	switch {
	case !aliasName.MatchString(a.name) || onlyDigits.MatchString(a.name):
		return value.Value{}, constraint("name", a.name, "Member must satisfy regular expression pattern: (?!^[0-9]+$)([a-zA-Z0-9-_]+) with 1 to 128 characters")
	case f.aliases[a.name] != nil:
		return value.Value{}, &wire.Error{Code: "ResourceConflictException", Message: "Alias already exists: " + s.aliasARN(f, a), Status: 409}
	case r.String("FunctionVersion") == "":
		return value.Value{}, constraint("functionVersion", "", "Member must not be null")
	}
	if err := s.setAlias(f, a, r); err != nil {
		return value.Value{}, err
	}
	f.aliases[a.name] = a
	return s.describeAlias(f, a), nil
}

// setAlias reads what an alias is to be, and checks all of it before anything changes.
func (s *Service) setAlias(f *function, a *alias, r *members.Reader) error {
	changed := *a
	if r.Has("FunctionVersion") {
		changed.version = r.String("FunctionVersion")
	}
	if r.Has("Description") {
		changed.description = r.String("Description")
	}
	if r.Has("RoutingConfig") {
		if err := changed.route(r.Object("RoutingConfig")); err != nil {
			return err
		}
	}
	if err := r.Err(); err != nil {
		return err
	}
	for _, number := range []string{changed.version, changed.other} {
		if number != "" && f.at(number) == nil {
			return s.notFound(f.name, number)
		}
	}
	switch {
	case changed.other == "":
	case changed.version == latest || changed.other == latest:
		return wire.Errorf("InvalidParameterValueException", "$LATEST is not supported for an alias pointing to more than 1 version")
	case changed.version == changed.other:
		return wire.Errorf("InvalidParameterValueException", "Invalid function version %s. Function version %s is already included in routing configuration.", changed.other, changed.version)
	case f.at(changed.version).Role != f.at(changed.other).Role:
		return wire.Errorf("InvalidParameterValueException", "Both versions that an alias points to must have the same execution role")
	}
	*a = changed
	return nil
}

func (a *alias) route(routing value.Value) error {
	r := members.Read("RoutingConfig", routing)
	weights := r.Object("AdditionalVersionWeights")
	if err := r.Err(); err != nil {
		return err
	}
	a.other, a.weight = "", 0
	if len(weights.Names()) > 1 {
		return wire.Errorf("InvalidParameterValueException", "Number of items in AdditionalVersionWeights cannot be greater than 1")
	}
	for number, w := range weights.Members() {
		if !w.IsNumber() || w.Float() < 0 || w.Float() > 1 {
			return wire.Errorf("InvalidParameterValueException", "Invalid value %s for version %s in AdditionalVersionWeights: a weight is a number from 0.0 to 1.0", w, number)
		}
		a.other, a.weight = number, w.Float()
	}
	return nil
}

// namedAlias gives the alias that a request means.
func (s *Service) namedAlias(f *function, r *members.Reader) (*alias, error) {
	name := r.String("Name")
	if a := f.aliases[name]; a != nil {
		return a, nil
	}
	return nil, &wire.Error{Code: "ResourceNotFoundException", Message: "Cannot find alias arn: " + s.qualified(f.name, name), Status: 404}
}

func (s *Service) getAlias(r *members.Reader) (value.Value, error) {
	f, unlock, err := s.lock(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	a, err := s.namedAlias(f, r)
	if err == nil {
		err = r.Err()
	}
	if err != nil {
		return value.Value{}, err
	}
	return s.describeAlias(f, a), nil
}

func (s *Service) updateAlias(r *members.Reader) (value.Value, error) {
	f, unlock, err := s.lock(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	a, err := s.namedAlias(f, r)
	if err != nil {
		return value.Value{}, err
	}
	if revision := r.String("RevisionId"); revision != "" && revision != a.revision {
		return value.Value{}, (&pool{}).seen(revision)
	}
	if err := s.setAlias(f, a, r); err != nil {
		return value.Value{}, err
	}
	a.revision = newRevision()
	return s.describeAlias(f, a), nil
}

// deleteAlias takes an alias away; one that is not there is no error, as on AWS.
func (s *Service) deleteAlias(r *members.Reader) (value.Value, error) {
	f, unlock, err := s.lock(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	name := r.String("Name")
	if err := r.Err(); err != nil {
		return value.Value{}, err
	}
	delete(f.aliases, name)
	delete(f.async, name)
	delete(f.policies, name)
	return value.Value{}, nil
}

func (s *Service) listAliases(r *members.Reader) (value.Value, error) {
	f, unlock, err := s.lock(r)
	if err != nil {
		return value.Value{}, err
	}
	defer unlock()
	only := r.String("FunctionVersion")
	p, err := readPage(r)
	if err != nil {
		return value.Value{}, err
	}
	var all []value.Value
	for _, a := range f.sortedAliases() {
		if only == "" || a.version == only || a.other == only {
			all = append(all, s.describeAlias(f, a))
		}
	}
	return p.of("Aliases", all)
}

// lock takes the service's lock and gives the function that a request names. The caller calls unlock.
func (s *Service) lock(r *members.Reader) (f *function, unlock func(), err error) {
	name, _, err := s.reference(r.String("FunctionName"), "")
	if err != nil {
		return nil, nil, err
	}
	s.mu.Lock()
	if f = s.functions[name]; f == nil {
		s.mu.Unlock()
		return nil, nil, s.notFound(name, "")
	}
	return f, s.mu.Unlock, nil
}

// constraint is the error for a parameter that breaks a rule of the API model.
func constraint(name, got, rule string) error {
	shown := "'" + got + "'"
	if got == "" {
		shown = "null"
	}
	return wire.Errorf("ValidationException", "1 validation error detected: Value %s at '%s' failed to satisfy constraint: %s", shown, name, rule)
}
