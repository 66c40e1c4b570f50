package states

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/stepwright/stepwright/engine"
	"github.com/stepwright/stepwright/history"
	"github.com/stepwright/stepwright/local/wire"
	"github.com/stepwright/stepwright/value"
)

// A machine is a state machine. What can be updated is guarded by the service's lock; executions keep the plan they
// started with.
type machine struct {
	arn, name string
	kind      engine.Type
	created   time.Time
	deleting  bool

	definition string
	plan       *engine.Plan
	role       string
	revision   string // empty: never updated
	updated    time.Time
	logging    logging
	tracing    bool
}

func (m *machine) express() bool { return m.kind == engine.Express }

const (
	initialRevision = "INITIAL"
	notYet          = " is not supported yet by the local machine"
)

func (s *Service) createStateMachine(_ context.Context, in value.Value) (value.Value, error) {
	m, err := s.readMachine(in)
	if err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.machines[m.arn]; old != nil {
		if old.deleting || old.definition != m.definition || old.kind != m.kind || old.logging != m.logging || old.tracing != m.tracing {
			return value.Value{}, wire.Errorf("StateMachineAlreadyExists", "State Machine Already Exists: '%s'", m.arn)
		}
		m = old // the same once more: role and tags are not compared, nor applied
	} else {
		s.machines[m.arn] = m
		s.order = append(s.order, m)
	}
	return value.Object(value.M("stateMachineArn", value.String(m.arn)), value.M("creationDate", history.Timestamp(m.created))), nil
}

// readMachine reads what CreateStateMachine is given.
func (s *Service) readMachine(in value.Value) (*machine, error) {
	m := &machine{created: s.now()}
	var err error
	if m.name, err = text(in, "name", rule{required: true, min: 1, max: 80}); err != nil {
		return nil, err
	}
	if err := checkName(m.name); err != nil {
		return nil, err
	}
	if m.definition, err = text(in, "definition", rule{required: true, max: maxDefinition}); err != nil {
		return nil, err
	}
	if m.role, err = readRole(in, true); err != nil {
		return nil, err
	}
	if m.kind, err = machineType(in); err != nil {
		return nil, err
	}
	if m.logging, err = readLogging(in.Get("loggingConfiguration")); err != nil {
		return nil, err
	}
	if m.tracing, err = flag(in.Get("tracingConfiguration"), "enabled", false); err != nil {
		return nil, err
	}
	if err := noVersions(in); err != nil {
		return nil, err
	}
	plan, found := s.compile(m.definition, m.kind)
	if found.HasErrors() {
		return nil, invalidDefinition(found)
	}
	m.plan, m.arn = plan, s.machineArn(m.name)
	return m, nil
}

func readRole(in value.Value, required bool) (string, error) {
	role, err := text(in, "roleArn", rule{required: required, min: 1, max: 256})
	if err == nil && role != "" && !strings.HasPrefix(role, "arn:") {
		err = invalidArn("Invalid ARN prefix: %s", role)
	}
	return role, err
}

// noVersions refuses what would make a version.
func noVersions(in value.Value) error {
	publish, err := flag(in, "publish", false)
	switch {
	case err != nil:
		return err
	case !publish && in.Get("versionDescription").Str() != "":
		return wire.Errorf("ValidationException", "Version description can only be set when publish is true")
	case publish:
		return wire.Errorf("ValidationException", "Publishing versions"+notYet)
	}
	return nil
}

// machine finds a state machine. ARNs of versions and aliases name none, since there are none yet.
func (s *Service) machine(in value.Value) (*machine, error) {
	arn, _, err := s.arn(in, "stateMachineArn", machineKind)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.machines[arn]
	if m == nil {
		return nil, wire.Errorf("StateMachineDoesNotExist", "State Machine Does Not Exist: '%s'", arn)
	}
	return m, nil
}

func (s *Service) describeStateMachine(_ context.Context, in value.Value) (value.Value, error) {
	m, err := s.machine(in)
	if err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	status := "ACTIVE"
	if m.deleting {
		status = "DELETING"
	}
	var b value.Builder
	b.Set("stateMachineArn", value.String(m.arn))
	b.Set("name", value.String(m.name))
	b.Set("status", value.String(status))
	b.Set("definition", value.String(m.definition))
	b.Set("roleArn", value.String(m.role))
	b.Set("type", value.String(string(m.kind)))
	b.Set("creationDate", history.Timestamp(m.created))
	b.Set("loggingConfiguration", m.logging.value())
	b.Set("tracingConfiguration", value.Object(value.M("enabled", value.Bool(m.tracing))))
	if m.revision != "" {
		b.Set("revisionId", value.String(m.revision))
	}
	return b.Object(), nil
}

func (s *Service) updateStateMachine(_ context.Context, in value.Value) (value.Value, error) {
	m, err := s.machine(in)
	if err != nil {
		return value.Value{}, err
	}
	given := func(member string) bool { v := in.Get(member); return v.Exists() && !v.IsNull() }
	if !slices.ContainsFunc([]string{"definition", "roleArn", "loggingConfiguration", "tracingConfiguration", "encryptionConfiguration", "publish"}, given) {
		return value.Value{}, wire.Errorf("MissingRequiredParameter", "Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified")
	}
	if err := noVersions(in); err != nil {
		return value.Value{}, err
	}
	definition, err := text(in, "definition", rule{max: maxDefinition})
	if err != nil {
		return value.Value{}, err
	}
	role, err := readRole(in, false)
	if err != nil {
		return value.Value{}, err
	}
	logs, err := readLogging(in.Get("loggingConfiguration"))
	if err != nil {
		return value.Value{}, err
	}
	tracing, err := flag(in.Get("tracingConfiguration"), "enabled", false)
	if err != nil {
		return value.Value{}, err
	}
	var plan *engine.Plan
	if given("definition") {
		compiled, found := s.compile(definition, m.kind)
		if found.HasErrors() {
			return value.Value{}, invalidDefinition(found)
		}
		plan = compiled
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if m.deleting {
		return value.Value{}, errDeleting(m.arn)
	}
	changed := plan != nil && definition != m.definition || role != "" && role != m.role
	if plan != nil {
		m.definition, m.plan = definition, plan
	}
	if role != "" {
		m.role = role
	}
	if given("loggingConfiguration") {
		m.logging = logs
	}
	if given("tracingConfiguration") {
		m.tracing = tracing
	}
	if changed {
		m.revision = wire.NewID()
	}
	m.updated = s.now()
	out := value.Object(value.M("updateDate", history.Timestamp(m.updated)))
	if m.revision != "" {
		out = out.With("revisionId", value.String(m.revision))
	}
	return out, nil
}

func errDeleting(arn string) error {
	return wire.Errorf("StateMachineDeleting", "State Machine is Deleting: '%s'", arn)
}

// deleteStateMachine takes a machine away at once if nothing runs; else when its executions have been stopped.
func (s *Service) deleteStateMachine(_ context.Context, in value.Value) (value.Value, error) {
	arn, rest, err := s.arn(in, "stateMachineArn", machineKind)
	if err != nil {
		return value.Value{}, err
	}
	if strings.Contains(rest, ":") {
		return value.Value{}, wire.Errorf("ValidationException", "The ARN must be that of a state machine, without version or alias: '%s'", arn)
	}
	s.remove(arn)
	return value.Object(), nil
}

func (s *Service) remove(arn string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.machines[arn]
	if m == nil {
		return
	}
	m.deleting = true
	for _, e := range s.started {
		if e.machine == m && !e.closed() {
			e.abort("", "")
		}
	}
	s.bury(m)
}

// bury forgets a machine that is to be deleted once none of its executions runs. The lock must be held.
func (s *Service) bury(m *machine) {
	if !m.deleting || slices.ContainsFunc(s.started, func(e *execution) bool { return e.machine == m && !e.closed() }) {
		return
	}
	if s.machines[m.arn] == m {
		delete(s.machines, m.arn)
		s.order = slices.DeleteFunc(s.order, func(o *machine) bool { return o == m })
	}
}

func (s *Service) listStateMachines(_ context.Context, in value.Value) (value.Value, error) {
	s.mu.Lock()
	all := slices.Clone(s.order)
	s.mu.Unlock()
	p, err := paged(in, "machines", 1000, all, growsLast)
	if err != nil {
		return value.Value{}, err
	}
	items := make([]value.Value, 0, len(p.items))
	for _, m := range p.items {
		items = append(items, value.Object(
			value.M("stateMachineArn", value.String(m.arn)), value.M("name", value.String(m.name)),
			value.M("type", value.String(string(m.kind))), value.M("creationDate", history.Timestamp(m.created))))
	}
	return value.Object(value.M("stateMachines", value.Array(items...)), value.M("nextToken", p.token)), nil
}

// listTags knows state machines, which have no tags here.
func (s *Service) listTags(_ context.Context, in value.Value) (value.Value, error) {
	arn, _, err := s.arn(in, "resourceArn", machineKind)
	if err != nil {
		return value.Value{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.machines[arn] == nil {
		return value.Value{}, wire.Errorf("ResourceNotFound", "Resource not found: '%s'", arn)
	}
	return value.Object(value.M("tags", value.Array())), nil
}
